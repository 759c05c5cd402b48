"""Waivers held against a judgement: what is accepted, what is to be said of the waivers themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from auditor.core.decision.verdict import Compared
from auditor.core.finding import Finding
from auditor.core.language.membership import takes_all_alike
from auditor.core.waiver.acceptance import Accepted, Footprint, accept
from auditor.core.waiver.waiver import OfFinding, OfOrigins, Waiver, Waivers
from auditor.run.judge import JudgedRoute, Judgement
from rules import RULES
from rules.rule import Rule


@dataclass(frozen=True, slots=True)
class Weighed:
    """All findings of a run, those about waivers too; what is accepted; names of the rules that ran."""

    findings: tuple[Finding, ...]
    accepted: Accepted
    rules: tuple[str, ...]


def weigh(
    waivers: Waivers,
    judgement: Judgement,
    footprints: Mapping[str, Footprint],
    today: date,
    *,
    whole: bool,
    complete: bool,
) -> Weighed:
    """Hold `waivers` against what was judged. `whole`: nothing was left out of the run; `complete`:
    nothing was left unread. A waiver that met nothing is called unused by a run alone that is both."""
    found = judgement.findings
    used = _used(waivers.waivers, judgement.routes)
    accepted = accept(waivers.waivers, found, footprints, today, used)
    rules = [rule for rule in RULES if _runs(rule, whole=whole, complete=complete)]
    said = chain.from_iterable(rule.weigh(use) for rule in rules for use in accepted.uses)
    kept = _kept(waivers.waivers, accepted.footprints) if whole else {}
    return Weighed(
        (*found, *(said if whole else ())),
        replace(accepted, footprints=kept),
        tuple(rule.name for rule in rules),
    )


def _runs(rule: Rule, *, whole: bool, complete: bool) -> bool:
    return not rule.whole or (whole and complete)


def _kept(waivers: Iterable[Waiver], footprints: Mapping[str, Footprint]) -> dict[str, Footprint]:
    """The footprints to keep: of a waiver for one finding only once that was there."""
    single = {one.key for one in waivers if isinstance(one.of, OfFinding)}
    return {key: one for key, one in footprints.items() if one.extents or key not in single}


def _used(waivers: Iterable[Waiver], routes: Iterable[JudgedRoute]) -> frozenset[str]:
    """The keys of the waivers for origins that let something in."""
    views = {id(one.views): one.views for one in routes}
    let_in = {
        c.witness: c for held in views.values() for v in held for c in _waived(v.judged.classes)
    }
    return frozenset(
        one.key
        for one in waivers
        if isinstance(one.of, OfOrigins)
        and any(takes_all_alike(one.of.pattern, witness) is True for witness in let_in)
    )


def _waived(classes: Iterable[Compared]) -> Iterator[Compared]:
    return (one for one in classes if one.waived)
