"""Continuous deployment: staging distributions behind the primary's hosts."""

from typing import Any

import pytest

from auditor.core.hop.behaviour import Either, Mix, UnreadBehaviour, UnreadEnd
from auditor.core.path.exchange import Request
from auditor.core.reading import Document, Hop, HostSent
from collectors.cdn.cloudfront.deployment import PATTERNS_ASSUMED
from collectors.cdn.cloudfront.reading import read
from tests.collectors.cdn.cloudfront.asking import lines
from tests.collectors.cdn.cloudfront.world import (
    APP,
    EVIL,
    SIMPLE_CORS,
    behaviour,
    cors,
    deployment,
    distribution,
    distributions,
    hops,
    listed,
    only,
    origin,
    projected,
    readings,
    response_headers,
)
from tests.collectors.gateway.asking import get

ORIGIN = "access-control-allow-origin"
POLICY = listed("ResponseHeadersPolicy", [response_headers(CorsConfig=cors())])
PRIMARY = distribution(default=behaviour(ResponseHeadersPolicyId="rhp-1"))
STAGING_HOST = "e2staging.cloudfront.net"


def staging(key: str = "E2STAGING", **given: Any) -> dict[str, Any]:
    own = {"default": behaviour(ResponseHeadersPolicyId=SIMPLE_CORS), **given}
    return distribution(key, aliases=(), Staging=True, **own)


def configured(item: dict[str, Any], policy: str) -> dict[str, Any]:
    """The answer to `get-distribution` of the same distribution."""
    config = {**item, "ContinuousDeploymentPolicyId": policy}
    named = {name: config.pop(name) for name in ("Id", "ARN", "DomainName", "Status")}
    return {"ETag": "x", "Distribution": {**named, "DistributionConfig": config}}


def enabled(*staging: str, on: bool = True) -> dict[str, Any]:
    return listed("ContinuousDeploymentPolicy", [deployment("cd-1", staging, enabled=on)])


def granted(hop: Hop, request: Request) -> set[str | None]:
    return {dict(found).get(ORIGIN) for found in lines(hop.cases[0].doing, request)}


def test_both_answer_for_the_hosts_of_the_primary() -> None:
    hop = only(
        distributions(PRIMARY, staging()),
        configured(PRIMARY, "cd-1"),
        enabled(STAGING_HOST),
        POLICY,
    )

    assert isinstance(hop.cases[0].doing, Mix)
    assert granted(hop, get(EVIL)) == {None, "*"}
    assert granted(hop, get(APP)) == {APP, "*"}
    assert hop.answers == ("host:api.example.com", "host:d111111abcdef8.cloudfront.net")
    assert "response headers policy Managed-SimpleCORS " in {r.field for r in hop.remedies}


@pytest.mark.parametrize(
    ("attached", "policies", "kind"),
    [
        ("", [enabled(STAGING_HOST)], None),
        ("cd-1", [enabled(STAGING_HOST, on=False)], None),
        ("cd-1", [enabled("other.cloudfront.net")], Mix),
        ("cd-1", [], Either),
        (None, [enabled(STAGING_HOST)], Either),
        (None, [enabled(STAGING_HOST, on=False)], None),
        (None, [], Either),
    ],
)
def test_what_is_known_of_the_policy(
    attached: str | None, policies: list[dict[str, Any]], kind: type | None
) -> None:
    own = [] if attached is None else [configured(PRIMARY, attached)]
    hop = only(distributions(PRIMARY, staging()), *own, *policies, POLICY)
    doing = hop.cases[0].doing

    assert (type(doing) if isinstance(doing, Mix | Either) else None) is kind
    if kind is Either:
        assert isinstance(doing, Either)
        assert "get-distribution-config --id E1EXAMPLE" in doing.cause
        assert granted(hop, get(EVIL)) == {None, "*"}


def test_a_staging_distribution_that_was_not_read() -> None:
    hop = only(distributions(PRIMARY), configured(PRIMARY, "cd-1"), enabled("x.net"), POLICY)
    doing = hop.cases[0].doing

    assert isinstance(doing, Mix)
    assert isinstance(doing.options[1], UnreadBehaviour)


def test_a_policy_of_another_is_not_ours() -> None:
    other = distribution("E3OTHER", aliases=["other.example.com"])
    answers = [distributions(PRIMARY, other, staging()), POLICY, enabled(STAGING_HOST)]
    answers += [configured(other, "cd-1")]
    first, second = hops(readings(*answers))

    assert not isinstance(first.cases[0].doing, Mix | Either)
    assert isinstance(second.cases[0].doing, Mix)


def test_alike_is_no_mix() -> None:
    same = staging(default=behaviour(ResponseHeadersPolicyId="rhp-1"))
    hop = only(distributions(PRIMARY, same), POLICY)

    assert not isinstance(hop.cases[0].doing, Mix | Either)


def test_requests_are_spread_over_the_origins_of_both() -> None:
    other = staging(origins=[origin(domain="next.example.com", OriginPath="/next")])
    other["DefaultCacheBehavior"]["OriginRequestPolicyId"] = ""
    hop = only(
        distributions(PRIMARY, other), configured(PRIMARY, "cd-1"), enabled(STAGING_HOST), POLICY
    )

    assert hop.cases[0].to == ("cloudfront:E1EXAMPLE/api", "cloudfront:E2STAGING/api")
    assert hop.cases[0].host is HostSent.UNKNOWN


def test_an_end_that_cannot_be_followed_stays_one() -> None:
    other = staging(default=behaviour(target="gone"))
    hop = only(
        distributions(PRIMARY, other), configured(PRIMARY, "cd-1"), enabled(STAGING_HOST), POLICY
    )

    assert isinstance(hop.cases[0].to, UnreadEnd)


def test_behaviours_meet_by_their_pattern() -> None:
    primary = distribution(behaviours=[behaviour("/a/*"), behaviour("b/*")])
    other = staging(behaviours=[behaviour("/b/*", ResponseHeadersPolicyId="rhp-1")])
    hop = only(distributions(primary, other), configured(primary, "cd-1"), enabled(STAGING_HOST), POLICY)  # fmt: skip
    by_title = {case.title: lines(case.doing, get(APP)) for case in hop.cases}

    assert by_title["behaviour /b/* (2 of 3)"] == {frozenset(), frozenset({(ORIGIN, APP)})}
    assert by_title["behaviour /a/* (1 of 3)"] == {frozenset(), frozenset({(ORIGIN, "*")})}
    assert PATTERNS_ASSUMED in hop.assumed


def test_staging_alone_serves_nobody() -> None:
    given = projected(distributions(staging()))

    assert list(read([one for one in given if isinstance(one, Document)], {})) == []
