"""The live account against files of the AWS CLI, what is denied, and what must not be kept."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from auditor.core.reading import Alias, Document, Gap, Hop, Reading, Unread, Where
from collectors.collector import Collected, Count, Found
from collectors.gateway.rest_api.collector import COLLECTOR, fetch
from tests.collectors.gateway.asking import get, linked_answers, preflight, unread_causes
from tests.collectors.gateway.canary import CANARY, holds_canary
from tests.collectors.gateway.conftest import REGION, Gate
from tests.collectors.gateway.rest_api.account import ACCOUNT, DOMAIN, populate
from tests.collectors.gateway.rest_api.methods import ORIGIN
from tests.collectors.gateway.rest_api.shop import ADMIN, APP, EVIL, FUNCTION
from tests.servers import LOOPBACK, free_port

pytestmark = pytest.mark.server
SOURCE = f"aws:{ACCOUNT}/{REGION}"
URL = f"https://{DOMAIN}/shop"


@pytest.fixture
def client(gate: Gate) -> Any:
    """What makes things in the account: it goes past the gate, which lets nothing but reads through."""
    behind = replace(gate.aws(), endpoint=f"http://{LOOPBACK}:{gate.backend}")
    return behind.client("apigateway", REGION)


def readings_of(collected: Collected) -> list[Reading]:
    return [*COLLECTOR.read(collected.documents, {}), *collected.unread]


def test_an_account_is_read(gate: Gate, client: Any) -> None:
    populate(client)
    asked = len(gate.asked)
    collected = fetch(gate.aws(), ACCOUNT, REGION)
    readings = readings_of(collected)

    assert collected.unread == ()
    assert collected.counts == (
        Count(SOURCE, "REST APIs", 2, 2),
        Count(SOURCE, "edge and private domain names", 1, 1),
    )
    # One for the APIs, three for each, one for the domains and one for the mappings.
    assert len(gate.asked) - asked == 1 + 2 * 3 + 1 + 1
    for origin, got in ((APP, APP), (ADMIN, ADMIN), (EVIL, APP)):
        assert linked_answers(readings, f"{URL}/orders", preflight(origin)) == {
            (204, frozenset({(ORIGIN, got)})),
            (429, frozenset({(ORIGIN, origin)})),
        }
    assert linked_answers(readings, f"{URL}/none", get(EVIL)) == {
        (403, frozenset({(ORIGIN, EVIL)}))
    }
    assert unread_causes(readings, f"{URL}/orders") == [
        f"nothing that was read answers to lambda:{FUNCTION}"
    ]
    assert unread_causes(readings, f"{URL}/v1/a/b") == [
        "nothing that was read answers to host:b.example"
    ]


def test_no_secret_is_kept(gate: Gate, client: Any) -> None:
    api = populate(client)
    collected = fetch(gate.aws(), ACCOUNT, REGION)

    assert len(collected.documents) == 10
    assert not any(holds_canary(document) for document in collected.documents)
    assert not any(holds_canary(reading) for reading in readings_of(collected))
    # The secret was there to be found.
    given = (
        client.get_rest_apis(),
        client.get_resources(restApiId=api, embed=["methods"]),
        client.get_stages(restApiId=api),
        client.get_gateway_responses(restApiId=api),
    )
    assert all(CANARY in json.dumps(answer, default=str) for answer in given)


def commands(client: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the AWS CLI would print, and a file to keep it in."""
    apis = client.get_rest_apis()
    yield "get-rest-apis.json", apis
    for item in apis["items"]:
        api = item["id"]
        yield f"get-resources.{api}.json", client.get_resources(restApiId=api, embed=["methods"])
        yield f"{api}/get-stages.json", client.get_stages(restApiId=api)
        yield f"{api}/gateway-responses.json", client.get_gateway_responses(restApiId=api)
    yield "get-domain-names.json", client.get_domain_names()
    mappings = client.get_base_path_mappings(domainName=DOMAIN)
    yield f"get-base-path-mappings.{DOMAIN}.json", mappings


def from_files(client: Any, folder: str) -> list[Document | Unread]:
    found: list[Document | Unread] = []
    for name, answer in commands(client):
        body = json.loads(json.dumps(answer, default=str))
        body.pop("ResponseMetadata")
        found += COLLECTOR.project(Found(body, "file:estate", Where(f"{folder}/{name}")))
    return found


def placeless(readings: list[Reading]) -> list[Reading]:
    """`readings` without where they were read."""
    nowhere = Where("")
    found: list[Reading] = []
    for reading in readings:
        bare = replace(reading, source="", where=nowhere)
        if isinstance(bare, Hop):
            bare = replace(bare, fields=tuple((field, nowhere) for field, _ in bare.fields))
        found.append(bare)
    return found


def test_live_and_files_say_the_same(gate: Gate, client: Any) -> None:
    populate(client)
    live = readings_of(fetch(gate.aws(), ACCOUNT, REGION))
    projected = from_files(client, f"{ACCOUNT}/{REGION}")
    documents = [document for document in projected if isinstance(document, Document)]

    assert len(documents) == len(projected)
    assert not any(holds_canary(document) for document in documents)
    assert sum(isinstance(reading, Hop | Alias) for reading in live) >= 7
    assert placeless(list(COLLECTOR.read(documents, {}))) == placeless(live)


@pytest.mark.parametrize(
    ("part", "scope", "kind"),
    [
        ("/resources", "REST API {api} resources", "RestApiResources"),
        ("/gatewayresponses", "REST API {api} gateway responses", "RestApiGatewayResponses"),
        ("/stages", "REST API {api} stages", "RestApiStages"),
        ("/basepathmappings", f"custom domain {DOMAIN} base path mappings", "BasePathMappings"),
    ],
)
def test_a_denied_part_is_unread_alone(
    gate: Gate, client: Any, part: str, scope: str, kind: str
) -> None:
    api = populate(client)
    expected = {document.kind for document in fetch(gate.aws(), ACCOUNT, REGION).documents}
    gate.refuse(part if "domain" in scope else f"{api}{part}", 403, "AccessDeniedException")

    collected = fetch(gate.aws(), ACCOUNT, REGION)

    (unread,) = collected.unread
    assert unread.scope == f"{SOURCE} {scope.format(api=api)}"
    assert unread.gap is Gap.DENIED
    assert unread.reason.endswith(": AccessDeniedException")
    assert "secret" not in repr(unread)
    assert (kind, api) not in {(d.kind, d.key) for d in collected.documents}
    lost = {kind, "RestDomainName"} if kind == "BasePathMappings" else {kind}
    assert {d.kind for d in collected.documents} >= expected - lost
    # The gap is said once, and never reads as clean.
    readings = readings_of(collected)
    assert [one for one in readings if isinstance(one, Unread)] == [unread]
    if kind != "BasePathMappings":
        found = linked_answers(readings, f"{URL}/none", get(EVIL))
        assert (403, frozenset()) not in found or len(found) > 1


def test_a_denied_listing_is_the_whole_scope(gate: Gate) -> None:
    gate.refuse("/restapis", 403, "AccessDeniedException")

    collected = fetch(gate.aws(), ACCOUNT, REGION)

    (unread,) = collected.unread
    assert (unread.scope, unread.names) == (f"{SOURCE} REST APIs", ())
    assert collected.counts[0] == Count(SOURCE, "REST APIs", 0, 0)


def test_throttling_is_waited_for(gate: Gate, client: Any) -> None:
    populate(client)
    gate.refuse("/resources", 429, "TooManyRequestsException", times=1)

    assert fetch(gate.aws(attempts=3), ACCOUNT, REGION).unread == ()


def test_a_dead_port_is_unreachable(gate: Gate) -> None:
    aws = replace(gate.aws(attempts=0), endpoint=f"http://{LOOPBACK}:{free_port()}")

    collected = fetch(aws, ACCOUNT, REGION)

    assert [unread.gap for unread in collected.unread] == [Gap.UNREACHABLE] * 2
    assert collected.documents == ()
