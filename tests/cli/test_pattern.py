"""The `pattern` command: a name, three origins, what is missed; for people and for programs."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from auditor.cli.pattern import GROUPS, pattern
from auditor.core.language.pattern import Dialect

ALLOWLIST = """\
version: 1
defaults: {owner: team-web}
origins:
  - {origin: "https://app.example.com"}
  - {pattern: "https://*.tenants.example.com", reason: one host each, expires: 2030-01-01}
routes: []
"""
WILD = "https://*.example.com"
CONTRACT = {"dialect", "regular", "kind", "witnesses", "contains", "widened", "reason"}


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(pattern, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def answer(*arguments: str) -> dict[str, object]:
    result = run(*arguments, "--format", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


@pytest.fixture
def allowlist(tmp_path: Path) -> str:
    path = tmp_path / "allowlist.yaml"
    path.write_text(ALLOWLIST)
    return str(path)


def test_for_programs() -> None:
    found = answer(WILD, "--dialect", "glob-ingress-nginx", "--contains", "https://x.example.com")
    assert set(found) > CONTRACT
    assert found == {
        "dialect": "glob-ingress-nginx",
        "regular": True,
        "kind": "any-subdomain",
        "proved": True,
        "name": "any subdomain of example.com, one label deep, nothing outside example.com (proved)",
        "witnesses": [f"https://{label}.example.com" for label in ("new", "beta", "staging")],
        "sampled": False,
        "contains": {"https://x.example.com": True},
        "widened": [],
        "misses": [
            "https://example.com",
            "https://a.b.example.com",
            "http://new.example.com",
            "https://new.example.com:8443",
        ],
        "dead": None,
        "reason": None,
    }


def test_for_people() -> None:
    result = run(WILD, "--dialect", "glob-ingress-nginx", "--contains", "https://x.org")
    assert result.stdout.splitlines() == [
        "https://*.example.com  as glob-ingress-nginx",
        "  lets in   any subdomain of example.com, one label deep, nothing outside",
        "            example.com (proved)",
        "  such as   https://new.example.com",
        "            https://beta.example.com",
        "            https://staging.example.com",
        "  but not   https://example.com           the domain itself",
        "            https://a.b.example.com       deeper subdomains",
        "            http://new.example.com        http",
        "            https://new.example.com:8443  other ports",
        "  asked     not in it  https://x.org",
    ]


def test_held_against_an_allowlist(allowlist: str) -> None:
    options = ("--dialect", "pcre-nginx", "--against", allowlist)
    text = r"^https://app\.example\.com"
    found = answer(text, *options)
    assert (found["kind"], found["proved"]) == ("suffix-confusion", False)
    assert found["widened"] == [
        "https://app.example.com.evil.com",
        "https://app.example.com:8443",
        "https://app.example.comevil.com",
    ]
    assert "https://new.tenants.example.com" in found["misses"]  # type: ignore[operator]
    shown = run(text, *options).stdout
    assert "  beyond    the allowlist: suffix confusion, anything may follow" in shown
    assert "https://new.tenants.example.com   on the allowlist" in shown


def test_a_pattern_that_takes_nothing_says_why_and_what_was_meant() -> None:
    shown = run("https://App.example.com/", "--dialect", "exact").stdout
    assert "  lets in   no origin (proved)\n" in shown
    assert "  useless   upper case, and browsers send lower case; a slash at the end" in shown
    assert "  but not   https://app.example.com  what was meant\n" in shown


def test_a_pattern_that_no_automaton_holds_is_sampled(allowlist: str) -> None:
    text = r"/^(https):\/\/(?!\1)app.example.com/"
    evil = "https://app.example.com.evil.com"
    options = ("--dialect", "js-test", "--contains", evil, "--contains", "https://a\tb")
    found = answer(text, *options)
    assert (found["kind"], found["regular"], found["sampled"]) == ("unread", False, True)
    assert found["reason"] == "back-references"
    assert found["contains"] == {evil: True, "https://a\tb": None}
    assert evil in found["witnesses"]  # type: ignore[operator]
    shown = run(text, *options, "--against", allowlist).stdout
    assert f"  tried     {evil}\n" in shown
    assert "not known  https://a\\tb" in shown
    nothing = run(r"/^(x)\1$/", "--dialect", "js-test").stdout
    assert "it took none of them" in nothing


def test_a_hostile_text_is_shown_escaped() -> None:
    shown = run("https://\x1b[2J\u202e.com", "--dialect", "exact").stdout
    assert "\x1b" not in shown
    assert "\\x1b[2J\\u202e" in shown


def test_an_unknown_dialect_names_the_others() -> None:
    result = run(WILD, "--dialect", "glob")
    assert result.exit_code == 2
    assert "there is no dialect 'glob'" in result.stderr
    assert all(str(one) in result.stderr for one in Dialect)


def test_the_help_tells_every_dialect_once() -> None:
    told = [name for _, dialects in GROUPS for name in dialects]
    assert sorted(told) == sorted(Dialect)
    shown = run("--help").stdout
    assert all(f"  {name} " in shown for name in Dialect)
    assert "cors-audit pattern 'https://*.example.com' --dialect glob-ingress-nginx\n" in shown


@pytest.mark.parametrize("dialect", sorted(Dialect))
def test_every_dialect_answers(dialect: Dialect) -> None:
    found = answer("https://app.example.com", "--dialect", dialect)
    assert found["dialect"] == dialect
    assert found["witnesses"] or found["reason"] or found["dead"]
