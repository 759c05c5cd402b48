"""Cuts: the classes of origins that the patterns of one path make, as a judgement asks for them."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from auditor.core.decision.classes import Subject, origin_classes
from auditor.core.language.cut import Cut
from auditor.core.language.pattern import Pattern
from auditor.core.language.probe import probes
from tests.bench.inputs import (
    FOUR_HOPS,
    LOOSE,
    THIRTY_WILDCARDS,
    WIDE,
    Input,
    patterns,
    words,
)
from tests.bench.library import Library, Task, division, language
from tests.bench.line import Rival, Timed, compare, nothing
from tests.bench.memory import forget

_NO_HOPS = Subject((), unread_end=False, host="", plain=())


def divide(inputs: Sequence[Pattern]) -> Cut:
    """The cut of a path whose hops and allowlist have these patterns."""
    return origin_classes(_NO_HOPS, inputs, (), None)


def benches() -> Iterator[Timed]:
    """Every benchmark of cuts."""
    yield _cut("cut-four-hops-cold", FOUR_HOPS)
    yield _cut("cut-four-hops-remembered", FOUR_HOPS, nothing)
    yield _cut("cut-30-wildcards-cold", THIRTY_WILDCARDS)
    yield _cut("cut-8-loose-regexes-cold", LOOSE)
    yield _cut("cut-100-exact-cold", words(100))
    yield _cut("cut-wildcards-and-5000-exact-cold", (*WIDE, *words(5_000)), exact_as_one=True)


def _cut(
    name: str,
    inputs: Sequence[Input],
    before: Callable[[], None] = forget,
    *,
    exact_as_one: bool = False,
) -> Timed:
    asked = patterns(inputs)
    texts = [pattern.text for pattern in asked]
    telling = probes(texts)
    return Timed(
        name,
        partial(divide, asked),
        partial(compare, [*texts, *telling], texts),
        before,
        rivals=() if before is nothing else tuple(_rivals(inputs, exact_as_one=exact_as_one)),
    )


def _rivals(inputs: Sequence[Input], *, exact_as_one: bool) -> Iterator[Rival]:
    """The libraries; exact origins are spared them but as one list, where they are many."""
    for library in Library:
        readable = [one for one in inputs if library.reads(one)]
        missing = len(inputs) - len(readable)
        task = division(readable)
        if exact_as_one:
            wide = [one for one in readable if one.plain is not None]
            listed = language(one for one in readable if one.plain is None)
            task = Task(divided=(*division(wide).divided, listed))
        share = f"{len(readable)} of {len(inputs)} patterns" if missing else ""
        mine = partial(divide, patterns(readable)) if missing else None
        yield Rival(library, task, share, mine)
