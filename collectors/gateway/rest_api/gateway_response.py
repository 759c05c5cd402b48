"""What API Gateway answers by itself in place of the API: gateway responses and their headers.

Facts: types and statuses (developer guide, supported-gateway-response-types; WAF_FILTERED is in
botocore 1.44.5 only, 403 is what AWS WAF blocks with). A type that is not customised takes status
and headers of DEFAULT_4XX or DEFAULT_5XX (the same page; for UNAUTHORIZED it does not say so).
Customising 413 is not supported (api-gateway-known-issues). The service lists all types;
`defaultResponse` tells those that nobody customised.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from auditor.core.hop.behaviour import Respond
from auditor.core.hop.guard import ALWAYS, Guard
from auditor.core.hop.header import ALLOW_CREDENTIALS, ALLOW_ORIGIN
from auditor.core.hop.op import Op, UnknownValue, set_
from auditor.core.reading import Json
from collectors.answers.fields import flag, pairs, text
from collectors.gateway.rest_api.mapping import value_of

FIELD = "gatewayResponses"


class Failure(StrEnum):
    """Why API Gateway answers by itself (botocore 1.44.5, GatewayResponseType)."""

    ACCESS_DENIED = "ACCESS_DENIED"
    API_CONFIGURATION_ERROR = "API_CONFIGURATION_ERROR"
    AUTHORIZER_CONFIGURATION_ERROR = "AUTHORIZER_CONFIGURATION_ERROR"
    AUTHORIZER_FAILURE = "AUTHORIZER_FAILURE"
    BAD_REQUEST_BODY = "BAD_REQUEST_BODY"
    BAD_REQUEST_PARAMETERS = "BAD_REQUEST_PARAMETERS"
    EXPIRED_TOKEN = "EXPIRED_TOKEN"  # noqa: S105 - the name of a type
    INTEGRATION_FAILURE = "INTEGRATION_FAILURE"
    INTEGRATION_TIMEOUT = "INTEGRATION_TIMEOUT"
    INVALID_API_KEY = "INVALID_API_KEY"
    INVALID_SIGNATURE = "INVALID_SIGNATURE"
    MISSING_AUTHENTICATION_TOKEN = "MISSING_AUTHENTICATION_TOKEN"  # noqa: S105 - the same
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    REQUEST_TOO_LARGE = "REQUEST_TOO_LARGE"
    RESOURCE_NOT_FOUND = "RESOURCE_NOT_FOUND"
    THROTTLED = "THROTTLED"
    UNAUTHORIZED = "UNAUTHORIZED"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    WAF_FILTERED = "WAF_FILTERED"


STATUSES: Mapping[Failure, int] = {
    Failure.ACCESS_DENIED: 403,
    Failure.API_CONFIGURATION_ERROR: 500,
    Failure.AUTHORIZER_CONFIGURATION_ERROR: 500,
    Failure.AUTHORIZER_FAILURE: 500,
    Failure.BAD_REQUEST_BODY: 400,
    Failure.BAD_REQUEST_PARAMETERS: 400,
    Failure.EXPIRED_TOKEN: 403,
    Failure.INTEGRATION_FAILURE: 504,
    Failure.INTEGRATION_TIMEOUT: 504,
    Failure.INVALID_API_KEY: 403,
    Failure.INVALID_SIGNATURE: 403,
    Failure.MISSING_AUTHENTICATION_TOKEN: 403,
    Failure.QUOTA_EXCEEDED: 429,
    Failure.REQUEST_TOO_LARGE: 413,
    Failure.RESOURCE_NOT_FOUND: 404,
    Failure.THROTTLED: 429,
    Failure.UNAUTHORIZED: 401,
    Failure.UNSUPPORTED_MEDIA_TYPE: 415,
    Failure.WAF_FILTERED: 403,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One gateway response as it comes out: status, header lines, and the row that they are from."""

    status: int
    ops: tuple[Op, ...]
    field: str


@dataclass(frozen=True, slots=True)
class GatewayResponses:
    """The gateway responses of one API; `rows`: what was customised, by type, None: not read.

    `cause`: why not. `variables`: the stage variables that are known.
    """

    rows: Mapping[str, Mapping[str, Json]] | None
    variables: Mapping[str, str]
    cause: str = ""

    def answer(self, failure: Failure) -> Answer:
        """Return what a request that fails for `failure` is answered."""
        status = STATUSES[failure]
        if self.rows is None:
            return Answer(status, _unknown_ops(self.cause), FIELD)
        for name in (failure.value, f"DEFAULT_{status // 100}XX"):
            row = self.rows.get(name)
            if row is not None:
                own = text(row, "statusCode")
                status = int(own) if own.isdecimal() and len(own) == 3 else status
                supported = failure is not Failure.REQUEST_TOO_LARGE
                return Answer(status, self._ops(name, row) if supported else (), f"{FIELD}.{name}")
        return Answer(status, (), FIELD)

    def certain(self, when: Guard, failure: Failure, field: str) -> Respond:
        """Return the answer to every request for which `when` holds; `field`: what refuses it."""
        answer = self.answer(failure)
        return Respond(when, (answer.status,), answer.ops, field=field)

    def sometimes(self, failures: Iterable[Failure]) -> tuple[Respond, ...]:
        """Return what requests may be answered now and then, one answer for each set of lines."""
        statuses: dict[tuple[tuple[Op, ...], str], list[int]] = {}
        for failure in failures:
            answer = self.answer(failure)
            field = answer.field if answer.ops else FIELD
            found = statuses.setdefault((answer.ops, field), [])
            if answer.status not in found:
                found.append(answer.status)
        return tuple(
            Respond(ALWAYS, tuple(sorted(found)), ops, certain=False, field=field)
            for (ops, field), found in statuses.items()
        )

    def _ops(self, name: str, row: Mapping[str, Json]) -> tuple[Op, ...]:
        return tuple(
            set_(header, value_of(value, self.variables, header), f"{FIELD}.{name}.{header}")
            for header, value in pairs(row, "headers").items()
        )


def customised(rows: Iterable[Mapping[str, Json]]) -> dict[str, Mapping[str, Json]]:
    """Return the rows that differ from what API Gateway brings along, by type."""
    return {text(row, "responseType"): row for row in rows if not flag(row, "defaultResponse")}


def _unknown_ops(cause: str) -> tuple[Op, ...]:
    value = UnknownValue(cause)
    return (set_(ALLOW_ORIGIN, value, FIELD), set_(ALLOW_CREDENTIALS, value, FIELD))
