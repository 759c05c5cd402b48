"""The documents of one source put together: APIs with their parts, domains with their mappings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from auditor.core.reading import Document, Gap, Json, Layer, Unread
from collectors.answers.fields import flag, pairs, rows, text
from collectors.gateway.http_api.document import Kind
from collectors.gateway.http_api.route import Route, in_precedence, parse_route

_PARTS = frozenset({Kind.ROUTES, Kind.INTEGRATIONS, Kind.STAGES})

_Shelf: TypeAlias = Mapping[tuple[str, str], Document]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage; `variables` None when not the stage was read but a mapping that names it."""

    name: str
    auto_deploy: bool = True
    variables: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ApiMapping:
    """One API mapping of a custom domain name; an empty `key` takes every path."""

    domain: str
    key: str
    api: str
    stage: str

    @property
    def address(self) -> str:
        """What it answers to, without the scheme: `api.example.com/v1`."""
        return f"{self.domain}/{self.key}" if self.key else self.domain


@dataclass(frozen=True, slots=True)
class Api:
    """One HTTP API; a part that was not read is None.

    `strange_keys`: route keys that no HTTP API has.
    """

    document: Document
    routes: tuple[Route, ...] | None
    strange_keys: tuple[str, ...]
    integrations: Mapping[str, Json] | None
    stages: tuple[Stage, ...] | None
    mappings: tuple[ApiMapping, ...]

    @property
    def id(self) -> str:
        """The id of the API."""
        return self.document.key


@dataclass(frozen=True, slots=True)
class Domain:
    """One custom domain name, from its own document or its mappings'; `mappings` None: not read."""

    name: str
    document: Document
    mappings: tuple[ApiMapping, ...] | None


@dataclass(frozen=True, slots=True)
class Estate:
    """All of one source, sorted by id and name; `unread`: documents that fit no other."""

    apis: tuple[Api, ...]
    domains: tuple[Domain, ...]
    unread: tuple[Unread, ...]


def assemble(documents: Sequence[Document]) -> Estate:
    """Join the documents of one source by API id and domain name."""
    shelf, unread = _shelve(documents)
    mappings = {
        key: _mappings(document) for (kind, key), document in shelf.items() if kind == Kind.MAPPINGS
    }
    known = [mapping for found in mappings.values() for mapping in found]
    apis = tuple(_api(document, shelf, known) for document in _of(shelf, Kind.API))
    owners = {document.key: document for document in _of(shelf, Kind.MAPPINGS)}
    owners |= {document.key: document for document in _of(shelf, Kind.DOMAIN)}
    domains = tuple(Domain(name, owners[name], mappings.get(name)) for name in sorted(owners))
    return Estate(apis, domains, (*unread, *_orphans(shelf)))


def _shelve(documents: Sequence[Document]) -> tuple[dict[tuple[str, str], Document], list[Unread]]:
    """By kind and key, in order; two documents that disagree are both left out and said."""
    shelf: dict[tuple[str, str], Document] = {}
    at_odds: dict[tuple[str, str], Unread] = {}
    for document in sorted(documents, key=lambda document: (document.key, document.where)):
        place = (document.kind, document.key)
        known = shelf.setdefault(place, document)
        if known.body != document.body:
            at_odds[place] = _unread(
                document,
                Gap.INVALID,
                f"{known.where} and {document.where} say different things of it",
                "keep the newer of the two",
            )
    kept = {place: document for place, document in shelf.items() if place not in at_odds}
    return kept, list(at_odds.values())


def _of(shelf: _Shelf, kind: Kind) -> list[Document]:
    return [document for (given, _), document in shelf.items() if given == kind]


def _api(document: Document, shelf: _Shelf, mappings: Sequence[ApiMapping]) -> Api:
    routes, strange = _routes(shelf.get((Kind.ROUTES, document.key)))
    integrations = shelf.get((Kind.INTEGRATIONS, document.key))
    by_id = integrations.body.get("Integrations") if integrations else None
    return Api(
        document,
        routes,
        strange,
        by_id if isinstance(by_id, dict) else None,
        _stages(shelf.get((Kind.STAGES, document.key))),
        tuple(mapping for mapping in mappings if mapping.api == document.key),
    )


def _routes(document: Document | None) -> tuple[tuple[Route, ...] | None, tuple[str, ...]]:
    if document is None:
        return None, ()
    found: list[Route] = []
    strange: list[str] = []
    for row in rows(document.body, "Routes"):
        key = text(row, "RouteKey")
        route = parse_route(key, text(row, "AuthorizationType"), text(row, "Target"))
        if route is None:
            strange.append(key)
        else:
            found.append(route)
    return in_precedence(found), tuple(strange)


def _stages(document: Document | None) -> tuple[Stage, ...] | None:
    if document is None:
        return None
    return tuple(
        Stage(text(row, "StageName"), flag(row, "AutoDeploy"), pairs(row, "StageVariables"))
        for row in rows(document.body, "Stages")
    )


def _mappings(document: Document) -> tuple[ApiMapping, ...]:
    """The mappings of a domain, the longest key first: the order in which they are tried."""
    found = [
        ApiMapping(document.key, text(row, "ApiMappingKey"), text(row, "ApiId"), text(row, "Stage"))
        for row in rows(document.body, "Mappings")
    ]
    return tuple(sorted(found, key=lambda mapping: (-len(mapping.key), mapping.key)))


def _orphans(shelf: _Shelf) -> list[Unread]:
    return [
        _unread(
            document,
            Gap.ABSENT,
            f"{document.where} belongs to it, but its CORS settings are not there",
            "add the output of `aws apigatewayv2 get-apis`",
        )
        for (kind, key), document in shelf.items()
        if kind in _PARTS and not {(Kind.API, key), (Kind.WEBSOCKET, key)} & shelf.keys()
    ]


def _unread(document: Document, gap: Gap, reason: str, do: str) -> Unread:
    is_domain = document.kind in {Kind.DOMAIN, Kind.MAPPINGS}
    name = f"host:{document.key}" if is_domain else f"execute-api:{document.key}"
    return Unread(
        scope=f"{document.kind} {document.key}",
        source=document.source,
        gap=gap,
        reason=reason,
        do=do,
        where=document.where,
        layer=Layer.GATEWAY,
        names=(name,),
    )
