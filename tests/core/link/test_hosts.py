"""Host headers, load balancers and spread requests: which hop is next when a name leads to several."""

from dataclasses import replace

from auditor.core.allowlist import AllowedRoute, Allowlist, RouteMatch
from auditor.core.hop.behaviour import UnreadEnd
from auditor.core.language.pattern import Dialect
from auditor.core.link.around import around
from auditor.core.link.estate import Estate
from auditor.core.link.route import routes
from auditor.core.link.walk import ways
from auditor.core.reading import (
    Confidence,
    HostSent,
    Layer,
    PathCase,
    PathKind,
    PathMatch,
    Reading,
)
from tests.core.link.places import API, HERE, alias, case, environment_of, hop, routes_of, ways_of

LB = "host:lb.elb.example.net"
WEB = "host:web.example.com"


def sending(to: tuple[str, ...], host: HostSent) -> PathCase:
    return replace(case(to), host=host)


def behind_a_balancer(*hosts: str) -> list[Reading]:
    """An ingress that serves `hosts` behind one load balancer."""
    found: list[Reading] = []
    for host in hosts:
        name = host.removeprefix("host:")
        found += [hop(f"ingress {name}", Layer.INGRESS, host), alias(LB, host)]
    return found


def cdn(host: HostSent) -> Reading:
    return hop("cdn", Layer.CDN, API, sending((LB,), host))


def test_the_host_that_is_kept_tells_which_of_an_ingress_is_asked() -> None:
    estate = Estate([cdn(HostSent.KEPT), *behind_a_balancer(API, WEB)])
    assert ways_of(estate) == ["cdn > ingress api.example.com"]


def test_the_host_of_the_target_is_none_that_the_ingress_serves() -> None:
    estate = Estate([cdn(HostSent.TARGET), *behind_a_balancer(API, WEB)])
    (first, second, *_) = ways(estate, "api.example.com", "/", "GET")
    assert {way.hops[-1].hop.id for way in (first, second)} == {
        "ingress api.example.com",
        "ingress web.example.com",
    }


def test_a_host_that_a_hop_names_itself_tells_as_well() -> None:
    named = replace(case((LB,)), host_name="web.example.com")
    gateway = hop("gateway", Layer.GATEWAY, API, named)
    estate = Estate([gateway, *behind_a_balancer("host:s1.example.com", WEB)])
    assert ways_of(estate) == ["gateway > ingress web.example.com"]


def test_too_many_hosts_behind_one_name_are_not_known() -> None:
    many = [f"host:s{at}.example.com" for at in range(9)]
    estate = Estate([cdn(HostSent.TARGET), *behind_a_balancer(*many)])
    (way,) = ways(estate, "api.example.com", "/", "GET")
    assert isinstance(way.terminal, UnreadEnd)
    assert "9 hosts" in way.terminal.cause


def test_a_load_balancer_that_was_read_stands_between_its_name_and_the_ingress() -> None:
    balancer = hop("alb", Layer.LOAD_BALANCER, "lb:x", sending((LB,), HostSent.KEPT))
    estate = Estate([cdn(HostSent.KEPT), balancer, alias(LB, "lb:x"), *behind_a_balancer(API, WEB)])
    assert ways_of(estate) == ["cdn > alb > ingress api.example.com"]


def test_several_workloads_behind_one_service_are_all_ways() -> None:
    estate = Estate(
        [
            hop("ingress", Layer.INGRESS, API, case(("service:c/x",))),
            alias("service:c/x", "workload:c/blue"),
            alias("service:c/x", "workload:c/green"),
            hop("blue", Layer.APP, "workload:c/blue"),
            hop("green", Layer.APP, "workload:c/green"),
        ]
    )
    assert ways_of(estate) == ["ingress > blue", "ingress > green"]


def test_a_wildcard_of_the_cdn_stands_before_a_host_that_the_ingress_names() -> None:
    estate = Estate(
        [
            hop("cdn", Layer.CDN, "host:*.example.com", sending((LB,), HostSent.KEPT)),
            *behind_a_balancer(API),
        ]
    )
    assert ways_of(estate) == ["cdn > ingress api.example.com"]


def test_what_takes_every_host_is_no_way_around() -> None:
    estate = Estate(
        [
            hop("cdn", Layer.CDN, API, sending(("host:origin.example.net",), HostSent.TARGET)),
            hop("catch-all", Layer.INGRESS, "host:*"),
        ]
    )
    assert all(one.startswith("cdn") for one in ways_of(estate))


def test_a_link_by_the_host_alone_says_so() -> None:
    estate = Estate(
        [hop("ingress", Layer.INGRESS, API, case(("service:c/x",))), hop("app", Layer.APP, API)]
    )
    (way,) = ways(estate, "api.example.com", "/", "GET")
    assert [link.confidence for link in way.links] == [Confidence.EXACT, Confidence.BY_HOST]


def test_an_expression_is_asked_as_its_dialect_asks() -> None:
    versions = PathMatch(PathKind.REGEX, "^/v[12]/", Dialect.PCRE_NGINX_CASELESS)
    estate = Estate(
        [
            hop(
                "ingress",
                Layer.INGRESS,
                API,
                case(("service:old",), versions),
                case(("service:new",)),
            )
        ]
    )
    assert [route.path for route in routes_of(estate)] == ["/*", "~ ^/v[12]/"]
    assert [route.url for route in routes_of(estate)] == [
        "https://api.example.com/~",
        "https://api.example.com/v1/",
    ]


def test_a_gateway_reached_around_its_cdn_is_held_to_the_entry_as_a_ceiling() -> None:
    estate = Estate(
        [
            hop(
                "cdn", Layer.CDN, API, sending(("host:x.execute-api.example.net",), HostSent.TARGET)
            ),
            hop("gateway", Layer.GATEWAY, "host:x.execute-api.example.net"),
            hop("other", Layer.GATEWAY, "host:y.execute-api.example.net"),
        ]
    )
    entry = AllowedRoute(RouteMatch("api.example.com"), (), False, HERE)
    found = around(routes(estate, Allowlist((entry,)), environment_of))
    assert {route.host: (route.allowed and route.allowed.ceiling) for route in found} == {
        "api.example.com": False,
        "x.execute-api.example.net": True,
        "y.execute-api.example.net": None,
    }
