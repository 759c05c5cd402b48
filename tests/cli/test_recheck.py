"""`recheck` and `audit --dry-run`: one finding looked at again, and tickets that are only told."""

from pathlib import Path

import pytest

from auditor.core.drift import Drift
from auditor.edge.store.store import open_store
from tests.shows.program import Ran, cors_audit

APP, OLD = "https://app.example.com", "https://old.example.net"
CONFIG = """\
version: 1
files:
  - {path: services/api.env, name: api, key: CORS_ALLOWED_ORIGINS, like: starlette@0.40,
     credentials: true, methods: [GET], serves: ["api.example.com/*"], owner: team-a}
  - {path: services/other.env, name: other, key: CORS_ALLOWED_ORIGINS, like: starlette@0.40,
     credentials: true, methods: [GET], serves: ["other.example.com/*"], owner: team-b}
tickets: {mode: dry-run, routes: [{owner: "*", github: {repo: example/cors}}]}
environments: {prod: {hosts: ["*.example.com"]}}
"""
ALLOWLIST = f"""\
version: 1
origins: [{{origin: "{APP}", owner: team-web}}]
routes: [{{match: "*.example.com/*", allow_origins: ["{APP}"], allow_credentials: true}}]
"""

INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}
  namespace: shop
  annotations:
    nginx.ingress.kubernetes.io/enable-cors: "true"
    nginx.ingress.kubernetes.io/cors-allow-origin: "{origins}"
spec:
  ingressClassName: nginx
  rules:
    - host: {name}.example.com
      http:
        paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: {name}}}}}}}]
"""


def let_in(folder: Path, *origins: str, app: str = "api") -> None:
    (folder / "services" / f"{app}.env").write_text(f"CORS_ALLOWED_ORIGINS={','.join(origins)}\n")


def run(folder: Path, *args: str) -> Ran:
    return cors_audit(*args, folder=folder, env={"GITHUB_TOKEN": "t"})


def runs(folder: Path) -> int:
    with open_store(folder / "cors-audit.db") as store:
        return len(store.runs())


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """A clean first night, and a second one with one finding."""
    (tmp_path / "services").mkdir()
    (tmp_path / "cors-audit.yaml").write_text(CONFIG)
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    let_in(tmp_path, APP)
    let_in(tmp_path, APP, app="other")
    assert run(tmp_path, "audit").code == 0
    let_in(tmp_path, APP, OLD)
    assert run(tmp_path, "audit").code == 10
    return tmp_path


def last_drifts(folder: Path) -> tuple[Drift, ...]:
    with open_store(folder / "cors-audit.db") as store:
        return store.run("last").drifts


def the_finding(folder: Path) -> str:
    (drift,) = last_drifts(folder)
    return drift.fingerprint[:8]


def test_one_finding_is_looked_at_again(estate: Path) -> None:
    short = the_finding(estate)
    stands = run(estate, "recheck", short)
    assert (stands.code, "read again app:api" in stands.out) == (10, True)
    assert f"{short} stands" in stands.out

    let_in(estate, APP)
    let_in(estate, APP, OLD, app="other")
    gone = run(estate, "recheck", short)
    assert gone.code == 0
    assert f"{short} is gone: everything that it rested on was read" in gone.out
    assert run(estate, "recheck", short).code == 0

    # The other app was not read: its finding waits for the night.
    assert "1 new since run 2" in run(estate, "audit").out


def test_what_cannot_be_read_is_not_gone(estate: Path) -> None:
    short = the_finding(estate)
    (estate / "services" / "api.env").unlink()
    told = run(estate, "recheck", short)
    assert told.code == 3
    assert f"{short} cannot be told: not read by this run: app:api" in told.out


def test_a_host_that_is_gone_is_gone(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "cors-audit.yaml").write_text(
        "version: 1\nfiles: [deploy/]\nenvironments: {prod: {hosts: ['*.example.com']}}\n"
    )
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    ingress = INGRESS.format(name="api", origins=OLD)
    other = INGRESS.format(name="shop", origins=APP)
    (tmp_path / "deploy" / "all.yaml").write_text(f"{ingress}---\n{other}")
    run(tmp_path, "audit")
    short = next(
        drift.fingerprint
        for drift in last_drifts(tmp_path)
        if drift.finding is not None and drift.finding.subject == OLD
    )[:8]
    assert run(tmp_path, "recheck", short).code == 10
    (tmp_path / "deploy" / "all.yaml").write_text(other)
    gone = run(tmp_path, "recheck", short)
    assert (gone.code, f"{short} is gone" in gone.out) == (0, True), gone.out + gone.err


@pytest.mark.parametrize(
    ("asked", "what"),
    [("ffffffff", "no finding begins so"), ("", "no finding begins so")],
)
def test_what_is_no_finding(estate: Path, asked: str, what: str) -> None:
    told = run(estate, "recheck", asked)
    assert told.code == 2
    assert what in told.err


def test_without_a_store_there_is_nothing_to_recheck(tmp_path: Path) -> None:
    (tmp_path / "cors-audit.yaml").write_text("version: 1\n")
    told = run(tmp_path, "recheck", "7f3a91c2")
    assert (told.code, "run cors-audit audit first" in told.err) == (2, True)


def test_a_dry_run_says_what_it_would_do_and_keeps_nothing(estate: Path) -> None:
    let_in(estate, APP, OLD, app="other")
    before = runs(estate)
    told = run(estate, "audit", "--dry-run")
    assert told.code == 10
    assert "Tickets, dry run: nothing was sent; 2 messages would be" in told.out
    assert told.out.count("  open [CORS] prod") == 2
    assert "run (not kept)" in told.out
    assert runs(estate) == before
    assert "1 new since run 2" in run(estate, "audit").out
