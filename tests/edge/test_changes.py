"""What changed in a document, as its owner would write it; bounded on hostile contents."""

import copy
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.core.reading import Json
from auditor.edge.changes import LONGEST_TEXT, Change, Kind, explain

ADDED, REMOVED, CHANGED = Kind.ADDED, Kind.REMOVED, Kind.CHANGED
CORS = "nginx.ingress.kubernetes.io/cors-allow-origin"

TABLE: list[tuple[Json, Json, list[tuple[str, Kind, str | None, str | None]]]] = [
    (
        {"CorsConfiguration": {"AllowOrigins": ["https://a", "https://b", "https://c"]}},
        {
            "CorsConfiguration": {
                "AllowOrigins": ["https://c", "https://a", "https://b", "https://d"]
            }
        },
        [("CorsConfiguration.AllowOrigins[3]", ADDED, None, '"https://d"')],
    ),
    (
        {"AllowOrigins": ["https://a", "https://b"]},
        {"AllowOrigins": ["https://c", "https://a"]},
        [
            ("AllowOrigins[0]", ADDED, None, '"https://c"'),
            ("AllowOrigins[1]", REMOVED, '"https://b"', None),
        ],
    ),
    ({"a": ["x", "y"]}, {"a": ["y", "x"]}, []),
    ({"a": ["x", "x"]}, {"a": ["x"]}, [("a[0]", REMOVED, '"x"', None)]),
    ({"a": ["x"]}, {"a": ["x", "x"]}, [("a[0]", ADDED, None, '"x"')]),
    ({"CORS": "https://p"}, {"CORS": "*"}, [("CORS", CHANGED, '"https://p"', '"*"')]),
    (
        {"metadata": {"annotations": {CORS: "a"}}},
        {"metadata": {"annotations": {CORS: "b"}}},
        [(f'metadata.annotations["{CORS}"]', CHANGED, '"a"', '"b"')],
    ),
    ({"a": True}, {"a": 1}, [("a", CHANGED, "true", "1")]),
    ({"a": 1}, {"a": "1"}, [("a", CHANGED, "1", '"1"')]),
    ({"a": None}, {}, [("a", REMOVED, "null", None)]),
    ({}, {"__a": {"b": []}}, [("__a", ADDED, None, '{"b": []}')]),
    ({"a": {"b": 1}}, {"a": [1]}, [("a", CHANGED, '{"b": 1}', "[1]")]),
    ({"a": [{"p": "/"}]}, {"a": []}, [("a[0]", REMOVED, '{"p": "/"}', None)]),
    (
        {"paths": [{"p": "/", "o": ["a"]}, {"p": "/x"}]},
        {"paths": [{"p": "/new"}, {"p": "/", "o": ["a"]}, {"p": "/x"}]},
        [("paths[0]", ADDED, None, '{"p": "/new"}')],
    ),
    (
        {"paths": [{"p": "/", "o": ["a"]}, {"p": "/x"}]},
        {"paths": [{"p": "/", "o": ["b"]}, {"p": "/x"}]},
        [("paths[0].o[0]", REMOVED, '"a"', None), ("paths[0].o[0]", ADDED, None, '"b"')],
    ),
    (
        {"behaviours": [{"p": "/a"}, {"p": "/b"}]},
        {"behaviours": [{"p": "/b"}, {"p": "/a"}]},
        [
            ("behaviours[0].p", CHANGED, '"/a"', '"/b"'),
            ("behaviours[1].p", CHANGED, '"/b"', '"/a"'),
        ],
    ),
    ({"a": "\x1b[2J"}, {"a": "\u202e"}, [("a", CHANGED, '"\\u001b[2J"', '"\\u202e"')]),
    ({}, {"a\n\u202e": 0}, [('["a\\n\\u202e"]', ADDED, None, "0")]),
    ({"a": ["\ud800"]}, {"a": []}, [("a[0]", REMOVED, '"\\ud800"', None)]),
    ([1], [1], []),
    (1, {}, [("", CHANGED, "1", "{}")]),
]


@pytest.mark.parametrize(("before", "after", "expected"), TABLE)
def test_changes_are_said_as_the_owner_would(
    before: Json, after: Json, expected: list[tuple[str, Kind, str | None, str | None]]
) -> None:
    assert explain(before, after) == tuple(Change(*one) for one in expected)


def test_a_list_that_the_product_reads_in_order_is_compared_in_order() -> None:
    before: Json = {"rules": ["a", "b"], "origins": ["a", "b"]}
    after: Json = {"rules": ["b", "a"], "origins": ["b", "a"]}
    paths = {one.path for one in explain(before, after, ordered=("rules",))}
    assert paths
    assert {path.partition("[")[0] for path in paths} == {"rules"}


def test_positions_are_in_the_order_of_numbers() -> None:
    changes = explain({"a": []}, {"a": [str(number) for number in range(12)]})
    assert [one.path for one in changes] == [f"a[{number}]" for number in range(12)]


def test_the_rest_is_counted() -> None:
    after: Json = {str(number): number for number in range(25)}
    changes = explain({}, after)
    assert len(changes) == 21
    assert changes[-1] == Change("", Kind.OMITTED, None, "5 more")
    assert len(explain({}, after, limit=25)) == 25


def test_values_are_shortened() -> None:
    (change,) = explain({"a": "b" * 9_000}, {"a": "c"})
    assert change.before == '"' + "b" * (LONGEST_TEXT - 1) + f"... ({9_002 - LONGEST_TEXT} more)"


def bomb() -> Json:
    level: Json = ["x"] * 10
    for _ in range(12):
        level = [level] * 10
    return level


def tower(levels: int, top: Json = 1) -> Json:
    for _ in range(levels):
        top = {"k": top}
    return top


@pytest.mark.parametrize("large", [bomb(), tower(5_000), ["x"] * 20_000])
def test_what_is_too_large_is_said_to_be(large: Json) -> None:
    for before, after in ((large, {}), ({}, large), (large, large)):
        (only,) = explain(before, after)
        assert only.kind is Kind.OMITTED
        assert str(only.after).startswith("too large to compare")


N = 9_000
HOSTILE: list[tuple[Json, Json]] = [
    ([f"a{i}" for i in range(N)], [f"b{i}" for i in range(N)]),
    ([f"a{i}" for i in range(N)], [f"a{i + i % 2}" for i in range(N)]),
    ([f"a{i}" for i in range(N)], [f"a{i + N // 2}" for i in range(N)]),
    ([i % 7 for i in range(N)], [i % 5 for i in range(N)]),
    ([{"x": i} for i in range(N // 2)], [{"x": i + 1} for i in range(N // 2)]),
    ([[i % 2] for i in range(N // 2)], [[i % 3] for i in range(N // 2)]),
    ({"a": "x\n" * 500_000}, {"a": "y\n" * 500_001}),
    (tower(60), tower(60, 2)),
]


@pytest.mark.parametrize(("before", "after"), HOSTILE)
def test_it_ends_soon(before: Json, after: Json) -> None:
    start = time.process_time()
    assert 1 <= len(explain(before, after)) <= 21
    assert time.process_time() - start < 5


contents = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["a", "b", "1", "__c"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["a", "b", "1", "__c", "x/y"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(contents, contents)
def test_a_difference_is_explained_and_nothing_else(before: Json, after: Json) -> None:
    kept = copy.deepcopy((before, after))
    changes = explain(before, after, limit=1_000)
    assert bool(changes) == (settled(before) != settled(after))
    assert explain(before, before) == ()
    assert (before, after) == kept
    for change in changes:
        assert (change.before is None) == (change.kind is Kind.ADDED)
        assert (change.after is None) == (change.kind is Kind.REMOVED)


def settled(value: Json) -> object:
    """`value` with plain lists sorted, and numbers, truths and texts told apart."""
    if isinstance(value, dict):
        return {key: settled(one) for key, one in value.items()}
    if isinstance(value, list):
        items = [settled(one) for one in value]
        plain = not any(isinstance(one, list | dict) for one in value)
        return sorted(items, key=repr) if plain else items
    return repr(value)
