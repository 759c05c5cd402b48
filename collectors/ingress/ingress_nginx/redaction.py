"""Snippets as they are kept: what CORS needs of them, and nothing that may be a secret.

Of most directives only the name is kept. A value that is compared with, or sent in a header that is
none of CORS, becomes `x1`, `x2`, ...: alike values stay alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from collectors.ingress.ingress_nginx.directives import (
    Directive,
    SnippetError,
    parse_snippet,
    render,
)
from collectors.ingress.ingress_nginx.variables import variables

UNREADABLE = "unreadable"
"""The directive that stands for a snippet which could not be parsed."""
_OPEN_VARIABLES = frozenset({"request_method", "http_origin"})
_REDIRECTS = ("http://", "https://", "$scheme")


def reduced(text: str) -> str:
    """`text` without comments and without what may be secret; parses to directives again."""
    try:
        directives = parse_snippet(text)
    except SnippetError:
        return f"{UNREADABLE};"
    return render(_Reduction(_OPEN_VARIABLES | _open_variables(directives)).block(directives))


def is_cors_header(name: str) -> bool:
    """Whether `name` is a header that CORS is made of, or Vary."""
    return name.strip().lower().startswith(("access-control-", "vary"))


@dataclass(slots=True)
class _Reduction:
    open_variables: frozenset[str]
    masks: dict[str, str] = field(default_factory=dict)

    def block(self, directives: tuple[Directive, ...]) -> tuple[Directive, ...]:
        return tuple(
            Directive(
                directive.name,
                self.args(directive.name, directive.args),
                None if directive.block is None else self.block(directive.block),
            )
            for directive in directives
        )

    def args(self, name: str, args: tuple[str, ...]) -> tuple[str, ...]:
        match name:
            case "break" | "proxy_hide_header" | "more_clear_headers":
                return args
            case "add_header":
                return args if is_cors_header(args[0] if args else "") else self.masked(args, 1)
            case "more_set_headers":
                return tuple(self.header(arg) for arg in args)
            case "proxy_set_header" | "more_set_input_headers" | "more_clear_input_headers":
                named = bool(args) and args[0].partition(":")[0].strip().lower() == "origin"
                return args if named else ("x",)
            case "if" | "set" | "return" | "rewrite":
                return self.rewriting(name, args)
            case _:
                return ()

    def rewriting(self, name: str, args: tuple[str, ...]) -> tuple[str, ...]:
        match name:
            case "if":
                is_open = variables(" ".join(args[:1])) <= self.open_variables
                return args if is_open or len(args) < 3 else self.masked(args, 2)
            case "set":
                is_open = variables(" ".join(args[:1])) <= self.open_variables
                return args if is_open else self.masked(args, 1)
            case "return":
                target = ("https://x",) if args[:1] and args[0].startswith(_REDIRECTS) else ()
                return args[:1] if args[:1] and args[0].isdigit() else target
            case _:
                goal = "https://x" if args[1:2] and args[1].startswith(_REDIRECTS) else "x"
                return ("x", goal, *args[2:3])

    def masked(self, args: tuple[str, ...], at: int) -> tuple[str, ...]:
        """`args` with the one at `at` masked: blanks and brackets around it stay."""
        if len(args) <= at:
            return args
        return (*args[:at], self.mask(args[at]), *args[at + 1 :])

    def mask(self, value: str) -> str:
        """A word for `value`, the same for the same; what it is made of stays when that varies."""
        made_of = sorted(variables(value))
        if made_of or value in ("", ")"):
            return "".join(f"${{{name}}}" for name in made_of) + (")" if value == ")" else "")
        bare = value.removesuffix(")")
        return self.masks.setdefault(bare, f"x{len(self.masks) + 1}") + value[len(bare) :]

    def header(self, arg: str) -> str:
        name, colon, value = arg.partition(":")
        return arg if not colon or is_cors_header(name) else f"{name}: {self.mask(value)}"


def _open_variables(directives: tuple[Directive, ...]) -> frozenset[str]:
    """Variables whose values are kept: those sent in a CORS header, and those that are a state of
    the snippet itself, set to constants and tested against constants."""
    flat = tuple(_flat(directives))
    values = _values(flat)
    sent = {name for directive in flat for name in _sent(directive)}
    tested = {name for directive in flat for name in _tested(directive)}
    states = {name for name in tested if _is_state(name, values)}
    return _closure(frozenset(sent | states), values)


def _values(flat: tuple[Directive, ...]) -> Mapping[str, tuple[str, ...]]:
    """Every value that each variable is set to."""
    values: dict[str, tuple[str, ...]] = {}
    for directive in flat:
        if directive.name == "set" and len(directive.args) == 2:
            name = directive.args[0].strip("${}")
            values[name] = (*values.get(name, ()), directive.args[1])
    return values


def _is_state(name: str, values: Mapping[str, tuple[str, ...]]) -> bool:
    reached = _closure(frozenset({name}), values)
    return name in values and reached <= values.keys() | _OPEN_VARIABLES


def _closure(names: frozenset[str], values: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """`names` and the variables that their values are made of."""
    while True:
        made_of = {v for name in names for text in values.get(name, ()) for v in variables(text)}
        if made_of <= names:
            return names
        names |= made_of


def _flat(directives: tuple[Directive, ...]) -> Iterator[Directive]:
    for directive in directives:
        yield directive
        yield from _flat(directive.block or ())


def _sent(directive: Directive) -> frozenset[str]:
    args = directive.args
    match directive.name:
        case "add_header" if len(args) > 1 and is_cors_header(args[0]):
            return variables(args[1])
        case "more_set_headers":
            return variables(" ".join(arg for arg in args if is_cors_header(arg)))
        case _:
            return frozenset()


def _tested(directive: Directive) -> frozenset[str]:
    """The variable that an `if` compares with a constant."""
    args = directive.args
    if directive.name != "if" or variables(" ".join(args[1:])):
        return frozenset()
    return variables(" ".join(args[:1]))
