"""Capabilities, routes and origins in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, assert_never

from auditor.core.allowlist import AllowedRoute
from auditor.core.capability import READ, SEND, WITH_CREDENTIALS, Capability
from auditor.core.decision.classes import FRESH_HEADER, FRESH_METHOD, valid
from auditor.core.decision.judged import Seen
from auditor.core.language.probe import hosts
from auditor.core.language.widening import Widening, name_of
from rules.grant import Cause
from rules.rule import View
from rules.source import Reach, Source

NAMED = 6
"""Methods or headers named in one sentence."""


def letting_in(view: View, cause: Cause, subject: str) -> str:
    """`Any site can read api.example.com/v1/* with cookies.`, what the allowlist says of it, and
    whether it rests on what was not read; `subject`: who can."""
    sentence = f"{subject} can {doing(view, cause.caps, cause.shown.seen)}"
    if not cause.certain:
        sentence += ", if what was not read passes answers on as they are"
    return f"{sentence}. Not allowed." if _disapproved(cause) else f"{sentence}."


def _disapproved(cause: Cause) -> bool:
    """Whether an allowlist says so."""
    return any(
        grant.one.wanted is not None
        and grant.caps & ~(grant.one.wanted.caps | grant.one.wanted.unreviewed)
        for grant in cause.grants
    )


def who(cause: Cause) -> str:
    """Who is let in by a cause, to begin a sentence with."""
    source = cause.source
    alone = all(grant.one.witness == cause.text for grant in cause.grants)
    if source is None or source.reach is Reach.ONE or alone:
        return cause.text
    if source.reach is Reach.PATTERN:
        return f"Any origin matching {source.text}"
    return "Any site"


def written(source: Source) -> str:
    """What a setting says or does: `HTTP API a1b2 lists https://x.example (AllowOrigins[3])`."""
    title, field = source.placed.hop.title, f" ({source.field})" if source.field else ""
    match source.reach:
        case Reach.REFLECT:
            return f"{title} echoes the origin of every request{field}"
        case Reach.ANY if not source.literal:
            return f"{title} lists {source.text} and echoes the origin of every request{field}"
        case Reach.ANY | Reach.PATTERN | Reach.ONE:
            return f"{title} {'writes' if source.literal else 'lists'} {source.text}{field}"
        case _:
            assert_never(source.reach)


_TELLING: Final = frozenset(Widening) - {
    Widening.NOTHING,
    Widening.EXACT,
    Widening.ONE_EXTRA,
    Widening.NULL,
    Widening.UNREAD,
    Widening.UNDECIDED,
}
"""Names that say more than the entry and the origin do."""


def by_name(source: Source, allowed: AllowedRoute | None, witness: str) -> str | None:
    """`Beyond the allowlist that is any subdomain of example.com (proved)`: what the entry that takes
    `witness` lets in, None where the entry itself says as much. Entries of the allowlist that take the
    witness are expired or do not count, and are left out."""
    pattern = source.pattern
    if pattern is None or source.reach not in (Reach.PATTERN, Reach.ONE) or witness == "null":
        return None
    entries = () if allowed is None else allowed.entries
    against = tuple(e.pattern for e in entries if not e.proposed and not e.takes(witness))
    about = set(hosts(one.text for one in against))
    if source.reach is Reach.ONE and about.isdisjoint(hosts([witness])):
        return None
    named = name_of((pattern,), against, valid)
    if named.name not in _TELLING or (named.name is Widening.SEVERAL and not named.notes):
        return None
    return f"{'Beyond the allowlist that is' if against else 'That is'} {named.words}"


def doing(view: View, caps: Capability, seen: Seen) -> str:
    """`read api.example.com/v1/* with cookies and send PUT, DELETE`."""
    reading, sending = caps & READ, caps & SEND
    route, verbs = view.route.text, _sent(seen, sending) if sending else ""
    if not sending:
        return f"read {route}{cookies(reading)}"
    if not reading:
        return f"send {verbs} to {route}{cookies(sending)}"
    if cookies(reading) == cookies(sending):
        return f"read {route} and send {verbs} to it{cookies(reading)}"
    return f"read {route}{cookies(reading)} and send {verbs} to it{cookies(sending)}"


def cookies(caps: Capability) -> str:
    """Whether with the user's cookies."""
    return " with cookies" if caps & WITH_CREDENTIALS else " without cookies"


def _sent(seen: Seen, caps: Capability) -> str:
    """The methods, or else the headers, of the preflighted requests that get through."""
    asked = [send.asked for send in seen.sends if send.bounds.join & caps]
    methods = list(dict.fromkeys(one.method for one in asked if not one.headers))
    if methods:
        return listed(methods)
    headers = dict.fromkeys(name for one in asked for name in one.headers)
    return f"requests with {listed(headers)}" if headers else "requests that need a preflight"


def listed(names: Iterable[str]) -> str:
    """Methods or headers in a sentence, few of them; `any ...` where a name that nobody wrote is
    among them."""
    found = list(dict.fromkeys(names))
    if FRESH_METHOD in found:
        return "any method"
    if FRESH_HEADER in found:
        return "any header"
    shown = sorted(found)[:NAMED]
    return ", ".join(shown) + (" and more" if len(found) > NAMED else "")


def place(title: str, field: str) -> str:
    """Where to change something: `AllowOrigins[3] of HTTP API a1b2`."""
    return f"{field} of {title}" if field else title


def sentences(*parts: str | None) -> str:
    """`parts` that there are, each closed as a sentence; names of settings keep their case."""
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts if part)
