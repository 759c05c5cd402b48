"""Authorizers and missing routes: what the gateway answers by itself."""

import pytest

from auditor.core.path.exchange import Request
from collectors.gateway.http_api.behaviour import routed, unrouted
from collectors.gateway.http_api.cors import Cors
from collectors.gateway.http_api.route import Authorization, Route
from tests.collectors.gateway.asking import answers, get, preflight

APP = "https://app.example.com"
EVIL = "https://evil.example"
CORS = Cors(origins=(APP,))
NONE, JWT, IAM, CUSTOM = Authorization


def statuses(cors: Cors | None, route: Route, request: Request) -> set[int]:
    return {status for status, _ in answers(routed(cors, route), request)}


@pytest.mark.parametrize(
    ("cors", "path", "authorization", "preflights", "requests"),
    [
        (CORS, "", NONE, {204}, {200}),
        (CORS, "", JWT, {401}, {200, 401, 403}),
        (CORS, "", IAM, {403}, {200, 403}),
        (CORS, "", CUSTOM, {204, 401, 403}, {200, 401, 403}),
        # Only reported from the field, so both are possible.
        (CORS, "/x", JWT, {204, 401}, {200, 401, 403}),
        (CORS, "/x", IAM, {204, 403}, {200, 403}),
        (None, "", NONE, {200}, {200}),
        (None, "", JWT, {401}, {200, 401, 403}),
        (None, "/x", JWT, {401}, {200, 401, 403}),
        (None, "/x", CUSTOM, {200, 401, 403}, {200, 401, 403}),
    ],
)
def test_authorizers(
    cors: Cors | None,
    path: str,
    authorization: Authorization,
    preflights: set[int],
    requests: set[int],
) -> None:
    route = Route("ANY", path, authorization)

    assert statuses(cors, route, preflight(APP)) == preflights
    assert statuses(cors, route, get(APP)) == requests


def test_a_route_that_takes_no_options_refuses_no_preflight() -> None:
    assert statuses(CORS, Route("GET", "/x", JWT), preflight(APP)) == {204}


def test_refusals_carry_the_lines_of_the_gateway() -> None:
    found = answers(routed(CORS, Route("GET", "/x", JWT)), get(APP))

    assert {lines for status, lines in found if status == 401} == {
        frozenset({("access-control-allow-origin", APP)})
    }


def test_nothing_takes_the_request() -> None:
    granted = frozenset({("access-control-allow-origin", APP)})

    assert answers(unrouted(CORS), get(APP)) == {(404, granted)}
    assert answers(unrouted(CORS), get(EVIL)) == {(404, frozenset())}
    assert answers(unrouted(CORS), preflight(APP)) == {(204, granted)}
    assert answers(unrouted(None), preflight(APP)) == {(404, frozenset())}
    assert answers(unrouted(Cors()), preflight(APP)) == {(404, frozenset()), (204, frozenset())}
