"""One allowlist file as its team wrote it: checked line by line, names not yet looked up."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from auditor.core.allowlist import RouteMatch
from auditor.core.language.pattern import Pattern
from auditor.core.reading import Layer, Where
from auditor.edge.config.schema import Named


class Status(StrEnum):
    """How far an entry has come; without a status it is approved."""

    PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the entries of one file have when they say nothing; `review_every` is in days."""

    owner: str | None = None
    environment: str | None = None
    review_by: date | None = None
    review_every: int | None = None


@dataclass(frozen=True, slots=True)
class OriginLine:
    """One entry under `origins:`; either `origin` or `pattern` is there. `review_every`: in days."""

    where: Where
    origin: Pattern | None = None
    pattern: Pattern | None = None
    owner: str | None = None
    purpose: str | None = None
    party: str | None = None
    ticket: str | None = None
    reason: str | None = None
    review_by: date | None = None
    review_every: int | None = None
    expires: date | None = None
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class RouteLine:
    """One entry under `routes:`; `allow_origins` None: the key was not there."""

    where: Where
    match: RouteMatch
    allow_origins: tuple[Named, ...] | None = None
    public: bool | None = None
    allow_credentials: bool = False
    allow_methods: tuple[str, ...] | None = None
    allow_headers: tuple[str, ...] | None = None
    expose_headers: tuple[str, ...] | None = None
    max_age: int | None = None
    authority: Layer | None = None
    environment: str | None = None
    owner: str | None = None
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Origins and patterns under one name."""

    name: Named
    members: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class TeamFile:
    """One file. `status`: of every entry that has none itself."""

    name: str
    defaults: Defaults = Defaults()
    origins: tuple[OriginLine, ...] = ()
    groups: tuple[Group, ...] = ()
    routes: tuple[RouteLine, ...] = ()
    status: Status | None = None
