"""What could not be worked through is never a pass, whatever the rule."""

from dataclasses import replace

import pytest

from rules import RULES, run_rules
from rules.rule import NotEvaluated, Rule, View
from rules.unread_hop import RULE as UNREAD
from tests.rules.world import APP, allowed, gateway, lists, only, view

CLEAN = view(gateway(lists(APP, credentials=True)), allow=allowed(APP))
OTHERS = [rule for rule in RULES if rule is not UNREAD and rule.check]
ids = pytest.mark.parametrize("rule", OTHERS, ids=lambda rule: rule.name)


def unfinished() -> View:
    cut = replace(CLEAN.judged.cut, unfinished="more than 60000 states")
    return replace(CLEAN, judged=replace(CLEAN.judged, cut=cut))


def too_many() -> View:
    *rest, last = CLEAN.judged.classes
    seen = replace(last.seen, undecided="more combinations than can be run")
    classes = (*rest, replace(last, seen=seen))
    return replace(CLEAN, judged=replace(CLEAN.judged, classes=classes))


def test_the_world_is_clean_otherwise() -> None:
    assert list(run_rules(CLEAN)) == []


@ids
def test_a_search_that_was_stopped(rule: Rule) -> None:
    assert list(rule.check(unfinished())) == [NotEvaluated(rule.name, "more than 60000 states")]


@ids
def test_a_class_with_too_many_worlds(rule: Rule) -> None:
    reason = "more combinations than can be run"
    assert list(rule.check(too_many())) == [NotEvaluated(rule.name, reason)]


@pytest.mark.parametrize(
    ("world", "subject"),
    [
        (unfinished(), "more than 60000 states"),
        (too_many(), "more combinations than can be run"),
    ],
)
def test_it_is_named(world: View, subject: str) -> None:
    found = only(UNREAD, world)
    assert found.subject == subject
    assert found.do == "Make the lists on this path shorter: they could not be worked through."
