"""The options of `cors` and `@fastify/cors`: one object, from its values to settings.

Sources: lib/index.js of cors 2.8.6; index.js of @fastify/cors 11.4.3.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.core.reading import Json
from auditor.text.syntax import Node
from collectors.app.semantics.preset import Input
from collectors.app.source.block import Setting
from collectors.app.source.javascript_scope import arguments_of, function_of
from collectors.app.source.shaping import Function, Record, UnknownError, Value
from collectors.app.source.value import Expression, Listing, Parts, Plain, Text, Unknown

_LISTS = (
    ("methods", Input.METHODS),
    ("allowedHeaders", Input.HEADERS),
    ("exposedHeaders", Input.EXPOSE),
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the two differ. `usual`: options that change how preflights are answered, and the values
    under which they do not. `truthy`: any value that is true stands for true (else only `true`).
    `by_promise`: a function may return a promise."""

    usual: tuple[tuple[str, tuple[Json, ...]], ...]
    truthy: bool
    by_promise: bool


EXPRESS = Dialect((("preflightContinue", (False, None)),), truthy=False, by_promise=False)
FASTIFY = Dialect(
    (
        ("preflightContinue", (False, None)),
        ("preflight", (True,)),
        ("strictPreflight", (True,)),
        ("hook", ("onRequest",)),
        ("delegator", (None,)),
    ),
    truthy=True,
    by_promise=True,
)


def settings_of(options: Value, dialect: Dialect) -> tuple[Setting, ...]:
    """Return what `options` says. Raises UnknownError where something in it is not known."""
    if isinstance(options, Plain) and options.value is None:
        return ()
    if isinstance(options, Function):
        raise UnknownError("a function decides on the options of each request", options.line)
    if not isinstance(options, Record):
        raise _unknown(options, "the options")
    _refuse_unusual(options, dialect)
    return tuple(_settings(options, dialect))


def _settings(options: Record, dialect: Dialect) -> Iterator[Setting]:
    origin = options.get("origin")
    if origin is not None:
        yield from _origins(origin, dialect)
    for name, input_ in _LISTS:
        value = options.get(name)
        if name == "allowedHeaders" and value is None and not dialect.truthy:
            name, value = "headers", options.get("headers")
        if value is not None:
            yield from _names(name, input_, value)
    credentials = options.get("credentials")
    if credentials is not None:
        on = _flag(credentials, dialect)
        yield Setting(Input.CREDENTIALS, "credentials", on, credentials.line)
    age = options.get("maxAge")
    if age is not None:
        yield from _age(age)


def _refuse_unusual(options: Record, dialect: Dialect) -> None:
    for name, usual in dialect.usual:
        value = options.get(name)
        found = value.value if isinstance(value, Plain) else getattr(value, "text", value)
        if value is not None and found not in usual:
            raise UnknownError(f"{name} is set, which is not followed", value.line)
    status = options.get("optionsSuccessStatus")
    if status is not None and not (isinstance(status, Plain) and _is_success(status.value)):
        what = "optionsSuccessStatus is no status of success"
        raise UnknownError(what, status.line)


def _is_success(value: object) -> bool:
    return isinstance(value, int) and 200 <= value <= 299


# -- origin ----------------------------------------------------------------------------------------


def _origins(value: Value, dialect: Dialect) -> Iterator[Setting]:
    line = value.line
    match value:
        case Plain(value=bool() as on):
            yield Setting(Input.ORIGINS, "origin", on, line)
        case Plain(value=None):
            if dialect.truthy:
                raise UnknownError("origin is not set, and the plugin fails on each request", line)
            yield Setting(Input.ORIGINS, "origin", False, line)
        case Text(text=text):
            yield Setting(Input.ORIGINS, "origin", text, line)
        case Function(node=node):
            yield Setting(Input.ORIGINS, "origin", _always(node, dialect), line)
        case _:
            yield from _several(value)


def _several(value: Value) -> Iterator[Setting]:
    match value:
        case Parts(text=text, split=split, trim=trim, drop_empty=drop):
            origins, line = text.text, value.line
            yield Setting(Input.ORIGINS, "origin", origins, line, (), split, trim, drop)
        case Expression():
            yield from _listed((value,), value.line)
        case Listing(items=items):
            yield from _listed(items, value.line)
        case _:
            raise _unknown(value, "origin")


def _listed(items: tuple[object, ...], line: int) -> Iterator[Setting]:
    """A list of origins; `true` in it takes everybody, what is empty nobody."""
    if any(isinstance(item, Plain) and item.value is True for item in items):
        yield Setting(Input.ORIGINS, "origin", True, line)
        return
    texts = [item for item in items if isinstance(item, Text)]
    expressions = [item.text for item in items if isinstance(item, Expression)]
    nothing = [item for item in items if isinstance(item, Plain) and not item.value]
    if len(texts) + len(expressions) + len(nothing) != len(items):
        raise UnknownError("origin is a list of more than texts and expressions", line)
    yield _list_of(Input.ORIGINS, "origin", texts, line)
    if expressions:
        yield _list_of(Input.PATTERNS, "origin (RegExp)", expressions, line)


def _list_of(input_: Input, name: str, texts: list[Text], line: int) -> Setting:
    written: Json = [text.text for text in texts]
    return Setting(input_, name, written, line, tuple(text.line for text in texts))


def _always(node: Node, dialect: Dialect) -> Json:
    """What a function says to every origin. Raises UnknownError where that depends on the origin."""
    parameters = _parameters(node)
    result = _only_expression(node.get("body"))
    if result is not None and len(parameters) == 2:
        arguments = arguments_of(result)
        called = function_of(result)
        if called is not None and called.text == parameters[1] and len(arguments) == 2:
            first, second = arguments
            if first.text in ("null", "undefined"):
                return _answer(second, parameters[0], node)
    if result is not None and dialect.by_promise and node.text.startswith("async"):
        return _answer(result, next(iter(parameters), ""), node)
    raise UnknownError("a function decides on each origin", node.line)


def _answer(node: Node, origin: str, function: Node) -> Json:
    if node.text in ("true", "false"):
        return node.text == "true"
    if node.kind == "identifier" and node.text == origin:
        return True
    if node.text in ("'*'", '"*"'):
        return "*"
    raise UnknownError("a function decides on each origin", function.line)


def _parameters(node: Node) -> tuple[str, ...]:
    single, several = node.get("parameter"), node.get("parameters")
    found = (single,) if single is not None else () if several is None else several.children
    return tuple((one.get("pattern") or one).text for one in found)


def _only_expression(body: Node | None) -> Node | None:
    """What a function with one expression or one statement comes to."""
    if body is None or body.broken:
        return None
    if body.kind != "statement_block":
        return body
    statements = body.children
    if len(statements) == 1 and statements[0].kind in ("return_statement", "expression_statement"):
        return next(iter(statements[0].children), None)
    return None


# -- the other options -----------------------------------------------------------------------------


def _names(name: str, input_: Input, value: Value) -> Iterator[Setting]:
    match value:
        case Plain(value=None) if input_ is not Input.METHODS:
            return
        case Text(text=text):
            if text or input_ is Input.METHODS:
                yield Setting(input_, name, text, value.line)
        case Listing(items=items) if all(isinstance(item, Text) for item in items):
            texts = [item for item in items if isinstance(item, Text)]
            yield _list_of(input_, name, texts, value.line)
        case _:
            raise _unknown(value, name)


def _flag(value: Value, dialect: Dialect) -> bool:
    match value:
        case Plain(value=bool() as on):
            return on
        case Plain(value=found):
            return bool(found) and dialect.truthy
        case Text(text=text, open=is_open) if not is_open or not dialect.truthy:
            return bool(text) and dialect.truthy
        case _:
            raise _unknown(value, "credentials")


def _age(value: Value) -> Iterator[Setting]:
    match value:
        case Plain(value=None | False):
            return
        case Plain(value=int() as seconds):
            yield Setting(Input.MAX_AGE, "maxAge", seconds, value.line)
        case Text(text=text):
            yield Setting(Input.MAX_AGE, "maxAge", text, value.line)
        case _:
            raise _unknown(value, "maxAge")


def _unknown(value: Value, name: str) -> UnknownError:
    reason = value.reason if isinstance(value, Unknown) else "a value of another shape"
    return UnknownError(f"{name}: {reason}", value.line)
