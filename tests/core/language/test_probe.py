"""Probes: telling origins about the hosts in play, and never about nonsense."""

import pytest

from auditor.core.language.probe import HOST_CAP, fill, hosts, probes
from tests.core.language.samples import valid


def test_anybody_comes_first() -> None:
    assert probes([])[:2] == ("https://evil-example.com", "https://evil-example.org")


@pytest.mark.parametrize(
    "text", ["https://app.example.com", "https://*.app.example.com:8443", "*.app.example.com"]
)
def test_the_host_of_a_pattern_fills_the_templates(text: str) -> None:
    found = probes([text])
    assert {
        "https://new.app.example.com",
        "https://app.example.com.evil.com",
        "https://evilapp.example.com",
        "https://appxexample.com",
        "https://a.b.app.example.com",
        "http://app.example.com",
        "https://app.example.com:8443",
    } <= set(found)


@pytest.mark.parametrize("text", ["*", "null", "https://*", "https://a*b", "{x}", "[::1]", ".*"])
def test_what_names_no_host_adds_nothing(text: str) -> None:
    assert probes([text]) == probes([])


def test_a_single_label_has_no_dot_to_replace() -> None:
    assert not any("localhostx" in text for text in probes(["http://localhost:3000"]))


def test_probes_of_plain_hosts_can_be_sent() -> None:
    assert all(map(valid, probes(["https://app.example.com", "http://localhost"])))


def test_hosts_are_capped_and_the_first_are_kept() -> None:
    found = probes(f"https://h{at}.example" for at in range(HOST_CAP + 5))
    assert f"https://new.h{HOST_CAP - 1}.example" in found
    assert not any(f"h{HOST_CAP}.example" in text for text in found)


def test_no_probe_comes_twice() -> None:
    found = probes(["https://a.com", "https://b.a.com", "a.com"])
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"^https?://.*\.example\.com$", ("example.com",)),
        ("/app.example.com$/", ("app.example.com",)),
        (r"/^https:\/\/app\.example\.com(:\d+)?$/i", ("app.example.com",)),
        (r"https://(app|admin)\.example\.com", ("example.com",)),
        (r"^https://(a\.example\.com|b[.]example[.]org)$", ("a.example.com", "b.example.org")),
        ("https://*.example.com:8443", ("example.com",)),
        ("https://a*b.com", ("b.com",)),
        ("http://localhost:3000", ("localhost",)),
        (r"^http://localhost(:\d+)?$", ("localhost",)),
        ("https://intranet", ("intranet",)),
        ("https://a.example, https://b.example", ("a.example", "b.example")),
        ("https://example.com.?", ("example.com",)),
        ("https://App.Example.com/", ("app.example.com",)),
        ("a..b", ()),
        ("\\", ()),
    ],
)
def test_hosts_are_read_off_wildcards_and_regular_expressions(
    text: str, found: tuple[str, ...]
) -> None:
    assert hosts([text]) == found


def test_each_dot_of_a_host_is_replaced_once() -> None:
    assert list(fill("{scheme}://{dotted}{port}", "a.b.c", "http", ":81")) == [
        "http://axb.c:81",
        "http://a.bxc:81",
    ]
    assert list(fill("{scheme}://{dotted}{port}", "localhost")) == []


def test_hostile_texts_are_read_in_a_moment() -> None:
    for text in ("." * 60_000, "a." * 30_000, "(" * 60_000, "\\" * 60_001, "https://" * 8_000):
        assert len(hosts([text])) <= HOST_CAP
