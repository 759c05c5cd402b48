"""Changed decisions in words: who gained or lost what, and what the allowlist says of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from auditor.core.allowlist import AllowedRoute
from auditor.core.capability import WITH_CREDENTIALS, Capability
from auditor.core.decision.classes import FRESH_HEADER, FRESH_METHOD, PLAINTEXT, Asked, valid
from auditor.core.language.cut import DecisionClass
from auditor.core.language.pattern import Pattern
from auditor.core.language.widening import Widening, name_of
from auditor.edge.reports.decisions import Moved
from auditor.edge.reports.deltas import Delta, Trend
from auditor.edge.reports.layout import some

_NAMED: Final = 4
_NULL = "null"
_PLAIN: Final = frozenset({Widening.EXACT, Widening.SEVERAL, Widening.UNREAD, Widening.UNDECIDED})
"""Names that say nothing beside the pattern."""


@dataclass(frozen=True, slots=True)
class Row:
    """One changed decision. `who`: the origins; `what`: what they can do now or no longer, or why
    that is not known; `allowed`: what the allowlist says, empty where there is none."""

    trend: Trend
    environment: str
    route: str
    who: str
    what: str
    allowed: str = ""


def rows(moved: Iterable[Moved], today: date) -> tuple[Row, ...]:
    """Every changed decision, origins that fare alike in one row."""
    return tuple(row for one in moved for row in _rows(one, today))


def _rows(one: Moved, today: date) -> Iterable[Row]:
    groups: dict[tuple[Trend, str, str], list[DecisionClass]] = {}
    for delta in one.deltas:
        key = (delta.trend, _what(delta), _allowed(delta, one.route.allowed, today))
        groups.setdefault(key, []).append(delta.about)
    for (trend, what, allowed), classes in sorted(groups.items(), key=lambda group: group[0]):
        route = one.route
        yield Row(trend, route.environment, route.text, _who(classes), what, allowed)


def _who(classes: list[DecisionClass]) -> str:
    """`any origin, as https://evil-example.com`, or the origins and patterns themselves."""
    wide = [one for one in classes if not one.alone]
    open_ended = [one for one in wide if not one.matches - {PLAINTEXT}]
    if open_ended:
        plain = {PLAINTEXT in one.matches for one in open_ended}
        name = "any origin"
        if len(plain) == 1:
            name = "any http:// origin" if True in plain else "any origin but http://"
        shown = min(open_ended, key=lambda one: PLAINTEXT in one.matches)
        return f"{name}, as {shown.witness}"
    patterns = {pattern for one in wide for pattern in one.matches - {PLAINTEXT}}
    texts = sorted({pattern.text for pattern in patterns})
    if patterns and texts != [wide[0].witness]:
        return f"origins that {some(texts)} takes{_named(patterns)}, as {wide[0].witness}"
    return some([one.witness for one in classes])


def _named(patterns: set[Pattern]) -> str:
    """The name of what one pattern lets in, where it has one."""
    if len(patterns) > 1:
        return ""
    named = name_of(tuple(patterns), (), valid)
    return f": {named.words}" if named.name not in _PLAIN else ""


def _what(delta: Delta) -> str:
    match delta.trend:
        case Trend.GAINED:
            return f"can now {_doing(delta)}{_condition(delta)}"
        case Trend.LOST:
            return f"can no longer {_doing(delta)}{_condition(delta)}"
        case Trend.UNSURE:
            return f"cannot be compared: {some(delta.causes, 2) or 'not known'}"


def _condition(delta: Delta) -> str:
    return ", if what was not read passes answers on as they are" if delta.if_passed_on else ""


def _doing(delta: Delta) -> str:
    caps = dict(delta.caps)
    reading = caps.pop(None, Capability.NONE)
    parts = [f"read{_cookies(reading)}"] if reading else []
    sending = Capability.NONE
    for one in caps.values():
        sending |= one
    if sending:
        parts.append(
            f"send {_sent(asked for asked in caps if asked is not None)}{_cookies(sending)}"
        )
    return " and ".join(parts)


def _cookies(caps: Capability) -> str:
    return " with cookies" if caps & WITH_CREDENTIALS else " without cookies"


def _sent(found: Iterable[Asked]) -> str:
    asked = list(found)
    methods = dict.fromkeys(one.method for one in asked if not one.headers)
    headers = dict.fromkeys(name for one in asked for name in one.headers)
    parts = []
    if methods:
        parts.append("any method" if FRESH_METHOD in methods else some(methods, _NAMED))
    if headers:
        names = "any header" if FRESH_HEADER in headers else f"header {some(headers, _NAMED)}"
        parts.append(names)
    return " or ".join(parts)


def _allowed(delta: Delta, allowed: AllowedRoute | None, today: date) -> str:
    if allowed is None or delta.trend is Trend.UNSURE:
        return ""
    wanted = allowed.wanted(delta.about.witness, today).caps
    changed = Capability.NONE
    for _, caps in delta.caps:
        changed |= caps
    if delta.trend is Trend.GAINED:
        return "not allowed" if changed & ~wanted else "as allowed"
    return "although allowed" if changed & wanted else "as allowed"
