"""Virtual hosts as hops: one for each host of a controller."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from auditor.core.hop.behaviour import Behaviour, Respond
from auditor.core.hop.guard import ALWAYS
from auditor.core.reading import ANY_PATH, Hop, Layer, PathCase, Remedy, Where
from collectors.ingress.ingress_nginx.cases import NOT_FOUND, Host, path_cases
from collectors.ingress.ingress_nginx.cors import ANY_ORIGIN, ORIGIN_KEY, read_cors
from collectors.ingress.ingress_nginx.ingress import Ingress
from collectors.ingress.ingress_nginx.locations import compile_default
from collectors.ingress.ingress_nginx.servers import Server, aliases_of
from collectors.ingress.ingress_nginx.settings import PRODUCT
from collectors.kubernetes.management import managers

_KEYS = (
    "enable-cors",
    "cors-allow-origin",
    "cors-allow-credentials",
    "cors-allow-methods",
    "cors-allow-headers",
    "cors-expose-headers",
    "cors-max-age",
    "configuration-snippet",
    "server-snippet",
    "custom-headers",
)


def build_hops(host: Host) -> Iterator[Hop]:
    """The hop of `host`, and that of the host which it redirects from (from-to-www-redirect)."""
    hop = _hop(host)
    yield hop
    if any(host.order.of(i).flag("from-to-www-redirect", False) for i in host.server.ingresses):
        yield _redirect_hop(host, hop)


def other_www(name: str) -> str:
    """The host that from-to-www-redirect redirects from."""
    return name.removeprefix("www.") if name.startswith("www.") else f"www.{name}"


def _hop(host: Host) -> Hop:
    server, controller = host.server, host.around.controller
    names = (server.host, *aliases_of(server, host.order))
    first = server.ingresses[0]
    notes = [
        f"{ingress.title}: {note}" for ingress in server.ingresses for note in _notes(ingress, host)
    ]
    return Hop(
        id=f"{PRODUCT}:{controller.name}:{server.host}",
        layer=Layer.INGRESS,
        product=f"{PRODUCT} {controller.version}",
        title=f"{PRODUCT} {server.host} ({', '.join(i.title for i in server.ingresses)})",
        where=first.document.where,
        answers=tuple(f"host:{name}" for name in names if not name.startswith("~")),
        cases=tuple(path_cases(host)),
        source=host.source,
        document=first.document.key,
        role=f"ingress {server.host}",
        fields=tuple(_fields(host)),
        remedies=tuple(_remedies(server, host)),
        labels=_labels(server.ingresses, host.source),
        assumed=tuple(dict.fromkeys((*controller.assumed, *host.assumed))),
        notes=tuple(dict.fromkeys(notes)),
    )


def _redirect_hop(host: Host, hop: Hop) -> Hop:
    name = other_www(host.server.host)
    doing = compile_default(None, host.around)
    status = host.around.controller.config.redirect_code
    if isinstance(doing, Behaviour):
        answer = Respond(ALWAYS, (status,), edited=True, field="from-to-www-redirect")
        doing = replace(doing, responds=(answer,))
    case = PathCase(ANY_PATH, doing, NOT_FOUND, title="redirect")
    return replace(
        hop,
        id=f"{PRODUCT}:{host.around.controller.name}:{name}",
        title=f"{PRODUCT} {name} (redirects to {host.server.host})",
        answers=(f"host:{name}",),
        cases=(case,),
        role=f"ingress {name}",
    )


def _fields(host: Host) -> Iterator[tuple[str, Where]]:
    prefix = host.around.controller.prefix
    for ingress in host.server.ingresses:
        annotations = host.order.of(ingress)
        for key in _KEYS:
            if key in annotations.values:
                yield f"{ingress.title} {key}", ingress.where(f"{prefix}/{key}")
        cors = read_cors(annotations, host.around.controller.version)
        if cors.origins != (ANY_ORIGIN,):
            where = ingress.where(f"{prefix}/{ORIGIN_KEY}")
            for at, item in zip(cors.positions, cors.origins, strict=True):
                if item:
                    yield f"{ingress.title} {ORIGIN_KEY}[{at}]", where


def _origin_remedy(ingress: Ingress, host: Host) -> str:
    title = ingress.title
    annotations = host.order.of(ingress)
    written = annotations.values.get(ORIGIN_KEY, "*")
    cors = read_cors(annotations, host.around.controller.version)
    if cors.origins == (ANY_ORIGIN,) and ANY_ORIGIN not in written.split(","):
        return (
            f"write {ORIGIN_KEY} of Ingress {title} as scheme://host[:port], separated by commas, no "
            "slash at the end: as it stands the controller takes it for *"
        )
    return (
        f"take {{origin}} out of {ORIGIN_KEY} of Ingress {title}; without the annotation, or "
        "when it fails the controller's validator, any origin is let in"
    )


def _remedies(server: Server, host: Host) -> Iterator[Remedy]:
    for ingress in server.ingresses:
        title = ingress.title
        yield Remedy(f"{title} {ORIGIN_KEY}", _origin_remedy(ingress, host))
        yield Remedy(
            f"{title} cors-allow-credentials",
            f'set cors-allow-credentials: "false" on Ingress {title}',
        )
        for key in ("configuration-snippet", "server-snippet", "custom-headers"):
            yield Remedy(f"{title} {key}", f"remove the CORS headers from {key} of Ingress {title}")
    yield Remedy("ConfigMap", "remove the CORS headers from the ConfigMap of the controller")


def _notes(ingress: Ingress, host: Host) -> Iterator[str]:
    annotations = host.order.of(ingress)
    read_cors(annotations, host.around.controller.version)
    yield from annotations.notes
    inactive = [k for k in ("configuration-snippet", "server-snippet") if k in annotations.values]
    if inactive and not host.around.controller.config.allow_snippets:
        yield f"{', '.join(inactive)} has no effect: allow-snippet-annotations is false"


def _labels(ingresses: Sequence[Ingress], source: str) -> tuple[tuple[str, str], ...]:
    labels = {("source", source)}
    for ingress in ingresses:
        labels.add(("namespace", ingress.namespace))
        labels.update(ingress.labels)
        labels.update(managers(dict(ingress.labels)))
    return tuple(sorted(label for label in labels if label[1]))
