"""Python expressions, followed as far as literals, names and the environment lead; nothing is run."""

import ast
from dataclasses import dataclass, field

from collectors.app.source.python_scope import Scope
from collectors.app.source.value import (
    Imported,
    Listing,
    Made,
    Members,
    Parts,
    Plain,
    Table,
    Text,
    Unknown,
    Value,
    joined,
    listing,
    literal,
    table,
    truth,
    variable,
    why,
)

DEEPEST = 40
"""Expressions inside each other."""
MOST_STEPS = 200_000
"""Expressions looked at in one file."""


@dataclass(slots=True)
class Budget:
    """How much may still be looked at."""

    steps: int = MOST_STEPS


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Expressions in the light of a scope; `calls` knows what some functions return."""

    scope: Scope
    calls: "Calls"
    budget: Budget = field(default_factory=Budget)

    def within(self, scope: Scope) -> "Evaluator":
        """The same in another scope."""
        return Evaluator(scope, self.calls, self.budget)

    def value(self, node: ast.expr, depth: int = 0) -> Value:
        """What `node` comes to."""
        self.budget.steps -= 1
        if depth > DEEPEST or self.budget.steps < 0:
            return Unknown("an expression that is too long to follow", node.lineno)
        inner = depth + 1
        match node:
            case ast.Constant(value=str(text)):
                return literal(text, node.lineno)
            case ast.Constant(value=bool() | int() | float() | None as plain):
                return Plain(plain, node.lineno)
            case ast.Name(id=name):
                return self.scope.get(name, node.lineno)
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                return self._listing(elements, node.lineno, inner, not isinstance(node, ast.Tuple))
            case ast.Dict():
                return self._table(node, inner)
            case ast.Call():
                return self.calls.value(self, node, inner)
            case _:
                return self._operation(node, inner)

    def _operation(self, node: ast.expr, depth: int) -> Value:
        match node:
            case ast.BinOp(left=left, op=ast.Add() | ast.BitOr() as op, right=right):
                both = (self.value(left, depth), self.value(right, depth), node.lineno)
                return self._sum(*both) if isinstance(op, ast.Add) else self._union(*both)
            case ast.JoinedStr(values=pieces):
                return self._formatted(pieces, node.lineno, depth)
            case ast.Attribute(value=inner, attr=name):
                return self.member(self.value(inner, depth), name, node.lineno)
            case ast.Subscript(value=inner, slice=key):
                return self._item(self.value(inner, depth), self.value(key, depth), node.lineno)
            case ast.IfExp() | ast.BoolOp() | ast.UnaryOp() | ast.Compare():
                return self._condition(node, depth)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                return self._comprehension(node, depth)
            case _:
                is_function = isinstance(node, ast.Lambda)
                what = "a function" if is_function else "an expression that is not followed"
                return Unknown(what, node.lineno)

    # -- lists and mappings ------------------------------------------------------------------------

    def _listing(self, elements: list[ast.expr], line: int, depth: int, grows: bool) -> Value:
        items: list[Value] = []
        for element in elements:
            if not isinstance(element, ast.Starred):
                items.append(self.value(element, depth))
                continue
            inner = self.value(element.value, depth)
            if not isinstance(inner, Listing):
                return why(inner) if isinstance(inner, Unknown | Imported | Made) else _mixed(line)
            items += inner.items
        return listing(tuple(items), line, grows=grows)

    def _table(self, node: ast.Dict, depth: int) -> Value:
        entries: list[tuple[Value, Value]] = []
        for key, item in zip(node.keys, node.values, strict=True):
            value = self.value(item, depth)
            if key is not None:
                entries.append((self.value(key, depth), value))
            elif isinstance(value, Table):
                entries += value.entries
            else:
                return why(value)
        return table(tuple(entries), node.lineno)

    def _sum(self, left: Value, right: Value, line: int) -> Value:
        match left, right:
            case Text(), Text():
                return joined([left, right], line)
            case Listing(), Listing():
                return listing(left.items + right.items, left.line, grows=left.grows)
            case Listing(items=()), Parts():
                return right
            case Parts(), Listing(items=()):
                return left
            case (Parts(), _) | (_, Parts()):
                return _mixed(line)
            case _:
                return why(left if not isinstance(left, Text | Listing) else right)

    def _union(self, left: Value, right: Value, line: int) -> Value:
        match left, right:
            case Listing(), Listing():
                return listing(left.items + right.items, line, grows=True)
            case Table(), Table():
                return table(left.entries + right.entries, line)
            case _:
                return why(left if not isinstance(left, Listing | Table) else right)

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, depth: int
    ) -> Value:
        """`[x.strip() for x in y.split(",") if x]`: what such a list is cut by."""
        match node.generators:
            case [ast.comprehension(target=ast.Name(id=name), iter=source, ifs=tests, is_async=0)]:
                value = self.value(source, depth)
            case _:
                return Unknown("a comprehension", node.lineno)
        shapes = {_shape(one, name) for one in (node.elt, *tests)}
        if len(tests) > 1 or not shapes <= {"plain", "trimmed"}:
            return Unknown("a comprehension", node.lineno)
        trim = _shape(node.elt, name) == "trimmed"
        if isinstance(value, Parts):
            if "trimmed" in {_shape(one, name) for one in tests} and not trim:
                return Unknown("a comprehension", node.lineno)
            drops = bool(tests) or value.drop_empty
            return Parts(value.text, value.split, trim or value.trim, drops)
        if not isinstance(value, Listing):
            return why(value)
        return _kept(value, trim, bool(tests), node.lineno)

    # -- texts -------------------------------------------------------------------------------------

    def _formatted(self, pieces: list[ast.expr], line: int, depth: int) -> Value:
        texts: list[Text] = []
        for piece in pieces:
            plain = not isinstance(piece, ast.FormattedValue) or (
                piece.conversion == -1 and piece.format_spec is None
            )
            inner = piece.value if isinstance(piece, ast.FormattedValue) else piece
            value = self.value(inner, depth)
            if isinstance(value, Plain) and isinstance(value.value, int):
                value = Text(str(value.value), line)
            if not plain or not isinstance(value, Text):
                return why(value) if plain else Unknown("a formatted text", line)
            texts.append(value)
        return joined(texts, line)

    # -- members -----------------------------------------------------------------------------------

    def member(self, value: Value, name: str, line: int) -> Value:
        """The attribute `name` of `value`."""
        match value:
            case Imported(name=module):
                return Imported(f"{module}.{name}", line)
            case Members(names=names) if name in names:
                return names[name]
            case Members(complete=True):
                return Unknown(f"the attribute {name} is not set in this file", line)
            case Members():
                return Unknown(f"the attribute {name} may be set by a base class elsewhere", line)
            case _:
                return why(value)

    def _item(self, value: Value, key: Value, line: int) -> Value:
        if isinstance(value, Imported) and value.name == "os.environ" and isinstance(key, Text):
            return variable(key.text, None, line, for_empty=False)
        if isinstance(value, Table) and isinstance(key, Text) and not key.open:
            return value.get(key.text) or Unknown("a key that is not set in this file", line)
        return why(value) if isinstance(value, Unknown | Imported) else Unknown("an item", line)

    # -- conditions --------------------------------------------------------------------------------

    def _condition(self, node: ast.expr, depth: int) -> Value:
        match node:
            case ast.IfExp(test=test, body=body, orelse=other):
                holds = truth(self.value(test, depth))
                if holds is None:
                    return Unknown("a condition decides", node.lineno)
                return self.value(body if holds else other, depth)
            case ast.BoolOp(op=op, values=values):
                return self._chosen(isinstance(op, ast.Or), values, node.lineno, depth)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                holds = truth(self.value(operand, depth))
                unknown = Unknown("a condition decides", node.lineno)
                return unknown if holds is None else Plain(not holds, node.lineno)
            case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as op], comparators=[right]):
                one, two = self.value(left, depth), self.value(right, depth)
                if _comparable(one) and _comparable(two):
                    same = _plainly(one) == _plainly(two)
                    return Plain(same is isinstance(op, ast.Eq), node.lineno)
                return Unknown("a condition decides", node.lineno)
            case _:
                return Unknown("a condition decides", node.lineno)

    def _chosen(self, is_or: bool, values: list[ast.expr], line: int, depth: int) -> Value:
        """The first that is true, or for `and` the first that is false; else the last."""
        found: Value = Plain(None, line)
        for at, node in enumerate(values):
            found = self.value(node, depth)
            holds = truth(found)
            if holds is is_or or at == len(values) - 1:
                return found
            if holds is None:
                return (
                    self._defaulted(found, values[at + 1 :], line, depth) if is_or else why(found)
                )
        return found

    def _defaulted(self, found: Value, others: list[ast.expr], line: int, depth: int) -> Value:
        """`os.getenv("X") or "default"`: the default stands for an empty value too."""
        default = self.value(others[0], depth) if len(others) == 1 else None
        bare = (
            isinstance(found, Text) and found.text.endswith("}") and found.text[2:-1].isidentifier()
        )
        if bare and isinstance(found, Text) and isinstance(default, Text):
            return variable(found.text[2:-1], default, line, for_empty=True)
        return why(found) if isinstance(found, Unknown) else Unknown("a condition decides", line)


@dataclass(frozen=True, slots=True)
class Calls:
    """What calls return. This one knows none; `python_call` knows more."""

    def value(self, here: Evaluator, node: ast.Call, depth: int) -> Value:
        """What `node` returns; `here` evaluates its arguments."""
        return why(here.value(node.func, depth))


def _mixed(line: int) -> Unknown:
    return Unknown("a list from the environment with other items beside it", line)


def _shape(node: ast.expr, name: str) -> str:
    """How an expression uses the variable `name` of a comprehension."""
    match node:
        case ast.Name(id=found) if found == name:
            return "plain"
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=found), attr="strip"), args=[], keywords=[]
        ) if found == name:
            return "trimmed"
        case _:
            return "other"


def _kept(value: Listing, trim: bool, drop: bool, line: int) -> Value:
    texts = [item for item in value.items if isinstance(item, Text) and not item.open]
    if len(texts) < len(value.items):
        return Unknown("a comprehension", line)
    stripped = [Text(one.text.strip(), one.line) if trim else one for one in texts]
    return Listing(tuple(one for one in stripped if one.text or not drop), line)


def _comparable(value: Value) -> bool:
    return isinstance(value, Plain) or (isinstance(value, Text) and not value.open)


def _plainly(value: Value) -> object:
    match value:
        case Plain(value=plain):
            return plain
        case Text(text=text):
            return text
        case _:
            return value


def arguments(here: Evaluator, node: ast.Call, depth: int = 0) -> dict[str, Value] | Unknown:
    """The keyword arguments of a call, those of a `**mapping` among them."""
    found: dict[str, Value] = {}
    for keyword in node.keywords:
        value = here.value(keyword.value, depth)
        if keyword.arg is not None:
            found[keyword.arg] = value
            continue
        if not isinstance(value, Table):
            return why(value)
        for key, item in value.entries:
            if not isinstance(key, Text):
                return Unknown("a mapping of arguments whose names are not known", node.lineno)
            found[key.text] = item
    if any(isinstance(one, ast.Starred) for one in node.args):
        return Unknown("arguments that are not written out", node.lineno)
    return found
