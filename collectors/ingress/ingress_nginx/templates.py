"""Texts that are templates yet: found, never evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from auditor.core.reading import Json
from collectors.ingress.ingress_nginx.annotations import SNIPPETS, is_cors_key, suffix_of

_MARKS = ("{{", "${")
_NODE_CAP = 20_000
_DEPTH_CAP = 16
_FREE_TEXTS = frozenset({"path", "rewrite-target"})
"""Keys whose texts may hold braces and dollars of their own, beside snippets."""


def unrendered(value: Json | Mapping[str, Json]) -> str | None:
    """The first text in `value` that a template engine has still to fill in, or None."""
    for key, text in _texts(value, "", 0):
        free = suffix_of(key) in SNIPPETS or suffix_of(key) in _FREE_TEXTS
        if "{{" in text or (not free and any(mark in text for mark in _MARKS)):
            return repr(text[:80])
    return None


def values_key(body: Mapping[str, Json]) -> str | None:
    """The first CORS annotation key anywhere in `body`, or None."""
    pending: list[tuple[Json | Mapping[str, Json], int]] = [(body, 0)]
    seen = 0
    while pending and seen < _NODE_CAP:
        node, depth = pending.pop()
        seen += 1
        if isinstance(node, Mapping):
            found = next((key for key in node if is_cors_key(key)), None)
            if found is not None:
                return found
        if depth < _DEPTH_CAP:
            pending.extend((child, depth + 1) for child in _children(node))
    return None


def _children(node: Json | Mapping[str, Json]) -> Iterable[Json]:
    if isinstance(node, Mapping):
        return node.values()
    return node if isinstance(node, list) else ()


def _texts(value: Json | Mapping[str, Json], key: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    elif depth < _DEPTH_CAP and isinstance(value, Mapping):
        for name, child in value.items():
            yield from _texts(child, name, depth + 1)
    elif depth < _DEPTH_CAP and isinstance(value, list):
        for child in value:
            yield from _texts(child, key, depth + 1)
