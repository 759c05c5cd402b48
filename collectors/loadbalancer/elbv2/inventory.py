"""What one account and region holds: every load balancer, its tags, listeners and their attributes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from auditor.core.reading import Json, Layer, Where
from collectors._aws import Answer, Aws, Client, listing
from collectors.answers.fields import text
from collectors.answers.gap import unread
from collectors.answers.provenance import Provenance
from collectors.collector import Collected, Count
from collectors.loadbalancer.elbv2.document import (
    attributes_document,
    balancer_document,
    listeners_document,
    tags_document,
)

_gap = partial(unread, layer=Layer.LOAD_BALANCER)

SERVICE = "elbv2"
TAGS_A_CALL = 20
"""Load balancers of one DescribeTags (botocore 1.44.5, DescribeTags: up to 20 resources)."""
_APPLICATION, _GATEWAY = "application", "gateway"


def fetch(aws: Aws, account: str, region: str) -> Collected:
    """Read the load balancers of `account` (twelve digits) in `region`.

    Calls: one for the load balancers, one for the tags of each twenty, one for the listeners of
    each, one for each listener of an application load balancer. Gateway load balancers see packets,
    not requests, and are left out.
    """
    client = aws.client(SERVICE, region)
    source = f"aws:{account}/{region}"
    scope = Provenance(source, account, region, Where(source))
    found = listing(client, "describe_load_balancers", "LoadBalancers")
    kept = [one for one in found.items if text(one, "Type") != _GATEWAY]
    left_out = len(found.items) - len(kept)
    collected = Collected(
        counts=(Count(source, "load balancers", len(found.items), len(kept), left_out),)
    )
    if found.trouble is not None:
        collected += _gap(scope, "load balancers", found.trouble, ())
    collected += _tags(client, kept, scope)
    for balancer in kept:
        place = _at(scope, f"load balancer {text(balancer, 'LoadBalancerName')}")
        collected += Collected((balancer_document(balancer, place),))
        collected += _listeners(client, balancer, place)
    return collected


def _tags(client: Client, balancers: Sequence[Answer], scope: Provenance) -> Collected:
    arns: list[Json] = [text(one, "LoadBalancerArn") for one in balancers]
    collected = Collected()
    for start in range(0, len(arns), TAGS_A_CALL):
        asked = arns[start : start + TAGS_A_CALL]
        found = listing(client, "describe_tags", "TagDescriptions", ResourceArns=asked)
        collected += Collected(tuple(tags_document(item, scope) for item in found.items))
        if found.trouble is not None:
            # Tags say whose a load balancer is, not what it does: this blinds no route.
            what = "tags of load balancers"
            return collected + _gap(scope, what, found.trouble, (f"{scope.source} {what}",))
    return collected


def _listeners(client: Client, balancer: Answer, place: Provenance) -> Collected:
    arn = text(balancer, "LoadBalancerArn")
    found = listing(client, "describe_listeners", "Listeners", LoadBalancerArn=arn)
    if found.trouble is not None:
        return _gap(place, "listeners", found.trouble, (f"{arn} listeners",))
    collected = Collected((listeners_document(arn, found.items, place),))
    if text(balancer, "Type") == _APPLICATION:
        for listener in found.items:
            collected += _attributes(client, text(listener, "ListenerArn"), place)
    return collected


def _attributes(client: Client, listener: str, place: Provenance) -> Collected:
    operation = "describe_listener_attributes"
    found = listing(client, operation, "Attributes", ListenerArn=listener)
    if found.trouble is not None:
        what = f"attributes of listener {listener.rpartition('/')[2]}"
        return _gap(place, what, found.trouble, (f"{listener} attributes",))
    return Collected((attributes_document(listener, found.items, place),))


def _at(scope: Provenance, name: str) -> Provenance:
    return Provenance(scope.source, scope.account, scope.region, Where(f"{scope.source} {name}"))
