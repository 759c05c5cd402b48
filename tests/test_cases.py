"""One world per folder, named after what goes wrong in it, with the outcome as text.

`expected.txt`: a line for each finding (severity, rule, witness, field, routes, until when it is
waived), each route with its verdict, each route with the rules that could not be evaluated on it, the
rules that did not run on waivers, each gap, and the exit code.
`ACCEPT=1 pytest tests/test_cases.py` writes what is found: look at the difference before keeping it.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.core.finding import Finding
from auditor.edge.tickets.title import WAIVER_RULES
from auditor.run.audit import Outcome
from rules import RULES
from tests.shows.nights import granted_by, run_night

CASES = Path(__file__).parent / "cases"
WORLDS = sorted(folder.name for folder in CASES.iterdir())
EXPECTED = "expected.txt"
NAMES = frozenset(rule.name for rule in RULES)
WEIGHING = WAIVER_RULES & NAMES
"""The rules that look at a line of waivers.yaml: silent where there are lines and they find nothing."""
ALWAYS_TOLD = {"unread-hop", "expired-waiver", "outgrown-waiver"}
"""What was not read is what `unread-hop` is about, and a day or a growth is seen in any run."""


def written(outcome: Outcome) -> str:
    """An outcome as the lines of `expected.txt`."""
    return "".join(f"{line}\n" for line in _lines(outcome))


def _lines(outcome: Outcome) -> Iterator[str]:
    weighed = outcome.settled.weighed
    for finding in weighed.findings:
        accepted = weighed.accepted.waived.get(finding.fingerprint)
        yield _finding(finding) + (f" waived until {accepted.until}" if accepted else "")
    if weighed.accepted.uses and (idle := NAMES - set(weighed.rules)):
        yield f"not evaluated: {', '.join(sorted(idle))}"
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
    place = " ".join(found.routes) or (str(found.grantor.where) if found.grantor else "-")
    return f"{found.severity.word} {found.rule} {found.witness or '-'} {field} {place}"


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
    if rule in WEIGHING:
        clean = {n for n in clean if "\nwaivers:" in _waivers(n)}
    assert fires
    assert clean - fires - skipped
    assert skipped or rule in ALWAYS_TOLD


def _waivers(name: str) -> str:
    path = CASES / name / "waivers.yaml"
    return path.read_text() if path.exists() else ""


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
