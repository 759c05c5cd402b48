"""An explanation in the words of its report."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.core.allowlist import OriginEntry, Wanted
from auditor.core.browser.judgement import Judgement
from auditor.core.browser.response import cors_check
from auditor.core.decision.answer import SHOWN
from auditor.core.hop.header import ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN
from auditor.core.link.walk import Placed
from auditor.core.path.exchange import Line
from auditor.edge.reports.days import day
from auditor.edge.reports.explain import ExplainReport, HopRow, LineRow
from auditor.run.explain import Explanation
from auditor.run.question import Told
from rules.claim import mend
from rules.grant import Cause
from rules.source import Reach, Source, grantor_at, managers, source_of, unsure_links
from rules.wording import by_name

NOT_REACHED = "not reached"


def report_of(found: Explanation, live: tuple[str, ...] = ()) -> ExplainReport:
    """What is said of `found`; `live`: lines about a request that was really sent."""
    return ExplainReport(
        verdict=_verdict(found),
        reason=_reason(found),
        allowlist=_allowlist(found),
        method=found.asked.method,
        preflighted=found.preflight is not None,
        hops=tuple(_hops(found)),
        answered_by=_answered_by(found),
        lines=tuple(_line(found, line) for line in found.lines if line.name in SHOWN),
        steps=tuple(_steps(found)),
        change=tuple(_change(found)),
        assumed=found.actual.assumed,
        live=live,
        links=tuple(_links(found)),
    )


def is_allowed(found: Explanation) -> bool | None:
    """Whether the browser lets the page have it; None where that cannot be told."""
    return None if found.judgement is None else found.judgement.shared


def deviates(found: Explanation) -> bool:
    """Whether the answer is certainly not what the allowlist wants."""
    allowed, wanted = is_allowed(found), found.wanted
    if wanted is None or allowed is None or found.accepted is not None:
        return False
    return allowed != _wants(found)


def _wants(found: Explanation) -> bool:
    return found.wanted is not None and bool(found.wanted.caps & found.asked.reading)


def _verdict(found: Explanation) -> str:
    words = {True: "ALLOWED", False: "BLOCKED", None: "CANNOT TELL"}
    return words[is_allowed(found)]


def _reason(found: Explanation) -> str:
    judgement = found.judgement
    if judgement is None:
        return f"{found.unknown}."
    said = _judged(found, judgement)
    if found.unknown is None:
        return said
    return f"{said} Which answer comes is not known ({found.unknown}): all are judged alike."


def _judged(found: Explanation, judgement: Judgement) -> str:
    if judgement.shared:
        with_cookies = " with cookies" if found.asked.credentials else ""
        return f"A page on {found.asked.origin} can read the answer{with_cookies}."
    if found.preflight is not None and judgement.preflight_ok is False:
        why = judgement.reason.removeprefix("the preflight fails: ")
        return f"The preflight is refused: {why}."
    return f"The answer is not shared: {judgement.reason}."


def _allowlist(found: Explanation) -> str | None:
    if found.allowed is None or found.wanted is None:
        return None
    if found.accepted is not None:
        return _waived(found.wanted, found.accepted)
    owner = f", owner {found.allowed.owner}" if found.allowed.owner else ""
    wants = "this should work" if _wants(found) else "this should not work"
    return f"The allowlist says {wants} ({found.allowed.where}{owner})."


def _waived(wanted: Wanted, accepted: OriginEntry) -> str:
    lacks = "does not allow it with cookies" if wanted.caps else "does not list it"
    until = "" if accepted.expires is None else f" until {day(accepted.expires)}"
    return f"The allowlist {lacks}; {accepted.where} accepts it{until} ({accepted.owner})."


def _hops(found: Explanation) -> Iterator[HopRow]:
    actual = _placed(found.actual)
    preflight = _placed(found.preflight) if found.preflight else ()
    for at in range(max(len(actual), len(preflight))):
        placed = actual[at] if at < len(actual) else preflight[at]
        before = _did(found.preflight, at) if found.preflight else ""
        blocked = found.judgement is not None and found.judgement.preflight_ok is False
        after = "not sent" if blocked else _did(found.actual, at)
        yield HopRow(placed.hop.layer, placed.hop.title, before, after)


def _links(found: Explanation) -> Iterator[str]:
    """How the hops of the deciding exchange are linked, where that is not sure."""
    hops = _placed(found.deciding)
    if hops and found.deciding.way is not None:
        yield from unsure_links(found.deciding.way, hops[-1])


def _placed(told: Told | None) -> tuple[Placed, ...]:
    return () if told is None or told.way is None else told.way.hops


def _did(told: Told | None, at: int) -> str:
    if told is None:
        return ""
    done = [event.did for event in told.answer.events if event.hop == at]
    wrote = (
        any(line.hop == at for line in told.answer.response.lines)
        if told.answer.response
        else False
    )
    text = ", ".join(done) or NOT_REACHED
    return (
        f"{text}, writes headers"
        if wrote and not text.startswith("answers")
        else text.replace("answers", "ANSWERS")
    )


def _answered_by(found: Explanation) -> str:
    told = found.deciding
    if told.answer.response is None or told.way is None:
        return ""
    at = told.answer.response.by
    if at < len(told.way.hops):
        return f"hop {at + 1}"
    return "the end of the path"


def _line(found: Explanation, line: Line) -> LineRow:
    hops = _placed(found.deciding)
    hop = f"hop {line.hop + 1} " if line.hop < len(hops) else ""
    missing = ", ".join(found.missing)
    remark = f"{missing} missing" if line.name == ALLOW_HEADERS and found.missing else ""
    if line.name == ALLOW_ORIGIN:
        remark = _entry(found, line)
    return LineRow(line.name, line.value, hop + line.field, remark)


def _entry(found: Explanation, line: Line) -> str:
    """The entry that the origin is let in by, where it takes others too, and the name of those."""
    source = _source(found, line)
    if source is None or source.reach is not Reach.PATTERN:
        return ""
    named = by_name(source, found.allowed, found.asked.origin)
    return f"by {source.text}" if named is None else f"by {source.text}. {named}"


def _source(found: Explanation, line: Line) -> Source | None:
    told = found.deciding
    return None if told.way is None else source_of(told.way, line, found.asked.origin, told.host)


def _steps(found: Explanation) -> Iterator[tuple[str, bool | None]]:
    answer = found.deciding.answer
    response = answer.response or next(iter(answer.possible), None)
    if response is None or found.judgement is None:
        yield "an answer that is known", None
        return
    pairs, origin = response.pairs, found.asked.origin
    yield "origin equal", cors_check(origin, pairs, False).ok
    if found.asked.credentials:
        yield (
            "credentials true",
            "true" in response.values(ALLOW_CREDENTIALS)
            and len(response.values(ALLOW_CREDENTIALS)) == 1,
        )
    if found.deciding is not found.preflight:
        return
    yield "status 200-299", 200 <= response.status <= 299
    methods = {m.strip() for v in response.values(ALLOW_METHODS) for m in v.split(",")}
    star = "*" in methods and not found.asked.credentials
    method = found.asked.method
    yield f"method {method}", method in methods or method in ("GET", "HEAD", "POST") or star
    for name in found.asked.unsafe:
        yield f"header {name}", name not in found.missing


def _refusal(found: Explanation) -> str:
    """What the setting that lets the origin in would have to become, and where it stands."""
    line = next((line for line in found.lines if line.name == ALLOW_ORIGIN), None)
    source = None if line is None else _source(found, line)
    where = "" if source is None else f" ({grantor_at(source.placed, source.field).where})"
    return mend(Cause(source, ())) + where


def _change(found: Explanation) -> Iterator[str]:
    if found.judgement is None:
        yield "read what is named above, then ask again"
        return
    placed = found.decider
    allowed, wanted = found.judgement.shared, found.wanted
    if placed is None or (wanted is not None and bool(allowed) == _wants(found)):
        return
    if allowed and found.accepted is not None:
        return
    if allowed:
        yield f"to refuse it: {_refusal(found)}"
        yield from _managed(placed)
        return
    what = (
        f"headers += {', '.join(found.missing)}"
        if found.missing
        else f"let {found.asked.origin} in"
    )
    yield f"to allow it: {placed.hop.title}: {what} ({placed.hop.where})"
    yield from _managed(placed)


def _managed(placed: Placed) -> Iterator[str]:
    """Where the change is to be made, so that it is not undone."""
    found = managers(placed)
    if found is not None:
        yield f"  managed by {found}"
