"""What a tracker says, without the secret that it was sent: an error page may repeat the request."""

from __future__ import annotations

import html
import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

HIDDEN: Final = "***"
LONGEST: Final = 20_000
"""Characters that are looked through; what comes after them is not kept."""
_RUN: Final = 8
"""So many characters in a row of a secret, in any of its forms, are told from chance."""


def veiled(text: str, secret: str) -> str:
    """`text` up to where it begins to repeat `secret`: as it is, in base64 (alone or within more, as
    `user:token`), or escaped for a URL, JSON or HTML. A part of eight characters is enough, so that
    what was cut off, or escaped here and there, is found too."""
    known = {part for form in _forms(secret) for part in _parts(form)}
    lengths = sorted({len(part) for part in known})
    shown = text[:LONGEST]
    for at in range(len(shown)):
        if any(shown[at : at + length] in known for length in lengths):
            return shown[:at] + HIDDEN
    return shown


def _parts(form: str) -> Iterator[str]:
    """Every run of `form`; a short one is its own."""
    yield from (form[at : at + _RUN] for at in range(max(len(form) - _RUN, 0) + 1) if form)


def _forms(secret: str) -> Iterator[str]:
    yield secret
    yield quote(secret, safe="")
    yield json.dumps(secret)[1:-1]
    yield html.escape(secret)
    for form in _within_base64(secret.encode()):
        yield form
        yield form.replace("+", "-").replace("/", "_")


def _within_base64(secret: bytes) -> Iterator[str]:
    """Three bytes are four characters, so that it matters how many bytes come before; characters that
    hold bits of a neighbour are left out."""
    for before, first in enumerate((0, 2, 3)):
        held = b64encode(bytes(before) + secret).decode()
        last = (before + len(secret)) * 8 // 6
        if last - first >= _RUN:
            yield held[first:last]
