"""Laravel's CORS engine: what was recorded of it, by `laravel_recorder.php` beside this file and before.

To record anew: `python -m tests.collectors.app.test_laravel` prints the questions.
"""

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from auditor.core.path.exchange import Request
from collectors.app.policy import Policy
from collectors.app.semantics.laravel import LARAVEL
from collectors.app.semantics.preset import parse_version
from tests.collectors.app.oracle import answer_of, answers, policy
from tests.collectors.app.questions import APP, POLICIES, QUESTIONS
from tests.collectors.app.recorded import differing, recorded_of

RECORDED = Path(__file__).parents[2] / "data" / "laravel_cors.jsonl.gz"
NAMES = {
    "given": "allowed_origins",
    "credentials": "supports_credentials",
    "patterns": "allowed_origins_patterns",
    "methods": "allowed_methods",
    "headers": "allowed_headers",
    "exposed": "exposed_headers",
    "max_age": "max_age",
}
MORE: dict[str, dict[str, Any]] = {
    "a glob": {"given": ["https://*.example.com"]},
    "a glob beside one": {"given": ["http://localhost:*", APP], "credentials": True},
    "a pattern": {"given": [], "patterns": [r"#^https://([a-z]+\.)?example\.com$#"]},
    "a pattern beside one": {"given": [APP], "patterns": [r"/evil\.com/i"]},
    "a pattern beside a star": {"given": ["*"], "patterns": ["*"], "methods": ["*"]},
}
CANNOT = {
    "all",
    "all with credentials",
    "header expressions",
    "origin expressions",
    "one text",
    "one text with commas",
    "one text with a star",
    "an empty text",
    "true",
    "false",
    "true with credentials",
    "nothing",
}
GIVEN = {name: one for name, one in POLICIES.items() if name not in CANNOT} | MORE


def given(config: dict[str, Any]) -> Policy:
    """The recordings allow every method and header."""
    return policy(
        config.get("allowed_origins", []),
        patterns=config.get("allowed_origins_patterns", ()),
        credentials=config.get("supports_credentials", False),
        methods=["*"],
        headers=["*"],
    )


@pytest.mark.parametrize("case", recorded_of("laravel-fruitcake-php-cors"))
def test_a_recorded_configuration_is_answered_alike(case: dict[str, Any]) -> None:
    compiled = LARAVEL.compile(given(case["config"]), LARAVEL.newest)
    assert compiled.faults == ()
    assert differing(case, compiled) == []


def asked() -> list[dict[str, Any]]:
    questions = [{"method": q.method, "headers": q.headers} for q in QUESTIONS]
    return [
        {
            "name": name,
            "options": {NAMES[key]: value for key, value in config.items() if value is not None},
            "questions": questions,
        }
        for name, config in GIVEN.items()
    ]


def live() -> list[dict[str, Any]]:
    with gzip.open(RECORDED, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def told(name: str) -> Policy:
    """As in the recording, where keys that are not given have no defaults of the framework."""
    config = GIVEN[name]
    return policy(**{"methods": [], "headers": []} | config)


@pytest.mark.parametrize(
    "record", [pytest.param(one, id=f"{one['version']} {one['name']}") for one in live()]
)
def test_the_engine_answers_alike(record: dict[str, Any]) -> None:
    compiled = LARAVEL.compile(told(record["name"]), parse_version(record["version"]))
    assert compiled.faults == ()
    differing = []
    for question, answer in zip(QUESTIONS, record["answers"], strict=True):
        # A header without a value says nothing, and is written by the engine alone.
        pairs = [(pair[0], pair[1]) for pair in answer["headers"]]
        lines = [pair for pair in pairs if pair[1] or pair[0] == "access-control-allow-origin"]
        real = answer_of(answer["status"], lines)
        found = answers(compiled, question.request)
        if real not in found or len({(one.lines, one.vary) for one in found}) > 1:
            differing.append((question, real, found))
    assert differing == []


def test_what_is_compared_is_counted() -> None:
    records = Counter(record["version"] for record in live())
    assert records == {"9.19.0": len(GIVEN), "13.26.1": len(GIVEN)}


@pytest.mark.parametrize(("version", "lets_in"), [("10.0.0", False), ("11.0.0", True)])
def test_keys_that_are_not_there_have_the_defaults_of_the_release(
    version: str, *, lets_in: bool
) -> None:
    compiled = LARAVEL.compile(policy(None), parse_version(version))
    (answer,) = answers(compiled, Request("OPTIONS", APP, "PURGE", ("x-test",)))
    assert (("access-control-allow-origin", "*") in answer.lines) is lets_in
    assert (("access-control-allow-methods", "PURGE") in answer.lines) is lets_in


@pytest.mark.parametrize("origins", [APP, True])
def test_anything_but_a_list_is_refused(origins: object) -> None:
    assert LARAVEL.compile(policy(origins), LARAVEL.newest).faults


if __name__ == "__main__":
    for record in asked():
        print(json.dumps(record))
