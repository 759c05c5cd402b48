"""Names of a Python file while its statements are followed one by one."""

import builtins
from collections.abc import Iterable
from dataclasses import dataclass, field

from collectors.app.source.value import Imported, Listing, Parts, Table, Unknown, Value

_BUILT_IN = frozenset(dir(builtins))


@dataclass(slots=True)
class Scope:
    """The names of a module, a class or a function, and those around it.

    `elsewhere`: why names that are not set here may still be set: a module was imported whole.
    """

    outer: "Scope | None" = None
    names: dict[str, Value] = field(default_factory=dict)
    elsewhere: Unknown | None = None
    is_class: bool = False

    @property
    def for_functions(self) -> "Scope":
        """The names that a function defined here sees: those of a class are not among them."""
        return self.outer if self.is_class and self.outer is not None else self

    def get(self, name: str, line: int) -> Value:
        """What `name` stands for."""
        scope: Scope | None = self
        while scope is not None:
            found = scope.names.get(name) or scope.elsewhere
            if found is not None:
                return found
            scope = scope.outer
        if name in _BUILT_IN:
            return Imported(f"builtins.{name}", line)
        return Unknown(f"the name {name} is not set in this file", line)

    def put(self, name: str, value: Value) -> None:
        """Let `name` stand for `value`."""
        self.names[name] = value

    def change(self, name: str, value: Value) -> None:
        """Change what `name` stands for in place: whatever else stands for the same list changes too."""
        scope: Scope | None = self
        old = None
        while scope is not None and old is None:
            old = scope.names.get(name)
            for known, held in scope.names.items():
                if held is old and (known == name or isinstance(old, Listing)):
                    scope.names[known] = value
            scope = scope.outer
        if old is None:
            self.names[name] = value

    def taint(self, names: Iterable[str], reason: str, line: int) -> None:
        """Forget what `names` stand for."""
        for name in names:
            self.change(name, Unknown(reason, line))
            self.names[name] = Unknown(reason, line)

    def taint_changed(self, names: Iterable[str], reason: str, line: int) -> None:
        """Forget those of `names` that stand for lists and mappings, which code can change in place."""
        held = {name: self.get(name, line) for name in names}
        lists = (name for name, value in held.items() if isinstance(value, Listing | Parts | Table))
        self.taint(lists, reason, line)

    def open(self, reason: str, line: int) -> None:
        """Forget every name but those of modules: something else may have set any of them."""
        self.elsewhere = Unknown(reason, line)
        for name, value in self.names.items():
            if not isinstance(value, Imported):
                self.names[name] = self.elsewhere
