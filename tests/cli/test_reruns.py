"""`audit --finding` and `audit --unread`: a part of the estate, by what the last whole run said."""

import shutil
from pathlib import Path

import pytest

from auditor.edge.store.store import open_store
from tests.shows.program import Ran, cors_audit

EXAMPLES = Path(__file__).parents[2] / "examples"
SLOW = "search.example.com/*"


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    shutil.copytree(EXAMPLES, tmp_path / "estate", ignore=shutil.ignore_patterns("*.db*"))
    assert audit(tmp_path / "estate").code == 13
    return tmp_path / "estate"


def audit(folder: Path, *flags: str) -> Ran:
    return cors_audit("audit", "--store", "runs.db", *flags, folder=folder)


def routes(folder: Path) -> list[str]:
    with open_store(folder / "runs.db") as store:
        return [route.name for route in store.run("last").routes]


def finding(folder: Path, rule: str) -> tuple[str, tuple[str, ...]]:
    with open_store(folder / "runs.db") as store:
        found = [
            d.finding for d in store.run("last").drifts if d.finding and d.finding.rule == rule
        ]
    return found[0].short, found[0].routes


def test_unread_looks_at_what_could_not_be_judged(estate: Path) -> None:
    assert audit(estate, "--unread").code == 13
    assert routes(estate) == [SLOW]


def test_unread_goes_by_the_last_whole_run(estate: Path) -> None:
    assert audit(estate, "--host", "orders.example.com").code == 13
    assert audit(estate, "--unread").code == 13
    assert routes(estate) == [SLOW]


def test_finding_looks_at_its_routes_alone(estate: Path) -> None:
    name, its = finding(estate, "doubled-header")
    ran = audit(estate, "--finding", name)
    assert ran.code == 13
    assert tuple(routes(estate)) == its


def test_a_mended_finding_is_resolved_by_its_own_rerun(estate: Path) -> None:
    name, _ = finding(estate, "doubled-header")
    text = (estate / "deploy/prod/ingresses.yaml").read_text()
    head, _, tail = text.partition("        nginx.ingress.kubernetes.io/configuration-snippet")
    rest = tail.partition("always;\n")[2]
    (estate / "deploy/prod/ingresses.yaml").write_text(f"{head}        note: mended\n{rest}")
    audit(estate, "--finding", name)
    with open_store(estate / "runs.db") as store:
        states = {d.fingerprint[:8]: d.state for d in store.run("last").drifts}
    assert states[name] == "resolved"


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--finding", "zzzz"), "--finding zzzz: not one finding of the last run"),
        (("--finding", ""), "not one finding"),
    ],
)
def test_what_is_not_there_is_told(estate: Path, flags: tuple[str, ...], said: str) -> None:
    ran = audit(estate, *flags)
    assert ran.code == 2
    assert said in ran.err


def test_without_an_earlier_run_there_is_nothing_to_go_by(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES, tmp_path / "estate", ignore=shutil.ignore_patterns("*.db*"))
    ran = audit(tmp_path / "estate", "--unread")
    assert ran.code == 2
    assert "there is no earlier run" in ran.err
