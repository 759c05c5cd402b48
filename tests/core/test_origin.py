"""Origins: what a browser can send, why everything else is refused, and what to write instead."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.core.origin import (
    OPAQUE,
    Origin,
    Reason,
    Refused,
    is_loopback,
    is_secure,
    origin_of,
    parse,
    parse_entry,
    same_origin,
)

DATA = Path(__file__).parents[1] / "data"
ADVERSARIAL = json.loads((DATA / "adversarial_origins.json").read_text())
MALFORMED = json.loads((DATA / "malformed_entries.json").read_text())

SENDABLE = ("yes", "URL Standard allows")
EXCEPTIONS = {
    "adv-071": (True, "'no/rare': the URL Standard does not check hyphens, a label may be one"),
    "adv-043": (False, "'depends': xn--a decodes to a control character, engines fail on it"),
}

REASONS = {
    "mal-001": Reason.PATH,
    "mal-005": Reason.UPPER_CASE,
    "mal-006": Reason.UPPER_CASE,
    "mal-007": Reason.NON_ASCII,
    "mal-008": Reason.NO_SCHEME,
    "mal-012": Reason.WILDCARD,
    "mal-013": Reason.WILDCARD,
    "mal-014": Reason.WILDCARD,
    "mal-016": Reason.WILDCARD,
    "mal-017": Reason.WILDCARD,
    "mal-023": Reason.SEVERAL,
    "mal-024": Reason.USERINFO,
    "mal-025": Reason.QUERY,
    "mal-027": Reason.EMPTY_PORT,
    "mal-028": Reason.BAD_PORT,
    "mal-029": Reason.BAD_PORT,
    "mal-030": Reason.LEADING_ZERO_PORT,
    "mal-031": Reason.WILDCARD,
    "mal-032": Reason.EMPTY_LABEL,
    "mal-033": Reason.EMPTY_LABEL,
    "mal-034": None,  # a different origin, and a legal one
    "mal-035": Reason.EMPTY_LABEL,
    "mal-036": Reason.NON_CANONICAL_IPV4,
    "mal-037": Reason.NON_CANONICAL_IPV4,
    "mal-038": Reason.NON_CANONICAL_IPV6,
    "mal-041": Reason.BAD_PUNYCODE,
    "mal-042": Reason.NOT_A_TUPLE_SCHEME,
    "mal-045": Reason.WILDCARD,
    "mal-048": Reason.EMPTY,
    "mal-049": Reason.NO_SCHEME,
    "mal-050": Reason.NON_ASCII,
    "mal-051": Reason.NON_ASCII,
}
SENDABLE_ENTRIES = {
    "mal-028": "port 0 is legal in a URL; no browser connects there, so only a list refuses it",
    "mal-034": "a host with a trailing dot is another origin",
}


def reason_of(text):
    found = parse(text)
    return found.reason if isinstance(found, Refused) else None


@pytest.mark.parametrize("case", ADVERSARIAL, ids=lambda case: case["id"])
def test_accepts_exactly_what_a_browser_can_send(case):
    sendable, _ = EXCEPTIONS.get(
        case["id"], (case["browser_can_emit"].startswith(SENDABLE), "as the table says")
    )
    found = parse(case["example"])
    assert isinstance(found, Refused) is not sendable
    if sendable:
        assert str(found) == case["example"]


@pytest.mark.parametrize("case", MALFORMED, ids=lambda case: case["id"])
def test_malformed_entries_are_refused_with_their_reason(case):
    found = parse_entry(case["entry"])
    assert (found.reason if isinstance(found, Refused) else None) is REASONS[case["id"]]
    sendable = not isinstance(parse(case["entry"]), Refused)
    assert sendable is (case["id"] in SENDABLE_ENTRIES)


def test_the_tables_are_whole():
    assert len(ADVERSARIAL) == 143
    assert {case["id"] for case in MALFORMED} == set(REASONS)
    assert len(REASONS) == 32


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://a.example", Origin("https", "a.example")),
        ("http://a.example:8080", Origin("http", "a.example", 8080)),
        ("https://a.example:80", Origin("https", "a.example", 80)),
        ("https://a.example.", Origin("https", "a.example.")),
        ("https://a_b~c!$.example", Origin("https", "a_b~c!$.example")),
        ("http://[2001:db8::1]:8080", Origin("http", "[2001:db8::1]", 8080)),
        ("http://[1:0:0:2::]", Origin("http", "[1:0:0:2::]")),
        ("http://[1:2:3:4:5:6:0:8]", Origin("http", "[1:2:3:4:5:6:0:8]")),
        ("http://10.0.0.1", Origin("http", "10.0.0.1")),
        ("https://1.example", Origin("https", "1.example")),
        ("https://xn--strae-oqa.example", Origin("https", "xn--strae-oqa.example")),
        ("chrome-extension://abcdefgh", Origin("chrome-extension", "abcdefgh")),
        ("capacitor://localhost", Origin("capacitor", "localhost")),
        ("tauri://localhost:80", Origin("tauri", "localhost", 80)),
        ("null", OPAQUE),
    ],
)
def test_reads_and_writes_the_same_text(text, origin):
    assert parse(text) == origin
    assert str(origin) == text


@pytest.mark.parametrize(
    ("text", "reason", "hint"),
    [
        ("HTTPS://A.example:443/", Reason.UPPER_CASE, "https://a.example"),
        ("https://a.example/x?y", Reason.PATH, "https://a.example"),
        ("https://a.example?y#z", Reason.QUERY, "https://a.example"),
        ("https://a.example#z", Reason.FRAGMENT, "https://a.example"),
        ("http://a.example:080", Reason.LEADING_ZERO_PORT, "http://a.example"),
        ("http://0x7f.1", Reason.NON_CANONICAL_IPV4, "http://127.0.0.1"),
        ("http://017.0.0.1", Reason.NON_CANONICAL_IPV4, "http://15.0.0.1"),
        ("http://1.2.3.4.", Reason.NON_CANONICAL_IPV4, "http://1.2.3.4"),
        ("http://0x", Reason.NON_CANONICAL_IPV4, "http://0.0.0.0"),
        ("http://1.2.3.256", Reason.NON_CANONICAL_IPV4, None),
        ("http://1.2.3.4.5", Reason.NON_CANONICAL_IPV4, None),
        ("http://256.1", Reason.NON_CANONICAL_IPV4, None),
        ("http://a.0x1", Reason.NON_CANONICAL_IPV4, None),
        ("http://08.1", Reason.NON_CANONICAL_IPV4, None),
        ("http://[::FFFF]", Reason.NON_CANONICAL_IPV6, "http://[::ffff]"),
        ("http://[::1.2.3.4]", Reason.NON_CANONICAL_IPV6, "http://[::102:304]"),
        ("http://[1::2::3]", Reason.NON_CANONICAL_IPV6, None),
        ("http://[fe80::1%eth0]", Reason.NON_CANONICAL_IPV6, None),
        ("http://[::1", Reason.NON_CANONICAL_IPV6, None),
        ("http://[::1]x", Reason.NON_CANONICAL_IPV6, None),
        (" https://a.example\t", Reason.WHITESPACE, "https://a.example"),
        (" https://A.example ", Reason.WHITESPACE, "https://a.example"),
        ("null ", Reason.WHITESPACE, "null"),
        ("https://a .example", Reason.WHITESPACE, None),
        ("https://a.example,https://b.example", Reason.SEVERAL, None),
        ("https://a.example:8x", Reason.BAD_PORT, None),
        ("https://a.example:1:2", Reason.BAD_PORT, None),
        ("https://a.example:" + "9" * 400, Reason.BAD_PORT, None),
        ("https://", Reason.NO_HOST, None),
        ("https://:80", Reason.NO_HOST, None),
        ("https://" + "a" * 64 + ".example", Reason.LABEL_TOO_LONG, None),
        ("https://" + "a." * 126 + "ab", Reason.HOST_TOO_LONG, None),
        ("https://" + "a" * 600, Reason.TOO_LONG, None),
        ("https://xn--.example", Reason.BAD_PUNYCODE, None),
        ("https://xn--abc-.example", Reason.BAD_PUNYCODE, None),
        ("https://xn---u8xia8m.example", Reason.BAD_PUNYCODE, None),
        ("*", Reason.WILDCARD, None),
        ("*://a.example", Reason.WILDCARD, None),
        ("1https://a.example", Reason.BAD_SCHEME, None),
        ("^https://a.example", Reason.BAD_SCHEME, None),
        ("wss://a.example", Reason.SOCKET_SCHEME, None),
        ("ftp://a.example", Reason.FTP_SCHEME, None),
        ("blob:https://a.example", Reason.BAD_SCHEME, None),
        ("DATA://a.example", Reason.NOT_A_TUPLE_SCHEME, None),
    ],
)
def test_refuses_with_reason_and_hint(text, reason, hint):
    assert parse(text) == Refused(reason, hint)


def test_limits_of_length_are_inclusive():
    label, host = "a" * 63, "a." * 126 + "a"
    assert len(host) == 253
    for text in (f"https://{label}.example", f"https://{host}", f"https://{host}."):
        assert isinstance(parse(text), Origin)


@pytest.mark.parametrize("text", ["https://app-*.example.com", "https://a.example$", "https://a+b"])
def test_a_list_refuses_pattern_characters_that_a_host_may_hold(text):
    assert str(parse(text)) == text
    assert parse_entry(text) == Refused(Reason.WILDCARD)


def test_every_reason_has_a_text_and_an_error_says_what_to_do():
    assert all(reason.text and ";" not in reason.text for reason in Reason)
    assert parse("https://a.example/").text == (
        "has a path (a trailing slash is one), which origins have not; write https://a.example"
    )
    assert parse("x").text.endswith("; write scheme://host[:port] in lower case")


def test_no_password_comes_back():
    assert "secret" not in parse("https://me:secret@a.example").text


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("HTTPS://User:pw@API.Example:443/v1?x#y", "https://api.example"),
        ("http://a.example:8080/", "http://a.example:8080"),
        ("http://a.example?x@y", "http://a.example"),
        ("  http://127.1/\n", "http://127.0.0.1"),
        ("http://[0:0::1]:080", "http://[::1]"),
        ("https://a.example/r\u00e9sum\u00e9", "https://a.example"),
        ("https://a.example\\@b.example/", "https://a.example"),
        ("https:///a.example", "https://a.example"),
        ("https:a.example", "https://a.example"),
        ("https:\\\\a.example", "https://a.example"),
        ("ht\ttps://a.\nexample", "https://a.example"),
        ("blob:https://a.example/1", "https://a.example"),
        ("data:text/html,x", "null"),
        ("about:blank", "null"),
        ("file:///etc", "null"),
    ],
)
def test_origin_of_a_url(url, origin):
    assert str(origin_of(url)) == origin


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://a.example", Reason.NOT_HTTP),
        ("/v1/me", Reason.NOT_HTTP),
        ("", Reason.NOT_HTTP),
        ("https:", Reason.NO_HOST),
        ("https://?a.example", Reason.NO_HOST),
        ("https://a%62.example/", Reason.FORBIDDEN_CHARACTER),
        ("https://a .example/", Reason.FORBIDDEN_CHARACTER),
        ("https://r\u00e9sum\u00e9.example", Reason.NON_ASCII),
        ("https://a.example:99999/", Reason.BAD_PORT),
        ("https://" + "xn--a" * 100_000, Reason.TOO_LONG),
    ],
)
def test_a_url_without_an_origin_is_refused(url, reason):
    assert origin_of(url).reason is reason


def test_same_origin_compares_all_three_and_no_opaque_one():
    one = parse("https://a.example")
    assert same_origin(one, parse("https://a.example"))
    for other in ("http://a.example", "https://b.example", "https://a.example:444", "null"):
        assert not same_origin(one, parse(other))
    assert not same_origin(OPAQUE, OPAQUE)


@pytest.mark.parametrize(
    ("text", "loopback", "secure"),
    [
        ("http://localhost:3000", True, True),
        ("http://app.localhost", True, True),
        ("http://localhost.", True, True),
        ("http://127.9.9.9", True, True),
        ("http://[::1]", True, True),
        ("http://127.example", False, False),
        ("http://localhost.example", False, False),
        ("http://0.0.0.0", False, False),
        ("https://a.example", False, True),
        ("chrome-extension://abc", False, True),
        ("null", False, False),
    ],
)
def test_loopback_and_secure(text, loopback, secure):
    origin = parse(text)
    assert (is_loopback(origin), is_secure(origin)) == (loopback, secure)


PIECES = st.sampled_from(
    [
        *("http", "https", "://", "a", "B", "xn--", "null", "\u00e9", "80", "443", "127", "0x7f"),
        *(".", ":", "/", "?", "@", "*", ",", " ", "%41", "[", "]", "::1", "\0"),
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_any_text_is_read_or_refused_and_reading_twice_is_reading_once(text):
    found = parse(text)
    if isinstance(found, Refused):
        if found.hint is not None:
            assert str(parse(found.hint)) == found.hint
    else:
        assert str(found) == text
    seen = origin_of(text)
    if isinstance(seen, Origin) and isinstance(found, Origin):
        assert seen == found


@given(st.integers(0, 2**128 - 1), st.integers(0, 2**32 - 1), st.integers(1, 65535))
def test_addresses_come_back_in_one_form(wide, narrow, port):
    long = ":".join(f"{wide >> 16 * at & 0xFFFF:04X}" for at in range(7, -1, -1))
    for text in (f"http://[{long}]:{port}/", f"http://{narrow}:{port}/", f"http://{narrow:#x}"):
        origin = origin_of(text)
        assert parse(str(origin)) == origin
