"""Answers of `aws elbv2`, and what is read out of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from auditor.core.hop.behaviour import Doing
from auditor.core.reading import Alias, Document, Hop, Reading, Unread, Where
from collectors.collector import Found
from collectors.loadbalancer.elbv2.collector import COLLECTOR

ACCOUNT, REGION = "111122223333", "eu-west-1"
SOURCE = "file:aws"
START = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:"
ALB = f"{START}loadbalancer/app/shop/50dc6c495c0c9188"
NLB = f"{START}loadbalancer/net/edge/50dc6c495c0c9189"
DNS = "Shop-1234.eu-west-1.elb.amazonaws.com"
NAME = f"host:{DNS.lower()}"
APP, SHOP = "https://app.example.com", "https://shop.example.com"
CANARY = "canary-secret-91c2"
ORIGIN, CREDENTIALS = "access_control_allow_origin", "access_control_allow_credentials"


def key(word: str) -> str:
    return f"routing.http.response.{word}.header_value"


def balancer(arn: str = ALB, dns: str = DNS, kind: str = "application") -> dict[str, Any]:
    name = arn.split("/")[2]
    return {
        "LoadBalancerArn": arn,
        "LoadBalancerName": name,
        "DNSName": dns,
        "Type": kind,
        "VpcId": CANARY,
    }


def listener(
    number: int = 1,
    protocol: str = "HTTPS",
    port: int = 443,
    arn: str = ALB,
    action: str = "forward",
) -> dict[str, Any]:
    own = arn.replace(":loadbalancer/", ":listener/") + f"/{number:016x}"
    oidc = {"ClientId": CANARY, "ClientSecret": CANARY}
    actions = [{"Type": action, "AuthenticateOidcConfig": oidc}]
    return {
        "ListenerArn": own,
        "LoadBalancerArn": arn,
        "Protocol": protocol,
        "Port": port,
        "DefaultActions": actions,
        "SslPolicy": CANARY,
    }


def tagged(arn: str = ALB, **tags: str) -> dict[str, Any]:
    """Tags; `__` stands for `/` and `___` for `:`, dots are written as they are by `tags`."""
    pairs = [{"Key": name, "Value": value} for name, value in tags.items()]
    return {"ResourceArn": arn, "Tags": pairs}


def attributes(**words: str) -> dict[str, Any]:
    """The answer of describe-listener-attributes: those of `words` set, the others empty."""
    others = {"server.enabled": "true", "strict_transport_security.header_value": CANARY}
    rows = [
        {"Key": f"routing.http.response.{name}", "Value": value} for name, value in others.items()
    ]
    rows += [{"Key": key(word), "Value": words.get(word, "")} for word in (ORIGIN, CREDENTIALS)]
    rows += [
        {"Key": key(w), "Value": v} for w, v in words.items() if w not in (ORIGIN, CREDENTIALS)
    ]
    return {"Attributes": rows}


def files(**more: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """One load balancer with one listener; `more` by file name (`_` for `-`, `__` for `.`)."""
    found: dict[str, Mapping[str, Any]] = {
        "describe-load-balancers.json": {"LoadBalancers": [balancer()]},
        "describe-listeners.json": {"Listeners": [listener()]},
    }
    named = {name.replace("__", ".").replace("_", "-"): body for name, body in more.items()}
    return found | named


def attribute_file(number: int = 1) -> str:
    return f"describe-listener-attributes.{number:016x}.json"


def projected(found: Mapping[str, Mapping[str, Any]]) -> list[Document | Unread]:
    """The documents of files in `aws/<account>/<region>`."""
    folder = f"aws/{ACCOUNT}/{REGION}"
    items = [Found(body, SOURCE, Where(f"{folder}/{name}", 1)) for name, body in found.items()]
    return [result for item in items for result in COLLECTOR.project(item)]


def readings(found: Mapping[str, Mapping[str, Any]]) -> list[Reading]:
    items = projected(found)
    unread: list[Reading] = [item for item in items if isinstance(item, Unread)]
    documents = [item for item in items if isinstance(item, Document)]
    return [*unread, *COLLECTOR.read(documents, {})]


def hops(said: Sequence[Reading]) -> list[Hop]:
    return [item for item in said if isinstance(item, Hop)]


def links(said: Sequence[Reading]) -> list[tuple[str, str]]:
    return [(item.name, item.to) for item in said if isinstance(item, Alias)]


def gaps(said: Sequence[Reading]) -> list[Unread]:
    return [item for item in said if isinstance(item, Unread)]


def the_doing(said: Sequence[Reading]) -> Doing:
    (hop,) = hops(said)
    return hop.cases[0].doing
