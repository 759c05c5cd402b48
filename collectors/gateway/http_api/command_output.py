"""Files that hold what the AWS CLI prints: which answer one is, and of which API or domain.

`get-apis`, `get-api` and `get-domain-names` say whose they are. `get-routes`, `get-integrations`,
`get-stages` and `get-api-mappings` do not, so the file's name or folder must, in one of the forms
`get-routes.<apiId>.json`, `<apiId>/get-routes.json`, `<apiId>/routes.json` (for mappings the domain
name stands for the id). Account and region are those of a folder `<12 digits>/<region>`, if any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from auditor.core.reading import Document, Gap, Json, Layer, Unread, Where
from collectors.answers.fields import rows, text
from collectors.answers.provenance import Provenance, account_and_region
from collectors.collector import Found
from collectors.gateway.execute_api import is_id
from collectors.gateway.http_api.document import (
    Kind,
    api_document,
    domain_document,
    integrations_document,
    mappings_document,
    routes_document,
    stages_document,
    websocket_document,
)

# The field that every item of an answer has and no other answer's does (botocore 1.44.5).
_TELLING = {
    "ProtocolType": Kind.API,
    "RouteKey": Kind.ROUTES,
    "IntegrationId": Kind.INTEGRATIONS,
    "StageName": Kind.STAGES,
    "DomainNameConfigurations": Kind.DOMAIN,
    "ApiMappingId": Kind.MAPPINGS,
}
_FILES = {
    Kind.ROUTES: "get-routes.<apiId>.json",
    Kind.INTEGRATIONS: "get-integrations.<apiId>.json",
    Kind.STAGES: "get-stages.<apiId>.json",
    Kind.MAPPINGS: "get-api-mappings.<domain>.json",
}
_WORDS = {
    "routes": Kind.ROUTES,
    "integrations": Kind.INTEGRATIONS,
    "stages": Kind.STAGES,
    "api-mappings": Kind.MAPPINGS,
}


def project(found: Found) -> Iterator[Document | Unread]:
    """Give the documents of one file; nothing when it is no answer of `aws apigatewayv2`."""
    kind = _kind(found)
    if kind is None:
        return
    place = _provenance(found)
    items = rows(found.body, "Items")
    if kind not in {Kind.API, Kind.DOMAIN}:
        yield _part(kind, found, place)
    elif "Items" not in found.body:
        yield from _item(kind, found.body, place)
    for index, item in enumerate(items if kind in {Kind.API, Kind.DOMAIN} else ()):
        yield from _item(kind, item, place.inside("Items", index))
    if "NextToken" in found.body:
        yield _unread(found, kind, Gap.ABSENT, "it is one page of several", "list without a limit")


def _kind(found: Found) -> Kind | None:
    items = rows(found.body, "Items")
    for sample in (found.body, *items[:1]):
        for name, kind in _TELLING.items():
            if name in sample:
                return kind
    return _WORDS.get(_name(found)[0]) if found.body.get("Items") == [] else None


def _name(found: Found) -> tuple[str, str]:
    """The word of the command in a file's name, and whose answer its name or folder says it is."""
    path = PurePosixPath(found.where.place)
    name = path.name
    for suffix in (".json", ".yaml", ".yml"):
        name = name.removesuffix(suffix)
    word, _, owner = name.removeprefix("get-").partition(".")
    return (word, owner or path.parent.name) if word in _WORDS else ("", "")


def _provenance(found: Found) -> Provenance:
    account, region = account_and_region(found.where.place)
    return Provenance(found.source, account, region, found.where, found.line)


def _item(kind: Kind, item: Mapping[str, Json], place: Provenance) -> Iterator[Document | Unread]:
    if kind is Kind.DOMAIN:
        yield domain_document(item, place)
    elif text(item, "ProtocolType") == "HTTP":
        yield api_document(item, place)
    else:
        yield websocket_document(item, place)


def _part(kind: Kind, found: Found, place: Provenance) -> Document | Unread:
    items, owner = rows(found.body, "Items"), _name(found)[1]
    if not _is_owner(kind, owner):
        whose = "domain name" if kind is Kind.MAPPINGS else "API"
        reason = f"neither its name nor its folder says of which {whose} it is"
        return _unread(found, kind, Gap.UNRESOLVED, reason, f"name it {_FILES[kind]}")
    match kind:
        case Kind.ROUTES:
            return routes_document(owner, items, place)
        case Kind.INTEGRATIONS:
            return integrations_document(owner, items, place)
        case Kind.STAGES:
            return stages_document(owner, items, place)
        case _:
            return mappings_document(owner, items, place)


def _is_owner(kind: Kind, owner: str) -> bool:
    return "." in owner if kind is Kind.MAPPINGS else is_id(owner)


def _unread(found: Found, kind: Kind, gap: Gap, reason: str, do: str) -> Unread:
    return Unread(
        scope=f"file:{found.where.place} {kind}",
        source=found.source,
        gap=gap,
        reason=reason,
        do=do,
        where=Where(found.where.place),
        layer=Layer.GATEWAY,
    )
