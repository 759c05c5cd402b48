"""Mapped workloads: the values under the keys become a document, nothing else of an environment."""

from dataclasses import replace
from typing import Any

import pytest

from auditor.core.hop.behaviour import Either
from auditor.core.reading import Gap, Hop, Layer, Where
from collectors.app.mapping import FromKey, Given, Meaning
from collectors.app.reading import read_app
from collectors.app.semantics.preset import Input
from collectors.kubernetes.apps import read_apps, unmatched
from tests.collectors.kubernetes.manifests import (
    APP,
    CANARY,
    EVERYTHING,
    KEY,
    LIVE,
    MANIFEST,
    SHOP,
    SOURCE,
    apps,
    as_file,
    config_map,
    container,
    from_map,
    from_secret,
    mapping,
    picked,
    the_document,
    the_gap,
    var,
    workload,
)

CREDENTIALS = {Input.CREDENTIALS: FromKey("CORS_CREDENTIALS")}


def test_the_values_under_the_keys_become_a_document() -> None:
    runs = workload(container([var(KEY, f"{APP},{SHOP}"), var("CORS_CREDENTIALS", "true")]))
    document = the_document(apps(runs, mappings=[mapping(inputs=CREDENTIALS)]))
    assert (document.source, document.kind) == (SOURCE, "AppConfig")
    assert picked(document) == {"origins": f"{APP},{SHOP}", "credentials": "true"}
    (hop,) = (one for one in read_app([document], {}) if isinstance(one, Hop))
    assert hop.answers == (f"workload:{SOURCE}/orders/api",)


def test_nothing_else_of_an_environment_is_kept() -> None:
    entries = [
        var(KEY, "https://$(HOST)"),
        var("PASSWORD", CANARY),
        var("DATABASE_URL", f"postgres://u:{CANARY}@db/x"),
        var("DERIVED", "$(PASSWORD)"),
    ]
    maps = [
        config_map({"HOST": "app.example.com", "TOKEN": CANARY, "file.pem": CANARY}),
        config_map({KEY: CANARY}, name="other"),
    ]
    runs = workload(
        container([var("HOST", "app.example.com"), *entries], [from_map()], args=[CANARY])
    )
    for mappings in ([mapping()], []):
        found = apps(runs, *maps, mappings=mappings)
        assert found.collected.documents or found.collected.unread
        assert CANARY not in repr(found)


def test_variables_that_a_value_names_are_kept_and_no_others() -> None:
    """Where a framework fills `${NAME}` itself, the value needs the variable."""
    maps = config_map({KEY: "https://${HOST}", "HOST": "app.example.com", "TOKEN": CANARY})
    document = the_document(apps(workload(container([], [from_map()])), maps, mappings=[mapping()]))
    assert document.body["variables"] == {"HOST": "app.example.com"}


@pytest.mark.parametrize(
    ("containers", "choice", "value"),
    [
        ([container([var(KEY, APP)]), container(name="proxy")], None, APP),
        ([container([var(KEY, APP)]), container([var(KEY, APP)], name="proxy")], None, APP),
        ([container([var(KEY, APP)]), container([var(KEY, SHOP)], name="proxy")], "proxy", SHOP),
        ([container([var(KEY, APP)]), container([], [from_secret()], name="proxy")], None, APP),
    ],
)
def test_containers_agree_or_one_is_named(
    containers: list[dict[str, Any]], choice: str | None, value: str
) -> None:
    document = the_document(apps(workload(*containers), mappings=[mapping(container=choice)]))
    assert picked(document)["origins"] == value


@pytest.mark.parametrize(
    ("containers", "choice", "what", "do"),
    [
        (
            [container([var(KEY, APP)]), container([var(KEY, SHOP)], name="proxy")],
            None,
            "the containers api and proxy differ in it",
            "write container:",
        ),
        ([container([var(KEY, APP)])], "web", "it has no container web, only api", "container:"),
        ([container([], [from_secret()])], None, "it may come from Secret keys", "ConfigMap"),
        ([container([var(KEY, secretKeyRef={"name": "keys"})])], None, "Secret keys", "ConfigMap"),
        ([container([], [from_map()])], None, "ConfigMap orders/env, which was not read", "map"),
        ([container()], None, f"the key {KEY} is not in the file", "correct the key"),
    ],
)
def test_what_is_not_known_is_a_gap_of_the_app(
    containers: list[dict[str, Any]], choice: str | None, what: str, do: str
) -> None:
    found = apps(workload(*containers), mappings=[mapping(container=choice)])
    gaps = [*found.collected.unread]
    for document in found.collected.documents:
        gaps += [one for one in read_app([document], {}) if not isinstance(one, Hop)]  # type: ignore[misc]
    (gap,) = gaps
    assert (gap.layer, gap.names) == (Layer.APP, (f"workload:{SOURCE}/orders/api",))
    assert what in gap.reason
    assert do in gap.do


def test_a_secret_that_may_set_it_too_is_an_assumption() -> None:
    runs = workload(container([], [from_map(), from_secret()]))
    document = the_document(apps(runs, config_map({KEY: APP}), mappings=[mapping()]))
    said = f"Secret keys, which is never read, does not set {KEY} as well (assumed)"
    assert document.body["assumed"] == [said]


def test_a_running_cluster_may_run_with_older_values() -> None:
    runs, maps = workload(container([], [from_map()])), config_map({KEY: APP})
    live = mapping(title=f"{LIVE}/orders/api")
    document = the_document(apps(runs, maps, mappings=[live], source=LIVE, whole=EVERYTHING))
    said = "its pods were started after ConfigMap orders/env changed (assumed)"
    assert document.body["assumed"] == [said]
    own = workload(container([var(KEY, APP)]))
    assert the_document(apps(own, mappings=[live], source=LIVE)).body["assumed"] == []


def test_given_values_and_missing_keys_are_the_mappings_business() -> None:
    inputs = {Input.CREDENTIALS: Given(True), Input.METHODS: FromKey("METHODS", ["GET"])}
    one = mapping(inputs=inputs, missing_means=Meaning.DENY)
    document = the_document(apps(workload(), mappings=[one]))
    assert picked(document) == {"origins": None, "credentials": True, "methods": ["GET"]}


def test_a_mapping_of_another_source_or_with_files_is_passed_over() -> None:
    runs = workload(container([var(KEY, APP)]))
    files = replace(mapping(), paths=("services/api.env",))
    found = apps(runs, mappings=[files, mapping(title="kube:prod/orders/api", name="other")])
    assert found.collected.documents == found.collected.unread == ()


@pytest.mark.parametrize(
    ("whole", "says"), [(EVERYTHING, "exists"), (frozenset({"ConfigMap"}), "was read")]
)
def test_a_workload_that_is_not_there_is_a_gap(whole: frozenset[str], says: str) -> None:
    gap = the_gap(apps(workload(name="other"), mappings=[mapping()], whole=whole))
    assert (gap.gap, gap.names) == (Gap.ABSENT, (f"workload:{SOURCE}/orders/api",))
    assert gap.reason.startswith(f"no workload {SOURCE}/orders/api ")
    assert gap.reason.endswith(says)


def test_a_mapping_whose_cluster_was_not_looked_at_is_a_gap() -> None:
    known, gone = mapping(), mapping(title=f"{LIVE}/orders/api", name="live")
    (gap,) = unmatched([known, gone], [SOURCE])
    assert (gap.gap, gap.scope, gap.source) == (Gap.ABSENT, "app live", LIVE)
    assert unmatched([known, gone], [SOURCE, LIVE]) == ()


def test_two_manifests_of_one_workload_are_either_of_them() -> None:
    first = workload(container([var(KEY, APP)]))
    second = workload(container([var(KEY, SHOP)]))
    found = apps(first, second, mappings=[mapping()])
    (hop,) = read_app(found.collected.documents, {})
    assert isinstance(hop, Hop)
    assert isinstance(hop.cases[0].doing, Either)


def test_a_document_says_where_its_values_stand_and_whose_they_are() -> None:
    one = mapping(inputs=CREDENTIALS)
    document = the_document(read_apps(as_file(MANIFEST), SOURCE, [one]))
    assert document.where == Where("deploy/all.yaml", 9)
    assert document.lines == {"/inputs/origins/value": 9, "/inputs/credentials/value": 8}
    assert document.body["labels"] == [
        ["managed-by", "Helm chart api-4.2.0"],
        ["namespace", "orders"],
        ["source", SOURCE],
        ["team", "web"],
    ]


def test_the_hop_bears_what_the_document_says_beside_its_values() -> None:
    text = MANIFEST.replace(
        "{configMapRef: {name: env}}]", "{configMapRef: {name: env}}, {secretRef: {name: keys}}]"
    )
    document = the_document(read_apps(as_file(text), SOURCE, [mapping()]))
    (hop,) = (one for one in read_app([document], {}) if isinstance(one, Hop))
    assert hop.labels == (
        ("app", "orders"),
        ("managed-by", "Helm chart api-4.2.0"),
        ("namespace", "orders"),
        ("source", SOURCE),
        ("team", "web"),
    )
    assert f"Secret keys, which is never read, does not set {KEY} as well (assumed)" in hop.assumed
    assert (hop.where, hop.fields) == (
        document.where,
        ((KEY, document.where), (f"{KEY}[0]", document.where)),
    )
