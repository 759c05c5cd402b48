"""Texts that a regular expression probably takes: a rough walk along its own pieces.

Rough on purpose, and of no dialect: it never fails, and whether the text is taken is for engines
to say. Anchors and flags become nothing, an unknown piece becomes itself.
"""

import re
from random import Random

PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
_SETS = {
    "d": "0123456789",
    "w": "abcxyzABC019_",
    "s": " ",
    "h": "af09 ",
    "D": "abc./-",
    "W": ".:/-",
    "S": "abc.-/019",
    "H": "xyz.-",
    "V": "abc.",
    "N": "abc.",
    "R": "",
    "p": "abcXYZ019",
    "P": "-./:",
}
_NOTHING = frozenset("bBAzZGKQE")
_CODE = re.compile(r"x\{?([0-9a-fA-F]{1,6})\}?|u\{?([0-9a-fA-F]{2,4})\}?|o?\{?0?([0-7]{2,3})\}?")
_PROPERTY = re.compile(r"[pP](\{[^}]*\}|\w)")
_OPENER = re.compile(
    r"(?P<look>\?<?[=!])|\?\#(?P<comment>[^)]*)|\?(P?<\w+>|'\w+'|>|\||\^?[a-zA-Z-]*:)"
    r"|\?(?P<flags>[a-zA-Z-]*(?=\)))"
)
_BOUND = re.compile(r"\{(\d*)(?:(,)(\d*))?\}")
_LONGEST = 160


def sample(expression: str, random: Random) -> str:
    """One text along `expression`, at most 160 characters, ASCII or not."""
    walk = _Walk(expression, random)
    text = walk.branches()
    while walk.at < len(expression):
        walk.at += 1  # A closing bracket that nothing opened.
        text += walk.branches()
    return text[:_LONGEST]


class _Walk:
    def __init__(self, text: str, random: Random) -> None:
        self._text = text
        self._random = random
        self.at = 0

    def branches(self) -> str:
        """One of the branches up to the closing bracket, or the end."""
        found = [self._sequence()]
        while self._take("|"):
            found.append(self._sequence())
        return self._random.choice(found)

    def _sequence(self) -> str:
        text = ""
        while self.at < len(self._text) and self._text[self.at] not in "|)":
            start = self.at
            piece = self._piece()
            text += self._repeated(piece, start)
        return text[:_LONGEST]

    def _piece(self) -> str:
        char = self._text[self.at]
        self.at += 1
        match char:
            case "\\":
                return self._escape()
            case "[":
                return self._class()
            case "(":
                return self._group()
            case ".":
                return self._random.choice("abx.-1")
            case "^" | "$":
                return ""
            case _:
                return char

    def _repeated(self, piece: str, start: int) -> str:
        least, most = 1, 1
        if self._take("?"):
            least = 0
        elif self._take("*"):
            least, most = 0, 3
        elif self._take("+"):
            most = 3
        elif (found := _BOUND.match(self._text, self.at)) and found[0] not in ("{}", "{,}"):
            self.at = found.end()
            least = min(int(found[1] or 0), 70)
            most = min(int(found[3] or least + 2), 70) if found[2] else least
        else:
            return piece
        _ = self._take("?") or self._take("+")
        count = self._random.randint(least, max(least, min(most, least + 3)))
        end, text = self.at, piece if count else ""
        for _ in range(count - 1):
            self.at = start
            text += self._piece()
        self.at = end
        return text[:_LONGEST]

    def _escape(self) -> str:
        if self._take("Q"):
            end = self._text.find("\\E", self.at)
            quoted = self._text[self.at : end if end >= 0 else None]
            self.at = end + 2 if end >= 0 else len(self._text)
            return quoted
        return self._random.choice(self._escaped() or ("",))

    def _escaped(self) -> str:
        """What the escape before `at` may stand for."""
        for expression in (_CODE, _PROPERTY):
            if found := expression.match(self._text, self.at):
                self.at = found.end()
                if expression is _PROPERTY:
                    return _SETS[found[0][0]]
                code = int(found[1] or found[2] or found[3], 8 if found[3] else 16)
                return chr(code) if code < 0xD800 else ""
        if self.at >= len(self._text):
            return ""
        char = self._text[self.at]
        self.at += 1
        return "" if char in _NOTHING else _SETS.get(char, char)

    def _class(self) -> str:
        """One character of a class; a class inside it, and what is cut out of it, is not minded."""
        negated = self._take("^")
        found = ""
        first = True
        while self.at < len(self._text) and (first or self._text[self.at] != "]"):
            first = False
            if self._text.startswith("&&", self.at):
                self._skip_cut()
                break
            if self._text.startswith("[:", self.at) and ":]" in self._text[self.at :]:
                self.at = self._text.index(":]", self.at) + 2
                found += "abz09"
                continue
            found += self._range(self._class_char())
        self.at += 1
        if negated:
            found = "".join(char for char in PRINTABLE if char not in found)
        return self._random.choice(found) if found else ""

    def _skip_cut(self) -> None:
        """Go to the bracket that ends this class, over the classes inside."""
        depth = 0
        while self.at < len(self._text) and (depth or self._text[self.at] != "]"):
            depth += {"[": 1, "]": -1}.get(self._text[self.at], 0)
            self.at += 1

    def _class_char(self) -> str:
        char = self._text[self.at]
        self.at += 1
        return self._escaped() if char == "\\" else char

    def _range(self, low: str) -> str:
        left = self._text[self.at : self.at + 2]
        if len(low) == 1 and len(left) == 2 and left[0] == "-" and left[1] != "]":
            self.at += 1
            high = self._class_char()
            if len(high) == 1 and low <= high:
                return "".join(map(chr, range(ord(low), min(ord(high), 0x7E) + 1)))
            return low + "-" + high
        return low

    def _group(self) -> str:
        found = _OPENER.match(self._text, self.at)
        if found is None:
            text = self.branches()
            self._take(")")
            return text
        self.at = found.end()
        text = self.branches()
        self._take(")")
        if found["look"] in ("?=", "?<=") and self._random.random() < 0.5:
            return text  # What it asks for, where nothing else brings it.
        empty = found["look"] or found["comment"] is not None or found["flags"] is not None
        return "" if empty else text

    def _take(self, char: str) -> bool:
        if self._text.startswith(char, self.at):
            self.at += 1
            return True
        return False
