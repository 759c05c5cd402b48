"""Whole runs over small folders, with a clock passed in: exit codes, and one night after another."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from pathlib import Path

import pytest

from auditor.core.drift import State
from auditor.core.finding import Severity
from auditor.core.reading import Where
from auditor.edge.allowlist.load import load_allowlist
from auditor.edge.config.load import load_config
from auditor.edge.config.model import AcceptedGap, Config, FailOn
from auditor.run.audit import Outcome, audit
from auditor.run.plan import Plan, plan_for, plan_of
from auditor.run.selection import Selection
from tests.cli.estates import ALLOWLIST, APP, EVIL, write_app, write_ingress

START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
OTHER = "https://other.example"
RULE = "widened-origin"


def planned(base: Path, allowlist: str | None = ALLOWLIST, *folders: str) -> Plan:
    """The plan of the configuration in `base`, with further folders to look through."""
    config = load_config((base / "cors-audit.yaml").read_bytes(), "cors-audit.yaml", START.date())
    assert isinstance(config, Config)
    listed = None
    if allowlist is not None:
        found = load_allowlist([("allowlist.yaml", allowlist.encode())])
        assert not isinstance(found, tuple)
        listed = found
    plan = plan_of(config, base, "cors-audit.yaml", listed, {})
    return replace(plan, files=folders)


def night(plan: Plan, nights: int = 0, selection: Selection | None = None) -> Outcome:
    start = START + timedelta(days=nights)
    ticks = chain([start], repeat(start + timedelta(minutes=7)))
    given = Selection() if selection is None else selection
    return audit(plan, lambda: next(ticks), {}, lambda _said: None, given)


def states(outcome: Outcome, rule: str = RULE) -> dict[str, State]:
    """What became of each finding of `rule`, by its origin."""
    return {
        drift.finding.witness or "": drift.state
        for drift in outcome.record.drifts
        if drift.finding is not None and drift.finding.rule == rule
    }


@pytest.fixture
def clean(tmp_path: Path) -> Plan:
    return planned(write_app(tmp_path, APP))


@pytest.fixture
def widened(tmp_path: Path) -> Plan:
    return planned(write_app(tmp_path, f"{APP},{EVIL}"))


def test_clean_is_0_and_the_record_says_when(clean: Plan) -> None:
    done = night(clean)
    head = done.record.head
    assert done.exit_code == 0
    assert head.complete
    assert (head.started, head.finished) == (START, START + timedelta(minutes=7))
    assert [(route.name, route.verdict) for route in done.record.routes] == [
        ("api.example.com/*", "clean")
    ]
    assert [(one.source, one.found, one.read) for one in done.record.sources] == [
        ("app:api.example.com/*", 1, 1)
    ]


def test_a_finding_is_10(widened: Plan) -> None:
    done = night(widened)
    assert done.exit_code == 10
    assert states(done) == {EVIL: State.NEW}


def test_a_gap_is_3_and_with_a_finding_13(tmp_path: Path) -> None:
    write_ingress(tmp_path / "deploy", APP, "users")
    write_app(tmp_path, APP)
    critical = FailOn(Severity.CRITICAL)
    quiet = night(replace(planned(tmp_path, None, "deploy"), fail_on=critical, store=None))
    assert quiet.exit_code == 3
    assert not quiet.record.head.complete
    write_app(tmp_path, f"{APP},{EVIL}")
    assert night(replace(planned(tmp_path, ALLOWLIST, "deploy"), store=None)).exit_code == 13


def test_no_routes_are_3(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = night(plan_for(("empty",), tmp_path, None, {}))
    assert done.record.routes == ()
    assert done.record.unread == ()
    assert done.exit_code == 3


def test_a_finding_below_what_is_asked_for_is_0(widened: Plan) -> None:
    (found,) = [f for f in night(widened).judgement.findings if f.rule == RULE]
    above = Severity(found.severity + 1)
    unstored = replace(widened, store=None)
    assert night(replace(unstored, fail_on=FailOn(found.severity))).exit_code == 10
    assert night(replace(unstored, fail_on=FailOn(above))).exit_code == 0


def test_only_what_is_new_fails_where_that_is_asked_for(tmp_path: Path) -> None:
    plan = planned(write_app(tmp_path, f"{APP},{EVIL}"))
    plan = replace(plan, fail_on=FailOn(Severity.MEDIUM, (State.NEW,)))
    assert night(plan).exit_code == 0, "what was there on the first night is backlog"
    write_app(tmp_path, f"{APP},{EVIL},{OTHER}")
    second = night(plan, 1)
    assert second.exit_code == 10
    assert states(second) == {EVIL: State.STANDING, OTHER: State.NEW}
    assert night(plan, 2).exit_code == 0


def gap(source: str, expired: bool = False) -> AcceptedGap:
    where = Where("cors-audit.yaml", 9)
    return AcceptedGap(source, "closing in Q1", START.date(), where, "team-legacy", expired)


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        (None, 3),
        (gap("file:other"), 3),
        (gap("file:*"), 0),
        (gap("file:services/b.env"), 0),
        (gap("file:*", expired=True), 3),
    ],
)
def test_an_accepted_gap_is_not_incomplete(
    tmp_path: Path, accepted: AcceptedGap | None, code: int
) -> None:
    write_app(tmp_path, APP)
    (tmp_path / "services").mkdir()
    (tmp_path / "services/b.env").write_text("CORS_ORIGINS=x allow_origins\n")
    plan = planned(tmp_path, ALLOWLIST, "services")
    given = () if accepted is None else (accepted,)
    plan = replace(plan, config=replace(plan.config, accepted=given))
    done = night(plan)
    assert done.exit_code == code
    assert len(done.record.unread) == 1, "accepted or not, it is told"


def test_a_gap_that_blinds_a_route_is_3_though_it_is_accepted(tmp_path: Path) -> None:
    write_app(tmp_path, APP)
    (tmp_path / "app.env").unlink()
    plan = planned(tmp_path)
    plan = replace(plan, config=replace(plan.config, accepted=(gap("*"),)))
    done = night(plan)
    assert done.exit_code == 3
    assert [(blind.routes) for blind in done.record.unread] == [("api.example.com/*",)]


def test_one_night_after_another(tmp_path: Path) -> None:
    plan = planned(write_app(tmp_path, f"{APP},{EVIL}"))
    first = night(plan)
    second = night(plan, 1)
    assert (first.record.head.id, second.record.head.id) == (1, 2)
    assert states(second) == {EVIL: State.STANDING}
    assert second.exit_code == 10
    write_app(tmp_path, APP)
    third = night(plan, 2)
    assert third.exit_code == 0
    assert [d.state for d in third.record.drifts] == [State.RESOLVED]
    write_app(tmp_path, f"{APP},{EVIL}")
    assert states(night(plan, 3)) == {EVIL: State.REGRESSED}


def test_what_cannot_be_read_resolves_nothing(tmp_path: Path) -> None:
    plan = planned(write_app(tmp_path, f"{APP},{EVIL}"))
    first = night(plan)
    (tmp_path / "app.env").unlink()
    second = night(plan, 1)
    old = {drift.fingerprint for drift in first.record.drifts}
    assert {d.fingerprint: d.state for d in second.record.drifts if d.fingerprint in old} == (
        dict.fromkeys(old, State.UNVERIFIABLE)
    )
    assert second.exit_code == 3


def test_another_selection_is_another_scope_and_closes_nothing(tmp_path: Path) -> None:
    plan = planned(write_app(tmp_path, f"{APP},{EVIL}"))
    night(plan)
    elsewhere = night(plan, 1, Selection(host=("other.test",)))
    assert elsewhere.record.routes == ()
    assert State.RESOLVED not in {drift.state for drift in elsewhere.record.drifts}
    assert states(night(plan, 2)) == {EVIL: State.STANDING}


def test_without_a_store_every_night_is_the_first(tmp_path: Path) -> None:
    plan = replace(planned(write_app(tmp_path, f"{APP},{EVIL}")), store=None)
    for nights in range(2):
        done = night(plan, nights)
        assert states(done) == {EVIL: State.NEW}
        assert done.record.head.id is None
    assert not list(tmp_path.glob("*.db"))


def test_without_an_allowlist_nothing_is_compared(tmp_path: Path) -> None:
    done = night(planned(write_app(tmp_path, APP), None))
    assert [route.verdict for route in done.record.routes] == ["not compared"]
    assert done.record.head.allowlist == ""


def test_the_same_sources_give_the_same_record(clean: Plan) -> None:
    unstored = replace(clean, store=None)
    assert night(unstored).record == night(unstored).record
