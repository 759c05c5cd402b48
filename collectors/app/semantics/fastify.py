"""The `@fastify/cors` plugin of Fastify.

Source: index.js of @fastify/cors; 8.0.0 to 11.4.3 read at every major release, and 8.3.0.
- `origin` not set or `*`: `*` to everybody. A text: that constant to everybody. A list: equality, or
  `RegExp.test` (an unanchored search from the start of the text each time, whatever its flags); from
  8.3.0 on a `*` in a list means `*`, before it is a literal. True: every origin is reflected. False:
  the plugin does nothing, and its own OPTIONS route answers 404. An empty text: each request fails
  with 500.
- Every OPTIONS is answered: 204, or 400 without Origin or Access-Control-Request-Method.
- Allow-Credentials and Expose-Headers go to refused origins as well.
- Vary: Origin on every answer but with a constant or false; before 9.0.0 with these too.
- Allow-Methods: `GET,HEAD,POST` by default from 11.0.0 on, before PUT, PATCH and DELETE as well.
- It writes before the application, which can replace its lines.
"""

from typing import TypeAlias

from auditor.core.hop.behaviour import TRANSPARENT, Behaviour, Case, Respond, Silent
from auditor.core.hop.guard import ALWAYS, OPTIONS, PREFLIGHT, Guard, OriginIn
from auditor.core.hop.header import ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, MAX_AGE, VARY
from auditor.core.hop.op import Act, Op, RequestHeader, TheOrigin
from auditor.core.language.pattern import Dialect, Pattern, exact
from collectors.app.policy import Flag, Listed, NotSet, OneText, Policy
from collectors.app.semantics.preset import (
    Compiled,
    Input,
    Preset,
    Version,
    allow_credentials,
    expose,
    line,
    write,
)

METHODS = ("GET", "HEAD", "POST")
METHODS_BEFORE_11 = ("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE")
STAR_IN_LIST: Version = (8, 3, 0)
CONSTANT_WITHOUT_VARY: Version = (9, 0, 0)
FEWER_METHODS: Version = (11, 0, 0)
_VARY_ORIGIN = line(Act.ADD_TOKEN, VARY, "Origin")
_Group: TypeAlias = tuple[Guard, tuple[Op, ...]]
"""Who is meant, and what they get beside what everybody gets."""


def compile_fastify(policy: Policy, version: Version) -> Compiled:
    """What the plugin does with `policy`."""
    vary_always = () if version >= CONSTANT_WITHOUT_VARY else (_VARY_ORIGIN,)
    match policy.origins:
        case Flag(on=False):
            doing = Behaviour(edits=((Case(ALWAYS, vary_always),),)) if vary_always else TRANSPARENT
            note = "origin is false: the plugin does nothing"
            return Compiled(doing, Silent((200, 404)), (note,))
        case Flag() | OneText() | NotSet() if policy.patterns:
            fault = "regular expressions beside an origin that is no list; put both into one list"
            return Compiled(TRANSPARENT, faults=(fault,))
        case OneText(entry=entry) if not entry.text:
            failing = Behaviour((Respond((), (500,), vary_always, field=entry.field),))
            return Compiled(failing, notes=("origin is empty: the plugin fails on each request",))
        case Listed(entries=entries, field=field):
            return _listed(policy, version, field, tuple(entry.text for entry in entries))
        case NotSet(field=field):
            return _constant(policy, version, "*", field)
        case Flag(field=field):
            return Compiled(_behaviour(policy, version, ((ALWAYS, _reflected(field)),)))
        case OneText(entry=entry):
            return _constant(policy, version, entry.text, entry.field)


def _listed(policy: Policy, version: Version, field: str, texts: tuple[str, ...]) -> Compiled:
    if "*" in texts and version >= STAR_IN_LIST:
        return _constant(policy, version, "*", field)
    regexes = tuple(Pattern(Dialect.JS_TEST, entry.text) for entry in policy.patterns)
    allowed: _Group = (OriginIn((*map(exact, texts), *regexes)),), _reflected(field)
    others: _Group = ALWAYS, (_VARY_ORIGIN,)
    note = f"* in the list {field} is a literal before 8.3.0: it lets nobody in"
    return Compiled(
        _behaviour(policy, version, (allowed, others)), notes=(note,) if "*" in texts else ()
    )


def _constant(policy: Policy, version: Version, text: str, field: str) -> Compiled:
    vary = () if version >= CONSTANT_WITHOUT_VARY else (_VARY_ORIGIN,)
    origin = (line(Act.SET_IF_ABSENT, ALLOW_ORIGIN, text, field), *vary)
    several = "," in text or " " in text
    note = f"{field} is one constant that is sent to everybody: no browser accepts it"
    doing = _behaviour(policy, version, ((ALWAYS, origin),))
    return Compiled(doing, notes=(note,) if several else ())


def _reflected(field: str) -> tuple[Op, ...]:
    return (line(Act.SET_IF_ABSENT, ALLOW_ORIGIN, TheOrigin(), field), _VARY_ORIGIN)


def _behaviour(policy: Policy, version: Version, groups: tuple[_Group, ...]) -> Behaviour:
    """The answers to preflights, to OPTIONS that are none, and the lines on everything else."""
    act = Act.SET_IF_ABSENT
    common = (*allow_credentials(act, policy.credentials), *expose(act, policy))
    told = tuple((who, (*lines, *common)) for who, lines in groups)
    added = _preflight_lines(policy, version)
    good = tuple(Respond((*PREFLIGHT, *who), (204,), (*lines, *added)) for who, lines in told)
    bad = tuple(Respond((*OPTIONS, *who), (400,), lines) for who, lines in told)
    return Behaviour((*good, *bad), (tuple(Case(who, lines) for who, lines in told),))


def _preflight_lines(policy: Policy, version: Version) -> tuple[Op, ...]:
    act = Act.SET_IF_ABSENT
    methods = METHODS if version >= FEWER_METHODS else METHODS_BEFORE_11
    default = (line(act, ALLOW_METHODS, ",".join(methods)),)
    return (
        *(default if policy.methods is None else write(act, ALLOW_METHODS, policy.methods)),
        *_headers(policy),
        *write(act, MAX_AGE, policy.max_age),
    )


def _headers(policy: Policy) -> tuple[Op, ...]:
    if policy.headers is not None:
        return write(Act.SET_IF_ABSENT, ALLOW_HEADERS, policy.headers)
    asked = RequestHeader("access-control-request-headers")
    return (
        line(Act.ADD_TOKEN, VARY, "Access-Control-Request-Headers"),
        line(Act.SET_IF_ABSENT, ALLOW_HEADERS, asked),
    )


FASTIFY = Preset(
    name="fastify-cors",
    oldest=(8, 0, 0),
    newest=(11, 4, 3),
    compile=compile_fastify,
    remedy="remove {origin} from the origin option of @fastify/cors",
    aliases=("fastify", "@fastify/cors"),
    foreign=("fastify",),
    assumed=(
        "preflight, preflightContinue, strictPreflight and optionsSuccessStatus at their defaults",
        "no route has CORS options of its own",
    ),
    without=frozenset({Input.ALLOW_ALL}),
)
