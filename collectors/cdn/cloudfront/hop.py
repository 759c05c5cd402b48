"""One distribution as a hop: its cases in order, its hosts, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.core.hop.header import CORS_NAMES
from auditor.core.reading import Alias, Hop, Layer, Remedy, Where
from collectors.answers.provenance import STACK_TAG
from collectors.cdn.cloudfront.behaviour import (
    ERRORS_ASSUMED,
    METHODS_FIELD,
    PAGES_ASSUMED,
    PREFLIGHT_ASSUMED,
    REFUSAL_ASSUMED,
    VARY_ASSUMED,
)
from collectors.cdn.cloudfront.case import cases
from collectors.cdn.cloudfront.deployment import PATTERNS_ASSUMED, counterpart, staged
from collectors.cdn.cloudfront.distribution import Distribution
from collectors.cdn.cloudfront.estate import Estate
from collectors.cdn.cloudfront.policy import CorsSettings, ResponseHeaders
from collectors.cdn.cloudfront.response_headers import ANY, field_prefix


def read_hop(distribution: Distribution, estate: Estate) -> tuple[Hop, tuple[Alias, ...]]:
    """Return the hop of a distribution that serves viewers, and the aliases that it rests on."""
    found = tuple(cases(distribution, estate))
    policies = _policies(distribution, estate)
    account = distribution.account or "unknown account"
    hop = Hop(
        id=f"cloudfront:{account}/{distribution.name}",
        layer=Layer.CDN,
        product="cloudfront",
        title=f"CloudFront {distribution.id} ({distribution.name})",
        where=distribution.document.where,
        answers=tuple(f"host:{host}" for host in distribution.hosts),
        cases=tuple(case.case for case in found),
        source=distribution.document.source,
        document=distribution.id,
        role=f"cdn {distribution.name}",
        fields=tuple(_fields(policies)),
        remedies=tuple(_remedies(distribution, policies)),
        labels=tuple(_labels(distribution, account)),
        assumed=tuple(sorted(set(_assumed(distribution, estate, policies)))),
        notes=tuple(_notes(distribution, policies)),
    )
    aliases = dict.fromkeys(alias for case in found for alias in case.aliases)
    return hop, tuple(aliases)


def _policies(distribution: Distribution, estate: Estate) -> tuple[ResponseHeaders, ...]:
    """The response headers policies that answer for `distribution`, those of its staging too."""
    way = staged(distribution, estate)
    every = (distribution, *(way.distributions if way else ()))
    keys = dict.fromkeys(
        behaviour.response_headers_policy for one in every for behaviour in one.behaviours
    )
    found = [estate.response_headers.get(key) for key in sorted(keys)]
    return tuple(policy for policy in found if policy is not None)


def _fields(policies: Sequence[ResponseHeaders]) -> Iterator[tuple[str, Where]]:
    for policy in policies:
        if policy.where is None or policy.cors is None:
            continue
        where, prefix = policy.where, field_prefix(policy)
        pointers = [
            "AccessControlAllowCredentials",
            "AccessControlAllowHeaders",
            "AccessControlAllowMethods",
        ]
        pointers += ["AccessControlExposeHeaders", "AccessControlMaxAgeSec", "OriginOverride"]
        for pointer in pointers:
            line = policy.lines.get(pointer, where.line)
            yield f"{prefix} {pointer}", Where(where.place, line)
        for index in range(len(policy.cors.origins)):
            line = policy.lines.get(f"AccessControlAllowOrigins/{index}", where.line)
            yield f"{prefix} AccessControlAllowOrigins[{index}]", Where(where.place, line)


def _remedies(distribution: Distribution, policies: Sequence[ResponseHeaders]) -> Iterator[Remedy]:
    stack = (distribution.tags or {}).get(STACK_TAG)
    owner = f" (in stack {stack}, which manages it: a console edit is undone)" if stack else ""
    title = f"distribution {distribution.id}{owner}"
    for policy in policies:
        prefix = f"{field_prefix(policy)} "
        if policy.where is None:
            own = "attach a policy of your own that lists the origins"
            text = f"{own}, instead of {policy.name}, to {title}"
            yield Remedy(prefix, text)
        elif policy.cors is not None:
            yield from _cors_remedies(
                policy.cors, prefix, f"{field_prefix(policy)}, which {title} uses"
            )
    text = f"change the allowed methods of the cache behaviour of {title}"
    yield Remedy(METHODS_FIELD, text)


def _cors_remedies(cors: CorsSettings, prefix: str, of: str) -> Iterator[Remedy]:
    origins = f"{prefix}AccessControlAllowOrigins"
    for index, entry in enumerate(cors.origins):
        if ANY in entry:
            meant = "by the origins that are meant"
            text = f"replace {entry!r} in AccessControlAllowOrigins {meant}, of {of}"
            yield Remedy(f"{origins}[{index}]", text)
    yield Remedy(origins, f"remove {{origin}} from AccessControlAllowOrigins of {of}")
    credentials = f"set AccessControlAllowCredentials to false in {of}"
    yield Remedy(f"{prefix}AccessControlAllowCredentials", credentials)
    yield Remedy(prefix, f"change {of}")


def _labels(distribution: Distribution, account: str) -> Iterator[tuple[str, str]]:
    yield "account", account
    tags = distribution.tags or {}
    for name, value in tags.items():
        yield f"tag:{name}", value
    if stack := tags.get(STACK_TAG):
        yield "stack", stack


def _assumed(
    distribution: Distribution, estate: Estate, policies: Sequence[ResponseHeaders]
) -> Iterator[str]:
    yield REFUSAL_ASSUMED
    yield VARY_ASSUMED
    if policies:
        yield ERRORS_ASSUMED
    if any(policy.cors for policy in policies):
        yield PREFLIGHT_ASSUMED
    if distribution.error_pages:
        yield PAGES_ASSUMED
    way = staged(distribution, estate)
    for one in way.distributions if way else ():
        pairs = [(own, counterpart(own, one)) for own in distribution.behaviours]
        if any(own.match != other.match for own, other in pairs):
            yield PATTERNS_ASSUMED


def _notes(distribution: Distribution, policies: Sequence[ResponseHeaders]) -> Iterator[str]:
    if distribution.tags is None:
        yield "its tags were not read, so they name no owner"
    if distribution.has_web_acl:
        yield "a web ACL may refuse requests with answers of its own, which are not read"
    for policy in policies:
        for index, entry in enumerate(policy.cors.origins if policy.cors else ()):
            if entry != ANY and "://" not in entry:
                field = f"{field_prefix(policy)} AccessControlAllowOrigins[{index}]"
                yield f"{field} {entry!r}: without a scheme it takes http:// as well"
        for header in policy.custom:
            if header.name not in CORS_NAMES:
                continue
            said = f"{header.name} among CustomHeaders, which CloudFront refuses"
            yield f"{field_prefix(policy)}: {said}"
