"""From selected values to a policy: placeholders filled, texts split, words read as true or false."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from auditor.core.reading import Gap, Json, Where
from auditor.text.json import parse_json
from auditor.text.tree import plain
from collectors.app.fault import Fault
from collectors.app.mapping import Meaning, Split
from collectors.app.placeholder import Unfilled, fill, is_token, named
from collectors.app.policy import Entry, Flag, Listed, Names, NotSet, OneText, Origins, Policy
from collectors.app.selection import Cut, Picked, Selection
from collectors.app.semantics.preset import Input

WORDS = {
    "true": True,
    "1": True,
    "yes": True,
    "on": True,
    "false": False,
    "0": False,
    "no": False,
    "off": False,
    "": False,
}
"""Texts that say true or false, in any case."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an application is told: a policy, sentences for people, and what stands in the way."""

    policy: Policy
    notes: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


def read_policy(selection: Selection, place: Where, lines: Mapping[str, int]) -> Told:
    """Return the policy that `selection` amounts to; every fault in it at once.

    `place`: the file, and the line where nothing nearer is known. `lines`: as in the document.
    """
    values = _Values(selection, place, lines)
    policy = Policy(
        values.origins(Input.ORIGINS),
        values.patterns(),
        values.flag(Input.ALLOW_ALL),
        values.flag(Input.CREDENTIALS),
        values.names(Input.METHODS),
        values.names(Input.HEADERS),
        values.names(Input.EXPOSE),
        values.seconds(),
    )
    return Told(policy, tuple(values.notes), tuple(values.faults))


@dataclass(slots=True)
class _Values:
    """The values of one selection, and what is noted while they are read."""

    selection: Selection
    place: Where
    lines: Mapping[str, int]
    notes: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    # -- origins and patterns ----------------------------------------------------------------------

    def origins(self, name: Input) -> Origins:
        """What stands under `name`, in the shape in which the product receives it."""
        pick = self._pick(name)
        if pick is None:
            return NotSet(str(name))
        if pick.missing:
            return self._meant(self.selection.missing_means, pick)
        value = self._parsed(name, pick)
        if isinstance(value, bool):
            return Flag(value, pick.field)
        if isinstance(value, str) and (pick.cut or not self._is_empty(value)):
            return OneText(self._entry(name, pick, value, None))
        texts = [] if isinstance(value, str) else value
        if not texts:
            return self._empty(name, pick, isinstance(value, str))
        listed = tuple(self._entry(name, pick, text, at) for at, text in enumerate(texts))
        if name is Input.ORIGINS:
            self._note_samples(listed)
        return Listed(listed, pick.field)

    def patterns(self) -> tuple[Entry, ...]:
        """What stands under `patterns`."""
        match self.origins(Input.PATTERNS):
            case Listed(entries=entries):
                return entries
            case OneText(entry=entry):
                return (entry,) if entry.text else ()
            case Flag(field=name):
                self._fault(Input.PATTERNS, f"{name} is true or false", "give a list of patterns")
                return ()
            case NotSet():
                return ()

    def _empty(self, name: Input, pick: Picked, was_text: bool) -> Origins:
        if name is not Input.ORIGINS or pick.cut is not None:
            return Listed((), pick.field)
        whole = was_text and self.selection.split is Split.NONE
        if whole and self.selection.empty_means is Meaning.PRODUCT_DEFAULT:
            return OneText(self._entry(name, pick, "", None))
        self.notes.append(f"{pick.field} is empty: read as {self.selection.empty_means}")
        return self._meant(self.selection.empty_means, pick, default=Listed((), pick.field))

    def _meant(
        self, meaning: Meaning | None, pick: Picked, default: Origins | None = None
    ) -> Origins:
        match meaning:
            case Meaning.ANY:
                return Listed((Entry("*", pick.field, self.place),), pick.field)
            case Meaning.DENY | Meaning.SAME_ORIGIN:
                return Listed((), pick.field)
            case Meaning.PRODUCT_DEFAULT | None:
                return default or NotSet(pick.field)

    def _is_empty(self, text: str) -> bool:
        return not text.strip()

    def _entry(self, name: Input, pick: Picked, text: str, at: int | None) -> Entry:
        pointer = "" if at is None else f"/{at}"
        where = self._where(name, pointer)
        return Entry(text, pick.field if at is None else f"{pick.field}[{at}]", where)

    def _note_samples(self, entries: tuple[Entry, ...]) -> None:
        for entry in entries:
            if is_token(entry.text):
                self.notes.append(f"{entry.field} {entry.text!r} looks like a sample to replace")
            elif not entry.text:
                self.notes.append(f"{entry.field} is empty")

    # -- the other inputs --------------------------------------------------------------------------

    def flag(self, name: Input) -> Flag:
        """True or false; false where nothing is given."""
        pick = self._pick(name)
        if pick is None or pick.missing:
            return Flag(False, "" if pick is None else pick.field)
        value = self._filled(name, pick.value)
        if isinstance(value, bool):
            return Flag(value, pick.field)
        word = value.strip().lower() if isinstance(value, str) else None
        if word not in WORDS:
            self._fault(name, f"{pick.field} is neither true nor false", "write true or false")
            return Flag(False, pick.field)
        return Flag(WORDS[word], pick.field)

    def names(self, name: Input) -> Names | None:
        """Methods or header names; a text of them is split at commas however origins are split."""
        pick = self._pick(name)
        if pick is None or pick.missing:
            return None
        cuts = pick.cut is not None and pick.cut.split is not Split.NONE
        value = self._parsed(name, pick) if cuts else self._filled(name, pick.value)
        if isinstance(value, bool):
            self._fault(name, f"{pick.field} is no list of names", "give a list")
            return None
        texts = value.split(",") if isinstance(value, str) else value
        return Names(tuple(stripped for text in texts if (stripped := text.strip())), pick.field)

    def seconds(self) -> Names | None:
        """The text of Access-Control-Max-Age."""
        pick = self._pick(Input.MAX_AGE)
        if pick is None or pick.missing:
            return None
        value = self._filled(Input.MAX_AGE, pick.value)
        text = value.strip() if isinstance(value, str) else ""
        if not (text.isascii() and text.removeprefix("-").isdigit()):
            self._fault(Input.MAX_AGE, f"{pick.field} is no number of seconds", "write a number")
            return None
        return Names((text,), pick.field)

    # -- texts -------------------------------------------------------------------------------------

    def _pick(self, name: Input) -> Picked | None:
        pick = self.selection.picked.get(name)
        if pick is not None and pick.missing and self.selection.missing_means is None:
            what = f"the key {pick.field} is not in the file"
            fault = Fault(self.place, Gap.ABSENT, what, "correct the key, or write missing_means:")
            self.faults += [] if fault in self.faults else [fault]
        return pick

    def _parsed(self, name: Input, pick: Picked) -> str | bool | list[str]:
        """The value filled and split: one text, true or false, or a list of texts."""
        value = self._filled(name, pick.value)
        if not isinstance(value, str) or (self._is_empty(value) and pick.cut is None):
            return value
        cut = pick.cut or Cut(self.selection.split, self.selection.trim, drop_empty=False)
        match cut.split:
            case Split.NONE:
                return value
            case Split.JSON:
                return self._from_json(name, pick, value)
            case Split.WHITESPACE:
                return value.split()
            case Split.COMMA | Split.SEMICOLON as split:
                return self._trimmed(name, pick, value.split(str(split)), cut)

    def _trimmed(self, name: Input, pick: Picked, parts: list[str], cut: Cut) -> list[str]:
        if cut.trim and cut.drop_empty and any(part and not part.strip() for part in parts):
            # Code drops such a part before it trims, or after, and an empty entry is not none.
            what = f"{pick.field} has a part of blanks alone"
            self._fault(name, what, "remove the blanks between the separators")
        parts = [part.strip() for part in parts] if cut.trim else parts
        return [part for part in parts if part] if cut.drop_empty else parts

    def _from_json(self, name: Input, pick: Picked, text: str) -> str | bool | list[str]:
        parsed = parse_json(text.encode(), pick.field)
        root = plain(parsed.documents[0].root) if parsed.documents else None
        match root:
            case str() | bool():
                return root
            case list() if all(isinstance(item, str) for item in root):
                return root
            case _:
                self._fault(name, f"{pick.field} is no JSON list of texts", "correct it, or split:")
                return []

    def _filled(self, name: Input, value: Json) -> str | bool | list[str]:
        """`value` with its placeholders filled; other scalars as texts."""
        match value:
            case bool():
                return value
            case None:
                return ""
            case list():
                return [self._fill(name, str(item), at) for at, item in enumerate(value)]
            case dict():
                self._fault(name, f"{name} is no text and no list", "give a list of texts")
                return []
            case _:
                return self._fill(name, str(value), None)

    def _fill(self, name: Input, text: str, at: int | None) -> str:
        variables, defaults = self.selection.variables, self.selection.resolve_defaults
        filled = fill(text, variables, defaults)
        pointer = "" if at is None else f"/{at}"
        if isinstance(filled, Unfilled):
            what = f"{name} needs {', '.join(filled.names)}, which no named source gives"
            do = "name the file that sets it, or allow defaults with resolve: [env_default]"
            self._fault(name, what, do, pointer, Gap.UNRESOLVED)
            return ""
        for variable in sorted(named(text) - variables.keys()):
            self.notes.append(f"{name}: the default written beside {variable} is taken")
        return filled

    def _fault(
        self, name: Input, what: str, do: str, pointer: str = "", gap: Gap = Gap.INVALID
    ) -> None:
        self.faults.append(Fault(self._where(name, pointer), gap, what, do))

    def _where(self, name: Input, pointer: str = "") -> Where:
        base = f"/inputs/{name}/value"
        line = self.lines.get(base + pointer, self.lines.get(base, self.place.line))
        return Where(self.place.place, line)
