"""Every rule is one file, registered, named as its file, and says what it has to say."""

from dataclasses import replace
from importlib import import_module

import pytest

from rules import RULES
from rules.page import HEADINGS, page, sections
from rules.rule import Rule
from tests.house.rule_pages import PAGES
from tests.house.tree import ROOT

FURNITURE = {
    "__init__",
    "beyond",
    "claim",
    "denial",
    "grant",
    "page",
    "precedence",
    "question",
    "reference",
    "rule",
    "source",
    "unknown",
    "waived",
    "wording",
}
"""Files of `rules` that are no rule."""
FILES = {path.stem for path in (ROOT / "rules").glob("*.py")} - FURNITURE


def file_of(rule: Rule) -> str:
    return rule.name.replace("-", "_")


def test_every_file_is_registered() -> None:
    assert {file_of(rule) for rule in RULES} == FILES


def test_names_are_unique() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES) == 14


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_is_what_its_file_says(rule: Rule) -> None:
    module = import_module(f"rules.{file_of(rule)}")
    assert module.RULE is rule
    assert getattr(module, "check", None) is rule.check
    assert getattr(module, "weigh", None) is rule.weigh
    assert module.__doc__ == rule.prose


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_says_everything(rule: Rule) -> None:
    told = sections(rule)
    assert tuple(told) == HEADINGS
    assert all(text.endswith(".") for text in told.values())
    assert rule.summary
    assert rule.references
    assert len(set(rule.references)) == len(rule.references)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_has_its_page(rule: Rule) -> None:
    assert (PAGES / f"{rule.name}.md").read_text() == page(rule)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda prose: prose.replace("Why: ", ""),
        lambda prose: prose.replace("Why: ", "Mend: "),
        lambda prose: "Summary only.",
    ],
    ids=["missing", "out of order", "bare"],
)
def test_a_heading_that_is_missing_is_seen(spoil) -> None:
    spoilt = replace(RULES[0], prose=spoil(RULES[0].prose))
    with pytest.raises(ValueError, match=r"doubled-header: has .*; write What, Why"):
        sections(spoilt)


def test_ids_that_the_practice_cites_are_shown_beside_those_of_the_edition() -> None:
    text = page(next(rule for rule in RULES if rule.name == "widened-origin"))
    assert "| NIST CSF 2.0 PR.AC-4 | NIST CSF 2.0 PR.AA-05 (PR.AC-4 is its id in CSF 1.1) |" in text
