"""The shape of `hops:`: layers that nothing here reads, in their owners' words."""

from collections.abc import Iterator
from typing import Final

from auditor.core.reading import Layer
from auditor.edge.config import values
from auditor.edge.config.compound import ListOf
from auditor.edge.config.model import Acts, DeclaredHop
from auditor.edge.config.origins import read_exact, read_pattern
from auditor.edge.config.record import Field, Record
from auditor.edge.config.schema import Fault, Flag, TextAs, choice


def _origin(text: str) -> str | Fault:
    if text in ("*", "reflect", "null"):
        return text
    found = read_pattern(text) if "*" in text else read_exact(text)
    return found if isinstance(found, Fault) else text


def _judge(hop: DeclaredHop) -> Iterator[tuple[str, Fault]]:
    if hop.acts.writes and not hop.allow_origins:
        do = "add allow_origins: the origins that it writes"
        yield "acts", Fault(f"is {hop.acts}, but nothing says what it writes", do)
    written = (
        ("allow_origins", hop.allow_origins),
        ("allow_credentials", hop.allow_credentials),
        ("allow_methods", hop.allow_methods),
        ("allow_headers", hop.allow_headers),
    )
    for key, value in written:
        if value and not hop.acts.writes:
            yield key, Fault(f"stands beside acts: {hop.acts}, which writes nothing", "remove one")


_HOP: Final[Record[DeclaredHop]] = Record(
    DeclaredHop,
    (
        Field("name", values.TEXT, "what reports call it", required=True),
        Field("in_front_of", ListOf(values.HOST_GLOB, 1), "globs of hosts", required=True),
        Field("acts", choice(Acts), "what it does to the CORS headers", required=True),
        Field("declared_by", values.TEXT, "who says so", required=True),
        Field("expires", values.DAY, "the last day that this holds", required=True),
        Field("layer", choice(Layer), "the kind of place, cdn if left out"),
        Field("allow_origins", ListOf(TextAs(_origin), 1), "the origins that it writes"),
        Field("allow_credentials", Flag(), "whether it writes Allow-Credentials: true"),
        Field("allow_methods", ListOf(values.METHOD), "the methods that it writes"),
        Field("allow_headers", ListOf(values.HEADER), "the request headers that it writes"),
    ),
    judge=_judge,
    located=True,
)
HOPS: Final = ListOf(_HOP)
