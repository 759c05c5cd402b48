"""The benchmarks run, on the inputs that they claim, and print lines of one shape; long ones are not run
here, and libraries do quick tasks alone."""

import json
import tracemalloc
from collections.abc import Iterator

import pytest

from auditor.core.language.answer import Empty, NonEmpty
from tests.bench import nights
from tests.bench.__main__ import main
from tests.bench.division import divide
from tests.bench.inputs import (
    ALLOWLIST_OF_5,
    FOUR_HOPS,
    INGRESS,
    NASTY,
    THIRTY_WILDCARDS,
    TWO,
    patterns,
    policies,
    regex,
    subdomains,
    word,
    words,
)
from tests.bench.judgement import four_hops, judge
from tests.bench.library import Library, Task, difference, division, run
from tests.bench.line import Line, Rival, Timed, compare, nothing, seconds
from tests.bench.memory import forget, peak
from tests.bench.pair import beyond
from tests.bench.whole import benches
from tests.servers import require

QUICK = (
    "pair-50-v-50-exact",
    "pair-wildcard-v-2-exact",
    "pair-wildcard-v-wildcard",
    "pair-unanchored-v-wildcard",
    "pair-unanchored-v-wildcard-first",
    "cut-four-hops-cold",
    "cut-four-hops-remembered",
    "cut-30-wildcards-cold",
    "cut-100-exact-cold",
    "judge-four-hops-cold",
    "judge-four-hops-remembered",
    "judge-four-hops-remembered-by-other-names",
)
LONG = (
    "pairs-20-nasty-regexes",
    "blow-up-in-the-middle",
    "blow-up-from-the-end",
    "pair-wildcards-v-allowlist-of-5000",
    "policies-10000-of-200-kinds",
    "cut-8-loose-regexes-cold",
    "cut-wildcards-and-5000-exact-cold",
    "audit-examples",
    "peak-memory",
    "estate-100000-routes-500-behaviours",
    "quiet-nights",
)
WILDCARD = subdomains("example.com")


@pytest.fixture(scope="module")
def timed() -> dict[str, Timed]:
    return {bench.name: bench for bench in benches() if isinstance(bench, Timed)}


@pytest.fixture(autouse=True)
def _libraries() -> None:
    require("automata", "the benchmarks compare with it")
    require("interegular", "the benchmarks compare with it")


def shape(lines: Iterator[Line]) -> list[str]:
    """What the ratios of `lines` are to, once their shape was looked at."""
    found = []
    for line in lines:
        assert list(line) == ["bench", "value", "unit", "ratio_to", "ratio"]
        assert line["unit"] in ("ms", "MiB")
        assert float(line["value"]) > 0
        assert float(line["ratio"]) > 0
        found.append(str(line["ratio_to"]))
    return found


def test_every_benchmark_is_there_once() -> None:
    names = [bench.name for bench in benches()]
    assert sorted(names) == sorted({*QUICK, *LONG})


@pytest.mark.parametrize("name", QUICK)
def test_a_line_has_its_shape(timed: dict[str, Timed], name: str) -> None:
    bench = timed[name]
    alone = Timed(name, bench.subject, bench.plain, bench.before)
    assert shape(alone.lines(1)) == ["string comparison"]


def test_a_benchmark_is_compared_with_the_libraries(timed: dict[str, Timed]) -> None:
    lines = timed["pair-wildcard-v-2-exact"].lines(1)
    assert shape(lines) == ["string comparison", "automata-lib", "interegular"]


def test_what_only_memory_answers_is_not_compared_with_libraries(timed: dict[str, Timed]) -> None:
    alone = {name for name, bench in timed.items() if not bench.rivals}
    assert alone == {
        "cut-four-hops-remembered",
        "judge-four-hops-cold",
        "judge-four-hops-remembered",
        "judge-four-hops-remembered-by-other-names",
        "audit-examples",
    }


def test_a_library_that_takes_too_long_is_stopped_and_its_line_says_so() -> None:
    task = difference([regex("x", r".*a.{16}b.*")], [word("https://a.example")])
    rival = Rival(Library.AUTOMATA, task, "1 of 2 patterns", lambda: None)
    lines = list(Timed("x", lambda: None, lambda: None, rivals=(rival,)).lines(1, limit=1.5))
    assert lines[1]["ratio_to"] == "automata-lib (1 of 2 patterns, stopped after 1.5 s)"


def test_a_library_that_fails_is_not_passed_over() -> None:
    with pytest.raises(RuntimeError, match=r"interegular: .*lookbacks"):
        run(Library.INTEREGULAR, difference([regex("x", "(?<!a)b")], TWO))


@pytest.mark.parametrize("library", Library)
def test_libraries_answer_what_the_engine_answers(library: Library) -> None:
    pairs = (
        ((WILDCARD,), TWO),
        (TWO, (WILDCARD,)),
        ((INGRESS,), (WILDCARD,)),
        ((WILDCARD,), (INGRESS,)),
        (words(3), words(3, first=1)),
        (words(2, first=1), words(3)),
        (TWO, ALLOWLIST_OF_5),
    )
    task = Task(pairs=tuple(difference(left, right).pairs[0] for left, right in pairs))
    ours = [beyond(patterns(left), patterns(right)) for left, right in pairs]
    assert {type(one) for one in ours} == {Empty, NonEmpty}
    # A library has no universe: some text that no browser sends may be in the first language alone.
    for mine, theirs in zip(ours, run(library, task).answers, strict=True):
        assert theirs or isinstance(mine, Empty)
    assert run(library, task).answers.count(0) == 3
    assert run(library, division((WILDCARD, *TWO))).answers == (4,)


@pytest.mark.parametrize("library", Library)
def test_what_a_library_is_given_is_what_the_pattern_says(library: Library) -> None:
    told = [one for one in (*NASTY, *FOUR_HOPS, WILDCARD) if library.reads(one)]
    texts = [
        "https://app.example.com",
        "https://evil.example.com",
        "https://a.b.example.com:8443",
        "http://localhost:1",
        "https://x-prod.example.com",
        "http://10.0.0.1",
        "https://aa.bb.com",
        "https://example.com.evil.net",
        "https://foo.io",
    ]
    pairs = [((word(text),), (one,)) for text in texts for one in told]
    task = Task(pairs=tuple(difference(left, right).pairs[0] for left, right in pairs))
    ours = [beyond(patterns(left), patterns(right)) for left, right in pairs]
    assert [bool(one) for one in run(library, task).answers] == [
        isinstance(one, NonEmpty) for one in ours
    ]


def test_the_inputs_are_what_their_names_say() -> None:
    assert len(divide(patterns(FOUR_HOPS)).classes) > len(FOUR_HOPS)
    assert sum(one.alone for one in divide(patterns(words(100))).classes) == 101
    wide = {p for one in divide(patterns(THIRTY_WILDCARDS)).classes for p in one.matches}
    assert set(patterns(THIRTY_WILDCARDS)) < wide
    assert compare(["a", "b"], ["a", "a", "c"]) == 2
    assert any(one.can.join for one in judge(four_hops()).classes)
    assert len(NASTY) == 20
    listed = policies(1_000, 200)
    assert len({patterns(one) for one in listed}) == 200
    assert listed[0] == listed[200]
    assert listed[0] is not listed[200]


def test_what_is_cold_forgets_and_what_is_remembered_does_not() -> None:
    asked = patterns(FOUR_HOPS)
    first = divide(asked)
    assert divide(asked) is first
    forget()
    assert divide(asked) is not first


def test_the_clock_is_read_around_long_enough_turns() -> None:
    calls: list[int] = []
    assert seconds(lambda: calls.append(1), nothing, 1) < 0.001
    assert len(calls) > 100
    calls.clear()
    seconds(lambda: calls.append(1), forget, 3)
    assert len(calls) == 3


def test_the_peak_of_memory_is_what_was_held_at_most() -> None:
    tracemalloc.start()
    try:
        before = peak()
        held = bytes(2**23)
        del held
        assert 7.9 < peak() - before < 9
    finally:
        tracemalloc.stop()


def test_nights_over_a_small_estate_leave_a_whole_store_of_the_same_size() -> None:
    found = nights.measured(100, 60)
    assert min(found.whole) > max(one.seconds for one in found.quiet) > 0
    assert found.quiet[0].written == found.quiet[1].written > 0
    assert found.changed[1].grown > found.quiet[1].grown
    assert found.end < 2 * found.first
    assert found.check > 0
    assert found.prune > 0


def test_one_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cut-four-hops-remembered"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["bench"] == "cut-four-hops-remembered"


def test_a_name_that_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cut-nothing"]) == 2
    assert capsys.readouterr().err.startswith("cut-nothing: no such benchmark; one of pair-50-v-50")
