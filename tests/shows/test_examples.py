"""Show 1: the example estate, audited by the program as README says; every planted fault is found."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.shows.program import ROOT, Ran, cors_audit

CONFIG = "examples/cors-audit.yaml"


class Planted(NamedTuple):
    """A fault of the estate, by what the finding must say of it. `entry`: as the owner looks it up."""

    host: str
    rule: str
    severity: str
    witness: str
    layer: str
    field: str
    entry: str
    place: str
    owner: str


PLANTED = [
    Planted(  # the origin of a portal that is gone, left in the gateway's list
        "accounts.example.com",
        "widened-origin",
        "critical",
        "https://old-portal.example.com",
        "gateway",
        "CorsConfiguration.AllowOrigins",
        "CorsConfiguration.AllowOrigins[2]",
        "aws/111122223333/eu-west-1/get-apis.json",
        "team-accounts",
    ),
    Planted(  # localhost in the app's list, which the internal host reaches without the gateway
        "accounts.internal.example.com",
        "widened-origin",
        "critical",
        "http://localhost:3000",
        "app",
        "CORS_ALLOWED_ORIGINS",
        "CORS_ALLOWED_ORIGINS[2]",
        "services/accounts.env",
        "team-accounts",
    ),
    Planted(  # the same list seen from the public host: the gateway overrules it
        "accounts.example.com",
        "layers-disagree",
        "medium",
        "http://localhost:3000",
        "app",
        "CORS_ALLOWED_ORIGINS",
        "",
        "services/accounts.env",
        "team-accounts",
    ),
    Planted(  # one slash too many: the controller lets everyone in instead
        "orders.example.com",
        "wildcard-credentials",
        "high",
        "https://evil-example.com",
        "ingress",
        "orders-prod/orders cors-allow-origin",
        "orders-prod/orders cors-allow-origin",
        "deploy/prod/ingresses.yaml",
        "team-orders",
    ),
    Planted(  # a strict list in front of an app that lets everybody in
        "portal-api.example.com",
        "inner-policy-leaks",
        "critical",
        "https://evil-example.com",
        "app",
        "data.CORS_ORIGINS",
        "data.CORS_ORIGINS",
        "services/portal-configmap.yaml",
        "team-portal",
    ),
    Planted(  # the ingress and the app both write the header
        "billing.example.com",
        "doubled-header",
        "high",
        "https://app.example.com",
        "ingress",
        "billing-prod/billing configuration-snippet",
        "",
        "deploy/prod/ingresses.yaml",
        "team-billing",
    ),
    Planted(  # every subdomain, where the allowlist knows the tenants' only
        "search.example.com",
        "widened-origin",
        "critical",
        "https://new.example.com",
        "ingress",
        "search-prod/search cors-allow-origin",
        "cors-allow-origin[1]",
        "deploy/prod/ingresses.yaml",
        "team-search",
    ),
    Planted(  # a campaign that is over, added by the CDN to what the app leaves without a header
        "shop-api.example.com",
        "widened-origin",
        "critical",
        "https://campaign.example.com",
        "cdn",
        "response headers policy shop-cors AccessControlAllowOrigins",
        "AccessControlAllowOrigins[1]",
        "aws/111122223333/list-response-headers-policies.json",
        "team-platform",
    ),
    Planted(  # a test partner in the template that answers preflights, behind the CDN
        "shop-api.example.com",
        "inner-policy-leaks",
        "critical",
        "https://qa.partner.example",
        "gateway",
        "OPTIONS.integrationResponses.204.responseTemplates",
        "",
        "aws/444455556666/eu-west-1/get-resources.r3s7t0rd3r.json",
        "team-orders",
    ),
    Planted(  # an expression without an end, in Django's settings at the end of five hops
        "shop-api.example.com",
        "inner-policy-leaks",
        "critical",
        "https://app.example.com.evil.com",
        "app",
        "CORS_ALLOWED_ORIGIN_REGEXES",
        "",
        "services/shop_orders/settings.py",
        "team-orders",
    ),
    Planted(  # stored without Origin in the key, although the app behind lists two
        "shop-api.example.com",
        "cache-mixes-origins",
        "medium",
        "https://app.example.com",
        "cdn",
        "cache key",
        "",
        "aws/111122223333/list-distributions.json",
        "team-platform",
    ),
]
UNREAD = ("search.example.com", "unread-hop")
CLEAN = ("catalog.example.com", "orders.stg.example.com")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store") / "runs.db"


@pytest.fixture(scope="module")
def ran(store: Path) -> Ran:
    before = written()
    args = ("audit", "--config", CONFIG, "--store", store, "--format", "json")
    done = cors_audit(*args, folder=ROOT)
    assert written() == before, "an audit with a store elsewhere writes nothing here"
    return done


def written() -> dict[str, float]:
    """Every file of the example estate, and when it was last written."""
    files = (path for path in (ROOT / "examples").rglob("*") if path.is_file())
    return {str(path): path.stat().st_mtime for path in files}


@pytest.fixture(scope="module")
def run(ran: Ran) -> dict[str, Any]:
    found = json.loads(ran.out)
    assert isinstance(found, dict)
    return found


def the_finding(run: dict[str, Any], host: str, rule: str, witness: str = "") -> dict[str, Any]:
    (found,) = (
        one
        for one in run["findings"]
        if (one["host"], one["rule"]) == (host, rule) and witness in ("", one["witness"])
    )
    assert isinstance(found, dict)
    return found


def test_findings_and_gaps_make_13(ran: Ran) -> None:
    assert ran.code == 13
    (summary,) = ran.complaints
    assert summary.endswith("exit 13")


@pytest.mark.parametrize("planted", PLANTED, ids=[f"{p.host}-{p.rule}-{p.layer}" for p in PLANTED])
def test_a_planted_fault_is_found(run: dict[str, Any], planted: Planted) -> None:
    found = the_finding(run, planted.host, planted.rule, planted.witness)
    grantor = found["grantor"]

    assert (found["severity"], found["witness"]) == (planted.severity, planted.witness)
    assert (grantor["layer"], grantor["field"]) == (planted.layer, planted.field)
    assert planted.entry in found["why"]
    assert grantor["where"]["place"] == planted.place
    assert found["owner"] == planted.owner
    assert found["certainty"] == "certain"
    assert found["environment"] == "prod"
    assert found["do"]


def test_nothing_else_is_found(run: dict[str, Any]) -> None:
    found = sorted((one["host"], one["rule"]) for one in run["findings"])
    assert found == sorted([*((p.host, p.rule) for p in PLANTED), UNREAD])


def test_the_place_of_an_origin_is_its_line(run: dict[str, Any]) -> None:
    for planted in (one for one in PLANTED if one.rule != "cache-mixes-origins"):
        found = the_finding(run, planted.host, planted.rule, planted.witness)
        where = found["grantor"]["where"]
        line = (ROOT / "examples" / where["place"]).read_text().splitlines()[where["line"] - 1]
        word = planted.field.rpartition(".")[2].rpartition(" ")[2]
        assert any(text in line for text in (planted.witness, word, found["subject"]))


def test_what_was_not_read_is_said_with_what_it_blinds(run: dict[str, Any]) -> None:
    (gap,) = run["unread"]
    assert gap["where"] == {"place": "services/search.env", "line": 2}
    assert "SEARCH_ORIGINS" in gap["reason"]
    assert gap["routes"] == ["search.example.com/*"]
    found = the_finding(run, *UNREAD)
    assert any("SEARCH_ORIGINS" in cause for cause in found["because"])


@pytest.mark.parametrize("host", CLEAN)
def test_what_is_right_stays_silent(run: dict[str, Any], host: str) -> None:
    (route,) = (one for one in run["routes"] if one["host"] == host)
    assert route["verdict"] == "clean"
    assert not [one for one in run["findings"] if one["host"] == host]


def test_the_second_night_stands(store: Path, run: dict[str, Any]) -> None:
    again = cors_audit("audit", "--config", CONFIG, "--store", store, folder=ROOT)
    assert again.code == 13
    assert "Traceback" not in again.err
    told = cors_audit(
        "audit", "--config", CONFIG, "--store", store, "--format", "json", folder=ROOT
    )
    states = {one["drift"]["state"] for one in json.loads(told.out)["findings"]}
    assert states == {"standing"}
    assert len(json.loads(told.out)["findings"]) == len(run["findings"])


def test_the_secrets_beside_the_settings_are_not_kept(store: Path, ran: Ran) -> None:
    """The example's own placeholders: the canaries of show 7, in the estate that everyone runs."""
    assert ran.code == 13
    kept = b"".join(path.read_bytes() for path in store.parent.iterdir())
    assert b"services/accounts.env" in kept
    for secret in ("not-a-real-password", "not-a-real-secret-key", "portal_session"):
        assert secret.encode() not in kept
        assert secret not in ran.out + ran.err
