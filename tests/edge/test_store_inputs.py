"""What a run was given beside documents, and who touched those: kept once, read back with the run."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from auditor.core.drift import State
from auditor.core.reading import Document, Touch
from auditor.edge.store.record import (
    LONGEST_INPUT,
    Blind,
    Input,
    InputKind,
    RunRecord,
    Scope,
    take_input,
)
from auditor.edge.store.store import Store, open_store
from tests.edge.nights import DENIED, OLD_PORTAL, START, audit, gateway, head, night, widened

OURS = "https://app.example.com"
CONFIG = take_input(InputKind.CONFIG, "cors-audit.yaml", b"version: 1\n")
TEAM = take_input(InputKind.ALLOWLIST, "allowlist/team-\udcff.yaml", "origins: [ü]\n".encode())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "runs.db") as opened:
        yield opened


def given(*inputs: Input) -> RunRecord:
    return replace(night(OURS), inputs=inputs)


def test_inputs_come_back_with_their_run_and_are_kept_once(store: Store) -> None:
    other = take_input(InputKind.CONFIG, "cors-audit.yaml", b"version: 1\nstore: a.db\n")
    for inputs in ((CONFIG, TEAM), (CONFIG, TEAM), (other,), (CONFIG,)):
        audit(store, given(*inputs))
    named = replace(TEAM, name="allowlist/team-\\udcff.yaml")
    assert [store.run(run).inputs for run in (1, 2, 3, 4)] == [
        (named, CONFIG),
        (named, CONFIG),
        (other,),
        (CONFIG,),
    ]
    assert store._db.execute("SELECT count(*) FROM inputs").fetchone() == (3,)
    assert store._db.execute("SELECT count(*) FROM input_spans").fetchone() == (4,)
    assert store.faults() == ()


def test_one_content_under_two_names_is_kept_once(store: Store) -> None:
    again = replace(CONFIG, name="other.yaml", kind=InputKind.ALLOWLIST)
    audit(store, given(CONFIG, again))
    assert set(store.run(1).inputs) == {CONFIG, again}
    assert store._db.execute("SELECT count(*) FROM inputs").fetchone() == (1,)


@pytest.mark.parametrize("data", [b"x" * (LONGEST_INPUT + 1), b"caf\xe9"])
def test_of_what_is_too_long_or_no_text_the_digest_is_kept(data: bytes, store: Store) -> None:
    one = take_input(InputKind.CODEOWNERS, "CODEOWNERS", data)
    assert (one.text, one.digest) == (None, sha256(data).hexdigest())
    audit(store, given(one))
    assert store.run(1).inputs == (one,)
    assert store.faults() == ()


def test_a_text_at_the_cap_is_kept() -> None:
    assert take_input(InputKind.CONFIG, "a", b"x" * LONGEST_INPUT).text is not None


def test_what_reading_says_again_is_told_apart(store: Store) -> None:
    collected = replace(DENIED, scope="aws:1 HTTP APIs")
    record = replace(night(OURS), unread=(Blind(DENIED, ("a",), said=True), Blind(collected)))
    audit(store, record)
    assert {(one.unread.scope, one.said) for one in store.run(1).unread} == {
        (DENIED.scope, True),
        (collected.scope, False),
    }


def touch(day: int) -> Touch:
    return Touch("role deploy-ci", "UpdateApi", f"2026-11-{day}T02:41:00Z", "CloudTrail")


def touched(store: Store, day: int | None, *origins: str) -> Touch | None:
    """The touch of the gateway as a night stores it that learns of a touch on `day`."""
    found = None if day is None else touch(day)
    document: Document = replace(gateway(*origins), touched=found)
    record = replace(night(*origins), documents=(document,))
    audit(store, record)
    return store.run("last").documents[0].touched


def test_the_touch_of_a_content_stays_until_the_content_is_another(store: Store) -> None:
    assert touched(store, None, OURS) is None
    assert touched(store, 11, OURS) == touch(11), "learnt later"
    assert touched(store, 12, OURS) == touch(11), "what was touched since is nothing that is read"
    assert touched(store, None, OURS) == touch(11)
    assert touched(store, 13, OURS, OLD_PORTAL) == touch(13)
    assert touched(store, 14, OURS) == touch(14), "back to what it was, by somebody else"


def test_a_run_from_elsewhere_is_looked_at_and_compared_with_nothing(store: Store) -> None:
    audit(store, night(OURS))
    before = store.before(Scope("prod"))
    elsewhere = replace(head(), started=START - timedelta(days=1), scope=Scope("prod", (), True))
    found = audit(store, night(OLD_PORTAL), [widened()])
    kept = store.save(replace(found, head=elsewhere))
    assert kept == 3
    assert store.run("last").head.id == 2
    assert store.run(3).head.scope == Scope("prod", (), imported=True)
    assert not store.run(3).head.scope.whole
    assert store.run(3).drifts == found.drifts
    assert store.baseline(Scope("prod")) == 2
    assert before is not None
    resolved = audit(store, night(OURS), [])
    assert [drift.state for drift in resolved.drifts] == [State.RESOLVED]
    assert store.known(Scope("prod"))[widened().fingerprint].open is False


def test_a_run_from_elsewhere_leaves_findings_alone(store: Store) -> None:
    wide = audit(store, night(OLD_PORTAL), [widened()])
    clean = audit(store, night(OURS), [])
    for record in (wide, clean, wide):
        scope = replace(record.head.scope, imported=True)
        known, before = store.known(Scope("prod")), store.before(Scope("prod"))
        store.save(replace(record, head=replace(record.head, id=None, scope=scope)))
        assert store.known(Scope("prod")) == known
        assert store.before(Scope("prod")) == before
    assert store.faults() == ()


def test_the_same_run_is_known_again(store: Store) -> None:
    one = audit(store, night(OURS))
    assert one.head.id == 1
    assert store.same_as(one.head) == 1
    assert store.same_as(replace(one.head, id=77)) == 1
    brought = replace(one.head, id=None, scope=replace(one.head.scope, imported=True))
    assert store.same_as(brought) == 1
    assert store.same_as(replace(one.head, version="9")) is None
    assert store.same_as(replace(one.head, finished=START)) is None


def test_only_runs_from_elsewhere_make_the_last_of_them_the_last(store: Store) -> None:
    store.save(night(OURS, scope=Scope("prod", (), imported=True)))
    assert store.run("last").head.id == 1
