"""Random patterns of every dialect, from a seed: made by its syntax, shaped like CORS, mutated."""

from collections.abc import Iterator
from random import Random

from auditor.core.language.pattern import Dialect
from tests.engines.realistic import recorded
from tests.engines.spelling import body, spell
from tests.engines.syntax import FOLDS, SYNTAX, Syntax

WORDS = (
    "app",
    "api",
    "admin",
    "example",
    "acme",
    "www",
    "dev",
    "a",
    "b",
    "x1",
    "eu-west-1",
    "evil",
)
LITERALS = "abcdefghijklmnopqrstuvwxyz0123456789.:/-_ A,@!=~&#%<>'\";`"
ODD = ("]", "}", "{", "-", "{}", "{x}", "{,}", "{2", "a{1,x}", "[", "&&", "#", "\\", ")")
SCHEMES = (
    "https://", "https?://", "https:\\/\\/", "http://", "(https|http)://", "(?:https?|capacitor)://",
    "[a-z]+://", ".*", "\\w+://", "(https?:\\/\\/)?", "", "https?:",
)  # fmt: skip
SUBDOMAINS = (
    "", "", "(.*\\.)?", "[a-z0-9-]+\\.", "(?:[^.]+\\.)*", "(app|admin|www)\\.", "[^/]*", ".*",
    "([a-zA-Z0-9-]+\\.){0,3}", "\\w+.", "(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+", ".+\\.",
    "[\\w-]+\\.", "[a-z]{2,}-\\d+\\.",
)  # fmt: skip
DOMAINS = (
    "example\\.com", "example.com", "(example|acme)\\.(com|org)", "acme\\.io", "example\\.co\\.uk",
    "localhost", "127\\.0\\.0\\.1", "example\\.[a-z]{2,3}", "example[.]com", "exam[a-z]+\\.com",
)  # fmt: skip
PORTS = ("", "", "", "(:\\d+)?", ":\\d{2,5}", "(?::(8080|3000))?", ":[0-9]+", "(:[1-9]\\d{1,4})?")
SHARE_SETTING, SHARE_RARE = 0.12, 0.006
"""Of patterns with a flag, and with something that is not regular or hardly ever written."""
SHARE_LAZY, SHARE_POSSESSIVE, SHARE_ATOMIC = 0.12, 0.02, 0.02
"""Of quantifiers, of quantifiers, of groups."""
SHARE_LOOK, SHARE_LOOK_IN_LOOK = 0.04, 0.004
"""Of pieces, and of pieces inside a look-around."""


def patterns(dialect: Dialect, seed: int, count: int) -> Iterator[str]:
    """Yield `count` pattern texts of `dialect`, always the same for one seed."""
    random = Random(f"{dialect} {seed}")
    for _ in range(count):
        writer = Writer(SYNTAX[dialect], random)
        chance = random.random()
        if chance < 0.2:
            kept = body(dialect, random.choice(recorded(dialect)))
        elif chance < 0.35:
            kept = writer.alternation(3)
        else:
            kept = writer.whole()
        if chance < 0.2 or random.random() < 0.1:
            kept = mutate(kept, random)
        yield spell(dialect, kept, random)


def mutate(text: str, random: Random) -> str:
    """`text` after one to three edits: a character lost, doubled, added, or a piece moved."""
    for _ in range(random.choice((1, 1, 2, 3))):
        at, end = sorted(random.randrange(len(text) + 1) for _ in range(2))
        match random.randrange(6):
            case 0 | 1:
                text = text[:at] + text[at + 1 :]
            case 2:
                text = text[:at] + random.choice("|?*+.^$()[]{}\\-,:aZ09 ") + text[at:]
            case 3:
                text = text[:at] + text[at : at + 1] * 2 + text[at + 1 :]
            case 4:
                text = text[:end] + text[at : min(end, at + 8)] + text[end:]
            case _:
                text = text[:at] + random.choice(("|", "?", "{2}", "\\b", "$", "^", "(?:", ")"))
                text += text[at:]
    return text or "a"


class Writer:
    """Writes one pattern; the grammar's own pieces and those of CORS share it."""

    def __init__(self, syntax: Syntax, random: Random) -> None:
        self._syntax = syntax
        self._random = random
        self._names = 0
        self._looking = False

    def whole(self) -> str:
        """A pattern that could stand in a configuration, with something of the dialect in it."""
        pick = self._random.choice
        parts = [pick(("^", "^", "", self._anchor()))]
        parts += [self._or_piece(pick(kind)) for kind in (SCHEMES, SUBDOMAINS, DOMAINS, PORTS)]
        parts.append(pick(("$", "$", "", self._anchor())))
        for _ in range(self._random.choice((0, 0, 1, 1, 2))):
            parts.insert(self._random.randrange(len(parts) + 1), self._insert())
        if self._syntax.settings and self._chance(SHARE_SETTING):
            at = self._random.randrange(len(parts)) if self._syntax.settings_anywhere else 0
            parts.insert(at, pick(self._syntax.settings))
        if self._chance(SHARE_RARE):
            parts.insert(
                self._random.randrange(len(parts) + 1), self._named(pick(self._syntax.rare))
            )
        text = "".join(parts)
        if self._chance(0.1):
            text = f"{text}|{self.alternation(1)}"
        return text or "a"

    def alternation(self, depth: int) -> str:
        """One to three branches; some of them empty."""
        branches = [self._branch(depth) for _ in range(self._random.choice((1, 1, 1, 2, 2, 3)))]
        if self._chance(0.06):
            branches.insert(self._random.randrange(len(branches) + 1), "")
        return "|".join(branches)

    def _branch(self, depth: int) -> str:
        return "".join(self._piece(depth) for _ in range(self._random.choice((1, 1, 2, 3, 4))))

    def _or_piece(self, part: str) -> str:
        return self._piece(2) if self._chance(0.1) else part

    def _insert(self) -> str:
        """Something that seldom keeps the rest from matching."""
        match self._random.randrange(6):
            case 0:
                return self._anchor()
            case 1:
                return self._look(1)
            case 2 | 3:
                return f"(?:{self._piece(2)}){self._random.choice(('?', '*', '{0,2}'))}"
            case _:
                return self._random.choice(("", ".*")) + self._piece(2)

    def _piece(self, depth: int) -> str:
        if self._chance(0.05):
            return self._anchor()
        if self._chance(SHARE_LOOK_IN_LOOK if self._looking else SHARE_LOOK):
            return self._look(depth - 1)
        return self._atom(depth) + (self._quantifier() if self._chance(0.4) else "")

    def _atom(self, depth: int) -> str:
        chance = self._random.random()
        if chance < 0.22:
            return self._random.choice(WORDS)
        if chance < 0.34:
            return self._random.choice(("\\.", ".", "\\.", "://", "-", ":", "com"))
        if chance < 0.5:
            return self._class(1)
        if chance < 0.62:
            return self._random.choice(self._syntax.escapes)
        if chance < 0.82 and depth > 0:
            return f"{self._opener()}{self.alternation(depth - 1)})"
        return self._odd() if chance < 0.88 else self._random.choice(LITERALS)

    def _opener(self) -> str:
        if self._syntax.possessive and self._chance(SHARE_ATOMIC):
            return "(?>"
        return self._named(self._random.choice(self._syntax.openers))

    def _odd(self) -> str:
        match self._random.randrange(8):
            case 0:
                return self._random.choice(FOLDS)
            case 1 | 2 if self._syntax.quoting:
                return f"\\Q{self._random.choice(('a.b', '.*', '://', '^', ''))}\\E"
            case 3 if self._syntax.comments:
                return "(?#a.b)"
            case 4:
                return self._random.choice(ODD)
            case _:
                return self._random.choice(("{", "}", "]", "\\{", "\\]", "a{2}", "\\\\", "\\|"))

    def _class(self, depth: int) -> str:
        text = self._random.choice(("[", "[", "[", "[^"))
        text += self._random.choice("]-^[") if self._chance(0.1) else ""
        for _ in range(self._random.choice((1, 1, 2, 3))):
            text += self._class_item(depth)
        return text + ("-" if self._chance(0.1) else "") + "]"

    def _class_item(self, depth: int) -> str:
        chance = self._random.random()
        if chance < 0.4:
            return self._random.choice(
                ("a-z", "0-9", "A-Z", "a-f", "+-9", "!-/", ".-:", "A-z", "w-z")
            )
        if chance < 0.7:
            return self._random.choice(self._syntax.class_items)
        if chance < 0.74 and self._syntax.nested_classes and depth > 0:
            return self._class(depth - 1)
        if chance < 0.76:
            return self._random.choice((*FOLDS, "\\é", "a-é"))
        return self._random.choice(LITERALS + "^$*()|?")

    def _quantifier(self) -> str:
        if self._chance(0.65):
            text = self._random.choice("*+?")
        else:
            bound = self._random.choice(self._syntax.bounds)
            least = self._random.choice((0, 0, 1, 1, 2, 3))
            most = least + self._random.choice((0, 1, 2, 5, 60))
            text = bound % ((least, most)[: bound.count("%d")])
        if self._syntax.possessive and self._chance(SHARE_POSSESSIVE):
            return f"{text}+"
        return f"{text}?" if self._chance(SHARE_LAZY) else text

    def _look(self, depth: int) -> str:
        """A look-around; what stands in a look-behind has one length, which some engines ask for."""
        if not self._syntax.looks:
            return self._anchor()
        opener = self._random.choice(self._syntax.looks)
        if "<" not in opener:
            outer, self._looking = self._looking, True
            text = f"{opener}{self.alternation(max(depth, 0))})"
            self._looking = outer
            return text
        inner = self._random.choice(
            ("/", "//", "\\.", "[a-z]", "\\d", "app", "^", "s:", "x|y", "\\w")
        )
        return f"{opener}{inner})"

    def _anchor(self) -> str:
        return self._random.choice(self._syntax.anchors)

    def _named(self, piece: str) -> str:
        self._names += 1
        return piece.replace("NAME", f"n{self._names}")

    def _chance(self, share: float) -> bool:
        return self._random.random() < share
