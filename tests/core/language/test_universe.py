"""The universe holds every origin of a page, and next to nothing else."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.core.language.machine import accepts
from auditor.core.language.universe import (
    KNOWN_SCHEMES,
    ODD_HOST_CHARACTERS,
    Universe,
    origins,
    scheme_of,
)
from auditor.core.origin import Reason, Refused, parse
from tests.core.language.dividing import universe_of
from tests.core.language.samples import ORIGINS, SAMPLES, valid
from tests.core.language.walk import Walk

SEED = 20_261_122
LEFT_OPEN = {
    Reason.LABEL_TOO_LONG: "lengths",
    Reason.HOST_TOO_LONG: "lengths",
    Reason.TOO_LONG: "lengths",
    Reason.BAD_PUNYCODE: "punycode",
    Reason.NON_CANONICAL_IPV6: "the zeros that IPv6 leaves out",
}
"""What no automaton of the universe holds, so that `parse` has the last word."""
PIECES = (
    "https://", "http://", "capacitor://", "app://", "null", "a", "example", ".com", "xn--", "--",
    "0x", "0", "1.", "127.0.0.1", "256", ".", ":", ":8", ":80", ":443", ":65535", "65536", "[",
    "::", "]", "[::1]", "ffff", "0:", "a_b", "~", "*",
)  # fmt: skip
HOSTS = st.text("abx019.-_*[]:f", min_size=1, max_size=8) | st.sampled_from(
    ["1.2.3.4", "0x7f.1", "a.0x", "a.0xg", "a.08", "1.2.3", "1.2.3.256", "a.1.", "[::1]", "[1::]"]
)
PORTS = st.just("") | st.integers(0, 70_000).map(":{}".format) | st.sampled_from([":", ":080"])
WRITTEN = st.builds("{}://{}{}".format, st.sampled_from(KNOWN_SCHEMES), HOSTS, PORTS)


def held(text: str, universe: Universe | None = None) -> bool:
    """Whether the small automaton and all exact ones take `text`; its scheme counts as known."""
    universe = universe_of((), [text]) if universe is None else universe
    return all(accepts(machine, text) for machine in (universe.machine, *universe.exact()))


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "https://a.com.",
        "https://localhost",
        "http://127.0.0.1:8080",
        "https://[::1]:8443",
        "https://[::]",
        "https://[1::]",
        "https://[2001:db8::1]",
        "https://[1:2:3:4:5:6:7:8]",
        "https://xn--strae-oqa.example",
        "https://a_b.example.com",
        "https://a.com:65535",
        "https://a.com:80",
        "http://a.com:443",
        "https://1.com",
        "https://a.0xg",
        "https://1.2.3.4x",
        "chrome-extension://abc",
        "capacitor://localhost",
        *(f"https://a{char}b.com" for char in ODD_HOST_CHARACTERS),
    ],
)
def test_it_holds(text: str) -> None:
    assert valid(text)
    assert held(text)


@given(ORIGINS | WRITTEN.filter(lambda text: valid(text) and not text.endswith(":0")))
@settings(max_examples=1_000, deadline=None)
def test_every_origin_of_a_page_is_in_it(text: str) -> None:
    assert held(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://",
        "https://a.com/",
        "HTTPS://a.com",
        "https://A.com",
        "xhttps://a.com",
        "https://a..com",
        "https://.a.com",
        "https://a.com:",
        "https://a.com:080",
        "https://a.com:0",
        "https://a.com:65536",
        "https://a.com:443",
        "http://a.com:80",
        "https://*.a.com",
        "https://a.*",
        "https://a.1",
        "https://a.0x1",
        "https://256.0.0.1",
        "https://01.0.0.1",
        "https://1.2.3",
        "https://1.2.3.4.",
        "https://[1:2:3:4:5:6:7]",
        "https://[1:2:3:4:5:6:7:8:9]",
        "https://[01::]",
        "https://[::1",
        "https://a b",
        "https://é",
        "*",
        "nullx",
    ],
)
def test_what_no_page_has_is_outside(text: str) -> None:
    assert not held(text, origins())


def test_what_only_a_user_could_install_is_outside_unless_named() -> None:
    assert not held("gopher://a.com", origins())
    assert held("gopher://a.com")


def left_open(texts: Sequence[str]) -> set[str]:
    """Those of `texts` that are in the universe though no browser sends them, for a reason that should
    be in an automaton."""
    found = set()
    for text in texts:
        refusal = parse(text)
        if held(text) and isinstance(refusal, Refused) and refusal.reason not in LEFT_OPEN:
            found.add(text)
    return found


def test_what_it_holds_a_browser_can_send_but_for_what_is_left_open() -> None:
    universe = origins()
    walk = Walk((universe.machine, *universe.exact()), Random(SEED), PIECES)
    drawn = list(walk.texts(4_000))
    assert len(set(drawn)) > 2_500
    assert left_open(drawn) == set()


@given(st.sampled_from([*SAMPLES]) | WRITTEN | st.text("https:/.a1-[]", max_size=20))
@settings(max_examples=1_000, deadline=None)
def test_texts_that_it_holds_a_browser_can_send(text: str) -> None:
    assert not left_open([text])


@pytest.mark.parametrize("scheme", ["ws", "wss", "ftp", "file", "data", "about", "javascript"])
def test_schemes_without_origins_are_in_no_universe(scheme: str) -> None:
    assert not held(f"{scheme}://app.example.com")


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("https://a", "https"),
        ("moz-extension://a", "moz-extension"),
        ("a+b.c-1://*", "a+b.c-1"),
        ("HTTPS://a", None),
        ("1a://a", None),
        ("*://a", None),
        ("é://a", None),
        ("https:/a", None),
        ("://a", None),
        ("", None),
    ],
)
def test_the_scheme_that_a_pattern_names(text: str, scheme: str | None) -> None:
    assert scheme_of(text) == scheme


def test_detours_lead_to_what_fewer_people_know() -> None:
    universe = origins()
    (start, _), (after_http, _) = sorted(universe.detours.items())
    assert start == universe.machine.start
    assert after_http == _after(universe, "http")


def _after(universe: Universe, text: str) -> int:
    state = universe.machine.start
    for char in text:
        state = universe.machine.step(state, char)
    return state
