"""What trusted origins can do beyond the allowlist: cookies, methods and headers.

The origin is right then, and another setting is the cause: the line that allows credentials, the
list of methods, the list of headers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.core.capability import READ, SEND, WITH_CREDENTIALS, Capability
from auditor.core.decision.judged import Seen
from auditor.core.decision.verdict import Compared
from auditor.core.finding import Finding, Severity
from auditor.core.hop.header import ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS
from auditor.core.link.walk import Placed
from rules.claim import Claim, finding
from rules.grant import Grant, telling
from rules.rule import View, raised
from rules.source import doing_at, remedy
from rules.wording import doing, listed, place, sentences


@dataclass(frozen=True, slots=True)
class _Excess:
    """One class, what it can do too much, and the setting that lets it (None: none was found)."""

    one: Compared
    caps: Capability
    placed: Placed | None
    field: str
    certain: bool = True

    @property
    def setting(self) -> tuple[str, str]:
        return ("", "") if self.placed is None else (self.placed.hop.id, self.field)


def only_cookies(view: View, grant: Grant) -> bool:
    """Whether the allowlist names the origin, and all that is too much is the user's cookies."""
    wanted = grant.one.wanted
    return (
        wanted is not None
        and not view.open_to_all
        and bool(wanted.caps)
        and not grant.caps & ~WITH_CREDENTIALS
    )


def cookies(
    view: View, rule: str, severity: Severity, grants: Iterable[Grant]
) -> Iterator[Finding]:
    """Findings for `grants` of cookies alone, one for each setting that allows credentials."""
    found = [
        _Excess(g.one, g.caps, *_writer(view, g.seen, g.caps, ALLOW_CREDENTIALS), g.certain)
        for g in grants
    ]
    for group in _groups(found):
        shown, caps = _shown(group), _caps(group)
        can = doing(view, caps, shown.one.seen)
        what = f"{_who(group)} can {can}. Allowed without cookies only."
        yield _finding(view, rule, raised(severity, caps, view.production), group, what)


def lists(view: View, rule: str, severity: Severity) -> Iterator[Finding]:
    """Findings for methods and headers that trusted origins can send beyond the allowlist's."""
    for header, what in ((ALLOW_METHODS, "{}"), (ALLOW_HEADERS, "requests with {}")):
        found = list(_longer(view, header))
        for group in _groups(found):
            names = [n for excess in group for n in _names(excess.one, header)]
            text = (
                f"{_who(group)} can send {what.format(listed(names))} to "
                f"{view.route.text}{_cookies_too(group)}. The allowlist does not name that."
            )
            lowered = raised(severity, Capability.NONE, view.production)
            yield _finding(view, rule, lowered, group, text, header)


def _longer(view: View, header: str) -> Iterator[_Excess]:
    for one in view.others():
        if one.wanted is not None and _names(one, header):
            caps = one.seen.any_send.meet & one.wanted.caps & SEND
            yield _Excess(one, caps, *_writer(view, one.seen, caps, header))


def _names(one: Compared, header: str) -> tuple[str, ...]:
    return one.methods if header == ALLOW_METHODS else one.headers


def _cookies_too(group: list[_Excess]) -> str:
    return " with cookies" if _caps(group) & WITH_CREDENTIALS else ""


def _writer(view: View, seen: Seen, caps: Capability, header: str) -> tuple[Placed | None, str]:
    """The hop and field that wrote the line of `header` on an answer that gives `caps`."""
    given = [outcome for outcome in seen.outcomes if outcome.caps & caps]
    for outcome in sorted(given, key=lambda outcome: not outcome.certain):
        for line in outcome.response.lines:
            stands = doing_at(view.way(outcome), line.hop) if line.name == header else None
            if stands is not None and line.field:
                return stands[0], line.field
    return None, ""


def _groups(found: Iterable[_Excess]) -> Iterator[list[_Excess]]:
    groups: dict[tuple[str, str], list[_Excess]] = {}
    for excess in found:
        groups.setdefault(excess.setting, []).append(excess)
    yield from groups.values()


def _shown(group: list[_Excess]) -> _Excess:
    return min(group, key=lambda excess: telling(excess.one))


def _who(group: list[_Excess]) -> str:
    names = {excess.one.witness for excess in group}
    first = _shown(group).one.witness
    return first if len(names) == 1 else f"{first} and {len(names) - 1} more"


def _caps(group: list[_Excess]) -> Capability:
    total = Capability.NONE
    for excess in group:
        total |= excess.caps
    return total


def _finding(
    view: View,
    rule: str,
    severity: Severity,
    group: list[_Excess],
    what: str,
    header: str = ALLOW_CREDENTIALS,
) -> Finding:
    shown = _shown(group)
    placed, field = shown.placed, shown.field
    title = "The layer that answers" if placed is None else placed.hop.title
    told = None if placed is None else remedy(placed, field, header)
    claim = Claim(
        rule=rule,
        severity=severity,
        subject=header,
        what=what,
        why=f"{title} says so{f' ({field})' if field else ''}, and the allowlist does not.",
        do=sentences(told or f"Bring {place(title, field)} in line with the allowlist"),
        witness=shown.one.witness,
        placed=placed,
        field=field,
        caps=_caps(group) & (READ | SEND),
        certain=any(excess.certain for excess in group),
    )
    return finding(view, claim)
