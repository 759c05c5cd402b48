"""The night of an upgrade: what the new version alone does is told apart from what teams did."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import rules
from auditor.core.drift import Cause, Drift, State
from auditor.core.finding import Finding
from auditor.edge.http import Http
from auditor.edge.trackers.github import GitHub
from auditor.edge.trackers.tokens import Secret
from auditor.run import audit as pipeline
from auditor.run import waive
from auditor.run.audit import Outcome
from rules.rule import Result, Rule, View
from tests.edge.trackers.github_standin import StandIn, github_standin
from tests.shows.month_estate import OLD
from tests.shows.troubled import Troubled

pytestmark = pytest.mark.server
TARGETS = """\
  servers: {{github: {{url: "{url}"}}}}
  routes: [{{owner: "*", github: {{repo: {repo}}}}}]"""
PLAINTEXT = "http://intranet.example.net"
ADDED, REWORDED = "plaintext-origin", "widened-origin"


def _older(rule: Rule) -> Rule:
    """A rule that said less of what it found, the version before."""
    check = rule.check
    assert check is not None

    def blunter(view: View) -> Iterator[Result]:
        for one in check(view):
            yield replace(one, what="Too wide.") if isinstance(one, Finding) else one

    return replace(rule, check=blunter)


@pytest.fixture
def hub() -> Iterator[StandIn]:
    with github_standin() as found:
        yield found


@pytest.fixture
def nights(hub: StandIn, tmp_path: Path) -> Iterator[Troubled]:
    http = Http(timeout_seconds=5.0)
    found = Troubled(
        tmp_path,
        TARGETS.format(url=hub.url, repo=hub.repo),
        lambda: GitHub(http, hub.url, hub.repo, Secret(hub.token)),
    )
    hub.clock = found.clock
    yield found
    http.close()


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The version before, until it is undone: without one rule, and with another as it was."""
    known = tuple(
        _older(one) if one.name == REWORDED else one for one in rules.RULES if one.name != ADDED
    )
    for module in (rules, pipeline, waive):
        monkeypatch.setattr(module, "RULES", known)
    monkeypatch.setattr(pipeline, "version", lambda _name: "0.1.0")
    return monkeypatch


def _by_app(outcome: Outcome, nights: Troubled) -> dict[tuple[str, str], Drift]:
    """Drifts by app and rule; of those that are gone, what they were."""
    known = {
        one.finding.fingerprint: one.finding
        for before in (nights.before, outcome)
        for one in before.record.drifts
        if one.finding is not None
    }
    found = {}
    for drift in outcome.record.drifts:
        one = known[drift.fingerprint]
        found[one.host.partition(".")[0], one.rule] = drift
    return found


def _comments(hub: StandIn) -> dict[str, list[str]]:
    """How the comments of each app's ticket begin."""
    return {
        one.title.replace("`", "").split(" ")[2].partition(".")[0]: [
            text.strip()[:18] for text in one.comments
        ]
        for one in hub.tickets()
    }


@pytest.fixture
def upgraded(nights: Troubled, old: pytest.MonkeyPatch) -> Outcome:
    """Two nights of the version before, then one in which the auditor and teams changed things."""
    month = nights.month
    month.add(["backlog"], "team-a", OLD)
    month.add(["plain"], "team-a", PLAINTEXT)
    nights.begin("stands", "mended", "fresh", "fresh-plain", "grown")
    nights.before = nights.night(let_in="stands mended grown")
    old.undo()
    month.let_in("fresh-plain", PLAINTEXT)
    return nights.night(let_in="fresh", mend="mended", write="grown")


def test_every_cause_is_exact(upgraded: Outcome, nights: Troubled) -> None:
    found = _by_app(upgraded, nights)
    told = {key: (one.state, one.cause, one.backlog) for key, one in found.items()}
    configuration, version = Cause.CONFIGURATION, Cause.VERSION
    assert told == {
        ("backlog", REWORDED): (State.CHANGED, version, True),
        ("plain", REWORDED): (State.RESOLVED, version, True),
        ("plain", ADDED): (State.NEW, version, True),
        ("stands", REWORDED): (State.CHANGED, version, False),
        ("mended", REWORDED): (State.RESOLVED, configuration, False),
        ("grown", REWORDED): (State.CHANGED, configuration, False),
        ("fresh", REWORDED): (State.NEW, configuration, False),
        ("fresh-plain", ADDED): (State.NEW, configuration, False),
    }
    assert all(one.also == () for one in found.values())


def test_what_is_said_to_the_tracker(upgraded: Outcome, nights: Troubled, hub: StandIn) -> None:
    """The upgrade opens no ticket; what it says otherwise is said once, where a ticket stands."""
    assert upgraded.problems == ()
    said = _comments(hub)
    assert len(hub.tickets()) == len(said)
    assert set(said) == {"backlog", "plain", "stands", "mended", "grown", "fresh", "fresh-plain"}
    assert said.pop("fresh") == said.pop("fresh-plain") == []
    assert {len(comments) for comments in said.values()} == {1}
    assert said["mended"][0].startswith("Fixed")
    assert said["plain"][0] == "No longer reported"


def test_the_night_after_is_quiet(upgraded: Outcome, nights: Troubled, hub: StandIn) -> None:
    after = nights.night()
    assert {(one.state, one.cause) for one in after.record.drifts} == {(State.STANDING, None)}
