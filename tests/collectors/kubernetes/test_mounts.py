"""Mapped workloads whose settings stand in a mounted file of a ConfigMap."""

from typing import Any

import pytest

from auditor.core.reading import Gap, Where
from auditor.text.formats import Format
from collectors.app.mapping import AppMapping, Embedded
from collectors.kubernetes.apps import read_apps
from tests.collectors.kubernetes.manifests import (
    APP,
    CANARY,
    EVERYTHING,
    LIVE,
    MANIFEST,
    SHOP,
    SOURCE,
    apps,
    as_file,
    config_map,
    container,
    mapping,
    picked,
    the_document,
    the_gap,
    var,
    workload,
)


def embedded(key: str = "application.yml", **more: Any) -> AppMapping:
    return mapping("cors.origins", embedded=Embedded(key, Format.YAML), **more)


def mounts(name: str = "config", **more: object) -> dict[str, Any]:
    return container(volumeMounts=[{"name": name, "mountPath": "/config", **more}])


def volume(map_name: str = "env", name: str = "config", **more: object) -> dict[str, object]:
    return {"name": name, "configMap": {"name": map_name, **more}}


FILE = config_map({"application.yml": f"cors: {{origins: [{APP}]}}", "token": CANARY})


def test_a_mounted_file_is_read_with_its_lines() -> None:
    document = the_document(read_apps(as_file(MANIFEST), SOURCE, [embedded()]))
    assert picked(document) == {"origins": [APP, SHOP]}
    assert document.where == Where("deploy/all.yaml", 13)
    assert document.lines["/inputs/origins/value/1"] == 14
    lines = MANIFEST.splitlines()
    assert (lines[12].strip(), lines[13].strip()) == (f"- {APP}", f"- {SHOP}")


def test_a_file_in_quotes_stands_on_one_line() -> None:
    document = the_document(read_apps(as_file(MANIFEST), SOURCE, [embedded("quoted.yml")]))
    assert document.where == Where("deploy/all.yaml", 15)
    assert set(document.lines.values()) == {15}


def test_a_file_of_a_running_cluster_bears_its_own_lines() -> None:
    live = embedded(title=f"{LIVE}/orders/api")
    runs = workload(mounts(), volumes=[volume()])
    document = the_document(apps(runs, FILE, mappings=[live], source=LIVE, whole=EVERYTHING))
    assert document.where == Where(f"{LIVE}/0.yaml application.yml".replace("/0.", "/1."), 1)
    assert document.body["assumed"] == [
        "its pods were started after ConfigMap orders/env changed (assumed)"
    ]
    assert CANARY not in repr(document)


@pytest.mark.parametrize(
    ("runs", "found"),
    [
        (workload(mounts(), volumes=[volume()]), True),
        (
            workload(mounts(), volumes=[volume(items=[{"key": "application.yml", "path": "a/b"}])]),
            True,
        ),
        (workload(mounts(subPath="application.yml"), volumes=[volume()]), True),
        (
            workload(
                mounts(subPath="a"),
                volumes=[volume(items=[{"key": "application.yml", "path": "a/b"}])],
            ),
            True,
        ),
        (
            workload(
                mounts(),
                volumes=[
                    {"name": "config", "projected": {"sources": [{"configMap": {"name": "env"}}]}}
                ],
            ),
            True,
        ),
        (workload(mounts(), volumes=[volume(items=[{"key": "token", "path": "token"}])]), False),
        (workload(mounts(subPath="token"), volumes=[volume()]), False),
        (workload(mounts("other"), volumes=[volume()]), False),
        (workload(container(), volumes=[volume()]), False),
        (workload(mounts(), volumes=[volume("gone")]), False),
        (workload(mounts(), volumes=[{"name": "config", "secret": {"secretName": "env"}}]), False),
    ],
)
def test_a_file_counts_where_it_is_mounted(runs: dict[str, Any], found: bool) -> None:
    result = apps(runs, FILE, mappings=[embedded()], whole=EVERYTHING)
    assert bool(result.collected.documents) is found
    if not found:
        gap = the_gap(result)
        assert gap.gap is Gap.ABSENT
        assert "0 ConfigMaps that it mounts hold 'application.yml'" in gap.reason


def test_files_of_several_maps_are_not_chosen_from() -> None:
    other = config_map({"application.yml": "x: 1"}, name="other")
    volumes = [volume(), volume("other", "more")]
    both = container(volumeMounts=[{"name": "config"}, {"name": "more"}])
    gap = the_gap(apps(workload(both, volumes=volumes), FILE, other, mappings=[embedded()]))
    assert gap.gap is Gap.INVALID
    assert "2 ConfigMaps" in gap.reason


def test_a_mounted_map_that_was_not_read() -> None:
    runs = workload(mounts(), volumes=[volume()])
    gap = the_gap(apps(runs, mappings=[embedded()]))
    assert gap.gap is Gap.UNRESOLVED
    assert "ConfigMap orders/env, which was not read" in gap.reason
    volumes = [volume(), volume("other", "more")]
    both = container(volumeMounts=[{"name": "config"}, {"name": "more"}])
    document = the_document(apps(workload(both, volumes=volumes), FILE, mappings=[embedded()]))
    said = "ConfigMap orders/other, which was not read, holds no application.yml (assumed)"
    assert document.body["assumed"] == [said]


def test_placeholders_of_a_mounted_file_are_filled_from_the_environment() -> None:
    maps = config_map({"application.yml": "cors: {origins: 'https://${HOST}'}"})
    runs = workload(
        {**mounts(), "env": [var("HOST", "app.example.com"), var("X", CANARY)]}, volumes=[volume()]
    )
    document = the_document(apps(runs, maps, mappings=[embedded()]))
    assert document.body["variables"] == {"HOST": "app.example.com"}


def test_a_mounted_file_that_is_broken_is_a_gap_at_its_line() -> None:
    text = MANIFEST.replace("      origins:\n", "      origins: [\n")
    gap = the_gap(read_apps(as_file(text), SOURCE, [embedded()]))
    assert gap.gap is Gap.INVALID
    assert gap.where.place == "deploy/all.yaml"
    assert gap.where.line is not None
    assert 11 <= gap.where.line <= 16
