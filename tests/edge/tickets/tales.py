"""Hand-made findings, and what is told of them in tickets and messages."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from auditor.core.allowlist import OriginEntry, RouteMatch
from auditor.core.drift import Cause, Drift, State
from auditor.core.finding import Certainty, Finding, Grantor, Severity
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.reading import Layer, Touch, Where
from auditor.core.review import Review
from auditor.core.waiver.waiver import OfFinding, OfOrigins, Waived, Waiver
from auditor.edge.tickets import comments, review, umbrella
from auditor.edge.tickets.messages import (
    Backlog,
    Digest,
    Line,
    Notice,
    UnreadLine,
)
from auditor.edge.tickets.prose import Prose
from auditor.edge.tickets.telling import Changed, RunMark, Telling
from auditor.edge.tickets.title import ticket_title

NIGHT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TODAY = NIGHT.date()
RUN = RunMark(213, NIGHT)
ROUTE = "api.example.com/v1/accounts/*"
OLD = "https://old-portal.example.com"

WIDENED = Finding(
    rule="widened-origin",
    severity=Severity.HIGH,
    environment="prod",
    host="api.example.com",
    subject=OLD,
    what=f"{OLD} can read {ROUTE} with cookies. Not allowed.",
    why=f"HTTP API accounts lists {OLD} (AllowOrigins[3]). The allowlist does not.",
    do="Remove it from AllowOrigins of the HTTP API.",
    witness=OLD,
    grantor=Grantor(
        Layer.GATEWAY,
        "accounts",
        "AllowOrigins",
        "accounts",
        "HTTP API a1b2c3d4e5 (payments-prod, eu-west-1)",
        Where("HTTP API a1b2c3d4e5"),
        "CorsConfiguration.AllowOrigins[3]",
    ),
    routes=(ROUTE, "api.example.com/v1/me", "PUT api.example.com/v1/settings"),
    owner="team-accounts",
    managed_by="CloudFormation stack accounts-api-prod",
    capabilities=("read_cred",),
    because=("AllowCredentials is read as a boolean",),
    documents=("aws:111122223333/eu-west-1 HttpApi accounts",),
)
CHANGE = Changed(
    "HttpApi accounts  HTTP API a1b2c3d4e5",
    (f'CorsConfiguration.AllowOrigins: + "{OLD}"',),
    Touch("role deploy-ci", "UpdateApi", "2026-11-22T02:41:00Z", "CloudTrail"),
)


def drift(finding: Finding, state: State = State.NEW, cause: Cause = Cause.CONFIGURATION) -> Drift:
    return Drift(finding.fingerprint, state, cause, False, finding, finding.documents)


FULL = Telling(
    finding=WIDENED,
    drift=drift(WIDENED),
    run=RUN,
    changes=(CHANGE,),
    confirmed="confirmed live 03:06",
    due=date(2026, 11, 27),
    owner_from="tag team on HTTP API a1b2c3d4e5",
    service_owner="group:accounts",
    url="https://api.example.com/v1/accounts/1",
    control="https://app.example.com",
    allow_at="allowlist/accounts.yaml",
    allow_match=ROUTE,
    read=("cdn", "gateway", "ingress", "app"),
    references=("OWASP ASVS 5.0.0, 3.4.2", "NIST CSF 2.0 PR.AA-05 (PR.AC-4 is its id in CSF 1.1)"),
    version="1.4.0",
)


def about(rule: str, **rest: object) -> Telling:
    """The least that is known of a finding of `rule`."""
    finding = replace(WIDENED, rule=rule, routes=(ROUTE,), managed_by=None, because=(), **rest)
    return Telling(finding, drift(finding), RUN, url=FULL.url)


LEAK = about(
    "inner-policy-leaks",
    severity=Severity.CRITICAL,
    subject="*",
    what=f"Any site can read and send PUT to {ROUTE} with cookies.",
    why="ingress-nginx lists 2 origins but only sets headers when one matches.",
    do="Set CORS_ORIGINS to the two allowed origins, or turn CORS off in the app.",
    witness="https://evil-example.com",
    capabilities=("read_cred", "send_cred"),
    certainty=Certainty.CONDITIONAL,
    owner=None,
    grantor=Grantor(
        Layer.APP,
        "portal",
        "CORS_ORIGINS",
        "app",
        "app portal/portal-api, flask-cors 6.0.5",
        Where("services/portal.yaml", 31),
    ),
)
NARROWED = about(
    "narrowed-origin",
    severity=Severity.MEDIUM,
    subject="PUT",
    what=f"https://qa.partner.example cannot send PUT to {ROUTE}, although the allowlist lets it.",
    why="In the preflight, the method is not listed: PUT. HTTP API accounts decides it.",
    do="Add PUT to AllowMethods of HTTP API accounts.",
    witness="https://qa.partner.example",
    capabilities=("send_cred",),
)
UNREAD = about(
    "unread-hop",
    severity=Severity.MEDIUM,
    subject="AssumeRole CorsAudit: AccessDenied",
    what=f"What origins can do on {ROUTE} cannot be told: AssumeRole CorsAudit: AccessDenied.",
    why="",
    do="Give the auditor access: cors-audit policy aws --for 444455556666.",
    witness=None,
    grantor=None,
    capabilities=(),
)
ROLLOUT = about(
    "layers-disagree",
    severity=Severity.LOW,
    subject="gateway accounts",
    what=f"Two layers of {ROUTE} decide differently about {OLD}.",
    do="Let one layer decide: take CORS out of HTTP API accounts or of app accounts.",
)
LITERAL = about(
    "wildcard-credentials",
    severity=Severity.MEDIUM,
    subject="*",
    what=f"Nobody can read {ROUTE} with cookies, and any site can read it without.",
    do="List the origins that are meant in AllowOrigins of HTTP API accounts, instead of any.",
    capabilities=("read_anon",),
)
NULL = about(
    "null-origin",
    subject="null",
    witness="null",
    what=f"Any page, as the opaque origin null, can read {ROUTE} with cookies.",
    do="Remove null from AllowOrigins of HTTP API accounts.",
)
BEYOND = about(
    "widened-origin",
    severity=Severity.MEDIUM,
    subject="access-control-allow-methods",
    what=f"https://app.example.com can send DELETE to {ROUTE}. The allowlist does not name that.",
    do="Bring AllowMethods of HTTP API accounts in line with the allowlist.",
    witness="https://app.example.com",
    capabilities=("send_cred",),
)
PATTERN = about(
    "widened-origin",
    subject="https://*.example.com",
    what=f"Any origin matching https://*.example.com can read {ROUTE} with cookies. Not allowed.",
)
WAIVER_OVER = Telling(
    replace(
        about("expired-waiver").finding,
        severity=Severity.LOW,
        environment="waivers",
        host="waivers.yaml",
        subject="finding 7f3a91c2",
        what="The waiver for finding 7f3a91c2 ended on 2026-11-21 and accepts nothing any more.",
        why="",
        do="Remove the line, or have it approved again with another day.",
        witness=None,
        grantor=Grantor(None, "k", "", "", "waivers.yaml:4", Where("waivers.yaml", 4)),
        routes=(),
        owner="team-web",
        capabilities=(),
    ),
    drift(WIDENED),
    RUN,
)
RELEASED = replace(
    FULL,
    drift=replace(drift(WIDENED, State.STANDING), cause=None, backlog=True),
    changes=(),
    confirmed=None,
    released=True,
    unread=("mesh",),
)
TICKETS: Mapping[str, Telling] = {
    "widened": FULL,
    "leak": LEAK,
    "narrowed": NARROWED,
    "unread": UNREAD,
    "rollout": ROLLOUT,
    "literal": LITERAL,
    "null": NULL,
    "beyond": BEYOND,
    "pattern": PATTERN,
    "waiver-over": WAIVER_OVER,
    "released": RELEASED,
}
BEFORE = replace(
    WIDENED,
    severity=Severity.MEDIUM,
    what=f"{OLD} can read {ROUTE} without cookies. Not allowed.",
    routes=(ROUTE, "api.example.com/v0"),
    capabilities=("read_anon",),
)
WAIVED = Waived("k", "2026-12-22", "the partner moves in January", "sec-appsec", "waivers.yaml:4")
MEMBERS = (
    WIDENED,
    LEAK.finding,
    NARROWED.finding,
    NULL.finding,
    replace(NULL.finding, environment="staging", owner=None),
)
ENTRY = OriginEntry(
    Pattern(Dialect.EXACT, "https://shop.partner.example"),
    "team-accounts",
    Where("allowlist/accounts.yaml", 5),
    purpose="partner shop",
    ticket="SEC-1042",
    review_by=date(2026, 11, 20),
)
REVIEW = Review(
    "team-accounts",
    "2026-Q4",
    (ENTRY, replace(ENTRY, pattern=Pattern(Dialect.EXACT, "https://b.example"), purpose=None,
                    ticket=None, review_by=date(2026, 12, 24))),
    (("api.example.com/v1/accounts/*", "api.example.com/v1/me"), ()),
)  # fmt: skip
EXPLAINED: Mapping[str, Prose] = {
    "changed": comments.comment_changed(
        replace(FULL, drift=drift(WIDENED, State.CHANGED), confirmed=None, due=None), BEFORE
    ),
    "changed-bare": comments.comment_changed(
        Telling(WIDENED, drift(WIDENED, State.CHANGED, Cause.ALLOWLIST), RUN), None
    ),
    "worse": comments.comment_worse(replace(FULL, drift=drift(WIDENED, State.CHANGED)), BEFORE),
    "fixed": comments.comment_fixed(
        RUN,
        (replace(CHANGE, lines=(f'CorsConfiguration.AllowOrigins: - "{OLD}"',)),),
    ),
    "fixed-bare": comments.comment_fixed(RUN),
    "accepted": comments.comment_accepted(RUN, WAIVED),
    "expired": comments.comment_expired(replace(FULL, drift=drift(WIDENED, State.STANDING)), WAIVED),
    "regressed": comments.comment_regressed(
        replace(FULL, drift=drift(WIDENED, State.REGRESSED)), date(2026, 10, 3)
    ),
    "by-hand": comments.comment_by_hand(FULL),
    "escalated": comments.comment_escalated(RUN, WIDENED),
    "escalated-umbrella": comments.comment_escalated(RUN, None),
    "unverified": comments.comment_unverified(RUN, "not read by this run: aws:444455556666"),
    "verified": comments.comment_verified(replace(FULL, drift=drift(WIDENED, State.STANDING), due=None)),
    "umbrella": umbrella.umbrella_body(MEMBERS, RUN, 3),
    "umbrella-changed": umbrella.comment_umbrella_changed(MEMBERS[:2], 3, RUN),
    "umbrella-fixed": umbrella.comment_umbrella_fixed(RUN),
    "umbrella-by-hand": umbrella.comment_umbrella_by_hand(MEMBERS[:2], RUN),
    "review": review.review_body(REVIEW, TODAY),
    "review-changed": review.comment_review_changed(replace(REVIEW, entries=(ENTRY,), routes=((),)), TODAY, RUN),
    "review-done": review.comment_review_done(RUN),
    "review-by-hand": review.comment_review_by_hand(REVIEW, TODAY, RUN),
}  # fmt: skip
LINES = (
    Line(
        Severity.HIGH,
        "7f3a91c2",
        ticket_title(WIDENED),
        "team-accounts",
        date(2026, 11, 22),
        "ACC-4312",
        "https://tracker.example/browse/ACC-4312",
    ),
    Line(Severity.CRITICAL, "9c04d1aa", ticket_title(LEAK.finding), None, date(2026, 8, 1)),
)
NOTICE = Notice(
    RUN,
    LINES,
    (
        UnreadLine("aws:777788889999/eu-south-1", "throttled to the end",
                   "cors-audit audit --resume last --unread", 12),
        UnreadLine("aws:444455556666", "AssumeRole CorsAudit: AccessDenied",
                   "cors-audit policy aws --for 444455556666", 29),
    ),
    ("jira:ACC: no answer from the server; 3 messages wait",),
)  # fmt: skip
WAIVERS = (
    Waiver(OfFinding("7f3a91c2" * 8), "moves in January", "sec-appsec", date(2026, 11, 28),
           Where("waivers.yaml", 4)),
    Waiver(
        OfOrigins(Pattern(Dialect.EXACT, "https://x.example"), RouteMatch("api.example.com")),
        "trial", "sec-appsec", date(2026, 12, 6), Where("waivers.yaml", 9)),
    Waiver(OfFinding("0f" * 32), "later", "sec-appsec", date(2026, 12, 7), Where("waivers.yaml", 12)),
    Waiver(OfFinding("1f" * 32), "over", "sec-appsec", date(2026, 11, 21), Where("waivers.yaml", 13)),
)  # fmt: skip
DIGEST = Digest(
    "team-accounts",
    RUN,
    LINES[:1],
    (*LINES, replace(LINES[0], since=date(2026, 11, 1), short="00000000", ticket=None, url=None)),
    Backlog(475, 463, 5),
    WAIVERS,
    (("https://shop.partner.example", date(2026, 11, 20)),),
    (replace(LINES[0], short="11111111"),),
)
