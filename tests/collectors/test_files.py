"""The walk over what a user names: every file once, in order, or the reason why not."""

import os
from pathlib import Path

import pytest

from auditor.core.reading import Gap, Unread
from collectors._files import DEEPEST, File, Ignored, matches, shown, walk


def tree(start: Path, *names: str) -> None:
    for name in names:
        path = start / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"A={name}\n")


def names(start: Path, *paths: str) -> list[str]:
    return [item.name for item in walk(paths, start) if isinstance(item, File)]


def gaps(start: Path, *paths: str, cap: int = 1_000) -> list[tuple[str, Gap, str]]:
    found = [item for item in walk(paths, start, cap=cap) if isinstance(item, Unread)]
    assert all(item.do and item.source.startswith("file:") for item in found)
    return [(item.where.place, item.gap, item.reason) for item in found]


def test_files_come_in_order_and_by_the_path_the_user_wrote(tmp_path: Path) -> None:
    tree(tmp_path, "deploy/b.env", "deploy/a/z.env", "deploy/a/b.env", "other.env")
    assert names(tmp_path, "deploy/") == ["deploy/a/b.env", "deploy/a/z.env", "deploy/b.env"]
    assert names(tmp_path, ".") == [
        "deploy/a/b.env",
        "deploy/a/z.env",
        "deploy/b.env",
        "other.env",
    ]
    assert names(tmp_path, "other.env", "deploy/a") == [
        "other.env",
        "deploy/a/b.env",
        "deploy/a/z.env",
    ]


def test_a_file_named_twice_is_given_once_with_its_source(tmp_path: Path) -> None:
    tree(tmp_path, "deploy/a.env")
    files = [item for item in walk(["deploy/a.env", "deploy"], tmp_path) if isinstance(item, File)]
    assert files == [File("deploy/a.env", b"A=deploy/a.env\n", "file:deploy/a.env")]


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("services/*/prod.env", ["services/a/prod.env", "services/b/prod.env"]),
        (
            "services/**/prod.env",
            ["services/a/prod.env", "services/b/c/prod.env", "services/b/prod.env"],
        ),
        ("services/a/*", ["services/a/prod.env", "services/a/test.env"]),
        ("**/?rod.env", ["services/a/prod.env", "services/b/c/prod.env", "services/b/prod.env"]),
    ],
)
def test_globs_take_what_they_match(tmp_path: Path, glob: str, expected: list[str]) -> None:
    tree(
        tmp_path,
        "services/a/prod.env",
        "services/a/test.env",
        "services/b/prod.env",
        "services/b/c/prod.env",
    )
    assert names(tmp_path, glob) == expected


def test_what_is_not_there_is_unread(tmp_path: Path) -> None:
    tree(tmp_path, "services/a.env")
    assert gaps(tmp_path, "gone.env", "gone/", "services/*.yaml") == [
        ("gone.env", Gap.ABSENT, "there is no such file"),
        ("gone", Gap.ABSENT, "there is no such file"),
        ("services/*.yaml", Gap.ABSENT, "no file matches it"),
    ]


def test_large_binary_and_special_files_are_unread(tmp_path: Path) -> None:
    (tmp_path / "exact.env").write_bytes(b"x" * 1_000)
    (tmp_path / "large.env").write_bytes(b"x" * 1_001)
    (tmp_path / "photo.env").write_bytes(b"\x89PNG\0\0")
    (tmp_path / "wide.env").write_bytes("A=1".encode("utf-16"))
    os.mkfifo(tmp_path / "pipe.env")
    assert gaps(tmp_path, ".") == [
        ("large.env", Gap.TOO_LARGE, "over the cap of 1,000 bytes a file"),
        ("photo.env", Gap.INVALID, "binary content"),
        ("pipe.env", Gap.UNSUPPORTED, "no regular file"),
    ]
    assert names(tmp_path, ".") == ["exact.env", "large.env", "wide.env"]


def test_broken_links_and_loops_are_unread(tmp_path: Path) -> None:
    tree(tmp_path, "a/real/x.env")
    (tmp_path / "a" / "broken.env").symlink_to("nowhere")
    (tmp_path / "a" / "itself.env").symlink_to("itself.env")
    (tmp_path / "a" / "real" / "up").symlink_to(tmp_path / "a", target_is_directory=True)
    found = gaps(tmp_path, "a")
    assert found[0] == ("a/broken.env", Gap.ABSENT, "a link to nothing")
    assert found[1][:2] == ("a/itself.env", Gap.INVALID)
    assert found[2] == ("a/real/up", Gap.INVALID, "a link back to a folder above it")
    assert names(tmp_path, "a") == ["a/real/x.env"]


def test_a_folder_reached_twice_is_read_under_its_own_name(tmp_path: Path) -> None:
    tree(tmp_path, "z/real/x.env")
    (tmp_path / "z" / "alias").symlink_to(tmp_path / "z" / "real", target_is_directory=True)
    (tmp_path / "outside").mkdir()
    tree(tmp_path, "outside/y.env")
    (tmp_path / "z" / "beyond").symlink_to(tmp_path / "outside", target_is_directory=True)
    assert names(tmp_path, "z") == ["z/real/x.env", "z/beyond/y.env"]
    ignored = [item for item in walk(["z"], tmp_path) if isinstance(item, Ignored)]
    assert ignored == [Ignored("z/alias", "the same folder as z/real")]


def test_links_that_multiply_end(tmp_path: Path) -> None:
    folder = tmp_path
    for level in range(20):
        folder = folder / f"d{level}"
        folder.mkdir()
        for copy in "abc":
            (folder / copy).symlink_to(tmp_path, target_is_directory=True)
    items = list(walk(["."], tmp_path))
    assert len(items) == 20 * 3


def test_ignored_folders_and_formats_are_counted(tmp_path: Path) -> None:
    tree(tmp_path, ".git/config", "node_modules/x/.env", ".venv/y", "a.env", "logo.svg")
    items = list(walk(["."], tmp_path, wanted=lambda name: name.endswith(".env")))
    assert [item.name for item in items if isinstance(item, File)] == ["a.env"]
    assert [item.name for item in items if isinstance(item, Ignored)] == [
        ".git",
        ".venv",
        "logo.svg",
        "node_modules",
    ]


def test_a_file_named_outright_is_read_whatever_its_format(tmp_path: Path) -> None:
    tree(tmp_path, "settings")
    items = list(walk([".", "settings"], tmp_path, wanted=lambda _name: False))
    assert [type(item) for item in items] == [Ignored, File]


def test_folders_have_a_deepest_level(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(DEEPEST + 3):
        folder = folder / "d"
        folder.mkdir()
    [gap] = gaps(tmp_path, ".")
    assert gap[1] is Gap.TOO_LARGE


def test_an_unreadable_folder_is_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, "closed/a.env", "open/b.env")
    real = Path.iterdir

    def iterdir(path: Path) -> object:
        if path.name == "closed":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    assert gaps(tmp_path, ".") == [("closed", Gap.DENIED, "permission denied")]
    assert names(tmp_path, ".") == ["open/b.env"]


def test_names_that_are_no_text_are_shown_escaped(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"bad\xff\n.env")).write_text("A=1")
    assert names(tmp_path, ".") == ["bad\\xff\\n.env"]
    assert shown("a\x1b[2Jb") == "a\\x1b[2Jb"


@pytest.mark.parametrize(
    ("name", "pattern", "expected"),
    [
        ("a/b.env", "a/b.env", True),
        ("a/b.env", "a/*.env", True),
        ("a/b/c.env", "a/*.env", False),
        ("a/b/c.env", "a/**", True),
        ("a", "a/**", True),
        ("a/c.env", "a/**/c.env", True),
        ("a/b/x/c.env", "a/**/c.env", True),
        ("a/b/x/c.env", "**/x/*", True),
        ("a/b.env", "./a/b.env", True),
        ("ab", "a?", True),
        ("a", "a?", False),
        ("a" * 5_000 + "b", "*a" * 50 + "c", False),
        ("abcabd", "*abd", True),
        ("abc", "abc*", True),
        ("[a]", "[a]", True),
    ],
)
def test_globs(name: str, pattern: str, expected: bool) -> None:
    assert matches(name, pattern) is expected
