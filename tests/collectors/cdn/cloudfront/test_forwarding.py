"""What reaches the origin and what stored answers are told apart by, asked through the path."""

from typing import Any

import pytest

from auditor.core.hop.behaviour import Behaviour, Doing, Either
from auditor.core.path.exchange import Request
from auditor.core.reading import HostSent, PathCase
from tests.collectors.cdn.cloudfront.asking import ECHO, lines
from tests.collectors.cdn.cloudfront.world import (
    ALL_BUT_HOST,
    ALL_VIEWER,
    APP,
    CORS_CUSTOM,
    CORS_S3,
    DISABLED,
    EVIL,
    OPTIMIZED,
    behaviour,
    cache_policy,
    distribution,
    distributions,
    listed,
    only,
    origin_request,
    some,
)
from tests.collectors.gateway.asking import get, preflight

ORIGIN = "access-control-allow-origin"
ALL_THREE = ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"]
POLICIES = (
    listed("CachePolicy", [
        cache_policy("by-origin", ["Origin"]),
        cache_policy("by-all-three", ALL_THREE),
        cache_policy("by-host", ["HOST"]),
        cache_policy("off", ALL_THREE, MaxTTL=0),
        cache_policy("cookies", cookies="all"),
    ]),
    listed("OriginRequestPolicy", [
        origin_request("none", "none"),
        origin_request("no-origin", "allExcept", ["origin"]),
        origin_request("viewer", "allViewer"),
        origin_request("viewer-and-more", "allViewerAndWhitelistCloudFront", ["CloudFront-Viewer-City"]),
        origin_request("half", "whitelist", ["Origin", "Access-Control-Request-Method"]),
    ]),
)  # fmt: skip


def case(**given: Any) -> PathCase:
    hop = only(distributions(distribution(default=behaviour(**given))), *POLICIES)
    return hop.cases[0]


def policies(cache: str, sent: str = "") -> dict[str, Any]:
    return {"CachePolicyId": cache, "OriginRequestPolicyId": sent}


def legacy(*headers: str, **ttl: int) -> dict[str, Any]:
    values = {"QueryString": False, "Cookies": {"Forward": "none"}, "Headers": some(headers)}
    return {"ForwardedValues": values, **ttl}


def origins(doing: Doing, request: Request, *stored: Request) -> set[str | None]:
    """Every Access-Control-Allow-Origin before an origin that echoes what it sees."""
    return {dict(found).get(ORIGIN) for found in lines(doing, request, ECHO, stored)}


@pytest.mark.parametrize(
    ("given", "reaches"),
    [
        (policies(DISABLED, ALL_VIEWER), {APP}),
        (policies(DISABLED, ALL_BUT_HOST), {APP}),
        (policies(DISABLED, CORS_CUSTOM), {APP}),
        (policies(DISABLED), {None}),
        (policies("by-origin"), {APP}),
        (policies("by-origin", "none"), {APP}),
        # Where the two policies differ, sending wins.
        (policies("by-origin", "no-origin"), {APP}),
        (policies(DISABLED, "no-origin"), {None}),
        (legacy("Origin"), {APP}),
        (legacy("*"), {APP}),
        (legacy(*ALL_THREE), {APP}),
        # The guide says both.
        (legacy(), {APP, None}),
        (legacy(MaxTTL=0), {APP, None}),
        # Policies that were not read.
        (policies("unknown"), {APP, None}),
        (policies(DISABLED, "unknown"), {APP, None}),
    ],
)
def test_the_origin_reaches_the_origin(given: dict[str, Any], reaches: set[str | None]) -> None:
    assert origins(case(**given).doing, get(APP)) == reaches


@pytest.mark.parametrize(
    ("given", "mixed"),
    [
        (policies(OPTIMIZED, ALL_VIEWER), True),
        (policies(OPTIMIZED, CORS_S3), True),
        (policies("cookies", CORS_CUSTOM), True),
        (policies("by-origin", ALL_VIEWER), False),
        (policies(DISABLED, ALL_VIEWER), False),
        (policies("off", ALL_VIEWER), False),
        (legacy("Origin"), False),
        (legacy("*"), False),
        (legacy(), True),
        (legacy(MaxTTL=0), False),
        (policies("unknown", ALL_VIEWER), True),
    ],
)
def test_answers_for_another_origin_are_served(given: dict[str, Any], mixed: bool) -> None:
    # The echoing origin says Vary: Origin, which CloudFront does not separate answers by.
    assert (APP in origins(case(**given).doing, get(EVIL), get(APP))) is mixed


@pytest.mark.parametrize(
    ("cached", "key", "mixed"),
    [
        (("GET", "HEAD"), OPTIMIZED, False),
        (("GET", "HEAD", "OPTIONS"), OPTIMIZED, True),
        (("GET", "HEAD", "OPTIONS"), "by-all-three", False),
    ],
)
def test_preflights_are_stored_where_options_is(cached: Any, key: str, mixed: bool) -> None:
    doing = case(cached=cached, **policies(key, CORS_S3)).doing

    assert (APP in origins(doing, preflight(EVIL), preflight(APP))) is mixed


@pytest.mark.parametrize(
    ("sent", "allowed"),
    [
        (ALL_VIEWER, {"x-a"}),
        (CORS_S3, {"x-a"}),
        (CORS_CUSTOM, {None}),
        ("half", {"x-a", None}),
        ("viewer", {"x-a"}),
        ("viewer-and-more", {"x-a"}),
    ],
)
def test_requested_headers(sent: str, allowed: set[str | None]) -> None:
    doing = case(**policies(DISABLED, sent)).doing
    found = lines(doing, preflight(APP, "PUT", "x-a"), ECHO)

    assert {dict(one).get("access-control-allow-headers") for one in found} == allowed


@pytest.mark.parametrize(
    ("given", "host"),
    [
        (policies(DISABLED, ALL_VIEWER), HostSent.KEPT),
        (policies(DISABLED, ALL_BUT_HOST), HostSent.TARGET),
        (policies("by-host"), HostSent.KEPT),
        (policies(DISABLED), HostSent.TARGET),
        (legacy("Host"), HostSent.KEPT),
        (legacy("*"), HostSent.KEPT),
        (legacy("Origin"), HostSent.TARGET),
        (policies(DISABLED, "unknown"), HostSent.UNKNOWN),
        (policies("unknown"), HostSent.UNKNOWN),
        (policies("unknown", ALL_VIEWER), HostSent.KEPT),
    ],
)
def test_the_host_that_is_sent(given: dict[str, Any], host: HostSent) -> None:
    assert case(**given).host is host


def test_legacy_settings_that_list_all_are_plain() -> None:
    assert isinstance(case(**legacy(*ALL_THREE)).doing, Behaviour)
    assert isinstance(case(**legacy("Origin")).doing, Either)


def test_vary_is_dropped_where_origin_is_not_sent() -> None:
    kept, dropped = (
        lines(case(**policies(DISABLED, sent)).doing, get(APP), ECHO) for sent in (ALL_VIEWER, "")
    )

    assert {("vary", "Origin") in one for one in kept} == {True}
    assert {("vary", "Origin") in one for one in dropped} == {False}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (policies("unknown"), "`aws cloudfront get-cache-policy --id unknown`"),
        (policies(DISABLED, "unknown"), "`aws cloudfront get-origin-request-policy --id unknown`"),
        (legacy(), "the guide says both"),
        (policies(DISABLED, "half"), "without the other"),
        (policies(""), "the cache policy is missing"),
    ],
)
def test_what_is_not_known_says_why(given: dict[str, Any], words: str) -> None:
    doing = case(**given).doing

    assert isinstance(doing, Either)
    assert words in doing.cause
