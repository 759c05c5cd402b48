"""Who can change a hop: the configuration's look-ups in order, the first that answers wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, assert_never

from auditor.core.link.walk import Placed
from auditor.core.reading import Hop
from auditor.edge.code_owners import CodeOwners
from auditor.edge.config.model import OwnerRule, OwnerSource

OWNER = "owner"
"""The label under which a collector says what an owner declared of itself."""

FROM_FILES: Final = ("file:", "app:")
"""How the sources begin whose places are files."""


def owner_of(
    placed: Placed, rules: Iterable[OwnerRule], files: Mapping[str, CodeOwners]
) -> str | None:
    """The owner of a hop; None where nothing answers. `files`: the CODEOWNERS files, by the paths that
    `rules` name."""
    labels = dict(placed.hop.labels)
    if OWNER in labels:
        return labels[OWNER]
    answers = (_answer(rule, placed.hop, labels, files) for rule in rules)
    return next(filter(None, answers), None)


def _answer(
    rule: OwnerRule, hop: Hop, labels: Mapping[str, str], files: Mapping[str, CodeOwners]
) -> str | None:
    match rule.source:
        case OwnerSource.AWS_TAG:
            return labels.get(f"tag:{rule.name}")
        case OwnerSource.K8S_LABEL:
            return labels.get(rule.name)
        case OwnerSource.CODEOWNERS:
            known = files.get(rule.name)
            in_file = known is not None and hop.source.startswith(FROM_FILES)
            return known.owners_of(hop.where.place) if known is not None and in_file else None
        case OwnerSource.DEFAULT:
            return rule.name
        case _:
            assert_never(rule.source)
