"""Load balancers put together from their documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from auditor.core.reading import Document, Where
from collectors.answers.fields import pairs, rows, text, texts
from collectors.loadbalancer.elbv2.document import Kind

_REDIRECT = "redirect"


@dataclass(frozen=True, slots=True)
class Listener:
    """One listener. `actions`: the types of its default actions; `attributes`: those that write
    CORS headers, by key, None where they were not read; `places`: where each of them stands."""

    arn: str
    protocol: str
    port: int
    actions: tuple[str, ...]
    attributes: Mapping[str, str] | None
    places: Mapping[str, Where] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """As Ingress annotations call it: `HTTPS:443`."""
        return f"{self.protocol}:{self.port}"

    @property
    def redirects(self) -> bool:
        """Whether it only sends browsers on to HTTPS, as far as its default actions say."""
        return self.protocol == "HTTP" and set(self.actions) == {_REDIRECT}


@dataclass(frozen=True, slots=True)
class Balancer:
    """One load balancer; `listeners` None where they were not read."""

    arn: str
    name: str
    dns: str
    type: str
    tags: Mapping[str, str]
    listeners: tuple[Listener, ...] | None
    document: Document

    @property
    def reads_requests(self) -> bool:
        """Whether it sees HTTP: a network load balancer passes connections on."""
        return self.type == "application"


def assemble(documents: Sequence[Document]) -> tuple[Balancer, ...]:
    """The load balancers among `documents`, by ARN; of several documents of one the last counts."""
    parts = {(document.kind, document.key): document for document in documents}
    found = (document for (kind, _), document in parts.items() if kind == Kind.BALANCER)
    return tuple(
        _balancer(document, parts) for document in sorted(found, key=lambda document: document.key)
    )


def _balancer(document: Document, parts: Mapping[tuple[str, str], Document]) -> Balancer:
    arn = document.key
    tags = parts.get((Kind.TAGS, arn))
    listeners = parts.get((Kind.LISTENERS, arn))
    return Balancer(
        arn=arn,
        name=text(document.body, "Name"),
        dns=text(document.body, "DNSName"),
        type=text(document.body, "Type"),
        tags={} if tags is None else pairs(tags.body, "Tags"),
        listeners=None if listeners is None else tuple(_listeners(listeners, parts)),
        document=document,
    )


def _listeners(document: Document, parts: Mapping[tuple[str, str], Document]) -> Iterator[Listener]:
    for row in rows(document.body, "Listeners"):
        arn, port = text(row, "Arn"), row.get("Port")
        held = parts.get((Kind.ATTRIBUTES, arn.rpartition("/")[2]))
        yield Listener(
            arn=arn,
            protocol=text(row, "Protocol"),
            port=port if isinstance(port, int) else 0,
            actions=texts(row, "Actions"),
            attributes=None if held is None else pairs(held.body, "Attributes"),
            places={} if held is None else _places(held),
        )


def _places(document: Document) -> dict[str, Where]:
    place, lines = document.where, document.lines
    return {
        key: Where(place.place, lines.get(f"/Attributes/{key}", place.line))
        for key in pairs(document.body, "Attributes")
    }
