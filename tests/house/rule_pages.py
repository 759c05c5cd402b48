"""Write `docs/rules`, one page a rule, out of the rules' own files: `python -m tests.house.rule_pages`."""

from collections.abc import Iterator
from pathlib import Path

from rules import RULES
from rules.page import page
from tests.house.tree import ROOT

PAGES = ROOT / "docs" / "rules"


def pages() -> Iterator[tuple[str, str]]:
    """Yield the name and text of each file that belongs into `docs/rules`."""
    for rule in RULES:
        yield f"{rule.name}.md", page(rule)


def faults(folder: Path) -> Iterator[str]:
    """Yield each page of `folder` that is missing, stale, or of no rule."""
    wanted = dict(pages())
    for name, text in wanted.items():
        path = folder / name
        if not path.is_file() or path.read_text() != text:
            yield f"{name}: not as its rule says; run python -m tests.house.rule_pages"
    for path in sorted(folder.glob("*.md")):
        if path.name not in wanted:
            yield f"{path.name}: of no rule; delete it"


def main() -> None:
    PAGES.mkdir(parents=True, exist_ok=True)
    for path in PAGES.glob("*.md"):
        path.unlink()
    for name, text in pages():
        (PAGES / name).write_text(text)


if __name__ == "__main__":
    main()
