"""Every text that people are sent, by file name; `python -m tests.edge.tickets.texts` accepts what they
are now as what is expected. Look at the difference first."""

import json
from collections.abc import Iterator
from pathlib import Path

from auditor.edge.tickets import review, umbrella
from auditor.edge.tickets.adf import render_adf
from auditor.edge.tickets.markdown import render_markdown, render_title
from auditor.edge.tickets.messages import digest, links, notice
from auditor.edge.tickets.plain import render_plain
from auditor.edge.tickets.prose import Prose
from auditor.edge.tickets.slack import render_slack
from auditor.edge.tickets.text import ticket_body
from auditor.edge.tickets.title import ticket_title
from tests.edge.tickets.tales import DIGEST, EXPLAINED, MEMBERS, NOTICE, REVIEW, TICKETS

FOLDER = Path(__file__).parent / "expected"


def prose() -> Iterator[tuple[str, Prose]]:
    """Every text that a tracker is given, by name."""
    for name, telling in TICKETS.items():
        yield f"ticket-{name}", ticket_body(telling)
    for name, said in EXPLAINED.items():
        yield f"comment-{name}", said


def titles() -> Iterator[str]:
    yield from (ticket_title(telling.finding) for telling in TICKETS.values())
    yield umbrella.umbrella_title(MEMBERS)
    yield review.review_title(REVIEW)


def rendered() -> dict[str, str]:
    """Every expected file."""
    found = {f"{name}.txt": render_plain(one) for name, one in prose()}
    found["titles.txt"] = "\n".join(titles())
    found["titles.md"] = "\n".join(map(render_title, titles()))
    for name in ("ticket-widened", "comment-changed", "comment-umbrella", "comment-review"):
        found[f"{name}.md"] = render_markdown(dict(prose())[name])
    for name in ("ticket-widened", "comment-umbrella"):
        found[f"{name}.adf.json"] = dump(render_adf(dict(prose())[name]))
    for name, message, linked in (
        ("notice", notice(NOTICE), links(NOTICE)),
        ("digest", digest(DIGEST), links(DIGEST)),
    ):
        found[f"{name}.txt"] = render_plain(message)
        found[f"{name}.slack.json"] = dump(render_slack(message, linked))
    return {name: f"{text}\n" for name, text in found.items()}


def dump(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    for name, text in rendered().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
