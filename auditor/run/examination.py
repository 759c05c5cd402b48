"""What was collected, judged: readings, linking, rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from auditor.core.drift import document_name
from auditor.core.reading import Document, Reading
from auditor.core.waiver.extension import extended
from auditor.run.declared import declared
from auditor.run.estate import environment_of
from auditor.run.judge import Judgement, Setting, judge
from auditor.run.ownership import owner_of
from auditor.run.plan import Plan
from auditor.run.readings import readings
from auditor.run.record import unanswered
from auditor.run.rollout import rolled_out
from auditor.run.selection import EVERYTHING, Selection
from collectors import COLLECTORS
from collectors.collector import Collected

Progress = Callable[[str], None]

SETTINGS = frozenset(kind for collector in COLLECTORS for kind in collector.settings)
"""Kinds of documents that say something of every hop of their source."""


def examine(
    plan: Plan,
    collected: Collected,
    today: date,
    progress: Progress,
    selection: Selection = EVERYTHING,
) -> tuple[Judgement, tuple[Reading, ...]]:
    """Judge what was collected as of `today`; and what was read, with every gap."""
    said = readings(collected, plan.assume, plan.config.links)
    setting = Setting(
        allowlist=extended(plan.allowlist, plan.waivers, today),
        declared=tuple(declared(hop) for hop in plan.config.hops),
        environment_of=environment_of(plan),
        non_production=plan.config.environments.non_production,
        owner_of=lambda placed: owner_of(placed, plan.config.owners, plan.code_owners),
        names=_document_names(collected.documents),
        today=today,
        selection=selection,
    )
    judgement = judge(said, setting, lambda done, of: progress(f"judging route {done} of {of}"))
    findings = tuple(rolled_out(one, plan.waivers.rollouts, today) for one in judgement.findings)
    missing = unanswered(plan.allowlist, judgement.estate) if plan.whole else ()
    return replace(judgement, findings=findings), (*said, *missing)


def _document_names(documents: Iterable[Document]) -> dict[tuple[str, str], tuple[str, ...]]:
    """The names of the documents behind (source, key), as findings bear them; those that say something
    of every hop of a source under (source, "")."""
    names: dict[tuple[str, str], tuple[str, ...]] = {}
    for document in documents:
        key = (document.source, "" if document.kind in SETTINGS else document.key)
        names[key] = (*names.get(key, ()), document_name(document))
    return names
