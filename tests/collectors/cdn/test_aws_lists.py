"""The door to boto3 where CloudFront's lists differ: rows inside objects, and markers."""

from typing import Any

import pytest
from botocore.stub import Stubber

from collectors._aws import Aws, Client, connect, listing
from tests.collectors.gateway.conftest import REGION


def client() -> Client:
    aws = connect(environ={})
    assert isinstance(aws, Aws)
    return aws.client("cloudfront", REGION)


def page(name: str, key: str, marker: str = "", **more: Any) -> dict[str, Any]:
    config = {"Name": key, "MinTTL": 0}
    policy = {"Id": key, "LastModifiedTime": "2026-01-01", f"{name}Config": config}
    rows = [{"Type": "custom", name: policy}]
    found = {"MaxItems": 1, "Quantity": 1, "Items": rows, **more}
    return {f"{name}List": found | ({"NextMarker": marker} if marker else {})}


def test_a_marker_inside_the_list_asks_for_the_next_page() -> None:
    asked = client()
    with Stubber(asked) as stub:
        stub.add_response("list_cache_policies", page("CachePolicy", "a", "m"), {"Type": "custom"})
        stub.add_response("list_cache_policies", page("CachePolicy", "b"), {"Type": "custom", "Marker": "m"})  # fmt: skip

        found = listing(asked, "list_cache_policies", "CachePolicyList.Items", Type="custom")
        stub.assert_no_pending_responses()

    assert [row["CachePolicy"]["Id"] for row in found.items] == ["a", "b"]  # type: ignore[index,call-overload]
    assert found.trouble is None


def test_a_marker_that_repeats_is_a_trouble() -> None:
    asked = client()
    with Stubber(asked) as stub:
        stub.add_response("list_cache_policies", page("CachePolicy", "a", "m"), {})
        stub.add_response("list_cache_policies", page("CachePolicy", "a", "m"), {"Marker": "m"})

        found = listing(asked, "list_cache_policies", "CachePolicyList.Items")

    assert found.trouble is not None
    assert found.trouble.reason == "ListCachePolicies: PaginationError"


@pytest.mark.parametrize("key", ["CachePolicyList.Nothing", "Nothing.Items", "CachePolicyList"])
def test_rows_that_are_not_there_are_none(key: str) -> None:
    asked = client()
    with Stubber(asked) as stub:
        stub.add_response("list_cache_policies", page("CachePolicy", "a"), {})

        assert listing(asked, "list_cache_policies", key).items == ()
