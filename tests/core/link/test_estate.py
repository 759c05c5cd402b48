"""The index of readings: names, hosts and wildcards."""

import pytest

from auditor.core.hop.behaviour import UnreadBehaviour
from auditor.core.link.estate import Estate, unread_id
from auditor.core.reading import Layer, Remedy
from tests.core.link.places import API, alias, front, hop, prefix, unread


def test_hosts_are_those_that_something_answers_to_without_wildcards() -> None:
    estate = Estate(
        [
            hop("i", Layer.INGRESS, ("host:b.example.com", "host:*.wild.example.com")),
            hop("l", Layer.GATEWAY, "http-api:x/$default"),
            alias("host:a.example.com", "http-api:x/$default"),
            alias("http-api:x", "http-api:x/$default"),
            unread("host:c.example.com"),
        ]
    )
    assert estate.hosts() == ("a.example.com", "b.example.com", "c.example.com")
    assert estate.wild_hosts() == ("any.wild.example.com",)


def test_a_name_that_hops_use_among_themselves_is_no_host() -> None:
    inside = alias("host:lb.internal", API, entry=False)
    assert Estate([inside]).hosts() == ()
    both = [inside, alias("host:lb.internal", API)]
    assert Estate(both).hosts() == ("lb.internal",)


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("api.example.com", "exact"),
        ("other.example.com", "near"),
        ("deep.other.example.com", "near"),
        ("example.com", "com"),
        ("b.test", "all"),
    ],
)
def test_the_closest_name_answers_for_a_host(host: str, found: str) -> None:
    estate = Estate(
        [
            hop("exact", Layer.INGRESS, API),
            hop("near", Layer.INGRESS, "host:*.example.com"),
            hop("com", Layer.INGRESS, "host:*.com"),
            hop("all", Layer.INGRESS, "host:*"),
        ]
    )
    assert [one.id for one in estate.hops(f"host:{host}")] == [found]


def test_wildcards_are_for_hosts_alone() -> None:
    estate = Estate([hop("all", Layer.INGRESS, "host:*")])
    assert estate.hops("service:orders") == ()
    assert not estate.known("service:orders")
    assert estate.known("host:anything.test")


def test_hops_come_outermost_first_and_aliases_longest_first() -> None:
    estate = Estate(
        [
            hop("app", Layer.APP, API),
            hop("b", Layer.GATEWAY, API),
            hop("a", Layer.GATEWAY, API),
            alias(API, "short", prefix("/v1")),
            alias(API, "long", prefix("/v1/orders")),
        ]
    )
    assert [one.id for one in estate.hops(API)] == ["a", "b", "app"]
    assert [one.to for one in estate.aliases(API)] == ["long", "short"]


def test_what_stands_for_a_gap_says_what_to_do() -> None:
    (told,) = Estate([unread("service:x")]).hops("service:x")[0].remedies
    assert told == Remedy("", "grant it")


def test_what_was_not_read_answers_to_its_names_as_a_hop_of_its_layer() -> None:
    gap = unread(API, layer=Layer.GATEWAY)
    (found,) = Estate([gap]).hops(API)
    assert found.id == unread_id(gap)
    assert found.layer is Layer.GATEWAY
    assert found.cases[0].doing == UnreadBehaviour("what was denied: AccessDenied")
    (without,) = Estate([unread(API)]).hops(API)
    assert without.layer is Layer.APP


@pytest.mark.parametrize(
    ("glob", "fronted"),
    [
        ("api.example.com", "api.example.com"),
        ("*.example.com", "api.example.com a.b.example.com"),
        ("*", "api.example.com a.b.example.com example.com evilexample.com"),
    ],
)
def test_a_declared_hop_stands_before_the_hosts_of_its_globs(glob: str, fronted: str) -> None:
    hosts = ("api.example.com", "a.b.example.com", "example.com", "evilexample.com")
    declared = front("edge", Layer.CDN, "other.test", glob)
    assert [host for host in hosts if declared.fronts(host)] == fronted.split()
