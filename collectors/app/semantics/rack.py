"""rack-cors.

Source: lib/rack/cors.rb and lib/rack/cors/*.rb; 1.1.1, 2.0.2 and 3.0.0 read, the last two alike.
- `origins`: `*` is everybody, a text with a scheme is compared, any other text is host and port
  behind any scheme, an expression is asked by `=~`. Before 2.0.0 http and https alone are schemes, so
  that a text with another one takes only what no browser sends. A block that is always true reflects.
- `*` gives `*`; with credentials the product stops at the start.
- Every preflight (OPTIONS with Origin and Access-Control-Request-Method) is answered 200, on every
  path; without a CORS header where origin, method or a header is refused.
- Methods: GET by default, `:any` is seven; headers: none beside the safelisted by default, and `:any`.
  A requested method is compared in lower case: one that is configured in upper case never fits.
- Answers to other requests get all lines for an allowed origin, whatever their method; a header of
  the application's own stays. Vary: Origin, with or without an Origin, but not on preflights.
- The first `allow` whose origins and path both fit decides.
Left out: the header X-Origin, which stands in for a missing Origin, and 400 for a malformed path.
"""

from collections.abc import Iterator

from auditor.core.hop.behaviour import Behaviour, Case, Respond
from auditor.core.hop.guard import (
    ALWAYS,
    PREFLIGHT,
    Guard,
    OriginIn,
    OriginPresent,
    RequestedHeadersWithin,
    RequestedMethodIn,
)
from auditor.core.hop.header import (
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    ANY_HEADER,
    EXPOSE_HEADERS,
    MAX_AGE,
    VARY,
    HeaderNames,
)
from auditor.core.hop.op import Act, Op, RequestHeader, TheOrigin
from auditor.core.language.pattern import Dialect, Pattern
from collectors.app.policy import Flag, Listed, Names, NotSet, OneText, Policy
from collectors.app.semantics.preset import (
    Compiled,
    Input,
    Preset,
    Version,
    allow_credentials,
    line,
)

EVERY = ":any"
"""How every method and every header are written, as in Ruby."""
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
SAFELISTED = frozenset({"accept", "accept-language", "content-language", "content-type"})
SCHEMES_OF_ANY_NAME: Version = (2, 0, 0)
_SCHEMES_BEFORE_2 = ("http", "https", "file")


def compile_rack(policy: Policy, version: Version) -> Compiled:
    """What one `allow` with one `resource` does on the paths of that resource."""
    return compile_chain((policy,), version)


def compile_chain(policies: tuple[Policy, ...], version: Version) -> Compiled:
    """What several do on one path: the first whose origins fit decides."""
    faults = tuple(fault for policy in policies for fault in _faults(policy))
    if faults:
        return Compiled(Behaviour(), faults=faults)
    answers = tuple(respond for policy in policies for respond in _preflights(policy, version))
    lines = tuple(Case(_allowed(policy, version), tuple(_lines(policy))) for policy in policies)
    vary = (Case(ALWAYS, (line(Act.ADD_TOKEN, VARY, "Origin"),)),)
    doing = Behaviour((*answers, Respond(PREFLIGHT, (200,))), (lines, vary))
    return Compiled(doing, notes=tuple(note for policy in policies for note in _notes(policy)))


def _texts(policy: Policy) -> tuple[str, ...]:
    match policy.origins:
        case NotSet() | Flag():
            return ()
        case Listed(entries=entries):
            return tuple(entry.text for entry in entries)
        case OneText(entry=entry):
            return (entry.text,)


def _takes_all(policy: Policy) -> bool:
    """Whether a block that is always true stands among the origins."""
    return isinstance(policy.origins, Flag) and policy.origins.on


def _allowed(policy: Policy, version: Version) -> Guard:
    texts = _texts(policy)
    if _takes_all(policy) or "*" in texts:
        return (OriginPresent(),)
    read = (text for text in texts if version >= SCHEMES_OF_ANY_NAME or _is_read_by_1(text))
    origins = (Pattern(Dialect.RACK, text) for text in read)
    regexes = (Pattern(Dialect.RUBY_SEARCH, entry.text) for entry in policy.patterns)
    return (OriginIn((*origins, *regexes)),)


def _is_read_by_1(text: str) -> bool:
    scheme, separator, _ = text.partition("://")
    return not separator or scheme in _SCHEMES_BEFORE_2


# -- lines -----------------------------------------------------------------------------------------


def _preflights(policy: Policy, version: Version) -> Iterator[Respond]:
    who = (*PREFLIGHT, *_allowed(policy, version))
    methods = frozenset(name.upper() for name in _methods(policy).items if name == name.lower())
    either_case = methods | {name.lower() for name in methods}
    asked = (RequestedMethodIn(either_case), RequestedHeadersWithin(_headers(policy)))
    echo = line(Act.SET, ALLOW_HEADERS, RequestHeader("access-control-request-headers"))
    yield Respond((*who, *asked), (200,), (*_lines(policy), echo))
    yield Respond(who, (200,))


def _lines(policy: Policy) -> Iterator[Op]:
    act, star = Act.SET_IF_ABSENT, "*" in _texts(policy)
    methods, exposed = _methods(policy), policy.exposed or Names((), "")
    max_age = policy.max_age or Names(("7200",), "")
    upper = ", ".join(name.upper() for name in methods.items)
    yield line(act, ALLOW_ORIGIN, "*" if star else TheOrigin(), policy.field)
    yield line(act, ALLOW_METHODS, upper, methods.field)
    yield line(act, EXPOSE_HEADERS, ", ".join(exposed.items), exposed.field)
    yield line(act, MAX_AGE, max_age.items[0], max_age.field)
    yield from allow_credentials(act, policy.credentials)


def _methods(policy: Policy) -> Names:
    given = policy.methods or Names(("get",), "")
    return Names(METHODS, given.field) if EVERY in given.items else given


def _headers(policy: Policy) -> HeaderNames:
    given = () if policy.headers is None else policy.headers.items
    if EVERY in given:
        return ANY_HEADER
    return HeaderNames(SAFELISTED.union(name.lower() for name in given))


# -- sentences -------------------------------------------------------------------------------------


def _faults(policy: Policy) -> Iterator[str]:
    if "*" in _texts(policy) and policy.credentials.on:
        what = "credentials for * : the product stops at the start (CorsMisconfigurationError)"
        yield f"{what}; list the origins"
    if isinstance(policy.origins, Flag) and policy.patterns:
        yield "regular expressions beside true or false; put both into one list"


def _notes(policy: Policy) -> Iterator[str]:
    if isinstance(policy.origins, NotSet) and not policy.patterns:
        yield "no origins are given: the product lets nobody in"
    for text in _texts(policy):
        if text and text != "*" and "://" not in text:
            yield f"{text!r} has no scheme: it is taken behind any scheme, http too"
        elif "," in text:
            yield f"{text!r} is one entry: the product does not split it at commas"


RACK = Preset(
    name="rack-cors",
    oldest=(1, 1, 1),
    newest=(3, 0, 0),
    compile=compile_rack,
    remedy="remove {origin} from the origins of its allow block",
    aliases=("rack",),
    foreign=("rack",),
    without=frozenset({Input.ALLOW_ALL}),
)
