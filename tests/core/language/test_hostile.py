"""Hostile patterns are answered, or refused with a reason, within the caps that stand here.

Time is not measured: steps are counted where they are spent (`metered.py`), and memory by
tracemalloc. What is answered is attacked like any other cut, and every member put to the engine.
"""

from collections.abc import Iterator
from random import Random

import pytest

from auditor.core.language import positions, search, survey
from auditor.core.language.automaton import STATE_CAP
from auditor.core.language.cut import Cut
from auditor.core.language.dialect import TEXT_CAP, Opaque, compile_pattern
from auditor.core.language.membership import MEMORY_CAP, takes_alone
from auditor.core.language.pattern import Dialect, Pattern, exact
from auditor.core.language.plain import WORK_CAP
from auditor.core.language.regex.scanner import DEPTH_CAP
from tests.core.language.attack import Outcome, attack
from tests.core.language.dividing import divide
from tests.core.language.metered import metered
from tests.core.language.pairs import Case
from tests.core.language.panel import Panel
from tests.core.language.samples import valid
from tests.engines.engine import Refused
from tests.engines.roster import ENGINES
from tests.engines.spelling import wrap

pytestmark = pytest.mark.server

SEED = 20_261_122
CAPS = ("more than", "more steps", "over", "cannot be unfolded")
"""What a reason says where the engine takes a pattern that is not answered."""
OVERSIZED = ("too long parameter", "too large")
"""What nginx and PCRE2 say of a pattern that they have no room for; what it means is plain."""


def test_the_caps_are_these() -> None:
    assert TEXT_CAP == 65_536
    assert DEPTH_CAP <= 150
    assert positions.POSITION_CAP == 6_000
    assert positions.REPEAT_CAP == 512
    assert WORK_CAP == 4_000_000
    assert STATE_CAP == 6_000
    assert survey.ARC_CAP == 60_000
    assert search.SEARCH_CAP == 8_000


@pytest.fixture(scope="module")
def panel() -> Iterator[Panel]:
    with Panel() as opened:
        yield opened


@pytest.fixture(params=list(ENGINES))
def dialect(request: pytest.FixtureRequest) -> Dialect:
    return Dialect(request.param)


def attacked(panel: Panel, *patterns: Pattern, memory: bool = True) -> Outcome:
    """Divide within the caps, and try to refute the answer."""

    def dividing(case: Case) -> Cut:
        with metered(memory=memory) as meter:
            found = divide(case.patterns, case.literals)
        meter.check()
        return found

    return attack([Case(patterns)], panel, SEED, probed=40, drawn=60, dividing=dividing)


LABEL = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)"
EVERYWHERE: dict[str, str] = {
    "(a+)+$": "(a+)+$",
    "(.*)*x": "(.*)*x",
    ".*[ab].{18}$": ".*[ab].{18}$",
    "bounds on bounds": "a{1,1000}{1,1000}",
    "bounds around bounds": "(?:a{1,1000}){1,1000}",
    "bounds to the third": "(?:(?:(?:a?){50}){50}){50}",
    "many optional": "(?:a?){500}a",
    "over the engine's bound": "a{0,70000}",
    "over every number": "a{99999999999}",
    "labels of labels": f"^https://{LABEL}{{1,8}}example\\.com$",
    "words": r"\b..[a-z0-9-]{1,63}\b",
    "overlapping options": "^(?:a|aa|aaa|b.*b|.*c)*d$",
    "a large class": "^https://[" + "a-z0-9-" * 1_000 + r"]+\.example\.com$",
    "many options": "^https://(?:" + "|".join(f"h{n}" for n in range(300)) + r")\.example\.com$",
    "100 kB of options": "|".join(f"https://host-{n}" for n in range(6_000)),
    "60 kB of options": "|".join(f"host-{n}" for n in range(5_000)),
    "60 kB of nothing": "|" * 60_000,
    "as deep as goes": "(" * (DEPTH_CAP - 1) + "a" + ")" * (DEPTH_CAP - 1),
    "deeper": "(" * (DEPTH_CAP + 1) + "a" + ")" * (DEPTH_CAP + 1),
    "much deeper": "(?:" * 15_000 + "a" + ")*" * 10,
    "classes in classes": "[" * 60_000,
    "not closed": "(a",
    "not opened": "a)",
    "a class not closed": "[a",
    "a range backwards": "[b-a]",
    "nothing to repeat": "*a",
    "bounds backwards": "a{2,1}",
    "a lone backslash": "a\\",
    "not ASCII": "^https://é+[à-ü]x",
    "long text": "a" * 5_999,
    "longer text": "a" * 6_001,
}
UNREAD = {"deeper", "much deeper", "100 kB of options", "60 kB of options", "longer text"}


@pytest.mark.parametrize("name", EVERYWHERE)
def test_what_every_dialect_can_be_asked(name: str, dialect: Dialect, panel: Panel) -> None:
    pattern = Pattern(dialect, wrap(dialect, EVERYWHERE[name]))
    if must_be_answered(pattern, panel):
        assert name not in UNREAD
        with metered(memory=dialect is Dialect.RE2_FULL) as meter:
            found = divide([pattern])
        meter.check()
        assert found.unfinished is None
        assert all(valid(member) for one in found.classes for member in one.members)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted({*EVERYWHERE} - UNREAD))
def test_answers_of_every_dialect_are_right(name: str, dialect: Dialect, panel: Panel) -> None:
    pattern = Pattern(dialect, wrap(dialect, EVERYWHERE[name]))
    if must_be_answered(pattern, panel):
        found = attacked(panel, pattern)
        assert found.faults == []
        assert found.cases == 1


def must_be_answered(pattern: Pattern, panel: Panel) -> bool:
    """Whether `pattern` is read; where not, the engine refuses it too, or a cap is the reason."""
    found = compile_pattern(pattern)
    engine = panel.opinions({pattern: ["https://a.b"]})[pattern]
    if isinstance(found, Opaque):
        capped = any(word in found.reason for word in CAPS)
        assert capped or (found.refused and isinstance(engine, Refused)), found.reason
        return False
    if isinstance(engine, Refused):
        assert any(word in engine.message for word in OVERSIZED), engine
        return False
    return True


LOOKS: dict[str, Pattern] = {
    "ahead of everything": Pattern(Dialect.PCRE_SEARCH, r"^(?:.(?=.{18}a))*x$"),
    "ahead from anywhere": Pattern(Dialect.JS_TEST, r"(?:.(?=.{18}a))*"),
    "twelve ahead": Pattern(
        Dialect.PCRE_SEARCH, "^" + "".join(f"(?=.*{c})" for c in "abcdefghijkl") + ".*$"
    ),
    "far apart": Pattern(Dialect.PCRE_SEARCH, r"^(?=.*a.{12}b)(?=.*b.{12}a)(?!.*c.{12}d).*$"),
    "far behind": Pattern(Dialect.PCRE_SEARCH, r"(?<=a.{15})b(?<!c.{15}b)"),
    "counted and looked at": Pattern(Dialect.PCRE_SEARCH, r"(?=(?:.{0,50}a.{0,50}){0,20}b)c"),
    "ahead in ahead": Pattern(Dialect.JS_TEST, "(?=" * 90 + "a" + ")" * 90),
    "not in not": Pattern(Dialect.JAVA_FIND, "(?!" * 90 + "a" + ")" * 90),
    "behind in behind": Pattern(Dialect.JS_TEST, "(?<=" * 90 + "a" + ")" * 90),
    "behind in ahead": Pattern(Dialect.JS_TEST, "(?=.(?<=ab)" * 6 + "b" + ")" * 6),
}
REFUSED: dict[str, tuple[Pattern, str]] = {
    "many looks": (
        Pattern(Dialect.PCRE_SEARCH, "".join(f"(?!.*x{n})" for n in range(13))),
        "more than 12 look-arounds",
    ),
    "a text too long": (Pattern(Dialect.JS_TEST, "a" * 70_000), "pattern of 70000 characters"),
    "too deep": (Pattern(Dialect.JAVA_FULL, "(?=" * 3_000), f"more than {DEPTH_CAP} deep"),
    "classes too deep": (Pattern(Dialect.JAVA_FULL, "[a" * 3_000), f"more than {DEPTH_CAP} deep"),
    "flags too deep": (Pattern(Dialect.RUBY_SEARCH, "(?i)" * 5_000 + "a"), "more than"),
    "quantifiers too many": (Pattern(Dialect.RUBY_SEARCH, "a" + "*" * 20_000), "more than"),
    "Envoy, too large": (
        Pattern(Dialect.ENVOY, "".join(f"{char}{{500}}" for char in "abcdefghijklmn")),
        "more than 6000 positions",
    ),
    "possessive": (Pattern(Dialect.PCRE_SEARCH, "(?:a|(?>b|c|d)++)*+" * 50), "cannot be unfolded"),
    "back-references": (Pattern(Dialect.JS_TEST, "(a*)" * 40 + "\\1" * 40), "back-reference"),
    "ahead in behind": (
        Pattern(Dialect.JS_TEST, "(?<=a(?=b))"),
        "a look ahead inside a look behind",
    ),
    "PHP without an end": (Pattern(Dialect.PHP_SEARCH, "{" * 30_000), "delimiter"),
}
ANSWERED: dict[str, Pattern] = {
    "a quote without an end": Pattern(Dialect.JAVA_FIND, r"\Qhttps://app.example.com(("),
    "quotes, one after the other": Pattern(Dialect.PCRE_SEARCH, r"\Qa.\E" * 100),
    "stacked quantifiers": Pattern(Dialect.RUBY_SEARCH, "a" + "*" * 15),
    "many stars": Pattern(Dialect.PYTHON_SEARCH, "a*" * 1_500),
    "many optional": Pattern(Dialect.PYTHON_SEARCH, "a?" * 1_500),
    "deep loops": Pattern(Dialect.PYTHON_SEARCH, "(?:" * 90 + "a" + ")*" * 90),
    "deep options": Pattern(Dialect.PYTHON_SEARCH, "(?:a|" * 90 + "b" + ")" * 90 + "$"),
    "bounds of everything": Pattern(Dialect.PCRE_SEARCH, r"(?:.{0,60}a){8}"),
    "a long list in Envoy": Pattern(
        Dialect.ENVOY, "https://(?:" + "|".join(f"h-{n}" for n in range(700)) + r")\.example\.com"
    ),
    "10,000 ranges": Pattern(Dialect.PYTHON_SEARCH, "[" + "a-z0-9" * 10_000 + "]{3}$"),
}


@pytest.mark.parametrize("name", LOOKS)
@pytest.mark.parametrize("memory", [False, pytest.param(True, marks=pytest.mark.long)])
def test_look_arounds(name: str, panel: Panel, memory: bool) -> None:
    """Some of these are too much: then the cut is unfinished and says why."""
    found = attacked(panel, LOOKS[name], memory=memory)
    assert found.faults == []
    assert found.cases == 1
    assert all(any(word in why for word in CAPS) for why in found.unfinished)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    pattern, reason = REFUSED[name]
    with metered() as meter:
        found = divide([pattern])
    meter.check()
    (opaque,) = found.opaque
    assert reason in opaque.reason
    assert found.unfinished is None


@pytest.mark.parametrize("name", ANSWERED)
@pytest.mark.parametrize("memory", [False, pytest.param(True, marks=pytest.mark.long)])
def test_what_is_answered(name: str, panel: Panel, memory: bool) -> None:
    found = attacked(panel, ANSWERED[name], memory=memory)
    assert found.faults == []
    assert found.cases == 1
    assert not found.unfinished


@pytest.mark.parametrize("name", LOOKS)
def test_single_texts_are_answered_without_end(name: str, panel: Panel) -> None:
    """Membership is asked about texts that anybody may send, one after the other."""
    pattern, random = LOOKS[name], Random(SEED)
    texts = ["".join(random.choice("abcdx.") for _ in range(60)) for _ in range(300)]
    with metered(memory=False) as meter:
        answers = {text: takes_alone(pattern, text) for text in texts}
    assert meter.looking_states <= MEMORY_CAP + 1_000
    opinion = panel.opinions({pattern: texts})[pattern]
    assert not isinstance(opinion, Refused)
    assert sum(one is None for one in answers.values()) <= 3
    known = {t: says for t, says in opinion.items() if says is not None and answers[t] is not None}
    assert {text: answers[text] for text in known} == known
    assert len(known) > 200


NASTY = (
    "(a+)+$", "(.*)*x", ".*[ab].{18}$", "(?:a{1,100}){1,5}", "a.{12}b", "b.{10}a", "(a|aa)+$",
    "^(([a-z])+.)+[A-Z]([a-z])+$", "(?=.*a.{8}b).*c.{8}d", "^(?!.*evil).*$", "(x+x+)+y",
    r"\b..[a-z0-9-]{1,63}\b", "(.*a){8}", r"([a-z0-9-]{0,61}\.)+com", "(?<=ab)c.{6}d",
    r"^https://(.*\.)*example\.com$", "(a?){20}a{20}", "[ab]{5,20}c$", ".{3,40}z.{5}$", "(?:[^/]*/){3}",
)  # fmt: skip
TOGETHER: dict[str, tuple[Pattern, ...]] = {
    "20 nasty ones": tuple(Pattern(Dialect.PCRE_SEARCH, text) for text in NASTY),
    "16 loose ones": tuple(Pattern(Dialect.PYTHON_SEARCH, f"team{n}") for n in range(16)),
    "8 from the end": tuple(
        Pattern(Dialect.PYTHON_SEARCH, f"{char}.{{9}}$") for char in "abcdefgh"
    ),
}
LISTS: dict[str, tuple[Pattern, ...]] = {
    "30 wildcards": tuple(
        Pattern(Dialect.ALLOWLIST, f"https://*.team{n}.example.com") for n in range(30)
    ),
    "300 in ingress-nginx": tuple(
        Pattern(Dialect.INGRESS_NGINX, f"https://*.team-{n}.example.com") for n in range(300)
    ),
    "5,000 literals and a regex": (
        *(exact(f"https://h{n}.example.com") for n in range(5_000)),
        Pattern(Dialect.PYTHON_SEARCH, r"^https://h\d+\.example\.com$"),
    ),
    "8 wildcards of everything": tuple(
        Pattern(Dialect.SPRING, f"https://*.team{n}.*") for n in range(8)
    ),
}


@pytest.mark.parametrize("name", TOGETHER)
def test_too_much_at_once(name: str, panel: Panel) -> None:
    """May be unfinished; its members are right all the same, and literals are never lost."""
    patterns = TOGETHER[name]
    found = attacked(panel, *patterns, memory=False)
    assert found.faults == []
    assert found.cases == 1
    assert found.members > len(patterns)


@pytest.mark.parametrize("name", LISTS)
def test_long_lists_are_answered(name: str) -> None:
    patterns = LISTS[name]
    with metered(memory=len(patterns) < 100) as meter:
        found = divide(patterns)
    meter.check()
    assert found.unfinished is None
    assert not found.opaque
    assert all(valid(member) for one in found.classes for member in one.members)
    named = {pattern for one in found.classes for pattern in one.matches}
    alone = {one.witness for one in found.classes if one.alone}
    assert all(pattern in named or pattern.text in alone for pattern in patterns)
