"""What judging a stored run again comes to: the same, or what is otherwise, worst first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.core.finding import Finding, Severity
from auditor.core.reading import Json
from auditor.edge.reports.json import finding, run
from auditor.edge.reports.layout import Screen, count, fold, safe
from auditor.edge.reports.past import run_name
from auditor.edge.store.record import RunRecord

FORMAT = 1
_TURNED = 10
_NONE = "no route"


@dataclass(frozen=True, slots=True)
class Difference:
    """A finding as the run had it and as it is now; one of them may be None, never both."""

    then: Finding | None
    now: Finding | None

    @property
    def any(self) -> Finding:
        """Whichever there is, the newer first."""
        found = self.now or self.then
        if found is None:
            raise ValueError("a difference between nothing and nothing")
        return found

    @property
    def severity(self) -> Severity:
        """The worse of both."""
        return max(one.severity for one in (self.then, self.now) if one is not None)

    @property
    def word(self) -> str:
        """`gone`, `new` or `changed`."""
        return "gone" if self.now is None else "new" if self.then is None else "changed"


@dataclass(frozen=True, slots=True)
class Turned:
    """A route whose verdict is another, or that only one side has."""

    environment: str
    route: str
    then: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class Replayed:
    """`same`: how many findings are as they were; `differences`: worst first; `turned`: routes."""

    same: int
    differences: tuple[Difference, ...]
    turned: tuple[Turned, ...]

    @property
    def equal(self) -> bool:
        """Whether nothing is otherwise."""
        return not self.differences and not self.turned


def replay_text(record: RunRecord, found: Replayed, how: str, screen: Screen) -> str:
    """`how`: by which version and whose files it was judged, in words."""
    return "\n".join(_lines(record, found, how, screen))


def _lines(record: RunRecord, found: Replayed, how: str, screen: Screen) -> Iterator[str]:
    yield from fold(f"{run_name(record)} judged again {safe(how)}", screen.width, "", "  ")
    if found.equal:
        yield f"the same: {count(found.same, 'finding')}, {count(len(record.routes), 'route')}"
        return
    yield f"{count(len(found.differences), 'finding')} otherwise, {found.same:,} the same"
    for one in found.differences:
        yield ""
        head = f"{one.severity.word.upper():8}  {one.word:7}  {one.any.rule}  {one.any.short}"
        yield from fold(safe(head), screen.width, "", "  ")
        yield from fold(safe(one.any.what), screen.width, "  ", "  ")
        yield from (
            line for text in _changes(one) for line in fold(text, screen.width, "  ", "    ")
        )
    if found.turned:
        yield ""
        yield f"VERDICTS  {count(len(found.turned), 'route')} otherwise"
    for turned in found.turned[:_TURNED]:
        words = (
            f"{turned.environment}  {turned.route}  {turned.then or _NONE} -> {turned.now or _NONE}"
        )
        yield from fold(safe(words), screen.width, "  ", "    ")
    if len(found.turned) > _TURNED:
        yield f"  and {len(found.turned) - _TURNED:,} more"


def _changes(one: Difference) -> Iterator[str]:
    then, now = one.then, one.now
    if then is None or now is None:
        return
    for label, old, new in (
        ("severity", then.severity.word, now.severity.word),
        ("said", then.what, now.what),
        ("witness", then.witness or "none", now.witness or "none"),
        ("certainty", str(then.certainty), str(now.certainty)),
    ):
        if old != new:
            yield f"{label}: {safe(old)} -> {safe(new)}"
    gone, come = set(then.routes) - set(now.routes), set(now.routes) - set(then.routes)
    yield from (f"- {safe(route)}" for route in sorted(gone))
    yield from (f"+ {safe(route)}" for route in sorted(come))


def replay_document(record: RunRecord, found: Replayed, how: str) -> dict[str, Json]:
    """The same for programs."""
    return {
        "document": "replay",
        "format": FORMAT,
        "run": run(record.head),
        "judged": how,
        "same": found.same,
        "differences": [
            {
                "is": one.word,
                "then": None if one.then is None else finding(one.then),
                "now": None if one.now is None else finding(one.now),
            }
            for one in found.differences
        ],
        "verdicts": [
            {"environment": t.environment, "route": t.route, "then": t.then, "now": t.now}
            for t in found.turned
        ],
    }
