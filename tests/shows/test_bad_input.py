"""Show 7: bad input through the real program: it is said, all at once, and the store stays whole."""

import itertools
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from auditor.cli.user_files import CONFIG_NAME
from auditor.edge.store.store import open_store
from tests.shows.folders import ALLOWLIST_NAME, CONFIG, INGRESS, MANIFEST, STORE, write, write_clean
from tests.shows.program import Ran, cors_audit

COMPLAINT = re.compile(r"\S.*?(:\d+)?: \S.*; \S.*")
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean")
    write_clean(folder)
    ran = cors_audit("audit", folder=folder)
    assert (ran.code, (folder / STORE).exists()) == (0, True), ran.out + ran.err
    return folder


@pytest.fixture
def folder(clean: Path, tmp_path: Path) -> Path:
    """A clean estate with one run in its store."""
    copy = tmp_path / "estate"
    shutil.copytree(clean, copy)
    return copy


def bomb(word: str) -> str:
    """Nine aliases of nine aliases of ...: a few hundred bytes that stand for billions."""
    names = "abcdefghij"
    levels = [f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in itertools.pairwise(names)]
    return "\n".join([f"kind: Ingress\na: &a [{', '.join([word] * 9)}]", *levels, ""])


# -- what the user wrote ------------------------------------------------------------------------------


class Wrong(NamedTuple):
    """A user's file that is refused: its name, what stands in it, and how each complaint begins."""

    name: str
    text: str | bytes
    complaints: tuple[str, ...]


REFUSED = {
    "broken YAML": Wrong(
        CONFIG_NAME, "version: 1\nfiles: [deploy/\nx: {", ("cors-audit.yaml:3: ",)
    ),
    "unknown and double keys": Wrong(
        CONFIG_NAME,
        "version: 1\nfiles: [deploy/]\nfiles: [deploy/]\nfilez: 3\nfail_on: {severiti: high}\n",
        (
            "cors-audit.yaml:3: the key 'files' is here twice",
            "cors-audit.yaml:4: 'filez' is an unknown key",
            "cors-audit.yaml:5: 'severiti' of 'fail_on' is an unknown key",
        ),
    ),
    "unknown and double keys and a slash": Wrong(
        ALLOWLIST_NAME,
        "version: 1\nversion: 1\norigins:\n"
        '  - {origin: "https://app.example.com/", owner: team-web, ownr: x}\nroutez: []\n',
        (
            "allowlist.yaml:2: the key 'version' is here twice",
            "allowlist.yaml:4: 'ownr' of 'origins[0]' is an unknown key",
            "allowlist.yaml:4: 'origins[0].origin' 'https://app.example.com/' has a path",
            "allowlist.yaml:5: 'routez' is an unknown key",
        ),
    ),
    "an alias bomb": Wrong(CONFIG_NAME, bomb("lol"), ("cors-audit.yaml",)),
    "binary junk": Wrong(CONFIG_NAME, bytes(range(256)) * 8, ("cors-audit.yaml",)),
    "nothing at all": Wrong(CONFIG_NAME, "", ("cors-audit.yaml: the file is empty",)),
    "an allowlist of junk": Wrong(ALLOWLIST_NAME, b"\x00\xff\xfe" * 99, ("allowlist.yaml",)),
}


@pytest.mark.parametrize("wrong", REFUSED.values(), ids=list(REFUSED))
def test_a_file_of_the_user_is_refused_with_all_that_is_wrong(folder: Path, wrong: Wrong) -> None:
    before = (folder / STORE).read_bytes()
    write(folder, wrong.name, wrong.text)

    ran = cors_audit("audit", folder=folder)

    assert (ran.code, ran.out) == (2, "")
    assert_told(ran)
    for begin in wrong.complaints:
        assert any(line.startswith(begin) for line in ran.complaints), (begin, ran.err)
    assert (folder / STORE).read_bytes() == before


def test_both_files_of_the_user_are_complained_of_at_once(folder: Path) -> None:
    write(folder, CONFIG_NAME, REFUSED["unknown and double keys"].text)
    write(folder, ALLOWLIST_NAME, REFUSED["unknown and double keys and a slash"].text)

    ran = cors_audit("audit", folder=folder)

    assert ran.code == 2
    assert_told(ran)
    assert {line.partition(":")[0] for line in ran.complaints} == {CONFIG_NAME, ALLOWLIST_NAME}


@pytest.mark.parametrize("name", [CONFIG_NAME, ALLOWLIST_NAME])
@pytest.mark.parametrize("size", [5 * MIB + 1, 64 * MIB + 1])
def test_a_file_of_the_user_over_a_cap_is_refused(folder: Path, name: str, size: int) -> None:
    with (folder / name).open("ab") as stream:
        stream.write(b"\n#")
        stream.truncate(size)

    ran = cors_audit("audit", folder=folder)

    assert (ran.code, ran.out) == (2, "")
    assert_told(ran)
    assert all(line.startswith(name) for line in ran.complaints)


def test_a_file_of_the_user_that_is_a_loop_of_links(folder: Path) -> None:
    (folder / ALLOWLIST_NAME).unlink()
    (folder / ALLOWLIST_NAME).symlink_to(ALLOWLIST_NAME)

    ran = cors_audit("audit", folder=folder)

    assert ran.code == 2
    assert_told(ran)


# -- what the user named ------------------------------------------------------------------------------


def _sparse(folder: Path) -> str:
    path = folder / "deploy" / "dump.yaml"
    path.write_text("kind: Ingress\n")
    with path.open("ab") as stream:
        stream.truncate(64 * MIB + 1)
    return "deploy/dump.yaml"


def _document(folder: Path) -> str:
    fat = MANIFEST.replace("name: api\n", f"name: fat\n  # {'x' * 5 * MIB}\n")
    write(folder, "deploy/fat.yaml", fat)
    return "deploy/fat.yaml"


def _bomb(folder: Path) -> str:
    write(folder, "deploy/bomb.yaml", bomb("enable-cors"))
    return "deploy/bomb.yaml"


def _junk(folder: Path) -> str:
    write(folder, "deploy/junk.yaml", bytes(reversed(range(256))) * 8)
    return "deploy/junk.yaml"


def _broken(folder: Path) -> str:
    write(folder, "deploy/broken.yaml", "kind: Ingress\nmetadata: {name: enable-cors, {{ .x }}\n")
    return "deploy/broken.yaml"


def _broken_json(folder: Path) -> str:
    write(folder, "deploy/get-apis.json", '{"Items": [{"CorsConfiguration": {"AllowOrigins": [')
    return "deploy/get-apis.json"


def _loop(folder: Path) -> str:
    (folder / "deploy" / "again").symlink_to(".")
    return "deploy/again"


def _self(folder: Path) -> str:
    (folder / "deploy" / "self.yaml").symlink_to("self.yaml")
    return "deploy/self.yaml"


def _dangling(folder: Path) -> str:
    (folder / "deploy" / "gone.yaml").symlink_to("nowhere.yaml")
    return "deploy/gone.yaml"


def _locked(folder: Path) -> str:
    (folder / "deploy" / "locked").mkdir(mode=0)
    return "deploy/locked"


UNREADABLE: dict[str, tuple[Callable[[Path], str], str]] = {
    "over the cap of a file": (_sparse, "too-large"),
    "over the cap of a document": (_document, "invalid"),
    "an alias bomb": (_bomb, "invalid"),
    "binary junk": (_junk, "invalid"),
    "broken YAML": (_broken, "invalid"),
    "broken JSON": (_broken_json, "invalid"),
    "a loop of links": (_loop, "invalid"),
    "a link to itself": (_self, "invalid"),
    "a link to nothing": (_dangling, "absent"),
    "a locked folder": (_locked, "denied"),
}


@pytest.mark.parametrize(("make", "gap"), UNREADABLE.values(), ids=list(UNREADABLE))
def test_what_cannot_be_read_is_unread_and_nothing_is_lost(
    folder: Path, make: Callable[[Path], str], gap: str
) -> None:
    with open_store(folder / STORE) as store:
        kept = store.run(1)
    place = make(folder)

    ran = cors_audit("audit", "--format", "json", folder=folder)
    told = cors_audit("coverage", folder=folder)

    assert ran.code == 3, ran.out + ran.err
    (unread,) = json.loads(ran.out)["unread"]
    assert (unread["where"]["place"], unread["gap"]) == (place, gap)
    assert unread["reason"]
    assert unread["do"]
    assert (told.code, told.err) == (0, "")
    said = " ".join(told.out.split())
    for part in (place, unread["reason"], unread["do"]):
        assert part in said
    assert "Traceback" not in ran.err + told.err
    with open_store(folder / STORE) as store:
        assert store.run(1) == kept
        assert len(store.runs()) == 2


def test_a_source_that_is_not_there_is_unread(folder: Path) -> None:
    write(folder, CONFIG_NAME, CONFIG.replace("- deploy/", "- deploy/\n  - nowhere/"))

    ran = cors_audit("audit", "--format", "json", folder=folder)

    assert ran.code == 3
    (unread,) = json.loads(ran.out)["unread"]
    assert (unread["where"]["place"], unread["gap"]) == ("nowhere", "absent")


# -- the store ----------------------------------------------------------------------------------------


def test_a_store_that_is_none_is_refused_and_left_as_it_was(folder: Path) -> None:
    junk = bytes(range(256)) * 8
    (folder / STORE).write_bytes(junk)

    ran = cors_audit("audit", folder=folder)

    assert (ran.code, ran.out) == (1, "")
    assert_told(ran)
    assert (folder / STORE).read_bytes() == junk


def test_a_bad_question_is_a_line_and_the_next_one_is_answered(folder: Path) -> None:
    lines = '{"origin": 3}\nnot json\n{"origin": "https://app.example.com"}\n'

    ran = cors_audit("decide", "deploy", folder=folder, given=lines)

    assert ran.code == 2
    assert_told(ran)
    assert [line.partition(":")[0] for line in ran.complaints] == ["line 1", "line 2"]
    assert json.loads(ran.out.splitlines()[2])["known"] is True


def assert_told(ran: Ran) -> None:
    """Each line of stderr says where, what and what to do; nothing looks like a crash."""
    assert ran.complaints
    assert "Traceback" not in ran.err
    strange = [line for line in ran.complaints if not COMPLAINT.fullmatch(line)]
    assert strange == []


def test_the_folder_that_all_start_from_is_clean(folder: Path) -> None:
    assert (folder / INGRESS).exists()
    assert cors_audit("audit", folder=folder).code == 0
