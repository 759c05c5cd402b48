"""The CORS check, exposed names and tainting, one row a fact of the Fetch standard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.core.browser.lines import Unreadable, get, tokens
from auditor.core.browser.response import (
    Mode,
    Tainting,
    cors_check,
    exposed,
    readable,
    taint,
    visible_status,
)
from auditor.core.browser.verdict import PASSED, Step, Verdict
from auditor.core.origin import OPAQUE, parse

A = "https://a.example"
ALLOW_ORIGIN = "Access-Control-Allow-Origin"
CREDENTIALS = "Access-Control-Allow-Credentials"


def allow(*values, credentials=()):
    return [(ALLOW_ORIGIN, value) for value in values] + [(CREDENTIALS, v) for v in credentials]


@pytest.mark.parametrize(
    ("lines", "without", "with_credentials"),
    [
        ([], Step.ALLOW_ORIGIN_ABSENT, Step.ALLOW_ORIGIN_ABSENT),
        (allow("*"), Step.OK, Step.STAR_WITH_CREDENTIALS),
        (allow("*", credentials=["true"]), Step.OK, Step.STAR_WITH_CREDENTIALS),
        (allow(A), Step.OK, Step.CREDENTIALS_ABSENT),
        (allow(f"\t {A} \r\n"), Step.OK, Step.CREDENTIALS_ABSENT),
        (allow(A, credentials=["true"]), Step.OK, Step.OK),
        (allow(A, credentials=[" true\t"]), Step.OK, Step.OK),
        (allow(A, credentials=["True"]), Step.OK, Step.CREDENTIALS_NOT_TRUE),
        (allow(A, credentials=["true", "true"]), Step.OK, Step.CREDENTIALS_NOT_TRUE),
        (allow(A, credentials=[""]), Step.OK, Step.CREDENTIALS_NOT_TRUE),
        (allow(A, A), Step.ALLOW_ORIGIN_SEVERAL, Step.ALLOW_ORIGIN_SEVERAL),
        (allow("*", "*"), Step.ALLOW_ORIGIN_SEVERAL, Step.ALLOW_ORIGIN_SEVERAL),
        (allow("", "*"), Step.ALLOW_ORIGIN_SEVERAL, Step.ALLOW_ORIGIN_SEVERAL),
        (allow(f"{A}, *"), Step.ALLOW_ORIGIN_SEVERAL, Step.ALLOW_ORIGIN_SEVERAL),
        (allow(f"{A} null"), Step.ALLOW_ORIGIN_SEVERAL, Step.ALLOW_ORIGIN_SEVERAL),
        (allow(""), Step.ALLOW_ORIGIN_DIFFERS, Step.ALLOW_ORIGIN_DIFFERS),
        (allow("null"), Step.ALLOW_ORIGIN_DIFFERS, Step.ALLOW_ORIGIN_DIFFERS),
        (allow(A + "/"), Step.ALLOW_ORIGIN_DIFFERS, Step.ALLOW_ORIGIN_DIFFERS),
        (allow(A + ":443"), Step.ALLOW_ORIGIN_DIFFERS, Step.ALLOW_ORIGIN_DIFFERS),
        (allow(A.upper()), Step.ALLOW_ORIGIN_DIFFERS, Step.ALLOW_ORIGIN_DIFFERS),
        ([(ALLOW_ORIGIN.lower(), A)], Step.OK, Step.CREDENTIALS_ABSENT),
        ([(ALLOW_ORIGIN + "s", A)], Step.ALLOW_ORIGIN_ABSENT, Step.ALLOW_ORIGIN_ABSENT),
    ],
)
def test_cors_check(lines, without, with_credentials):
    for credentials, step in ((False, without), (True, with_credentials)):
        assert cors_check(A, lines, credentials) == Verdict(step is Step.OK, step)


def test_the_opaque_origin_is_allowed_by_its_name():
    assert cors_check("null", allow("null"), False) is PASSED


def naive_check(origin, lines, credentials):
    """The six steps of the standard, word for word: slow and obvious."""

    def joined(name):
        found = [value.strip("\t\r\n ") for given, value in lines if given.lower() == name]
        return ", ".join(found) if found else None

    allowed = joined("access-control-allow-origin")
    if allowed is None:
        return False
    if not credentials and allowed == "*":
        return True
    if origin != allowed:
        return False
    return not credentials or joined("access-control-allow-credentials") == "true"


NAMES = st.sampled_from([ALLOW_ORIGIN, ALLOW_ORIGIN.upper(), CREDENTIALS, "Vary"])
VALUES = st.sampled_from(["*", A, "null", "", "true", f" {A}\t", f"{A}, {A}", "True"])


@given(
    st.sampled_from([A, "null"]),
    st.lists(st.tuples(NAMES, VALUES), max_size=4),
    st.booleans(),
)
def test_the_quick_check_agrees_with_the_standard_word_for_word(origin, lines, credentials):
    assert cors_check(origin, lines, credentials).ok is naive_check(origin, lines, credentials)


def test_values_of_several_lines_are_joined():
    assert get([("X-A", " 1 "), ("y", "2"), ("x-a", "")], "x-a") == "1, "
    assert get([("y", "2")], "x-a") is None


@pytest.mark.parametrize(
    ("values", "members"),
    [
        ([], set()),
        ([""], set()),
        ([" , a ,\tB,,"], {"a", "B"}),
        (["a", "B, c"], {"a", "B", "c"}),
        (["a b"], Unreadable.LIST),
        (["a", "b;c"], Unreadable.LIST),
        (['"a"'], Unreadable.LIST),
        (["\u00e9"], Unreadable.LIST),
        (["*"], {"*"}),
    ],
)
def test_lists_of_tokens(values, members):
    assert tokens([("L", value) for value in values], "l") == members


EXPOSE = "Access-Control-Expose-Headers"


@pytest.mark.parametrize(
    ("values", "credentials", "names"),
    [
        ([], False, {"content-type"}),
        (["X-A"], False, {"content-type", "x-a"}),
        (["x-a", "ETag"], True, {"content-type", "x-a", "etag"}),
        (["x-missing"], False, {"content-type"}),
        (["*"], False, {"content-type", "x-a", "etag", "access-control-expose-headers"}),
        (["x-a", "*"], False, {"content-type", "x-a", "etag", "access-control-expose-headers"}),
        (["*"], True, {"content-type"}),
        (["set-cookie"], False, {"content-type"}),
        (["x-a, not a name"], False, {"content-type"}),
    ],
)
def test_exposed(values, credentials, names):
    lines = [("Content-Type", "x"), ("X-A", "1"), ("ETag", "2"), ("Set-Cookie", "s")]
    assert exposed(lines + [(EXPOSE, value) for value in values], credentials) == names


def test_tainting_says_what_script_sees():
    here, there = parse(A), parse("https://b.example")
    assert taint(here, here) is Tainting.BASIC
    assert taint(here, there) is Tainting.CORS
    assert taint(OPAQUE, there) is Tainting.CORS
    assert taint(here, here, before=Tainting.BASIC) is Tainting.BASIC
    assert taint(here, here, before=Tainting.CORS) is Tainting.CORS
    assert taint(here, here, Mode.NO_CORS) is Tainting.BASIC
    assert taint(here, there, Mode.NO_CORS) is Tainting.OPAQUE
    lines = [("X-A", "1"), ("Set-Cookie2", "2")]
    assert readable(lines, Tainting.BASIC, False) == {"x-a"}
    assert readable(lines, Tainting.CORS, False) == set()
    assert visible_status(500, Tainting.CORS) == 500
    assert visible_status(500, Tainting.OPAQUE) == 0


def test_every_step_has_a_text_of_its_own():
    assert len({step.text for step in Step}) == len(Step)
