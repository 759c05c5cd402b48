"""What became of each finding: the laws, as tables and as properties."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.core.drift import (
    Cause,
    Drift,
    Held,
    Known,
    Snapshot,
    State,
    compare,
    document_name,
)
from auditor.core.finding import Finding, Severity
from auditor.core.reading import Document, Where

GATEWAY, APP = "aws:1/eu HttpApi pay", "file:app AppConfig pay"
ROUTE = "api.example.com/v1/*"
BEFORE = Snapshot(
    documents={GATEWAY: Held("aws:1/eu", "g1"), APP: Held("file:app", "a1")},
    sources=frozenset({"aws:1/eu", "file:app"}),
    incomplete=frozenset(),
    version="1",
    rules=frozenset({"widened-origin", "null-origin"}),
    allowlist="k1",
    exclusions="x1",
    evaluated=frozenset({ROUTE}),
)


def finding(subject: str = "https://old.example", **changes: object) -> Finding:
    one = Finding(
        rule="widened-origin",
        severity=Severity.HIGH,
        environment="prod",
        host="api.example.com",
        subject=subject,
        what="it can read",
        why="it is listed",
        do="remove it",
        witness=subject,
        grantor=None,
        routes=(ROUTE,),
        documents=(GATEWAY, APP),
    )
    return replace(one, **changes)  # type: ignore[arg-type]


def remember(one: Finding, snapshot: Snapshot = BEFORE, *, still_open: bool = True) -> Known:
    held = {name: snapshot.documents[name] for name in one.documents if name in snapshot.documents}
    return Known(
        fingerprint=one.fingerprint,
        rule=one.rule,
        evidence=one.evidence,
        open=still_open,
        backlog=False,
        routes=one.routes,
        documents={name: document.digest for name, document in held.items()},
        sources=frozenset(document.source for document in held.values()),
        exclusions=snapshot.exclusions,
    )


def drift_of(
    now: Snapshot,
    *found: Finding,
    before: Snapshot | None = BEFORE,
    known: tuple[Known, ...] = (),
    within: frozenset[str] | None = None,
) -> Drift:
    (only,) = compare(before, now, {one.fingerprint: one for one in known}, found, within)
    return only


def holding(**digests: str) -> dict[str, Held]:
    """The documents of BEFORE, some with another digest; an empty one takes the document away."""
    names = {"gateway": GATEWAY, "app": APP}
    new = dict(BEFORE.documents)
    for word, digest in digests.items():
        new[names[word]] = Held(new[names[word]].source, digest)
    return {name: held for name, held in new.items() if held.digest}


CAUSES = [
    ("gateway edited", replace(BEFORE, documents=holding(gateway="g2")), Cause.CONFIGURATION, ()),
    ("allowlist edited", replace(BEFORE, allowlist="k2"), Cause.ALLOWLIST, ()),
    ("auditor upgraded", replace(BEFORE, version="2"), Cause.VERSION, ()),
    ("nothing to see", BEFORE, Cause.UNKNOWN, ()),
    (
        "all at once",
        replace(BEFORE, documents=holding(app="a2"), version="2", allowlist="k2"),
        Cause.CONFIGURATION,
        (Cause.VERSION, Cause.ALLOWLIST),
    ),
]


@pytest.mark.parametrize(("what", "now", "cause", "also"), CAUSES)
def test_a_new_finding_has_its_cause(
    what: str, now: Snapshot, cause: Cause, also: tuple[Cause, ...]
) -> None:
    drift = drift_of(now, finding())
    assert (drift.state, drift.cause, drift.also) == (State.NEW, cause, also), what
    assert not drift.backlog


@pytest.mark.parametrize(("what", "now", "cause", "also"), CAUSES)
def test_a_resolved_finding_has_its_cause(
    what: str, now: Snapshot, cause: Cause, also: tuple[Cause, ...]
) -> None:
    drift = drift_of(now, known=(remember(finding()),))
    assert (drift.state, drift.cause, drift.also) == (State.RESOLVED, cause, also), what
    assert drift.finding is None


def test_the_changed_documents_are_named() -> None:
    now = replace(BEFORE, documents=holding(gateway="g2"))
    assert drift_of(now, finding()).changed == (GATEWAY,)
    assert drift_of(now, known=(remember(finding()),)).changed == (GATEWAY,)


def test_a_rule_that_had_not_run_is_the_cause_even_beside_an_edit() -> None:
    before = replace(BEFORE, rules=frozenset({"null-origin"}))
    now = replace(BEFORE, documents=holding(gateway="g2"))
    drift = drift_of(now, finding(), before=before)
    assert (drift.cause, drift.also) == (Cause.VERSION, (Cause.CONFIGURATION,))
    assert not drift.backlog


def test_the_first_night_is_backlog() -> None:
    drift = drift_of(BEFORE, finding(), before=None)
    assert (drift.state, drift.cause, drift.backlog) == (State.NEW, Cause.FIRST_READ, True)


def test_what_a_new_source_already_had_is_backlog() -> None:
    before = replace(BEFORE, documents={}, sources=frozenset({"kube:a"}))
    drift = drift_of(BEFORE, finding(), before=before)
    assert (drift.cause, drift.backlog) == (Cause.FIRST_READ, True)


def test_a_finding_that_also_rests_on_a_known_source_is_no_backlog() -> None:
    before = replace(BEFORE, documents=holding(app=""), sources=frozenset({"aws:1/eu"}))
    drift = drift_of(BEFORE, finding(), before=before)
    assert (drift.cause, drift.backlog, drift.changed) == (Cause.FIRST_READ, False, (APP,))


def test_a_document_of_a_part_that_was_unread_counts_as_first_read() -> None:
    before = replace(BEFORE, documents=holding(app=""), incomplete=frozenset({"file:app"}))
    assert drift_of(BEFORE, finding(), before=before).cause is Cause.FIRST_READ


def test_a_document_added_to_a_known_source_is_a_change_of_configuration() -> None:
    before = replace(BEFORE, documents=holding(app=""))
    drift = drift_of(BEFORE, finding(), before=before)
    assert (drift.cause, drift.backlog) == (Cause.CONFIGURATION, False)


def test_the_same_claim_stands_whatever_else_changed() -> None:
    now = replace(BEFORE, documents=holding(gateway="g2"), version="2", allowlist="k2")
    drift = drift_of(now, finding(), known=(remember(finding()),))
    assert (drift.state, drift.cause, drift.changed) == (State.STANDING, None, ())


def test_other_evidence_is_a_change() -> None:
    now = replace(BEFORE, documents=holding(app="a2"))
    old = replace(remember(finding()), backlog=True)
    drift = drift_of(now, finding(severity=Severity.CRITICAL), known=(old,))
    assert (drift.state, drift.cause, drift.changed) == (State.CHANGED, Cause.CONFIGURATION, (APP,))
    assert drift.backlog


def test_what_was_resolved_and_is_back_has_regressed() -> None:
    old = replace(remember(finding(), still_open=False), backlog=True)
    drift = drift_of(replace(BEFORE, documents=holding(gateway="g2")), finding(), known=(old,))
    assert (drift.state, drift.cause) == (State.REGRESSED, Cause.CONFIGURATION)
    assert not drift.backlog


def test_what_was_resolved_and_stays_away_is_not_told_again() -> None:
    known = {"f": replace(remember(finding(), still_open=False), fingerprint="f")}
    assert compare(BEFORE, BEFORE, known, ()) == ()


OBSTACLES = [
    (replace(BEFORE, sources=frozenset({"aws:1/eu"})), "not read by this run: file:app"),
    (replace(BEFORE, incomplete=frozenset({"file:app"})), "read only in part: file:app"),
    (replace(BEFORE, rules=frozenset()), "its rule did not run: widened-origin"),
    (
        replace(BEFORE, blinded=frozenset({ROUTE})),
        f"something on the path was not read: {ROUTE}",
    ),
    (
        replace(BEFORE, evaluated=frozenset()),
        f"not judged, though nothing that it rested on changed: {ROUTE}",
    ),
    (
        replace(BEFORE, documents=holding(app=""), exclusions="x2"),
        f"deleted or newly excluded, which cannot be told apart: {APP}",
    ),
]


@pytest.mark.parametrize(("now", "reason"), OBSTACLES)
def test_what_nobody_could_look_at_is_unverifiable(now: Snapshot, reason: str) -> None:
    drift = drift_of(now, known=(remember(finding()),))
    assert (drift.state, drift.cause, drift.reason) == (State.UNVERIFIABLE, None, reason)


def test_a_reason_names_a_few_and_counts_the_rest() -> None:
    routes = tuple(f"h/{number}" for number in range(9))
    old = replace(remember(finding()), routes=routes)
    reason = drift_of(replace(BEFORE, blinded=frozenset(routes)), known=(old,)).reason
    assert reason == "something on the path was not read: h/0, h/1, h/2 and 6 more"


def test_a_source_on_the_path_counts_though_no_document_of_it_is_named() -> None:
    old = replace(remember(finding()), sources=frozenset({"aws:1/eu", "file:app", "dns:zone"}))
    assert drift_of(BEFORE, known=(old,)).reason == "not read by this run: dns:zone"


@pytest.mark.parametrize(
    ("what", "documents"),
    [
        ("its own document is gone", holding(gateway="")),
        ("its own document changed", holding(app="a2")),
        ("another one came", holding() | {"aws:1/eu HttpApi b": Held("aws:1/eu", "b1")}),
    ],
)
def test_a_route_that_is_gone_with_a_reason_takes_its_finding_along(
    what: str, documents: dict[str, Held]
) -> None:
    now = replace(BEFORE, documents=documents, evaluated=frozenset())
    assert drift_of(now, known=(remember(finding()),)).state is State.RESOLVED, what


def test_a_change_counts_from_when_the_finding_was_seen_last() -> None:
    """It changed on a night that could not verify it, and is as it was then."""
    old = remember(finding())
    now = replace(BEFORE, documents=holding(gateway=""), evaluated=frozenset())
    drift = drift_of(now, before=now, known=(old,))
    assert (drift.state, drift.cause) == (State.RESOLVED, Cause.CONFIGURATION)
    assert drift.changed == (GATEWAY,)


def test_a_partial_run_leaves_what_it_saw_only_a_part_of() -> None:
    wide = finding(routes=(ROUTE, "api.example.com/v2/*"))
    known = {wide.fingerprint: remember(wide)}
    within = frozenset({ROUTE})
    assert compare(BEFORE, BEFORE, known, (), within) == ()
    (drift,) = compare(BEFORE, BEFORE, known, (finding(),), within)
    assert drift.state is State.STANDING


def test_a_partial_run_leaves_findings_without_routes() -> None:
    loose = finding(routes=(), documents=())
    known = {loose.fingerprint: remember(loose)}
    assert compare(BEFORE, BEFORE, known, (), frozenset({ROUTE})) == ()
    (drift,) = compare(BEFORE, BEFORE, known, ())
    assert drift.state is State.RESOLVED


def test_findings_of_one_cause_become_one() -> None:
    other = finding(routes=("api.example.com/v2/*",), severity=Severity.CRITICAL, documents=(APP,))
    drift = drift_of(BEFORE, finding(), other)
    assert drift.finding is not None
    assert drift.finding.severity is Severity.CRITICAL
    assert drift.finding.routes == (ROUTE, "api.example.com/v2/*")
    assert drift.finding.documents == (GATEWAY, APP)


def test_a_document_is_called_alike_whatever_its_name_holds() -> None:
    where = Where("deploy")
    assert document_name(Document("kube:a", "Ingress", "n/x", {}, where)) == "kube:a Ingress n/x"
    odd = document_name(Document("file:\udcff", "AppConfig", "x", {}, where))
    assert odd.encode() == b"file:\\udcff AppConfig x"


# Properties ------------------------------------------------------------------------------------

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
