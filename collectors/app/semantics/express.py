"""The `cors` middleware of Express.

Source: lib/index.js of cors; 2.8.5 and 2.8.6 read: alike.
- `origin` not set or `*`: `*` to everybody. A text: that constant to everybody. A list: equality,
  or `RegExp.test` (an unanchored search; with the flag g or y it goes on from where the last match
  ended, so that the same origin is let in and refused by turns); `*` in a list is a literal that
  matches nothing. True: every origin is reflected. False or an empty text: the middleware does nothing.
- Every OPTIONS is answered 204, allowed or not.
- Allow-Credentials goes to every request. Vary: Origin unless the constant is `*`.
- It writes before the application, which can replace its lines.
"""

from auditor.core.hop.behaviour import TRANSPARENT, Behaviour, Case, Mix, Respond
from auditor.core.hop.guard import OPTIONS, Guard, OriginIn
from auditor.core.hop.header import ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, MAX_AGE, VARY
from auditor.core.hop.op import Act, Op, RequestHeader, TheOrigin
from auditor.core.language.pattern import Dialect, Pattern, exact
from auditor.core.language.regex.delimited import keeps_place
from collectors.app.policy import Flag, Listed, Names, NotSet, OneText, Policy
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

METHODS = ("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE")
_VARY_ORIGIN = line(Act.ADD_TOKEN, VARY, "Origin")


def compile_express(policy: Policy, _version: Version) -> Compiled:
    """What the middleware does with `policy`."""
    match policy.origins:
        case Flag(on=False):
            return Compiled(TRANSPARENT, notes=("origin is false: the middleware does nothing",))
        case OneText(entry=entry) if not entry.text:
            return Compiled(TRANSPARENT, notes=("origin is empty: the middleware does nothing",))
        case Flag() | OneText() | NotSet() if policy.patterns:
            fault = "regular expressions beside an origin that is no list; put both into one list"
            return Compiled(TRANSPARENT, faults=(fault,))
        case Listed(entries=entries, field=field):
            return _listed(policy, field, tuple(entry.text for entry in entries))
        case NotSet(field=field):
            return Compiled(_alike(policy, (line(Act.SET_IF_ABSENT, ALLOW_ORIGIN, "*", field),)))
        case Flag(field=field):
            return Compiled(_alike(policy, _reflected(field)))
        case OneText(entry=entry):
            return _constant(policy, entry.text, entry.field)


def _listed(policy: Policy, field: str, texts: tuple[str, ...]) -> Compiled:
    regexes = tuple(Pattern(Dialect.JS_TEST, entry.text) for entry in policy.patterns)
    steady = tuple(one for one in regexes if not keeps_place(one.text))
    notes = (f"* in the list {field} is a literal: it lets nobody in",) if "*" in texts else ()
    found = _by_origin(policy, _among(texts, regexes), _reflected(field))
    if len(steady) == len(regexes):
        return Compiled(found, notes=notes)
    else_ = _by_origin(policy, _among(texts, steady), _reflected(field))
    turns = "an expression with the flag g or y lets an origin in and refuses it by turns"
    return Compiled(Mix(turns, (found, else_)), notes=(*notes, turns))


def _among(texts: tuple[str, ...], regexes: tuple[Pattern, ...]) -> Guard:
    return (OriginIn((*map(exact, texts), *regexes)),)


def _constant(policy: Policy, text: str, field: str) -> Compiled:
    vary = () if text == "*" else (_VARY_ORIGIN,)
    lines = (line(Act.SET_IF_ABSENT, ALLOW_ORIGIN, text, field), *vary)
    several = "," in text or " " in text
    note = f"{field} is one constant that is sent to everybody: no browser accepts it"
    return Compiled(_alike(policy, lines), notes=(note,) if several else ())


def _reflected(field: str) -> tuple[Op, ...]:
    return (line(Act.SET_IF_ABSENT, ALLOW_ORIGIN, TheOrigin(), field), _VARY_ORIGIN)


def _by_origin(policy: Policy, allowed: Guard, origin: tuple[Op, ...]) -> Behaviour:
    """Allowed origins get `origin`, the others everything but that; both get Vary."""
    preflight, actual = _preflight_lines(policy), _actual_lines(policy)
    return Behaviour(
        (
            Respond((*OPTIONS, *allowed), (204,), (*origin, *preflight)),
            Respond(OPTIONS, (204,), (_VARY_ORIGIN, *preflight)),
        ),
        ((Case(allowed, (*origin, *actual)), Case((), (_VARY_ORIGIN, *actual))),),
    )


def _alike(policy: Policy, origin: tuple[Op, ...]) -> Behaviour:
    """Everybody gets `origin`."""
    return Behaviour(
        (Respond(OPTIONS, (204,), (*origin, *_preflight_lines(policy))),),
        ((Case((), (*origin, *_actual_lines(policy))),),),
    )


def _actual_lines(policy: Policy) -> tuple[Op, ...]:
    act = Act.SET_IF_ABSENT
    return (*allow_credentials(act, policy.credentials), *expose(act, policy, ","))


def _preflight_lines(policy: Policy) -> tuple[Op, ...]:
    act = Act.SET_IF_ABSENT
    return (
        *allow_credentials(act, policy.credentials),
        *write(act, ALLOW_METHODS, policy.methods or Names(METHODS, ""), ","),
        *_headers(policy),
        *write(act, MAX_AGE, policy.max_age),
        *expose(act, policy, ","),
    )


def _headers(policy: Policy) -> tuple[Op, ...]:
    if policy.headers is not None:
        return write(Act.SET_IF_ABSENT, ALLOW_HEADERS, policy.headers, ",")
    asked = RequestHeader("access-control-request-headers")
    return (
        line(Act.ADD_TOKEN, VARY, "Access-Control-Request-Headers"),
        line(Act.SET_IF_ABSENT, ALLOW_HEADERS, asked),
    )


EXPRESS = Preset(
    name="express-cors",
    oldest=(2, 8, 5),
    newest=(2, 8, 6),
    compile=compile_express,
    remedy="remove {origin} from the origin option of cors()",
    aliases=("express", "cors"),
    foreign=("express",),
    assumed=("preflightContinue and optionsSuccessStatus at their defaults",),
    without=frozenset({Input.ALLOW_ALL}),
)
