"""JavaScript expressions, followed as far as literals, names and the environment lead; nothing is run.

ECMAScript 2023; `process.env` of Node.js 22.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from auditor.text.syntax import Node
from collectors.app.source import value as shared
from collectors.app.source.javascript_scope import (
    Assigned,
    Imported,
    Scope,
    arguments_of,
    string_of,
)
from collectors.app.source.shaping import (
    Function,
    Record,
    Value,
    added,
    cut,
    defaulted,
    multiplied,
    odd,
    other,
    trimmed,
    unescaped,
    without_empty,
)
from collectors.app.source.value import (
    MOST_ITEMS,
    Expression,
    Listing,
    Parts,
    Plain,
    Text,
    Unknown,
    joined,
    listing,
    literal,
    variable,
)

DEEPEST = 40
"""Expressions and names inside each other."""
_WRAPPERS = (
    "parenthesized_expression",
    "as_expression",
    "satisfies_expression",
    "non_null_expression",
)
_FUNCTIONS = ("arrow_function", "function_expression", "function_declaration", "method_definition")
_SHAPES = {"map": ("@.trim()",), "filter": ("Boolean", "@", "!!@", "@.length > 0")}
"""What functions that are handed to `map` and `filter` do, where that is read."""


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Expressions in the light of the names of their file; `known`: what names came to before."""

    scope: Scope
    known: dict[str, Value] = field(default_factory=dict)

    def value(self, node: Node, depth: int = 0) -> Value:
        """What `node` comes to."""
        line = node.line
        if depth > DEEPEST:
            return Unknown("an expression that is too long to follow", line)
        if node.broken:
            return Unknown("a piece of the file that is no valid program", line)
        match node.kind:
            case "string" | "template_string":
                return self._text(node, depth)
            case "true" | "false" | "null" | "undefined":
                return Plain({"true": True, "false": False}.get(node.kind), line)
            case "regex":
                return Expression(Text(node.text, line))
            case kind if kind in _FUNCTIONS:
                return Function(node)
            case _:
                return self._compound(node, depth + 1)

    def _compound(self, node: Node, depth: int) -> Value:
        match node.kind:
            case kind if kind in _WRAPPERS and node.children:
                return self.value(node.children[0], depth)
            case "identifier":
                return self._name(node, depth)
            case "number":
                digits = node.text.isascii() and node.text.isdecimal() and len(node.text) < 16
                return Plain(int(node.text), node.line) if digits else other(node.line)
            case _:
                read = self._readers().get(node.kind)
                return other(node.line) if read is None else read(node, depth)

    def _readers(self) -> Mapping[str, Callable[[Node, int], Value]]:
        return {
            "array": self._array,
            "object": self._object,
            "member_expression": self._member,
            "subscript_expression": self._member,
            "binary_expression": self._operation,
            "ternary_expression": self._choice,
            "call_expression": self._call,
            "new_expression": self._call,
        }

    # -- texts -------------------------------------------------------------------------------------

    def _text(self, node: Node, depth: int) -> Value:
        parts: list[Value] = [self._piece(child, depth) for child in node.children]
        texts = [part for part in parts if isinstance(part, Text)]
        return joined(texts, node.line) if len(texts) == len(parts) else odd(parts, node.line)

    def _piece(self, child: Node, depth: int) -> Value:
        if child.kind == "string_fragment":
            return literal(child.text, child.line)
        if child.kind == "escape_sequence":
            text = unescaped(child.text)
            return other(child.line) if text is None else Text(text, child.line)
        if child.kind == "template_substitution" and child.children:
            return self.value(child.children[0], depth + 1)
        return other(child.line)

    def _operation(self, node: Node, depth: int) -> Value:
        left, right, operator = node.get("left"), node.get("right"), node.get("operator")
        if left is None or right is None or operator is None:
            return other(node.line)
        if operator.kind not in ("+", "*", "||", "??"):
            return Unknown("a comparison or a calculation", node.line)
        first, second = self.value(left, depth), self.value(right, depth)
        if operator.kind == "*":
            return multiplied(first, second, node.line)
        if operator.kind == "+":
            return added(first, second, node.line)
        if operator.kind == "||" and isinstance(first, Parts):
            return defaulted(first, second, node.line, for_empty=False)  # an array is true
        return defaulted(first, second, node.line, for_empty=operator.kind == "||")

    def _choice(self, node: Node, depth: int) -> Value:
        """`process.env.A ? process.env.A.split(",") : [...]`; no other condition is followed."""
        condition, first = node.get("condition"), node.get("consequence")
        second = node.get("alternative")
        if condition is None or first is None or second is None:
            return other(node.line)
        asked, chosen = self.value(condition, depth), self.value(first, depth)
        text = chosen.text if isinstance(chosen, Parts) else chosen
        same = isinstance(asked, Text) and isinstance(text, Text) and asked.text == text.text
        if not same or not isinstance(asked, Text) or not asked.open:
            return Unknown("a condition decides", node.line)
        return defaulted(chosen, self.value(second, depth), node.line, for_empty=True)

    # -- names and members -------------------------------------------------------------------------

    def _name(self, node: Node, depth: int) -> Value:
        name = node.text
        if name == "undefined":
            return Plain(None, node.line)
        if name not in self.known:
            # A name that leads back to itself is followed no further.
            self.known[name] = Unknown(f"{name} is made from itself", node.line)
            self.known[name] = self._meant(name, node.line, depth)
        return self.known[name]

    def _meant(self, name: str, line: int, depth: int) -> Value:
        if name in self.scope.changed:
            return Unknown(f"{name} is changed after it is made", line)
        match self.scope.meaning(name):
            case Assigned(node=inner, key=""):
                return self.value(inner, depth)
            case Assigned(node=inner, key=key):
                return self._property(inner, key, line, depth)
            case Imported():
                return Unknown(f"{name} comes from another file", line)
            case _:
                several = len(self.scope.declared.get(name, ())) > 1
                what = "stands for several things" if several else "is not set"
                return Unknown(f"the name {name} {what} in this file", line)

    def _member(self, node: Node, depth: int) -> Value:
        inner = node.get("object")
        name = node.get("property") or node.get("index")
        key = None if name is None else key_of(name)
        if inner is None or key is None:
            return other(node.line)
        return self._property(inner, key, node.line, depth)

    def _property(self, inner: Node, key: str, line: int, depth: int) -> Value:
        """`inner.key`, where `inner` is the environment or an object of this file."""
        if self._is_environment(inner):
            return variable(key, None, line, for_empty=False)
        value = self.value(inner, depth)
        if isinstance(value, Record):
            return value.get(key) or Plain(None, line)
        return value if isinstance(value, Unknown) else other(line)

    def _is_environment(self, node: Node) -> bool:
        if node.kind == "identifier":
            match self.scope.meaning(node.text):
                case Assigned(node=inner, key=""):
                    return inner.text == "process.env"
                case Assigned(node=inner, key="env"):
                    return inner.text == "process"
                case Imported(module="process" | "node:process", member="env"):
                    return True
                case _:
                    return False
        return node.text == "process.env"

    # -- arrays and objects ------------------------------------------------------------------------

    def _array(self, node: Node, depth: int) -> Value:
        items: list[shared.Value] = []
        for child in node.children:
            spread = child.kind == "spread_element" and len(child.children) == 1
            value = self.value(child.children[0] if spread else child, depth)
            match value:
                case Listing() if spread:
                    items += value.items
                case Parts() if spread and len(node.children) == 1:
                    return value
                case Text() | Plain() | Expression() if not spread:
                    items.append(value)
                case Unknown():
                    return value
                case _:
                    return Unknown("a list of more than texts and expressions", child.line)
        return listing(tuple(items), node.line, grows=True)

    def _object(self, node: Node, depth: int) -> Value:
        entries: list[tuple[str, Value]] = []
        for child in node.children:
            found = self._entries(child, depth)
            if isinstance(found, Unknown):
                return found
            entries += found
            if len(entries) > MOST_ITEMS:
                return Unknown(f"an object of over {MOST_ITEMS:,} entries", node.line)
        return Record(tuple(entries), node.line)

    def _entries(self, child: Node, depth: int) -> tuple[tuple[str, Value], ...] | Unknown:
        """What one entry adds, or why the whole object is not known."""
        if child.kind == "spread_element" and len(child.children) == 1:
            spread = self.value(child.children[0], depth)
            if isinstance(spread, Record):
                return spread.entries
            return odd([spread], child.line)
        if child.kind == "shorthand_property_identifier":
            return ((child.text, self._name(child, depth)),)
        name, value = child.get("key") or child.get("name"), child.get("value")
        key = None if name is None else key_of(name)
        if key is None or child.broken:
            return Unknown("an object with a key that is computed", child.line)
        if child.kind == "method_definition":
            return ((key, Function(child)),)
        return other(child.line) if value is None else ((key, self.value(value, depth)),)

    # -- calls -------------------------------------------------------------------------------------

    def _call(self, node: Node, depth: int) -> Value:
        function = node.get("function") or node.get("constructor")
        arguments = arguments_of(node)
        if function is not None and function.text == "RegExp":
            return self._expression(node, depth)
        inner = None if function is None else function.get("object")
        name = None if function is None else function.get("property")
        if inner is None or name is None or len(arguments) != 1:
            return Unknown("what a call returns", node.line)
        if name.text == "split":
            return cut(self.value(inner, depth), self.value(arguments[0], depth), node.line)
        shape = _SHAPES.get(name.text)
        if shape is None or not is_plain(arguments[0], shape):
            return Unknown("what a call returns", node.line)
        value = self.value(inner, depth)
        return (trimmed if name.text == "map" else without_empty)(value, node.line)

    def _expression(self, node: Node, depth: int) -> Value:
        """`new RegExp("source", "flags")`, as a literal writes it."""
        values = [self.value(one, depth) for one in arguments_of(node)]
        if len(values) == 1 and isinstance(values[0], Expression):
            return values[0]
        texts = [one.text for one in values if isinstance(one, Text) and not one.open]
        if len(texts) != len(values) or not 1 <= len(texts) <= 2 or not texts[0]:
            return odd(values, node.line)
        return Expression(Text(f"/{texts[0]}/{''.join(texts[1:])}", node.line))


def key_of(node: Node) -> str | None:
    """The text of a key that is not computed."""
    if node.kind in ("property_identifier", "number"):
        return node.text
    return string_of(node)


def is_plain(node: Node, shapes: tuple[str, ...]) -> bool:
    """Whether a function does one of `shapes` with its one parameter, which `@` stands for there."""
    if node.text in shapes:
        return True
    body, parameter = node.get("body"), node.get("parameter") or node.get("parameters")
    if node.kind != "arrow_function" or body is None or parameter is None:
        return False
    name = parameter.text.strip("()").partition(":")[0].strip()
    return body.text in [shape.replace("@", name) for shape in shapes]
