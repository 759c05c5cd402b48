"""Quantifiers: how often what stands before them comes."""

from __future__ import annotations

from typing import NamedTuple

from auditor.core.language.regex.scanner import Scanner
from auditor.core.language.regex.syntax import OpenBrace, Syntax, Upto
from auditor.core.language.tree import Alt, Atomic, Cat, Group, Look, Repeat, Tree

_DIGITS = "0123456789"
_LONGEST_COUNT = 12
_HUGE = 10**_LONGEST_COUNT
_RE2_TEXT = 10**8
"""From here on RE2 takes a number in braces for text (parse.cc, ParseInteger)."""
STACK_CAP = 20
"""Quantifiers of quantifiers that are read."""


class Count(NamedTuple):
    """How often: at least, at most (None: no end); whether braces say so, and by one number."""

    least: int
    most: int | None
    braced: bool = True
    single: bool = False


_SHORT = {"*": Count(0, None, False), "+": Count(1, None, False), "?": Count(0, 1, False)}


def read_count(scanner: Scanner) -> Count | None:
    """Pass a quantifier without its suffix, None where none comes next."""
    char = scanner.peek()
    if char in _SHORT:
        scanner.take()
        return _SHORT[char]
    if char != "{":
        return None
    here = scanner.at
    scanner.take()
    found = _braces(scanner)
    if found is None:
        scanner.at = here
        if scanner.flavour.open_brace is OpenBrace.REFUSED:
            raise scanner.refused("{ begins no quantifier")
        if scanner.flags.unicode and scanner.flavour.syntax is Syntax.JS:
            raise scanner.refused("{ begins no quantifier")
        return None
    if found.most is not None and found.most < found.least:
        raise scanner.refused(f"{{{found.least},{found.most}}} runs backwards")
    limit = scanner.flavour.repeat_limit
    if limit is not None and max(found.least, found.most or 0) > limit:
        raise scanner.refused(f"more than {limit} repetitions")
    return found


def _braces(scanner: Scanner) -> Count | None:
    least = _number(scanner)
    if scanner.eat("}"):
        return None if least is None else Count(least, least, single=True)
    comma = scanner.eat(",")
    most = _number(scanner) if comma else None
    if not comma or not scanner.eat("}"):
        _give_up_on_space(scanner)
        return None
    return _upto(scanner, most) if least is None else Count(least, most)


def _give_up_on_space(scanner: Scanner) -> None:
    """PCRE2 takes spaces inside of the braces from 10.43 on."""
    if scanner.flavour.upto is Upto.BY_VERSION and scanner.peek() in (" ", "\t"):
        raise scanner.unmodelled("spaces in a quantifier, which PCRE2 reads so from 10.43 on")


def _upto(scanner: Scanner, most: int | None) -> Count | None:
    upto = scanner.flavour.upto
    if most is None and scanner.flavour.syntax is not Syntax.PYTHON:
        return None
    match upto:
        case Upto.QUANTIFIER:
            return Count(0, most)
        case Upto.LITERAL:
            return None
        case Upto.BY_VERSION:
            raise scanner.unmodelled(
                "{,n}, which is a quantifier from PCRE2 10.43 on and plain text before"
            )


def _number(scanner: Scanner) -> int | None:
    digits = scanner.run(_DIGITS)
    if len(digits) > 1 and digits[0] == "0" and scanner.flavour.syntax in (Syntax.GO, Syntax.RE2):
        return None
    count = int(digits) if 0 < len(digits) <= _LONGEST_COUNT else _HUGE
    if count >= _RE2_TEXT and scanner.flavour.syntax is Syntax.RE2:
        return None
    return count if digits else None


def read_quantifiers(scanner: Scanner, atom: Tree, *, repeatable: bool) -> Tree:
    """`atom` with the quantifiers that follow it."""
    tree, stacked = atom, 0
    while True:
        pass_space(scanner)
        count = read_count(scanner)
        if count is None:
            return tree
        if not repeatable:
            raise scanner.refused("a quantifier repeats nothing")
        if stacked and count.braced and scanner.flavour.syntax is Syntax.JAVA:
            pass_suffix(scanner)
            continue
        if stacked and not scanner.flavour.stacks_quantifiers:
            raise scanner.refused("a quantifier follows a quantifier")
        tree = _repeated(scanner, tree, count)
        _check_size(scanner, tree)
        stacked += 1
        if stacked > STACK_CAP:
            raise scanner.unmodelled(f"more than {STACK_CAP} quantifiers on one another")


def pass_suffix(scanner: Scanner) -> None:
    """Pass what makes a quantifier lazy or possessive. Java reads braces where nothing stands to be
    repeated as a repetition of the empty text (java.util.regex.Pattern 17, atom and closure)."""
    if scanner.peek() in ("?", "+"):
        scanner.take()


def _repeated(scanner: Scanner, tree: Tree, count: Count) -> Tree:
    leaves = scanner.flavour.leaves_empty_loops
    lazy = scanner.flags.ungreedy
    if scanner.flavour.syntax is Syntax.PCRE:
        pass_space(scanner)
    ruby_braces = count.braced and scanner.flavour.syntax is Syntax.RUBY
    if scanner.peek() == "?":
        scanner.take()
        if ruby_braces and count.single:
            return Repeat(Repeat(tree, count.least, count.most, leaves=leaves), 0, 1, leaves=leaves)
        lazy = not lazy
    elif scanner.flavour.possessive and not ruby_braces and scanner.eat("+"):
        return Atomic(Repeat(tree, count.least, count.most, leaves=leaves))
    return Repeat(tree, count.least, count.most, lazy=lazy, leaves=leaves)


def pass_space(scanner: Scanner) -> None:
    """Pass what means nothing: comments, empty quotes, white space where the x flag hides it."""
    flavour = scanner.flavour
    while scanner.more:
        if "#" in flavour.groups and scanner.eat("(?#"):
            scanner.until(")")
        elif not (
            (flavour.quotes and scanner.eat("\\Q\\E"))
            or (flavour.syntax is Syntax.PCRE and scanner.eat("\\E"))
            or (scanner.flags.extended and _pass_hidden(scanner))
        ):
            return


def _pass_hidden(scanner: Scanner) -> bool:
    if scanner.run(" \t\n\r\f\v"):
        return True
    if not scanner.eat("#"):
        return False
    end = scanner.text.find("\n", scanner.at)
    scanner.at = len(scanner.text) if end < 0 else end + 1
    return True


def _check_size(scanner: Scanner, tree: Tree) -> None:
    limit = scanner.flavour.repeat_limit
    if scanner.flavour.syntax in (Syntax.GO, Syntax.RE2) and limit and _size(tree) > limit:
        raise scanner.refused(f"repetitions of repetitions, more than {limit} in all")


def _size(tree: Tree) -> int:
    """Repetitions inside of repetitions, multiplied."""
    match tree:
        case Repeat(inner, least, most):
            return max(least, most or 0, 1) * _size(inner)
        case Cat(inside) | Alt(inside):
            return max(map(_size, inside), default=1)
        case Group(inner=inner) | Look(inner=inner) | Atomic(inner):
            return _size(inner)
        case _:
            return 1
