"""What one account and region holds: every REST API, its parts, VPC links and custom domain names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from auditor.core.reading import Document, Json, Layer, Unread, Where
from collectors._aws import Aws, Client, listing
from collectors.answers.fields import pairs, rows, text
from collectors.answers.gap import unread
from collectors.answers.provenance import Provenance
from collectors.collector import Collected, Count
from collectors.gateway.rest_api.document import (
    api_document,
    domain_document,
    gateway_responses_document,
    is_listed_here,
    mappings_document,
    stages_document,
    vpc_links_document,
)
from collectors.gateway.rest_api.integration import used_variables
from collectors.gateway.rest_api.kind import Kind
from collectors.gateway.rest_api.mapping import variable_in
from collectors.gateway.rest_api.method import Integration, parse_resources
from collectors.gateway.rest_api.resource_document import resources_document

_gap = partial(unread, layer=Layer.GATEWAY)

SERVICE = "apigateway"

# The largest page that the service gives (developer guide, limits; botocore 1.44.5).
_PAGE = 500


def fetch(aws: Aws, account: str, region: str) -> Collected:
    """Read the REST APIs, and the custom domain names that are not regional, of `account` (twelve
    digits) in `region`.

    A part that cannot be read is an `Unread` of that part alone. Calls: one for the APIs (500 a
    page), three for each, one for the VPC links if any is used, one for the domains, one for the
    mappings of each.
    """
    client = aws.client(SERVICE, region)
    source = f"aws:{account}/{region}"
    scope = Provenance(source, account, region, Where(source))
    apis = _apis(client, scope)
    return apis + _links(client, scope, apis.documents) + _domains(client, scope)


def _apis(client: Client, scope: Provenance) -> Collected:
    found = listing(client, "get_rest_apis", "items", limit=_PAGE)
    collected = Collected()
    read = 0
    for api in found.items:
        place = _at(scope, f"REST API {text(api, 'id')}")
        document = api_document(api, place)
        if isinstance(document, Unread):
            collected += Collected(unread=(document,))
            continue
        read += 1
        collected += Collected((document,)) + _parts(client, document.key, place)
    count = Count(scope.source, "REST APIs", len(found.items), read)
    if found.trouble is not None:
        collected += _gap(scope, "REST APIs", found.trouble, ())
    return collected + Collected(counts=(count,))


def _parts(client: Client, api: str, place: Provenance) -> Collected:
    resources = listing(
        client, "get_resources", "items", restApiId=api, limit=_PAGE, embed=["methods"]
    )
    answers = listing(client, "get_gateway_responses", "items", restApiId=api)
    stages = listing(client, "get_stages", "item", restApiId=api)
    collected = Collected()
    used: frozenset[str] = frozenset()
    if resources.trouble is None:
        collected += _kept(resources_document(api, resources.items, place))
    if answers.trouble is None:
        collected += _kept(gateway_responses_document(api, answers.items, place))
    for document in collected.documents:
        used |= _variables(document)
    if stages.trouble is None:
        collected += _kept(stages_document(api, stages.items, place, used))
    troubles = (
        ("resources", resources.trouble),
        ("gateway responses", answers.trouble),
        ("stages", stages.trouble),
    )
    for part, trouble in troubles:
        if trouble is not None:
            collected += _gap(place, part, trouble, (f"rest-api:{api} {part}",))
    return collected


def _links(client: Client, scope: Provenance, documents: Iterable[Document]) -> Collected:
    """The VPC links of the region, if an integration goes through one that names no balancer."""
    private = [
        one
        for document in documents
        for one in _integrations(document)
        if one.private and not one.balancer
    ]
    if not private:
        return Collected()
    found = listing(client, "get_vpc_links", "items", limit=_PAGE)
    if found.trouble is not None:
        return _gap(scope, "VPC links", found.trouble, (f"{scope.source} VPC links",))
    return _kept(vpc_links_document(found.items, scope))


def _domains(client: Client, scope: Provenance) -> Collected:
    found = listing(client, "get_domain_names", "items", limit=_PAGE)
    own = [domain for domain in found.items if is_listed_here(domain)]
    collected = Collected()
    read = 0
    for domain in own:
        name, identity = text(domain, "domainName"), text(domain, "domainNameId")
        place = _at(scope, f"custom domain {name}")
        # A private domain's name may stand for several: its id tells which.
        params: dict[str, Json] = {"domainName": name, "limit": _PAGE}
        params |= {"domainNameId": identity} if identity else {}
        mappings = listing(client, "get_base_path_mappings", "items", **params)
        if mappings.trouble is not None:
            names = (f"host:{name.lower()}",)
            collected += _gap(place, "base path mappings", mappings.trouble, names)
            continue
        read += 1
        collected += _kept(domain_document(domain, place))
        collected += _kept(mappings_document(name, mappings.items, place))
    if found.trouble is not None:
        collected += _gap(scope, "custom domain names of REST APIs", found.trouble, ())
    # Regional ones are read, with all their mappings, where HTTP APIs are.
    left = len(found.items) - len(own)
    count = Count(scope.source, "edge and private domain names", len(found.items), read, left)
    return collected + Collected(counts=(count,))


def _integrations(document: Document) -> Iterator[Integration]:
    if document.kind == Kind.RESOURCES:
        for resource in parse_resources(document.body):
            yield from (one.integration for one in resource.methods if one.integration)


def _variables(document: Document) -> frozenset[str]:
    """The stage variables that `document` uses."""
    integrations = tuple(_integrations(document))
    used = set(used_variables(integrations))
    mapped = [value for one in integrations for r in one.responses for _, value in r.headers]
    mapped += [
        value for row in rows(document.body, "Rows") for value in pairs(row, "headers").values()
    ]
    for value in mapped:
        used |= variable_in(value)
    return frozenset(used)


def _kept(document: Document | Unread) -> Collected:
    if isinstance(document, Unread):
        return Collected(unread=(document,))
    return Collected((document,))


def _at(scope: Provenance, name: str) -> Provenance:
    return Provenance(scope.source, scope.account, scope.region, Where(f"{scope.source} {name}"))
