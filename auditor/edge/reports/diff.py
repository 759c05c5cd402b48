"""What changed between two runs or two folders: decisions first, then why, then what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from auditor.core.drift import document_name
from auditor.edge.reports.comparison import Difference, came, gone
from auditor.edge.reports.deltas import Trend
from auditor.edge.reports.layout import Screen, Tone, count, fold, safe, some
from auditor.edge.reports.past import changes_of, title
from auditor.edge.reports.wording import Row
from auditor.edge.store.record import RouteRecord

_LINES: Final = 8
_SIGN = {Trend.GAINED: "+", Trend.LOST: "-", Trend.UNSURE: "?"}
_TONE = {Trend.GAINED: Tone.GAIN, Trend.LOST: Tone.LOSS, Trend.UNSURE: Tone.FAINT}


def diff_text(found: Difference, screen: Screen, *, everything: bool = False) -> str:
    """The whole comparison; `everything`: documents that changed no decision are listed as well."""
    return "\n".join(_lines(found, screen, everything))


def headline(found: Difference) -> str:
    """How many routes have other decisions."""
    routes = {(row.environment, row.route) for row in found.changed}
    return f"DECISIONS  {len(routes):,} of {count(found.routes, 'route')} changed"


def _lines(found: Difference, screen: Screen, everything: bool) -> Iterator[str]:
    yield from fold(f"{safe(found.names[0])} -> {safe(found.names[1])}", screen.width, "", "  ")
    yield screen.paint(headline(found), Tone.STRONG)
    yield from row_lines(found.changed, found, screen)
    yield from _verdicts(found, screen)
    yield from _findings(found, screen)
    yield from _because(found, screen, everything)
    yield from _unknown(found, screen)


def row_lines(
    rows: Iterable[Row], found: Difference, screen: Screen | None = None
) -> Iterator[str]:
    """Rows that say the same of several routes become one; a line for where, one for what.

    Without a screen they are neither folded nor coloured, and both lines bear the sign.
    """
    groups: dict[tuple[Trend, str, str, str, str], list[str]] = {}
    for row in rows:
        key = (row.trend, row.environment, row.who, row.what, row.allowed)
        groups.setdefault(key, []).append(row.route)
    by_route = _by_route(found)
    several = len({one.environment for one in found.nights.now.routes}) > 1
    width = 10_000 if screen is None else screen.width
    for (trend, environment, who, what, allowed), routes in groups.items():
        sign = _SIGN[trend] if screen is None else screen.paint(_SIGN[trend], _TONE[trend])
        place = f"{safe(environment, 40)}  " if several else ""
        named = f"{place}{_on(routes)}{_fingerprints(routes, by_route)}"
        first, *others = fold(named, width, "  ", "        ")
        yield sign + first[1:]
        yield from others
        told = f"{who} {what}{f', {allowed}' if allowed else ''}"
        prefix = f"{_SIGN[trend]}     " if screen is None else "      "
        yield from fold(safe(told), width, prefix, "        ")


def _on(routes: list[str]) -> str:
    return safe(routes[0]) if len(routes) == 1 else f"{len(routes)} routes: {some(routes)}"


def _by_route(found: Difference) -> dict[str, set[str]]:
    """Short fingerprints of the findings that came, by the routes that bear them."""
    by_route: dict[str, set[str]] = {}
    for one in came(found):
        for route in one.routes:
            by_route.setdefault(route, set()).add(one.short)
    return by_route


def _fingerprints(routes: list[str], by_route: dict[str, set[str]]) -> str:
    touched = set().union(*(by_route.get(route, ()) for route in routes))
    return f"  finding {some(sorted(touched))}" if touched else ""


def _verdicts(found: Difference, screen: Screen) -> Iterator[str]:
    """Verdicts that changed although no decision did: the allowlist, or what could be read."""
    told = {(row.environment, row.route) for row in found.changed}
    then, now = _by_place(found.before.routes), _by_place(found.nights.now.routes)
    groups: dict[tuple[str, str], list[str]] = {}
    for place, verdicts in now.items():
        was = then.get(place)
        if was is not None and was != verdicts and place not in told:
            groups.setdefault((" and ".join(was), " and ".join(verdicts)), []).append(place[1])
    for (old, new), routes in sorted(groups.items()):
        text = f"{safe(old)} -> {safe(new)}, no decision changed: {_on(routes)}"
        yield from fold(text, screen.width, "~ ", "      ")


def _by_place(routes: Iterable[RouteRecord]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Verdicts by environment and name: methods that are served apart are routes of one name."""
    places: dict[tuple[str, str], set[str]] = {}
    for one in routes:
        places.setdefault((one.environment, one.name), set()).add(one.verdict)
    return {place: tuple(sorted(verdicts)) for place, verdicts in places.items()}


def _findings(found: Difference, screen: Screen) -> Iterator[str]:
    for word, listed in (("NEW", came(found)), ("GONE", gone(found))):
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
    yield from row_lines(found.unsure, found, screen)
    for scope, name, blind in sorted(gaps, key=lambda gap: gap[0]):
        text = f"{safe(scope)} was not read in {safe(name)}: {safe(blind.unread.reason)}"
        yield from fold(text, screen.width, "  ", "      ")
