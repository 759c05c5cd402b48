"""What a night costs the store: parts that are as they were are told by a digest, and nothing is lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from auditor.core.decision.verdict import Verdict
from auditor.core.reading import Layer, Touch
from auditor.edge.store.pruning import Keep
from auditor.edge.store.record import Blind, RunRecord, Scope, SourceRead
from auditor.edge.store.snapshot import take_snapshot
from auditor.edge.store.spans import digest_rows
from auditor.edge.store.store import Store, open_store
from tests.edge.nights import (
    APP_CONFIG,
    DENIED,
    GATEWAY,
    OLD_PORTAL,
    audit,
    gateway,
    large,
    night,
    widened,
)

OURS = "https://app.example.com"
WHOLE, PART = Scope("prod"), Scope("prod", (("host", "a"),))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "runs.db") as opened:
        yield opened


def asked(store: Store, record: RunRecord) -> str:
    """What is asked of the database while `record` is saved, the digests of its parts aside."""
    said: list[str] = []
    store._db.conn.set_trace_callback(said.append)
    store.save(record)
    store._db.conn.set_trace_callback(None)
    return "\n".join(one for one in said if " parts " not in one)


def test_a_digest_is_of_rows_in_whatever_order() -> None:
    rows = [("a", 1, None), ("b", 2, "x"), ("b", 2, "x")]
    assert digest_rows(rows) == digest_rows(rows[::-1])
    others = [
        rows[:2],
        [("a", "1", None), *rows[1:]],
        [("a", 1, "None"), *rows[1:]],
        [("a", 1, None), ("b", 2, "x\n"), ("b", 2, "x")],
        [],
    ]
    assert len({digest_rows(one) for one in [rows, *others]}) == len(others) + 1
    assert digest_rows([("a\n", "b")]) != digest_rows([("a",), ("b",)])


def test_a_quiet_night_looks_at_no_span_and_a_changed_part_at_its_own(store: Store) -> None:
    record = night(OURS)
    store.save(record)
    quiet = asked(store, record)
    assert "runs" in quiet
    assert "_spans" not in quiet
    assert "last_documents" not in quiet
    routes = tuple(replace(one, verdict="widened") for one in record.routes)
    changed = asked(store, replace(record, routes=routes))
    assert "UPDATE route_spans" in changed
    assert "document_spans" not in changed
    assert "last_documents" not in changed
    assert store.run("last").routes == routes


def test_a_member_of_an_enum_is_the_text_that_it_is_stored_as(store: Store) -> None:
    record = night(OURS)
    sources = (replace(record.sources[0], kind=Layer.GATEWAY), *record.sources[1:])
    routes = tuple(replace(one, verdict=Verdict.CLEAN) for one in record.routes)
    for _ in range(2):
        store.save(replace(record, sources=sources, routes=routes))
        assert store.faults() == ()


def test_a_touch_that_comes_to_be_known_is_kept_though_nothing_changed(store: Store) -> None:
    record = replace(night(OURS), documents=(APP_CONFIG,))
    first, later = (Touch(who, "Apply", "2026-11-22T02:41:00Z", "managedFields") for who in "ab")
    for touch, kept in ((None, None), (first, first), (later, first), (None, first)):
        documents = (replace(APP_CONFIG, touched=touch),)
        store.save(replace(record, documents=documents))
        assert store.documents(store.runs(1)[0].id or 0)[0].touched == kept


@pytest.mark.parametrize("seed", range(6))
def test_every_run_stays_what_it_was_whatever_follows(seed: int, store: Store) -> None:
    """Nights of two scopes that change, change back or stay quiet, and old ones that are forgotten."""
    random, held = Random(seed), dict[int, RunRecord]()
    worlds = [(OURS,), (OURS, OLD_PORTAL), (OLD_PORTAL,)]
    for at in range(30):
        origins = random.choice(worlds)
        record = night(
            *origins,
            scope=random.choice((WHOLE, WHOLE, PART)),
            denied=random.random() < 0.2,
            app=random.random() < 0.8,
        )
        started = record.head.started + timedelta(days=at)
        ended = started + timedelta(minutes=1)
        record = replace(record, head=replace(record.head, started=started, finished=ended))
        saved = audit(store, record, [widened()] if OLD_PORTAL in origins else [])
        assert saved.head.id is not None
        held[saved.head.id] = saved
        if random.random() < 0.2:
            for gone in store.prune(Keep(runs=random.randrange(3))).runs:
                del held[gone]
        assert store.faults() == ()
        for run, was in held.items():
            assert store.snapshot(run) == take_snapshot(was)
            assert store.run(run).drifts == was.drifts
            assert store.run(run).routes == was.routes
    assert len(held) > 1


SHORT = (SourceRead(GATEWAY, "HttpApi", 2, 1), *night(OURS).sources[1:])


@pytest.mark.parametrize("less", [{"unread": (Blind(DENIED),)}, {"sources": SHORT}])
def test_what_is_read_whole_later_is_known_so_though_no_document_changed(
    less: dict[str, Any], store: Store
) -> None:
    record = night(OURS)
    for given, incomplete in ((less, {GATEWAY}), ({}, set())):
        store.save(replace(record, **given))
        before = store.before(WHOLE)
        assert before is not None
        assert before.incomplete == incomplete


def test_digests_go_with_the_runs_that_they_are_of(store: Store) -> None:
    """The last partial run is forgotten: the next one must not go by what it had."""
    audit(store, night(OURS, OLD_PORTAL, scope=PART), [widened()])
    audit(store, night(OURS, scope=PART))
    for _ in range(2):
        audit(store, night(OURS))
    assert 2 in store.prune(Keep()).runs
    later = audit(store, night(OURS, scope=PART))
    assert later.head.id is not None
    assert store.snapshot(later.head.id) == take_snapshot(later)
    assert store.faults() == ()


def test_the_night_before_is_the_run_before_without_its_routes(store: Store) -> None:
    assert store.night_before(WHOLE, ()) is None
    touched = replace(gateway(OURS), touched=Touch("a", "Apply", "2026-11-22T02:41:00Z", "x"))
    audit(store, replace(night(OURS), documents=(APP_CONFIG, touched)), [widened()])
    whole = store.before_run(WHOLE)
    assert whole is not None
    for tonight in ((), night(OURS).documents, night(OURS, OLD_PORTAL).documents):
        before = store.night_before(WHOLE, tonight)
        assert before == replace(whole, routes=())
        assert [one.touched for one in before.documents] == [one.touched for one in whole.documents]


def test_bodies_of_tonight_are_not_read_again(store: Store) -> None:
    record, _ = large(documents=50, routes=50, findings=0)
    store.save(record)
    said: list[str] = []
    store._db.conn.set_trace_callback(said.append)
    before = store.night_before(WHOLE, record.documents[1:])
    store._db.conn.set_trace_callback(None)
    assert before is not None
    (read,) = [one for one in said if "SELECT hash, body FROM documents" in one]
    assert record.documents[0].digest in read
    assert record.documents[1].digest not in read
