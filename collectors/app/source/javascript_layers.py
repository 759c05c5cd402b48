"""Middleware that runs in the order written: which of several `cors()` decides for which paths.

The first that meets a preflight answers it. Any other request meets all of them until a route
answers, and the later ones write over what the earlier ones wrote: that is not followed, unless both
say the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from auditor.core.reading import PathMatch
from collectors.app.semantics.preset import Input
from collectors.app.source.block import Block, Code, Part, Setting
from collectors.app.source.javascript_path import apart, within

PREFLIGHTS = frozenset({"OPTIONS"})
DO = (
    "write literals there, or under files: map the setting that holds the origins: "
    "- {path: FILE, key: KEY, like: express-cors, serves: [HOST/*]}"
)


@dataclass(frozen=True, slots=True)
class Use:
    """One place where `cors()` runs. `settings`: what it is told, None where that is not known, for
    `reason`. `passes`: requests go on from there to what stands behind."""

    title: str
    line: int
    paths: tuple[PathMatch, ...]
    methods: frozenset[str] | None = None
    settings: tuple[Setting, ...] | None = ()
    reason: str = ""
    passes: bool = True
    assumed: tuple[str, ...] = ()

    @property
    def is_off(self) -> bool:
        """Whether it does nothing: `origin` is false or empty."""
        told = self.settings or ()
        return any(one.input is Input.ORIGINS and one.value in (False, "") for one in told)

    @property
    def answers_preflights(self) -> bool:
        """Whether each preflight ends here."""
        known = self.settings is not None and not self.is_off
        return known and (self.methods is None or self.methods >= PREFLIGHTS)

    def says(self) -> frozenset[tuple[object, ...]]:
        """What it is told, wherever that is written."""
        return frozenset(
            (one.input, repr(one.value), one.split, one.trim) for one in self.settings or ()
        )

    def part(self) -> Part:
        """As the file's reader hands it on."""
        if self.settings is None:
            return self.unknown(self.paths, self.reason)
        return Block(
            self.title, self.line, self.settings, self.paths, self.methods, assumed=self.assumed
        )

    def unknown(self, paths: tuple[PathMatch, ...], reason: str) -> Code:
        """The same for paths on which it is not known what comes of it."""
        return Code(self.title, self.line, reason, DO, paths)


@dataclass(frozen=True, slots=True)
class Route:
    """Something else that may answer; `surely`: it does, else it may be passed."""

    title: str
    line: int
    paths: tuple[PathMatch, ...]
    methods: frozenset[str] | None = None
    surely: bool = True

    def part(self) -> Part:
        """What it makes of requests that `cors()` never sees: no CORS header, or nobody knows."""
        if not self.surely:
            reason = "a handler that stands before cors() may answer here"
            return Code(self.title, self.line, reason, "put cors() before it", self.paths)
        off = (Setting(Input.ORIGINS, "origin", False, self.line),)
        return Block(f"{self.title}, before cors()", self.line, off, self.paths, self.methods)


Step: TypeAlias = Use | Route


def parts_of(steps: Iterable[Step]) -> tuple[Part, ...]:
    """What decides on each path, given everything that runs, in order."""
    front: list[Part] = []
    acting: list[Use] = []
    routes: list[Route] = []
    for step in steps:
        if isinstance(step, Route):
            # A route behind cors() has its headers already.
            if all(apart(step.paths, use.paths) for use in acting):
                routes.append(step)
            continue
        front += [route.part() for route in routes if not apart(route.paths, step.paths)]
        routes = [route for route in routes if apart(route.paths, step.paths)]
        clashes = [use for use in acting if _clash(use, step)]
        front += [code for use in clashes for code in _unclear(use, step)]
        if not any(_covered(use, step) for use in acting):
            acting.append(step)
    codes = [part for part in front if isinstance(part, Code)]
    silent = [part for part in front if isinstance(part, Block)]
    ordered = sorted(acting, key=lambda use: use.is_off)
    return (*codes, *silent, *(use.part() for use in ordered))


def _covered(first: Use, second: Use) -> bool:
    """Whether `second` changes nothing on its paths, or what it changes is not known anyway."""
    if not within(second.paths, first.paths) or first.is_off:
        return False
    if second.methods == PREFLIGHTS and first.answers_preflights:
        return True
    if first.methods is not None and first.methods != second.methods:
        return False
    return first.passes and (
        first.settings is None or _clash(first, second) or _same(first, second)
    )


def _clash(first: Use, second: Use) -> bool:
    """Whether some request meets both, and they do not say the same."""
    if not first.passes or first.is_off or second.is_off or apart(first.paths, second.paths):
        return False
    return _meet(first.methods, second.methods) and not _same(first, second)


def _meet(first: frozenset[str] | None, second: frozenset[str] | None) -> bool:
    """Whether a method other than OPTIONS is in both; None is every method."""
    if first is None or second is None:
        return PREFLIGHTS not in (first, second)
    return bool((first & second) - PREFLIGHTS)


def _same(first: Use, second: Use) -> bool:
    return None not in (first.settings, second.settings) and first.says() == second.says()


def _unclear(first: Use, second: Use) -> Iterator[Code]:
    reason = f"cors() runs here twice, and on line {first.line} it is told something else"
    if within(second.paths, first.paths):
        yield second.unknown(second.paths, second.reason or reason)
    elif within(first.paths, second.paths):
        yield second.unknown(first.paths, second.reason or reason)
    else:
        yield second.unknown(first.paths + second.paths, second.reason or reason)
