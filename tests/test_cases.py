"""One world per folder, named after what goes wrong in it, with the outcome as text.

`expected.txt`: a line for each finding (severity, rule, witness, field, routes), each route with its
verdict, each route with the rules that could not be evaluated on it, each gap, and the exit code.
`ACCEPT=1 pytest tests/test_cases.py` writes what is found: look at the difference before keeping it.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.core.finding import Finding
from auditor.run.audit import Outcome
from rules import RULES
from tests.shows.nights import granted_by, run_night

CASES = Path(__file__).parent / "cases"
WORLDS = sorted(folder.name for folder in CASES.iterdir())
EXPECTED = "expected.txt"
NAMES = frozenset(rule.name for rule in RULES)


def written(outcome: Outcome) -> str:
    """An outcome as the lines of `expected.txt`."""
    return "".join(f"{line}\n" for line in _lines(outcome))


def _lines(outcome: Outcome) -> Iterator[str]:
    yield from (_finding(finding) for finding in outcome.judgement.findings)
    for route in outcome.record.routes:
        yield f"route {route.name} is {route.verdict}"
        skipped = {e.rule for e, name in outcome.judgement.not_evaluated if name == route.name}
        if skipped:
            yield f"route {route.name} not evaluated: {', '.join(sorted(skipped))}"
    for blind in outcome.record.unread:
        yield f"unread {blind.unread.scope}: {blind.unread.gap} blinds {', '.join(blind.routes) or '-'}"
    yield f"exit {outcome.exit_code}"


def _finding(found: Finding) -> str:
    field = granted_by(found) or "-"
    return f"{found.severity.word} {found.rule} {found.witness or '-'} {field} {' '.join(found.routes)}"


@pytest.mark.parametrize("name", WORLDS)
def test_the_outcome_is_the_expected_one(name: str) -> None:
    found = written(run_night(CASES / name))
    expected = CASES / name / EXPECTED
    if os.environ.get("ACCEPT") == "1":
        expected.write_text(found)
    assert found == expected.read_text()


def outcomes(kind: str) -> dict[str, set[str]]:
    """The worlds in which each rule speaks (`fires`), or cannot be evaluated (`skipped`)."""
    worlds: dict[str, set[str]] = {rule: set() for rule in NAMES}
    for name in WORLDS:
        for line in (CASES / name / EXPECTED).read_text().splitlines():
            words = line.replace(",", "").split()
            for rule in NAMES & set(words):
                if ("not evaluated:" in line) == (kind == "skipped"):
                    worlds[rule].add(name)
    return worlds


@pytest.mark.parametrize("rule", sorted(NAMES))
def test_every_rule_speaks_is_silent_and_cannot_tell_somewhere(rule: str) -> None:
    fires, skipped = outcomes("fires")[rule], outcomes("skipped")[rule]
    clean = {n for n in WORLDS if (CASES / n / EXPECTED).read_text().endswith("exit 0\n")}
    assert fires
    assert clean - fires - skipped
    # What was not read is what `unread-hop` is about: it can always be evaluated.
    assert skipped or rule == "unread-hop"


def test_a_world_that_differs_would_be_seen(tmp_path: Path) -> None:
    name = "strict-ingress-before-strict-app"
    for path in (CASES / name).rglob("*"):
        if path.is_file():
            copy = tmp_path / path.relative_to(CASES / name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(path.read_text())
    settings = tmp_path / "services" / "api.env"
    settings.write_text(settings.read_text().replace("app.example.com", "other.example.com"))
    assert written(run_night(tmp_path)) != (CASES / name / EXPECTED).read_text()
