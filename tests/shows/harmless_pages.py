"""What a person or a browser would make of texts: pages that act, lines that hide, lines to copy."""

import re
import shlex
import subprocess
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser


def curls(body: str) -> Iterator[str]:
    """The command lines in the blocks of code, each whole."""
    for block in re.findall(r"^```+\n(curl .*?)\n```+$", body, re.DOTALL | re.MULTILINE):
        yield from re.split(r"\n(?=curl )", block)


def shell_words(line: str) -> list[str]:
    return shlex.split(line.replace(" \\\n", " "))


def bash_words(line: str) -> list[str]:
    """What bash itself makes of `line`, with a curl that says what it is given."""
    script = f"curl() {{ printf '%s\\0' curl \"$@\"; }}; {line}"
    done = subprocess.run(["bash", "-c", script], check=True, capture_output=True, text=True)
    return done.stdout.split("\0")[:-1]


def is_quiet(text: str) -> bool:
    """Whether nothing in `text` moves a cursor, hides or reorders other text."""
    return not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in text if c not in "\n")


class Page(HTMLParser):
    """What a page holds that could act."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.handlers: set[str] = set()
        self.links: list[str] = []
        self.scripts: list[str] = []
        self.titles: list[str] = []
        self._within = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._within = tag
        for name, value in attrs:
            if name.startswith("on") and tag not in ("input", "form", "select", "a"):
                self.handlers.add(f"{tag} {name}")
            if name in ("href", "src", "action", "srcset", "formaction"):
                self.links.append((value or "").strip().lower())

    def handle_data(self, data: str) -> None:
        if self._within == "script":
            self.scripts.append(data)
        if self._within == "title":
            self.titles.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._within = ""
