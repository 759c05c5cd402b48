"""Whether anything is in a set: yes with a witness, no, or not decided; types that no `if` confuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn, TypeAlias


class _Answer:
    """An answer that is matched by its type: it has no truth value."""

    __slots__ = ()

    def __bool__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} is no truth value; match it by its type")


@dataclass(frozen=True, slots=True)
class Empty(_Answer):
    """Proved: nothing is in the set."""


@dataclass(frozen=True, slots=True)
class NonEmpty(_Answer):
    """Proved: `witness` is in the set."""

    witness: str


@dataclass(frozen=True, slots=True)
class Undecided(_Answer):
    """Neither could be proved. `probes`: texts that are in the set if the pattern that could not be
    read takes them; none where a search ended early."""

    reason: str
    probes: tuple[str, ...] = ()


Emptiness: TypeAlias = Empty | NonEmpty | Undecided
