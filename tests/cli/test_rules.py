"""The `rules` command: the list, one page, and JSON for programs."""

import json

from click.testing import CliRunner, Result

from auditor.cli.rules import rules
from rules import RULES


def run(*args: str) -> Result:
    result = CliRunner().invoke(rules, args)
    assert not isinstance(result.exception, Exception)
    return result


def test_the_list_names_every_rule() -> None:
    lines = run().stdout.splitlines()
    assert [line.split()[1] for line in lines] == [rule.name for rule in RULES]
    assert lines[0].startswith("high      doubled-header        two hops write")


def test_the_list_for_programs() -> None:
    found = json.loads(run("--format", "json").stdout)
    assert [one["name"] for one in found] == [rule.name for rule in RULES]
    assert found[6] == {
        "name": "widened-origin",
        "severity": "high",
        "needs_allowlist": True,
        "summary": "an origin can do more than the allowlist says",
    }


def test_one_page() -> None:
    text = run("inner-policy-leaks").stdout
    assert text.startswith("# inner-policy-leaks\n\nAn inner layer lets in what")
    assert "\n## Mend\n\nTurn CORS off in the inner layer" in text


def test_one_page_for_programs() -> None:
    found = json.loads(run("null-origin", "--format", "json").stdout)
    assert set(found) == {
        "name",
        "severity",
        "needs_allowlist",
        "summary",
        "what",
        "why",
        "example",
        "mend",
        "sources",
        "references",
    }
    assert found["references"][0] == {
        "cited": "NIST CSF 2.0 PR.AC-4",
        "edition": "NIST CSF 2.0 PR.AA-05 (PR.AC-4 is its id in CSF 1.1)",
        "confidence": "read in a secondary source",
    }


def test_a_rule_that_there_is_not() -> None:
    result = run("wide-origin")
    assert result.exit_code == 2
    assert "NAME: there is no rule 'wide-origin'; choose one of doubled-header," in result.stderr
