"""Probes: telling origins about the hosts in play, and never about nonsense."""

import pytest

from auditor.core.language.probe import HOST_CAP, probes
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


@pytest.mark.parametrize("text", ["*", "null://", "https://*", "https://a*b.com", "{x}", "[::1]"])
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
