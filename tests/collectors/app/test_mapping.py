"""What is wrong with a declaration, all of it at once."""

import pytest

from auditor.core.language.pattern import Dialect
from collectors.app.mapping import (
    AppMapping,
    FromKey,
    Given,
    Meaning,
    Served,
    check,
    parse_served,
    preset_of,
)
from collectors.app.semantics import PRESETS
from collectors.app.semantics.custom import Kind, Spelled, dialect_of
from collectors.app.semantics.preset import Input, parse_version

GOOD = AppMapping(
    "orders",
    ("deploy/orders.env",),
    "starlette@0.40",
    ("api.example.com/v1/orders/*",),
    {Input.ORIGINS: FromKey("CORS_ALLOWED_ORIGINS")},
)


def test_a_good_mapping_has_no_problems() -> None:
    assert check(GOOD) == ()


def test_every_problem_is_named_at_once() -> None:
    bad = AppMapping(
        "orders",
        ("deploy/settings",),
        "flask-cors",
        ("https://api.example.com", "/v1"),
        {Input.PATTERNS: FromKey("X"), Input.ALLOW_ALL: Given(True)},
    )
    problems = check(bad)
    assert [problem.partition(";")[0] for problem in problems] == [
        "serves: 'https://api.example.com' is no host and path",
        "serves: '/v1' is no host and path",
        "the name 'deploy/settings' promises no format",
        "flask-cors has no allow_all",
        "flask-cors has no patterns",
    ]
    assert all("; " in problem for problem in problems)


def test_a_mapping_of_nothing() -> None:
    problems = check(AppMapping("orders", (), "", ()))
    assert [problem.partition(" ")[0] for problem in problems] == ["path", "serves", "key", "like:"]


def test_spelled_out_semantics_have_no_product() -> None:
    spelled = AppMapping(
        "orders",
        ("a.env",),
        Spelled(Dialect.EXACT),
        ("api.example.com",),
        {Input.ALLOW_ALL: Given(True)},
        missing_means=Meaning.PRODUCT_DEFAULT,
    )
    assert len(check(spelled)) == 2


@pytest.mark.parametrize(
    ("text", "host", "path"),
    [
        ("api.example.com/v1/orders/*", "api.example.com", "/v1/orders"),
        ("api.example.com/v1/orders", "api.example.com", "/v1/orders"),
        ("API.example.com", "api.example.com", "/"),
        ("api.example.com/", "api.example.com", "/"),
        ("api.example.com/*", "api.example.com", "/"),
        ("*.example.com/v1/", "*.example.com", "/v1"),
    ],
)
def test_served_places(text: str, host: str, path: str) -> None:
    assert parse_served(text) == Served(host, path)


@pytest.mark.parametrize("text", ["", "/v1", "https://a/", "a/*/b", "a/b?c", "a b/c", "a/#"])
def test_places_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="is no host and path; write"):
        parse_served(text)


@pytest.mark.parametrize(
    ("like", "name", "version"),
    [
        ("starlette@0.40", "starlette", (0, 40, 0)),
        ("fastapi", "starlette", None),
        ("django", "django-cors-headers", None),
        ("express-cors@2.8.6", "express-cors", (2, 8, 6)),
        ("spring-web@6.1", "spring", (6, 1, 0)),
        ("flask-cors@7.0", "flask-cors", (7, 0, 0)),
    ],
)
def test_presets_by_name(like: str, name: str, version: tuple[int, int, int] | None) -> None:
    preset, found = preset_of(like)
    assert (preset.name, found) == (name, version)


@pytest.mark.parametrize(
    ("like", "message"),
    [
        ("rails", "'rails' is no preset; there are django-cors-headers, "),
        ("starlette@0.14", "too old: starlette is read from 0.15.0 on; spell"),
        ("fastapi@0.115", "fastapi versions are not starlette's; write starlette@"),
        ("starlette@1", "'1' is no version; write major.minor"),
        ("starlette@>=0.40", "is no version; write"),
        ("starlette@1.²", "is no version; write"),
    ],
)
def test_presets_that_are_none(like: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        preset_of(like)


def test_presets_are_complete() -> None:
    names = [name for preset in PRESETS for name in (preset.name, *preset.aliases)]
    assert len(names) == len(set(names))
    for preset in PRESETS:
        assert preset.oldest < preset.newest
        assert set(preset.foreign) <= set(preset.aliases)
        assert "{origin}" in preset.remedy


def test_versions_are_numbers_not_texts() -> None:
    assert parse_version("0.9.0") < parse_version("0.10") < parse_version("1.0")


@pytest.mark.parametrize(
    ("kind", "engine", "mode", "caseless", "dialect"),
    [
        (Kind.EXACT, "", "", False, Dialect.EXACT),
        (Kind.EXACT, "", "", True, Dialect.EXACT_CASELESS),
        (Kind.CONSTANT, "", "", False, None),
        (Kind.REGEX, "python-re", "match", True, Dialect.PYTHON_MATCH_CASELESS),
        (Kind.REGEX, "java", "full", False, Dialect.JAVA_FULL),
    ],
)
def test_dialects_by_word(
    kind: Kind, engine: str, mode: str, caseless: bool, dialect: Dialect | None
) -> None:
    assert dialect_of(kind, engine, mode, caseless) is dialect


def test_a_combination_without_a_dialect_is_refused() -> None:
    with pytest.raises(ValueError, match="regex perl match is not read; there are go search"):
        dialect_of(Kind.REGEX, "perl", "match")
    with pytest.raises(ValueError, match="prefix cannot ignore case"):
        dialect_of(Kind.PREFIX, ignore_case=True)
