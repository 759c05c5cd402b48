"""From the documents of mapped applications to hops."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from auditor.core.hop.behaviour import Doing, Either
from auditor.core.reading import (
    Document,
    Gap,
    Hop,
    Layer,
    PathCase,
    PathKind,
    PathMatch,
    Reading,
    Remedy,
    Unread,
    Where,
)
from collectors.app.fault import Fault
from collectors.app.mapping import Served, parse_served, preset_of
from collectors.app.selection import Selection, from_body
from collectors.app.semantics.custom import compile_custom
from collectors.app.semantics.preset import Compiled, Preset, Version, written
from collectors.app.value import Told, read_policy
from collectors.collector import Options


@dataclass(frozen=True, slots=True)
class _App:
    """One document read: what its mapping says, and what the product does with it."""

    document: Document
    selection: Selection
    told: Told
    compiled: Compiled
    preset: Preset | None
    release: str
    assumed: tuple[str, ...]


def read_app(documents: Sequence[Document], options: Options) -> tuple[Reading, ...]:
    """Return a hop for each host of each mapped application, or why there is none.

    `documents`: kind `AppConfig`, of one source. `options`: releases by preset name, for mappings
    that name none. Several files of one mapping: it is not known which is deployed.
    """
    readings: list[Reading] = []
    ordered = sorted(documents, key=lambda document: (str(document.body["name"]), document.key))
    for _, group in groupby(ordered, key=lambda document: document.body["name"]):
        apps = [_read(document, options) for document in group]
        unread = [gap for app in apps if not isinstance(app, _App) for gap in app]
        read = [app for app in apps if isinstance(app, _App)]
        readings += unread or _hops(read)
    return tuple(readings)


def _read(document: Document, options: Options) -> _App | list[Unread]:
    selection = from_body(document.body)
    told = read_policy(selection, document.where, document.lines)
    faults = told.faults
    if not faults:
        app = _compiled(document, selection, told, options)
        if isinstance(app, _App):
            return app
        faults = app
    return [fault.unread(selection.name, selection.serves, document.source) for fault in faults]


def _compiled(
    document: Document, selection: Selection, told: Told, options: Options
) -> _App | tuple[Fault, ...]:
    if not isinstance(selection.semantics, str):
        compiled = compile_custom(told.policy, selection.semantics)
        app = _App(document, selection, told, compiled, None, "semantics as declared", ())
        return _faults(document, compiled) or app
    try:
        preset, version = preset_of(selection.semantics)
        version, assumed = _release(preset, version, options)
    except ValueError as error:
        what, _, do = str(error).partition("; ")
        return (Fault(document.where, Gap.UNSUPPORTED, what, do),)
    compiled = preset.compile(told.policy, version)
    release = f"{preset.name} {written(version)}"
    app = _App(document, selection, told, compiled, preset, release, assumed)
    return _faults(document, compiled) or app


def _release(
    preset: Preset, version: Version | None, options: Options
) -> tuple[Version, tuple[str, ...]]:
    """The release that counts, and what is assumed with it. Raises ValueError as `preset_of`."""
    assumed = tuple(f"{preset.name}: {text}" for text in preset.assumed)
    if version is None and preset.name in options:
        _, version = preset_of(f"{preset.name}@{options[preset.name]}")
        assumed = (f"{preset.name} {options[preset.name]} (assumed)", *assumed)
    if version is None:
        return preset.newest, (
            f"{preset.name} {written(preset.newest)} (newest; assumed)",
            *assumed,
        )
    if version > preset.newest:
        known = f"{preset.name} {written(preset.newest)}, the newest that was read"
        return version, (f"{preset.name} {written(version)} does as {known} (assumed)", *assumed)
    return version, assumed


def _faults(document: Document, compiled: Compiled) -> tuple[Fault, ...]:
    halves = [text.partition("; ") for text in compiled.faults]
    return tuple(Fault(document.where, Gap.INVALID, what, do) for what, _, do in halves)


# -- hops ------------------------------------------------------------------------------------------


def _hops(apps: Sequence[_App]) -> Iterator[Hop]:
    """One hop for each host; `apps` are the files of one mapping."""
    served = sorted({parse_served(text) for app in apps for text in app.selection.serves}, key=str)
    hosts = tuple(dict.fromkeys(place.host for place in served))
    for host in hosts:
        places = tuple(place for place in served if place.host == host)
        yield _hop(apps, host, places, alone=len(hosts) == 1)


def _hop(apps: Sequence[_App], host: str, places: Sequence[Served], alone: bool) -> Hop:
    first = apps[0]
    name = first.selection.name
    doing = _doing(apps)
    cases = tuple(
        PathCase(PathMatch(PathKind.PREFIX, place.path), doing, first.compiled.end)
        for place in sorted(places, key=lambda place: (-len(place.path), place.path))
    )
    owner = first.selection.owner
    return Hop(
        id=f"app:{name}" if alone else f"app:{name}@{host}",
        layer=Layer.APP,
        product=first.preset.name if first.preset else "custom",
        title=f"{name} ({first.release})",
        where=first.document.where,
        answers=(f"host:{host}",),
        cases=cases,
        source=first.document.source,
        document=first.document.key,
        role=",".join(sorted(map(str, places))),
        fields=tuple(field for app in apps for field in _fields(app)),
        remedies=_remedies(first),
        labels=(("app", name), *((("owner", owner),) if owner else ())),
        assumed=tuple(dict.fromkeys(text for app in apps for text in app.assumed)),
        notes=tuple(dict.fromkeys(note for app in apps for note in _notes(app))),
    )


def _doing(apps: Sequence[_App]) -> Doing:
    doings = tuple(dict.fromkeys(app.compiled.doing for app in apps))
    if len(doings) == 1:
        return doings[0]
    places = " and ".join(app.document.where.place for app in apps)
    return Either(f"which of {places} is deployed", doings)


def _fields(app: _App) -> Iterator[tuple[str, Where]]:
    """Every setting that was selected, and every entry, with its place."""
    place = app.document.where.place
    lines: Mapping[str, int] = app.document.lines
    for name, pick in app.selection.picked.items():
        line = lines.get(f"/inputs/{name}/value")
        if line is not None:
            yield pick.field, Where(place, line)
    for entry in app.told.policy.entries:
        yield entry.field, entry.where


def _remedies(app: _App) -> tuple[Remedy, ...]:
    text = app.preset.remedy if app.preset else "remove {origin} from the application's own list"
    picks = app.selection.picked.values()
    return tuple(Remedy(pick.field, text) for pick in picks if not pick.missing)


def _notes(app: _App) -> Iterator[str]:
    if app.selection.broken is not None:
        yield f"the file cannot be read whole ({app.selection.broken})"
    yield from app.told.notes
    yield from app.compiled.notes
