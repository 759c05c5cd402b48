"""The rules, as an explicit tuple: what is not in it does not run."""

from rules.rule import Rule

RULES: tuple[Rule, ...] = ()
