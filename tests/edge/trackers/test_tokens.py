"""Secrets: read where they are safe, refused where they are not, shown nowhere."""

import copy
import os
import pickle
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from auditor.edge.trackers import tokens
from auditor.edge.trackers.tokens import Secret, read_file, read_variable
from auditor.text.tree import Problem

CANARY = "canary-4f1c-token"


@pytest.fixture
def safe(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return written(tmp_path / "token", CANARY + "\n")


def written(path: Path, text: str | bytes, mode: int = 0o600) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(mode)
    return path


def problem_of(found: Secret | Problem) -> str:
    assert isinstance(found, Problem)
    assert str(found).startswith("github:a/b: ")
    assert CANARY not in str(found)
    return str(found)


def revealed(found: Secret | Problem) -> str:
    assert isinstance(found, Secret), found
    return found.reveal()


def test_a_secret_shows_itself_to_nobody() -> None:
    @dataclass(frozen=True)
    class Holder:
        secret: Secret

    secret = Secret(CANARY)
    shown = f"{secret} {secret!r} {Holder(secret)} {[secret]} {secret!s:>30} %s" % secret
    assert CANARY not in shown
    assert secret.reveal() == CANARY
    assert not hasattr(secret, "__dict__")


@pytest.mark.parametrize("copied", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_secret_is_not_written_anywhere(copied: Callable[[object], object]) -> None:
    with pytest.raises(TypeError, match="not written anywhere"):
        copied(Secret(CANARY))


def test_secrets_are_compared_by_what_they_hide() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1


@pytest.mark.parametrize("value", [CANARY, f" {CANARY}\n", f"{CANARY}\r\n"])
def test_a_variable_is_read(value: str) -> None:
    assert revealed(read_variable("github:a/b", "TOKEN", {"TOKEN": value})) == CANARY
    assert revealed(read_variable("x", "T", {"T": "a pass phrase"})) == "a pass phrase"


@pytest.mark.parametrize(
    ("environ", "part"),
    [
        ({}, "the variable TOKEN is not set; set TOKEN"),
        ({"TOKEN": ""}, "is empty; put the secret there"),
        ({"TOKEN": " \n"}, "is empty"),
        ({"TOKEN": f"{CANARY}\nx"}, "has several lines; leave one line in it"),
        ({"TOKEN": f"{CANARY}\x00"}, "holds control characters"),
        ({"TOKEN": f"{CANARY}\x1b[31m"}, "holds control characters"),
        ({"TOKEN": f"{CANARY}é"}, "or others than ASCII"),
        ({"TOKEN": CANARY * 1_000}, "is longer than a secret"),
    ],
)
def test_a_variable_that_is_none_is_a_problem(environ: dict[str, str], part: str) -> None:
    assert part in problem_of(read_variable("github:a/b", "TOKEN", environ))


def test_a_file_is_read(safe: Path) -> None:
    for mode in (0o600, 0o400):
        safe.chmod(mode)
        assert revealed(read_file("x", safe)) == CANARY


@pytest.mark.parametrize(
    ("mode", "part"),
    [
        (0o640, "can be read or written by others; give it to this user alone: chmod 600"),
        (0o604, "can be read or written by others"),
        (0o620, "can be read or written by others"),
        (0o601, "can be read or written by others"),
    ],
)
def test_a_file_that_others_can_read_is_refused(safe: Path, mode: int, part: str) -> None:
    safe.chmod(mode)
    assert part in problem_of(read_file("github:a/b", safe))


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (f"{CANARY}\n{CANARY}".encode(), "has several lines"),
        (b"\xff\xfe" + CANARY.encode(), "or others than ASCII"),
        (CANARY.encode() + b"\0", "holds control characters"),
        (CANARY.encode() * 1_000, "is longer than a secret"),
    ],
)
def test_a_file_that_holds_no_secret_is_refused(safe: Path, content: bytes, part: str) -> None:
    written(safe, content)
    assert part in problem_of(read_file("github:a/b", safe))


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "folder").mkdir(mode=0o700)
    (tmp_path / "loop").symlink_to("loop")
    parts = {
        "pipe": "is no regular file",
        "folder": "is no regular file",
        "missing": "cannot be read: No such file or directory; put the secret there",
        "no/such/folder": "cannot be read",
        "loop": "a link leads to itself",
    }
    for name, part in parts.items():
        assert part in problem_of(read_file("github:a/b", tmp_path / name))
    assert "\\x1b" in problem_of(read_file("github:a/b", tmp_path / "a\x1b[31m"))


def test_a_folder_that_others_may_write_to_is_refused(safe: Path) -> None:
    folder = safe.parent
    for mode in (0o777, 0o702, 0o720):
        folder.chmod(mode)
        assert "a folder that others may write to" in problem_of(read_file("github:a/b", safe))
    folder.chmod(0o777 | stat.S_ISVTX)
    assert revealed(read_file("x", safe)) == CANARY


def test_a_link_counts_where_it_stands_and_where_it_leads(safe: Path) -> None:
    link = safe.parent / "link"
    (safe.parent / "open").mkdir()
    moved = safe.rename(safe.parent / "open" / "token")
    link.symlink_to(moved)
    assert revealed(read_file("x", link)) == CANARY
    moved.parent.chmod(0o777)
    assert "a folder that others may write to" in problem_of(read_file("github:a/b", link))
    moved.parent.chmod(0o700)
    moved.chmod(0o644)
    assert "can be read or written by others" in problem_of(read_file("github:a/b", link))


def test_a_file_of_another_user_is_refused(safe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, owner = os.geteuid(), safe.stat().st_uid
    monkeypatch.setattr(tokens, "_ours", lambda status: status.st_uid != owner)
    link = safe.parent / "link"
    link.symlink_to(safe)
    assert "belongs to another user" in problem_of(read_file("github:a/b", link))
    assert "others may write to" in problem_of(read_file("github:a/b", safe))
    assert real == os.geteuid()
