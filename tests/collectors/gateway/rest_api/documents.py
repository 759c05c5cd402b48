"""The shop as the documents of one source, and what is read of them."""

from collections.abc import Sequence
from typing import Any

from auditor.core.reading import Document, Hop, Json, Reading, Unread, Where
from collectors.answers.provenance import Provenance
from collectors.gateway.rest_api.document import (
    api_document,
    domain_document,
    gateway_responses_document,
    mappings_document,
    stages_document,
    vpc_links_document,
)
from collectors.gateway.rest_api.resource_document import resources_document
from tests.collectors.gateway.rest_api.methods import CREDENTIALS, ORIGIN
from tests.collectors.gateway.rest_api.shop import (
    API,
    DOMAIN,
    GATEWAY_RESPONSES,
    ID,
    LINKS,
    MAPPINGS,
    RESOURCES,
    STAGES,
)

SOURCE = "aws:111122223333/eu-west-1"
METHODS = "access-control-allow-methods"


def at(name: str) -> Provenance:
    return Provenance(SOURCE, "111122223333", "eu-west-1", Where(f"{SOURCE} {name}"))


def kept(document: Document | Unread) -> Document:
    assert isinstance(document, Document)
    return document


def api(**changes: Json) -> Document:
    return kept(api_document({**API, **changes}, at("api")))


def resources(items: Sequence[Any] = RESOURCES) -> Document:
    return kept(resources_document(ID, items, at("api")))


def stages(*items: Any) -> Document:
    return stages_document(ID, items or STAGES, at("api"), frozenset({"host"}))


def whole() -> list[Document]:
    return [
        api(),
        resources(),
        stages(),
        gateway_responses_document(ID, GATEWAY_RESPONSES, at("api")),
        vpc_links_document(LINKS, at("links")),
        domain_document(DOMAIN, at("domain")),
        mappings_document("edge.example.com", MAPPINGS, at("domain")),
    ]


def hops(readings: Sequence[Reading]) -> list[Hop]:
    return [reading for reading in readings if isinstance(reading, Hop)]


def unread(readings: Sequence[Reading]) -> list[Unread]:
    return [reading for reading in readings if isinstance(reading, Unread)]


def granted(origin: str) -> frozenset[tuple[str, str]]:
    return frozenset({(ORIGIN, origin), (CREDENTIALS, "true"), (METHODS, "GET,PUT")})
