"""What is kept of the resources of a REST API: methods, where they lead, and the CORS they write.

Items as of botocore 1.44.5, apigateway 2015-07-09, GetResources with embedded methods. Templates
are kept as what they do (`override`), never as text; of request parameters only a fixed Origin and
path names; no credentials, no other headers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from auditor.core.reading import Document, Gap, Json, Layer, Unread
from collectors.answers.fields import flag, inner, inners, pairs, text, texts
from collectors.answers.provenance import Provenance
from collectors.gateway.execute_api import is_id
from collectors.gateway.place import bare_address
from collectors.gateway.rest_api.kind import Kind
from collectors.gateway.rest_api.mapping import static_text
from collectors.gateway.rest_api.override import (
    WRITTEN,
    Opaque,
    Overrides,
    mentions_override,
    read_overrides,
)
from collectors.gateway.rest_api.request_template import chosen_status

JSON_TYPE = "application/json"
"""The content type that a request without one has (developer guide, request-response-data-mappings)."""

_RESPONSE = "method.response.header."
_ORIGIN = "integration.request.header.origin"
_PATH = "integration.request.path."
_METHOD_PATH = "method.request.path."


def resources_document(
    key: str, items: Iterable[Mapping[str, Json]], provenance: Provenance
) -> Document | Unread:
    """Return the resources of the API `key` that have methods, sorted by path.

    An answer that was asked for without its methods is refused.
    """
    kept: list[Json] = []
    lines: dict[str, int] = {}
    indexed = sorted(enumerate(items), key=lambda row: text(row[1], "path"))
    for index, item in indexed:
        methods = inners(item, "resourceMethods")
        if any(not method for method in methods.values()):
            return _without_methods(key, provenance)
        if not methods:
            continue
        place = provenance.inside("items", index)
        row: dict[str, Json] = {"path": text(item, "path"), "methods": {}}
        row["methods"] = {
            verb: _method(method, place, (verb, f"/Resources/{len(kept)}/methods/{verb}"), lines)
            for verb, method in methods.items()
        }
        kept.append(row)
    body: dict[str, Json] = {"Resources": kept}
    return Document(provenance.source, Kind.RESOURCES, key, body, provenance.where, lines)


def _method(
    method: Mapping[str, Json], place: Provenance, at: tuple[str, str], lines: dict[str, int]
) -> dict[str, Json]:
    verb, pointer = at
    integration = inner(method, "methodIntegration")
    kept: dict[str, Json] = {
        "authorizationType": text(method, "authorizationType"),
        "apiKeyRequired": flag(method, "apiKeyRequired"),
        "validated": bool(text(method, "requestValidatorId")),
        "integration": _integration(integration) if integration else None,
        "responses": [],
    }
    responses: list[Json] = []
    here = place.inside("resourceMethods", verb, "methodIntegration", "integrationResponses")
    for code, response in inners(integration, "integrationResponses").items():
        spot = f"{pointer}/responses/{len(responses)}"
        inside = here.inside(code)
        responses.append(_response(code, response, method, (inside, spot, lines)))
    kept["responses"] = responses
    return kept


def _integration(integration: Mapping[str, Json]) -> dict[str, Json]:
    parameters = pairs(integration, "requestParameters")
    origins = [value for name, value in parameters.items() if name.lower() == _ORIGIN]
    templates = pairs(integration, "requestTemplates")
    template = templates.get(JSON_TYPE)
    return {
        **{name: text(integration, name) for name in _KEPT},
        "uri": bare_address(text(integration, "uri")),
        "origin": static_text(origins[0]) if origins else None,
        "pathNames": {
            name.removeprefix(_PATH): value.removeprefix(_METHOD_PATH)
            for name, value in parameters.items()
            if name.startswith(_PATH) and value.startswith(_METHOD_PATH)
        },
        "requestStatus": None if template is None else chosen_status(template),
        "requestTemplate": template is not None,
        "requestTemplates": bool(templates),
        "requestOverrides": any(map(mentions_override, templates.values())),
        "cacheKeyParameters": [*texts(integration, "cacheKeyParameters")],
    }


_KEPT = (
    "type",
    "connectionType",
    "connectionId",
    "integrationTarget",
    "passthroughBehavior",
    "contentHandling",
)


def _response(
    code: str,
    response: Mapping[str, Json],
    method: Mapping[str, Json],
    at: tuple[Provenance, str, dict[str, int]],
) -> dict[str, Json]:
    place, pointer, lines = at
    status = text(response, "statusCode") or code
    declared = inner(inner(inner(method, "methodResponses"), status), "responseParameters")
    headers: dict[str, Json] = {}
    undeclared: list[Json] = []
    for key, value in pairs(response, "responseParameters").items():
        header = key.removeprefix(_RESPONSE).lower()
        if not key.startswith(_RESPONSE) or header not in WRITTEN:
            continue
        if key not in declared:
            undeclared.append(header)
            continue
        headers[header] = value
        if (line := place.line(("responseParameters", key))) is not None:
            lines[f"{pointer}/headers/{header}"] = line
    if (line := place.line(("responseTemplates",))) is not None:
        lines[f"{pointer}/overrides"] = line
    return {
        "statusCode": status,
        "selectionPattern": text(response, "selectionPattern"),
        "headers": headers,
        "undeclared": undeclared,
        "overrides": [*_overrides(pairs(response, "responseTemplates"))],
    }


def _overrides(templates: Mapping[str, str]) -> Iterator[Json]:
    """What each template does, the one for JSON first; templates that do the same count once."""
    seen: list[Json] = []
    for name in sorted(templates, key=lambda name: (name != JSON_TYPE, name)):
        done = _written(read_overrides(templates[name]))
        if done not in seen:
            seen.append(done)
    yield from seen if seen != [None] else []


def _written(read: Overrides | Opaque | None) -> Json:
    match read:
        case None:
            return None
        case Opaque(cause, names):
            return {"unread": cause, "names": [*names]}
        case Overrides(chains, shadowed, one_case):
            return {
                "chains": [
                    [
                        {
                            "origins": None
                            if one.patterns is None
                            else [[str(p.dialect), p.text] for p in one.patterns],
                            "headers": dict(one.headers),
                        }
                        for one in chain
                    ]
                    for chain in chains
                ],
                "shadowed": shadowed,
                "oneCase": one_case,
            }


def _without_methods(key: str, provenance: Provenance) -> Unread:
    return Unread(
        scope=f"resources of REST API {key}",
        source=provenance.source,
        gap=Gap.ABSENT,
        reason="they were listed without their methods",
        do=f"aws apigateway get-resources --embed methods --rest-api-id {key}",
        where=provenance.where,
        layer=Layer.GATEWAY,
        names=(f"rest-api:{key} resources",) if is_id(key) else (),
    )
