"""From readings to findings: link, judge each distinct path once, run the rules, merge by cause."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from auditor.core.allowlist import AllowedRoute, Allowlist
from auditor.core.decision.verdict import Judged, Verdict, judge_path
from auditor.core.finding import Finding
from auditor.core.link.estate import Declared, Estate
from auditor.core.link.route import EnvironmentOf, RequestPath, Route, chain, routes
from auditor.core.link.walk import Placed
from auditor.core.reading import Reading
from rules import RULES
from rules.rule import NotEvaluated, View


@dataclass(frozen=True, slots=True)
class Setting:
    """What judging needs beside the readings: the allowlist (None: observe), declared hops, who owns a
    hop, which environment a host is in and which of them are production, and today's date."""

    allowlist: Allowlist | None
    declared: tuple[Declared, ...]
    environment_of: EnvironmentOf
    non_production: frozenset[str]
    owner_of: Callable[[Placed], str | None]
    today: date


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
    memo: dict[Hashable, Judged] = {}
    found = list(routes(estate, setting.allowlist, setting.environment_of))
    judged: list[JudgedRoute] = []
    for at, route in enumerate(found):
        judged.append(_judge_route(route, setting, memo))
        progress(at + 1, len(found))
    findings, not_evaluated = _findings(judged)
    return Judgement(tuple(judged), findings, not_evaluated, estate)


def _judge_route(route: Route, setting: Setting, memo: dict[Hashable, Judged]) -> JudgedRoute:
    production = route.environment not in setting.non_production
    views = tuple(
        View(route, path, _judged(route, path, setting.today, memo), production, setting.owner_of)
        for path in route.paths
    )
    verdicts = [view.judged.verdict for view in views]
    return JudgedRoute(route, views, min(verdicts, key=list(Verdict).index))


def _judged(route: Route, path: RequestPath, today: date, memo: dict[Hashable, Judged]) -> Judged:
    """The judgement of `path`, made once for everything that it depends on."""
    key = (
        chain(path.actual, route.host),
        chain(path.preflight, route.host),
        route.methods,
        _content(route.allowed),
    )
    if key not in memo:
        memo[key] = judge_path(path, route.host, route.methods, route.allowed, today)
    return memo[key]


def _content(allowed: AllowedRoute | None) -> Hashable:
    return allowed


def _findings(
    judged: Sequence[JudgedRoute],
) -> tuple[tuple[Finding, ...], tuple[tuple[NotEvaluated, str], ...]]:
    merged: dict[str, Finding] = {}
    not_evaluated: dict[tuple[NotEvaluated, str], None] = {}
    for one in judged:
        for view in one.views:
            for result in _run_rules(view):
                if isinstance(result, NotEvaluated):
                    not_evaluated[result, one.route.text] = None
                else:
                    known = merged.get(result.fingerprint)
                    merged[result.fingerprint] = result if known is None else _merge(known, result)
    ranked = sorted(merged.values(), key=lambda f: (-f.severity, f.rule, f.fingerprint))
    return tuple(ranked), tuple(not_evaluated)


def _run_rules(view: View) -> Iterator[Finding | NotEvaluated]:
    for rule in RULES:
        if rule.needs_allowlist and view.route.allowed is None:
            continue
        yield from rule.check(view)


def _merge(one: Finding, other: Finding) -> Finding:
    """One cause on several routes: the worse finding speaks, with the routes of both."""
    worse, milder = (one, other) if one.severity >= other.severity else (other, one)
    return replace(
        worse,
        routes=tuple(sorted({*one.routes, *other.routes})),
        documents=tuple(sorted({*one.documents, *other.documents})),
        because=tuple(dict.fromkeys((*worse.because, *milder.because))),
    )
