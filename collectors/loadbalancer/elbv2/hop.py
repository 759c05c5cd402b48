"""Load balancers as hops: one for each, and one for each listener where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from auditor.core.hop.behaviour import TRANSPARENT, Doing, Mix, UnreadBehaviour
from auditor.core.reading import ANY_PATH, Hop, HostSent, Layer, PathCase, Remedy, Where
from collectors.answers.fields import text
from collectors.answers.provenance import STACK_TAG
from collectors.kubernetes.management import MANAGED_BY
from collectors.kubernetes.names import host_name
from collectors.loadbalancer.elbv2.behaviour import (
    HEADERS,
    alike,
    attribute_key,
    compile_listeners,
    title_of,
)
from collectors.loadbalancer.elbv2.document import CLUSTER_TAG, INGRESS_TAG, SERVICE_TAG
from collectors.loadbalancer.elbv2.estate import Balancer, Listener

PRODUCT = "elbv2"
RULES_ASSUMED = "load balancers: requests go on to targets (assumed: listener rules are not read)"
_SIGN_IN = ("authenticate-oidc", "authenticate-cognito", "jwt-validation")


def balancer_hop(balancer: Balancer) -> Hop:
    """The load balancer as a whole; requests may come to any of its listeners."""
    if not balancer.reads_requests:
        return _hop(balancer, "", TRANSPARENT, ())
    if balancer.listeners is None:
        cause = f"the listeners of load balancer {balancer.name} were not read"
        return _hop(balancer, "", UnreadBehaviour(cause), ())
    # A browser that is redirected to HTTPS comes back to another listener.
    serving = [one for one in balancer.listeners if not one.redirects] or [*balancer.listeners]
    groups = alike(serving)
    doings = tuple(compile_listeners(group, balancer.name) for group in groups)
    if len(doings) > 1:
        cause = f"which listener of {balancer.name} a request comes to"
        return _hop(balancer, "", Mix(cause, doings), groups)
    return _hop(balancer, "", doings[0] if doings else TRANSPARENT, groups)


def listener_hops(balancer: Balancer) -> Iterator[Hop]:
    """A hop for each listener, where they do different things; else none."""
    listeners = balancer.listeners or ()
    if balancer.reads_requests and len(alike(listeners)) > 1:
        for one in listeners:
            doing = compile_listeners((one,), balancer.name)
            hop = _hop(balancer, one.title, doing, [[one]])
            yield replace(hop, answers=(f"listener:{one.arn}",))


def _hop(
    balancer: Balancer, listener: str, doing: Doing, groups: Sequence[Sequence[Listener]]
) -> Hop:
    """`groups`: listeners that do the same; `listener`: the title of the only one that is meant."""
    account, region = (text(balancer.document.body, key) for key in ("Account", "Region"))
    kind = "ALB" if balancer.reads_requests else "NLB"
    title = f"{kind} {balancer.name}"
    to = (host_name(balancer.dns),) if balancer.dns else ()
    end = f"/{listener}" if listener else ""
    return Hop(
        id=f"{PRODUCT}:{account}/{region}/{balancer.name}{end}",
        layer=Layer.LOAD_BALANCER,
        product=PRODUCT,
        title=f"{title}, listener {listener}" if listener else title,
        where=balancer.document.where,
        answers=(f"lb:{balancer.arn}",),
        cases=(PathCase(ANY_PATH, doing, to, title=title, host=HostSent.KEPT),),
        source=balancer.document.source,
        document=balancer.document.key,
        role=f"load balancer {balancer.name}{end}",
        fields=tuple(_fields(groups)),
        remedies=tuple(_remedies(balancer, groups)),
        labels=tuple(_labels(balancer, account, region)),
        assumed=(RULES_ASSUMED,) if balancer.reads_requests else (),
        notes=tuple(_notes(groups)),
    )


def _fields(groups: Sequence[Sequence[Listener]]) -> Iterator[tuple[str, Where]]:
    for group in groups:
        for word in HEADERS:
            if attribute_key(word) in group[0].places:
                yield f"{title_of(group)} {word}", group[0].places[attribute_key(word)]


def _remedies(balancer: Balancer, groups: Sequence[Sequence[Listener]]) -> Iterator[Remedy]:
    ingress, stack = balancer.tags.get(INGRESS_TAG), balancer.tags.get(STACK_TAG)
    for group in groups:
        at = f"of {title_of(group)} of load balancer {balancer.name}"
        if ingress:
            keys = (f"listener-attributes.{one.protocol}-{one.port}" for one in group)
            at = f"in alb.ingress.kubernetes.io/{', '.join(keys)} of Ingress {ingress}"
        elif stack:
            at += f" (in stack {stack}, which manages it: a console edit is undone)"
        for word in HEADERS:
            change = f"remove or correct {attribute_key(word)} {at}"
            yield Remedy(f"{title_of(group)} {word}", change)


def _labels(balancer: Balancer, account: str, region: str) -> Iterator[tuple[str, str]]:
    yield from (("account", account), ("region", region))
    yield from ((f"tag:{name}", value) for name, value in balancer.tags.items())
    for tag, kind in ((INGRESS_TAG, "Ingress"), (SERVICE_TAG, "Service")):
        if of := balancer.tags.get(tag):
            cluster = balancer.tags.get(CLUSTER_TAG, "")
            at = f" in cluster {cluster}" if cluster else ""
            yield MANAGED_BY, f"AWS Load Balancer Controller, {kind} {of}{at}"


def _notes(groups: Sequence[Sequence[Listener]]) -> Iterator[str]:
    for one in (one for group in groups for one in group):
        for action in one.actions:
            if action in _SIGN_IN:
                yield (
                    f"listener {one.title} asks for a sign-in ({action}): a preflight carries none "
                    "and may be refused"
                )
