"""`audit --resume last --unread`: last night's hole is filled, and the result is a whole run."""

from pathlib import Path

import pytest

from auditor.edge.store.store import open_store
from auditor.run.resume import READ_SINCE, RESUMED
from tests.cli.estates import ALLOWLIST, APP, write_app
from tests.shows.program import Ran, cors_audit

MORE = """\
  - {path: second.env, name: second, key: CORS_ALLOWED_ORIGINS, like: starlette@0.40, split: ",",
     serves: [two.example.com/*]}
"""


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """An app that is read, and one whose file was not there last night."""
    write_app(
        tmp_path, APP, f'{ALLOWLIST}  - {{match: two.example.com/*, allow_origins: ["{APP}"]}}\n'
    )
    config = (tmp_path / "cors-audit.yaml").read_text()
    head, mark, tail = config.partition("environments:")
    (tmp_path / "cors-audit.yaml").write_text(head + MORE + mark + tail)
    assert audit(tmp_path).code == 3
    return tmp_path


def audit(folder: Path, *flags: str) -> Ran:
    return cors_audit("audit", *flags, folder=folder)


def test_the_hole_is_filled_and_the_run_is_whole(estate: Path) -> None:
    (estate / "second.env").write_text(f"CORS_ALLOWED_ORIGINS={APP}\n")
    ran = audit(estate, "--resume", "last", "--unread")
    assert ran.code == 0, ran.err
    with open_store(estate / "runs.db") as store:
        record = store.run("last")
    assert record.head.complete
    assert record.head.scope.whole
    assert record.head.counts[RESUMED] == 1
    assert record.head.counts[READ_SINCE] > 0
    assert {route.host for route in record.routes} == {"api.example.com", "two.example.com"}
    again = audit(estate, "--resume", "last", "--unread")
    assert again.code == 2
    assert "nothing is left to fill" in again.err


def test_a_hole_that_stays_is_incomplete_again(estate: Path) -> None:
    assert audit(estate, "--resume", "last", "--unread").code == 3


def test_a_partial_run_in_between_does_not_matter(estate: Path) -> None:
    assert audit(estate, "--host", "api.example.com").code in (0, 3)
    (estate / "second.env").write_text(f"CORS_ALLOWED_ORIGINS={APP}\n")
    assert audit(estate, "--resume", "last", "--unread").code == 0


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--resume", "last"), "--resume last: it does not say what to read again; write --resume"),
        (("--resume", "1", "--unread", "--host", "a"), "fills a whole run; leave out"),
        (("--resume", "7", "--unread"), "run '7': the store does not hold it"),
        (("--resume", "last", "--unread", "--store", "none.db"), "there is no store yet"),
    ],
)
def test_what_cannot_be_resumed_is_told(estate: Path, flags: tuple[str, ...], said: str) -> None:
    ran = audit(estate, *flags)
    assert ran.code == 2
    assert said in ran.err
