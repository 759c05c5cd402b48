"""Policies as values, and those that AWS manages: a static table, since no account changes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from auditor.core.reading import Document, Json, Where
from collectors.answers.fields import flag, rows, text, texts
from collectors.cdn.cloudfront.listed import inside

ALL_METHODS: Final = ("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS")
"""What `ALL` stands for in AccessControlAllowMethods (developer guide,
understanding-response-headers-policies)."""


@dataclass(frozen=True, slots=True)
class CorsSettings:
    """The CORS part of a response headers policy; lists in the service's order, seconds.

    `exposes_on_preflight`: Expose-Headers is written on preflights alone.
    """

    origins: tuple[str, ...]
    headers: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    credentials: bool = False
    override: bool = False
    max_age: int | None = None
    exposes_on_preflight: bool = False


@dataclass(frozen=True, slots=True)
class CustomHeader:
    """A line on every response; the name in lower case."""

    name: str
    value: str
    override: bool = False


@dataclass(frozen=True, slots=True)
class ResponseHeaders:
    """A response headers policy, without what is neither CORS nor Vary. `where` None: managed."""

    name: str
    cors: CorsSettings | None = None
    custom: tuple[CustomHeader, ...] = ()
    removed: tuple[str, ...] = ()
    where: Where | None = None
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """What the cache key holds, and whether anything is stored: not with a MaxTTL of 0."""

    headers: frozenset[str] = frozenset()
    all_cookies: bool = False
    stores: bool = True


@dataclass(frozen=True, slots=True)
class OriginRequestPolicy:
    """The request headers sent inwards beside those of the cache key: `headers`, or, with `others`,
    all but `headers`."""

    headers: frozenset[str] = frozenset()
    others: bool = False

    def sends(self, name: str) -> bool:
        """Return whether the header `name` (lower case) is sent inwards."""
        return (name in self.headers) != self.others


def parse_response_headers(document: Document) -> ResponseHeaders:
    """Return the policy of a document of kind ResponseHeadersPolicy."""
    body = document.body
    cors = inside(body, "Cors")
    custom = tuple(
        CustomHeader(text(row, "Header"), text(row, "Value"), flag(row, "Override"))
        for row in rows(body, "Custom")
    )
    return ResponseHeaders(
        text(body, "Name") or document.key,
        _parse_cors(cors) if cors else None,
        custom,
        texts(body, "Remove"),
        document.where,
        document.lines,
    )


def _parse_cors(cors: Mapping[str, Json]) -> CorsSettings:
    methods = texts(cors, "AccessControlAllowMethods")
    max_age = cors.get("AccessControlMaxAgeSec")
    return CorsSettings(
        texts(cors, "AccessControlAllowOrigins"),
        texts(cors, "AccessControlAllowHeaders"),
        ALL_METHODS if "ALL" in methods else methods,
        texts(cors, "AccessControlExposeHeaders"),
        flag(cors, "AccessControlAllowCredentials"),
        flag(cors, "OriginOverride"),
        max_age if isinstance(max_age, int) else None,
    )


def parse_cache(document: Document) -> CachePolicy:
    """Return the policy of a document of kind CachePolicy."""
    body = document.body
    headers = frozenset(name.lower() for name in texts(body, "Headers"))
    return CachePolicy(headers, flag(body, "AllCookies"), body.get("MaxTTL") != 0)


def parse_origin_request(document: Document) -> OriginRequestPolicy:
    """Return the policy of a document of kind OriginRequestPolicy.

    Behaviours: botocore 1.44.5, OriginRequestPolicyHeaderBehavior. The headers that
    allViewerAndWhitelistCloudFront names are CloudFront's own, which no browser sends.
    """
    headers = frozenset(name.lower() for name in texts(document.body, "Headers"))
    match text(document.body, "HeaderBehavior"):
        case "none":
            return OriginRequestPolicy()
        case "whitelist":
            return OriginRequestPolicy(headers)
        case "allExcept":
            return OriginRequestPolicy(headers, others=True)
        case _:
            return OriginRequestPolicy(others=True)


ALL_VIEWER: Final = OriginRequestPolicy(others=True)

_ORIGIN: Final = frozenset({"origin"})
_CORS_REQUEST: Final = _ORIGIN | {"access-control-request-method", "access-control-request-headers"}
_CONTROL: Final = _ORIGIN | {
    "host",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
}
_AMPLIFY: Final = frozenset({"authorization", "cloudfront-viewer-country", "host"})

# Developer guide, using-managed-cache-policies. Those that Amplify keeps for itself are left out.
MANAGED_CACHE: Final[Mapping[str, CachePolicy]] = {
    "2e54312d-136d-493c-8eb9-b001f22f67d2": CachePolicy(_AMPLIFY, all_cookies=True),
    "4135ea2d-6df8-44a3-9df3-4b5a84be39ad": CachePolicy(stores=False),
    "658327ea-f89d-4fab-a63d-7e88639e58f6": CachePolicy(),
    "b2884449-e4de-46a7-ac36-70bc7f1ddd6d": CachePolicy(),
    "08627262-05a9-4f76-9ded-b50ca2e3a84f": CachePolicy(_ORIGIN),
    "83da9c7e-98b4-4e11-a168-04f0df8e2c65": CachePolicy(_CONTROL, all_cookies=True),
    "4cc15a8a-d715-48a4-82b8-cc0b614638fe": CachePolicy(_CONTROL, all_cookies=True),
}

# Developer guide, using-managed-origin-request-policies.
MANAGED_ORIGIN_REQUEST: Final[Mapping[str, OriginRequestPolicy]] = {
    "216adef6-5c7f-47e4-b989-5492eafa07d3": ALL_VIEWER,
    "33f36d7e-f396-46d9-90e0-52428a34d9dc": ALL_VIEWER,
    "b689b0a8-53d0-40ab-baf2-68738e2966ac": OriginRequestPolicy(frozenset({"host"}), others=True),
    "59781a5b-3903-41f3-afcb-af62929ccde1": OriginRequestPolicy(_ORIGIN),
    "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf": OriginRequestPolicy(_CORS_REQUEST),
    "775133bc-15f2-49f9-abea-afb2e0bf67d2": OriginRequestPolicy(_CORS_REQUEST),
    "bf0718e1-ba1e-49d1-88b1-f726733018ae": OriginRequestPolicy(frozenset({"host"})),
    "acba4595-bd28-49b8-b9fe-13317c0390fa": OriginRequestPolicy(),
}

_SIMPLE: Final = CorsSettings(("*",))
# "For preflight requests CloudFront adds all three of the following headers; for simple CORS
# requests only Access-Control-Allow-Origin."
_PREFLIGHT: Final = CorsSettings(("*",), (), ALL_METHODS, ("*",), exposes_on_preflight=True)

# Developer guide, using-managed-response-headers-policies: none allows headers or credentials, none
# overrides. The method and expose lists: floci a2389e7, CloudFrontService.
MANAGED_RESPONSE_HEADERS: Final[Mapping[str, ResponseHeaders]] = {
    "60669652-455b-4ae9-85a4-c4c02393f86c": ResponseHeaders("Managed-SimpleCORS", _SIMPLE),
    "5cc3b908-e619-4b99-88e5-2cf7f45965bd": ResponseHeaders(
        "Managed-CORS-With-Preflight", _PREFLIGHT
    ),
    "e61eb60c-9c35-4d20-a928-2b84e02af89c": ResponseHeaders(
        "Managed-CORS-and-SecurityHeadersPolicy", _SIMPLE
    ),
    "eaab4381-ed33-4a86-88ca-d9558dc6cd63": ResponseHeaders(
        "Managed-CORS-with-preflight-and-SecurityHeadersPolicy", _PREFLIGHT
    ),
    "67f7725c-6f97-4210-82d7-5512b31e9d03": ResponseHeaders("Managed-SecurityHeadersPolicy"),
}
