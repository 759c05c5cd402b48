"""Show 1 of the four layers: read live from two accounts and a cluster, linked, judged, each fault named."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.core.finding import Finding
from auditor.core.reading import Confidence, Layer
from auditor.run.audit import Outcome
from tests.collectors.cdn.cloudfront.test_live import ENVIRONMENT
from tests.collectors.gateway.conftest import Gate
from tests.collectors.test_kube import Api, kubeconfig, serving
from tests.servers import free_port, require, running
from tests.shows.four_layers import (
    ADMIN,
    APP,
    CAMPAIGN,
    EDGE,
    GATEWAY,
    HOST,
    PARTNER,
    POLICY,
    build,
    write,
)
from tests.shows.nights import findings_of, run_night

pytestmark = pytest.mark.server

LOOSE = "https://app.example.com.evil.com"


@pytest.fixture(scope="module")
def cloudfront() -> Iterator[int]:
    require("ministack", "CloudFront's policies, which moto does not know")
    port = free_port()
    env = {**ENVIRONMENT, "GATEWAY_PORT": str(port)}
    with running([sys.executable, "-m", "ministack"], port, env=env, start_seconds=40):
        yield port


@pytest.fixture
def outcome(
    gate: Gate, cloudfront: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Outcome]:
    # One of the fakes takes a key of twelve digits for an account, the other for its own.
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", EDGE)
    gate.others |= dict.fromkeys(("cloudfront", "tagging"), cloudfront)
    estate = build(gate)
    with serving(Api(estate.lists)) as url:
        write(tmp_path, gate, kubeconfig(tmp_path, url))
        yield run_night(tmp_path)


def one(outcome: Outcome, rule: str, witness: str) -> Finding:
    found = [f for f in findings_of(outcome) if (f.rule, f.witness) == (rule, witness)]
    assert len(found) == 1, [(f.rule, f.witness, f.what) for f in findings_of(outcome)]
    return found[0]


def test_two_accounts_and_a_cluster_are_one_path_and_each_fault_is_named(
    outcome: Outcome,
) -> None:
    assert not outcome.record.unread, [str(blind.gap) for blind in outcome.record.unread]
    (judged,) = (
        found
        for found in outcome.judgement.routes
        if found.route.host == HOST and found.route.path == "/v1/orders/*"
    )
    (view,) = judged.views
    way = view.path.actual
    assert [placed.hop.layer for placed in way.hops] == [
        Layer.CDN,
        Layer.GATEWAY,
        Layer.INGRESS,
        Layer.APP,
    ]
    assert {link.confidence for link in way.links} == {Confidence.EXACT}

    campaign = one(outcome, "widened-origin", CAMPAIGN)
    assert campaign.grantor is not None
    assert (campaign.grantor.layer, campaign.owner) == (Layer.CDN, "team-platform")
    assert (
        campaign.grantor.setting == f"response headers policy {POLICY} AccessControlAllowOrigins[1]"
    )
    assert CAMPAIGN in campaign.do
    assert POLICY in campaign.do

    partner = one(outcome, "inner-policy-leaks", PARTNER)
    assert partner.grantor is not None
    assert (partner.grantor.layer, partner.owner) == (Layer.GATEWAY, "team-orders")
    assert partner.managed_by == "CloudFormation stack orders-api-prod"
    assert "deploy the stage" in partner.do
    assert any(GATEWAY in route for route in partner.routes), "reached around the CDN"

    loose = one(outcome, "inner-policy-leaks", LOOSE)
    assert loose.grantor is not None
    assert (loose.grantor.layer, loose.owner) == (Layer.APP, "team-orders")
    assert loose.grantor.where is not None
    assert loose.grantor.where.place == "settings.py"
    assert loose.managed_by is not None
    assert "Helm" in loose.managed_by
    trusted = {APP, ADMIN}
    assert all(found.witness not in trusted for found in findings_of(outcome))
