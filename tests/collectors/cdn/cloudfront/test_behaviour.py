"""What the distribution answers by itself, fixed origins, and code that was not read."""

from typing import Any

import pytest

from auditor.core.hop.behaviour import Doing, Mix, UnreadBehaviour
from auditor.core.path.exchange import Request
from collectors.cdn.cloudfront.behaviour import (
    ERRORS_ASSUMED,
    PAGES_ASSUMED,
    PREFLIGHT_ASSUMED,
    REFUSAL_ASSUMED,
)
from tests.collectors.cdn.cloudfront.asking import ECHO, STAR, answers, lines
from tests.collectors.cdn.cloudfront.world import (
    APP,
    DISABLED,
    EVIL,
    behaviour,
    cors,
    distribution,
    distributions,
    listed,
    only,
    origin,
    response_headers,
    some,
)
from tests.collectors.gateway.asking import get, preflight

ORIGIN = "access-control-allow-origin"
POLICY = listed("ResponseHeadersPolicy", [response_headers(CorsConfig=cors())])
FIXED = {"HeaderName": "origin", "HeaderValue": "https://fixed.example"}


def doing(default: dict[str, Any], **given: Any) -> Doing:
    answer = distributions(distribution(default=default, **given))
    return only(answer, POLICY).cases[0].doing


@pytest.mark.parametrize(
    ("methods", "request_", "statuses"),
    [
        (["GET", "HEAD"], get(APP), {200}),
        (["GET", "HEAD"], preflight(APP), {403}),
        (["GET", "HEAD"], Request("POST", APP), {403}),
        (["GET", "HEAD", "OPTIONS"], preflight(APP), {200}),
        (["GET", "HEAD", "OPTIONS"], Request("PUT", APP), {403}),
        # Nothing said: GET and HEAD.
        ([], get(APP), {200}),
        ([], preflight(APP), {403}),
    ],
)
def test_methods_that_are_not_allowed_are_refused(
    methods: list[str], request_: Request, statuses: set[int]
) -> None:
    found = answers(doing(behaviour(methods=methods)), request_)

    assert {status for status, _ in found} == statuses


def test_refusals_carry_the_policy() -> None:
    refusing = doing(behaviour(methods=["GET", "HEAD"], ResponseHeadersPolicyId="rhp-1"))

    assert answers(refusing, Request("DELETE", APP)) == {(403, frozenset({(ORIGIN, APP)}))}
    assert answers(refusing, Request("DELETE", EVIL)) == {(403, frozenset())}


@pytest.mark.parametrize("key", ["TrustedSigners", "TrustedKeyGroups"])
@pytest.mark.parametrize("enabled", [True, False])
def test_viewers_without_a_signature_may_be_refused(key: str, enabled: bool) -> None:
    signers: dict[str, Any] = {key: {"Enabled": enabled, "Quantity": 0}}
    signed = doing(behaviour(**signers))

    assert {status for status, _ in answers(signed, get(APP))} == ({200, 403} if enabled else {200})


def test_error_pages_may_answer_with_the_policy_alone() -> None:
    pages = [
        {"ErrorCode": 404, "ResponsePagePath": "/index.html", "ResponseCode": "200"},
        {"ErrorCode": 503, "ResponsePagePath": "/down.html", "ResponseCode": ""},
        {"ErrorCode": 500, "ErrorCachingMinTTL": 10},
    ]
    plain = doing(behaviour(), CustomErrorResponses=some(pages))

    assert answers(plain, get(EVIL), STAR) == {
        (200, frozenset({(ORIGIN, "*")})),
        (200, frozenset()),
        (503, frozenset()),
    }


def test_an_origin_may_be_sent_a_fixed_origin() -> None:
    fixed = origin(CustomHeaders=some([{"HeaderName": "x-key", "HeaderValue": "k"}, FIXED]))
    sent = doing(behaviour(), origins=[fixed])
    dropped = doing(behaviour(OriginRequestPolicyId=""), origins=[fixed])

    for found in (sent, dropped):
        for request in (get(EVIL), get(None), preflight(APP)):
            (only_lines,) = lines(found, request, ECHO)
            assert dict(only_lines)[ORIGIN] == "https://fixed.example"


def test_members_of_a_group_that_differ_are_a_mix() -> None:
    group = {"Id": "both", "Members": some([{"OriginId": "api"}, {"OriginId": "b"}])}
    second = origin("b", "b.example.com", CustomHeaders=some([FIXED]))
    found = doing(behaviour(target="both"), origins=[origin(), second], groups=[group])

    assert isinstance(found, Mix)
    assert {dict(one)[ORIGIN] for one in lines(found, get(EVIL), ECHO)} == {
        EVIL,
        "https://fixed.example",
    }


def function(event: str) -> dict[str, Any]:
    arn = "arn:aws:cloudfront::111122223333:function/rewrite"
    return {"FunctionAssociations": some([{"FunctionARN": arn, "EventType": event}])}


def at_edge(event: str) -> dict[str, Any]:
    arn = "arn:aws:lambda:us-east-1:111122223333:function:headers:7"
    return {"LambdaFunctionAssociations": some([{"LambdaFunctionARN": arn, "EventType": event}])}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (function("viewer-request"), "function rewrite at viewer-request of behaviour /v1/* of distribution E1EXAMPLE was not read: it may answer by itself or change the Origin"),
        (function("viewer-response"), "it may write any header where the origin answers below 400"),
        (at_edge("origin-request"), "Lambda@Edge function headers:7 at origin-request"),
        (at_edge("origin-response"), "it may write any header and status"),
        ({"ResponseHeadersPolicyId": "rhp-2"}, "`aws cloudfront get-response-headers-policy --id rhp-2`"),
    ],
)  # fmt: skip
def test_what_was_not_read_is_unread(given: dict[str, Any], words: str) -> None:
    answer = distributions(distribution(behaviours=[behaviour("/v1/*", **given)]))
    unread, default = (case.doing for case in only(answer, POLICY).cases)

    assert isinstance(unread, UnreadBehaviour)
    assert words in unread.cause
    assert not isinstance(default, UnreadBehaviour)


def test_every_cause_is_said() -> None:
    both = {**function("viewer-response"), **at_edge("origin-response")}
    unread = doing(behaviour(ResponseHeadersPolicyId="rhp-2", **both))

    assert isinstance(unread, UnreadBehaviour)
    assert unread.cause.count("; ") == 2


@pytest.mark.parametrize(
    ("given", "assumed"),
    [
        ({}, set()),
        ({"default": behaviour(ResponseHeadersPolicyId="rhp-1")}, {ERRORS_ASSUMED, PREFLIGHT_ASSUMED}),
        ({"CustomErrorResponses": some([{"ErrorCode": 404, "ResponsePagePath": "/x"}])}, {PAGES_ASSUMED}),
    ],
)  # fmt: skip
def test_assumptions(given: dict[str, Any], assumed: set[str]) -> None:
    hop = only(distributions(distribution(**given)), POLICY)
    told = {ERRORS_ASSUMED, PREFLIGHT_ASSUMED, PAGES_ASSUMED} & set(hop.assumed)

    assert REFUSAL_ASSUMED in hop.assumed
    assert told == assumed


def test_a_cache_key_is_no_part_of_what_a_policy_does() -> None:
    default = behaviour(CachePolicyId=DISABLED, ResponseHeadersPolicyId="rhp-1")

    assert lines(doing(default), get(APP), STAR) == {frozenset({(ORIGIN, APP)})}
