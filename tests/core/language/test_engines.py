"""Membership equals the verdict of the real engine, for random and recorded patterns.

Every pair is a pattern and a text, put to the engine and to the product. What differs is printed
with the command that shows it again, as small as it gets. The long part counts 300,000 pairs.
"""

from collections.abc import Iterator
from random import SystemRandom

import pytest

from auditor.core.language.dialect import Opaque
from auditor.core.language.pattern import ANY, Dialect, Pattern
from tests.engines.comparison import (
    Comparison,
    Reader,
    Takes,
    ask_about,
    compare,
    questions,
    read,
    reasons,
)
from tests.engines.engine import Engine, Question, Refused
from tests.engines.realistic import recorded
from tests.engines.roster import ENGINES, engine_of
from tests.engines.spelling import wrap

pytestmark = pytest.mark.server

SEED = 20_261_122
FRESH_SEED = SystemRandom().randrange(2**32)
FAST_PATTERNS, FAST_PAIRS = 40, 334
LONG_PATTERNS, LONG_PAIRS = 750, 10_000
OPAQUE_PATTERNS, OPAQUE_SHARE = 400, 0.03
FAULTS_PRINTED = 10

LOOSE: dict[str, str] = {
    "invalid or unsupported Perl syntax: `(?<`": "Go names groups so from 1.22 on",
    "too large": "how large a pattern may be is a setting of the engine's build",
}
"""Part of an engine's refusal -> why the product may read such a pattern all the same."""


@pytest.fixture(scope="module", params=list(ENGINES))
def dialect(request: pytest.FixtureRequest) -> Dialect:
    return Dialect(request.param)


@pytest.fixture(scope="module")
def engine(dialect: Dialect) -> Iterator[Engine]:
    with engine_of(dialect) as opened:
        yield opened


def test_the_pairs_add_up() -> None:
    assert FAST_PAIRS * len(ENGINES) >= 5_000
    assert 2 * LONG_PAIRS * len(ENGINES) >= 300_000


def test_an_engine_says_yes_no_refused_and_too_long(dialect: Dialect, engine: Engine) -> None:
    slow = r"(?:(?:a|a)*)*c"
    written = [wrap(dialect, text) for text in (r"https://a\.b", "(", slow, r"https://a\.b")]
    texts = ("https://a.b", "https://axb", "a" * 45 + "!")
    asked = [Question(text, texts) for text in written]
    first, refused, limited, after = engine.answer(dialect, asked)
    assert first == after == (True, False, False)
    assert isinstance(refused, Refused)
    assert refused.message
    assert not isinstance(limited, Refused)
    assert not any(limited)


def test_recorded_patterns(dialect: Dialect, engine: Engine) -> None:
    asked = ask_about(dialect, recorded(dialect), SEED)
    found = compare(dialect, engine, asked)
    _must_agree(found, f"--dialect {dialect} --seed {SEED} --recorded")
    assert reasons(found.opaque) == []
    assert found.refused == 0
    assert found.pairs >= 15 * len(asked)


def test_random_patterns(dialect: Dialect, engine: Engine) -> None:
    found = compare(dialect, engine, questions(dialect, SEED, FAST_PATTERNS))
    _must_agree(found, f"--dialect {dialect} --seed {SEED} --patterns {FAST_PATTERNS}")
    assert found.pairs >= FAST_PAIRS


def test_few_random_patterns_are_opaque(dialect: Dialect, engine: Engine) -> None:
    asked = questions(dialect, SEED, OPAQUE_PATTERNS)
    found = compare(dialect, engine, [Question(one.pattern, one.texts[:1]) for one in asked])
    _must_agree(found, f"--dialect {dialect} --seed {SEED} --patterns {OPAQUE_PATTERNS}")
    _must_be_read(found)


@pytest.mark.long
@pytest.mark.parametrize("seed", [SEED + 1, FRESH_SEED])
def test_many_random_patterns(
    dialect: Dialect, engine: Engine, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    found = compare(dialect, engine, questions(dialect, seed, LONG_PATTERNS))
    with capsys.disabled():
        print(f"\n{dialect} seed {seed}: {found}")
    _must_agree(found, f"--dialect {dialect} --seed {seed} --patterns {LONG_PATTERNS}")
    assert found.pairs >= LONG_PAIRS
    _must_be_read(found)


def _one_character_off(pattern: Pattern) -> Takes | Opaque:
    takes = read(pattern)
    return takes if isinstance(takes, Opaque) else lambda text: takes(text.replace("-", "_"))


def _opaque_is_everyone(pattern: Pattern) -> Takes | Opaque:
    takes = read(pattern)
    return read(ANY) if isinstance(takes, Opaque) else takes


def _nothing_is_read(pattern: Pattern) -> Takes | Opaque:
    return Opaque(pattern, "planted")


@pytest.mark.parametrize("planted", [_one_character_off, _opaque_is_everyone, _nothing_is_read])
@pytest.mark.parametrize("spoken", [Dialect.PYTHON_SEARCH, Dialect.RE2_FULL])
def test_a_planted_fault_is_seen(spoken: Dialect, planted: Reader) -> None:
    asked = questions(spoken, SEED, FAST_PATTERNS * 2)
    with engine_of(spoken) as spoken_by:
        found = compare(spoken, spoken_by, asked, planted)
    with pytest.raises(pytest.fail.Exception, match=r"DIFFERS|LOOSE|are opaque"):
        _judge(found)


def _judge(found: Comparison) -> None:
    _must_agree(found, "")
    _must_be_read(found)


def _must_agree(found: Comparison, arguments: str) -> None:
    """Fail with what differs and the command that shows it again, small."""
    loose = [one for one in found.loose if not any(part in one.message for part in LOOSE)]
    faults = [f"DIFFERS {one}" for one in found.differences] + [f"LOOSE {one}" for one in loose]
    if faults:
        again = f"to see them small: python -m tests.engines.compare {arguments}"
        pytest.fail("\n".join((*faults[:FAULTS_PRINTED], str(found), again)), pytrace=False)


def _must_be_read(found: Comparison) -> None:
    """Fail with the reasons, when too many of the patterns that the engine accepts are opaque."""
    if found.opaque_share > OPAQUE_SHARE:
        why = "\n".join(reasons(found.opaque))
        pytest.fail(f"{found.opaque_share:.1%} are opaque:\n{why}", pytrace=False)
