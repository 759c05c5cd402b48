"""From what an expression comes to, to a setting: in the shape in which Python hands it over."""

from collections.abc import Iterable

from collectors.app.mapping import Split
from collectors.app.semantics.preset import Input
from collectors.app.source.block import Setting
from collectors.app.source.value import (
    Expression,
    Listing,
    Parts,
    Plain,
    Switch,
    Text,
    Unknown,
    Value,
    truth,
    why,
)


def as_list(input: Input, field: str, value: Value) -> Setting | Unknown | None:
    """A list of texts or regular expressions, or one text as it stands; None where None is given."""
    match value:
        case Listing(items=items):
            texts = [item for item in items if isinstance(item, Text)]
            odd = next((item for item in items if not isinstance(item, Text)), None)
            if odd is not None:
                return why(odd)
            # What another module lists has no line here.
            lines = tuple(item.line or value.line for item in texts)
            return Setting(input, field, [item.text for item in texts], value.line, lines)
        case Parts(text=text):
            return Setting(
                input, field, text.text, value.line, (), value.split, value.trim, value.drop_empty
            )
        case Text(text=plain):
            return Setting(input, field, plain, value.line)
        case Plain(value=None):
            return None
        case _:
            return why(value)


def as_flag(input: Input, field: str, value: Value) -> Setting | Unknown | None:
    """True or false, as Python takes the value for it."""
    if isinstance(value, Switch):
        return Setting(input, field, value.text.text, value.line)
    if isinstance(value, Text) and value.open:
        return Unknown("any text but an empty one counts as true there", value.line)
    holds = truth(value)
    return why(value) if holds is None else Setting(input, field, holds, value.line)


def as_age(input: Input, field: str, value: Value) -> Setting | Unknown | None:
    """A number of seconds; None where None is given."""
    match value:
        case Plain(value=None):
            return None
        case Plain(value=bool() | float()):
            return Unknown("no whole number of seconds", value.line)
        case Plain(value=int(seconds)):
            return Setting(input, field, seconds, value.line)
        case Text(text=text):
            return Setting(input, field, text, value.line)
        case _:
            return why(value)


def as_names(input: Input, field: str, value: Value) -> Setting | Unknown | None:
    """A list of methods or header names; one text is one name, commas or not."""
    if isinstance(value, Text):
        value = Listing((value,), value.line)
    found = as_list(input, field, value)
    if isinstance(found, Setting) and isinstance(value, Parts) and value.split is not Split.COMMA:
        return Unknown("names that are not cut at commas", value.line)
    return found


def expressions(value: Value) -> Value:
    """A list in which compiled regular expressions are their texts."""
    match value:
        case Listing(items=items):
            texts = (item.text if isinstance(item, Expression) else item for item in items)
            return Listing(tuple(texts), value.line, value.grows)
        case Expression(text=text):
            return text
        case _:
            return value


def remedy_for(unknown: Iterable[Unknown], key: str, like: str) -> str:
    """What the owner can do about values that are made in code."""
    lines = ", ".join(str(line) for line in sorted({one.line for one in unknown}))
    entry = f"{{path: deploy/app.env, key: {key}, like: {like}, serves: [api.example.com/*]}}"
    return f"write the values of line {lines} out, or say under files: where they stand: {entry}"
