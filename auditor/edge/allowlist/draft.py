"""An allowlist drafted from what the running layers do: proposed, never approved.

What nobody should approve unseen is not drafted but listed: any origin with cookies, `null`, plain
http, this machine or addresses in production, patterns, public suffixes.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from string import ascii_lowercase, digits

from auditor.core.allowlist import RouteMatch
from auditor.core.origin import Opaque, Reason, Refused, is_loopback, is_secure, parse_entry
from auditor.edge.allowlist.team_text import UNOWNED, DraftRoute, write_team
from auditor.edge.config.origins import is_address
from auditor.edge.config.schema import LONGEST_TEXT, Fault
from auditor.edge.config.values import read_match
from auditor.edge.suffixes import is_public_suffix

STALE_AFTER = timedelta(days=30)
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_NAME_CHARACTERS = frozenset(ascii_lowercase + digits + "._-")
_LONGEST_NAME = 80
_LONGEST_OWNER = 200


@dataclass(frozen=True, slots=True)
class Observed:
    """One route as it is now.

    `path_text`: as in a route's match (`/v1/*`, `/v1/me`). `origins`: what can read or send now,
    exact or, where a layer grants a pattern, its text. `credentials`: with cookies. `any_origin`:
    every origin can. `methods`: empty if not known. `production`: of the environment.
    """

    host: str
    path_text: str
    environment: str | None
    owner: str | None
    origins: tuple[str, ...]
    credentials: bool
    any_origin: bool
    methods: tuple[str, ...] = ()
    production: bool = True


class Kept(StrEnum):
    """Why something was not drafted, in the words of the summary."""

    ANY_WITH_COOKIES = "any origin with cookies"
    ANY_SENDS = "any origin without cookies, more than GET"
    NULL = "null"
    PLAIN_HTTP = "http://"
    LOCAL = "localhost or an address in prod"
    PATTERN = "patterns over many hosts"
    PUBLIC_SUFFIX = "public suffixes"
    MALFORMED = "origins that no browser sends"
    NO_ROUTE = "routes that have no plain host and path"
    MIXED = "routes with and without cookies, drafted without"


@dataclass(frozen=True, slots=True)
class NotDrafted:
    """One thing left to people: why, on which route, and the origin or pattern if it is one."""

    why: Kept
    route: str
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """File names and contents, one for each owner; what was left out; and the counts.

    `lonely`: origins that are granted on one route only. `ownerless`: origins without an owner.
    `public`: routes drafted as `public: true`. `stale`: the day after which proposals are stale.
    """

    files: tuple[tuple[str, str], ...]
    not_drafted: tuple[NotDrafted, ...]
    origins: int
    routes: int
    observed: int
    lonely: int
    ownerless: int
    public: int
    stale: date


def draft(observed: Sequence[Observed], today: date) -> Draft:
    """Draft an allowlist, one file for each owner; `load_allowlist` reads what it writes."""
    left: list[NotDrafted] = []
    routes = _merge([route for one in observed if (route := _route(one, left)) is not None], left)
    owners: dict[str | None, list[DraftRoute]] = {}
    for route in routes:
        owners.setdefault(route.owner, []).append(route)
    stale = today + STALE_AFTER
    names = _file_names(owners)
    files = ((names[owner], write_team(owner, found, stale)) for owner, found in owners.items())
    granted = Counter(origin for route in routes for origin in route.origins)
    return Draft(
        tuple(sorted(files)),
        tuple(
            sorted(left, key=lambda one: (list(Kept).index(one.why), one.route, one.origin or ""))
        ),
        origins=len(granted),
        routes=len(routes),
        observed=len(observed),
        lonely=sum(count == 1 for count in granted.values()),
        ownerless=len({o for route in routes if route.owner is None for o in route.origins}),
        public=sum(route.public for route in routes),
        stale=stale,
    )


def _route(one: Observed, left: list[NotDrafted]) -> DraftRoute | None:
    """Return what may be proposed for one route; what may not is added to `left`."""
    shown = one.host + one.path_text
    match = _match(one)
    if match is None:
        left.append(NotDrafted(Kept.NO_ROUTE, shown))
        return None
    if one.any_origin and (one.credentials or not _READS.issuperset(one.methods)):
        why = Kept.ANY_WITH_COOKIES if one.credentials else Kept.ANY_SENDS
        left.append(NotDrafted(why, shown))
        return None
    fit: list[str] = []
    for origin in dict.fromkeys(one.origins):
        why_not = _why_not(origin, one.production)
        if why_not is None:
            fit.append(origin)
        else:
            left.append(NotDrafted(why_not, shown, origin))
    if one.origins and not fit and not one.any_origin:
        return None
    credentials = one.credentials and bool(fit)
    owner = _owner(one.owner)
    return DraftRoute(
        match, one.environment, owner, tuple(sorted(fit)), credentials, one.any_origin
    )


def _match(one: Observed) -> RouteMatch | None:
    environment = one.environment
    fits = environment is None or (
        environment.isprintable() and environment == environment.strip() != ""
    )
    whole = one.path_text.startswith("/") or not one.path_text
    match = read_match(one.host + one.path_text)
    if not fits or not whole or "/" in one.host or isinstance(match, Fault):
        return None
    return match if len(str(match)) <= LONGEST_TEXT else None


def _why_not(text: str, production: bool) -> Kept | None:
    """Return why an origin is left to people, None if it may be proposed."""
    origin = parse_entry(text)
    if isinstance(origin, Opaque):
        return Kept.NULL
    if isinstance(origin, Refused):
        return Kept.PATTERN if origin.reason is Reason.WILDCARD else Kept.MALFORMED
    if is_loopback(origin) or is_address(origin):
        return Kept.LOCAL if production else None
    if not is_secure(origin):
        return Kept.PLAIN_HTTP
    return Kept.PUBLIC_SUFFIX if is_public_suffix(origin.host) else None


def _owner(text: str | None) -> str | None:
    """Return an owner as one line of words: tags may hold anything."""
    words = "".join(char if char.isprintable() else " " for char in text or "").split()
    return " ".join(words)[:_LONGEST_OWNER].strip() or None


def _merge(routes: Iterable[DraftRoute], left: list[NotDrafted]) -> list[DraftRoute]:
    """Join routes of one match and environment, since a file says each once.

    With cookies only if every one with origins is; in an owner's file only if all are that owner's.
    """
    found: dict[tuple[RouteMatch, str | None], list[DraftRoute]] = {}
    for route in routes:
        found.setdefault((route.match, route.environment), []).append(route)
    merged = []
    for (match, environment), same in found.items():
        cookies = {route.credentials for route in same if route.origins}
        owners = {route.owner for route in same}
        if len(cookies) > 1:
            left.append(NotDrafted(Kept.MIXED, str(match)))
        origins = tuple(sorted({origin for route in same for origin in route.origins}))
        owner = owners.pop() if len(owners) == 1 else None
        public = any(route.public for route in same)
        merged.append(DraftRoute(match, environment, owner, origins, cookies == {True}, public))
    return sorted(merged, key=lambda route: (str(route.match), route.environment or ""))


def _file_names(owners: Iterable[str | None]) -> dict[str | None, str]:
    """Return a file name of its own for each owner, safe on every file system."""
    names: dict[str | None, str] = {None: f"{UNOWNED}.yaml"}
    taken = {UNOWNED}
    for owner in sorted(owner for owner in owners if owner is not None):
        kept = "".join(char if char in _NAME_CHARACTERS else "-" for char in owner.lower())
        stem = name = kept.strip("-.")[:_LONGEST_NAME] or "team"
        number = 1
        while name in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name)
        names[owner] = f"{name}.yaml"
    return names
