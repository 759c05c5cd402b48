"""From the documents of one source to hops, aliases and what is unread."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pytest

from auditor.core.hop.behaviour import Behaviour, Service, Silent
from auditor.core.reading import (
    Alias,
    Document,
    Gap,
    Json,
    PathKind,
    PathMatch,
    Reading,
    Unread,
    Where,
)
from collectors.answers.provenance import Provenance
from collectors.gateway.rest_api.document import api_document, domain_document
from collectors.gateway.rest_api.reading import read
from tests.collectors.gateway.asking import ends, get, linked_answers, preflight, unread_causes
from tests.collectors.gateway.canary import holds_canary
from tests.collectors.gateway.rest_api.documents import (
    SOURCE,
    api,
    at,
    granted,
    hops,
    kept,
    resources,
    unread,
    whole,
)
from tests.collectors.gateway.rest_api.methods import ORIGIN
from tests.collectors.gateway.rest_api.shop import (
    ADMIN,
    API,
    APP,
    BALANCER,
    DOMAIN,
    EVIL,
    FUNCTION,
    HOST,
    ID,
    RESOURCES,
)


def test_a_stage_is_a_hop() -> None:
    blue, prod, front = hops(list(read(whole(), {})))

    assert prod.id == "rest-api:111122223333/eu-west-1/shop/prod"
    assert prod.title == f"REST API {ID} (shop, eu-west-1), stage prod"
    assert prod.answers == (f"rest-api:{ID}/prod",)
    assert (blue.role, prod.role) == ("edge.example.com/next", "edge.example.com")
    assert front.answers == (f"execute-api:{ID}",)
    assert prod.labels == (
        ("account", "111122223333"),
        ("region", "eu-west-1"),
        ("stage", "prod"),
        ("endpoint", "REGIONAL"),
        ("stack", "shop-prod"),
        ("tag:aws:cloudformation:stack-name", "shop-prod"),
        ("tag:team", "shop"),
    )
    assert not any(holds_canary(hop) for hop in (blue, prod, front))


@pytest.mark.parametrize(
    ("origin", "got"), [(APP, APP), (ADMIN, ADMIN), (EVIL, APP), ("null", APP)]
)
def test_preflights_by_the_own_host(origin: str, got: str) -> None:
    found = linked_answers(read(whole(), {}), f"https://{HOST}/prod/orders/7", preflight(origin))

    # The API has a policy and a web ACL, and is throttled: each answers by DEFAULT_4XX.
    reflected = frozenset({(ORIGIN, origin)})
    assert found == {(204, granted(got)), (403, reflected), (429, reflected)}


def test_an_unsupported_path_reflects_through_its_gateway_response() -> None:
    for path in ("/prod/other", "/prod/private/x", "/prod"):
        found = linked_answers(read(whole(), {}), f"https://{HOST}{path}", get(EVIL))
        assert found == {(403, frozenset({(ORIGIN, EVIL)}))}


def test_options_without_a_method_are_refused() -> None:
    found = linked_answers(read(whole(), {}), f"https://{HOST}/prod/private", preflight(APP))

    assert found == {(403, frozenset({(ORIGIN, APP)}))}


def test_a_stage_that_is_not_there_is_forbidden_without_lines() -> None:
    for path in ("/", "/gone/orders"):
        found = linked_answers(read(whole(), {}), f"https://{HOST}{path}", get(EVIL))
        assert found == {(403, frozenset())}


@pytest.mark.parametrize(
    ("url", "end"),
    [
        (f"{HOST}/prod/orders", f"lambda:{FUNCTION}"),
        (f"{HOST}/prod/v1/a", "host:b.example"),
        (f"{HOST}/blue/v1/a", "host:blue.example"),
        (f"{HOST}/prod/private", BALANCER),
        ("edge.example.com/orders", f"lambda:{FUNCTION}"),
        ("edge.example.com/next/v1/a", "host:blue.example"),
        # A mapping without a stage leaves it to the path.
        ("edge.example.com/free/blue/v1/a", "host:blue.example"),
        ("edge.example.com/far/x", "execute-api:other00001"),
        ("d1.cloudfront.net/next/v1/a", "host:blue.example"),
    ],
)
def test_where_requests_go(url: str, end: str) -> None:
    expected = f"nothing that was read answers to {end}"

    assert unread_causes(list(read(whole(), {})), f"https://{url}") == [expected]


def test_what_is_replaced_ends_here() -> None:
    readings = list(read(whole(), {}))
    found = linked_answers(readings, f"https://{HOST}/prod/orders/7", get(EVIL))

    assert ends(readings, f"https://{HOST}/prod/orders/7") == [Silent((200,))]
    assert (200, frozenset({(ORIGIN, "*")})) in found
    # The function's error comes out with the status of its response, which maps nothing.
    assert {lines for status, lines in found if status == 200} == {frozenset({(ORIGIN, "*")})}


def test_aliases() -> None:
    found = [reading for reading in read(whole(), {}) if isinstance(reading, Alias)]
    where, domain = Where(f"{SOURCE} api"), Where(f"{SOURCE} domain")
    own, edge = f"execute-api:{ID}", "host:edge.example.com"

    def under(path: str) -> PathMatch:
        return PathMatch(PathKind.PREFIX, path)

    assert found == [
        Alias(own, f"rest-api:{ID}/blue", where, SOURCE, under("/blue"), "/blue"),
        Alias(own, f"rest-api:{ID}/prod", where, SOURCE, under("/prod"), "/prod"),
        Alias(f"host:{HOST}", own, where, SOURCE),
        Alias("host:d1.cloudfront.net", edge, domain, SOURCE, entry=False),
        Alias(edge, own, domain, SOURCE, under("/free"), "/free"),
        Alias(edge, f"rest-api:{ID}/blue", domain, SOURCE, under("/next"), "/next"),
        Alias(edge, "execute-api:other00001", domain, SOURCE, under("/far"), "/far", "/live"),
        Alias(edge, f"rest-api:{ID}/prod", domain, SOURCE),
    ]  # fmt: skip


def test_the_order_of_documents_is_nothing() -> None:
    documents = whole()[:5]
    expected = list(read(documents, {}))

    assert all(list(read(given, {})) == expected for given in permutations(documents))


def test_private_apis_answer_to_their_endpoints_too() -> None:
    private: Json = {"types": ["PRIVATE"], "vpcEndpointIds": ["vpce-1"]}
    readings = list(read([api(endpointConfiguration=private), *whole()[1:]], {}))
    host = f"{ID}-vpce-1.execute-api.eu-west-1.amazonaws.com"

    assert ("endpoint", "PRIVATE") in hops(readings)[0].labels
    assert (403, frozenset({(ORIGIN, EVIL)})) in linked_answers(
        readings, f"https://{host}/prod/none", get(EVIL)
    )


def test_a_disabled_host_is_no_name() -> None:
    readings = list(read([api(disableExecuteApiEndpoint=True), *whole()[1:]], {}))

    assert not any(isinstance(one, Alias) and one.name == f"host:{HOST}" for one in readings)
    assert linked_answers(readings, "https://edge.example.com/none", get(EVIL))


def test_same_names_are_told_apart() -> None:
    other = kept(api_document({**API, "id": "b2"}, at("api")))
    found = hops(list(read([*whole(), other], {})))

    assert "rest-api:111122223333/eu-west-1/shop b2" in [hop.id for hop in found]
    assert f"rest-api:111122223333/eu-west-1/shop {ID}/prod" in [hop.id for hop in found]


# -- what is missing -------------------------------------------------------------------------------


def offline(documents: Sequence[Document]) -> list[Reading]:
    return list(read([replace(one, source="file:estate") for one in documents], {}))


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        ("RestApiStages", f"aws apigateway get-stages --rest-api-id {ID}"),
        ("RestApiResources", f"aws apigateway get-resources --embed methods --rest-api-id {ID}"),
        ("RestApiGatewayResponses", f"aws apigateway get-gateway-responses --rest-api-id {ID}"),
    ],
)
def test_a_part_that_no_file_holds_is_unread_with_its_command(kind: str, command: str) -> None:
    documents = [document for document in whole() if document.kind != kind]
    found = offline(documents)

    (gap,) = unread(found)
    assert gap.gap is Gap.ABSENT
    assert command in gap.do
    # It is never read as clean: anything is possible where the part would have said.
    url = f"https://{HOST}/prod/orders"
    lines = {
        dict(lines).get(ORIGIN)
        for request in (get(EVIL), preflight(EVIL))
        for _, lines in linked_answers(found, url, request)
    }
    assert EVIL in lines
    assert "*" in lines
    # A live run has said it itself, with the reason.
    assert unread(list(read(documents, {}))) == []


def test_without_a_region_the_host_is_unread() -> None:
    nowhere = kept(api_document(API, Provenance("file:estate", "", "", Where("x"))))
    found = offline([nowhere, *whole()[1:]])

    assert [gap.gap for gap in unread(found)] == [Gap.UNRESOLVED]
    assert not any(isinstance(one, Alias) and one.name.startswith(f"host:{ID}") for one in found)


def test_parts_without_their_api_are_unread() -> None:
    (gap,) = read([resources()], {})

    assert isinstance(gap, Unread)
    assert gap.names == (f"execute-api:{ID}",)
    assert "get-rest-apis" in gap.do


def test_two_files_that_disagree_are_both_left_out() -> None:
    other = replace(resources([RESOURCES[1]]), where=Where("other"))
    found = unread(list(read([*whole(), other], {})))

    assert [gap.gap for gap in found] == [Gap.INVALID]


@pytest.mark.parametrize(
    ("changes", "gap"),
    [({"routingMode": "ROUTING_RULE_ONLY"}, Gap.UNSUPPORTED), ({}, Gap.ABSENT)],
)
def test_domains_that_cannot_be_followed(changes: dict[str, Json], gap: Gap) -> None:
    domain = domain_document({**DOMAIN, **changes}, at("domain"))
    (found,) = unread(list(read([*whole()[:5], domain], {})))

    assert found.gap is gap
    assert found.names == ("host:edge.example.com",)


def test_the_end_of_nothing_serves_nothing() -> None:
    prod = hops(list(read(whole(), {})))[1]
    end = prod.cases[-1].to

    assert isinstance(end, Service)
    assert isinstance(end.doing, Behaviour)
    assert end.doing.responds[0].statuses == (403,)
