"""Laravel's HandleCors middleware and `config/cors.php`.

Source: Illuminate/Http/Middleware/HandleCors.php and config/cors.php of laravel/framework, read at
9.2.0, 10.0.0, 11.0.0, 12.0.0 and 13.26.1; CorsService.php of fruitcake/php-cors, 1.2.0 to 1.4.0.
- `allowed_origins`: `*` in it is everybody; within an entry `*` is any text; whole, case-sensitive.
  `allowed_origins_patterns`: `preg_match`.
- Exactly one entry, neither with `*` nor beside patterns, is a constant that everybody gets, without
  Vary. Otherwise the origin is reflected, with Vary: Origin on every answer; `*` without credentials
  is `*`.
- A preflight (OPTIONS with Access-Control-Request-Method, with or without an Origin) is answered 204,
  allowed or not; refused ones get no CORS header. `*` in methods and headers echoes what was asked
  for (a method in upper case).
- Credentials and exposed headers go to every answer that has an Allow-Origin line, the application's
  own too; an allowed origin replaces that line.
- Keys that the file does not have: from 11.0.0 on everybody, every method and header, as the
  framework's own file says; before, nobody and none.
Max-Age is 0 by default; `null`, which leaves it out, is taken for that.
"""

from collections.abc import Iterator
from typing import TypeAlias

from auditor.core.hop.behaviour import Behaviour, Case, Respond, Step
from auditor.core.hop.guard import (
    ALWAYS,
    OPTIONS,
    Guard,
    OriginIn,
    OriginPresent,
    RequestedMethodIn,
    ResponseHeaderPresent,
)
from auditor.core.hop.header import ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, MAX_AGE, VARY
from auditor.core.hop.op import Act, Op, RequestedMethod, RequestHeader, TheOrigin
from auditor.core.language.pattern import Dialect, Pattern
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

DEFAULTS_OF_FRAMEWORK: Version = (11, 0, 0)
ALL = ("*",)
_ASKS: Guard = (*OPTIONS, RequestedMethodIn())
_VARY_ORIGIN = line(Act.ADD_TOKEN, VARY, "Origin")
_VARY_METHOD = line(Act.ADD_TOKEN, VARY, "Access-Control-Request-Method")

_Group: TypeAlias = tuple[Guard, tuple[Op, ...]]
"""Who gets an Allow-Origin line, and that line with its Vary."""


def compile_laravel(policy: Policy, version: Version) -> Compiled:
    """What the middleware does with `policy`."""
    texts = _texts(policy, version)
    if texts is None:
        what = "the product takes nothing but a list of origins and fails on each request"
        return Compiled(Behaviour(), faults=(f"{what}; give a list, or split the text",))
    allowed, varies = _allowed(policy, texts)
    who, origin = allowed
    vary = (_VARY_ORIGIN,) if varies else ()
    preflight = (*origin, *vary, _VARY_METHOD, *_preflight_lines(policy, version))
    responds = [Respond((*_ASKS, *who), (204,), preflight)]
    if who:
        responds.append(Respond(_ASKS, (204,), (*vary, _VARY_METHOD)))
    edits = (*_actual(allowed, vary), *_beside(policy))
    return Compiled(Behaviour(tuple(responds), edits), notes=tuple(_notes(policy, texts, varies)))


def _texts(policy: Policy, version: Version) -> tuple[str, ...] | None:
    match policy.origins:
        case NotSet():
            return ALL if version >= DEFAULTS_OF_FRAMEWORK else ()
        case Listed(entries=entries):
            return tuple(entry.text for entry in entries)
        case OneText() | Flag():
            return None


def _allowed(policy: Policy, texts: tuple[str, ...]) -> tuple[_Group, bool]:
    """Who gets which Allow-Origin line, and whether answers vary by Origin."""
    field = policy.field
    reflected = (line(Act.SET, ALLOW_ORIGIN, TheOrigin(), field),)
    if "*" in texts and policy.credentials.on:
        return ((OriginPresent(),), reflected), True
    if "*" in texts:
        return (ALWAYS, (line(Act.SET, ALLOW_ORIGIN, "*", field),)), False
    if len(texts) == 1 and "*" not in texts[0] and not policy.patterns:
        return (ALWAYS, (line(Act.SET, ALLOW_ORIGIN, texts[0], field),)), False
    origins = (Pattern(Dialect.LARAVEL, text) for text in texts)
    regexes = (Pattern(Dialect.PHP_SEARCH, entry.text) for entry in policy.patterns)
    return ((OriginIn((*origins, *regexes)),), reflected), True


# -- preflights ------------------------------------------------------------------------------------


def _preflight_lines(policy: Policy, version: Version) -> Iterator[Op]:
    """What goes with the Allow-Origin line of a preflight."""
    missing = ALL if version >= DEFAULTS_OF_FRAMEWORK else ()
    yield from allow_credentials(Act.SET, policy.credentials)
    methods = policy.methods or Names(missing, "")
    if "*" in methods.items:
        yield line(Act.SET, ALLOW_METHODS, RequestedMethod(), methods.field)
    else:
        upper = Names(tuple(name.upper() for name in methods.items), methods.field)
        yield from write(Act.SET, ALLOW_METHODS, upper)
    headers = policy.headers or Names(missing, "")
    if "*" in headers.items:
        asked = RequestHeader("access-control-request-headers")
        yield line(Act.SET, ALLOW_HEADERS, asked, headers.field)
        yield line(Act.ADD_TOKEN, VARY, "Access-Control-Request-Headers")
    else:
        lower = Names(tuple(name.lower() for name in headers.items), headers.field)
        yield from write(Act.SET, ALLOW_HEADERS, lower)
    yield from write(Act.SET, MAX_AGE, policy.max_age or Names(("0",), ""))


# -- everything else -------------------------------------------------------------------------------


def _actual(allowed: _Group, vary: tuple[Op, ...]) -> tuple[Step, ...]:
    who, origin = allowed
    others = (Case(ALWAYS, vary),) if who else ()
    return (
        (Case(OPTIONS, (_VARY_METHOD,)),),
        (Case(who, (*origin, *vary)), *others),
    )


def _beside(policy: Policy) -> tuple[Step, ...]:
    """What goes with an Allow-Origin line, whoever wrote it."""
    ops = (*allow_credentials(Act.SET, policy.credentials), *expose(Act.SET, policy))
    return ((Case((ResponseHeaderPresent(ALLOW_ORIGIN),), ops),),) if ops else ()


def _notes(policy: Policy, texts: tuple[str, ...], varies: bool) -> Iterator[str]:
    if isinstance(policy.origins, NotSet):
        yield "allowed_origins is not given: the product's default holds"
    if not varies and "*" not in texts and ("," in texts[0] or " " in texts[0]):
        yield f"{policy.field} is one constant that is sent to everybody: no browser accepts it"


LARAVEL = Preset(
    name="laravel",
    oldest=(9, 2, 0),
    newest=(13, 26, 1),
    compile=compile_laravel,
    remedy="remove {origin} from allowed_origins or allowed_origins_patterns in config/cors.php",
    aliases=("php-cors",),
    foreign=("php-cors",),
    assumed=(
        "HandleCors is among the global middleware, and no skipWhen callback is registered",
        "the framework's own configuration is merged (11.0.0 and newer)",
    ),
    without=frozenset({Input.ALLOW_ALL}),
)
