"""The cases of a hop, found by path: the first in its order that takes a request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from auditor.core.hop.behaviour import UnreadBehaviour
from auditor.core.language.membership import takes_alone
from auditor.core.link.cell import pattern_of, takes
from auditor.core.reading import PathCase, PathKind


class Cases:
    """Cases by what they match; a path is looked up rather than compared with each of them."""

    def __init__(self, cases: tuple[PathCase, ...]) -> None:
        self._cases = cases
        self._exact: dict[str, list[int]] = {}
        self._below: dict[str, list[int]] = {}
        self._starting: dict[int, dict[str, list[int]]] = {}
        self._others: list[int] = []
        for at, case in enumerate(cases):
            self._put(at, case)

    def _put(self, at: int, case: PathCase) -> None:
        text = case.match.text
        match case.match.kind:
            case PathKind.EXACT:
                self._exact.setdefault(text, []).append(at)
            case PathKind.PREFIX:
                self._below.setdefault(text.rstrip("/"), []).append(at)
            case PathKind.CHARACTERS:
                self._starting.setdefault(len(text), {}).setdefault(text, []).append(at)
            case PathKind.TEMPLATE | PathKind.GLOB | PathKind.REGEX | PathKind.OPAQUE:
                self._others.append(at)

    def taken(self, path: str, method: str) -> PathCase | None:
        """The case that takes `method` on `path`; where it is not known whether it does, one that was
        not read."""
        for at in sorted({*self._listed(path), *self._tried(path)}):
            case = self._cases[at]
            if case.methods is None or method in case.methods:
                return case if _read(case, path) else _unreadable(case)
        return None

    def _listed(self, path: str) -> Iterator[int]:
        yield from self._exact.get(path, ())
        if self._below:
            yield from self._below.get("", ())
            end = path.find("/", 1)
            while end >= 0:
                yield from self._below.get(path[:end], ())
                end = path.find("/", end + 1)
            yield from self._below.get(path, ())
        for length, texts in self._starting.items():
            yield from texts.get(path[:length], ())

    def _tried(self, path: str) -> Iterator[int]:
        return (at for at in self._others if takes(self._cases[at].match, path))


def _read(case: PathCase, path: str) -> bool:
    """Whether it is known that the case takes `path`."""
    match case.match.kind:
        case PathKind.OPAQUE:
            return False
        case PathKind.REGEX:
            return takes_alone(pattern_of(case.match), path) is True
        case _:
            return True


def _unreadable(case: PathCase) -> PathCase:
    cause = f"whether the path pattern {case.match.text} takes a request is not read"
    return replace(case, doing=UnreadBehaviour(cause))
