"""Collected files: one answer for each source, and nothing that is missing reads as clean."""

import gzip
import json
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from auditor.core.allowlist import Allowlist
from auditor.core.reading import Gap, Unread
from auditor.edge.config.load import load_config
from auditor.edge.config.model import Config, Kubernetes, KubernetesExclude
from auditor.edge.runfile import Collection, write_run_file
from auditor.edge.store.record import RunHead, RunRecord, Scope, SourceRead
from auditor.run.collection import collect, read_here
from auditor.run.merged import ROW, with_collected
from auditor.run.plan import Plan, plan_of
from auditor.run.readings import readings
from collectors.collector import Collected, Count
from tests.collectors.ingress.manifests import controller, ingress, ingress_class
from tests.collectors.test_kube import INGRESSES, Api, kubeconfig, serving
from tests.run.collections import NOW, collection, denied, place, service

A, B = "kube:a", "kube:b"


def planned(base: Path, entry: str = '["in/*.run"]', more: str = "") -> Plan:
    text = f"version: 1\ncollected: {entry}\n{more}"
    loaded = load_config(text.encode(), "c.yaml", date(2026, 11, 22))
    assert isinstance(loaded, Config), loaded
    return plan_of(loaded, base, "c.yaml", Allowlist(()), {})


def merged(base: Path, live: Collected | None = None, entry: str = '["in/*.run"]') -> Collected:
    return with_collected(live or Collected(), planned(base, entry), NOW)


def rows(found: Collected) -> dict[str, tuple[int, int, int]]:
    """(found, read, excluded) files of each source."""
    return {c.source: (c.found, c.read, c.excluded) for c in found.counts if c.kind == ROW}


def the_gap(found: Collected) -> Unread:
    [gap] = found.unread
    return gap


def test_a_file_gives_its_sources_under_their_own_names(tmp_path: Path) -> None:
    place(tmp_path, "in/a.run", collection(A))
    place(tmp_path, "in/b.run", collection(B, gap=True))
    found = merged(tmp_path)
    assert [one.source for one in found.documents] == [A, B]
    assert found.unread == (denied(B),)
    assert rows(found) == {A: (1, 1, 0), B: (1, 1, 0)}
    assert [c for c in found.counts if c.kind == "Service"] == [
        Count(A, "Service", 1, 1),
        Count(B, "Service", 1, 1),
    ]


def test_a_file_that_two_globs_take_is_read_once(tmp_path: Path) -> None:
    place(tmp_path, "in/a.run", collection(A))
    found = merged(tmp_path, entry='["in/*.run", in/a.run]')
    assert rows(found) == {A: (1, 1, 0)}


def test_an_absolute_glob_is_one_too(tmp_path: Path) -> None:
    place(tmp_path / "elsewhere", "a.run", collection(A))
    found = merged(tmp_path, entry=f'["{tmp_path}/elsewhere/*.run"]')
    assert rows(found) == {A: (1, 1, 0)}


@pytest.mark.parametrize("entry", ['["in/*.run"]', "[in/a.run]"])
def test_where_no_file_is_there_is_a_gap(tmp_path: Path, entry: str) -> None:
    gap = the_gap(merged(tmp_path, entry=entry))
    assert gap.source == f"collected:{entry.strip('[]').strip(chr(34))}"
    assert (gap.gap, gap.reason) == (Gap.ABSENT, "no file is there")
    assert "cors-audit collect" in gap.do


def newer(data: bytes) -> bytes:
    lines = gzip.decompress(data).splitlines(keepends=True)
    lines[0] = (json.dumps(json.loads(lines[0]) | {"format": 99}) + "\n").encode()
    told = {"records": len(lines) - 1, "sha256": sha256(b"".join(lines[:-1])).hexdigest()}
    return gzip.compress(b"".join(lines[:-1]) + json.dumps(told, sort_keys=True).encode() + b"\n")


def altered(data: bytes) -> bytes:
    return gzip.compress(gzip.decompress(data).replace(b'"port": 80', b'"port": 81'))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda data: data[: len(data) // 2], "cut off"),
        (lambda data: data[:-1], "cut off"),
        (lambda _data: b"", "cut off"),
        (altered, "altered"),
        (newer, "format 99"),
        (lambda _data: b"not gzip", "no gzip"),
    ],
)
def test_a_spoilt_file_is_a_gap_and_nothing_of_it_is_taken(
    tmp_path: Path, spoil: object, said: str
) -> None:
    path = place(tmp_path, "in/a.run", collection(A))
    place(tmp_path, "in/b.run", collection(B))
    assert callable(spoil)
    path.write_bytes(spoil(path.read_bytes()))
    found = merged(tmp_path)
    gap = the_gap(found)
    assert gap.source == "collected:in/a.run"
    assert gap.gap is Gap.INVALID
    assert said in gap.reason
    assert gap.do
    assert str(tmp_path) not in gap.reason
    assert [one.source for one in found.documents] == [B]


def test_an_exported_run_is_no_collection(tmp_path: Path) -> None:
    head = RunHead(Scope("c.yaml"), NOW, NOW, "1", (), "", "", True, 0)
    (tmp_path / "in").mkdir()
    write_run_file(tmp_path / "in" / "a.run", RunRecord(head))
    assert the_gap(merged(tmp_path)).reason == "it is a judged run, exported"


@pytest.mark.parametrize(("hours", "late"), [(35.9, False), (36.5, True)])
def test_what_is_too_old_is_not_taken_and_its_sources_have_rows(
    tmp_path: Path, hours: float, late: bool
) -> None:
    place(tmp_path, "in/a.run", collection(A, B, hours=hours))
    found = merged(tmp_path)
    assert bool(found.documents) is not late
    if late:
        gap = the_gap(found)
        assert gap.source == "collected:in/a.run"
        assert "36.5 hours ago (2026-11-20 14:30 UTC), and 36 hours is allowed" in gap.reason
        assert "it holds kube:a, kube:b" in gap.reason
        assert rows(found) == {A: (1, 0, 0), B: (1, 0, 0)}


def test_an_age_of_its_own(tmp_path: Path) -> None:
    place(tmp_path, "in/a.run", collection(A, hours=100))
    assert merged(tmp_path, entry='[{path: "in/*.run", max_age: 8d}]').documents
    assert not merged(tmp_path, entry='[{path: "in/*.run", max_age: 99h}]').documents


def test_what_was_made_in_the_future_is_not_taken(tmp_path: Path) -> None:
    place(tmp_path, "in/a.run", collection(A, hours=-1))
    found = merged(tmp_path)
    assert "in the future" in the_gap(found).reason
    assert not found.documents
    place(tmp_path, "in/a.run", collection(A, hours=-0.1))
    assert merged(tmp_path).documents, "clocks differ by minutes"


def test_of_one_place_the_newer_file_wins_and_the_older_is_counted(tmp_path: Path) -> None:
    place(tmp_path, "in/a-1.run", collection(A, hours=2, port=1))
    place(tmp_path, "in/a-2.run", collection(A, hours=1, port=2))
    place(tmp_path, "in/a-0.run", collection(A, hours=90, port=0))
    found = merged(tmp_path)
    assert [one.body for one in found.documents] == [{"spec": {"port": 2}}]
    assert rows(found) == {A: (3, 1, 2)}
    assert not found.unread


def test_of_two_places_with_one_name_it_is_said(tmp_path: Path) -> None:
    place(tmp_path, "in/x.run", collection(A, hours=2, by="x", port=1))
    place(tmp_path, "in/y.run", collection(A, hours=1, by="y", port=2))
    found = merged(tmp_path)
    assert [one.body for one in found.documents] == [{"spec": {"port": 2}}]
    gap = the_gap(found)
    assert gap.source == "collected:in/x.run"
    assert "kube:a is in it, by x, and in in/y.run, made later by y" in gap.reason


def test_what_is_read_live_wins(tmp_path: Path) -> None:
    place(tmp_path, "in/a.run", collection(A, port=1))
    live = Collected((service(A, port=7),), (), (Count(A, "Service", 1, 1),))
    found = merged(tmp_path, live)
    assert [one.body for one in found.documents] == [{"spec": {"port": 7}}]
    assert rows(found) == {A: (1, 0, 1)}
    assert not found.unread


def test_what_could_not_be_read_live_gives_way_to_a_file(tmp_path: Path) -> None:
    live = Collected((), (denied(A),), (Count(A, "the cluster", 1, 0),))
    assert merged(tmp_path, live, "[in/none.run]").unread[0] == denied(A)
    place(tmp_path, "in/a.run", collection(A, port=1))
    found = merged(tmp_path, live)
    assert [one.body for one in found.documents] == [{"spec": {"port": 1}}]
    assert not found.unread
    assert rows(found) == {A: (1, 1, 0)}


def test_an_empty_cluster_that_answered_is_an_answer(tmp_path: Path) -> None:
    place(tmp_path, "in/a.run", collection(A, port=1))
    live = Collected((), (), (Count(A, "Service", 0, 0),))
    assert not merged(tmp_path, live).documents


def test_namespaces_are_excluded_here_as_well(tmp_path: Path) -> None:
    place(tmp_path, "in/a.run", collection(A))
    kubernetes = Kubernetes(exclude=KubernetesExclude(("shop",)))
    found = with_collected(Collected(), replace(planned(tmp_path), kubernetes=kubernetes), NOW)
    assert not found.documents
    assert Count(A, "excluded by namespace", 1, 0, 1) in found.counts


MAPPING = """files:
  - {workload: kube:a/shop/api, name: api, key: ORIGINS, like: starlette@0.40}
"""


def test_a_mapping_that_the_other_side_did_not_have_is_a_gap(tmp_path: Path) -> None:
    place(tmp_path, "in/a.run", collection(A))
    found = collect(planned(tmp_path, more=MAPPING), {}, lambda _text: None, NOW)
    gap = the_gap(found)
    assert gap.scope == "app api"
    assert "was collected without it, in in/a.run" in gap.reason
    assert "where collect" not in gap.reason


def test_a_mapping_of_a_cluster_whose_file_is_lost_is_a_gap(tmp_path: Path) -> None:
    place(tmp_path, "in/a.run", collection(A)).write_bytes(b"")
    found = collect(planned(tmp_path, more=MAPPING), {}, lambda _text: None, NOW)
    assert [gap.source for gap in found.unread] == ["collected:in/a.run", A]


@pytest.mark.server
def test_what_comes_through_a_file_is_what_was_read(tmp_path: Path) -> None:
    """Documents, readings and counts are those of a live read, line by line."""
    lists = {
        INGRESSES: [ingress({"enable-cors": "true"}, name=f"i{at}") for at in range(3)],
        "/apis/apps/v1/deployments": [controller()],
        "/apis/networking.k8s.io/v1/ingressclasses": [
            ingress_class("nginx", "k8s.io/ingress-nginx")
        ],
    }
    with serving(Api(lists)) as url:
        cluster = Kubernetes(("prod",), kubeconfig(tmp_path, url))
        live = replace(planned(tmp_path, "[none.run]"), kubernetes=cluster)
        here = read_here(live, {}, lambda _text: None)
    counts = tuple(SourceRead(c.source, c.kind, c.found, c.read, c.excluded) for c in here.counts)
    place(tmp_path, "in/a.run", Collection(here.documents, here.unread, counts, NOW, "inner"))
    found = merged(tmp_path)
    assert here.documents
    assert found.documents == here.documents
    assert found.unread == here.unread
    assert tuple(c for c in found.counts if c.kind != ROW) == here.counts
    assert readings(found, {}) == readings(here, {})
