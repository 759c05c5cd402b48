"""A file is there whole or as it was before, whatever goes wrong while it is written."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.edge.whole_file import unwritten, write_whole
from tests.house.tree import ROOT

LIMITED = """
import resource, sys
from pathlib import Path
from auditor.edge.whole_file import write_whole
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_whole(Path(sys.argv[1]), b"x" * 5000)
except OSError as error:
    print(error.errno)
"""


def test_it_replaces_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.prom"
    write_whole(path, b"old", 0o600)
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_is_full_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.prom"
    path.write_bytes(b"old")
    command = [sys.executable, "-c", LIMITED, str(path)]
    # SIGXFSZ, which the limit sends, is ignored by Python, so that the write fails as on a full disk.
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(errno.EFBIG)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_at_its_place_is_replaced_and_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"theirs")
    (tmp_path / "a.html").symlink_to(elsewhere)
    write_whole(tmp_path / "a.html", b"ours")
    assert elsewhere.read_bytes() == b"theirs"
    assert not (tmp_path / "a.html").is_symlink()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EACCES, "give this user the right to write there, or name another place"),
        (errno.ENOENT, "make its folder, or name another place"),
        (errno.ENOSPC, "free some space, or name another place"),
        (errno.EROFS, "(Read-only file system); name another place"),
    ],
)
def test_what_went_wrong_says_what_to_do(number: int, words: str) -> None:
    text = unwritten(Path("out/a"), OSError(number, os.strerror(number)))
    assert text.startswith("out/a: cannot be written (")
    assert text.endswith(words)
