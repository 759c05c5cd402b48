"""Application and network load balancers (elbv2): what reading them needs, and how it is done.

A load balancer answers to its DNS name, to its ARN (VPC origins of a CDN, VPC links) and to the ARNs
of its listeners. What stands behind it answers to the same DNS name: the status of an Ingress or of a
Service says so. The tags that a controller in a cluster writes name that cluster as AWS knows it, which
need not be the name that it is read under here: they are labels, not links.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from auditor.core.reading import Alias, Document, Gap, Layer, Reading, Unread
from collectors.collector import Collector, Options, TrailKey
from collectors.kubernetes.names import host_name
from collectors.loadbalancer.elbv2.command_output import ATTRIBUTES_FILE, project
from collectors.loadbalancer.elbv2.document import Kind
from collectors.loadbalancer.elbv2.estate import Balancer, Listener, assemble
from collectors.loadbalancer.elbv2.hop import PRODUCT, balancer_hop, listener_hops
from collectors.loadbalancer.elbv2.inventory import fetch

__all__ = ("COLLECTOR", "fetch")

_LIVE = "aws:"


def read(documents: Sequence[Document], _options: Options) -> Iterator[Reading]:
    """The hops and aliases of one source, by ARN. Pure."""
    for balancer in assemble(documents):
        yield balancer_hop(balancer)
        apart = list(listener_hops(balancer))
        yield from apart
        yield from _aliases(balancer, with_listeners=not apart)
        if not balancer.document.source.startswith(_LIVE):
            yield from _not_given(balancer)


def _aliases(balancer: Balancer, *, with_listeners: bool) -> Iterator[Alias]:
    to, where, source = f"lb:{balancer.arn}", balancer.document.where, balancer.document.source
    names = [host_name(balancer.dns)] if balancer.dns else []
    names.append(balancer.arn)
    listeners = balancer.listeners or () if with_listeners else ()
    names += [f"listener:{one.arn}" for one in listeners]
    for name in names:
        yield Alias(name, to, where, source, entry=False)


def _not_given(balancer: Balancer) -> Iterator[Unread]:
    """What the files do not say of an application load balancer; live, the call that failed says so."""
    if not balancer.reads_requests:
        return
    if balancer.listeners is None:
        do = "add the output of `aws elbv2 describe-listeners --load-balancer-arn ...`"
        yield _unread(balancer, "its listeners", f"{balancer.arn} listeners", do)
    for one in balancer.listeners or ():
        if one.attributes is None:
            yield _without_attributes(balancer, one)


def _without_attributes(balancer: Balancer, listener: Listener) -> Unread:
    name = f"{ATTRIBUTES_FILE}.{listener.arn.rpartition('/')[2]}.json"
    do = f"add the output of `aws elbv2 {ATTRIBUTES_FILE} --listener-arn ...` as {name}"
    what = f"the attributes of its listener {listener.title}"
    return _unread(balancer, what, f"{listener.arn} attributes", do)


def _unread(balancer: Balancer, what: str, name: str, do: str) -> Unread:
    return Unread(
        scope=f"load balancer {balancer.name}",
        source=balancer.document.source,
        gap=Gap.ABSENT,
        reason=f"{what} were not read",
        do=do,
        where=balancer.document.where,
        layer=Layer.LOAD_BALANCER,
        names=(name,),
    )


# Operations of botocore 1.44.5, elasticloadbalancingv2 2015-12-01, that change what is kept of each
# kind; events have their names (Elastic Load Balancing, "Log API calls using CloudTrail").
_CHANGES: Mapping[str, tuple[str, ...]] = {
    Kind.BALANCER: ("CreateLoadBalancer",),
    Kind.TAGS: ("AddTags", "RemoveTags", "CreateLoadBalancer"),
    Kind.LISTENERS: ("ModifyListener", "CreateListener", "DeleteListener"),
    Kind.ATTRIBUTES: ("ModifyListenerAttributes", "CreateListener"),
}
_ARNS = ("loadBalancerArn", "listenerArn", "resourceArns")


def trail(document: Document) -> TrailKey | None:
    """What CloudTrail calls the load balancer or listener of `document`: the ARN of a listener goes on
    behind the part of its load balancer's that the latter is known by."""
    events = _CHANGES.get(document.kind)
    if events is None:
        return None
    known_by = document.key.partition(":loadbalancer/")[2] or document.key
    return TrailKey("elasticloadbalancing.amazonaws.com", events, known_by, _ARNS)


COLLECTOR = Collector(
    name=PRODUCT,
    layer=Layer.LOAD_BALANCER,
    kinds=tuple(Kind),
    settings=(Kind.ATTRIBUTES,),
    words=("loadbalancerarn", "routing.http.response", "tagdescriptions", '"attributes": []'),
    project=project,
    read=read,
    permissions=(
        "elasticloadbalancing:DescribeLoadBalancers *",
        "elasticloadbalancing:DescribeTags *",
        "elasticloadbalancing:DescribeListeners *",
        "elasticloadbalancing:DescribeListenerAttributes *",
    ),
    trail=trail,
)
