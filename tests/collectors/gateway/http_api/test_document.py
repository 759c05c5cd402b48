"""Projections: what is kept, what is refused, and that no secret comes through."""

import pytest

from auditor.core.reading import Document, Gap, Json, Unread, Where
from collectors.answers.provenance import Provenance
from collectors.gateway.http_api.document import (
    api_document,
    domain_document,
    integrations_document,
    mappings_document,
    routes_document,
    stages_document,
)
from tests.collectors.gateway.canary import CANARY, holds_canary

HERE = Provenance("aws:111122223333/eu-west-1", "111122223333", "eu-west-1", Where("here"))
API: dict[str, Json] = {"ApiId": "a1b2c3", "Name": "orders", "ProtocolType": "HTTP"}


def test_an_api_is_reduced_to_cors_names_and_owners() -> None:
    document = api_document(
        {
            **API,
            "ApiEndpoint": "https://a1b2c3.execute-api.eu-west-1.amazonaws.com",
            "Description": CANARY,
            "CorsConfiguration": {"AllowOrigins": ["https://app.example.com"], "MaxAge": 5, "New": 1},
            "Tags": {
                "Team": "shop",
                "aws:cloudformation:stack-name": "orders-prod",
                "deploy-key": CANARY,
            },
        },
        HERE,
    )  # fmt: skip

    assert isinstance(document, Document)
    assert document.body == {
        "ApiId": "a1b2c3",
        "Name": "orders",
        "ApiEndpoint": "https://a1b2c3.execute-api.eu-west-1.amazonaws.com",
        "DisableExecuteApiEndpoint": False,
        "Account": "111122223333",
        "Region": "eu-west-1",
        "Tags": {"Team": "shop", "aws:cloudformation:stack-name": "orders-prod"},
        "CorsConfiguration": {"AllowOrigins": ["https://app.example.com"], "MaxAge": 5},
        "UnknownCorsKeys": ["New"],
    }
    assert not holds_canary(document)


@pytest.mark.parametrize(
    ("cors", "gap", "words"),
    [
        ("*", Gap.INVALID, "CorsConfiguration is not an object"),
        ({"AllowOrigins": "*"}, Gap.INVALID, "AllowOrigins is not a list"),
        ({"AllowMethods": ["GET", 1]}, Gap.INVALID, "AllowMethods is not a list"),
        ({"AllowCredentials": "true"}, Gap.INVALID, "AllowCredentials is not true or false"),
        ({"MaxAge": True}, Gap.INVALID, "MaxAge is not a whole number"),
        ({"MaxAge": "5"}, Gap.INVALID, "MaxAge is not a whole number"),
        ({"AllowOrigins": ["${ORIGIN}"]}, Gap.UNRESOLVED, "AllowOrigins holds a template"),
        ({"AllowHeaders": ["{{ headers }}"]}, Gap.UNRESOLVED, "AllowHeaders holds a template"),
    ],
)
def test_settings_of_another_shape_are_unread(cors: Json, gap: Gap, words: str) -> None:
    unread = api_document({**API, "CorsConfiguration": cors}, HERE)

    assert isinstance(unread, Unread)
    assert unread.gap is gap
    assert words in unread.reason
    assert unread.names == ("execute-api:a1b2c3",)


def test_all_faults_are_said_at_once() -> None:
    cors: Json = {"AllowOrigins": "*", "MaxAge": "5"}
    unread = api_document({**API, "ApiId": "../x", "CorsConfiguration": cors}, HERE)

    assert isinstance(unread, Unread)
    assert unread.reason.count(";") == 2
    assert unread.names == ()


def test_parts_keep_no_secret() -> None:
    integration: dict[str, Json] = {
        "IntegrationId": "i1",
        "IntegrationType": "HTTP_PROXY",
        "IntegrationUri": f"https://user:{CANARY}@b.example/x?key={CANARY}",
        "CredentialsArn": CANARY,
        "Description": CANARY,
        "RequestParameters": {
            "overwrite:path": f"$request.path?k={CANARY}",
            "append:header.authorization": CANARY,
        },
        "ResponseParameters": {"200": {"append:header.x": CANARY}},
    }
    stage: dict[str, Json] = {
        "StageName": "prod",
        "StageVariables": {
            "host": "b.example",
            "token": CANARY,
            "url": f"https://{CANARY}@c.example",
        },
    }
    route: dict[str, Json] = {"RouteKey": "GET /x", "AuthorizerId": CANARY, "OperationName": CANARY}
    documents = [
        integrations_document("a1", [integration], HERE),
        stages_document("a1", [stage], HERE),
        stages_document("a1", [stage], HERE, frozenset({"host"})),
        routes_document("a1", [route], HERE),
        domain_document({"DomainName": "d.example", "Tags": {"x": CANARY}}, HERE),
        mappings_document("d.example", [{"ApiMappingId": CANARY, "ApiId": "a1"}], HERE),
    ]  # fmt: skip

    assert not any(holds_canary(document) for document in documents)
    assert documents[0].body["Integrations"] == {
        "i1": {
            "IntegrationType": "HTTP_PROXY",
            "IntegrationSubtype": "",
            "IntegrationUri": "https://b.example/x",
            "ConnectionType": "",
            "OverwritePath": "$request.path",
        }
    }
    kept = {"host": "b.example", "url": "https://c.example"}
    assert documents[1].body["Stages"] == [
        {"StageName": "prod", "AutoDeploy": False, "StageVariables": kept}
    ]


def test_the_canary_would_be_seen() -> None:
    assert holds_canary(routes_document("a1", [{"RouteKey": CANARY}], HERE))


def test_used_variables_are_kept_whatever_they_look_like() -> None:
    stage: dict[str, Json] = {
        "StageName": "s",
        "StageVariables": {"fn": "orders", "x": "b.example"},
    }
    document = stages_document("a1", [stage], HERE, frozenset({"fn"}))

    assert document.body["Stages"] == [
        {"StageName": "s", "AutoDeploy": False, "StageVariables": {"fn": "orders"}}
    ]
