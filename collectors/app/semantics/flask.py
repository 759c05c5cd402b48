r"""flask-cors.

Source: flask_cors/core.py and extension.py; 3.0.10, 4.0.2, 5.0.1, 6.0.0 and 6.0.5 read: alike here.
- An entry with any of `* \ ] ? $ ^ [ ( )` is a regular expression: `re.match` (the end is open),
  caseless; `*` alone is `.*`. Any other is compared caselessly. A text is one entry, commas or not.
- Not set means `*`, and `*` reflects. No `*` line is sent while there is an Origin.
- A request without an Origin gets `*`, or the first literal entry in alphabetical order; nothing
  when `*` stands with credentials.
- Headers are added after the application's own, unless it wrote Allow-Origin itself. Flask answers
  OPTIONS; a refused origin gets no CORS header.
- Allow-Methods, Allow-Headers and Max-Age only when the requested method is among the methods.
- Vary: Origin only with more than one entry or a regular expression, and not on refusals.
Whatever a requested method other than those listed would change (the product compares parts of
texts), it adds no line that a browser takes. Access-Control-Request-Private-Network is left out:
browsers do not send it.
"""

from collections.abc import Iterator

from auditor.core.hop.behaviour import Behaviour, Case, Silent
from auditor.core.hop.guard import (
    OPTIONS,
    Guard,
    Not,
    OriginIn,
    OriginPresent,
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
from auditor.core.hop.op import Act, Literal, Op, RequestedHeaders, TheOrigin, UnknownValue, Value
from auditor.core.language.globs_app import FLASK_REGEX
from auditor.core.language.membership import unread_cause
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

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


def compile_flask(policy: Policy, _version: Version) -> Compiled:
    """What the extension does with `policy`."""
    texts = _texts(policy)
    if texts is None:
        return Compiled(Behaviour(), faults=("true or false is no list of origins; give a list",))
    everyone = "*" in texts or ".*" in texts
    skip = Case((ResponseHeaderPresent(ALLOW_ORIGIN),), ())
    absent = _absent(policy, texts, everyone)
    present = (line(Act.ADD_LINE, ALLOW_ORIGIN, TheOrigin(), policy.field),)
    varied = len(texts) > 1 or any(map(_is_regex, texts))
    step = (
        skip,
        *_cases((Not(OriginPresent()),), absent, policy, varied),
        *_cases((OriginIn(tuple(map(_pattern, texts))),), present, policy, varied),
    )
    return Compiled(Behaviour(edits=(step,)), Silent((200,)), tuple(_notes(policy, texts)))


def _texts(policy: Policy) -> tuple[str, ...] | None:
    match policy.origins:
        case NotSet():
            return ("*",)
        case Listed(entries=entries):
            return tuple(entry.text for entry in entries)
        case OneText(entry=entry):
            return (entry.text,)
        case Flag():
            return None


def _is_regex(text: str) -> bool:
    return not FLASK_REGEX.isdisjoint(text)


def _pattern(text: str) -> Pattern:
    if text in ("*", ".*"):
        return Pattern(Dialect.ANY, "*")
    return Pattern(Dialect.FLASK_CORS if _is_regex(text) else Dialect.EXACT_CASELESS, text)


def _absent(policy: Policy, texts: tuple[str, ...], everyone: bool) -> tuple[Op, ...] | None:
    """The Allow-Origin line of an answer to a request without an Origin; None: no CORS at all."""
    sent = sorted(text for text in texts if not _is_regex(text))
    if everyone:
        sent = [] if policy.credentials.on else ["*"]
    if not sent:
        return None
    # An empty text counts as an origin, but empty lines are left out.
    return (line(Act.ADD_LINE, ALLOW_ORIGIN, sent[0], policy.field),) if sent[0] else ()


def _cases(
    when: Guard, origin: tuple[Op, ...] | None, policy: Policy, varied: bool
) -> tuple[Case, ...]:
    """What goes with the Allow-Origin line `origin`, in preflights and otherwise."""
    if origin is None:
        return (Case(when, ()),)
    star = any(op.value == Literal("*") for op in origin)
    vary = (line(Act.ADD_LINE, VARY, "Origin"),) if varied and not star else ()
    lines = (
        *origin,
        *expose(Act.ADD_LINE, _sorted(policy)),
        *allow_credentials(Act.ADD_LINE, policy.credentials),
    )
    listed = _methods(policy)
    methods = Names(tuple(name.upper() for name in listed.items), listed.field)
    preflight = (*when, *OPTIONS, RequestedMethodIn(frozenset(methods.items)))
    added = (
        _headers(policy),
        *write(Act.ADD_LINE, MAX_AGE, policy.max_age),
        *write(Act.ADD_LINE, ALLOW_METHODS, methods),
    )
    return (Case(preflight, (*lines, *added, *vary)), Case(when, (*lines, *vary)))


def _methods(policy: Policy) -> Names:
    if policy.methods is None:
        return Names(METHODS, "")
    return Names(tuple(sorted(policy.methods.items)), policy.methods.field)


def _sorted(policy: Policy) -> Policy:
    if policy.exposed is None:
        return policy
    names = Names(tuple(sorted(policy.exposed.items)), policy.exposed.field)
    return Policy(policy.origins, exposed=names)


def _headers(policy: Policy) -> Op:
    """Allow-Headers: the requested ones that an entry takes, sorted."""
    given = policy.headers or Names(("*",), "")
    value: Value
    if "*" in given.items or ".*" in given.items:
        value = RequestedHeaders(ANY_HEADER, ordered=True)
    else:
        names = frozenset(name.lower() for name in given.items if not _is_regex(name))
        patterns = tuple(
            Pattern(Dialect.FLASK_CORS, name) for name in given.items if _is_regex(name)
        )
        unread = [unread_cause(one) for one in patterns if unread_cause(one)]
        value = RequestedHeaders(HeaderNames(names, patterns=patterns), ordered=True)
        value = UnknownValue(unread[0]) if unread else value
    return line(Act.ADD_LINE, ALLOW_HEADERS, value, given.field)


def _notes(policy: Policy, texts: tuple[str, ...]) -> Iterator[str]:
    if isinstance(policy.origins, NotSet):
        yield "no origins given: every origin is reflected (the product's default)"
    if isinstance(policy.origins, OneText) and "," in policy.origins.entry.text:
        yield f"{policy.origins.entry.field} is one text: the product does not split it at commas"
    for text in texts:
        if _is_regex(text) and text not in ("*", ".*"):
            yield f"{text!r} is read as a regular expression, matched from the start with an open end"


FLASK = Preset(
    name="flask-cors",
    oldest=(3, 0, 10),
    newest=(6, 0, 5),
    compile=compile_flask,
    remedy="remove {origin} from what the application passes as origins (CORS_ORIGINS)",
    aliases=("flask",),
    foreign=("flask",),
    assumed=("send_wildcard, always_send and vary_header at their defaults",),
    without=frozenset({Input.ALLOW_ALL, Input.PATTERNS}),
)
