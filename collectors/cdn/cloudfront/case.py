"""Cache behaviours as path cases: what is done, where it goes, and what that rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.core.hop.behaviour import Doing, Mix, Terminal
from auditor.core.reading import Alias, HostSent, PathCase
from collectors.cdn.cloudfront.behaviour import doing
from collectors.cdn.cloudfront.deployment import Staged, counterpart, mixed, staged
from collectors.cdn.cloudfront.distribution import CacheBehaviour, Distribution
from collectors.cdn.cloudfront.estate import Estate
from collectors.cdn.cloudfront.forwarding import Forwardings, forwardings
from collectors.cdn.cloudfront.target import Targets, joined, targets


@dataclass(frozen=True, slots=True)
class Case:
    """A path case, and the aliases that its names rest on."""

    case: PathCase
    aliases: tuple[Alias, ...] = ()


@dataclass(frozen=True, slots=True)
class _Compiled:
    doing: Doing
    targets: Targets
    host: HostSent


def cases(distribution: Distribution, estate: Estate) -> Iterator[Case]:
    """Give the path cases of `distribution` in its own order, the default one last."""
    way = staged(distribution, estate)
    total = len(distribution.behaviours)
    for number, behaviour in enumerate(distribution.behaviours, 1):
        own = _compiled(distribution, behaviour, estate)
        found = own if way is None else _with_staging(own, behaviour, way, estate)
        to: tuple[str, ...] | Terminal = found.targets.to
        title = f"{behaviour.title} ({number} of {total})"
        case = PathCase(
            behaviour.match, found.doing, to, add=found.targets.add, title=title, host=found.host
        )
        yield Case(case, found.targets.aliases)


def _compiled(distribution: Distribution, behaviour: CacheBehaviour, estate: Estate) -> _Compiled:
    ways = forwardings(behaviour, estate.cache, estate.origin_request)
    policy = estate.response_headers.get(behaviour.response_headers_policy)
    origins = distribution.origins.get(behaviour.target, ())
    headers = dict.fromkeys(origin.header for origin in origins) or {None: None}
    options = dict.fromkeys(
        doing(distribution, behaviour, ways, policy, header) for header in headers
    )
    first, *others = options
    cause = f"origin group {behaviour.target} of distribution {distribution.id}"
    done = Mix(cause, (first, *others)) if others else first
    return _Compiled(done, targets(distribution, origins, estate.endpoints), _host(ways))


def _with_staging(
    own: _Compiled, behaviour: CacheBehaviour, way: Staged, estate: Estate
) -> _Compiled:
    others = [_compiled(one, counterpart(behaviour, one), estate) for one in way.distributions]
    done = mixed(own.doing, tuple(other.doing for other in others), way)
    hosts = {own.host, *(other.host for other in others)}
    return _Compiled(
        done,
        joined((own.targets, *(other.targets for other in others))),
        own.host if len(hosts) == 1 else HostSent.UNKNOWN,
    )


def _host(ways: Forwardings) -> HostSent:
    kept = {option.host for option in ways.options}
    if len(kept) > 1:
        return HostSent.UNKNOWN
    return HostSent.KEPT if True in kept else HostSent.TARGET
