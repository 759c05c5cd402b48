"""The door to boto3: sessions, paging, regions, and troubles in words."""

from typing import Any

import pytest
from botocore import exceptions
from botocore.stub import Stubber

from auditor.core.reading import Gap
from collectors._aws import Aws, Listing, Trouble, call, connect, listing, pages, trouble
from tests.collectors.gateway.conftest import REGION, Gate
from tests.servers import LOOPBACK, free_port

ROLE = "arn:aws:iam::444455556666:role/CorsAudit"


def session(**given: Any) -> Aws:
    found = connect(environ={}, **given)
    assert isinstance(found, Aws)
    return found


def api(key: str) -> dict[str, str]:
    required = {"Name": key, "ProtocolType": "HTTP", "RouteSelectionExpression": "x"}
    return {"ApiId": key, **required}


def refused(code: str, status: int = 400) -> exceptions.ClientError:
    answer = {
        "Error": {"Code": code, "Message": "the canonical string was secret"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return exceptions.ClientError(answer, "GetRoutes")


@pytest.mark.parametrize(
    ("error", "gap", "words"),
    [
        (refused("AccessDeniedException", 403), Gap.DENIED, "grant the role"),
        (refused("AccessDenied", 403), Gap.DENIED, "grant the role"),
        (refused("UnauthorizedOperation", 403), Gap.DENIED, "grant the role"),
        (refused("SomethingNew", 403), Gap.DENIED, "grant the role"),
        (refused("UnrecognizedClientException", 403), Gap.DENIED, "enable this region"),
        (refused("InvalidClientTokenId", 403), Gap.DENIED, "enable this region"),
        (refused("ExpiredTokenException", 403), Gap.DENIED, "renew"),
        (refused("TooManyRequestsException", 429), Gap.THROTTLED, "--resume"),
        (refused("SomethingNew", 429), Gap.THROTTLED, "--resume"),
        (refused("NotFoundException", 404), Gap.ABSENT, "deleted"),
        (refused("InternalFailure", 500), Gap.UNREACHABLE, "run again"),
        (refused("BadRequestException", 400), Gap.INVALID, "report"),
        (refused("", 400), Gap.INVALID, "report"),
        (exceptions.EndpointConnectionError(endpoint_url="https://x:secret@y"), Gap.UNREACHABLE, "network"),
        (exceptions.ReadTimeoutError(endpoint_url="https://y"), Gap.UNREACHABLE, "network"),
        (exceptions.NoCredentialsError(), Gap.DENIED, "credentials"),
        (exceptions.ProfileNotFound(profile="p"), Gap.DENIED, "credentials"),
        (exceptions.PaginationError(message="m"), Gap.INVALID, "report"),
    ],
)  # fmt: skip
def test_troubles_are_told_apart_and_repeat_nothing(error: Exception, gap: Gap, words: str) -> None:
    found = trouble("GetRoutes", error)

    assert found.gap is gap
    assert words in found.do
    assert found.reason.startswith("GetRoutes: ")
    assert "secret" not in f"{found.reason}{found.do}"


@pytest.mark.parametrize(
    "error", [exceptions.ParamValidationError(report="r"), exceptions.NoRegionError()]
)
def test_faults_of_ours_are_raised(error: Exception) -> None:
    with pytest.raises(type(error)):
        trouble("GetRoutes", error)


def test_a_wrong_parameter_is_raised_by_a_call() -> None:
    client = session().client("apigatewayv2", REGION)

    with pytest.raises(exceptions.ParamValidationError):
        call(client, "get_routes", Api="x")


def test_pages_come_through_the_paginator() -> None:
    client = session().client("apigatewayv2", REGION)
    with Stubber(client) as stub:
        stub.add_response("get_apis", {"Items": [api("a")], "NextToken": "t"}, {})
        stub.add_response("get_apis", {"Items": [api("b")]}, {"NextToken": "t"})

        found = listing(client, "get_apis", "Items")

    assert [api["ApiId"] for api in found.items] == ["a", "b"]
    assert found.trouble is None


def test_pages_come_by_tokens_where_there_is_no_paginator() -> None:
    client = session().client("apigatewayv2", REGION)
    asked = {"DomainName": "d.example"}
    with Stubber(client) as stub:
        stub.add_response(
            "get_api_mappings", {"Items": [{"ApiId": "a", "Stage": "s"}], "NextToken": "t"}, asked
        )
        stub.add_response(
            "get_api_mappings",
            {"Items": [{"ApiId": "b", "Stage": "s"}]},
            {**asked, "NextToken": "t"},
        )

        found = listing(client, "get_api_mappings", "Items", DomainName="d.example")

    assert not client.can_paginate("get_api_mappings")
    assert [row["ApiId"] for row in found.items] == ["a", "b"]


@pytest.mark.parametrize("operation", ["get_apis", "get_api_mappings"])
def test_a_token_that_repeats_is_a_trouble(operation: str) -> None:
    client = session().client("apigatewayv2", REGION)
    params = {"DomainName": "d.example"} if operation == "get_api_mappings" else {}
    with Stubber(client) as stub:
        stub.add_response(operation, {"Items": [], "NextToken": "t"}, params)
        stub.add_response(operation, {"Items": [], "NextToken": "t"}, {**params, "NextToken": "t"})

        found = listing(client, operation, "Items", **params)

    assert found.trouble is not None
    assert found.trouble.reason.endswith(": PaginationError")


def test_a_listing_that_breaks_off_says_so() -> None:
    client = session().client("apigatewayv2", REGION)
    with Stubber(client) as stub:
        stub.add_response("get_apis", {"Items": [api("a")], "NextToken": "t"}, {})
        stub.add_client_error("get_apis", "AccessDeniedException", http_status_code=403)

        *first, last = pages(client, "get_apis")

    assert len(first) == 1
    assert last == Trouble(Gap.DENIED, "GetApis: AccessDeniedException", last.do)  # type: ignore[union-attr]


def test_a_dead_port_is_unreachable() -> None:
    aws = session(endpoint=f"http://{LOOPBACK}:{free_port()}", attempts=0)

    found = listing(aws.client("apigatewayv2", REGION), "get_apis", "Items")

    assert found == Listing((), found.trouble)
    assert found.trouble is not None
    assert found.trouble.gap is Gap.UNREACHABLE
    assert found.trouble.reason == "GetApis: EndpointConnectionError"


@pytest.mark.server
def test_throttled_twice_then_through(gate: Gate) -> None:
    gate.refuse("/v2/apis", 429, "TooManyRequestsException", times=2)

    found = listing(gate.aws(attempts=4).client("apigatewayv2", REGION), "get_apis", "Items")

    assert found == Listing(())
    assert len(gate.asked) == 3


@pytest.mark.server
def test_throttled_to_the_end(gate: Gate) -> None:
    gate.refuse("/v2/apis", 429, "TooManyRequestsException")

    found = listing(gate.aws(attempts=1).client("apigatewayv2", REGION), "get_apis", "Items")

    assert found.trouble is not None
    assert found.trouble.gap is Gap.THROTTLED
    assert len(gate.asked) == 2


@pytest.mark.server
def test_account_role_and_regions(gate: Gate) -> None:
    own = gate.aws()
    assumed = connect(
        environ={"EXTERNAL": "shared"}, role=ROLE, external_id_env="EXTERNAL", endpoint=gate.url
    )

    assert isinstance(assumed, Aws)
    assert own.account() == "123456789012"
    assert assumed.account() == "444455556666"
    regions = own.regions("apigatewayv2")
    assert isinstance(regions, tuple)
    assert REGION in regions
    assert regions == tuple(sorted(regions))


def test_wanted_regions_are_checked() -> None:
    aws = session()

    assert aws.regions("apigatewayv2", ("us-east-1", REGION)) == (REGION, "us-east-1")
    unknown = aws.regions("apigatewayv2", ("eu-west-1", "eu-wets-1", "moon"))
    assert unknown == Trouble(
        Gap.INVALID,
        "regions: eu-wets-1, moon unknown to apigatewayv2",
        "correct the names under aws.regions",
    )


def test_an_endpoint_of_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:1")

    assert session().client("apigatewayv2", REGION).meta.endpoint_url == "http://localhost:1"


def test_clients_are_patient_and_say_who_they_are() -> None:
    config = session().client("apigatewayv2", REGION).meta.config

    assert config.retries["mode"] == "adaptive"
    assert config.retries["total_max_attempts"] == 9
    assert (config.connect_timeout, config.read_timeout) == (5, 30)
    assert "cors-audit" in config.user_agent


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"profile": "nobody"}, "ProfileNotFound"),
        ({"endpoint": "localhost:1"}, "endpoint"),
        ({"role": ROLE, "external_id_env": "EXTERNAL"}, "EXTERNAL is not set"),
        ({"role": "CorsAudit"}, "has not the form of one"),
    ],
)
def test_sessions_that_cannot_be(given: dict[str, Any], words: str) -> None:
    found = connect(environ={}, **given)

    assert isinstance(found, Trouble)
    assert words in found.reason


def test_without_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    found = session().account()

    assert isinstance(found, Trouble)
    assert found.reason == "GetCallerIdentity: NoCredentialsError"
