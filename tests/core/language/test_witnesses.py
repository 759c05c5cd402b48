"""Every witness is taken by the engine that is said to take it, and no class that is there is missed.

Random pairs of what a layer and an allowlist write are divided; each member of each class is put to
the real engine of every pattern, and each vector that the cut calls empty is attacked with
constructed and random origins. A refuted claim is printed with the case that shows it again.
"""

from collections.abc import Iterator
from random import Random, SystemRandom

import pytest

from auditor.core.language.pattern import Dialect, Pattern
from tests.core.language.attack import Outcome, attack
from tests.core.language.pairs import GLOBS, Case, cases
from tests.core.language.panel import Panel
from tests.core.language.samples import PATTERNS, takes, valid
from tests.core.language.tries import members, probes
from tests.engines.roster import ENGINES

pytestmark = pytest.mark.server

SEED = 20_261_122
FRESH_SEED = SystemRandom().randrange(2**32)
FAST_CASES, FAST_PROBES, FAST_MEMBERS = 5, 100, 150
LONG_CASES, LONG_PROBES, LONG_MEMBERS = 12, 100, 10_000
WIDE_CASES, UNFINISHED_SHARE = 60, 0.02
FAULTS_PRINTED = 10


@pytest.fixture(scope="module")
def panel() -> Iterator[Panel]:
    with Panel() as opened:
        yield opened


@pytest.fixture(params=list(ENGINES))
def dialect(request: pytest.FixtureRequest) -> Dialect:
    return Dialect(request.param)


def test_witnesses_and_empty_classes(dialect: Dialect, panel: Panel) -> None:
    given = cases(dialect, SEED, FAST_CASES)
    found = attack(given, panel, SEED, probed=FAST_PROBES, drawn=FAST_MEMBERS)
    must_hold(found)
    assert found.cases >= FAST_CASES - 1
    assert found.members > 3 * found.cases
    assert found.tried > 150 * found.cases


def test_witnesses_and_empty_classes_of_globs(panel: Panel) -> None:
    given = [*glob_cases(SEED, 30), *(Case((pattern,)) for pattern in PATTERNS)]
    found = attack(given, panel, SEED, probed=FAST_PROBES, drawn=FAST_MEMBERS)
    must_hold(found)
    assert found.cases == len(given)
    assert not found.unfinished


@pytest.mark.long
@pytest.mark.parametrize("seed", [SEED + 1, FRESH_SEED])
def test_many_witnesses_and_empty_classes(
    dialect: Dialect, panel: Panel, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    given = cases(dialect, seed, LONG_CASES)
    found = attack(given, panel, seed, probed=LONG_PROBES, drawn=LONG_MEMBERS)
    with capsys.disabled():
        print(f"\n{dialect} seed {seed}: {found}")
    must_hold(found)
    assert found.cases >= LONG_CASES * 0.9


@pytest.mark.long
@pytest.mark.parametrize("seed", [SEED + 1, FRESH_SEED])
def test_many_globs(panel: Panel, seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    found = attack(
        glob_cases(seed, LONG_CASES), panel, seed, probed=LONG_PROBES, drawn=LONG_MEMBERS
    )
    with capsys.disabled():
        print(f"\nglobs seed {seed}: {found}")
    must_hold(found)


@pytest.mark.long
@pytest.mark.parametrize("seed", [SEED + 1, FRESH_SEED])
def test_few_cuts_are_unfinished(
    panel: Panel, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [case for dialect in ENGINES for case in cases(dialect, seed, WIDE_CASES)]
    found = attack(given, panel, seed, probed=0, drawn=1)
    with capsys.disabled():
        print(f"\nall dialects, seed {seed}: {found}")
    must_hold(found)
    assert len(found.unfinished) <= UNFINISHED_SHARE * found.cases, "\n".join(found.unfinished)


def must_hold(found: Outcome) -> None:
    """Fail with the first faults."""
    if found.faults:
        pytest.fail("\n".join((*found.faults[:FAULTS_PRINTED], str(found))), pytrace=False)


def glob_cases(seed: int, count: int) -> list[Case]:
    random = Random(f"globs {seed}")
    return [
        Case(tuple(sorted(random.sample(GLOBS, random.choice((1, 2, 2, 3, 4))))))
        for _ in range(count)
    ]


def test_what_is_tried_is_near_the_border() -> None:
    """Random origins fall on both sides of a narrow pattern, or an attack with them shows nothing."""
    narrow = (
        Pattern(Dialect.PYTHON_SEARCH, r"^https://[a-z0-9-]+\.example\.com$"),
        Pattern(Dialect.PYTHON_SEARCH, r"^https?://(?!app)[a-z]+\.acme\.io(:\d{4})?$"),
        Pattern(Dialect.PYTHON_SEARCH, r"^https://.*(?<!\.)example\.com$"),
    )
    for pattern in narrow:
        case = Case((pattern,))
        tried = [*probes(case, Random(SEED), 100), *members(case, [], Random(SEED), 1_000)]
        assert len(set(tried)) == len(tried) or len(tried) - len(set(tried)) < 100
        assert all(map(valid, tried))
        inside = sum(takes(pattern, text) for text in tried)
        assert len(tried) * 0.01 < inside < len(tried) * 0.6, (pattern.text, inside)
