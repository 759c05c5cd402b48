"""Two accounts and a cluster, made through boto3 and a list server, and a folder that knows of them.

`shop-api.example.com` -> CloudFront (one account) -> `orders-gw.example.com`, a REST API of another
account -> an Ingress -> a Service -> a Deployment with Django's settings.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from auditor.cli.user_files import CONFIG_NAME
from collectors._aws import Aws, connect
from tests.collectors.gateway.conftest import REGION, Gate

EDGE, PAYMENTS = "123456789012", "444455556666"
"""The account that the fake AWS has by default, and one whose role is assumed."""
ROLE = "CorsAudit"
APP, ADMIN = "https://app.example.com", "https://admin.example.com"
CAMPAIGN, PARTNER = "https://campaign.example.com", "https://qa.partner.example"
HOST, GATEWAY, INNER = "shop-api.example.com", "orders-gw.example.com", "orders.shop.internal"
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
POLICY = "shop-cors"
TEMPLATE = f"""\
#set($origin = $input.params().header.get("Origin"))
#if($origin == "") #set($origin = $input.params().header.get("origin")) #end
#if($origin == "{ADMIN}" || $origin == "{PARTNER}")
#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)
#end"""
SETTINGS = r"""
INSTALLED_APPS = ["corsheaders"]
CORS_ALLOWED_ORIGIN_REGEXES = [r"https://app\.example\.com", r"https://admin\.example\.com$"]
CORS_ALLOW_CREDENTIALS = True
"""
_CONFIG = """\
version: 1
aws: {{endpoint_url: "{endpoint}", regions: [{region}], role: {role}, accounts: ["{edge}", "{payments}"]}}
kubernetes: {{contexts: [prod], kubeconfig: "{kubeconfig}"}}
files:
  - {{path: settings.py, name: shop-orders, like: django-cors-headers@4.9,
     workload: prod/shop-prod/shop-orders}}
environments: {{prod: {{hosts: ["*.example.com", "*.internal"]}}}}
owners: [{{aws_tag: team}}, {{k8s_label: app.kubernetes.io/part-of}}, {{default: team-platform}}]
"""
_ALLOWLIST = f"""\
version: 1
defaults: {{owner: team-web}}
origins:
  - {{origin: "{APP}"}}
  - {{origin: "{ADMIN}"}}
routes:
  - match: {HOST}/v1/orders/*
    allow_origins: ["{APP}", "{ADMIN}"]
    allow_credentials: true
"""


@dataclass(frozen=True, slots=True)
class Estate:
    """What was made: the objects of the cluster by the path that lists them."""

    lists: dict[str, list[dict[str, Any]]]


def build(gate: Gate) -> Estate:
    """Make everything behind `gate`; the distribution's account is that of its CloudFront."""
    edge, payments = _owners(gate, None), _owners(gate, f"arn:aws:iam::{PAYMENTS}:role/{ROLE}")
    _rest_api(payments)
    _distribution(edge)
    return Estate(_objects(_balancer(payments)))


def write(folder: Path, gate: Gate, kubeconfig: str) -> None:
    """Write the folder that the audit starts from."""
    config = _CONFIG.format(
        endpoint=gate.url,
        region=REGION,
        role=ROLE,
        edge=EDGE,
        payments=PAYMENTS,
        kubeconfig=kubeconfig,
    )
    (folder / CONFIG_NAME).write_text(config)
    (folder / "allowlist.yaml").write_text(_ALLOWLIST)
    (folder / "settings.py").write_text(SETTINGS)


def _owners(gate: Gate, role: str | None) -> Aws:
    found = connect(environ={}, endpoint=gate.url, role=role)
    assert isinstance(found, Aws)
    return found


def _balancer(aws: Aws) -> str:
    """The DNS name of a network load balancer."""
    ec2 = aws.client("ec2", REGION)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    made: dict[str, Any] = aws.client("elbv2", REGION).create_load_balancer(
        Name="orders", Subnets=[subnet], Type="network", Scheme="internal"
    )["LoadBalancers"][0]
    return str(made["DNSName"])


def _rest_api(aws: Aws) -> None:
    v1 = aws.client("apigateway", REGION)
    tags = {"team": "team-orders", "aws:cloudformation:stack-name": "orders-api-prod"}
    api = v1.create_rest_api(name="orders-prod", tags=tags)["id"]
    parent = v1.get_resources(restApiId=api)["items"][0]["id"]
    for part in ("v1", "orders", "{proxy+}"):
        parent = v1.create_resource(restApiId=api, parentId=parent, pathPart=part)["id"]
    at = {"restApiId": api, "resourceId": parent}
    v1.put_method(**at, httpMethod="ANY", authorizationType="NONE")
    v1.put_integration(
        **at,
        httpMethod="ANY",
        type="HTTP_PROXY",
        integrationHttpMethod="ANY",
        # Without a VPC link, because the fake forgets which one an integration goes through.
        uri=f"http://{INNER}/v1/orders/{{proxy}}",
        requestParameters={"integration.request.path.proxy": "method.request.path.proxy"},
    )
    _preflight(v1, at)
    v1.create_deployment(restApiId=api, stageName="prod")
    # An edge-optimised domain, because the fake maps no REST API in API Gateway v2.
    v1.create_domain_name(domainName=GATEWAY, endpointConfiguration={"types": ["EDGE"]})
    v1.create_base_path_mapping(domainName=GATEWAY, restApiId=api, stage="prod")


def _preflight(v1: Any, at: dict[str, str]) -> None:
    """The answer to preflights that CDK's `addCorsPreflight` makes, with one origin too many."""
    headers = {
        "Access-Control-Allow-Origin": f"'{APP}'",
        "Access-Control-Allow-Credentials": "'true'",
        "Access-Control-Allow-Methods": "'GET,PUT'",
        "Vary": "'Origin'",
    }
    named = {f"method.response.header.{name}": value for name, value in headers.items()}
    verb = {**at, "httpMethod": "OPTIONS"}
    v1.put_method(**verb, authorizationType="NONE")
    requests = {"application/json": '{"statusCode": 200}'}
    v1.put_integration(**verb, type="MOCK", requestTemplates=requests)
    v1.put_method_response(**verb, statusCode="204", responseParameters=dict.fromkeys(named, True))
    v1.put_integration_response(
        **verb,
        statusCode="204",
        responseParameters=named,
        responseTemplates={"application/json": TEMPLATE},
    )


def _distribution(aws: Aws) -> None:
    client = aws.client("cloudfront", REGION)
    cors = {
        "AccessControlAllowOrigins": _some([APP, CAMPAIGN]),
        "AccessControlAllowHeaders": _some(["content-type"]),
        "AccessControlAllowMethods": _some(["GET", "PUT"]),
        "AccessControlAllowCredentials": True,
        "OriginOverride": False,
    }
    made = client.create_response_headers_policy(
        ResponseHeadersPolicyConfig={"Name": POLICY, "CorsConfig": cors}
    )
    behaviour = {
        "TargetOriginId": "gateway",
        "ViewerProtocolPolicy": "https-only",
        "AllowedMethods": {
            **_some(["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]),
            "CachedMethods": _some(["GET", "HEAD"]),
        },
        "CachePolicyId": CACHING_DISABLED,
        "OriginRequestPolicyId": ALL_BUT_HOST,
    }
    policy = {"ResponseHeadersPolicyId": made["ResponseHeadersPolicy"]["Id"]}
    tls = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}
    client.create_distribution(
        DistributionConfig={
            "CallerReference": "shop",
            "Comment": "",
            "Enabled": True,
            "Aliases": _some([HOST]),
            "Origins": _some([{"Id": "gateway", "DomainName": GATEWAY, "CustomOriginConfig": tls}]),
            "DefaultCacheBehavior": behaviour,
            "CacheBehaviors": _some([{"PathPattern": "/v1/orders/*", **behaviour, **policy}]),
        }
    )


def _some(items: list[Any]) -> dict[str, Any]:
    return {"Quantity": len(items), "Items": items}


def _objects(balancer: str) -> dict[str, list[dict[str, Any]]]:
    """The example's own objects around the orders service, behind the load balancer that was made."""
    manifest = Path(__file__).parents[2] / "examples" / "deploy" / "prod" / "shop.yaml"
    held = yaml.safe_load(manifest.read_text())["items"]
    named = [one for one in held if one["metadata"]["name"] == "shop-orders"]
    items = json.loads(json.dumps(named))
    (ingress,) = (one for one in items if one["kind"] == "Ingress")
    ingress["status"] = {"loadBalancer": {"ingress": [{"hostname": balancer}]}}
    controller = manifest.parent / "controller.yaml"
    items += yaml.safe_load(controller.read_text())["items"]
    paths = {
        "Ingress": "/apis/networking.k8s.io/v1/ingresses",
        "IngressClass": "/apis/networking.k8s.io/v1/ingressclasses",
        "Deployment": "/apis/apps/v1/deployments",
        "DaemonSet": "/apis/apps/v1/daemonsets",
        "StatefulSet": "/apis/apps/v1/statefulsets",
        "ConfigMap": "/api/v1/configmaps",
        "Service": "/api/v1/services",
    }
    return {path: [one for one in items if one["kind"] == kind] for kind, path in paths.items()}
