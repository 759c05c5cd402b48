"""The entries of one mapping while it is read: last value wins, doubles are reported."""

from dataclasses import dataclass, field

from auditor.text.problems import Problems, shown
from auditor.text.tree import Mapping, Mark, Node, Scalar


@dataclass(slots=True)
class Entries:
    """Keys and nodes of one mapping, by the key's value as Python compares values."""

    problems: Problems
    _slots: dict[object, tuple[Scalar, Node]] = field(default_factory=dict)

    def add(self, key: Scalar, node: Node) -> None:
        """Take an entry; a key that was there is a problem that names both lines."""
        if key.value in self._slots:
            first = self._slots[key.value][0].mark.line
            what = f"the key {shown(key.text)} is here twice, first on line {first}"
            self.problems.add(key.mark.line, what, "remove one; the last one was taken")
        self._slots[key.value] = (key, node)

    def mapping(self, mark: Mark, inherited: tuple[tuple[Scalar, Node], ...] = ()) -> Mapping:
        """Return the mapping; of the inherited entries, later ones and own ones win."""
        slots = {key.value: (key, node) for key, node in inherited}
        return Mapping(tuple((slots | self._slots).values()), mark)
