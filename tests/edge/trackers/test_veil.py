"""What a tracker says is shown up to where it repeats a secret, and as it is where it does not."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.edge.trackers.veil import HIDDEN, veiled
from tests.shows.secret_estate import canary, forms

SECRET = canary("jira")
printable = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=60)


@pytest.mark.parametrize("form", [one for one in forms(SECRET) if one != SECRET.encode().hex()])
def test_each_form_of_a_secret_is_hidden(form: str) -> None:
    said = veiled(f"Bad credentials: {form} and more", SECRET)
    assert said.startswith("Bad credentials: ")
    assert said.endswith(HIDDEN)
    assert form[3:] not in said


def test_other_words_stay() -> None:
    words = (
        "Validation Failed: title is too long (maximum is 256 characters), authorization required"
    )
    assert veiled(words, SECRET) == words
    assert veiled("", SECRET) == ""


@given(printable, st.text(max_size=20), st.text(max_size=20))
def test_no_secret_gets_through(secret: str, before: str, after: str) -> None:
    pair = base64.b64encode(f"robot:{secret}".encode()).decode()
    assert secret not in veiled(f"{before}{secret}{after}", secret)
    assert pair not in veiled(f"{before}{pair}{after}", secret)


def test_a_short_secret_is_hidden_where_it_stands() -> None:
    assert veiled("user robot, password pw1 is wrong", "pw1") == f"user robot, password {HIDDEN}"
