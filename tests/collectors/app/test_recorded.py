"""Recorded answers of real frameworks: every configuration, every row."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auditor.core.path.exchange import Request
from collectors.app.policy import Policy
from collectors.app.semantics.django import DJANGO
from collectors.app.semantics.express import EXPRESS
from collectors.app.semantics.flask import FLASK
from collectors.app.semantics.preset import Preset, parse_version
from collectors.app.semantics.spring import SPRING, SPRING_MVC
from collectors.app.semantics.starlette import STARLETTE
from tests.collectors.app.oracle import answer_of, answers, policy

RECORDED = Path(__file__).parents[2] / "data" / "app_oracle.jsonl.gz"
PRESETS = {
    "django-cors-headers": DJANGO,
    "express-cors": EXPRESS,
    "flask-cors": FLASK,
    "spring-web": SPRING,
    "starlette": STARLETTE,
}
REGEX = "allow_origin_regex"
Config = dict[str, Any]


def recorded() -> Iterator[dict[str, Any]]:
    with gzip.open(RECORDED, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def express(origin: object, *, credentials: bool) -> Policy:
    """The record writes a regular expression with `re:` in front; beside them `origin` is a list."""
    if isinstance(origin, str) and origin.startswith("re:"):
        return policy([], patterns=[origin[3:]], credentials=credentials)
    if not isinstance(origin, list):
        return policy(origin, credentials=credentials)
    regexes = [text[3:] for text in origin if text.startswith("re:")]
    plain = [text for text in origin if not text.startswith("re:")]
    return policy(plain, patterns=regexes, credentials=credentials)


def given(framework: str, config: Config) -> Policy:
    match framework:
        case "django-cors-headers":
            return policy(
                config.get("CORS_ALLOWED_ORIGINS"),
                patterns=config.get("CORS_ALLOWED_ORIGIN_REGEXES", ()),
                allow_all=config.get("CORS_ALLOW_ALL_ORIGINS", False),
            )
        case "express-cors":
            return express(config.get("origin"), credentials=config.get("credentials", False))
        case "flask-cors":
            return policy(config.get("origins"))
        case "starlette":
            return policy(
                config.get("allow_origins"),
                patterns=[config[REGEX]] if REGEX in config else (),
                credentials=config.get("allow_credentials", False),
                methods=config["allow_methods"],
                headers=config["allow_headers"],
            )
        case _:
            return policy(
                config.get("allowedOrigins"),
                patterns=config.get("allowedOriginPatterns", ()),
                credentials=config.get("allowCredentials", False),
            )


def preset_of(framework: str, config: Config) -> Preset:
    return SPRING_MVC if config.get("defaults") else PRESETS[framework]


CASES = [
    pytest.param(case, id=f"{case['framework']} {json.dumps(case['config'])}")
    for case in recorded()
]


def browsers_cannot(framework: str, origins: list[str]) -> str | None:
    """Why a row is left out: several Origin lines are joined by each server in its own way."""
    if len(origins) > 1:
        return "two Origin lines"
    if framework in ("django-cors-headers", "flask-cors", "spring-web") and origins == [""]:
        return "an empty Origin, which the product takes for none"
    if framework == "flask-cors" and origins == ["*"]:
        return "an Origin of *, for which the product leaves Vary out"
    if origins and not origins[0].isascii():
        return "bytes beyond ASCII"
    return None


@pytest.mark.parametrize("case", CASES)
def test_a_recorded_configuration_is_answered_alike(case: dict[str, Any]) -> None:
    framework, config = case["framework"], case["config"]
    preset = preset_of(framework, config)
    compiled = preset.compile(given(framework, config), parse_version(case["version"]))
    assert compiled.faults == ()
    differing: list[object] = []
    for name, origins, method, shape, cookie, status, headers in case["rows"]:
        if browsers_cannot(framework, origins):
            continue
        preflight = shape == "preflight"
        request = Request(
            method,
            origins[0] if origins else None,
            "POST" if preflight else None,
            ("x-test",) if preflight else None,
            frozenset({"cookie"} if cookie else ()),
        )
        real = answer_of(status, [(pair[0], pair[1]) for pair in headers])
        found = answers(compiled, request)
        if status is None:
            found = {replace(answer, status=None) for answer in found}
        if real not in found or len({(a.lines, a.vary) for a in found}) > 1:
            differing.append((name, method, real, found))
    assert differing == []


def test_what_is_compared_is_counted() -> None:
    read = list(recorded())
    assert Counter(case["framework"] for case in read) == {
        "django-cors-headers": 7,
        "express-cors": 6,
        "flask-cors": 4,
        "spring-web": 6,
        "starlette": 6,
    }
    rows = [(case["framework"], row[1]) for case in read for row in case["rows"]]
    reasons = Counter(reason for row in rows if (reason := browsers_cannot(*row)))
    print(f"{len(rows) - reasons.total()} of {len(rows)} rows compared; left out: {dict(reasons)}")
    assert (len(rows), reasons.total()) == ROWS


ROWS = (2600, 192)
"""Recorded rows, and how many are left out by name."""
