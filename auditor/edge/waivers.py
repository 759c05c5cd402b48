"""`waivers.yaml`: what someone accepted until a day, and layers that are being rolled out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from string import hexdigits
from typing import Final

from auditor.core.allowlist import RouteMatch
from auditor.core.finding import Severity
from auditor.core.language.pattern import Pattern
from auditor.core.reading import Where
from auditor.core.waiver.waiver import OfFinding, OfOrigins, OfSelection, Rollout, Waiver, Waivers
from auditor.edge.config import values
from auditor.edge.config.compound import ListOf
from auditor.edge.config.load import read_record
from auditor.edge.config.origins import read_exact, read_narrow_pattern
from auditor.edge.config.record import Field, Need, Record
from auditor.edge.config.schema import Fault, Flag, Integer, TextAs
from auditor.text.tree import Mapping, Problem, Sequence
from auditor.text.yaml import parse_yaml

LONGEST: Final = timedelta(days=180)
"""How far ahead a waiver may end: what is accepted for longer belongs in the allowlist."""
_SHORTEST_ID: Final = 8
_SEVERITIES = {severity.word: severity for severity in Severity}
_GLOBS = ("rule", "host", "environment", "owner")


def load_waivers(data: bytes, name: str, today: date) -> Waivers | tuple[Problem, ...]:
    """Read `waivers.yaml`; `name` is how problems call the file.

    Returns every problem at once, or what it says; a line that has run out is loaded as well. Never
    raises on content.
    """
    read = read_record(data, name, _shape(today + LONGEST))
    found, problems = read
    if found is None or problems:
        return problems
    return replace(found, digest=sha256(data).hexdigest())


def _far(key: str, day: date, latest: date | None) -> Iterator[tuple[str, Fault]]:
    if latest is not None and day > latest:
        what = f"{day} is more than {LONGEST.days} days ahead"
        yield key, Fault(what, f"write {latest} or earlier, and look at it again then")


def _finding(text: str) -> str | Fault:
    if set(text) <= set(hexdigits) and _SHORTEST_ID <= len(text) <= 64:
        return text.lower()
    return Fault("is no id of a finding", "write the id that the report shows, as 7f3a91c2")


def _severity(text: str) -> Severity | Fault:
    if text in _SEVERITIES:
        return _SEVERITIES[text]
    return Fault(f"is none of {', '.join(_SEVERITIES)}", "write one of them")


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of `waivers:` as it is written."""

    reason: str
    approved_by: str
    expires: date
    where: Where
    finding: str | None = None
    origin: Pattern | None = None
    pattern: Pattern | None = None
    match: RouteMatch | None = None
    allow_credentials: bool = False
    rule: str | None = None
    host: str | None = None
    environment: str | None = None
    owner: str | None = None
    max_severity: Severity | None = None
    ticket: str | None = None

    @property
    def globs(self) -> OfSelection | None:
        """The selection, where any glob is given."""
        chosen = OfSelection(self.rule, self.host, self.environment, self.owner)
        return None if chosen == OfSelection() else chosen

    @property
    def origins(self) -> OfOrigins | None:
        """The origins, where any are given with their routes."""
        pattern = self.origin or self.pattern
        if pattern is None or self.match is None:
            return None
        return OfOrigins(pattern, self.match, self.allow_credentials)

    def waivers(self) -> Iterator[Waiver]:
        """The waiver that a line without faults is."""
        of = self.origins or self.globs or (self.finding and OfFinding(self.finding))
        if of:
            yield Waiver(
                of,
                self.reason,
                self.approved_by,
                self.expires,
                self.where,
                self.ticket,
                self.max_severity,
            )


def _judge(line: _Line, latest: date | None) -> Iterator[tuple[str, Fault]]:
    yield from _far("expires", line.expires, latest)
    kinds = {
        "finding": line.finding,
        "origin": line.origin,
        "pattern": line.pattern,
        "rule or other globs": line.globs,
    }
    named = [name for name, value in kinds.items() if value]
    if len(named) > 1:
        what = f"stands beside {' and '.join(named[1:])}"
        yield named[0], Fault(what, "write a line for each")
    if (line.match or line.allow_credentials) and not (line.origin or line.pattern):
        key = "match" if line.match else "allow_credentials"
        yield key, Fault("stands without an origin", "add origin, or remove it")
    if line.max_severity is not None and (line.origin or line.pattern):
        what = "stands beside an origin, whose bounds are its routes and allow_credentials"
        yield "max_severity", Fault(what, "remove it")


_ONE_KIND: Final = "write finding, or origin with match, or globs (rule, host, environment, owner)"
_KEYS: Final[tuple[Field, ...]] = (
    Field("finding", TextAs(_finding), "one finding, by the id that reports show"),
    Field("origin", TextAs(read_exact), "one origin, as if the allowlist had it on match"),
    Field("pattern", TextAs(read_narrow_pattern), "origins; * is one leftmost label"),
    Field("match", values.MATCH, "for an origin: host/path, as api.example.com/v1/*"),
    Field("allow_credentials", Flag(), "for an origin: with cookies too; no, if left out"),
    Field("rule", values.TEXT, "glob of rules"),
    Field("host", values.HOST_GLOB, "glob of hosts"),
    Field("environment", values.TEXT, "glob of environments"),
    Field("owner", values.TEXT, "glob of owners"),
    Field("reason", values.TEXT, "why it is accepted", required=True),
    Field("approved_by", values.TEXT, "who accepted it", required=True),
    Field("expires", values.DAY, "the last day that this holds", required=True),
    Field("max_severity", TextAs(_severity, {"enum": list(_SEVERITIES)}), "nothing worse"),
    Field("ticket", values.TEXT, "where it was decided"),
)
_NEEDS: Final = (
    Need("", ("finding", "origin", "pattern", *_GLOBS), _ONE_KIND),
    Need("origin", ("match",), "add match: the routes that it is accepted on"),
    Need("pattern", ("match",), "add match: the routes that it is accepted on"),
)
_ROLLOUT_KEYS: Final[tuple[Field, ...]] = (
    Field("match", values.MATCH, "host/path, as api.example.com/v1/*", required=True),
    Field("until", values.DAY, "the last day of the rollout", required=True),
    Field("reason", values.TEXT, "what is being rolled out", required=True),
    Field("ticket", values.TEXT, "where it was decided"),
)


def _file(
    version: int, waivers: tuple[_Line, ...] = (), rollouts: tuple[Rollout, ...] = ()
) -> Waivers:
    """Take the version out, and make waivers of the lines."""
    del version
    return Waivers(tuple(one for line in waivers for one in line.waivers()), rollouts)


def _shape(latest: date | None) -> Record[Waivers]:
    """What the file may hold; `latest`: the last day that anything in it may end on."""
    lines = Record(
        _Line, _KEYS, needs=_NEEDS, judge=lambda line: _judge(line, latest), located=True
    )
    rollouts = Record(
        Rollout,
        _ROLLOUT_KEYS,
        judge=lambda one: _far("until", one.until, latest),
        located=True,
    )
    return Record(
        _file,
        (
            Field("version", Integer(1, 1), "1, the version of this format", required=True),
            Field("waivers", ListOf(lines), "what is accepted, by whom, until when"),
            Field("rollouts", ListOf(rollouts), "layers that may disagree for a while"),
        ),
    )


WAIVERS: Final[Record[Waivers]] = _shape(None)
"""The file as its JSON Schema has it, which knows no day."""


def is_waivers(data: bytes, name: str) -> bool:
    """Return whether a file is meant as waivers: it lists some, where a configuration names a file."""
    documents = parse_yaml(data, name).documents
    root = documents[0].root if documents else None
    if not isinstance(root, Mapping):
        return False
    return isinstance(root.get("waivers"), Sequence) or root.get("rollouts") is not None
