"""From documents to hops: names, places, assumptions, what is unread."""

import json
from dataclasses import replace

import pytest

from auditor.core.hop.behaviour import Behaviour, Either, Silent, patterns
from auditor.core.language.pattern import Dialect, Pattern, exact
from auditor.core.reading import (
    Document,
    Gap,
    Hop,
    Layer,
    PathKind,
    PathMatch,
    Reading,
    Unread,
    Where,
)
from collectors.app.mapping import AppMapping, Choice, FromKey, Given, Meaning, Split
from collectors.app.projection import project
from collectors.app.reading import read_app
from collectors.app.semantics.custom import Spelled
from collectors.app.semantics.preset import Input

A, B = "https://a.example", "https://b.example"
GOOD = AppMapping(
    "orders",
    ("app.env",),
    "starlette@1.10",
    ("api.example.com/v1/*",),
    {Input.ORIGINS: FromKey("ORIGINS")},
)


def document(one: AppMapping, text: str, name: str = "app.env", **variables: str) -> Document:
    found = project(one, name, text.encode(), "file:x", variables)
    assert isinstance(found, Document), found
    return found


def read(
    one: AppMapping, text: str, name: str = "app.env", **variables: str
) -> tuple[Reading, ...]:
    return read_app([document(one, text, name, **variables)], {})


def hop(one: AppMapping, text: str, name: str = "app.env", **variables: str) -> Hop:
    [found] = read(one, text, name, **variables)
    assert isinstance(found, Hop), found
    return found


def gaps(one: AppMapping, text: str, name: str = "app.env") -> list[tuple[Gap, str, str]]:
    found = read(one, text, name)
    assert all(isinstance(gap, Unread) and gap.layer is Layer.APP and gap.do for gap in found)
    return [(gap.gap, gap.reason, str(gap.where)) for gap in found if isinstance(gap, Unread)]


def let_in(one: AppMapping, text: str, name: str = "app.env", **variables: str) -> list[str]:
    doing = hop(one, text, name, **variables).cases[0].doing
    return list(dict.fromkeys(str(pattern) for pattern in patterns(doing)))


# -- hops ------------------------------------------------------------------------------------------


def test_a_hop_says_where_everything_comes_from() -> None:
    one = replace(
        GOOD,
        inputs={**GOOD.inputs, Input.CREDENTIALS: FromKey("CREDENTIALS")},
        owner="team-orders",
    )
    found = hop(one, f"# x\nORIGINS={A}, {B}\nCREDENTIALS=yes\n")
    assert (found.id, found.layer, found.product) == ("app:orders", Layer.APP, "starlette")
    assert found.title == "orders (starlette 1.10.0)"
    assert found.where == Where("app.env", 2)
    assert found.answers == ("host:api.example.com",)
    assert found.role == "api.example.com/v1"
    assert found.labels == (("app", "orders"), ("owner", "team-orders"))
    assert found.fields == (
        ("CREDENTIALS", Where("app.env", 3)),
        ("ORIGINS", Where("app.env", 2)),
        ("ORIGINS[0]", Where("app.env", 2)),
        ("ORIGINS[1]", Where("app.env", 2)),
    )
    assert [remedy.field for remedy in found.remedies] == ["CREDENTIALS", "ORIGINS"]
    assert (found.assumed, found.notes) == ((), ())
    [case] = found.cases
    assert case.match == PathMatch(PathKind.PREFIX, "/v1")
    assert case.to == Silent()
    assert isinstance(case.doing, Behaviour)


def test_lists_know_the_line_of_each_entry() -> None:
    one = replace(GOOD, inputs={Input.ORIGINS: FromKey("o")})
    found = hop(one, f"o:\n  - {A}\n  - {B}\n", "app.yaml")
    assert found.fields[1:] == (
        ("o[0]", Where("app.yaml", 2)),
        ("o[1]", Where("app.yaml", 3)),
    )


def test_each_host_is_a_hop_and_longer_paths_come_first() -> None:
    one = replace(GOOD, serves=("b.example/*", "a.example/v1", "a.example/v1/orders/*"))
    first, second = read(one, f"ORIGINS={A}")
    assert isinstance(first, Hop)
    assert isinstance(second, Hop)
    assert (first.id, second.id) == ("app:orders@a.example", "app:orders@b.example")
    assert [case.match.text for case in first.cases] == ["/v1/orders", "/v1"]
    assert [case.match.text for case in second.cases] == ["/"]


def test_several_files_of_one_mapping_are_either() -> None:
    files = [document(GOOD, f"ORIGINS={text}", name) for text, name in ((A, "a.env"), (B, "b.env"))]
    [found] = read_app(files, {})
    [again] = read_app(files[::-1], {})
    assert found == again
    assert isinstance(found, Hop)
    doing = found.cases[0].doing
    assert isinstance(doing, Either)
    assert doing.cause == "which of a.env and b.env is deployed"
    same = [document(GOOD, f"ORIGINS={A}", name) for name in ("a.env", "b.env")]
    [alike] = read_app(same, {})
    assert isinstance(alike, Hop)
    assert isinstance(alike.cases[0].doing, Behaviour)


# -- releases --------------------------------------------------------------------------------------


def test_a_release_that_is_not_named_is_assumed() -> None:
    newest = hop(replace(GOOD, semantics="starlette"), f"ORIGINS={A}")
    assert newest.assumed == ("starlette 1.10.0 (newest; assumed)",)
    newer = hop(replace(GOOD, semantics="starlette@9.0"), f"ORIGINS={A}")
    assert newer.assumed == (
        "starlette 9.0.0 does as starlette 1.10.0, the newest that was read (assumed)",
    )
    files = [document(replace(GOOD, semantics="starlette"), f"ORIGINS={A}")]
    [told] = read_app(files, {"starlette": "0.27"})
    assert isinstance(told, Hop)
    assert told.title == "orders (starlette 0.27.0)"
    assert told.assumed == ("starlette 0.27 (assumed)",)
    [old] = read_app(files, {"starlette": "0.1"})
    assert isinstance(old, Unread)
    assert old.gap is Gap.UNSUPPORTED


def test_settings_that_a_mapping_cannot_name_are_assumed() -> None:
    found = hop(replace(GOOD, semantics="flask-cors@6.0.5"), f"ORIGINS={A}")
    assert found.assumed == (
        "flask-cors: send_wildcard, always_send and vary_header at their defaults",
    )


# -- values ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("split", "trim", "text", "expected"),
    [
        (None, True, f"{A}, {B}", [A, B]),
        (None, False, f"{A}, {B}", [A, f" {B}"]),
        (None, True, f"{A},", [A, ""]),
        (Split.SEMICOLON, True, f"{A} ; {B}", [A, B]),
        (Split.WHITESPACE, True, f"{A}  {B}", [A, B]),
        (Split.JSON, True, f'\'["{A}", "{B}"]\'', [A, B]),
    ],
)
def test_splitting(split: Split | None, trim: bool, text: str, expected: list[str]) -> None:
    one = replace(GOOD, split=split, trim=trim)
    assert let_in(one, f"ORIGINS={text}") == [str(exact(entry)) for entry in expected]


def test_a_text_that_is_not_split_is_one_text() -> None:
    whole = [str(Pattern(Dialect.SUBSTRING_OF, f"{A},{B}"))]
    assert let_in(replace(GOOD, split=Split.NONE), f"ORIGINS={A},{B}") == whole
    yaml = replace(GOOD, inputs={Input.ORIGINS: FromKey("o")})
    assert let_in(yaml, f"o: '{A},{B}'", "app.yaml") == whole
    as_json = replace(GOOD, split=Split.JSON)
    assert let_in(as_json, f"ORIGINS='\"{A},{B}\"'") == whole


@pytest.mark.parametrize(
    ("empty", "text", "expected", "note"),
    [
        (Meaning.PRODUCT_DEFAULT, "", [], "ORIGINS is empty: read as product-default"),
        (Meaning.PRODUCT_DEFAULT, "''", [], "ORIGINS is empty: read as product-default"),
        (Meaning.DENY, "", [], "ORIGINS is empty: read as deny"),
        (Meaning.SAME_ORIGIN, "", [], "ORIGINS is empty: read as same-origin"),
        (Meaning.ANY, "", "everybody", "ORIGINS is empty: read as any"),
    ],
)
def test_empty_values(empty: Meaning, text: str, expected: object, note: str) -> None:
    found = hop(replace(GOOD, empty_means=empty), f"ORIGINS={text}\n")
    assert found.notes == (note,)
    named = list(patterns(found.cases[0].doing))
    assert named == []
    star = "'*'" in repr(found.cases[0].doing)
    assert star is (expected == "everybody")


def test_missing_keys() -> None:
    reason = "the key ORIGINS is not in the file"
    assert gaps(GOOD, "OTHER=1") == [(Gap.ABSENT, reason, "app.env")]
    for meaning in (Meaning.PRODUCT_DEFAULT, Meaning.DENY, Meaning.SAME_ORIGIN):
        found = hop(replace(GOOD, missing_means=meaning), "OTHER=1")
        assert list(patterns(found.cases[0].doing)) == []
        assert "'*'" not in repr(found.cases[0].doing)
    anyone = hop(replace(GOOD, missing_means=Meaning.ANY), "OTHER=1")
    assert "'*'" in repr(anyone.cases[0].doing)
    flask = replace(GOOD, semantics="flask-cors", missing_means=Meaning.PRODUCT_DEFAULT)
    found = hop(flask, "OTHER=1")
    assert found.notes == ("no origins given: every origin is reflected (the product's default)",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("true", True), ("YES", True), ("1", True), ("off", False), ("0", False), ("", False)],
)
def test_words_for_true_and_false(text: str, expected: bool) -> None:
    one = replace(GOOD, inputs={**GOOD.inputs, Input.CREDENTIALS: FromKey("C")})
    found = hop(one, f"ORIGINS={A}\nC={text}\n")
    assert ("access-control-allow-credentials" in repr(found.cases[0].doing)) is expected


@pytest.mark.parametrize(("default", "expected"), [(True, True), (False, False)])
def test_the_default_of_a_missing_key(default: bool, expected: bool) -> None:
    one = replace(GOOD, inputs={**GOOD.inputs, Input.CREDENTIALS: FromKey("C", default)})
    found = hop(one, f"ORIGINS={A}\n")
    assert ("access-control-allow-credentials" in repr(found.cases[0].doing)) is expected


def test_every_bad_value_is_named_at_once_with_its_line() -> None:
    inputs: dict[Input, Choice] = {
        Input.ORIGINS: FromKey("ORIGINS"),
        Input.CREDENTIALS: FromKey("C"),
        Input.MAX_AGE: FromKey("AGE"),
        Input.METHODS: Given(True),
        Input.PATTERNS: Given(True),
        Input.HEADERS: FromKey("GONE"),
    }
    one = replace(GOOD, inputs=inputs, split=Split.JSON)
    found = gaps(one, "ORIGINS=[1\nC=maybe\nAGE=1h\n")
    assert found == [
        (Gap.INVALID, "ORIGINS is no JSON list of texts", "app.env:1"),
        (Gap.INVALID, "patterns (given) is true or false", "app.env:1"),
        (Gap.INVALID, "C is neither true nor false", "app.env:2"),
        (Gap.INVALID, "methods (given) is no list of names", "app.env:1"),
        (Gap.ABSENT, "the key GONE is not in the file", "app.env:1"),
        (Gap.INVALID, "AGE is no number of seconds", "app.env:3"),
    ]


# -- placeholders ----------------------------------------------------------------------------------


def test_an_unresolved_placeholder_is_unread_and_names_the_variable() -> None:
    reason = "origins needs OTHER, which no named source gives"
    assert gaps(GOOD, f"ORIGINS={A},${{OTHER}}") == [(Gap.UNRESOLVED, reason, "app.env:1")]
    default = "origins needs X, which no named source gives"
    assert gaps(GOOD, f"\nORIGINS=${{X:-{A}}}") == [(Gap.UNRESOLVED, default, "app.env:2")]


def test_placeholders_are_filled_before_splitting() -> None:
    assert let_in(GOOD, "ORIGINS=${X}", X=f"{A},{B}") == [str(exact(A)), str(exact(B))]


def test_a_default_counts_where_the_mapping_says_so() -> None:
    one = replace(GOOD, resolve_defaults=True)
    assert let_in(one, f"ORIGINS=${{X:-{A}}}") == [str(exact(A))]
    assert hop(one, f"ORIGINS=${{X:-{A}}}").notes == (
        "origins: the default written beside X is taken",
    )
    assert let_in(one, f"ORIGINS=${{X:-{A}}}", X=B) == [str(exact(B))]


def test_samples_to_replace_are_noted() -> None:
    assert hop(GOOD, "ORIGINS=https://__HOST__,").notes == (
        "ORIGINS[0] 'https://__HOST__' looks like a sample to replace",
        "ORIGINS[1] is empty",
    )


# -- what the product refuses, and what its owner spells out ---------------------------------------


def test_what_the_product_refuses_is_unread() -> None:
    django = replace(GOOD, semantics="django", split=Split.NONE)
    [(gap, reason, _)] = gaps(django, f"ORIGINS={A}")
    assert (gap, reason) == (
        Gap.INVALID,
        "the product refuses anything but a list of origins here (corsheaders.E006)",
    )


def test_spelled_out_semantics() -> None:
    one = replace(GOOD, semantics=Spelled(Dialect.PREFIX))
    found = hop(one, f"ORIGINS={A},{B}")
    assert (found.product, found.title) == ("custom", "orders (semantics as declared)")
    assert let_in(one, f"ORIGINS={A}") == [str(Pattern(Dialect.PREFIX, A))]


def test_reading_is_the_same_after_storing() -> None:
    inputs = {**GOOD.inputs, Input.CREDENTIALS: Given(True), Input.MAX_AGE: FromKey("GONE", 7)}
    one = document(replace(GOOD, inputs=inputs, resolve_defaults=True), f"ORIGINS=${{X:-{A}}}")
    stored = replace(one, body=json.loads(json.dumps(one.body)))
    [before], [after] = read_app([one], {}), read_app([stored], {})
    assert isinstance(before, Hop)
    assert "'7'" in repr(before.cases[0].doing)
    assert before == after
    assert read_app([], {}) == ()
