"""A pattern described for an engineer: what it lets in, by name and by example."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from auditor.core.language.cut import Cut, DecisionClass, cut
from auditor.core.language.dialect import Opaque, compile_pattern, singleton
from auditor.core.language.pattern import ANY, Dialect, Pattern
from auditor.core.language.probe import probes
from auditor.core.language.tree import accepts
from auditor.core.language.universe import origins, scheme_of


class Kind(StrEnum):
    """The name of what a pattern lets in."""

    NOTHING = "nothing"
    EXACT = "exact"
    ANY_ORIGIN = "any-origin"
    ANY_HTTPS = "any-https-origin"
    ANY_HTTP = "any-http-origin"
    ANY_SUBDOMAIN = "any-subdomain"
    PREFIX_CONFUSION = "prefix-confusion"
    SUFFIX_CONFUSION = "suffix-confusion"
    SEVERAL = "several"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Description:
    """`kind`; up to three `witnesses` that it takes; `widened`: witnesses of what it takes beyond the
    origins and patterns that it was held against; `reason`: why it could not be read."""

    pattern: Pattern
    kind: Kind
    witnesses: tuple[str, ...] = ()
    widened: tuple[str, ...] = ()
    reason: str | None = None


def describe(
    pattern: Pattern,
    valid: Callable[[str], bool],
    against: Iterable[Pattern] = (),
) -> Description:
    """Describe `pattern`, held against the patterns of an allowlist if there are any."""
    machine = compile_pattern(pattern)
    if isinstance(machine, Opaque):
        return Description(pattern, Kind.UNREAD, reason=machine.reason)
    wanted = tuple(against)
    parts = _cut(pattern, wanted, valid)
    inside = [one for one in parts.classes if pattern in one.matches]
    beyond = [one for one in inside if not any(p in one.matches for p in wanted)]
    kind = _kind(pattern, parts, inside, valid)
    widened = _members(beyond) if wanted else ()
    return Description(pattern, kind, _witnesses(pattern, inside, valid), widened, parts.unfinished)


def contains(pattern: Pattern, origin: str) -> bool | None:
    """Whether `pattern` takes `origin`; None where it could not be read."""
    machine = compile_pattern(pattern)
    return None if isinstance(machine, Opaque) else accepts(machine, origin)


def _cut(pattern: Pattern, wanted: tuple[Pattern, ...], valid: Callable[[str], bool]) -> Cut:
    texts = [p.text for p in (pattern, *wanted)]
    literals = [text for text in map(singleton, (pattern, *wanted)) if text is not None]
    schemes = frozenset(filter(None, map(scheme_of, texts)))
    fixed = [text for text in literals if valid(text)]
    found = probes(texts)
    return cut(origins(schemes), [pattern, *wanted, *_LENSES], fixed, valid=valid, probes=found)


_HTTPS = Pattern(Dialect.PREFIX, "https://")
_HTTP = Pattern(Dialect.PREFIX, "http://")
_LENSES = (_HTTPS, _HTTP, ANY)


def _kind(
    pattern: Pattern, parts: Cut, inside: list[DecisionClass], valid: Callable[[str], bool]
) -> Kind:
    if not inside:
        return Kind.NOTHING
    if singleton(pattern) is not None:
        return Kind.EXACT
    outside = [one for one in parts.classes if pattern not in one.matches]
    if not outside:
        return Kind.ANY_ORIGIN
    for lens, kind in ((_HTTPS, Kind.ANY_HTTPS), (_HTTP, Kind.ANY_HTTP)):
        only = all(lens in one.matches for one in inside)
        if only and not any(lens in one.matches for one in outside):
            return kind
    return _shape(pattern, valid)


def _shape(pattern: Pattern, valid: Callable[[str], bool]) -> Kind:
    """By what it does to the host that it names; a guess by example, not a proof."""
    host = pattern.text.partition("://")[2].partition(":")[0].lstrip("*").lstrip(".")
    scheme = scheme_of(pattern.text) or "https"
    if not host or "*" in host or not valid(f"{scheme}://{host}"):
        return Kind.SEVERAL
    tests = (
        (f"{scheme}://{host}.evil.com", Kind.SUFFIX_CONFUSION),
        (f"{scheme}://evil{host}", Kind.PREFIX_CONFUSION),
        (f"{scheme}://a.b.{host}", Kind.ANY_SUBDOMAIN),
        (f"{scheme}://a.{host}", Kind.ANY_SUBDOMAIN),
    )
    return next((kind for text, kind in tests if contains(pattern, text)), Kind.SEVERAL)


def _witnesses(
    pattern: Pattern, inside: list[DecisionClass], valid: Callable[[str], bool]
) -> tuple[str, ...]:
    """Three that it takes and a browser can send: the telling ones first."""
    found = (text for text in probes([pattern.text]) if contains(pattern, text))
    telling = [text for text in found if valid(text)]
    return tuple(dict.fromkeys([*telling, *_members(inside)]))[:3]


def _members(classes: Iterable[DecisionClass]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(member for one in classes for member in one.members))[:3]
