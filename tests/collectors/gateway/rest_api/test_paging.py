"""More than one page, and parameters as the service model has them: the fake account never pages."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from collectors._aws import Aws
from collectors.gateway.rest_api.collector import COLLECTOR, fetch
from tests.collectors.gateway.asking import unread_causes
from tests.collectors.gateway.rest_api.shop import (
    API,
    BALANCER,
    HOST,
    LINKS,
    RESOURCES,
    STAGES,
)

REGION = "eu-west-1"
SECOND = {**API, "id": "second0001", "name": "second"}


class _Session:
    """A session whose every client is the stubbed one."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def client(self, *_: Any, **__: Any) -> Any:
        return self._client


@pytest.fixture
def stubber() -> Iterator[Stubber]:
    with Stubber(boto3.client("apigateway", region_name=REGION)) as stubber:
        yield stubber


def fetched(stubber: Stubber) -> Any:
    return fetch(Aws(_Session(stubber.client)), "111122223333", REGION)


def parts(stubber: Stubber, api: str, pages: int) -> None:
    for page in range(pages):
        answer: dict[str, Any] = {"items": [_typed(one) for one in RESOURCES[page::pages]]}
        asked: dict[str, Any] = {"restApiId": api, "limit": 500, "embed": ["methods"]}
        asked |= {"position": f"p{page}"} if page else {}
        answer |= {"position": f"p{page + 1}"} if page + 1 < pages else {}
        stubber.add_response("get_resources", answer, asked)
    stubber.add_response("get_gateway_responses", {"items": []}, {"restApiId": api})
    stubber.add_response("get_stages", {"item": STAGES}, {"restApiId": api})


def _typed(resource: dict[str, Any]) -> dict[str, Any]:
    return {"parentId": "root", "pathPart": "x", **resource}


def test_all_pages_are_read(stubber: Stubber) -> None:
    stubber.add_response("get_rest_apis", {"items": [API], "position": "a"}, {"limit": 500})
    stubber.add_response("get_rest_apis", {"items": [SECOND]}, {"limit": 500, "position": "a"})
    parts(stubber, str(API["id"]), pages=2)
    parts(stubber, "second0001", pages=1)
    # Asked for because an integration goes through a link, and once for all APIs.
    stubber.add_response("get_vpc_links", {"items": LINKS}, {"limit": 500})
    domain = {
        "domainName": "p.example.com",
        "domainNameId": "id7",
        "endpointConfiguration": {"types": ["PRIVATE"]},
    }
    mapping = {"basePath": "(none)", "restApiId": "second0001", "stage": "prod"}
    stubber.add_response("get_domain_names", {"items": [], "position": "d"}, {"limit": 500})
    stubber.add_response("get_domain_names", {"items": [domain]}, {"limit": 500, "position": "d"})
    asked = {"domainName": "p.example.com", "domainNameId": "id7", "limit": 500}
    stubber.add_response("get_base_path_mappings", {"items": [mapping]}, asked)

    collected = fetched(stubber)

    stubber.assert_no_pending_responses()
    assert collected.unread == ()
    first, second = (d for d in collected.documents if d.kind == "RestApiResources")
    assert {d.key for d in collected.documents if d.kind == "RestApi"} == {API["id"], "second0001"}
    # What is on several pages is the same as what is on one.
    assert first.body == second.body
    readings = list(COLLECTOR.read(collected.documents, {}))
    assert "host:p.example.com" in {getattr(one, "name", "") for one in readings}
    assert unread_causes(readings, f"https://{HOST}/prod/private") == [
        f"nothing that was read answers to {BALANCER}"
    ]


def test_a_page_that_fails_is_no_part(stubber: Stubber) -> None:
    stubber.add_response("get_rest_apis", {"items": [API]}, {"limit": 500})
    answer = {"items": [_typed(one) for one in RESOURCES], "position": "p1"}
    stubber.add_response("get_resources", answer)
    stubber.add_client_error("get_resources", "TooManyRequestsException", http_status_code=429)
    stubber.add_response("get_gateway_responses", {"items": []})
    stubber.add_response("get_stages", {"item": STAGES})
    stubber.add_response("get_domain_names", {"items": []})

    collected = fetched(stubber)

    assert [unread.gap for unread in collected.unread] == ["throttled"]
    assert "RestApiResources" not in {d.kind for d in collected.documents}


def test_links_that_are_denied_blind_what_goes_through_them(stubber: Stubber) -> None:
    stubber.add_response("get_rest_apis", {"items": [API]})
    parts(stubber, str(API["id"]), pages=1)
    stubber.add_client_error("get_vpc_links", "AccessDeniedException", http_status_code=403)
    stubber.add_response("get_domain_names", {"items": []})

    collected = fetched(stubber)
    readings = list(COLLECTOR.read(collected.documents, {}))

    assert [unread.scope for unread in collected.unread] == ["aws:111122223333/eu-west-1 VPC links"]
    assert unread_causes(readings, f"https://{HOST}/prod/private") == [
        "the VPC link 'l1' was not read"
    ]
