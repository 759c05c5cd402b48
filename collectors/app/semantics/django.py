"""django-cors-headers.

Source: corsheaders/middleware.py, conf.py, defaults.py and checks.py; 3.14.0, 4.3.1 and 4.9.0 read,
the settings' names are those of 3.5.0 and newer.
- `CORS_ALLOWED_ORIGINS`: scheme and netloc of `urlsplit` are compared, so that any entry without a
  scheme (`null`, `*`, `app.example.com`, an empty one) lets the Origin `null` in.
- `CORS_ALLOWED_ORIGIN_REGEXES`: `re.match`, so the end is open.
- `CORS_ALLOW_ALL_ORIGINS` wins over both; with credentials it reflects.
- OPTIONS with Access-Control-Request-Method is answered 200, with or without an Origin, allowed or
  not. Allowed origins get the list headers on every OPTIONS.
- Vary: origin on every answer. Before 4.3.0 Allow-Credentials went to refused origins as well.
"""

from auditor.core.hop.behaviour import Behaviour, Case, Respond, Step
from auditor.core.hop.guard import OPTIONS, Guard, OriginIn, OriginPresent, RequestedMethodIn
from auditor.core.hop.header import ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, MAX_AGE, VARY
from auditor.core.hop.op import Act, Op, TheOrigin
from auditor.core.language.pattern import Dialect, Pattern
from collectors.app.policy import Entry, Flag, Listed, Names, NotSet, OneText, Policy
from collectors.app.semantics.preset import (
    Compiled,
    Preset,
    Version,
    allow_credentials,
    expose,
    line,
    write,
)

HEADERS = ("accept", "authorization", "content-type", "user-agent", "x-csrftoken", "x-requested-with")  # fmt: skip
HEADERS_BEFORE_4 = tuple(sorted((*HEADERS, "accept-encoding", "dnt", "origin")))
METHODS = ("DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT")
DAY = "86400"
NO_FORBIDDEN_HEADERS: Version = (4, 0, 0)
CREDENTIALS_TO_ALLOWED: Version = (4, 3, 0)


def compile_django(policy: Policy, version: Version) -> Compiled:
    """What CorsMiddleware does with `policy`."""
    listed = _listed(policy)
    if listed is None:
        what = "the product refuses anything but a list of origins here (corsheaders.E006)"
        return Compiled(Behaviour(), faults=(f"{what}; give a list, or say how the text is split",))
    allowed = _allowed(policy, listed)
    vary: Step = (Case((), (line(Act.ADD_TOKEN, VARY, "origin"),)),)
    asks = (*OPTIONS, RequestedMethodIn())
    edits = (vary, *_early_credentials(policy, version), _lines(policy, version, allowed))
    return Compiled(Behaviour((Respond(asks, (200,), edited=True),), edits), notes=_notes(listed))


def _listed(policy: Policy) -> Listed | None:
    match policy.origins:
        case Listed():
            return policy.origins
        case NotSet(field=field):
            return Listed((), field)
        case OneText() | Flag():
            return None


def _allowed(policy: Policy, listed: Listed) -> Guard:
    if policy.allow_all.on:
        return (OriginPresent(),)
    origins = tuple(Pattern(Dialect.DJANGO_LIST, entry.text) for entry in listed.entries)
    regexes = tuple(Pattern(Dialect.PYTHON_MATCH, entry.text) for entry in policy.patterns)
    return (OriginIn(origins + regexes),)


def _early_credentials(policy: Policy, version: Version) -> tuple[Step, ...]:
    if version >= CREDENTIALS_TO_ALLOWED or not policy.credentials.on:
        return ()
    return ((Case((OriginPresent(),), allow_credentials(Act.SET, policy.credentials)),),)


def _lines(policy: Policy, version: Version, allowed: Guard) -> Step:
    field = policy.allow_all.field if policy.allow_all.on else policy.field
    star = policy.allow_all.on and not policy.credentials.on
    lines = (
        line(Act.SET, ALLOW_ORIGIN, "*" if star else TheOrigin(), field),
        *allow_credentials(Act.SET, policy.credentials),
        *expose(Act.SET, policy),
    )
    return (
        Case((*allowed, *OPTIONS), (*lines, *_preflight_lines(policy, version))),
        Case(allowed, lines),
    )


def _preflight_lines(policy: Policy, version: Version) -> tuple[Op, ...]:
    headers = HEADERS if version >= NO_FORBIDDEN_HEADERS else HEADERS_BEFORE_4
    max_age = policy.max_age or Names((DAY,), "")
    return (
        *write(Act.SET, ALLOW_HEADERS, policy.headers or Names(headers, "")),
        *write(Act.SET, ALLOW_METHODS, policy.methods or Names(METHODS, "")),
        *(() if max_age.items == ("0",) else write(Act.SET, MAX_AGE, max_age)),
    )


def _notes(listed: Listed) -> tuple[str, ...]:
    return tuple(
        f"{entry.field} {entry.text!r} has no scheme: it matches no site, but lets the origin null in"
        for entry in listed.entries
        if _schemeless(entry) and entry.text != "null"
    )


def _schemeless(entry: Entry) -> bool:
    return "://" not in entry.text


DJANGO = Preset(
    name="django-cors-headers",
    oldest=(3, 5, 0),
    newest=(4, 9, 0),
    compile=compile_django,
    remedy="remove {origin} from CORS_ALLOWED_ORIGINS or the expression that takes it",
    aliases=("django", "corsheaders"),
    foreign=("django",),
    assumed=("no check_request_enabled signal, and CORS_URLS_REGEX takes every served path",),
)
