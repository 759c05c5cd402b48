"""Clusters and accounts that an earlier run had and this one lacks altogether: each is a gap."""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from auditor.core.glob import takes
from auditor.core.reading import Gap, Unread, Where
from auditor.edge.store.record import Blind, RunRecord
from auditor.run.merged import ROW
from auditor.run.plan import Plan
from collectors.collector import Collected

_CLUSTER: Final = "kube:"
_ACCOUNT: Final = "aws:"
_HAD: Final = "had it; nothing of it was found now"


def missing_sources(before: RunRecord, now: Collected, plan: Plan) -> tuple[Unread, ...]:
    """A gap for each source that the run `before` had, that `plan` still stands for and that `now`
    does not mention.

    What was missing then as well is missing still, in the same words. A region that AWS no longer
    lists for an account is not missing, and neither is what the configuration excludes or no
    longer names.
    """
    known = {one.source for part in (now.documents, now.unread, now.counts) for one in part}
    known |= {_scope(source) for source in known}
    told = {blind.unread.source: blind.unread for blind in before.unread if _is_missing(blind)}
    elsewhere = {row.source for row in before.sources if row.kind == ROW} | told.keys()
    rows = {row.source for row in before.sources}
    expected = {_scope(source) for source in rows if _is_expected(source, plan, elsewhere)}
    return tuple(
        told[source] if source in told else _gap(source, before, plan)
        for source in sorted(expected - known)
    )


def _scope(source: str) -> str:
    """The account of a region; everything else is a scope of its own."""
    return source.partition("/")[0] if source.startswith(_ACCOUNT) else source


def _is_expected(source: str, plan: Plan, elsewhere: Set[str]) -> bool:
    if plan.config.collected and source in elsewhere:
        return True
    if source.startswith(_CLUSTER):
        return _names_cluster(source.removeprefix(_CLUSTER), plan)
    if source.startswith(_ACCOUNT):
        return _names_account(_scope(source).removeprefix(_ACCOUNT), plan)
    return False


def _names_cluster(name: str, plan: Plan) -> bool:
    cluster = plan.kubernetes
    if cluster is None:
        return False
    return not cluster.contexts or any(takes(glob, name) for glob in cluster.contexts)


def _names_account(account: str, plan: Plan) -> bool:
    if plan.aws is None:
        return False
    excluded = any(takes(glob, account) for glob in plan.aws.exclude.accounts)
    return not excluded and (not plan.aws.accounts or account in plan.aws.accounts)


def _gap(source: str, before: RunRecord, plan: Plan) -> Unread:
    reason = f"run {before.head.id} {_HAD}"
    again = "have it collected again" if plan.config.collected else "bring back what leads to it"
    do = f"{again}, or accept the gap under coverage: if it is gone for good"
    return Unread(source, source, Gap.ABSENT, reason, do, Where(source))


def _is_missing(blind: Blind) -> bool:
    """Whether it is a gap that this module made."""
    gap = blind.unread
    return gap.gap is Gap.ABSENT and gap.scope == gap.source and gap.reason.endswith(_HAD)
