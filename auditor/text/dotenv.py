r"""Files of environment variables (`.env`).

There is no standard. This is what python-dotenv 1.2 reads (src/dotenv/parser.py), without its
interpolation: an optional `export`, single or double quotes over any number of lines, ` #` starts
a comment after an unquoted value. Nothing is expanded: `$VAR` and `${VAR:-x}` stay text.
"""

import re

from auditor.text.encoding import decode, require_document_size
from auditor.text.entries import Entries
from auditor.text.limits import DEFAULT, Budget, Limits
from auditor.text.problems import BrokenDocumentError, Problems, shown
from auditor.text.tree import Document, Mark, Parsed, Scalar

_EXPORT = re.compile(r"export[^\S\n]++")
_KEY = re.compile(r"'([^'\n]++)'|([^=#\s'][^=#\s]*+)")
_ASSIGN = re.compile(r"[^\S\n]*+=[^\S\n]*+")
_END = re.compile(r"[^\S\n]*+(?:#[^\n]*+)?(?=\n|\Z)")
_QUOTED = {
    "'": re.compile(r"'([^'\\]*+(?:\\.[^'\\]*+)*+)'", re.DOTALL),
    '"': re.compile(r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"', re.DOTALL),
}
_COMMENT = re.compile(r"(?<!\s)\s++#")
_ESCAPE = {"'": re.compile(r"\\([\\'])"), '"': re.compile(r"\\([\\'\"abfnrtv])")}
_CONTROLS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_DO = "write NAME=value"


def parse_dotenv(data: bytes, name: str, limits: Limits = DEFAULT) -> Parsed:
    """Parse to one mapping of names to text; never raises on bad input.

    A name without `=` has the value None. A line that cannot be read is a problem, and the others
    stay, as every reader of these files does it. Of a doubled name the last value counts.
    """
    problems = Problems(name, limits.problems)
    try:
        text = decode(data, limits)
        require_document_size(text, limits)
        entries = _Reader(text, problems, Budget(limits.nodes)).read_entries()
    except BrokenDocumentError as broken:
        return problems.only(broken)
    start = Mark(1, 1)
    return Parsed((Document(entries.mapping(start), 0, start),), problems.listed())


class _Reader:
    """Reads one text once."""

    def __init__(self, text: str, problems: Problems, budget: Budget) -> None:
        self._text = text
        self._problems = problems
        self._budget = budget
        self._entries = Entries(problems)
        self._position = 0
        self._line = 1
        self._counted = 0
        self._line_start = 0

    def read_entries(self) -> Entries:
        """Return what the readable lines say; raises BrokenDocumentError when there are too many."""
        while self._position < len(self._text):
            if self._text[self._position].isspace():
                self._position += 1
            elif self._text[self._position] == "#":
                self._skip_line()
            else:
                self._read_entry()
        return self._entries

    def _mark(self) -> Mark:
        lines = self._text.count("\n", self._counted, self._position)
        if lines:
            self._line += lines
            self._line_start = self._text.rindex("\n", self._counted, self._position) + 1
        self._counted = self._position
        return Mark(self._line, self._position - self._line_start + 1)

    def _skip_line(self) -> None:
        end = self._text.find("\n", self._position)
        self._position = len(self._text) if end < 0 else end + 1

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self._text, self._position)
        if found:
            self._position = found.end()
        return found

    def _read_entry(self) -> None:
        self._take(_EXPORT)
        mark = self._mark()
        self._budget.spend(2, mark.line)
        found = self._take(_KEY)
        if not found:
            self._refuse(mark, "a line without a name")
            return
        name = found[1] or found[2]
        key = Scalar(name, name, mark)
        if assign := self._take(_ASSIGN):
            value = self._read_value(name, spaced=assign[0][-1] != "=")
        elif self._take(_END):
            value = Scalar(None, "", mark)
        else:
            self._refuse(mark, f"after the name {shown(name)} comes no '='")
            return
        if value is not None:
            self._entries.add(key, value)

    def _read_value(self, name: str, spaced: bool) -> Scalar | None:
        mark = self._mark()
        quote = self._text[self._position : self._position + 1]
        if quote == "#" and spaced:
            self._skip_line()
            return Scalar("", "", mark)
        if quote not in _QUOTED:
            return self._read_unquoted(mark)
        found = self._take(_QUOTED[quote])
        if not found:
            self._refuse(mark, f"the quote that starts the value of {shown(name)} has no end")
            return None
        if not self._take(_END):
            self._refuse(mark, f"text after the quoted value of {shown(name)}")
            return None
        text = _ESCAPE[quote].sub(lambda m: _CONTROLS.get(m[1], m[1]), found[1])
        return Scalar(text, text, mark, quoted=True)

    def _read_unquoted(self, mark: Mark) -> Scalar:
        start = self._position
        self._skip_line()
        line = self._text[start : self._position].removesuffix("\n")
        comment = _COMMENT.search(line)
        text = (line[: comment.start()] if comment else line).rstrip()
        return Scalar(text, text, mark)

    def _refuse(self, mark: Mark, what: str) -> None:
        self._problems.add(mark.line, what, _DO)
        self._skip_line()
