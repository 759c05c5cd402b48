"""Files that hold what the AWS CLI prints: `describe-load-balancers`, `describe-tags`,
`describe-listeners` and `describe-listener-attributes`.

The last does not say whose it is, so the file's name or folder must, by the last part of the
listener's ARN: `describe-listener-attributes.<id>.json` or `<id>/describe-listener-attributes.json`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from auditor.core.reading import Document, Gap, Json, Layer, Unread
from collectors.answers.fields import rows, text
from collectors.answers.provenance import Provenance, account_and_region
from collectors.collector import Found
from collectors.loadbalancer.elbv2.document import (
    attributes_document,
    balancer_document,
    listeners_document,
    tags_document,
)

ATTRIBUTES_FILE = "describe-listener-attributes"
_SUFFIXES = (".json", ".yaml", ".yml")
_MORE = ("NextMarker", "NextToken")
_TELLING = "routing.http."
"""How attributes of listeners begin that only application load balancers have."""


def project(found: Found) -> Iterator[Document | Unread]:
    """Give the documents of one file; nothing when it is no answer of `aws elbv2`."""
    place = _provenance(found)
    results = list(_results(found.body, place, found))
    yield from results
    if results and any(name in found.body for name in _MORE):
        reason = "it is one page of several"
        yield _unread(found, Gap.ABSENT, reason, "describe them without --max-items")


def _results(
    body: Mapping[str, Json], place: Provenance, found: Found
) -> Iterator[Document | Unread]:
    for at, item in enumerate(rows(body, "LoadBalancers")):
        if text(item, "LoadBalancerArn"):
            yield balancer_document(item, place.inside("LoadBalancers", at))
    for at, item in enumerate(rows(body, "TagDescriptions")):
        if ":loadbalancer/" in text(item, "ResourceArn"):
            yield tags_document(item, place.inside("TagDescriptions", at))
    yield from _listeners(body, place)
    keys = [text(row, "Key") for row in rows(body, "Attributes")]
    listener = _listener(found)
    if listener and "Attributes" in body:
        yield attributes_document(listener, rows(body, "Attributes"), place)
    elif any(key.startswith(_TELLING) for key in keys):
        reason = "neither its name nor its folder says of which listener it is"
        do = f"name it {ATTRIBUTES_FILE}.<last part of the listener's ARN>.json"
        yield _unread(found, Gap.UNRESOLVED, reason, do)


def _listeners(body: Mapping[str, Json], place: Provenance) -> Iterator[Document]:
    by_balancer: dict[str, list[dict[str, Json]]] = {}
    for item in rows(body, "Listeners"):
        if text(item, "ListenerArn") and (arn := text(item, "LoadBalancerArn")):
            by_balancer.setdefault(arn, []).append(item)
    for arn, items in by_balancer.items():
        yield listeners_document(arn, items, place)


def _listener(found: Found) -> str:
    """The listener that the file's name or folder names: sixteen hexadecimal digits."""
    path = PurePosixPath(found.where.place)
    name = path.name
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    word, _, owner = name.partition(".")
    owner = owner or path.parent.name
    hexadecimal = set(owner) <= set("0123456789abcdef")
    return owner if word == ATTRIBUTES_FILE and len(owner) == 16 and hexadecimal else ""


def _provenance(found: Found) -> Provenance:
    account, region = account_and_region(found.where.place)
    return Provenance(found.source, account, region, found.where, found.line)


def _unread(found: Found, gap: Gap, reason: str, do: str) -> Unread:
    return Unread(
        scope=f"file:{found.where.place}",
        source=found.source,
        gap=gap,
        reason=reason,
        do=do,
        where=found.where,
        layer=Layer.LOAD_BALANCER,
    )
