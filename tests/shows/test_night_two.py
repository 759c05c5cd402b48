"""Show 6: what the second night says of what the first one knew, at a live gateway."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from auditor.cli.user_files import CONFIG_NAME
from auditor.core.drift import Cause, Drift, State
from auditor.core.reading import Layer
from auditor.edge.changes import explain
from auditor.edge.store.store import open_store
from auditor.run.audit import Outcome
from tests.collectors.gateway.conftest import Gate
from tests.shows.cloud import ADMIN, APP, HOST, INNER, OLD_PORTAL, Cloud, build_cloud, write_estate
from tests.shows.nights import drifts, only, run_night

pytestmark = pytest.mark.server


@dataclass(slots=True)
class Estate:
    """The account, its folder, its store, and how many nights have passed."""

    cloud: Cloud
    folder: Path
    nights: int = 0

    @property
    def store(self) -> Path:
        return self.folder / "runs.db"

    def night(self) -> Outcome:
        self.nights += 1
        return run_night(self.folder, self.nights, self.store)

    def edit(self, name: str, before: str, after: str) -> None:
        path = self.folder / name
        text = path.read_text()
        assert before in text
        path.write_text(text.replace(before, after))


@pytest.fixture
def estate(gate: Gate, tmp_path: Path) -> Estate:
    """A clean estate on its first night."""
    found = Estate(build_cloud(gate, APP, ADMIN), tmp_path)
    write_estate(tmp_path, gate.url)
    first = found.night()
    assert (first.exit_code, first.record.drifts) == (0, ())
    return found


def about(outcome: Outcome, origin: str, host: str = HOST, rule: str = "widened-origin") -> Drift:
    """What became of the one finding of `rule` on `host` about `origin`."""
    return only(
        drift
        for drift in outcome.record.drifts
        if drift.finding is not None
        and (drift.finding.rule, drift.finding.host) == (rule, host)
        and drift.finding.witness == origin
    )


def test_an_origin_added_at_the_gateway_is_named(estate: Estate) -> None:
    estate.cloud.list_origins(APP, ADMIN, OLD_PORTAL)

    outcome = estate.night()

    drift = about(outcome, OLD_PORTAL)
    assert (drift.state, drift.cause, drift.backlog) == (State.NEW, Cause.CONFIGURATION, False)
    assert drift.changed == (estate.cloud.document,)
    assert drift.also == ()
    finding = drift.finding
    assert finding is not None
    assert finding.grantor is not None
    assert finding.grantor.layer is Layer.GATEWAY
    assert finding.grantor.field == "CorsConfiguration.AllowOrigins"
    assert "CorsConfiguration.AllowOrigins[2]" in finding.why
    assert outcome.exit_code == 10


def test_the_change_itself_is_told_from_the_store(estate: Estate) -> None:
    estate.cloud.list_origins(APP, ADMIN, OLD_PORTAL)
    estate.night()

    with open_store(estate.store) as store:
        before, after = (
            {f"{d.source} {d.kind} {d.key}": d.body for d in store.documents(run)} for run in (1, 2)
        )
    name = estate.cloud.document
    assert {key for key in before if before[key] != after[key]} == {name}
    (change,) = explain(before[name], after[name])
    assert (change.path, change.kind) == ("CorsConfiguration.AllowOrigins[2]", "added")
    assert change.after is not None
    assert OLD_PORTAL in change.after


def test_a_standing_finding_still_exits_10(estate: Estate) -> None:
    estate.cloud.list_origins(APP, ADMIN, OLD_PORTAL)
    estate.night()

    outcome = estate.night()

    drift = about(outcome, OLD_PORTAL)
    assert (drift.state, drift.cause) == (State.STANDING, None)
    assert drifts(outcome, State.NEW, State.CHANGED, State.RESOLVED, State.REGRESSED) == []
    assert outcome.exit_code == 10


def test_a_reordered_list_is_the_same_finding(estate: Estate) -> None:
    estate.cloud.list_origins(APP, ADMIN, OLD_PORTAL)
    first = about(estate.night(), OLD_PORTAL)
    estate.cloud.list_origins(OLD_PORTAL, APP, ADMIN)

    drift = about(estate.night(), OLD_PORTAL)

    assert drift.fingerprint == first.fingerprint
    assert drift.state is State.STANDING


def test_removed_it_is_resolved_and_back_it_is_regressed(estate: Estate) -> None:
    estate.cloud.list_origins(APP, ADMIN, OLD_PORTAL)
    added = about(estate.night(), OLD_PORTAL)

    estate.cloud.list_origins(APP, ADMIN)
    removed = estate.night()
    estate.cloud.list_origins(APP, ADMIN, OLD_PORTAL)
    back = about(estate.night(), OLD_PORTAL)

    gone = only(d for d in removed.record.drifts if d.fingerprint == added.fingerprint)
    assert (gone.state, gone.cause, gone.finding) == (State.RESOLVED, Cause.CONFIGURATION, None)
    assert gone.changed == (estate.cloud.document,)
    assert removed.exit_code == 0
    assert (back.fingerprint, back.state) == (added.fingerprint, State.REGRESSED)


def test_an_origin_taken_off_the_allowlist_has_that_cause(estate: Estate) -> None:
    estate.edit("allowlist.yaml", f'["{APP}", "{ADMIN}"]', f'["{APP}"]')

    outcome = estate.night()

    for host in (HOST, INNER):
        drift = about(outcome, ADMIN, host)
        assert (drift.state, drift.cause) == (State.NEW, Cause.ALLOWLIST)
        assert (drift.changed, drift.also) == ((), ())
    assert outcome.exit_code == 10


def test_what_a_new_source_already_had_is_backlog(estate: Estate) -> None:
    (estate.folder / "partner").mkdir()
    (estate.folder / "partner" / "ingress.yaml").write_text(
        (estate.folder / "deploy" / "ingresses.yaml")
        .read_text()
        .replace("accounts", "shop")
        .replace(
            "namespace: shop-prod}",
            'namespace: shop-prod, annotations: {nginx.ingress.kubernetes.io/enable-cors: "true", '
            f'nginx.ingress.kubernetes.io/cors-allow-origin: "{OLD_PORTAL}"}}}}',
        )
    )
    estate.edit(CONFIG_NAME, "  - deploy/\n", "  - deploy/\n  - partner/\n")
    estate.edit(
        "allowlist.yaml",
        "routes:\n",
        f'routes:\n  - {{match: shop.internal.example.com/*, allow_origins: ["{APP}"]}}\n',
    )

    outcome = estate.night()

    drift = about(outcome, OLD_PORTAL, "shop.internal.example.com")
    assert (drift.state, drift.cause, drift.backlog) == (State.NEW, Cause.FIRST_READ, True)
    # 3 of it: the app behind the new ingress is not read.
    assert outcome.exit_code == 13
