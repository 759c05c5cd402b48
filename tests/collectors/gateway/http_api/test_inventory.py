"""The live account against files of the AWS CLI, what is denied, and what must not be kept."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from auditor.core.reading import (
    Alias,
    Document,
    Gap,
    Hop,
    Reading,
    Unread,
    Where,
)
from collectors.collector import Collected, Count, Found
from collectors.gateway.http_api.collector import COLLECTOR, fetch
from tests.collectors.gateway.asking import get, linked_answers, preflight, unread_causes
from tests.collectors.gateway.canary import CANARY, holds_canary
from tests.collectors.gateway.conftest import REGION, Gate
from tests.collectors.gateway.http_api.orders import (
    ACCOUNT,
    APP,
    LISTENER,
    SOURCE,
    expected,
    populate,
)
from tests.servers import LOOPBACK, free_port

pytestmark = pytest.mark.server


@pytest.fixture
def client(gate: Gate) -> Any:
    return gate.aws().client("apigatewayv2", REGION)


def readings_of(collected: Collected) -> list[Reading]:
    return [*COLLECTOR.read(collected.documents, {}), *collected.unread]


def test_an_account_is_read(gate: Gate, client: Any) -> None:
    api = populate(client)
    collected = fetch(gate.aws(), ACCOUNT, REGION)
    readings = readings_of(collected)
    url = "https://api.example.com/shop/v1/orders"
    lines = {("access-control-allow-origin", APP), ("access-control-allow-credentials", "true")}
    preflight_lines = {*lines, ("access-control-allow-methods", "GET,PUT")}

    assert collected.unread == ()
    assert collected.counts == (
        Count(SOURCE, "HTTP APIs", 3, 2, 1),
        Count(SOURCE, "custom domain names", 1, 1),
    )
    assert readings == expected(api, client)
    assert linked_answers(readings, url, preflight(APP)) == {(204, frozenset(preflight_lines))}
    assert {seen for _, seen in linked_answers(readings, url, get(APP))} == {frozenset(lines)}
    assert unread_causes(readings, url) == ["nothing that was read answers to host:b.example"]
    assert unread_causes(readings, f"https://{api}.execute-api.{REGION}.amazonaws.com/prod/me") == [
        f"nothing that was read answers to listener:{LISTENER}"
    ]


def test_no_secret_is_kept(gate: Gate, client: Any) -> None:
    populate(client)
    collected = fetch(gate.aws(), ACCOUNT, REGION)

    assert len(collected.documents) == 10
    assert not any(holds_canary(document) for document in collected.documents)
    assert not any(holds_canary(reading) for reading in readings_of(collected))
    # The secret was there to be found.
    assert CANARY in json.dumps(client.get_apis(), default=str)


def commands(client: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the AWS CLI would print, and a file to keep it in."""
    apis = client.get_apis()
    yield "get-apis.json", apis
    for item in apis["Items"]:
        api = item["ApiId"]
        yield f"get-routes.{api}.json", client.get_routes(ApiId=api)
        yield f"{api}/get-integrations.json", client.get_integrations(ApiId=api)
        yield f"{api}/stages.json", client.get_stages(ApiId=api)
    yield "get-domain-names.json", client.get_domain_names()
    mappings = client.get_api_mappings(DomainName="api.example.com")
    yield "get-api-mappings.api.example.com.json", mappings


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
    offline = list(COLLECTOR.read(documents, {}))

    assert len(documents) == len(projected)
    assert not any(holds_canary(document) for document in documents)
    assert sum(isinstance(reading, Hop | Alias) for reading in live) >= 5
    assert placeless(offline) == placeless(live)


@pytest.mark.parametrize(
    ("part", "scope", "kind"),
    [
        ("/routes", "HTTP API {api} routes", "HttpApiRoutes"),
        ("/integrations", "HTTP API {api} integrations", "HttpApiIntegrations"),
        ("/stages", "HTTP API {api} stages", "HttpApiStages"),
        ("/apimappings", "custom domain api.example.com API mappings", "ApiMappings"),
    ],
)
def test_a_denied_part_is_unread_alone(
    gate: Gate, client: Any, part: str, scope: str, kind: str
) -> None:
    api = populate(client)
    expected = {document.kind for document in fetch(gate.aws(), ACCOUNT, REGION).documents}
    gate.refuse(f"{api}{part}" if "domain" not in scope else part, 403, "AccessDeniedException")

    collected = fetch(gate.aws(), ACCOUNT, REGION)

    (unread,) = collected.unread
    assert unread.scope == f"{SOURCE} {scope.format(api=api)}"
    assert unread.gap is Gap.DENIED
    assert unread.reason.endswith(": AccessDeniedException")
    assert "secret" not in repr(unread)
    assert (kind, api) not in {(d.kind, d.key) for d in collected.documents}
    lost = {kind, "DomainName"} if kind == "ApiMappings" else {kind}
    assert {d.kind for d in collected.documents} >= expected - lost


def test_denied_routes_leave_the_configuration(gate: Gate, client: Any) -> None:
    api = populate(client)
    gate.refuse(f"{api}/routes", 403, "AccessDeniedException")
    readings = readings_of(fetch(gate.aws(), ACCOUNT, REGION))
    url = "https://api.example.com/shop/v1/orders"

    assert unread_causes(readings, url) == [f"the routes of HTTP API {api} were not read"]
    assert {status for status, _ in linked_answers(readings, url, preflight(APP))} == {204}
    assert {lines for _, lines in linked_answers(readings, url, get("https://x.example"))} == {
        frozenset()
    }


def test_a_denied_listing_is_the_whole_scope(gate: Gate) -> None:
    gate.refuse("/v2/apis", 403, "AccessDeniedException")

    collected = fetch(gate.aws(), ACCOUNT, REGION)

    (unread,) = collected.unread
    assert (unread.scope, unread.names) == (f"{SOURCE} HTTP APIs", ())
    assert collected.counts[0] == Count(SOURCE, "HTTP APIs", 0, 0)


def test_a_dead_port_is_unreachable(gate: Gate) -> None:
    aws = replace(gate.aws(attempts=0), endpoint=f"http://{LOOPBACK}:{free_port()}")

    collected = fetch(aws, ACCOUNT, REGION)

    assert [unread.gap for unread in collected.unread] == [Gap.UNREACHABLE] * 2
    assert collected.documents == ()
