"""Show 3: recorded answers of ingress-nginx, asked of `cors-audit decide` as Ingress manifests.

| kind     | cases | agree | not asked, why, and where it is instead                              |
|----------|-------|-------|----------------------------------------------------------------------|
| e2e      |    16 |    16 |                                                                      |
| measured |    12 |    12 |                                                                      |
| unit     |     6 |       | parsed settings, no request: tests/collectors/ingress/test_corpus.py |
| probe    |    24 |       | parsed settings by release: the same place                           |
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.shows.program import cors_audit

_DATA = Path(__file__).parents[1] / "data" / "ingress_nginx_cases.json"
CASES: list[dict[str, Any]] = json.loads(_DATA.read_text(encoding="utf-8"))
ASKED = [case for case in CASES if case["request"]]
RELEASE = "ingress-nginx=1.15.1"
SNIPPETS = f"{RELEASE},snippets=on"
"""The recorded controllers take snippets; a release's own defaults refuse them."""


def manifest(case: dict[str, Any], host: str) -> str:
    """The Ingress of a case; JSON is YAML."""
    service = {"service": {"name": "api", "port": {"number": 80}}}
    paths = [{"path": "/", "pathType": "Prefix", "backend": service}]
    name = host.partition(".")[0]
    body = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": name, "namespace": "orders", "annotations": case["annotations"]},
        "spec": {
            "ingressClassName": "nginx",
            "rules": [{"host": host, "http": {"paths": paths}}],
        },
    }
    return json.dumps(body)


def question(case: dict[str, Any]) -> dict[str, Any]:
    request = case["request"]
    asked: dict[str, Any] = {
        "origin": request["headers"].get("Origin"),
        "method": request["method"],
        "preflight": False,
    }
    if "backend" in case:
        lines = [[name.lower(), value] for name, value in case["backend"]["headers"].items()]
        asked["inner"] = {"status": 200, "headers": lines}
    return asked


def answers(folder: Path, assume: str, *questions: dict[str, Any]) -> list[dict[str, Any]]:
    """What `decide` says to all of `questions`, over the manifests in `folder`."""
    lines = "".join(f"{json.dumps(one)}\n" for one in questions)
    ran = cors_audit("decide", ".", "--assume", assume, folder=folder, given=lines)
    assert (ran.code, ran.err) == (0, "")
    return [json.loads(line) for line in ran.out.splitlines()]


def alone(case: dict[str, Any], folder: Path, assume: str = SNIPPETS) -> dict[str, Any]:
    """The answer where the folder holds this one manifest, and no URL is given."""
    (folder / "ingress.yaml").write_text(manifest(case, "api.example.com"))
    (answer,) = answers(folder, assume, question(case))
    return answer


def values(answer: dict[str, Any], name: str) -> list[str]:
    return sorted(value for header, value in answer["headers"] if header == name.lower())


def disagreements(answer: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """What differs between the answer of `decide` and the recorded one."""
    wanted = {name: [value] for name, value in expected.get("headers", {}).items()}
    wanted |= {name: sorted(many) for name, many in expected.get("header_values", {}).items()}
    wanted |= {name: [] for name in expected.get("absent_headers", ())}
    assert wanted
    wrong = [
        f"{name}: {values(answer, name)}, not {many}"
        for name, many in wanted.items()
        if values(answer, name) != many
    ]
    if not answer["known"]:
        wrong.append(f"not known: {answer['reason']}")
    elif answer["status"] != expected.get("status", 200):
        wrong.append(f"status {answer['status']}")
    return wrong


def test_the_table_above_is_true() -> None:
    kinds = Counter(case["kind"] for case in CASES)
    assert kinds == {"e2e": 16, "measured": 12, "unit": 6, "probe": 24}
    assert Counter(case["kind"] for case in ASKED) == {"e2e": 16, "measured": 12}
    assert not any(case["request"] for case in CASES if case["kind"] in ("unit", "probe"))


def test_decide_agrees_with_all_that_was_recorded(tmp_path: Path) -> None:
    hosts = [f"case-{at}.example.com" for at in range(len(ASKED))]
    for host, case in zip(hosts, ASKED, strict=True):
        (tmp_path / f"{host}.yaml").write_text(manifest(case, host))
    asked = [
        {**question(case), "url": f"https://{host}/"}
        for host, case in zip(hosts, ASKED, strict=True)
    ]

    found = answers(tmp_path, SNIPPETS, *asked)

    wrong = {
        case["name"]: differs
        for case, answer in zip(ASKED, found, strict=True)
        if (differs := disagreements(answer, case["expected"]))
    }
    assert (len(found), wrong) == (28, {})


@pytest.mark.long
@pytest.mark.parametrize("case", ASKED, ids=[f"{n}-{c['name']}" for n, c in enumerate(ASKED)])
def test_decide_agrees_over_one_manifest_alone(case: dict[str, Any], tmp_path: Path) -> None:
    assert disagreements(alone(case, tmp_path), case["expected"]) == []


def test_a_snippet_that_the_controller_refuses_by_default_is_not_known(tmp_path: Path) -> None:
    (case,) = (c for c in ASKED if any("snippet" in key for key in c["annotations"]))
    answer = alone(case, tmp_path, RELEASE)
    assert answer["known"] is False
    assert "annotations-risk-level" in answer["reason"]


def test_a_wrong_answer_would_be_seen(tmp_path: Path) -> None:
    case = next(c for c in ASKED if "absent_headers" in c["expected"])
    answer = alone(case, tmp_path)
    assert disagreements(answer, case["expected"]) == []
    assert disagreements(answer, {"headers": {"Access-Control-Allow-Origin": "x"}})
    assert disagreements({**answer, "known": False}, case["expected"])
    assert disagreements({**answer, "status": 204}, case["expected"])


def test_without_a_url_the_path_that_leads_somewhere_is_meant(tmp_path: Path) -> None:
    """A host's own `/` answers 404 where no Ingress claims it: that is not the path of the sources."""
    case = next(c for c in ASKED if "absent_headers" in c["expected"])
    text = manifest(case, "api.example.com").replace('"path": "/"', '"path": "/v1"')
    (tmp_path / "ingress.yaml").write_text(text)
    (answer,) = answers(tmp_path, SNIPPETS, question(case))
    assert (answer["known"], answer["status"]) == (True, 200)
    assert "a silent 200 stands behind the hop" in answer["assumed"]
