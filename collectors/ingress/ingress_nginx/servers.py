"""The virtual hosts that the controller makes of all its Ingresses, and their locations.

Source: createServers, getBackendServers and mergeAlternativeBackends of
internal/ingress/controller/controller.go, ingress-nginx v1.15.1. Ingresses stand in the order of their
creation; for a host, a path and a path type the first one wins whole. **The location `/` that every
host has is the default backend with the annotations of the host's first Ingress**, until an Ingress
claims that path. Canary Ingresses lend their Service alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from auditor.core.reading import Where
from collectors.ingress.ingress_nginx.annotations import Annotations
from collectors.ingress.ingress_nginx.ingress import Ingress, IngressPath, Rule
from collectors.ingress.ingress_nginx.scanners import BLANKS

EVERY_HOST = "*"


@dataclass(frozen=True, slots=True)
class Claim:
    """An Ingress that wants a location; `service` None: the default backend of the controller.

    `ingress` None: nobody's, the controller's own.
    """

    ingress: Ingress | None
    service: str | None


@dataclass(slots=True)
class Spot:
    """One location: path, type, and who claims it, the winner first (all of them may win when the
    order is not known). `canaries`: Services that share its requests."""

    path: str
    exact: bool
    claims: list[Claim] = field(default_factory=list)
    canaries: list[str] = field(default_factory=list)
    default: bool = False


@dataclass(slots=True)
class Server:
    """One virtual host. `ingresses`: those of its rules, the oldest first."""

    host: str
    ingresses: list[Ingress] = field(default_factory=list)
    spots: dict[tuple[str, bool], Spot] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    """Ingresses with their live annotations, oldest first, and whether that order is known."""

    ingresses: tuple[Ingress, ...]
    annotations: Mapping[tuple[str, Where], Annotations]
    known: bool

    def of(self, ingress: Ingress) -> Annotations:
        """The live annotations of `ingress`."""
        return self.annotations[ingress.identity]

    def is_canary(self, ingress: Ingress) -> bool:
        """Whether `ingress` only lends its Service to another one."""
        return self.of(ingress).flag("canary", default=False)

    def first(self, ingresses: Sequence[Ingress]) -> tuple[Ingress, ...]:
        """The one of `ingresses` that wins, or all of them where that is not known."""
        return tuple(ingresses[:1] if self.known else ingresses)


def in_order(pairs: Iterable[tuple[Ingress, Annotations]]) -> Order:
    """`sortIngressSlice`: by creation, then by namespace/name from behind."""
    found = list(pairs)
    ordered = sorted(
        (ingress for ingress, _ in found), key=lambda i: f"{i.namespace}/{i.name}", reverse=True
    )
    ordered.sort(key=lambda i: i.created or "")
    known = len(ordered) < 2 or all(ingress.created for ingress in ordered)
    return Order(tuple(ordered), {i.identity: a for i, a in found}, known)


def build_servers(order: Order, *, catch_all: bool) -> tuple[Server, ...]:
    """Every virtual host of the Ingresses, by name."""
    servers: dict[str, Server] = {}
    for ingress in order.ingresses:
        if order.is_canary(ingress) or (ingress.default_service is not None and not catch_all):
            continue
        for rule in ingress.rules or (Rule("", None),):
            server = servers.setdefault(rule.host or EVERY_HOST, Server(rule.host or EVERY_HOST))
            _add_rule(server, ingress, rule)
    for ingress in order.ingresses:
        if order.is_canary(ingress):
            _add_canary(servers, ingress)
    for server in servers.values():
        _add_default(server)
    return tuple(server for _, server in sorted(servers.items()))


def aliases_of(server: Server, order: Order) -> tuple[str, ...]:
    """Other names of `server`: the first Ingress that has some gives them all."""
    having = [i for i in server.ingresses if order.of(i).values.get("server-alias")]
    names = {
        name
        for ingress in order.first(having)
        for part in order.of(ingress).values["server-alias"].split(",")
        if (name := part.strip(BLANKS)) and name != server.host
    }
    return tuple(sorted(names))


def _add_rule(server: Server, ingress: Ingress, rule: Rule) -> None:
    if ingress not in server.ingresses:
        server.ingresses.append(ingress)
    for path in rule.paths or ():
        if path.service is not None:
            spot = _spot(server, path)
            if all(claim.ingress is not ingress for claim in spot.claims):
                spot.claims.append(Claim(ingress, path.service))


def _spot(server: Server, path: IngressPath) -> Spot:
    return server.spots.setdefault((path.path, path.exact), Spot(path.path, path.exact))


def _add_canary(servers: Mapping[str, Server], ingress: Ingress) -> None:
    for rule in ingress.rules:
        server = servers.get(rule.host or EVERY_HOST)
        for path in rule.paths or ():
            spot = None if server is None else server.spots.get((path.path, path.exact))
            if spot is not None and path.service is not None:
                spot.canaries.append(f"{ingress.namespace}/{path.service}")


def _add_default(server: Server) -> None:
    """The location `/` of every host; the catch-all host has nobody's, or that of an Ingress with a
    backend and no rules."""
    if ("/", False) in server.spots:
        return
    spot = Spot("/", exact=False, default=True)
    if server.host == EVERY_HOST:
        catching = [i for i in server.ingresses if not i.rules and i.default_service is not None]
        spot.claims = [Claim(i, i.default_service) for i in catching] or [Claim(None, None)]
    else:
        owners = [Claim(i, i.default_service) for i in server.ingresses]
        spot.claims = owners or [Claim(None, None)]
    server.spots[("/", False)] = spot


def spots_in_order(server: Server) -> Iterator[Spot]:
    """Longest path first, and among equals the later letter: the order of nginx.conf."""
    ordered = sorted(server.spots.values(), key=lambda spot: spot.path, reverse=True)
    yield from sorted(ordered, key=lambda spot: len(spot.path), reverse=True)
