"""Files of the AWS CLI: which answer they hold, whose it is, and where things stand."""

import json
from typing import Any

import pytest

from auditor.core.reading import Document, Gap, Unread, Where
from collectors.collector import Found
from collectors.gateway.http_api.command_output import project

API = {
    "ApiId": "a1b2c3",
    "Name": "orders",
    "ProtocolType": "HTTP",
    "ApiEndpoint": "https://a1b2c3.execute-api.eu-west-1.amazonaws.com",
    "CorsConfiguration": {"AllowOrigins": ["https://app.example.com", "https://*"]},
}
ROUTE = {"RouteId": "r1", "RouteKey": "$default", "Target": "integrations/i1"}
DOMAIN = {"DomainName": "api.example.com", "DomainNameConfigurations": []}
MAPPING = {"ApiMappingId": "m1", "ApiId": "a1b2c3", "Stage": "$default"}


def found(place: str, body: dict[str, Any]) -> Found:
    return Found(body=body, source="file:estate", where=Where(place))


@pytest.mark.parametrize(
    ("place", "body", "kinds"),
    [
        ("apis.json", {"Items": [API, {**API, "ApiId": "b2"}]}, [("HttpApi", "a1b2c3"), ("HttpApi", "b2")]),
        ("x.json", API, [("HttpApi", "a1b2c3")]),
        ("x.json", {"Items": [{**API, "ProtocolType": "WEBSOCKET"}]}, [("WebSocketApi", "a1b2c3")]),
        ("get-routes.a1b2c3.json", {"Items": [ROUTE]}, [("HttpApiRoutes", "a1b2c3")]),
        ("a1b2c3/get-routes.json", {"Items": [ROUTE]}, [("HttpApiRoutes", "a1b2c3")]),
        ("x/a1b2c3/routes.yaml", {"Items": [ROUTE]}, [("HttpApiRoutes", "a1b2c3")]),
        ("a1b2c3/routes.json", {"Items": []}, [("HttpApiRoutes", "a1b2c3")]),
        ("get-integrations.a1.json", {"Items": [{"IntegrationId": "i1"}]}, [("HttpApiIntegrations", "a1")]),
        ("get-stages.a1.json", {"Items": [{"StageName": "$default"}]}, [("HttpApiStages", "a1")]),
        ("domains.json", {"Items": [DOMAIN]}, [("DomainName", "api.example.com")]),
        ("get-api-mappings.api.example.com.json", {"Items": [MAPPING]}, [("ApiMappings", "api.example.com")]),
        ("api.example.com/api-mappings.json", {"Items": [MAPPING]}, [("ApiMappings", "api.example.com")]),
        # Answers of other commands, and files that only look like one.
        ("get-stages.a1.json", {"item": [{"stageName": "prod"}]}, []),
        ("x.json", {"Items": []}, []),
        ("x.json", {"Items": [{"Id": 1}]}, []),
        ("x.json", {"Items": "RouteKey"}, []),
        ("x.json", {}, []),
    ],
)  # fmt: skip
def test_answers_are_recognised(
    place: str, body: dict[str, Any], kinds: list[tuple[str, str]]
) -> None:
    documents = list(project(found(place, body)))

    assert [(d.kind, d.key) for d in documents if isinstance(d, Document)] == kinds
    assert len(documents) == len(kinds)


@pytest.mark.parametrize(
    ("place", "body", "do"),
    [
        ("routes of orders.json", {"Items": [ROUTE]}, "get-routes.<apiId>.json"),
        ("get-routes.json", {"Items": [ROUTE]}, "get-routes.<apiId>.json"),
        ("get-routes.ORDERS!.json", {"Items": [ROUTE]}, "get-routes.<apiId>.json"),
        ("a1/api-mappings.json", {"Items": [MAPPING]}, "get-api-mappings.<domain>.json"),
    ],
)
def test_parts_of_nobody_are_unread(place: str, body: dict[str, Any], do: str) -> None:
    (unread,) = project(found(place, body))

    assert isinstance(unread, Unread)
    assert unread.gap is Gap.UNRESOLVED
    assert unread.do == f"name it {do}"


def test_one_page_of_several_is_said() -> None:
    document, unread = project(found("apis.json", {"Items": [API], "NextToken": "t"}))

    assert isinstance(document, Document)
    assert isinstance(unread, Unread)
    assert unread.gap is Gap.ABSENT


@pytest.mark.parametrize(
    ("place", "account", "region"),
    [
        ("estate/111122223333/eu-west-1/get-api.json", "111122223333", "eu-west-1"),
        ("111122223333/us-gov-west-1/a/get-api.json", "111122223333", "us-gov-west-1"),
        # The API's own host says the region.
        ("111122223333/prod/get-api.json", "", "eu-west-1"),
        ("11112222333/eu-west-1/get-api.json", "", "eu-west-1"),
        ("get-api.json", "", "eu-west-1"),
    ],
)
def test_account_and_region(place: str, account: str, region: str) -> None:
    (document,) = project(found(place, API))

    assert isinstance(document, Document)
    assert (document.body["Account"], document.body["Region"]) == (account, region)


def test_lines() -> None:
    lines = {
        ("Items", 0): 3,
        ("Items", 0, "CorsConfiguration", "AllowOrigins"): 7,
        ("Items", 0, "CorsConfiguration", "AllowOrigins", 1): 9,
    }
    (document,) = project(
        Found(body={"Items": [API]}, source="file:x", where=Where("f"), line=lines.get)
    )

    assert isinstance(document, Document)
    assert document.where == Where("f", 3)
    assert document.lines == {
        "/CorsConfiguration/AllowOrigins": 7,
        "/CorsConfiguration/AllowOrigins/1": 9,
    }


def test_documents_are_plain_json() -> None:
    (document,) = project(found("x.json", API))

    assert isinstance(document, Document)
    assert json.loads(json.dumps(document.body)) == document.body
