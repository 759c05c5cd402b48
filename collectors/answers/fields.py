"""Values out of JSON objects whose shape nobody has promised: the right type, or nothing."""

from collections.abc import Mapping

from auditor.core.reading import Json


def text(body: Mapping[str, Json], key: str) -> str:
    """Return the text under `key`; empty when there is none."""
    value = body.get(key)
    return value if isinstance(value, str) else ""


def texts(body: Mapping[str, Json], key: str) -> tuple[str, ...]:
    """Return the texts of the list under `key`, in order."""
    value = body.get(key)
    rows = value if isinstance(value, list) else []
    return tuple(row for row in rows if isinstance(row, str))


def flag(body: Mapping[str, Json], key: str) -> bool:
    """Return whether `key` is true; anything but a boolean is false."""
    return body.get(key) is True


def pairs(body: Mapping[str, Json], key: str) -> dict[str, str]:
    """Return the entries of the object under `key` whose value is a text, sorted by name."""
    value = body.get(key)
    entries = sorted(value.items()) if isinstance(value, dict) else []
    return {name: entry for name, entry in entries if isinstance(entry, str)}


def rows(body: Mapping[str, Json], key: str) -> tuple[dict[str, Json], ...]:
    """Return the objects of the list under `key`, in order."""
    value = body.get(key)
    return tuple(row for row in value if isinstance(row, dict)) if isinstance(value, list) else ()


def inner(body: Mapping[str, Json], key: str) -> dict[str, Json]:
    """Return the object under `key`; empty when there is none."""
    value = body.get(key)
    return value if isinstance(value, dict) else {}


def inners(body: Mapping[str, Json], key: str) -> dict[str, dict[str, Json]]:
    """Return the entries of the object under `key` that are objects, sorted by name."""
    entries = sorted(inner(body, key).items())
    return {name: entry for name, entry in entries if isinstance(entry, dict)}
