"""A run and the one before it: what became of a finding, and what changed, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, assert_never

from auditor.core.drift import Cause, Drift, document_name
from auditor.core.reading import Document, Touch
from auditor.edge.changes import Change, Kind, explain
from auditor.edge.reports.days import minute
from auditor.edge.store.record import RunRecord

INCOMPLETENESS: Final = "unread-hop"
"""The rule whose findings say that something was not read: they count as exit 3, not 10."""
_CHANGES: Final = 4
_DOCUMENTS: Final = 3


@dataclass(frozen=True, slots=True)
class Nights:
    """`now`: the run that is reported; `before`: the whole run before it, None if there is none;
    `tickets`: what trackers call the tickets of findings, by fingerprint."""

    now: RunRecord
    before: RunRecord | None = None
    tickets: Mapping[str, str] = field(default_factory=dict, compare=False)
    _then: Mapping[str, Document] = field(init=False, repr=False, compare=False)
    _held: Mapping[str, Document] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        earlier = () if self.before is None else self.before.documents
        object.__setattr__(self, "_then", by_name(earlier))
        object.__setattr__(self, "_held", by_name(self.now.documents))

    @property
    def since(self) -> str:
        """How the run before is called."""
        return "" if self.before is None else run_name(self.before)

    def pair(self, name: str) -> tuple[Document | None, Document | None]:
        """A document as the run before and this one held it."""
        return self._then.get(name), self._held.get(name)

    def changed(self) -> tuple[str, ...]:
        """Names of the documents that are not what they were, came or went."""
        names = sorted({*self._then, *self._held})
        return tuple(name for name in names if _differ(*self.pair(name)))


def run_name(record: RunRecord) -> str:
    """`run 213`, or that nothing was kept of it."""
    return "this run" if record.head.id is None else f"run {record.head.id}"


def by_name(documents: Iterable[Document]) -> dict[str, Document]:
    """Documents by the names that findings bear."""
    return {document_name(one): one for one in documents}


def _differ(then: Document | None, now: Document | None) -> bool:
    if then is None or now is None:
        return then is not now
    return then.digest != now.digest


def changes_of(nights: Nights, name: str, limit: int = _CHANGES) -> Iterator[str]:
    """What changed in the document `name`, one line each; nothing where it did not."""
    then, now = nights.pair(name)
    if then is None and now is not None:
        yield f"it is new: {nights.since} did not have it"
    elif now is None:
        yield "it is gone"
    elif then is not None:
        for change in explain(dict(then.body), dict(now.body), limit):
            yield change_text(change)


def change_text(change: Change) -> str:
    """`AllowOrigins: + "https://x.example"` in one line."""
    path = f"{change.path}: " if change.path else ""
    match change.kind:
        case Kind.ADDED:
            return f"{path}+ {change.after}"
        case Kind.REMOVED:
            return f"{path}- {change.before}"
        case Kind.CHANGED:
            return f"{path}{change.before} -> {change.after}"
        case Kind.OMITTED:
            return str(change.after)
        case _:
            assert_never(change.kind)


def cause_lines(drift: Drift, nights: Nights) -> Iterator[str]:
    """Why a finding is new, changed or back: the setting first, then what else it may be."""
    if drift.cause is None or nights.before is None:
        return
    if drift.cause is Cause.CONFIGURATION:
        yield from _documents(drift.changed, nights)
    else:
        yield cause_words(drift.cause)
    for cause in drift.also:
        yield f"or: {cause_words(cause)}"


def _documents(names: tuple[str, ...], nights: Nights) -> Iterator[str]:
    for name in names[:_DOCUMENTS]:
        then, now = nights.pair(name)
        held = now or then
        yield title(held) if held is not None else name
        if held is not None and held.touched is not None:
            yield f"  {touch_text(held.touched)}"
        yield from (f"  {line}" for line in changes_of(nights, name))
    if len(names) > _DOCUMENTS:
        yield f"and {len(names) - _DOCUMENTS} more documents"
    if not names:
        yield cause_words(Cause.CONFIGURATION)


def touch_text(touch: Touch) -> str:
    """`22 Nov 2026 02:41 UTC, UpdateApi by role deploy-ci (CloudTrail)`."""
    return f"{minute(touch.at)}, {touch.how} by {touch.who} ({touch.via})"


def title(document: Document) -> str:
    """What a document is called and where it stands."""
    return f"{document.kind} {document.key}  {document.where}"


def cause_words(cause: Cause) -> str:
    """A cause as people say it."""
    match cause:
        case Cause.CONFIGURATION:
            return "the configuration changed"
        case Cause.FIRST_READ:
            return "its source was read for the first time: it may have been there all along"
        case Cause.VERSION:
            return "the auditor or its rules are of another version; what was read may be the same"
        case Cause.ALLOWLIST:
            return "the allowlist changed"
        case Cause.UNKNOWN:
            return "not known: nothing that was read accounts for it"
        case _:
            assert_never(cause)
