"""Routes: the cells that a host's paths and methods fall into, and what the allowlist adds."""

import pytest

from auditor.core.allowlist import AllowedRoute, Allowlist, RouteMatch
from auditor.core.hop.behaviour import Behaviour, Respond, Service, UnreadEnd
from auditor.core.hop.guard import OPTIONS
from auditor.core.link.estate import Estate
from auditor.core.link.route import Route, chain, routes
from auditor.core.link.walk import Way
from auditor.core.reading import Layer, PathKind, PathMatch
from tests.core.link.places import (
    API,
    HERE,
    NOWHERE,
    SILENT,
    alias,
    case,
    environment_of,
    exact,
    front,
    hop,
    named,
    prefix,
    routes_of,
    unread,
    went,
)

LB = "host:lb.internal"
APP = hop("app", Layer.APP, API)


def template(text: str) -> PathMatch:
    return PathMatch(PathKind.TEMPLATE, text)


def allowing(host: str, path: PathMatch, environment: str | None = None) -> Allowlist:
    match = RouteMatch(host, path)
    return Allowlist((AllowedRoute(match, (), False, HERE, environment),))


def test_each_path_that_a_hop_tells_apart_is_a_cell_with_a_url_in_it() -> None:
    estate = Estate(
        [
            hop(
                "app",
                Layer.APP,
                API,
                case(match=exact("/health")),
                case(match=prefix("/v1/orders")),
                case(match=template("/pets/{id}")),
                case(match=template("/files/{rest+}")),
            )
        ]
    )
    found = {route.text: route.url for route in routes_of(estate)}
    assert found == {
        "api.example.com/health": "https://api.example.com/health",
        "api.example.com/v1/orders/*": "https://api.example.com/v1/orders/~",
        "api.example.com/pets/{id}": "https://api.example.com/pets/~",
        "api.example.com/files/*": "https://api.example.com/files/~",
    }


def test_conditions_that_lead_the_same_way_are_one_cell() -> None:
    cases = (case(("service:x",), prefix("/")),)
    estate = Estate(
        [
            hop("gateway", Layer.GATEWAY, API, *cases),
            hop("app", Layer.APP, "service:x"),
            alias("service:unrelated", "service:x", prefix("/never")),
        ]
    )
    assert named(estate) == ["api.example.com/*"]
    several = Estate([APP], [front("cdn", Layer.CDN, "*")])
    assert named(several) == ["api.example.com/*"]


def test_paths_behind_prefixes_are_named_as_the_browser_asks_for_them() -> None:
    estate = Estate(
        [
            alias(API, "http-api:x", prefix("/shop"), strip="/shop", add="/prod"),
            hop("gateway", Layer.GATEWAY, "http-api:x", case((LB,), strip="/prod/api")),
            hop("ingress", Layer.INGRESS, LB, case(match=exact("/orders")), case(NOWHERE)),
        ]
    )
    assert named(estate) == ["api.example.com/shop/api/orders", "lb.internal/orders"]
    assert went(routes_of(estate)[0].paths[0].actual) == "gateway > ingress"


def test_a_cell_within_a_template_is_found_behind_a_prefix() -> None:
    estate = Estate(
        [
            hop("ingress", Layer.INGRESS, API, case(("http-api:x",), add="/v1")),
            hop(
                "gateway",
                Layer.INGRESS,
                "http-api:x",
                case(match=template("/{version}/orders")),
                case(match=template("/{all+}")),
            ),
        ]
    )
    assert named(estate) == ["api.example.com/*", "api.example.com/orders"]


def test_methods_that_go_another_way_are_routes_of_their_own() -> None:
    estate = Estate(
        [
            hop(
                "gateway",
                Layer.GATEWAY,
                API,
                case(("service:read",), methods=("GET", "HEAD")),
                case(("service:write",)),
            ),
            hop("read", Layer.APP, "service:read"),
            hop("write", Layer.APP, "service:write"),
        ]
    )
    found = {route.text: went(route.paths[0].actual) for route in routes_of(estate)}
    assert found == {
        "GET,HEAD api.example.com/*": "gateway > read",
        "api.example.com/*": "gateway > write",
    }


def test_a_path_that_takes_some_methods_alone_names_them() -> None:
    estate = Estate([hop("app", Layer.APP, API, case(methods=("GET", "POST")))])
    assert [route.methods for route in routes_of(estate)] == [("GET", "POST")]


def test_options_is_no_method_of_a_route_but_the_way_of_its_preflight() -> None:
    preflights = Service(Behaviour(responds=(Respond(OPTIONS, (204,)),)))
    estate = Estate(
        [
            hop(
                "gateway",
                Layer.GATEWAY,
                API,
                case(preflights, methods=("OPTIONS",)),
                case(("service:x",)),
            ),
            hop("app", Layer.APP, "service:x"),
        ]
    )
    (route,) = routes_of(estate)
    assert route.methods == ("*",)
    (path,) = route.paths
    assert went(path.actual) == "gateway > app"
    assert path.preflight.terminal == preflights


def test_where_nothing_takes_options_the_preflight_ends_unread() -> None:
    (route,) = routes_of(Estate([hop("app", Layer.APP, API, case(methods=("GET",)))]))
    (path,) = route.paths
    assert path.preflight == Way((), UnreadEnd("nothing that was read takes OPTIONS here"))


def test_each_way_is_paired_with_the_preflight_of_the_same_first_hop() -> None:
    estate = Estate(
        [
            hop("blue", Layer.INGRESS, API, case(("service:c/x",))),
            hop("green", Layer.INGRESS, API, case(("service:c/x",))),
            APP,
        ]
    )
    (route,) = routes_of(estate)
    pairs = [(went(path.actual), went(path.preflight)) for path in route.paths]
    assert pairs == [("blue > app", "blue > app"), ("green > app", "green > app")]


def test_a_way_whose_first_hop_takes_no_preflight_is_paired_with_every_other() -> None:
    estate = Estate(
        [
            hop("blue", Layer.INGRESS, API, case(("service:c/x",), methods=("GET",))),
            hop("green", Layer.INGRESS, API, case(("service:c/x",))),
            hop("grey", Layer.INGRESS, API, case(("service:c/x",))),
            APP,
        ]
    )
    get = next(route for route in routes_of(estate) if route.methods == ("GET",))
    blue = [went(p.preflight) for p in get.paths if went(p.actual) == "blue > app"]
    assert blue == ["green > app", "grey > app"]


def test_a_denied_gateway_behind_an_alias_keeps_its_host_as_a_route() -> None:
    gap = unread("http-api:x", layer=Layer.GATEWAY)
    (route,) = routes_of(Estate([alias(API, "http-api:x"), gap]))
    assert went(route.paths[0].actual) == "unread what was denied > ?"
    (nameless,) = routes_of(Estate([alias(API, "http-api:x")]))
    assert went(nameless.paths[0].actual) == "?"


def test_an_alias_that_no_url_bears_is_no_route() -> None:
    gateway = hop("gateway", Layer.GATEWAY, "http-api:x")
    inside = alias("host:x.execute-api.example", "http-api:x", entry=False)
    assert routes_of(Estate([inside, gateway])) == []
    assert named(Estate([inside, gateway, alias(API, "http-api:x")])) == ["api.example.com/*"]


@pytest.mark.parametrize("sure", [True, False])
def test_paths_that_only_serve_a_404_are_no_routes(sure: bool) -> None:
    refuses = Service(Behaviour(responds=(Respond((), (404,), certain=sure),)))
    gateway = hop("gateway", Layer.GATEWAY, API, case(match=prefix("/v1")), case(refuses))
    rest = [] if sure else ["api.example.com/*"]
    assert named(Estate([gateway])) == [*rest, "api.example.com/v1/*"]


def test_unless_the_allowlist_names_them() -> None:
    gateway = hop("gateway", Layer.GATEWAY, API, case(match=prefix("/v1")), case(NOWHERE))
    listed = allowing("api.example.com", prefix("/v2"))
    found = list(routes(Estate([gateway]), listed, environment_of))
    assert [(route.text, route.allowed) for route in found] == [
        ("api.example.com/v1/*", None),
        ("api.example.com/v2/*", listed.routes[0]),
    ]


def test_the_allowlist_cuts_a_host_further_and_by_environment() -> None:
    def told(allowlist: Allowlist) -> dict[str, bool]:
        found = routes(Estate([APP]), allowlist, environment_of)
        return {route.text: route.allowed is not None for route in found}

    path = prefix("/v1")
    assert told(allowing("*.example.com", path)) == {
        "api.example.com/*": False,
        "api.example.com/v1/*": True,
    }
    assert told(allowing("*.example.com", path, "prod"))["api.example.com/v1/*"]
    assert told(allowing("*.example.com", path, "staging")) == {"api.example.com/*": False}
    assert told(allowing("example.com", path)) == {"api.example.com/*": False}


def test_the_environment_is_asked_for_with_the_ways_of_the_request() -> None:
    asked: list[tuple[str, list[str]]] = []

    def look_up(host: str, found: tuple[Way, ...]) -> str:
        asked.append((host, [went(way) for way in found]))
        return "staging"

    (route,) = routes(Estate([APP]), None, look_up)
    assert route.environment == "staging"
    assert ("api.example.com", ["app"]) in asked


def test_names_in_a_circle_are_a_route_that_ends_unread() -> None:
    estate = Estate([alias(API, LB), alias(LB, API, entry=False), alias(API, LB)])
    (route,) = routes_of(estate)
    assert route.host == "api.example.com"
    assert went(route.paths[0].actual) == "?"


def test_wildcard_hosts_alone_make_no_routes() -> None:
    assert routes_of(Estate([hop("app", Layer.APP, "host:*.example.com")])) == []


def test_a_chain_is_what_the_hops_of_a_way_do() -> None:
    (route,) = routes_of(Estate([APP], [front("cdn", Layer.CDN, "*")]))
    way = route.paths[0].actual
    found = chain(way, route.host)
    assert found.doings == tuple(placed.case.doing for placed in way.hops)
    assert (found.terminal, found.host) == (SILENT, "api.example.com")


def test_the_text_of_a_route_names_methods_where_they_matter() -> None:
    route = Route("prod", "a.test", "/v1/*", "/v1/~", ("GET", "PUT"), (), None)
    assert route.text == "GET,PUT a.test/v1/*"
    assert Route("prod", "a.test", "/*", "/~", ("*",), (), None).text == "a.test/*"
