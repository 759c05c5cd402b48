"""Path conditions: what each kind takes, what stands for it, and prefixes both ways."""

from itertools import product

import pytest

from auditor.core.link.cell import inward, label, outward, representative, takes
from auditor.core.reading import PathKind, PathMatch

SEGMENTS = ("a", "ab", "b", "~")
PATHS = ("/", *("/" + "/".join(found) for n in (1, 2, 3) for found in product(SEGMENTS, repeat=n)))
TEXTS = ("/", "/a", "/ab", "/a/b", "/a/")
TEMPLATES = ("/{x}", "/a/{x}", "/{x}/b", "/{x+}", "/a/{x+}", "/a/b")
PLAIN = (PathKind.EXACT, PathKind.PREFIX, PathKind.CHARACTERS)
MATCHES = (
    *(PathMatch(kind, text) for kind in PLAIN for text in TEXTS),
    *(PathMatch(PathKind.TEMPLATE, text) for text in TEMPLATES),
)
PREFIXES = ("", "/a", "/ab", "/a/b", "/a/")


def match(text: str) -> PathMatch:
    """`prefix /a` as a path condition."""
    kind, _, path = text.partition(" ")
    return PathMatch(PathKind(kind), path)


@pytest.mark.parametrize(
    ("condition", "taken", "left"),
    [
        ("exact /a", "/a", "/a/ /A /ab /a/b /"),
        ("exact /", "/", "/a //"),
        ("prefix /", "/ /a /a/b //", ""),
        ("prefix /a", "/a /a/ /a/b /a/b/c", "/ab / /b/a /A"),
        ("prefix /a/", "/a /a/ /a/b", "/ab /"),
        ("characters /a", "/a /ab /a/b", "/ /b /A"),
        ("characters /a/", "/a/ /a/b", "/a /ab"),
        ("template /{x}", "/a /b", "/ /a/b /a/"),
        ("template /a/{x}/c", "/a/b/c", "/a/c /a//c /a/b/c/d /b/b/c"),
        ("template /{x+}", "/a /a/b /a/b/c", "/"),
        ("template /a/{x+}", "/a/b /a/b/c", "/a /a/ /ab/c /b/a"),
        ("opaque ^/v[12]$", "/ /v1 /a/b", ""),
    ],
)
def test_what_each_kind_takes(condition: str, taken: str, left: str) -> None:
    for path in taken.split():
        assert takes(match(condition), path), path
    for path in left.split():
        assert not takes(match(condition), path), path


@pytest.mark.parametrize(
    ("condition", "sample", "name"),
    [
        ("exact /health", "/health", "/health"),
        ("prefix /", "/~", "/*"),
        ("prefix /v1/", "/v1/~", "/v1/*"),
        ("characters /v1", "/v1~", "/v1*"),
        ("template /pets/{id}", "/pets/~", "/pets/{id}"),
        ("template /pets/{rest+}", "/pets/~", "/pets/*"),
        ("template /{rest+}", "/~", "/*"),
        ("opaque ^/v[12]$", None, "^/v[12]$"),
    ],
)
def test_what_stands_for_a_condition_and_its_name(
    condition: str, sample: str | None, name: str
) -> None:
    assert representative(match(condition)) == sample
    assert label(match(condition)) == name


@pytest.mark.parametrize("condition", MATCHES, ids=str)
def test_a_condition_takes_what_stands_for_it(condition: PathMatch) -> None:
    sample = representative(condition)
    assert sample is not None
    assert takes(condition, sample)


@pytest.mark.parametrize(
    ("path", "strip", "add", "seen"),
    [
        ("/a/b", "", "", "/a/b"),
        ("/a/b", "/a", "", "/b"),
        ("/a", "/a", "", "/"),
        ("/a/b", "", "/x", "/x/a/b"),
        ("/a/b", "", "/x/", "/x/a/b"),
        ("/a/b", "/a", "/x", "/x/b"),
        ("/a", "/a", "/x", "/x"),
        ("/b", "/a", "/x", "/x/b"),
    ],
)
def test_inward_takes_one_prefix_and_puts_another(
    path: str, strip: str, add: str, seen: str
) -> None:
    assert inward(path, strip, add) == seen


@pytest.mark.parametrize(
    ("condition", "strip", "add", "seen"),
    [
        ("exact /health", "", "", "exact /health"),
        ("exact /health", "/v1", "", "exact /v1/health"),
        ("exact /x/health", "/v1", "/x", "exact /v1/health"),
        ("exact /x", "/v1", "/x", "exact /v1"),
        ("prefix /x", "/v1", "/x", "prefix /v1"),
        ("prefix /x", "", "/x", "prefix /"),
        ("prefix /", "/v1", "/x", "prefix /v1"),
        ("prefix /other", "/v1", "/x", None),
        ("prefix /xy", "", "/x", None),
        ("prefix /x", "", "/xy", None),
        ("template /{version}/orders", "", "/x", "template /orders"),
        ("template /x/{id}/c", "/v1", "/x", "template /v1/{id}/c"),
        ("template /{all+}", "/v1", "/x", "prefix /v1"),
        ("template /{one}", "", "/x/y", None),
    ],
)
def test_outward_is_the_condition_as_the_hop_in_front_sees_it(
    condition: str, strip: str, add: str, seen: str | None
) -> None:
    expected = None if seen is None else match(seen)
    assert outward(match(condition), strip, add) == expected


@pytest.mark.parametrize("strip", PREFIXES[:-1])
@pytest.mark.parametrize("add", PREFIXES)
@pytest.mark.parametrize("condition", MATCHES, ids=str)
def test_what_outward_gives_inward_maps_back(condition: PathMatch, strip: str, add: str) -> None:
    """Over every path of a small world that the hop in front hands on."""
    seen = outward(condition, strip, add)
    for path in PATHS:
        under = not strip or path.startswith(strip + "/")
        if not under or (path == "/" and add):  # what is added ends in no path of its own
            continue
        within = takes(condition, inward(path, strip, add))
        assert within == (seen is not None and takes(seen, path)), (path, seen)
