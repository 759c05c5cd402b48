"""Selections, owners, environments and links: which part, whose it is, and where it belongs."""

from datetime import date
from pathlib import Path

import pytest

from auditor.core.link.estate import Estate
from auditor.core.link.route import RequestPath, Route
from auditor.core.link.walk import Placed, Way
from auditor.core.reading import Alias, Confidence, Hop, Layer, PathKind, PathMatch, Where
from auditor.edge.code_owners import CodeOwners, parse_code_owners
from auditor.edge.config.environment import Environment, Environments
from auditor.edge.config.model import Acts, Config, DeclaredHop, Link, OwnerRule, OwnerSource
from auditor.run.estate import UNASSIGNED, environment_for, environment_of, estate_of
from auditor.run.ownership import owner_of
from auditor.run.plan import Plan
from auditor.run.readings import readings
from auditor.run.selection import EVERYTHING, Selection
from collectors.collector import Collected
from tests.core.link.places import API, HERE, SILENT, alias, case, hop, unread, ways_of

LABELS = (
    ("account", "111122223333"),
    ("region", "eu-west-1"),
    ("namespace", "orders-prod"),
    ("app", "orders-api"),
    ("tag:team", "orders"),
    ("stage", "v1"),
)
HOP = hop("ingress", Layer.INGRESS, API, labels=LABELS, source="kube:eks-prod-1")
PREFLIGHT = hop("gateway", Layer.GATEWAY, API, labels=(("account", "999"),), source="aws:999")
OWNERS = frozenset({"team-orders"})


def placed(one: Hop) -> Placed:
    return Placed(one, case())


def route(actual: Hop = HOP, preflight: Hop = HOP) -> Route:
    path = RequestPath(Way((placed(actual),), SILENT), Way((placed(preflight),), SILENT))
    return Route("prod", "api.example.com", "/v1/*", "/v1/~", ("*",), (path,), None)


@pytest.mark.parametrize(
    ("flag", "taken", "left"),
    [
        ("account", "111122223333", "999"),
        ("region", "eu-*", "us-*"),
        ("cluster", "eks-prod-*", "eks-stg-*"),
        ("namespace", "orders-*", "users-*"),
        ("host", "*.example.com", "example.com"),
        ("service", "orders-api", "users-api"),
        ("service", "ingress", "gateway"),
        ("owner", "team-orders", "team-users"),
        ("env", "prod", "staging"),
        ("route", "api.example.com/v1/*", "api.example.com/*"),
    ],
)
def test_every_flag_selects_by_glob(flag: str, taken: str, left: str) -> None:
    def takes(*globs: str) -> bool:
        return Selection(**{flag: globs}).takes(route(), OWNERS)

    assert takes(taken)
    assert not takes(left)
    assert takes(left, taken), "several of one kind: any of them"
    assert Selection(**{flag: (taken,)}).pairs == ((flag, taken),)


def test_every_flag_is_in_the_table_above() -> None:
    flags = [
        "account",
        "region",
        "cluster",
        "namespace",
        "host",
        "service",
        "owner",
        "env",
        "route",
    ]
    assert list(Selection.__dataclass_fields__) == flags


def test_a_route_is_named_as_it_is_and_by_no_glob() -> None:
    assert not Selection(route=("*",)).takes(route(), OWNERS)
    named = Selection(route=("api.example.com/v1/*",), env=("staging",))
    assert not named.takes(route(), OWNERS)


def test_several_kinds_are_all_of_them() -> None:
    assert Selection(env=("prod",), region=("eu-west-1",)).takes(route(), OWNERS)
    assert not Selection(env=("prod",), region=("us-east-1",)).takes(route(), OWNERS)


def test_nothing_selected_is_everything() -> None:
    assert EVERYTHING.pairs == ()
    assert EVERYTHING.takes(route(), frozenset())


def test_the_way_of_the_preflight_counts_as_well() -> None:
    assert Selection(account=("999",)).takes(route(HOP, PREFLIGHT), OWNERS)
    assert not Selection(cluster=("999",)).takes(route(HOP, PREFLIGHT), OWNERS)


DEFAULT = OwnerRule(OwnerSource.DEFAULT, "team-platform")
TAG = OwnerRule(OwnerSource.AWS_TAG, "team")
LABEL = OwnerRule(OwnerSource.K8S_LABEL, "team")


@pytest.mark.parametrize(
    ("labels", "rules", "owner"),
    [
        ((("tag:team", "a"), ("team", "b")), (TAG, LABEL, DEFAULT), "a"),
        ((("tag:team", "a"), ("team", "b")), (LABEL, TAG, DEFAULT), "b"),
        ((("team", "b"),), (TAG, LABEL, DEFAULT), "b"),
        ((("team", ""),), (LABEL, DEFAULT), "team-platform"),
        ((), (TAG, DEFAULT, LABEL), "team-platform"),
        ((("team", "b"),), (DEFAULT, LABEL), "team-platform"),
        ((("team", "b"),), (TAG,), None),
        ((), (), None),
        ((("owner", "declared"), ("team", "b")), (LABEL, DEFAULT), "declared"),
    ],
)
def test_the_first_look_up_that_answers_names_the_owner(
    labels: tuple[tuple[str, str], ...], rules: tuple[OwnerRule, ...], owner: str | None
) -> None:
    assert owner_of(placed(hop("x", Layer.APP, API, labels=labels)), rules, {}) == owner


@pytest.mark.parametrize(
    ("source", "owner"),
    [
        ("file:services", "@org/orders"),
        ("app:orders", "@org/orders"),
        ("kube:eks-prod-1", "team-platform"),
        ("aws:111122223333/eu-west-1", "team-platform"),
    ],
)
def test_what_is_read_from_files_has_the_code_owners_of_its_file(source: str, owner: str) -> None:
    entries, _ = parse_code_owners(b"* @org/all\nestate.yaml @org/orders\n", "CODEOWNERS")
    files = {"CODEOWNERS": CodeOwners(entries or ())}
    rules = (OwnerRule(OwnerSource.CODEOWNERS, "CODEOWNERS"), DEFAULT)
    one = placed(hop("x", Layer.APP, API, source=source))
    assert owner_of(one, rules, files) == owner
    assert owner_of(one, rules, {}) == "team-platform"


def plan(config: Config) -> Plan:
    return Plan(Path(), config, "estate")


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        (Environment("live", hosts=("api.example.com",)), "live"),
        (Environment("live", namespaces=("orders-*",)), "live"),
        (Environment("live", accounts=("111122223333",)), "live"),
        (Environment("live", tags=(("team", ("orders", "users")),)), "live"),
        (Environment("live", stages=("v*",)), "live"),
        (Environment("live", hosts=("*.test",), namespaces=("users-*",)), UNASSIGNED),
    ],
)
def test_the_environment_is_found_by_host_namespace_and_account(
    environment: Environment, name: str
) -> None:
    one = plan(Config(environments=Environments((environment,))))
    assert environment_for(one, Estate([HOP]), "api.example.com", "/v1") == name


def test_of_two_accounts_on_a_path_both_count() -> None:
    labels = (("account", "444455556666"),)
    front = hop("gateway", Layer.GATEWAY, API, case(("name:x",)), labels=labels)
    behind = hop("app", Layer.APP, "name:x", labels=(("account", "111122223333"),))
    for account in ("444455556666", "111122223333"):
        live = Environments((Environment("live", accounts=(account,)),), ordered=True)
        one = plan(Config(environments=live))
        assert environment_for(one, Estate([front, behind]), "api.example.com", "/v1") == "live"


def test_the_environment_of_ways_without_hops_is_that_of_the_host() -> None:
    members = (Environment("live", hosts=("*.example.com",)),)
    look_up = environment_of(plan(Config(environments=Environments(members))))
    assert look_up("api.example.com", ()) == "live"
    assert look_up("api.test", ()) == UNASSIGNED


def test_links_of_the_configuration_are_aliases_and_come_first() -> None:
    gap = unread("host:other.test")
    part = PathMatch(PathKind.PREFIX, "/v1/orders")
    link = Link("api.example.com", "http-api:x", HERE, part)
    said = readings(Collected(unread=(gap,)), {}, [link])
    sure = Confidence.DECLARED
    assert said == (Alias(API, "http-api:x", HERE, "config", part, confidence=sure), gap)


def test_a_link_leads_the_paths_that_it_names_and_no_others() -> None:
    part = PathMatch(PathKind.PREFIX, "/v1/orders")
    orders = hop("orders", Layer.APP, "app:orders")
    rest = hop("rest", Layer.INGRESS, "ingress:x")
    config = Config(links=(Link("api.example.com", "app:orders", HERE, part),))
    said = readings(Collected(), {}, config.links)
    estate = Estate([*said, alias(API, "ingress:x"), orders, rest])
    assert ways_of(estate, path="/v1/orders/7") == ["orders"]
    assert ways_of(estate, path="/v1/other") == ["rest"]


def test_an_estate_holds_links_gaps_and_declared_hops() -> None:
    edge = DeclaredHop(
        "edge", ("*",), Acts.TRANSPARENT, "team-edge", date(2027, 1, 1), Where("cors-audit.yaml", 2)
    )
    config = Config(links=(Link("api.example.com", "http-api:x", HERE),), hops=(edge,))
    gap = unread("http-api:x", layer=Layer.GATEWAY)
    estate = estate_of(plan(config), Collected(unread=(gap,)))
    assert estate.unread == [gap]
    assert ways_of(estate) == ["declared edge > unread what was denied > ?"]
