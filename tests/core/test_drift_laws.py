"""What holds of drift whatever was known before and found now."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from auditor.core.drift import Drift, Held, Known, Snapshot, State, compare
from auditor.core.finding import Finding
from tests.core.drift_nights import finding, remember

SOURCES = ("s1", "s2", "s3")
DOCUMENTS = {f"{source} Kind {key}": source for source in SOURCES for key in "ab"}
ROUTES = ("h/1", "h/2", "i/1")
RULES = ("r1", "r2")

subsets_of_routes = st.frozensets(st.sampled_from(ROUTES))
sources = st.frozensets(st.sampled_from(SOURCES))
findings = st.lists(
    st.builds(
        finding,
        subject=st.sampled_from(["a", "b", "c", "d"]),
        rule=st.sampled_from(RULES),
        routes=subsets_of_routes.map(sorted).map(tuple),
        documents=st.frozensets(st.sampled_from(sorted(DOCUMENTS))).map(sorted).map(tuple),
        what=st.sampled_from(["one", "other"]),
    ),
    max_size=6,
    unique_by=lambda one: one.fingerprint,
)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    held = draw(st.dictionaries(st.sampled_from(sorted(DOCUMENTS)), st.sampled_from("12")))
    documents = {name: Held(DOCUMENTS[name], digest) for name, digest in held.items()}
    read = draw(sources) | {one.source for one in documents.values()}
    blinded = draw(subsets_of_routes)
    return Snapshot(
        documents=documents,
        sources=read,
        incomplete=draw(sources),
        version=draw(st.sampled_from("12")),
        rules=draw(st.frozensets(st.sampled_from(RULES))),
        allowlist=draw(st.sampled_from("12")),
        exclusions=draw(st.sampled_from("12")),
        evaluated=draw(subsets_of_routes) - blinded,
        blinded=blinded,
        skipped=draw(st.frozensets(st.tuples(st.sampled_from(RULES), st.sampled_from(ROUTES)))),
    )


@st.composite
def histories(draw: st.DrawFn) -> dict[str, Known]:
    then = draw(snapshots())
    kept = [remember(one, then, still_open=draw(st.booleans())) for one in draw(findings)]
    return {one.fingerprint: one for one in kept}


befores = st.none() | snapshots()
withins = st.none() | subsets_of_routes


@given(snapshots(), findings)
def test_a_night_compared_with_itself_only_stands(now: Snapshot, found: list[Finding]) -> None:
    known = {one.fingerprint: remember(one, now) for one in found}
    drifts = compare(now, now, known, found)
    assert [drift.fingerprint for drift in drifts] == sorted(known)
    assert {(drift.state, drift.cause, drift.changed) for drift in drifts} <= {
        (State.STANDING, None, ())
    }


@given(befores, snapshots(), histories(), findings, withins)
def test_what_was_found_is_told_once_and_nothing_else_is_told_as_found(
    before: Snapshot | None,
    now: Snapshot,
    known: dict[str, Known],
    found: list[Finding],
    within: frozenset[str] | None,
) -> None:
    drifts = compare(before, now, known, found, within)
    here = {State.NEW, State.STANDING, State.CHANGED, State.REGRESSED}
    assert sorted(one.fingerprint for one in found) == [
        drift.fingerprint for drift in drifts if drift.state in here
    ]
    assert all((drift.finding is not None) == (drift.state in here) for drift in drifts)
    assert len({drift.fingerprint for drift in drifts}) == len(drifts)
    told = {drift.fingerprint for drift in drifts}
    if within is None:
        assert told >= {key for key, old in known.items() if old.open}


@given(befores, snapshots(), histories(), findings, withins)
def test_nothing_unread_ever_resolves(
    before: Snapshot | None,
    now: Snapshot,
    known: dict[str, Known],
    found: list[Finding],
    within: frozenset[str] | None,
) -> None:
    for drift in compare(before, now, known, found, within):
        if drift.state is State.RESOLVED:
            old = known[drift.fingerprint]
            assert old.open
            assert old.rule in now.rules
            assert all(one in now.sources and one not in now.incomplete for one in old.sources)
            assert not any(route in now.blinded for route in old.routes)
            assert not any((old.rule, route) in now.skipped for route in old.routes)
        if drift.state is State.UNVERIFIABLE:
            assert drift.reason


@given(befores, snapshots(), histories(), sources, subsets_of_routes)
def test_reading_less_never_resolves_more(
    before: Snapshot | None,
    now: Snapshot,
    known: dict[str, Known],
    unread: frozenset[str],
    blind: frozenset[str],
) -> None:
    less = replace(
        now,
        incomplete=now.incomplete | unread,
        evaluated=now.evaluated - blind,
        blinded=now.blinded | blind,
    )
    assert resolved(compare(before, less, known, ())) <= resolved(compare(before, now, known, ()))


def resolved(drifts: tuple[Drift, ...]) -> set[str]:
    return {drift.fingerprint for drift in drifts if drift.state is State.RESOLVED}


@given(befores, snapshots(), histories(), findings, withins, st.randoms(use_true_random=False))
def test_the_order_of_what_is_given_does_not_matter(
    before: Snapshot | None,
    now: Snapshot,
    known: dict[str, Known],
    found: list[Finding],
    within: frozenset[str] | None,
    chance: object,
) -> None:
    doubled = [*found, *(replace(one, routes=(*one.routes, "j/1")) for one in found)]
    shuffled, keys = list(doubled), list(known)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    chance.shuffle(keys)  # type: ignore[attr-defined]
    other = compare(before, now, {key: known[key] for key in keys}, shuffled, within)
    assert compare(before, now, known, doubled, within) == other


@given(befores, snapshots(), histories(), findings, subsets_of_routes)
def test_a_partial_run_touches_nothing_outside(
    before: Snapshot | None,
    now: Snapshot,
    known: dict[str, Known],
    found: list[Finding],
    within: frozenset[str],
) -> None:
    inside = {key: old for key, old in known.items() if old.routes and set(old.routes) <= within}
    drifts = compare(before, now, known, found, within)
    present = {one.fingerprint for one in found}
    assert {drift.fingerprint for drift in drifts} - present <= set(inside)
    outside = [
        drift for drift in drifts if drift.fingerprint in known and drift.fingerprint not in inside
    ]
    assert {drift.state for drift in outside} <= {State.STANDING, State.REGRESSED}


@given(befores, snapshots(), histories(), findings)
def test_backlog_is_new_and_rests_on_new_sources_alone(
    before: Snapshot | None, now: Snapshot, known: dict[str, Known], found: list[Finding]
) -> None:
    for drift in compare(before, now, known, found):
        if drift.backlog and drift.finding is not None and before is not None:
            assert drift.state is State.NEW
            rests_on = {DOCUMENTS[name] for name in drift.finding.documents}
            assert rests_on
            assert not rests_on & before.sources
            assert drift.cause is not None
