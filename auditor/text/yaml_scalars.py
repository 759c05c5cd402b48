"""YAML 1.1 scalars: what an unquoted word means.

The patterns are those of PyYAML 6's SafeLoader (yaml/resolver.py, yaml/constructor.py), which
implement https://yaml.org/type/. Three differences: dates and sexagesimal numbers stay text
(Kubernetes' and Go's readers know neither), and so does a number that is too long or cannot be
converted (`0x_`), where SafeLoader raises.
"""

from collections.abc import Callable

import yaml

from auditor.text.numbers import LONGEST

Value = str | int | float | bool | None

PREFIX = "tag:yaml.org,2002:"
_RESOLVERS = yaml.SafeLoader.yaml_implicit_resolvers
_BASES = (("0b", 2), ("0x", 16), ("0", 8))
# yaml/constructor.py, SafeConstructor.bool_values
_BOOLS = {"yes": True, "no": False, "true": True, "false": False, "on": True, "off": False}


def typed(text: str) -> Value:
    """Return the value of an unquoted scalar."""
    for tag, pattern in _RESOLVERS.get(text[:1], ()):
        if pattern.match(text):
            try:
                return tagged(tag, text)
            except ValueError:
                return text
    return text


def is_scalar_tag(tag: str) -> bool:
    """Tell whether `tagged` knows this tag."""
    return tag in _READERS


def tagged(tag: str, text: str) -> Value:
    """Return the value of a scalar under a standard tag; raises ValueError when it has none."""
    if len(text) > LONGEST:
        return text
    return _READERS[tag](text)


def _read_text(text: str) -> Value:
    return text


def _read_null(_text: str) -> Value:
    return None


def _read_bool(text: str) -> Value:
    if text.lower() not in _BOOLS:
        raise ValueError(text)
    return _BOOLS[text.lower()]


def _read_int(text: str) -> Value:
    if ":" in text:
        return text
    digits = text.replace("_", "")
    sign = -1 if digits.startswith("-") else 1
    digits = digits.removeprefix("-") if sign < 0 else digits.removeprefix("+")
    for prefix, base in _BASES:
        if digits.startswith(prefix) and digits != "0":
            return sign * int(digits[len(prefix) :], base)
    return sign * int(digits)


def _read_float(text: str) -> Value:
    if ":" in text:
        return text
    digits = text.replace("_", "").lower()
    return float(digits.replace(".inf", "inf").replace(".nan", "nan"))


_READERS: dict[str, Callable[[str], Value]] = {
    PREFIX + "str": _read_text,
    PREFIX + "null": _read_null,
    PREFIX + "bool": _read_bool,
    PREFIX + "int": _read_int,
    PREFIX + "float": _read_float,
    PREFIX + "timestamp": _read_text,
    PREFIX + "value": _read_text,
    PREFIX + "merge": _read_text,
    PREFIX + "yaml": _read_text,
}
