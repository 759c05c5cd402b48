"""Origins to try on a cut: constructed by template, and random ones near to its borders."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random

from auditor.core.language.machine import accepts
from tests.core.language.dividing import PLAINTEXT, universe_of
from tests.core.language.pairs import Case
from tests.core.language.samples import SAMPLES, valid
from tests.core.language.walk import Walk
from tests.engines.origins import edit
from tests.engines.sampler import sample
from tests.engines.spelling import body

HOSTS = ("example.com", "app.example.com", "evil.test", "localhost", "127.0.0.1", "[::1]", "a")
TEMPLATES = (
    "https://{host}", "http://{host}", "https://new.{host}", "https://a.b.{host}",
    "https://evil{host}", "https://evil-{host}", "https://{host}.evil.test", "https://{host}evil.test",
    "https://{host}-evil.test", "https://{dotless}", "https://{dashed}", "https://{host}.",
    "https://{host}:8080", "http://{host}:3000", "https://{host}:1", "https://{host}:65535",
    "http://{host}:443", "https://{host}:80", "https://a_b.{host}", "https://a!.{host}",
    "https://x`.{host}", "https://{host}.a", "https://xn--bcher-kva.{host}", "https://1.{host}",
    "https://-.{host}", "https://a-.{host}", "https://x.{host}:8443", "capacitor://{host}",
    "chrome-extension://{host}", "ionic://{host}", "https://127.0.0.1.{host}", "https://{host}{host}",
    "https://{short}", "https://{tail}", "https://$.{host}", "https://({host})",
)  # fmt: skip
FIXED = (
    "null", "https://127.0.0.1", "http://127.0.0.1:8080", "https://[::1]", "http://[::1]:3000",
    "https://10.0.0.1", "https://192.168.0.7:8443", "https://[2001:db8::1]", "http://localhost",
    "http://localhost:3000", "https://a", "https://a.", "https://1a", "https://0x.a", "https://_",
    "https://com", "https://xn--a-ecp.com", "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    "moz-extension://0a1b2c3d-0000-1111-2222-333344445555", "app://obsidian.md", "https://~",
)  # fmt: skip
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*")
_PIECE = re.compile(r"[a-z0-9]{2,}|[^\\()\[\]{}|?*+^$a-z0-9]")
_LONGEST, _NESTED = 120, 40
"""Characters of an origin that is tried; brackets of a pattern that texts are drawn along."""


def probes(case: Case, random: Random, count: int) -> list[str]:
    """`count` constructed origins: what attackers register and accidents write, by template."""
    filled = [t for host in _hosts(case) for t in _filled(host)]
    random.shuffle(filled)
    found = dict.fromkeys(text for text in (*FIXED, *filled) if valid(text))
    base = list(found)
    while len(found) < count:
        text = edit(random.choice(base), random)
        if valid(text):
            found[text] = None
    return list(found)[:count]


def members(case: Case, known: Sequence[str], random: Random, count: int) -> list[str]:
    """`count` random origins, near to what the patterns take and to the members `known`."""
    universe = universe_of(case.patterns, case.literals)
    pieces = ["https://", "http://", ".com", ".", "example", ":8080", *_pieces(case)]
    walks = Walk((universe.machine, *universe.exact()), random, pieces).texts(50 * count)
    drawn = (walks, _sampled(case, random), _edited(known, random))
    found: dict[str, None] = {}
    while len(found) < count:
        text = next(random.choice(drawn))
        if len(text) <= _LONGEST and valid(text) and accepts(universe.machine, text):
            found[text] = None
    return list(found)


def _hosts(case: Case) -> list[str]:
    texts = (pattern.text.replace("\\", "") for pattern in case.patterns)
    found = [host.strip("-") for text in texts for host in _HOST.findall(text) if len(host) < 60]
    return list(dict.fromkeys((*filter(None, found), *HOSTS)))


def _filled(host: str) -> Iterator[str]:
    labels = host.split(".")
    forms = {
        "host": host,
        "dotless": host.replace(".", "x", 1),
        "dashed": host.replace(".", "-"),
        "short": host[:-1] or "a",
        "tail": host[1:] or "a",
        "last": labels[-1],
    }
    return (template.format(**forms) for template in TEMPLATES)


def _pieces(case: Case) -> list[str]:
    return [piece for pattern in case.patterns for piece in _PIECE.findall(pattern.text)]


def _sampled(case: Case, random: Random) -> Iterator[str]:
    """Texts along the patterns, made into origins where they are none."""
    flat = [pattern for pattern in case.patterns if pattern.text.count("(") <= _NESTED]
    while True:
        pattern = random.choice(flat or [PLAINTEXT])
        text = sample(body(pattern.dialect, pattern.text), random)
        for form in (text, f"https://{text}", f"https://a{text}", f"{text}.com", text.lower()):
            yield edit(form, random) if random.random() < 0.5 else form


def _edited(known: Sequence[str], random: Random) -> Iterator[str]:
    base = [*known, *(text for text in SAMPLES if valid(text)), *FIXED]
    while True:
        text = random.choice(base)
        for _ in range(random.choice((1, 1, 2, 3))):
            text = edit(text, random)
        yield text
