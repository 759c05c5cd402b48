"""The policies that AWS manages: who they let in, and what they send inwards."""

import pytest

from auditor.core.hop.behaviour import Behaviour
from collectors.cdn.cloudfront.policy import (
    MANAGED_CACHE,
    MANAGED_ORIGIN_REQUEST,
    MANAGED_RESPONSE_HEADERS,
)
from collectors.cdn.cloudfront.response_headers import edits
from tests.collectors.cdn.cloudfront.asking import lines
from tests.collectors.cdn.cloudfront.world import EVIL, SIMPLE_CORS, WITH_PREFLIGHT
from tests.collectors.gateway.asking import get, preflight

STAR = ("access-control-allow-origin", "*")
MORE = {
    ("access-control-allow-methods", "GET,HEAD,PUT,POST,PATCH,DELETE,OPTIONS"),
    ("access-control-expose-headers", "*"),
}


@pytest.mark.parametrize(
    ("key", "actual", "asked"),
    [
        (SIMPLE_CORS, {STAR}, {STAR}),
        ("e61eb60c-9c35-4d20-a928-2b84e02af89c", {STAR}, {STAR}),
        (WITH_PREFLIGHT, {STAR}, {STAR, *MORE}),
        ("eaab4381-ed33-4a86-88ca-d9558dc6cd63", {STAR}, {STAR, *MORE}),
        ("67f7725c-6f97-4210-82d7-5512b31e9d03", set(), set()),
    ],
)
def test_response_headers(
    key: str, actual: set[tuple[str, str]], asked: set[tuple[str, str]]
) -> None:
    managed = Behaviour(edits=edits(MANAGED_RESPONSE_HEADERS[key]))

    assert lines(managed, get(EVIL)) == {frozenset(actual)}
    assert lines(managed, preflight(EVIL)) == {frozenset(asked)}
    assert lines(managed, get(None)) == {frozenset()}


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("216adef6-5c7f-47e4-b989-5492eafa07d3", {"origin", "access-control-request-method", "host"}),
        ("33f36d7e-f396-46d9-90e0-52428a34d9dc", {"origin", "access-control-request-method", "host"}),
        ("b689b0a8-53d0-40ab-baf2-68738e2966ac", {"origin", "access-control-request-method"}),
        ("59781a5b-3903-41f3-afcb-af62929ccde1", {"origin"}),
        ("88a5eaf4-2fd4-4709-b370-b4c650ea3fcf", {"origin", "access-control-request-method"}),
        ("775133bc-15f2-49f9-abea-afb2e0bf67d2", {"origin", "access-control-request-method"}),
        ("bf0718e1-ba1e-49d1-88b1-f726733018ae", {"host"}),
        ("acba4595-bd28-49b8-b9fe-13317c0390fa", set()),
    ],
)  # fmt: skip
def test_origin_requests(key: str, sent: set[str]) -> None:
    names = ("origin", "access-control-request-method", "host")

    assert {name for name in names if MANAGED_ORIGIN_REQUEST[key].sends(name)} == sent


def test_cache_policies() -> None:
    keyed = {key for key, policy in MANAGED_CACHE.items() if "origin" in policy.headers}
    off = {key for key, policy in MANAGED_CACHE.items() if not policy.stores}

    assert off == {"4135ea2d-6df8-44a3-9df3-4b5a84be39ad"}
    assert keyed == {
        "08627262-05a9-4f76-9ded-b50ca2e3a84f",
        "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
        "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
    }
