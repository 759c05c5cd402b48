"""YAML 1.1 scalars: one row a fact, and PyYAML itself as the oracle."""

import math
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from auditor.text.yaml_scalars import tagged, typed

TAG = "tag:yaml.org,2002:"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("On", True),
        ("OFF", False),
        ("n", "n"),
        ("y", "y"),
        ("", None),
        ("~", None),
        ("Null", None),
        ("600", 600),
        ("-1_000", -1000),
        ("+3", 3),
        ("0", 0),
        ("0777", 511),
        ("08", "08"),
        ("0b101", 5),
        ("-0x1F", -31),
        ("0x_", "0x_"),
        ("1e3", "1e3"),
        ("1.5e+3", 1500.0),
        (".5", 0.5),
        ("1_0.5", 10.5),
        ("-.INF", -math.inf),
        ("12:30:45", "12:30:45"),
        ("1:30.5", "1:30.5"),
        ("2026-11-22", "2026-11-22"),
        ("2026-11-22T03:00:00Z", "2026-11-22T03:00:00Z"),
        ("=", "="),
        ("<<", "<<"),
        ("*", "*"),
        ("https://shop.example.com", "https://shop.example.com"),
        ("1" * 1_000, int("1" * 1_000)),
        ("1" * 1_001, "1" * 1_001),
        ("0x" + "f" * 1_000, "0x" + "f" * 1_000),
    ],
)
def test_unquoted(text: str, value: object) -> None:
    found = typed(text)
    assert (type(found), found) == (type(value), value)


def test_not_a_number() -> None:
    found = typed(".NaN")
    assert isinstance(found, float)
    assert math.isnan(found)


@pytest.mark.parametrize(
    ("tag", "text", "value"),
    [
        ("str", "600", "600"),
        ("int", "0777", 511),
        ("float", "3", 3.0),
        ("bool", "oFF", False),
        ("null", "anything", None),
        ("timestamp", "2026-11-22", "2026-11-22"),
    ],
)
def test_tagged(tag: str, text: str, value: object) -> None:
    found = tagged(TAG + tag, text)
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(("tag", "text"), [("int", "a"), ("float", ""), ("bool", "maybe")])
def test_tagged_with_something_else(tag: str, text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        tagged(TAG + tag, text)


@given(st.text(alphabet="0123456789abefxnyostrulTFNO+-._~=<", max_size=8))
@example("190_0")
@example("-0b_1")
def test_agrees_with_pyyaml(text: str) -> None:
    loader: Any = yaml.SafeLoader("")
    tag = loader.resolve(yaml.ScalarNode, text, (True, False))
    if tag in (TAG + "timestamp", TAG + "value", TAG + "merge"):
        assert typed(text) == text
        return
    try:
        expected = loader.construct_object(yaml.ScalarNode(tag, text))
    except ValueError:
        expected = text
    assert repr(typed(text)) == repr(expected)
