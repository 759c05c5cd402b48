"""Files of the AWS CLI: which answer they hold, whose it is, and where things stand."""

from typing import Any

import pytest

from auditor.core.reading import Document, Gap, Unread, Where
from collectors.collector import Found
from collectors.gateway.http_api.command_output import project as project_http_api
from collectors.gateway.rest_api.command_output import project
from tests.collectors.gateway.rest_api.shop import (
    API,
    DOMAIN,
    GATEWAY_RESPONSES,
    LINKS,
    MAPPINGS,
    RESOURCES,
    STAGES,
)

ROOT = {"id": "root", "path": "/"}
ID = "a1b2c3"


def found(place: str, body: dict[str, Any]) -> Found:
    return Found(body=body, source="file:estate", where=Where(place))


@pytest.mark.parametrize(
    ("place", "body", "kinds"),
    [
        ("x.json", {"items": [API, {**API, "id": "b2"}]}, [("RestApi", API["id"]), ("RestApi", "b2")]),
        ("x.json", API, [("RestApi", API["id"])]),
        (f"get-resources.{ID}.json", {"items": RESOURCES}, [("RestApiResources", ID)]),
        (f"{ID}/get-resources.json", {"items": [ROOT]}, [("RestApiResources", ID)]),
        (f"x/{ID}/resources.yaml", {"items": []}, [("RestApiResources", ID)]),
        (f"get-stages.{ID}.json", {"item": STAGES}, [("RestApiStages", ID)]),
        (f"{ID}/stages.json", {"item": []}, [("RestApiStages", ID)]),
        (f"get-gateway-responses.{ID}.json", {"items": GATEWAY_RESPONSES}, [("RestApiGatewayResponses", ID)]),
        (f"{ID}/gateway-responses.json", {"items": []}, [("RestApiGatewayResponses", ID)]),
        ("domains.json", {"items": [DOMAIN]}, [("RestDomainName", "edge.example.com")]),
        ("domain.json", DOMAIN, [("RestDomainName", "edge.example.com")]),
        ("get-base-path-mappings.edge.example.com.json", {"items": MAPPINGS}, [("BasePathMappings", "edge.example.com")]),
        ("links.json", {"items": LINKS}, [("VpcLinks", "vpc-links")]),
        # Regional domains are read from the answers of apigatewayv2.
        ("domains.json", {"items": [{**DOMAIN, "endpointConfiguration": {"types": ["REGIONAL"]}}]}, []),
        # Answers of other commands, and files that only look like one.
        (f"get-stages.{ID}.json", {"Items": [{"StageName": "$default"}]}, []),
        (f"get-stages.{ID}.json", {"items": STAGES}, []),
        (f"get-resources.{ID}.json", {"items": [{"id": "x"}]}, []),
        ("x.json", {"items": [ROOT]}, []),
        ("x.json", {"items": []}, []),
        ("x.json", {"item": []}, []),
        ("x.json", {"items": "resourceMethods"}, []),
        ("x.json", {"kind": "List", "items": [{"metadata": {"name": "x"}}]}, []),
        ("x.json", {}, []),
    ],
)  # fmt: skip
def test_answers_are_recognised(
    place: str, body: dict[str, Any], kinds: list[tuple[str, str]]
) -> None:
    documents = list(project(found(place, body)))

    assert [(d.kind, d.key) for d in documents if isinstance(d, Document)] == kinds
    assert len(documents) == len(kinds)
    assert not kinds or not list(project_http_api(found(place, body)))


@pytest.mark.parametrize(
    ("place", "body", "do"),
    [
        ("resources of shop.json", {"items": RESOURCES}, "get-resources.<apiId>.json"),
        ("get-stages.json", {"item": STAGES}, "get-stages.<apiId>.json"),
        ("a.json", {"items": GATEWAY_RESPONSES}, "get-gateway-responses.<apiId>.json"),
        ("a1/base-path-mappings.json", {"items": MAPPINGS}, "get-base-path-mappings.<domain>.json"),
    ],
)
def test_parts_of_nobody_are_unread(place: str, body: dict[str, Any], do: str) -> None:
    (unread,) = project(found(place, body))

    assert isinstance(unread, Unread)
    assert unread.gap is Gap.UNRESOLVED
    assert unread.do == f"name it {do}"


@pytest.mark.parametrize("more", ["NextToken", "position"])
def test_one_page_of_several_is_said(more: str) -> None:
    document, unread = project(found("apis.json", {"items": [API], more: "t"}))

    assert isinstance(document, Document)
    assert isinstance(unread, Unread)
    assert unread.gap is Gap.ABSENT


def test_account_and_region_are_those_of_the_folder() -> None:
    (document,) = project(found("estate/111122223333/eu-west-1/apis.json", {"items": [API]}))

    assert isinstance(document, Document)
    assert (document.body["account"], document.body["region"]) == ("111122223333", "eu-west-1")


def found_at(place: str, body: dict[str, Any], lines: dict[tuple[str | int, ...], int]) -> Found:
    return Found(body, "file:estate", Where(place), line=lines.get)


def test_lines_of_resources() -> None:
    responses = ("methodIntegration", "integrationResponses", "204")
    code = ("items", 1, "resourceMethods", "OPTIONS", *responses)
    header = "method.response.header.Access-Control-Allow-Origin"
    lines = {(*code, "responseParameters", header): 12, (*code, "responseTemplates"): 30}
    (document,) = project(found_at("get-resources.a1.json", {"items": RESOURCES}, {**lines}))

    assert isinstance(document, Document)
    assert document.lines == {
        "/Resources/0/methods/OPTIONS/responses/0/headers/access-control-allow-origin": 12,
        "/Resources/0/methods/OPTIONS/responses/0/overrides": 30,
    }


def test_lines_of_gateway_responses() -> None:
    name = "gatewayresponse.header.Access-Control-Allow-Origin"
    place, body = "get-gateway-responses.a1.json", {"items": GATEWAY_RESPONSES}
    (document,) = project(found_at(place, body, {("items", 0, "responseParameters", name): 7}))

    assert isinstance(document, Document)
    assert document.lines == {"/Rows/0/headers/access-control-allow-origin": 7}
