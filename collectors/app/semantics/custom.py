"""Semantics that the owner of an application spells out, where no preset fits.

The application sends Allow-Origin to whom its matcher takes, and nothing to others. Methods and
headers of its preflights are what the mapping gives; where it gives none they are unknown.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from auditor.core.hop.behaviour import Behaviour, Case, Respond
from auditor.core.hop.guard import OPTIONS, Guard, OriginIn, OriginPresent
from auditor.core.hop.header import ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, MAX_AGE, VARY
from auditor.core.hop.op import Act, Op, TheOrigin, UnknownValue, Value
from auditor.core.language.pattern import Dialect, Pattern
from collectors.app.policy import Entry, Flag, Listed, Names, NotSet, OneText, Policy
from collectors.app.semantics.preset import Compiled, allow_credentials, expose, line, write


class StarMeaning(StrEnum):
    """What an entry `*` does: send `*`, reflect everybody, be a text like others, fail at start."""

    LITERAL_STAR = "literal-star"
    REFLECT = "reflect"
    LITERAL_STRING = "literal-string"
    ERROR = "error"


class Kind(StrEnum):
    """How a spelled-out matcher compares; `constant` compares nothing and sends its one entry."""

    EXACT = "exact"
    GLOB = "glob"
    PREFIX = "prefix"
    SUFFIX = "suffix"
    REGEX = "regex"
    CONSTANT = "constant"


@dataclass(frozen=True, slots=True)
class Spelled:
    """`dialect` reads each entry; None is a constant that everybody is sent.

    `preflight`: the status with which every OPTIONS is answered, or None when the application
    behind answers it. `vary`: Vary: Origin on every answer.
    """

    dialect: Dialect | None
    star: StarMeaning = StarMeaning.LITERAL_STAR
    vary: bool = False
    preflight: int | None = 204


_REGEXES = {
    ("python-re", "match", False): Dialect.PYTHON_MATCH,
    ("python-re", "match", True): Dialect.PYTHON_MATCH_CASELESS,
    ("python-re", "search", False): Dialect.PYTHON_SEARCH,
    ("python-re", "full", False): Dialect.PYTHON_FULLMATCH,
    ("js", "search", False): Dialect.JS_TEST,
    ("pcre", "search", False): Dialect.PCRE_SEARCH,
    ("php", "search", False): Dialect.PHP_SEARCH,
    ("ruby", "search", False): Dialect.RUBY_SEARCH,
    ("go", "search", False): Dialect.GO_SEARCH,
    ("re2", "full", False): Dialect.RE2_FULL,
    ("java", "full", False): Dialect.JAVA_FULL,
    ("java", "search", False): Dialect.JAVA_FIND,
}
_TEXTS = {
    (Kind.EXACT, False): Dialect.EXACT,
    (Kind.EXACT, True): Dialect.EXACT_CASELESS,
    (Kind.GLOB, False): Dialect.SPRING,
    (Kind.PREFIX, False): Dialect.PREFIX,
    (Kind.SUFFIX, False): Dialect.SUFFIX,
}


def dialect_of(
    kind: Kind, engine: str = "", mode: str = "", ignore_case: bool = False
) -> Dialect | None:
    """Return the dialect of a spelled-out matcher, None for a constant.

    `engine` and `mode` (search, match, full) belong to `regex` alone. A glob's `*` is any text.
    Raises ValueError for a combination that has no dialect, with those that have.
    """
    if kind is Kind.CONSTANT:
        return None
    if kind is Kind.REGEX:
        if (engine, mode, ignore_case) in _REGEXES:
            return _REGEXES[engine, mode, ignore_case]
        known = ", ".join(sorted({f"{name} {how}" for name, how, _ in _REGEXES}))
        case = " with ignore_case" if ignore_case else ""
        raise ValueError(f"regex {engine} {mode}{case} is not read; there are {known}")
    if (kind, ignore_case) not in _TEXTS:
        raise ValueError(f"{kind} cannot ignore case; exact and regex python-re match can")
    return _TEXTS[kind, ignore_case]


def compile_custom(policy: Policy, spelled: Spelled) -> Compiled:
    """What an application with these semantics does with `policy`."""
    entries = _entries(policy)
    if entries is None:
        return Compiled(Behaviour(), faults=("true or false is no list of origins; give a list",))
    if isinstance(policy.origins, NotSet) and not policy.patterns:
        what = "no origins are set, and only a product has a default"
        return Compiled(Behaviour(), faults=(f"{what}; write missing_means: deny or any",))
    star = any(entry.text == "*" for entry in entries)
    if spelled.dialect is None:
        return _constant(policy, spelled, entries)
    if not star or spelled.star is StarMeaning.LITERAL_STRING:
        return Compiled(_behaviour(policy, spelled, _allowed(spelled.dialect, entries)))
    match spelled.star:
        case StarMeaning.LITERAL_STAR:
            return Compiled(_behaviour(policy, spelled, (), "*"))
        case StarMeaning.REFLECT:
            return Compiled(_behaviour(policy, spelled, (OriginPresent(),)))
        case StarMeaning.ERROR:
            return Compiled(Behaviour(), faults=("* makes the application fail; list origins",))
        case _:
            assert_never(spelled.star)


def _allowed(dialect: Dialect, entries: tuple[Entry, ...]) -> Guard:
    # A glob of `*` alone would take everything: as a literal it matches nothing.
    patterns = (
        Pattern(Dialect.EXACT if entry.text == "*" else dialect, entry.text) for entry in entries
    )
    return (OriginIn(tuple(patterns)),)


def _entries(policy: Policy) -> tuple[Entry, ...] | None:
    match policy.origins:
        case Listed(entries=entries):
            return entries + policy.patterns
        case OneText(entry=entry):
            return (entry, *policy.patterns)
        case NotSet():
            return policy.patterns
        case Flag():
            return None


def _constant(policy: Policy, spelled: Spelled, entries: tuple[Entry, ...]) -> Compiled:
    if len(entries) > 1:
        return Compiled(Behaviour(), faults=("a constant has one entry; give one text",))
    if not entries:
        return Compiled(Behaviour())
    return Compiled(_behaviour(policy, spelled, (), entries[0].text))


def _behaviour(
    policy: Policy, spelled: Spelled, allowed: Guard, constant: str | None = None
) -> Behaviour:
    value: Value | str = TheOrigin() if constant is None else constant
    vary = (line(Act.ADD_TOKEN, VARY, "Origin"),) if spelled.vary else ()
    lines = (
        line(Act.SET, ALLOW_ORIGIN, value, policy.field),
        *allow_credentials(Act.SET, policy.credentials),
        *expose(Act.SET, policy),
    )
    listed = (
        *_listed(ALLOW_METHODS, policy.methods),
        *_listed(ALLOW_HEADERS, policy.headers),
        *write(Act.SET, MAX_AGE, policy.max_age),
    )
    responds: tuple[Respond, ...] = ()
    if spelled.preflight is not None:
        statuses = (spelled.preflight,)
        responds = (
            Respond((*OPTIONS, *allowed), statuses, (*lines, *listed, *vary)),
            Respond(OPTIONS, statuses, vary),
        )
    step = (
        Case((*OPTIONS, *allowed), (*lines, *listed, *vary)),
        Case(allowed, (*lines, *vary)),
        Case((), vary),
    )
    return Behaviour(responds, (step,))


def _listed(header: str, names: Names | None) -> tuple[Op, ...]:
    if names is None:
        return (line(Act.SET, header, UnknownValue(f"the mapping gives no {header}")),)
    return write(Act.SET, header, names)
