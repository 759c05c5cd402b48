"""The benchmarks run, on the inputs that they claim, and print lines of one shape."""

import json

import pytest

from tests.bench import (
    FIFTY_AND_FIFTY,
    FOUR_HOPS,
    THIRTY_WILDCARDS,
    Bench,
    benches,
    compare,
    divide,
    judge,
    main,
    measure,
)

NAMES = (
    "cut-four-hops-cold",
    "cut-50-v-50-exact-cold",
    "cut-30-wildcards-cold",
    "judge-four-hops-cold",
    "judge-four-hops-remembered",
    "audit-examples",
)


@pytest.fixture(scope="module")
def found() -> list[Bench]:
    return list(benches())


def test_every_benchmark_is_there(found: list[Bench]) -> None:
    assert tuple(bench.name for bench in found) == NAMES


@pytest.mark.parametrize("at", range(len(NAMES)), ids=NAMES)
def test_a_line_has_its_shape(found: list[Bench], at: int) -> None:
    line = measure(found[at], turns=1)
    assert list(line) == ["bench", "value", "unit", "ratio_to", "ratio"]
    assert (line["bench"], line["unit"]) == (NAMES[at], "ms")
    assert line["ratio_to"] in ("string comparison", "json.loads")
    assert float(line["value"]) > 0
    assert float(line["ratio"]) > 0


def test_the_inputs_are_what_their_names_say() -> None:
    assert len(divide(FOUR_HOPS).classes) > len(FOUR_HOPS)
    assert sum(one.alone for one in divide(FIFTY_AND_FIFTY).classes) == 101
    wide = {p for one in divide(THIRTY_WILDCARDS).classes for p in one.matches}
    assert set(THIRTY_WILDCARDS) < wide
    assert compare(FIFTY_AND_FIFTY) >= 100
    assert any(one.can.join for one in judge().classes)


def test_one_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cut-four-hops-cold"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["bench"] == "cut-four-hops-cold"


def test_a_name_that_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cut-nothing"]) == 2
    assert capsys.readouterr().err.startswith("cut-nothing: no such benchmark; one of cut-four")
