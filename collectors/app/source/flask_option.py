"""The options of flask-cors: what each is called, and the settings that they come to.

Source: flask_cors/core.py; 6.0.5 read, and 3.0.10, 4.0.2, 5.0.1, 6.0.0, 6.0.1 for the order of resources.
"""

from collections.abc import Mapping

from auditor.core.reading import PathKind, PathMatch
from collectors.app.semantics.preset import Input, Version
from collectors.app.source.block import Setting
from collectors.app.source.python_path import taken_by
from collectors.app.source.python_setting import as_age, as_flag, as_list, as_names
from collectors.app.source.value import (
    Expression,
    Listing,
    Plain,
    Text,
    Unknown,
    Value,
    truth,
)

INPUTS: Mapping[str, Input] = {
    "origins": Input.ORIGINS,
    "methods": Input.METHODS,
    "allow_headers": Input.HEADERS,
    "expose_headers": Input.EXPOSE,
    "supports_credentials": Input.CREDENTIALS,
    "max_age": Input.MAX_AGE,
}
_DEFAULTS = {
    "send_wildcard": False,
    "vary_header": True,
    "always_send": True,
    "automatic_options": True,
}
"""Options that change what is sent, and their defaults: the preset knows the product with these."""
_LEFT_OUT = frozenset({"resources", "intercept_exceptions", "allow_private_network"})
KNOWN = INPUTS.keys() | _DEFAULTS.keys() | _LEFT_OUT
DECIDING = ("origins", "supports_credentials")
"""Options without which nothing is known of who is let in."""
_HINTS = frozenset("*\\]?$^[]()")
"""Characters by which the product takes a text for a regular expression."""
SLASHES_FIRST: Version = (6, 0, 0)
MOST_SLASHES: Version = (6, 0, 1)


def setting(name: str, field: str, value: Value) -> Setting | Unknown | None:
    """The setting that an option comes to; None where it changes nothing."""
    if name in _LEFT_OUT:
        return None
    if name in _DEFAULTS:
        usual = truth(value) is _DEFAULTS[name]
        return None if usual else Unknown(f"{name} is not at its default", value.line)
    if name not in INPUTS:
        return Unknown(f"the option {name} is not known", value.line)
    read = _read(INPUTS[name], field, value)
    return Unknown(f"{name}: {read.reason}", read.line) if isinstance(read, Unknown) else read


def _read(input: Input, field: str, value: Value) -> Setting | Unknown | None:
    match input:
        case Input.CREDENTIALS:
            return as_flag(input, field, value)
        case Input.MAX_AGE:
            return as_age(input, field, value)
        case Input.ORIGINS if isinstance(value, Plain):
            return Unknown("no list of origins", value.line)
        case Input.ORIGINS:
            return as_list(input, field, _texts(value))
        case Input.METHODS if isinstance(value, Plain):
            return Unknown("no list of methods", value.line)
        case Input.METHODS | Input.EXPOSE if isinstance(value, Text):
            # One text is sent as it is, commas and all.
            return as_list(input, field, value)
        case _:
            return as_names(input, field, _texts(value))


def _texts(value: Value) -> Value:
    """Compiled expressions as texts, where the product would read such a text alike."""
    if isinstance(value, Listing):
        return Listing(tuple(map(_texts, value.items)), value.line, value.grows)
    if not isinstance(value, Expression):
        return value
    text = value.text.text
    if value.text.open or _HINTS.isdisjoint(text) or text != text.lower():
        return Unknown("a compiled expression that tells upper from lower case", value.line)
    return value.text


def resource_path(resource: Value) -> tuple[str, PathMatch] | Unknown:
    """What a resource is called, and the paths that it takes: a plain text takes that path alone."""
    match resource:
        case Expression(text=Text(text=text, open=False)):
            return text, taken_by(text)
        case Text(text=text, open=False):
            text = ".*" if text == "*" else text
            plain = _HINTS.isdisjoint(text)
            return text, PathMatch(PathKind.EXACT, text) if plain else taken_by(text)
        case _:
            return Unknown("a resource whose path is not known", resource.line)


def in_order(
    resources: list[tuple[Value, Value]], release: Version | None
) -> list[tuple[Value, Value]]:
    """Resources as the product asks them: before 6.0.0 the longest first, and since then plain texts
    first and the deepest first (in 6.0.0 itself the least deep). None: the newest release."""

    def key(pair: tuple[Value, Value]) -> tuple[int, ...]:
        resource = pair[0]
        compiled = isinstance(resource, Expression)
        text = resource.text.text if isinstance(resource, Expression) else _text(resource)
        if release is not None and release < SLASHES_FIRST:
            return (-len(text),)
        fewest = release is not None and release < MOST_SLASHES
        depth = text.count("/") * (1 if fewest else -1)
        regular = compiled or not _HINTS.isdisjoint(text)
        return (int(regular), int(regular and not compiled), depth, -len(text))

    return sorted(resources, key=key)


def _text(value: Value) -> str:
    text = value.text if isinstance(value, Text) else ""
    return ".*" if text == "*" else text
