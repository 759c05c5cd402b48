"""Rackup files as rack-cors runs them, recorded by `ruby_recorder.rb` beside this file.

To record anew: `python -m tests.collectors.app.source.test_ruby_recorded` prints the questions.
"""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from auditor.core.hop.behaviour import Behaviour
from auditor.core.link.cases import Cases
from auditor.core.path.exchange import Request
from auditor.core.reading import Document, Hop
from collectors.app.mapping import AppMapping
from collectors.app.reading import read_app
from collectors.app.recognition import project_source
from collectors.app.semantics.preset import Compiled
from tests.collectors.app.oracle import answer_of, answers
from tests.collectors.app.source.javascript_sources import ENVIRONMENT, QUESTIONS
from tests.collectors.app.source.ruby_sources import RACK, TAIL

RECORDED = Path(__file__).parents[3] / "data" / "ruby_sources.jsonl.gz"


def asked() -> list[dict[str, Any]]:
    questions = [{"path": q.path, "method": q.method, "headers": q.headers} for q in QUESTIONS]
    return [
        {"name": name, "source": source + TAIL, "environment": ENVIRONMENT, "questions": questions}
        for name, source in RACK.items()
    ]


def recorded() -> list[dict[str, Any]]:
    with gzip.open(RECORDED, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def hop(name: str, version: str) -> Hop:
    like = f"rack-cors@{version}"
    mapping = AppMapping("shop", ("config.ru",), like, ("h/*",), resolve_defaults=True)
    source = (RACK[name] + TAIL).encode()
    found = project_source(mapping, "config.ru", source, "file:x", ENVIRONMENT)
    assert isinstance(found, Document), found
    [one] = read_app([found], {})
    assert isinstance(one, Hop), one
    return one


@pytest.mark.parametrize(
    "record", [pytest.param(one, id=f"{one['version']} {one['name']}") for one in recorded()]
)
def test_a_file_is_read_as_it_answers(record: dict[str, Any]) -> None:
    cases, differing = Cases(hop(record["name"], record["version"]).cases), []
    for question, answer in zip(QUESTIONS, record["answers"], strict=True):
        case = cases.taken(question.path, question.method)
        assert case is not None
        assert isinstance(case.doing, Behaviour)
        assert not isinstance(case.to, tuple)
        names = None if question.asked_headers is None else tuple(question.asked_headers.split(","))
        request = Request(question.method, question.origin, question.asked_method, names)
        real = answer_of(None, [(pair[0], pair[1]) for pair in answer["headers"]])
        found = answers(Compiled(case.doing, case.to), request)
        if {(one.lines, one.vary) for one in found} != {(real.lines, real.vary)}:
            differing.append((question, real, found))
    assert differing == []


def test_every_file_was_recorded() -> None:
    names = {(one["version"], one["name"]) for one in recorded()}
    assert names == {(version, name) for version in ("1.1.1", "3.0.0") for name in RACK}


if __name__ == "__main__":
    for record in asked():
        print(json.dumps(record))
