"""Records of runs for the tests of the store: small, large, and as one night follows another."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from auditor.core.drift import compare, document_name
from auditor.core.finding import Certainty, Finding, Grantor, Severity
from auditor.core.reading import Document, Gap, Layer, Unread, Where
from auditor.edge.store.record import (
    Blind,
    RouteRecord,
    RunHead,
    RunRecord,
    Scope,
    SourceRead,
    Unlinked,
)
from auditor.edge.store.snapshot import take_snapshot
from auditor.edge.store.store import Store

START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
GATEWAY, APP = "aws:111122223333/eu-west-1", "file:services"
ROUTE = "api.example.com/v1/accounts/*"
OLD_PORTAL = "https://old-portal.example.com"


def head(scope: Scope | None = None, *, complete: bool = True) -> RunHead:
    return RunHead(
        scope=scope or Scope("prod"),
        started=START,
        finished=START + timedelta(minutes=7),
        version="0.9",
        rules=("null-origin", "widened-origin"),
        rules_digest="r1",
        allowlist="k1",
        complete=complete,
        exit_code=10 if complete else 13,
        exclusions="x1",
        counts={"routes": 1},
    )


def gateway(*origins: str) -> Document:
    body = {"CorsConfiguration": {"AllowOrigins": list(origins), "AllowCredentials": True}}
    return Document(GATEWAY, "HttpApi", "payments", body, Where("HTTP API payments"))


APP_CONFIG = Document(
    APP, "AppConfig", "a.env", {"CORS_ORIGINS": "*"}, Where("services/a.env", 3), {"/x": 3}
)


def widened(origin: str = OLD_PORTAL) -> Finding:
    where = Where("HTTP API payments")
    return Finding(
        rule="widened-origin",
        severity=Severity.HIGH,
        environment="prod",
        host="api.example.com",
        subject=origin,
        what=f"{origin} can read responses with cookies",
        why="the gateway lists it, the allowlist does not",
        do=f"remove {origin}",
        witness=origin,
        grantor=Grantor(Layer.GATEWAY, "payments", "AllowOrigins[3]", "h1", "HTTP API", where),
        routes=(ROUTE,),
        certainty=Certainty.CONDITIONAL,
        capabilities=("read_cred",),
        documents=(document_name(gateway()),),
    )


END = Unlinked("host:x.internal", "nothing answers to host:x.internal", (ROUTE,), (ROUTE,))
DENIED = Unread(GATEWAY, GATEWAY, Gap.DENIED, "AccessDenied", "grant it", Where("role CorsAudit"))


def night(
    *origins: str, scope: Scope | None = None, denied: bool = False, app: bool = True
) -> RunRecord:
    """A run that met these origins at the gateway, or was not let in there."""
    route = RouteRecord(
        name=ROUTE,
        environment="prod",
        host="api.example.com",
        path="/v1/accounts/*",
        verdict="cannot tell" if denied else "clean",
        hops=("payments", "accounts"),
        evaluation="e1",
        blinded=denied,
        sources=(GATEWAY, APP) if app else (GATEWAY,),
    )
    seen = SourceRead(GATEWAY, "HttpApi", 1, 0 if denied else 1)
    return RunRecord(
        head=head(scope, complete=not denied),
        documents=(
            *((APP_CONFIG,) if app else ()),
            *(() if denied else (gateway(*origins),)),
        ),
        sources=(seen, SourceRead(APP, "AppConfig", 4, 1, 3)) if app else (seen,),
        unread=(Blind(DENIED, (ROUTE,)),) if denied else (),
        routes=(route,),
        unlinked=(END,) if denied else (),
    )


def audit(store: Store, record: RunRecord, findings: Iterable[Finding] = ()) -> RunRecord:
    """What a run does with a store: compare, then save; the record as it was saved."""
    scope = record.head.scope
    with store.begin():
        within = None if scope.whole else frozenset(route.name for route in record.routes)
        now = take_snapshot(record)
        drifts = compare(store.before(scope), now, store.known(scope), findings, within)
        record = replace(record, drifts=drifts)
        run = store.save(record)
    return replace(record, head=replace(record.head, id=run))


def large(
    documents: int = 500, routes: int = 2_143, findings: int = 300
) -> tuple[RunRecord, tuple[Finding, ...]]:
    """A night of a whole estate, and its findings."""
    held = tuple(
        Document(
            f"kube:prod-{number % 40}",
            "Ingress",
            f"team-{number % 60}/app-{number:04}",
            {"annotations": {"enable-cors": "true"}, "hosts": [f"a{number}.example.com"]},
            Where(f"deploy/app-{number:04}.yaml", number),
        )
        for number in range(documents)
    )
    ways = tuple(
        RouteRecord(
            name=f"a{number % documents}.example.com/v{number}/*",
            environment="prod",
            host=f"a{number % documents}.example.com",
            path=f"/v{number}/*",
            verdict="clean",
            hops=("cdn E1EXAMPLE", "payments-prod eu-west-1", f"app-{number % documents:04}"),
            evaluation=f"{number % 97:064x}",
            blinded=False,
            sources=(f"kube:prod-{number % documents % 40}",),
        )
        for number in range(routes)
    )
    found = tuple(
        replace(
            widened(f"https://o{number}.example"),
            routes=(ways[number % routes].name,),
            documents=(document_name(held[number % documents]),),
        )
        for number in range(findings)
    )
    counts = tuple(SourceRead(f"kube:prod-{number}", "Ingress", 13, 13) for number in range(40))
    return RunRecord(head(), held, counts, (), ways), found
