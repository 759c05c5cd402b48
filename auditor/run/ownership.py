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
    found = _found(placed, rules, files)
    return None if found is None else found[0]


def owner_known_by(
    placed: Placed, rules: Iterable[OwnerRule], files: Mapping[str, CodeOwners]
) -> str | None:
    """How the owner of a hop is known, in words; None where nothing answers."""
    found = _found(placed, rules, files)
    if found is None:
        return None
    rule = found[1]
    return f"said of {placed.hop.title} itself" if rule is None else _words(rule, placed.hop)


def _words(rule: OwnerRule, hop: Hop) -> str:
    match rule.source:
        case OwnerSource.AWS_TAG:
            return f"tag {rule.name} on {hop.title}"
        case OwnerSource.K8S_LABEL:
            return f"label {rule.name} on {hop.title}"
        case OwnerSource.CODEOWNERS:
            return f"{rule.name}, for {hop.where.place}"
        case OwnerSource.DEFAULT:
            return "the default owner: nothing names another"
        case _:
            assert_never(rule.source)


def _found(
    placed: Placed, rules: Iterable[OwnerRule], files: Mapping[str, CodeOwners]
) -> tuple[str, OwnerRule | None] | None:
    """The owner, and the look-up that answered: None where the hop itself says it."""
    labels = dict(placed.hop.labels)
    if OWNER in labels:
        return labels[OWNER], None
    for rule in rules:
        if answer := _answer(rule, placed.hop, labels, files):
            return answer, rule
    return None


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
