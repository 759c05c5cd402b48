"""Answers of CloudFront to make readings of: distributions and policies in the service's shape."""

from collections.abc import Iterable, Sequence
from typing import Any

from auditor.core.reading import Alias, Document, Hop, Reading, Unread, Where
from collectors.cdn.cloudfront.command_output import project
from collectors.cdn.cloudfront.reading import read
from collectors.collector import Found

ACCOUNT = "111122223333"
APP, EVIL = "https://app.example.com", "https://evil.example"
ORIGIN = "access-control-allow-origin"
HOST = "d111111abcdef8.cloudfront.net"
DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3"
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
CORS_CUSTOM = "59781a5b-3903-41f3-afcb-af62929ccde1"
CORS_S3 = "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"
SIMPLE_CORS = "60669652-455b-4ae9-85a4-c4c02393f86c"
WITH_PREFLIGHT = "5cc3b908-e619-4b99-88e5-2cf7f45965bd"
METHODS = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"]


def some(items: Iterable[Any]) -> dict[str, Any]:
    """A list as CloudFront writes it; without Items when it is empty."""
    found = list(items)
    return {"Quantity": len(found), "Items": found} if found else {"Quantity": 0}


def origin(key: str = "api", domain: str = "origin.example.com", **given: Any) -> dict[str, Any]:
    ports = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}
    return {
        "Id": key,
        "DomainName": domain,
        "OriginPath": "",
        "CustomHeaders": some([]),
        "CustomOriginConfig": ports,
        **given,
    }


def behaviour(
    pattern: str = "",
    *,
    target: str = "api",
    methods: Sequence[str] = METHODS,
    cached: Sequence[str] = ("GET", "HEAD"),
    **given: Any,
) -> dict[str, Any]:
    """A cache behaviour that stores nothing and sends everything, if nothing else is given."""
    own: dict[str, Any] = {
        "TargetOriginId": target,
        "ViewerProtocolPolicy": "https-only",
        "AllowedMethods": {**some(methods), "CachedMethods": some(cached)},
        "CachePolicyId": DISABLED,
        "OriginRequestPolicyId": ALL_VIEWER,
        **given,
    }
    if "ForwardedValues" in given:
        del own["CachePolicyId"], own["OriginRequestPolicyId"]
    return {"PathPattern": pattern, **own} if pattern else own


def distribution(
    key: str = "E1EXAMPLE",
    *,
    aliases: Sequence[str] = ("api.example.com",),
    origins: Sequence[dict[str, Any]] = (),
    groups: Sequence[dict[str, Any]] = (),
    behaviours: Sequence[dict[str, Any]] = (),
    default: dict[str, Any] | None = None,
    **given: Any,
) -> dict[str, Any]:
    """One item of `list-distributions`."""
    return {
        "Id": key,
        "ARN": f"arn:aws:cloudfront::{ACCOUNT}:distribution/{key}",
        "Status": "Deployed",
        "DomainName": HOST if key == "E1EXAMPLE" else f"{key.lower()}.cloudfront.net",
        "Aliases": some(aliases),
        "Origins": some(origins or [origin()]),
        "OriginGroups": some(groups),
        "DefaultCacheBehavior": behaviour() if default is None else default,
        "CacheBehaviors": some(behaviours),
        "CustomErrorResponses": some([]),
        "Comment": "",
        "Enabled": True,
        "WebACLId": "",
        "Staging": False,
        "ConnectionMode": "direct",
        **given,
    }


def cors(origins: Sequence[str] = (APP,), **given: Any) -> dict[str, Any]:
    """The CorsConfig of a policy that overrides; `given` as the service names it."""
    return {
        "AccessControlAllowOrigins": some(origins),
        "AccessControlAllowHeaders": some(given.pop("headers", ["content-type"])),
        "AccessControlAllowMethods": some(given.pop("methods", ["GET", "PUT"])),
        "AccessControlAllowCredentials": False,
        "OriginOverride": True,
        **given,
    }


def response_headers(key: str = "rhp-1", name: str = "api-cors", **config: Any) -> dict[str, Any]:
    return {"Id": key, "ResponseHeadersPolicyConfig": {"Name": name, **config}}


def cache_policy(key: str, headers: Sequence[str] = (), **config: Any) -> dict[str, Any]:
    listed = {"HeaderBehavior": "whitelist", "Headers": some(headers)}
    parameters = {
        "EnableAcceptEncodingGzip": True,
        "HeadersConfig": listed if headers else {"HeaderBehavior": "none"},
        "CookiesConfig": {"CookieBehavior": config.pop("cookies", "none")},
        "QueryStringsConfig": {"QueryStringBehavior": "none"},
    }
    given = {"Name": key, "MinTTL": 0, "ParametersInCacheKeyAndForwardedToOrigin": parameters}
    return {"Id": key, "CachePolicyConfig": given | config}


def origin_request(key: str, behaves: str, headers: Sequence[str] = ()) -> dict[str, Any]:
    config = {"HeaderBehavior": behaves} | ({"Headers": some(headers)} if headers else {})
    rest = {"CookiesConfig": {"CookieBehavior": "none"}, "QueryStringsConfig": {"QueryStringBehavior": "none"}}  # fmt: skip
    return {"Id": key, "OriginRequestPolicyConfig": {"Name": key, "HeadersConfig": config, **rest}}


def listed(name: str, items: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The answer to `list-...` of policies called `name`."""
    return {f"{name}List": some({"Type": "custom", name: item} for item in items)}


def deployment(key: str, staging: Sequence[str], *, enabled: bool = True) -> dict[str, Any]:
    config = {"StagingDistributionDnsNames": some(staging), "Enabled": enabled}
    return {"Id": key, "ContinuousDeploymentPolicyConfig": config}


def found(place: str, body: dict[str, Any]) -> Found:
    return Found(body=body, source="file:estate", where=Where(place))


def projected(*answers: dict[str, Any], place: str = "answers.json") -> list[Document | Unread]:
    return [one for answer in answers for one in project(found(place, answer))]


def distributions(*items: dict[str, Any]) -> dict[str, Any]:
    """The answer to `list-distributions`."""
    return {"DistributionList": some(items)}


def readings(*answers: dict[str, Any]) -> list[Reading]:
    """What the files that hold `answers` say; every one of them has to be understood."""
    given = projected(*answers)
    assert [one for one in given if isinstance(one, Unread)] == []
    return list(read([one for one in given if isinstance(one, Document)], {}))


def hops(given: Iterable[Reading]) -> list[Hop]:
    return [reading for reading in given if isinstance(reading, Hop)]


def aliases(given: Iterable[Reading]) -> list[Alias]:
    return [reading for reading in given if isinstance(reading, Alias)]


def unread(given: Iterable[Reading]) -> list[Unread]:
    return [reading for reading in given if isinstance(reading, Unread)]


def only(*answers: dict[str, Any]) -> Hop:
    """The one hop that `answers` come to."""
    (hop,) = hops(readings(*answers))
    return hop
