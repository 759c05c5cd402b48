"""What changed between two contents of a document, for people: the one door to deepdiff.

An explanation, never a verdict: verdicts come from sets of origins (design, section 4, law 8).
Lists of plain values are compared without their order, unless the product reads one in order; lists
of objects are compared in order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile, zip_longest
from typing import Any, Final, TypeAlias

from deepdiff import DeepDiff

from auditor.core.reading import Json

VALUES_CAP: Final = 20_000
"""Values (objects, lists and their members) that the two contents may hold together."""
DEPTH_CAP: Final = 64
"""Levels that each of them may have."""
LONGEST_TEXT: Final = 160
"""Characters of a value, or of one step of a path, that are shown."""


class Kind(StrEnum):
    """What happened to a value. OMITTED: not listed; `Change.after` says how much and why."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    OMITTED = "omitted"


@dataclass(frozen=True, slots=True)
class Change:
    """One value that is not what it was. `path`: as the owner would write it, such as
    `CorsConfiguration.AllowOrigins[3]`, by the position now, or before where it was removed;
    `before` and `after`: JSON text, shortened, None where there is no such value."""

    path: str
    kind: Kind
    before: str | None
    after: str | None


def explain(
    before: Json, after: Json, limit: int = 20, ordered: Collection[str] = ()
) -> tuple[Change, ...]:
    """The changes from `before` to `after`, in order of path, at most `limit`.

    `ordered`: names of the fields whose lists of plain values are read in order. What exceeds the
    limit, or contents too large to compare, end the list as one change of kind `omitted`.
    """
    values = _count(before, VALUES_CAP) + _count(after, VALUES_CAP)
    if values > VALUES_CAP:
        what = f"too large to compare: more than {VALUES_CAP} values or {DEPTH_CAP} levels"
        return (Change("", Kind.OMITTED, None, what),)
    listed = sorted(_diff(*_pair(before, after), ordered), key=_rank)
    changes = [change for _, change in listed]
    if len(changes) > limit:
        rest = Change("", Kind.OMITTED, None, f"{len(changes) - limit} more")
        return (*changes[:limit], rest)
    return tuple(changes)


@dataclass(frozen=True, slots=True)
class _Slot:
    """A place in two lists of objects: the position before and now, -1 where there is none."""

    before: int
    after: int

    @property
    def shown(self) -> int:
        return self.before if self.after < 0 else self.after


def _count(root: Json, cap: int) -> int:
    """Values of `root`, or more than `cap` when there are more of them or of levels."""
    count, level = 1, [root]
    for _ in range(DEPTH_CAP):
        level = [child for value in level for child in _children(value)]
        count += len(level)
        if not level or count > cap:
            return count
    return cap + 1


def _children(value: Json) -> Collection[Json]:
    match value:
        case dict():
            return value.values()
        case list():
            return value
        case _:
            return ()


def _pair(before: Json, after: Json) -> tuple[Any, Any]:
    """Both contents, with plain values as their JSON text and lists of objects by `_Slot`.

    As texts, `1`, `true` and `"1"` differ, and long texts are not compared line by line.
    """
    match before, after:
        case dict(), dict():
            keys = before.keys() & after.keys()
            both = {key: _pair(before[key], after[key]) for key in keys}
            old = {key: both[key][0] if key in both else _text(before[key]) for key in before}
            new = {key: both[key][1] if key in both else _text(after[key]) for key in after}
            return old, new
        case list(), list() if _plain(before) and _plain(after):
            return [_text(item) for item in before], [_text(item) for item in after]
        case list(), list():
            return _pair_objects(before, after)
        case _:
            return _text(before), _text(after)


def _plain(items: list[Json]) -> bool:
    return not any(isinstance(item, dict | list) for item in items)


def _pair_objects(
    before: list[Json], after: list[Json]
) -> tuple[dict[_Slot, Any], dict[_Slot, Any]]:
    """Both lists by position: equal heads and equal tails side by side, the middle one by one."""
    olds, news = [_text(item) for item in before], [_text(item) for item in after]
    head = _alike(olds, news)
    tail = _alike(olds[head:][::-1], news[head:][::-1])
    old_end, new_end = len(olds) - tail, len(news) - tail
    old: dict[_Slot, Any] = {}
    new: dict[_Slot, Any] = {}
    for i, j in zip_longest(range(head, old_end), range(head, new_end)):
        slot = _Slot(-1 if i is None else i, -1 if j is None else j)
        if i is None:
            new[slot] = news[j]
        elif j is None:
            old[slot] = olds[i]
        else:
            old[slot], new[slot] = _pair(before[i], after[j])
    return old, new


def _alike(one: list[str], other: list[str]) -> int:
    """How many first items are equal."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return sum(1 for _ in same)


def _text(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    # Half a surrogate pair, which JSON can write, has no UTF-8 form to be hashed by.
    return text.encode(errors="backslashreplace").decode()


_Found: TypeAlias = "tuple[list[tuple[int, int | str]], Change]"


def _diff(old: Any, new: Any, ordered: Collection[str]) -> Iterator[_Found]:
    """Every change, with what it is sorted by."""

    def unordered(level: Any) -> bool:
        steps = [step for step in level.path(output_format="list") if isinstance(step, str)]
        return not steps or steps[-1] not in ordered

    # No pairing of removed with added items: it takes long on hostile lists, and divides by zero.
    diff = DeepDiff(
        old,
        new,
        view="tree",
        ignore_order_func=unordered,
        report_repetition=True,
        ignore_private_variables=False,
        cutoff_intersection_for_pairs=0,
        threshold_to_diff_deeper=0,
    )
    for report, levels in diff.items():
        if report != "deep_distance":
            yield from (_change(report, level) for level in levels)


def _rank(found: _Found) -> tuple[list[tuple[int, int | str]], bool, str]:
    """By path; at one position what was removed stands before what came."""
    order, change = found
    return order, change.kind is Kind.ADDED, f"{change.before} {change.after}"


def _change(report: str, level: Any) -> _Found:
    path = level.path(output_format="list")
    steps = [step.shown if isinstance(step, _Slot) else step for step in path]
    order: list[tuple[int, int | str]] = [
        (0, step) if isinstance(step, int) else (1, str(step)) for step in steps
    ]
    kind = _KINDS[report]
    before: str | None = None if kind is Kind.ADDED else _shorten(level.t1)
    after: str | None = None if kind is Kind.REMOVED else _shorten(level.t2)
    if report == "repetition_change":
        repeats = level.additional["repetition"]
        more = repeats["new_repeat"] > repeats["old_repeat"]
        kind = Kind.ADDED if more else Kind.REMOVED
        before, after = (None, after) if more else (before, None)
    return order, Change(_render(steps), kind, before, after)


_KINDS: Final[Mapping[str, Kind]] = {
    "dictionary_item_added": Kind.ADDED,
    "iterable_item_added": Kind.ADDED,
    "dictionary_item_removed": Kind.REMOVED,
    "iterable_item_removed": Kind.REMOVED,
    "values_changed": Kind.CHANGED,
    "type_changes": Kind.CHANGED,
    "repetition_change": Kind.CHANGED,
}


def _render(steps: list[int | str]) -> str:
    """`Rules[2].Paths[0]`; a name that could be misread stands in quotes: `annotations["a.b/c"]`."""
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _NAME.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f"[{_shorten(json.dumps(step, ensure_ascii=False))}]"
    return text


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")


def _shorten(text: str) -> str:
    """At most `LONGEST_TEXT` characters, none of them a control or formatting character."""
    more = len(text) - LONGEST_TEXT
    shown = text if more <= 0 else f"{text[:LONGEST_TEXT]}... ({more} more)"
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode()
        for c in shown
    )
