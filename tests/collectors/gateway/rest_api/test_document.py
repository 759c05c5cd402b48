"""Projections: what is kept, what is refused, and that no secret comes through."""

import json
from typing import Any

import pytest

from auditor.core.reading import Document, Gap, Json, Unread
from collectors.answers.fields import rows
from collectors.gateway.rest_api.document import (
    api_document,
    domain_document,
    gateway_responses_document,
    is_listed_here,
    mappings_document,
    stages_document,
    vpc_links_document,
)
from collectors.gateway.rest_api.resource_document import resources_document
from tests.collectors.gateway.canary import CANARY, holds_canary
from tests.collectors.gateway.rest_api.methods import HERE, method, resource, response
from tests.collectors.gateway.rest_api.shop import (
    API,
    DOMAIN,
    GATEWAY_RESPONSES,
    ID,
    LINKS,
    MAPPINGS,
    RESOURCES,
    STAGES,
)


def every() -> list[Document]:
    found = [
        api_document(API, HERE),
        resources_document(ID, RESOURCES, HERE),
        stages_document(ID, STAGES, HERE),
        stages_document(ID, STAGES, HERE, frozenset({"host"})),
        gateway_responses_document(ID, GATEWAY_RESPONSES, HERE),
        domain_document(DOMAIN, HERE),
        mappings_document("edge.example.com", MAPPINGS, HERE),
        vpc_links_document(LINKS, HERE),
    ]
    assert all(isinstance(one, Document) for one in found)
    return [one for one in found if isinstance(one, Document)]


def test_no_secret_is_kept() -> None:
    assert not any(holds_canary(document) for document in every())
    # The secret was there to be found.
    given = json.dumps([API, RESOURCES, STAGES, GATEWAY_RESPONSES, DOMAIN, LINKS])
    assert given.count(CANARY) > 20


def test_documents_are_plain_json() -> None:
    for document in every():
        assert json.loads(json.dumps(document.body)) == document.body


def test_an_api_is_reduced_to_names_and_owners() -> None:
    document = every()[0]

    assert document.body == {
        "name": "shop",
        "endpointTypes": ["REGIONAL"],
        "vpcEndpointIds": [],
        "disableExecuteApiEndpoint": False,
        "allTypesBinary": False,
        "apiKeySource": "HEADER",
        "hasPolicy": True,
        "account": "111122223333",
        "region": "eu-west-1",
        "tags": {"aws:cloudformation:stack-name": "shop-prod", "team": "shop"},
    }


@pytest.mark.parametrize("key", ["", "../x", "ABC", 7])
def test_an_api_without_an_id_is_unread(key: Json) -> None:
    unread = api_document({**API, "id": key}, HERE)

    assert isinstance(unread, Unread)
    assert unread.gap is Gap.INVALID


def test_a_template_is_kept_as_what_it_does() -> None:
    document = every()[1]
    kept: Any = rows(document.body, "Resources")[0]["methods"]

    assert kept["OPTIONS"]["responses"] == [
        {
            "statusCode": "204",
            "selectionPattern": "",
            "headers": {
                "access-control-allow-credentials": "'true'",
                "access-control-allow-methods": "'GET,PUT'",
                "access-control-allow-origin": "'https://app.example.com'",
            },
            "undeclared": [],
            "overrides": [
                {
                    "chains": [
                        [
                            {
                                "origins": [["exact", "https://admin.example.com"]],
                                "headers": {"access-control-allow-origin": None},
                            }
                        ]
                    ],
                    "shadowed": False,
                    "oneCase": False,
                }
            ],
        }
    ]
    assert kept["GET"]["integration"]["type"] == "AWS_PROXY"


def test_resources_without_methods_are_left_out() -> None:
    assert [row["path"] for row in rows(every()[1].body, "Resources")] == [
        "/orders",
        "/orders/{id}",
        "/private",
        "/v1/{proxy+}",
    ]


def test_resources_listed_without_their_methods_are_refused() -> None:
    unread = resources_document(
        ID, [{"id": "1", "path": "/x", "resourceMethods": {"GET": {}}}], HERE
    )

    assert isinstance(unread, Unread)
    assert unread.gap is Gap.ABSENT
    assert "--embed methods" in unread.do


@pytest.mark.parametrize(
    ("canary", "kept"),
    [
        ({"percentTraffic": 10.0, "deploymentId": "d2"}, {"otherDeployment": True, "variables": {}}),
        ({"percentTraffic": 10.0, "deploymentId": "d1"}, {"otherDeployment": False, "variables": {}}),
        ({"percentTraffic": 0.0, "deploymentId": "d2"}, None),
        (
            {"percentTraffic": 1, "deploymentId": "d1", "stageVariableOverrides": {"host": "c.example", "t": CANARY}},
            {"otherDeployment": False, "variables": {"host": "c.example"}},
        ),
    ],
)  # fmt: skip
def test_canaries(canary: dict[str, Any], kept: Json) -> None:
    stage: dict[str, Any] = {"stageName": "s", "deploymentId": "d1", "canarySettings": canary}
    document = stages_document(ID, [stage], HERE)
    (row,) = rows(document.body, "Stages")

    assert row["canary"] == kept
    assert not holds_canary(document)


def test_caching_counts_where_there_is_a_cache() -> None:
    settings: dict[str, Any] = {
        "*/*": {"cachingEnabled": True, "cacheTtlInSeconds": 300},
        "~1orders/GET": {"cachingEnabled": True, "cacheTtlInSeconds": 0},
        "~1x/PUT": {"throttlingBurstLimit": 1},
    }
    stages: list[dict[str, Any]] = [
        {"stageName": "a", "cacheClusterEnabled": True, "methodSettings": settings},
        {"stageName": "b", "cacheClusterEnabled": False, "methodSettings": settings},
    ]
    first, second = rows(stages_document(ID, stages, HERE).body, "Stages")

    assert first["cached"] == {"*/*": True, "~1orders/GET": False}
    assert second["cached"] == {}


@pytest.mark.parametrize(
    ("types", "listed"),
    [(["EDGE"], True), (["PRIVATE"], True), (["REGIONAL"], False), ([], False)],
)
def test_regional_domains_are_read_elsewhere(types: list[Json], listed: bool) -> None:
    assert is_listed_here({**DOMAIN, "endpointConfiguration": {"types": types}}) is listed


@pytest.mark.parametrize(
    "item",
    [
        {"path": 7, "resourceMethods": []},
        {"path": "/x", "resourceMethods": {"GET": "x"}},
        resource("/x", GET={"authorizationType": 1, "methodIntegration": "x"}),
        resource("/x", GET=method("MOCK", [response("200")], methodResponses=[])),
        resource("/x", GET=method("MOCK", integration={"integrationResponses": {"200": {"responseTemplates": 1}}})),
        resource("/x", GET=method("MOCK", integration={"requestTemplates": {"application/json": None}})),
    ],
)  # fmt: skip
def test_strange_shapes_break_nothing(item: dict[str, Any]) -> None:
    assert isinstance(resources_document(ID, [item], HERE), Document)
