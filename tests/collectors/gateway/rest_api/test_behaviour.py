"""Requests run through methods: who answers, with which lines."""

from collections.abc import Mapping
from typing import Any

import pytest

from auditor.core.hop.behaviour import Behaviour, Doing, UnreadBehaviour
from auditor.core.path.exchange import Request
from collectors.gateway.rest_api.behaviour import Surroundings
from collectors.gateway.rest_api.gateway_response import GatewayResponses
from tests.collectors.gateway.asking import LOUD_LINES, Answer, answers, get, preflight
from tests.collectors.gateway.rest_api.methods import (
    CREDENTIALS,
    ORIGIN,
    around,
    doing,
    method,
    response,
)
from tests.collectors.gateway.rest_api.templates import cdk, old_serverless, serverless

A, B, C = "https://a.example", "https://b.example", "https://c.example"
EVIL = "https://evil.example"
NO_LINES: frozenset[tuple[str, str]] = frozenset()
THROTTLED = (429, NO_LINES)


def granted(origin: str, *more: tuple[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset({(ORIGIN, origin), *more})


def options(headers: Mapping[str, str], template: str | None = None) -> dict[str, Any]:
    return method("MOCK", [response("200", headers, template)])


def usual(done: Doing, request: Request) -> set[Answer]:
    """The answers but those that the gateway gives now and then."""
    return {answer for answer in answers(done, request) if answer != THROTTLED}


# -- the shapes of templates -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "got"), [(A, A), (B, B), (C, C), (EVIL, A), ("null", A), (None, A), (f"{B}.evil", A)]
)
def test_cdk_writes_the_first_origin_unless_another_matches(origin: str | None, got: str) -> None:
    done = doing("OPTIONS", options({"Access-Control-Allow-Origin": f"'{A}'"}, cdk([B, C])))

    assert usual(done, preflight(origin)) == {(200, granted(got))}


@pytest.mark.parametrize(
    ("origin", "got"),
    [
        (A, A),
        ("https://x.b.example", "https://x.b.example"),
        ("https://x.y.b.example", "https://x.y.b.example"),
        # The dot is quoted, and the whole origin is matched.
        ("https://xb.example", A),
        ("https://x.bXexample", A),
        ("https://x.b.example.evil", A),
        ("http://x.b.example", A),
        (EVIL, A),
        # Only the first star of an entry is a wildcard.
        ("https://1.two.c.example", "https://1.two.c.example"),
        ("https://1.two..c.example", A),
    ],
)
def test_serverless_matches_whole_origins(origin: str, got: str) -> None:
    entries = [A, "https://*.b.example", "https://*.two.c.example"]
    done = doing("OPTIONS", options({"Access-Control-Allow-Origin": f"'{A}'"}, serverless(entries)))

    assert usual(done, preflight(origin)) == {(200, granted(got))}


@pytest.mark.parametrize(
    ("origin", "lines"), [(A, granted(A)), (B, granted(B)), (EVIL, NO_LINES), ("null", NO_LINES)]
)
def test_old_serverless_has_no_static_origin(origin: str, lines: frozenset[Any]) -> None:
    done = doing("OPTIONS", options({}, old_serverless([A, B])))

    assert usual(done, preflight(origin)) == {(200, lines)}


def test_a_reflecting_template_lets_everyone_in() -> None:
    template = (
        '#set($o = $input.params("origin"))'
        "#set($context.responseOverride.header.Access-Control-Allow-Origin = $o)"
    )
    done = doing("OPTIONS", options({"Access-Control-Allow-Credentials": "'true'"}, template))

    assert usual(done, preflight(EVIL)) == {(200, granted(EVIL, (CREDENTIALS, "true")))}
    assert usual(done, preflight("null")) == {(200, granted("null", (CREDENTIALS, "true")))}


def test_a_template_that_is_not_read_may_do_anything_with_what_it_names() -> None:
    template = "#foreach($x in $y)#set($context.responseOverride.header.Access-Control-Allow-Origin = $x)#end"
    done = doing("OPTIONS", options({"Access-Control-Allow-Origin": f"'{A}'"}, template))
    found = usual(done, preflight(EVIL))

    assert {(200, granted(A)), (200, granted(EVIL)), (200, granted("*"))} <= found


def test_branches_are_tried_in_order() -> None:
    template = (
        '#set($o = $input.params("origin"))'
        f'#if($o == "{A}") #set($context.responseOverride.header.Access-Control-Allow-Origin = "x")'
        '#elseif($o.endsWith("a.example")) #set($context.responseOverride.header.Vary = "y")'
        '#else #set($context.responseOverride.header.Access-Control-Allow-Origin = "*") #end'
    )
    done = doing("OPTIONS", options({}, template))

    assert usual(done, preflight(A)) == {(200, granted("x"))}
    assert usual(done, preflight("http://a.example")) == {(200, frozenset({("vary", "y")}))}
    assert usual(done, preflight(B)) == {(200, granted("*"))}


# -- MOCK ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("integration", "statuses"),
    [
        ({}, {200}),
        ({"requestTemplates": {"application/json": "{statusCode:403}"}}, {403}),
        ({"requestTemplates": {"application/json": '{"statusCode": 318}'}}, {200}),
        ({"requestTemplates": {"application/json": '#if($x){"statusCode": 1}#end'}}, {200, 403}),
        # Without a template it is not known whether it answers at all.
        ({"requestTemplates": {}}, {200, 403, 500}),
        ({"requestTemplates": {}, "passthroughBehavior": "NEVER"}, {415}),
        ({"requestTemplates": {"text/x": "{}"}, "passthroughBehavior": "WHEN_NO_TEMPLATES"}, {415}),
    ],
)
def test_the_request_template_chooses(integration: dict[str, Any], statuses: set[int]) -> None:
    responses = [response("200"), response("403", pattern="4\\d{2}")]
    done = doing("OPTIONS", method("MOCK", responses, integration=integration))

    assert {status for status, _ in usual(done, preflight(A))} == statuses


def test_a_mock_without_a_response_for_its_status_fails() -> None:
    body = method("MOCK", [response("403", pattern="403")])

    assert {status for status, _ in usual(doing("GET", body), get(A))} == {500}


@pytest.mark.parametrize(("handling", "statuses"), [("", {200, 500}), ("CONVERT_TO_TEXT", {200})])
def test_binary_types_may_break_a_mock(handling: str, statuses: set[int]) -> None:
    body = method("MOCK", [response("200")], integration={"contentHandling": handling})
    done = doing("OPTIONS", body, around(all_types_binary=True))

    assert {status for status, _ in usual(done, preflight(A))} == statuses


def test_an_override_in_a_request_template_is_not_read() -> None:
    template = "{statusCode: 200} #set($context.responseOverride.header.Vary = 'x')"
    body = method("MOCK", [], integration={"requestTemplates": {"application/json": template}})

    assert isinstance(doing("OPTIONS", body), UnreadBehaviour)


def test_a_method_without_an_integration_is_unread() -> None:
    assert isinstance(doing("GET", {"authorizationType": "NONE"}), UnreadBehaviour)


# -- what stands behind ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["HTTP_PROXY", "AWS_PROXY"])
def test_a_proxy_passes_what_the_backend_says(kind: str) -> None:
    body = method(kind, [response("200", {"Access-Control-Allow-Origin": "'x'"})])

    assert (200, LOUD_LINES) in answers(doing("ANY", body), get(EVIL))
    assert {lines for status, lines in answers(doing("ANY", body), get(EVIL)) if status == 200} == {
        LOUD_LINES
    }


def test_other_integrations_let_nothing_through_that_is_not_mapped() -> None:
    inner = "integration.response.header.Access-Control-Allow-Credentials"
    mapped = {
        "Access-Control-Allow-Origin": f"'{A}'",
        "Access-Control-Allow-Credentials": inner,
    }
    silent = doing("GET", method("HTTP", [response("200")]))
    written = doing("GET", method("HTTP", [response("200", mapped)]))

    assert {lines for status, lines in answers(silent, get(EVIL)) if status == 200} == {NO_LINES}
    assert {lines for status, lines in answers(written, get(EVIL)) if status == 200} == {
        granted(A, (CREDENTIALS, "true"))
    }


def test_a_header_that_no_method_response_declares_is_not_sent() -> None:
    body = method("MOCK", [response("200", {"Access-Control-Allow-Origin": "'*'"})])
    body["methodResponses"] = {"200": {"statusCode": "200", "responseParameters": {}}}

    assert usual(doing("OPTIONS", body), preflight(A)) == {(200, NO_LINES)}


def test_a_fixed_origin_reaches_the_backend() -> None:
    parameters = {"integration.request.header.origin": f"'{A}'"}
    done = doing("GET", method("HTTP_PROXY", integration={"requestParameters": parameters}))

    assert isinstance(done, Behaviour)
    assert get(EVIL).passed(done.inward).origin == A


# -- who may not pass ------------------------------------------------------------------------------

ROWS = [
    {"responseType": "DEFAULT_4XX", "headers": {ORIGIN: "'*'"}},
    {"responseType": "INVALID_API_KEY", "statusCode": "401", "headers": {}},
    {"responseType": "ACCESS_DENIED", "headers": {ORIGIN: "method.request.header.Origin"}},
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "preflights", "requests"),
    [
        ({}, {(429, "*"), (200, "")}, {(429, "*"), (200, "")}),
        ({"authorizationType": "AWS_IAM"}, {(403, "*")}, {(403, "*"), (403, EVIL), (429, "*"), (200, "")}),
        ({"authorizationType": "COGNITO_USER_POOLS"}, {(401, "*")}, {(401, "*"), (403, EVIL), (429, "*"), (200, "")}),
        # What a Lambda authorizer does with a preflight is not known, and it may fail by itself.
        (
            {"authorizationType": "CUSTOM"},
            {(401, "*"), (403, EVIL), (429, "*"), (500, ""), (200, "")},
            {(401, "*"), (403, EVIL), (429, "*"), (500, ""), (200, "")},
        ),
        ({"apiKeyRequired": True}, {(401, "")}, {(401, ""), (429, "*"), (200, "")}),
    ],
)  # fmt: skip
def test_refusals_carry_their_gateway_response(
    changes: dict[str, Any], preflights: set[tuple[int, str]], requests: set[tuple[int, str]]
) -> None:
    done = doing("ANY", method("MOCK", [response("200")], **changes), around(ROWS))

    def shown(request: Request) -> set[tuple[int, str]]:
        return {(status, dict(lines).get(ORIGIN, "")) for status, lines in answers(done, request)}

    assert shown(preflight(EVIL)) == preflights
    assert shown(get(EVIL)) == requests


def test_gateway_responses_that_were_not_read_may_be_anything() -> None:

    unread = Surroundings(GatewayResponses(None, {}, "not read"))
    found = answers(doing("GET", method("MOCK", [response("200")]), unread), get(EVIL))

    assert {(429, granted(EVIL)), (429, granted("*")), (429, NO_LINES), (200, NO_LINES)} <= found


@pytest.mark.parametrize(
    ("body", "facts", "statuses"),
    [
        (method("AWS_PROXY"), {}, {200, 413, 429, 500, 504}),
        (method("MOCK", [response("200")], requestValidatorId="v"), {}, {200, 400, 429}),
        (method("MOCK", [response("200")]), {"has_web_acl": True, "has_policy": True}, {200, 403, 429}),
        (method("HTTP", [response("200")], integration={"passthroughBehavior": "NEVER"}), {}, {200, 413, 415, 429, 500, 504}),
    ],
)  # fmt: skip
def test_what_can_go_wrong_depends_on_the_method(
    body: dict[str, Any], facts: dict[str, bool], statuses: set[int]
) -> None:
    found = answers(doing("GET", body, around(**facts)), get(A))

    assert {status for status, _ in found} == statuses


def test_an_early_override_of_a_backend_is_not_read() -> None:
    template = "#set($context.responseOverride.header.Vary = 'x')"
    body = method("HTTP", [], integration={"requestTemplates": {"text/plain": template}})

    assert isinstance(doing("GET", body), UnreadBehaviour)
