"""Who can change a hop: the configuration's look-ups in order, the first that answers wins."""

from collections.abc import Iterable

from auditor.core.link.walk import Placed
from auditor.edge.config.model import OwnerRule, OwnerSource

OWNER = "owner"
"""The label under which a collector says what an owner declared of itself."""

_PREFIX = {OwnerSource.AWS_TAG: "tag:", OwnerSource.K8S_LABEL: ""}


def owner_of(placed: Placed, rules: Iterable[OwnerRule]) -> str | None:
    """The owner of a hop; None where nothing answers."""
    labels = dict(placed.hop.labels)
    if OWNER in labels:
        return labels[OWNER]
    for rule in rules:
        if rule.source is OwnerSource.DEFAULT:
            return rule.name
        found = labels.get(_PREFIX[rule.source] + rule.name)
        if found:
            return found
    return None
