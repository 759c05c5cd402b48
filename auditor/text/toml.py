"""TOML 1.0, read by the standard library's tomllib."""

import re
import tomllib
from datetime import date, datetime, time

from auditor.text.encoding import decode, require_document_size
from auditor.text.limits import DEFAULT, Budget, Limits
from auditor.text.numbers import LONGEST
from auditor.text.problems import BrokenDocumentError, Problems
from auditor.text.toml_lines import Path, find_lines
from auditor.text.tree import Document, Mapping, Mark, Node, Parsed, Scalar, Sequence

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_PART = r"(?:[A-Za-z0-9_-]++|\"[^\"\n]*+\"|'[^'\n]*+')"
_SPLIT = "split it or leave it out"


def parse_toml(data: bytes, name: str, limits: Limits = DEFAULT) -> Parsed:
    """Parse to nested mappings; never raises on bad input.

    tomllib tells no positions: the line of a key is found by a scan of the text, and a key inside
    an inline table or an array has the line of the key around it. `raw` is the value written anew,
    not as the file has it; dates and times are text in ISO 8601. A doubled key is an error of TOML.
    """
    problems = Problems(name, limits.problems)
    try:
        text = decode(data, limits)
        require_document_size(text, limits)
        _require_cheap(text, limits)
        root = _Grower(find_lines(text), limits).grow(_load(text, limits), (), Mark(1, 1))
    except BrokenDocumentError as broken:
        return problems.only(broken)
    return Parsed((Document(root, 0, Mark(1, 1)),), problems.listed())


def _require_cheap(text: str, limits: Limits) -> None:
    """Refuse what tomllib reads in quadratic time, before it starts."""
    if sum(text.count(sign) for sign in "=,.") > limits.nodes:
        raise BrokenDocumentError(None, f"more than {limits.nodes:,} values", _SPLIT)
    dotted = rf"(?<![A-Za-z0-9_-])(?:{_PART}[ \t]*+\.[ \t]*+){{{limits.depth},}}"
    found = re.search(dotted, text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        what = f"a dotted key of more than {limits.depth} parts"
        raise BrokenDocumentError(line, what, "shorten it")


def _load(text: str, limits: Limits) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        what = f"nested more than {limits.depth} levels deep"
        raise BrokenDocumentError(None, what, _SPLIT) from None
    # TOMLDecodeError is one; a number of more than 4,300 digits is a bare one.
    except ValueError as error:
        message = str(error)
        place = _PLACE.search(message)
        line = None
        if place:
            line = int(place[1]) if place[1] else text.count("\n") + 1
        what = f"this is not TOML: {_PLACE.sub('', message)}"
        raise BrokenDocumentError(line, what, "correct it") from None


class _Grower:
    """Turns what tomllib returned into nodes, within the limits."""

    def __init__(self, lines: dict[Path, Mark], limits: Limits) -> None:
        self._lines = lines
        self._limits = limits
        self._budget = Budget(limits.nodes)

    def grow(self, value: object, path: Path, mark: Mark) -> Node:
        """Return the node of the value at this path; `mark` is that of what is around it."""
        self._budget.spend(1, mark.line)
        if len(path) > self._limits.depth:
            what = f"nested more than {self._limits.depth} levels deep"
            raise BrokenDocumentError(mark.line, what, _SPLIT)
        here = self._lines.get(path, mark)
        match value:
            case dict():
                entries = tuple(self._entry(key, item, path, here) for key, item in value.items())
                return Mapping(entries, here)
            case list():
                items = enumerate(value)
                return Sequence(tuple(self.grow(v, (*path, i), here) for i, v in items), here)
            case _:
                return _scalar(value, here)

    def _entry(self, key: str, item: object, path: Path, mark: Mark) -> tuple[Scalar, Node]:
        below = (*path, key)
        here = self._lines.get(below, mark)
        self._budget.spend(1, here.line)
        return Scalar(key, key, here), self.grow(item, below, here)


def _scalar(value: object, mark: Mark) -> Scalar:
    match value:
        case str():
            return Scalar(value, value, mark, quoted=True)
        case bool():
            return Scalar(value, str(value).lower(), mark)
        case int() if value.bit_length() > LONGEST:
            return Scalar(hex(value), hex(value), mark)
        case int() | float():
            return Scalar(value, str(value), mark)
        case datetime() | date() | time():
            return Scalar(value.isoformat(), value.isoformat(), mark)
        case _:
            raise TypeError(type(value))
