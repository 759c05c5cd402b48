"""What browsers send, when they ask first, how they judge the answer and how long they keep it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.core.browser.cache import Key, PreflightCache
from auditor.core.browser.preflight import judge_preflight, max_age, unlisted_headers
from auditor.core.browser.request import (
    is_forbidden_method,
    needs_preflight,
    normalise_method,
    sendable_headers,
    unsafe_header_names,
)
from auditor.core.browser.verdict import Step

A = "https://a.example"
OPEN = [("Access-Control-Allow-Origin", A), ("Access-Control-Allow-Credentials", "true")]


def answer(methods=(), headers=(), ages=()):
    return (
        OPEN
        + [("Access-Control-Allow-Methods", value) for value in methods]
        + [("Access-Control-Allow-Headers", value) for value in headers]
        + [("Access-Control-Max-Age", value) for value in ages]
    )


@pytest.mark.parametrize(
    ("given_method", "sent", "forbidden"),
    [
        ("get", "GET", False),
        ("Delete", "DELETE", False),
        ("pUt", "PUT", False),
        ("options", "OPTIONS", False),
        ("patch", "patch", False),
        ("PATCH", "PATCH", False),
        ("chicken", "chicken", False),
        ("trace", "trace", True),
        ("CONNECT", "CONNECT", True),
        ("Track", "Track", True),
    ],
)
def test_methods(given_method, sent, forbidden):
    assert normalise_method(given_method) == sent
    assert is_forbidden_method(given_method) is forbidden


@pytest.mark.parametrize(
    ("name", "value", "safe"),
    [
        ("Accept", "text/html;q=0.8", True),
        ("accept", "\t", True),
        ("accept", "{}", False),
        ("accept", "a\tb", True),
        ("accept", "a\x0bb", False),
        ("accept", "\u00e9", True),
        ("accept", "a" * 128, True),
        ("accept", "a" * 129, False),
        ("accept", " " * 200, True),
        ("accept-language", "de-CH, *;q=0.5", True),
        ("accept-language", "de_CH", False),
        ("content-language", "\u00e9", False),
        ("Content-Type", "TEXT/plain ;x", True),
        ("content-type", "application/json", False),
        ("content-type", "text/plain", True),
        ("content-type", "text", False),
        ("content-type", "/plain", False),
        ("content-type", "text/plain\x7f", False),
        ("content-type", "text/plain,application/json", False),
        ("range", "bytes=0-", True),
        ("range", "bytes=1-1", True),
        ("range", "bytes=2-1", False),
        ("range", "bytes=-5", False),
        ("range", "bytes=1", False),
        ("range", "Bytes=0-", False),
        ("range", "bytes=0-1,2-3", False),
        ("range", "bytes=\u0661-", False),
        ("Authorization", "x", False),
        ("x-a", "", False),
    ],
)
def test_safelisted_headers(name, value, safe):
    assert unsafe_header_names([(name, value)]) == (() if safe else (name.lower(),))
    assert needs_preflight("GET", [(name, value)]) is not safe


def test_safe_values_over_1024_bytes_together_are_all_unsafe():
    safe = [("accept", "a" * 128)] * 8
    assert unsafe_header_names(safe) == ()
    more = [*safe, ("Accept-Language", "a"), ("X-B", "1"), ("x-a", "1")]
    assert unsafe_header_names(more) == ("accept", "accept-language", "x-a", "x-b")


def test_a_browser_keeps_some_headers_to_itself():
    kept = [("Cookie", "s"), ("Sec-X", "1"), ("proxy-a", "1"), ("ORIGIN", A), ("Host", "x")]
    override = [("X-HTTP-Method-Override", "PUT, trace"), ("x-method-override", "PUT")]
    assert sendable_headers([*kept, *override, ("X-A", "1")]) == (override[1], ("X-A", "1"))


@pytest.mark.parametrize(
    ("method", "names", "credentials", "status", "lines", "step"),
    [
        ("GET", (), True, 204, answer(), Step.OK),
        ("PUT", (), True, 204, answer(["GET, PUT"]), Step.OK),
        ("PUT", (), True, 204, answer(["GET", "PUT"]), Step.OK),
        ("PUT", (), True, 204, answer(["put"]), Step.METHOD_NOT_LISTED),
        ("PUT", (), True, 204, answer(), Step.METHOD_NOT_LISTED),
        ("PUT", (), False, 204, answer(["*"]), Step.OK),
        ("PUT", (), True, 204, answer(["*"]), Step.METHOD_STAR_WITH_CREDENTIALS),
        ("*", (), True, 204, answer(["*"]), Step.OK),
        ("GET", ("x-a",), True, 204, answer([], ["X-A"]), Step.OK),
        ("GET", ("x-a", "x-b"), True, 204, answer([], ["x-b", "x-a"]), Step.OK),
        ("GET", ("x-a", "x-b"), True, 204, answer([], ["x-b"]), Step.HEADER_NOT_LISTED),
        ("GET", ("x-a",), False, 204, answer([], ["*"]), Step.OK),
        ("GET", ("x-a",), True, 204, answer([], ["*"]), Step.HEADER_STAR_WITH_CREDENTIALS),
        ("GET", ("*",), True, 204, answer([], ["*"]), Step.OK),
        ("GET", ("authorization",), False, 204, answer([], ["*"]), Step.AUTHORIZATION_NOT_LISTED),
        ("GET", ("authorization",), False, 204, answer([], ["*, Authorization"]), Step.OK),
        ("GET", ("authorization",), True, 204, answer(), Step.AUTHORIZATION_NOT_LISTED),
        ("GET", (), True, 199, answer(), Step.STATUS_NOT_OK),
        ("GET", (), True, 299, answer(), Step.OK),
        ("GET", (), True, 300, answer(), Step.STATUS_NOT_OK),
        ("GET", (), True, 403, answer(), Step.STATUS_NOT_OK),
        ("GET", (), True, 204, answer(["P U T"]), Step.METHODS_UNREADABLE),
        ("GET", (), True, 204, answer([], ["x a"]), Step.HEADERS_UNREADABLE),
        ("GET", (), True, 204, OPEN[:1], Step.CREDENTIALS_ABSENT),
        ("GET", (), True, 204, [], Step.ALLOW_ORIGIN_ABSENT),
    ],
)
def test_judge_preflight(method, names, credentials, status, lines, step):
    verdict = judge_preflight(A, method, names, credentials, status, lines)
    assert (verdict.reason, verdict.ok) == (step, step is Step.OK)


def test_unlisted_headers_are_named():
    asked = ("authorization", "x-a", "x-b")
    assert unlisted_headers(asked, False, answer([], ["X-B"])) == ("authorization", "x-a")
    assert unlisted_headers(asked, False, answer([], ["*"])) == ("authorization",)
    assert unlisted_headers(asked, True, answer([], ["*"])) == asked
    assert unlisted_headers(asked, True, answer([], ["x y"])) == asked


@given(st.lists(st.sampled_from(["x-a", "x-b", "authorization", "*"]), unique=True))
def test_a_header_is_allowed_exactly_when_it_is_not_unlisted(listed):
    asked = ("authorization", "x-a", "x-b")
    for credentials in (False, True):
        lines = answer([], [", ".join(listed)])
        verdict = judge_preflight(A, "GET", asked, credentials, 204, lines)
        assert verdict.ok is not bool(unlisted_headers(asked, credentials, lines))


@pytest.mark.parametrize(
    ("values", "seconds"),
    [
        ([], 5),
        (["600"], 600),
        ([" 0 "], 0),
        (["007"], 7),
        (["-1"], 5),
        (["1.5"], 5),
        ([""], 5),
        (["600", "600"], 5),
        (["600, 600"], 5),
        (["\u0661"], 5),
        (["9" * 9], 999_999_999),
        (["9" * 10], 2**31),
        (["9" * 5000], 2**31),
    ],
)
def test_max_age(values, seconds):
    assert max_age(answer(ages=values)) == seconds


URL = "https://b.example/x"


def test_an_entry_lives_for_its_seconds_at_one_url_from_one_origin():
    cache = PreflightCache().remember(Key(A, URL, False), answer(["PUT"], ["X-A"], ["10"]), at=100)
    asked = Key(A, URL, False)
    assert cache.covers(asked, "PUT", ("x-a",), at=109.9)
    assert not cache.covers(asked, "PUT", ("x-a",), at=110)
    assert not cache.covers(asked, "PATCH", (), at=100)
    assert not cache.covers(asked, "GET", ("x-b",), at=100)
    assert not cache.covers(Key(A, URL + "y", False), "PUT", (), at=100)
    assert not cache.covers(Key("null", URL, False), "PUT", (), at=100)
    assert cache.covers(Key(A, URL + "y", False), "GET", (), at=100)


def test_an_entry_with_credentials_serves_both_and_one_without_does_not():
    lines = answer(["PUT"])
    with_credentials = PreflightCache().remember(Key(A, URL, True), lines, at=0)
    without = PreflightCache().remember(Key(A, URL, False), lines, at=0)
    assert with_credentials.covers(Key(A, URL, False), "PUT", (), at=1)
    assert with_credentials.covers(Key(A, URL, True), "PUT", (), at=1)
    assert not without.covers(Key(A, URL, True), "PUT", (), at=1)


def test_a_remembered_star_never_covers_authorization():
    cache = PreflightCache().remember(Key(A, URL, False), answer(["*"], ["*"]), at=0)
    assert cache.covers(Key(A, URL, False), "PATCH", ("x-a",), at=0)
    assert not cache.covers(Key(A, URL, False), "GET", ("authorization",), at=0)


def test_answers_add_up_are_forgotten_and_expired_ones_are_dropped():
    key = Key(A, URL, False)
    cache = PreflightCache().remember(key, answer(["PUT"]), at=0)
    both = cache.remember(key, answer([], ["x-a"]), at=1)
    assert both.covers(key, "PUT", ("x-a",), at=2)
    assert not both.forget(A, URL).covers(key, "PUT", (), at=2)
    assert both.forget("null", URL) == both
    assert len(both.remember(key, answer(["PUT"]), at=99).entries) == 1
    assert cache.remember(key, answer(["a b"]), at=0) == cache
