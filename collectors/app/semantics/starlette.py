"""Starlette's CORSMiddleware, which is FastAPI's.

Source: starlette/middleware/cors.py, read at every change from 0.15.0 to 1.10.0.
- `allow_origins` as a list: byte equality, `*` in it is everybody. As a *text*: Python's substring
  test, and a `*` anywhere in it is everybody.
- `allow_origin_regex`: fullmatch, case-sensitive.
- A preflight (Origin and Access-Control-Request-Method) is answered: 200, or 400 with the same
  headers when origin, method or a header is refused; Allow-Origin is sent as soon as the origin is
  allowed. Allow-Credentials goes to refused origins as well.
- `*` with credentials reflects; before 1.0.0 on requests with a Cookie alone (whatever
  `allow_credentials` says).
- From 1.7.0 on, Vary: Origin is on every answer; before, where the origin was reflected.
Access-Control-Request-Private-Network is left out: browsers do not send it.
"""

from auditor.core.hop.behaviour import Behaviour, Case, Respond, Step
from auditor.core.hop.guard import (
    PREFLIGHT,
    Guard,
    Not,
    OriginIn,
    OriginPresent,
    RequestedHeadersWithin,
    RequestedMethodIn,
    RequestHeaderPresent,
)
from auditor.core.hop.header import (
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    ANY_HEADER,
    MAX_AGE,
    VARY,
    HeaderNames,
)
from auditor.core.hop.op import Act, Op, RequestHeader, TheOrigin
from auditor.core.language.pattern import Dialect, Pattern, exact
from collectors.app.policy import Flag, Listed, Names, OneText, Policy
from collectors.app.semantics.preset import (
    Compiled,
    Input,
    Preset,
    Version,
    allow_credentials,
    expose,
    line,
)

ALL_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
SAFELISTED = frozenset({"Accept", "Accept-Language", "Content-Language", "Content-Type"})
VARY_OF_PREFLIGHT = (
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers, "
    "Access-Control-Request-Private-Network"
)
REFLECTS_ALWAYS: Version = (1, 0, 0)
VARIES_ALWAYS: Version = (1, 7, 0)
_VARY_ORIGIN = line(Act.ADD_TOKEN, VARY, "Origin")


def compile_starlette(policy: Policy, version: Version) -> Compiled:
    """What CORSMiddleware does with `policy`."""
    if isinstance(policy.origins, Flag):
        return Compiled(Behaviour(), faults=("true or false is no list of origins; give a list",))
    if len(policy.patterns) > 1:
        what = f"{len(policy.patterns)} regular expressions where the product takes one"
        return Compiled(Behaviour(), faults=(f"{what}; join them with |",))
    everyone = _everyone(policy)
    allowed: Guard = () if everyone else (OriginIn(_patterns(policy)),)
    responds = _preflight(policy, version, allowed, everyone)
    edits = (_actual(policy, version, allowed, everyone),)
    return Compiled(Behaviour(responds, edits), notes=_notes(policy))


def _everyone(policy: Policy) -> bool:
    match policy.origins:
        case Listed(entries=entries):
            return any(entry.text == "*" for entry in entries)
        case OneText(entry=entry):
            return "*" in entry.text
        case _:
            return False


def _patterns(policy: Policy) -> tuple[Pattern, ...]:
    regexes = tuple(Pattern(Dialect.PYTHON_FULLMATCH, entry.text) for entry in policy.patterns)
    match policy.origins:
        case Listed(entries=entries):
            return (*(exact(entry.text) for entry in entries), *regexes)
        case OneText(entry=entry):
            return (Pattern(Dialect.SUBSTRING_OF, entry.text), *regexes)
        case _:
            return regexes


def _notes(policy: Policy) -> tuple[str, ...]:
    if not isinstance(policy.origins, OneText):
        return ()
    entry = policy.origins.entry
    if "*" in entry.text:
        return (f"{entry.field} is a text with * in it: allow_origins then means every origin",)
    return (f"{entry.field} is a text, not a list: every origin that is a part of it is let in",)


# -- preflights ------------------------------------------------------------------------------------


def _preflight(
    policy: Policy, version: Version, allowed: Guard, everyone: bool
) -> tuple[Respond, ...]:
    methods = _methods(policy, version)
    names = _header_names(policy)
    lines = _preflight_lines(policy, version, everyone, methods)
    reflect = not everyone or policy.credentials.on
    origin = line(Act.SET, ALLOW_ORIGIN, TheOrigin() if reflect else "*", policy.field)
    asked = (RequestedMethodIn(frozenset(methods.items)), RequestedHeadersWithin(names))
    good = Respond((*PREFLIGHT, *allowed, *asked), (200,), (*lines, origin))
    refused = Respond((*PREFLIGHT, *allowed), (400,), (*lines, origin))
    stranger = Respond(PREFLIGHT, (400,), lines)
    return (good, refused) if everyone else (good, refused, stranger)


def _preflight_lines(
    policy: Policy, version: Version, everyone: bool, methods: Names
) -> tuple[Op, ...]:
    vary: tuple[Op, ...] = ()
    if version >= VARIES_ALWAYS:
        vary = (line(Act.SET, VARY, VARY_OF_PREFLIGHT),)
    elif not everyone or policy.credentials.on:
        vary = (line(Act.SET, VARY, "Origin"),)
    max_age = policy.max_age or Names(("600",), "")
    return (
        *vary,
        line(Act.SET, ALLOW_METHODS, ", ".join(methods.items), methods.field),
        line(Act.SET, MAX_AGE, max_age.items[0], max_age.field),
        _headers_line(policy),
        *allow_credentials(Act.SET, policy.credentials),
    )


def _methods(policy: Policy, version: Version) -> Names:
    given = policy.methods or Names(("GET",), "")
    if "*" not in given.items:
        return given
    added = ("QUERY",) if version >= VARIES_ALWAYS else ()
    return Names((*ALL_METHODS, *added), given.field)


def _header_names(policy: Policy) -> HeaderNames:
    given = () if policy.headers is None else policy.headers.items
    if "*" in given:
        return ANY_HEADER
    return HeaderNames(frozenset(name.lower() for name in SAFELISTED.union(given)))


def _headers_line(policy: Policy) -> Op:
    given = policy.headers or Names((), "")
    if "*" in given.items:
        asked = RequestHeader("access-control-request-headers")
        return line(Act.SET, ALLOW_HEADERS, asked, given.field)
    names = sorted(SAFELISTED.union(given.items))
    return line(Act.SET, ALLOW_HEADERS, ", ".join(names), given.field)


# -- everything else -------------------------------------------------------------------------------


def _actual(policy: Policy, version: Version, allowed: Guard, everyone: bool) -> Step:
    always = (_VARY_ORIGIN,) if version >= VARIES_ALWAYS else ()
    others = (*allow_credentials(Act.SET, policy.credentials), *expose(Act.SET, policy))
    reflected = (line(Act.SET, ALLOW_ORIGIN, TheOrigin(), policy.field), *others, _VARY_ORIGIN)
    absent = Case((Not(OriginPresent()),), always)
    if not everyone:
        return (absent, Case(allowed, reflected), Case((), (*others, *always)))
    star = Case((), (line(Act.SET, ALLOW_ORIGIN, "*", policy.field), *others, *always))
    if version < REFLECTS_ALWAYS:
        return (absent, Case((RequestHeaderPresent("cookie"),), reflected), star)
    return (absent, Case((), reflected) if policy.credentials.on else star)


STARLETTE = Preset(
    name="starlette",
    oldest=(0, 15, 0),
    newest=(1, 10, 0),
    compile=compile_starlette,
    remedy="remove {origin} from what the application passes as allow_origins or allow_origin_regex",
    aliases=("fastapi",),
    foreign=("fastapi",),
    without=frozenset({Input.ALLOW_ALL}),
)
