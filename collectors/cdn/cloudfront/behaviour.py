"""What a distribution does where one of its cache behaviours takes the request.

Facts (developer guide): methods that are not allowed are refused (distribution-web-values-specify,
Allowed HTTP methods), with 403 "This distribution is not configured to allow the HTTP request
method" (reported from the field); viewer-response functions run for origin statuses below 400 only
(edge-functions-restrictions); of Vary, the names of headers that are not sent inwards are removed
(RequestAndResponseBehaviorCustomOrigin); an origin's custom header replaces the viewer's
(add-origin-custom-headers); viewers without a signature are refused with 403 where signers are set
(private-content-signed-urls).
"""

from __future__ import annotations

from typing import Final

from auditor.core.hop.behaviour import (
    Behaviour,
    Case,
    Doing,
    Either,
    Forward,
    Inward,
    Respond,
    Step,
    UnreadBehaviour,
)
from auditor.core.hop.guard import ALWAYS, MethodIn, Not
from auditor.core.hop.header import VARY
from auditor.core.hop.op import Literal, remove
from collectors.cdn.cloudfront.distribution import CacheBehaviour, Distribution
from collectors.cdn.cloudfront.forwarding import Forwarding, Forwardings
from collectors.cdn.cloudfront.policy import ResponseHeaders
from collectors.cdn.cloudfront.response_headers import edits

METHODS_FIELD: Final = "AllowedMethods"

REFUSAL_ASSUMED: Final = (
    "CloudFront refuses methods that are not allowed with 403, OPTIONS as well (unverified)"
)
ERRORS_ASSUMED: Final = (
    "CloudFront writes the response headers policy on its own 403 and on error pages (unverified)"
)
PAGES_ASSUMED: Final = (
    "the custom error pages of this distribution bring no CORS headers of their own"
)
PREFLIGHT_ASSUMED: Final = (
    "CloudFront answers no preflight by itself: a response headers policy adds lines to what the "
    "origin answers (documented so, not verified)"
)
VARY_ASSUMED: Final = (
    "CloudFront removes a Vary of Origin where it does not send Origin inwards, and a response "
    "headers policy writes none (seen otherwise in ttoss/ttoss pull request 1206)"
)


def doing(
    distribution: Distribution,
    behaviour: CacheBehaviour,
    forwardings: Forwardings,
    policy: ResponseHeaders | None,
    origin_header: str | None,
) -> Doing:
    """Return what happens where `behaviour` takes a request for one origin.

    `policy`: its response headers policy, None when it was not read or there is none;
    `origin_header`: the Origin that the origin is sent instead of the viewer's, None for none.
    """
    if cause := unread_cause(distribution, behaviour, policy):
        return UnreadBehaviour(cause)
    responds = tuple(_responds(distribution, behaviour))
    steps = edits(policy) if policy is not None else ()
    options = dict.fromkeys(
        _behaviour(responds, steps, forwarding, origin_header) for forwarding in forwardings.options
    )
    first, *others = options
    return Either(forwardings.cause, (first, *others)) if others else first


def unread_cause(
    distribution: Distribution, behaviour: CacheBehaviour, policy: ResponseHeaders | None
) -> str:
    """Return why what `behaviour` does cannot be known, and what to do; empty when it can."""
    where = f"{behaviour.title} of distribution {distribution.id}"
    causes = [
        f"{one.name} at {one.event} of {where} was not read: it may {_may(one.event)}"
        for one in behaviour.functions
    ]
    if behaviour.response_headers_policy and policy is None:
        key = behaviour.response_headers_policy
        do = f"add the output of `aws cloudfront get-response-headers-policy --id {key}`"
        causes.append(f"response headers policy {key} of {where} was not read ({do})")
    return "; ".join(causes)


def _may(event: str) -> str:
    if event == "viewer-response":
        return "write any header where the origin answers below 400"
    if event == "origin-response":
        return "write any header and status"
    return "answer by itself or change the Origin"


def _responds(distribution: Distribution, behaviour: CacheBehaviour) -> list[Respond]:
    allowed = Not(MethodIn(behaviour.allowed))
    found = [Respond((allowed,), (403,), edited=True, field=METHODS_FIELD)]
    if behaviour.signed:
        field = "TrustedKeyGroups"
        found.append(Respond(ALWAYS, (403,), certain=False, edited=True, field=field))
    if distribution.error_pages:
        pages, field = distribution.error_pages, "CustomErrorResponses"
        found.append(Respond(ALWAYS, pages, certain=False, edited=True, field=field))
    return found


def _behaviour(
    responds: tuple[Respond, ...],
    steps: tuple[Step, ...],
    forwarding: Forwarding,
    origin_header: str | None,
) -> Behaviour:
    origin: Forward | Literal = Forward.KEEP if forwarding.origin else Forward.DROP
    if origin_header is not None:
        origin = Literal(origin_header)
    if not forwarding.origin:
        steps = ((Case(ALWAYS, (remove(VARY, field="headers sent to the origin"),)),), *steps)
    requested = Forward.KEEP if forwarding.requested else Forward.DROP
    return Behaviour(responds, steps, Inward(origin, requested), forwarding.cache)
