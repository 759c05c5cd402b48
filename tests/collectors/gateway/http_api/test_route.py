"""Route keys and their precedence."""

import pytest

from auditor.core.link.cell import takes
from collectors.gateway.http_api.route import Authorization, Route, in_precedence, parse_route


@pytest.mark.parametrize(
    ("key", "authorization", "target", "route"),
    [
        ("$default", "NONE", "integrations/i1", Route("ANY", "", integration="i1")),
        ("GET /pets", "", "", Route("GET", "/pets")),
        ("ANY /{proxy+}", "JWT", "integrations/i2", Route("ANY", "/{proxy+}", Authorization.JWT, "i2")),
        ("PUT /a", "NEW_KIND", "", Route("PUT", "/a", Authorization.CUSTOM)),
        ("$connect", "NONE", "", None),
        ("GET pets", "NONE", "", None),
        ("get /pets", "NONE", "", None),
        ("", "NONE", "", None),
    ],
)  # fmt: skip
def test_route_keys(key: str, authorization: str, target: str, route: Route | None) -> None:
    parsed = parse_route(key, authorization, target)

    assert parsed == route
    assert parsed is None or parsed.key == key


# The requests and routes of the developer guide's example, and what its rules leave to order.
KEYS = (
    "$default", "ANY /{proxy+}", "GET /pets/{proxy+}", "GET /pets/dog/{id}", "GET /pets/dog/1",
    "ANY /pets/dog/1", "GET /{kind}/dog/1", "ANY /{kind}/all/{rest+}",
)  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "key"),
    [
        ("GET", "/pets/dog/1", "GET /pets/dog/1"),
        ("POST", "/pets/dog/1", "ANY /pets/dog/1"),
        ("GET", "/pets/dog/2", "GET /pets/dog/{id}"),
        ("GET", "/pets/cat/1", "GET /pets/{proxy+}"),
        ("POST", "/pets/cat/1", "ANY /{proxy+}"),
        ("GET", "/cars/dog/1", "GET /{kind}/dog/1"),
        ("GET", "/cars/all/1/2", "ANY /{kind}/all/{rest+}"),
        ("POST", "/test/5", "ANY /{proxy+}"),
    ],
)
def test_precedence(method: str, path: str, key: str) -> None:
    routes = in_precedence(route for key in KEYS if (route := parse_route(key)) is not None)
    taken = next(
        route
        for route in routes
        if takes(route.match, path) and (route.methods is None or method in route.methods)
    )

    assert taken.key == key


def test_order_does_not_depend_on_the_order_given() -> None:
    routes = [route for key in KEYS if (route := parse_route(key)) is not None]

    assert in_precedence(routes) == in_precedence(reversed(routes))


def test_default_comes_last() -> None:
    routes = in_precedence(route for key in KEYS if (route := parse_route(key)) is not None)

    assert routes[-1].key == "$default"
