"""Guards and values, asked of one request and its response."""

from collections.abc import Callable
from typing import assert_never

from auditor.core.hop.guard import (
    Atom,
    Guard,
    MethodIn,
    Not,
    OriginIn,
    OriginPresent,
    RequestedHeadersWithin,
    RequestedMethodIn,
    RequestHeaderPresent,
    ResponseHeaderPresent,
    StatusIn,
    UnknownGuard,
)
from auditor.core.hop.op import (
    InnerHeader,
    Literal,
    RequestedHeaders,
    RequestedMethod,
    RequestHeader,
    TheOrigin,
    UnknownValue,
    Value,
)
from auditor.core.language.membership import takes_all_alike, takes_alone, unread_cause
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.path.choice import Choices
from auditor.core.path.exchange import Request, Response


def holds(
    guard: Guard, request: Request, response: Response | None, choices: Choices, host: str
) -> bool:
    """Whether `guard` holds; what cannot be known is asked of `choices`. `host`: the route's own."""
    for term in guard:
        if isinstance(term, Not):
            if _atom(term.atom, request, response, choices, host):
                return False
        elif not _atom(term, request, response, choices, host):
            return False
    return True


def _atom(  # noqa: C901, PLR0911 - one arm for each atom, exhaustive by type
    atom: Atom, request: Request, response: Response | None, choices: Choices, host: str
) -> bool:
    match atom:
        case OriginIn(patterns):
            return _among(patterns, request, choices, host)
        case OriginPresent():
            return request.origin is not None
        case MethodIn(methods):
            return request.method in methods
        case RequestedMethodIn(methods):
            asked = request.requested_method
            return asked is not None and (methods is None or asked in methods)
        case RequestedHeadersWithin(names):
            return all(name in names for name in request.requested_headers or ())
        case RequestHeaderPresent(name):
            return request.value(name) is not None
        case StatusIn(statuses):
            return response is not None and response.status in statuses
        case ResponseHeaderPresent(name):
            return response is not None and bool(response.values(name))
        case UnknownGuard(cause):
            return choices.unknown(("guard", cause), (False, True))
        case _:
            assert_never(atom)


def _among(patterns: tuple[Pattern, ...], request: Request, choices: Choices, host: str) -> bool:
    origin = request.origin
    if origin is None:
        return False
    unread: list[Pattern] = []
    for pattern in patterns:
        bound = bind(pattern, host)
        verdict = takes_alone(bound, origin) if request.alone else takes_all_alike(bound, origin)
        if verdict:
            return True
        if verdict is None:
            unread.append(bound)
    causes = ((unread_cause(one), origin) for one in unread)
    return any(choices.unknown(("pattern", *cause), (False, True)) for cause in causes)


def bind(pattern: Pattern, host: str) -> Pattern:
    """`pattern` with a same-host comparison made concrete for the route's `host` with its port.

    The text of a same-host pattern is the scheme that it compares, or anything else for any scheme:
    gin and Elasticsearch take exactly `http://` and `https://` before the Host header.
    """
    if pattern.dialect is not Dialect.SAME_HOST:
        return pattern
    if pattern.text in ("http", "https"):
        return Pattern(Dialect.EXACT, f"{pattern.text}://{host}")
    return Pattern(Dialect.SUFFIX, f"://{host}")


def value_of(  # noqa: C901 - one arm for each value, exhaustive by type
    value: Value | None, request: Request, inner: Response, unknown: Callable[[str], str | None]
) -> str | None:
    """The text that `value` comes to, None when there is none; `unknown` stands in for a cause."""
    match value:
        case Literal(text):
            return text
        case TheOrigin():
            return request.origin
        case RequestedMethod():
            return request.requested_method
        case RequestedHeaders():
            return _requested(value, request)
        case RequestHeader(header):
            return request.value(header)
        case InnerHeader(header):
            return ", ".join(inner.values(header)) or None
        case UnknownValue(cause):
            return unknown(cause)
        case None:
            return None
        case _:
            assert_never(value)


def _requested(value: RequestedHeaders, request: Request) -> str | None:
    names = [name for name in request.requested_headers or () if name in value.within]
    return ", ".join(sorted(names) if value.ordered else names) or None
