"""The documents of one source put together: REST APIs with their parts, domains with mappings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from auditor.core.reading import Document, Gap, Json, Layer, Unread
from collectors.answers.fields import flag, inner, pairs, rows, text, texts
from collectors.gateway.rest_api.document import VPC_LINKS_KEY
from collectors.gateway.rest_api.gateway_response import customised
from collectors.gateway.rest_api.kind import COMMANDS, FILES, Kind
from collectors.gateway.rest_api.method import Resource, parse_resources

_PARTS = (Kind.STAGES, Kind.RESOURCES, Kind.GATEWAY_RESPONSES)
_LIVE = "aws:"

_Shelf: TypeAlias = Mapping[tuple[str, str], Document]


@dataclass(frozen=True, slots=True)
class Canary:
    """A second release that some requests to a stage meet; `variables` replace the stage's."""

    other_deployment: bool
    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage. `cached`: whether answers are stored, by `{path}/{method}` as the service writes
    it; `canary` None when every request meets the same release."""

    name: str
    variables: Mapping[str, str]
    canary: Canary | None = None
    has_web_acl: bool = False
    cached: Mapping[str, bool] | None = None


@dataclass(frozen=True, slots=True)
class BasePathMapping:
    """One base path mapping; an empty `base` takes every path, an empty `stage` leaves it to the
    request's path."""

    domain: str
    base: str
    api: str
    stage: str

    @property
    def address(self) -> str:
        """What it answers to, without the scheme: `api.example.com/v1`."""
        return f"{self.domain}/{self.base}" if self.base else self.domain


@dataclass(frozen=True, slots=True)
class Api:
    """One REST API; a part that was not read is None.

    `lines`: the documents of resources and gateway responses, for where things stand.
    `links`: VPC links and what is behind them, by id, None: not read.
    """

    document: Document
    stages: tuple[Stage, ...] | None
    resources: tuple[Resource, ...] | None
    gateway_responses: Mapping[str, Mapping[str, Json]] | None
    links: Mapping[str, tuple[str, ...]] | None
    mappings: tuple[BasePathMapping, ...]
    parts: Mapping[Kind, Document]

    @property
    def id(self) -> str:
        """The id of the API."""
        return self.document.key


@dataclass(frozen=True, slots=True)
class Domain:
    """One custom domain name, from its own document or its mappings'; `mappings` None: not read."""

    name: str
    document: Document
    mappings: tuple[BasePathMapping, ...] | None


@dataclass(frozen=True, slots=True)
class Estate:
    """All of one source, sorted by id and name; `unread`: what is missing or fits nothing."""

    apis: tuple[Api, ...]
    domains: tuple[Domain, ...]
    unread: tuple[Unread, ...]


def assemble(documents: Sequence[Document]) -> Estate:
    """Join the documents of one source by API id and domain name."""
    shelf, unread = _shelve(documents)
    mappings = {document.key: _mappings(document) for document in _of(shelf, Kind.MAPPINGS)}
    known = [mapping for found in mappings.values() for mapping in found]
    apis = tuple(_api(document, shelf, known) for document in _of(shelf, Kind.API))
    owners = {document.key: document for document in _of(shelf, Kind.MAPPINGS)}
    owners |= {document.key: document for document in _of(shelf, Kind.DOMAIN)}
    domains = tuple(Domain(name, owners[name], mappings.get(name)) for name in sorted(owners))
    missing = [gap for api in apis for gap in _missing(api)]
    return Estate(apis, domains, (*unread, *_orphans(shelf), *missing))


def _shelve(documents: Sequence[Document]) -> tuple[dict[tuple[str, str], Document], list[Unread]]:
    """By kind and key, in order; two documents that disagree are both left out and said."""
    shelf: dict[tuple[str, str], Document] = {}
    at_odds: dict[tuple[str, str], Unread] = {}
    for document in sorted(documents, key=lambda document: (document.key, document.where)):
        place = (document.kind, document.key)
        known = shelf.setdefault(place, document)
        if known.body != document.body:
            reason = f"{known.where} and {document.where} say different things of it"
            at_odds[place] = _unread(document, Gap.INVALID, reason, "keep the newer of the two")
    kept = {place: document for place, document in shelf.items() if place not in at_odds}
    return kept, list(at_odds.values())


def _of(shelf: _Shelf, kind: Kind) -> list[Document]:
    return [document for (given, _), document in shelf.items() if given == kind]


def _api(document: Document, shelf: _Shelf, mappings: Sequence[BasePathMapping]) -> Api:
    found = {kind: shelf.get((kind, document.key)) for kind in _PARTS}
    parts = {kind: part for kind, part in found.items() if part is not None}
    stages, resources = parts.get(Kind.STAGES), parts.get(Kind.RESOURCES)
    answers = parts.get(Kind.GATEWAY_RESPONSES)
    links = shelf.get((Kind.VPC_LINKS, VPC_LINKS_KEY))
    by_id = None if links is None else inner(links.body, "Links")
    return Api(
        document,
        None if stages is None else tuple(map(_stage, rows(stages.body, "Stages"))),
        None if resources is None else parse_resources(resources.body),
        None if answers is None else customised(rows(answers.body, "Rows")),
        None if by_id is None else {name: texts(by_id, name) for name in by_id},
        tuple(mapping for mapping in mappings if mapping.api == document.key),
        parts,
    )


def _stage(row: Mapping[str, Json]) -> Stage:
    canary = inner(row, "canary")
    return Stage(
        text(row, "stageName"),
        pairs(row, "variables"),
        Canary(flag(canary, "otherDeployment"), pairs(canary, "variables")) if canary else None,
        flag(row, "hasWebAcl"),
        {name: flag(inner(row, "cached"), name) for name in inner(row, "cached")},
    )


def _mappings(document: Document) -> tuple[BasePathMapping, ...]:
    """The mappings of a domain, the longest path first: the order in which they are tried."""
    found = [
        BasePathMapping(
            document.key,
            # The service writes the empty path so (botocore 1.44.5, GetBasePathMapping).
            text(row, "basePath").replace("(none)", "").strip("/"),
            text(row, "restApiId"),
            text(row, "stage"),
        )
        for row in rows(document.body, "Mappings")
    ]
    return tuple(sorted(found, key=lambda mapping: (-len(mapping.base), mapping.base)))


def _missing(api: Api) -> Iterator[Unread]:
    """The parts that no file holds; what a live run could not read it has said itself."""
    if api.document.source.startswith(_LIVE):
        return
    for kind in _PARTS:
        if kind not in api.parts:
            command = COMMANDS[kind].format(key=api.id)
            yield Unread(
                scope=f"REST API {api.id} {part_name(kind)}",
                source=api.document.source,
                gap=Gap.ABSENT,
                reason="no file holds them",
                do=f"add the output of `{command}` as {FILES[kind].format(key=api.id)}",
                where=api.document.where,
                layer=Layer.GATEWAY,
                names=(f"rest-api:{api.id} {part_name(kind)}",),
            )


def part_name(kind: Kind) -> str:
    """Return what people call the part of an API that a document of `kind` holds."""
    return {
        Kind.STAGES: "stages",
        Kind.RESOURCES: "resources",
        Kind.GATEWAY_RESPONSES: "gateway responses",
    }.get(kind, str(kind))


def _orphans(shelf: _Shelf) -> list[Unread]:
    return [
        _unread(
            document,
            Gap.ABSENT,
            f"{document.where} belongs to it, but the API itself is not there",
            f"add the output of `{COMMANDS[Kind.API]}`",
        )
        for (kind, key), document in shelf.items()
        if kind in set(_PARTS) and (Kind.API, key) not in shelf
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
