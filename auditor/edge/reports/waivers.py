"""The lines of `waivers.yaml` and what each accepts, the next that ends first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from auditor.core.finding import Finding, Severity
from auditor.core.reading import Json
from auditor.core.waiver.waiver import Rollout, Waiver
from auditor.edge.reports.days import last_day
from auditor.edge.reports.json import FORMAT, run, texts
from auditor.edge.reports.layout import Screen, Tone, count, flow, fold, labelled, safe
from auditor.edge.reports.past import run_name
from auditor.edge.store.record import RunRecord


class Standing(StrEnum):
    """What becomes of a line. UNMET: no run has judged by it yet; UNKNOWN: what it meant may be in what
    was not read."""

    HOLDS = "holds"
    OUTGROWN = "outgrown"
    UNUSED = "unused"
    UNKNOWN = "unknown"
    UNMET = "unmet"
    RAN_OUT = "ran out"


@dataclass(frozen=True, slots=True)
class Line:
    """One waiver as the run left it. `taken`: the findings that it accepts (of UNMET: that it would);
    `beyond`: what has grown, in words."""

    waiver: Waiver
    standing: Standing
    taken: tuple[Finding, ...] = ()
    beyond: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """A rollout. `running`: it has not ended; `taken`: the findings that it makes information."""

    rollout: Rollout
    running: bool
    taken: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """Everything that is said of the file, by the run of `record`."""

    record: RunRecord
    lines: tuple[Line, ...]
    windows: tuple[Window, ...]


def in_order(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The next that ends first; those that ran out last."""
    return tuple(sorted(lines, key=lambda one: (_over(one), one.waiver.expires, _place(one))))


def _over(one: Line) -> bool:
    return one.standing is Standing.RAN_OUT


def _place(one: Line) -> tuple[str, int]:
    return one.waiver.where.place, one.waiver.where.line or 0


def waivers_text(listed: Listed, screen: Screen) -> str:
    """The whole list, without a last line end."""
    return "\n".join(_lines(listed, screen))


def _lines(listed: Listed, screen: Screen) -> Iterator[str]:
    head = listed.record.head
    holding = sum(not _over(one) for one in listed.lines)
    over = len(listed.lines) - holding
    told = [count(holding, "waiver")]
    told += [f"{over:,} that ran out"] if over else []
    told += [count(len(listed.windows), "rollout")] if listed.windows else []
    began = f"as of {run_name(listed.record)}, {head.started:%d %b %Y %H:%M}"
    yield from flow([", ".join(told), began], "  ", "", "    ", screen.width)
    for line in listed.lines:
        yield ""
        yield from _line(line, head.started.year, screen)
    for window in listed.windows:
        yield ""
        yield from _window(window, head.started.year, screen)


def _line(line: Line, year: int, screen: Screen) -> Iterator[str]:
    waiver = line.waiver
    day = last_day(waiver.expires.isoformat(), year)
    word = f"RAN OUT {day}" if _over(line) else f"until {day}"
    tone = Tone.MEDIUM if line.standing is not Standing.HOLDS else Tone.STRONG
    yield from _headed(word, tone, f"{waiver.about}  {waiver.where}", screen)
    yield from labelled("accepts", [_accepts(line)], screen)
    yield from labelled("grown", filter(None, [line.beyond]), screen)
    by = f"{waiver.approved_by}: {waiver.reason}"
    yield from labelled("approved", [by + (f" ({waiver.ticket})" if waiver.ticket else "")], screen)


def _headed(word: str, tone: Tone, rest: str, screen: Screen) -> Iterator[str]:
    first, *more = fold(f"{word}  {safe(rest)}", screen.width, "", "    ")
    yield screen.paint(word, tone) + first.removeprefix(word)
    yield from more


def _accepts(line: Line) -> str:
    match line.standing:
        case Standing.RAN_OUT:
            return "nothing any more: what it took is reported again"
        case Standing.UNUSED:
            return "nothing: what it meant is not there; remove the line"
        case Standing.UNKNOWN:
            return "nothing that was found; what it meant may be in what was not read"
        case Standing.UNMET if line.taken:
            return f"no run has met it yet; it would take {by_severity(line.taken)}"
        case Standing.UNMET:
            return "no run has met it yet"
        case Standing.HOLDS | Standing.OUTGROWN if line.taken:
            return by_severity(line.taken)
        case Standing.OUTGROWN:
            return "nothing any more: all of it has grown"
        case _:
            return "what the origin can do there, so that no finding is about it"


def by_severity(found: Iterable[Finding]) -> str:
    """`3 findings (1 high, 2 low)`."""
    numbers = Counter(one.severity for one in found)
    words = ", ".join(
        f"{numbers[one]:,} {one.word}" for one in sorted(Severity, reverse=True) if numbers[one]
    )
    total = sum(numbers.values())
    return f"{count(total, 'finding')} ({words})" if total else "no findings"


def _window(window: Window, year: int, screen: Screen) -> Iterator[str]:
    rollout = window.rollout
    day = last_day(rollout.until.isoformat(), year)
    word = f"rollout until {day}" if window.running else f"rollout ENDED {day}"
    tone = Tone.STRONG if window.running else Tone.MEDIUM
    yield from _headed(word, tone, f"{rollout.match}  {rollout.where}", screen)
    taken = f"as information: {by_severity(window.taken)}" if window.running else "nothing any more"
    yield from labelled("accepts", [taken], screen)
    reason = rollout.reason + (f" ({rollout.ticket})" if rollout.ticket else "")
    yield from labelled("because", [reason], screen)


def waivers_document(listed: Listed) -> dict[str, Json]:
    """The same for programs."""
    return {
        "document": "waivers",
        "format": FORMAT,
        "run": run(listed.record.head),
        "waivers": [_line_document(one) for one in listed.lines],
        "rollouts": [
            {
                "match": str(one.rollout.match),
                "until": day(one.rollout.until),
                "running": one.running,
                "reason": one.rollout.reason,
                "ticket": one.rollout.ticket,
                "where": str(one.rollout.where),
                "taken": texts(found.fingerprint for found in one.taken),
            }
            for one in listed.windows
        ],
    }


def _line_document(one: Line) -> dict[str, Json]:
    waiver = one.waiver
    return {
        "about": waiver.about,
        "standing": str(one.standing),
        "expires": day(waiver.expires),
        "reason": waiver.reason,
        "approved_by": waiver.approved_by,
        "ticket": waiver.ticket,
        "where": str(waiver.where),
        "taken": texts(found.fingerprint for found in one.taken),
        "beyond": one.beyond or None,
    }


def day(value: date) -> str:
    """A day as JSON bears it."""
    return value.isoformat()
