"""What a cache behaviour sends inwards and what its stored answers are told apart by.

Facts (developer guide):
- Headers in the cache key are sent inwards; an origin request policy adds others, and where both
  speak of one, sending wins (understanding-how-origin-request-policies-and-cache-policies-work-
  together). Of a viewer's headers nothing else is sent.
- Host is the origin's own unless the viewer's is sent; AllViewer sends it
  (using-managed-origin-request-policies, AllViewerExceptHostHeader).
- ForwardedValues (legacy): `*` in Headers sends everything and stores nothing (header-caching).
- Vary does not separate stored answers, only the cache key does (understanding-the-cache-key).
- With a MaxTTL of 0 nothing is stored (using-managed-cache-policies, CachingDisabled).
- Errors stored: 404, 414, 500 to 504 always; 400, 403, 405, 412, 415 as the origin's Cache-Control
  says (HTTPStatusCodes); redirects are stored (RequestAndResponseBehaviorCustomOrigin). No page
  lists the successes: all are taken to be.
Not clear: whether ForwardedValues send an Origin that they do not list. header-caching says no;
RequestAndResponseBehaviorCustomOrigin has Origin, and every header that it does not name, among
those that are sent anyway, and answers recorded in awslabs/speke-reference-server issue 37 show
that. Both are read (`Either`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from auditor.core.hop.behaviour import Cache
from collectors.cdn.cloudfront.distribution import CacheBehaviour, Legacy
from collectors.cdn.cloudfront.policy import ALL_VIEWER, CachePolicy, OriginRequestPolicy

ORIGIN: Final = "origin"
_METHOD: Final = "access-control-request-method"
_HEADERS: Final = "access-control-request-headers"
_CORS_REQUEST: Final = frozenset({ORIGIN, _METHOD, _HEADERS})
_EVERY: Final = "*"
_STORED: Final = frozenset(
    {200, 203, 204, 206, 300, 301, 302, 303, 307, 308}
    | {400, 403, 404, 405, 412, 414, 415, 500, 501, 502, 503, 504}
)

LEGACY_CAUSE: Final = (
    "ForwardedValues send CORS request headers that they do not list (the guide says both)"
)
HALF_CAUSE: Final = (
    "one of Access-Control-Request-Method and -Headers reaches the origin without the other"
)


@dataclass(frozen=True, slots=True)
class Forwarding:
    """What reaches the origin of the viewer's Origin, Access-Control-Request-* and Host, and the
    store in front of it, None for none."""

    origin: bool
    requested: bool
    host: bool
    cache: Cache | None


@dataclass(frozen=True, slots=True)
class Forwardings:
    """The ways in which a behaviour may forward, one of them true; `cause` says why there are
    several, and is empty when there is one."""

    options: tuple[Forwarding, ...]
    cause: str = ""


def forwardings(
    behaviour: CacheBehaviour,
    cache_policies: Mapping[str, CachePolicy],
    origin_request_policies: Mapping[str, OriginRequestPolicy],
) -> Forwardings:
    """Return how `behaviour` forwards and stores, given the policies that were read, by id."""
    causes: list[str] = []
    if behaviour.legacy is not None:
        pairs = _legacy(behaviour.legacy, causes)
    else:
        keys = _cache_options(behaviour.cache_policy, cache_policies, causes)
        sent = _sent_options(behaviour.origin_request_policy, origin_request_policies, causes)
        pairs = [*product(keys, sent)]
    found: dict[Forwarding, None] = {}
    for key, more in pairs:
        found |= dict.fromkeys(_forwarding(behaviour, key, more, causes))
    return Forwardings(tuple(found), "; ".join(dict.fromkeys(causes)) if len(found) > 1 else "")


def _legacy(legacy: Legacy, causes: list[str]) -> list[tuple[CachePolicy, OriginRequestPolicy]]:
    if _EVERY in legacy.headers:
        return [(CachePolicy(stores=False), ALL_VIEWER)]
    policy = CachePolicy(legacy.headers, legacy.all_cookies, legacy.max_ttl != 0)
    if legacy.headers >= _CORS_REQUEST:
        return [(policy, OriginRequestPolicy())]
    causes.append(LEGACY_CAUSE)
    return [(policy, OriginRequestPolicy(_CORS_REQUEST)), (policy, OriginRequestPolicy())]


def _cache_options(
    key: str, known: Mapping[str, CachePolicy], causes: list[str]
) -> tuple[CachePolicy, ...]:
    if key in known:
        return (known[key],)
    causes.append(_unread_cause("cache policy", key, "get-cache-policy"))
    bare, full = frozenset[str](), _CORS_REQUEST | {"host"}
    return tuple(CachePolicy(headers, stores=s) for headers in (bare, full) for s in (True, False))


def _sent_options(
    key: str, known: Mapping[str, OriginRequestPolicy], causes: list[str]
) -> tuple[OriginRequestPolicy, ...]:
    if not key:
        return (OriginRequestPolicy(),)
    if key in known:
        return (known[key],)
    causes.append(_unread_cause("origin request policy", key, "get-origin-request-policy"))
    return (OriginRequestPolicy(), OriginRequestPolicy(_CORS_REQUEST), ALL_VIEWER)


def _unread_cause(what: str, key: str, command: str) -> str:
    if not key:
        return f"the {what} is missing in what was read"
    do = f"add the output of `aws cloudfront {command} --id {key}`"
    return f"{what} {key} was not read ({do})"


def _forwarding(
    behaviour: CacheBehaviour, key: CachePolicy, more: OriginRequestPolicy, causes: list[str]
) -> Iterator[Forwarding]:
    def sends(name: str) -> bool:
        return name in key.headers or more.sends(name)

    cache = None
    if key.stores:
        cookies = frozenset({"cookie"} if key.all_cookies else ())
        options = "OPTIONS" in behaviour.cached
        cache = Cache(
            key.headers | cookies, honours_vary=False, stores_options=options, statuses=_STORED
        )
    requested = {sends(_METHOD), sends(_HEADERS)}
    if len(requested) > 1:
        causes.append(HALF_CAUSE)
    for each in sorted(requested):
        yield Forwarding(sends(ORIGIN), each, sends("host"), cache)
