"""The environment of a container: who sets a variable, who wins, and what is not known."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from collectors.kubernetes.config_map import ConfigMaps
from collectors.kubernetes.environment import SOURCES, TOTAL, Environment, environments
from collectors.kubernetes.expansion import Withheld
from collectors.kubernetes.objects import objects
from tests.collectors.kubernetes.manifests import (
    as_file,
    as_found,
    config_map,
    container,
    from_map,
    from_secret,
    var,
    workload,
)

ENV = config_map({"ORIGINS": "from map", "HOST": "shop.example", "LITERAL": "$(HOST)"})
OTHER = config_map({"ORIGINS": "from other"}, name="other")


def environment(
    env: Sequence[Mapping[str, object]] = (),
    sources: Sequence[Mapping[str, object]] = (),
    maps: Sequence[Mapping[str, Any]] = (ENV, OTHER),
    *,
    whole: bool = True,
) -> Environment:
    items = [item for one in as_found(maps) for item in objects(one)]
    (runs,) = (
        item for one in as_found([workload(container(env, sources))]) for item in objects(one)
    )
    (found,) = environments(runs, ConfigMaps(items, whole=whole))
    return found


def value(found: Environment, name: str = "ORIGINS") -> str | None:
    """What `name` is set to, `?` and the reason where that is not known."""
    held = found.get(name)
    if held is None:
        return None
    known = held if isinstance(held, Withheld) else held.value
    return f"? {known.reason}" if isinstance(known, Withheld) else known


@pytest.mark.parametrize(
    ("env", "sources", "expected"),
    [
        ([var("ORIGINS", "own")], [], "own"),
        ([var("ORIGINS")], [], ""),
        ([var("ORIGINS", "")], [], ""),
        ([var("ORIGINS", "a"), var("ORIGINS", "b")], [], "b"),
        ([], [from_map()], "from map"),
        ([], [from_map(), from_map("other")], "from other"),
        ([], [from_map("other"), from_map()], "from map"),
        ([var("ORIGINS", "own")], [from_map()], "own"),
        ([], [from_map(prefix="X_")], None),
        ([], [from_map(prefix="ORI")], None),
        ([var("ORIGINS", configMapKeyRef={"name": "env", "key": "HOST"})], [], "shop.example"),
        # Texts of ConfigMaps are taken as they are.
        ([var("ORIGINS", configMapKeyRef={"name": "env", "key": "LITERAL"})], [], "$(HOST)"),
        # An optional reference to what is not there leaves what was set before.
        (
            [var("ORIGINS", configMapKeyRef={"name": "env", "key": "no", "optional": True})],
            [from_map()],
            "from map",
        ),
        ([var("ORIGINS", configMapKeyRef={"name": "no", "key": "no", "optional": True})], [], None),
        ([], [from_map("no", optional=True)], None),
        # References see what was set before, and that alone.
        ([var("A", "x"), var("ORIGINS", "https://$(A)")], [], "https://x"),
        ([var("ORIGINS", "https://$(A)"), var("A", "x")], [], "https://$(A)"),
        ([var("ORIGINS", "https://$(HOST)")], [from_map()], "https://shop.example"),
        ([var("ORIGINS", "$(ORIGINS),more")], [from_map()], "from map,more"),
    ],
)
def test_who_sets_a_variable(
    env: list[Mapping[str, object]], sources: list[Mapping[str, object]], expected: str | None
) -> None:
    assert value(environment(env, sources)) == expected


@pytest.mark.parametrize(
    ("env", "sources", "reason"),
    [
        (
            [var("ORIGINS", secretKeyRef={"name": "keys", "key": "o"})],
            [],
            "it comes from Secret keys",
        ),
        (
            [var("ORIGINS", fieldRef={"fieldPath": "metadata.name"})],
            [],
            "fieldRef, known only when",
        ),
        ([var("ORIGINS", fileKeyRef={"path": "x"})], [], "fileKeyRef, known only when it runs"),
        ([{"name": "ORIGINS", "valueFrom": {}}], [], "it comes from nothing"),
        ([var("ORIGINS", True)], [], "is no text"),
        (
            [var("ORIGINS", configMapKeyRef={"name": "env", "key": "no"})],
            [],
            "ConfigMap env has no no",
        ),
        (
            [var("ORIGINS", configMapKeyRef={"name": "no", "key": "no"})],
            [],
            "ConfigMap no has no no",
        ),
        ([], [from_secret()], "it may come from Secret keys, which is never read"),
        ([], [from_secret(prefix="ORI")], "it may come from Secret keys"),
        ([], [from_map("no")], "ConfigMap no, which does not exist"),
        (
            [var("A", secretKeyRef={"name": "keys", "key": "o"}), var("ORIGINS", "https://$(A)")],
            [],
            "Secret keys",
        ),
        ([var("ORIGINS", "https://$(A)")], [from_secret()], "it may come from Secret keys"),
        ([var("ORIGINS", "http://$(SHOP_SERVICE_HOST)")], [], "the kubelet may set from a Service"),
        ([var("ORIGINS", "http://x:$(SHOP_PORT)")], [], "the kubelet may set from a Service"),
    ],
)
def test_what_is_withheld(
    env: list[Mapping[str, object]], sources: list[Mapping[str, object]], reason: str
) -> None:
    said = value(environment(env, sources))
    assert said is not None
    assert said.startswith("? ")
    assert reason in said


def test_a_secret_with_another_prefix_cannot_set_it() -> None:
    assert value(environment([], [from_secret(prefix="DB_")])) is None


def test_a_map_that_was_not_read_is_not_one_that_is_not_there() -> None:
    optional = var("ORIGINS", configMapKeyRef={"name": "no", "key": "no", "optional": True})
    assert (
        value(environment([optional], whole=False))
        == "? it comes from ConfigMap orders/no, which was not read"
    )
    missing = environment([], [from_map("no", optional=True)], whole=False)
    assert value(missing) == "? it may come from ConfigMap orders/no, which was not read"


def test_maps_of_one_name_that_differ_are_not_chosen_from() -> None:
    twice = environment([], [from_map()], [ENV, config_map({"ORIGINS": "else"})])
    said = value(twice)
    assert said == "? it may come from ConfigMap orders/env, which is written 2 times and not alike"
    assert value(environment([], [from_map()], [ENV, ENV])) == "from map"


def test_maps_of_other_namespaces_do_not_count() -> None:
    elsewhere = config_map({"ORIGINS": "x"}, namespace="billing")
    assert value(environment([], [from_map(optional=True)], [elsewhere])) is None


@pytest.mark.parametrize(
    ("sources", "beside"),
    [
        ([from_map(), from_secret()], ("Secret keys, which is never read",)),
        ([from_map(), from_secret(prefix="DB_")], ()),
        ([from_secret(), from_map()], ()),
        ([from_map(), from_map("no")], ("ConfigMap no, which does not exist",)),
    ],
)
def test_a_source_that_comes_later_may_set_it_too(
    sources: list[Mapping[str, object]], beside: tuple[str, ...]
) -> None:
    found = environment([var("COPY", "$(ORIGINS)")], sources)
    assert found.settings["ORIGINS"].beside == beside
    assert found.settings["COPY"].beside == beside
    assert value(found) == value(found, "COPY") == "from map"


def test_each_value_says_where_it_is_written() -> None:
    text = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: env, namespace: orders}
data:
  HOST: shop.example
  ORIGINS: https://app.example.com
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: orders}
spec:
  template:
    spec:
      containers:
        - name: api
          env:
            - name: OWN
              value: x
            - name: TAKEN
              valueFrom: {configMapKeyRef: {name: env, key: HOST}}
          envFrom: [{configMapRef: {name: env}}]
"""
    items = [item for one in as_file(text) for item in objects(one)]
    (found,) = environments(items[1], ConfigMaps(items, whole=False))
    assert {name: str(one.where) for name, one in found.settings.items()} == {
        "HOST": "deploy/all.yaml:5",
        "ORIGINS": "deploy/all.yaml:6",
        "OWN": "deploy/all.yaml:18",
        "TAKEN": "deploy/all.yaml:5",
    }


def test_hostile_environments_end() -> None:
    doubling = [
        var("V0", "x" * 1_000),
        *(var(f"V{at}", f"$(V{at - 1})" * 2) for at in range(1, 40)),
    ]
    found = environment(doubling)
    assert value(found, "V5") == "x" * 32_000
    assert str(value(found, "V39")).startswith("? ")
    assert sum(map(len, found.known.values())) < TOTAL

    large = config_map({f"K{at}": "x" * 50_000 for at in range(40)})
    found = environment([var("ORIGINS", "own")], [from_map()], [large])
    assert str(value(found, "K39")).startswith("? it may come from an environment of over")
    assert str(value(found)).startswith("? it comes from an environment of over")

    many = environment([], [from_map("other")] * (SOURCES + 1))
    assert str(value(many, "ELSE")).startswith("? it may come from one of over 100 sources")


def test_init_containers_are_left_out_and_containers_kept_apart() -> None:
    runs = workload(container([var("A", "1")]), container([var("A", "2")], name="side"))
    runs["spec"]["template"]["spec"]["initContainers"] = [container([var("A", "0")], name="init")]
    (item,) = (item for one in as_found([runs]) for item in objects(one))
    found = environments(item, ConfigMaps((), whole=True))
    assert {one.container: value(one, "A") for one in found} == {"api": "1", "side": "2"}


@pytest.mark.parametrize("broken", [None, "text", [3], [{"name": 3}], [{"value": "x"}], {"a": 1}])
def test_odd_shapes_set_nothing(broken: object) -> None:
    runs = workload({"name": "api", "env": broken, "envFrom": broken})
    (item,) = (item for one in as_found([runs]) for item in objects(one))
    (found,) = environments(item, ConfigMaps((), whole=True))
    assert found.settings == {}
