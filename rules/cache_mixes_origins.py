"""A cache serves one site's answer to another, and trusted origins are blocked.

What: a hop stores answers under a key without Origin, in front of a hop whose answer depends on the
origin. Whoever asks next gets what was made for somebody else: the wrong origin, or none. Taken by
itself, without its stored answers, the path lets the origin through.

Why: it is the outage that nobody can reproduce. It comes and goes with the traffic, the list of
origins is right everywhere, and the first answer to a health check without Origin is enough to block
everyone until it expires. It is no leak: browsers compare byte for byte.

Example: CloudFront with the managed policies CachingOptimized and CORS-CustomOrigin sends Origin on
and keeps it out of the key, in front of an application that echoes the origins on its list.

Mend: put Origin into the cache key, or make the hops behind send `Vary: Origin` where the cache looks
at it; or let the caching hop write the headers itself, after the lookup, and nobody behind it.

References: Fetch Standard, whatwg/fetch 586cd2a, 4.10 and its note on Vary and caches. RFC 9110,
12.5.5 (Vary) and RFC 9111, 4.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.core.capability import Capability
from auditor.core.decision.verdict import Compared
from auditor.core.finding import Finding, Severity
from auditor.core.hop.behaviour import Cache, behaviours
from auditor.core.link.walk import Placed
from rules.claim import Claim, finding
from rules.grant import telling
from rules.question import uncached
from rules.reference import ACCESS_POLICY, API_MISCONFIGURATION
from rules.rule import Result, Rule, View, concluded, raised
from rules.source import remedy

NAME = "cache-mixes-origins"
KEY = "cache key"
_ORIGIN = "origin"


def check(view: View) -> Iterator[Result]:
    """Find trusted origins that stored answers alone block."""
    return concluded(NAME, view, _found(view)) if view.route.allowed else iter(())


RULE = Rule(
    name=NAME,
    severity=Severity.MEDIUM,
    summary="a cache without Origin in its key serves one site's answer to another",
    prose=__doc__ or "",
    check=check,
    needs_allowlist=True,
    references=(ACCESS_POLICY, API_MISCONFIGURATION),
)


def lost_to_caches(view: View, one: Compared) -> Capability:
    """What `one` certainly lacks only because of what caches hold."""
    if not one.narrowed or not any(map(_caches, view.path.actual.hops)):
        return Capability.NONE
    return one.narrowed & uncached(view, one.seen.about).bounds.best


def _found(view: View) -> Iterator[Finding]:
    lost = [(one, caps) for one in view.others() if (caps := lost_to_caches(view, one))]
    mixing = [placed for placed in view.path.actual.hops if _mixes(placed)]
    if not lost or not mixing:
        return
    shown = min((one for one, _ in lost), key=telling)
    placed, caps = mixing[0], Capability.NONE
    for _, part in lost:
        caps |= part
    title, others = placed.hop.title, len(lost) - 1
    who = f"{shown.witness} and {others} more" if others else shown.witness
    yield finding(
        view,
        Claim(
            rule=NAME,
            severity=raised(RULE.severity, Capability.NONE, view.production),
            subject=KEY,
            what=f"{who} can be blocked on {view.route.text} by answers stored for other sites.",
            why=f"{title} stores answers without Origin in its key{_vary(placed)}, and what it "
            "stores depends on who asked first.",
            do=remedy(placed, KEY, _ORIGIN)
            or f"Put Origin into the cache key of {title}, or let {title} alone write CORS headers.",
            witness=shown.witness,
            placed=placed,
            field=KEY,
            caps=caps,
        ),
    )


def _stores(placed: Placed) -> Iterator[Cache]:
    return (one.cache for one in behaviours(placed.case.doing) if one.cache is not None)


def _caches(placed: Placed) -> bool:
    return any(_stores(placed))


def _mixes(placed: Placed) -> bool:
    return any(not {_ORIGIN, "*"} & cache.key for cache in _stores(placed))


def _vary(placed: Placed) -> str:
    looks = any(cache.honours_vary for cache in _stores(placed))
    return "" if looks else " and does not look at Vary"
