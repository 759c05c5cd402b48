r"""Java's .properties files.

Syntax: java.util.Properties.load(Reader), Java SE 21 API documentation. Comments with `#` or `!`,
keys ended by `=`, `:` or white space, lines continued by an odd number of backslashes, escapes.
"""

from collections.abc import Iterator

from auditor.text.encoding import decode, require_characters, require_document_size
from auditor.text.entries import Entries
from auditor.text.limits import DEFAULT, Budget, Limits
from auditor.text.problems import BrokenDocumentError, Problems
from auditor.text.tree import Document, Mark, Parsed, Scalar

_BLANK = " \t\f"
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_HEX = frozenset("0123456789abcdefABCDEF")


def parse_properties(data: bytes, name: str, limits: Limits = DEFAULT) -> Parsed:
    r"""Parse to one mapping of dotted keys to text; never raises on bad input.

    Bytes that are not UTF-8 are read as ISO 8859-1, as Java does. Keys keep their dots. All values
    are text and unquoted. Java refuses a file with a malformed `\uXXXX`; so does this.
    """
    problems = Problems(name, limits.problems)
    try:
        text = decode(data, limits, otherwise="iso-8859-1")
        require_document_size(text, limits)
        entries = Entries(problems)
        budget = Budget(limits.nodes)
        for line, column, written in _logical_lines(text):
            budget.spend(2, line)
            cut, value_at = _split(written)
            key, value = _unescape(written[:cut], line), _unescape(written[value_at:], line)
            mark = Mark(line, column)
            entries.add(Scalar(key, key, mark), Scalar(value, value, mark))
    except BrokenDocumentError as broken:
        return problems.only(broken)
    start = Mark(1, 1)
    return Parsed((Document(entries.mapping(start), 0, start),), problems.listed())


def _logical_lines(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield line and column of the key, and the joined text, for each line with an entry."""
    parts: list[str] = []
    line = column = 0
    for number, natural in enumerate(text.split("\n"), start=1):
        stripped = natural.lstrip(_BLANK)
        if not any(parts):
            parts = []
            if not stripped or stripped[0] in "#!":
                continue
            line, column = number, len(natural) - len(stripped) + 1
        continued = (len(stripped) - len(stripped.rstrip("\\"))) % 2 == 1
        parts.append(stripped[:-1] if continued else stripped)
        if not continued:
            yield line, column, "".join(parts)
            parts = []
    if parts:
        yield line, column, "".join(parts)


def _split(written: str) -> tuple[int, int]:
    """Return where the key ends and where the value starts."""
    end = 0
    while end < len(written) and written[end] not in "=:" + _BLANK:
        end += 2 if written[end] == "\\" else 1
    rest = written[end:].lstrip(_BLANK)
    if rest[:1] in ("=", ":"):
        rest = rest[1:].lstrip(_BLANK)
    return end, len(written) - len(rest)


def _unescape(written: str, line: int) -> str:
    if "\\" not in written:
        return written
    out: list[str] = []
    at = 0
    while at < len(written):
        found = written.find("\\", at)
        if found < 0:
            break
        out.append(written[at:found])
        escape = written[found + 1 : found + 2]
        if escape == "u":
            out.append(_read_unit(written[found + 2 : found + 6], line))
            at = found + 6
        else:
            out.append(_ESCAPES.get(escape, escape))
            at = found + 2
    out.append(written[at:])
    # Java's strings are UTF-16: two escapes may stand for one character.
    text = "".join(out).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    require_characters(text, line)
    return text


def _read_unit(digits: str, line: int) -> str:
    if len(digits) != 4 or not _HEX.issuperset(digits):
        what = r"a '\u' that is not followed by four hexadecimal digits"
        raise BrokenDocumentError(line, what, "correct the escape or double the backslash")
    return chr(int(digits, 16))
