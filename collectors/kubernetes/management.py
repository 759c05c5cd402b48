"""Who owns an object, and what manages it: where to change it, because edits elsewhere are undone.

Sources:
- Helm: best practices, "Labels and Annotations" (`helm.sh/chart`, `app.kubernetes.io/managed-by`),
  and the annotations that an install writes, `meta.helm.sh/release-name` (docs of Helm 3).
- Argo CD 3.3, "Resource Tracking": the annotation `argocd.argoproj.io/tracking-id` begins with the
  application's name and a colon; as a label the page shows `argocd.argoproj.io/instance`. The
  default label, `app.kubernetes.io/instance`, is written by charts as well and proves nothing alone.
- Flux: helm-controller pull request 238 (`helm.toolkit.fluxcd.io/name` and `/namespace`);
  kustomize-controller writes the same two under `kustomize.toolkit.fluxcd.io/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.core.reading import Json
from collectors.kubernetes.objects import KubeObject, mapping_at

MANAGED_BY = "managed-by"
"""The label of a hop that says what manages it."""

_LABELS = ("helm.sh/chart", "argocd.argoproj.io/instance", "team", "owner")
_LABEL_STARTS = ("app.kubernetes.io/", "kustomize.toolkit.fluxcd.io/", "helm.toolkit.fluxcd.io/")
_LABEL_ENDS = ("/team", "/owner", "-team", "-owner")
_ANNOTATIONS = ("meta.helm.sh/release-name", "argocd.argoproj.io/tracking-id")
_FLUX = (
    ("kustomize.toolkit.fluxcd.io", "Flux Kustomization"),
    ("helm.toolkit.fluxcd.io", "Flux HelmRelease"),
)


def kept_labels(item: KubeObject) -> dict[str, Json]:
    """The labels and annotations of `item` that say who owns and what manages it."""
    labels = mapping_at(item.body, "metadata", "labels")
    annotations = mapping_at(item.body, "metadata", "annotations")
    kept: dict[str, Json] = {
        key: value
        for key, value in sorted(labels.items())
        if key in _LABELS or key.startswith(_LABEL_STARTS) or key.endswith(_LABEL_ENDS)
    }
    kept.update({key: annotations[key] for key in _ANNOTATIONS if key in annotations})
    return kept


def managers(labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """A pair (`managed-by`, text) for each manager that `labels` name, the outermost first.

    `labels`: what `kept_labels` kept. A chart that Argo CD or Flux deploys has two.
    """
    return tuple((MANAGED_BY, text) for text in _managers(labels))


def _managers(labels: Mapping[str, str]) -> Iterator[str]:
    application = labels.get("argocd.argoproj.io/tracking-id", "").partition(":")[0]
    application = application or labels.get("argocd.argoproj.io/instance", "")
    if application:
        yield f"Argo CD application {application}"
    for prefix, kind in _FLUX:
        if name := labels.get(f"{prefix}/name"):
            namespace = labels.get(f"{prefix}/namespace")
            yield f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"
    chart, release = labels.get("helm.sh/chart"), labels.get("meta.helm.sh/release-name")
    tool = labels.get("app.kubernetes.io/managed-by", "")
    if chart or release:
        parts = (f"chart {chart}" if chart else "", f"release {release}" if release else "")
        yield "Helm " + " ".join(part for part in parts if part)
    elif tool:
        yield tool
