"""What the names of a JavaScript or TypeScript file stand for, as far as that file says.

ECMAScript 2023; TypeScript 5 for annotations. A name that is declared twice, assigned to, or whose
value is changed in place, stands for nothing that is known here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from auditor.text.syntax import Node

_CHANGING = frozenset(
    {"push", "unshift", "splice", "pop", "shift", "fill", "sort", "reverse", "copyWithin"}
)
_ASSIGNMENTS = ("assignment_expression", "augmented_assignment_expression", "update_expression")


@dataclass(frozen=True, slots=True)
class Imported:
    """A module: `member` of it, `default` and `*` for the whole."""

    module: str
    member: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """The value of `node`; of its property `key` where that is not empty."""

    node: Node
    key: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a function is called with; `type` as annotated, or empty."""

    type: str


Meaning: TypeAlias = Imported | Assigned | Parameter


@dataclass(frozen=True, slots=True)
class Scope:
    """Every declared name with what it was declared as, and the names whose values change."""

    declared: Mapping[str, tuple[Meaning, ...]]
    changed: frozenset[str]

    def meaning(self, name: str) -> Meaning | None:
        """What `name` stands for; None where that is not known."""
        found = self.declared.get(name, ())
        return found[0] if len(found) == 1 and name not in self.changed else None

    def is_module(self, node: Node | None, *modules: str) -> bool:
        """Whether `node` is one of `modules`: a name for it, `require` or `import` of it."""
        if node is None:
            return False
        if node.kind == "identifier":
            meaning = self.meaning(node.text)
            whole = isinstance(meaning, Imported) and meaning.member in ("default", "*")
            return whole and isinstance(meaning, Imported) and meaning.module in modules
        if node.kind == "member_expression":
            inner, name = node.get("object"), node.get("property")
            return name is not None and name.text == "default" and self.is_module(inner, *modules)
        return required(node) in modules


def scope_of(root: Node) -> Scope:
    """Read the declarations and changes of a file."""
    declared: dict[str, list[Meaning]] = {}
    changed: set[str] = set()
    for node in root.walk():
        for name, meaning in _declared(node):
            declared.setdefault(name, []).append(meaning)
        changed.update(_changed(node))
    return Scope({name: tuple(all_) for name, all_ in declared.items()}, frozenset(changed))


def string_of(node: Node | None) -> str | None:
    """The text of a string without escapes and of a template without holes; None for all else."""
    if node is None or node.kind not in ("string", "template_string"):
        return None
    if any(child.kind != "string_fragment" for child in node.children):
        return None
    return "".join(child.text for child in node.children)


def required(node: Node | None) -> str | None:
    """The module that `require("...")` or `import("...")` names."""
    if node is not None and node.kind == "await_expression" and node.children:
        node = node.children[0]
    if node is None or node.kind != "call_expression":
        return None
    function, arguments = function_of(node), arguments_of(node)
    if function is None or function.text not in ("require", "import") or len(arguments) != 1:
        return None
    return string_of(arguments[0])


def function_of(call: Node) -> Node | None:
    """What is called. The grammar takes the `await` of `await f<T>()` for a part of that."""
    function = call.get("function")
    if function is not None and function.kind == "await_expression" and function.children:
        return function.children[0]
    return function


def arguments_of(call: Node) -> tuple[Node, ...]:
    """The arguments of a call, in order."""
    arguments = call.get("arguments")
    return () if arguments is None else arguments.children


# -- declarations ----------------------------------------------------------------------------------


def _declared(node: Node) -> Iterator[tuple[str, Meaning]]:
    match node.kind:
        case "import_statement":
            yield from _imported(node)
        case "variable_declarator":
            yield from _variables(node)
        case "formal_parameters":
            for child in node.children:
                yield from _parameter(child)
        case "arrow_function" if (parameter := node.get("parameter")) is not None:
            yield from _parameter(parameter)
        case "function_declaration" | "class_declaration" if (name := node.get("name")) is not None:
            yield name.text, Assigned(node)
        case "for_in_statement" if (left := node.get("left")) is not None:
            yield from ((name, Parameter("")) for name in _names(left))
        case _:
            return


def _imported(node: Node) -> Iterator[tuple[str, Meaning]]:
    """`import a, {b as c} from "m"`, `import * as d from "m"`, `import e = require("m")`."""
    for clause in node.of("import_require_clause"):
        module = string_of(clause.get("source"))
        for name in clause.of("identifier"):
            yield name.text, Imported(module or "", "*")
    module = string_of(node.get("source")) or ""
    for clause in node.of("import_clause"):
        for child in clause.children:
            match child.kind:
                case "identifier":
                    yield child.text, Imported(module, "default")
                case "namespace_import":
                    yield from ((name.text, Imported(module, "*")) for name in child.children)
                case _:
                    yield from _specified(module, child)


def _specified(module: str, clause: Node) -> Iterator[tuple[str, Meaning]]:
    for specifier in clause.of("import_specifier"):
        name = specifier.get("name")
        alias = specifier.get("alias") or name
        if name is not None and alias is not None:
            yield alias.text, Imported(module, name.text)


def _variables(node: Node) -> Iterator[tuple[str, Meaning]]:
    pattern, value = node.get("name"), node.get("value")
    if pattern is None:
        return
    module = required(value)
    if pattern.kind == "identifier":
        if module is not None:
            yield pattern.text, Imported(module, "*")
        else:
            yield pattern.text, Parameter("") if value is None else Assigned(value)
        return
    for key, name in _destructured(pattern):
        if module is not None:
            yield name, Imported(module, key)
        elif value is not None and key:
            yield name, Assigned(value, key)
        else:
            yield name, Parameter("")


def _destructured(pattern: Node) -> Iterator[tuple[str, str]]:
    """Key and name of each part of `{a, b: c}`; an empty key where it is not plain."""
    for child in pattern.children:
        key, value = child.get("key"), child.get("value")
        if child.kind == "shorthand_property_identifier_pattern":
            yield child.text, child.text
        elif key is not None and value is not None and value.kind == "identifier":
            yield key.text, value.text
        else:
            yield from (("", name) for name in _names(child))


def _parameter(node: Node) -> Iterator[tuple[str, Meaning]]:
    annotated = node.get("type")
    type_ = "" if annotated is None else annotated.text.removeprefix(":").strip()
    pattern = node.get("pattern") or node
    if pattern.kind == "identifier":
        yield pattern.text, Parameter(type_)
        return
    yield from ((name, Parameter("")) for name in _names(pattern))


def _names(pattern: Node) -> Iterator[str]:
    names = ("identifier", "shorthand_property_identifier_pattern")
    return (node.text for node in pattern.walk() if node.kind in names)


# -- changes ---------------------------------------------------------------------------------------


def _changed(node: Node) -> Iterator[str]:
    """The names whose values `node` changes."""
    if node.kind in _ASSIGNMENTS:
        yield from _rooted(node.get("left") or node.get("argument"))
    elif node.kind == "unary_expression" and node.text.startswith("delete"):
        yield from _rooted(node.get("argument"))
    elif node.kind == "call_expression":
        function, arguments = function_of(node), arguments_of(node)
        name = None if function is None else function.get("property")
        if function is not None and name is not None and name.text in _CHANGING:
            yield from _rooted(function.get("object"))
        if function is not None and function.text == "Object.assign" and arguments:
            yield from _rooted(arguments[0])


def _rooted(node: Node | None) -> Iterator[str]:
    """The name that `a`, `a.b` and `a[b]` begin with."""
    while node is not None and node.kind in ("member_expression", "subscript_expression"):
        node = node.get("object")
    if node is not None and node.kind in ("object_pattern", "array_pattern"):
        yield from _names(node)
    elif node is not None and node.kind == "identifier":
        yield node.text
