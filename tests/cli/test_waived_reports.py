"""Where commands beside `waivers` speak of what is waived."""

from pathlib import Path

import pytest

from tests.cli.waived_apps import (
    ALLOWLIST,
    APP,
    EVIL,
    LATER,
    OLD,
    ON_API,
    PAST,
    SOON,
    TODAY,
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


def test_reports_say_what_is_waived() -> None:
    audit()
    short = ids()[f"{OLD} b.example.com"]
    waive(line(f'finding: "{short}"', SOON), line(ON_API), line(ON_API.replace(OLD, EVIL)))
    day = f"{SOON.day} {SOON:%b}" + ("" if SOON.year == TODAY.year else f" {SOON.year}")
    assert f"Waived 1 (next expiry {day})" in audit(0)
    listed = run("findings").stdout
    assert "1 finding (1 waived), worst first" in listed
    assert f"waived until {day}" in listed
    one = " ".join(run("findings", short).stdout.split())
    assert f"waived by security until {SOON.day} {SOON:%b %Y} (waivers.yaml:3): it moves" in one
    assert "1 waived" in run("coverage").stdout
    (finding,) = documented("findings")["findings"]
    assert finding["waived"] == {
        "until": str(SOON),
        "reason": "it moves",
        "approved_by": "security",
        "where": "waivers.yaml:3",
    }
    assert documented("audit")["findings"][0]["waived"] is not None


def explained(origin: str, *words: str) -> str:
    asked = ("explain", "--url", "https://api.example.com/v1", "--origin", origin, *words)
    result = run(*asked, "--exit-code")
    return f"{result.exit_code} {result.stdout.splitlines()[1]}"


def test_explain_speaks_of_the_waiver() -> None:
    waive(line(ON_API.replace(", allow_credentials: true", "")), line(ON_API, SOON))
    until = f"{SOON.day} {SOON:%b %Y}"
    assert explained(OLD, "--credentials") == (
        f"0 The allowlist does not list it; waivers.yaml:4 accepts it until {until} (security)."
    )
    later = f"{LATER.day} {LATER:%b %Y}"
    assert f"waivers.yaml:3 accepts it until {later} (security)." in explained(OLD)
    assert explained(EVIL).startswith(
        "10 The allowlist says this should not work (allowlist.yaml:4"
    )
    assert explained(APP).startswith("0 The allowlist says this should work")
    waive(line(ON_API, PAST))
    assert explained(OLD).startswith("10 The allowlist says this should not work")


def test_explain_goes_by_the_waivers_of_the_run() -> None:
    waive(line(ON_API), line(ON_API.replace(OLD, EVIL)), line(ON_API.replace("api.", "b.")))
    audit(0)
    assert "accepts it until" in explained(OLD, "--run", "last")


def test_explain_where_cookies_alone_are_waived() -> None:
    text = ALLOWLIST.replace("allow_credentials: true", "allow_credentials: false")
    Path("allowlist.yaml").write_text(text)
    waive(line(f'origin: "{APP}", match: api.example.com/*, allow_credentials: true'))
    assert explained(APP, "--credentials").startswith(
        "0 The allowlist does not allow it with cookies; waivers.yaml:3 accepts it"
    )
    assert explained(APP).startswith("0 The allowlist says this should work")


def test_allowlist_check_looks_at_waivers() -> None:
    waive(
        line(ON_API, SOON),
        line("rule: a", PAST),
        line(f'origin: "{APP}", match: api.example.com/v1/*, allow_credentials: true'),
        line(f'origin: "{OLD}", match: other.test/*'),
        line("rule: b"),
        rollouts=(f"match: api.example.com/*, until: {PAST}, reason: new list",),
    )
    result = run("allowlist", "check")
    assert result.exit_code == 10
    assert [one for one in result.stdout.splitlines() if "waivers.yaml" in one] == [
        f"note: waivers.yaml:3: the waiver for {OLD} on api.example.com/* ends on {SOON}; "
        "list the origin by then, or have it approved again",
        f"waivers.yaml:4: the waiver for rule a ended on {PAST}; remove the line, or have it approved again",
        f"note: waivers.yaml:5: the waiver for {APP} on api.example.com/v1/* changes nothing: "
        "the allowlist has it on those routes; remove the line",
        f"note: waivers.yaml:6: the waiver for {OLD} on other.test/* changes nothing: no route of "
        "the allowlist is there; correct its match, or remove the line",
        f"waivers.yaml:9: the rollout of api.example.com/* was to end by {PAST}; remove the line, or "
        "say until when the layers may differ",
    ]
    Path("waivers.yaml").write_text("version: 1\nwaivers: x\n")
    assert run("allowlist", "check").exit_code == 2
