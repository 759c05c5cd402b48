"""Show 4: an account read live (a fake AWS), linked with manifests, judged; and refused calls."""

from pathlib import Path

import pytest

from auditor.core.drift import State
from auditor.core.reading import Gap, Layer
from auditor.run.audit import Outcome
from tests.collectors.gateway.conftest import Gate
from tests.shows.cloud import (
    ADMIN,
    APP,
    HOST,
    INNER,
    OLD_PORTAL,
    SOURCE,
    build_cloud,
    write_estate,
)
from tests.shows.nights import drifts, findings_of, only, run_night

pytestmark = pytest.mark.server


def layers(outcome: Outcome, host: str) -> list[Layer]:
    """The layers on the one path of `host`, outermost first."""
    (judged,) = (one for one in outcome.judgement.routes if one.route.host == host)
    (view,) = judged.views
    return [placed.hop.layer for placed in view.path.actual.hops]


def verdicts(outcome: Outcome) -> dict[str, str]:
    return {route.host: route.verdict for route in outcome.record.routes}


def test_gateway_ingress_and_app_make_one_path(gate: Gate, tmp_path: Path) -> None:
    cloud = build_cloud(gate, APP, ADMIN)
    write_estate(tmp_path, gate.url)

    outcome = run_night(tmp_path)

    assert layers(outcome, HOST) == [Layer.GATEWAY, Layer.INGRESS, Layer.APP]
    assert layers(outcome, INNER) == [Layer.INGRESS, Layer.APP]
    assert verdicts(outcome)[HOST] == verdicts(outcome)[INNER] == "clean"
    assert outcome.exit_code == 0
    assert outcome.record.head.complete
    assert cloud.document.startswith(SOURCE)


def test_the_gateway_decides_for_the_app_behind_it(gate: Gate, tmp_path: Path) -> None:
    build_cloud(gate, APP, ADMIN)
    write_estate(tmp_path, gate.url, f"{APP},{ADMIN},{OLD_PORTAL}")

    outcome = run_night(tmp_path)

    assert verdicts(outcome)[HOST] == "clean"
    assert verdicts(outcome)[INNER] == "widened"
    (widened,) = (f for f in findings_of(outcome) if f.rule == "widened-origin")
    assert (widened.host, widened.witness, widened.owner) == (INNER, OLD_PORTAL, "team-accounts")
    assert outcome.exit_code == 10


def test_every_call_only_reads(gate: Gate, tmp_path: Path) -> None:
    build_cloud(gate, APP)
    write_estate(tmp_path, gate.url)
    run_night(tmp_path)

    assert gate.asked
    changing = [call for call in gate.asked if not call.startswith("GET ")]
    # The account's number is asked of STS, whose every call is a POST.
    assert set(changing) <= {"POST /"}


@pytest.mark.parametrize(
    ("call", "scope"),
    [
        ("/v2/apis", f"{SOURCE} HTTP APIs"),
        ("/routes", "routes"),
        ("/integrations", "integrations"),
        ("/v2/domainnames", f"{SOURCE} custom domain names"),
    ],
)
def test_a_denied_call_is_unread_and_resolves_nothing(
    gate: Gate, tmp_path: Path, call: str, scope: str
) -> None:
    cloud = build_cloud(gate, APP, ADMIN, OLD_PORTAL)
    write_estate(tmp_path, gate.url)
    store = tmp_path / "runs.db"
    first = run_night(tmp_path, 1, store)
    (widened,) = (f for f in findings_of(first) if f.rule == "widened-origin" and f.host == HOST)
    assert first.exit_code == 10

    cloud.list_origins(APP, ADMIN)
    gate.refuse(call, 403, "AccessDeniedException")
    denied = run_night(tmp_path, 2, store)

    assert denied.exit_code == 3
    assert not denied.record.head.complete
    # Where the domains are denied, the allowlist's host has nothing that answers to it: a gap as well.
    gaps = [b.unread for b in denied.record.unread if b.unread.source != "allowlist"]
    assert {gap.gap for gap in gaps} == {Gap.DENIED}
    assert any(scope in gap.scope for gap in gaps)
    assert all("AccessDeniedException" in gap.reason and gap.do for gap in gaps)
    assert drifts(denied, State.RESOLVED) == []
    left = only(d for d in denied.record.drifts if d.fingerprint == widened.fingerprint)
    assert left.state is State.UNVERIFIABLE
    assert left.reason is not None
    assert SOURCE in left.reason


def test_what_was_denied_is_told_from_what_was_mended_once_it_is_read(
    gate: Gate, tmp_path: Path
) -> None:
    cloud = build_cloud(gate, APP, ADMIN, OLD_PORTAL)
    write_estate(tmp_path, gate.url)
    store = tmp_path / "runs.db"
    (widened,) = (
        f
        for f in findings_of(run_night(tmp_path, 1, store))
        if f.witness == OLD_PORTAL and f.rule == "widened-origin"
    )

    gate.refuse("/v2/apis", 403, "AccessDeniedException")
    run_night(tmp_path, 2, store)
    gate.refusals.clear()
    still = run_night(tmp_path, 3, store)
    cloud.list_origins(APP, ADMIN)
    mended = run_night(tmp_path, 4, store)

    standing = [d.fingerprint for d in drifts(still, State.STANDING)]
    assert widened.fingerprint in standing
    assert still.exit_code == 10
    assert widened.fingerprint in [d.fingerprint for d in drifts(mended, State.RESOLVED)]
    assert mended.exit_code == 0


def test_a_host_whose_gateway_was_denied_is_not_forgotten(gate: Gate, tmp_path: Path) -> None:
    build_cloud(gate, APP, ADMIN)
    write_estate(tmp_path, gate.url)
    gate.refuse("/v2/apis", 403, "AccessDeniedException")

    outcome = run_night(tmp_path)

    assert verdicts(outcome)[HOST] == "cannot tell"
