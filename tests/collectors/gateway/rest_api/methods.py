"""Methods as the service lists them, and what a stage makes of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from auditor.core.hop.behaviour import Doing
from auditor.core.reading import Document, Where
from collectors.answers.provenance import Provenance
from collectors.gateway.rest_api.behaviour import Surroundings, taken
from collectors.gateway.rest_api.gateway_response import GatewayResponses, customised
from collectors.gateway.rest_api.method import Method, parse_resources
from collectors.gateway.rest_api.resource_document import resources_document

SOURCE = "aws:111122223333/eu-west-1"
HERE = Provenance(SOURCE, "111122223333", "eu-west-1", Where("here"))
ORIGIN = "access-control-allow-origin"
CREDENTIALS = "access-control-allow-credentials"


def response(
    status: str,
    headers: Mapping[str, str] | None = None,
    template: str | None = None,
    pattern: str | None = None,
) -> dict[str, Any]:
    """One integration response with its mapped headers."""
    found: dict[str, Any] = {"statusCode": status}
    if headers:
        found["responseParameters"] = {
            f"method.response.header.{name}": value for name, value in headers.items()
        }
    if template is not None:
        found["responseTemplates"] = {"application/json": template}
    if pattern is not None:
        found["selectionPattern"] = pattern
    return found


def method(
    kind: str, responses: Sequence[Mapping[str, Any]] = (), **changes: Any
) -> dict[str, Any]:
    """A method as GetResources embeds it; every mapped header is declared.

    `changes`: other keys of the method, and as `integration` other keys of its integration.
    """
    inner: dict[str, Any] = {
        "type": kind,
        "passthroughBehavior": "WHEN_NO_MATCH",
        "integrationResponses": {one["statusCode"]: dict(one) for one in responses},
    }
    if kind == "MOCK":
        inner["requestTemplates"] = {"application/json": '{"statusCode": 200}'}
    inner |= changes.pop("integration", {})
    declared = {
        one["statusCode"]: {
            "statusCode": one["statusCode"],
            "responseParameters": dict.fromkeys(one.get("responseParameters", {}), False),
        }
        for one in responses
    }
    return {
        "authorizationType": "NONE",
        "apiKeyRequired": False,
        "methodResponses": declared,
        "methodIntegration": inner,
        **changes,
    }


def resource(path: str, **methods: Mapping[str, Any]) -> dict[str, Any]:
    """An item of GetResources."""
    return {"id": f"r{len(path)}", "path": path, "resourceMethods": {**methods}}


def parsed(verb: str, body: Mapping[str, Any]) -> Method:
    """`body` as it comes out of its document."""
    document = resources_document("a1", [resource("/x", **{verb: body})], HERE)
    assert isinstance(document, Document)
    (one,) = parse_resources(document.body)
    return one.methods[0]


def around(
    rows: Sequence[Mapping[str, Any]] = (),
    variables: Mapping[str, str] | None = None,
    **facts: bool,
) -> Surroundings:
    """An API with these gateway responses (as a document keeps them)."""
    return Surroundings(GatewayResponses(customised(rows), variables or {}), **facts)


def doing(verb: str, body: Mapping[str, Any], surroundings: Surroundings | None = None) -> Doing:
    """What a stage does with requests to the method."""
    return taken(parsed(verb, body), surroundings or around(), cached=False)
