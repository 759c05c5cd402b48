"""Why a trusted origin is blocked: the step of the browser, and the hop that decides it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.core.allowlist import AllowedRoute
from auditor.core.browser.preflight import judge_preflight, unlisted_headers
from auditor.core.browser.response import cors_check
from auditor.core.browser.verdict import Step
from auditor.core.capability import READ, SEND, Capability
from auditor.core.decision.classes import SIMPLE_METHODS, Asked
from auditor.core.decision.judged import Kind, Outcome
from auditor.core.decision.verdict import Compared
from auditor.core.hop.behaviour import Doing, Forward, behaviours
from auditor.core.hop.header import ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN
from auditor.core.hop.op import Act
from auditor.core.link.walk import Placed, Way
from rules.question import alone, answering
from rules.rule import View
from rules.source import doing_at, outermost, source_of, writes

ABOUT_METHOD = frozenset({Step.METHOD_NOT_LISTED, Step.METHOD_STAR_WITH_CREDENTIALS})
ABOUT_HEADER = frozenset(
    {Step.HEADER_NOT_LISTED, Step.HEADER_STAR_WITH_CREDENTIALS, Step.AUTHORIZATION_NOT_LISTED}
)
_LINE = {
    **dict.fromkeys(ABOUT_METHOD, ALLOW_METHODS),
    **dict.fromkeys(ABOUT_HEADER, ALLOW_HEADERS),
    Step.METHODS_UNREADABLE: ALLOW_METHODS,
    Step.HEADERS_UNREADABLE: ALLOW_HEADERS,
    Step.CREDENTIALS_NOT_TRUE: ALLOW_CREDENTIALS,
}
"""Where the step that failed looked at another line than Allow-Origin."""


@dataclass(frozen=True, slots=True)
class Denial:
    """`one` cannot do `caps`. `step`: where the browser stops, None when no answer shows it;
    `missing`: what the setting lacks, an origin, a method, a header or the like; `placed` and `field`:
    the hop that decides, None when nothing that was read does."""

    one: Compared
    caps: Capability
    kind: Kind
    step: Step | None
    missing: str
    placed: Placed | None
    field: str
    status: int | None = None


def denials(view: View, one: Compared) -> Iterator[Denial]:
    """Why `one` certainly cannot do what the allowlist wants: for reading, then for sending."""
    reading, sending = one.narrowed & READ, one.narrowed & SEND
    if reading:
        yield _read(view, one, reading)
    if sending:
        yield from _send(view, one, sending)


def _read(view: View, one: Compared, caps: Capability) -> Denial:
    credentials = not caps & Capability.READ_ANON
    for outcome in _usual(one.seen.outcomes, Kind.ACTUAL):
        verdict = cors_check(one.witness, outcome.response.pairs, credentials)
        if not verdict.ok:
            return _denial(view, one, caps, outcome, verdict.reason, ())
    return Denial(one, caps, Kind.ACTUAL, None, one.witness, None, "")


def _send(view: View, one: Compared, caps: Capability) -> Iterator[Denial]:
    found = False
    for send in one.seen.sends:
        lacking = caps & ~send.bounds.best
        if lacking and view.route.allowed is not None and _required(send.asked, view.route.allowed):
            found = True
            yield _preflight(view, one, lacking, send.asked)
    if not found:
        yield Denial(one, caps, Kind.PREFLIGHT, None, one.witness, None, "")


def _required(asked: Asked, allowed: AllowedRoute) -> bool:
    if asked.headers:
        return frozenset(asked.headers) == allowed.headers
    return asked.method in (allowed.methods or frozenset()) - SIMPLE_METHODS


def _preflight(view: View, one: Compared, caps: Capability, asked: Asked) -> Denial:
    credentials = not caps & Capability.SEND_ANON
    outcomes = answering(view, one.seen.about, asked).outcomes
    for outcome in _usual(outcomes, Kind.PREFLIGHT):
        status, pairs = outcome.response.status, outcome.response.pairs
        verdict = judge_preflight(
            one.witness, asked.method, asked.headers, credentials, status, pairs
        )
        if not verdict.ok:
            names = unlisted_headers(asked.headers, credentials, pairs)
            missing = (asked.method,) if verdict.reason in ABOUT_METHOD else names
            return _denial(view, one, caps, outcome, verdict.reason, missing)
    return Denial(one, caps, Kind.PREFLIGHT, None, one.witness, None, "")


def _usual(outcomes: tuple[Outcome, ...], kind: Kind) -> Iterator[Outcome]:
    """The usual answers, those met in every world first."""
    found = [o for o in outcomes if o.kind is kind and o.response.usual]
    yield from sorted(found, key=lambda outcome: not outcome.certain)


def _denial(
    view: View,
    one: Compared,
    caps: Capability,
    outcome: Outcome,
    step: Step,
    named: tuple[str, ...],
) -> Denial:
    placed, field = _decider(view, one, outcome, step)
    missing = _missing(one, step, named)
    status = outcome.response.status
    return Denial(one, caps, outcome.kind, step, missing, placed, field, status)


def _missing(one: Compared, step: Step, named: tuple[str, ...]) -> str:
    if step in ABOUT_METHOD | ABOUT_HEADER:
        return ",".join(sorted(named))
    match step:
        case Step.ALLOW_ORIGIN_SEVERAL:
            return ALLOW_ORIGIN
        case Step.STAR_WITH_CREDENTIALS:
            return "*"
        case Step.CREDENTIALS_ABSENT | Step.CREDENTIALS_NOT_TRUE:
            return ALLOW_CREDENTIALS
        case Step.STATUS_NOT_OK:
            return "preflight status"
        case _:
            return _LINE.get(step, one.witness)


# -- who decides -----------------------------------------------------------------------------------


def _decider(view: View, one: Compared, outcome: Outcome, step: Step) -> tuple[Placed | None, str]:
    """The hop whose line, answer or silence stops the browser, and its field."""
    way, response = view.way(outcome), outcome.response
    if step is Step.STATUS_NOT_OK:
        return _silent(view, one, way, response.by)[0], ""
    sought = _LINE.get(step, ALLOW_ORIGIN)
    for header in (sought, ALLOW_ORIGIN):
        lines = [line for line in response.lines if line.name == header]
        if lines:
            line = outermost(lines)
            source = source_of(way, line, one.witness, view.route.host)
            if source is not None and sought == ALLOW_ORIGIN:
                return source.placed, source.field
            stands = doing_at(way, line.hop)
            return (None, "") if stands is None else (stands[0], _field(stands[1], sought))
    return _silent(view, one, way, response.by)


def _silent(view: View, one: Compared, way: Way, by: int) -> tuple[Placed | None, str]:
    """The hop to blame for an answer without an Allow-Origin line: the one that made the answer; or
    the innermost that refuses the origin, an outer one where that takes inner lines away; or one that
    hides the origin from those behind it; or the innermost of all."""
    hops, answered = way.hops, doing_at(way, by)
    if answered is not None:
        return answered[0], _field(answered[1], ALLOW_ORIGIN)
    if not hops:
        return None, ""
    refusing = [at for at in range(len(hops)) if _refuses(view, one, way, at)]
    stripping = [at for at in refusing if _removes(hops[at])]
    hiding = [at for at, placed in enumerate(hops) if _hides(placed) or _removes(placed)]
    at = next(iter([*stripping[:1], *refusing[-1:], *hiding[:1], len(hops) - 1]))
    return hops[at], _field(hops[at].case.doing, ALLOW_ORIGIN)


def _refuses(view: View, one: Compared, way: Way, at: int) -> bool:
    stands = doing_at(way, at)
    decides = stands is not None and any(writes(stands[1]))
    return decides and not alone(view, way, at, one.seen.about).reads.join


def _removes(placed: Placed) -> bool:
    return any(
        op.act is Act.REMOVE and ALLOW_ORIGIN in op.names
        for behaviour in behaviours(placed.case.doing)
        for step in behaviour.edits
        for case in step
        for op in case.ops
    )


def _hides(placed: Placed) -> bool:
    found = behaviours(placed.case.doing)
    return any(behaviour.inward.origin is not Forward.KEEP for behaviour in found)


def _field(doing: Doing, header: str) -> str:
    """The setting of a hop that writes `header`, empty where none does."""
    return next((write.op.field for write in writes(doing, header)), "")
