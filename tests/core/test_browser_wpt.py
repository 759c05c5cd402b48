"""Every case restated from web-platform-tests, through the functions that the product uses.

Opaque cases (mode no-cors) are outside the contract of `judge`: they belong to response tainting,
which is where they are tested here.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from auditor.core.browser.cache import Key, PreflightCache
from auditor.core.browser.judgement import Question, judge
from auditor.core.browser.lines import get
from auditor.core.browser.redirect import Visit, follow
from auditor.core.browser.request import (
    Credentials,
    Request,
    needs_preflight,
    normalise_method,
    unsafe_header_names,
)
from auditor.core.browser.response import Answer, Mode, Tainting, readable, taint, visible_status
from auditor.core.origin import origin_of, parse

CASES = json.loads((Path(__file__).parents[1] / "data" / "wpt_cors_cases.json").read_text())[
    "cases"
]
COUNTS = {
    "acao": 44,
    "preflight": 46,
    "opaque": 5,
    "credentials": 3,
    "needs-preflight": 46,
    "redirect": 36,
    "expose": 7,
    "preflight-cache": 3,
}
DISAGREEMENT = "wpt-preflight-cache-003"
"""Max-Age -1 is no delta-seconds: by the Fetch text it is cached for 5 s, WPT expects no caching."""


def cases(*kinds):
    return [pytest.param(case, id=case["id"]) for case in CASES if case["kind"] in kinds]


def request_of(case):
    asked = case["request"]
    return Request(
        parse(asked["origin"]),
        origin_of(asked["url"]),
        asked["method"],
        lines_of(asked["headers"]),
        Credentials(asked["credentials"]),
    )


def lines_of(pairs):
    return tuple((name, value) for name, value in pairs)


def answer_of(answer):
    return Answer(answer["status"], lines_of(answer["headers"])) if answer else None


def judged(case):
    answers = answer_of(case.get("preflight")), answer_of(case.get("response"))
    return judge(Question(request_of(case), *answers))


def test_no_case_is_left_out():
    assert Counter(case["kind"] for case in CASES) == COUNTS
    assert len(CASES) == len({case["id"] for case in CASES}) == 190


@pytest.mark.parametrize("case", cases("acao", "credentials"))
def test_cors_check(case):
    assert judged(case).shared is case["expected"]["shared"]


@pytest.mark.parametrize("case", cases("preflight"))
def test_preflight(case):
    found = judged(case)
    assert found.needs_preflight is case["expected"]["preflight"]
    assert found.shared is case["expected"]["shared"]
    status = case["response"]["status"]
    assert visible_status(status, Tainting.CORS) == case["expected"].get("status_seen", status)


@pytest.mark.parametrize("case", cases("needs-preflight"))
def test_needs_preflight(case):
    asked = case["request"]
    expected = case["expected"]["preflight"]
    assert needs_preflight(asked["method"], lines_of(asked["headers"])) is expected
    assert judged(case).needs_preflight is expected


@pytest.mark.parametrize("case", cases("expose"))
def test_expose(case):
    found = judged(case)
    assert found.shared is case["expected"]["shared"]
    names = {name.lower() for name, _ in case["response"]["headers"]}
    assert set(case["expected"]["visible"]) <= set(found.exposed) <= names
    assert set(case["expected"]["hidden"]).isdisjoint(found.exposed)


@pytest.mark.parametrize("case", cases("redirect"))
def test_redirect(case):
    visits = [Visit(answer_of(hop)) for hop in case["hops"]]
    journey = follow(request_of(case), visits)
    assert journey.verdict.ok is case["expected"]["shared"]
    if journey.verdict.ok:
        assert journey.answered == len(visits)
        assert journey.origin == case["expected"]["final_request_origin"]


@pytest.mark.parametrize("case", cases("preflight-cache"))
def test_preflight_cache(case):
    asked = case["request"]
    key = Key(asked["origin"], asked["url"], asked["credentials"] == "include")
    method = normalise_method(asked["method"])
    unsafe = unsafe_header_names(lines_of(asked["headers"]))
    cache = PreflightCache()
    assert not cache.covers(key, method, unsafe, at=0.0)
    cache = cache.remember(key, lines_of(case["preflight"]["headers"]), at=0.0)
    second_preflight = not cache.covers(key, method, unsafe, at=0.0)
    agrees = second_preflight is case["expected"]["second_preflight"]
    assert agrees is (case["id"] != DISAGREEMENT)


@pytest.mark.parametrize("case", cases("opaque"))
def test_opaque(case):
    request, answer = request_of(case), answer_of(case["response"])
    tainting = taint(request.origin, request.target, Mode(case["request"]["mode"]))
    assert tainting == case["expected"]["response_type"]
    assert visible_status(answer.status, tainting) == case["expected"]["status_seen"]
    assert get(answer.lines, "access-control-allow-origin") == "*"
    assert readable(answer.lines, tainting, request.includes_credentials) == frozenset()
