"""A mapping with known keys: every one declared, every other one refused with the nearest name."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from auditor.core.reading import Json
from auditor.edge.config.schema import Fault, Here, Kind, Schema, nearest, unlike
from auditor.text.problems import shown
from auditor.text.tree import Mapping, Node, Scalar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Field:
    """One key: what it may be, what it means, and the argument that takes it (the key if empty)."""

    key: str
    kind: Kind[object]
    about: str
    required: bool = False
    argument: str = ""

    @property
    def target(self) -> str:
        """The name of the argument."""
        return self.argument or self.key


@dataclass(frozen=True, slots=True)
class Record(Generic[T]):
    """A mapping that `make` turns into a value, given an argument for each key that is there.

    `later`: keys of the design that this release does not act on: refused, never ignored. `one_of`:
    exactly one of these keys must be there. `judge`: what is wrong between keys, as (key, fault).
    `located`: `make` also takes `where`.
    """

    make: Callable[..., T]
    fields: tuple[Field, ...]
    later: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    judge: Callable[[T], Iterable[tuple[str, Fault]]] | None = None
    located: bool = False

    def read(self, node: Node, here: Here) -> T | None:
        """Read every key, note every fault, and make the value if there was none."""
        if not isinstance(node, Mapping):
            here.refuse(node, unlike(node, "a mapping (key: value)"))
            return None
        values: dict[str, object] = {"where": here.where(node)} if self.located else {}
        complete = True
        for key, item in node.entries:
            if here.ledger.full:
                return None
            known = self._field(key, here)
            value = None if known is None else known.kind.read(item, here.under(known.key))
            if known is None or value is None:
                complete = False
            else:
                values[known.target] = value
        for fault in self._missing(node):
            here.refuse(node, fault)
            complete = False
        return self._made(values, node, here) if complete else None

    def _field(self, key: Scalar, here: Here) -> Field | None:
        known = {field.key: field for field in self.fields}
        if key.text in known:
            return known[key.text]
        if key.text in self.later:
            what, do = "is not supported by this release", "remove it"
        else:
            meant = nearest(key.text, known)
            what = "is an unknown key"
            do = f"write {meant}" if meant else f"use one of {', '.join(known)}"
        where = f" of {shown(here.path)}" if here.path else ""
        here.ledger.add(key.mark.line, f"{shown(key.text)}{where} {what}", do)
        return None

    def _missing(self, node: Mapping) -> Iterator[Fault]:
        for field in self.fields:
            if field.required and node.get(field.key) is None:
                yield Fault(f"has no {field.key}", f"add {field.key}: {field.about}")
        found = [key for key in self.one_of if node.get(key) is not None]
        if self.one_of and len(found) != 1:
            what = f"has {' and '.join(found)}" if found else "has none of its keys"
            yield Fault(what, f"write exactly one of {', '.join(self.one_of)}")

    def _made(self, values: dict[str, object], node: Mapping, here: Here) -> T | None:
        made = self.make(**values)
        if self.judge is None:
            return made
        faults = list(self.judge(made))
        for key, fault in faults:
            below = here.under(key) if key else here
            below.refuse(node.get(key) or node, fault)
        return None if faults else made

    def schema(self) -> Schema:
        """Return `type: object` with these keys and no others."""
        properties: dict[str, Json] = {
            field.key: {"description": field.about, **field.kind.schema()} for field in self.fields
        }
        schema: Schema = {"type": "object", "additionalProperties": False, "properties": properties}
        required: list[Json] = [field.key for field in self.fields if field.required]
        if required:
            schema["required"] = required
        if self.one_of:
            schema["oneOf"] = [{"required": [key]} for key in self.one_of]
        return schema
