"""Kinds made of kinds: lists, mappings with free keys, and values written in several shapes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from auditor.edge.config.schema import (
    Fault,
    Here,
    Kind,
    Located,
    Named,
    Schema,
    TextAs,
    unlike,
)
from auditor.text.tree import Mapping, Node, Scalar, Sequence

S = TypeVar("S")
T = TypeVar("T")
_LONGEST_KEY = 64


@dataclass(frozen=True, slots=True)
class ListOf(Generic[T]):
    """Items of one kind, at least `least` of them."""

    kind: Kind[T]
    least: int = 0

    def read(self, node: Node, here: Here) -> tuple[T, ...] | None:
        """Read the items that can be read."""
        if not isinstance(node, Sequence):
            here.refuse(node, unlike(node, "a list"))
            return None
        if len(node.items) < self.least:
            here.refuse(node, Fault("is an empty list", "list at least one"))
        items: list[T] = []
        for at, node_of_item in enumerate(node.items):
            item = None if here.ledger.full else self.kind.read(node_of_item, here.item(at))
            if item is not None:
                items.append(item)
        return tuple(items)

    def schema(self) -> Schema:
        """Return `type: array`."""
        least: Schema = {"minItems": self.least} if self.least else {}
        return {"type": "array", "items": self.kind.schema(), **least}


@dataclass(frozen=True, slots=True)
class MapOf(Generic[T]):
    """Names that the user chooses, each with a value of one kind, in the order written; at least
    `least` of them."""

    name: TextAs[str]
    kind: Kind[T]
    least: int = 0

    def read(self, node: Node, here: Here) -> tuple[tuple[Named, T], ...] | None:
        """Read the entries that can be read."""
        if not isinstance(node, Mapping):
            here.refuse(node, unlike(node, "a mapping"))
            return None
        if len(node.entries) < self.least:
            here.refuse(node, Fault("is an empty mapping", "name at least one"))
        entries: list[tuple[Named, T]] = []
        for key, item in node.entries:
            if here.ledger.full:
                break
            below = here.under(key.text[:_LONGEST_KEY])
            name = Located(self.name).read(key, below)
            value = self.kind.read(item, below)
            if name is not None and value is not None:
                entries.append((name, value))
        return tuple(entries)

    def schema(self) -> Schema:
        """Return `type: object` with values of the kind."""
        least: Schema = {"minProperties": self.least} if self.least else {}
        return {"type": "object", "additionalProperties": self.kind.schema(), **least}


@dataclass(frozen=True, slots=True)
class Into(Generic[S, T]):
    """A value of one kind that is made into another, or refused as a whole."""

    kind: Kind[S]
    make: Callable[[S], T | Fault]

    def read(self, node: Node, here: Here) -> T | None:
        """Read the value and make it."""
        value = self.kind.read(node, here)
        made = None if value is None else self.make(value)
        if isinstance(made, Fault):
            here.refuse(node, made)
            return None
        return made

    def schema(self) -> Schema:
        """Return the schema of the kind."""
        return self.kind.schema()


@dataclass(frozen=True, slots=True)
class ByShape(Generic[T]):
    """One of several kinds, told apart by how the value is written."""

    words: str
    text: Kind[T] | None = None
    boolean: Kind[T] | None = None
    integer: Kind[T] | None = None
    sequence: Kind[T] | None = None
    mapping: Kind[T] | None = None

    def read(self, node: Node, here: Here) -> T | None:
        """Read by the kind for this shape."""
        kind = self._kind(node)
        if kind is None:
            here.refuse(node, unlike(node, self.words))
            return None
        return kind.read(node, here)

    def _kind(self, node: Node) -> Kind[T] | None:
        match node:
            case Mapping():
                return self.mapping
            case Sequence():
                return self.sequence
            case Scalar(value=bool()):
                return self.boolean or self.text
            case Scalar(value=int()):
                return self.integer or self.text
            case Scalar(value=str() | float()):
                return self.text
            case _:
                return None

    def schema(self) -> Schema:
        """Return `anyOf` the kinds."""
        kinds = (self.text, self.boolean, self.integer, self.sequence, self.mapping)
        return {"anyOf": [kind.schema() for kind in kinds if kind is not None]}
