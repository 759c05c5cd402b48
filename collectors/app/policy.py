"""What an application was told about CORS, typed, before any product gives it a meaning."""

from dataclasses import dataclass
from typing import TypeAlias

from auditor.core.reading import Where


@dataclass(frozen=True, slots=True)
class Entry:
    """One origin or pattern as written; `field` is what its owner looks up (`ORIGINS[1]`)."""

    text: str
    field: str
    where: Where


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of entries, in the order written; it may be empty."""

    entries: tuple[Entry, ...]
    field: str


@dataclass(frozen=True, slots=True)
class OneText:
    """One text that the product receives as a text, whatever stands in it."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    on: bool
    field: str


@dataclass(frozen=True, slots=True)
class NotSet:
    """Nothing was given: the product's default holds. `field` is what would have been."""

    field: str


Origins: TypeAlias = Listed | OneText | Flag | NotSet


@dataclass(frozen=True, slots=True)
class Names:
    """Methods or header names, in the order written."""

    items: tuple[str, ...]
    field: str


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that a product is told. None and `NotSet` mean not given.

    `patterns`: what the product takes beside its list of origins (regular expressions, or Spring's
    `allowedOriginPatterns`). `max_age` holds one text of seconds.
    """

    origins: Origins
    patterns: tuple[Entry, ...] = ()
    allow_all: Flag = Flag(False, "")
    credentials: Flag = Flag(False, "")
    methods: Names | None = None
    headers: Names | None = None
    exposed: Names | None = None
    max_age: Names | None = None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every origin and pattern that was written."""
        match self.origins:
            case Listed(entries=entries):
                return entries + self.patterns
            case OneText(entry=entry):
                return (entry, *self.patterns)
            case Flag() | NotSet():
                return self.patterns

    @property
    def field(self) -> str:
        """The setting that decides about origins: that of the patterns where they are all there is."""
        if self.patterns and len(self.entries) == len(self.patterns):
            return self.patterns[0].field.partition("[")[0]
        match self.origins:
            case Listed(field=field) | Flag(field=field) | NotSet(field=field):
                return field
            case OneText(entry=entry):
                return entry.field
