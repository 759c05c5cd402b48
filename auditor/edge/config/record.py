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
class Need:
    """Where `key` is (empty: always), one of `others` must be too; `do` says what to write."""

    key: str
    others: tuple[str, ...]
    do: str


@dataclass(frozen=True, slots=True)
class Record(Generic[T]):
    """A mapping that `make` turns into a value, given an argument for each key that is there.

    `later`: keys of the design that this release does not act on: refused, never ignored. `one_of`:
    exactly one of these keys must be there. `judge`: what is wrong between values, as (key, fault).
    `located`: `make` also takes `where`.
    """

    make: Callable[..., T]
    fields: tuple[Field, ...]
    later: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    judge: Callable[[T], Iterable[tuple[str, Fault]]] | None = None
    located: bool = False

    def read(self, node: Node, here: Here) -> T | None:
        """Read every key and note every fault.

        Makes the value where all that is required could be read, so that reading goes on: what
        is noted decides whether anything comes of it.
        """
        if not isinstance(node, Mapping):
            here.refuse(node, unlike(node, "a mapping (key: value)"))
            return None
        values: dict[str, object] = {}
        known = [
            (field, item)
            for key, item in node.entries
            if not here.ledger.full and (field := self._field(key, here)) is not None
        ]
        before = here.ledger.count
        for field, item in known:
            value = field.kind.read(item, here.under(field.key))
            if value is not None:
                values[field.target] = value
        clean = here.ledger.count == before
        for fault in self._missing(node):
            here.refuse(node, fault)
        if not self._makeable(values):
            return None
        made = self.make(**values, where=here.where(node)) if self.located else self.make(**values)
        if self.judge is not None and clean:
            self._note(self.judge(made), node, here)
        return made

    def _makeable(self, values: dict[str, object]) -> bool:
        needed = [field.target for field in self.fields if field.required]
        chosen = {field.target for field in self.fields if field.key in self.one_of}
        return values.keys() >= set(needed) and len(chosen & values.keys()) == bool(chosen)

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
        for need in self.needs:
            applies = not need.key or node.get(need.key) is not None
            if applies and all(node.get(other) is None for other in need.others):
                subject = f"has {need.key} but" if need.key else "has"
                yield Fault(f"{subject} no {' or '.join(need.others)}", need.do)

    def _note(self, faults: Iterable[tuple[str, Fault]], node: Mapping, here: Here) -> None:
        for key, fault in faults:
            here.under(key).refuse(node.get(key) or node, fault)

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
        return schema | self._needed()

    def _needed(self) -> Schema:
        """Return the needs in the words of draft 7; those of one key stand side by side."""
        always: list[Json] = []
        depending: dict[str, Json] = {}
        for need in self.needs:
            options: list[Json] = [{"required": [other]} for other in need.others]
            if not need.key:
                always += options
                continue
            before = depending.get(need.key)
            known = before["allOf"] if isinstance(before, dict) else []
            alternatives: Json = {"anyOf": options}
            depending[need.key] = {
                "allOf": [*(known if isinstance(known, list) else []), alternatives]
            }
        schema: Schema = {"anyOf": always} if always else {}
        return schema | ({"dependencies": depending} if depending else {})
