"""CORSMiddleware in the code of a FastAPI or Starlette application.

Source: starlette/middleware/cors.py, 1.10.0 (the parameters and their defaults are those of 0.15.0).
Read: `app.add_middleware(CORSMiddleware, ...)`, `Middleware(CORSMiddleware, ...)` in a list, and
`CORSMiddleware(app, ...)` around an application. More than one in a file: which application each
belongs to, and which stands outermost, is not followed.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.app.semantics.preset import Input
from collectors.app.source.block import Block, Code, Part, Setting, SourceReader
from collectors.app.source.python_literal import Evaluator, arguments
from collectors.app.source.python_module import Module
from collectors.app.source.python_setting import as_age, as_flag, as_list, as_names, remedy_for
from collectors.app.source.python_syntax import Function
from collectors.app.source.value import Expression, Imported, Text, Unknown, Value

_MIDDLEWARE = frozenset(
    {
        "fastapi.middleware.cors.CORSMiddleware",
        "starlette.middleware.cors.CORSMiddleware",
    }
)
_WRAPPERS = frozenset({"starlette.middleware.Middleware", "fastapi.middleware.Middleware"})
_INPUTS: Mapping[str, Input] = {
    "allow_origins": Input.ORIGINS,
    "allow_origin_regex": Input.PATTERNS,
    "allow_credentials": Input.CREDENTIALS,
    "allow_methods": Input.METHODS,
    "allow_headers": Input.HEADERS,
    "expose_headers": Input.EXPOSE,
    "max_age": Input.MAX_AGE,
}
_LEFT_OUT = frozenset({"app", "allow_private_network"})
"""Parameters that change nothing that a browser asks for (Private Network Access is not sent)."""


@dataclass(slots=True)
class _Watch:
    """The middlewares that are seen on the way."""

    parts: list[Part] = field(default_factory=list)

    def called(self, call: ast.Call, here: Evaluator, doubt: str | None) -> None:
        """Take a call that sets up the middleware."""
        added = isinstance(call.func, ast.Attribute) and call.func.attr == "add_middleware"
        wrapped = _name(here, call.func) in _WRAPPERS
        inside = call.args[0] if call.args else None
        # Handed over with its arguments, or called around an application.
        middleware = inside if added or wrapped else call.func
        if middleware is not None and _name(here, middleware) in _MIDDLEWARE:
            self.parts.append(_part(call, here, doubt))

    def stored(self, target: ast.expr, value: Value, here: Evaluator, doubt: str | None) -> None:
        """Nothing is stored that matters here."""

    def defined(self, function: Function, here: Evaluator, doubt: str | None) -> None:
        """No decorator matters here."""


def read_fastapi(data: bytes) -> tuple[Part, ...]:
    """The one part of a file; none where it sets up no CORSMiddleware. Raises SourceError where the
    file is no Python."""
    watch = _Watch()
    Module(watch, {}).follow(data)
    if len(watch.parts) < 2:
        return tuple(watch.parts)
    lines = ", ".join(str(part.line) for part in watch.parts)
    reason = f"it stands on lines {lines}, and which of them counts where is not followed"
    do = "name a file with one of them, or say under files: where the values stand"
    return (Code("CORSMiddleware", watch.parts[0].line, reason, do),)


def _name(here: Evaluator, node: ast.expr) -> str:
    value = here.value(node)
    return value.name if isinstance(value, Imported) else ""


def _part(call: ast.Call, here: Evaluator, doubt: str | None) -> Part:
    given = arguments(here, call)
    if isinstance(given, Unknown):
        return _code(call.lineno, [given])
    found = [_setting(name, value) for name, value in given.items() if name not in _LEFT_OUT]
    unknown = [one for one in found if isinstance(one, Unknown)]
    if doubt is not None:
        unknown.append(Unknown(f"whether it is called: {doubt}", call.lineno))
    if unknown:
        return _code(call.lineno, unknown)
    settings = tuple(one for one in found if isinstance(one, Setting))
    return Block("CORSMiddleware", call.lineno, settings)


def _code(line: int, unknown: list[Unknown]) -> Code:
    reasons = "; ".join(dict.fromkeys(f"{one.reason} (line {one.line})" for one in unknown))
    do = remedy_for(unknown, "CORS_ORIGINS", "starlette")
    return Code("CORSMiddleware", line, reasons, do)


def _setting(name: str, value: Value) -> Setting | Unknown | None:
    input = _INPUTS.get(name)
    if input is None:
        return Unknown(f"the argument {name} is not known", value.line)
    read = _read(input, name, value)
    return Unknown(f"{name}: {read.reason}", read.line) if isinstance(read, Unknown) else read


def _read(input: Input, name: str, value: Value) -> Setting | Unknown | None:
    match input:
        case Input.CREDENTIALS:
            return as_flag(input, name, value)
        case Input.MAX_AGE:
            return as_age(input, name, value)
        case Input.ORIGINS:
            return as_list(input, name, value)
        case Input.PATTERNS:
            return as_list(input, name, value.text if isinstance(value, Expression) else value)
        case _ if isinstance(value, Text) and value.text != "*":
            # A text here is a sequence of characters to the product.
            return Unknown("a text where a list is asked for", value.line)
        case _:
            return as_names(input, name, value)


READER = SourceReader(
    preset="starlette",
    suffixes=(".py",),
    words=(b"corsmiddleware",),
    read=read_fastapi,
)
