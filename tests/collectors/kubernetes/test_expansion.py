"""`$(NAME)` as Kubernetes fills it; the rows are those of its own table (expansion, expand_test.go)."""

import time

import pytest

from collectors.kubernetes.expansion import LONGEST, Withheld, expand

VARIABLES: dict[str, str | Withheld] = {
    "A": "a",
    "B": "b",
    "REF": "$(A)",
    "EMPTY": "",
    "SECRET": Withheld("it comes from Secret keys"),
}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("$(A)", "a"),
        ("$(A)-$(A)", "a-a"),
        ("___$(B)___", "___b___"),
        ("$$(B)_$(A)", "$(B)_a"),
        ("$$(A)_$(B)_$$(A)", "$(A)_b_$(A)"),
        ("f000-$$A", "f000-$A"),
        ("foo\\$(B)bar", "foo\\bbar"),
        ("$(A$(B))", "$(A$(B))"),
        ("$(A$(B)", "$(A$(B)"),
        ("$(REF)", "$(A)"),
        ("%%$(REF)--$(REF)%%", "%%$(A)--$(A)%%"),
        ("foo$(EMPTY)bar", "foobar"),
        ("foo$(Awhoops!", "foo$(Awhoops!"),
        ("f00__(A)__", "f00__(A)__"),
        ("$?_boo_$!", "$?_boo_$!"),
        ("$A", "$A"),
        ("$(GONE)", "$(GONE)"),
        ("$$$$$$(GONE)", "$$$(GONE)"),
        ("$$$$$$$(GONE)", "$$$$(GONE)"),
        ("$$$$$$(A)", "$$$(A)"),
        ("$$$$$$$(A)", "$$$a"),
        ("$A)", "$A)"),
        ("${A}", "${A}"),
        ("$(B)___$(A", "b___$(A"),
        ("$(A)___$(", "a___$("),
        ("$(A)foo$", "afoo$"),
        ("--$($($($($--", "--$($($($($--"),
        ("$(foo$$A)", "$(foo$$A)"),
        ("", ""),
        ("\n", "\n"),
    ],
)
def test_references_are_filled_as_kubernetes_does(text: str, filled: str) -> None:
    assert expand(text, VARIABLES.get) == filled


def test_a_text_with_a_withheld_part_is_withheld() -> None:
    assert expand("https://$(A).$(SECRET)", VARIABLES.get) == VARIABLES["SECRET"]
    assert expand("$$(SECRET)", VARIABLES.get) == "$(SECRET)"


def test_what_grows_without_end_is_withheld() -> None:
    big = {"A": "x" * LONGEST}
    assert expand("$(A)", big.get) == "x" * LONGEST
    assert isinstance(expand("$(A)$(A)", big.get), Withheld)


def test_openers_without_end_take_no_time() -> None:
    started = time.process_time()
    expand("$(" * 500_000, VARIABLES.get)
    expand(")" + "$(" * 500_000, VARIABLES.get)
    assert time.process_time() - started < 1
