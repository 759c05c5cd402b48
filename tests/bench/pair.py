"""Pairs: what a list of origins lets in beyond another one, a witness of it or nothing."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from auditor.core.decision.classes import valid
from auditor.core.language.algebra import Emptiness, includes, of
from auditor.core.language.pattern import Pattern
from auditor.core.language.universe import origins
from tests.bench.inputs import (
    ALLOWLIST_OF_5,
    FROM_THE_END,
    IN_THE_MIDDLE,
    INGRESS,
    NASTY,
    SPRING,
    TWO,
    WIDE,
    Input,
    patterns,
    policies,
    subdomains,
    words,
)
from tests.bench.library import Library, Task, difference, language
from tests.bench.line import Rival, Timed, compare
from tests.bench.memory import forget, forget_inputs

FIFTY: Final = words(50)
OTHER_FIFTY: Final = words(50, first=1)
WILDCARD: Final = (subdomains("example.com"),)
POLICY_COUNT, POLICY_KINDS = 10_000, 200


def beyond(left: Sequence[Pattern], right: Sequence[Pattern]) -> Emptiness:
    """What `left` lets in and `right` does not; the schemes of all inputs are known ones."""
    return includes(of(right), of(left), origins(), valid)


def benches() -> Iterator[Timed]:
    """Every benchmark of pairs."""
    yield _pair("pair-50-v-50-exact", FIFTY, OTHER_FIFTY, forget_inputs)
    yield _pair("pair-wildcard-v-2-exact", WILDCARD, TWO, forget_inputs)
    yield _pair("pair-wildcard-v-wildcard", (SPRING,), WILDCARD, forget_inputs)
    yield _pair("pair-unanchored-v-wildcard", (INGRESS,), WILDCARD, forget_inputs)
    yield _pair("pair-unanchored-v-wildcard-first", (INGRESS,), WILDCARD)
    yield _nasty()
    yield _pair("blow-up-in-the-middle", (IN_THE_MIDDLE,), ALLOWLIST_OF_5)
    yield _pair("blow-up-from-the-end", (FROM_THE_END,), ALLOWLIST_OF_5)
    yield _pair("pair-wildcards-v-allowlist-of-5000", WIDE, words(5_000))
    yield _policies(POLICY_COUNT, POLICY_KINDS)


def _pair(
    name: str,
    left: Sequence[Input],
    right: Sequence[Input],
    before: Callable[[], None] = forget,
) -> Timed:
    task = difference(left, right)
    return Timed(
        name,
        partial(beyond, patterns(left), patterns(right)),
        partial(compare, _texts(left), _texts(right)),
        before,
        rivals=tuple(Rival(library, task) for library in Library),
    )


def _nasty() -> Timed:
    """Each of the regexes against an allowlist, one after the other."""
    texts = _texts(ALLOWLIST_OF_5)
    rivals = []
    for library in Library:
        readable = [one for one in NASTY if library.reads(one)]
        pairs = tuple((language((one,)), language(ALLOWLIST_OF_5)) for one in readable)
        share = f"{len(readable)} of {len(NASTY)} patterns"
        rivals.append(Rival(library, Task(pairs), share, partial(each, readable, ALLOWLIST_OF_5)))
    return Timed(
        "pairs-20-nasty-regexes",
        partial(each, NASTY, ALLOWLIST_OF_5),
        lambda: [compare(_texts((one,)), texts) for one in NASTY],
        rivals=tuple(rivals),
    )


def each(left: Sequence[Input], right: Sequence[Input]) -> list[Emptiness]:
    """What each of `left` alone lets in beyond `right`."""
    return [beyond(patterns((one,)), patterns(right)) for one in left]


def _policies(count: int, kinds: int) -> Timed:
    """Many lists of few kinds, each against one allowlist."""
    listed = [patterns(one) for one in policies(count, kinds)]
    pairs = tuple((language(one), language(FIFTY)) for one in policies(kinds, kinds))
    trusted = patterns(FIFTY)
    texts = _texts(FIFTY)
    share = f"each of the {kinds} kinds once"
    return Timed(
        f"policies-{count}-of-{kinds}-kinds",
        lambda: [beyond(policy, trusted) for policy in listed],
        lambda: [compare([one.text for one in policy], texts) for policy in listed],
        rivals=tuple(Rival(library, Task(pairs), share) for library in Library),
    )


def _texts(inputs: Sequence[Input]) -> list[str]:
    return [one.pattern.text for one in inputs]
