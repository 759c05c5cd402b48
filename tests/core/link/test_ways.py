"""The ways of a request: which hops it crosses, in which order, and where it ends."""

import pytest

from auditor.core.hop.behaviour import UnreadBehaviour, UnreadEnd
from auditor.core.link.estate import Estate
from auditor.core.link.walk import ways
from auditor.core.reading import Confidence, Hop, Layer, PathKind, PathMatch
from tests.core.link.places import (
    API,
    NOWHERE,
    alias,
    case,
    exact,
    front,
    hop,
    prefix,
    unread,
    ways_of,
)

LB = "host:lb.internal"
APP = hop("app", Layer.APP, API)


def gateway(*to: str) -> Hop:
    return hop("gateway", Layer.GATEWAY, API, case(to))


def test_a_custom_domain_leads_through_the_api_and_the_ingress_to_the_app_of_the_public_host() -> (
    None
):
    estate = Estate(
        [
            alias(API, "http-api:x", prefix("/v1"), strip="/v1"),
            hop("gateway", Layer.GATEWAY, "http-api:x", case((LB,), add="/prod")),
            hop("ingress", Layer.INGRESS, LB, case(("service:c/orders/api",), prefix("/prod"))),
            hop("app", Layer.APP, API, case(match=prefix("/v1/orders"))),
        ]
    )
    (way,) = ways(estate, "api.example.com", "/v1/orders/7", "GET")
    assert [placed.hop.id for placed in way.hops] == ["gateway", "ingress", "app"]
    assert tuple(map(str, way.links)) == (
        "host:api.example.com is http-api:x (estate.yaml:1)",
        "http-api:x",
        "host:lb.internal",
        "service:c/orders/api, by host:api.example.com",
    )
    assert ways_of(estate, "/v1/me") == ["gateway > ingress > ?"]


@pytest.mark.parametrize(
    ("path", "way"),
    [("/v1/me", "users"), ("/v1/orders/7", "orders"), ("/v2", "rest"), ("/v1x", "rest")],
)
def test_the_longest_alias_that_takes_the_path_is_followed(path: str, way: str) -> None:
    estate = Estate(
        [
            alias(API, "rest"),
            alias(API, "users", prefix("/v1"), strip="/v1"),
            alias(API, "orders", prefix("/v1/orders"), strip="/v1"),
            hop("rest", Layer.GATEWAY, "rest"),
            hop("users", Layer.GATEWAY, "users", case(match=exact("/me"))),
            hop("orders", Layer.GATEWAY, "orders", case(match=prefix("/orders"))),
        ]
    )
    assert ways_of(estate, path) == [way]


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("service:c/orders/api", "gateway > app"),
        ("lambda:arn:aws:lambda:eu-west-1:1:function:f", "gateway > app"),
        ("listener:arn:lb", "gateway > ingress > app"),
        ("host:other.internal", "gateway > ?"),
    ],
)
def test_how_far_a_name_that_nothing_answers_to_falls_back(name: str, way: str) -> None:
    ingress = hop("ingress", Layer.INGRESS, API, case(("service:c/orders/api",)))
    estate = Estate([gateway(name), ingress, APP])
    assert ways_of(estate)[0] == way


@pytest.mark.parametrize("name", ["service:c/orders/api", "listener:arn:lb"])
def test_with_nothing_behind_the_end_is_unread_and_named(name: str) -> None:
    (way,) = ways(Estate([gateway(name)]), "api.example.com", "/", "GET")
    assert way.terminal == UnreadEnd(f"nothing that was read answers to {name}", name)


def test_an_end_behind_a_hop_that_names_nothing_has_no_name() -> None:
    (way,) = ways(
        Estate([hop("gateway", Layer.GATEWAY, API, case(()))]), "api.example.com", "/", "GET"
    )
    assert way.terminal == UnreadEnd("nothing that was read answers to what stands behind gateway")


def test_a_link_names_the_hop_that_it_leads_to() -> None:
    app = hop("app", Layer.APP, API)
    estate = Estate(
        [alias(API, "name:g"), hop("gateway", Layer.GATEWAY, "name:g", case(("service:x",))), app]
    )
    declared = Estate([gateway("service:x"), app], [front("edge", Layer.CDN, "*")])
    (way,) = ways(estate, "api.example.com", "/", "GET")
    assert [(link.hop, link.confidence) for link in way.links] == [
        ("", Confidence.EXACT),
        ("gateway", Confidence.EXACT),
        ("app", Confidence.BY_HOST),
    ]
    (way,) = ways(declared, "api.example.com", "/", "GET")
    assert [link.hop for link in way.links] == ["edge", "gateway", "app"]


def test_storage_stands_behind_what_runs_code_as_apps_do() -> None:
    bucket = hop("bucket", Layer.STORAGE, API)
    estate = Estate([gateway("service:c/x"), bucket])
    assert ways_of(estate) == ["gateway > bucket"]


def test_an_app_that_takes_another_path_is_not_behind() -> None:
    app = hop("app", Layer.APP, API, case(match=prefix("/v2")))
    estate = Estate([gateway("service:c/x"), app])
    assert ways_of(estate, "/v1") == ["gateway > ?"]
    assert ways_of(estate, "/v2/a") == ["gateway > app"]


def test_the_host_that_a_request_was_sent_to_last_counts_first() -> None:
    estate = Estate(
        [
            hop("gateway", Layer.GATEWAY, API, case((LB,))),
            hop("ingress", Layer.INGRESS, LB, case(("service:c/x",))),
            hop("outer app", Layer.APP, API),
            hop("inner app", Layer.APP, LB),
        ]
    )
    assert ways_of(estate) == ["gateway > ingress > inner app"]


def test_an_app_on_a_host_sees_the_path_that_the_host_was_asked_for() -> None:
    estate = Estate(
        [
            hop("gateway", Layer.GATEWAY, API, case(("service:c/x",), strip="/v1")),
            hop("app", Layer.APP, API, case(match=prefix("/v1/me"))),
        ]
    )
    assert ways_of(estate, "/v1/me") == ["gateway > app"]
    assert ways_of(estate, "/me") == ["gateway > ?"]


def test_a_hop_that_answers_to_the_host_behind_its_front_is_reached_around_it_too() -> None:
    estate = Estate(
        [
            hop("cdn", Layer.CDN, API, case((LB,))),
            hop("ingress", Layer.INGRESS, LB, case(("service:c/x",))),
            hop("gateway", Layer.GATEWAY, API, case(("service:c/y",))),
            APP,
        ]
    )
    found = ways(estate, "api.example.com", "/", "GET")
    assert ways_of(estate) == ["cdn > ingress > app", "gateway > app"]
    assert str(found[1].links[0]) == "host:api.example.com, around what is in front"


def test_an_app_is_not_reached_around_its_front_by_the_public_host_alone() -> None:
    estate = Estate([hop("cdn", Layer.CDN, API, case((LB,))), APP])
    assert ways_of(estate) == ["cdn > ?"]


def test_wildcard_hosts_are_walked_as_others() -> None:
    estate = Estate(
        [
            hop("ingress", Layer.INGRESS, "host:*.example.com", case(("service:c/x",))),
            hop("app", Layer.APP, "host:*.example.com"),
        ]
    )
    assert ways_of(estate) == ["ingress > app"]
    assert ways_of(estate, host="example.com") == ["?"]


def test_what_was_not_read_stands_on_the_way_of_its_names() -> None:
    estate = Estate([alias(API, "http-api:x"), unread("http-api:x", layer=Layer.GATEWAY), APP])
    (way,) = ways(estate, "api.example.com", "/", "GET")
    assert [placed.hop.id for placed in way.hops] == ["unread what was denied", "app"]
    assert isinstance(way.hops[0].case.doing, UnreadBehaviour)


def test_names_in_a_circle_end_unread() -> None:
    estate = Estate([alias(API, LB), alias(LB, API)])
    (way,) = ways(estate, "api.example.com", "/", "GET")
    assert isinstance(way.terminal, UnreadEnd)
    assert way.terminal.cause.endswith("leads back to itself")


def test_hops_in_a_circle_end_unread() -> None:
    estate = Estate(
        [
            hop("a", Layer.GATEWAY, API, case((LB,))),
            hop("b", Layer.GATEWAY, LB, case((API,))),
        ]
    )
    (way,) = ways(estate, "api.example.com", "/", "GET")
    assert isinstance(way.terminal, UnreadEnd)
    assert way.terminal.cause.endswith("leads back to itself")
    assert {placed.hop.id for placed in way.hops} == {"a", "b"}


def test_a_request_does_not_turn_back_to_a_layer_in_front() -> None:
    estate = Estate(
        [
            hop("ingress", Layer.INGRESS, API, case((LB,))),
            hop("cdn", Layer.CDN, LB),
            hop("app", Layer.APP, LB),
        ]
    )
    assert ways_of(estate) == ["ingress > app"]


def test_cases_are_tried_in_order_and_by_method() -> None:
    estate = Estate(
        [
            hop(
                "gateway",
                Layer.GATEWAY,
                API,
                case(("service:first",), methods=("GET",)),
                case(("service:second",), prefix("/v1")),
                case(NOWHERE),
            ),
            hop("first", Layer.APP, "service:first"),
            hop("second", Layer.APP, "service:second"),
        ]
    )
    assert ways_of(estate, "/v1", "GET") == ["gateway > first"]
    assert ways_of(estate, "/v1", "POST") == ["gateway > second"]
    assert ways_of(estate, "/v2", "POST") == ["gateway"]


def test_the_outermost_hop_that_takes_nothing_is_no_way_and_one_within_is_an_unread_end() -> None:
    app = hop("app", Layer.APP, "service:x", case(methods=("GET",)))
    outer = hop("gateway", Layer.GATEWAY, API, case(("service:x",), prefix("/v1")))
    estate = Estate([outer, app])
    assert ways_of(estate, "/v2") == []
    (way,) = ways(estate, "api.example.com", "/v1", "OPTIONS")
    assert way.terminal == UnreadEnd("app has no case for OPTIONS /v1")


def test_a_path_condition_that_cannot_be_read_makes_what_it_does_unread() -> None:
    pattern = PathMatch(PathKind.OPAQUE, "^/v[12]$")
    estate = Estate([hop("gateway", Layer.GATEWAY, API, case(match=pattern), case(NOWHERE))])
    (way,) = ways(estate, "api.example.com", "/other", "GET")
    cause = "whether the path pattern ^/v[12]$ takes a request is not read"
    assert way.hops[0].case.doing == UnreadBehaviour(cause)


def test_two_hops_of_one_layer_on_one_host_are_two_ways() -> None:
    estate = Estate(
        [
            hop("blue", Layer.INGRESS, API, case(("service:c/x",))),
            hop("green", Layer.INGRESS, API, case(("service:c/x",))),
            APP,
        ]
    )
    assert ways_of(estate) == ["blue > app", "green > app"]


def test_within_a_path_the_outermost_layer_takes_the_request_whichever_of_its_hops() -> None:
    estate = Estate(
        [
            gateway("listener:lb"),
            hop("blue", Layer.INGRESS, "listener:lb"),
            hop("green", Layer.INGRESS, "listener:lb"),
            hop("app", Layer.APP, "listener:lb"),
        ]
    )
    assert ways_of(estate) == ["gateway > blue", "gateway > green"]


def test_requests_that_are_spread_go_every_way_once() -> None:
    estate = Estate(
        [
            hop("gateway", Layer.GATEWAY, API, case(("service:a", "service:b", "service:a"))),
            hop("a", Layer.APP, "service:a"),
            hop("b", Layer.APP, "service:b"),
        ]
    )
    assert ways_of(estate) == ["gateway > a", "gateway > b"]


def test_declared_hops_stand_in_front_by_their_layer_whatever_their_order() -> None:
    fronts = (
        front("lb", Layer.LOAD_BALANCER, "*"),
        front("cdn", Layer.CDN, "*.example.com"),
        front("elsewhere", Layer.CDN, "*.test"),
    )
    for declared in (fronts, fronts[::-1]):
        estate = Estate([APP], declared)
        assert ways_of(estate) == ["cdn > lb > app"]
    links = ways(Estate([APP], fronts), "api.example.com", "/", "GET")[0].links
    assert str(links[0]) == "declared in front of api.example.com"


def test_a_host_that_nothing_answers_to_ends_unread_behind_its_declared_fronts_too() -> None:
    assert ways_of(Estate([])) == ["?"]
    assert ways_of(Estate([], [front("cdn", Layer.CDN, "*")])) == ["cdn > ?"]
