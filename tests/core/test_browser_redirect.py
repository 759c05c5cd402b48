"""Redirects beyond the recorded cases: methods, headers, preflights, targets that are refused."""

import pytest

from auditor.core.browser.redirect import Visit, follow
from auditor.core.browser.request import Credentials, Request
from auditor.core.browser.response import Answer, Tainting
from auditor.core.browser.verdict import Step
from auditor.core.origin import OPAQUE, parse

A, B, C = (parse(f"https://{host}.example") for host in "abc")
ANY = ("Access-Control-Allow-Origin", "*")


def hop(location=None, status=302, lines=(ANY,), preflight=None):
    more = () if location is None else (("Location", location),)
    return Visit(Answer(status, (*lines, *more)), preflight)


def test_authorization_is_dropped_at_the_first_other_origin():
    request = Request(A, B, "GET", (("Authorization", "x"), ("X-A", "1")))
    stays = follow(request, [hop(f"{B}/2"), hop(status=200)])
    leaves = follow(request, [hop(f"{C}/2"), hop(status=200)])
    assert [name for name, _ in stays.request.headers] == ["Authorization", "X-A"]
    assert [name for name, _ in leaves.request.headers] == ["X-A"]
    assert (stays.origin, leaves.origin) == (str(A), "null")


@pytest.mark.parametrize(
    ("method", "status", "becomes"),
    [
        ("post", 301, "GET"),
        ("POST", 302, "GET"),
        ("POST", 303, "GET"),
        ("PUT", 303, "GET"),
        ("HEAD", 303, "HEAD"),
        ("PUT", 302, "PUT"),
        ("POST", 307, "POST"),
        ("POST", 308, "POST"),
    ],
)
def test_method_and_body_headers_after_a_redirect(method, status, becomes):
    request = Request(A, B, method, (("Content-Type", "text/plain"), ("X-A", "1")))
    journey = follow(request, [hop("/2", status), hop(status=200)])
    assert journey.request.method == becomes
    dropped = becomes == "GET"
    assert ("Content-Type" in dict(journey.request.headers)) is not dropped


@pytest.mark.parametrize(
    ("location", "step"),
    [
        ("/2", Step.OK),
        ("", Step.OK),
        ("?x=http://u:p@c.example", Step.OK),
        ("2:3/4", Step.OK),
        ("//c.example/2", Step.OK),
        ("\\\\c.example/2", Step.OK),
        (f"{C}", Step.OK),
        (f"{C}/@", Step.OK),
        ("https://@c.example/", Step.OK),
        ("https://:@c.example/", Step.OK),
        ("//u@c.example/2", Step.REDIRECT_USERINFO),
        ("https://u:p@b.example/", Step.REDIRECT_USERINFO),
        ("data:text/plain,x", Step.REDIRECT_NOT_HTTP),
        ("FTP://c.example", Step.REDIRECT_NOT_HTTP),
        ("https://c.example:99999/", Step.REDIRECT_UNREADABLE),
        ("https:///", Step.REDIRECT_UNREADABLE),
        ("http:", Step.REDIRECT_UNREADABLE),
    ],
)
def test_targets(location, step):
    assert follow(Request(A, B), [hop(location), hop(status=200)]).verdict.reason is step


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("2/3", B),
        ("/\\c.example", C),
        ("/\t/c.example", C),
        ("///c.example", C),
        ("/2//c.example", B),
        ("https:/c.example", B),
        ("https:c.example", B),
        ("https:\\\\c.example", C),
        ("http:c.example", parse("http://c.example")),
        ("HTTPS://b.example\\@c.example", B),
    ],
)
def test_a_location_leads_where_a_browser_goes(location, target):
    assert follow(Request(A, B), [hop(location), hop(status=200)]).request.target == target


def test_several_locations_are_refused():
    twice = Visit(Answer(302, (ANY, ("Location", "/2"), ("Location", "/2"))))
    assert follow(Request(A, B), [twice]).verdict.reason is Step.REDIRECT_UNREADABLE


def test_userinfo_is_refused_across_origins_only():
    inside = follow(Request(A, A), [hop("https://u:p@a.example/2", lines=()), hop(status=200)])
    outside = follow(Request(A, A), [hop("https://u:p@b.example/2", lines=()), hop(status=200)])
    assert inside.verdict.ok
    assert outside.verdict.reason is Step.REDIRECT_USERINFO


def test_own_origin_is_not_checked_until_it_was_left():
    own = follow(Request(A, A), [hop("/2", lines=()), hop(status=200, lines=())])
    assert (own.verdict.ok, own.tainting, own.answered) == (True, Tainting.BASIC, 2)
    back = follow(Request(A, B), [hop(f"{A}/2"), hop(status=200, lines=())])
    assert back.verdict.reason is Step.ALLOW_ORIGIN_ABSENT
    assert (back.tainting, back.origin) == (Tainting.CORS, "null")


def test_a_tainted_origin_stays_null():
    visits = [hop(f"{C}/2"), hop(f"{C}/3"), hop(status=200)]
    assert follow(Request(A, B), visits).origin == "null"
    assert follow(Request(OPAQUE, B), [hop(status=200)]).origin == "null"


def test_credentials_are_checked_on_each_hop():
    lines = (("Access-Control-Allow-Origin", str(A)), ("Access-Control-Allow-Credentials", "true"))
    request = Request(A, B, credentials=Credentials.INCLUDE)
    assert follow(request, [hop("/2", lines=lines), hop(status=200, lines=lines)]).verdict.ok
    bare = follow(request, [hop("/2", lines=lines), hop(status=200)])
    assert bare.verdict.reason is Step.STAR_WITH_CREDENTIALS
    assert bare.answered == 2


def test_each_url_needs_its_own_preflight():
    request = Request(A, B, "PUT")
    allows = Answer(204, (ANY, ("Access-Control-Allow-Methods", "PUT")))
    refuses = Answer(204, (ANY,))
    passed = [hop("/2", preflight=allows), hop(status=200, preflight=allows)]
    failed = [hop("/2", preflight=allows), hop(status=200, preflight=refuses)]
    assert follow(request, passed).verdict.ok
    assert follow(request, failed).verdict.reason is Step.METHOD_NOT_LISTED
    assert follow(Request(A, B, "GET"), failed).verdict.ok


def test_a_journey_ends_where_nothing_redirects_or_nothing_was_given():
    assert follow(Request(A, B), [hop("/2", 200), hop(status=500)]).answered == 1
    assert follow(Request(A, B), [hop(status=302), hop(status=500)]).answered == 1
    assert follow(Request(A, B), [hop("/2", 304), hop(status=500)]).answered == 1
    dangling = follow(Request(A, B), [hop(f"{C}/2")])
    assert (dangling.verdict.reason, dangling.request.target) == (Step.REDIRECTED, C)
    assert (dangling.answered, dangling.origin) == (1, "null")
    assert follow(Request(A, B), []).verdict.reason is Step.REDIRECTED


def test_twenty_redirects_are_followed_and_no_more():
    end = [hop(status=200)]
    assert follow(Request(A, B), [hop("/2")] * 20 + end).verdict.ok
    assert follow(Request(A, B), [hop("/2")] * 21 + end).verdict.reason is Step.REDIRECT_LIMIT
