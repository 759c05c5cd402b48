"""rack-cors: what was recorded of it, by `rack_recorder.rb` beside this file and before.

To record anew: `python -m tests.collectors.app.test_rack` prints the questions.
"""

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from collectors.app.policy import Policy
from collectors.app.semantics.preset import parse_version
from collectors.app.semantics.rack import RACK, compile_chain
from tests.collectors.app.oracle import answer_of, answers, policy
from tests.collectors.app.questions import ADMIN, APP, QUESTIONS
from tests.collectors.app.recorded import differing, recorded_of

RECORDED = Path(__file__).parents[2] / "data" / "rack_cors.jsonl.gz"
NAMES = {
    "credentials": "credentials",
    "methods": "methods",
    "headers": "headers",
    "exposed": "expose",
    "max_age": "max_age",
}
CHAINS: dict[str, list[dict[str, Any]]] = {
    "no origins": [{"given": []}],
    "an empty entry": [{"given": [""]}],
    "one": [{"given": [APP]}],
    "two with credentials": [{"given": [APP, ADMIN], "credentials": True}],
    "star": [{"given": ["*"]}],
    "star and one": [{"given": ["*", APP]}],
    "always": [{"given": True, "credentials": True}],
    "null": [{"given": ["null", APP]}],
    "file": [{"given": ["file://"]}],
    "another scheme": [{"given": ["chrome-extension://abcdefghijklmnop"]}],
    "trailing slash": [{"given": ["https://app.example.com/"]}],
    "upper case": [{"given": ["HTTPS://APP.EXAMPLE.COM"]}],
    "no scheme": [{"given": ["app.example.com"]}],
    "no scheme, with a port": [{"given": ["localhost:3000"]}],
    "commas inside": [{"given": [f"{APP},{ADMIN}"]}],
    "expression": [{"given": [], "patterns": [r"https://(app|x)\.example\.com"]}],
    "methods": [{"given": [APP], "methods": ["get", "delete"]}],
    "methods in upper case": [{"given": [APP], "methods": ["GET", "DELETE"]}],
    "every method": [{"given": [APP], "methods": [":any"]}],
    "headers": [{"given": [APP], "headers": ["X-Test"], "methods": ["post", "delete"]}],
    "every header": [{"given": [APP], "headers": [":any"], "methods": [":any"]}],
    "exposed": [{"given": [APP], "exposed": ["X-B", "X-A"], "max_age": 60}],
    "listed, then everybody": [
        {"given": [APP], "credentials": True},
        {"given": ["*"], "methods": [":any"], "headers": [":any"]},
    ],
    "two lists": [
        {"given": [ADMIN], "methods": ["get"]},
        {"given": [APP, ADMIN], "credentials": True, "methods": [":any"], "headers": [":any"]},
    ],
    "everybody, then a list": [
        {"given": ["*"]},
        {"given": [APP], "credentials": True, "methods": [":any"], "headers": [":any"]},
    ],
}


def given(config: dict[str, Any]) -> Policy:
    """The recorded resources had every header, and GET and POST; with a block every method."""
    rest: dict[str, Any] = {"credentials": config.get("credentials", False), "headers": [":any"]}
    if isinstance(config["origins"], str):
        return policy(True, methods=[":any"], **rest)
    rest["methods"] = ["get", "post"]
    regexes = [text[3:] for text in config["origins"] if text.startswith("re:")]
    plain = [text for text in config["origins"] if not text.startswith("re:")]
    return policy(plain, patterns=regexes, **rest)


@pytest.mark.parametrize("case", recorded_of("rack-cors"))
def test_a_recorded_configuration_is_answered_alike(case: dict[str, Any]) -> None:
    compiled = RACK.compile(given(case["config"]), parse_version(case["version"]))
    assert compiled.faults == ()
    assert differing(case, compiled) == []


def allow(config: dict[str, Any]) -> dict[str, Any]:
    regexes = [f"re:{text}" for text in config.get("patterns", ())]
    options = {NAMES[key]: value for key, value in config.items() if key in NAMES}
    for key in ("methods", "headers"):
        if options.get(key) == [":any"]:
            options[key] = ":any"
    origins = config["given"] if config["given"] is True else [*config["given"], *regexes]
    return {"origins": origins, "path": "*", "options": options}


def asked() -> list[dict[str, Any]]:
    questions = [{"method": q.method, "headers": q.headers} for q in QUESTIONS]
    return [
        {"name": name, "allows": list(map(allow, configs)), "questions": questions}
        for name, configs in CHAINS.items()
    ]


def live() -> list[dict[str, Any]]:
    with gzip.open(RECORDED, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.parametrize(
    "record", [pytest.param(one, id=f"{one['version']} {one['name']}") for one in live()]
)
def test_the_library_answers_alike(record: dict[str, Any]) -> None:
    policies = tuple(policy(**config) for config in CHAINS[record["name"]])
    compiled = compile_chain(policies, parse_version(record["version"]))
    assert compiled.faults == ()
    differing = []
    for question, answer in zip(QUESTIONS, record["answers"], strict=True):
        real = answer_of(answer["status"], [(pair[0], pair[1]) for pair in answer["headers"]])
        found = answers(compiled, question.request)
        if real not in found or len({(one.lines, one.vary) for one in found}) > 1:
            differing.append((question, real, found))
    assert differing == []


def test_what_is_compared_is_counted() -> None:
    records = Counter(record["version"] for record in live())
    assert records == {"1.1.1": len(CHAINS), "3.0.0": len(CHAINS)}


def test_one_policy_is_a_chain_of_one() -> None:
    one = policy([APP], credentials=True)
    assert RACK.compile(one, RACK.newest) == compile_chain((one,), RACK.newest)


def test_credentials_for_everybody_stop_the_product() -> None:
    compiled = RACK.compile(policy(["*"], credentials=True), RACK.newest)
    assert len(compiled.faults) == 1
    assert "CorsMisconfigurationError" in compiled.faults[0]


if __name__ == "__main__":
    for record in asked():
        print(json.dumps(record))
