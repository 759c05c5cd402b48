"""The shape of an allowlist file."""

from collections.abc import Iterator
from typing import Any, Final

from auditor.core.reading import Layer
from auditor.edge.allowlist.model import Defaults, Group, OriginLine, RouteLine, Status, TeamFile
from auditor.edge.config import values
from auditor.edge.config.compound import Into, ListOf, MapOf
from auditor.edge.config.origins import (
    is_origin_like,
    read_exact,
    read_narrow_pattern,
    read_pattern,
)
from auditor.edge.config.record import Field, Need, Record
from auditor.edge.config.schema import Fault, Flag, Integer, Located, Named, TextAs, choice

_LONGEST_AGE = 31_536_000
_ALLOW = "add allow_origins ([]: no browsers here) or public: true"
_STATUS = Field("status", choice(Status), "proposed: neither clean nor widened, but unreviewed")


def _group_name(text: str) -> str | Fault:
    if is_origin_like(text):
        return Fault("is no name of a group", "give the group a plain word")
    return text


def _member(text: str) -> str | Fault:
    """Read the name of a group or an origin; whether it is declared is looked up later."""
    if not is_origin_like(text):
        return text
    read = read_pattern(text) if "*" in text else read_exact(text)
    return read if isinstance(read, Fault) else text


_NAMES: Final = ListOf(Located(TextAs(_member)))


def _groups(entries: tuple[tuple[Named, tuple[Named, ...]], ...]) -> tuple[Group, ...]:
    return tuple(Group(name, members) for name, members in entries)


def _judge_route(line: RouteLine) -> Iterator[tuple[str, Fault]]:
    if line.allow_origins is None and line.public is False:
        yield "public", Fault("is false, and there is no allow_origins", _ALLOW)
    if line.public and line.allow_credentials and not line.allow_origins:
        do = "remove allow_credentials: public is for requests without cookies"
        yield "allow_credentials", Fault("stands beside public: true alone", do)


_DEFAULTS: Final = Record(
    Defaults,
    (
        Field("owner", values.TEXT, "the team that answers for the entries"),
        Field("environment", values.TEXT, "the environment of the routes"),
        Field("review_by", values.DAY, "the day by which the entries are looked at again"),
        Field("review_every", values.DAYS, "how long a review holds, as 180d"),
    ),
)
_ORIGIN: Final[Record[OriginLine]] = Record(
    OriginLine,
    (
        Field("origin", TextAs(read_exact), "one origin, as browsers send it"),
        Field("pattern", TextAs(read_narrow_pattern), "origins; * is one leftmost label"),
        Field("owner", values.TEXT, "the team that answers for it"),
        Field("purpose", values.TEXT, "what it is for"),
        Field("party", values.TEXT, "whose it is, if not ours"),
        Field("ticket", values.TEXT, "where it was decided"),
        Field("reason", values.TEXT, "why it is a pattern"),
        Field("review_by", values.DAY, "the day by which it is looked at again"),
        Field("review_every", values.DAYS, "how long a review holds, as 180d"),
        Field("expires", values.DAY, "the last day that it holds"),
        _STATUS,
    ),
    one_of=("origin", "pattern"),
    needs=(
        Need("pattern", ("reason",), "add reason: why single origins do not do"),
        Need("pattern", ("expires",), "add expires: the last day that it holds"),
    ),
    located=True,
)
_ROUTE: Final[Record[RouteLine]] = Record(
    RouteLine,
    (
        Field("match", values.MATCH, "host/path, as api.example.com/v1/*", required=True),
        Field("allow_origins", _NAMES, "groups, origins and patterns of this allowlist"),
        Field("public", Flag(), "every origin may read it without credentials"),
        Field("allow_credentials", Flag(), "whether cookies go with it; no, if left out"),
        Field("allow_methods", ListOf(values.METHOD), "left out: not compared"),
        Field("allow_headers", ListOf(values.HEADER), "request headers; left out: not compared"),
        Field("expose_headers", ListOf(values.HEADER), "left out: not compared"),
        Field("max_age", Integer(-1, _LONGEST_AGE), "seconds; this release does not compare it"),
        Field("authority", choice(Layer), "the layer that should decide"),
        Field("environment", values.TEXT, "the environment; left out: all of them"),
        Field("owner", values.TEXT, "the team that answers for the route"),
        _STATUS,
    ),
    needs=(Need("", ("allow_origins", "public"), _ALLOW),),
    judge=_judge_route,
    located=True,
)


def _team_file(version: int = 1, **found: Any) -> TeamFile:
    """Take the version out; the file's name is known to the caller alone."""
    del version
    return TeamFile("", **found)


ALLOWLIST: Final[Record[TeamFile]] = Record(
    _team_file,
    (
        Field("version", Integer(1, 1), "1, the version of this format", required=True),
        _STATUS,
        Field("defaults", _DEFAULTS, "what entries have when they say nothing"),
        Field("origins", ListOf(_ORIGIN), "the origins that are trusted, and by whom"),
        Field(
            "groups",
            Into(MapOf(TextAs(_group_name), _NAMES), _groups),
            "names for several origins",
        ),
        Field("routes", ListOf(_ROUTE), "who may call what"),
    ),
)
