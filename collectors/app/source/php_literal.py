"""PHP expressions, followed as far as literals, names and `env()` lead; nothing is run.

PHP 8.3, language reference; `env` of laravel/framework 13.26.1 (Illuminate/Support/Env.php).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from auditor.text.syntax import Node
from collectors.app.source.shaping import (
    cut,
    defaulted,
    multiplied,
    trimmed,
    without_empty,
)
from collectors.app.source.value import (
    Listing,
    Parts,
    Plain,
    Table,
    Text,
    Unknown,
    Value,
    joined,
    listing,
    literal,
    variable,
)

DEEPEST = 40
"""Expressions and names inside each other."""
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "v": "\v", "e": "\x1b", "f": "\f"}
_CONSTANTS = {"true": True, "false": False, "null": None}


def assigned(root: Node) -> dict[str, Node | None]:
    """The value of each variable of a file; None where it is assigned or changed more than once."""
    found: dict[str, Node | None] = {}
    for node in root.walk():
        left = node.get("left")
        if node.kind == "assignment_expression" and left is not None:
            for name in _variables(left):
                once = name not in found and left.kind == "variable_name"
                found[name] = node.get("right") if once else None
        elif node.kind in ("augmented_assignment_expression", "unset_statement", "by_ref"):
            found |= dict.fromkeys(_variables(left or node), None)
        elif node.kind in ("foreach_statement", "global_declaration", "formal_parameters"):
            inside = (one for child in node.children for one in _declared(child))
            found |= dict.fromkeys(inside, None)
    return found


def _variables(node: Node) -> Iterator[str]:
    return (one.text for one in node.walk() if one.kind == "variable_name")


def _declared(node: Node) -> Iterator[str]:
    bodies = ("compound_statement", "colon_block")
    return iter(()) if node.kind in bodies else _variables(node)


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Expressions in the light of the variables of their file; `known`: what these came to before."""

    variables: Mapping[str, Node | None]
    known: dict[str, Value] = field(default_factory=dict)

    def value(self, node: Node, depth: int = 0) -> Value:
        """What `node` comes to."""
        if depth > DEEPEST:
            return Unknown("an expression that is too long to follow", node.line)
        if node.broken:
            return Unknown("a piece of the file that is no valid program", node.line)
        if node.kind in ("boolean", "null"):
            return Plain(_CONSTANTS.get(node.text.lower()), node.line)
        if node.kind == "integer":
            short = node.text.isdecimal() and len(node.text) < 16
            return Plain(int(node.text), node.line) if short else _other(node.line)
        read = self._readers().get(node.kind)
        return _other(node.line) if read is None else read(node, depth + 1)

    def _readers(self) -> Mapping[str, Callable[[Node, int], Value]]:
        return {
            "string": self._text,
            "encapsed_string": self._text,
            "array_creation_expression": self._array,
            "variable_name": self._name,
            "function_call_expression": self._call,
            "binary_expression": self._operation,
            "conditional_expression": self._conditional,
            "cast_expression": self._cast,
            "parenthesized_expression": lambda node, depth: self.value(node.children[0], depth),
        }

    # -- texts -------------------------------------------------------------------------------------

    def _text(self, node: Node, depth: int) -> Value:
        parts: list[Text] = []
        for child in node.children:
            part = self._piece(child, depth, plain=node.kind == "string")
            if not isinstance(part, Text):
                return part if isinstance(part, Unknown) else _other(child.line)
            parts.append(part)
        return joined(parts, node.line)

    def _piece(self, child: Node, depth: int, *, plain: bool) -> Value:
        if child.kind == "string_content":
            return literal(child.text, child.line)
        if child.kind != "escape_sequence":
            return self.value(child, depth)
        inside = child.text[1:]
        if plain or inside in ("\\", "$", '"'):
            return Text(inside, child.line)
        escaped = _ESCAPES.get(inside)
        return _other(child.line) if escaped is None else Text(escaped, child.line)

    def _operation(self, node: Node, depth: int) -> Value:
        left, right, operator = node.get("left"), node.get("right"), node.get("operator")
        if left is None or right is None or operator is None:
            return _other(node.line)
        first, second = self.value(left, depth), self.value(right, depth)
        if operator.kind == "." and isinstance(first, Text) and isinstance(second, Text):
            return joined([first, second], node.line)
        if operator.kind == "*":
            return multiplied(first, second, node.line)
        if operator.kind == "??":
            return defaulted(first, _written(second), node.line, for_empty=False)
        return _odd((first, second), node.line)

    def _conditional(self, node: Node, depth: int) -> Value:
        """`a ?: b`; what depends on anything else is not known."""
        condition, otherwise = node.get("condition"), node.get("alternative")
        if node.get("body") is not None or condition is None or otherwise is None:
            return Unknown("a condition decides", node.line)
        first, second = self.value(condition, depth), self.value(otherwise, depth)
        if isinstance(first, Listing | Table | Parts):
            return _odd((first, second), node.line)
        return defaulted(first, _written(second), node.line, for_empty=True)

    def _cast(self, node: Node, depth: int) -> Value:
        kind, value = node.get("type"), node.get("value")
        if kind is None or value is None or kind.text.lower() not in ("bool", "int", "string"):
            return _other(node.line)
        return self.value(value, depth)

    # -- names and arrays --------------------------------------------------------------------------

    def _name(self, node: Node, depth: int) -> Value:
        name = node.text
        if name not in self.known:
            # A name that leads back to itself is followed no further.
            self.known[name] = Unknown(f"{name} is made from itself", node.line)
            made = self.variables.get(name)
            what = "is changed after it is made" if name in self.variables else "is not set here"
            unknown = Unknown(f"{name} {what}", node.line)
            self.known[name] = unknown if made is None else self.value(made, depth)
        return self.known[name]

    def _array(self, node: Node, depth: int) -> Value:
        """A list, or a table where its entries have keys."""
        items: list[Value] = []
        entries: list[tuple[Value, Value]] = []
        for element in node.children:
            spread = element.of("variadic_unpacking")
            found = spread[0].children if spread else element.children
            values = tuple(self.value(child, depth) for child in found)
            match values:
                case (Parts() as parts,) if spread and len(node.children) == 1:
                    return parts
                case (Listing(items=more),) if spread:
                    items += more
                case (value,) if not spread:
                    items.append(value)
                case (key, value):
                    entries.append((key, value))
                case _:
                    return _odd(values, element.line)
        if entries and items:
            return Unknown("an array with keys and without", node.line)
        if entries:
            return Table(tuple(entries), node.line)
        return listing(tuple(items), node.line, grows=True)

    # -- functions ---------------------------------------------------------------------------------

    def _call(self, node: Node, depth: int) -> Value:
        function, given = node.get("function"), node.get("arguments")
        arguments = () if given is None else given.children
        if function is None or any(one.get("name") for one in arguments):
            return Unknown("what a call returns", node.line)
        name = function.text.removeprefix("\\").lower()
        values = [self._argument(one, depth) for one in arguments]
        if name == "env":
            return _environment(values, node.line)
        return _made(name, values, node.line)

    def _argument(self, node: Node, depth: int) -> Value:
        inner = node.children[0] if node.children else node
        if inner.kind == "function_call_expression" and inner.text.replace(" ", "") == "trim(...)":
            return Text("trim", inner.line)
        return self.value(inner, depth)


def _environment(values: list[Value], line: int) -> Value:
    """`env("NAME", default)`, which an empty variable does not fall back from."""
    match [_written(value) for value in values]:
        case [Text(text=name, open=False)] | [Text(text=name, open=False), Plain(value=None)]:
            return variable(name, None, line, for_empty=False)
        case [Text(text=name, open=False), Text() as default]:
            return variable(name, default, line, for_empty=False)
        case _:
            return _odd(values, line)


def _made(name: str, values: list[Value], line: int) -> Value:
    """What a function of PHP returns."""
    match name, values:
        case "explode", [separator, whole]:
            return cut(whole, separator, line)
        case "array_map", [Text(text="trim"), value]:
            return trimmed(value, line)
        case "array_filter", [value]:
            return without_empty(value, line)
        case "array_values" | "array_unique", [value]:
            return value
        case "array_merge", lists if all(isinstance(one, Listing) for one in lists):
            items = (item for one in lists if isinstance(one, Listing) for item in one.items)
            return listing(tuple(items), line, grows=True)
        case _:
            return _odd(values, line, f"what {name[:40]}() returns")


def _written(value: Value) -> Value:
    """A default as the environment would hold it: `false` as a text."""
    match value:
        case Plain(value=plain) if plain is not None:
            return Text(str(plain).lower(), value.line)
        case _:
            return value


def _other(line: int) -> Unknown:
    return Unknown("an expression that is not followed", line)


def _odd(
    values: list[Value] | tuple[Value, ...], line: int, reason: str = "a value of another shape"
) -> Unknown:
    found = next((value for value in values if isinstance(value, Unknown)), None)
    return found or Unknown(reason, line)
