"""Asking again: the same classes on a path whose unread hops pass everything, or on one hop alone."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from auditor.core.decision.canonical import Same
from auditor.core.decision.classes import Asked
from auditor.core.decision.judged import Ask, Seen, see
from auditor.core.decision.question import question
from auditor.core.hop.behaviour import (
    Behaviour,
    Doing,
    Either,
    Mix,
    Silent,
    UnreadBehaviour,
)
from auditor.core.language.cut import DecisionClass
from auditor.core.link.route import chain
from auditor.core.link.walk import Way
from auditor.core.path.exchange import HopChain
from rules.rule import View
from rules.source import doing_at


def transparent(view: View, about: DecisionClass) -> Seen:
    """What `about` can do where every hop that was not read passes everything as it is."""
    return _seen(_whole(Same(view), None, unread_passes=True), Same(about))


def answering(view: View, about: DecisionClass, asked: Asked) -> Seen:
    """What `about` can do, with the answers to the preflights of `asked` and of no other."""
    return _seen(_whole(Same(view), (asked,), unread_passes=False), Same(about))


def alone(view: View, way: Way, at: int, about: DecisionClass) -> Seen:
    """What the hop at position `at` of `way` would let `about` do with nothing but a silent app
    behind it; the position after the last hop is that of a service at the end."""
    return _seen(_single(Same(view), Same(way), at), Same(about))


def uncached(view: View, about: DecisionClass) -> Seen:
    """What `about` can do where no hop of the path stores answers."""
    return _seen(_fresh(Same(view)), Same(about))


# Several rules ask the same of one path, one after the other: for its classes, hop by hop.


@lru_cache(maxsize=64)
def _whole(view: Same[View], asked: tuple[Asked, ...] | None, *, unread_passes: bool) -> Same[Ask]:
    path, host = view.of.path, view.of.route.host
    chains = (chain(path.actual, host), chain(path.preflight, host))
    return _ask(view.of, chains, asked, unread_passes=unread_passes)


@lru_cache(maxsize=64)
def _fresh(view: Same[View]) -> Same[Ask]:
    path, host = view.of.path, view.of.route.host
    actual, preflight = (
        replace(one, doings=tuple(map(_without_cache, one.doings)))
        for one in (chain(path.actual, host), chain(path.preflight, host))
    )
    return _ask(view.of, (actual, preflight), None, unread_passes=False)


def _without_cache(doing: Doing) -> Doing:
    match doing:
        case Behaviour():
            return replace(doing, cache=None)
        case Either(options=options) | Mix(options=options):
            return replace(doing, options=tuple(map(_without_cache, options)))
        case UnreadBehaviour():
            return doing


@lru_cache(maxsize=64)
def _single(view: Same[View], way: Same[Way], at: int) -> Same[Ask]:
    stands = doing_at(way.of, at)
    doings = () if stands is None else (stands[1],)
    one = HopChain(doings, Silent((200,)), view.of.route.host)
    return _ask(view.of, (one, one), (Asked("GET"),), unread_passes=False)


def _ask(
    view: View,
    chains: tuple[HopChain, HopChain],
    asked: tuple[Asked, ...] | None,
    *,
    unread_passes: bool,
) -> Same[Ask]:
    ask = question(*chains, view.route.methods, view.route.allowed)
    return Same(replace(ask, asked=asked or ask.asked, transparent=unread_passes))


@lru_cache(maxsize=2048)
def _seen(ask: Same[Ask], about: Same[DecisionClass]) -> Seen:
    return see(ask.of, about.of)
