"""Gateway responses: types, statuses, and what a type takes from its default."""

from typing import Any

import pytest

from auditor.core.hop.behaviour import Respond
from auditor.core.hop.guard import ALWAYS
from auditor.core.hop.op import Literal, Op, UnknownValue, set_
from collectors.gateway.rest_api.gateway_response import (
    STATUSES,
    Failure,
    GatewayResponses,
    customised,
)

ORIGIN = "access-control-allow-origin"


def row(name: str, value: str = "", status: str = "", default: bool = False) -> dict[str, Any]:
    headers = {ORIGIN: value} if value else {}
    return {
        "responseType": name,
        "statusCode": status,
        "defaultResponse": default,
        "headers": headers,
    }


def responses(*rows: dict[str, Any]) -> GatewayResponses:
    return GatewayResponses(customised(rows), {})


def written(name: str, value: str) -> tuple[Op, ...]:
    return (set_(ORIGIN, Literal(value), f"gatewayResponses.{name}.{ORIGIN}"),)


def test_every_failure_has_a_status() -> None:
    assert set(STATUSES) == set(Failure)
    assert len(Failure) == 19


@pytest.mark.parametrize(
    ("rows", "failure", "status", "ops"),
    [
        ([], Failure.THROTTLED, 429, ()),
        ([row("THROTTLED", "'a'")], Failure.THROTTLED, 429, written("THROTTLED", "a")),
        ([row("DEFAULT_4XX", "'d'")], Failure.THROTTLED, 429, written("DEFAULT_4XX", "d")),
        ([row("DEFAULT_4XX", "'d'")], Failure.UNAUTHORIZED, 401, written("DEFAULT_4XX", "d")),
        ([row("DEFAULT_4XX", "'d'")], Failure.INTEGRATION_TIMEOUT, 504, ()),
        ([row("DEFAULT_5XX", "'e'")], Failure.INTEGRATION_TIMEOUT, 504, written("DEFAULT_5XX", "e")),
        # A type of its own takes nothing from the default, not even where it has no headers.
        ([row("DEFAULT_4XX", "'d'"), row("THROTTLED", status="503")], Failure.THROTTLED, 503, ()),
        # The status of the default is that of all types without one.
        ([row("DEFAULT_4XX", "'d'", "400")], Failure.THROTTLED, 400, written("DEFAULT_4XX", "d")),
        # What nobody customised is listed too, with what it takes over or without.
        ([row("DEFAULT_4XX", "'d'"), row("THROTTLED", status="429", default=True)], Failure.THROTTLED, 429, written("DEFAULT_4XX", "d")),
        ([row("DEFAULT_4XX", "'x'", default=True)], Failure.THROTTLED, 429, ()),
        # The service cannot customise this one.
        ([row("DEFAULT_4XX", "'d'")], Failure.REQUEST_TOO_LARGE, 413, ()),
    ],
)  # fmt: skip
def test_answers(
    rows: list[dict[str, Any]], failure: Failure, status: int, ops: tuple[Op, ...]
) -> None:
    answer = responses(*rows).answer(failure)

    assert (answer.status, answer.ops) == (status, ops)


def test_failures_with_the_same_lines_are_one_answer() -> None:
    found = responses(row("DEFAULT_4XX", "'d'")).sometimes(
        [
            Failure.THROTTLED,
            Failure.ACCESS_DENIED,
            Failure.EXPIRED_TOKEN,
            Failure.INTEGRATION_FAILURE,
        ]
    )

    assert found == (
        Respond(ALWAYS, (403, 429), written("DEFAULT_4XX", "d"), certain=False, field="gatewayResponses.DEFAULT_4XX"),
        Respond(ALWAYS, (504,), (), certain=False, field="gatewayResponses"),
    )  # fmt: skip


def test_what_was_not_read_is_unknown() -> None:
    answer = GatewayResponses(None, {}, "denied").answer(Failure.THROTTLED)

    assert answer.status == 429
    assert {op.value for op in answer.ops} == {UnknownValue("denied")}
