"""What the documents of REST APIs say: a hop for each API and stage, and the names that lead there.

Facts: the host of an API takes a stage's name as the first segment of the path (developer guide,
how-to-call-api); a private API is also called by a host that names a VPC endpoint
(apigateway-private-api-test-invoke-url); a base path mapping without a stage leaves it to the path
(botocore 1.44.5, BasePathMapping); routing rules come before mappings where the domain's
routingMode says so (botocore 1.44.5, RoutingMode).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from auditor.core.reading import (
    ANY_PATH,
    Alias,
    Document,
    Gap,
    Layer,
    PathKind,
    PathMatch,
    Reading,
    Unread,
)
from collectors.answers.fields import flag, text, texts
from collectors.collector import Options
from collectors.gateway.execute_api import host_of
from collectors.gateway.rest_api.estate import Api, BasePathMapping, Domain, assemble
from collectors.gateway.rest_api.hop import front_hop, stage_hop
from collectors.gateway.rest_api.kind import COMMANDS, FILES, Kind


def read(documents: Sequence[Document], _options: Options) -> Iterator[Reading]:
    """Give the readings of one source: hops and aliases by API, then domains, then what is unread."""
    estate = assemble(documents)
    names = Counter(text(api.document.body, "name") for api in estate.apis)
    for api in estate.apis:
        unique = names[text(api.document.body, "name")] == 1
        yield from _read_api(api, unique=unique)
    known = frozenset((api.id, one.name) for api in estate.apis for one in api.stages or ())
    for domain in estate.domains:
        yield from _read_domain(domain, known)
    yield from estate.unread


def _read_api(api: Api, *, unique: bool) -> Iterator[Reading]:
    own = f"execute-api:{api.id}"
    yield from (stage_hop(api, stage, unique=unique) for stage in api.stages or ())
    yield front_hop(api, unique=unique)
    for stage in api.stages or ():
        yield _alias(api.document, own, f"rest-api:{api.id}/{stage.name}", f"/{stage.name}")
    if flag(api.document.body, "disableExecuteApiEndpoint"):
        return
    region = text(api.document.body, "region")
    if not region:
        yield _hostless(api)
        return
    endpoints = texts(api.document.body, "vpcEndpointIds")
    for name in (api.id, *(f"{api.id}-{endpoint}" for endpoint in endpoints)):
        yield _alias(api.document, f"host:{host_of(name, region)}", own, "")


def _hostless(api: Api) -> Unread:
    return Unread(
        scope=f"the host of REST API {api.id}",
        source=api.document.source,
        gap=Gap.UNRESOLVED,
        reason="no answer says its region",
        do="put the files in a folder <account of 12 digits>/<region>",
        where=api.document.where,
        layer=Layer.GATEWAY,
        names=(f"rest-api:{api.id} host",),
    )


def _read_domain(domain: Domain, known: frozenset[tuple[str, str]]) -> Iterator[Reading]:
    document = domain.document
    for target in texts(document.body, "targets"):
        yield replace(_alias(document, f"host:{target}", f"host:{domain.name}", ""), entry=False)
    mode = text(document.body, "routingMode")
    if mode.startswith("ROUTING_RULE"):
        reason = f"its routingMode is {mode}, and routing rules are not read"
        yield _unread(domain, Gap.UNSUPPORTED, reason, "declare a hop for it")
    elif domain.mappings is None:
        command = COMMANDS[Kind.MAPPINGS].format(key=domain.name)
        do = f"add the output of `{command}` as {FILES[Kind.MAPPINGS].format(key=domain.name)}"
        yield _unread(domain, Gap.ABSENT, "its base path mappings were not read", do)
    else:
        yield from (_mapped(document, mapping, known) for mapping in domain.mappings)


def _mapped(
    document: Document, mapping: BasePathMapping, known: frozenset[tuple[str, str]]
) -> Alias:
    name, prefix = f"host:{mapping.domain}", f"/{mapping.base}" if mapping.base else ""
    if (mapping.api, mapping.stage) in known:
        return _alias(document, name, f"rest-api:{mapping.api}/{mapping.stage}", prefix)
    add = f"/{mapping.stage}" if mapping.stage else ""
    return _alias(document, name, f"execute-api:{mapping.api}", prefix, add)


def _alias(document: Document, name: str, to: str, prefix: str, add: str = "") -> Alias:
    match = PathMatch(PathKind.PREFIX, prefix) if prefix else ANY_PATH
    return Alias(name, to, document.where, document.source, match, strip=prefix, add=add)


def _unread(domain: Domain, gap: Gap, reason: str, do: str) -> Unread:
    document = domain.document
    return Unread(
        scope=f"custom domain {domain.name}",
        source=document.source,
        gap=gap,
        reason=reason,
        do=do,
        where=document.where,
        layer=Layer.GATEWAY,
        names=(f"host:{domain.name}",),
    )
