"""The Kubernetes clusters that a run reads: the one it runs in, the current context's, or those named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from auditor.core.glob import takes
from auditor.core.reading import Gap
from auditor.edge.config.model import Kubernetes
from auditor.run.accounts import Closed
from collectors._aws import Trouble
from collectors._kube import (
    IN_CLUSTER,
    KubeConfigError,
    KubeReader,
    context_names,
    current_context,
    open_cluster,
)

_CORRECT = "correct the kubeconfig, or kubernetes.contexts"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster by the name of its context, or that it was given, and what lists its objects."""

    name: str
    reader: KubeReader
    context: str

    @property
    def source(self) -> str:
        """How documents and gaps call it."""
        return f"kube:{self.name}"


OpenedCluster: TypeAlias = Cluster | Closed


def open_clusters(plan: Kubernetes, environ: Mapping[str, str]) -> Iterator[OpenedCluster]:
    """Every cluster whose context one of the globs takes; without globs the one that this process runs
    in, or else the current context. Nothing is sent yet."""
    try:
        names = _contexts(plan, environ)
    except KubeConfigError as error:
        yield Closed("kube", "the contexts", Trouble(Gap.INVALID, str(error), _CORRECT))
        return
    for glob in plan.contexts:
        if not any(takes(glob, name) for name in names):
            trouble = Trouble(Gap.ABSENT, "no context has such a name", _CORRECT)
            yield Closed(f"kube:{glob}", "the cluster", trouble)
    for name in names:
        if not plan.contexts or any(takes(glob, name) for glob in plan.contexts):
            yield _opened(plan, name)


def runs_inside(plan: Kubernetes, environ: Mapping[str, str]) -> bool:
    """Whether what is read is the cluster that this process runs in, which has no name there."""
    here = "KUBERNETES_SERVICE_HOST" in environ
    return here and not plan.contexts and plan.kubeconfig is None


def _contexts(plan: Kubernetes, environ: Mapping[str, str]) -> tuple[str, ...]:
    if plan.contexts:
        return context_names(plan.kubeconfig)
    if runs_inside(plan, environ):
        return (IN_CLUSTER,)
    return (current_context(plan.kubeconfig),)


def _opened(plan: Kubernetes, context: str) -> OpenedCluster:
    name = plan.name or context
    try:
        return Cluster(name, open_cluster(context, plan.kubeconfig), context)
    except KubeConfigError as error:
        trouble = Trouble(Gap.INVALID, str(error), _CORRECT)
        return Closed(f"kube:{name}", "the cluster", trouble)
