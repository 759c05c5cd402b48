"""A part of a stored run: the findings and routes that the globs of the selection flags take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from auditor.core.drift import Drift
from auditor.core.finding import Finding
from auditor.core.glob import takes
from auditor.core.reading import Document
from auditor.edge.reports.past import by_name
from auditor.edge.store.record import RouteRecord, RunRecord

Pairs: TypeAlias = tuple[tuple[str, str], ...]
"""(option, glob): several of one option: any of them; several options: all of them."""

OF_ROUTES: Final = frozenset({"account", "region", "cluster", "host", "env"})
"""The options that the record of a route answers by itself."""


def narrow_findings(record: RunRecord, pairs: Pairs) -> tuple[Drift, ...]:
    """The drifts of findings that `pairs` take; what is gone bears nothing to choose it by."""
    if not pairs:
        return record.drifts
    held = by_name(record.documents)
    sources = {one.name: one.sources for one in record.routes}
    return tuple(
        drift
        for drift in record.drifts
        if drift.finding is not None and _takes(pairs, _of_finding(drift.finding, held, sources))
    )


def narrow_routes(record: RunRecord, pairs: Pairs) -> RunRecord:
    """`record` with the routes that `pairs` take, and what is unread on them; `pairs` hold options
    of `OF_ROUTES` alone."""
    if not pairs:
        return record
    routes = tuple(one for one in record.routes if _takes(pairs, _of_route(one)))
    names = {one.name for one in routes}
    within = {name for one in routes for name in one.sources}
    unread = (
        replace(one, routes=tuple(name for name in one.routes if name in names))
        for one in record.unread
    )
    unlinked = (
        replace(
            one,
            routes=tuple(name for name in one.routes if name in names),
            blinds=tuple(name for name in one.blinds if name in names),
        )
        for one in record.unlinked
    )
    return replace(
        record,
        routes=routes,
        unread=tuple(one for one in unread if one.routes),
        unlinked=tuple(one for one in unlinked if one.routes),
        sources=tuple(one for one in record.sources if one.source in within),
        drifts=tuple(
            one for one in record.drifts if one.finding and names.intersection(one.finding.routes)
        ),
    )


def _takes(pairs: Pairs, facts: Mapping[str, frozenset[str]]) -> bool:
    wanted: dict[str, list[str]] = {}
    for option, glob in pairs:
        wanted.setdefault(option, []).append(glob)
    return all(
        any(takes(glob, value) for glob in globs for value in facts.get(option, ()))
        for option, globs in wanted.items()
    )


def _of_route(one: RouteRecord) -> dict[str, frozenset[str]]:
    return {
        "host": frozenset({one.host}),
        "env": frozenset({one.environment}),
        **_of_sources(one.sources),
    }


def _of_sources(sources: Iterable[str]) -> dict[str, frozenset[str]]:
    """Account, region and cluster, as sources are called: `aws:111122223333/eu-west-1`."""
    aws = [one.removeprefix("aws:").partition("/") for one in sources if one.startswith("aws:")]
    clusters = [one.removeprefix("kube:") for one in sources if one.startswith("kube:")]
    return {
        "account": frozenset(account for account, _, _ in aws),
        "region": frozenset(region for _, _, region in aws),
        "cluster": frozenset(clusters),
    }


def _of_finding(
    one: Finding, held: Mapping[str, Document], sources: Mapping[str, tuple[str, ...]]
) -> dict[str, frozenset[str]]:
    documents = [held[name] for name in one.documents if name in held]
    grantor = [] if one.grantor is None else [one.grantor.title, one.grantor.role]
    reached = {name for route in one.routes for name in sources.get(route, ())}
    return {
        "host": frozenset({one.host}),
        "env": frozenset({one.environment}),
        "owner": frozenset({one.owner} if one.owner else ()),
        "namespace": frozenset(str(document.body.get("namespace")) for document in documents),
        "service": frozenset([*grantor, *(document.key for document in documents)]),
        **_of_sources({document.source for document in documents} | reached),
    }
