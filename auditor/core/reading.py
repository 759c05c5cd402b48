"""What collectors hand in: documents, and what they say.

A `Document` is what a source said of one resource, reduced to the projection that its collector
declares. `read` turns the documents of one scope into readings: a `Hop`, an `Alias` or an
`Unread`. Names are plain texts (`host:api.example.com`, `http-api:a1b2c3/$default`,
`service:prod-1/orders/api`); `auditor.core.link` only unifies them and knows no product.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Final, TypeAlias

from auditor.core.hop.behaviour import Doing, Terminal
from auditor.core.language.pattern import Dialect

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
_SORTED: Final = json.JSONEncoder(sort_keys=True)


class Layer(StrEnum):
    """The kind of place, outermost first: the order is the order in which a request meets them."""

    CDN = "cdn"
    GATEWAY = "gateway"
    LOAD_BALANCER = "load-balancer"
    INGRESS = "ingress"
    MESH = "mesh"
    APP = "app"
    STORAGE = "storage"

    @property
    def depth(self) -> int:
        """Position from the browser inwards, 0 outermost."""
        return _DEPTH[self]


_DEPTH = {layer: depth for depth, layer in enumerate(Layer)}


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """Where something is written: a file (relative, with a line) or a resource (its id, no line)."""

    place: str
    line: int | None = None

    def __str__(self) -> str:
        return self.place if self.line is None else f"{self.place}:{self.line}"


@dataclass(frozen=True, slots=True)
class Touch:
    """Who last changed a resource, as its source says. `who`: a role, a user or a field manager (`role
    deploy-ci`, `argocd-controller`); `how`: what was done (`UpdateApi`, `Apply`); `at`: RFC 3339, UTC
    (`2026-11-22T02:41:00Z`); `via`: what tells of it (`CloudTrail`, `managedFields`)."""

    who: str
    how: str
    at: str
    via: str


@dataclass(frozen=True)
class Document:
    """One resource as its source gave it, reduced to what CORS and linking need.

    `source`: the scope it was read in (`file:deploy/prod`, `aws:111122223333/eu-west-1`,
    `kube:eks-prod-1`); `kind`: the collector's word for it (`Ingress`, `HttpApi`, `AppConfig`);
    `key`: its name within source and kind, stable across runs; `body`: plain JSON data; `lines`:
    where the values of a file stand, JSON pointer into `body` to line (evidence, not content);
    `touched`: who changed it last, where the answer says so (evidence, no part of what it is).
    """

    source: str
    kind: str
    key: str
    body: Mapping[str, Json]
    where: Where
    lines: Mapping[str, int] = field(default_factory=dict)
    touched: Touch | None = field(default=None, compare=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hex, over what the document is and says: not where it stands."""
        parts = [self.source, self.kind, self.key, dict(self.body)]
        return sha256(_SORTED.encode(parts).encode()).hexdigest()


class PathKind(StrEnum):
    """How a path case matches; what each takes stands with `PathMatch`."""

    EXACT = "exact"
    PREFIX = "prefix"
    CHARACTERS = "characters"
    TEMPLATE = "template"
    GLOB = "glob"
    REGEX = "regex"
    OPAQUE = "opaque"


@dataclass(frozen=True, slots=True, order=True)
class PathMatch:
    """One path condition.

    EXACT: the path is `text`. PREFIX: `text` and what lies below it by whole segments (`/a` takes
    `/a` and `/a/b`, not `/ab`). CHARACTERS: the path starts with `text`. TEMPLATE: segments, where
    `{name}` is any one segment and a last `{name+}` one or more. GLOB: the whole path, where `*` is
    any characters, none too, and `?` any one. REGEX: an expression, asked as `dialect` asks. OPAQUE:
    cannot be read; `text` is shown, and what it may take is unread.
    """

    kind: PathKind
    text: str
    dialect: Dialect | None = None

    def __post_init__(self) -> None:
        if (self.kind is PathKind.REGEX) != (self.dialect is not None):
            raise ValueError("an expression has a dialect, and nothing else has one")


ANY_PATH = PathMatch(PathKind.PREFIX, "/")


class HostSent(StrEnum):
    """The Host header that a hop sends inwards: as it came, the target's own, or not known."""

    KEPT = "kept"
    TARGET = "target"
    UNKNOWN = "unknown"


class Confidence(StrEnum):
    """How sure a link is: by an id or a full name that both ends bear, said by someone in the
    configuration, or only because nothing else answers to the host."""

    EXACT = "exact"
    DECLARED = "declared"
    BY_HOST = "by host"


@dataclass(frozen=True, slots=True)
class PathCase:
    """What a hop does for some paths and methods, and where it sends them.

    A hop's cases stand in the product's order of precedence: the first that takes a request is the
    one. `methods` None: all of them. `strip` and `add`: prefix removed from and put before the path
    on the way inwards. `to`: the names that the request goes to (several: spread over all of them),
    or a terminal. `host`: what the names are asked for by; `host_name`, where there is one, stands in
    the Host header whatever the names are.
    """

    match: PathMatch
    doing: Doing
    to: tuple[str, ...] | Terminal
    methods: frozenset[str] | None = None
    strip: str = ""
    add: str = ""
    title: str = ""
    host: HostSent = HostSent.UNKNOWN
    host_name: str = ""

    def __hash__(self) -> int:
        # What a case does is deep; what it matches tells cases of one hop apart.
        return hash((self.match, self.methods, self.title))


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to change when a field let an origin in: `field` is a prefix of an operation's field."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Hop:
    """One place that can answer or touch headers, and the names it answers to.

    `id` is stable across runs and redeploys (`HTTP API a1b2c3` is not: prefer its name); `title` is
    for people; `role` is what it answers to in normal form, part of fingerprints. `labels`: facts
    that environments and owners are found by (account, namespace, tag:team, ...).
    """

    id: str
    layer: Layer
    product: str
    title: str
    where: Where
    answers: tuple[str, ...]
    cases: tuple[PathCase, ...]
    source: str
    document: str
    role: str = ""
    fields: tuple[tuple[str, Where], ...] = ()
    remedies: tuple[Remedy, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    assumed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash(self.id)


@dataclass(frozen=True, slots=True)
class Alias:
    """One name leads to another: a custom domain to an API, a DNS name to an ingress.

    Requests to `name` whose path takes `match` go to `to`, `strip` removed and `add` put before.
    `entry` false: a name that hops use among themselves (a load balancer's, a regional endpoint's);
    it links, but no browser's URL bears it. Several aliases of one name with the same `match`:
    requests are spread over them, or the Host header tells which.
    """

    name: str
    to: str
    where: Where
    source: str
    match: PathMatch = ANY_PATH
    strip: str = ""
    add: str = ""
    entry: bool = True
    confidence: Confidence = Confidence.EXACT


class Gap(StrEnum):
    """Why something was not read; a closed set, with the words of the source beside it."""

    DENIED = "denied"
    UNREACHABLE = "unreachable"
    THROTTLED = "throttled"
    ABSENT = "absent"
    INVALID = "invalid"
    UNSUPPORTED = "unsupported"
    UNRESOLVED = "unresolved"
    TOO_LARGE = "too-large"


@dataclass(frozen=True, slots=True)
class Unread:
    """A hop, or a scope that may hold hops, that could not be read.

    `scope`: what it is (`aws:111122223333/eu-west-1 HTTP APIs`, `file:services/a.env`); `names`:
    the names it would have answered to when they are known, so that it blinds those routes alone;
    with none known it may stand behind anything of its `layer` and `source`.
    """

    scope: str
    source: str
    gap: Gap
    reason: str
    do: str
    where: Where
    layer: Layer | None = None
    names: tuple[str, ...] = ()


Reading: TypeAlias = Hop | Alias | Unread
