"""Recorded answers of frameworks to fifty origins, and how they differ from a compiled behaviour."""

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auditor.core.path.exchange import Request
from collectors.app.semantics.preset import Compiled
from tests.collectors.app.oracle import answer_of, answers

RECORDED = Path(__file__).parents[2] / "data" / "app_oracle_others.jsonl.gz"


def recorded_of(framework: str) -> list[Any]:
    """Every recorded configuration of `framework`, as test parameters."""
    with gzip.open(RECORDED, "rt", encoding="utf-8") as lines:
        cases = [case for case in map(json.loads, lines) if case["framework"] == framework]
    return [
        pytest.param(case, id=f"{case['version']} {json.dumps(case['config'])}") for case in cases
    ]


def no_browser_sends(origins: list[str]) -> str | None:
    """Why a row is left out."""
    if len(origins) > 1:
        return "two Origin lines, which each server joins in its own way"
    if origins == [""]:
        return "an empty Origin, which the products take for none"
    if origins and not origins[0].isascii():
        return "bytes beyond ASCII"
    return None


def differing(case: dict[str, Any], compiled: Compiled) -> list[object]:
    """The rows of `case` that `compiled` answers in another way."""
    found: list[object] = []
    compared = 0
    for name, origins, method, shape, cookie, status, headers in case["rows"]:
        if no_browser_sends(origins):
            continue
        compared += 1
        preflight = shape == "preflight"
        request = Request(
            method,
            origins[0] if origins else None,
            "POST" if preflight else None,
            ("x-test",) if preflight else None,
            frozenset({"cookie"} if cookie else ()),
        )
        real = answer_of(status, [(pair[0], pair[1]) for pair in headers])
        mine = answers(compiled, request)
        if status is None:
            mine = {replace(answer, status=None) for answer in mine}
        if real not in mine or len({(one.lines, one.vary) for one in mine}) > 1:
            found.append((name, method, real, mine))
    assert compared >= LEAST_ROWS
    return found


LEAST_ROWS = 90
"""Of the hundred rows of a configuration."""
