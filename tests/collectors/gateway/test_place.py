"""Addresses without secrets."""

import pytest

from collectors.gateway.place import bare_address, looks_like_place


@pytest.mark.parametrize(
    ("value", "bare"),
    [
        ("https://b.example/x/{proxy}", "https://b.example/x/{proxy}"),
        ("https://user:pw@b.example:8443/x?key=1#f", "https://b.example:8443/x"),
        ("b.example/x?key=1", "b.example/x"),
        ("user:pw@b.example", "b.example"),
        ("https://b.example/@scope/x", "https://b.example/@scope/x"),
        ("arn:aws:lambda:eu-west-1:1:function:f", "arn:aws:lambda:eu-west-1:1:function:f"),
        ("https://b.example?a=https://c@d", "https://b.example"),
        ("", ""),
    ],
)
def test_bare_address(value: str, bare: str) -> None:
    assert bare_address(value) == bare


@pytest.mark.parametrize(
    ("value", "is_place"),
    [
        ("b.example", True),
        ("https://b.example:8443/x", True),
        ("b.example/base", True),
        ("arn:aws:lambda:eu-west-1:1:function:f", True),
        ("localhost", False),
        ("hunter2", False),
        ("AKIAIOSFODNN7EXAMPLE", False),
        ("eyJhbGciOi.eyJzdWIi.c2lnbmF0", False),
        ("SG.ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DH", False),
        ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", False),
        ("1.2.3", False),
        ("a..b", False),
        ("", False),
    ],
)
def test_looks_like_place(value: str, is_place: bool) -> None:
    assert looks_like_place(value) is is_place
