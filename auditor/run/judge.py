"""From readings to findings: link, judge each distinct path once, run the rules, merge by cause."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from auditor.core.allowlist import Allowlist
from auditor.core.decision.verdict import Judged, Memo, Verdict, judge_path
from auditor.core.finding import Finding, unite
from auditor.core.link.estate import Declared, Estate
from auditor.core.link.route import EnvironmentOf, RequestPath, Route, routes
from auditor.core.link.walk import Placed
from auditor.core.reading import Reading
from auditor.run.selection import EVERYTHING, Selection
from rules import run_rules
from rules.rule import NotEvaluated, View


@dataclass(frozen=True, slots=True)
class Setting:
    """What judging needs beside the readings: the allowlist (None: observe), declared hops, who owns a
    hop, which environment a host is in and which of them are not production, the names of the documents
    behind a hop by (source, key), today's date, and the part of the estate that is looked at."""

    allowlist: Allowlist | None
    declared: tuple[Declared, ...]
    environment_of: EnvironmentOf
    non_production: frozenset[str]
    owner_of: Callable[[Placed], str | None]
    names: Mapping[tuple[str, str], tuple[str, ...]]
    today: date
    selection: Selection = EVERYTHING


@dataclass(frozen=True, slots=True)
class JudgedRoute:
    """A route with the judgement of each of its paths; `verdict` is the worst of them."""

    route: Route
    views: tuple[View, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything that was judged: routes, findings (one for one cause), rules that could not be
    evaluated with the routes concerned, and what was linked to nothing."""

    routes: tuple[JudgedRoute, ...]
    findings: tuple[Finding, ...]
    not_evaluated: tuple[tuple[NotEvaluated, str], ...]
    estate: Estate


def judge(
    readings: Iterable[Reading],
    setting: Setting,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Judgement:
    """Judge every route of the estate that `readings` make up; `progress` hears (done, all)."""
    estate = Estate(readings, setting.declared)
    memo: Memo = {}
    found = [
        r
        for r in routes(estate, setting.allowlist, setting.environment_of)
        if _selected(r, setting)
    ]
    judged: list[JudgedRoute] = []
    for at, route in enumerate(found):
        judged.append(_judge_route(route, setting, memo))
        progress(at + 1, len(found))
    findings, not_evaluated = _findings(judged, setting)
    return Judgement(tuple(judged), findings, not_evaluated, estate)


def _judge_route(route: Route, setting: Setting, memo: Memo) -> JudgedRoute:
    production = route.environment not in setting.non_production
    views = tuple(
        View(route, path, _judged(route, path, setting, memo), production, setting.owner_of)
        for path in route.paths
    )
    verdicts = [view.judged.verdict for view in views]
    return JudgedRoute(route, views, min(verdicts, key=list(Verdict).index))


def _judged(route: Route, path: RequestPath, setting: Setting, memo: Memo) -> Judged:
    return judge_path(path, route.host, route.methods, route.allowed, setting.today, memo)


def _selected(route: Route, setting: Setting) -> bool:
    if not setting.selection.pairs:
        return True
    placed = [p for path in route.paths for p in (*path.actual.hops, *path.preflight.hops)]
    owners = frozenset(name for name in map(setting.owner_of, placed) if name is not None)
    return setting.selection.takes(route, owners)


def _findings(
    judged: Sequence[JudgedRoute], setting: Setting
) -> tuple[tuple[Finding, ...], tuple[tuple[NotEvaluated, str], ...]]:
    claims: list[Finding] = []
    not_evaluated: dict[tuple[NotEvaluated, str], None] = {}
    for one in judged:
        for view in one.views:
            documents = _documents(view, setting)
            for result in run_rules(view):
                if isinstance(result, NotEvaluated):
                    not_evaluated[result, one.route.text] = None
                else:
                    claims.append(replace(result, documents=documents))
    ranked = sorted(unite(claims), key=lambda f: (-f.severity, f.rule, f.fingerprint))
    return tuple(ranked), tuple(not_evaluated)


def _documents(view: View, setting: Setting) -> tuple[str, ...]:
    """The names of all documents that the path of `view` rests on."""
    hops = [p.hop for p in (*view.path.actual.hops, *view.path.preflight.hops)]
    named = (
        name
        for hop in hops
        for key in (hop.document, "")
        for name in setting.names.get((hop.source, key), ())
    )
    return tuple(sorted(set(named)))
