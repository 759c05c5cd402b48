"""A pattern's text and the place where its reading stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from auditor.core.language.regex.problem import Malformed, Unmodelled
from auditor.core.language.regex.syntax import Flavour

DEPTH_CAP = 100
"""Groups within groups that are read."""


@dataclass(frozen=True, slots=True)
class Flags:
    """The options that hold at one place of a pattern."""

    caseless: bool = False
    extended: bool = False
    dot_takes_lines: bool = False
    ungreedy: bool = False
    ascii: bool = False
    """Python's a: the other case of a letter is looked for in ASCII only."""
    unicode: bool = False
    """JavaScript's u and PCRE's UTF mode: strict escapes, properties, folding beyond ASCII."""


@dataclass(slots=True)
class Scanner:
    """The text of a pattern, read from left to right."""

    text: str
    flavour: Flavour
    flags: Flags = field(default_factory=Flags)
    at: int = 0
    depth: int = 0
    groups: int = 0
    names: dict[str, int] = field(default_factory=dict)

    @property
    def more(self) -> bool:
        """Whether there is text left."""
        return self.at < len(self.text)

    def peek(self, length: int = 1) -> str:
        """The next characters, fewer at the end."""
        return self.text[self.at : self.at + length]

    def take(self) -> str:
        """The next character, which is passed."""
        if self.at >= len(self.text):
            raise self.refused("ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def eat(self, text: str) -> bool:
        """Pass `text` where it comes next."""
        if not self.text.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def run(self, characters: str, most: int = 1_000_000) -> str:
        """Pass the longest run of `characters`, of `most` at most."""
        start = self.at
        while self.at < len(self.text) and self.at - start < most:
            if self.text[self.at] not in characters:
                break
            self.at += 1
        return self.text[start : self.at]

    def until(self, end: str) -> str:
        """Pass the text up to `end`, and `end`."""
        found = self.text.find(end, self.at)
        if found < 0:
            raise self.refused(f"{end!r} is missing")
        start, self.at = self.at, found + len(end)
        return self.text[start:found]

    def enter(self) -> None:
        """Go one group deeper."""
        self.depth += 1
        if self.depth > DEPTH_CAP:
            raise self.unmodelled(f"groups nested more than {DEPTH_CAP} deep")

    def refused(self, reason: str) -> Malformed:
        """What to raise where the engine takes no such pattern."""
        syntax = self.flavour.syntax
        return Malformed(f"no valid {syntax} regular expression: {reason} (at {self.at})")

    def unmodelled(self, reason: str) -> Unmodelled:
        """What to raise where the engine takes it and nothing here says what it means."""
        return Unmodelled(f"{reason} (at {self.at})")
