"""The hand-written scanners against RE2 itself, on the controller's own patterns."""

import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.ingress.ingress_nginx.scanners import (
    is_expose_headers,
    is_headers,
    is_methods,
    is_old_headers,
    is_old_origin,
    is_origin,
    is_origin_list,
    parse_bool,
    parse_int,
)

V_NEW = r"^((((([a-z]+://)?(\*\.)?[A-Za-z0-9\-.]*(:\d+)?,?)|null)+)|\*)?$"
V_1_12 = r"^(((([a-z]+://)?(\*\.)?[A-Za-z0-9\-.]*(:\d+)?,?)+)|\*)?$"
V_1_9 = r"^((((https?://)?(\*\.)?[A-Za-z0-9\-.]*(:\d+)?,?)+)|\*)?$"
P_NEW = r"^([a-z]+://(\*\.)?[A-Za-z0-9\-.]*(:\d+)?|\*|null)?$"
P_1_12 = r"^([a-z]+://(\*\.)?[A-Za-z0-9\-.]*(:\d+)?|\*)?$"
P_1_9 = r"^(https?://(\*\.)?[A-Za-z0-9\-.]*(:\d+)?|\*)?$"
P_1_0 = r"^(https?://[A-Za-z0-9\-\.]*(:[0-9]+)?|\*)?$"
METHODS = r"^([A-Za-z]+,?\s?)+$"
EXPOSE = r"^(([A-Za-z0-9\-\_]+|\*),?\s?)+$"
OLD_HEADERS = r"^([A-Za-z0-9\-\_]+,?\s?)+$"
HEADERS = r"^[A-Za-z0-9-_, ]*$"
PATTERNS = (
    V_NEW, V_1_12, V_1_9, P_NEW, P_1_12, P_1_9, P_1_0, METHODS, EXPOSE, OLD_HEADERS, HEADERS,
)  # fmt: skip
COMPILED = {pattern: re2.compile(pattern) for pattern in PATTERNS}

PIECES = st.sampled_from(
    ["http", "https", "s", "://", ":", "/", "//", "*.", "*", ".", "null", "nul", ",", " ", "8", "443",
     "a", "Z", "ab.c", "-", "_", "\n", "\t", "é", "٣", "$", "x://", "App", "\r", ",,"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=9).map("".join) | st.text("htps:/*.,nul8aZ -_\n", max_size=12)


def verdict(pattern: str, text: str) -> bool:
    return COMPILED[pattern].search(text) is not None


@settings(max_examples=3_000, deadline=None)
@given(TEXTS)
def test_the_scanners_agree_with_re2(text: str) -> None:
    assert is_origin_list(text, any_scheme=True) is verdict(V_NEW, text)
    assert is_origin_list(text, any_scheme=True) is verdict(V_1_12, text)
    assert is_origin_list(text, any_scheme=False) is verdict(V_1_9, text)
    assert is_origin(text, any_scheme=True, null=True) is verdict(P_NEW, text)
    assert is_origin(text, any_scheme=True, null=False) is verdict(P_1_12, text)
    assert is_origin(text, any_scheme=False, null=False) is verdict(P_1_9, text)
    assert is_old_origin(text) is verdict(P_1_0, text)
    assert is_methods(text) is verdict(METHODS, text)
    assert is_expose_headers(text) is verdict(EXPOSE, text)
    assert is_old_headers(text) is verdict(OLD_HEADERS, text)
    assert is_headers(text) is verdict(HEADERS, text)


def test_the_strings_tell_both_verdicts_apart() -> None:
    for pattern, yes, no in (
        (V_NEW, "https://*.a.com:8,null,*.b", "https://a/"),
        (P_NEW, "x://*.a:1", "x://*a"),
        (METHODS, "GET, PUT", "GET,,PUT"),
        (EXPOSE, "*,X-a ", ",X"),
    ):
        assert (verdict(pattern, yes), verdict(pattern, no)) == (True, False)


def test_a_long_value_is_scanned_in_one_pass() -> None:
    long = "https://a.com," * 20_000
    assert is_origin_list(long, any_scheme=True)
    assert not is_origin_list(long + "/", any_scheme=True)
    assert not is_methods("GET " * 20_000 + "!")


def test_booleans_and_integers_are_those_of_go() -> None:
    assert [parse_bool(text) for text in ("1", "T", "True", "0", "f", "FALSE")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
    assert [parse_bool(text) for text in ("yes", "on", " true", "tRUE", "")] == [None] * 5
    assert [parse_int(text) for text in ("600", "+5", "-1", "007")] == [600, 5, -1, 7]
    assert [parse_int(text) for text in ("3600s", "1_000", " 1", "", "٣", "9" * 19)] == [None] * 6
    assert parse_int(str(2**63 - 1)) == 2**63 - 1
    assert parse_int("9" * 5_000) is None
