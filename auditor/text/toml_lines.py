"""Where the keys of a TOML file stand: a scan of its lines, without a grammar.

Right for tables, arrays of tables and keys that start a line; blind inside inline tables and
arrays. Lines inside multi-line strings are skipped by counting their delimiters.
"""

import re
from dataclasses import dataclass, field
from typing import TypeAlias

from auditor.text.tree import Mark

Path: TypeAlias = tuple[str | int, ...]

_PART = r"(?:[A-Za-z0-9_-]++|\"[^\"\n]*+\"|'[^'\n]*+')"
_KEY = rf"{_PART}(?:[ \t]*+\.[ \t]*+{_PART})*+"
_TABLE = re.compile(rf"[ \t]*+(\[\[?)[ \t]*+({_KEY})[ \t]*+\]")
_ENTRY = re.compile(rf"[ \t]*+({_KEY})[ \t]*+=")
_PARTS = re.compile(_PART)
_OPENING = re.compile(r"""(\"\"\"|''')|"(?:[^"\\]|\\.)*+"|'[^']*+'|#.*""")


@dataclass(slots=True)
class _Scan:
    marks: dict[Path, Mark] = field(default_factory=dict)
    counts: dict[Path, int] = field(default_factory=dict)
    table: Path = ()

    def open_table(self, parts: list[str], repeated: bool, mark: Mark) -> None:
        above = self._place(parts[:-1])
        path = (*above, parts[-1])
        self.marks.setdefault(path, mark)
        if repeated:
            self.counts[path] = self.counts.get(path, 0) + 1
        self.table = self._place(parts)
        self.note((), self.table, mark)

    def note(self, above: Path, path: Path, mark: Mark) -> None:
        for end in range(len(above) + 1, len(path) + 1):
            self.marks.setdefault(path[:end], mark)

    def _place(self, parts: list[str]) -> Path:
        """Return the path of a table: within an array of tables it is in the last one."""
        path: Path = ()
        for part in parts:
            path = (*path, part)
            if path in self.counts:
                path = (*path, self.counts[path] - 1)
        return path


def find_lines(text: str) -> dict[Path, Mark]:
    """Return the mark of each path of keys and indices that a line starts with."""
    scan = _Scan()
    inside: str | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        before = inside
        inside = _multiline_after(line, inside)
        if before is not None:
            continue
        table = _TABLE.match(line)
        entry = None if table else _ENTRY.match(line)
        if table:
            mark = Mark(number, table.start(2) + 1)
            scan.open_table(_split(table[2]), table[1] == "[[", mark)
        elif entry:
            path = (*scan.table, *_split(entry[1]))
            scan.note(scan.table, path, Mark(number, entry.start(1) + 1))
    return scan.marks


def _split(key: str) -> list[str]:
    return [part.strip("\"'") for part in _PARTS.findall(key)]


def _multiline_after(line: str, inside: str | None) -> str | None:
    """Return the delimiter of the multi-line string that is open after this line, if any."""
    at = 0
    while True:
        if inside is not None:
            end = line.find(inside, at)
            if end < 0:
                return inside
            at = end + len(inside)
        inside = None
        while inside is None:
            found = _OPENING.search(line, at)
            if not found:
                return None
            inside, at = found[1], found.end()
