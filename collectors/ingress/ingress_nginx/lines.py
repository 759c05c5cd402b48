"""Header directives as operations of the common model: those on CORS headers and Vary alone."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.core.hop.guard import ALWAYS, Guard, OriginIn, OriginPresent
from auditor.core.hop.header import CORS_NAMES, VARY
from auditor.core.hop.op import (
    InnerHeader,
    Literal,
    Op,
    RequestedMethod,
    RequestHeader,
    TheOrigin,
    UnknownValue,
    Value,
    add_line,
    remove,
    set_,
)
from collectors.ingress.ingress_nginx.rewriting import HeaderLine, Headers
from collectors.ingress.ingress_nginx.variables import expand

NAMES = (*CORS_NAMES, VARY)
ADDED_TO = frozenset({200, 201, 204, 206, 301, 302, 303, 304, 307, 308})
"""Statuses that get an `add_header` without `always` (ngx_http_headers_module)."""


def replacing(
    headers: Headers, variables: Mapping[str, str], guard: Guard = ALWAYS
) -> tuple[Op, ...]:
    """What `more_set_headers` and `more_clear_headers` do, with the `variables` of one state; `guard`
    says when that state is met."""
    return tuple(op for line in headers.replaced for op in _replace(line, variables, guard))


def _replace(line: HeaderLine, variables: Mapping[str, str], guard: Guard) -> tuple[Op, ...]:
    prefix, star, _ = line.name.partition("*")
    names = tuple(n for n in NAMES if n == line.name or (star and n.startswith(prefix)))
    value = None if line.value is None else _value(line, variables)
    if not names:
        return ()
    clearing = remove(*names, field=line.field)
    if value is None:
        return (clearing,)
    setting = tuple(set_(name, value, line.field) for name in names)
    # A value that comes to nothing clears the header (measured with headers-more 0.34).
    return setting if _is_there(value, guard) else (clearing, *setting)


def _is_there(value: Value, guard: Guard) -> bool:
    if isinstance(value, TheOrigin):
        return any(isinstance(term, (OriginIn, OriginPresent)) for term in guard)
    return isinstance(value, Literal)


def adding(headers: Headers, variables: Mapping[str, str], *, always: bool) -> tuple[Op, ...]:
    """What `add_header` adds: the lines with `always`, or those without."""
    ops: list[Op] = []
    for line in headers.added:
        if line.name in NAMES and line.always is always:
            value = _value(line, variables)
            if value is not None:
                ops.append(add_line(line.name, value, line.field))
    return tuple(ops)


def _value(line: HeaderLine, variables: Mapping[str, str]) -> Value | None:
    text = expand(line.value or "", variables)
    if "${" not in text:
        return Literal(text) if text else None
    match text:
        case "${http_origin}":
            return TheOrigin()
        case "${http_access_control_request_method}":
            return RequestedMethod()
        case "${http_access_control_request_headers}":
            return RequestHeader("access-control-request-headers")
        case _ if text.startswith("${upstream_http_") and text.count("$") == 1 and text[-1] == "}":
            return InnerHeader(text[len("${upstream_http_") : -1].replace("_", "-"))
        case _:
            return UnknownValue(f"the nginx value {text} of {line.field}")
