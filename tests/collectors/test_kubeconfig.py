"""A kubeconfig is the user's file: whatever is wrong with it is a reason, never a traceback."""

from pathlib import Path

import pytest

from auditor.core.reading import Gap
from auditor.edge.config.model import Kubernetes
from auditor.run.live import from_clusters
from collectors._kube import KubeConfigError, context_names, current_context, open_cluster

GOOD = """
apiVersion: v1
kind: Config
current-context: prod
contexts:
  - {name: prod, context: {cluster: c, user: u}}
  - {name: stage, context: {cluster: c, user: u}}
clusters: [{name: c, cluster: {server: "https://127.0.0.1:9"}}]
users: [{name: u, user: {token: not-a-real-token}}]
"""
BROKEN = ("users: [{", "just text", "clusters: 3", "", "contexts: [{}]", "\x00\x01")


def written(folder: Path, text: str) -> str:
    path = folder / "kubeconfig"
    path.write_text(text)
    return str(path)


def test_the_contexts_and_the_current_one(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    assert context_names(path) == ("prod", "stage")
    assert current_context(path) == "prod"


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_file_is_refused_in_one_line(text: str, tmp_path: Path) -> None:
    path = written(tmp_path, text)
    for ask in (context_names, current_context):
        with pytest.raises(KubeConfigError) as told:
            ask(path)
        assert "\n" not in str(told.value)


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_file_is_a_gap_of_the_run(text: str, tmp_path: Path) -> None:
    plan = Kubernetes(contexts=("prod",), kubeconfig=written(tmp_path, text))
    (collected,) = from_clusters(plan, {}, lambda _text: None)
    (gap,) = collected.unread
    assert (gap.gap, gap.source) == (Gap.INVALID, "kube")
    assert "not-a-real-token" not in gap.reason


def test_a_glob_without_a_context_is_a_gap(tmp_path: Path) -> None:
    plan = Kubernetes(contexts=("nowhere-*",), kubeconfig=written(tmp_path, GOOD))
    (collected,) = from_clusters(plan, {}, lambda _text: None)
    (gap,) = collected.unread
    assert (gap.gap, gap.source) == (Gap.ABSENT, "kube:nowhere-*")


def test_a_dead_cluster_is_not_asked_again_and_again(tmp_path: Path) -> None:
    waits: list[float] = []
    cluster = open_cluster("prod", written(tmp_path, GOOD), sleep=waits.append)
    for path in ("/api/v1/configmaps", "/apis/networking.k8s.io/v1/ingresses"):
        assert [gap.gap for gap in cluster.list_raw(path, "X", "kube:prod").unread] == [
            Gap.UNREACHABLE
        ]
    assert len(waits) == 2, "two pauses for the first list, none for those after it"
