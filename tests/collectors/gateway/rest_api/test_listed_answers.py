"""Gateway responses as the service lists them: all 21 types, customised or not."""

import sys
from collections.abc import Iterator

import pytest

from collectors._aws import Aws, connect
from collectors.answers.fields import rows
from collectors.gateway.rest_api.collector import COLLECTOR, fetch
from collectors.gateway.rest_api.gateway_response import (
    STATUSES,
    Failure,
    GatewayResponses,
    customised,
)
from tests.collectors.gateway.asking import get, linked_answers
from tests.collectors.gateway.conftest import REGION
from tests.collectors.gateway.rest_api.account import ACCOUNT, DOMAIN, populate
from tests.collectors.gateway.rest_api.methods import ORIGIN
from tests.collectors.gateway.rest_api.shop import EVIL
from tests.servers import LOOPBACK, free_port, require, running

pytestmark = pytest.mark.server


@pytest.fixture
def aws() -> Iterator[Aws]:
    require("ministack", "gateway responses, listed with those that nobody customised")
    port = free_port()
    env = {"BIND_HOST": LOOPBACK, "GATEWAY_PORT": str(port)}
    with running([sys.executable, "-m", "ministack"], port, env=env, start_seconds=60.0):
        found = connect(environ={}, endpoint=f"http://{LOOPBACK}:{port}", attempts=1)
        assert isinstance(found, Aws)
        yield found


def test_all_types_are_listed_and_only_what_was_set_counts(aws: Aws) -> None:
    api = populate(aws.client("apigateway", REGION))
    collected = fetch(aws, ACCOUNT, REGION)
    listed = next(
        document
        for document in collected.documents
        if (document.kind, document.key) == ("RestApiGatewayResponses", api)
    )
    found = rows(listed.body, "Rows")
    answers = GatewayResponses(customised(found), {})

    assert collected.unread == ()
    assert {row["responseType"] for row in found} == {
        *(failure.value for failure in Failure),
        "DEFAULT_4XX",
        "DEFAULT_5XX",
    }
    assert len(found) == 21
    assert set(customised(found)) == {"DEFAULT_4XX"}
    # The statuses of types that nobody touched are those of our table.
    statuses = {row["responseType"]: row["statusCode"] for row in found if row["statusCode"]}
    assert {name: int(str(code)) for name, code in statuses.items()} == {
        failure.value: status for failure, status in STATUSES.items()
    }
    for failure, status in STATUSES.items():
        inherits = status < 500 and failure is not Failure.REQUEST_TOO_LARGE
        assert bool(answers.answer(failure).ops) is inherits
    # Where it shows what a type inherits, that is what is worked out here.
    inherited = {row["responseType"] for row in found if row["headers"]} - {"DEFAULT_4XX"}
    assert all(answers.answer(Failure(str(name))).status < 500 for name in inherited)
    readings = [*COLLECTOR.read(collected.documents, {})]
    assert linked_answers(readings, f"https://{DOMAIN}/shop/none", get(EVIL)) == {
        (403, frozenset({(ORIGIN, EVIL)}))
    }
