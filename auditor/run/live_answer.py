"""What came back for one live request, judged as a browser would, for one capability."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from auditor.core.browser.judgement import Question, judge
from auditor.core.browser.lines import ALLOW_ORIGIN, values
from auditor.core.browser.preflight import judge_preflight
from auditor.core.browser.request import Credentials, Request
from auditor.core.browser.response import Answer
from auditor.core.browser.verdict import Step
from auditor.core.capability import WITH_CREDENTIALS, Capability
from auditor.core.origin import Opaque, Origin, origin_of
from auditor.edge.http import Answer as Received
from auditor.edge.http import Failed
from auditor.edge.probe import Probe

LONGEST_SAID: Final = 300
"""Characters: header values are as long as the server likes."""

_OTHER_REQUESTS: Final = frozenset(
    {
        Step.METHOD_NOT_LISTED,
        Step.METHOD_STAR_WITH_CREDENTIALS,
        Step.HEADER_NOT_LISTED,
        Step.HEADER_STAR_WITH_CREDENTIALS,
        Step.AUTHORIZATION_NOT_LISTED,
    }
)
"""Steps that fail for what was asked, where another method or header may pass."""


@dataclass(frozen=True, slots=True)
class Told:
    """Whether the witness has a capability (None: the answer cannot tell), and the answer in words."""

    ok: bool | None
    said: str


def judge_read(
    probe: Probe, page: Origin | Opaque, given: Received | Failed | None, asked: Capability
) -> Told:
    """Whether a page on `page` may read the answer to `probe`. `asked`: one capability of reading."""
    target = origin_of(probe.url)
    if not isinstance(given, Received):
        return no_answer(given)
    if not isinstance(target, Origin):
        return no_answer(Failed("the URL cannot be read"))
    if (blocked := _blocked(given)) is not None:
        return blocked
    mode = Credentials.INCLUDE if asked & WITH_CREDENTIALS else Credentials.OMIT
    request = Request(page, target, probe.method, credentials=mode)
    judged = judge(Question(request, response=Answer(given.status, given.lines)))
    return Told(judged.shared, _said(judged.reason, given))


def judge_send(probe: Probe, given: Received | Failed | None, asked: Capability) -> Told:
    """Whether the answer to the preflight of `probe` lets its page send. `asked`: one capability of
    sending."""
    if not isinstance(given, Received):
        return no_answer(given)
    if (blocked := _blocked(given)) is not None:
        return blocked
    credentials = bool(asked & WITH_CREDENTIALS)
    verdict = judge_preflight(
        probe.origin, probe.method, probe.unsafe, credentials, given.status, given.lines
    )
    ok = None if verdict.reason in _OTHER_REQUESTS else verdict.ok
    return Told(ok, _said(f"to a preflight for {probe.method}, {verdict.reason.text}", given))


def no_answer(given: Failed | None) -> Told:
    """What a request that got no answer, or was not sent, tells."""
    reason = "nothing could be asked" if given is None else " ".join(given.reason.split())
    return Told(None, f"no answer ({reason[:LONGEST_SAID]})")


def _blocked(given: Received) -> Told | None:
    """What an answer without the header does not tell: it is not the one that a user who is logged in
    gets (a redirect to a login, 401, 403), or not one of this route's (404 of a path that was made
    up, 5xx)."""
    if values(given.lines, ALLOW_ORIGIN) or given.status < 300:
        return None
    what = "redirects, as to a login," if given.status < 400 else "is an error and"
    return Told(None, f"the answer {what} carries no Access-Control-Allow-Origin{_status(given)}")


def _said(reason: str, given: Received) -> str:
    found = values(given.lines, ALLOW_ORIGIN)
    if not found:
        return f"the answer carries no Access-Control-Allow-Origin{_status(given)}"
    shown = ", ".join(found)
    return f"{reason[:LONGEST_SAID]}; it is {shown[:LONGEST_SAID]}{_status(given)}"


def _status(given: Received) -> str:
    return f" (status {given.status})"
