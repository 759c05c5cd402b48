"""What changed between two runs or two folders: decisions first, then why, then what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from auditor.core.drift import document_name
from auditor.core.finding import Finding
from auditor.core.reading import Json
from auditor.edge.reports.layout import Screen, Tone, count, fold, safe, some
from auditor.edge.reports.past import Nights, changes_of, title
from auditor.edge.reports.wording import Row
from auditor.edge.reports.decisions import Trend
from auditor.edge.store.record import RunRecord

_LINES: Final = 8
_SIGN = {Trend.GAINED: "+", Trend.LOST: "-", Trend.UNSURE: "?"}
_TONE = {Trend.GAINED: Tone.GAIN, Trend.LOST: Tone.LOSS, Trend.UNSURE: Tone.FAINT}


@dataclass(frozen=True, slots=True)
class Difference:
    """Two sides and what differs. `names`: how the sides are called; `documents`: (source, key) of
    those that stand on a route whose decisions changed; `routes`: how many were compared."""

    nights: Nights
    names: tuple[str, str]
    rows: tuple[Row, ...]
    documents: frozenset[tuple[str, str]]
    routes: int

    @property
    def changed(self) -> tuple[Row, ...]:
        """The rows of decisions that certainly differ."""
        return tuple(row for row in self.rows if row.trend is not Trend.UNSURE)

    @property
    def unsure(self) -> tuple[Row, ...]:
        """The rows of what cannot be compared."""
        return tuple(row for row in self.rows if row.trend is Trend.UNSURE)

    @property
    def before(self) -> RunRecord:
        """The side before."""
        if self.nights.before is None:
            raise ValueError("a difference has two sides")
        return self.nights.before


def diff_text(found: Difference, screen: Screen, *, everything: bool = False) -> str:
    """The whole comparison; `everything`: documents that changed no decision are listed as well."""
    return "\n".join(_lines(found, screen, everything))


def diff_markdown(found: Difference) -> str:
    """The decisions alone, for a comment on a change; empty when none differs and all is known."""
    lines = [*_rows(found.changed, found), *_rows(found.unsure, found)]
    if not lines:
        return ""
    # A fence longer than any run of backticks that a configuration could hold in one text.
    longest = max((len(run) for line in lines for run in _backticks(line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([_headline(found), "", f"{fence}diff", *lines, fence])


def _backticks(line: str) -> Iterator[str]:
    run = ""
    for char in line:
        run = run + char if char == "`" else ""
        if run:
            yield run


def _headline(found: Difference) -> str:
    routes = {(row.environment, row.route) for row in found.changed}
    return f"DECISIONS  {len(routes):,} of {count(found.routes, 'route')} changed"


def _lines(found: Difference, screen: Screen, everything: bool) -> Iterator[str]:
    yield from fold(f"{found.names[0]} -> {found.names[1]}", screen.width, "", "  ")
    yield screen.paint(_headline(found), Tone.STRONG)
    for line in _rows(found.changed, found, screen):
        yield line
    yield from _verdicts(found, screen)
    yield from _findings(found, screen)
    yield from _because(found, screen, everything)
    yield from _unknown(found, screen)


def _rows(rows: Iterable[Row], found: Difference, screen: Screen | None = None) -> Iterator[str]:
    """Rows that say the same of several routes become one; two lines each."""
    groups: dict[tuple[Trend, str, str, str, str], list[str]] = {}
    for row in rows:
        key = (row.trend, row.environment, row.who, row.what, row.allowed)
        groups.setdefault(key, []).append(row.route)
    width = 10_000 if screen is None else screen.width
    for (trend, environment, who, what, allowed), routes in groups.items():
        sign = _SIGN[trend] if screen is None else screen.paint(_SIGN[trend], _TONE[trend])
        named = f"{safe(environment, 40)}  {_on(routes)}{_fingerprints(routes, found)}"
        yield from (sign + line[1:] for line in fold(named, width, "  ", "  "))
        told = f"{who} {what}{f', {allowed}' if allowed else ''}"
        prefix = f"{_SIGN[trend]}     " if screen is None else "      "
        yield from fold(safe(told), width, prefix, "        ")


def _on(routes: list[str]) -> str:
    return safe(routes[0]) if len(routes) == 1 else f"{len(routes)} routes: {some(routes)}"


def _present(record: RunRecord) -> dict[str, Finding]:
    return {one.fingerprint: one.finding for one in record.drifts if one.finding is not None}


def _came(found: Difference) -> list[Finding]:
    then = _present(found.before)
    return [one for key, one in _present(found.nights.now).items() if key not in then]


def _gone(found: Difference) -> list[Finding]:
    now = _present(found.nights.now)
    return [one for key, one in _present(found.before).items() if key not in now]


def _fingerprints(routes: list[str], found: Difference) -> str:
    touched = [one.short for one in _came(found) if set(routes) & set(one.routes)]
    return f"  finding {some(sorted(touched))}" if touched else ""


def _verdicts(found: Difference, screen: Screen) -> Iterator[str]:
    """Verdicts that changed although no decision did: the allowlist, or what could be read."""
    told = {(row.environment, row.route) for row in found.changed}
    then = {(one.environment, one.name): one.verdict for one in found.before.routes}
    groups: dict[tuple[str, str], list[str]] = {}
    for one in found.nights.now.routes:
        was = then.get((one.environment, one.name))
        if was is not None and was != one.verdict and (one.environment, one.name) not in told:
            groups.setdefault((was, one.verdict), []).append(one.name)
    for (was, now), routes in sorted(groups.items()):
        text = f"{safe(was)} -> {safe(now)}, no decision changed: {_on(routes)}"
        yield from fold(text, screen.width, "~ ", "      ")


def _findings(found: Difference, screen: Screen) -> Iterator[str]:
    for word, listed in (("NEW", _came(found)), ("GONE", _gone(found))):
        if listed:
            yield ""
            yield screen.paint(f"FINDINGS {word}  {len(listed):,}", Tone.STRONG)
        for one in sorted(listed, key=lambda one: (-one.severity, one.rule, one.fingerprint))[:10]:
            text = f"{one.severity.word.upper():8}  {one.short}  {safe(one.rule)}  {safe(one.what)}"
            yield from fold(text, screen.width, "  ", "      ")


def _because(found: Difference, screen: Screen, everything: bool) -> Iterator[str]:
    nights = found.nights
    names = nights.changed()
    standing = {
        document_name(one)
        for one in (*nights.now.documents, *found.before.documents)
        if (one.source, one.key) in found.documents
    }
    telling = [name for name in names if name in standing or everything]
    others = len(names) - len(telling)
    lists = nights.now.head.allowlist != found.before.head.allowlist
    if telling or lists:
        changed = [count(len(telling), "document")] if telling else []
        changed += ["the allowlist"] if lists else []
        yield ""
        yield screen.paint(f"BECAUSE    {' and '.join(changed)} changed", Tone.STRONG)
    for name in telling:
        then, now = nights.pair(name)
        held = now or then
        yield from fold(safe(name if held is None else title(held)), screen.width, "  ", "    ")
        for line in changes_of(nights, name, _LINES):
            yield from fold(safe(line), screen.width, "        ", "          ")
    if others:
        yield ""
        noun = count(others, "other document" if telling else "document")
        yield f"{noun} changed without changing any decision (--all lists them)."
    yield from _version(found)


def _version(found: Difference) -> Iterator[str]:
    one, other = found.before.head, found.nights.now.head
    if (one.version, one.rules_digest) != (other.version, other.rules_digest):
        yield ""
        yield "NOT BECAUSE of an upgrade: both sides were judged by this version for DECISIONS."


def _unknown(found: Difference, screen: Screen) -> Iterator[str]:
    then = {one.unread.scope: one for one in found.before.unread}
    now = {one.unread.scope: one for one in found.nights.now.unread}
    gaps = [(scope, found.names[1], now[scope]) for scope in now if scope not in then]
    gaps += [(scope, found.names[0], then[scope]) for scope in then if scope not in now]
    routes = {(row.environment, row.route) for row in found.unsure}
    if not gaps and not routes:
        return
    yield ""
    yield screen.paint(f"CANNOT COMPARE  {count(len(routes), 'route')}", Tone.STRONG)
    yield from _rows(found.unsure, found, screen)
    for scope, name, blind in sorted(gaps, key=lambda gap: gap[0]):
        text = f"{safe(scope)} was not read in {safe(name)}: {safe(blind.unread.reason)}"
        yield from fold(text, screen.width, "  ", "      ")


def diff_document(found: Difference) -> dict[str, Json]:
    """The comparison for programs."""
    return {
        "document": "diff",
        "format": 1,
        "before": found.names[0],
        "after": found.names[1],
        "routes": found.routes,
        "decisions": [_row(row) for row in found.changed],
        "cannot_compare": [_row(row) for row in found.unsure],
        "findings_new": sorted(one.fingerprint for one in _came(found)),
        "findings_gone": sorted(one.fingerprint for one in _gone(found)),
        "documents": list(found.nights.changed()),
    }


def _row(row: Row) -> dict[str, Json]:
    return {
        "trend": str(row.trend),
        "environment": row.environment,
        "route": row.route,
        "who": row.who,
        "what": row.what,
        "allowed": row.allowed or None,
    }
