"""A behaviour in words, line by line: what stands beside the setting that it came from.

One line for each operation; the first of an answer or a case carries its condition, the others
follow it indented, so that a line says what it takes to be reached. The words are the model's.
Texts that others wrote are bare only while they cannot be taken for anything else, quoted otherwise,
and hold printable ASCII only. Two behaviours that differ never print alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from auditor.core.hop.behaviour import (
    TRANSPARENT,
    Behaviour,
    Cache,
    Doing,
    Either,
    Forward,
    Inward,
    Mix,
    Respond,
    Step,
    UnreadBehaviour,
)
from auditor.core.hop.guard import (
    OPTIONS,
    PREFLIGHT,
    Atom,
    Guard,
    MethodIn,
    Not,
    OriginIn,
    OriginPresent,
    RequestedHeadersWithin,
    RequestedMethodIn,
    RequestHeaderPresent,
    ResponseHeaderPresent,
    StatusIn,
    Term,
    UnknownGuard,
)
from auditor.core.hop.header import CORS_NAMES, HeaderNames
from auditor.core.hop.op import (
    InnerHeader,
    Literal,
    Op,
    RequestedHeaders,
    RequestedMethod,
    RequestHeader,
    TheOrigin,
    UnknownValue,
    Value,
)
from auditor.core.language.pattern import Pattern

_QUOTED_CHARACTERS = frozenset(' ",(){}*\\')
_STOPS = frozenset(":;.")
_ESCAPE = "\\u{"


def printed(doing: Doing) -> tuple[str, ...]:
    """`doing` as lines, each of printable ASCII without a line end, in the order of the model."""
    match doing:
        case Behaviour():
            return _behaviour(doing) if doing != TRANSPARENT else ("passes everything as it is",)
        case Either(cause, options):
            return (f"either, not known which: {_quoted(cause)}", *_options(options))
        case Mix(cause, options):
            return (f"mix, each request meets one: {_quoted(cause)}", *_options(options))
        case UnreadBehaviour(cause):
            return (f"unread, everything is possible: {_quoted(cause)}",)
        case _:
            assert_never(doing)


def _options(options: Sequence[Doing]) -> Iterator[str]:
    for option in options:
        first, *others = printed(option)
        yield f"  - {first}"
        yield from (f"    {line}" for line in others)


def _behaviour(behaviour: Behaviour) -> tuple[str, ...]:
    lines: list[str] = []
    for respond in behaviour.responds:
        lines += _block(_answer(respond), respond.ops)
    for step in behaviour.edits:
        lines += _step(step)
    return (*lines, *_inward(behaviour.inward), *_cache(behaviour.cache))


def _block(head: str, ops: Sequence[Op]) -> Iterator[str]:
    if not ops:
        yield f"{head}: nothing"
    for at, op in enumerate(ops):
        yield f"  and {_op(op)}" if at else f"{head}: {_op(op)}"


def _answer(respond: Respond) -> str:
    verb = "answer" if respond.certain else "sometimes answer"
    statuses = " or ".join(str(status) for status in respond.statuses)
    edited = ", edited as below" if respond.edited else ""
    return f"{verb} {statuses}{_field(respond.field)}{_when(respond.when)}{edited}"


def _step(step: Step) -> Iterator[str]:
    if not step:
        yield "edit: no case"
    for at, case in enumerate(step):
        yield from _block(f"{'else edit' if at else 'edit'}{_when(case.when)}", case.ops)


def _inward(inward: Inward) -> Iterator[str]:
    match inward.origin:
        case Literal(text):
            yield f"inward: Origin is {_quoted(text)}"
        case Forward.DROP:
            yield "inward: Origin dropped"
        case Forward.KEEP:
            pass
        case _:
            assert_never(inward.origin)
    if inward.requested is Forward.DROP:
        yield "inward: Access-Control-Request-* dropped"


def _cache(cache: Cache | None) -> Iterator[str]:
    if cache is not None:
        yield (
            f"cache: key {_set(map(_word, cache.key))}, "
            f"{'honours' if cache.honours_vary else 'ignores'} Vary, "
            f"{'stores' if cache.stores_options else 'does not store'} OPTIONS, "
            f"statuses {_statuses(cache.statuses)}"
        )


# -- operations and values -------------------------------------------------------------------------


def _op(op: Op) -> str:
    names = "all CORS names" if op.names == CORS_NAMES else ", ".join(map(_word, op.names))
    value = "" if op.value is None else f" {_value(op.value)}"
    return f"{op.act} {names}{value}{_field(op.field)}"


def _field(field: str) -> str:
    return f" ({_word(field)})" if field else ""


def _value(value: Value) -> str:
    match value:
        case Literal(text):
            return _quoted(text)
        case TheOrigin():
            return "the origin"
        case RequestedMethod():
            return "the requested method"
        case RequestedHeaders(within, ordered):
            return f"the requested headers within {_names(within)}{', sorted' if ordered else ''}"
        case RequestHeader(name):
            return f"the request header {_word(name)}"
        case InnerHeader(name):
            return f"the inner header {_word(name)}"
        case UnknownValue(cause):
            return f"unknown {_quoted(cause)}"
        case _:
            assert_never(value)


# -- guards ----------------------------------------------------------------------------------------


def _when(guard: Guard) -> str:
    if not guard:
        return ""
    preflight = guard[: len(PREFLIGHT)] == PREFLIGHT
    rest = guard[len(PREFLIGHT) :] if preflight else guard
    return " when " + " and ".join([*(["preflight"] if preflight else []), *map(_term, rest)])


def _term(term: Term) -> str:
    return f"not ({_atom(term.atom)})" if isinstance(term, Not) else _atom(term)


def _atom(atom: Atom) -> str:  # noqa: C901, PLR0911 - one arm for each atom, exhaustive by type
    match atom:
        case OriginIn(patterns):
            return f"origin in {_patterns(patterns)}"
        case OriginPresent():
            return "origin present"
        case MethodIn(methods):
            return "OPTIONS" if (atom,) == OPTIONS else f"method in {_set(map(_word, methods))}"
        case RequestedMethodIn(methods):
            asked = "present" if methods is None else f"in {_set(map(_word, methods))}"
            return f"requested method {asked}"
        case RequestedHeadersWithin(names):
            return f"requested headers within {_names(names)}"
        case RequestHeaderPresent(name):
            return f"request header {_word(name)} present"
        case StatusIn(statuses):
            return f"status in {_statuses(statuses)}"
        case ResponseHeaderPresent(name):
            return f"response header {_word(name)} present"
        case UnknownGuard(cause):
            return f"unknown {_quoted(cause)}"
        case _:
            assert_never(atom)


def _patterns(patterns: tuple[Pattern, ...]) -> str:
    # Their order is part of the data, so they are not sorted.
    texts = [f"{pattern.dialect}:{_word(pattern.text, also='*')}" for pattern in patterns]
    return texts[0] if len(texts) == 1 else "{" + ", ".join(texts) + "}"


def _names(names: HeaderNames) -> str:
    """A listed `x-*` is quoted, so a bare star at the end always means a prefix."""
    listed = [*map(_word, sorted(names.names)), *(f"{_word(p)}*" for p in sorted(names.prefixes))]
    listed += [_patterns((pattern,)) for pattern in names.patterns]
    if names.every:
        return f"any, {_set(listed)}" if listed else "any"
    return _set(listed)


# -- texts -----------------------------------------------------------------------------------------


def _set(texts: Iterable[str]) -> str:
    return "{" + ", ".join(sorted(texts)) + "}"


def _statuses(statuses: frozenset[int]) -> str:
    return "{" + ", ".join(map(str, sorted(statuses))) + "}"


def _word(text: str, also: str = "") -> str:
    """`text` bare when it is one plain word (`also`: characters that are plain here)."""
    plain = text.isascii() and text.isprintable() and not (_QUOTED_CHARACTERS - {*also}) & {*text}
    return text if text and plain and text[-1] not in _STOPS else _quoted(text)


def _quoted(text: str) -> str:
    """`text` in quotes; what is not printable ASCII, and a quote, as its code point in hex.

    A backslash stands for itself, because regular expressions are full of them, unless it would
    read as the start of such an escape.
    """
    return '"' + "".join(_escaped(text)) + '"'


def _escaped(text: str) -> Iterator[str]:
    for at, char in enumerate(text):
        plain = char.isascii() and char.isprintable() and char != '"'
        if plain and not text.startswith(_ESCAPE, at):
            yield char
        else:
            yield f"{_ESCAPE}{ord(char):x}}}"
