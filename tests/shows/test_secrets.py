"""Show 7: secrets beside the settings, in every format that is read, reach nobody.

Each secret is planted in a place of its own, so that a leak says where it came from.
"""

import base64
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from auditor.cli.user_files import CONFIG_NAME
from tests.collectors.gateway.conftest import REGION, Gate
from tests.servers import LOOPBACK
from tests.shows.cloud import ACCOUNT, build_cloud
from tests.shows.folders import ALLOWLIST, ALLOWLIST_NAME, INGRESS, SETTINGS, STORE, write
from tests.shows.program import cors_audit

PLACES = (
    "dotenv-password",
    "dotenv-long-value",
    "dotenv-broken-line",
    "env-url-password",
    "app-json-password",
    "kubernetes-secret-text",
    "kubernetes-secret-data",
    "kubernetes-last-applied",
    "annotation-auth-secret",
    "annotation-auth-url",
    "annotation-unknown",
    "snippet-header",
    "configmap-value",
    "deployment-environment",
    "yaml-broken-line",
    "json-broken-line",
    "aws-file-tag",
    "aws-file-header",
    "aws-file-uri-password",
    "aws-file-stage-variable",
    "aws-live-tag",
    "aws-live-header",
    "aws-live-stage-variable",
    "kubeconfig-token",
    "kubeconfig-password",
    "credentials-file",
)


def canary(place: str) -> str:
    return f"canary-{PLACES.index(place):02}-{place}"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


CONFIG = """\
version: 1
aws: {{endpoint_url: "{endpoint}", regions: [{region}], profile: show}}
kubernetes: {{kubeconfig: kubeconfig.yaml}}
files:
  - deploy/
  - aws/
  - {{path: services/api.env, name: api, key: CORS_ALLOWED_ORIGINS, like: starlette@0.40,
     credentials: true, serves: [orders.example.com/*]}}
  - {{path: services/shop.json, name: shop, key: cors.origins, like: starlette@0.40,
     serves: [shop.example.com/*]}}
  - {{path: services/broken.env, name: broken, key: CORS_ALLOWED_ORIGINS, like: starlette@0.40,
     serves: [broken.example.com/*]}}
"""
MANIFESTS = f"""\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: api
  namespace: orders-prod
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{{"t": "{canary("kubernetes-last-applied")}"}}'
    example.com/token: {canary("annotation-unknown")}
    nginx.ingress.kubernetes.io/enable-cors: "true"
    nginx.ingress.kubernetes.io/cors-allow-origin: "https://app.example.com"
    nginx.ingress.kubernetes.io/auth-type: basic
    nginx.ingress.kubernetes.io/auth-secret: {canary("annotation-auth-secret")}
    nginx.ingress.kubernetes.io/auth-url: https://sso.example.com/?key={canary("annotation-auth-url")}
    nginx.ingress.kubernetes.io/configuration-snippet: |
      proxy_set_header Authorization "Bearer {canary("snippet-header")}";
      add_header Access-Control-Allow-Origin "https://app.example.com" always;
spec:
  ingressClassName: nginx
  rules:
    - host: orders.example.com
      http:
        paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: api}}}}}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: ingress-nginx-controller, namespace: ingress-nginx}}
data:
  allow-snippet-annotations: "true"
  annotations-risk-level: Critical
  api-token: {canary("configmap-value")}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: ingress-nginx-controller, namespace: ingress-nginx}}
spec:
  template:
    spec:
      containers:
        - image: registry.k8s.io/ingress-nginx/controller:v1.12.1
          args: [/nginx-ingress-controller, --configmap=$(POD_NAMESPACE)/ingress-nginx-controller]
          env: [{{name: PASSWORD, value: {canary("deployment-environment")}}}]
"""
SECRET = f"""\
apiVersion: v1
kind: Secret
metadata: {{name: cors-origins}}
stringData: {{CORS_ORIGINS: {canary("kubernetes-secret-text")}}}
data: {{enable-cors: {encoded(canary("kubernetes-secret-data"))}}}
"""
KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: prod
contexts: [{{name: prod, context: {{cluster: prod, user: auditor}}}}]
clusters: [{{name: prod, cluster: {{server: "http://{address}"}}}}]
users:
  - name: auditor
    user: {{token: {token}, username: auditor, password: {password}}}
"""


def aws_files(folder: Path) -> None:
    """Recorded answers of an API whose parts bear secrets."""
    here = "aws/111122223333/eu-west-1"
    origins = {"AllowOrigins": ["https://app.example.com"], "AllowCredentials": True}
    api = {
        "ApiId": "a1b2c3d4e5",
        "Name": "shop",
        "ProtocolType": "HTTP",
        "ApiEndpoint": "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
        "CorsConfiguration": origins,
        "Tags": {"deploy-key": canary("aws-file-tag")},
    }
    integration = {
        "IntegrationId": "i1",
        "IntegrationType": "HTTP_PROXY",
        "IntegrationUri": f"https://u:{canary('aws-file-uri-password')}@shop.example.com/{{proxy}}",
        "RequestParameters": {"overwrite:header.authorization": canary("aws-file-header")},
    }
    stage = {
        "StageName": "$default",
        "StageVariables": {"key": canary("aws-file-stage-variable")},
    }
    route = {"RouteKey": "ANY /{proxy+}", "Target": "integrations/i1", "AuthorizationType": "NONE"}
    for name, item in (
        ("get-apis", api),
        ("a1b2c3d4e5/get-integrations", integration),
        ("a1b2c3d4e5/get-stages", stage),
        ("a1b2c3d4e5/get-routes", route),
    ):
        write(folder, f"{here}/{name}.json", json.dumps({"Items": [item]}))


def aws_live(gate: Gate) -> None:
    """A live API whose parts bear secrets."""
    cloud = build_cloud(gate, "https://app.example.com")
    client, api = cloud.client, cloud.api
    arn = f"arn:aws:apigateway:{REGION}::/apis/{api}"
    client.tag_resource(ResourceArn=arn, Tags={"deploy-key": canary("aws-live-tag")})
    (integration,) = client.get_integrations(ApiId=api)["Items"]
    client.update_integration(
        ApiId=api,
        IntegrationId=integration["IntegrationId"],
        RequestParameters={"overwrite:header.x-key": canary("aws-live-header")},
    )
    variables = {"key": canary("aws-live-stage-variable")}
    client.create_stage(ApiId=api, StageName="live", StageVariables=variables)
    (tagged,) = client.get_apis()["Items"]
    assert canary("aws-live-tag") in tagged["Tags"].values()
    (changed,) = client.get_integrations(ApiId=api)["Items"]
    assert canary("aws-live-header") in changed["RequestParameters"].values()


class _Refusing(BaseHTTPRequestHandler):
    """A cluster that knows its caller and lets it list nothing."""

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        assert canary("kubeconfig-token") in self.headers["authorization"]
        status = {"kind": "Status", "status": "Failure", "reason": "Forbidden", "code": 403}
        body = json.dumps(status).encode()
        self.send_response(403)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def cluster() -> Iterator[str]:
    server = ThreadingHTTPServer((LOOPBACK, 0), _Refusing)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"{LOOPBACK}:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def write_estate(folder: Path, endpoint: str, cluster: str) -> None:
    write(folder, CONFIG_NAME, CONFIG.format(endpoint=endpoint, region=REGION))
    write(folder, ALLOWLIST_NAME, ALLOWLIST.replace("api.example.com", "orders.example.com"))
    write(folder, INGRESS, MANIFESTS)
    write(folder, "deploy/secret.yaml", SECRET)
    aws_files(folder)
    env = f"PASSWORD={canary('dotenv-password')}\n{SETTINGS}"
    write(folder, "services/api.env", f"{env}DB=postgres://u:{canary('env-url-password')}@db/x\n")
    shop = {"password": canary("app-json-password"), "cors": {"origins": ["*"]}}
    write(folder, "services/shop.json", json.dumps(shop))
    broken = f'{canary("dotenv-broken-line")}\nKEY="{canary("dotenv-long-value")}\n{SETTINGS}'
    write(folder, "services/broken.env", broken)
    write(folder, "deploy/a.yaml", f"kind: Ingress\na: [{canary('yaml-broken-line')}\nb: }}\n")
    write(folder, "deploy/b.json", f'{{"ProtocolType": "HTTP", "x": "{canary("json-broken-line")}')
    kubeconfig = KUBECONFIG.format(
        address=cluster,
        token=canary("kubeconfig-token"),
        password=canary("kubeconfig-password"),
    )
    write(folder, "kubeconfig.yaml", kubeconfig)
    keys = f"aws_access_key_id = testing\naws_secret_access_key = {canary('credentials-file')}\n"
    write(folder, "credentials", f"[show]\n{keys}")


JSON = ("audit", "--format", "json")
COMMANDS = (
    JSON,
    ("audit", "--debug"),
    ("coverage",),
    ("findings",),
    ("diff",),
    ("explain", "--url", "https://orders.example.com/", "--origin", "https://evil.example"),
)


@pytest.mark.server
def test_no_secret_reaches_store_or_screen(gate: Gate, cluster: str, tmp_path: Path) -> None:
    aws_live(gate)
    write_estate(tmp_path, gate.url, cluster)
    env = {"AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials")}

    ran = {command: cors_audit(*command, folder=tmp_path, env=env) for command in COMMANDS}
    assert {one.code for one in ran.values()} <= {0, 3, 10, 13}, [one.err for one in ran.values()]
    run = json.loads(ran[JSON].out)
    shown = {" ".join(command): (one.out + one.err).encode() for command, one in ran.items()}
    shown |= {path.name: path.read_bytes() for path in tmp_path.glob(f"{STORE}*")}

    assert {"file:aws", "file:deploy", "app:api", f"aws:{ACCOUNT}/{REGION}"} <= {
        row["source"] for row in run["sources"] if row["read"]
    }
    assert {"kube:prod", "file:deploy"} == {row["source"] for row in run["unread"]}
    assert {"orders.example.com", "api.example.com"} <= {row["host"] for row in run["routes"]}
    assert b"CORS_ALLOWED_ORIGINS" in shown[STORE]
    assert leaks(shown) == []


def leaks(shown: dict[str, bytes]) -> list[str]:
    """Each secret that stands in something that was shown or kept, plain or in base64."""
    return [
        f"{place} in {where}"
        for where, data in shown.items()
        for place in PLACES
        for text in (canary(place), encoded(canary(place)))
        if text.encode() in data
    ]


def test_every_secret_is_planted_and_a_leak_would_be_seen(tmp_path: Path) -> None:
    write_estate(tmp_path, "http://localhost", "localhost")
    planted = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    seen = {leak.partition(" ")[0] for leak in leaks({"": planted})}
    assert set(PLACES) - seen == {"aws-live-tag", "aws-live-header", "aws-live-stage-variable"}
