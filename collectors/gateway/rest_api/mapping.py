"""What the value of a header mapping writes.

Facts (developer guide, request-response-data-mappings; botocore 1.44.5, IntegrationResponse and
GatewayResponse): a static text stands in one pair of single quotes; `integration.response.header.X`
is a header of the response from behind, `method.request.header.X` one of the request (gateway
responses only: set-up-gateway-response-using-the-console); bodies, context and stage variables are
the other sources.
"""

from collections.abc import Mapping

from auditor.core.hop.op import (
    InnerHeader,
    Literal,
    RequestHeader,
    TheOrigin,
    UnknownValue,
    Value,
)

STAGE_VARIABLE = "stageVariables."

_INNER = ("integration.response.header.", "integration.response.multivalueheader.")
_REQUEST = ("method.request.header.", "method.request.multivalueheader.")
_QUOTE = "'"


def static_text(value: str) -> str | None:
    """Return the text inside the one pair of quotes around `value`; None when it has none."""
    quoted = len(value) > 1 and value.startswith(_QUOTE) and value.endswith(_QUOTE)
    return value[1:-1] if quoted else None


def value_of(value: str, variables: Mapping[str, str], header: str) -> Value:
    """Return what `value`, mapped to `header` (lower case), writes.

    `variables`: the stage variables that are known.
    """
    if (text := static_text(value)) is not None:
        return Literal(text)
    if name := _after(value, _INNER):
        return InnerHeader(name.lower())
    if name := _after(value, _REQUEST):
        return TheOrigin() if name.lower() == "origin" else RequestHeader(name.lower())
    known = variables.get(value.removeprefix(STAGE_VARIABLE))
    if value.startswith(STAGE_VARIABLE) and known is not None:
        return Literal(known)
    return UnknownValue(f"{header} is mapped from {value}, which is not read")


def variable_in(value: str) -> frozenset[str]:
    """Return the name of the stage variable that `value` is, if it is one."""
    name = value.removeprefix(STAGE_VARIABLE)
    return frozenset({name}) if name != value else frozenset()


def _after(value: str, prefixes: tuple[str, ...]) -> str:
    for prefix in prefixes:
        if value.startswith(prefix):
            return value.removeprefix(prefix)
    return ""
