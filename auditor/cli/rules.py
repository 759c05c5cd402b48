"""`cors-audit rules`: the rules, and what each one means."""

import json

import click

from rules import RULES
from rules.page import page, sections
from rules.rule import Rule


@click.command(short_help="List the rules, or say what one means.")
@click.argument("name", required=False)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)
def rules(name: str | None, style: str) -> None:
    """List the rules with their severity, or print the page of the rule NAME.

    \b
    Example:
      cors-audit rules
      cors-audit rules inner-policy-leaks
    """
    if name is None:
        listed = json.dumps([_entry(rule) for rule in RULES], indent=2)
        print(listed if style == "json" else _table())
        return
    rule = _named(name)
    print(json.dumps(_whole(rule), indent=2) if style == "json" else page(rule).rstrip())


def _named(name: str) -> Rule:
    found = next((rule for rule in RULES if rule.name == name), None)
    if found is None:
        names = ", ".join(rule.name for rule in RULES)
        raise click.UsageError(f"NAME: there is no rule {name!r}; choose one of {names}")
    return found


def _table() -> str:
    width = max(len(rule.name) for rule in RULES)
    return "\n".join(
        f"{rule.severity.word:8}  {rule.name:{width}}  {rule.summary}" for rule in RULES
    )


def _entry(rule: Rule) -> dict[str, object]:
    return {
        "name": rule.name,
        "severity": rule.severity.word,
        "needs_allowlist": rule.needs_allowlist,
        "summary": rule.summary,
    }


def _whole(rule: Rule) -> dict[str, object]:
    told = {heading.lower(): text for heading, text in sections(rule).items()}
    sources = told.pop("references")
    references = [
        {"cited": one.cited or None, "edition": one.edition, "confidence": str(one.confidence)}
        for one in rule.references
    ]
    return {**_entry(rule), **told, "sources": sources, "references": references}
