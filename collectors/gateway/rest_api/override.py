"""What a mapping template writes over the headers of a response: the origins it lets through.

Facts: `$context.responseOverride.header.{name}` replaces the header after all mappings, overrides
are final, and overriding one header twice is answered 5XX (developer guide,
apigateway-override-request-response-parameters). `$input.params('x')` looks in the path, the query
string and the headers, in that order; header names are processed case-sensitively
(api-gateway-mapping-template-reference, api-gateway-known-issues). `String.matches` of Java takes
the whole text. The shapes in use:
- CDK addCorsPreflight: `#if($origin == "b" || ...)` (aws-cdk 008e41b, aws-apigateway/resource.ts);
- Serverless: `#if($origin.matches("https://.*[.]x") || ...)`, older `$origin == "x"`, no static
  header (serverless a627034 and 01b529a, apiGateway/lib/cors.js).
A template of any other shape that mentions an override is `Opaque`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from auditor.core.hop.header import CORS_NAMES, VARY
from auditor.core.language.pattern import ANY, Dialect, Pattern, exact
from collectors.gateway.rest_api.velocity import (
    AnyOf,
    Call,
    Compared,
    Expression,
    If,
    Plain,
    Reference,
    Set,
    Statement,
    Text,
)
from collectors.gateway.rest_api.velocity_parser import UnreadableError, parse_template

WRITTEN = (*CORS_NAMES, VARY)
"""The headers whose lines are followed."""

_MENTIONS = ("responseoverride", "access-control-")
_OVERRIDE = ("context", "responseOverride", "header")
_METHODS = {
    "matches": Dialect.JAVA_FULL,
    "equals": Dialect.EXACT,
    "startsWith": Dialect.PREFIX,
    "endsWith": Dialect.SUFFIX,
}
_ORIGIN = "Origin"
_GIVEN = frozenset({"context", "input", "stageVariables", "util"})


@dataclass(frozen=True, slots=True)
class Alternative:
    """Headers that are written for origins that one of `patterns` takes; None: for every request.

    `headers`: lower-case name and text; None stands for the origin.
    """

    patterns: tuple[Pattern, ...] | None
    headers: tuple[tuple[str, str | None], ...]


Chain: TypeAlias = tuple[Alternative, ...]
"""Alternatives in order: the first that takes the origin is the one."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a template does: every chain. `shadowed`: a path or query parameter can stand for the
    Origin header; `one_case`: the header is looked for in one spelling only."""

    chains: tuple[Chain, ...]
    shadowed: bool = False
    one_case: bool = False


@dataclass(frozen=True, slots=True)
class Opaque:
    """A template that is not read, why, and the headers that it may write."""

    cause: str
    names: tuple[str, ...]


def mentions_override(template: str) -> bool:
    """Say whether `template` can have to do with CORS headers."""
    lower = template.lower()
    return any(word in lower for word in _MENTIONS)


def read_overrides(template: str) -> Overrides | Opaque | None:
    """Return what `template` writes over the headers; None when it writes nothing over them."""
    if not mentions_override(template):
        return None
    try:
        reader = _Reader()
        chains = reader.run(parse_template(template))
    except UnreadableError as problem:
        return Opaque(f"a mapping template is not read: {problem}", _names(template))
    kept = tuple(chain for chain in map(_followed, chains) if chain)
    one_case = len(reader.spellings) == 1
    return Overrides(kept, reader.shadowed, one_case) if kept else None


def _names(template: str) -> tuple[str, ...]:
    """The headers that a template names; all of them when it names none."""
    lower = template.lower()
    named = tuple(name for name in CORS_NAMES if name in lower)
    if f"header.{VARY}" in lower:
        named = (*named, VARY)
    return named or WRITTEN


def _followed(chain: Chain) -> Chain:
    """`chain` without headers that nobody follows; empty when nothing is left to write."""
    kept = tuple(
        Alternative(one.patterns, tuple(row for row in one.headers if row[0] in WRITTEN))
        for one in chain
    )
    return kept if any(one.headers for one in kept) else ()


class _Reader:
    """One run over a template. `_origins`: variables that hold the Origin header."""

    def __init__(self) -> None:
        self.shadowed = False
        self.spellings: set[str] = set()
        self._origins: set[str] = set()
        self._texts: dict[str, str] = {}

    def run(self, statements: Sequence[Statement]) -> list[Chain]:
        found: list[Chain] = []
        for statement in statements:
            match statement:
                case Plain(text):
                    _refuse_override(text)
                case Set(to, value):
                    headers = self._set(to, value)
                    found += [(Alternative(None, headers),)] if headers else []
                case If():
                    found += self._if(statement)
        _refuse_doubles(found)
        return found

    def _set(self, to: Reference, value: Expression) -> tuple[tuple[str, str | None], ...]:
        """The header that a #set writes, if it is one; otherwise the variable is remembered."""
        if to.parts[:3] == _OVERRIDE and len(to.parts) == 4 and isinstance(to.parts[3], str):
            return ((to.parts[3].lower(), self._written(value)),)
        if len(to.parts) != 1 or to.parts[0] in _GIVEN:
            raise UnreadableError("it sets something other than a header or a variable")
        (name,) = to.parts
        self._forget((str(name),))
        if self._is_origin(value):
            self._origins.add(str(name))
        elif isinstance(value, Text):
            self._texts[str(name)] = value.text
        else:
            _refuse_override(repr(value))
        return ()

    def _written(self, value: Expression) -> str | None:
        if self._is_origin(value):
            return None
        if isinstance(value, Text):
            return value.text
        if isinstance(value, Reference) and value.parts[0] in self._texts and len(value.parts) == 1:
            return self._texts[str(value.parts[0])]
        raise UnreadableError("it writes a header from something other than the origin or a text")

    def _if(self, statement: If) -> list[Chain]:
        if self._is_second_look(statement):
            return []
        before = set(self._origins), dict(self._texts)
        chain: list[Alternative] = []
        for branch in statement.branches:
            # What one branch sets has not happened in the next.
            self._origins, self._texts = set(before[0]), dict(before[1])
            patterns = None if branch.condition is None else self._patterns(branch.condition)
            headers = [row for inner in branch.body for row in self._inner(inner)]
            chain.append(Alternative(patterns, tuple(headers)))
        self._origins, self._texts = before
        self._forget(_assigned(statement))
        if not any(one.headers for one in chain):
            return []
        if any(one.patterns == () for one in chain):
            raise UnreadableError("a condition is no comparison of the origin with texts")
        return [tuple(chain)]

    def _inner(self, statement: Statement) -> tuple[tuple[str, str | None], ...]:
        match statement:
            case Plain(text):
                _refuse_override(text)
                return ()
            case Set(to, value):
                return self._set(to, value)
            case If():
                _refuse_override(repr(statement))
                self._forget(_assigned(statement))
                return ()

    def _is_second_look(self, statement: If) -> bool:
        """`#if($origin == "") #set($origin = ...) #end`: the header in its other spelling."""
        (branch, *others) = statement.branches
        sets = [one for one in branch.body if not isinstance(one, Plain)]
        match branch.condition, sets:
            case Compared(Reference((str(name),)), Text(""), True), [
                Set(Reference((same,)), value)
            ]:
                plain = all(not one.text.strip() for one in branch.body if isinstance(one, Plain))
                known = name == same and name in self._origins and not others and plain
                return known and self._is_origin(value)
            case _:
                return False

    def _patterns(self, condition: Expression) -> tuple[Pattern, ...]:
        """The origins for which `condition` holds; empty when it is not known."""
        match condition:
            case AnyOf(conditions):
                found = [self._patterns(one) for one in conditions]
                return tuple(p for one in found for p in one) if all(found) else ()
            case Compared(left, Text(text), True) | Compared(Text(text), left, True):
                return (exact(text),) if text and self._is_origin(left) else ()
            case Compared(left, Text(""), False):
                return (ANY,) if self._is_origin(left) else ()
            case Reference((*parts, Call(name, (Text(text),)))) if name in _METHODS and text:
                asked = Reference(tuple(parts))
                return (Pattern(_METHODS[name], text),) if self._is_origin(asked) else ()
            case _:
                return (ANY,) if self._is_origin(condition) else ()

    def _is_origin(self, value: Expression) -> bool:
        if not isinstance(value, Reference):
            return False
        if len(value.parts) == 1 and value.parts[0] in self._origins:
            return True
        match value.parts:
            case ("input", Call("params", (Text(name),))):
                self.shadowed |= name.lower() == _ORIGIN.lower()
            case ("input", Call("params", ()), "header", Call("get", (Text(name),))):
                pass
            case ("input", Call("params", ()), "header", str(name)):
                pass
            case _:
                return False
        self.spellings |= {name} if name.lower() == _ORIGIN.lower() else set()
        return name.lower() == _ORIGIN.lower()

    def _forget(self, names: Iterable[str]) -> None:
        for name in names:
            self._origins.discard(name)
            self._texts.pop(name, None)


def _assigned(statement: Statement) -> Iterator[str]:
    """The variables that `statement` sets anywhere."""
    match statement:
        case Set(Reference((str(name),))):
            yield name
        case If(branches):
            for branch in branches:
                for inner in branch.body:
                    yield from _assigned(inner)
        case _:
            return


def _refuse_override(text: str) -> None:
    if "override" in text.lower():
        raise UnreadableError("an override outside a #set of its own, or in nested conditions")


def _refuse_doubles(chains: Sequence[Chain]) -> None:
    """Within one chain a header may stand once in each alternative, over all chains in one only."""
    seen: set[str] = set()
    for chain in chains:
        for one in chain:
            names = [name for name, _ in one.headers]
            if len(set(names)) < len(names):
                raise UnreadableError("a header is overridden twice")
        here = {name for one in chain for name, _ in one.headers}
        if here & seen:
            raise UnreadableError("a header is overridden in two places")
        seen |= here
