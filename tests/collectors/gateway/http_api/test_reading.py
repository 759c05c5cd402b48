"""From the documents of one source to hops, aliases and what is unread."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest

from auditor.core.reading import (
    ANY_PATH,
    Alias,
    Document,
    Gap,
    Hop,
    Json,
    PathKind,
    PathMatch,
    Reading,
    Remedy,
    Unread,
    Where,
)
from collectors.answers.provenance import Provenance
from collectors.gateway.http_api.document import (
    api_document,
    domain_document,
    integrations_document,
    mappings_document,
    routes_document,
    stages_document,
)
from collectors.gateway.http_api.hop import (
    DEPLOY_ASSUMED,
    JWT_ASSUMED,
    ROUTES_ASSUMED,
    VARY_ASSUMED,
)
from collectors.gateway.http_api.reading import read
from tests.collectors.gateway.asking import get, linked_answers, preflight, unread_causes

SOURCE = "aws:111122223333/eu-west-1"
APP, EVIL = "https://app.example.com", "https://evil.example"
HOST = "a1b2c3.execute-api.eu-west-1.amazonaws.com"
ORIGIN = "access-control-allow-origin"
API: dict[str, Json] = {
    "ApiId": "a1b2c3",
    "Name": "orders",
    "ApiEndpoint": f"https://{HOST}",
    "CorsConfiguration": {"AllowOrigins": [APP, "https://*"]},
    "Tags": {"team": "shop", "aws:cloudformation:stack-name": "orders-prod"},
}
ROUTES: list[dict[str, Any]] = [
    {"RouteKey": "GET /v1/{proxy+}", "Target": "integrations/i1"},
    {"RouteKey": "POST /login", "Target": "integrations/i2", "AuthorizationType": "NONE"},
]
INTEGRATIONS: list[dict[str, Any]] = [
    {"IntegrationId": "i1", "IntegrationType": "HTTP_PROXY",
     "IntegrationUri": "https://${stageVariables.host}/{proxy}"},
    {"IntegrationId": "i2", "IntegrationType": "AWS_PROXY",
     "IntegrationUri": "arn:aws:lambda:eu-west-1:111122223333:function:login"},
]  # fmt: skip
STAGES: list[dict[str, Any]] = [
    {"StageName": "$default", "AutoDeploy": True, "StageVariables": {"host": "b.example"}},
    {"StageName": "blue", "AutoDeploy": False, "StageVariables": {"host": "blue.example"}},
]
DOMAIN: dict[str, Json] = {
    "DomainName": "api.example.com",
    "DomainNameConfigurations": [{"ApiGatewayDomainName": "d-1.execute-api.eu-west-1.amazonaws.com"}],
}  # fmt: skip
MAPPINGS: list[dict[str, Any]] = [
    {"ApiId": "a1b2c3", "Stage": "$default", "ApiMappingKey": ""},
    {"ApiId": "a1b2c3", "Stage": "blue", "ApiMappingKey": "next"},
    {"ApiId": "rest000001", "Stage": "prod", "ApiMappingKey": "next/old"},
]


def at(name: str) -> Provenance:
    return Provenance(SOURCE, "111122223333", "eu-west-1", Where(f"{SOURCE} {name}"))


def api(**changes: Json) -> Document:
    document = api_document({**API, **changes}, at("api"))
    assert isinstance(document, Document)
    return document


def whole() -> list[Document]:
    return [
        api(),
        routes_document("a1b2c3", ROUTES, at("api")),
        integrations_document("a1b2c3", INTEGRATIONS, at("api")),
        stages_document("a1b2c3", STAGES, at("api")),
        domain_document(DOMAIN, at("domain")),
        mappings_document("api.example.com", MAPPINGS, at("domain")),
    ]


def hops(readings: Sequence[Reading]) -> list[Hop]:
    return [reading for reading in readings if isinstance(reading, Hop)]


def unread(readings: Sequence[Reading]) -> list[Unread]:
    return [reading for reading in readings if isinstance(reading, Unread)]


def test_a_stage_is_a_hop() -> None:
    first, second = hops(list(read(whole(), {})))

    assert first.id == "http-api:111122223333/eu-west-1/orders/$default"
    assert first.title == "HTTP API a1b2c3 (orders, eu-west-1), stage $default"
    assert first.answers == ("http-api:a1b2c3/$default",)
    assert first.role == "api.example.com"
    assert second.role == "api.example.com/next"
    assert first.where == Where(f"{SOURCE} api")
    assert first.labels == (
        ("account", "111122223333"),
        ("region", "eu-west-1"),
        ("stage", "$default"),
        ("tag:aws:cloudformation:stack-name", "orders-prod"),
        ("tag:team", "shop"),
    )
    assert [case.title for case in first.cases] == ["POST /login", "GET /v1/{proxy+}", "no route"]
    assert DEPLOY_ASSUMED in second.assumed
    assert DEPLOY_ASSUMED not in first.assumed
    assert VARY_ASSUMED in first.assumed


def test_fields_and_remedies_name_the_entry_and_the_stack() -> None:
    hop = hops(list(read(whole(), {})))[0]
    owner = "of HTTP API a1b2c3 (in stack orders-prod, which manages it: a console edit is undone)"

    assert [field for field, _ in hop.fields] == [
        "CorsConfiguration.AllowOrigins",
        "CorsConfiguration.AllowOrigins[0]",
        "CorsConfiguration.AllowOrigins[1]",
    ]
    assert hop.remedies[:2] == (
        Remedy(
            "CorsConfiguration.AllowOrigins[1]",
            f"replace 'https://*' in AllowOrigins by the origins that are meant, {owner}",
        ),
        Remedy("CorsConfiguration.AllowOrigins", f"remove {{origin}} from AllowOrigins {owner}"),
    )


def test_the_lines_of_a_file_reach_the_fields() -> None:
    document = api_document(API, Provenance("f", "", "", Where("f", 1), {
        ("CorsConfiguration", "AllowOrigins", 1): 9}.get))  # fmt: skip
    assert isinstance(document, Document)
    hop = hops(list(read([document], {})))[0]

    assert dict(hop.fields)["CorsConfiguration.AllowOrigins[1]"] == Where("f", 9)
    assert dict(hop.fields)["CorsConfiguration.AllowOrigins[0]"] == Where("f", 1)


def test_names_lead_to_stages() -> None:
    aliases = [reading for reading in read(whole(), {}) if isinstance(reading, Alias)]

    assert [(a.name, a.match, a.strip, a.add, a.to) for a in aliases] == [
        ("execute-api:a1b2c3", PathMatch(PathKind.PREFIX, "/blue"), "/blue", "", "http-api:a1b2c3/blue"),
        ("execute-api:a1b2c3", ANY_PATH, "", "", "http-api:a1b2c3/$default"),
        (f"host:{HOST}", ANY_PATH, "", "", "execute-api:a1b2c3"),
        ("host:d-1.execute-api.eu-west-1.amazonaws.com", ANY_PATH, "", "", "host:api.example.com"),
        ("host:api.example.com", PathMatch(PathKind.PREFIX, "/next/old"), "/next/old", "/prod", "execute-api:rest000001"),
        ("host:api.example.com", PathMatch(PathKind.PREFIX, "/next"), "/next", "", "http-api:a1b2c3/blue"),
        ("host:api.example.com", ANY_PATH, "", "", "http-api:a1b2c3/$default"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "method", "end"),
    [
        (f"https://{HOST}/v1/a", "GET", "host:b.example"),
        (f"https://{HOST}/blue/v1/a", "GET", "host:blue.example"),
        ("https://api.example.com/v1/a", "GET", "host:b.example"),
        ("https://api.example.com/next/v1/a", "GET", "host:blue.example"),
        ("https://api.example.com/login", "POST", "lambda:arn:aws:lambda:eu-west-1:111122223333:function:login"),
        ("https://api.example.com/next/old/x", "GET", "execute-api:rest000001"),
    ],
)  # fmt: skip
def test_requests_find_their_way(url: str, method: str, end: str) -> None:
    assert unread_causes(list(read(whole(), {})), url, method) == [
        f"nothing that was read answers to {end}"
    ]


def test_preflights_are_answered_where_no_route_takes_options() -> None:
    readings = list(read(whole(), {}))
    granted = {(204, frozenset({(ORIGIN, APP)}))}

    for path in ("/v1/a", "/login", "/nowhere"):
        assert linked_answers(readings, f"https://{HOST}{path}", preflight(APP)) == granted
    assert linked_answers(readings, f"https://{HOST}/nowhere", get("http://x.example")) == {
        (404, frozenset())
    }


def test_a_closed_host_is_not_answered() -> None:
    documents = [api(DisableExecuteApiEndpoint=True), *whole()[1:]]
    aliases = [reading for reading in read(documents, {}) if isinstance(reading, Alias)]

    assert f"host:{HOST}" not in {alias.name for alias in aliases}
    assert unread_causes(list(read(documents, {})), "https://api.example.com/v1/a")


def test_the_configuration_alone_already_decides() -> None:
    readings = list(read([api(CorsConfiguration={"AllowOrigins": [APP]})], {}))
    (hop,) = hops(readings)
    url = f"https://{HOST}/any/path"

    assert hop.answers == ("execute-api:a1b2c3",)
    assert ROUTES_ASSUMED in hop.assumed
    assert unread_causes(readings, url) == ["the stages of HTTP API a1b2c3 were not read"]
    assert linked_answers(readings, url, preflight(APP)) == {(204, frozenset({(ORIGIN, APP)}))}
    assert linked_answers(readings, url, preflight(EVIL)) == {(204, frozenset())}
    assert {lines for status, lines in linked_answers(readings, url, get(EVIL))} == {frozenset()}


@pytest.mark.parametrize(
    ("left_out", "end"),
    [
        ("HttpApiRoutes", "the routes of HTTP API a1b2c3 were not read"),
        ("HttpApiIntegrations", "integration i1 of HTTP API a1b2c3 was not read"),
        ("HttpApiStages", "'https://${stageVariables.host}/{proxy}' needs a stage variable that was not read"),
    ],
)  # fmt: skip
def test_a_part_that_was_not_read_ends_unread(left_out: str, end: str) -> None:
    readings = list(read([d for d in whole() if d.kind != left_out], {}))

    assert unread_causes(readings, "https://api.example.com/v1/a") == [end]


def test_a_route_without_target() -> None:
    documents = [api(), stages_document("a1b2c3", STAGES, at("api")),
                 routes_document("a1b2c3", [{"RouteKey": "$default"}, {"RouteKey": "$connect"}], at("api"))]  # fmt: skip
    readings = list(read(documents, {}))

    assert unread_causes(readings, f"https://{HOST}/x") == [
        "route $default of HTTP API a1b2c3 has no target"
    ]
    assert hops(readings)[0].notes == ("route key '$connect' is not understood and was left out",)


def test_jwt_and_unknown_keys_are_said() -> None:
    documents = [
        api(CorsConfiguration={"AllowOrigins": [APP], "AllowOriginPatterns": []}),
        stages_document("a1b2c3", STAGES[:1], at("api")),
        routes_document("a1b2c3", [{"RouteKey": "$default", "AuthorizationType": "JWT"}], at("api")),
    ]  # fmt: skip
    (hop,) = hops(list(read(documents, {})))

    assert JWT_ASSUMED in hop.assumed
    assert hop.notes == ("CorsConfiguration.AllowOriginPatterns is not known and was left out",)


@pytest.mark.parametrize("mode", ["ROUTING_RULE_ONLY", "ROUTING_RULE_THEN_API_MAPPING"])
def test_routing_rules_are_unread(mode: str) -> None:
    documents = [*whole()[:4], domain_document({**DOMAIN, "RoutingMode": mode}, at("domain")), whole()[5]]  # fmt: skip
    readings = list(read(documents, {}))

    (found,) = unread(readings)
    assert found.gap is Gap.UNSUPPORTED
    assert found.names == ("host:api.example.com",)
    assert "host:api.example.com" not in {r.name for r in readings if isinstance(r, Alias)}


def test_a_domain_without_mappings_is_unread() -> None:
    (found,) = unread(list(read(whole()[:5], {})))

    assert found.gap is Gap.ABSENT
    assert found.names == ("host:api.example.com",)
    assert "get-api-mappings.api.example.com.json" in found.do


def test_parts_without_their_api_are_unread() -> None:
    found = unread(list(read(whole()[1:4], {})))

    assert [(u.gap, u.names) for u in found] == [(Gap.ABSENT, ("execute-api:a1b2c3",))] * 3


def test_two_documents_that_disagree_are_unread() -> None:
    readings = list(read([api(), api(CorsConfiguration=None)], {}))

    (found,) = unread(readings)
    assert found.gap is Gap.INVALID
    assert hops(readings) == []
    assert hops(list(read([api(), api()], {}))) != []


def test_apis_of_one_name_are_told_apart() -> None:
    twin = api(ApiId="zz9", ApiEndpoint="")
    ids = [hop.id for hop in hops(list(read([api(), twin], {})))]

    assert ids == [
        "http-api:111122223333/eu-west-1/orders a1b2c3",
        "http-api:111122223333/eu-west-1/orders zz9",
    ]


def test_the_order_of_documents_changes_nothing() -> None:
    expected = list(read(whole(), {}))

    assert all(list(read(order, {})) == expected for order in permutations(whole()))
