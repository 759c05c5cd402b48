"""The checks of `test_witnesses.py` catch faults that are planted in the engine, and say nothing
without one.

A fault that only makes a class empty which is not is unseen by membership: there the attack on
empty classes must be what catches it.
"""

from collections.abc import Iterator, Mapping, Sequence

import pytest

from auditor.core.language.cut import Cut
from auditor.core.language.machine import accepts
from auditor.core.language.pattern import Dialect, Pattern
from tests.core.language.attack import attack
from tests.core.language.dividing import divide
from tests.core.language.faults import CONTROL, FAULTS, Fault, planted
from tests.core.language.pairs import Case
from tests.core.language.panel import Opinion, Panel
from tests.core.language.samples import SAMPLES, read, takes, valid
from tests.engines.engine import Refused

pytestmark = pytest.mark.server

SEED = 20_261_122
PROBES, MEMBERS = 100, 60


def searched(text: str) -> Pattern:
    return Pattern(Dialect.PYTHON_SEARCH, text)


WHOLE = Pattern(Dialect.PYTHON_FULLMATCH, r"https://[a-z]{2,5}\.acme\.io(:\d{3,5})?")
CASES = (
    Case((searched(r"^https://app\.example\.com"), searched(r"example\.com$"))),
    Case((searched(r"^https?://[a-z0-9-]+\.example\.com(:8\d{3})?$"), WHOLE)),
    Case((searched(r"^https://(?!app\.)[a-z.]+\.example\.com$"),), ("https://app.example.com",)),
    Case((searched(r"^https://.*(?<!-)\bexample\.com$"), searched(r"\.com:\d+$"))),
    Case((Pattern(Dialect.PYTHON_MATCH_CASELESS, r"HTTPS://[A-M]+\.EXAMPLE\.COM$"),)),
    Case(
        (
            Pattern(Dialect.ALLOWLIST, "https://*.example.com"),
            Pattern(Dialect.INGRESS_NGINX, "https://*.example.com"),
            Pattern(Dialect.SPRING, "https://*.example.com:[8080,8443]"),
        ),
        ("https://app.example.com", "https://a.example.com", "http://localhost"),
    ),
    Case((Pattern(Dialect.INGRESS_NGINX, "http://*.0.0.1"), Pattern(Dialect.SUFFIX, ".1:8080"))),
    Case((Pattern(Dialect.PREFIX, "https://"), Pattern(Dialect.SUFFIX, ".com"))),
    Case((searched(r"^https://(?=.*b)[a-c]+\.test$"), searched("^null$|//x+y"))),
)
TEXTS = tuple(
    dict.fromkeys(
        (
            *filter(valid, SAMPLES),
            *("https://app.example.com", "https://evil-example.com", "https://am.example.com"),
            *(
                "https://abc.acme.io:8080",
                "https://a.acme.io",
                "https://abc.test",
                "https://ac.test",
            ),
            *("https://b.example.com:8443", "https://x.example.com", "https://a-example.com"),
            *("http://b.example.com:8080", "https://abcde.acme.io", "https://m.example.com"),
        )
    )
)


class Remembering:
    """A panel that asks its engines about a text only once."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._known: dict[Pattern, dict[str, bool | None]] = {}

    def opinions(self, asked: Mapping[Pattern, Sequence[str]]) -> dict[Pattern, Opinion | Refused]:
        fresh = {p: [t for t in texts if t not in self._of(p)] for p, texts in asked.items()}
        for pattern, opinion in self._panel.opinions(fresh).items():
            assert not isinstance(opinion, Refused)
            self._of(pattern).update(opinion)
        return {pattern: self._of(pattern) for pattern in asked}

    def _of(self, pattern: Pattern) -> dict[str, bool | None]:
        return self._known.setdefault(pattern, {})


@pytest.fixture(scope="module")
def panel() -> Iterator[Remembering]:
    with Panel() as opened:
        yield Remembering(opened)


def attacked(fault: Fault | None, panel: Remembering) -> list[str]:
    """What the attack finds; the engine is whole again when the texts to attack with are made."""

    def dividing(case: Case) -> Cut:
        with planted(fault):
            return divide(case.patterns, case.literals, told=False)

    found = attack(CASES, panel, SEED, probed=PROBES, drawn=MEMBERS, dividing=dividing)
    assert found.cases == len(CASES)
    assert len(found.unfinished) <= len(CASES) - 2
    return found.faults


def misjudged(fault: Fault | None) -> list[str]:
    """Membership alone: texts that a machine judges otherwise than strings and `re` do."""
    with planted(fault):
        machines = {pattern: read(pattern) for case in CASES for pattern in case.compared}
        return [
            f"{pattern} on {text}"
            for pattern, machine in machines.items()
            for text in TEXTS
            if accepts(machine, text) is not takes(pattern, text)
        ]


@pytest.mark.parametrize("fault", [None, CONTROL], ids=["as it is", "taken apart"])
def test_without_a_fault_nothing_is_found(fault: Fault | None, panel: Remembering) -> None:
    assert misjudged(fault) == []
    assert attacked(fault, panel) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_caught(fault: Fault, panel: Remembering) -> None:
    caught = attacked(fault, panel)
    assert caught
    assert bool(misjudged(fault)) is not fault.unseen


FALSE_EMPTY = {
    "settles at once",
    "an arc is dropped",
    "a vector is dropped",
    "distances are cut off",
    "ends are seen only where all is settled",
    "its neighbour is settled with an automaton",
    "no ports in the universe",
    "what was given up is empty",
    "what is not taken is forgotten",
}


@pytest.mark.parametrize("name", sorted(FALSE_EMPTY))
def test_only_the_attack_on_empty_classes_catches_a_false_empty(
    name: str, panel: Remembering
) -> None:
    (fault,) = [one for one in FAULTS if one.name == name]
    assert misjudged(fault) == []
    caught = attacked(fault, panel)
    assert any(text.startswith("REFUTED") for text in caught)
