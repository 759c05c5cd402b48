"""What is wrong with one file of a user: everything at once, in the order of its lines."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from auditor.text.problems import printable
from auditor.text.tree import Parsed, Problem

LIMIT = 1_000
"""Problems listed for one file; reading it ends there."""


@dataclass(slots=True)
class Ledger:
    """The problems found so far in the file `name`, which is fit for a terminal."""

    name: str
    _listed: list[tuple[int, Problem]] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Whether reading on makes no sense."""
        return len(self._listed) >= LIMIT

    @property
    def count(self) -> int:
        """How many problems were noted so far."""
        return len(self._listed)

    def add(self, line: int | None, what: str, do: str) -> None:
        """Note a problem at a line (from 1), or of the whole file."""
        where = self.name if line is None else f"{self.name}:{line}"
        self._listed.append((line or 0, Problem(where, what, do)))

    def add_parsed(self, parsed: Parsed) -> None:
        """Take over what the parser found."""
        for problem in parsed.problems:
            line = problem.where.removeprefix(self.name).removeprefix(":")
            self._listed.append((int(line) if line.isdecimal() else 0, problem))

    def problems(self) -> tuple[Problem, ...]:
        """Return the problems by line; one more line says where listing stopped."""
        found = [problem for _, problem in sorted(self._listed, key=lambda entry: entry[0])]
        if len(found) < LIMIT:
            return tuple(found)
        what = f"more than {LIMIT - 1} problems; the file was not read to its end"
        return (*found[:LIMIT], Problem(self.name, what, "correct the ones above first"))


def open_ledger(name: str) -> Ledger:
    """Return an empty ledger for a file of this name."""
    return Ledger(printable(name))


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems of several files by file and line."""
    return tuple(sorted(problems, key=lambda problem: place_of(problem.where)))


def place_of(where: str) -> tuple[str, int]:
    """Return the file and line of a problem, to sort by."""
    name, _, line = where.rpartition(":")
    return (name, int(line)) if name and line.isdecimal() else (where, 0)
