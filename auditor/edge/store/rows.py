"""The parts of a record as rows of spans, and back. Columns: those of schema.py, in order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Final

from auditor.core.drift import Cause, Drift, State
from auditor.core.finding import Finding
from auditor.core.reading import Document, Json, Touch, Unread, Where
from auditor.core.waiver.waiver import Waived
from auditor.edge.store.codec import decode, encode
from auditor.edge.store.record import (
    Blind,
    Input,
    InputKind,
    RouteRecord,
    SourceRead,
    Unlinked,
)
from auditor.edge.store.spans import Row

_SAID: Final = "said"
"""A key beside the fields of what was unread."""
_ENCODER: Final = json.JSONEncoder(sort_keys=True)
_REMEMBERED: Final = 65_536
"""Findings and lists of names that are kept at hand: nights and routes repeat them."""


def plain(text: str) -> str:
    """`text` as SQLite holds it and gives it back: half surrogate pairs, of odd file names, are spelled
    out, and a member of a StrEnum is its text."""
    # `str` of a text is that text: most are.
    return str(text) if text.isascii() else text.encode(errors="backslashreplace").decode()


def dump(value: object) -> str:
    """JSON text, the same for equal values."""
    return _ENCODER.encode(value)


@lru_cache(maxsize=_REMEMBERED)
def _dump_names(names: tuple[str, ...]) -> str:
    return dump(names)


def document_row(document: Document) -> Row:
    """A row of document_spans."""
    where, lines = document.where, dump(dict(document.lines))
    source, kind, key = plain(document.source), plain(document.kind), plain(document.key)
    return (source, kind, key, document.digest, plain(where.place), where.line, lines)


def read_document(row: Row, body: Mapping[str, Json], touched: Touch | None) -> Document:
    """The document of a row of document_spans, with the body and the touch stored for its hash."""
    source, kind, key, _, place, line, lines = row
    return Document(source, kind, key, body, Where(place, line), json.loads(lines), touched)


def source_row(one: SourceRead) -> Row:
    """A row of source_spans."""
    return (plain(one.source), plain(one.kind), one.found, one.read, one.excluded)


def read_source(row: Row) -> SourceRead:
    """The count of a row of source_spans."""
    return SourceRead(*row)


def unread_row(blind: Blind) -> Row:
    """A row of unread_spans."""
    one, routes = blind.unread, blind.routes
    texts = (one.scope, one.source, one.gap.value, one.reason, one.do)
    body = encode(one)
    if blind.said and isinstance(body, dict):
        body[_SAID] = True
    return (*map(plain, texts), len(routes), dump(routes), dump(body))


def read_unread(row: Row) -> Blind:
    """What was unread by a row of unread_spans."""
    *_, routes, text = row
    body = json.loads(text)
    return Blind(decode(Unread, body), tuple(json.loads(routes)), bool(body.get(_SAID)))


def unlinked_row(one: Unlinked) -> Row:
    """A row of unlinked_spans."""
    routes, blinds = dump(one.routes), dump(one.blinds)
    return (plain(one.name), plain(one.cause), len(one.blinds), routes, blinds)


def read_unlinked(row: Row) -> Unlinked:
    """The end of a row of unlinked_spans."""
    name, cause, _, routes, blinds = row
    return Unlinked(name, cause, tuple(json.loads(routes)), tuple(json.loads(blinds)))


def route_row(route: RouteRecord) -> Row:
    """A row of route_spans."""
    texts = (route.name, route.environment, route.host, route.path, route.verdict)
    hops, sources, skipped = map(_dump_names, (route.hops, route.sources, route.skipped))
    return (*map(plain, texts), int(route.blinded), hops, route.evaluation, sources, skipped)


def read_route(row: Row) -> RouteRecord:
    """The route of a row of route_spans."""
    name, environment, host, path, verdict, blinded, hops, evaluation, sources, skipped = row
    return RouteRecord(
        name=name,
        environment=environment,
        host=host,
        path=path,
        verdict=verdict,
        hops=tuple(json.loads(hops)),
        evaluation=evaluation,
        blinded=bool(blinded),
        sources=tuple(json.loads(sources)),
        skipped=tuple(json.loads(skipped)),
    )


@lru_cache(maxsize=_REMEMBERED)
def claim_of(finding: Finding) -> tuple[str, str]:
    """The hash and the JSON text of a whole finding."""
    body = dump(encode(finding))
    return sha256(body.encode()).hexdigest(), body


@lru_cache(maxsize=_REMEMBERED)
def read_claim(body: str) -> Finding:
    """The finding that `claim_of` wrote; raises ValueError when it is none."""
    return decode(Finding, json.loads(body))


def drift_row(drift: Drift) -> Row:
    """A row of finding_spans."""
    finding = drift.finding
    witness = None if finding is None or finding.witness is None else plain(finding.witness)
    return (
        drift.fingerprint,
        drift.state.value,
        None if drift.cause is None else drift.cause.value,
        None if finding is None else finding.severity.word,
        witness,
        None if finding is None else finding.evidence,
        None if drift.reason is None else plain(drift.reason),
        dump(drift.changed),
        dump([cause.value for cause in drift.also]),
        int(drift.backlog),
        None if drift.waived is None else dump(encode(drift.waived)),
        None if finding is None else claim_of(finding)[0],
    )


def read_drift(row: Row, finding: Finding | None) -> Drift:
    """The drift of a row of finding_spans, and the finding stored for its claim."""
    fingerprint, state, cause, _, _, _, reason, changed, also, backlog, waived, _ = row
    return Drift(
        fingerprint=fingerprint,
        state=State(state),
        cause=None if cause is None else Cause(cause),
        backlog=bool(backlog),
        finding=finding,
        changed=tuple(json.loads(changed)),
        also=tuple(Cause(word) for word in json.loads(also)),
        reason=reason,
        waived=None if waived is None else decode(Waived, json.loads(waived)),
    )


def input_row(one: Input) -> Row:
    """A row of input_spans."""
    return (one.kind.value, plain(one.name), one.digest)


def read_input(row: Row, text: str | None) -> Input:
    """The input of a row of input_spans, and the text stored for its hash."""
    kind, name, digest = row
    return Input(InputKind(kind), name, text, digest)
