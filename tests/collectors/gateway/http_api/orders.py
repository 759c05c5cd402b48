"""One account with an HTTP API of every kind of part, and what reading it must give."""

from typing import Any

from auditor.core.reading import (
    ANY_PATH,
    Alias,
    Hop,
    Layer,
    PathCase,
    PathKind,
    PathMatch,
    Reading,
    Remedy,
    Where,
)
from collectors.gateway.http_api.behaviour import ERRORS_ASSUMED, NOWHERE, routed, unrouted
from collectors.gateway.http_api.cors import Cors
from collectors.gateway.http_api.hop import VARY_ASSUMED
from collectors.gateway.http_api.integration import STAGE_ASSUMED
from collectors.gateway.http_api.route import Authorization, Route
from tests.collectors.gateway.canary import CANARY
from tests.collectors.gateway.conftest import REGION

ACCOUNT = "123456789012"
SOURCE = f"aws:{ACCOUNT}/{REGION}"
APP = "https://app.example.com"
HOSTS = f"execute-api.{REGION}.amazonaws.com"
LISTENER = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:listener/app/x/1/2"


def populate(client: Any) -> str:
    """Make one HTTP API with a domain, one WebSocket API, one plain API; return the first's id."""
    api: str = client.create_api(
        Name="orders",
        ProtocolType="HTTP",
        Description=CANARY,
        CorsConfiguration={
            "AllowOrigins": [APP, "https://admin.example.com"],
            "AllowMethods": ["GET", "PUT"],
            "AllowCredentials": True,
        },
        Tags={"team": "shop", "note": CANARY},
    )["ApiId"]
    public = client.create_integration(
        ApiId=api,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="ANY",
        PayloadFormatVersion="1.0",
        IntegrationUri="https://${stageVariables.host}/v2/{proxy}",
        CredentialsArn=f"arn:aws:iam::{ACCOUNT}:role/{CANARY}",
        RequestParameters={"append:header.x-key": CANARY},
    )["IntegrationId"]
    private = client.create_integration(
        ApiId=api,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="ANY",
        PayloadFormatVersion="1.0",
        ConnectionType="VPC_LINK",
        ConnectionId="link1",
        IntegrationUri=LISTENER,
    )["IntegrationId"]
    client.create_route(ApiId=api, RouteKey="ANY /v1/{proxy+}", Target=f"integrations/{public}")
    client.create_route(ApiId=api, RouteKey="GET /me", Target=f"integrations/{private}",
                        AuthorizationType="AWS_IAM")  # fmt: skip
    variables = {"host": "b.example", "token": CANARY}
    client.create_stage(ApiId=api, StageName="prod", AutoDeploy=True, StageVariables=variables)
    client.create_api(Name="chat", ProtocolType="WEBSOCKET")
    client.create_api(Name="plain", ProtocolType="HTTP")
    configuration = [{"CertificateArn": "arn:aws:acm:x", "EndpointType": "REGIONAL"}]
    client.create_domain_name(DomainName="api.example.com", DomainNameConfigurations=configuration)
    client.create_api_mapping(
        ApiId=api, DomainName="api.example.com", Stage="prod", ApiMappingKey="shop"
    )
    return api


def expected(api: str, client: Any) -> list[Reading]:
    """The readings of what `populate` makes, written out."""
    plain = next(item["ApiId"] for item in client.get_apis()["Items"] if item["Name"] == "plain")
    where = Where(f"{SOURCE} HTTP API {plain}")
    found: dict[str, list[Reading]] = {
        api: [expected_hop(api), *expected_aliases(api)],
        plain: [Alias(f"host:{plain}.{HOSTS}", f"execute-api:{plain}", where, SOURCE)],
    }
    domain = Where(f"{SOURCE} custom domain api.example.com")
    shop = PathMatch(PathKind.PREFIX, "/shop")
    mapped = Alias("host:api.example.com", f"http-api:{api}/prod", domain, SOURCE, shop, "/shop")
    return [*(reading for key in sorted(found) for reading in found[key]), mapped]


def expected_aliases(api: str) -> list[Alias]:
    where, own = Where(f"{SOURCE} HTTP API {api}"), f"execute-api:{api}"
    stage = PathMatch(PathKind.PREFIX, "/prod")
    return [
        Alias(own, f"http-api:{api}/prod", where, SOURCE, stage, "/prod"),
        Alias(f"host:{api}.{HOSTS}", own, where, SOURCE),
    ]


def expected_cases() -> tuple[PathCase, ...]:
    cors = Cors((APP, "https://admin.example.com"), ("GET", "PUT"), credentials=True)
    me, rest = Route("GET", "/me", Authorization.IAM), Route("ANY", "/v1/{proxy+}")
    listener, gets = (f"listener:{LISTENER}",), frozenset({"GET"})
    exact, template = PathMatch(PathKind.EXACT, "/me"), PathMatch(PathKind.TEMPLATE, "/v1/{proxy+}")
    return (
        PathCase(exact, routed(cors, me), listener, gets, "", "/prod", "GET /me"),
        PathCase(template, routed(cors, rest), ("host:b.example",), None, "/v1", "/v2", rest.key),
        PathCase(ANY_PATH, unrouted(cors), NOWHERE, title="no route"),
    )


def expected_hop(api: str) -> Hop:
    where, under, of = Where(f"{SOURCE} HTTP API {api}"), "CorsConfiguration", f"of HTTP API {api}"
    keys = (
        "AllowOrigins",
        "AllowMethods",
        "AllowCredentials",
        "AllowOrigins[0]",
        "AllowOrigins[1]",
    )
    return Hop(
        id=f"http-api:{ACCOUNT}/{REGION}/orders/prod",
        layer=Layer.GATEWAY,
        product="http-api",
        title=f"HTTP API {api} (orders, {REGION}), stage prod",
        where=where,
        answers=(f"http-api:{api}/prod",),
        cases=expected_cases(),
        source=SOURCE,
        document=api,
        role="api.example.com/shop",
        fields=tuple((f"{under}.{key}", where) for key in keys),
        remedies=(
            Remedy(f"{under}.AllowOrigins", f"remove {{origin}} from AllowOrigins {of}"),
            Remedy(f"{under}.AllowCredentials", f"set AllowCredentials to false {of}"),
            Remedy(under, f"change the CORS configuration {of}"),
        ),
        labels=(
            ("account", ACCOUNT),
            ("region", REGION),
            ("stage", "prod"),
            ("tag:team", "shop"),
        ),
        assumed=tuple(sorted((STAGE_ASSUMED, VARY_ASSUMED, ERRORS_ASSUMED))),
    )
