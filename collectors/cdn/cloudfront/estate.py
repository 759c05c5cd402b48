"""The documents of one source put together: distributions, and what they refer to by id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from auditor.core.reading import Document, Gap, Layer, Unread
from collectors.answers.fields import flag, text, texts
from collectors.cdn.cloudfront.distribution import Distribution, parse_distribution
from collectors.cdn.cloudfront.document import SERVICE_NAME, Kind
from collectors.cdn.cloudfront.listed import inside
from collectors.cdn.cloudfront.policy import (
    MANAGED_CACHE,
    MANAGED_ORIGIN_REQUEST,
    MANAGED_RESPONSE_HEADERS,
    CachePolicy,
    OriginRequestPolicy,
    ResponseHeaders,
    parse_cache,
    parse_origin_request,
    parse_response_headers,
)

_Shelf: TypeAlias = Mapping[tuple[str, str], Document]


@dataclass(frozen=True, slots=True)
class Deployment:
    """A continuous deployment policy: `staging`: domain names of staging distributions."""

    enabled: bool
    staging: frozenset[str]


@dataclass(frozen=True, slots=True)
class Estate:
    """All of one source: distributions sorted by id, the rest by id, managed policies among it.

    `unread`: documents that cannot be used, and why.
    """

    distributions: tuple[Distribution, ...]
    response_headers: Mapping[str, ResponseHeaders]
    cache: Mapping[str, CachePolicy]
    origin_request: Mapping[str, OriginRequestPolicy]
    deployments: Mapping[str, Deployment]
    endpoints: Mapping[str, str]
    unread: tuple[Unread, ...]

    @property
    def staging(self) -> tuple[Distribution, ...]:
        """The staging distributions that are enabled."""
        return tuple(one for one in self.distributions if one.staging and one.enabled)


def assemble(documents: Sequence[Document]) -> Estate:
    """Join the documents of one source by id."""
    shelf, unread = _shelve(documents)
    found = dict(_distributions(shelf))
    odd = [_unlike(shelf, key) for key in sorted(found) if not _alike(shelf, key)]
    at_odds = {reading.scope for reading in odd}
    return Estate(
        tuple(one for key, one in sorted(found.items()) if _scope(key) not in at_odds),
        {one.key: parse_response_headers(one) for one in _of(shelf, Kind.RESPONSE_HEADERS)}
        | {**MANAGED_RESPONSE_HEADERS},
        {one.key: parse_cache(one) for one in _of(shelf, Kind.CACHE)} | {**MANAGED_CACHE},
        {one.key: parse_origin_request(one) for one in _of(shelf, Kind.ORIGIN_REQUEST)}
        | {**MANAGED_ORIGIN_REQUEST},
        {
            one.key: Deployment(flag(one.body, "Enabled"), frozenset(texts(one.body, "Staging")))
            for one in _of(shelf, Kind.DEPLOYMENT)
        },
        {one.key: text(one.body, "Endpoint") for one in _of(shelf, Kind.VPC_ORIGIN)},
        (*unread, *odd),
    )


def _shelve(documents: Sequence[Document]) -> tuple[dict[tuple[str, str], Document], list[Unread]]:
    """By kind and key, in order; two documents that disagree are both left out and said."""
    shelf: dict[tuple[str, str], Document] = {}
    at_odds: dict[tuple[str, str], Unread] = {}
    for document in sorted(documents, key=lambda document: (document.key, document.where)):
        place = (document.kind, document.key)
        known = shelf.setdefault(place, document)
        if known.body != document.body:
            at_odds[place] = _at_odds(document.kind, known, document)
    return {place: one for place, one in shelf.items() if place not in at_odds}, [*at_odds.values()]


def _of(shelf: _Shelf, kind: Kind) -> list[Document]:
    return [document for (given, _), document in shelf.items() if given == kind]


def _distributions(shelf: _Shelf) -> Iterator[tuple[str, Distribution]]:
    keys = {key for kind, key in shelf if kind in {Kind.DISTRIBUTION, Kind.CONFIGURATION}}
    for key in sorted(keys):
        listed = shelf.get((Kind.DISTRIBUTION, key)) or shelf[Kind.CONFIGURATION, key]
        attached = shelf.get((Kind.ATTACHMENT, key))
        tenants = shelf.get((Kind.TENANTS, key))
        yield (
            key,
            parse_distribution(
                listed,
                text(attached.body, "ContinuousDeploymentPolicyId") if attached else None,
                texts(tenants.body, "Domains") if tenants else None,
            ),
        )


def _alike(shelf: _Shelf, key: str) -> bool:
    """Whether a distribution's listing and its own configuration say the same of it."""
    first, second = shelf.get((Kind.DISTRIBUTION, key)), shelf.get((Kind.CONFIGURATION, key))
    if first is None or second is None:
        return True
    return first.body["Settings"] == second.body["Settings"]


def _unlike(shelf: _Shelf, key: str) -> Unread:
    listed, own = shelf[Kind.DISTRIBUTION, key], shelf[Kind.CONFIGURATION, key]
    return _at_odds(Kind.DISTRIBUTION, listed, own)


def _scope(key: str) -> str:
    return f"{SERVICE_NAME} {Kind.DISTRIBUTION} {key}"


def _at_odds(kind: str, first: Document, second: Document) -> Unread:
    hosts = {
        f"host:{name}"
        for one in (first, second)
        for name in (text(one.body, "DomainName"), *texts(inside(one.body, "Settings"), "Aliases"))
        if name
    }
    return Unread(
        scope=f"{SERVICE_NAME} {kind} {second.key}",
        source=second.source,
        gap=Gap.INVALID,
        reason=f"{first.where} and {second.where} say different things of it",
        do="keep the newer of the two",
        where=second.where,
        layer=Layer.CDN,
        names=tuple(sorted(hosts)) or (f"cloudfront:{kind}/{second.key}",),
    )
