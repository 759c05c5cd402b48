"""`cors-audit waivers`: the list, and a waiver that is tried."""

from datetime import timedelta
from pathlib import Path

import pytest

from auditor.core.waiver.waiver import Waivers
from auditor.edge.waivers import load_waivers
from tests.cli.waived_apps import (
    CONFIG,
    EVIL,
    LATER,
    OLD,
    ON_API,
    PAST,
    SOON,
    TODAY,
    apps,
    audit,
    documented,
    ids,
    line,
    run,
    settle,
    waive,
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    settle()
    return tmp_path


def told(*words: str) -> str:
    """The report on one line, as its words."""
    result = run("waivers", *words)
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


# -- the list --------------------------------------------------------------------------------------


def test_every_line_by_what_the_last_run_made_of_it() -> None:
    audit()
    known = ids()
    waive(
        line("rule: null-origin"),
        line(ON_API),
        line(f'finding: "{known[f"{OLD} b.example.com"]}"', SOON),
        line('rule: "*"', PAST),
        rollouts=(f"match: api.example.com/*, until: {SOON}, reason: new list",),
    )
    unmet = told()
    assert unmet.startswith("3 waivers, 1 that ran out, 1 rollout as of run 1,")
    assert "no run has met it yet; it would take 1 finding (1 critical)" in unmet
    audit()
    text = told()
    days = [text.index(f"{day.day} {day:%b}") for day in (SOON, LATER, PAST)]
    assert days == sorted(days), "the next that ends first, what ran out last"
    assert "accepts 1 finding (1 critical) approved security: it moves (SEC-1)" in text
    assert "accepts nothing: what it meant is not there; remove the line" in text
    assert f"{OLD} on api.example.com/* waivers.yaml:4 accepts what the origin can do" in text
    assert "RAN OUT" in text
    assert "as information: no findings because new list" in text
    document = documented("waivers")
    assert [one["standing"] for one in document["waivers"]] == [
        "holds",
        "unused",
        "holds",
        "ran out",
    ]
    assert document["waivers"][0]["where"] == "waivers.yaml:5"
    assert len(document["waivers"][0]["taken"]) == 1


def test_what_has_grown() -> None:
    apps("", OLD)
    waive(line("rule: widened-origin"))
    audit(0)
    apps(EVIL, OLD)
    audit()
    text = told()
    assert "accepts 1 finding (1 critical) grown widened-origin" in text
    assert "it came after the approval" in text
    (one,) = documented("waivers")["waivers"]
    assert (one["standing"], len(one["taken"])) == ("outgrown", 1)
    assert "it came after the approval" in one["beyond"]


def test_what_was_not_read_is_not_called_unused() -> None:
    Path("b.env").unlink()
    waive(line("rule: null-origin"))
    audit(13)
    assert "what it meant may be in what was not read" in told()


def test_a_partial_run_is_not_what_is_looked_at() -> None:
    waive(line("rule: widened-origin"))
    audit(0)
    run("audit", "--host", "api.*")
    assert "as of run 1," in told()
    assert "accepts 3 findings (3 critical)" in told()
    assert "as of run 2," in told("--run", "2")


def test_without_any() -> None:
    audit()
    assert told().startswith(
        "Nothing is waived: waivers.yaml has no line. What a waiver would take:"
    )
    Path("cors-audit.yaml").write_text(CONFIG.replace("waivers: waivers.yaml\n", ""))
    assert "names no file of waivers (waivers: waivers.yaml)" in told()


def test_the_files_kept_with_a_run_serve_where_there_are_no_others(here: Path) -> None:
    waive(line("rule: widened-origin"))
    audit(0)
    elsewhere = here / "elsewhere"
    elsewhere.mkdir()
    assert run("export", "--out", "elsewhere/one.run").exit_code == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(elsewhere)
        for where in (("--run", "one.run"), ("--store", "../runs.db")):
            assert "accepts 3 findings (3 critical)" in told(*where)
            tried = ("--origin", EVIL, "--match", "*.example.com", "--credentials")
            assert "would permit 1 finding (1 critical) of 3" in told(*where, *tried)


# -- a waiver that is tried ------------------------------------------------------------------------


def pasted(text: str) -> str:
    (found,) = [one for one in text.splitlines() if one.startswith("  - {")]
    return found


def test_a_dry_count_by_globs_and_the_line_to_paste() -> None:
    audit()
    result = run("waivers", "--rule", "widened-*", "--host", "*.example.com")
    text = " ".join(result.stdout.split())
    assert "would take 3 findings (3 critical) of 3 in run 1" in text
    assert "ON 2 routes 2 findings api.example.com/* 1 finding b.example.com/*" in text
    found = pasted(result.stdout)
    assert f"reason: WHY, approved_by: WHO, expires: {TODAY + timedelta(30)}}}" in found
    loaded = load_waivers(f"version: 1\nwaivers:\n{found}\n".encode(), "w.yaml", TODAY)
    assert isinstance(loaded, Waivers)
    before = Path("waivers.yaml").read_text()
    Path("waivers.yaml").write_text(f"version: 1\nwaivers:\n{found}\n")
    audit(0)
    assert "3 of them waived already." in told("--rule", "widened-*")
    assert before != Path("waivers.yaml").read_text()


def test_the_ten_worst_and_how_many_more() -> None:
    apps(",".join(f"https://o{at:02}.example" for at in range(14)), OLD)
    audit()
    text = told("--owner", "team-api")
    assert text.count("CRITICAL widened-origin") == 10
    assert "and 4 more" in text
    document = documented("waivers", "--owner", "team-api")
    assert document["by_severity"]["critical"] == len(document["taken"]) == 14


def test_one_finding() -> None:
    audit()
    short = ids()[f"{EVIL} api.example.com"]
    assert f"A waiver for finding {short} would take 1 finding (1 critical) of 3" in told(
        "--finding", short
    )
    assert f'- {{finding: "{short}", reason' in told("--finding", short.upper())


def test_an_origin_is_tried_by_judging_again() -> None:
    audit()
    text = told("--origin", OLD, "--match", "api.example.com/*", "--credentials")
    assert "would permit 1 finding (1 critical) of 3 in run 1" in text
    assert "that origin, on those routes, with cookies too; no more." in text
    everywhere = documented("waivers", "--origin", OLD, "--match", "*.example.com", "--credentials")
    assert (len(everywhere["taken"]), everywhere["partly"]) == (2, [])
    assert 'match: "*.example.com", allow_credentials: true' in everywhere["line"]
    partly = documented(
        "waivers", "--origin", OLD, "--match", "*.example.com/v1/*", "--credentials"
    )
    assert (partly["taken"], len(partly["partly"])) == ([], 2)
    anonymous = told("--origin", OLD, "--match", "api.example.com/*")
    assert "would permit no findings" in anonymous
    assert "REPORTED STILL, for another origin, route or cookies CRITICAL" in anonymous
    nothing = documented("waivers", "--origin", "https://x.example", "--match", "*.example.com")
    assert (nothing["taken"], nothing["partly"]) == ([], [])


def test_a_pattern_of_origins() -> None:
    apps("https://a.tenants.example,https://b.tenants.example", "")
    audit()
    found = run(
        "waivers",
        "--origin",
        "https://*.tenants.example",
        "--match",
        "api.example.com",
        "--credentials",
    )
    assert "would permit 2 findings" in " ".join(found.stdout.split())
    assert '- {pattern: "https://*.tenants.example", match: "api.example.com"' in found.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--match", "api.example.com"), "--match: it belongs to an origin; add --origin"),
        (("--credentials",), "--credentials: it belongs to an origin; add --origin"),
        (("--finding", "zz"), "--finding: is no id of a finding; write the id"),
        (("--finding", "00000000"), "--finding 00000000: none of run 1 begins so; see"),
        (
            ("--origin", f"{OLD}/", "--match", "api.example.com"),
            "--origin: 'https://old.example/' has a path",
        ),
        (("--origin", OLD), "the waiver: 'waivers[0]' has origin but no match; add match"),
        (("--origin", "*", "--match", "api.example.com"), "--origin: allows every origin"),
        (("--origin", OLD, "--match", "https://api.example.com"), "--match: has a scheme"),
        (("--rule", "a", "--finding", "7f3a91c2"), "stands beside rule or other globs"),
        (("--host", "https://x/"), "--host: is no host; write the host alone"),
        (("--owner", "a\nb"), "--owner: holds a line break or a control character"),
        (("--run", "9"), "run '9': the store does not hold it"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(words: tuple[str, ...], said: str) -> None:
    audit()
    result = run("waivers", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_everything_wrong_at_once() -> None:
    audit()
    result = run("waivers", "--origin", "x", "--match", "https://y", "--rule", "a")
    assert len(result.stderr.splitlines()) >= 2


def test_without_a_store_or_an_allowlist() -> None:
    result = run("waivers")
    assert (result.exit_code, "there is no store" in result.stderr) == (2, True)
    Path("allowlist.yaml").unlink()
    audit(0)
    result = run("waivers", "--origin", OLD, "--match", "api.example.com")
    assert result.exit_code == 2
    assert "--origin: there is no allowlist" in result.stderr


def test_hostile_words_are_shown_harmless() -> None:
    audit()
    hostile = "\x1b[31mx\u202e"
    result = run("waivers", "--rule", hostile)
    assert "\x1b" not in result.output
    assert "\u202e" not in result.output
