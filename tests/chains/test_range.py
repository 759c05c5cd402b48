"""What the chains range over: products, operations, applications; no check of them is empty."""

from itertools import chain as joined

import pytest

from auditor.core.hop.behaviour import Mix, behaviours, operations
from auditor.core.hop.op import Act
from tests.chains.app import APPS
from tests.chains.chain import CHAINS, PRODUCTS, Chain
from tests.chains.origins import APP, OPAQUE, ORIGINS, STRANGER
from tests.chains.prediction import predict
from tests.chains.proxy import Difference, Proxy
from tests.chains.question import QUESTIONS, SHAPES

ADDS = {Act.ADD_LINE}
COMMON = {Act.SET, Act.SET_IF_ABSENT, Act.REMOVE, Act.JOIN}
DOES: dict[str, set[str]] = {
    "nginx": {*COMMON, *ADDS, "answers", "sends inwards", "stores"},
    "haproxy": {*COMMON, *ADDS, "answers", "sends inwards", "stores", "spreads"},
    "caddy": {*COMMON, *ADDS, "answers", "sends inwards"},
    "apache": {*COMMON, *ADDS, Act.ADD_TOKEN, "answers", "sends inwards", "stores"},
    "varnish": {*COMMON, "answers", "stores"},
    "envoy": {*COMMON, "answers", "sends inwards"},
}
"""Varnish and Envoy have no way to a second line; Caddy has no store, and Envoy none to rely on."""
STORES = {
    "blind": {"nginx", "haproxy", "varnish"},
    "by Vary": {"nginx", "haproxy", "apache", "varnish"},
    "by Origin": {"nginx", "varnish"},
}


def does(proxy: Proxy) -> set[str]:
    plain = list(behaviours(proxy.doing))
    found: set[str] = {op.act for one in plain for op in operations(one)}
    found |= {"spreads"} if isinstance(proxy.doing, Mix) else set()
    found |= {"answers" for one in plain if one.responds}
    found |= {"stores" for one in plain if one.cache}
    return found | {"sends inwards" for one in plain if one.inward != type(one.inward)()}


def stores(proxy: Proxy) -> str:
    [cache] = [one.cache for one in behaviours(proxy.doing) if one.cache]
    if "origin" in cache.key:
        return "by Origin"
    return "by Vary" if cache.honours_vary else "blind"


def test_every_product_does_all_that_it_can() -> None:
    found = {one.name: set(joined.from_iterable(map(does, one.proxies))) for one in PRODUCTS}
    assert found == DOES


def test_every_kind_of_store_occurs_with_each_product_that_has_it() -> None:
    found = {
        kind: {
            product.name
            for product in PRODUCTS
            for proxy in product.proxies
            if "stores" in does(proxy) and stores(proxy) == kind
        }
        for kind in STORES
    }
    assert found == STORES


def test_every_proxy_and_application_is_in_a_chain() -> None:
    assert {proxy for product in PRODUCTS for proxy in product.proxies} == {
        proxy for chain in CHAINS for proxy in chain.proxies
    }
    assert set(APPS) == {chain.app for chain in CHAINS}


def test_there_are_as_many_as_promised() -> None:
    lengths = [len(chain.proxies) for chain in CHAINS]
    assert set(lengths) == {2, 3}
    assert lengths.count(2) >= 30
    assert lengths.count(3) >= 12
    assert len(set(CHAINS)) == len(CHAINS)
    assert len(QUESTIONS) == len(ORIGINS) * len(SHAPES)
    assert {APP, STRANGER, OPAQUE, None} <= set(ORIGINS)


@pytest.mark.parametrize("chain", [chain for chain in CHAINS if chain.stores], ids=str)
def test_a_blind_store_serves_what_was_made_for_another(chain: Chain) -> None:
    """Without this, the comparison of what stores serve could be one of nothing."""
    get, before = QUESTIONS[0].of(APP), QUESTIONS[0].of(STRANGER)
    predicted = predict(chain.model, get, (before.request,))
    if any(stores(proxy) == "blind" for proxy in chain.proxies if "stores" in does(proxy)):
        assert predicted.served - predicted.fresh
    elif all(stores(proxy) == "by Origin" for proxy in chain.proxies if "stores" in does(proxy)):
        assert not predicted.served


def test_every_difference_occurs() -> None:
    assert {one for chain in CHAINS for one in chain.differs} == set(Difference)
