"""What the documents of HTTP APIs say: a hop for each API and stage, and the names that lead there.

Facts: the host of an API takes a stage's name as the first segment, and `$default` takes the rest
(developer guide, http-api-develop-routes); on a custom domain the longest mapping wins, and the one
without a key takes the rest (http-api-mappings); routing rules come before mappings where the
domain's RoutingMode says so (botocore 1.44.5, RoutingMode).
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
from collectors.gateway.http_api.estate import Api, ApiMapping, Domain, Stage, assemble
from collectors.gateway.http_api.hop import read_hop
from collectors.gateway.http_api.route import DEFAULT_KEY


def read(documents: Sequence[Document], _options: Options) -> Iterator[Reading]:
    """Give the readings of one source: hops and aliases by API, then domains, then what is unread."""
    estate = assemble(documents)
    names = Counter(text(api.document.body, "Name") for api in estate.apis)
    for api in estate.apis:
        unique = names[text(api.document.body, "Name")] == 1
        yield from _read_api(api, unique=unique)
    known = frozenset(api.id for api in estate.apis)
    for domain in estate.domains:
        yield from _read_domain(domain, known)
    yield from estate.unread


def _read_api(api: Api, *, unique: bool) -> Iterator[Reading]:
    named = sorted({mapping.stage for mapping in api.mappings})
    stages = api.stages if api.stages is not None else tuple(Stage(name) for name in named)
    for stage in stages:
        yield read_hop(api, stage, unique=unique)
    own = f"execute-api:{api.id}"
    if api.stages is None:
        yield read_hop(api, None, unique=unique)
    # The longest prefix first, `$default` last.
    for stage in sorted(
        api.stages or (), key=lambda stage: (stage.name == DEFAULT_KEY, stage.name)
    ):
        yield _alias(api.document, own, f"http-api:{api.id}/{stage.name}", _stage_prefix(stage))
    host = text(api.document.body, "ApiEndpoint").lower().partition("://")[2]
    if host and not flag(api.document.body, "DisableExecuteApiEndpoint"):
        yield _alias(api.document, f"host:{host}", own, "")


def _stage_prefix(stage: Stage) -> str:
    return "" if stage.name == DEFAULT_KEY else f"/{stage.name}"


def _read_domain(domain: Domain, known: frozenset[str]) -> Iterator[Reading]:
    document = domain.document
    for target in texts(document.body, "Targets"):
        yield replace(_alias(document, f"host:{target}", f"host:{domain.name}", ""), entry=False)
    mode = text(document.body, "RoutingMode")
    if mode.startswith("ROUTING_RULE"):
        reason = f"its RoutingMode is {mode}, and routing rules are not read"
        yield _unread(domain, Gap.UNSUPPORTED, reason, "declare a hop for it")
    elif domain.mappings is None:
        file = f"get-api-mappings.{domain.name}.json"
        do = f"add the output of `aws apigatewayv2 get-api-mappings` as {file}"
        yield _unread(domain, Gap.ABSENT, "its API mappings were not read", do)
    else:
        yield from (_mapped(document, mapping, known) for mapping in domain.mappings)


def _mapped(document: Document, mapping: ApiMapping, known: frozenset[str]) -> Alias:
    name, prefix = f"host:{mapping.domain}", f"/{mapping.key}" if mapping.key else ""
    if mapping.api in known:
        return _alias(document, name, f"http-api:{mapping.api}/{mapping.stage}", prefix)
    # Mappings of REST APIs stand in the same list; by its own host any API takes the stage first.
    add = "" if mapping.stage == DEFAULT_KEY else f"/{mapping.stage}"
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
