"""INI files as Python's configparser reads them, without interpolation.

Semantics: configparser.RawConfigParser with its defaults (Lib/configparser.py, Python 3.11): names
in lower case, `=` or `:`, comments with `#` or `;` on lines of their own, deeper indented lines
continue a value, DEFAULT is inherited by every section. Read by hand, because configparser has
no positions and its patterns take quadratic time on hostile lines.
"""

from dataclasses import dataclass, field

from auditor.text.encoding import decode, require_document_size
from auditor.text.entries import Entries
from auditor.text.limits import DEFAULT, Budget, Limits
from auditor.text.problems import BrokenDocumentError, Problems, shown
from auditor.text.tree import Document, Mapping, Mark, Parsed, Scalar

_DEFAULT_SECTION = "DEFAULT"


def parse_ini(data: bytes, name: str, limits: Limits = DEFAULT) -> Parsed:
    """Parse to a mapping of sections to mappings of text; never raises on bad input.

    A section has the entries of DEFAULT that it does not have itself; DEFAULT is listed too when
    the file has it. Doubled keys and sections are problems (configparser refuses them): the last
    value counts, sections are joined. A line without `=` or `:` makes the file unreadable.
    """
    problems = Problems(name, limits.problems)
    try:
        text = decode(data, limits)
        require_document_size(text, limits)
        reader = _Reader(problems, Budget(limits.nodes))
        for number, line in enumerate(text.split("\n"), start=1):
            reader.read_line(number, line)
        root = reader.finish()
    except BrokenDocumentError as broken:
        return problems.only(broken)
    documents = () if reader.broken else (Document(root, 0, Mark(1, 1)),)
    return Parsed(documents, problems.listed())


@dataclass(slots=True)
class _Option:
    key: Scalar
    mark: Mark
    lines: list[str]


@dataclass(slots=True)
class _Section:
    name: Scalar
    options: list[_Option] = field(default_factory=list)


class _Reader:
    """Takes the lines of one file in order."""

    def __init__(self, problems: Problems, budget: Budget) -> None:
        self.broken = False
        self._problems = problems
        self._budget = budget
        self._sections: dict[str, _Section] = {}
        self._section: _Section | None = None
        self._option: _Option | None = None
        self._indent = 0

    def read_line(self, number: int, line: str) -> None:
        """Take the next line; raises BrokenDocumentError before the first section."""
        stripped = line.strip()
        if stripped.startswith(("#", ";")):
            return
        if not stripped:
            if self._option is not None:
                self._option.lines.append("")
            return
        indent = len(line) - len(line.lstrip())
        if self._option is not None and indent > self._indent:
            self._option.lines.append(stripped)
            return
        self._indent = indent
        self._read_statement(Mark(number, indent + 1), stripped)

    def _read_statement(self, mark: Mark, stripped: str) -> None:
        end = stripped.rfind("]")
        if stripped.startswith("[") and end > 1:
            self._open_section(stripped[1:end], mark)
            return
        if self._section is None:
            what = "an entry before the first [section]"
            raise BrokenDocumentError(mark.line, what, "add a section line before it")
        ends = [at for at in (stripped.find("="), stripped.find(":")) if at >= 0]
        written = stripped[: min(ends)].rstrip() if ends else ""
        if not written:
            self.broken = True
            self._problems.add(mark.line, "a line that is no 'name = value'", "correct it")
            return
        self._budget.spend(2, mark.line)
        value = stripped[min(ends) + 1 :].strip()
        at = Mark(mark.line, mark.column + len(stripped) - len(value))
        option = _Option(Scalar(written.lower(), written, mark), at, [value])
        self._section.options.append(option)
        self._option = option

    def _open_section(self, name: str, mark: Mark) -> None:
        self._budget.spend(2, mark.line)
        self._option = None
        known = self._sections.get(name)
        if known is not None and name != _DEFAULT_SECTION:
            what = f"the section {shown(name)} is here twice, first on line {known.name.mark.line}"
            self._problems.add(mark.line, what, "join them")
        self._section = known or _Section(Scalar(name, name, mark))
        self._sections[name] = self._section

    def finish(self) -> Mapping:
        """Return the sections; raises BrokenDocumentError when what they inherit is too much."""
        default = self._sections.get(_DEFAULT_SECTION)
        defaults = (
            None if default is None else self._own_entries(default).mapping(default.name.mark)
        )
        inherited = () if defaults is None else defaults.entries
        sections = Entries(self._problems)
        for section in self._sections.values():
            mark = section.name.mark
            if section is default and defaults is not None:
                sections.add(section.name, defaults)
                continue
            self._budget.spend(len(inherited) * 2, mark.line)
            sections.add(section.name, self._own_entries(section).mapping(mark, inherited))
        return sections.mapping(Mark(1, 1))

    def _own_entries(self, section: _Section) -> Entries:
        entries = Entries(self._problems)
        for option in section.options:
            text = "\n".join(option.lines).rstrip()
            entries.add(option.key, Scalar(text, text, option.mark))
        return entries
