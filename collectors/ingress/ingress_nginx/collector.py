"""ingress-nginx: Ingress annotations, and the controller's own settings, as hops.

Product facts stand in the modules of this package, each beside its source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from auditor.core.reading import Alias, Document, Gap, Layer, Reading, Unread, Where
from collectors.collector import Collector, Options
from collectors.ingress.ingress_nginx.annotations import Annotations
from collectors.ingress.ingress_nginx.cases import Host
from collectors.ingress.ingress_nginx.classes import NotTaken, read_classes, takers
from collectors.ingress.ingress_nginx.front import service_addresses
from collectors.ingress.ingress_nginx.header_maps import read_header_maps
from collectors.ingress.ingress_nginx.hops import build_hops
from collectors.ingress.ingress_nginx.ingress import Ingress, live_annotations, read_ingress
from collectors.ingress.ingress_nginx.locations import Surroundings
from collectors.ingress.ingress_nginx.projection import project
from collectors.ingress.ingress_nginx.servers import (
    EVERY_HOST,
    aliases_of,
    build_servers,
    in_order,
)
from collectors.ingress.ingress_nginx.settings import PRODUCT, Controller, read_controllers
from collectors.kubernetes.names import host_name


def read(documents: Sequence[Document], options: Options) -> Iterator[Reading]:
    """The hops, aliases and gaps of one source. Pure, in a fixed order."""
    controllers = read_controllers(documents, options)
    classes = read_classes(documents)
    maps = read_header_maps(documents)
    fronts = service_addresses(documents)
    groups = {one.name: _Group(one, fronts.get(one.name, ())) for one in controllers}
    for document in sorted(documents, key=lambda d: (d.key, d.where)):
        if document.kind != "Ingress":
            continue
        ingress = read_ingress(document)
        outcome = takers(ingress, controllers, classes)
        if isinstance(outcome, NotTaken):
            yield _not_taken(ingress, outcome)
            continue
        for controller in outcome.controllers:
            groups[controller.name].add(ingress, outcome.assumed)
    for group in groups.values():
        yield from _read_group(group, Surroundings(group.controller, maps))


@dataclass(slots=True)
class _Group:
    """The Ingresses that one controller takes. `front`: the addresses of its own Services."""

    controller: Controller
    front: tuple[str, ...] = ()
    pairs: list[tuple[Ingress, Annotations]] = field(default_factory=list)
    assumed: dict[tuple[str, Where], tuple[str, ...]] = field(default_factory=dict)

    def add(self, ingress: Ingress, assumed: tuple[str, ...]) -> None:
        self.pairs.append((ingress, live_annotations(ingress, self.controller)))
        self.assumed[ingress.identity] = assumed


def _read_group(group: _Group, around: Surroundings) -> Iterator[Reading]:
    order = in_order(group.pairs)
    servers = build_servers(order, catch_all=group.controller.catch_all)
    for server in servers:
        source = server.ingresses[0].document.source
        assumed = [text for i in server.ingresses for text in group.assumed[i.identity]]
        host = Host(server, order, around, source, tuple(dict.fromkeys(assumed)))
        yield from build_hops(host)
        for name in aliases_of(server, order):
            if name.startswith("~"):
                yield _regex_alias(server.ingresses[0], name)
        yield from _addresses(server.host, server.ingresses, group.front)
    served = {server.host for server in servers}
    for ingress, _ in group.pairs:
        if order.is_canary(ingress) and not served.issuperset(ingress.hosts):
            yield _lone_canary(ingress)


def _addresses(host: str, ingresses: Sequence[Ingress], front: Sequence[str]) -> Iterator[Alias]:
    """The load balancer's names lead to the host, as far as the Host header says so; those of the
    controller's Service count where no Ingress of the host says its own."""
    if host.startswith(EVERY_HOST):
        return
    told = [(address, ingress) for ingress in ingresses for address in ingress.addresses]
    places: dict[str, Ingress] = {}
    for address, ingress in told or [(address, ingresses[0]) for address in front]:
        places.setdefault(host_name(address), ingress)
    for name, ingress in places.items():
        document = ingress.document
        yield Alias(name, f"host:{host}", document.where, document.source, entry=False)


def _not_taken(ingress: Ingress, outcome: NotTaken) -> Unread:
    return _unread(ingress, Gap.UNSUPPORTED, outcome.reason, outcome.do, ingress.hosts)


def _lone_canary(ingress: Ingress) -> Unread:
    reason = "it is a canary of no other Ingress, so the controller does not serve it"
    return _unread(ingress, Gap.INVALID, reason, "audit the primary Ingress too", ingress.hosts)


def _regex_alias(ingress: Ingress, name: str) -> Unread:
    reason = f"server-alias {name} is a regular expression, which is not read"
    return _unread(ingress, Gap.UNSUPPORTED, reason, "list the hosts one by one", (name,))


def _unread(ingress: Ingress, gap: Gap, reason: str, do: str, hosts: Sequence[str]) -> Unread:
    source = ingress.document.source
    return Unread(
        scope=f"{source} Ingress {ingress.title}",
        source=source,
        gap=gap,
        reason=reason,
        do=do,
        where=ingress.document.where,
        layer=Layer.INGRESS,
        names=tuple(f"host:{host}" for host in hosts),
    )


_OPTIONS: Mapping[str, str] = {
    "version": "release of the controller, as 1.15.1",
    "validation": "on or off: --enable-annotation-validation",
    "snippets": "on: allow-snippet-annotations with annotations-risk-level Critical",
    "controller-class": "--controller-class",
    "ingress-class": "--ingress-class",
    "watch-ingress-without-class": "on or off",
    "annotations-prefix": "--annotations-prefix",
    "ssl-passthrough": "on or off: --enable-ssl-passthrough",
}

COLLECTOR = Collector(
    name=PRODUCT,
    layer=Layer.INGRESS,
    kinds=("Ingress", "IngressClass", "Controller", "ConfigMap", "Service", "Workload"),
    settings=("IngressClass", "Controller", "ConfigMap"),
    words=("ingress", "configmap", "access-control-"),
    project=project,
    read=read,
    permissions=(
        "networking.k8s.io: get, list ingresses, ingressclasses",
        "apps: get, list deployments, daemonsets",
        "core: get, list configmaps",
    ),
    options=_OPTIONS,
)
