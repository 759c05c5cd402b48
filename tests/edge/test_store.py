"""What the store keeps of runs, and what it tells the next one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from auditor.core.drift import Cause, State, document_name
from auditor.core.finding import Severity
from auditor.core.reading import Document, Where
from auditor.edge.store.fault import StoreError
from auditor.edge.store.record import Blind, RunRecord, Scope
from auditor.edge.store.snapshot import take_snapshot
from auditor.edge.store.store import Store, open_store
from tests.edge.nights import (
    APP,
    APP_CONFIG,
    DENIED,
    END,
    GATEWAY,
    OLD_PORTAL,
    ROUTE,
    START,
    audit,
    gateway,
    head,
    night,
    widened,
)

OURS = "https://app.example.com"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "runs.db") as opened:
        yield opened


def state_of(store: Store, *origins: str, denied: bool = False) -> tuple[State, Cause | None]:
    """What one more night makes of the one finding of these tests."""
    found = [widened()] if OLD_PORTAL in origins else []
    (drift,) = audit(store, night(*origins, denied=denied), found).drifts
    return drift.state, drift.cause


def test_a_run_comes_back_as_it_was_saved(store: Store) -> None:
    saved = audit(store, night(OURS, OLD_PORTAL), [widened()])
    other = replace(night(OURS, denied=True), head=replace(head(), started=START + timedelta(1)))
    later = audit(store, other)
    assert (saved.unlinked, later.unlinked) == ((), (END,))
    for record in (saved, later):
        assert record.head.id is not None
        kept = store.run(record.head.id)
        assert kept.head == record.head
        assert kept.unread == record.unread
        assert kept.drifts == record.drifts
        assert kept.routes == record.routes
        assert kept.unlinked == record.unlinked
        assert Counter(map(repr, kept.documents)) == Counter(map(repr, record.documents))
        assert Counter(kept.sources) == Counter(record.sources)
        assert store.snapshot(record.head.id) == take_snapshot(record)
        assert store.documents(record.head.id) == kept.documents
    assert store.run("last") == store.run(2)
    assert store.runs() == (later.head, saved.head)
    assert store.runs(limit=1) == (later.head,)


def test_a_run_that_is_not_there_is_said_so(store: Store) -> None:
    with pytest.raises(StoreError, match=r"runs\.db: holds no run; cors-audit history"):
        store.run("last")
    audit(store, night(OURS))
    with pytest.raises(StoreError, match="holds no run 7"):
        store.run(7)


def test_an_origin_added_and_removed_is_new_stands_resolves_and_regresses(store: Store) -> None:
    audit(store, night(OURS))
    nights = [
        state_of(store, OURS, OLD_PORTAL),
        state_of(store, OURS, OLD_PORTAL),
        state_of(store, OURS),
        state_of(store, OURS, OLD_PORTAL),
    ]
    changed = Cause.CONFIGURATION
    assert nights == [
        (State.NEW, changed),
        (State.STANDING, None),
        (State.RESOLVED, changed),
        (State.REGRESSED, changed),
    ]
    (drift,) = store.run("last").drifts
    assert drift.changed == (document_name(gateway()),)
    assert state_of(store, OURS, OLD_PORTAL) == (State.STANDING, None)


def test_a_denied_call_is_unverifiable_and_resolves_nothing(store: Store) -> None:
    audit(store, night(OURS, OLD_PORTAL), [widened()])
    assert state_of(store, denied=True) == (State.UNVERIFIABLE, None)
    (drift,) = store.run("last").drifts
    assert drift.reason == f"not read by this run: {GATEWAY}"
    assert drift.backlog
    assert state_of(store, OURS, OLD_PORTAL) == (State.STANDING, None)
    assert state_of(store, denied=True) == (State.UNVERIFIABLE, None)
    assert state_of(store, OURS) == (State.RESOLVED, Cause.CONFIGURATION)


def test_a_denied_source_is_no_first_read_when_it_is_back(store: Store) -> None:
    audit(store, night(OURS))
    audit(store, night(denied=True))
    assert state_of(store, OURS, OLD_PORTAL) == (State.NEW, Cause.CONFIGURATION)
    assert not store.run("last").drifts[0].backlog


def partly(record: RunRecord) -> RunRecord:
    """The same night, but one resource of the gateway's source was not read."""
    gap = replace(DENIED, scope=f"{GATEWAY} HTTP API other")
    return replace(record, unread=(Blind(gap),), head=head(complete=False))


def test_a_source_that_is_read_in_part_resolves_nothing(store: Store) -> None:
    audit(store, night(OURS, OLD_PORTAL), [widened()])
    (drift,) = audit(store, partly(night(OURS))).drifts
    assert drift.reason == f"read only in part: {GATEWAY}"


def test_what_a_partial_reading_lacks_is_not_forgotten(store: Store) -> None:
    audit(store, night(OURS))
    before = store.before(Scope("prod"))
    assert before is not None
    audit(store, partly(replace(night(OURS), documents=(APP_CONFIG,))))
    assert store.before(Scope("prod")) == before
    other = replace(gateway(OLD_PORTAL), key="other")
    found = replace(widened(), documents=(document_name(other),))
    now = night(OURS)
    (drift,) = audit(store, replace(now, documents=(*now.documents, other)), [found]).drifts
    assert drift.cause is Cause.CONFIGURATION


def test_a_source_that_is_never_read_does_not_freeze_the_others(store: Store) -> None:
    """No run is complete, yet what changed since last night is told from what did not."""
    app = replace(widened(), documents=(document_name(APP_CONFIG),), host="app", routes=())
    audit(store, night(denied=True))
    audit(store, night(denied=True))
    assert store.baseline(Scope("prod")) is None
    edited = replace(APP_CONFIG, body={"CORS_ORIGINS": "null"})
    changed = replace(night(denied=True), documents=(edited,))
    (drift,) = audit(store, changed, [app]).drifts
    assert (drift.state, drift.cause, drift.backlog) == (State.NEW, Cause.CONFIGURATION, False)


def test_the_first_night_is_backlog_and_stays_it(store: Store) -> None:
    assert state_of(store, OURS, OLD_PORTAL) == (State.NEW, Cause.FIRST_READ)
    assert state_of(store, OURS, OLD_PORTAL) == (State.STANDING, None)
    assert store.run("last").drifts[0].backlog
    assert store.known(Scope("prod"))[widened().fingerprint].backlog


def test_what_a_new_source_already_had_is_backlog(store: Store) -> None:
    audit(store, night(OURS, app=False))
    app = replace(widened(), documents=(document_name(APP_CONFIG),), host="app")
    (drift,) = audit(store, night(OURS), [app]).drifts
    assert (drift.state, drift.cause, drift.backlog) == (State.NEW, Cause.FIRST_READ, True)


def test_a_source_that_left_the_configuration_closes_nothing(store: Store) -> None:
    app = replace(widened(), documents=(document_name(APP_CONFIG),), host="app")
    audit(store, night(OURS), [app])
    (drift,) = audit(store, night(OURS, app=False)).drifts
    assert (drift.state, drift.reason) == (State.UNVERIFIABLE, f"not read by this run: {APP}")


def test_every_source_on_the_path_counts(store: Store) -> None:
    """The finding names the gateway's document alone, but the app stands behind its route."""
    audit(store, night(OURS, OLD_PORTAL), [widened()])
    assert store.known(Scope("prod"))[widened().fingerprint].sources == {GATEWAY, APP}
    (drift,) = audit(store, night(OURS, app=False)).drifts
    assert drift.state is State.UNVERIFIABLE


def test_the_baseline_is_the_last_complete_whole_run_of_the_estate(store: Store) -> None:
    part = Scope("prod", (("host", "api.example.com"),))
    assert store.baseline(part) is None
    first = audit(store, night(OURS)).head.id
    audit(store, night(denied=True))
    audit(store, night(OURS, scope=part))
    audit(store, night(OURS, scope=Scope("other")))
    assert store.baseline(part) == store.baseline(Scope("prod")) == first
    assert store.baseline(Scope("other")) == 4
    assert store.baseline(Scope("third")) is None


def test_a_partial_run_is_compared_with_whole_ones_and_changes_no_baseline(store: Store) -> None:
    audit(store, night(OURS))
    part = Scope("prod", (("host", "api.example.com"),))
    before = store.before(part)
    (drift,) = audit(store, night(OURS, OLD_PORTAL, scope=part), [widened()]).drifts
    assert (drift.state, drift.cause) == (State.NEW, Cause.CONFIGURATION)
    assert store.before(part) == before
    assert state_of(store, OURS, OLD_PORTAL) == (State.STANDING, None)


def test_a_partial_run_does_not_narrow_what_is_known(store: Store) -> None:
    wide = replace(widened(), routes=(ROUTE, "api.example.com/v2/*"))
    audit(store, night(OURS, OLD_PORTAL), [wide])
    known = store.known(Scope("prod"))
    part = Scope("prod", (("host", "api.example.com"),))
    audit(store, night(OURS, OLD_PORTAL, scope=part), [widened()])
    assert store.known(part) == known
    (drift,) = audit(store, night(OURS, OLD_PORTAL), [wide]).drifts
    assert drift.state is State.STANDING


def test_a_rule_that_could_not_be_evaluated_closes_nothing(store: Store) -> None:
    """Tonight the allowlist has no entry for the route: nobody compared."""
    audit(store, night(OURS, OLD_PORTAL), [widened()])
    later = night(OURS, OLD_PORTAL)
    uncompared = tuple(replace(one, skipped=("widened-origin",)) for one in later.routes)
    (drift,) = audit(store, replace(later, routes=uncompared)).drifts
    assert drift.reason == f"its rule, widened-origin, could not be evaluated: {ROUTE}"
    assert store.run("last").routes == uncompared


def test_estates_in_one_store_do_not_meet(store: Store) -> None:
    audit(store, night(OURS, OLD_PORTAL), [widened()])
    other = Scope("other")
    assert store.known(other) == {}
    assert store.before(other) is None
    assert audit(store, night(OURS, scope=other)).drifts == ()


def test_before_is_what_the_last_complete_run_knew(store: Store) -> None:
    audit(store, night(OURS, OLD_PORTAL))
    saved = audit(store, night(OURS))
    assert saved.head.id is not None
    bare = replace(store.snapshot(saved.head.id), evaluated=frozenset())
    assert store.before(Scope("prod")) == bare


def test_the_order_of_a_selection_does_not_matter() -> None:
    one = Scope("p", (("host", "a"), ("env", "b")))
    assert one.text == Scope("p", (("env", "b"), ("host", "a"))).text
    assert one.text != Scope("p", (("host", "a"),)).text


def test_the_same_resource_met_twice_is_kept_twice(store: Store) -> None:
    twice = replace(
        night(OURS), documents=(gateway(OURS), gateway(OURS, OLD_PORTAL), gateway(OURS))
    )
    saved = audit(store, twice)
    assert len(store.run("last").documents) == 3
    audit(store, night(OURS))
    assert len(store.run("last").documents) == 2
    assert saved.head.id is not None
    assert len(store.documents(saved.head.id)) == 3
    once = take_snapshot(night(OURS)).documents[document_name(gateway())]
    assert take_snapshot(twice).documents[document_name(gateway())] != once


def test_names_that_are_no_text_are_kept_readable(store: Store) -> None:
    odd = Document("file:\udcff", "AppConfig", "\udcfe.env", {"a": "\ud800"}, Where("\udcfe.env"))
    record = replace(night(OURS), documents=(odd,))
    audit(store, record)
    (kept,) = store.run("last").documents
    assert (kept.source, kept.key, kept.where.place) == (
        "file:\\udcff",
        "\\udcfe.env",
        "\\udcfe.env",
    )
    before = store.before(Scope("prod"))
    assert before is not None
    assert before.documents == take_snapshot(record).documents


def test_a_digest_is_of_content_not_of_place() -> None:
    moved = replace(APP_CONFIG, where=Where("elsewhere", 9), lines={})
    assert moved.digest == APP_CONFIG.digest
    assert replace(APP_CONFIG, key="b").digest != APP_CONFIG.digest
    assert gateway(OURS).digest != gateway(OLD_PORTAL).digest


def test_a_changed_finding_is_kept_as_it_is_now(store: Store) -> None:
    audit(store, night(OURS, OLD_PORTAL), [widened()])
    worse = replace(widened(), severity=Severity.CRITICAL)
    (drift,) = audit(store, night(OURS, OLD_PORTAL), [worse]).drifts
    assert (drift.state, drift.cause) == (State.CHANGED, Cause.UNKNOWN)
    assert store.known(Scope("prod"))[worse.fingerprint].evidence == worse.evidence
    assert store.run(1).drifts[0].finding == widened()
    assert store.run(2).drifts[0].finding == worse
