"""The documents of one source put together: APIs with their parts, domains with their mappings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from auditor.core.reading import Document, Gap, Json, Layer, Unread
from collectors.gateway.http_api.document import Kind
from collectors.gateway.http_api.fields import flag, pairs, rows, text, texts
from collectors.gateway.http_api.route import Route, in_precedence, parse_route

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage; `variables` None when the stage itself was not read, only its name."""

    name: str
    auto_deploy: bool = True
    variables: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Mapping_:
    """One API mapping of a custom domain name; an empty `key` takes every path."""

    domain: str
    key: str
    api: str
    stage: str

    @property
    def title(self) -> str:
        """The address that it answers to: `api.example.com/v1`."""
        return f"{self.domain}/{self.key}" if self.key else self.domain


@dataclass(frozen=True, slots=True)
class Api:
    """One HTTP API; a part that was not read is None."""

    document: Document
    routes: tuple[Route, ...] | None
    foreign_routes: tuple[str, ...]
    integrations: Mapping[str, Json] | None
    stages: tuple[Stage, ...] | None
    mappings: tuple[Mapping_, ...]

    @property
    def id(self) -> str:
        """The id of the API."""
        return self.document.key


@dataclass(frozen=True, slots=True)
class Domain:
    """One custom domain name; `mappings` None when they were not read."""

    document: Document
    mappings: tuple[Mapping_, ...] | None


@dataclass(frozen=True, slots=True)
class Estate:
    """All of one source, sorted by id and name; `unread` is what fits no other document."""

    apis: tuple[Api, ...]
    domains: tuple[Domain, ...]
    unread: tuple[Unread, ...]


def assemble(documents: Sequence[Document]) -> Estate:
    """Join the documents of one source by API id and domain name."""
    shelf: dict[tuple[str, str], Document] = {}
    unread: list[Unread] = []
    for document in documents:
        known = shelf.setdefault((document.kind, document.key), document)
        if known.body != document.body:
            unread.append(_contradiction(known, document))
    mappings = {
        key: _mappings(document) for (kind, key), document in shelf.items() if kind == Kind.MAPPINGS
    }
    apis = tuple(_api(document, shelf, mappings) for document in _of(shelf, Kind.API))
    domains = tuple(
        Domain(document, mappings.get(document.key)) for document in _of(shelf, Kind.DOMAIN)
    )
    return Estate(apis, domains, (*unread, *_orphans(shelf)))
