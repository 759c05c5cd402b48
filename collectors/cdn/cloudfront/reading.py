"""What the documents of CloudFront say: a hop for each distribution that serves viewers.

Facts (developer guide): a distribution that is disabled serves nobody
(distribution-web-values-specify, Distribution state); a staging distribution serves through its
primary's hosts alone (continuous-deployment); a tenant-only one through its tenants' domains
(botocore 1.44.5, ConnectionMode).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.core.reading import Document, Gap, Layer, Reading, Unread
from collectors.cdn.cloudfront.distribution import Distribution
from collectors.cdn.cloudfront.estate import assemble
from collectors.cdn.cloudfront.hop import read_hop
from collectors.collector import Options


def read(documents: Sequence[Document], _options: Options) -> Iterator[Reading]:
    """Give the readings of one source: hops with their aliases by distribution id, then what is
    unread."""
    estate = assemble(documents)
    for distribution in estate.distributions:
        if not distribution.enabled or distribution.staging:
            continue
        if gap := _hosts_gap(distribution):
            yield gap
        if distribution.hosts:
            hop, aliases = read_hop(distribution, estate)
            yield hop
            yield from aliases
    yield from estate.unread


def _hosts_gap(distribution: Distribution) -> Unread | None:
    """Why not all hosts of a distribution are known; None when they are."""
    if distribution.tenant_only and distribution.tenants is None:
        command = "list-distribution-tenants"
        return _unread(distribution, "the domains of its tenants were not read", command, ())
    if not distribution.tenant_only and not distribution.domain:
        name = f"cloudfront:{distribution.id} domain name"
        names = (name,) if distribution.aliases else ()
        return _unread(distribution, "its domain name was not read", "list-distributions", names)
    return None


def _unread(
    distribution: Distribution, reason: str, command: str, names: tuple[str, ...]
) -> Unread:
    document = distribution.document
    return Unread(
        scope=f"CloudFront distribution {distribution.id}",
        source=document.source,
        gap=Gap.ABSENT,
        reason=reason,
        do=f"add the output of `aws cloudfront {command}`",
        where=document.where,
        layer=Layer.CDN,
        names=names,
    )
