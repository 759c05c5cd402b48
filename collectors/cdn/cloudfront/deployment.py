"""Continuous deployment: which staging distributions answer for a primary one's hosts.

Facts (developer guide, continuous-deployment): viewers reach a staging distribution through the
primary's hosts alone, as an enabled policy that is attached to the primary says; by weight or by a
request header. Both may answer a browser, a preflight and its request differently (`Mix`). The
staging distribution's path patterns are the primary's or some of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from auditor.core.hop.behaviour import Doing, Either, Mix, UnreadBehaviour
from collectors.cdn.cloudfront.distribution import CacheBehaviour, Distribution
from collectors.cdn.cloudfront.estate import Estate

PATTERNS_ASSUMED: Final = (
    "requests of a behaviour that the staging distribution does not have go to its default one"
)


@dataclass(frozen=True, slots=True)
class Staged:
    """What may answer in place of a primary distribution.

    `certain` false: whether it does is not known, for `cause`. An empty `distributions`: what does
    was not read.
    """

    distributions: tuple[Distribution, ...]
    cause: str
    certain: bool = True


def staged(primary: Distribution, estate: Estate) -> Staged | None:
    """Return the staging distributions that answer for `primary`; None when none does."""
    attached = primary.attachment
    if attached == "" or (attached is None and not _loose(estate)):
        return None
    policy = estate.deployments.get(attached or "")
    if policy is None:
        return Staged(_loose(estate), _unread_cause(primary), certain=False)
    if not policy.enabled:
        return None
    found = tuple(one for one in estate.staging if one.domain in policy.staging)
    return Staged(found, f"continuous deployment policy {attached}")


def mixed(primary: Doing, staging: tuple[Doing, ...], way: Staged) -> Doing:
    """Return what answers where `primary` would: `staging` as well, as far as `way` is known."""
    others = staging or (UnreadBehaviour(f"the staging distribution of {way.cause} was not read"),)
    options = tuple(dict.fromkeys((primary, *others)))
    both: Doing = Mix(way.cause, options) if len(options) > 1 else primary
    if way.certain or both == primary:
        return both
    return Either(way.cause, (primary, both))


def counterpart(behaviour: CacheBehaviour, staging: Distribution) -> CacheBehaviour:
    """Return what `staging` does with requests that `behaviour` takes at its primary."""
    same = [one for one in staging.behaviours if one.match == behaviour.match]
    return same[0] if same else staging.behaviours[-1]


def _loose(estate: Estate) -> tuple[Distribution, ...]:
    """The staging distributions of which it is not known whose they are."""
    known = {one.attachment for one in estate.distributions if one.attachment in estate.deployments}
    spoken = {name for key in known if key for name in estate.deployments[key].staging}
    off = {name for one in estate.deployments.values() if not one.enabled for name in one.staging}
    return tuple(one for one in estate.staging if one.domain not in spoken | off)


def _unread_cause(primary: Distribution) -> str:
    do = (
        "add the outputs of `aws cloudfront list-continuous-deployment-policies` and "
        f"`get-distribution-config --id {primary.id}`"
    )
    return f"whether a staging distribution answers for {primary.id} was not read ({do})"
