"""Attacks on a cut: members that are no members, and origins in classes that it says are empty."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from typing import Protocol

from auditor.core.language.cut import Cut
from auditor.core.language.dialect import singleton
from auditor.core.language.machine import accepts
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.language.universe import Universe
from tests.core.language.dividing import PLAINTEXT, divide, universe_of
from tests.core.language.panel import Opinion
from tests.core.language.samples import SAMPLES, read, valid
from tests.core.language.walk import Walk
from tests.engines.engine import Refused
from tests.engines.origins import edit
from tests.engines.patterns import patterns
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
GLOBS = (
    Pattern(Dialect.ALLOWLIST, "https://*.example.com"),
    Pattern(Dialect.ALLOWLIST, "https://app-*.example.com"),
    Pattern(Dialect.ALLOWLIST, "https://*.*.example.com"),
    Pattern(Dialect.ALLOWLIST, "http://localhost:*"),
    Pattern(Dialect.INGRESS_NGINX, "https://*.example.com"),
    Pattern(Dialect.INGRESS_NGINX, "http://*.acme.io:8080"),
    Pattern(Dialect.SPRING, "https://*.example.com:[8080,8443]"),
    Pattern(Dialect.SPRING, "https://*.acme.*"),
    Pattern(Dialect.HTTP_API, "https://*"),
    Pattern(Dialect.DJANGO_LIST, "https://app.example.com"),
    Pattern(Dialect.PREFIX, "https://app.example.com"),
    Pattern(Dialect.SUFFIX, "example.com"),
    Pattern(Dialect.SUBSTRING_OF, "https://app.example.com,https://b.example.com"),
    Pattern(Dialect.HOST_ONLY, "app.example.com"),
)
EXACT = ("https://app.example.com", "https://example.com", "null", "http://localhost:3000")
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*")
_PIECE = re.compile(r"[a-z0-9]{2,}|[^\\()\[\]{}|?*+^$a-z0-9]")
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Case:
    """What the hops of a path and its allowlist write."""

    patterns: tuple[Pattern, ...]
    literals: tuple[str, ...] = ()

    @property
    def compared(self) -> tuple[Pattern, ...]:
        """Every pattern that divides; one that takes a single origin is a literal."""
        return (*(p for p in self.patterns if singleton(p) is None), PLAINTEXT)

    def __str__(self) -> str:
        return f"{' '.join(map(str, self.patterns))} beside {' '.join(self.literals)}"


class Judges(Protocol):
    """Second opinions on what patterns take."""

    def opinions(self, asked: Mapping[Pattern, Sequence[str]]) -> Mapping[Pattern, Opinion | Refused]:
        """What each pattern says of its texts."""
        ...


@dataclass(slots=True)
class Outcome:
    """`faults` are what must not be; the rest counts what was looked at."""

    cases: int = 0
    unfinished: list[str] = field(default_factory=list)
    members: int = 0
    empty: int = 0
    tried: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.cases} cases ({len(self.unfinished)} unfinished), {self.members:,} members,"
            f" {self.empty:,} empty vectors, {self.tried:,} origins tried on them;"
            f" {len(self.faults)} faults"
        )


def cases(dialect: Dialect, seed: int, count: int) -> list[Case]:
    """`count` random pairs of what a layer and what an allowlist may say."""
    random = Random(f"cases {dialect} {seed}")
    written = _written(dialect, seed)
    others = _written(Dialect.PYTHON_FULLMATCH, seed + 1)
    found = []
    for layer in islice(written, count):
        chosen = {layer, *random.sample(GLOBS, random.choice((0, 1, 1, 2)))}
        if random.random() < 0.4:
            chosen.add(next(others))
        if random.random() < 0.3:
            chosen.add(next(written))
        literals = random.sample(EXACT, random.choice((0, 1, 2)))
        found.append(Case(tuple(sorted(chosen)), tuple(literals)))
    return found


def _written(dialect: Dialect, seed: int) -> Iterator[Pattern]:
    """Readable patterns of a dialect, without end."""
    for turn in range(1_000_000):
        for text in patterns(dialect, seed + 1_000_003 * turn, 100):
            pattern = Pattern(dialect, text)
            if is_read(pattern):
                yield pattern


def is_read(pattern: Pattern) -> bool:
    """Whether the product reads `pattern`."""
    try:
        read(pattern)
    except AssertionError:
        return False
    return True


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
    universe = universe_of(pattern.text for pattern in case.patterns)
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
    while True:
        pattern = random.choice(case.patterns)
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


@dataclass(frozen=True, slots=True)
class _Asked:
    case: Case
    found: Cut
    tried: tuple[str, ...]
    """Probes and random origins."""

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that the engines are asked about."""
        inside = (member for one in self.found.classes for member in one.members)
        return tuple(dict.fromkeys((*inside, *self.tried)))


def attack(
    given: Iterable[Case],
    panel: Judges,
    seed: int,
    *,
    probed: int,
    drawn: int,
    dividing: Callable[[Case], Cut] | None = None,
) -> Outcome:
    """Divide each case, and try to refute what the cut says of it."""
    outcome = Outcome()
    for case in given:
        found = divide(case.patterns, case.literals) if dividing is None else dividing(case)
        random = Random(f"attack {seed} {case}")
        known = [member for one in found.classes for member in one.members]
        tried = probes(case, random, probed) if probed else []
        tried += members(case, known, random, drawn)
        asked = _Asked(case, found, tuple(dict.fromkeys(tried)))
        opinions = panel.opinions(dict.fromkeys(case.compared, asked.texts))
        _judge(asked, opinions, outcome)
    return outcome


def _judge(asked: _Asked, given: Mapping[Pattern, Opinion | Refused], outcome: Outcome) -> None:
    opinions: dict[Pattern, Opinion] = {}
    for pattern, opinion in given.items():
        if isinstance(opinion, Refused):
            return  # What is read though refused is the engines' test to find.
        opinions[pattern] = opinion
    outcome.cases += 1
    outcome.faults += [f"OPAQUE {one.pattern}: {one.reason}" for one in asked.found.opaque]
    if asked.found.unfinished is not None:
        outcome.unfinished.append(f"{asked.case}: {asked.found.unfinished}")
    outcome.faults += _member_faults(asked, opinions, outcome)
    if asked.found.unfinished is None:
        outcome.faults += _empty_faults(asked, opinions, outcome)


def _member_faults(
    asked: _Asked, opinions: Mapping[Pattern, Opinion], outcome: Outcome
) -> Iterator[str]:
    for one in asked.found.classes:
        for member in one.members:
            outcome.members += 1
            if not valid(member):
                yield f"INVALID {member!r} in {asked.case}"
            for pattern, opinion in opinions.items():
                if opinion[member] is not None and opinion[member] is not (pattern in one.matches):
                    yield f"WITNESS {member!r}: {pattern} says {opinion[member]}"


def _empty_faults(
    asked: _Asked, opinions: Mapping[Pattern, Opinion], outcome: Outcome
) -> Iterator[str]:
    """Origins in a vector that no class has."""
    shared = {one.matches for one in asked.found.classes if not one.alone}
    alone = {one.witness for one in asked.found.classes if one.alone}
    outcome.empty += 2 ** len(opinions) - len(shared)
    for text in asked.tried:
        says = [opinion[text] for opinion in opinions.values()]
        if text in alone or None in says:
            continue
        outcome.tried += 1
        taken = frozenset(pattern for pattern, opinion in opinions.items() if opinion[text])
        if taken not in shared:
            names = ", ".join(map(str, sorted(taken))) or "nothing"
            yield f"REFUTED {text!r} is taken by {names} alone, in {asked.case}"


__all__ = ["GLOBS", "Case", "Outcome", "attack", "cases", "is_read", "members", "probes"]
