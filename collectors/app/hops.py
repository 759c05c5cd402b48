"""From an application to hops: one for each name that it answers to, with its places and paths."""

from collections.abc import Iterator, Sequence

from auditor.core.hop.behaviour import TRANSPARENT, Doing, Either, Silent, UnreadBehaviour
from auditor.core.reading import (
    ANY_PATH,
    Hop,
    Layer,
    PathCase,
    PathKind,
    PathMatch,
    Remedy,
)
from collectors.app.application import Application, Rule
from collectors.app.mapping import Served, parse_served

_SILENT = Rule(TRANSPARENT)
_BEGINNINGS = frozenset(
    {PathKind.EXACT, PathKind.PREFIX, PathKind.CHARACTERS, PathKind.TEMPLATE, PathKind.GLOB}
)
"""Kinds whose text says how a path begins."""


def hops_of(apps: Sequence[Application], rules: tuple[Rule, ...]) -> Iterator[Hop]:
    """One hop for each host, and one for the workload; `apps` are the files of one application, and
    `rules` what they come to."""
    served = sorted({parse_served(text) for app in apps for text in app.serves}, key=str)
    at: dict[str, list[Served]] = {}
    for place in served:
        at.setdefault(f"host:{place.host}", []).append(place)
    first = apps[0]
    # What runs the application sees it whole, under the paths that it has itself.
    if first.workload is not None:
        at[f"workload:{first.workload}"] = [Served(first.workload, "")]
    for answers, places in (at or {f"app:{first.name}": [Served(first.name, "")]}).items():
        yield _hop(apps, rules, answers, places, alone=len(at) <= 1)


def _hop(
    apps: Sequence[Application],
    rules: tuple[Rule, ...],
    answers: str,
    places: Sequence[Served],
    alone: bool,
) -> Hop:
    first = apps[0]
    longest = sorted(places, key=lambda place: (-len(place.path), place.path))
    settings = dict.fromkeys(name for rule in rules for name in rule.settings)
    return Hop(
        id=f"app:{first.name}" if alone else f"app:{first.name}@{places[0].host}",
        layer=Layer.APP,
        product=first.product,
        title=f"{first.name} ({first.release})",
        where=first.document.where,
        answers=(answers,),
        cases=tuple(case for place in longest for case in _cases(place.path or "/", rules)),
        source=first.document.source,
        document=first.document.key,
        role=",".join(sorted(map(str, places))),
        fields=tuple(dict.fromkeys(field for rule in rules for field in rule.fields)),
        remedies=tuple(Remedy(name, first.remedy) for name in settings),
        labels=tuple(_labels(first)),
        assumed=tuple(dict.fromkeys(text for app in apps for text in _assumed(app))),
        notes=tuple(dict.fromkeys(note for app in apps for note in app.notes)),
    )


def _labels(app: Application) -> Iterator[tuple[str, str]]:
    """Its name and owner, and the pairs under `labels` of a document that a cluster gave."""
    yield "app", app.name
    if app.owner:
        yield "owner", app.owner
    pairs = app.document.body.get("labels")
    for pair in pairs if isinstance(pairs, list) else ():
        match pair:
            case [str(name), str(text)]:
                yield name, text
            case _:
                continue


def _assumed(app: Application) -> Iterator[str]:
    yield from app.assumed
    given = app.document.body.get("assumed")
    yield from (
        text for text in (given if isinstance(given, list) else ()) if isinstance(text, str)
    )


def _cases(place: str, rules: tuple[Rule, ...]) -> Iterator[PathCase]:
    """What stands under `place`, rule by rule; the application is silent where none covers a path."""
    whole = next((rule for rule in rules if rule.covers_everything), _SILENT)
    for rule in rules:
        for match in rule.paths:
            at, doing = _placed(place, match, rule.doing, whole.doing)
            yield PathCase(at, doing, rule.end, rule.methods, title=rule.title)
        if rule.covers_everything:
            return
    yield PathCase(PathMatch(PathKind.PREFIX, place), TRANSPARENT, Silent())


def _placed(place: str, match: PathMatch, doing: Doing, rest: Doing) -> tuple[PathMatch, Doing]:
    """`match`, which is in the application's own terms, as requests under `place` meet it.

    `rest`: what the application does for paths that no narrower rule covers.
    """
    whole = PathMatch(PathKind.PREFIX, place)
    if place == "/" or _within(match, place):
        return match, doing
    if match == ANY_PATH or _beyond(match, place):
        return whole, doing
    if match.kind not in _BEGINNINGS or not match.text.startswith("/"):
        cause = f"which of the paths under {place} the pattern {match.text} takes is not read"
        return whole, UnreadBehaviour(cause)
    # The application never sees such a path, unless what stands before it takes the place off.
    under = PathMatch(match.kind, place.rstrip("/") + match.text)
    if doing == rest:
        return under, doing
    return under, Either(f"whether {place} is taken off on the way to it", (doing, rest))


def _within(match: PathMatch, place: str) -> bool:
    """Whether `match` takes paths under `place` alone."""
    whole = match.text == place and match.kind in (PathKind.EXACT, PathKind.PREFIX)
    return match.kind in _BEGINNINGS and (whole or match.text.startswith(place.rstrip("/") + "/"))


def _beyond(match: PathMatch, place: str) -> bool:
    """Whether `match` takes everything under `place`."""
    match match.kind:
        case PathKind.PREFIX:
            return place.startswith(match.text.rstrip("/") + "/")
        case PathKind.CHARACTERS:
            return place.startswith(match.text)
        case _:
            return False
