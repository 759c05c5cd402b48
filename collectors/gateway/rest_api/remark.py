"""What stands beside the behaviour of a REST API: where its settings are, what to change, notes."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.core.reading import Remedy, Where
from collectors.answers.fields import inner, pairs, rows, text
from collectors.answers.provenance import STACK_TAG
from collectors.gateway.rest_api.estate import Api
from collectors.gateway.rest_api.gateway_response import FIELD as GATEWAY_FIELD
from collectors.gateway.rest_api.integration import HOST_ASSUMED
from collectors.gateway.rest_api.integration_response import (
    FIELD,
    TEMPLATES,
    copies_inner,
    field_of,
    prefix_of,
)
from collectors.gateway.rest_api.kind import Kind
from collectors.gateway.rest_api.method import (
    OPTIONS_METHOD,
    Integration,
    IntegrationResponse,
    IntegrationType,
    Method,
    Resource,
)
from collectors.gateway.rest_api.override import Overrides

DEPLOYED_ASSUMED = "the stages of a REST API serve its working copy (deployments are not exported)"
CASE_ASSUMED = "a REST API finds the header Origin in whatever case its settings name it"
INWARD_ASSUMED = "an HTTP integration without a mapping of Origin sends it on (unverified)"
STORED_ASSUMED = "the cache of a stage stores answers of the statuses that HTTP lets caches store"

_REFLECTED = "method.request.header.origin"


def places(api: Api) -> dict[str, Where]:
    """Return where each setting of the CORS of `api` stands, the first of those that share a name."""
    found: dict[str, Where] = {}
    for resource, method, index, response in _responses(api):
        at = f"/Resources/{resource.index}/methods/{method.verb}/responses/{index}"
        for header, _ in response.headers:
            place = _where(api, Kind.RESOURCES, f"{at}/headers/{header}")
            found.setdefault(field_of(method.verb, response, header), place)
        if any(response.templates):
            place = _where(api, Kind.RESOURCES, f"{at}/overrides")
            found.setdefault(field_of(method.verb, response, TEMPLATES), place)
    document = api.parts.get(Kind.GATEWAY_RESPONSES)
    for index, row in enumerate(rows(document.body, "Rows") if document else ()):
        for header in pairs(row, "headers"):
            place = _where(api, Kind.GATEWAY_RESPONSES, f"/Rows/{index}/headers/{header}")
            found.setdefault(f"{GATEWAY_FIELD}.{text(row, 'responseType')}.{header}", place)
    return found


def remedies(api: Api) -> tuple[Remedy, ...]:
    """Return what to change where a setting of `api` lets an origin in."""
    tags = inner(api.document.body, "tags")
    stack = text(tags, STACK_TAG)
    owner = f" (in stack {stack}, which manages it: a console edit is undone)" if stack else ""
    then = f"of REST API {api.id}{owner}, and deploy the stage"
    templates = sorted(field for field in places(api) if field.endswith(f".{TEMPLATES}"))
    return (
        *(
            Remedy(field, f"take {{origin}} out of the mapping template {field} {then}")
            for field in templates
        ),
        Remedy(
            prefix_of(OPTIONS_METHOD) + FIELD,
            f"change the mapped headers of the OPTIONS methods {then}",
        ),
        Remedy(FIELD, f"change the mapped headers of the integration responses {then}"),
        Remedy(GATEWAY_FIELD, f"change the headers of the gateway responses {then}"),
    )


def assumptions(api: Api, *, caches: bool) -> tuple[str, ...]:
    """Return what the reading of `api` rests on; `caches`: the stage stores some answers."""
    found = {DEPLOYED_ASSUMED}
    found |= {STORED_ASSUMED} if caches else set()
    templates = [one for _, _, _, response in _responses(api) for one in response.templates]
    answers = (api.gateway_responses or {}).values()
    values = [value.lower() for row in answers for value in pairs(row, "headers").values()]
    if _REFLECTED in values or any(isinstance(t, Overrides) and t.one_case for t in templates):
        found.add(CASE_ASSUMED)
    for resource in api.resources or ():
        found |= {INWARD_ASSUMED for one in resource.methods if _asks_inward(one.integration)}
        found |= {HOST_ASSUMED for one in resource.methods if _is_private(one.integration)}
    return tuple(sorted(found))


def notes(api: Api) -> tuple[str, ...]:
    """Return what people should know of `api` beside what it does."""
    found: dict[str, None] = {}
    for _, method, _, response in _responses(api):
        field = field_of(method.verb, response, TEMPLATES)
        if any(isinstance(one, Overrides) and one.shadowed for one in response.templates):
            remark = "$input.params looks in the path and the query string before the headers"
            found[f"{field}: {remark}, so ?origin= can stand in for Origin"] = None
        for header in response.undeclared:
            remark = "it is mapped, but no method response declares it, so it is not sent"
            found[f"{field_of(method.verb, response, header)}: {remark}"] = None
    return tuple(found)


def _is_private(integration: Integration | None) -> bool:
    return integration is not None and integration.private


def _asks_inward(integration: Integration | None) -> bool:
    """Whether what comes out depends on the Origin that an integration sends inwards unmapped."""
    return (
        integration is not None
        and integration.type is IntegrationType.HTTP
        and integration.origin is None
        and copies_inner(integration)
    )


def _responses(api: Api) -> Iterator[tuple[Resource, Method, int, IntegrationResponse]]:
    for resource in api.resources or ():
        for method in resource.methods:
            kind = None if method.integration is None else method.integration.type
            if kind in {IntegrationType.HTTP_PROXY, IntegrationType.AWS_PROXY, None}:
                continue
            responses = method.integration.responses if method.integration else ()
            for index, response in enumerate(responses):
                yield resource, method, index, response


def _where(api: Api, kind: Kind, pointer: str) -> Where:
    document = api.parts.get(kind, api.document)
    where = document.where
    return Where(where.place, document.lines.get(pointer, where.line))
