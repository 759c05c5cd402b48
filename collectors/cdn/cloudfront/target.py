"""Where a cache behaviour sends requests: hosts, or what a VPC origin leads to, and path prefixes.

Facts (developer guide): the origin path is put before the request's
(distribution-web-values-specify, Origin path); an origin group fails over to its second member for
GET, HEAD and OPTIONS alone (high_availability_origin_failover), so that any member may answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auditor.core.hop.behaviour import Terminal, UnreadEnd
from auditor.core.reading import Alias
from collectors.cdn.cloudfront.distribution import Distribution, Origin

_HTTP, _HTTPS = 80, 443


@dataclass(frozen=True, slots=True)
class Targets:
    """Where requests go: `to` and `add` of a path case, and the aliases that they rest on.

    `places`: each origin as an alias of its own, which puts the origin's path before the request's.
    """

    to: tuple[str, ...] | Terminal
    add: str = ""
    aliases: tuple[Alias, ...] = ()
    places: tuple[Alias, ...] = ()


def targets(
    distribution: Distribution, origins: Sequence[Origin], endpoints: Mapping[str, str]
) -> Targets:
    """Return where requests for `origins` of `distribution` go, spread over all of them.

    `endpoints`: what VPC origins lead to, an ARN by id.
    """
    for origin in origins:
        if "{{" in origin.domain + origin.path:
            return Targets(UnreadEnd(_template_cause(distribution, origin)))
    if not origins:
        cause = f"an origin that a behaviour of distribution {distribution.id} names is not there"
        return Targets(UnreadEnd(cause))
    return _spread([_place(distribution, origin, endpoints) for origin in origins])


def joined(parts: Sequence[Targets]) -> Targets:
    """Return where requests go that are spread over all of `parts`; an unread end stays one."""
    for part in parts:
        if not isinstance(part.to, tuple):
            return part
    return _spread([place for part in parts for place in part.places])


def _spread(places: Sequence[Alias]) -> Targets:
    """Places with one path stand in a case by their own names. A case has no two paths: others each
    get a name that puts its path before."""
    if len({place.add for place in places}) == 1:
        names = tuple(dict.fromkeys(place.to for place in places))
        return Targets(names, places[0].add, places=tuple(places))
    aliases = tuple(dict.fromkeys(places))
    return Targets(tuple(place.name for place in aliases), "", aliases, aliases)


def _place(distribution: Distribution, origin: Origin, endpoints: Mapping[str, str]) -> Alias:
    # A VPC origin that was not read still has its load balancer's host.
    name = endpoints.get(origin.vpc_origin) or f"host:{_address(origin)}"
    document = distribution.document
    own = f"cloudfront:{distribution.id}/{origin.id}"
    return Alias(own, name, document.where, document.source, add=origin.path, entry=False)


def _address(origin: Origin) -> str:
    plain = origin.protocol == "http-only"
    port, usual = (origin.http_port, _HTTP) if plain else (origin.https_port, _HTTPS)
    return origin.domain if port == usual else f"{origin.domain}:{port}"


def _template_cause(distribution: Distribution, origin: Origin) -> str:
    return (
        f"origin {origin.id} of distribution {distribution.id} depends on parameters of its "
        "tenants, which are not read"
    )
