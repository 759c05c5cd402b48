"""Waivers held against a judgement: what is accepted, what is to be said of the waivers themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from auditor.core.finding import Finding
from auditor.core.language.membership import takes_all_alike
from auditor.core.reading import Where
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
    used = used_origins(waivers.waivers, judgement.routes)
    accepted = accept(waivers.waivers, found, footprints, today, used)
    rules = [rule for rule in RULES if _runs(rule, whole=whole, complete=complete)]
    weighing = [rule.weigh for rule in rules if rule.weigh is not None]
    said = chain.from_iterable(weigh(use) for weigh in weighing for use in accepted.uses)
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


def used_origins(waivers: Iterable[Waiver], routes: Iterable[JudgedRoute]) -> frozenset[str]:
    """The keys of the waivers for origins that let something in, on a route that they name."""
    asked = [(one, one.of) for one in waivers if isinstance(one.of, OfOrigins)]
    let_in = _let_in(routes) if asked else {}
    return frozenset(
        one.key
        for one, of in asked
        if any(takes_all_alike(of.pattern, origin) is True for origin in let_in[one.where])
    )


def _let_in(routes: Iterable[JudgedRoute]) -> Mapping[Where, set[str]]:
    """The origins that waivers alone let in, by the lines that speak of the routes concerned."""
    found: defaultdict[Where, set[str]] = defaultdict(set)
    alike = {(id(one.views), id(one.route.allowed)): one for one in routes}
    for one in alike.values():
        entries = () if one.route.allowed is None else one.route.allowed.entries
        origins = {c.witness for view in one.views for c in view.judged.classes if c.waived}
        for entry in entries:
            if entry.waived is not None:
                found[entry.where] |= origins
    return found
