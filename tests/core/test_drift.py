"""What became of each finding, case by case."""

from dataclasses import replace

import pytest

from auditor.core.drift import Cause, Drift, Held, Known, Snapshot, State, compare, document_name
from auditor.core.finding import Finding, Severity
from auditor.core.reading import Document, Where
from tests.core.drift_nights import APP, BEFORE, GATEWAY, ROUTE, finding, remember


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
        replace(BEFORE, skipped=frozenset({("widened-origin", ROUTE)})),
        f"its rule, widened-origin, could not be evaluated: {ROUTE}",
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
