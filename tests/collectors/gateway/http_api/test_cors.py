"""What a CorsConfiguration does, request by request, in front of a backend that lets everyone in."""

import pytest

from auditor.core.hop.behaviour import patterns
from auditor.core.path.exchange import Request
from auditor.core.reading import Json
from collectors.gateway.http_api.behaviour import routed
from collectors.gateway.http_api.cors import notes, parse_cors
from collectors.gateway.http_api.route import Route
from tests.collectors.gateway.asking import LOUD_LINES, answers, get, preflight

APP = "https://app.example.com"
EVIL = "https://evil.example"
OPEN = Route("ANY", "/x")
ORIGIN, CREDENTIALS = "access-control-allow-origin", "access-control-allow-credentials"
METHODS, HEADERS = "access-control-allow-methods", "access-control-allow-headers"
EXPOSED, AGE = "access-control-expose-headers", "access-control-max-age"
VARY = ("vary", "accept")

Config = dict[str, Json]
LISTED: Config = {
    "AllowOrigins": [APP, "https://admin.example.com"],
    "AllowMethods": ["GET", "PUT"],
    "AllowHeaders": ["content-type", "x-id"],
    "ExposeHeaders": ["etag", "x-total"],
    "AllowCredentials": True,
    "MaxAge": 0,
}
PREFLIGHT_LINES = {
    (ORIGIN, APP),
    (CREDENTIALS, "true"),
    (METHODS, "GET,PUT"),
    (HEADERS, "content-type,x-id"),
    (AGE, "0"),
}


@pytest.mark.parametrize(
    ("config", "request_", "status", "lines"),
    [
        (LISTED, get(APP), 200, {(ORIGIN, APP), (CREDENTIALS, "true"), (EXPOSED, "etag,x-total"), VARY}),
        (LISTED, get(EVIL), 200, {VARY}),
        (LISTED, get("null"), 200, {VARY}),
        (LISTED, get("http://app.example.com"), 200, {VARY}),
        (LISTED, get(None), 200, {VARY}),
        (LISTED, preflight(APP), 204, PREFLIGHT_LINES),
        (LISTED, preflight(APP, "DELETE", "x-other"), 204, PREFLIGHT_LINES),
        (LISTED, preflight(EVIL), 204, set()),
        # Not a preflight: the route answers, and OPTIONS without a requested method gets no lines.
        (LISTED, Request("OPTIONS", APP), 200, {VARY}),
        (LISTED, Request("OPTIONS", None, "PUT"), 200, {VARY}),
        ({"AllowOrigins": ["*"]}, get(EVIL), 200, {(ORIGIN, "*"), VARY}),
        ({"AllowOrigins": ["*"]}, get(None), 200, {VARY}),
        ({"AllowOrigins": [APP, "*"]}, get(APP), 200, {(ORIGIN, "*"), VARY}),
        ({"AllowOrigins": ["*"], "AllowMethods": ["*"]}, preflight("null"), 204,
         {(ORIGIN, "*"), (METHODS, "*")}),
        ({"AllowOrigins": ["https://*"], "AllowCredentials": True}, get(EVIL), 200,
         {(ORIGIN, EVIL), (CREDENTIALS, "true"), VARY}),
        ({"AllowOrigins": ["https://*"]}, get("http://evil.example"), 200, {VARY}),
        ({"AllowOrigins": ["http://*"]}, get("http://evil.example"), 200,
         {(ORIGIN, "http://evil.example"), VARY}),
        ({"AllowOrigins": ["null"]}, get("null"), 200, {(ORIGIN, "null"), VARY}),
        ({"AllowMethods": ["PUT"]}, preflight(APP), 204, set()),
        ({"AllowMethods": ["PUT"]}, get(APP), 200, {VARY}),
    ],
)  # fmt: skip
def test_the_gateway_owns_cors(
    config: Config, request_: Request, status: int, lines: set[tuple[str, str]]
) -> None:
    doing = routed(parse_cors(config), OPEN)

    assert answers(doing, request_) == {(status, frozenset(lines))}


@pytest.mark.parametrize("request_", [get(EVIL), get(None), preflight(EVIL)])
def test_without_a_configuration_the_backend_owns_cors(request_: Request) -> None:
    assert answers(routed(None, OPEN), request_) == {(200, LOUD_LINES)}


@pytest.mark.parametrize(
    ("entry", "maybe", "never"),
    [
        ("https://*.example.com", "https://a.b.example.com", "https://example.org"),
        ("*.example.com", "http://a.example.com", "https://example.org"),
        ("https://app*", "https://app.evil.example", "https://other.example"),
        ("https://App.example.com", APP, "https://other.example.com"),
        ("https://app.example.com/", APP, "https://other.example.com"),
    ],
)
def test_what_is_not_documented_is_open(entry: str, maybe: str, never: str) -> None:
    doing = routed(parse_cors({"AllowOrigins": [entry]}), OPEN)
    granted, refused = (200, frozenset({(ORIGIN, maybe), VARY})), (200, frozenset({VARY}))

    assert answers(doing, get(maybe)) == {granted, refused}
    assert answers(doing, get(never)) == {refused}


def test_star_lists_with_credentials_are_open() -> None:
    config: Config = {
        "AllowOrigins": ["https://*"],
        "AllowMethods": ["*"],
        "AllowHeaders": ["*"],
        "AllowCredentials": True,
    }
    granted = {(ORIGIN, EVIL), (CREDENTIALS, "true")}
    doing = routed(parse_cors(config), OPEN)

    assert answers(doing, preflight(EVIL, "PUT", "x-id")) == {
        (204, frozenset(granted | {(METHODS, "*"), (HEADERS, "*")})),
        (204, frozenset(granted | {(METHODS, "PUT"), (HEADERS, "x-id")})),
    }


def test_an_empty_configuration_is_open() -> None:
    doing = routed(parse_cors({}), OPEN)

    assert answers(doing, get(EVIL)) == {(200, LOUD_LINES), (200, frozenset({VARY}))}


def test_patterns_stand_as_written_and_in_order() -> None:
    doing = routed(parse_cors({"AllowOrigins": ["https://b.example", "https://*"]}), OPEN)
    listed = [pattern.text for pattern in patterns(doing)]

    # Twice: one case for requests, one for preflights.
    assert listed == ["https://b.example", "https://*"] * 2


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (LISTED, []),
        ({"AllowOrigins": ["*", "https://*", "http://*", "null"]}, ["its other entries change nothing"]),
        ({"AllowOrigins": ["*"], "AllowCredentials": True}, ["refuses this (400)"]),
        ({"AllowOrigins": ["https://*.example.com"]}, ["[0] 'https://*.example.com': not a documented"]),
        ({"AllowOrigins": [APP, "https://app.example.com/"]}, ["[1] 'https://app.example.com/': never"]),
        ({"AllowOrigins": ["https://App.example.com", "app.example.com"]}, ["[0]", "[1]"]),
    ],
)  # fmt: skip
def test_notes_name_the_entry(config: Config, words: list[str]) -> None:
    found = notes(parse_cors(config))

    assert len(found) == len(words)
    assert all(word in note for word, note in zip(words, found, strict=True))
