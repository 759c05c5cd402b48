"""`cors-audit validate`: every problem at once, by file and line, and nothing else is read."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from auditor.cli.validate import validate

CONFIG = "version: 1\naws: {}\nfiles: [deploy/]\nallowlist: lists/\n"
TEAM = """\
version: 1
origins:
  - {origin: "https://a.example.com", owner: t}
routes:
  - {match: api.example.com/*, allow_origins: ["https://a.example.com"]}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(files: dict[str, str]) -> None:
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(validate, [*arguments, "--today", "2026-11-22"])


def test_the_configuration_here_and_the_allowlist_it_names() -> None:
    write({"cors-audit.yaml": CONFIG, "lists/one.yaml": TEAM, "lists/deep/two.yml": "version: 1\n"})
    result = run()
    assert (result.exit_code, result.output) == (
        0,
        "cors-audit.yaml: ok: aws, 1 entry in files, 0 environments\n"
        "2 allowlist files: ok: 1 origin, 1 route\n",
    )


def test_every_problem_of_every_file_comes_at_once() -> None:
    write(
        {
            "cors-audit.yaml": CONFIG + "dns: {}\n",
            "allowlist/one.yaml": TEAM.replace('example.com"]', 'example.com/"]'),
            "allowlist/two.yaml": "version: 1\norigins:\n  - {origin: x, owner: t}\n",
        }
    )
    result = run()
    assert result.exit_code == 2
    assert [line.partition(": ")[0] for line in result.output.splitlines()] == [
        "cors-audit.yaml:5",
        "allowlist/one.yaml:5",
        "allowlist/two.yaml:3",
    ]


def test_the_usual_allowlist_is_found_without_a_configuration() -> None:
    write({"allowlist.yaml": TEAM})
    assert run().output == "allowlist.yaml: ok: 1 origin, 1 route\n"


def test_nothing_here_is_a_problem() -> None:
    result = run()
    assert (result.exit_code, result.output) == (
        2,
        "cors-audit.yaml: there is no configuration here; "
        "write one with cors-audit init, or name a file\n",
    )


def test_an_allowlist_that_is_named_but_not_there_is_a_problem() -> None:
    write({"cors-audit.yaml": CONFIG})
    result = run()
    assert (result.exit_code, result.output) == (
        2,
        "lists: there is no such file or folder; make it readable, or name another path\n",
    )


def test_named_files_are_told_apart_by_their_keys() -> None:
    write({"ops.yaml": CONFIG, "trust.yaml": TEAM})
    assert run("ops.yaml", "trust.yaml").output == (
        "ops.yaml: ok: aws, 1 entry in files, 0 environments\ntrust.yaml: ok: 1 origin, 1 route\n"
    )


def test_what_ran_out_and_what_is_not_compared_is_said_and_is_no_error() -> None:
    hop = "hops: [{name: e, in_front_of: [a], acts: strips, declared_by: t, expires: 2026-11-21}]\n"
    write({"ops.yaml": "version: 1\n" + hop, "a.yaml": TEAM.replace("*,", "*, max_age: 5,")})
    result = run("ops.yaml", "a.yaml")
    assert result.exit_code == 0
    assert [line.partition(": ")[0] for line in result.output.splitlines()] == [
        "ops.yaml:2",
        "a.yaml:5",
        "ops.yaml",
        "a.yaml",
    ]


def test_a_loop_of_links_a_broken_link_and_a_special_file_are_said() -> None:
    write({"list/a.yaml": TEAM})
    Path("list/deep").mkdir()
    Path("list/deep/up").symlink_to(Path("list").resolve(), target_is_directory=True)
    Path("list/gone.yaml").symlink_to("nowhere")
    Path("list/self.yaml").symlink_to("self.yaml")
    os.mkfifo("list/pipe.yaml")
    result = run("list")
    assert result.exit_code == 2
    assert sorted(result.output.splitlines()) == [
        "list/deep/up: a link that leads back to a folder above it; remove the link",
        "list/gone.yaml: there is no such file or folder; make it readable, or name another path",
        "list/pipe.yaml: no file and no folder; name a file or a folder",
        "list/self.yaml: too many levels of symbolic links; make it readable, or name another path",
    ]


def test_an_empty_folder_and_a_missing_file_are_problems() -> None:
    Path("empty").mkdir()
    result = run("empty", "gone.yaml")
    assert result.exit_code == 2
    assert result.output.splitlines() == [
        "empty: the folder holds no .yaml file; name a folder that does",
        "gone.yaml: there is no such file or folder; make it readable, or name another path",
    ]


def test_a_file_over_the_cap_is_named_and_not_kept() -> None:
    with Path("allowlist.yaml").open("wb") as stream:
        stream.truncate(65 << 20)
    result = run()
    assert result.exit_code == 2
    assert "over the cap of 67,108,864 bytes a file" in result.output


def test_binary_junk_is_one_line() -> None:
    Path("allowlist.yaml").write_bytes(b"\x7fELF\x00\x00" * 100)
    result = run()
    assert result.exit_code == 2
    assert result.output.splitlines() == [
        "allowlist.yaml:1: binary content (a NUL character); "
        "save it as UTF-8, or leave it out if it is no text"
    ]


def test_help_shows_an_example() -> None:
    assert "$ cors-audit validate allowlist/" in run("--help").output


def test_the_waivers_that_the_configuration_names() -> None:
    line = "reason: r, approved_by: k"
    write(
        {
            "cors-audit.yaml": CONFIG + "waivers: waivers.yaml\n",
            "lists/one.yaml": TEAM,
            "waivers.yaml": "version: 1\nwaivers:\n"
            f"  - {{finding: 7f3a91c2, {line}, expires: 2026-12-22}}\n"
            f"  - {{finding: 7f3a91c3, {line}, expires: 2026-11-01}}\n",
        }
    )
    result = run()
    assert (result.exit_code, result.output) == (
        0,
        "waivers.yaml:4: the waiver for finding 7f3a91c3 ended on 2026-11-01; "
        "remove it, or have it approved again\n"
        "cors-audit.yaml: ok: aws, 1 entry in files, 0 environments\n"
        "waivers.yaml: ok: 1 waiver, 0 rollouts\n"
        "1 allowlist file: ok: 1 origin, 1 route\n".replace("1 allowlist file", "lists/one.yaml"),
    )
    Path("waivers.yaml").write_text(f"version: 1\nwaivers: [{{{line}, expires: 2027-12-01}}]\n")
    result = run("waivers.yaml")
    assert result.exit_code == 2
    assert "waivers.yaml:2: 'waivers[0]' has no finding or origin" in result.output
