"""What load balancers say: names, header lines, and what is not known of them."""

from dataclasses import replace
from typing import Any

import pytest

from auditor.core.hop.behaviour import TRANSPARENT, Either, Mix, Silent, UnreadBehaviour
from auditor.core.reading import ANY_PATH, Alias, Gap, Hop, HostSent, Layer, PathCase, Where
from tests.collectors.gateway.asking import LOUD_LINES, answers, get, linked_answers, preflight
from tests.collectors.loadbalancer.balancers import (
    ACCOUNT,
    ALB,
    APP,
    CANARY,
    CREDENTIALS,
    DNS,
    NAME,
    NLB,
    ORIGIN,
    REGION,
    SHOP,
    SOURCE,
    attribute_file,
    attributes,
    balancer,
    files,
    gaps,
    hops,
    key,
    links,
    listener,
    projected,
    readings,
    tagged,
    the_doing,
)

FIRST = listener()["ListenerArn"]
SECOND = listener(2, "HTTP", 80)["ListenerArn"]


def test_a_load_balancer_answers_to_its_names() -> None:
    said = readings(files() | {attribute_file(): attributes()})
    assert links(said) == [
        (NAME, f"lb:{ALB}"),
        (ALB, f"lb:{ALB}"),
        (f"listener:{FIRST}", f"lb:{ALB}"),
    ]
    assert not any(one.entry for one in said if isinstance(one, Alias))
    (hop,) = hops(said)
    assert (hop.id, hop.layer) == (f"elbv2:{ACCOUNT}/{REGION}/shop", Layer.LOAD_BALANCER)
    assert (hop.answers, hop.role) == ((f"lb:{ALB}",), "load balancer shop")
    assert hop.cases == (
        PathCase(ANY_PATH, TRANSPARENT, (NAME,), title="ALB shop", host=HostSent.KEPT),
    )
    assert gaps(said) == []


def test_dualstack_names_are_the_plain_ones() -> None:
    one = {"LoadBalancers": [balancer(dns=f"dualstack.{DNS}")]}
    assert links(readings({"a.json": one}))[0] == (NAME, f"lb:{ALB}")


def test_a_network_load_balancer_passes_everything() -> None:
    found = {
        "a.json": {"LoadBalancers": [balancer(NLB, kind="network")]},
        "b.json": {"Listeners": [listener(protocol="TLS", arn=NLB)]},
    }
    said = readings(found)
    assert the_doing(said) == TRANSPARENT
    assert hops(said)[0].assumed == ()
    assert (f"listener:{listener(arn=NLB)['ListenerArn']}", f"lb:{NLB}") in links(said)
    assert gaps(said) == []


EVERY = {
    ORIGIN: APP,
    CREDENTIALS: "true",
    "access_control_allow_methods": "GET,PUT",
    "access_control_allow_headers": "*",
    "access_control_expose_headers": "x-a",
    "access_control_max_age": "60",
}
LINES = {
    ("access-control-allow-origin", APP),
    ("access-control-allow-credentials", "true"),
    ("access-control-allow-methods", "GET,PUT"),
    ("access-control-allow-headers", "*"),
    ("access-control-expose-headers", "x-a"),
    ("access-control-max-age", "60"),
}


@pytest.mark.parametrize("request_", [get(APP), get(SHOP), get(None), preflight(SHOP)])
def test_each_attribute_is_one_line_for_every_request(request_: Any) -> None:
    doing = the_doing(readings(files() | {attribute_file(): attributes(**EVERY)}))
    assert isinstance(doing, Either)
    assert "replaces a CORS header" in doing.cause
    replaced = LINES | {("vary", "accept")}
    loud = set(LOUD_LINES)
    missing = {line for line in LINES if line[0] not in {name for name, _ in loud}}
    assert answers(doing, request_) == {
        (200, frozenset(replaced)),
        (200, frozenset(loud | missing)),
    }


@pytest.mark.parametrize("words", [{}, {ORIGIN: ""}])
def test_without_attributes_it_is_transparent(words: dict[str, str]) -> None:
    assert the_doing(readings(files() | {attribute_file(): attributes(**words)})) == TRANSPARENT


def test_one_attribute_alone_writes_one_line() -> None:
    doing = the_doing(readings(files() | {attribute_file(): attributes(**{ORIGIN: "*"})}))
    assert isinstance(doing, Either)
    assert answers(doing, get(SHOP)) == {(200, LOUD_LINES)}


def two(first: dict[str, str], second: dict[str, str], action: str = "forward") -> dict[str, Any]:
    rows = [listener(), listener(2, "HTTP", 80, action=action)]
    return files(describe_listeners__json={"Listeners": rows}) | {
        attribute_file(1): attributes(**first),
        attribute_file(2): attributes(**second),
    }


def test_listeners_that_do_the_same_are_one() -> None:
    said = readings(two({ORIGIN: APP}, {ORIGIN: APP}))
    assert isinstance(the_doing(said), Either)
    assert [name for name, _ in links(said)][2:] == [f"listener:{SECOND}", f"listener:{FIRST}"]
    (hop,) = hops(said)
    assert [name for name, _ in hop.fields] == [f"listeners HTTP:80, HTTPS:443 {ORIGIN}"]
    assert the_doing(readings(two({}, {}))) == TRANSPARENT


def test_listeners_that_differ_are_hops_of_their_own() -> None:
    said = readings(two({ORIGIN: APP}, {}))
    whole, first, second = sorted(hops(said), key=lambda hop: hop.id)
    assert (whole.answers, isinstance(whole.cases[0].doing, Mix)) == ((f"lb:{ALB}",), True)
    assert {hop.answers: isinstance(hop.cases[0].doing, Either) for hop in (first, second)} == {
        (f"listener:{FIRST}",): True,
        (f"listener:{SECOND}",): False,
    }
    assert [name for name, _ in links(said)] == [NAME, ALB]
    assert {hop.id.rpartition("/")[2] for hop in (first, second)} == {"HTTPS:443", "HTTP:80"}


def test_a_listener_that_only_redirects_to_https_is_no_part_of_the_whole() -> None:
    said = readings(two({ORIGIN: APP}, {}, action="redirect"))
    whole = min(hops(said), key=lambda hop: hop.id)
    assert isinstance(whole.cases[0].doing, Either)
    alone = files(
        describe_listeners__json={"Listeners": [listener(2, "HTTP", 80, action="redirect")]}
    )
    assert the_doing(readings(alone | {attribute_file(2): attributes()})) == TRANSPARENT


def test_attributes_that_were_not_read_are_a_gap_with_the_file_to_add() -> None:
    said = readings(files())
    doing = the_doing(said)
    assert isinstance(doing, UnreadBehaviour)
    assert "listener HTTPS:443 of shop were not read" in doing.cause
    (gap,) = gaps(said)
    assert (gap.gap, gap.layer) == (Gap.ABSENT, Layer.LOAD_BALANCER)
    assert gap.names == (f"{FIRST} attributes",)
    assert attribute_file() in gap.do


def test_listeners_that_were_not_read_are_a_gap() -> None:
    said = readings({"a.json": {"LoadBalancers": [balancer()]}})
    assert isinstance(the_doing(said), UnreadBehaviour)
    (gap,) = gaps(said)
    assert "its listeners were not read" in gap.reason
    assert "describe-listeners" in gap.do


def test_fields_stand_where_the_file_says_and_remedies_name_the_attribute() -> None:
    (hop,) = hops(readings(files() | {attribute_file(): attributes(**{ORIGIN: APP})}))
    place = Where(f"aws/{ACCOUNT}/{REGION}/{attribute_file()}", 1)
    assert hop.fields == ((f"listener HTTPS:443 {ORIGIN}", place),)
    remedy = next(one for one in hop.remedies if one.field == hop.fields[0][0])
    assert remedy.text == (
        f"remove or correct {key(ORIGIN)} of listener HTTPS:443 of load balancer shop"
    )


TAGS = {
    "team": "web",
    "elbv2.k8s.aws/cluster": "prod-1",
    "ingress.k8s.aws/stack": "orders/api",
    "secret": CANARY,
}


def test_tags_say_whose_it_is_and_what_manages_it() -> None:
    tags = {"TagDescriptions": [tagged(**TAGS), tagged(NLB, team="other")]}
    (hop,) = hops(readings(files(describe_tags__json=tags)))
    assert hop.labels == (
        ("account", ACCOUNT),
        ("region", REGION),
        ("tag:elbv2.k8s.aws/cluster", "prod-1"),
        ("tag:ingress.k8s.aws/stack", "orders/api"),
        ("tag:team", "web"),
        ("managed-by", "AWS Load Balancer Controller, Ingress orders/api in cluster prod-1"),
    )
    assert "listener-attributes.HTTPS-443 of Ingress orders/api" in hop.remedies[0].text


def test_a_stack_is_named_in_the_remedy() -> None:
    tags = {"TagDescriptions": [tagged(**{"aws:cloudformation:stack-name": "edge"})]}
    (hop,) = hops(readings(files(describe_tags__json=tags)))
    assert "(in stack edge, which manages it: a console edit is undone)" in hop.remedies[0].text


@pytest.mark.parametrize("action", ["authenticate-oidc", "authenticate-cognito", "jwt-validation"])
def test_a_sign_in_is_noted(action: str) -> None:
    rows = {"Listeners": [listener(action=action)]}
    (hop,) = hops(readings(files(describe_listeners__json=rows)))
    assert hop.notes == (
        f"listener HTTPS:443 asks for a sign-in ({action}): a preflight carries none and may be refused",
    )


def test_no_secret_is_kept() -> None:
    tags = {"TagDescriptions": [tagged(**TAGS)]}
    found = projected(
        files(describe_tags__json=tags) | {attribute_file(): attributes(**{ORIGIN: APP})}
    )
    assert len(found) == 4
    assert CANARY not in repr(found)


# -- linked ----------------------------------------------------------------------------------------


def app(name: str, origin: str) -> Hop:
    """An app behind an Ingress or Service that answers to a name."""
    from auditor.core.hop.behaviour import Behaviour, Case
    from auditor.core.hop.guard import ALWAYS
    from auditor.core.hop.op import set_

    doing = Behaviour(edits=((Case(ALWAYS, (set_("access-control-allow-origin", origin),)),),))
    case = PathCase(ANY_PATH, doing, Silent((204,)))
    return Hop("app", Layer.APP, "app", "app", Where("app"), (name,), (case,), SOURCE, "app")


def behind(name: str, to: str) -> Alias:
    return Alias(name, to, Where("ingress"), SOURCE, entry=False)


@pytest.mark.parametrize("entrance", [NAME, ALB, f"listener:{FIRST}"])
def test_requests_cross_it_and_reach_what_stands_behind(entrance: str) -> None:
    said = readings(files() | {attribute_file(): attributes(**{CREDENTIALS: "true"})})
    front = replace(behind("host:www.example.com", entrance), entry=True)
    inner = [behind(NAME, "service:x"), app("service:x", SHOP)]
    found = linked_answers([*said, front, *inner], "https://www.example.com/v1", get(SHOP))
    lines = {("access-control-allow-origin", SHOP), ("access-control-allow-credentials", "true")}
    assert found == {(200, frozenset(lines))}


def test_the_name_of_the_load_balancer_itself_crosses_it_too() -> None:
    said = readings(files() | {attribute_file(): attributes(**{CREDENTIALS: "true"})})
    inner = [behind(NAME, "service:x"), app("service:x", SHOP)]
    found = linked_answers([*said, *inner], f"https://{DNS.lower()}/v1", get(SHOP))
    lines = {("access-control-allow-origin", SHOP), ("access-control-allow-credentials", "true")}
    assert found == {(200, frozenset(lines))}
