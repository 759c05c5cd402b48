"""Texts to try a pattern on: what browsers send, what attackers register, what the pattern hints at.

All of them are printable ASCII, 1 to 120 characters, not only origins: an engine must agree on
whatever a client writes into the header.
"""

import json
from pathlib import Path
from random import Random

from tests.engines.sampler import PRINTABLE, sample

_DATA = Path(__file__).parents[1] / "data" / "adversarial_origins.json"
LONGEST = 120
ADVERSARIAL: tuple[str, ...] = tuple(
    text
    for row in json.loads(_DATA.read_text())
    if 1 <= len(text := row["example"]) <= LONGEST and set(text) <= set(PRINTABLE)
)
_LABELS = (
    "app", "admin", "api", "www", "example", "acme", "evil", "a", "b", "x-1", "eu", "dev", "pr-12",
    "tenant-0a1b2c3d", "localhost", "exampl", "0", "xn--bcher-kva", "a_b", "staging",
)  # fmt: skip
_HOSTS = (
    "example.com", "app.example.com", "example.org", "localhost", "127.0.0.1", "[::1]",
    "192.168.0.7", "example.com.evil.test", "evil-example.com", "appxexample.com", "example.com.",
)  # fmt: skip
_SCHEMES = ("https", "https", "https", "http", "http", "capacitor", "chrome-extension", "ionic")
_PORTS = ("", "", "", ":8080", ":443", ":80", ":3000", ":65535", ":8443")
_EDITS = "abzAZ09.-_:/ @#?,*[]{}()|\\^$+!~%&=;'\"<>`"
SAMPLED, EDITED, SENT, HOSTILE, NOISE = 7, 6, 3, 3, 2


def texts(expression: str, random: Random) -> tuple[str, ...]:
    """About twenty texts for `expression` (without delimiters), none of them twice."""
    drawn = [_around(sample(expression, random), random) for _ in range(SAMPLED)]
    drawn += [edit(sample(expression, random), random) for _ in range(EDITED)]
    drawn += [origin(random) for _ in range(SENT)]
    drawn += random.sample(ADVERSARIAL, HOSTILE)
    drawn += [noise(random) for _ in range(NOISE)]
    return tuple(dict.fromkeys(_printable(text, random) for text in drawn))


def origin(random: Random) -> str:
    """An origin as a browser serialises it, but for default ports."""
    if random.random() < 0.05:
        return "null"
    labels = ".".join(random.choice(_LABELS) for _ in range(random.choice((1, 2, 2, 3, 4))))
    host = random.choice((*_HOSTS, f"{labels}.com", f"{labels}.example.com", labels))
    return f"{random.choice(_SCHEMES)}://{host}{random.choice(_PORTS)}"


def edit(text: str, random: Random) -> str:
    """`text` after one edit: a character lost, added, replaced, or of the other case."""
    at = random.randrange(len(text) + 1)
    match random.randrange(5):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + random.choice(_EDITS) + text[at:]
        case 2:
            return text[:at] + random.choice(_EDITS) + text[at + 1 :]
        case 3:
            return text[:at] + text[at : at + 1].swapcase() + text[at + 1 :]
        case _:
            return text.swapcase() if random.random() < 0.5 else text[at:] + text[:at]


def noise(random: Random) -> str:
    """Any printable characters, few of them."""
    return "".join(random.choice(PRINTABLE) for _ in range(random.choice((1, 1, 2, 3, 8))))


def _around(text: str, random: Random) -> str:
    """`text`, sometimes inside a longer one: where a pattern is open at an end, it shows."""
    if random.random() < 0.75:
        return text
    return (
        random.choice(("", "https://", "x", "-"))
        + text
        + random.choice(("", ".evil.test", "x", ":1"))
    )


def _printable(text: str, random: Random) -> str:
    kept = "".join(char for char in text if char in PRINTABLE)[:LONGEST]
    return kept or random.choice(PRINTABLE)
