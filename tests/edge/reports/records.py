"""Hand-made runs for the reports: an estate on its first night, the night after, and in bad shape."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from auditor.core.drift import Cause, Drift, State, document_name
from auditor.core.finding import Certainty, Finding, Grantor, Severity
from auditor.core.reading import Document, Gap, Layer, Unread, Where
from auditor.edge.reports.past import INCOMPLETENESS, Nights
from auditor.edge.store.record import (
    Blind,
    RouteRecord,
    RunHead,
    RunRecord,
    Scope,
    SourceRead,
    Unlinked,
)

START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
AWS, KUBE, FILES = "aws:111122223333/eu-west-1", "kube:prod-1", "file:services"
PORTAL, ACCOUNTS = "portal-api.example.com/*", "api.example.com/v1/accounts/*"
BILLING = "billing.example.com/*"


def gateway(*origins: str) -> Document:
    body = {"CorsConfiguration": {"AllowOrigins": list(origins), "AllowCredentials": True}}
    return Document(AWS, "HttpApi", "accounts", body, Where("HTTP API accounts"))


def portal(value: str) -> Document:
    where = Where("services/portal.yaml", 31)
    return Document(FILES, "AppConfig", "portal", {"CORS_ORIGINS": value}, where)


ACCOUNTS_BEFORE = gateway("https://app.example.com")
ACCOUNTS_NOW = gateway("https://app.example.com", "https://old-portal.example.com")
PORTAL_BEFORE, PORTAL_NOW = portal("https://portal.example.com"), portal("*")
INGRESS = Document(
    KUBE, "Ingress", "web/portal", {"namespace": "web", "name": "portal"}, Where("web/portal")
)

LEAK = Finding(
    rule="inner-policy-leaks",
    severity=Severity.CRITICAL,
    environment="prod",
    host="portal-api.example.com",
    subject="*",
    what=f"Any site can read {PORTAL} with cookies.",
    why="ingress-nginx lists 2 origins but only sets headers when one matches; for every other "
    "origin the app's own answer passes through.",
    do="Set CORS_ORIGINS to the two allowed origins, or turn CORS off in the app.",
    witness="https://evil-example.com",
    grantor=Grantor(
        Layer.APP,
        "portal",
        "CORS_ORIGINS",
        "app portal",
        "app portal/portal-api, flask-cors 6.0.5",
        Where("services/portal.yaml", 31),
    ),
    routes=(PORTAL,),
    owner="team-portal",
    managed_by="Helm chart portal-api 4.2.0",
    capabilities=("read_cred",),
    because=("flask-cors taken as 6.0.5",),
    documents=(document_name(PORTAL_NOW),),
)
WIDENED = Finding(
    rule="widened-origin",
    severity=Severity.HIGH,
    environment="prod",
    host="api.example.com",
    subject="https://old-portal.example.com",
    what=f"https://old-portal.example.com can read {ACCOUNTS} with cookies. Not allowed.",
    why="AllowOrigins[1] of HTTP API accounts lists https://old-portal.example.com.",
    do="Remove it in the stack that manages the API.",
    witness="https://old-portal.example.com",
    grantor=Grantor(
        Layer.GATEWAY,
        "accounts",
        "AllowOrigins",
        "accounts",
        "HTTP API accounts (payments-prod, eu-west-1)",
        Where("HTTP API accounts"),
    ),
    routes=(ACCOUNTS, "api.example.com/v1/me"),
    certainty=Certainty.CONDITIONAL,
    capabilities=("read_cred",),
    documents=(document_name(ACCOUNTS_NOW),),
)
NARROWED = replace(
    WIDENED,
    rule="narrowed-origin",
    severity=Severity.MEDIUM,
    environment="staging",
    subject="https://qa.partner.example",
    what="https://qa.partner.example cannot send PUT to api.stg.example.com/v2/*. Allowed.",
    why="AllowMethods of HTTP API accounts lists GET alone.",
    do="Add PUT to AllowMethods.",
    witness="https://qa.partner.example",
    host="api.stg.example.com",
    routes=("api.stg.example.com/v2/*",),
    owner="team-partners",
    certainty=Certainty.CERTAIN,
    capabilities=("send_cred",),
    documents=(),
)
OLD_NULL = replace(
    WIDENED,
    rule="null-origin",
    subject="null",
    what=f"null can read {ACCOUNTS} without cookies.",
    witness="null",
    owner="team-accounts",
    capabilities=("read_anon",),
)
UNDECIDED = replace(
    NARROWED,
    rule=INCOMPLETENESS,
    environment="prod",
    host="billing.example.com",
    subject="nothing that was read answers to service:prod-1/billing/api",
    what=f"What origins can do on {BILLING} cannot be told.",
    do="Let the auditor read what stands behind it, or map its file under files.",
    routes=(BILLING,),
    owner=None,
)
UNANSWERED = "nothing that was read answers to "
ENDS = (
    Unlinked(
        "service:kube:prod-1/billing/api",
        f"{UNANSWERED}service:kube:prod-1/billing/api",
        (BILLING,),
        (BILLING,),
    ),
    Unlinked(
        "host:legacy.internal",
        f"{UNANSWERED}host:legacy.internal",
        (BILLING, "api.stg.example.com/v2/*"),
        (BILLING, "api.stg.example.com/v2/*"),
    ),
    Unlinked("http-api:a1/prod", f"{UNANSWERED}http-api:a1/prod", (BILLING,), (BILLING,)),
    Unlinked("lambda:x", f"{UNANSWERED}lambda:x", (PORTAL,)),
)
DENIED = Unread(
    "aws:444455556666",
    "aws:444455556666",
    Gap.DENIED,
    "AssumeRole CorsAudit: AccessDenied",
    "grant the role to this account",
    Where("aws:444455556666"),
)
UNMAPPED = Unread(
    "file:services/legacy.env",
    FILES,
    Gap.UNSUPPORTED,
    "it mentions CORS, and no mapping reads it",
    "name it under files: with key, like and serves, or exclude it",
    Where("services/legacy.env"),
)


def route(
    name: str, verdict: str = "clean", environment: str = "prod", *, blinded: bool = False
) -> RouteRecord:
    host, _, path = name.partition("/")
    return RouteRecord(
        name, environment, host, f"/{path}", verdict, ("hop",), "e", blinded, (AWS,), ()
    )


ROUTES = (
    route(PORTAL, "widened"),
    route(ACCOUNTS, "widened if what was not read is transparent"),
    route("api.example.com/v1/me", "widened if what was not read is transparent"),
    route("api.stg.example.com/v2/*", "narrowed", "staging"),
    route(BILLING, "cannot tell", blinded=True),
    route("new.example.com/*", "not compared"),
)


def head(run: int | None, start: datetime, **changed: object) -> RunHead:
    base = RunHead(
        scope=Scope("cors-audit.yaml"),
        started=start,
        finished=start + timedelta(minutes=7),
        version="1.4.0",
        rules=(INCOMPLETENESS, "inner-policy-leaks", "narrowed-origin", "widened-origin"),
        rules_digest="r1",
        allowlist="k1",
        complete=False,
        exit_code=13,
        counts={"paths": 4, "routes": 6},
        id=run,
    )
    return replace(base, **changed)


SOURCES = (
    SourceRead("aws:111122223333", "regions", 17, 16, 1),
    SourceRead(AWS, "HTTP APIs", 388, 388),
    SourceRead("aws:444455556666", "the account", 1, 0),
    SourceRead(KUBE, "Ingress", 1_902, 1_861, 41),
    SourceRead(FILES, "files", 240, 219, 20),
)


def drift(finding: Finding, state: State, cause: Cause | None = None, **rest: object) -> Drift:
    return replace(Drift(finding.fingerprint, state, cause, False, finding), **rest)


def first_night(run: int | None = 1, **changed: object) -> Nights:
    """Everything is there when it is first read: backlog."""
    found = (LEAK, WIDENED, NARROWED, OLD_NULL, UNDECIDED)
    return Nights(
        RunRecord(
            head(run, START - timedelta(days=1), **changed),
            (ACCOUNTS_NOW, PORTAL_NOW, INGRESS),
            SOURCES,
            (Blind(DENIED, (BILLING,)), Blind(UNMAPPED, ())),
            ROUTES,
            tuple(drift(one, State.NEW, Cause.FIRST_READ, backlog=True) for one in found),
        )
    )


def night_before() -> RunRecord:
    found = (NARROWED, OLD_NULL, UNDECIDED)
    return RunRecord(
        head(212, START - timedelta(days=1)),
        (ACCOUNTS_BEFORE, PORTAL_BEFORE, INGRESS),
        SOURCES,
        (Blind(UNMAPPED, ()),),
        (route(PORTAL), route(ACCOUNTS), *ROUTES[2:5]),
        tuple(drift(one, State.STANDING) for one in found),
    )


def night_two() -> Nights:
    """Two new, one standing, one of the backlog, one fixed, one that nobody could look at again."""
    gone = ("0f" * 32, "1e" * 32)
    leak = drift(LEAK, State.NEW, Cause.CONFIGURATION, changed=LEAK.documents)
    also = (Cause.VERSION,)
    widened = drift(
        WIDENED, State.REGRESSED, Cause.CONFIGURATION, changed=WIDENED.documents, also=also
    )
    reason = "not read by this run: aws:444455556666"
    return Nights(
        RunRecord(
            head(213, START),
            (ACCOUNTS_NOW, PORTAL_NOW, INGRESS),
            SOURCES,
            (Blind(DENIED, (BILLING,)), Blind(UNMAPPED, ())),
            ROUTES,
            (
                leak,
                widened,
                drift(NARROWED, State.STANDING),
                drift(OLD_NULL, State.STANDING, backlog=True),
                drift(UNDECIDED, State.STANDING),
                Drift(gone[0], State.RESOLVED, Cause.CONFIGURATION, False, None),
                Drift(gone[1], State.UNVERIFIABLE, None, False, None, reason=reason),
            ),
            ENDS,
        ),
        night_before(),
    )


def clean() -> Nights:
    now = RunRecord(
        head(214, START, complete=True, exit_code=0),
        (INGRESS,),
        (SourceRead(KUBE, "Ingress", 1, 1),),
        (),
        (route(PORTAL), route(ACCOUNTS)),
    )
    return Nights(now, replace(now, head=head(213, START - timedelta(days=1))))


def many(number: int = 13) -> Nights:
    """More causes than a report shows."""
    subjects = [f"https://o{at:02}.example" for at in range(number)]
    return _news(*(drift(replace(LEAK, subject=one), State.NEW) for one in subjects))


def shared(number: int = 25) -> Nights:
    """One setting that many hosts share."""
    hosts = [f"h{at:02}.example.com" for at in range(number)]
    return _news(*(drift(replace(LEAK, host=one), State.NEW) for one in hosts))


def first_read() -> Nights:
    """A source that was read for the first time brings what it already had."""
    return _news(drift(LEAK, State.NEW, Cause.FIRST_READ, backlog=True))


def _news(*drifts: Drift) -> Nights:
    return Nights(replace(clean().now, drifts=drifts), clean().before)


HOSTILE = "x\x1b[31mred\x07\u202edellort\u200b\ufeff\n\r\tend\x9b\u2028\ud800"
"""Everything that a terminal might obey, and half of a surrogate pair."""


def hostile() -> Nights:
    """A run in which every text that comes from outside is hostile."""
    text = HOSTILE
    where = Where(text, 7)
    grantor = Grantor(Layer.APP, text, text, text, text, where)
    finding = Finding(
        text, Severity.HIGH, text, text, text, text, text, text, text, grantor, (text, text + "2"),
        text, text, Certainty.CERTAIN, (text,), (text,), (f"{text} {text} {text}",),
    )  # fmt: skip
    gap = Unread(text, text, Gap.DENIED, text, text, where)
    then = Document(text, text, text, {text: text}, where)
    now = Document(text, text, text, {text: text + "2", "b": [text]}, where)
    record = RunRecord(
        head(2, START, scope=Scope(text, ((text, text),)), allowlist=text),
        (now,),
        (SourceRead(text, text, 3, 1, 1), SourceRead(f"file:{text}", text, 3, 1, 1)),
        (Blind(gap, (text,)),),
        (
            RouteRecord(text, text, text, text, text, (text,), "e", True, (text,), (text,)),
            route(PORTAL),
        ),
        (
            drift(finding, State.NEW, Cause.CONFIGURATION, changed=(document_name(now),)),
            drift(replace(finding, rule=INCOMPLETENESS), State.STANDING),
            Drift("ab" * 32, State.UNVERIFIABLE, None, False, None, reason=text),
        ),
        tuple(
            Unlinked(f"{kind}:{text}", text, (text,), (text,))
            for kind in ("host", "service", "workload", "workload:kube", "other")
        ),
    )
    gone = replace(finding, subject="other")
    before = replace(
        record, documents=(then,), unread=(), drifts=(drift(gone, State.NEW),), routes=()
    )
    return Nights(record, before)
