"""What some calls in Python files return: the environment, lists made of texts, and little more.

Sources: os (CPython 3.11); django-environ 0.14.0, environ.py; environs 15.2.0; python-decouple 3.8.
- `env.list` of django-environ drops empty parts, that of environs gives none for an empty text; neither
  trims. decouple's `Csv` trims and drops empty parts.
- A default is taken where the variable is not set, and not where it is empty.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from collectors.app.mapping import Split
from collectors.app.source.python_literal import Calls, Evaluator, arguments
from collectors.app.source.value import (
    Expression,
    Imported,
    Listing,
    Made,
    Members,
    Parts,
    Plain,
    Switch,
    Table,
    Text,
    Unknown,
    Value,
    literal,
    truth,
    variable,
    why,
)

_Options: TypeAlias = dict[str, Value]
_ENVIRONMENTS = frozenset({"environ.Env", "environs.Env"})
_SEPARATORS = {",": Split.COMMA, ";": Split.SEMICOLON}


@dataclass(frozen=True, slots=True)
class KnownCalls(Calls):
    """The calls that are followed."""

    def value(self, here: Evaluator, node: ast.Call, depth: int) -> Value:
        """What `node` returns; `here` evaluates its arguments."""
        if isinstance(node.func, ast.Attribute):
            owner = here.value(node.func.value, depth)
            found = _method(here, node, owner, node.func.attr, depth)
            if found is not None:
                return found
            function = here.member(owner, node.func.attr, node.lineno)
        else:
            function = here.value(node.func, depth)
        match function:
            case Imported(name=name):
                return _called(here, node, name, depth)
            case Made(name=name) if name in _ENVIRONMENTS:
                return _environment(here, node, function, "", depth)
            case Members(complete=True) if not node.args and not node.keywords:
                made = "__init__" in function.names
                return Unknown("an instance that sets itself up", node.lineno) if made else function
            case Members():
                return Unknown("an instance of a class with a base elsewhere", node.lineno)
            case _:
                return why(function)


def _called(here: Evaluator, node: ast.Call, name: str, depth: int) -> Value:
    given = [here.value(one, depth) for one in node.args]
    options = arguments(here, node, depth)
    if isinstance(options, Unknown):
        return options
    known = _KNOWN.get(name)
    found = None if known is None else known(name, given, options, node.lineno)
    return Made(name, node.lineno, options) if found is None else found


# -- the environment -------------------------------------------------------------------------------


def _getenv(_name: str, given: list[Value], options: _Options, line: int) -> Value:
    name = given[0] if given else options.get("key")
    default = given[1] if len(given) > 1 else options.get("default")
    if not isinstance(name, Text) or name.open:
        return Unknown("a variable of the environment whose name is made in code", line)
    match default:
        case None | Plain(value=None):
            return variable(name.text, None, line, for_empty=False)
        case Text():
            return variable(name.text, default, line, for_empty=False)
        case _:
            reason = f"the default of the variable {name.text} is no text"
            return Unknown(reason, line)


def _method(here: Evaluator, node: ast.Call, owner: Value, method: str, depth: int) -> Value | None:
    """What a method of `owner` returns; None where it is none that is followed here."""
    match owner:
        case Made(name=name) if name in _ENVIRONMENTS:
            return _environment(here, node, owner, method, depth)
        case Text():
            return _of_text(here, node, owner, method, depth)
        case Table() if method == "get" and node.args:
            key = here.value(node.args[0], depth)
            found = owner.get(key.text) if isinstance(key, Text) and not key.open else None
            return found or Unknown("an item of a mapping", node.lineno)
        case _:
            return None


def _environment(here: Evaluator, node: ast.Call, owner: Made, method: str, depth: int) -> Value:
    """`env("X")`, `env.list("X", default=[...])`, `env.bool("X", False)` and the like."""
    options = arguments(here, node, depth)
    given = [here.value(one, depth) for one in node.args]
    name = given[0] if given else None
    if isinstance(options, Unknown) or not isinstance(name, Text) or name.open:
        return Unknown(f"what {owner.name} returns here is not followed", node.lineno)
    if options.keys() - {"default", "cast"}:
        return Unknown(f"arguments of {owner.name} that are not followed", node.lineno)
    # environs takes the default second, django-environ takes the cast there, but for str and bool.
    second = given[1] if len(given) > 1 else None
    if isinstance(second, Imported):
        options.setdefault("cast", second)
    elif second is not None:
        options.setdefault("default", second)
    if len(given) > 2:
        options.setdefault("default", given[2])
    cast = options.get("cast")
    kind = cast.name.removeprefix("builtins.") if isinstance(cast, Imported) else method
    scheme = owner.options.get(name.text)
    if isinstance(scheme, Listing) and len(scheme.items) == 2 and kind == "":
        kind = (
            scheme.items[0].name.removeprefix("builtins.")
            if isinstance(scheme.items[0], Imported)
            else "?"
        )
        options.setdefault("default", scheme.items[1])
    elif kind == "" and "default" in options:
        kind = {Listing: "list", Plain: "bool"}.get(type(options["default"]), "str")
    return _typed(name.text, kind, options.get("default"), node.lineno)


def _typed(name: str, kind: str, default: Value | None, line: int) -> Value:
    """A variable read as a text, a list cut at commas, a flag or a number."""
    if isinstance(default, Imported) and default.name.endswith(".NOTSET"):
        default = None
    match kind:
        case "" | "str" | "int":
            text = _as_text(default)
            if isinstance(text, Unknown):
                return text
            return variable(name, text, line, for_empty=False)
        case "list" | "tuple":
            text = _as_commas(default, line)
            if isinstance(text, Unknown):
                return text
            found = variable(name, text, line, for_empty=False)
            return found if isinstance(found, Unknown) else Parts(found, Split.COMMA, False, True)
        case "bool":
            text = _as_text(default)
            found = (
                text if isinstance(text, Unknown) else variable(name, text, line, for_empty=False)
            )
            return found if isinstance(found, Unknown) else Switch(found)
        case _:
            return Unknown(f"the variable {name} is read in a way that is not followed", line)


def _decoupled(_name: str, given: list[Value], options: _Options, line: int) -> Value:
    """`config("X", default="", cast=Csv())`."""
    name = given[0] if given else None
    if not isinstance(name, Text) or name.open:
        return Unknown("what decouple.config returns here is not followed", line)
    default = given[1] if len(given) > 1 else options.get("default")
    cast = given[2] if len(given) > 2 else options.get("cast")
    text = _as_text(default)
    found = text if isinstance(text, Unknown) else variable(name.text, text, line, for_empty=False)
    match cast:
        case _ if isinstance(found, Unknown):
            return found
        case None | Imported(name="builtins.str" | "builtins.int"):
            return found
        case Imported(name="builtins.bool"):
            return Switch(found)
        case Made(name="decouple.Csv", options=ways) if not ways:
            return Parts(found, Split.COMMA, trim=True, drop_empty=True)
        case _:
            return Unknown(f"the variable {name.text} is converted in code", line)


def _as_text(default: Value | None) -> Text | Unknown | None:
    """A default as the text that would mean the same."""
    match default:
        case None | Text():
            return default
        case Plain(value=None):
            return None
        case Plain(value=plain):
            return Text(str(plain), default.line)
        case _:
            return why(default)


def _as_commas(default: Value | None, line: int) -> Text | Unknown | None:
    match default:
        case Listing(items=items):
            texts = [item.text for item in items if isinstance(item, Text) and not item.open]
            if len(texts) == len(items) and not any("," in text for text in texts):
                return literal(",".join(texts), line)
            return Unknown("a default that is no list of plain texts", line)
        case _:
            return _as_text(default)


# -- texts and lists -------------------------------------------------------------------------------


def _of_text(here: Evaluator, node: ast.Call, owner: Text, method: str, depth: int) -> Value:
    given = [here.value(one, depth) for one in node.args]
    plain = [one.text for one in given if isinstance(one, Text) and not one.open]
    if node.keywords or len(plain) < len(given):
        return Unknown("a text that is made in code", node.lineno)
    if method == "split" and len(plain) <= 1:
        return _split(owner, plain[0] if plain else None, node.lineno)
    if (
        not owner.open
        and method in ("strip", "rstrip", "lstrip", "lower", "upper")
        and len(plain) < 2
    ):
        changed = getattr(str, method)(owner.text, *plain)
        return literal(changed, owner.line)
    return Unknown("a text that is made in code", node.lineno)


def _split(owner: Text, separator: str | None, line: int) -> Value:
    if not owner.open and separator != "":
        items = owner.text.split(separator)
        return Listing(tuple(Text(item, owner.line) for item in items), line)
    if separator is None:
        return Parts(owner, Split.WHITESPACE)
    if separator in _SEPARATORS:
        return Parts(owner, _SEPARATORS[separator])
    return Unknown("a text that is cut in another way", line)


def _as_list(name: str, given: list[Value], _options: _Options, line: int) -> Value:
    """`list(x)` and the like; the order of origins and names does not matter."""
    grows = name != "builtins.tuple"
    match given:
        case []:
            return Listing((), line, grows)
        case [Listing(items=items)]:
            return Listing(items, line, grows)
        case [Parts() as parts]:
            return parts
        case [Unknown() as unknown]:
            return unknown
        case _:
            return Unknown("a list that is made in code", line)


def _mapped(name: str, given: list[Value], _options: _Options, line: int) -> Value:
    """`map(str.strip, parts)` and `filter(None, parts)`."""
    match name, given:
        case "builtins.map", [Imported(name="builtins.str.strip"), Parts() as parts]:
            return Parts(parts.text, parts.split, True, parts.drop_empty)
        case "builtins.filter", [Plain(value=None), Parts() as parts]:
            return Parts(parts.text, parts.split, parts.trim, True)
        case _:
            return Unknown("a list that is made in code", line)


def _converted(name: str, given: list[Value], _options: _Options, line: int) -> Value:
    """`bool(x)`, `int(x)` and `str(x)`."""
    match name, given:
        case "builtins.bool", [value]:
            holds = truth(value)
            reason = "any text but an empty one counts as true there"
            return Unknown(reason, line) if holds is None else Plain(holds, line)
        case _, [Text() | Plain() as value]:
            return value
        case _, [value]:
            return why(value)
        case _:
            return Unknown("a value that is made in code", line)


def _compiled(_name: str, given: list[Value], options: _Options, line: int) -> Value:
    """`re.compile(x)` without flags."""
    match given:
        case [Text() as text] if not options:
            return Expression(text)
        case _:
            return Unknown("a regular expression with flags, or made in code", line)


def _loaded(_name: str, given: list[Value], _options: _Options, line: int) -> Value:
    """`json.loads(x)`."""
    match given:
        case [Text(open=True) as text]:
            return Parts(text, Split.JSON)
        case _:
            return Unknown("a list that is made in code", line)


def _dict(_name: str, given: list[Value], options: _Options, line: int) -> Value:
    """`dict(a=1)`."""
    if given:
        return Unknown("a mapping that is made in code", line)
    return Table(tuple((Text(key, value.line), value) for key, value in options.items()), line)


_KNOWN: Mapping[str, Callable[[str, list[Value], _Options, int], Value]] = {
    "os.getenv": _getenv,
    "os.environ.get": _getenv,
    "decouple.config": _decoupled,
    "builtins.list": _as_list,
    "builtins.tuple": _as_list,
    "builtins.set": _as_list,
    "builtins.frozenset": _as_list,
    "builtins.sorted": _as_list,
    "builtins.map": _mapped,
    "builtins.filter": _mapped,
    "builtins.bool": _converted,
    "builtins.int": _converted,
    "builtins.str": _converted,
    "builtins.dict": _dict,
    "re.compile": _compiled,
    "json.loads": _loaded,
}
"""Functions that are followed, by full name."""
