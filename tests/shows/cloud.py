"""An account with one HTTP API behind a custom domain, made through boto3, and a folder that knows it.

`api.example.com` -> HTTP API -> `accounts.internal.example.com` (an Ingress in a manifest) -> an app.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.cli.user_files import CONFIG_NAME
from collectors._aws import Aws, connect
from tests.collectors.gateway.conftest import REGION, Gate
from tests.servers import LOOPBACK

ACCOUNT = "123456789012"
"""The account that the fake AWS has by default."""
SOURCE = f"aws:{ACCOUNT}/{REGION}"
HOST, INNER = "api.example.com", "accounts.internal.example.com"
APP, ADMIN = "https://app.example.com", "https://admin.example.com"
OLD_PORTAL = "https://old-portal.example.com"

_CONFIG = """\
version: 1
aws: {{endpoint_url: "{endpoint}", regions: [{region}]}}
files:
  - deploy/
  - {{path: services/accounts.env, name: accounts, key: CORS_ALLOWED_ORIGINS, like: starlette@0.40,
     credentials: true, methods: [GET, PUT], headers: [content-type],
     serves: [accounts.internal.example.com/*], owner: team-accounts}}
environments: {{prod: {{hosts: ["*.example.com"]}}}}
owners: [{{aws_tag: team}}, {{default: team-platform}}]
"""
_ALLOWLIST = """\
version: 1
defaults: {owner: team-web}
origins:
  - {origin: "https://app.example.com"}
  - {origin: "https://admin.example.com"}
routes:
  - match: api.example.com/*
    allow_origins: ["https://app.example.com", "https://admin.example.com"]
    allow_credentials: true
    allow_methods: [GET, PUT]
  - match: accounts.internal.example.com/*
    allow_origins: ["https://app.example.com", "https://admin.example.com"]
    allow_credentials: true
"""
_INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: accounts, namespace: accounts-prod}
spec:
  ingressClassName: nginx
  rules:
    - host: accounts.internal.example.com
      http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: accounts, port: {number: 80}}}}
"""


@dataclass(frozen=True, slots=True)
class Cloud:
    """The account as its owners change it: `client` of API Gateway v2, and the id of the API."""

    client: Any
    api: str

    def list_origins(self, *origins: str) -> None:
        """Replace the origins of the API."""
        self.client.update_api(ApiId=self.api, CorsConfiguration=_cors(origins))

    @property
    def document(self) -> str:
        """The name of the API's document, as runs and findings bear it."""
        return f"{SOURCE} HttpApi {self.api}"


def build_cloud(gate: Gate, *origins: str) -> Cloud:
    """Create the API with `origins`, its domain, and its way to the ingress."""
    owners = connect(environ={}, endpoint=f"http://{LOOPBACK}:{gate.backend}")
    assert isinstance(owners, Aws)
    client = owners.client("apigatewayv2", REGION)
    api = client.create_api(
        Name="accounts-prod",
        ProtocolType="HTTP",
        CorsConfiguration=_cors(origins),
        Tags={"team": "team-accounts"},
    )["ApiId"]
    integration = client.create_integration(
        ApiId=api,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="ANY",
        IntegrationUri=f"https://{INNER}/{{proxy}}",
        PayloadFormatVersion="1.0",
    )["IntegrationId"]
    client.create_route(ApiId=api, RouteKey="ANY /{proxy+}", Target=f"integrations/{integration}")
    client.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    client.create_domain_name(DomainName=HOST)
    client.create_api_mapping(DomainName=HOST, ApiId=api, Stage="$default", ApiMappingKey="")
    return Cloud(client, api)


def write_estate(folder: Path, endpoint: str, app_origins: str = f"{APP},{ADMIN}") -> None:
    """Write the folder that an audit of the account starts from."""
    for name in ("deploy", "services"):
        (folder / name).mkdir()
    (folder / CONFIG_NAME).write_text(_CONFIG.format(endpoint=endpoint, region=REGION))
    (folder / "allowlist.yaml").write_text(_ALLOWLIST)
    (folder / "deploy" / "ingresses.yaml").write_text(_INGRESS)
    (folder / "services" / "accounts.env").write_text(f"CORS_ALLOWED_ORIGINS={app_origins}\n")


def _cors(origins: tuple[str, ...]) -> dict[str, Any]:
    return {
        "AllowOrigins": list(origins),
        "AllowCredentials": True,
        "AllowMethods": ["GET", "PUT"],
        "AllowHeaders": ["content-type"],
        "MaxAge": 600,
    }
