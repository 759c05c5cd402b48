"""The shape of a CorsConfiguration: its keys, its types, and the lines where they stand.

Keys and types as of botocore 1.44.5, apigatewayv2, shape Cors.
"""

from auditor.core.reading import Json
from collectors.answers.fields import texts
from collectors.answers.provenance import Line

CORS_LISTS = ("AllowOrigins", "AllowMethods", "AllowHeaders", "ExposeHeaders")
CORS_KEYS = (*CORS_LISTS, "AllowCredentials", "MaxAge")
_TEMPLATE_MARKS = ("${", "{{")


def cors_faults(cors: Json) -> list[str]:
    """Return everything about `cors` that no CorsConfiguration has; empty when it is one."""
    if not isinstance(cors, dict):
        return ["CorsConfiguration is not an object"]
    faults = [
        f"CorsConfiguration.{name} is not a list of texts"
        for name in CORS_LISTS
        if name in cors and not _is_texts(cors[name])
    ]
    if not isinstance(cors.get("AllowCredentials", False), bool):
        faults.append("CorsConfiguration.AllowCredentials is not true or false")
    max_age = cors.get("MaxAge", 0)
    if not isinstance(max_age, int) or isinstance(max_age, bool):
        faults.append("CorsConfiguration.MaxAge is not a whole number")
    return faults


def unrendered_lists(cors: Json) -> list[str]:
    """Return the lists that hold text for a template engine, which is never read as it stands."""
    return [
        f"CorsConfiguration.{name} holds a template that was not rendered"
        for name in CORS_LISTS
        if isinstance(cors, dict)
        and any(mark in value for value in texts(cors, name) for mark in _TEMPLATE_MARKS)
    ]


def _is_texts(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(row, str) for row in value)


def cors_lines(cors: Json, line: Line) -> dict[str, int]:
    """Return the lines of the keys and list entries that `line` knows, by JSON pointer."""
    if not isinstance(cors, dict):
        return {}
    paths: list[tuple[str | int, ...]] = [(name,) for name in CORS_KEYS if name in cors]
    for name in CORS_LISTS:
        entries = cors.get(name)
        paths += [
            (name, index) for index in range(len(entries) if isinstance(entries, list) else 0)
        ]
    found = {path: line(("CorsConfiguration", *path)) for path in paths}
    return {
        "/".join(("/CorsConfiguration", *map(str, path))): number
        for path, number in found.items()
        if number is not None
    }
