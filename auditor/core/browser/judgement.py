"""One recorded exchange, judged as a browser would: the contract of `cors-audit judge`."""

from dataclasses import dataclass

from auditor.core.browser.preflight import judge_preflight, unlisted_headers
from auditor.core.browser.redirect import REDIRECT_STATUSES, location
from auditor.core.browser.request import (
    SAFELISTED_METHODS,
    Request,
    is_forbidden_method,
    normalise_method,
    sendable_headers,
    unsafe_header_names,
)
from auditor.core.browser.response import Answer, Tainting, cors_check, readable, taint
from auditor.core.browser.verdict import Step, Verdict

_NAMED_BY_HEADER = frozenset({Step.HEADER_NOT_LISTED, Step.HEADER_STAR_WITH_CREDENTIALS})
_NAMED_BY_METHOD = frozenset({Step.METHOD_NOT_LISTED, Step.METHOD_STAR_WITH_CREDENTIALS})


@dataclass(frozen=True, slots=True)
class Question:
    """A request and what came back; None for what is not known."""

    request: Request
    preflight: Answer | None = None
    response: Answer | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The browser's end of it; None where nothing was given to judge.

    `preflight_ok` is judged whenever an answer is given and the URL is cross-origin, needed or
    not. `shared`: script gets the response; False where a needed preflight was given and fails,
    also without a response. `exposed`: lower-case names among the response's, sorted; empty
    where the response is not shared. `reason`: the step that decided, for people.
    """

    needs_preflight: bool
    preflight_ok: bool | None
    shared: bool | None
    exposed: tuple[str, ...] | None
    reason: str


def judge(question: Question) -> Judgement:
    """Judge one exchange in mode `cors`, redirects not followed.

    A response that redirects is shared or not by what answers there: not known here. Headers
    that a browser does not let script set (`Cookie`) count as not set.
    """
    request, response = question.request, question.response
    if is_forbidden_method(request.method):
        return _conclude(question, False, None, False, Step.METHOD_FORBIDDEN.text)
    if taint(request.origin, request.target) is Tainting.BASIC:
        shared = None if _redirects(response) else True
        step = Step.SAME_ORIGIN if shared else Step.REDIRECTED
        return _conclude(question, False, None, shared, step.text)
    method = normalise_method(request.method)
    unsafe = unsafe_header_names(sendable_headers(request.headers))
    needed = method not in SAFELISTED_METHODS or bool(unsafe)
    asked = _judge_preflight(question, method, unsafe)
    if needed and asked is not None and not asked.ok:
        detail = _detail(question, asked.reason, method, unsafe)
        return _conclude(question, needed, False, False, f"the preflight fails: {detail}")
    shared, reason = _judge_response(question)
    if needed and asked is None:
        reason += "; it needs a preflight, and no answer to one was given"
    return _conclude(question, needed, None if asked is None else asked.ok, shared, reason)


def _judge_preflight(question: Question, method: str, unsafe: tuple[str, ...]) -> Verdict | None:
    answer, request = question.preflight, question.request
    if answer is None:
        return None
    return judge_preflight(
        str(request.origin),
        method,
        unsafe,
        request.includes_credentials,
        answer.status,
        answer.lines,
    )


def _judge_response(question: Question) -> tuple[bool | None, str]:
    """Return whether a cross-origin response is shared, None if open, and why."""
    request, response = question.request, question.response
    if response is None:
        return None, "no response was given"
    verdict = cors_check(str(request.origin), response.lines, request.includes_credentials)
    if verdict.ok and _redirects(response):
        return None, Step.REDIRECTED.text
    return verdict.ok, verdict.reason.text


def _redirects(response: Answer | None) -> bool:
    return (
        response is not None
        and response.status in REDIRECT_STATUSES
        and location(response.lines) is not None
    )


def _detail(question: Question, step: Step, method: str, unsafe: tuple[str, ...]) -> str:
    """Return the text of a failed preflight's step, with the name or number that it is about."""
    answer, request = question.preflight, question.request
    if answer is not None and step is Step.STATUS_NOT_OK:
        return f"{step.text}: {answer.status}"
    if step in _NAMED_BY_METHOD:
        return f"{step.text}: {method}"
    if answer is not None and step in _NAMED_BY_HEADER:
        names = unlisted_headers(unsafe, request.includes_credentials, answer.lines)
        return f"{step.text}: {', '.join(names)}"
    return step.text


def _conclude(
    question: Question, needed: bool, asked: bool | None, shared: bool | None, reason: str
) -> Judgement:
    """Add what script sees of the response."""
    request, response = question.request, question.response
    names: frozenset[str] | None = None
    if response is not None and shared is not None:
        tainting = taint(request.origin, request.target)
        names = readable(response.lines, tainting, request.includes_credentials)
    exposed = None if names is None else tuple(sorted(names)) if shared else ()
    return Judgement(needed, asked, shared, exposed, reason)
