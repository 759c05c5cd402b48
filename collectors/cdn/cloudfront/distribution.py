"""Distributions as values: origins and cache behaviours in CloudFront's order, from documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.core.reading import ANY_PATH, Document, Json, PathKind, PathMatch
from collectors.answers.fields import flag, pairs, rows, text, texts
from collectors.cdn.cloudfront.listed import inside

_DEFAULT_METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class EdgeFunction:
    """Code at the edge: what it is called (`function rewrite`), and the event that runs it."""

    name: str
    event: str


@dataclass(frozen=True, slots=True)
class Legacy:
    """ForwardedValues, in use before cache policies: headers forwarded and in the cache key, and
    the highest time to live, in seconds, None for CloudFront's own."""

    headers: frozenset[str]
    all_cookies: bool = False
    max_ttl: int | None = None


@dataclass(frozen=True, slots=True)
class CacheBehaviour:
    """One cache behaviour; an empty `pattern` is the default, which takes what is left.

    Ids of policies are empty where there is none; `legacy` None where a cache policy is used.
    """

    pattern: str
    target: str
    allowed: frozenset[str] = _DEFAULT_METHODS
    cached: frozenset[str] = _DEFAULT_METHODS
    cache_policy: str = ""
    origin_request_policy: str = ""
    response_headers_policy: str = ""
    legacy: Legacy | None = None
    signed: bool = False
    functions: tuple[EdgeFunction, ...] = ()

    @property
    def match(self) -> PathMatch:
        """The paths that it takes: `*` any characters, `?` one, case counts, and a leading slash
        may be left out (developer guide, distribution-web-values-specify, Path pattern)."""
        if not self.pattern:
            return ANY_PATH
        return PathMatch(PathKind.GLOB, "/" + self.pattern.removeprefix("/"))

    @property
    def title(self) -> str:
        """What it is called: `behaviour /v1/*`, `default behaviour`."""
        return f"behaviour {self.match.text}" if self.pattern else "default behaviour"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where requests go: host, path put before theirs, port by protocol; a VPC origin's id.

    `header`: the Origin that CloudFront sends instead of the viewer's; None: no such setting.
    """

    id: str
    domain: str
    path: str = ""
    protocol: str = ""
    http_port: int = 80
    https_port: int = 443
    vpc_origin: str = ""
    header: str | None = None


@dataclass(frozen=True, slots=True)
class Distribution:
    """One distribution. `domain` is empty when only its configuration was read.

    `origins`: origins by the id that behaviours name, several where it is a group's. `attachment`:
    its continuous deployment policy, empty for none, None when that was not read. `tenants`: the
    domains of its tenants, None when they were not read. `tags` None: not read.
    """

    document: Document
    domain: str
    account: str
    aliases: tuple[str, ...]
    behaviours: tuple[CacheBehaviour, ...]
    origins: Mapping[str, tuple[Origin, ...]]
    enabled: bool = True
    staging: bool = False
    tenant_only: bool = False
    has_web_acl: bool = False
    error_pages: tuple[int, ...] = ()
    attachment: str | None = None
    tenants: tuple[str, ...] | None = None
    tags: Mapping[str, str] | None = None

    @property
    def id(self) -> str:
        """The id of the distribution: `E1EXAMPLE`."""
        return self.document.key

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that it answers to; a tenant-only one answers to those of its tenants alone."""
        if self.tenant_only:
            return self.tenants or ()
        return (*self.aliases, self.domain) if self.domain else self.aliases

    @property
    def name(self) -> str:
        """What it is called: its first host, which a redeploy keeps, or else its id."""
        return next(iter(self.hosts), self.id)


def parse_distribution(
    document: Document, attachment: str | None, tenants: tuple[str, ...] | None
) -> Distribution:
    """Return the distribution of a document of kind Distribution or DistributionConfig."""
    body = document.body
    settings = inside(body, "Settings")
    own = {text(row, "Id"): _origin(row) for row in rows(settings, "Origins")}
    groups = {
        text(row, "Id"): tuple(own[name] for name in texts(row, "Members") if name in own)
        for row in rows(settings, "OriginGroups")
    }
    pages = settings.get("ErrorPages")
    return Distribution(
        document,
        text(body, "DomainName"),
        text(body, "Account"),
        texts(settings, "Aliases"),
        tuple(map(_behaviour, rows(settings, "Behaviours"))),
        {name: (origin,) for name, origin in own.items()} | groups,
        enabled=flag(settings, "Enabled"),
        staging=flag(settings, "Staging"),
        tenant_only=flag(settings, "TenantOnly"),
        has_web_acl=flag(settings, "HasWebAcl"),
        error_pages=tuple(
            code for code in (pages if isinstance(pages, list) else []) if isinstance(code, int)
        ),
        attachment=attachment,
        tenants=tenants,
        tags=pairs(body, "Tags") if isinstance(body.get("Tags"), dict) else None,
    )


def _origin(row: Mapping[str, Json]) -> Origin:
    header = row.get("OriginHeader")
    return Origin(
        text(row, "Id"),
        text(row, "DomainName"),
        text(row, "OriginPath"),
        text(row, "Protocol"),
        _port(row, "HTTPPort", 80),
        _port(row, "HTTPSPort", 443),
        text(row, "VpcOriginId"),
        header if isinstance(header, str) else None,
    )


def _port(row: Mapping[str, Json], key: str, default: int) -> int:
    value = row.get(key)
    return value if isinstance(value, int) else default


def _behaviour(row: Mapping[str, Json]) -> CacheBehaviour:
    headers = row.get("ForwardedHeaders")
    max_ttl = row.get("MaxTTL")
    legacy = None
    if isinstance(headers, list):
        legacy = Legacy(
            frozenset(name.lower() for name in texts(row, "ForwardedHeaders")),
            text(row, "ForwardedCookies") == "all",
            max_ttl if isinstance(max_ttl, int) else None,
        )
    return CacheBehaviour(
        text(row, "PathPattern"),
        text(row, "TargetOriginId"),
        frozenset(texts(row, "AllowedMethods")) or _DEFAULT_METHODS,
        frozenset(texts(row, "CachedMethods")) or _DEFAULT_METHODS,
        text(row, "CachePolicyId"),
        text(row, "OriginRequestPolicyId"),
        text(row, "ResponseHeadersPolicyId"),
        legacy,
        flag(row, "Signed"),
        tuple(
            EdgeFunction(text(one, "Name"), text(one, "Event")) for one in rows(row, "Functions")
        ),
    )
