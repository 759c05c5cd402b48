"""Documents from clusters and accounts, through their doors; a scope that fails is a gap."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from auditor.core.glob import takes
from auditor.core.reading import Document, Unread, Where
from auditor.edge.config.model import Aws as AwsPlan
from auditor.edge.config.model import Kubernetes
from auditor.run.accounts import Account, Closed, Excluded, open_accounts
from auditor.run.clusters import Cluster, open_clusters
from auditor.run.pool import each
from collectors._aws import Trouble
from collectors.app.mapping import AppMapping
from collectors.cdn.cloudfront.collector import fetch as fetch_distributions
from collectors.collector import Collected, Count
from collectors.gateway.http_api.collector import fetch as fetch_http_apis
from collectors.gateway.rest_api.collector import fetch as fetch_rest_apis
from collectors.kubernetes.inventory import fetch as fetch_cluster
from collectors.kubernetes.names import namespace_of
from collectors.loadbalancer.elbv2.collector import fetch as fetch_load_balancers

Progress = Callable[[str], None]
Held = Mapping[str, Collected]
"""By source, what is known of it already, so that it is not read again."""
NOTHING: Held = {}

_NAMESPACED = frozenset({"Ingress", "Service", "Workload"})

CONCURRENCY = 8
"""Regions that are read at a time: each account has a rate of its own."""


def from_aws(
    plan: AwsPlan, environ: Mapping[str, str], progress: Progress, held: Held = NOTHING
) -> Iterator[Collected]:
    """Every account of `plan`, in each of its regions; several scopes at a time, in a fixed order.

    Scopes that are in `held` are given as they stand there, once their account was opened."""
    scopes: list[Scope] = []
    for opened in open_accounts(plan, environ):
        match opened:
            case Excluded(account):
                yield Collected(counts=(Count(f"aws:{account}", "accounts", 1, 0, 1),))
            case Closed(source, what, trouble):
                yield _gap(source, what, trouble)
            case Account():
                collected, found = _regions(opened, plan)
                yield collected
                scopes += found
    results = each(partial(_read, held), scopes, CONCURRENCY)
    for scope, collected in zip(scopes, results, strict=True):
        progress(f"read {scope.name}")
        yield collected


def _read(held: Held, scope: Scope) -> Collected:
    return held[scope.source] if scope.source in held else scope.read()


@dataclass(frozen=True, slots=True)
class Scope:
    """One region of an account, or what is in no region of it."""

    account: Account
    region: str | None = None

    @property
    def name(self) -> str:
        """What progress calls it."""
        return f"{self.account.id} {self.region or 'global'}"

    @property
    def source(self) -> str:
        """How its documents and gaps call it."""
        return f"aws:{self.account.id}/{self.region or 'global'}"

    def read(self) -> Collected:
        """Everything that the collectors find in it."""
        total = Collected()
        if self.region is None:
            return total + fetch_distributions(self.account.aws, self.account.id)
        for fetch in _REGIONAL:
            total += fetch(self.account.aws, self.account.id, self.region)
        return total


_REGIONAL = (fetch_http_apis, fetch_rest_apis, fetch_load_balancers)


def _regions(account: Account, plan: AwsPlan) -> tuple[Collected, list[Scope]]:
    source = f"aws:{account.id}"
    regions = account.aws.regions("apigatewayv2", plan.regions)
    # Distributions are in no region, so that a list of regions leaves none of them out.
    scopes = [Scope(account)]
    if isinstance(regions, Trouble):
        return _gap(source, "its regions", regions), scopes
    left = [region for region in regions if region not in plan.exclude.regions]
    count = Count(source, "regions", len(regions), len(left), len(regions) - len(left))
    return Collected(counts=(count,)), [*scopes, *(Scope(account, region) for region in left)]


def _gap(source: str, what: str, trouble: Trouble) -> Collected:
    gap = Unread(f"{source} {what}", source, trouble.gap, trouble.reason, trouble.do, Where(source))
    return Collected(unread=(gap,), counts=(Count(source, what, 1, 0),))


def from_clusters(
    plan: Kubernetes,
    environ: Mapping[str, str],
    progress: Progress,
    mappings: Sequence[AppMapping] = (),
    held: Held = NOTHING,
) -> Iterator[Collected]:
    """Every cluster of `plan`; those that are in `held` are given as they stand there. `mappings`: of
    apps, some of which name workloads."""
    for opened in open_clusters(plan, environ):
        match opened:
            case Closed(source, what, trouble):
                yield _gap(source, what, trouble)
            case Cluster(name=name, reader=reader):
                source = opened.source
                if source not in held:
                    progress(f"reading cluster {name}")
                known = held[source] if source in held else fetch_cluster(reader, source, mappings)
                yield without_namespaces(known, source, plan.exclude.namespaces)


def without_namespaces(collected: Collected, source: str, globs: tuple[str, ...]) -> Collected:
    """What is left of the cluster `source` without the namespaces that `globs` take, counted."""
    kept = tuple(d for d in collected.documents if not _excluded(_namespace(d), globs))
    unread = tuple(g for g in collected.unread if not _excluded(_blinded(g), globs))
    left = len(collected.documents) + len(collected.unread) - len(kept) - len(unread)
    excluded = (Count(source, "excluded by namespace", left, 0, left),) if left else ()
    return Collected(kept, unread, (*collected.counts, *excluded))


def _excluded(namespace: str, globs: tuple[str, ...]) -> bool:
    return bool(namespace) and any(takes(glob, namespace) for glob in globs)


def _namespace(document: Document) -> str:
    """Where an object stands that is left out with its namespace; a controller serves all of them."""
    return document.key.partition("/")[0] if document.kind in _NAMESPACED else ""


def _blinded(gap: Unread) -> str:
    """The namespace of a workload that could not be read."""
    name = gap.names[0] if gap.names else ""
    return namespace_of(name) if name.startswith("workload:") else ""
