"""The cors middleware of Express, recorded by `express_recorder.js` beside this file.

To record anew: `python -m tests.collectors.app.test_express` prints the questions.
"""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from collectors.app.semantics.express import EXPRESS
from collectors.app.semantics.preset import parse_version
from tests.collectors.app.oracle import answer_of, answers, policy
from tests.collectors.app.questions import POLICIES, QUESTIONS

RECORDED = Path(__file__).parents[2] / "data" / "express_cors.jsonl.gz"
NAMES = {
    "given": "origin",
    "credentials": "credentials",
    "methods": "methods",
    "headers": "allowedHeaders",
    "exposed": "exposedHeaders",
    "max_age": "maxAge",
}
CANNOT = {"all", "all with credentials", "header expressions", "origin expressions"}


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


def recorded() -> dict[str, Any]:
    with gzip.open(RECORDED, "rt", encoding="utf-8") as lines:
        return {record["name"]: record for record in map(json.loads, lines)}


@pytest.mark.parametrize("name", [name for name in POLICIES if name not in CANNOT])
def test_the_recorded_middleware_answers_alike(name: str) -> None:
    record = recorded()[name]
    assert len(record["answers"]) == len(QUESTIONS)
    compiled = EXPRESS.compile(policy(**POLICIES[name]), parse_version(record["version"]))
    assert compiled.faults == ()
    differing = []
    for question, answer in zip(QUESTIONS, record["answers"], strict=True):
        real = answer_of(answer["status"], [(pair[0], pair[1]) for pair in answer["headers"]])
        found = answers(compiled, question.request)
        if real not in found or len({(answer.lines, answer.vary) for answer in found}) > 1:
            differing.append((question, real, found))
    assert differing == []


if __name__ == "__main__":
    for record in asked():
        print(json.dumps(record))
