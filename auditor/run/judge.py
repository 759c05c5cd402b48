"""From readings to findings: link, judge each distinct path once, run the rules, merge by cause."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from auditor.core.allowlist import Allowlist
from auditor.core.decision.canonical import Same
from auditor.core.decision.verdict import Judged, Memo, Verdict, judge_path
from auditor.core.finding import Finding, unite
from auditor.core.hop.behaviour import Service
from auditor.core.link.around import around
from auditor.core.link.estate import Declared, Estate
from auditor.core.link.route import EnvironmentOf, RequestPath, Route, routes
from auditor.core.link.walk import Placed, Way
from auditor.core.reading import Reading
from auditor.run.selection import EVERYTHING, Selection
from rules import run_rules, settle_routes
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
        for r in around(routes(estate, setting.allowlist, setting.environment_of))
        if _selected(r, setting)
    ]
    groups: dict[Hashable, Group] = {}
    for at, route in enumerate(found):
        key = _doing_the_same(route)
        if key in groups:
            groups[key].routes.append(route)
        else:
            groups[key] = _judge_route(route, setting, memo)
        progress(at + 1, len(found))
    findings, not_evaluated = find(groups.values(), setting)
    judged = [one for group in groups.values() for one in group.judged()]
    return Judgement(tuple(sorted(judged, key=_place)), findings, not_evaluated, estate)


@dataclass(slots=True)
class Group:
    """Routes of one host whose requests do the same at the same hops, judged once, as the first."""

    routes: list[Route]
    views: tuple[View, ...]
    verdict: Verdict

    def judged(self) -> Iterator[JudgedRoute]:
        """Each of the routes with what they have in common."""
        return (JudgedRoute(route, self.views, self.verdict) for route in self.routes)


def _place(one: JudgedRoute) -> tuple[str, int, str, str]:
    route = one.route
    return (route.host, len(route.path), route.path, route.text)


def _doing_the_same(route: Route) -> Hashable:
    paths = tuple((_same(path.actual), _same(path.preflight)) for path in route.paths)
    return (route.host, route.environment, route.methods, id(route.allowed), paths)


def _same(way: Way) -> Hashable:
    end = way.terminal
    last = id(end.doing) if isinstance(end, Service) else end
    return (tuple((id(placed.hop), id(placed.case.doing)) for placed in way.hops), last)


def _judge_route(route: Route, setting: Setting, memo: Memo) -> Group:
    production = route.environment not in setting.non_production
    views = tuple(
        View(route, path, _judged(route, path, setting, memo), production, setting.owner_of)
        for path in route.paths
    )
    verdicts = [view.judged.verdict for view in views]
    return Group([route], views, min(verdicts, key=list(Verdict).index))


def _judged(route: Route, path: RequestPath, setting: Setting, memo: Memo) -> Judged:
    return judge_path(path, route.host, route.methods, route.allowed, setting.today, memo)


def _selected(route: Route, setting: Setting) -> bool:
    if not setting.selection.pairs:
        return True
    placed = [p for path in route.paths for p in (*path.actual.hops, *path.preflight.hops)]
    owners = frozenset(name for name in map(setting.owner_of, placed) if name is not None)
    return setting.selection.takes(route, owners)


def find(
    groups: Iterable[Group], setting: Setting, *, remember: bool = True
) -> tuple[tuple[Finding, ...], tuple[tuple[NotEvaluated, str], ...]]:
    """What the rules say of every group, united by cause, and what they could not say. `remember`:
    views on which the rules must be silent, since they were on one that does the same, are not asked
    about again."""
    claims: list[Finding] = []
    not_evaluated: dict[tuple[NotEvaluated, str], None] = {}
    silent: set[Hashable] = set()
    # What the allowlist names speaks before ways around it.
    for group in sorted(groups, key=_is_around):
        names = tuple(route.text for route in group.routes)
        for view in group.views:
            key = _heard(view)
            if key in silent:
                continue
            results = list(run_rules(view))
            if not results and remember:
                silent.add(key)
            documents = _documents(view, setting) if results else ()
            for result in results:
                if isinstance(result, NotEvaluated):
                    not_evaluated.update(dict.fromkeys((result, name) for name in names))
                else:
                    claims.append(replace(result, documents=documents, routes=names))
    ranked = sorted(
        settle_routes(unite(claims)), key=lambda f: (-f.severity, f.rule, f.fingerprint)
    )
    return tuple(ranked), tuple(not_evaluated)


def _is_around(group: Group) -> bool:
    allowed = group.routes[0].allowed
    return allowed is not None and allowed.ceiling


def _heard(view: View) -> Hashable:
    """All that decides whether a rule has something to say of `view`; what it says has names in it."""
    layers = tuple(placed.hop.layer for way in view.ways for placed in way.hops)
    own = tuple(one.own for one in view.judged.classes)
    return (Same(view.judged.shared), view.production, layers, own)


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
