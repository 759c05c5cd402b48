"""The least that reading a cluster needs, out of what the collectors declare: a ClusterRole and who has it."""

from __future__ import annotations

from typing import Final

from auditor.core.reading import Json
from auditor.run.iam import is_action
from collectors import COLLECTORS

NAME: Final = "cors-audit"
_CORE: Final = "core"
_RBAC: Final = "rbac.authorization.k8s.io"


def cluster_role(name: str = NAME) -> Json:
    """Every kind that the collectors list, and nothing that writes; Secrets are not among them."""
    return {
        "apiVersion": f"{_RBAC}/v1",
        "kind": "ClusterRole",
        "metadata": {"name": name},
        "rules": list(_rules()),
    }


def manifests(namespace: str, name: str = NAME) -> tuple[Json, ...]:
    """The account that the audit runs as in the cluster, the role, and the binding of the two."""
    account: Json = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": namespace},
    }
    binding: Json = {
        "apiVersion": f"{_RBAC}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": name},
        "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": namespace}],
    }
    return account, cluster_role(name), binding


def _rules() -> list[Json]:
    """One rule for each API group and set of verbs."""
    found: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    for group, verbs, resources in map(_parsed, _permissions()):
        found.setdefault((group, verbs), set()).update(resources)
    return [
        {"apiGroups": [group], "resources": [*sorted(resources)], "verbs": [*verbs]}
        for (group, verbs), resources in sorted(found.items())
    ]


def _permissions() -> tuple[str, ...]:
    return tuple(text for one in COLLECTORS for text in one.permissions if not is_action(text))


def _parsed(text: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """`apps: get, list deployments, daemonsets`: the group, its verbs, its resources."""
    group, _, rest = text.partition(": ")
    words = rest.split(", ")
    last = next(at for at, word in enumerate(words) if " " in word)
    verb, _, first = words[last].partition(" ")
    return "" if group == _CORE else group, (*words[:last], verb), (first, *words[last + 1 :])
