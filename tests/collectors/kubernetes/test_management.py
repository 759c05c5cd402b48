"""What manages an object, by the labels and annotations that it writes."""

from collections.abc import Mapping

import pytest

from collectors.kubernetes.management import kept_labels, managers
from collectors.kubernetes.objects import objects
from tests.collectors.kubernetes.manifests import CANARY, as_found, config_map

HELM = {"app.kubernetes.io/managed-by": "Helm", "helm.sh/chart": "api-4.2.0"}


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ({}, []),
        (HELM, ["Helm chart api-4.2.0"]),
        ({**HELM, "meta.helm.sh/release-name": "api"}, ["Helm chart api-4.2.0 release api"]),
        ({"meta.helm.sh/release-name": "api"}, ["Helm release api"]),
        ({"app.kubernetes.io/managed-by": "Terraform"}, ["Terraform"]),
        (
            {"argocd.argoproj.io/tracking-id": "shop:apps/Deployment:orders/api"},
            ["Argo CD application shop"],
        ),
        ({"argocd.argoproj.io/instance": "shop"}, ["Argo CD application shop"]),
        ({"app.kubernetes.io/instance": "shop"}, []),
        ({"kustomize.toolkit.fluxcd.io/name": "apps"}, ["Flux Kustomization apps"]),
        (
            {
                "helm.toolkit.fluxcd.io/name": "api",
                "helm.toolkit.fluxcd.io/namespace": "flux-system",
                **HELM,
            },
            ["Flux HelmRelease flux-system/api", "Helm chart api-4.2.0"],
        ),
        (
            {"argocd.argoproj.io/tracking-id": "shop:x", **HELM},
            ["Argo CD application shop", "Helm chart api-4.2.0"],
        ),
    ],
)
def test_managers_are_named_the_outermost_first(labels: Mapping[str, str], said: list[str]) -> None:
    assert managers(labels) == tuple(("managed-by", text) for text in said)


def test_labels_of_owners_are_kept_and_no_others() -> None:
    one = config_map(
        {},
        labels={"team": "web", "example.com/owner": "o", "cost-team": "c", "hash": CANARY},
        annotations={"meta.helm.sh/release-name": "api", "note": CANARY},
    )
    (item,) = (item for found in as_found([one]) for item in objects(found))
    assert kept_labels(item) == {
        "team": "web",
        "example.com/owner": "o",
        "cost-team": "c",
        "meta.helm.sh/release-name": "api",
    }
