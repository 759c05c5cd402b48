"""Regular expressions read into trees, by the syntax of one engine."""

from __future__ import annotations

from dataclasses import replace

from auditor.core.language.regex.bracket import read_class
from auditor.core.language.regex.characters import NEWLINE, fold
from auditor.core.language.regex.escape import Item, read_escape
from auditor.core.language.regex.group import Opener, read_flags, read_opener
from auditor.core.language.regex.quantifier import (
    pass_space,
    pass_suffix,
    read_count,
    read_quantifiers,
)
from auditor.core.language.regex.scanner import Flags, Scanner
from auditor.core.language.regex.syntax import FLAVOURS, Syntax
from auditor.core.language.regex.width import check_behind
from auditor.core.language.tree import (
    EMPTY_TEXT,
    EVERY_CHARACTER,
    Alt,
    At,
    Atomic,
    Back,
    Cat,
    Chars,
    Edge,
    Group,
    Look,
    Repeat,
    Tree,
    bit,
    nodes,
)


def read(text: str, syntax: Syntax, *, caseless: bool = False, flags: Flags | None = None) -> Tree:
    """The tree of what `text` matches where it is tried, under the rules of `syntax`.

    `flags`: options that hold from the start; `caseless` is short for one of them. Raises
    `Malformed` for what the engine refuses and `Unmodelled` for what is not known here.
    """
    flavour = FLAVOURS[syntax]
    options = replace(flags or Flags(), caseless=caseless or bool(flags and flags.caseless))
    scanner = Scanner(_units(text, syntax, options), flavour, options)
    tree = _alternatives(scanner)
    if scanner.more:
        raise scanner.refused("a ) too many")
    if syntax in (Syntax.JS, Syntax.JAVA) and _refers_into_loop(tree):
        raise scanner.unmodelled("a back-reference to a group that is repeated")
    return tree


def _refers_into_loop(tree: Tree) -> bool:
    """Whether a group is meant again that a loop sets anew: engines forget it at different times."""
    meant = {one.number for one in nodes(tree) if isinstance(one, Back)}
    return bool(meant) and any(
        isinstance(inside, Group) and inside.number in meant
        for loop in nodes(tree)
        if isinstance(loop, Repeat)
        for inside in nodes(loop)
    )


def _units(text: str, syntax: Syntax, flags: Flags) -> str:
    """`text` in the units that the engine takes for characters: bytes, or halves of long ones."""
    if flags.unicode or text.isascii():
        return text
    if FLAVOURS[syntax].bytewise:
        return text.encode("utf-8", "surrogatepass").decode("latin-1")
    if syntax is Syntax.JS:
        pairs = text.encode("utf-16-le", "surrogatepass")
        return "".join(chr(pairs[at] + 256 * pairs[at + 1]) for at in range(0, len(pairs), 2))
    return text


def _alternatives(scanner: Scanner) -> Tree:
    """Up to the end of the group, which is not passed."""
    options = [_sequence(scanner)]
    while scanner.eat("|"):
        options.append(_sequence(scanner))
    return options[0] if len(options) == 1 else Alt(tuple(options))


def _sequence(scanner: Scanner) -> Tree:
    parts: list[Tree] = []
    while True:
        pass_space(scanner)
        if not scanner.more or scanner.peek() in "|)":
            return parts[0] if len(parts) == 1 else Cat(tuple(parts))
        parts.append(_quantified(scanner))


def _quantified(scanner: Scanner) -> Tree:
    if scanner.flavour.quotes and scanner.eat("\\Q"):
        return _quoted(scanner)
    atom = _atom(scanner)
    if atom is EMPTY_TEXT:
        return atom
    edge = isinstance(atom, At) and not scanner.flavour.repeats_edges
    strict = scanner.flavour.syntax is Syntax.JS and (
        isinstance(atom, Look) and (scanner.flags.unicode or not atom.ahead)
    )
    return read_quantifiers(scanner, atom, repeatable=not (edge or strict))


def _quoted(scanner: Scanner) -> Tree:
    """Text between \\Q and \\E; a quantifier behind it repeats its last character."""
    rest = scanner.text[scanner.at :]
    text = scanner.until("\\E") if "\\E" in rest else rest
    if text is rest:
        scanner.at = len(scanner.text)
    if not text:
        return EMPTY_TEXT
    last = read_quantifiers(scanner, _character(scanner, text[-1]), repeatable=True)
    return Cat((*(_character(scanner, char) for char in text[:-1]), last))


def _atom(scanner: Scanner) -> Tree:  # noqa: C901 - one arm for each character
    char = scanner.peek()
    if char == "{":
        if read_count(scanner) is not None:
            if scanner.flavour.syntax is Syntax.JAVA:
                pass_suffix(scanner)
                return EMPTY_TEXT
            raise scanner.refused("a quantifier repeats nothing")
    elif char in "*+?":
        raise scanner.refused("a quantifier repeats nothing")
    scanner.take()
    match char:
        case "(":
            return _group(scanner)
        case "[":
            return read_class(scanner, scanner.flags)
        case ".":
            mask = EVERY_CHARACTER if scanner.flags.dot_takes_lines else EVERY_CHARACTER & ~NEWLINE
            return Chars(mask)
        case "^":
            return At(Edge.BEGIN)
        case "$":
            return At(Edge.END)
        case "\\":
            return _escaped(scanner)
        case _:
            if char in "]}" and scanner.flags.unicode and scanner.flavour.syntax is Syntax.JS:
                raise scanner.refused(f"a lone {char}")
            return _character(scanner, char)


def _escaped(scanner: Scanner) -> Tree:
    item: Item = read_escape(scanner, scanner.flags, in_class=False)
    if isinstance(item, Back):
        return replace(item, caseless=scanner.flags.caseless)
    return _character(scanner, item) if isinstance(item, str) else item


def _character(scanner: Scanner, char: str) -> Tree:
    mask = bit(char)
    if not scanner.flags.caseless:
        return Chars(mask)
    flavour = scanner.flavour
    if not char.isascii() and flavour.syntax is Syntax.RUBY and len(char.casefold()) > 1:
        raise scanner.unmodelled(f"{char!r} without regard to case, which may be several letters")
    folds = None if scanner.flags.ascii else flavour.folds
    if flavour.folds is None and scanner.flags.unicode:
        folds = FLAVOURS[Syntax.RE2].folds
    return Chars(fold(mask, (folds or {}).get(char, "")))


def _group(scanner: Scanner) -> Tree:
    """Read on behind `(`."""
    scanner.enter()
    opener = read_opener(scanner)
    outside = scanner.flags
    tree = _inside(scanner, opener)
    scanner.depth -= 1
    if opener.kind != "flags":
        scanner.flags = outside
        if opener.closes and not scanner.eat(")"):
            raise scanner.refused("a ( is not closed")
    return tree


def _inside(scanner: Scanner, opener: Opener) -> Tree:  # noqa: C901 - one arm for each kind
    match opener.kind:
        case "nothing":
            return EMPTY_TEXT
        case "again":
            number = scanner.names.get(opener.name, 0)
            if not number:
                raise scanner.refused(f"there is no group {opener.name!r}")
            return Back(number, scanner.flags.caseless, unset_fits=False)
        case "flags":
            return _set_flags(scanner)
        case "group":
            scanner.groups += 1
            number = scanner.groups
            if opener.name:
                scanner.names[opener.name] = number
            return Group(_alternatives(scanner), number)
        case "atomic":
            return Atomic(_alternatives(scanner))
        case "look":
            inner = _alternatives(scanner)
            if not opener.ahead:
                check_behind(scanner, inner)
            return Look(inner, opener.ahead, opener.wanted)
        case "plain":
            return _closed(_alternatives(scanner))


def _closed(tree: Tree) -> Tree:
    """`tree`, apart from the empty text that may not be repeated: an empty group may."""
    return Cat((tree,)) if tree is EMPTY_TEXT or isinstance(tree, At | Look) else tree


def _set_flags(scanner: Scanner) -> Tree:
    """`(?i)` and `(?i:...)`."""
    outside = scanner.flags
    scanner.flags = read_flags(scanner)
    if scanner.eat(")"):
        if scanner.flavour.syntax is not Syntax.RUBY:
            return EMPTY_TEXT
        rest = _alternatives(scanner)
        scanner.flags = outside
        return _closed(rest)
    scanner.take()
    inner = _closed(_alternatives(scanner))
    scanner.flags = outside
    if not scanner.eat(")"):
        raise scanner.refused("a ( is not closed")
    return inner
