"""Files that hold what `aws apigateway` prints: which answer one is, and of which API or domain.

`get-rest-apis`, `get-domain-names` and `get-vpc-links` say whose they are. `get-resources`,
`get-stages`, `get-gateway-responses` and `get-base-path-mappings` do not, so the file's name or
folder must, in one of the forms `get-stages.<apiId>.json`, `<apiId>/get-stages.json`,
`<apiId>/stages.json` (for mappings the domain name stands for the id). Account and region are those
of a folder `<12 digits>/<region>`, if any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from auditor.core.reading import Document, Gap, Json, Layer, Unread, Where
from collectors.answers.fields import rows
from collectors.answers.provenance import Provenance, account_and_region
from collectors.collector import Found
from collectors.gateway.execute_api import is_id
from collectors.gateway.rest_api.document import (
    api_document,
    domain_document,
    gateway_responses_document,
    is_listed_here,
    mappings_document,
    stages_document,
    vpc_links_document,
)
from collectors.gateway.rest_api.kind import FILES, Kind
from collectors.gateway.rest_api.resource_document import resources_document

# Fields that every item of an answer has and no other answer's does (botocore 1.44.5). A resource
# other than the root has all of its own; the root alone is told by the file's name.
_TELLING = (
    (Kind.DOMAIN, ("domainName", "endpointConfiguration")),
    (Kind.API, ("id", "name", "endpointConfiguration")),
    (Kind.RESOURCES, ("id", "path", "resourceMethods")),
    (Kind.RESOURCES, ("id", "path", "pathPart")),
    (Kind.GATEWAY_RESPONSES, ("responseType", "responseParameters")),
    (Kind.MAPPINGS, ("basePath", "restApiId")),
    (Kind.VPC_LINKS, ("id", "targetArns")),
    (Kind.STAGES, ("stageName", "deploymentId")),
)
_WORDS = {
    "resources": Kind.RESOURCES,
    "stages": Kind.STAGES,
    "gateway-responses": Kind.GATEWAY_RESPONSES,
    "base-path-mappings": Kind.MAPPINGS,
}
_OWNED = frozenset(_WORDS.values())
_STAGE_ITEMS = "item"
_ITEMS = "items"
_MORE = ("NextToken", "position")


def project(found: Found) -> Iterator[Document | Unread]:
    """Give the documents of one file; nothing when it is no answer of `aws apigateway`."""
    listed = _STAGE_ITEMS if _STAGE_ITEMS in found.body else _ITEMS
    items = rows(found.body, listed)
    kind = _kind(found, listed, items)
    if kind is None:
        return
    account, region = account_and_region(found.where.place)
    place = Provenance(found.source, account, region, found.where, found.line)
    if kind in _OWNED:
        yield _part(kind, found, items, place)
    elif kind is Kind.VPC_LINKS:
        yield vpc_links_document(items, place)
    elif listed not in found.body:
        yield from _item(kind, found.body, place)
    else:
        for index, item in enumerate(items):
            yield from _item(kind, item, place.inside(listed, index))
    if any(name in found.body for name in _MORE):
        yield _unread(found, kind, Gap.ABSENT, "it is one page of several", "list without a limit")


def _kind(found: Found, listed: str, items: tuple[dict[str, Json], ...]) -> Kind | None:
    samples = items if listed in found.body else (found.body,)
    for kind, names in _TELLING:
        if (kind is Kind.STAGES) == (listed == _STAGE_ITEMS) and any(
            all(name in sample for name in names) for sample in samples
        ):
            return kind
    named = _WORDS.get(_name(found)[0])
    fits = listed in found.body and (named is Kind.STAGES) == (listed == _STAGE_ITEMS)
    roots = all("path" in item for item in items) if named is Kind.RESOURCES else not items
    return named if fits and roots else None


def _name(found: Found) -> tuple[str, str]:
    """The word of the command in a file's name, and whose answer its name or folder says it is."""
    path = PurePosixPath(found.where.place)
    name = path.name
    for suffix in (".json", ".yaml", ".yml"):
        name = name.removesuffix(suffix)
    word, _, owner = name.removeprefix("get-").partition(".")
    return (word, owner or path.parent.name) if word in _WORDS else ("", "")


def _item(kind: Kind, item: Mapping[str, Json], place: Provenance) -> Iterator[Document | Unread]:
    if kind is Kind.API:
        yield api_document(item, place)
    elif is_listed_here(item):
        yield domain_document(item, place)


def _part(
    kind: Kind, found: Found, items: tuple[dict[str, Json], ...], place: Provenance
) -> Document | Unread:
    owner = _name(found)[1]
    if not ("." in owner if kind is Kind.MAPPINGS else is_id(owner)):
        whose = "domain name" if kind is Kind.MAPPINGS else "API"
        reason = f"neither its name nor its folder says of which {whose} it is"
        key = "<domain>" if kind is Kind.MAPPINGS else "<apiId>"
        return _unread(
            found, kind, Gap.UNRESOLVED, reason, f"name it {FILES[kind].format(key=key)}"
        )
    match kind:
        case Kind.RESOURCES:
            return resources_document(owner, items, place)
        case Kind.STAGES:
            return stages_document(owner, items, place)
        case Kind.GATEWAY_RESPONSES:
            return gateway_responses_document(owner, items, place)
        case _:
            return mappings_document(owner, items, place)


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
