"""JSON (RFC 8259), with positions where a file is small enough to be edited by hand."""

import json
import re
from typing import NoReturn

from auditor.text.encoding import decode, require_characters
from auditor.text.entries import Entries
from auditor.text.json_dumps import read_dump
from auditor.text.limits import DEFAULT, Budget, Limits
from auditor.text.numbers import read_float, read_integer
from auditor.text.problems import BrokenDocumentError, Problems
from auditor.text.tree import Document, Mark, Node, Parsed, Scalar, Sequence

_POSITIONS_UP_TO = 1024 * 1024
_SPACE = re.compile(r"[ \t\n]*")
_DO = "correct it"


def parse_json(data: bytes, name: str, limits: Limits = DEFAULT) -> Parsed:
    """Parse a file that holds one JSON value; never raises on bad input.

    A doubled key is a problem and the last value counts. Every node of a file over 1 MiB has the
    mark of line 1, column 1: such files are API dumps, read by the standard library's C decoder.
    """
    problems = Problems(name, limits.problems)
    try:
        text = decode(data, limits)
        if len(text) > _POSITIONS_UP_TO:
            root = read_dump(text, limits, problems)
        else:
            root = _Reader(text, limits, problems).read_document()
    except BrokenDocumentError as broken:
        return problems.only(broken)
    return Parsed((Document(root, 0, Mark(1, 1)),), problems.listed())


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_SCALARS = json.JSONDecoder(
    parse_int=read_integer, parse_float=read_float, parse_constant=_refuse_constant
)


class _Reader:
    """Reads one text once; recursion is as deep as `limits.depth` allows."""

    def __init__(self, text: str, limits: Limits, problems: Problems) -> None:
        self._text = text
        self._limits = limits
        self._problems = problems
        self._budget = Budget(limits.json_nodes)
        self._position = 0
        self._line = 1
        self._line_start = 0

    def read_document(self) -> Node:
        """Return the only value of the text; raises BrokenDocumentError."""
        root = self._read_value(0)
        if self._peek():
            self._refuse("something follows the end of the value")
        return root

    def _peek(self) -> str:
        """Move to the next token and return its first character, or "" at the end."""
        start = self._position
        found = _SPACE.match(self._text, start)
        self._position = found.end() if found else start
        lines = self._text.count("\n", start, self._position)
        if lines:
            self._line += lines
            self._line_start = self._text.rindex("\n", start, self._position) + 1
        return self._text[self._position : self._position + 1]

    def _mark(self) -> Mark:
        return Mark(self._line, self._position - self._line_start + 1)

    def _refuse(self, what: str) -> NoReturn:
        column = self._position - self._line_start + 1
        message = f"this is not JSON: {what} (column {column})"
        raise BrokenDocumentError(self._line, message, _DO)

    def _read_value(self, depth: int) -> Node:
        match self._peek():
            case "{":
                return self._read_mapping(depth + 1)
            case "[":
                return self._read_sequence(depth + 1)
            case _:
                return self._read_scalar()

    def _start_collection(self, depth: int) -> Mark:
        if depth > self._limits.depth:
            what = f"nested more than {self._limits.depth} levels deep"
            raise BrokenDocumentError(self._line, what, "split it or leave it out")
        mark = self._mark()
        self._budget.spend(1, mark.line)
        return mark

    def _read_mapping(self, depth: int) -> Node:
        mark = self._start_collection(depth)
        entries = Entries(self._problems)
        self._position += 1
        more = self._peek() != "}"
        while more:
            if self._peek() != '"':
                self._refuse("expected a key in double quotes")
            key = self._read_scalar()
            self._expect(":")
            entries.add(key, self._read_value(depth))
            more = self._comma_or("}")
        self._position += 1
        return entries.mapping(mark)

    def _read_sequence(self, depth: int) -> Node:
        mark = self._start_collection(depth)
        items: list[Node] = []
        self._position += 1
        more = self._peek() != "]"
        while more:
            items.append(self._read_value(depth))
            more = self._comma_or("]")
        self._position += 1
        return Sequence(tuple(items), mark)

    def _expect(self, char: str) -> None:
        if self._peek() != char:
            self._refuse(f"expected '{char}'")
        self._position += 1

    def _comma_or(self, closing: str) -> bool:
        """Tell whether another item follows; stay on the closing bracket if not."""
        found = self._peek()
        if found == closing:
            return False
        if found != ",":
            self._refuse(f"expected ',' or '{closing}'")
        self._position += 1
        return True

    def _read_scalar(self) -> Scalar:
        mark = self._mark()
        start = self._position
        self._budget.spend(1, mark.line)
        try:
            value, self._position = _SCALARS.raw_decode(self._text, start)
        except json.JSONDecodeError as error:
            self._position = error.pos
            self._refuse(error.msg)
        except ValueError as error:
            self._refuse(str(error))
        if self._text.startswith('"', start):
            require_characters(value, mark.line)
            return Scalar(value, value, mark, quoted=True)
        return Scalar(value, self._text[start : self._position], mark)
