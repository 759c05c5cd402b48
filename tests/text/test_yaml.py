"""YAML documents: what is read, where it stood, and what is refused."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from auditor.text import yaml_composer
from auditor.text.limits import Limits
from auditor.text.tree import Mapping, Mark, Opaque, Parsed, Scalar, Sequence, plain
from auditor.text.yaml import parse_yaml


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True)
def _loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_composer, "LOADER", getattr(yaml, request.param))


def read(text: str, **limits: int) -> Parsed:
    return parse_yaml(text.encode(), "a.yaml", Limits(**limits))


def roots(parsed: Parsed) -> list[object]:
    return [plain(document.root) for document in parsed.documents]


def lines(parsed: Parsed) -> list[str]:
    return [str(problem) for problem in parsed.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("# only a comment\n", []),
        ("a: 1", [{"a": 1}]),
        ("a: 1\n---\nb: 2\n", [{"a": 1}, {"b": 2}]),
        ("---\n---\na: 1\n", [None, {"a": 1}]),
        ("---\n# nothing\n---\na: 1", [None, {"a": 1}]),
        ("---", [None]),
        ("--- null", [None]),
        ("a: 1\r\n---\r\nb: 2\r\n", [{"a": 1}, {"b": 2}]),
        ("a: 1\r---\rb: 2\r", [{"a": 1}, {"b": 2}]),
        ("\ufeffa: 1\n\ufeff---\nb: 2", [{"a": 1}, {"b": 2}]),
        ("%YAML 1.1\n---\na: 1", [{"a": 1}]),
        ("%TAG ! tag:x,2000:\n--- !y a\n...\n# c\n", [Opaque("tag:x,2000:y", Mark(2, 5))]),
        ("a: 1\n...\n%YAML 1.1\n---\nb: 2", [{"a": 1}, {"b": 2}]),
        ("a: 1\n...\nb: 2", [{"a": 1}, {"b": 2}]),
        ("a: |\n  x\n  ---\n  y\nb: 1", [{"a": "x\n---\ny\n", "b": 1}]),
        ("a: ---x\nb: 1", [{"a": "---x", "b": 1}]),
        ("---x: 1", [{"---x": 1}]),
        ("a: 1\n---x: 2", [{"a": 1, "---x": 2}]),
        ("--- {a: 1}\n--- [2]", [{"a": 1}, [2]]),
        ("a: =", [{"a": "="}]),
        ("=: a", [{"=": "a"}]),
        ("a: 2026-11-22", [{"a": "2026-11-22"}]),
        ("a: 12:30:45", [{"a": "12:30:45"}]),
        ("a: yes\nb: 'yes'\nc: !!str yes", [{"a": True, "b": "yes", "c": "yes"}]),
        ("on: 1\n2: 2\n~: 3", [{True: 1, 2: 2, None: 3}]),
        ("a: &x {b: 1}\nc: *x", [{"a": {"b": 1}, "c": {"b": 1}}]),
        ("a: &x 1\nb: &x 2\nc: *x", [{"a": 1, "b": 2, "c": 2}]),
        ("&k key: 1\nother: *k", [{"key": 1, "other": "key"}]),
        ("- <<", [["<<"]]),
        ("'<<': {a: 1}", [{"<<": {"a": 1}}]),
    ],
)
def test_documents(text: str, expected: list[object]) -> None:
    parsed = read(text)
    assert roots(parsed) == expected
    assert [p for p in parsed.problems if "twice" not in p.what] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}", {"p": 1, "q": 3}),
        ("a: &x {p: 1}\nb: {q: 3, <<: *x}", {"p": 1, "q": 3}),
        ("a: [&x {p: 1}, &y {p: 2, r: 3}]\nb: {<<: [*x, *y]}", {"p": 1, "r": 3}),
        ("a: &x {p: 1}\nm: &y {<<: *x, q: 2}\nb: {<<: *y}", {"p": 1, "q": 2}),
        ("b: {<<: {p: 1}}", {"p": 1}),
        ("a: [&x {p: 1}, &y {p: 2}]\nb: {<<: *x, <<: *y}", {"p": 2}),
    ],
)
def test_merge(text: str, expected: object) -> None:
    (root,) = roots(read(text))
    assert isinstance(root, dict)
    assert root["b"] == expected
    assert root == yaml.safe_load(text)


def test_merged_twice_is_a_problem() -> None:
    assert lines(read("b:\n  <<: {p: 1}\n  <<: {p: 2}\n")) == [
        "a.yaml:3: the key '<<' is here twice, first on line 2; "
        "merge one list of mappings; the later one wins"
    ]


def test_marks_count_in_the_file() -> None:
    parsed = read("# c\na: 1\n---\nb:\n  - ünü: 'x'\n")
    first, second = parsed.documents
    assert (first.mark, second.mark) == (Mark(1, 1), Mark(3, 1))
    assert second.index == 1
    assert isinstance(second.root, Mapping)
    (entry,) = second.root.entries
    assert entry[0].mark == Mark(4, 1)
    assert isinstance(entry[1], Sequence)
    (item,) = entry[1].items
    assert isinstance(item, Mapping)
    assert item.entries == (
        (Scalar("ünü", "ünü", Mark(5, 5)), Scalar("x", "x", Mark(5, 10), quoted=True)),
    )


@pytest.mark.parametrize(
    ("text", "value", "raw", "quoted"),
    [
        ("600", 600, "600", False),
        ("'600'", "600", "600", True),
        ('"6\\x300"', "600", "600", True),
        ("0777", 511, "0777", False),
        ("yes", True, "yes", False),
        ("|\n  yes", "yes", "yes", True),
        ("!!str 600", "600", "600", False),
        ("!!int '600'", 600, "600", True),
    ],
)
def test_what_was_written(text: str, value: object, raw: str, quoted: bool) -> None:
    (document,) = read(f"a: {text}").documents
    assert isinstance(document.root, Mapping)
    node = document.root.get("a")
    assert isinstance(node, Scalar)
    assert (node.value, node.raw, node.quoted) == (value, raw, quoted)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("!Ref Bucket", "!Ref"),
        ("!vault |\n  616263", "!vault"),
        ("!If [a, b]", "!If"),
        ("!Sub {a: b}", "!Sub"),
        ("!!python/object/apply:os.system [ls]", "tag:yaml.org,2002:python/object/apply:os.system"),
        ("!!binary aGVsbG8=", "tag:yaml.org,2002:binary"),
        ("!!set {a, b}", "tag:yaml.org,2002:set"),
    ],
)
def test_unknown_tags_are_opaque(text: str, tag: str) -> None:
    parsed = read(f"a: {text}\nb: 1")
    assert parsed.problems == ()
    assert roots(parsed) == [{"a": Opaque(tag, Mark(1, 4)), "b": 1}]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("---\n# Source: shop/templates/ing.yaml\na: 1", "shop/templates/ing.yaml"),
        ("# Source: x.yaml\n---\na: 1", "x.yaml"),
        ("---\n# Source: x.yaml\n# more\n\na: 1", "x.yaml"),
        ("---\na: 1\n# Source: x.yaml", None),
        ("---\na: |\n  # Source: x.yaml", None),
        ("---\n# Sources: x.yaml\na: 1", None),
    ],
)
def test_helm_names_its_template(text: str, source: str | None) -> None:
    (document,) = read(text).documents
    assert document.comment_source == source


def test_a_template_that_rendered_to_nothing_lends_its_name_to_nobody() -> None:
    documents = read("---\n# Source: empty.yaml\n---\na: 1").documents
    assert [document.comment_source for document in documents] == ["empty.yaml", None]


def test_doubled_keys_at_every_depth_name_both_lines() -> None:
    parsed = read("a: 1\nb:\n  c: 1\n  d: [{e: 1,\n      e: 2}]\n  c: 2\na: 3\n---\na: 1\n")
    assert roots(parsed) == [{"a": 3, "b": {"c": 2, "d": [{"e": 2}]}}, {"a": 1}]
    assert lines(parsed) == [
        "a.yaml:5: the key 'e' is here twice, first on line 4; remove one; the last one was taken",
        "a.yaml:6: the key 'c' is here twice, first on line 3; remove one; the last one was taken",
        "a.yaml:7: the key 'a' is here twice, first on line 1; remove one; the last one was taken",
    ]


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("a: [1]]\n", "a.yaml:1", "not YAML"),
        ("a: 1\nb: c: d\n", "a.yaml:2", "not YAML"),
        ("a:\n\t- b\n", "a.yaml:2", "not YAML"),
        ("{a: 1}\nb\n", "a.yaml:2", "not YAML"),
        ("%YAML 1.1\n", "a.yaml:2", "not YAML"),
        ("a: *x\n", "a.yaml:1", "the alias 'x' has no anchor"),
        ("a:\n  - &x [*x]\n", "a.yaml:2", "the alias 'x' stands inside"),
        ("? [a]\n: b\n", "a.yaml:1", "a key that is no text"),
        ("? !x a\n: b\n", "a.yaml:1", "a key that is no text"),
        ("a: !!int b\n", "a.yaml:1", "the value is no int"),
        ("a:\n  <<: 1\n", "a.yaml:2", "'<<' merges something"),
        ("a:\n  <<: [{b: 1}, 2]\n", "a.yaml:2", "'<<' merges something"),
        ("a: 1\nb: \x07\n", "a.yaml:2", "U+0007"),
        ("a: 1\u2028---\u2028b: 2\n", "a.yaml:2", "second document"),
        ("- !bad!tag x\n", "a.yaml:1", "not YAML"),
    ],
)
def test_a_broken_document_does_not_break_the_others(text: str, where: str, what: str) -> None:
    alone = read(text)
    assert alone.documents == ()
    (problem,) = alone.problems
    assert problem.where == where
    assert what in problem.what
    if text.startswith("%"):
        return
    among = parse_yaml(f"x: 1\n---\n{text}---\ny: 2\n".encode(), "a.yaml")
    assert roots(among) == [{"x": 1}, {"y": 2}]
    assert [document.index for document in among.documents] == [0, 2]
    line = int(where.rpartition(":")[2]) + 2
    assert [p.where for p in among.problems] == [f"a.yaml:{line}"]


@pytest.mark.parametrize("text", ['"\\UFFFFFFFF"', '"\\ud800"', '"\\U00110000"'])
def test_escapes_of_no_character(text: str) -> None:
    parsed = read(f"a: 1\n---\n{text}\n")
    assert roots(parsed) == [{"a": 1}]
    assert len(parsed.problems) == 1


def test_all_problems_at_once() -> None:
    parsed = read("a: [\n---\nb: 1\n---\nc: *x\n---\nd: 1\nd: 2\n")
    assert [p.where for p in parsed.problems] == ["a.yaml:2", "a.yaml:5", "a.yaml:8"]
    assert roots(parsed) == [{"b": 1}, {"d": 2}]


@pytest.mark.parametrize("text", ["a: {{ .Values.x }}", "{{- if .x }}\na: 1\n{{- end }}", "a: {{"])
def test_a_template_gets_its_own_advice(text: str) -> None:
    (problem,) = read(text).problems
    assert "render it first" in problem.do


def test_no_value_is_printed() -> None:
    parsed = read(
        "password: &p [*q]\ntoken: s3cr3t-canary\n---\na: s3cr3t-canary\na: 1\n---\n[s3cr3t"
    )
    assert len(parsed.problems) == 3
    assert "s3cr3t" not in " ".join(lines(parsed))


def test_only_what_is_wanted_is_parsed() -> None:
    data = b"a: [\n---\ncors: 1\n---\nb: 2\n"
    parsed = parse_yaml(data, "a.yaml", wanted=lambda text: "cors" in text)
    assert roots(parsed) == [{"cors": 1}]
    assert parsed.problems == ()
    assert parsed.documents[0].index == 1


KEYS = st.one_of(st.text(max_size=6), st.integers(), st.booleans(), st.none())
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20)
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
FLOW = st.sampled_from([True, False, None])


@given(st.lists(TREES, min_size=1, max_size=4), FLOW)
def test_dumped_trees_come_back(trees: list[object], flow: bool | None) -> None:
    written = yaml.safe_dump_all(trees, default_flow_style=flow, sort_keys=False)
    parsed = parse_yaml(written.encode(), "a.yaml")
    assert parsed.problems == ()
    assert repr(roots(parsed)) == repr(list(yaml.safe_load_all(written)))
    assert repr(roots(parsed)) == repr(trees)


class Documented(yaml.SafeLoader):
    """PyYAML with the differences that the product documents."""


def _text(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    return loader.construct_scalar(node)


for _tag in ("timestamp", "value"):
    Documented.add_constructor(f"tag:yaml.org,2002:{_tag}", _text)

WORDS = ["a", "b: ", "- ", "\n", "\n  ", "{", "}", "[", "]", ", ", "&x ", "*x", "<<: ", "1", "yes"]
MORE = ["'", '"', "? ", ": ", "|\n  ", "# c\n", "~", "0x1F", ".5", "!!str ", "-1_0", "\n---\n", "é"]


@given(st.lists(st.sampled_from(WORDS + MORE), max_size=14).map("".join))
def test_agrees_with_pyyaml(text: str) -> None:
    parsed = parse_yaml(text.encode(), "a.yaml")
    try:
        expected = list(yaml.load_all(text, Loader=Documented))
    except (yaml.YAMLError, TypeError):
        # A fault in one document, or what the product reads and PyYAML does not (anchors twice).
        return
    assert repr(roots(parsed)) == repr(expected)
    assert [p for p in parsed.problems if "twice" not in p.what] == []
