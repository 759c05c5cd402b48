"""The page of a rule, out of its own file: for the documentation and for the terminal."""

from __future__ import annotations

from typing import Final

from rules.rule import Rule

HEADINGS: Final = ("What", "Why", "Example", "Mend", "References")
"""What the docstring of a rule says, in this order: `What: ...` begins a paragraph."""


def sections(rule: Rule) -> dict[str, str]:
    """The text under each heading of the rule's docstring, one line a paragraph.

    Raises `ValueError` when a heading is missing or out of order.
    """
    _, *paragraphs = rule.prose.strip().split("\n\n")
    found: dict[str, str] = {}
    for paragraph in paragraphs:
        heading, _, text = paragraph.partition(": ")
        text = " ".join(text.split())
        found[heading] = text[:1].upper() + text[1:]
    if tuple(found) != HEADINGS:
        raise ValueError(f"{rule.name}: has {', '.join(found)}; write {', '.join(HEADINGS)}")
    return found


def page(rule: Rule) -> str:
    """The page as Markdown."""
    lines = [f"# {rule.name}", "", f"{_sentence(rule.summary)}", "", _severity(rule), ""]
    for heading, text in sections(rule).items():
        lines += [f"## {heading}", "", text, ""]
    lines += ["| cited in the practice as | in the named edition | known how |", "|---|---|---|"]
    lines += [
        f"| {one.cited or '-'} | {one.edition} | {one.confidence} |" for one in rule.references
    ]
    return "\n".join(lines) + "\n"


def _severity(rule: Rule) -> str:
    needs = "Needs an allowlist." if rule.needs_allowlist else "Needs no allowlist."
    return f"Severity: {rule.severity.word}, where nothing raises or lowers it. {needs}"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
