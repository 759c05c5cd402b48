"""The formats there are, and which one a file's name promises."""

from collections.abc import Callable
from enum import StrEnum

from auditor.text.dotenv import parse_dotenv
from auditor.text.ini import parse_ini
from auditor.text.json import parse_json
from auditor.text.limits import DEFAULT, Limits
from auditor.text.properties import parse_properties
from auditor.text.toml import parse_toml
from auditor.text.tree import Parsed
from auditor.text.yaml import parse_yaml


class Format(StrEnum):
    """How a file is written."""

    YAML = "yaml"
    JSON = "json"
    TOML = "toml"
    PROPERTIES = "properties"
    DOTENV = "dotenv"
    INI = "ini"


_PARSERS: dict[Format, Callable[[bytes, str, Limits], Parsed]] = {
    Format.YAML: parse_yaml,
    Format.JSON: parse_json,
    Format.TOML: parse_toml,
    Format.PROPERTIES: parse_properties,
    Format.DOTENV: parse_dotenv,
    Format.INI: parse_ini,
}
_ENDINGS = {
    "yaml": Format.YAML,
    "yml": Format.YAML,
    "json": Format.JSON,
    "toml": Format.TOML,
    "properties": Format.PROPERTIES,
    "env": Format.DOTENV,
    "ini": Format.INI,
    "cfg": Format.INI,
}


def parse(data: bytes, name: str, format: Format, limits: Limits = DEFAULT) -> Parsed:
    """Parse a file in a format; never raises on bad input."""
    return _PARSERS[format](data, name, limits)


def guess(name: str) -> Format | None:
    """Return the format that a file's name or path promises, or None where it promises none.

    `.env.prod` and `prod.env` are dotenv; an ending that says more wins (`.env.yaml` is YAML).
    """
    last = name.replace("\\", "/").rpartition("/")[2].lower()
    _, dot, ending = last.rpartition(".")
    if dot and ending in _ENDINGS:
        return _ENDINGS[ending]
    return Format.DOTENV if last.startswith(".env.") else None
