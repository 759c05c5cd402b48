"""Which resource takes a path."""

import pytest

from auditor.core.link.cell import takes
from collectors.gateway.rest_api.method import Method, Resource
from collectors.gateway.rest_api.precedence import in_precedence


def resource(path: str, *verbs: str) -> Resource:
    return Resource(path, tuple(Method(verb) for verb in verbs or ("GET",)))


def taker(resources: list[Resource], path: str, verb: str = "GET") -> str | None:
    """The path of the resource that takes the request; None when none does."""
    for one in in_precedence(resources):
        if not takes(one.match, path):
            continue
        if one.resource is None:
            return None
        if any(method.verb in {verb, "ANY"} for method in one.resource.methods):
            return one.resource.path
    return None


TREE = [
    resource("/"),
    resource("/{proxy+}", "ANY"),
    resource("/parent/{proxy+}"),
    resource("/parent/{child}/sub", "GET", "PUT"),
    resource("/orders", "POST"),
    resource("/orders/{id}"),
    resource("/orders/export"),
]


@pytest.mark.parametrize(
    ("path", "verb", "expected"),
    [
        ("/", "GET", "/"),
        ("/other", "GET", "/{proxy+}"),
        ("/other/more", "PUT", "/{proxy+}"),
        ("/orders", "POST", "/orders"),
        ("/orders/7", "GET", "/orders/{id}"),
        ("/orders/export", "GET", "/orders/export"),
        # The guide: /{proxy+} is every resource but those that are there, with all below them.
        ("/orders", "GET", None),
        ("/orders/7", "PUT", None),
        ("/orders/7/lines", "GET", None),
        ("/parent", "GET", None),
        ("/parent/x", "GET", "/parent/{proxy+}"),
        ("/parent/x/y", "GET", "/parent/{proxy+}"),
        ("/parent/x", "PUT", None),
    ],
)
def test_takers(path: str, verb: str, expected: str | None) -> None:
    tree = [one for one in TREE if one.path != "/parent/{child}/sub"]

    assert taker(tree, path, verb) == expected
    assert taker(tree[::-1], path, verb) == expected


@pytest.mark.parametrize(
    ("path", "verb", "expected"),
    [
        ("/a/b/c", "GET", "/a/{x}/c"),
        ("/a/b/c", "PUT", None),
        ("/a/b/c/d", "GET", None),
        ("/a/b", "GET", None),
        ("/q/b", "GET", "/{y}/{z}"),
    ],
)
def test_specific_resources_below_variables(path: str, verb: str, expected: str | None) -> None:
    tree = [resource("/a/{x}/c"), resource("/{y}/{z}", "ANY")]

    assert taker(tree, path, verb) == expected


def test_nothing_is_refused_where_nothing_generic_stands_beside() -> None:
    tree = [resource("/orders"), resource("/orders/{id}"), resource("/users")]

    assert all(one.resource is not None for one in in_precedence(tree))
