"""Ids and hosts of APIs."""

import pytest

from collectors.gateway.execute_api import host_of, is_id, region_of


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-west-1", "a1.execute-api.eu-west-1.amazonaws.com"),
        ("us-gov-west-1", "a1.execute-api.us-gov-west-1.amazonaws.com"),
        ("cn-north-1", "a1.execute-api.cn-north-1.amazonaws.com.cn"),
        ("", ""),
    ],
)
def test_hosts(region: str, host: str) -> None:
    assert host_of("a1", region) == host
    assert region_of(f"https://{host}/prod") == region


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("a1b2", True),
        ("", False),
        ("A1", False),
        ("../a", False),
        ("\u0661", False),
        ("a" * 65, False),
    ],
)
def test_ids(value: str, fits: bool) -> None:
    assert is_id(value) is fits
