"""Character classes: what stands between square brackets."""

from __future__ import annotations

from dataclasses import dataclass, field

from auditor.core.language.regex.characters import BEYOND, POSIX, fold
from auditor.core.language.regex.escape import Item, read_escape
from auditor.core.language.regex.scanner import Flags, Scanner
from auditor.core.language.regex.syntax import Syntax
from auditor.core.language.tree import EVERY_CHARACTER, OTHER, Chars, bit

_WHITE_SPACE = " \t\n\r\f\v"


@dataclass(slots=True)
class _Members:
    """What a class holds so far: ASCII, and ASCII letters that come in by characters beyond it.
    `none`: nothing was read, which is another thing than a set of no characters."""

    mask: int = 0
    none: bool = True
    crossing: set[str] = field(default_factory=set)

    def add(self, first: str, last: str, scanner: Scanner) -> None:
        """Add a range of characters."""
        low, high = ord(first), ord(last)
        inside = min(high, OTHER - 1)
        if low <= inside:
            self.mask |= (1 << (inside + 1)) - (1 << low)
        if high >= OTHER:
            self.mask |= BEYOND
            folds = {} if scanner.flags.ascii else scanner.flavour.folds or {}
            self.crossing |= {to for beyond, to in folds.items() if low <= ord(beyond) <= high}

    def folded(self, flags: Flags) -> int:
        """The set, with the other case where case is ignored."""
        return fold(self.mask, "".join(self.crossing)) if flags.caseless else self.mask


def read_class(scanner: Scanner, flags: Flags) -> Chars:
    """Read on behind `[`."""
    return Chars(_class(scanner, flags))


def _class(scanner: Scanner, flags: Flags) -> int:
    scanner.enter()
    _refuse_posix_outside(scanner)
    negated = scanner.eat("^")
    left: int | None = None
    members = _Members()
    if scanner.peek() == "]" and _first_is_literal(scanner):
        _member(scanner, flags, members)
    while not _closed(scanner, flags, members):
        if scanner.flavour.nested_classes and scanner.eat("&&"):
            left = _intersected(left, members, scanner, flags)
            members = _Members()
        else:
            _member(scanner, flags, members)
    found = members.folded(flags)
    mask = found if left is None else left & found
    scanner.depth -= 1
    return EVERY_CHARACTER & ~mask if negated else mask


def _closed(scanner: Scanner, flags: Flags, members: _Members) -> bool:
    """Pass the end of a class where it comes next."""
    _pass_space(scanner, flags)
    if not scanner.more:
        raise scanner.refused("a class is not closed")
    if not scanner.eat("]"):
        return False
    syntax = scanner.flavour.syntax
    bare = scanner.text[scanner.at - 3 : scanner.at] == "&&]"
    if syntax is Syntax.JAVA and bare:
        raise scanner.unmodelled(
            "&& with nothing on its right, which Java reads by what stood last"
        )
    if syntax is Syntax.RUBY and members.none and not bare:
        raise scanner.refused("an empty class")
    return True


def _intersected(left: int | None, members: _Members, scanner: Scanner, flags: Flags) -> int | None:
    """What stands on the left of `&&`; Java passes over nothing there."""
    java = scanner.flavour.syntax is Syntax.JAVA
    if java and (scanner.peek() in ("&", "]") or scanner.text[scanner.at - 3] == "-"):
        raise scanner.unmodelled("&& beside - or &")
    if java and members.none:
        return left
    found = members.folded(flags)
    return found if left is None else left & found


def _refuse_posix_outside(scanner: Scanner) -> None:
    marked = scanner.flavour.syntax is Syntax.PCRE and scanner.peek() in (":", ".", "=")
    if marked and _posix_end(scanner, scanner.at) is not None:
        raise scanner.refused("[:name:] outside of a class")


def _first_is_literal(scanner: Scanner) -> bool:
    if scanner.flavour.syntax is Syntax.RUBY:
        return "]" in scanner.text[scanner.at + 1 :]
    return scanner.flavour.first_bracket_is_literal


def _member(scanner: Scanner, flags: Flags, members: _Members) -> None:
    """One character, range, set or inner class."""
    members.none = False
    if _inner(scanner, flags, members) or _quoted(scanner, flags, members):
        return
    item = _item(scanner, flags)
    if isinstance(item, str):
        _range(scanner, flags, members, item)
    elif isinstance(item, Chars):
        members.mask |= item.mask
        _after_set(scanner, flags)
    else:
        raise scanner.refused("a class holds what is no character")


def _inner(scanner: Scanner, flags: Flags, members: _Members) -> bool:
    """A class inside of the class, by its name or in brackets of its own."""
    if scanner.peek() != "[":
        return False
    found = _posix(scanner, flags) if scanner.flavour.posix else None
    if found is not None:
        members.mask |= found
        _after_set(scanner, flags)
        return True
    if not scanner.flavour.nested_classes:
        return False
    scanner.take()
    members.mask |= _class(scanner, flags)
    return True


def _quoted(scanner: Scanner, flags: Flags, members: _Members) -> bool:
    flavour = scanner.flavour
    if flavour.quotes_in_classes and scanner.eat("\\Q"):
        rest = scanner.text[scanner.at :]
        text = scanner.until("\\E") if "\\E" in rest else rest
        scanner.at += len(text) if text is rest else 0
        for char in text[:-1]:
            members.add(char, char, scanner)
        if text:
            _range(scanner, flags, members, text[-1])
        return True
    return flavour.syntax is Syntax.PCRE and scanner.eat("\\E")


def _item(scanner: Scanner, flags: Flags) -> Item:
    if scanner.eat("\\"):
        return read_escape(scanner, flags, in_class=True)
    return scanner.take()


def _range(scanner: Scanner, flags: Flags, members: _Members, first: str) -> None:
    here = scanner.at
    _pass_space(scanner, flags)
    if scanner.flavour.syntax is Syntax.PCRE and scanner.peek(3) == "\\E-":
        scanner.at += 2
    if scanner.peek() != "-" or not _goes_on(scanner):
        scanner.at = here
        members.add(first, first, scanner)
        return
    scanner.take()
    _pass_space(scanner, flags)
    posix = scanner.flavour.syntax is Syntax.PCRE and scanner.peek(2) in ("[:", "[.", "[=")
    if posix and _posix_end(scanner, scanner.at + 1) is not None:
        raise scanner.refused("a range ends in a set")
    last = _item(scanner, flags)
    if isinstance(last, str):
        if last < first:
            raise scanner.refused(f"the range {first}-{last} runs backwards")
        members.add(first, last, scanner)
    elif isinstance(last, Chars) and _takes_set_as_end(scanner, flags):
        members.add(first, first, scanner)
        members.mask |= last.mask | bit("-")
    else:
        raise scanner.refused("a range ends in a set")


def _goes_on(scanner: Scanner) -> bool:
    """Whether the dash makes a range."""
    follows = scanner.peek(2)[1:]
    if follows in ("]", ""):
        return False
    nested = scanner.flavour.nested_classes
    return not (nested and (follows == "[" or scanner.peek(3)[1:] == "&&"))


def _takes_set_as_end(scanner: Scanner, flags: Flags) -> bool:
    syntax = scanner.flavour.syntax
    return syntax is Syntax.JS and not flags.unicode


def _after_set(scanner: Scanner, flags: Flags) -> None:
    """A dash behind a set stands for itself, or is refused."""
    if scanner.peek() == "-" and _goes_on(scanner):
        syntax = scanner.flavour.syntax
        loose = (Syntax.JAVA, Syntax.JS, Syntax.GO, Syntax.RE2)
        if syntax not in loose or (syntax is Syntax.JS and flags.unicode):
            raise scanner.refused("a range begins with a set")


def _posix(scanner: Scanner, flags: Flags) -> int | None:
    """`[:alpha:]` inside of a class, None where it is no such thing."""
    end = _posix_end(scanner, scanner.at + 1)
    if end is None or scanner.peek(2) not in ("[:", "[.", "[="):
        return None
    if scanner.peek(2) != "[:":
        if scanner.flavour.syntax is Syntax.PCRE:
            raise scanner.refused("collating elements")
        return None
    inner = scanner.text[scanner.at + 2 : end]
    name = inner.removeprefix("^")
    if name not in POSIX:
        raise scanner.refused(f"there is no class [:{name}:]")
    scanner.at = end + 2
    by_property = scanner.flavour.syntax is Syntax.PCRE and flags.unicode
    mask = fold(POSIX[name]) if flags.caseless and not by_property else POSIX[name]
    return EVERY_CHARACTER & ~mask if inner != name else mask


def _posix_end(scanner: Scanner, opens: int) -> int | None:
    """Where `:]` stands that closes the `:` at `opens` (check_posix_syntax, pcre2_compile.c)."""
    text, mark, at = scanner.text, scanner.text[opens : opens + 1], opens + 1
    if scanner.flavour.syntax in (Syntax.GO, Syntax.RE2):
        found = text.find(":]", at) if mark == ":" else -1
        return found if found >= 0 else None
    while at + 1 < len(text):
        if text[at] == "\\" and text[at + 1] in "]\\":
            at += 1
        elif text[at] == "]" or text[at : at + 2] == "[" + mark:
            return None
        elif text[at : at + 2] == mark + "]":
            return at
        at += 1
    return None


def _pass_space(scanner: Scanner, flags: Flags) -> None:
    """Java passes white space inside of classes too where comments are on."""
    hidden = flags.extended and scanner.flavour.syntax is Syntax.JAVA
    while hidden and (scanner.run(_WHITE_SPACE) or scanner.eat("#")):
        if scanner.text[scanner.at - 1] == "#":
            end = scanner.text.find("\n", scanner.at)
            scanner.at = len(scanner.text) if end < 0 else end
