"""Two behaviours that differ never print alike, and equal ones always do."""

import itertools
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any, get_args

from hypothesis import given, settings

from auditor.core.hop.behaviour import (
    TRANSPARENT,
    Behaviour,
    Cache,
    Case,
    Doing,
    Either,
    Forward,
    Inward,
    Mix,
    Respond,
)
from auditor.core.hop.guard import (
    ALWAYS,
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
    UnknownGuard,
)
from auditor.core.hop.header import CORS_NAMES, VARY, HeaderNames
from auditor.core.hop.op import (
    Act,
    InnerHeader,
    Literal,
    Op,
    RequestedHeaders,
    RequestedMethod,
    RequestHeader,
    TheOrigin,
    UnknownValue,
    Value,
    set_,
)
from auditor.core.hop.printed import printed
from auditor.core.language.pattern import Dialect, Pattern
from tests.core.strategies import doings

NASTY = (
    "",
    "a",
    "a b",
    "a, b",
    "a,",
    "a:",
    "a: set x",
    'a"',
    "a\\",
    "a\\u{22}",
    "a)",
    "(a)",
    "{a}",
    "a*",
    "*",
    "any",
    "a and origin present",
    "a\n  and set x",
    "\u202ea",
    "\\u{202e}a",
)


def edit(*ops: Op, when: Guard = ALWAYS) -> Behaviour:
    return Behaviour(edits=((Case(when, ops),),))


def _distinct(doings_: Iterable[Doing]) -> bool:
    apart = set(doings_)
    return len({printed(doing) for doing in apart}) == len(apart)


def _all_names() -> list[HeaderNames]:
    sets = [frozenset[str](), *(frozenset({text}) for text in NASTY), frozenset({"a", "b"})]
    return [HeaderNames(n, p, e) for n, p, e in itertools.product(sets, sets, (False, True))]


def _all_atoms() -> list[Atom]:
    patterns = [Pattern(d, t) for d in (Dialect.EXACT, Dialect.PREFIX) for t in NASTY]
    methods = [frozenset[str](), *(frozenset({t}) for t in ("OPTIONS", "preflight", *NASTY))]
    methods += [frozenset({"a", "b"}), frozenset({"a", "OPTIONS"})]
    return [
        OriginIn(()),
        OriginIn((patterns[0], patterns[1])),
        OriginIn((patterns[1], patterns[0])),
        *(OriginIn((pattern,)) for pattern in patterns),
        OriginPresent(),
        *(MethodIn(chosen) for chosen in methods),
        *(RequestedMethodIn(chosen) for chosen in (None, *methods)),
        *(RequestedHeadersWithin(names) for names in _all_names()),
        *(kind(text) for text in NASTY for kind in (RequestHeaderPresent, ResponseHeaderPresent)),
        *(StatusIn(frozenset(chosen)) for chosen in ((), (200,), (404,), (200, 404))),
        *(UnknownGuard(text) for text in NASTY),
    ]


def _all_values() -> list[Value]:
    kinds = (Literal, RequestHeader, InnerHeader, UnknownValue)
    return [
        TheOrigin(),
        RequestedMethod(),
        *(RequestedHeaders(names, ordered) for names in _all_names() for ordered in (False, True)),
        *(kind(text) for text in NASTY for kind in kinds),
    ]


def test_no_two_conditions_look_alike() -> None:
    atoms = _all_atoms()
    some = atoms[:: len(atoms) // 40]
    single: list[Guard] = [(term,) for atom in atoms for term in (atom, Not(atom))]
    pairs: list[Guard] = list(itertools.product(some, repeat=2))
    extra: list[Guard] = [ALWAYS, PREFLIGHT, PREFLIGHT[::-1], PREFLIGHT[:2], (*PREFLIGHT, *OPTIONS)]
    assert _distinct([edit(when=guard) for guard in (*single, *pairs, *extra)])


def test_no_two_operations_look_alike() -> None:
    names: list[tuple[str, ...]] = [(t,) for t in NASTY if t == t.lower()]
    names += [("a", "b"), ("b", "a"), ("all",), CORS_NAMES, CORS_NAMES[:2]]
    values = _all_values()
    acts = [act for act in Act if act is not Act.REMOVE]
    writing = itertools.product(acts, names, values[:: len(values) // 40], ("", "f", "f) (g"))
    removing = itertools.product((Act.REMOVE,), names, (None,), NASTY)
    every = [set_("a", value) for value in values]
    assert _distinct([edit(Op(*parts)) for parts in (*writing, *removing)])
    assert _distinct([edit(op) for op in every])


def test_where_operations_stand_is_told() -> None:
    one, two = set_(VARY, "a"), set_(VARY, "b")
    in_case, in_two = Case(ALWAYS, (one, two)), (Case(ALWAYS, (one,)), Case(ALWAYS, (two,)))
    answers = Respond(ALWAYS, (200,), (one, two)), Respond(ALWAYS, (200,), (one,))
    arrangements: list[Doing] = [
        TRANSPARENT,
        Behaviour(edits=((in_case,),)),
        Behaviour(edits=(in_two,)),
        Behaviour(edits=((in_two[0],), (in_two[1],))),
        Behaviour(edits=((),)),
        Behaviour(edits=((), ())),
        Behaviour(edits=((Case(ALWAYS, ()),),)),
        Behaviour(responds=answers[:1]),
        Behaviour(responds=(answers[1], Respond(ALWAYS, (200,), (two,)))),
        Behaviour(responds=answers[1:], edits=((in_two[1],),)),
        *(Behaviour(responds=(replace(answers[0], **way),)) for way in _ways()),
        *(Behaviour(inward=Inward(o, r)) for o in (*Forward, Literal("drop")) for r in Forward),
    ]
    nested: list[Doing] = [Mix("c", (TRANSPARENT, a)) for a in arrangements]
    either: list[Doing] = [Either("c", (TRANSPARENT, a)) for a in arrangements]
    deeper: list[Doing] = [Mix("c", (a, TRANSPARENT, Mix("c", (a, a)))) for a in (*nested, *either)]
    assert _distinct([*arrangements, *nested, *either, *deeper])


def test_no_two_caches_look_alike() -> None:
    sets = [frozenset[str](), *(frozenset({text}) for text in NASTY), frozenset({"a", "b"})]
    statuses = [frozenset(chosen) for chosen in ((), (200,), (200, 404))]
    every = itertools.product(sets, (False, True), (False, True), statuses)
    assert _distinct([TRANSPARENT, *(Behaviour(cache=Cache(*parts)) for parts in every)])


def _ways() -> list[dict[str, Any]]:
    return [
        {"certain": False},
        {"edited": True},
        {"certain": False, "edited": True},
        {"statuses": (200, 204)},
        {"statuses": (204, 200)},
        {"field": "f"},
        {"when": OPTIONS},
    ]


SEEN: dict[tuple[str, ...], Doing] = {}


@settings(max_examples=300, deadline=None)
@given(doings())
def test_whatever_prints_alike_is_alike(doing: Doing) -> None:
    lines = printed(doing)
    assert lines == printed(_rebuilt(doing))
    assert SEEN.setdefault(lines, doing) == doing


def _rebuilt(thing: Any) -> Any:
    """The same data built anew, sets filled in another order."""
    if is_dataclass(thing) and not isinstance(thing, type):
        return type(thing)(*(_rebuilt(getattr(thing, field.name)) for field in fields(thing)))
    if isinstance(thing, tuple):
        return tuple(_rebuilt(item) for item in thing)
    if isinstance(thing, frozenset):
        return frozenset(sorted(thing, reverse=True))
    return thing


# -- the strategies --------------------------------------------------------------------------------


def _kinds(thing: Any) -> set[Any]:
    if is_dataclass(thing):
        parts = {kind for f in fields(thing) for kind in _kinds(getattr(thing, f.name))}
        return {type(thing), *parts}
    if isinstance(thing, tuple):
        return {kind for item in thing for kind in _kinds(item)}
    return {thing} if isinstance(thing, Act | Forward) else set()


KINDS = [*get_args(Atom), *get_args(Value), *get_args(Doing), *Act, *Forward, Not, Cache, Respond]


def test_every_kind_of_the_language_is_drawn() -> None:
    drawn: set[Any] = set()

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(doings())
    def draw(doing: Doing) -> None:
        drawn.update(_kinds(doing))

    draw()
    assert set(KINDS) <= drawn
