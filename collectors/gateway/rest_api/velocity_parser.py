"""From the text of a mapping template to its statements.

Source: Velocity user guide and reference 1.7; the API Gateway developer guide names the language
(request-response-data-mappings). Read are comments of one line, #set, #if, #elseif, #else and #end;
of expressions references, texts, `==`, `!=` and `or`. Everything else is `Unclear` where it stands
alone in a directive, and raises `UnreadableError` where it may change what follows. There are no
regular expressions here, and nothing of a template is run.
"""

from __future__ import annotations

import string

from collectors.gateway.rest_api.velocity import (
    AnyOf,
    Branch,
    Call,
    Compared,
    Expression,
    If,
    Plain,
    Reference,
    Set,
    Statement,
    Text,
    Unclear,
)

TEXT_CAP = 65_536
"""Longest template that is read, in characters."""
DEPTH_CAP = 20
"""Deepest nesting of directives and calls that is read."""

_START = frozenset(string.ascii_letters + "_")
_NAME = _START | frozenset(string.digits + "-")
_SPACE = frozenset(" \t\r\n")
_EQUALS = {"==": True, "eq": True, "!=": False, "ne": False}


class UnreadableError(Exception):
    """A template holds what is not read here; the text says what."""


def parse_template(text: str) -> tuple[Statement, ...]:
    """Return the statements of a template; raises `UnreadableError`."""
    if len(text) > TEXT_CAP:
        raise UnreadableError(f"it is longer than {TEXT_CAP} characters")
    parser = _Parser(text)
    statements, end = parser.block(0)
    if end:
        raise UnreadableError(f"#{end} has no #if")
    return statements


class _Parser:
    """One pass over a template; `at` is the next character."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def block(self, depth: int) -> tuple[tuple[Statement, ...], str]:
        """The statements up to the directive that ends the block, and its name; empty at the end."""
        if depth > DEPTH_CAP:
            raise UnreadableError("its directives are nested too deeply")
        found: list[Statement] = []
        while self._at < len(self._text):
            if self._text[self._at] != "#":
                found.append(self._plain())
                continue
            word = self._directive()
            match word:
                case "":
                    continue
                case "set":
                    found.append(self._set())
                case "if":
                    found.append(self._if(depth))
                case "elseif" | "else" | "end":
                    return tuple(found), word
                case _:
                    raise UnreadableError(f"#{word} is not read")
        return tuple(found), ""

    def _plain(self) -> Plain:
        start = self._at
        end = self._text.find("#", start)
        self._at = len(self._text) if end < 0 else end
        return Plain(self._text[start : self._at])

    def _directive(self) -> str:
        """The name of the directive here; empty after a comment."""
        if self._text.startswith("##", self._at):
            end = self._text.find("\n", self._at)
            self._at = len(self._text) if end < 0 else end + 1
            return ""
        self._at += 1
        word = self._name("")
        if not word:
            raise UnreadableError("a # without a directive")
        return word

    def _set(self) -> Set:
        self._open()
        start = self._at
        to = self._expression(0)
        if not isinstance(to, Reference):
            raise UnreadableError("#set of something that is no reference")
        self._take("=")
        try:
            value = self._expression(0)
            self._take(")")
        except UnreadableError:
            self._at = start
            value = self._skipped()
        return Set(to, value)

    def _if(self, depth: int) -> If:
        branches: list[Branch] = []
        condition: Expression | None = self._condition()
        while True:
            body, end = self.block(depth + 1)
            branches.append(Branch(condition, body))
            match end:
                case "end":
                    return If(tuple(branches))
                case "elseif" if condition is not None:
                    condition = self._condition()
                case "else" if condition is not None:
                    condition = None
                case _:
                    raise UnreadableError("an #if without its #end")

    def _condition(self) -> Expression:
        self._open()
        start = self._at
        try:
            found = [self._comparison()]
            while self._word("||") or self._word("or"):
                found.append(self._comparison())
            self._take(")")
        except UnreadableError:
            self._at = start
            return self._skipped()
        return found[0] if len(found) == 1 else AnyOf(tuple(found))

    def _comparison(self) -> Expression:
        left = self._expression(0)
        for sign, equal in _EQUALS.items():
            if self._word(sign):
                return Compared(left, self._expression(0), equal)
        return left

    def _expression(self, depth: int) -> Expression:
        self._skip_space()
        here = self._text[self._at : self._at + 1]
        if here == "$":
            return self._reference(depth)
        if here in {"'", '"'}:
            return self._quoted(here, depth)
        raise UnreadableError("an expression that is neither a reference nor a text")

    def _reference(self, depth: int) -> Reference:
        if depth > DEPTH_CAP:
            raise UnreadableError("its calls are nested too deeply")
        self._at += 1
        if self._text.startswith("!", self._at):
            self._at += 1
        braced = self._text.startswith("{", self._at)
        self._at += braced
        parts: list[str | Call] = [self._name("a reference without a name")]
        while self._text.startswith(".", self._at):
            self._at += 1
            name = self._name("a reference that ends in a dot")
            parts.append(self._call(name, depth) if self._text.startswith("(", self._at) else name)
        if braced:
            self._take("}")
        if self._text[self._at : self._at + 1] in {"[", "("}:
            raise UnreadableError("a reference with an index")
        return Reference(tuple(parts))

    def _call(self, name: str, depth: int) -> Call:
        self._at += 1
        args: list[Expression] = []
        self._skip_space()
        while not self._word(")"):
            if args:
                self._take(",")
            args.append(self._expression(depth + 1))
        return Call(name, tuple(args))

    def _quoted(self, quote: str, depth: int) -> Expression:
        end = self._text.find(quote, self._at + 1)
        if end < 0 or self._text.startswith(quote, end + 1):
            raise UnreadableError("a text without its end, or with a quote in it")
        text = self._text[self._at + 1 : end]
        self._at = end + 1
        if quote == "'" or not _is_interpolated(text):
            return Text(text)
        inner = _Parser(text)
        if text.startswith("$"):
            reference = inner._reference(depth + 1)
            if inner._at == len(text):
                return reference
        raise UnreadableError("a text with references in it")

    def _skipped(self) -> Unclear:
        """Everything up to the parenthesis that closes the directive."""
        start, depth, quote = self._at, 1, ""
        while self._at < len(self._text):
            char = self._text[self._at]
            self._at += 1
            if quote:
                quote = "" if char == quote else quote
            elif char in {"'", '"'}:
                quote = char
            elif char in {"(", ")"}:
                depth += 1 if char == "(" else -1
                if not depth:
                    return Unclear(self._text[start : self._at - 1])
        raise UnreadableError("a directive without its closing parenthesis")

    def _name(self, otherwise: str) -> str:
        start = self._at
        while self._at < len(self._text) and self._text[self._at] in _NAME:
            self._at += 1
        name = self._text[start : self._at]
        if name and name[0] in _START:
            return name
        if otherwise:
            raise UnreadableError(otherwise)
        return ""

    def _open(self) -> None:
        self._take("(")

    def _take(self, sign: str) -> None:
        if not self._word(sign):
            raise UnreadableError(f"{sign!r} is missing")

    def _word(self, sign: str) -> bool:
        self._skip_space()
        found = self._text.startswith(sign, self._at)
        after = self._text[self._at + len(sign) : self._at + len(sign) + 1]
        if not found or (sign.isalpha() and after in _NAME):
            return False
        self._at += len(sign)
        return True

    def _skip_space(self) -> None:
        while self._at < len(self._text) and self._text[self._at] in _SPACE:
            self._at += 1


def _is_interpolated(text: str) -> bool:
    """Whether a double-quoted text may hold more than itself: a reference, a directive, an escape."""
    for at, char in enumerate(text):
        after = text[at + 1 : at + 2]
        if char == "#" or (char == "\\" and after in {"$", "#", "u"}):
            return True
        if char == "$" and (after in _START or after in {"{", "!"}) and after:
            return True
    return False
