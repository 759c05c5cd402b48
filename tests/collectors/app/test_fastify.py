"""@fastify/cors: what was recorded of it, by `fastify_recorder.js` beside this file and before.

To record anew: `python -m tests.collectors.app.test_fastify` prints the questions.
"""

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from collectors.app.policy import Policy
from collectors.app.semantics.fastify import FASTIFY
from collectors.app.semantics.preset import parse_version
from tests.collectors.app.oracle import answer_of, answers, policy
from tests.collectors.app.questions import APP, POLICIES, QUESTIONS
from tests.collectors.app.recorded import differing, recorded_of

RECORDED = Path(__file__).parents[2] / "data" / "fastify_cors.jsonl.gz"
NAMES = {
    "given": "origin",
    "credentials": "credentials",
    "methods": "methods",
    "headers": "allowedHeaders",
    "exposed": "exposedHeaders",
    "max_age": "maxAge",
}
CANNOT = {"all", "all with credentials", "header expressions", "origin expressions"}


def given(config: dict[str, Any]) -> Policy:
    """The recording marks expressions with `re:`; beside them the origins are a list."""
    origin, credentials = config.get("origin"), config.get("credentials", False)
    listed = [origin] if isinstance(origin, str) and origin.startswith("re:") else origin
    if not isinstance(listed, list):
        return policy(listed, credentials=credentials)
    regexes = [text[3:] for text in listed if text.startswith("re:")]
    plain = [text for text in listed if not text.startswith("re:")]
    return policy(plain, patterns=regexes, credentials=credentials)


@pytest.mark.parametrize("case", recorded_of("fastify-cors"))
def test_a_recorded_configuration_is_answered_alike(case: dict[str, Any]) -> None:
    compiled = FASTIFY.compile(given(case["config"]), parse_version(case["version"]))
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
        for name, config in POLICIES.items()
        if name not in CANNOT
    ]


def live() -> list[dict[str, Any]]:
    with gzip.open(RECORDED, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.parametrize(
    "record", [pytest.param(one, id=f"{one['version']} {one['name']}") for one in live()]
)
def test_the_plugin_answers_alike(record: dict[str, Any]) -> None:
    version = parse_version(record["version"])
    compiled = FASTIFY.compile(policy(**POLICIES[record["name"]]), version)
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
    assert set(records) == {"8.2.0", "8.5.0", "9.0.1", "10.1.0", "11.4.3"}
    assert set(records.values()) == {len(POLICIES) - len(CANNOT)}


def test_expressions_beside_a_text_are_refused() -> None:
    compiled = FASTIFY.compile(policy(APP, patterns=["/x/"]), FASTIFY.newest)
    assert compiled.faults


if __name__ == "__main__":
    for record in asked():
        print(json.dumps(record))
