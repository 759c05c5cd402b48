"""Where a call stands in a JavaScript file: on what, under which conditions, in which functions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from auditor.text.syntax import Node
from collectors.app.source.javascript_scope import (
    Assigned,
    Imported,
    Parameter,
    Scope,
    arguments_of,
    function_of,
)

_CONDITIONAL = frozenset(
    {
        "if_statement",
        "ternary_expression",
        "switch_case",
        "switch_default",
        "for_statement",
        "for_in_statement",
        "while_statement",
        "do_statement",
        "catch_clause",
    }
)
_FUNCTIONS = frozenset(
    {
        "arrow_function",
        "function_expression",
        "function_declaration",
        "method_definition",
        "generator_function",
    }
)
_SHORT_CIRCUITS = frozenset({"&&", "||", "??"})


@dataclass(frozen=True, slots=True)
class Call:
    """A call in a file: its node, and the nodes around it, innermost first."""

    node: Node
    around: tuple[Node, ...]

    @property
    def method(self) -> str:
        """`use` of `app.use(...)`; empty for a call of a plain name."""
        function = function_of(self.node)
        name = None if function is None else function.get("property")
        return "" if name is None else name.text

    @property
    def name(self) -> str:
        """`app.use`, as it is written."""
        function = function_of(self.node)
        return "" if function is None else function.text

    @property
    def receiver(self) -> Node | None:
        """`app` of `app.use(...)`."""
        function = function_of(self.node)
        return None if function is None else function.get("object")

    @property
    def arguments(self) -> tuple[Node, ...]:
        """The arguments, in order."""
        return arguments_of(self.node)

    @property
    def is_conditional(self) -> bool:
        """Whether it depends on a condition that it is made."""
        return any(map(_is_condition, self.around))

    @property
    def functions(self) -> tuple[Node, ...]:
        """The functions that it stands in, innermost first."""
        return tuple(node for node in self.around if node.kind in _FUNCTIONS)


def calls_of(root: Node) -> tuple[Call, ...]:
    """Every call of a file, in the order written."""
    found = (Call(node, around) for node, around in root.paths() if node.kind == "call_expression")
    return tuple(found)


def _is_condition(node: Node) -> bool:
    operator = node.get("operator")
    short = node.kind == "binary_expression" and operator is not None
    return node.kind in _CONDITIONAL or (
        short and operator is not None and operator.kind in _SHORT_CIRCUITS
    )


@dataclass(frozen=True, slots=True)
class Owner:
    """What a method is called on. `made`: what it was made by; `type`: as annotated; `foreign`: it comes
    from outside this file."""

    name: str
    made: Node | None = None
    type: str = ""
    foreign: bool = False


def owner_of(receiver: Node, scope: Scope, fields: Mapping[str, tuple[Owner, ...]]) -> Owner:
    """What `receiver` is: a name of the file, or a field as `this.app`."""
    name = receiver.text
    if receiver.kind == "call_expression":
        return Owner(name, made=receiver)
    assigned = fields.get(name, ())
    if len(assigned) == 1:
        return assigned[0]
    declared = scope.declared.get(name, ())
    if assigned or receiver.kind != "identifier" or len(declared) != 1:
        return Owner(name)
    match declared[0]:
        case Assigned(node=node, key=""):
            return Owner(name, made=_awaited(node))
        case Parameter(type=type_):
            return Owner(name, type=type_, foreign=True)
        case Imported():
            return Owner(name, foreign=True)
        case Assigned():
            return Owner(name)


def fields_of(root: Node) -> dict[str, tuple[Owner, ...]]:
    """What is assigned to names and fields, by the text on the left: `this.app = express()`."""
    found: dict[str, tuple[Owner, ...]] = {}
    for node in root.walk():
        left, right = node.get("left"), node.get("right")
        if node.kind == "assignment_expression" and left is not None and right is not None:
            name = left.text
            found[name] = (*found.get(name, ()), Owner(name, made=_awaited(right)))
        elif node.kind in ("public_field_definition", "field_definition"):
            field, value, type_ = node.get("name"), node.get("value"), node.get("type")
            if field is not None and (value is not None or type_ is not None):
                name = f"this.{field.text}"
                written = "" if type_ is None else type_.text.removeprefix(":").strip()
                made = None if value is None else _awaited(value)
                found[name] = (*found.get(name, ()), Owner(name, made, written))
    # An annotation says less than what is assigned.
    return {
        name: tuple(one for one in owners if one.made is not None) or owners
        for name, owners in found.items()
    }


def made_by(owner: Owner, is_maker: Callable[[Node], bool]) -> bool:
    """Whether `owner` is what a call of a function that `is_maker` takes returned."""
    function = None if owner.made is None else function_of(owner.made)
    return function is not None and is_maker(function)


def _awaited(node: Node) -> Node:
    wrappers = ("await_expression", "as_expression", "parenthesized_expression")
    while node.kind in wrappers and node.children:
        node = node.children[0]
    return node
