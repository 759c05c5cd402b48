"""What a store keeps of one run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

from auditor.core.drift import Drift
from auditor.core.reading import Document, Unread

LONGEST_INPUT: Final = 4 * 1024 * 1024
"""Bytes of a file of the user's that are kept; of a longer one only the digest is."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run was asked to look at.

    `estate`: what the configuration or the named files cover; findings of one estate are no business
    of another. `selection`: (option, value) of a partial run (`("host", "api.example.com")`), empty
    for a whole one. `imported`: another store made it, of an estate that may only be called the
    same; nothing here is compared with it.
    """

    estate: str = ""
    selection: tuple[tuple[str, str], ...] = ()
    imported: bool = False

    @property
    def whole(self) -> bool:
        """Whether nothing was left out, so that the next run of the estate goes by it."""
        return not self.selection and not self.imported

    @property
    def text(self) -> str:
        """Canonical JSON: equal for equal scopes, whatever the order of the selection."""
        parts: dict[str, object] = {"estate": self.estate, "selection": sorted(self.selection)}
        return json.dumps(parts | ({"imported": True} if self.imported else {}))


@dataclass(frozen=True, slots=True)
class SourceRead:
    """How many resources of one kind a source holds: found = read + unread + excluded."""

    source: str
    kind: str
    found: int
    read: int
    excluded: int = 0


@dataclass(frozen=True, slots=True)
class Blind:
    """Something unread, and the names of the routes that cannot be judged for it. `said`: it follows
    from documents that were read, or from the allowlist: judging them again says it again."""

    unread: Unread
    routes: tuple[str, ...] = ()
    said: bool = False


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A link name that paths lead to and that nothing read answers to. `cause`: the same in words, as
    findings have it; `routes`: names of those with such a path; `blinds`: of them, those whose
    decisions depend on it."""

    name: str
    cause: str
    routes: tuple[str, ...]
    blinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RouteRecord:
    """One route as judged. `name`: as findings bear it; `verdict`: for people; `hops`: ids,
    outermost first; `evaluation`: hash of all that the verdict rests on; `blinded`: whether it
    cannot be judged; `sources`: every source that its path rests on, aliases included; `skipped`:
    names of the rules that could not be evaluated on it."""

    name: str
    environment: str
    host: str
    path: str
    verdict: str
    hops: tuple[str, ...]
    evaluation: str
    blinded: bool
    sources: tuple[str, ...]
    skipped: tuple[str, ...] = ()


class InputKind(StrEnum):
    """What a run was given beside documents. SOURCES: what was named instead of a configuration, a
    line each; ASSUME: what `--assume` said, a line each; ROOT: where the configuration's folder lies
    in the repository of the CODEOWNERS file of the same name."""

    CONFIG = "config"
    ALLOWLIST = "allowlist"
    WAIVERS = "waivers"
    CODEOWNERS = "codeowners"
    SOURCES = "sources"
    ASSUME = "assume"
    ROOT = "root"


@dataclass(frozen=True, slots=True)
class Input:
    """One of them. `name`: the path as it was written; `digest`: SHA-256 of its bytes, in hex; `text`:
    None where it was over `LONGEST_INPUT`, or no UTF-8."""

    kind: InputKind
    name: str
    text: str | None
    digest: str


def take_input(kind: InputKind, name: str, data: bytes) -> Input:
    """The input that a file's bytes are."""
    text = None
    if len(data) <= LONGEST_INPUT:
        with suppress(UnicodeDecodeError):
            text = data.decode()
    return Input(kind, name, text, sha256(data).hexdigest())


@dataclass(frozen=True, slots=True)
class RunHead:
    """One run in a line. `started`, `finished`: with a time zone; `rules`: names of those that ran;
    `rules_digest`, `allowlist`, `exclusions`: digests; `complete`: nothing was left unread or
    undecided; `counts`: numbers for reports; `id`: None until it is stored."""

    scope: Scope
    started: datetime
    finished: datetime
    version: str
    rules: tuple[str, ...]
    rules_digest: str
    allowlist: str
    complete: bool
    exit_code: int
    exclusions: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    id: int | None = None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """All that is kept of one run."""

    head: RunHead
    documents: tuple[Document, ...] = ()
    sources: tuple[SourceRead, ...] = ()
    unread: tuple[Blind, ...] = ()
    routes: tuple[RouteRecord, ...] = ()
    drifts: tuple[Drift, ...] = ()
    unlinked: tuple[Unlinked, ...] = ()
    inputs: tuple[Input, ...] = ()
