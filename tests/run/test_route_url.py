"""Routes as URLs that may be asked."""

import pytest

from auditor.run.route_url import route_url


@pytest.mark.parametrize(
    ("route", "url"),
    [
        ("api.example.com/", "https://api.example.com/"),
        ("api.example.com/v1/*", "https://api.example.com/v1/~"),
        ("api.example.com/v1*", "https://api.example.com/v1~"),
        ("GET,PUT api.example.com/pets/{id}/name", "https://api.example.com/pets/~/name"),
        ("API.example.com:8443/a", "https://api.example.com:8443/a"),
    ],
)
def test_routes_as_urls(route: str, url: str) -> None:
    found = route_url(route, ("*.example.com",))
    assert found is not None
    assert found.url == url


@pytest.mark.parametrize(
    "route",
    [
        "api.example.com",
        "api.example.com~ ^/v1",
        "GET api.example.com~ ^/v1/x",
        "api.example.com/* (not told apart)",
        "api.example.com/a/*/b",
        "api.example.com/a?b",
        "api.example.com/a#b",
        "api.example.com/../admin",
        "api.example.com/a\r\nHost: x",
        "evil.example@api.example.com/a",
        "*.example.com/a",
        "{tenant}.example.com/a",
        "api.example.org/a",
        "api.example.com.evil.example/a",
    ],
)
def test_routes_that_are_not_asked(route: str) -> None:
    assert route_url(route, ("*.example.com",)) is None


def test_only_loopback_that_is_listed_itself_is_asked_without_tls() -> None:
    for hosts, url in (
        (("127.0.0.1",), "http://127.0.0.1:80/a"),
        (("127.0.0.*",), "https://127.0.0.1:80/a"),
        (("127.0.0.1:80",), "http://127.0.0.1:80/a"),
    ):
        found = route_url("127.0.0.1:80/a", hosts)
        assert found is not None
        assert found.url == url
    inner = route_url("inner.example.com/a", ("inner.example.com",))
    assert inner is not None
    assert inner.url.startswith("https:")
