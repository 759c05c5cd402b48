"""What a run read and what not, by how many routes each gap blinds, and what was declared instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from auditor.core.decision.verdict import Verdict
from auditor.core.finding import Finding
from auditor.edge.reports.commands import Next
from auditor.edge.reports.layout import Screen, Tone, clip, count, flow, fold, safe, some
from auditor.edge.reports.past import INCOMPLETENESS, Nights, run_name
from auditor.edge.reports.unlinked import depended_on, headline, paste, unreached
from auditor.edge.store.record import Blind, RunRecord, SourceRead, Unlinked

SHOWN: Final = 40
"""Gaps that are listed; JSON has all of them."""
_BY_SOURCE = 12
_SYSTEMS = {
    "aws": "AWS accounts",
    "kube": "Clusters",
    "file": "Files",
    "app": "Apps",
}
_NAME = 34
_NUMBERS = 37
"""Cells of the columns beside the name."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A gap or a layer that somebody answers for until a day: `what` it is, in their words."""

    what: str
    by: str
    until: date
    expired: bool


def coverage_text(
    nights: Nights,
    accepted: frozenset[str],
    declared: Iterable[Declared],
    further: Next,
    screen: Screen,
) -> str:
    """The whole report. `accepted`: scopes of gaps that the configuration accepts."""
    return "\n".join(_lines(nights, accepted, tuple(declared), further, screen))


def _lines(
    nights: Nights,
    accepted: frozenset[str],
    declared: tuple[Declared, ...],
    further: Next,
    screen: Screen,
) -> Iterator[str]:
    record = nights.now
    yield from _table(record, screen)
    gaps = [one for one in record.unread if one.unread.scope not in accepted]
    if gaps:
        yield ""
        yield screen.paint("UNREAD, by how many routes it blinds", Tone.STRONG)
        yield from _gaps(gaps, nights, further, screen)
    yield from _unlinked(record, further, screen)
    undecided = _undecided(record)
    if undecided:
        yield ""
        yield screen.paint("UNDECIDED, by how many routes it blinds", Tone.STRONG)
        for finding in undecided[:SHOWN]:
            yield from _undecided_lines(finding, screen)
        yield from _cut(len(undecided), further)
    if declared:
        yield ""
        yield screen.paint("ACCEPTED GAPS (declared)", Tone.STRONG)
        for one in declared:
            yield from fold(_declared(one), screen.width, "  ", "      ")
    yield ""
    yield from _verdicts(record, screen)


def _table(record: RunRecord, screen: Screen) -> Iterator[str]:
    width = min(_NAME, screen.width - _NUMBERS)
    name = run_name(record)
    yield f"{name:{width}}{'found':>9}{'read':>9}{'unread':>9}{'excluded':>10}"
    groups: dict[str, list[SourceRead]] = {}
    for one in record.sources:
        groups.setdefault(one.source.partition(":")[0], []).append(one)
    gaps = {one.unread.source for one in record.unread}
    for system in sorted(
        groups, key=lambda key: (list(_SYSTEMS).index(key) if key in _SYSTEMS else 9, key)
    ):
        yield from _group(system, groups[system], gaps, width)
    if not groups:
        yield "nothing was looked at"


def _group(system: str, rows: list[SourceRead], gaps: set[str], width: int) -> Iterator[str]:
    scopes = {_scope(one.source) for one in rows}
    whole = scopes - {_scope(source) for source in gaps}
    name = safe(_SYSTEMS.get(system, system))
    yield _row(clip(name, width), len(scopes), len(whole), 0)
    names = sorted({one.source for one in rows})
    kinds = sorted({one.kind for one in rows})
    by_source = len(kinds) == 1 and len(names) <= _BY_SOURCE
    for key in names if by_source else kinds:
        part = [one for one in rows if key == (one.source if by_source else one.kind)]
        label = key.partition(":")[2] if by_source else key
        found, read, out = (
            sum(one.found for one in part),
            sum(one.read for one in part),
            sum(one.excluded for one in part),
        )
        yield _row(clip(f"  {safe(label)}", width), found, read, out)


def _row(name: str, found: int, read: int, excluded: int) -> str:
    cell = f"{excluded:,}" if excluded else "-"
    return f"{name}{found:>9,}{read:>9,}{found - read - excluded:>9,}{cell:>10}"


def _scope(source: str) -> str:
    return source.partition("/")[0] if source.startswith("aws:") else source


def _gaps(gaps: list[Blind], nights: Nights, further: Next, screen: Screen) -> Iterator[str]:
    groups: dict[tuple[str, str], list[Blind]] = {}
    for one in gaps:
        groups.setdefault((one.unread.reason, one.unread.do), []).append(one)
    listed = sorted(
        groups.values(), key=lambda group: (-len(_routes(group)), group[0].unread.scope)
    )
    for group in listed[:SHOWN]:
        first = group[0].unread
        scopes = some(sorted(one.unread.scope for one in group))
        text = f"{scopes}: {safe(first.reason)}{_since(group, nights)}"
        yield from fold(text, screen.width, f"{_blinds(len(_routes(group)))}  ", " " * 16)
        yield from fold(f"do: {safe(first.do)}", screen.width, " " * 16, " " * 20)
    yield from _cut(len(listed), further)


def _routes(group: Iterable[Blind]) -> set[str]:
    return {name for one in group for name in one.routes}


def _blinds(number: int) -> str:
    return f"  {count(number, 'route'):>12}"


def _since(group: list[Blind], nights: Nights) -> str:
    if nights.before is None:
        return ""
    known = {one.unread.scope for one in nights.before.unread}
    new = [one for one in group if one.unread.scope not in known]
    if not new:
        return f"  also in {nights.since}"
    return "  NEW" if len(new) == len(group) else f"  {len(new):,} of them NEW"


def _cut(number: int, further: Next) -> Iterator[str]:
    if number > SHOWN:
        yield f"  and {number - SHOWN:,} more: {further.inspect('coverage', '--format', 'json')}"


def _unlinked(record: RunRecord, further: Next, screen: Screen) -> Iterator[str]:
    ends, told = depended_on(record), headline(record)
    if told is not None:
        yield ""
        word = "UNLINKED"
        first, *rest = fold(f"{word}  {told}", screen.width, "", "    ")
        yield screen.paint(word, Tone.STRONG) + first.removeprefix(word)
        yield from rest
        for one in ends[:SHOWN]:
            yield from _end(one, record, screen)
        yield from _cut(len(ends), further)
        idle = len(record.unlinked) - len(ends) - len(unreached(record))
        if idle:
            yield f"  and {count(idle, 'end')} more that no decision depends on"
    yield from _unreached(record, further, screen)


def _unreached(record: RunRecord, further: Next, screen: Screen) -> Iterator[str]:
    found = unreached(record)
    if not found:
        return
    yield ""
    told = f"  {count(len(found), 'app')} that no host leads to"
    yield screen.paint("UNREACHED", Tone.STRONG) + told
    for one in found[:SHOWN]:
        yield from _end(one, record, screen)
    yield from _cut(len(found), further)


def _end(one: Unlinked, record: RunRecord, screen: Screen) -> Iterator[str]:
    indent = " " * 16
    first = f"{_blinds(len(one.blinds))}  " if one.routes else "    "
    yield from fold(safe(one.name), screen.width, first, indent)
    line = paste(one, record)
    if line is None:
        do = f"do: let the auditor read {safe(one.name)}"
        yield from fold(do, screen.width, indent, indent + "    ")
    else:
        yield from flow(
            [f"{line.under}:", safe(line.line)], " ", indent, indent + "  ", screen.width
        )


def _undecided(record: RunRecord) -> list[Finding]:
    """What was not decided for another reason than a gap or an end that is listed."""
    told = {f"{one.unread.scope}: {one.unread.reason}" for one in record.unread}
    told |= {one.cause for one in record.unlinked if one.blinds}
    found = [
        drift.finding
        for drift in record.drifts
        if drift.finding is not None and drift.finding.rule == INCOMPLETENESS
    ]
    rest = [one for one in found if one.subject not in told]
    return sorted(rest, key=lambda one: (-len(one.routes), one.host, one.subject))


def _undecided_lines(finding: Finding, screen: Screen) -> Iterator[str]:
    text = f"{some(finding.routes, 2)}: {safe(finding.subject)}"
    yield from fold(text, screen.width, f"{_blinds(len(finding.routes))}  ", " " * 16)
    yield from fold(f"do: {safe(finding.do)}", screen.width, " " * 16, " " * 20)


def _declared(one: Declared) -> str:
    ran_out = "  RAN OUT, counts as unread again" if one.expired else ""
    return f"{safe(one.what)}, says {safe(one.by)} until {one.until}{ran_out}"


def _verdicts(record: RunRecord, screen: Screen) -> Iterator[str]:
    numbers = Counter(route.verdict for route in record.routes)
    order = [str(verdict) for verdict in Verdict]
    words = sorted(numbers, key=lambda word: (order.index(word) if word in order else 99, word))
    parts = [f"{numbers[word]:,} {safe(word)}" for word in words]
    blind = sum(route.blinded for route in record.routes)
    parts += [f"({blind:,} blinded by what was not read)"] if blind else []
    head = f"VERDICTS   {count(len(record.routes), 'route')}"
    yield from flow([f"{head}{':' if parts else ''}", *parts], "   ", "", " " * 11, screen.width)
    skipped = Counter(rule for route in record.routes for rule in route.skipped)
    if skipped:
        rules = [f"{safe(rule)} on {count(skipped[rule], 'route')}" for rule in sorted(skipped)]
        yield from flow(["NOT EVALUATED  rules", *rules], "   ", "", " " * 15, screen.width)
