"""Random pairs of what a layer and an allowlist may say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

from auditor.core.language.dialect import singleton
from auditor.core.language.pattern import Dialect, Pattern
from tests.core.language.dividing import PLAINTEXT
from tests.core.language.samples import read
from tests.engines.patterns import patterns

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
