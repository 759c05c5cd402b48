"""A trusted origin is blocked.

What: the allowlist says that an origin may read answers or send requests, and browsers refuse.
Gaps on error answers alone do not count, and what stored answers alone block is
cache-mixes-origins'.

Why: an application that is meant to work does not, and the browser's message names no layer. It is
mended in a hurry and in the wrong place, which is how `*` and echoed origins get into settings. It
is no leak, so it is medium at most.

Example: the allowlist has `https://partner.example.net`; the gateway answers preflights without it,
and the application behind, which lists it, is never asked.

Mend: add what is missing at the hop that is named; the others on the path cannot change the answer.
Or take the origin off the allowlist, if it is not meant to work any more.

References: Fetch Standard, whatwg/fetch 586cd2a, 4.8 (preflight) and 4.10 (CORS check): the step
that fails is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import reduce
from operator import or_

from auditor.core.browser.verdict import Step
from auditor.core.capability import ANONYMOUS, READ, SEND, Capability
from auditor.core.decision.judged import Kind
from auditor.core.finding import Finding, Severity
from rules.cache_mixes_origins import lost_to_caches
from rules.claim import Claim, finding
from rules.denial import ABOUT_HEADER, ABOUT_METHOD, Denial, denials
from rules.grant import telling
from rules.reference import ACCESS_POLICY, API_MISCONFIGURATION, ZERO_TRUST
from rules.rule import Result, Rule, View, concluded, raised
from rules.wording import cookies, place

NAME = "narrowed-origin"

_ADD = "Add {missing} to {place}."
_ANSWER = "Let {place} answer {missing}, or pass on Origin and what a hop behind it answers."
_ONE_WRITER = "Let one layer alone write {missing}; the outermost that does is {place}."
_DO = {
    Step.ALLOW_ORIGIN_SEVERAL: _ONE_WRITER,
    Step.STAR_WITH_CREDENTIALS: "List the origins that need cookies in {place}, instead of {missing}.",
    Step.CREDENTIALS_ABSENT: "Allow credentials at {place}.",
    Step.CREDENTIALS_NOT_TRUE: "Make {place} write true, once, or nothing.",
    Step.STATUS_NOT_OK: "Answer preflights with 200 or 204, before any authentication, at {place}.",
    Step.METHODS_UNREADABLE: "Write {place} as method names with commas between them.",
    Step.HEADERS_UNREADABLE: "Write {place} as header names with commas between them.",
}


def check(view: View) -> Iterator[Result]:
    """Find trusted origins that browsers certainly refuse."""
    return concluded(NAME, view, _found(view)) if view.route.allowed else iter(())


RULE = Rule(
    name=NAME,
    severity=Severity.MEDIUM,
    summary="an origin of the allowlist is blocked",
    prose=__doc__ or "",
    check=check,
    needs_allowlist=True,
    references=(ACCESS_POLICY, ZERO_TRUST, API_MISCONFIGURATION),
)


def _found(view: View) -> Iterator[Finding]:
    groups: dict[tuple[str, ...], list[Denial]] = {}
    for one in view.others():
        lasting = replace(one, narrowed=one.narrowed & ~lost_to_caches(view, one))
        for denial in denials(view, lasting):
            hop = "" if denial.placed is None else denial.placed.hop.id
            groups.setdefault((hop, denial.field, denial.missing), []).append(denial)
    for group in groups.values():
        yield _finding(view, group)


def _finding(view: View, group: list[Denial]) -> Finding:
    shown = min(group, key=lambda denial: (telling(denial.one), denial.kind is not Kind.ACTUAL))
    caps = reduce(or_, (denial.caps for denial in group))
    return finding(
        view,
        Claim(
            rule=NAME,
            severity=raised(RULE.severity, Capability.NONE, view.production),
            subject=shown.missing,
            what=f"{_who(group)} cannot {_verbs(view, shown, caps)}, although the allowlist lets it.",
            why=_why(shown),
            do=_do(shown),
            witness=shown.one.witness,
            placed=shown.placed,
            field=shown.field,
            caps=caps,
        ),
    )


def _who(group: Iterable[Denial]) -> str:
    names = sorted({denial.one.witness for denial in group})
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _verbs(view: View, shown: Denial, caps: Capability) -> str:
    """`read api.example.com/v1/* with cookies`; what fails without any, fails with them."""
    verbs = (("read", READ), (f"send {_sent(shown)} to", SEND))
    failing = " or ".join(verb for verb, part in verbs if caps & part)
    return f"{failing} {view.route.text}{'' if caps & ANONYMOUS else cookies(caps)}"


def _sent(denial: Denial) -> str:
    if denial.step in ABOUT_METHOD:
        return denial.missing
    if denial.step in ABOUT_HEADER:
        return f"requests with {denial.missing}"
    return "requests that need a preflight"


def _why(denial: Denial) -> str:
    if denial.step is None:
        return "No answer on this path gives it, whatever the hops that were not read do."
    answer = "answer" if denial.kind is Kind.ACTUAL else "preflight"
    title = "What stands at the end" if denial.placed is None else denial.placed.hop.title
    return f"In the {answer}, {denial.step.text}{_detail(denial)}. {title} decides it."


def _detail(denial: Denial) -> str:
    if denial.step is Step.STATUS_NOT_OK:
        return f": {denial.status}"
    named = denial.step in ABOUT_METHOD | ABOUT_HEADER
    return f": {denial.missing}" if named else ""


def _do(denial: Denial) -> str:
    if denial.placed is None:
        return f"Let one layer answer {denial.one.witness}: none that was read does."
    fallback = _ADD if denial.field else _ANSWER
    template = fallback if denial.step is None else _DO.get(denial.step, fallback)
    there = place(denial.placed.hop.title, denial.field)
    return template.format(missing=denial.missing, place=there)
