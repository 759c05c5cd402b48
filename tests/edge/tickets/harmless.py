"""Whether what was rendered is only text: asked of the parsers that trackers use, or of their kin."""

import json
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

import cmarkgfm
from cmarkgfm.cmark import Options
from jsonschema import Draft4Validator
from markdown_it import MarkdownIt

from auditor.core.reading import Json
from auditor.edge.tickets.slack import BLOCKS_CAP, HEADER_CAP, TEXT_CAP

SCHEMA = Draft4Validator(
    json.loads((Path(__file__).parents[2] / "data/adf_schema.json").read_text(encoding="utf-8"))
)
TAGS = frozenset(
    [
        "p",
        "h3",
        "ul",
        "li",
        "strong",
        "code",
        "pre",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "br",
    ]
)
QUIET = frozenset(" ()\"'.,;:?!-\n")
COMMON_MARK = MarkdownIt("gfm-like", {"html": True})


class Page(HTMLParser):
    """What a page holds: tags, attributes, and the text that does not stand in code."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.loose = ""
        self.text = ""
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._depth += tag in ("code", "pre")

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag in ("code", "pre")

    def handle_data(self, data: str) -> None:
        self.text += data
        self.loose += "" if self._depth else data

    def handle_comment(self, data: str) -> None:
        self.tags.add("!--")


def pages(markdown: str) -> list[Page]:
    found = []
    github = cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE)
    for html in (github, COMMON_MARK.render(markdown)):
        page = Page()
        page.feed(html)
        page.close()
        found.append(page)
    return found


def assert_harmless(markdown: str) -> None:
    assert "<!--" not in markdown
    assert not any(line.startswith(("/", ">", ":", "~")) for line in markdown.split("\n"))
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in markdown if c != "\n")
    for page in pages(markdown):
        assert page.tags <= TAGS
        assert page.attributes == set()
        assert all(char.isalnum() or char in QUIET for char in page.loose), page.loose


def sections(message: dict[str, Json]) -> list[str]:
    blocks = message["blocks"]
    assert isinstance(blocks, list)
    return [str(one["text"]["text"]) for one in blocks]


def assert_slack_harmless(message: dict[str, Json]) -> None:
    blocks = message["blocks"]
    assert isinstance(blocks, list)
    assert len(blocks) <= BLOCKS_CAP
    assert message["unfurl_links"] is False
    for block in blocks:
        held = block["text"]
        assert held.get("verbatim", True) is True
        shown = str(held["text"])
        if held["type"] == "plain_text":
            assert 0 < len(shown) <= HEADER_CAP
            continue
        assert 0 < len(shown) <= TEXT_CAP
        assert "<" not in shown
        assert ">" not in shown
        outside = shown.split("```")[::2] if shown.startswith("```") else shown.split("`")[::2]
        assert all(c.isalnum() or c in QUIET or c == "\u2022" for c in "".join(outside)), shown


def found(node: Json, key: str) -> list[str]:
    match node:
        case {"marks": list(marks)} if key == "marks":
            return [str(mark["type"]) for mark in marks if isinstance(mark, dict)]
        case dict():
            return [one for value in node.values() for one in found(value, key)]
        case list():
            return [one for value in node for one in found(value, key)]
        case _:
            return []


def assert_adf_harmless(document: Json) -> None:
    assert list(SCHEMA.iter_errors(json.loads(json.dumps(document)))) == []
    assert set(found(document, "marks")) <= {"code", "strong"}
