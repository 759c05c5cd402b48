"""Which integration response is chosen, and that exactly its lines come out."""

from collections.abc import Sequence
from typing import Any

import pytest

from auditor.core.hop.behaviour import Behaviour, Respond, Service
from auditor.core.hop.guard import ALWAYS
from auditor.core.path.choice import Choices, worlds
from auditor.core.path.exchange import HopChain, Response
from auditor.core.path.run import Run
from collectors.gateway.rest_api.integration_response import statuses_of
from tests.collectors.gateway.asking import get
from tests.collectors.gateway.rest_api.methods import ORIGIN, around, doing, method, response
from tests.collectors.gateway.rest_api.templates import cdk

A, B = "https://a.example", "https://b.example"
FUNCTION = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/f/invocations"


def writes(status: str, value: str, pattern: str | None = None) -> dict[str, Any]:
    return response(status, {"Access-Control-Allow-Origin": f"'{value}'"}, pattern=pattern)


def origins(body: dict[str, Any], backend: int, origin: str = B) -> set[str | None]:
    """What Allow-Origin may be on an answer that came from behind with the status `backend`."""
    failing = around([{"responseType": "DEFAULT_5XX", "headers": {ORIGIN: "'failed'"}}])
    done = doing("GET", body, failing)
    assert isinstance(done, Behaviour)
    end = Service(Behaviour(responds=(Respond(ALWAYS, (backend,)),)))
    chain = HopChain((Behaviour(edits=done.edits),), end)

    def ask(choices: Choices) -> Response:
        return Run(chain, choices).ask(get(origin))

    found = [one for world in worlds(ask) for one in world.results]
    return {next(iter(one.values(ORIGIN)), None) for one in found}


@pytest.mark.parametrize(
    ("responses", "backend", "expected"),
    [
        ([writes("200", "ok")], 500, {"ok"}),
        ([writes("200", "ok"), writes("400", "bad", "4\\d{2}")], 404, {"bad"}),
        ([writes("200", "ok"), writes("400", "bad", "4\\d{2}")], 200, {"ok"}),
        ([writes("200", "ok"), writes("404", "bad", "404")], 403, {"ok"}),
        # The whole status is matched, not a part of it.
        ([writes("200", "ok"), writes("400", "bad", "4")], 404, {"ok"}),
        ([writes("200", "ok"), writes("400", "bad", "-")], 404, {"ok"}),
        # Nothing is chosen: the gateway's own failure.
        ([writes("200", "ok", "200")], 404, {"failed"}),
        # Which of two patterns wins is not documented.
        ([writes("200", "ok"), writes("404", "one", "404"), writes("499", "all", "4..")], 404, {"ok", "one", "all"}),
        ([writes("200", "ok"), writes("404", "one", "404"), writes("499", "all", "4..")], 405, {"all"}),
        # An expression that Java refuses.
        ([writes("200", "ok"), writes("400", "bad", "4(")], 404, {"ok", "bad"}),
    ],
)  # fmt: skip
def test_the_status_chooses(
    responses: Sequence[dict[str, Any]], backend: int, expected: set[str]
) -> None:
    assert origins(method("HTTP", responses), backend) == expected


@pytest.mark.parametrize(
    ("responses", "outcome", "expected"),
    [
        ([writes("200", "ok"), writes("400", "bad", ".*Bad.*")], 200, {"ok"}),
        ([writes("200", "ok"), writes("400", "bad", ".*Bad.*")], 400, {"bad"}),
        # A pattern that takes no message at all is the default, whatever else is there.
        ([writes("200", "ok"), writes("201", "all", ".*")], 200, {"all"}),
        ([writes("400", "bad", ".+")], 200, {"failed"}),
    ],
)
def test_the_message_of_a_function_chooses(
    responses: Sequence[dict[str, Any]], outcome: int, expected: set[str]
) -> None:
    body = method("AWS", responses, integration={"uri": FUNCTION})

    assert origins(body, outcome) == expected


def test_the_template_is_that_of_the_chosen_response() -> None:
    static = {"Access-Control-Allow-Origin": f"'{A}'"}
    chosen = response("404", static, cdk([B]), pattern="404")
    body = method("HTTP", [response("200", static), chosen])

    assert origins(body, 404) == {B}
    assert origins(body, 404, "https://c.example") == {A}
    assert origins(body, 200) == {A}


def test_the_template_of_the_default_stays_with_the_default() -> None:
    static = {"Access-Control-Allow-Origin": f"'{A}'"}
    plain = response("404", static, pattern="404")
    body = method("HTTP", [plain, response("200", static, cdk([B]))])

    assert origins(body, 404) == {A}
    assert origins(body, 200) == {B}


def test_templates_that_differ_may_all_apply() -> None:
    first = response("200", {"Access-Control-Allow-Origin": f"'{A}'"}, cdk([B]))
    first["responseTemplates"]["application/xml"] = ""
    body = method("HTTP", [first])

    assert {A, B} <= origins(body, 200)


@pytest.mark.parametrize(
    ("pattern", "few", "size"),
    [("2\\d{2}", {200, 299}, 100), ("404|410", {404, 410}, 2), ("[45]..", {400, 599}, 200)],
)
def test_statuses_of_a_pattern(pattern: str, few: set[int], size: int) -> None:
    found = statuses_of(pattern)

    assert found is not None
    assert few <= found
    assert len(found) == size
