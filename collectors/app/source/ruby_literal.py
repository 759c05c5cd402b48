"""Ruby expressions, followed as far as literals, names and `ENV` lead; nothing is run.

Ruby 3.4, and `1.day` of Active Support 8.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from auditor.text.syntax import Node
from collectors.app.source import value as shared
from collectors.app.source.shaping import (
    Function,
    Value,
    cut,
    defaulted,
    multiplied,
    odd,
    other,
    trimmed,
    without_empty,
)
from collectors.app.source.value import (
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
_CHANGING = frozenset({"<<", "push", "append", "concat", "unshift", "prepend", "insert", "replace"})
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "s": " ", "0": "\0", "e": "\x1b"}
_PAIRS = {"{": "}", "(": ")", "[": "]", "<": ">"}
_SAME = frozenset({"freeze", "to_s", "flatten", "uniq", "to_a", "dup", "to_i"})
"""Methods that leave what matters here as it is."""
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_FUNCTIONS = ("lambda", "block", "do_block")


def assigned(root: Node) -> dict[str, Node | None]:
    """The value of each name of a file; None where it is assigned or changed more than once."""
    found: dict[str, Node | None] = {}
    for node in root.walk():
        left = node.get("left")
        if node.kind == "assignment" and left is not None:
            once = left.kind in ("identifier", "constant") and left.text not in found
            for name in _names(left):
                found[name] = node.get("right") if once else None
        else:
            found |= dict.fromkeys(_changed(node), None)
    return found


def _changed(node: Node) -> Iterator[str]:
    operator, method = node.get("operator"), node.get("method")
    if node.kind == "operator_assignment" or (
        node.kind == "binary" and operator is not None and operator.kind in _CHANGING
    ):
        yield from _names(node.get("left"))
    elif node.kind == "call" and method is not None:
        if method.text in _CHANGING or method.text.endswith("!"):
            yield from _names(node.get("receiver"))
    elif node.kind in ("block_parameters", "lambda_parameters", "method_parameters"):
        yield from _names(node)


def _names(node: Node | None) -> Iterator[str]:
    walked = () if node is None else node.walk()
    return (one.text for one in walked if one.kind in ("identifier", "constant"))


def arguments_of(call: Node) -> tuple[Node, ...]:
    """The arguments of a call, in order."""
    arguments = call.get("arguments")
    return () if arguments is None else arguments.children


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Expressions in the light of the names of their file; `known`: what these came to before."""

    names: Mapping[str, Node | None]
    known: dict[str, Value] = field(default_factory=dict)

    def value(self, node: Node, depth: int = 0) -> Value:
        """What `node` comes to; a symbol is its text with the colon."""
        if depth > DEEPEST:
            return Unknown("an expression that is too long to follow", node.line)
        if node.broken:
            return Unknown("a piece of the file that is no valid program", node.line)
        if node.kind in ("true", "false", "nil"):
            return Plain({"true": True, "false": False}.get(node.kind), node.line)
        if node.kind in ("simple_symbol", "bare_symbol"):
            return literal(f":{node.text.removeprefix(':')}", node.line)
        if node.kind in _FUNCTIONS:
            return Function(node)
        read = self._readers().get(node.kind)
        return other(node.line) if read is None else read(node, depth + 1)

    def _readers(self) -> Mapping[str, Callable[[Node, int], Value]]:
        return {
            "string": self._text,
            "bare_string": self._text,
            "integer": self._number,
            "regex": self._regex,
            "array": self._array,
            "string_array": self._array,
            "symbol_array": self._array,
            "identifier": self._name,
            "constant": self._name,
            "element_reference": self._element,
            "binary": self._operation,
            "call": self._call,
            "interpolation": self._inner,
            "parenthesized_statements": self._inner,
        }

    # -- texts and numbers -------------------------------------------------------------------------

    def _inner(self, node: Node, depth: int) -> Value:
        return self.value(node.children[0], depth) if len(node.children) == 1 else other(node.line)

    def _number(self, node: Node, _depth: int) -> Value:
        digits = node.text.replace("_", "")
        short = digits.isascii() and digits.isdecimal() and len(digits) < 16
        return Plain(int(digits), node.line) if short else other(node.line)

    def _text(self, node: Node, depth: int) -> Value:
        raw = node.kind == "bare_string" or node.text.startswith("'")
        parts = [self._piece(child, depth, raw=raw) for child in node.children]
        texts = [part for part in parts if isinstance(part, Text)]
        return joined(texts, node.line) if len(texts) == len(parts) else odd(parts, node.line)

    def _piece(self, child: Node, depth: int, *, raw: bool) -> Value:
        if child.kind == "string_content":
            text = child.text.replace("\\'", "'").replace("\\\\", "\\") if raw else child.text
            return literal(text, child.line)
        if child.kind != "escape_sequence":
            return self.value(child, depth)
        inside = child.text[1:]
        if len(inside) != 1:
            return other(child.line)
        return Text(_ESCAPES.get(inside, inside), child.line)

    def _regex(self, node: Node, _depth: int) -> Value:
        """`/source/flags`, `%r{source}flags` as it would stand between slashes."""
        if node.of("interpolation"):
            return Unknown("an expression that is put together", node.line)
        text = node.text
        if not text.startswith("%r"):
            return Expression(Text(text, node.line))
        end = text.rfind(_PAIRS.get(text[2:3], text[2:3]))
        return Expression(Text(f"/{text[3:end]}/{text[end + 1 :]}", node.line))

    # -- names, arrays, the environment ------------------------------------------------------------

    def _name(self, node: Node, depth: int) -> Value:
        name = node.text
        if name not in self.known:
            # A name that leads back to itself is followed no further.
            self.known[name] = Unknown(f"{name} is made from itself", node.line)
            made = self.names.get(name)
            what = "is changed after it is made" if name in self.names else "is not set here"
            unknown = Unknown(f"{name} {what}", node.line)
            self.known[name] = unknown if made is None else self.value(made, depth)
        return self.known[name]

    def _array(self, node: Node, depth: int) -> Value:
        return self.listed(node.children, node.line, depth)

    def listed(self, nodes: tuple[Node, ...], line: int, depth: int = 0) -> Value:
        """A list of what `nodes` come to, lists inside it laid out flat, as `flatten` does."""
        items: list[shared.Value] = []
        for node in nodes:
            spread = node.kind == "splat_argument" and len(node.children) == 1
            value = self.value(node.children[0] if spread else node, depth)
            match value:
                case Listing():
                    items += value.items
                case Parts() if len(nodes) == 1:
                    return value
                case Function() if len(nodes) == 1:
                    return value
                case Text() | Plain() | Expression():
                    items.append(value)
                case _:
                    return odd([value], node.line)
        return listing(tuple(items), line, grows=True)

    def _element(self, node: Node, _depth: int) -> Value:
        inner = node.get("object")
        key = node.children[1] if len(node.children) == 2 else None
        if inner is None or inner.text != "ENV" or key is None:
            return Unknown("an element of something else", node.line)
        return self._environment((key,), None, node.line)

    def _environment(self, names: tuple[Node, ...], default: Value | None, line: int) -> Value:
        name = self.value(names[0]) if len(names) == 1 else None
        if not isinstance(name, Text) or name.open:
            return Unknown("a variable of the environment whose name is made in code", line)
        if default is None or (isinstance(default, Plain) and default.value is None):
            return variable(name.text, None, line, for_empty=False)
        if not isinstance(default, Text):
            return odd([default], line)
        return variable(name.text, default, line, for_empty=False)

    # -- operations and calls ----------------------------------------------------------------------

    def _operation(self, node: Node, depth: int) -> Value:
        left, right, operator = node.get("left"), node.get("right"), node.get("operator")
        if left is None or right is None or operator is None:
            return other(node.line)
        first, second = self.value(left, depth), self.value(right, depth)
        match operator.kind, first, second:
            case "||" | "or", _, _:
                # An empty text is true in Ruby.
                return defaulted(first, second, node.line, for_empty=False)
            case "*", _, _:
                return multiplied(first, second, node.line)
            case "+", Text(), Text():
                return joined([first, second], node.line)
            case "+", Listing(), Listing():
                return listing(first.items + second.items, node.line, grows=True)
            case _:
                return odd([first, second], node.line)

    def _call(self, node: Node, depth: int) -> Value:
        method, receiver = node.get("method"), node.get("receiver")
        arguments, block = arguments_of(node), node.get("block")
        if method is None:
            return other(node.line)
        if receiver is None:
            made = method.text in ("lambda", "proc") and block is not None
            return Function(block) if made and block is not None else self._unknown(node)
        if receiver.text == "ENV" and method.text == "fetch":
            return self._fetched(arguments, block, node.line, depth)
        if receiver.text == "Regexp" and method.text == "new" and len(arguments) == 1:
            source = self.value(arguments[0], depth)
            plain = isinstance(source, Text) and not source.open
            return Expression(source) if plain and isinstance(source, Text) else self._unknown(node)
        if receiver.text in ("Proc", "Regexp"):
            return self._unknown(node)
        return self._shaped(self.value(receiver, depth), node, method.text, arguments)

    def _fetched(
        self, arguments: tuple[Node, ...], block: Node | None, line: int, depth: int
    ) -> Value:
        """`ENV.fetch("NAME", default)` or `ENV.fetch("NAME") { default }`."""
        given = arguments[1:]
        body = None if block is None else block.get("body")
        if body is not None:
            given = body.children
        if len(given) > 1 or not arguments:
            return Unknown("a default that is made in code", line)
        default = self.value(given[0], depth) if given else None
        return self._environment(arguments[:1], default, line)

    def _shaped(self, value: Value, node: Node, method: str, arguments: tuple[Node, ...]) -> Value:
        line, block = node.line, node.get("block")
        written = "".join(argument.text for argument in arguments)
        if method == "split" and len(arguments) == 1:
            return cut(value, self.value(arguments[0]), line)
        if method == "map" and written == "&:strip":
            return trimmed(value, line)
        dropping = method == "reject" and written in ("&:empty?", "&:blank?")
        if dropping or method in ("compact", "compact_blank"):
            return without_empty(value, line) if method != "compact" else _compact(value, line)
        if method in _SAME and not arguments and block is None:
            return value
        unit = _SECONDS.get(method.removesuffix("s"))
        if unit is not None and isinstance(value, Plain):
            return multiplied(value, Plain(unit, line), line)
        return value if isinstance(value, Unknown) else self._unknown(node)

    def _unknown(self, node: Node) -> Unknown:
        return Unknown("what a call returns", node.line)


def _compact(value: Value, line: int) -> Value:
    """A list without `nil`."""
    if not isinstance(value, Listing):
        return odd([value], line)
    kept = (one for one in value.items if not isinstance(one, Plain) or one.value is not None)
    return Listing(tuple(kept), value.line)
