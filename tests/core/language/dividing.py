"""The cut as a path asks for it: patterns of one origin are literals, the others divide."""

from collections.abc import Iterable

from auditor.core.language.cut import Cut, cut
from auditor.core.language.dialect import singleton
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.language.probe import probes
from auditor.core.language.schemes import schemes_of
from auditor.core.language.universe import Universe, origins
from tests.core.language.samples import valid

PLAINTEXT = Pattern(Dialect.PREFIX, "http://")


def universe_of(patterns: Iterable[Pattern], literals: Iterable[str] = ()) -> Universe:
    """The universe that patterns and literals divide."""
    return origins(schemes_of(patterns, literals, valid))


def divide(patterns: Iterable[Pattern], literals: Iterable[str] = (), *, told: bool = True) -> Cut:
    """The cut of `patterns`; `told`: with the probes that make witnesses telling."""
    given = sorted(set(patterns))
    single = {text for text in map(singleton, given) if text is not None}
    fixed = sorted(filter(valid, {"null", *single, *literals}))
    wide = [pattern for pattern in given if singleton(pattern) is None]
    found = probes([*(pattern.text for pattern in wide), *fixed]) if told else ()
    universe = universe_of(wide, fixed)
    return cut(universe, [*wide, PLAINTEXT], fixed, valid=valid, probes=found)
