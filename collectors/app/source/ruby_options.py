"""What `origins` and `resource` of rack-cors are told: from values to settings.

Source: lib/rack/cors/resources.rb and resource.rb of rack-cors 3.0.0.
"""

from collections.abc import Iterator
from dataclasses import replace

from auditor.core.reading import Json
from auditor.text.syntax import Node
from collectors.app.semantics.preset import Input
from collectors.app.semantics.rack import EVERY
from collectors.app.source.block import Setting
from collectors.app.source.ruby_literal import Evaluator, arguments_of
from collectors.app.source.shaping import Function, UnknownError, Value
from collectors.app.source.value import Expression, Listing, Parts, Plain, Text, Unknown

_FIELDS = (("methods", Input.METHODS), ("headers", Input.HEADERS), ("expose", Input.EXPOSE))


def origins_of(call: Node, evaluator: Evaluator) -> Iterator[Setting]:
    """What a call of `origins` says. Raises UnknownError."""
    arguments, block, line = arguments_of(call), call.get("block"), call.line
    if block is not None:
        # A block is asked beside the entries of the list: one that is always true takes everybody.
        _require_true(block)
        yield Setting(Input.ORIGINS, "origins", True, line)
        return
    match evaluator.listed(arguments, line):
        case Function(node=node):
            _require_true(node)
            yield Setting(Input.ORIGINS, "origins", True, line)
        case Parts(text=text, split=split, trim=trim, drop_empty=drop):
            yield Setting(Input.ORIGINS, "origins", text.text, line, (), split, trim, drop)
        case Listing(items=items):
            texts = [one for one in items if isinstance(one, Text)]
            expressions = [one.text for one in items if isinstance(one, Expression)]
            if len(texts) + len(expressions) != len(items):
                raise UnknownError("origins: more than texts and expressions", line)
            yield _list_of(Input.ORIGINS, "origins", texts, line)
            if expressions:
                yield _list_of(Input.PATTERNS, "origins (Regexp)", expressions, line)
        case value:
            reason = value.reason if isinstance(value, Unknown) else "a value of another shape"
            raise UnknownError(f"origins: {reason}", value.line)


def _require_true(function: Node) -> None:
    """Raise unless a block or a lambda is always true."""
    body = function.get("body")
    while body is not None and body.kind in ("block", "do_block", "block_body", "body_statement"):
        if body.kind in ("block", "do_block"):
            body = body.get("body")
        else:
            body = body.children[0] if len(body.children) == 1 else None
    if body is None or body.kind != "true":
        raise UnknownError("origins: a block decides on each origin", function.line)


# -- options ---------------------------------------------------------------------------------------


def options_of(arguments: tuple[Node, ...], evaluator: Evaluator) -> Iterator[Setting]:
    """What the options of a call of `resource` say. Raises UnknownError."""
    values = _given(arguments, evaluator)
    if "if" in values:
        raise UnknownError("if: code decides on each request", values["if"].line)
    if "vary" in values:
        _refuse_vary(values["vary"])
    for name, input_ in _FIELDS:
        if name in values:
            yield from _names(name, input_, values[name])
    credentials = values.get("credentials")
    if credentials is not None:
        if isinstance(credentials, Unknown | Function):
            raise _unknown("credentials", credentials)
        on = isinstance(credentials, Plain) and credentials.value is True
        yield Setting(Input.CREDENTIALS, "credentials", on, credentials.line)
    age = values.get("max_age")
    if age is not None:
        yield from _age(age)


def _given(arguments: tuple[Node, ...], evaluator: Evaluator) -> dict[str, Value]:
    found: dict[str, Value] = {}
    pairs = [
        one for node in arguments for one in (node.children if node.kind == "hash" else (node,))
    ]
    for pair in pairs:
        key, value = pair.get("key"), pair.get("value")
        if pair.kind != "pair" or key is None or value is None:
            raise UnknownError("options that are made in code", pair.line)
        if key.kind == "hash_key_symbol":
            found[key.text] = evaluator.value(value)
        elif key.kind == "simple_symbol":
            found[key.text.removeprefix(":")] = evaluator.value(value)
        # Keys that are texts are not those that rack-cors asks for.
    return found


def _refuse_vary(value: Value) -> None:
    texts = value.items if isinstance(value, Listing) else (value,)
    if not any(isinstance(one, Text) and one.text == "Origin" for one in texts):
        raise UnknownError("vary: answers do not vary by Origin", value.line)


def _names(name: str, input_: Input, value: Value) -> Iterator[Setting]:
    items = value.items if isinstance(value, Listing) else (value,)
    texts = [one for one in items if isinstance(one, Text)]
    if isinstance(value, Plain) and value.value is None:
        return
    if len(texts) != len(items):
        raise _unknown(name, value)
    alone = not isinstance(value, Listing) and texts[0].text == EVERY
    written = texts if alone else [replace(one, text=one.text.removeprefix(":")) for one in texts]
    yield _list_of(input_, name, written, value.line)


def _age(value: Value) -> Iterator[Setting]:
    match value:
        case Plain(value=None | False):
            return
        case Plain(value=int() as seconds):
            yield Setting(Input.MAX_AGE, "max_age", seconds, value.line)
        case Text(text=text):
            yield Setting(Input.MAX_AGE, "max_age", text, value.line)
        case _:
            raise _unknown("max_age", value)


def _list_of(input_: Input, name: str, texts: list[Text], line: int) -> Setting:
    written: Json = [text.text for text in texts]
    return Setting(input_, name, written, line, tuple(text.line for text in texts))


def _unknown(name: str, value: Value) -> UnknownError:
    reason = value.reason if isinstance(value, Unknown) else "a value of another shape"
    return UnknownError(f"{name}: {reason}", value.line)
