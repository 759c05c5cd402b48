"""Findings, what is known of them and what a run knew, for the tests of drift."""

from dataclasses import replace

from auditor.core.drift import Held, Known, Snapshot
from auditor.core.finding import Finding, Severity

GATEWAY, APP = "aws:1/eu HttpApi pay", "file:app AppConfig pay"
ROUTE = "api.example.com/v1/*"
BEFORE = Snapshot(
    documents={GATEWAY: Held("aws:1/eu", "g1"), APP: Held("file:app", "a1")},
    sources=frozenset({"aws:1/eu", "file:app"}),
    incomplete=frozenset(),
    version="1",
    rules=frozenset({"widened-origin", "null-origin"}),
    allowlist="k1",
    exclusions="x1",
    evaluated=frozenset({ROUTE}),
)


def finding(subject: str = "https://old.example", **changes: object) -> Finding:
    one = Finding(
        rule="widened-origin",
        severity=Severity.HIGH,
        environment="prod",
        host="api.example.com",
        subject=subject,
        what="it can read",
        why="it is listed",
        do="remove it",
        witness=subject,
        grantor=None,
        routes=(ROUTE,),
        documents=(GATEWAY, APP),
    )
    return replace(one, **changes)  # type: ignore[arg-type]


def remember(one: Finding, snapshot: Snapshot = BEFORE, *, still_open: bool = True) -> Known:
    held = {name: snapshot.documents[name] for name in one.documents if name in snapshot.documents}
    return Known(
        fingerprint=one.fingerprint,
        rule=one.rule,
        evidence=one.evidence,
        open=still_open,
        backlog=False,
        routes=one.routes,
        documents={name: document.digest for name, document in held.items()},
        sources=frozenset(document.source for document in held.values()),
        exclusions=snapshot.exclusions,
    )
