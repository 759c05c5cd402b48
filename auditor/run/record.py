"""A finished judgement as the record that is kept and reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from auditor.core.allowlist import Allowlist
from auditor.core.decision.verdict import Verdict
from auditor.core.finding import Finding
from auditor.core.glob import takes
from auditor.core.hop.behaviour import UnreadEnd
from auditor.core.link.estate import HOST, Estate, unread_id
from auditor.core.reading import Gap, Layer, Unread
from auditor.edge.config.model import AcceptedGap
from auditor.edge.store.record import Blind, RouteRecord, SourceRead, Unlinked
from auditor.run.judge import JudgedRoute, Judgement
from collectors.collector import Collected
from rules import RULES

_NONE: Final = frozenset[str]()


def route_records(judgement: Judgement) -> tuple[RouteRecord, ...]:
    """Every route as it is kept."""
    unable: dict[str, set[str]] = {}
    for result, route in judgement.not_evaluated:
        unable.setdefault(route, set()).add(result.rule)
    # Routes that do the same share their views: each is reckoned up once.
    shared: dict[int, _Shared] = {}
    for one in judgement.routes:
        if id(one.views) not in shared:
            shared[id(one.views)] = _share(one)
    return tuple(
        _route(one, unable.get(one.route.text, _NONE), shared[id(one.views)])
        for one in judgement.routes
    )


@dataclass(frozen=True, slots=True)
class _Shared:
    """What follows from the views of a route alone; fields as of a `RouteRecord`."""

    hops: tuple[str, ...]
    sources: tuple[str, ...]
    evaluation: str
    blinded: bool


def _share(one: JudgedRoute) -> _Shared:
    hops = dict.fromkeys(p.hop.id for v in one.views for p in v.path.actual.hops)
    sources = {
        p.hop.source for v in one.views for p in (*v.path.actual.hops, *v.path.preflight.hops)
    }
    return _Shared(tuple(hops), tuple(sorted(sources)), _evaluation(one), is_blinded(one))


def _route(one: JudgedRoute, unable: Set[str], shared: _Shared) -> RouteRecord:
    """`unable`: the rules that could not be evaluated; those that need an entry of the allowlist are
    skipped as well where there is none, so that its loss resolves nothing."""
    if one.route.allowed is None:
        unable = unable | {rule.name for rule in RULES if rule.needs_allowlist}
    route = one.route
    return RouteRecord(
        name=route.text,
        environment=route.environment,
        host=route.host,
        path=route.path,
        verdict=str(one.verdict),
        hops=shared.hops,
        evaluation=shared.evaluation,
        blinded=shared.blinded,
        sources=shared.sources,
        skipped=tuple(sorted(unable)),
    )


def _evaluation(one: JudgedRoute) -> str:
    """What a browser would be let do, class by class: equal where no decision differs."""
    lines = sorted(
        f"{c.witness} {c.can.meet} {c.can.join} {c.can.sure} {c.can.best}"
        for view in one.views
        for c in view.judged.classes
    )
    return sha256("\n".join([str(one.verdict), *lines]).encode()).hexdigest()


def is_blinded(one: JudgedRoute) -> bool:
    """Whether something that was not read keeps the route from being judged."""
    unsure = one.verdict in (Verdict.CANNOT_TELL, Verdict.CONDITIONAL)
    return unsure or any(view.judged.causes for view in one.views)


def blinds(
    unread: Iterable[Unread],
    judged: Iterable[JudgedRoute],
    collected: Iterable[Unread] | None = None,
) -> tuple[Blind, ...]:
    """Each gap with the routes that it blinds: those that it stands on, or, where it is not known what
    it held, those that end in nothing read. `collected`: of `unread`, what collecting met."""
    routes = [one for one in judged if is_blinded(one)]
    met = None if collected is None else frozenset(collected)
    return tuple(
        Blind(gap, _blinded_by(gap, routes), met is not None and gap not in met) for gap in unread
    )


def _blinded_by(gap: Unread, routes: Iterable[JudgedRoute]) -> tuple[str, ...]:
    if gap.names:
        name = unread_id(gap)
        return tuple(sorted({r.route.text for r in routes if name in _hops(r)}))
    return tuple(sorted({r.route.text for r in routes if _open_end(r)}))


def _hops(one: JudgedRoute) -> set[str]:
    return {p.hop.id for v in one.views for p in (*v.path.actual.hops, *v.path.preflight.hops)}


def _open_end(one: JudgedRoute) -> bool:
    return any(isinstance(view.path.actual.terminal, UnreadEnd) for view in one.views)


UNREACHED = "no host that was read leads to it"


def unlinked(judgement: Judgement, *, whole: bool = True) -> tuple[Unlinked, ...]:
    """Every name that a path leads to and that nothing read answers to, with its routes; and every app
    that was read and that no path leads to, which a run that is not `whole` cannot say."""
    return (*_ends_of(judgement.routes), *(_unreached(judgement) if whole else ()))


def _unreached(judgement: Judgement) -> Iterator[Unlinked]:
    distinct = {id(one.views): one for one in judgement.routes}
    crossed = {hop for one in distinct.values() for hop in _hops(one)}
    for hop in judgement.estate.every_hop():
        public = any(name.startswith(HOST) for name in hop.answers)
        if hop.layer is Layer.APP and not public and hop.id not in crossed:
            yield Unlinked(hop.answers[0], UNREACHED, (), ())


def _ends_of(judged: Iterable[JudgedRoute]) -> tuple[Unlinked, ...]:
    routes: dict[UnreadEnd, dict[str, bool]] = {}
    ends: dict[int, list[tuple[UnreadEnd, bool]]] = {}
    for one in judged:
        if id(one.views) not in ends:
            ends[id(one.views)] = list(_ends(one))
        for end, matters in ends[id(one.views)]:
            known = routes.setdefault(end, {})
            known[one.route.text] = matters or known.get(one.route.text, False)
    return tuple(
        Unlinked(end.name, end.cause, tuple(sorted(found)), tuple(sorted(filter(found.get, found))))
        for end, found in sorted(routes.items(), key=lambda item: (item[0].name, item[0].cause))
    )


def _ends(one: JudgedRoute) -> Iterator[tuple[UnreadEnd, bool]]:
    """The named ends of a route's paths, and whether its decisions depend on each."""
    for view in one.views:
        for way in view.ways:
            end = way.terminal
            if isinstance(end, UnreadEnd) and end.name:
                yield end, end.cause in view.judged.causes


def source_reads(collected: Collected, unread: Iterable[Unread]) -> tuple[SourceRead, ...]:
    """The counts of each source, with a row for every source that only has gaps. `unread`: all gaps;
    a source of one document whose reading failed was not read."""
    failed = {gap.source for gap in unread} - {gap.source for gap in collected.unread}
    rows = [
        SourceRead(
            one.source,
            one.kind,
            one.found,
            0 if one.found == 1 and one.source in failed else one.read,
            one.excluded,
        )
        for one in collected.counts
    ]
    counted = {row.source for row in rows}
    for source, gaps in Counter(gap.source for gap in collected.unread).items():
        if source not in counted:
            rows.append(SourceRead(source, "unread", gaps, 0))
    return tuple(rows)


def unanswered(allowlist: Allowlist | None, estate: Estate) -> tuple[Unread, ...]:
    """A gap for each host that the allowlist names and nothing read answers to."""
    if allowlist is None:
        return ()
    known = set(estate.hosts())
    routes = {route.match.host: route for route in reversed(allowlist.routes)}
    return tuple(
        Unread(
            scope=f"host {host}",
            source="allowlist",
            gap=Gap.ABSENT,
            reason="the allowlist names it, and nothing that was read answers to it",
            do="name the sources of its layers, or remove its routes from the allowlist",
            where=route.where,
            names=(f"host:{host}",),
        )
        for host, route in sorted(routes.items())
        if "*" not in host and host not in known and not estate.known(f"host:{host}")
    )


def accepted(gap: Unread, gaps: Iterable[AcceptedGap]) -> bool:
    """Whether someone has accepted `gap`, and the acceptance has not run out."""
    return any(
        not one.expired and (takes(one.source, gap.source) or takes(one.source, gap.scope))
        for one in gaps
    )


def counts(judged: Iterable[JudgedRoute], findings: Iterable[Finding]) -> Mapping[str, int]:
    """Numbers for reports: verdicts of routes, severities of findings, distinct paths."""
    routes = list(judged)
    numbers = Counter(f"verdict {one.verdict}" for one in routes)
    numbers.update(f"severity {one.severity.word}" for one in findings)
    numbers["routes"] = len(routes)
    distinct = {id(one.views): one for one in routes}
    numbers["paths"] = len({_evaluation(one) for one in distinct.values()})
    return dict(numbers)
