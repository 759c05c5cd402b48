"""`cors-audit check-access` as it is run: a row each, a summary, an exit code."""

import json
from pathlib import Path

import pytest

from collectors.kubernetes.inventory import LISTS
from tests.collectors.test_kube import TOKEN, Api, kubeconfig, serving
from tests.shows.program import Ran, cors_audit

pytestmark = pytest.mark.server


def check(folder: Path, api: Api, *flags: str, contexts: str = '["*"]') -> Ran:
    with serving(api) as url:
        config = kubeconfig(folder, url)
        (folder / "cors-audit.yaml").write_text(
            f'version: 1\nallowlist: none.yaml\nkubernetes: {{contexts: {contexts}, kubeconfig: "{config}"}}\n'
        )
        return cors_audit("check-access", *flags, folder=folder)


def whole() -> Api:
    return Api({path: [] for path, _, _ in LISTS})


def test_all_readable_is_0(tmp_path: Path) -> None:
    ran = check(tmp_path, whole())
    assert ran.code == 0, ran.err
    assert ran.out.splitlines() == [
        "kube:dev   user u  7 reads granted",
        "kube:prod  user u  7 reads granted",
    ]
    assert ran.err == "2 accounts and clusters, all readable. exit 0\n"


def test_what_is_missing_is_3_with_what_to_do(tmp_path: Path) -> None:
    api = whole()
    api.script = [(403, {"message": "no"})]
    ran = check(tmp_path, api, contexts="[prod, gone]")
    assert ran.code == 3
    lines = ran.out.splitlines()
    assert lines[0].split() == ["kube:gone", "-", "NOT", "READABLE"]
    assert "no context has such a name" in ran.out
    assert "kube:prod  user u  6 reads granted, 1 NOT" in lines
    assert "    list ingresses: denied, 403 Forbidden" in lines
    assert "    do: grant get and list on ingresses" in lines
    assert "2 accounts and clusters, 2 not fully readable. exit 3" in ran.err
    assert TOKEN not in ran.out + ran.err


def test_json_has_everything(tmp_path: Path) -> None:
    ran = check(tmp_path, whole(), "--format", "json")
    made = json.loads(ran.out)
    assert (made["document"], made["format"]) == ("access", 1)
    assert [row["source"] for row in made["sources"]] == ["kube:dev", "kube:prod"]
    row = made["sources"][0]
    assert row["readable"] is True
    assert "list ingresses" in row["granted"]
    assert row["refused"] == []


def test_an_account_that_does_not_answer_has_a_row(tmp_path: Path) -> None:
    (tmp_path / "cors-audit.yaml").write_text(
        'version: 1\naws: {endpoint_url: "http://127.0.0.1:9", regions: [eu-west-1]}\n'
    )
    env = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "canary", "NO_PROXY": "127.0.0.1"}
    ran = cors_audit("check-access", folder=tmp_path, env=env)
    assert ran.code == 3
    assert ran.out.startswith("aws  -  NOT READABLE")
    assert "unreachable" in ran.out
    assert "canary" not in ran.out + ran.err


def test_a_configuration_without_either_is_told(tmp_path: Path) -> None:
    (tmp_path / "cors-audit.yaml").write_text("version: 1\n")
    ran = cors_audit("check-access", folder=tmp_path)
    assert ran.code == 2
    assert "add aws: or kubernetes:" in ran.err
