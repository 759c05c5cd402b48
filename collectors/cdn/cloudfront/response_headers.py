"""What a response headers policy does to the lines of every response.

Facts (developer guide, understanding-response-headers-policies, where not said otherwise):
- Headers to remove go first, then others are added, on answers from the cache as well
  (modifying-response-headers); a viewer-response function runs after that.
- Allow-Origin, Allow-Credentials and Expose-Headers are added in responses to CORS requests, Allow-
  Headers, Allow-Methods and Max-Age in responses to preflights; credentials `false` adds nothing.
- Origin override: the policy's header, or, without it, the origin's where it sent one. CloudFront
  answers no preflight by itself; the origin does.
- Custom headers are added to every response. CloudFront refuses CORS names there: 400 "Invalid
  custom header: access-control-allow-origin" (ttoss/ttoss pull request 1206); they are read anyhow.
Not documented, so that both are read: whether, without override, an Allow-Origin of the origin
keeps all of the policy's headers away (floci a2389e7 does so; the guide speaks of each header);
whether, with override, the origin's CORS headers are dropped for an Origin that no entry takes;
what `*` becomes with credentials; what is answered for a wildcard inside a header name.
Lists are joined by commas (not documented; browsers do not care).
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.core.hop.behaviour import Case, Step
from auditor.core.hop.guard import (
    ALWAYS,
    PREFLIGHT,
    Guard,
    OriginIn,
    OriginPresent,
    ResponseHeaderPresent,
    UnknownGuard,
)
from auditor.core.hop.header import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    CORS_NAMES,
    EXPOSE_HEADERS,
    MAX_AGE,
)
from auditor.core.hop.op import (
    Literal,
    Op,
    TheOrigin,
    UnknownValue,
    Value,
    remove,
    set_,
    set_if_absent,
)
from auditor.core.language.pattern import Dialect, Pattern
from collectors.cdn.cloudfront.policy import CorsSettings, ResponseHeaders

ANY = "*"
GROUP_CAUSE = (
    "without override, an Allow-Origin of the origin keeps all of the policy's CORS headers away "
    "(unverified)"
)
UNMATCHED_CAUSE = (
    "a policy that overrides drops the origin's CORS headers for an Origin that it does not list "
    "(unverified)"
)
STAR_CAUSE = (
    "CloudFront answers * in AccessControlAllowOrigins with the Origin where credentials are "
    "allowed (unverified)"
)
NAME_CAUSE = "what CloudFront answers for a wildcard inside a name of AccessControlAllowHeaders"


def field_prefix(policy: ResponseHeaders) -> str:
    """Return what the fields of `policy` begin with."""
    return f"response headers policy {policy.name}"


def edits(policy: ResponseHeaders) -> tuple[Step, ...]:
    """Return what `policy` does to a response, in order."""
    prefix = field_prefix(policy)
    steps: list[Step] = []
    if policy.removed:
        steps.append((Case(ALWAYS, (remove(*policy.removed, field=f"{prefix} RemoveHeaders"),)),))
    if policy.cors is not None:
        steps.append(tuple(_cors_cases(policy.cors, prefix)))
    for header in policy.custom:
        write = set_ if header.override else set_if_absent
        op = write(header.name, header.value, f"{prefix} CustomHeaders {header.name}")
        steps.append((Case(ALWAYS, (op,)),))
    return tuple(steps)


def _cors_cases(cors: CorsSettings, prefix: str) -> Iterator[Case]:
    """An ordered choice, so that each entry keeps its own place as the grantor."""
    if not cors.override:
        # An origin that answers CORS sends Allow-Origin; to ask for every name would only multiply
        # what an origin that was not read may have sent.
        yield Case((UnknownGuard(GROUP_CAUSE), ResponseHeaderPresent(ALLOW_ORIGIN)), ())
    for index, entry in enumerate(cors.origins):
        field = f"{prefix} AccessControlAllowOrigins[{index}]"
        for guard, value in _grants(entry, cors):
            own = _op(cors, ALLOW_ORIGIN, value, field)
            plain = (own, *_lines(cors, prefix, preflight=False))
            yield Case((*guard, *PREFLIGHT), (own, *_lines(cors, prefix, preflight=True)))
            yield Case(guard, plain)
    if cors.override and ANY not in cors.origins:
        drop = remove(*CORS_NAMES, field=f"{prefix} OriginOverride")
        yield Case((UnknownGuard(UNMATCHED_CAUSE), OriginPresent()), (drop,))


def _grants(entry: str, cors: CorsSettings) -> Iterator[tuple[Guard, Value]]:
    if entry != ANY:
        yield (OriginIn((Pattern(Dialect.CLOUDFRONT, entry),)),), TheOrigin()
        return
    if cors.credentials:
        yield (UnknownGuard(STAR_CAUSE), OriginPresent()), TheOrigin()
    yield (OriginPresent(),), Literal(ANY)


def _lines(cors: CorsSettings, prefix: str, *, preflight: bool) -> Iterator[Op]:
    """The lines beside Allow-Origin."""
    if cors.credentials:
        field = f"{prefix} AccessControlAllowCredentials"
        yield _op(cors, ALLOW_CREDENTIALS, Literal("true"), field)
    if cors.exposed and (preflight or not cors.exposes_on_preflight):
        exposed = Literal(",".join(cors.exposed))
        yield _op(cors, EXPOSE_HEADERS, exposed, f"{prefix} AccessControlExposeHeaders")
    if not preflight:
        return
    if cors.headers:
        value = _allowed_headers(cors.headers)
        yield _op(cors, ALLOW_HEADERS, value, f"{prefix} AccessControlAllowHeaders")
    if cors.methods:
        methods = Literal(",".join(cors.methods))
        yield _op(cors, ALLOW_METHODS, methods, f"{prefix} AccessControlAllowMethods")
    if cors.max_age is not None:
        age = Literal(str(cors.max_age))
        yield _op(cors, MAX_AGE, age, f"{prefix} AccessControlMaxAgeSec")


def _allowed_headers(headers: tuple[str, ...]) -> Value:
    if any(ANY in name and name != ANY for name in headers):
        return UnknownValue(NAME_CAUSE)
    return Literal(",".join(headers))


def _op(cors: CorsSettings, name: str, value: Value, field: str) -> Op:
    return (set_ if cors.override else set_if_absent)(name, value, field)
