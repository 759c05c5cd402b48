"""Programs as real servers run them, recorded by `javascript_recorder.js` beside this file.

To record anew: `python -m tests.collectors.app.source.test_javascript_recorded` prints the questions.
"""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from auditor.core.hop.behaviour import Behaviour, Mix
from auditor.core.link.cases import Cases
from auditor.core.path.exchange import Request
from auditor.core.reading import Document, Hop
from collectors.app.mapping import AppMapping
from collectors.app.reading import read_app
from collectors.app.recognition import project_source
from collectors.app.semantics.preset import Compiled
from tests.collectors.app.oracle import answer_of, answers
from tests.collectors.app.source.javascript_sources import (
    ENVIRONMENT,
    EXPRESS,
    FASTIFY,
    FASTIFY_HEAD,
    FASTIFY_TAIL,
    HEAD,
    QUESTIONS,
    TAIL,
    Question,
)

RECORDED = Path(__file__).parents[3] / "data" / "javascript_sources.jsonl.gz"
SOURCES = {
    **{f"express {name}": HEAD + body + TAIL for name, body in EXPRESS.items()},
    **{f"fastify {name}": FASTIFY_HEAD + body + FASTIFY_TAIL for name, body in FASTIFY.items()},
}
UNREAD: dict[str, frozenset[str]] = {
    "express twice": frozenset({"/api/users"}),
    "express narrow, then wide": frozenset({"/api/users", "/api/users/7"}),
}
"""Paths on which what comes of two calls is left to the owner."""


def asked() -> list[dict[str, Any]]:
    questions = [{"path": q.path, "method": q.method, "headers": q.headers} for q in QUESTIONS]
    return [
        {"name": name, "source": source, "environment": ENVIRONMENT, "questions": questions}
        for name, source in SOURCES.items()
    ]


def recorded() -> dict[str, Any]:
    with gzip.open(RECORDED, "rt", encoding="utf-8") as lines:
        return {record["name"]: record["answers"] for record in map(json.loads, lines)}


def hop(name: str) -> Hop:
    like = f"{name.partition(' ')[0]}-cors"
    mapping = AppMapping("shop", ("server.js",), like, ("h/*",), resolve_defaults=True)
    found = project_source(mapping, "server.js", SOURCES[name].encode(), "file:x", ENVIRONMENT)
    assert isinstance(found, Document), found
    [one] = read_app([found], {})
    assert isinstance(one, Hop), one
    return one


def request(question: Question) -> Request:
    names = None if question.asked_headers is None else tuple(question.asked_headers.split(","))
    return Request(question.method, question.origin, question.asked_method, names)


@pytest.mark.parametrize("name", SOURCES)
def test_a_program_is_read_as_it_answers(name: str) -> None:
    cases, differing, unread = Cases(hop(name).cases), [], set()
    for question, answer in zip(QUESTIONS, recorded()[name], strict=True):
        case = cases.taken(question.path, question.method)
        assert case is not None
        assert not isinstance(case.to, tuple)
        if not isinstance(case.doing, Behaviour | Mix):
            unread.add(question.path)
            continue
        real = answer_of(None, [(pair[0], pair[1]) for pair in answer["headers"]])
        found = answers(Compiled(case.doing, case.to), request(question))
        if {(one.lines, one.vary) for one in found} != {(real.lines, real.vary)}:
            differing.append((question, real, found))
    assert differing == []
    assert unread == UNREAD.get(name, frozenset())


if __name__ == "__main__":
    for record in asked():
        print(json.dumps(record))
