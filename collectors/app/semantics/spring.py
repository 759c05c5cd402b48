"""Spring's CorsConfiguration and DefaultCorsProcessor (MVC, WebFlux, Cloud Gateway).

Source: spring-web, CorsConfiguration.java and DefaultCorsProcessor.java; 5.3.8, 6.0.0 and 7.0.9 read.
- `allowedOrigins`: equalsIgnoreCase after one trailing slash is dropped on both sides; from 6.0.0 on
  an entry is split at its commas outside brackets. `*` in it is `*`; with credentials every request
  with an Origin fails (IllegalArgumentException).
- `allowedOriginPatterns`: whole, case-sensitive, `*` is any text, port lists; always reflects.
- A refused origin or method gets 403, on requests other than preflights as well.
- Vary has three lines on every answer. Where Allow-Origin is there already, nothing is added.
- `spring` is the bare configuration (Gateway's globalcors): nothing set means nobody. `spring-mvc` is
  CorsRegistry and @CrossOrigin: applyPermitDefaultValues, so that nothing set means everybody.
A preflight that asks for some allowed headers and some others is answered 403 here; the product
answers it with the allowed ones. Browsers refuse both.
"""

from functools import partial
from typing import TypeAlias

from auditor.core.hop.behaviour import Behaviour, Case, Respond
from auditor.core.hop.guard import (
    PREFLIGHT,
    Guard,
    MethodIn,
    Not,
    OriginIn,
    OriginPresent,
    RequestedHeadersWithin,
    RequestedMethodIn,
    ResponseHeaderPresent,
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
from auditor.core.hop.op import Act, Op, RequestedHeaders, RequestedMethod, TheOrigin, Value
from auditor.core.language.pattern import Dialect, Pattern
from collectors.app.policy import Entry, Flag, Listed, Names, NotSet, OneText, Policy
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

SPLITS_COMMAS: Version = (6, 0, 0)
VARIED = ("Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers")
_VARY = tuple(line(Act.ADD_LINE, VARY, name) for name in VARIED)
_BARE_METHODS = Names(("GET", "HEAD"), "")
_PERMITTED_METHODS = Names(("GET", "HEAD", "POST"), "")
_PERMITTED_AGE = Names(("1800",), "")
_ANY = Names(("*",), "")
Texts: TypeAlias = tuple[str, ...]


def compile_spring(policy: Policy, version: Version, *, permits: bool) -> Compiled:
    """What the processor does with `policy`; `permits`: with applyPermitDefaultValues."""
    if isinstance(policy.origins, Flag):
        return Compiled(Behaviour(), faults=("true or false is no list of origins; give a list",))
    policy = _permitted(policy) if permits else policy
    origins = _split(_origin_entries(policy), version)
    patterns = _split(policy.patterns, version)
    if permits and isinstance(policy.origins, NotSet) and not policy.patterns:
        origins = ("*",)
    if "*" not in origins:
        allowed: Guard = (OriginIn(_patterns(origins, patterns)),)
        return Compiled(_behaviour(policy, allowed, TheOrigin()), notes=_notes(origins))
    if policy.credentials.on:
        return Compiled(_failing(), notes=("* with credentials: every request with Origin fails",))
    return Compiled(_behaviour(policy, (OriginPresent(),), "*"))


def _permitted(policy: Policy) -> Policy:
    return Policy(
        policy.origins,
        policy.patterns,
        policy.allow_all,
        policy.credentials,
        policy.methods or _PERMITTED_METHODS,
        policy.headers or _ANY,
        policy.exposed,
        policy.max_age or _PERMITTED_AGE,
    )


def _origin_entries(policy: Policy) -> tuple[Entry, ...]:
    match policy.origins:
        case Listed(entries=entries):
            return entries
        case OneText(entry=entry):
            return (entry,)
        case Flag() | NotSet():
            return ()


def _split(entries: tuple[Entry, ...], version: Version) -> Texts:
    if version < SPLITS_COMMAS:
        return tuple(entry.text.removesuffix("/") for entry in entries)
    parts = (part for entry in entries for part in _parts(entry.text))
    return tuple(part.removesuffix("/") for part in parts)


def _parts(text: str) -> list[str]:
    """`text` split at commas outside brackets, as parseCommaDelimitedOrigin does."""
    parts, start, inside = [], 0, False
    for at, char in enumerate(text):
        if char in "[]":
            inside = char == "["
        elif char == "," and not inside:
            parts.append(text[start:at].strip())
            start = at + 1
    if start == 0:
        return [text]
    return [*parts, text[start:].strip()] if start < len(text) else parts


def _patterns(origins: Texts, patterns: Texts) -> tuple[Pattern, ...]:
    return (
        *(Pattern(Dialect.SPRING_LIST, text) for text in origins),
        *(Pattern(Dialect.SPRING, text) for text in patterns),
    )


def _notes(origins: Texts) -> Texts:
    return tuple(
        f"{text!r} in allowedOrigins is no pattern there: it matches nothing"
        for text in origins
        if "*" in text
    )


def _failing() -> Behaviour:
    return Behaviour((Respond((OriginPresent(),), (500,)),), ((Case((), _VARY),),))


def _behaviour(policy: Policy, allowed: Guard, origin: Value | str) -> Behaviour:
    methods = policy.methods or _BARE_METHODS
    any_method = "*" in methods.items
    listed = None if any_method else frozenset(methods.items)
    names = policy.headers or Names((), "")
    within = (
        ANY_HEADER
        if "*" in names.items
        else HeaderNames(frozenset(name.lower() for name in names.items))
    )
    asked = (RequestedMethodIn(listed), RequestedHeadersWithin(within))
    lines = (line(Act.SET, ALLOW_ORIGIN, origin, policy.field), *_others(policy))
    preflight = (
        *_VARY,
        *lines,
        _methods_line(methods),
        line(Act.SET, ALLOW_HEADERS, RequestedHeaders(within), names.field),
        *write(Act.SET, MAX_AGE, policy.max_age),
    )
    # A method outside the list is refused on every request, not in preflights alone.
    good = () if any_method else (MethodIn(frozenset(methods.items)),)
    responds = (
        Respond((*PREFLIGHT, *allowed, *asked), (200,), preflight),
        Respond(PREFLIGHT, (403,), _VARY),
        *_refusals(allowed, good),
    )
    skip = Case((ResponseHeaderPresent(ALLOW_ORIGIN),), ())
    return Behaviour(responds, ((Case((), _VARY),), (skip, Case(allowed, lines))))


def _refusals(allowed: Guard, good: Guard) -> tuple[Respond, ...]:
    """403 for each condition of an actual request that does not hold."""
    return tuple(
        Respond((OriginPresent(), Not(term)), (403,), _VARY)
        for term in (*allowed, *good)
        if not isinstance(term, OriginPresent | Not)
    )


def _others(policy: Policy) -> tuple[Op, ...]:
    return (*expose(Act.SET, policy), *allow_credentials(Act.SET, policy.credentials))


def _methods_line(methods: Names) -> Op:
    value: Value | str = RequestedMethod() if "*" in methods.items else ",".join(methods.items)
    return line(Act.SET, ALLOW_METHODS, value, methods.field)


SPRING = Preset(
    name="spring",
    oldest=(5, 3, 8),
    newest=(7, 0, 9),
    compile=partial(compile_spring, permits=False),
    remedy="remove {origin} from allowedOrigins or allowedOriginPatterns",
    aliases=("spring-web", "spring-gateway"),
    without=frozenset({Input.ALLOW_ALL}),
)
SPRING_MVC = Preset(
    name="spring-mvc",
    oldest=SPRING.oldest,
    newest=SPRING.newest,
    compile=partial(compile_spring, permits=True),
    remedy=SPRING.remedy,
    without=SPRING.without,
)
