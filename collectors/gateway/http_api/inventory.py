"""What one account and region holds: every HTTP API, its parts, and the custom domain names."""

from __future__ import annotations

from functools import partial

from auditor.core.reading import Layer, Unread, Where
from collectors._aws import Aws, Client, listing
from collectors.answers.fields import text
from collectors.answers.gap import unread
from collectors.answers.provenance import Provenance
from collectors.collector import Collected, Count
from collectors.gateway.http_api.document import (
    api_document,
    domain_document,
    integrations_document,
    mappings_document,
    routes_document,
    stages_document,
)
from collectors.gateway.http_api.integration import used_variables

_gap = partial(unread, layer=Layer.GATEWAY)

SERVICE = "apigatewayv2"


def fetch(aws: Aws, account: str, region: str) -> Collected:
    """Read the HTTP APIs and custom domain names of `account` (twelve digits) in `region`.

    A part that cannot be read is an `Unread` of that part alone. Calls: one for the APIs, three
    for each HTTP API, one for the domains, one for the mappings of each.
    """
    client = aws.client(SERVICE, region)
    source = f"aws:{account}/{region}"
    scope = Provenance(source, account, region, Where(source))
    return _apis(client, scope) + _domains(client, scope)


def _apis(client: Client, scope: Provenance) -> Collected:
    found = listing(client, "get_apis", "Items")
    # CORS is "supported only for HTTP APIs" (botocore 1.44.5, Cors): browsers do not apply it to
    # WebSockets, so those APIs are no hops.
    apis = [api for api in found.items if text(api, "ProtocolType") == "HTTP"]
    collected = Collected()
    read = 0
    for api in apis:
        place = _at(scope, f"HTTP API {text(api, 'ApiId')}")
        document = api_document(api, place)
        if isinstance(document, Unread):
            collected += Collected(unread=(document,))
            continue
        read += 1
        collected += Collected((document,)) + _parts(client, document.key, place)
    count = Count(scope.source, "HTTP APIs", len(found.items), read, len(found.items) - len(apis))
    if found.trouble is not None:
        collected += _gap(scope, "HTTP APIs", found.trouble, ())
    return collected + Collected(counts=(count,))


def _parts(client: Client, api: str, place: Provenance) -> Collected:
    routes = listing(client, "get_routes", "Items", ApiId=api)
    integrations = listing(client, "get_integrations", "Items", ApiId=api)
    stages = listing(client, "get_stages", "Items", ApiId=api)
    used: frozenset[str] = frozenset()
    collected = Collected()
    if integrations.trouble is None:
        document = integrations_document(api, integrations.items, place)
        by_id = document.body["Integrations"]
        used = used_variables(by_id) if isinstance(by_id, dict) else used
        collected += Collected((document,))
    if routes.trouble is None:
        collected += Collected((routes_document(api, routes.items, place),))
    if stages.trouble is None:
        collected += Collected((stages_document(api, stages.items, place, used),))
    for part, found in (("routes", routes), ("integrations", integrations), ("stages", stages)):
        if found.trouble is not None:
            collected += _gap(place, part, found.trouble, (f"http-api:{api} {part}",))
    return collected


def _domains(client: Client, scope: Provenance) -> Collected:
    found = listing(client, "get_domain_names", "Items")
    collected = Collected()
    read = 0
    for domain in found.items:
        name = text(domain, "DomainName")
        place = _at(scope, f"custom domain {name}")
        mappings = listing(client, "get_api_mappings", "Items", DomainName=name)
        if mappings.trouble is not None:
            collected += _gap(place, "API mappings", mappings.trouble, (f"host:{name.lower()}",))
            continue
        read += 1
        collected += Collected(
            (domain_document(domain, place), mappings_document(name, mappings.items, place))
        )
    if found.trouble is not None:
        collected += _gap(scope, "custom domain names", found.trouble, ())
    return collected + Collected(
        counts=(Count(scope.source, "custom domain names", len(found.items), read),)
    )


def _at(scope: Provenance, name: str) -> Provenance:
    return Provenance(scope.source, scope.account, scope.region, Where(f"{scope.source} {name}"))
