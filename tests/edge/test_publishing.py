"""`publish:` after a run: both files, each whole, and a fault that says what to do."""

import stat
from pathlib import Path

import pytest

from auditor.edge.publishing import PAGE, RUN_FILE, publish
from auditor.edge.runfile import read_run_file
from auditor.edge.store.record import RunRecord
from tests.edge.reports import records


def test_both_files_are_there_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "public"
    nights = records.night_two()
    for _ in range(2):
        assert list(publish(folder, nights)) == []
    assert {path.name for path in folder.iterdir()} == {PAGE, RUN_FILE}
    assert "run 213" in (folder / PAGE).read_text()
    found = read_run_file(folder / RUN_FILE)
    assert isinstance(found, RunRecord)
    assert found.documents == nights.now.documents
    assert stat.S_IMODE((folder / RUN_FILE).stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_made_is_said_once(tmp_path: Path) -> None:
    (problem,) = publish(tmp_path / "none" / "public", records.clean())
    assert problem.endswith("cannot be written (No such file or directory); "
                            "make its folder, or name another place")  # fmt: skip


@pytest.mark.parametrize("blocked", [PAGE, RUN_FILE])
def test_one_file_that_cannot_be_written_leaves_the_other(blocked: str, tmp_path: Path) -> None:
    (tmp_path / blocked / "in the way").mkdir(parents=True)
    (problem,) = publish(tmp_path, records.clean())
    assert problem.startswith(f"{tmp_path / blocked}: cannot be written (")
    (other,) = {PAGE, RUN_FILE} - {blocked}
    assert (tmp_path / other).is_file()
    assert {path.name for path in tmp_path.iterdir()} == {PAGE, RUN_FILE}
