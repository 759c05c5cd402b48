"""Response headers policies: who gets which line, in front of origins that send CORS or none."""

from typing import Any

import pytest

from auditor.core.hop.behaviour import Behaviour, Terminal
from auditor.core.hop.op import add_line
from auditor.core.path.exchange import Request
from auditor.core.reading import Document, Where
from collectors.answers.provenance import Provenance
from collectors.cdn.cloudfront.policy import parse_response_headers
from collectors.cdn.cloudfront.policy_document import response_headers_document
from collectors.cdn.cloudfront.response_headers import edits
from tests.collectors.cdn.cloudfront.asking import ECHO, SILENT, STAR, backend, lines
from tests.collectors.cdn.cloudfront.world import APP, EVIL, cors, some
from tests.collectors.gateway.asking import get, preflight

ORIGIN, CREDENTIALS = "access-control-allow-origin", "access-control-allow-credentials"
EXPOSE, AGE = "access-control-expose-headers", "access-control-max-age"
ALLOWED = {("access-control-allow-headers", "content-type"), ("access-control-allow-methods", "GET,PUT")}  # fmt: skip
NOTHING: set[tuple[str, str]] = set()
FULL = cors(
    AccessControlAllowCredentials=True,
    AccessControlExposeHeaders=some(["etag", "x-id"]),
    AccessControlMaxAgeSec=600,
)
SUBDOMAINS = cors(["https://*.example.com", "plain.example.org", "http://x.example:*"])


def policy(**config: Any) -> Behaviour:
    place = Provenance("s", "", "", Where("f"))
    document = response_headers_document("p", {"Name": "p", **config}, place)
    assert isinstance(document, Document)
    return Behaviour(edits=edits(parse_response_headers(document)))


def asked(config: dict[str, Any], request: Request, end: Terminal) -> set[frozenset[Any]]:
    return lines(policy(CorsConfig=config), request, end)


@pytest.mark.parametrize(
    ("config", "request_", "expected"),
    [
        (cors(), get(APP), {(ORIGIN, APP)}),
        (cors(), get(EVIL), NOTHING),
        (cors(), get(None), NOTHING),
        (cors(), preflight(APP), {(ORIGIN, APP), *ALLOWED}),
        (cors(), preflight(EVIL), NOTHING),
        # Neither a preflight nor a request: OPTIONS without Access-Control-Request-Method.
        (cors(), Request("OPTIONS", APP), {(ORIGIN, APP)}),
        (FULL, get(APP), {(ORIGIN, APP), (CREDENTIALS, "true"), (EXPOSE, "etag,x-id")}),
        (FULL, preflight(APP), {(ORIGIN, APP), (CREDENTIALS, "true"), (EXPOSE, "etag,x-id"), (AGE, "600"), *ALLOWED}),
        (cors(["*"]), get(EVIL), {(ORIGIN, "*")}),
        (cors(["*"]), get("null"), {(ORIGIN, "*")}),
        (cors(["*"]), get(None), NOTHING),
        (cors(methods=["ALL"], headers=["*"]), preflight(APP), {
            (ORIGIN, APP),
            ("access-control-allow-headers", "*"),
            ("access-control-allow-methods", "GET,HEAD,PUT,POST,PATCH,DELETE,OPTIONS"),
        }),
        (SUBDOMAINS, get("https://a.b.example.com"), {(ORIGIN, "https://a.b.example.com")}),
        (SUBDOMAINS, get("https://example.com"), NOTHING),
        (SUBDOMAINS, get("http://plain.example.org"), {(ORIGIN, "http://plain.example.org")}),
        (SUBDOMAINS, get("http://x.example:8080"), {(ORIGIN, "http://x.example:8080")}),
        (SUBDOMAINS, get("http://y.example"), NOTHING),
    ],
)  # fmt: skip
@pytest.mark.parametrize("override", [True, False])
def test_before_an_origin_that_sends_no_cors(
    config: dict[str, Any], request_: Request, expected: set[Any], override: bool
) -> None:
    assert asked({**config, "OriginOverride": override}, request_, SILENT) == {frozenset(expected)}


def test_override_replaces_what_the_origin_sends() -> None:
    assert asked(cors(), get(APP), STAR) == {frozenset({(ORIGIN, APP)})}
    # Whether the origin's own star passes for the others is not documented.
    assert asked(cors(), get(EVIL), STAR) == {frozenset({(ORIGIN, "*")}), frozenset()}
    assert asked(cors(["*"]), get(EVIL), ECHO) == {frozenset({(ORIGIN, "*"), ("vary", "Origin")})}


def test_without_override_the_origin_wins() -> None:
    config = cors(OriginOverride=False, AccessControlAllowCredentials=True)

    assert asked(config, get(EVIL), STAR) == {frozenset({(ORIGIN, "*")})}
    # Each header by itself, or all of them: the guide and an emulator differ.
    assert asked(config, get(APP), STAR) == {
        frozenset({(ORIGIN, "*")}),
        frozenset({(ORIGIN, "*"), (CREDENTIALS, "true")}),
    }
    exposing = backend(add_line(EXPOSE, "x-own"))
    assert asked({**config, "AccessControlExposeHeaders": some(["etag"])}, get(APP), exposing) == {
        frozenset({(EXPOSE, "x-own"), (ORIGIN, APP), (CREDENTIALS, "true")}),
    }


def test_star_with_credentials_is_read_both_ways() -> None:
    found = asked(cors(["*"], AccessControlAllowCredentials=True), get(EVIL), SILENT)

    assert found == {
        frozenset({(ORIGIN, "*"), (CREDENTIALS, "true")}),
        frozenset({(ORIGIN, EVIL), (CREDENTIALS, "true")}),
    }


def test_a_wildcard_inside_a_header_name_is_not_guessed() -> None:
    found = asked(cors(headers=["x-amz-*"]), preflight(APP, "PUT", "x-amz-date"), SILENT)

    allowed = {dict(answer).get("access-control-allow-headers") for answer in found}
    assert {None, "x-amz-date"} <= allowed
    assert "x-amz-*" not in allowed


def test_headers_are_removed_first() -> None:
    removing = {"RemoveHeadersConfig": some([{"Header": "Access-Control-Allow-Origin"}, {"Header": "VARY"}])}  # fmt: skip
    config = cors(OriginOverride=False)

    assert lines(policy(**removing), get(EVIL), ECHO) == {frozenset()}
    assert lines(policy(**removing, CorsConfig=config), get(APP), STAR) == {
        frozenset({(ORIGIN, APP)})
    }


@pytest.mark.parametrize(
    ("override", "end", "expected"),
    [
        (True, STAR, {(ORIGIN, APP)}),
        (False, STAR, {(ORIGIN, "*")}),
        (False, SILENT, {(ORIGIN, APP)}),
    ],
)
def test_custom_headers_are_on_every_response(
    override: bool, end: Terminal, expected: set[Any]
) -> None:
    header = {"Header": "Access-Control-Allow-Origin", "Value": APP, "Override": override}
    custom = policy(CustomHeadersConfig=some([header]))

    for request in (get(EVIL), get(None), preflight(EVIL)):
        assert lines(custom, request, end) == {frozenset(expected)}


def test_each_entry_is_the_grantor_of_its_own_origins() -> None:
    behaviour = policy(CorsConfig=cors(["https://a.example", "https://*.example"]))
    fields = [op.field for case in behaviour.edits[0] for op in case.ops if op.names == (ORIGIN,)]

    prefix = "response headers policy p AccessControlAllowOrigins"
    assert fields == [f"{prefix}[0]", f"{prefix}[0]", f"{prefix}[1]", f"{prefix}[1]"]
