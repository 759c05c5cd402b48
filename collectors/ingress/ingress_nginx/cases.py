"""The locations of one virtual host as path cases, in nginx's order of precedence."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from auditor.core.hop.behaviour import (
    TRANSPARENT,
    Behaviour,
    Doing,
    Either,
    Respond,
    Service,
    Terminal,
    UnreadEnd,
)
from auditor.core.hop.guard import ALWAYS
from auditor.core.reading import ANY_PATH, PathCase, PathKind, PathMatch
from collectors.ingress.ingress_nginx.ingress import Ingress
from collectors.ingress.ingress_nginx.locations import (
    Surroundings,
    active_snippet,
    compile_default,
    compile_ingress,
)
from collectors.ingress.ingress_nginx.paths import PathWay, plain_way, regex_way
from collectors.ingress.ingress_nginx.servers import Claim, Order, Server, Spot, spots_in_order

NOT_FOUND = Service(Behaviour(responds=(Respond(ALWAYS, (404,)),)))
"""The controller's own default backend: it answers 404 without CORS headers."""


@dataclass(frozen=True, slots=True)
class Host:
    """One virtual host with all that its hop is made of. `assumed`: what taking its Ingresses rests on;
    `compiled`: what has been made of its Ingresses so far."""

    server: Server
    order: Order
    around: Surroundings
    source: str
    assumed: tuple[str, ...] = ()
    compiled: dict[Hashable, Doing] = field(default_factory=dict, compare=False)

    @property
    def regex(self) -> bool:
        """Whether its locations are regular expressions, as one rewritten location makes all."""
        return any(
            self.target(claim) not in ("", spot.path) or self.uses_regex(claim)
            for spot in self.server.spots.values()
            for claim in spot.claims
        )

    def target(self, claim: Claim) -> str:
        """The rewrite-target of a location."""
        return (
            "" if claim.ingress is None else self._values(claim).get("rewrite-target", "").strip()
        )

    def uses_regex(self, claim: Claim) -> bool:
        """Whether a location asks for regular expressions."""
        if claim.ingress is None:
            return False
        return self.order.of(claim.ingress).flag("use-regex", default=False)

    def _values(self, claim: Claim) -> dict[str, str]:
        return {} if claim.ingress is None else dict(self.order.of(claim.ingress).values)


def path_cases(host: Host) -> Iterator[PathCase]:
    """The locations of `host` in nginx's order: exact ones, then the longest; as regular
    expressions, the longest text first."""
    passthrough = _passthrough(host)
    if passthrough is not None:
        yield passthrough
        return
    spots = list(spots_in_order(host.server))
    yield from _app_root(host)
    if host.regex:
        for spot in spots:
            yield from _spot_cases(spot, host, regex=True)
        return
    for spot in spots:
        if spot.exact:
            yield from _spot_cases(spot, host, regex=False)
    yield from _slash_redirects(spots, host)
    for spot in spots:
        if not spot.exact:
            yield from _spot_cases(spot, host, regex=False)


def _spot_cases(spot: Spot, host: Host, *, regex: bool) -> Iterator[PathCase]:
    claims = spot.claims[:1] if host.order.known else spot.claims
    doings = list(dict.fromkeys(_doing(claim, host) for claim in claims))
    doing: Doing = doings[0]
    if len(doings) > 1:
        titles = ", ".join(c.ingress.title for c in claims if c.ingress is not None)
        doing = Either(
            f"which of {titles} was created first and owns {host.server.host}{spot.path}",
            tuple(doings),
        )
    ways = tuple(dict.fromkeys(_way(spot, claim, host, regex=regex) for claim in claims))
    way = ways[0]
    if len(ways) > 1:
        way = replace(way, rewrite="which Ingress rewrites the path is not known")
    yield PathCase(
        match=way.match,
        doing=doing,
        to=UnreadEnd(way.rewrite) if way.rewrite else _to(spot, claims, host),
        strip=way.strip,
        add=way.add,
        title=", ".join(dict.fromkeys(c.ingress.title for c in claims if c.ingress is not None)),
    )


def _way(spot: Spot, claim: Claim, host: Host, *, regex: bool) -> PathWay:
    if regex:
        return regex_way(spot.path, host.target(claim))
    return plain_way(spot.path, exact=spot.exact)


def _doing(claim: Claim, host: Host) -> Doing:
    snippets = _server_snippets(host)
    if len(snippets) > 1:
        options = tuple(dict.fromkeys(_compiled(claim, text, host) for text in snippets))
        if len(options) > 1:
            return Either(f"whose server-snippet {host.server.host} has", options)
        return options[0]
    return _compiled(claim, snippets[0] if snippets else None, host)


def _compiled(claim: Claim, snippet: str | None, host: Host) -> Doing:
    # All locations of an Ingress do the same: compiled once, they are one object.
    key = (None if claim.ingress is None else claim.ingress.identity, snippet)
    if key not in host.compiled:
        host.compiled[key] = _compile(claim.ingress, snippet, host)
    return host.compiled[key]


def _compile(ingress: Ingress | None, snippet: str | None, host: Host) -> Doing:
    if ingress is None:
        return compile_default(snippet, host.around)
    return compile_ingress(ingress, host.order.of(ingress), snippet, host.around)


def _server_snippets(host: Host) -> tuple[str, ...]:
    """The server-snippet of the host: that of the first Ingress that has one."""
    config = host.around.controller.config
    texts = [
        text
        for ingress in host.server.ingresses
        if (text := active_snippet(host.order.of(ingress), "server-snippet", config)) is not None
    ]
    return tuple(dict.fromkeys(texts[:1] if host.order.known else texts))


def _to(spot: Spot, claims: Sequence[Claim], host: Host) -> tuple[str, ...] | Terminal:
    default = host.around.controller.default_backend
    names = [_service(claim, host.source) for claim in claims]
    names += [f"service:{host.source}/{name}" for name in spot.canaries]
    known = [name for name in names if name is not None]
    if None in names and default is not None:
        known.append(f"service:{host.source}/{default}")
    return tuple(dict.fromkeys(known)) or NOT_FOUND


def _service(claim: Claim, source: str) -> str | None:
    if claim.ingress is None or claim.service is None:
        return None
    return f"service:{source}/{claim.ingress.namespace}/{claim.service}"


def _slash_redirects(spots: Sequence[Spot], host: Host) -> Iterator[PathCase]:
    """nginx redirects `/x` to a proxied location `/x/` (ngx_http_core_find_static_location)."""
    paths = {spot.path for spot in spots}
    for spot in spots:
        short = spot.path.removesuffix("/")
        if not spot.exact and short not in paths and short not in ("", spot.path):
            match = PathMatch(PathKind.EXACT, short)
            answer = Respond(ALWAYS, (301,), field=spot.path)
            yield PathCase(match, Behaviour((answer,)), NOT_FOUND, title="redirect")


def _app_root(host: Host) -> Iterator[PathCase]:
    """`if ($uri = /) { return 302 ... }`, which every host with an app-root has."""
    having = [i for i in host.server.ingresses if host.order.of(i).has("app-root")]
    if having:
        match = PathMatch(PathKind.EXACT, "/")
        answer = Respond(ALWAYS, (302,), field=f"{having[0].title} app-root")
        yield PathCase(match, Behaviour((answer,)), NOT_FOUND, title=having[0].title)


def _passthrough(host: Host) -> PathCase | None:
    flags = (host.order.of(i).flag("ssl-passthrough", False) for i in host.server.ingresses)
    if not host.around.controller.passthrough or not any(flags):
        return None
    spot = host.server.spots[("/", False)]
    return PathCase(
        ANY_PATH, TRANSPARENT, _to(spot, spot.claims[:1], host), title="ssl-passthrough"
    )
