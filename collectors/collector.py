"""What a collector is: what it recognises, and how it reads it.

A product's file offers one `Collector`. `project` reduces a parsed file document to the documents
it declares (live and offline answers meet here); `read` is pure and turns the documents of one
scope into readings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from auditor.core.reading import Document, Json, Layer, Reading, Unread, Where

Options: TypeAlias = Mapping[str, str]
"""What is assumed of a product where nothing read says it: `version`, `validation`, ..."""


@dataclass(frozen=True, slots=True)
class Found:
    """One plain JSON-like document of a file, or one object of a cluster, before projection.

    `line` gives the line (1-based) of a value by its path of keys, or None where it is not known;
    `title` is what a report may call the document beside its place (helm's source comment).
    """

    body: Mapping[str, Json]
    source: str
    where: Where
    line: Callable[[tuple[str | int, ...]], int | None] = lambda _path: None
    written: Callable[[tuple[str | int, ...]], str | None] = lambda _path: None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many resources of one kind a scope holds: found = read + unread + excluded."""

    source: str
    kind: str
    found: int
    read: int
    excluded: int = 0


@dataclass(frozen=True, slots=True)
class Collected:
    """What one source gave: documents, what could not be read, and the count of both."""

    documents: tuple[Document, ...] = ()
    unread: tuple[Unread, ...] = ()
    counts: tuple[Count, ...] = ()

    def __add__(self, other: Collected) -> Collected:
        return Collected(
            self.documents + other.documents,
            self.unread + other.unread,
            self.counts + other.counts,
        )


@dataclass(frozen=True, slots=True)
class TrailKey:
    """How CloudTrail tells of changes of one resource.

    `source`: the service, as events name it (`apigateway.amazonaws.com`); `events`: the names of those
    that change what is read; `id`: what such an event names the resource by, alone or as whole parts of
    an ARN, in one of `fields` of its request or its answer, without regard to case; `region`: where the
    events are, None for the region of the document.
    """

    source: str
    events: tuple[str, ...]
    id: str
    fields: tuple[str, ...]
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Collector:
    """One product: its name (as `--assume` knows it), layer, document kinds and pure functions.

    `words`: lower-case byte words of which a text must hold one to be worth parsing (a prefilter).
    `settings`: kinds that say something of every hop of their source. `permissions`: what reading it live needs, as the source's own policies write it.
    `trail`: what CloudTrail calls the resource of a document; None for what it does not tell of.
    """

    name: str
    layer: Layer
    kinds: tuple[str, ...]
    words: tuple[str, ...]
    project: Callable[[Found], Iterator[Document | Unread]]
    read: Callable[[Sequence[Document], Options], Iterable[Reading]]
    settings: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    trail: Callable[[Document], TrailKey | None] = lambda _document: None
