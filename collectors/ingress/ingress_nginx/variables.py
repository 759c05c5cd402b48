"""Variables in nginx configuration texts: `$name` and `${name}`."""

from __future__ import annotations

from collections.abc import Mapping


def variables(text: str) -> frozenset[str]:
    """Names of the nginx variables in `text`, written `$name` or `${name}`."""
    return frozenset(name for name, _ in split_variables(text) if name is not None)


def expand(text: str, known: Mapping[str, str]) -> str:
    """`text` with the `known` variables replaced; the others stand as `${name}`."""
    parts = []
    for name, written in split_variables(text):
        if name is None:
            parts.append(written)
        else:
            parts.append(known.get(name, f"${{{name}}}"))
    return "".join(parts)


def split_variables(text: str) -> tuple[tuple[str | None, str], ...]:
    """`text` cut into (variable name or None, text as written)."""
    parts: list[tuple[str | None, str]] = []
    at = 0
    while at < len(text):
        dollar = text.find("$", at)
        if dollar < 0:
            parts.append((None, text[at:]))
            break
        if dollar > at:
            parts.append((None, text[at:dollar]))
        name, at = _variable(text, dollar)
        parts.append((name or None, text[dollar:at]))
    return tuple(parts)


def _variable(text: str, dollar: int) -> tuple[str, int]:
    if text.startswith("${", dollar) and (close := text.find("}", dollar)) > 0:
        return text[dollar + 2 : close], close + 1
    end = dollar + 1
    while end < len(text) and (text[end].isascii() and (text[end].isalnum() or text[end] == "_")):
        end += 1
    return text[dollar + 1 : end], end
