"""The documents of CloudFront: what each kind is, where it comes from, and how one is refused.

Answers of the live service and files of the AWS CLI have the same shape (botocore 1.44.5,
cloudfront 2020-05-31) and are reduced to the same documents. Nothing that may hold a secret is
kept: of origin custom headers only the names, and the value of `Origin` alone; of custom response
headers only those of CORS and Vary; no comments, log settings or parameters of tenants.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from auditor.core.reading import Document, Gap, Json, Layer, Unread
from collectors.answers.provenance import Provenance

SERVICE_NAME = "CloudFront"


class Kind(StrEnum):
    """The kinds of document; the key is the id that CloudFront gave it.

    CONFIGURATION: the settings of a distribution without its domain name, as
    `get-distribution-config` gives them. ATTACHMENT: which continuous deployment policy a
    distribution has. TENANTS: the domains of a distribution's tenants, its id as key.
    """

    DISTRIBUTION = "Distribution"
    CONFIGURATION = "DistributionConfig"
    ATTACHMENT = "ContinuousDeploymentAttachment"
    RESPONSE_HEADERS = "ResponseHeadersPolicy"
    CACHE = "CachePolicy"
    ORIGIN_REQUEST = "OriginRequestPolicy"
    DEPLOYMENT = "ContinuousDeploymentPolicy"
    VPC_ORIGIN = "VpcOrigin"
    TENANTS = "DistributionTenants"


def document(
    kind: Kind,
    key: str,
    body: dict[str, Json],
    place: Provenance,
    lines: dict[str, int] | None = None,
) -> Document:
    """Return the document of `kind` with its provenance."""
    return Document(place.source, kind, key, body, place.where, lines or {})


def refused(
    kind: Kind,
    key: str,
    faults: Sequence[str],
    place: Provenance,
    names: tuple[str, ...] = (),
    gap: Gap = Gap.INVALID,
) -> Unread:
    """Return why the resource `key` cannot be read: every one of `faults`."""
    shown = key if is_id(key) else "without an id"
    return Unread(
        scope=f"{SERVICE_NAME} {kind} {shown}",
        source=place.source,
        gap=gap,
        reason="; ".join(faults),
        do=f"write the file again with `aws cloudfront {_COMMANDS[kind]}`",
        where=place.where,
        layer=Layer.CDN,
        names=names or (f"cloudfront:{kind}/{shown}",),
    )


_COMMANDS = {
    Kind.DISTRIBUTION: "list-distributions",
    Kind.CONFIGURATION: "get-distribution-config",
    Kind.ATTACHMENT: "get-distribution-config",
    Kind.RESPONSE_HEADERS: "list-response-headers-policies",
    Kind.CACHE: "list-cache-policies",
    Kind.ORIGIN_REQUEST: "list-origin-request-policies",
    Kind.DEPLOYMENT: "list-continuous-deployment-policies",
    Kind.VPC_ORIGIN: "list-vpc-origins",
    Kind.TENANTS: "list-distribution-tenants",
}


def is_id(value: str) -> bool:
    """Say whether `value` can be an id of CloudFront: `E1EXAMPLE`, a UUID, `vo_...`."""
    plain = value.replace("-", "").replace("_", "")
    return 0 < len(value) <= 64 and plain.isascii() and plain.isalnum()
