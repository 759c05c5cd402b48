"""Apps that run in a cluster: mapped ones become documents, and what looks like one becomes a gap."""

from datetime import date

import pytest

from auditor.core.reading import Gap, Layer, Where
from auditor.edge.config.load import load_config
from auditor.edge.config.model import Config
from auditor.run.mapping import app_mapping
from tests.collectors.kubernetes.manifests import (
    APP,
    CANARY,
    KEY,
    LIVE,
    SHOP,
    SOURCE,
    apps,
    config_map,
    container,
    from_map,
    mapping,
    picked,
    the_document,
    the_gap,
    var,
    workload,
)


def test_what_looks_like_a_policy_and_is_not_mapped_is_a_gap_with_the_line_to_paste() -> None:
    runs = workload(container([var("DEBUG", "1")], [from_map()]))
    maps = config_map({KEY: APP, "WEB_ORIGINS": CANARY})
    found = apps(runs, maps, source=LIVE)
    gap = the_gap(found)
    assert (gap.gap, gap.layer) == (Gap.UNSUPPORTED, Layer.APP)
    assert gap.names == (f"workload:{LIVE}/orders/api",)
    assert f"sets {KEY}, WEB_ORIGINS" in gap.reason
    cluster = LIVE.removeprefix("kube:")
    line = f"- {{workload: {cluster}/orders/api, key: {KEY}, like: PRESET}}"
    assert gap.do.endswith(line)
    assert found.spoken_for == {Where(f"{LIVE}/0.yaml"), Where(f"{LIVE}/1.yaml")}
    assert [(one.kind, one.found, one.read) for one in found.collected.counts] == [
        ("AppConfig", 1, 0)
    ]


def test_the_line_to_paste_is_a_mapping_that_reads_it() -> None:
    runs = workload(container([var(KEY, APP)]))
    _, _, line = the_gap(apps(runs, source=LIVE)).do.partition("- ")
    text = f"version: 1\nfiles:\n  - {line.replace('PRESET', 'starlette@0.40')}\n"
    config = load_config(text.encode(), "cors-audit.yaml", date(2026, 11, 22))
    assert isinstance(config, Config), config
    found = apps(runs, mappings=[app_mapping(one) for one in config.files], source=LIVE)
    assert picked(the_document(found))["origins"] == APP


def test_a_workload_without_a_namespace_cannot_be_mapped_yet() -> None:
    gap = the_gap(apps(workload(container([var(KEY, APP)]), namespace="")))
    assert "helm template --namespace" in gap.do


@pytest.mark.parametrize(
    ("name", "looks"),
    [
        (KEY, True),
        ("cors.allowed-origins", True),
        ("CORS_ORIGIN_WHITELIST", True),
        ("HASURA_GRAPHQL_CORS_DOMAIN", True),
        ("KC_WEB_ORIGINS", True),
        ("ACCESS_CONTROL_ALLOW_ORIGIN", True),
        ("quarkus.http.cors.origins", True),
        ("ALLOWED_ORIGINS_PROD", True),
        ("CSRF_TRUSTED_ORIGINS", False),
        ("ALLOWED_HOSTS", False),
        ("FORWARDED_ALLOW_IPS", False),
        ("TIMING_ALLOW_ORIGIN", False),
        ("DATABASE_URL", False),
        ("CORS_ENABLED", False),
        ("ORIGINAL_NAME", False),
    ],
)
def test_names_that_tell(name: str, looks: bool) -> None:
    assert bool(apps(workload(container([var(name, CANARY)]))).collected.unread) is looks


def test_mapped_and_other_workloads_side_by_side() -> None:
    mine, other = (
        workload(container([var(KEY, APP)])),
        workload(container([var(KEY, SHOP)]), name="b"),
    )
    found = apps(mine, other, mappings=[mapping()]).collected
    assert [one.key for one in found.documents] == ["orders deploy/0.yaml"]
    assert [one.names for one in found.unread] == [(f"workload:{SOURCE}/orders/b",)]
