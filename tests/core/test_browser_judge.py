"""The contract of `judge`: what is null, what is false, and what the reason names."""

import pytest

from auditor.core.browser.judgement import Judgement, Question, judge
from auditor.core.browser.request import Credentials, Request
from auditor.core.browser.response import Answer
from auditor.core.origin import OPAQUE, parse

A, B = parse("https://a.example"), parse("https://b.example")
ALLOW = ("Access-Control-Allow-Origin", "https://a.example")
PUT = Request(A, B, "PUT")
SHARED = Answer(200, (ALLOW, ("ETag", "1"), ("Access-Control-Expose-Headers", "etag")))
GOOD = Answer(204, (ALLOW, ("Access-Control-Allow-Methods", "PUT")))
BAD = Answer(403, (ALLOW,))
OK = "the response allows this origin"


@pytest.mark.parametrize(
    ("question", "judgement"),
    [
        (
            Question(PUT),
            Judgement(
                True,
                None,
                None,
                None,
                "no response was given; it needs a preflight, and no answer to one was given",
            ),
        ),
        (Question(PUT, GOOD), Judgement(True, True, None, None, "no response was given")),
        (Question(PUT, GOOD, SHARED), Judgement(True, True, True, ("etag",), OK)),
        (
            Question(PUT, None, SHARED),
            Judgement(
                True,
                None,
                True,
                ("etag",),
                f"{OK}; it needs a preflight, and no answer to one was given",
            ),
        ),
        (
            Question(PUT, BAD, SHARED),
            Judgement(
                True,
                False,
                False,
                (),
                "the preflight fails: the status is not 200 to 299: 403",
            ),
        ),
        (
            Question(PUT, GOOD, Answer(200)),
            Judgement(True, True, False, (), "Access-Control-Allow-Origin is absent"),
        ),
        (Question(Request(A, B), BAD, SHARED), Judgement(False, False, True, ("etag",), OK)),
        (
            Question(Request(A, A, "PUT"), BAD, Answer(500, (("X-A", "1"), ("Set-Cookie", "s")))),
            Judgement(
                False,
                None,
                True,
                ("x-a",),
                "the URL is of the same origin, so CORS does not apply",
            ),
        ),
        (
            Question(Request(A, A)),
            Judgement(
                False, None, True, None, "the URL is of the same origin, so CORS does not apply"
            ),
        ),
        (
            Question(Request(A, B, "TRACE"), GOOD, SHARED),
            Judgement(False, None, False, (), "browsers let no script send this method"),
        ),
        (
            Question(Request(A, B), None, Answer(302, (ALLOW, ("Location", "/2")))),
            Judgement(
                False,
                None,
                None,
                None,
                "the response redirects, and what answers there was not given",
            ),
        ),
        (
            Question(Request(A, A), None, Answer(302, (("Location", "https://b.example/"),))),
            Judgement(
                False,
                None,
                None,
                None,
                "the response redirects, and what answers there was not given",
            ),
        ),
        (
            Question(Request(A, B), None, Answer(302, (ALLOW,))),
            Judgement(False, None, True, (), OK),
        ),
        (
            Question(Request(A, B), None, Answer(302, (("Location", "/2"),))),
            Judgement(False, None, False, (), "Access-Control-Allow-Origin is absent"),
        ),
    ],
)
def test_judge(question, judgement):
    assert judge(question) == judgement


def test_an_opaque_origin_is_cross_origin_everywhere():
    found = judge(Question(Request(OPAQUE, A), None, Answer(200, ((ALLOW[0], "null"),))))
    assert found.shared is True
    assert judge(Question(Request(OPAQUE, A), None, SHARED)).shared is False


def test_what_script_cannot_set_asks_for_nothing():
    request = Request(A, B, "get", (("Cookie", "s=1"), ("Origin", "x")), Credentials.INCLUDE)
    assert judge(Question(request)).needs_preflight is False


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ((("Access-Control-Allow-Methods", "GET"),), "PATCH"),
        ((("Access-Control-Allow-Methods", "*"),), "PATCH"),
        ((("Access-Control-Allow-Methods", "PATCH"),), "x-a, x-b"),
        (
            (
                ("Access-Control-Allow-Methods", "PATCH"),
                ("Access-Control-Allow-Headers", "x-b"),
            ),
            "x-a",
        ),
    ],
)
def test_the_reason_names_what_is_missing(lines, named):
    headers = (("X-B", "1"), ("X-A", "1"))
    request = Request(A, B, "PATCH", headers, Credentials.INCLUDE)
    credentials = ("Access-Control-Allow-Credentials", "true")
    found = judge(Question(request, Answer(204, (ALLOW, credentials, *lines))))
    assert found.reason.endswith(f": {named}")
