"""Collecting what is wrong with one file, all of it at once."""

from dataclasses import dataclass, field

from auditor.text.tree import Parsed, Problem

_SHOWN = 80


class BrokenDocumentError(Exception):
    """This document cannot be read: the line if known, what is wrong, what to do."""

    def __init__(self, line: int | None, what: str, do: str) -> None:
        super().__init__(what)
        self.line = line
        self.what = what
        self.do = do


@dataclass(slots=True)
class Problems:
    """The problems of the file `name`, in the order found; after `limit` they are only counted."""

    name: str
    limit: int
    _listed: list[Problem] = field(default_factory=list)
    _more: int = 0

    def add(self, line: int | None, what: str, do: str) -> None:
        """Note a problem at a line (from 1), or of the whole file."""
        if len(self._listed) == self.limit:
            self._more += 1
            return
        name = printable(self.name)
        self._listed.append(Problem(name if line is None else f"{name}:{line}", what, do))

    def add_broken(self, broken: BrokenDocumentError) -> None:
        """Note a document that could not be read."""
        self.add(broken.line, broken.what, broken.do)

    def only(self, broken: BrokenDocumentError) -> Parsed:
        """Return the outcome of a file in which nothing can be read."""
        self.add_broken(broken)
        return Parsed((), self.listed())

    def listed(self) -> tuple[Problem, ...]:
        """Return the problems, with one line on those past the limit."""
        if not self._more:
            return tuple(self._listed)
        what = f"{self._more:,} more problems are not listed"
        do = "correct the ones above first"
        return (*self._listed, Problem(printable(self.name), what, do))


def printable(text: str) -> str:
    """Return text fit for a terminal: what does not print is written as an escape."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def shown(text: str) -> str:
    """Return a name out of a file, in quotes, printable and not long."""
    cut = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
    return f"'{printable(cut)}'"
