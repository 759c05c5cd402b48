"""The paths of a host, divided into cells that every condition on the way treats alike.

Conditions of whole paths and of prefixes lie within each other or apart, so that one path for each
stands for all. Templates, wildcards and expressions overlap: where one of them is on the way, the
language engine divides the paths, and no overlap is missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from auditor.core.language.atom import NotRegular
from auditor.core.language.automaton import machine_of
from auditor.core.language.dialect import Opaque, compile_pattern
from auditor.core.language.division import Division, Part
from auditor.core.language.machine import Machine
from auditor.core.language.tree import (
    ANYTHING,
    EVERY_CHARACTER,
    Alt,
    Cat,
    Chars,
    Tree,
    but,
    chars,
    literal,
    maybe,
    plus,
    star,
)
from auditor.core.language.universe import DIGITS, LETTERS, Universe
from auditor.core.link.cell import (
    FRESH,
    inward,
    label,
    outward,
    pattern_of,
    representative,
    takes,
)
from auditor.core.link.shifted import Shifted
from auditor.core.reading import ANY_PATH, PathKind, PathMatch

_LAMINAR: Final = frozenset({PathKind.EXACT, PathKind.PREFIX, PathKind.CHARACTERS})
_TEXTUAL: Final = _LAMINAR | {PathKind.TEMPLATE}
"""Kinds that are the same kind again behind a prefix."""
_SHOWN: Final = 80
"""Characters of a condition that is named as a cause."""
_PATH: Final = LETTERS + LETTERS.upper() + DIGITS + "-._~!$&'()*+,;=:@%/"
"""What a path is made of (RFC 3986, 3.3; `%` stands for an escape)."""


@dataclass(frozen=True, slots=True, order=True)
class PathCondition:
    """A path condition of some hop, as a path meets it that lost `strip` and got `add` before."""

    match: PathMatch
    strip: str = ""
    add: str = ""

    def takes(self, path: str) -> bool:
        """Whether a request for `path` at the host comes to fulfil it; what is unread may. What is
        stripped was there: paths without it do not come this way."""
        return path.startswith(self.strip) and takes(self.match, inward(path, self.strip, self.add))

    @property
    def name(self) -> str:
        """How it is called at the host."""
        if not self.strip and not self.add:
            return label(self.match)
        return f"{self.strip}{label(self.match).removeprefix(self.add.rstrip('/'))}"


@dataclass(frozen=True, slots=True, order=True)
class PathCell:
    """A set of paths at a host: what it is called, and one of them."""

    name: str
    sample: str


@dataclass(frozen=True, slots=True)
class PathCells:
    """All cells of a host. `unfinished`: why some may be missing, or None."""

    cells: tuple[PathCell, ...]
    unfinished: str | None = None


def seen_from_host(match: PathMatch, strip: str, add: str) -> PathCondition | None:
    """`match` behind a change of prefixes; None when no path gets there."""
    if match.kind not in _TEXTUAL:
        return PathCondition(match, strip, add)
    seen = outward(match, strip, add)
    return None if seen is None else PathCondition(seen)


@lru_cache(maxsize=1_024)
def path_cells(conditions: frozenset[PathCondition]) -> PathCells:
    """The cells of a host that `conditions` make, the wider before the narrower."""
    if all(one.match.kind in _LAMINAR for one in conditions):
        return PathCells(tuple(_laminar(one.match for one in conditions)))
    machines, refused = _machines(conditions)
    division = Division(_paths(), machines, (), lambda _path: True)
    parts = list(division.parts(_probes(machines)))
    inside = _inside(parts)
    cells = (PathCell(_name(part, inside), part.members[0]) for part in parts)
    ordered = sorted(cells, key=lambda cell: (len(cell.name), cell.name, cell.sample))
    return PathCells(tuple(ordered), division.unfinished or refused)


def _laminar(matches: Iterable[PathMatch]) -> Iterator[PathCell]:
    for match in sorted(matches, key=lambda one: (len(one.text), one.text, one.kind)):
        sample = representative(match)
        if sample is not None:
            yield PathCell(label(match), sample)


def _probes(conditions: Iterable[PathCondition]) -> Iterator[str]:
    """A telling path for each condition: plain, and deeper than the condition's own text."""
    for one in conditions:
        sample = representative(one.match)
        if sample is not None and sample.startswith(one.add.rstrip("/")):
            yield one.strip.rstrip("/") + sample.removeprefix(one.add.rstrip("/"))
    yield f"/{FRESH}"


def _inside(parts: Iterable[Part[PathCondition]]) -> dict[PathCondition, frozenset[PathCondition]]:
    """For each condition, all those that take whatever it takes, itself among them."""
    inside: dict[PathCondition, frozenset[PathCondition]] = {}
    for part in parts:
        for one in part.matches:
            known = inside.get(one)
            inside[one] = part.matches if known is None else known & part.matches
    return inside


def _name(part: Part[PathCondition], inside: dict[PathCondition, frozenset[PathCondition]]) -> str:
    """The narrowest of the conditions that take the paths of `part`; several where they overlap."""
    wider = {two for one in part.matches for two in inside[one] if one not in inside[two]}
    names = sorted({one.name for one in part.matches - wider})
    return " & ".join(names) if names else label(ANY_PATH)


@lru_cache(maxsize=1)
def _paths() -> Universe:
    return Universe(machine_of(Cat((literal("/"), star(chars(_PATH))))))


def _machines(
    conditions: Iterable[PathCondition],
) -> tuple[dict[PathCondition, Machine], str | None]:
    """What divides the paths, and why something does not that should."""
    machines: dict[PathCondition, Machine] = {}
    refused: str | None = None
    for one in sorted(conditions):
        try:
            machine = _machine(one)
        except NotRegular as error:
            refused = f"{one.name[:_SHOWN]}: {error}"
            continue
        # A condition that cannot be read divides nothing: it may take every path, and says so of each.
        if machine is not None:
            machines[one] = machine
    return machines, refused


@lru_cache(maxsize=16_384)
def _machine(one: PathCondition) -> Machine | None:
    if one.match.kind is PathKind.OPAQUE:
        return None
    if one.match.kind is PathKind.REGEX:
        compiled = compile_pattern(pattern_of(one.match))
        if isinstance(compiled, Opaque):
            return None
        machine = compiled
    else:
        machine = machine_of(_tree(one.match))
    return Shifted(machine, one.strip, one.add) if one.strip or one.add else machine


def _tree(match: PathMatch) -> Tree:
    match match.kind:
        case PathKind.EXACT:
            return literal(match.text)
        case PathKind.PREFIX:
            return Cat((literal(match.text.rstrip("/")), maybe(literal("/"), ANYTHING)))
        case PathKind.CHARACTERS:
            return Cat((literal(match.text), ANYTHING))
        case PathKind.TEMPLATE:
            return Cat(tuple(_segment(part, at) for at, part in enumerate(match.text.split("/"))))
        case PathKind.GLOB:
            return Cat(tuple(map(_wild, match.text)))
        case PathKind.REGEX | PathKind.OPAQUE:
            raise ValueError(f"{match.kind} has no tree")


def _segment(part: str, at: int) -> Tree:
    slash = literal("/" if at else "")
    if part.endswith("+}"):
        # One segment or more, and some character in them.
        several = Cat((star(chars("/")), plus(but("/")), ANYTHING))
        return Cat((slash, several))
    return Cat((slash, plus(but("/")) if part.startswith("{") else literal(part)))


def _wild(char: str) -> Tree:
    if char == "*":
        return ANYTHING
    return Alt((Chars(EVERY_CHARACTER),)) if char == "?" else literal(char)
