"""From the documents of applications to hops."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from auditor.core.reading import Document, Gap, Reading, Unread, Where
from collectors.app.application import Application, Rule, merged
from collectors.app.fault import Fault
from collectors.app.hops import hops_of
from collectors.app.mapping import names_of
from collectors.app.parts import is_sourced
from collectors.app.release import Release, compile_policy, release_of
from collectors.app.selection import Selection, from_body
from collectors.app.semantics.preset import Compiled
from collectors.app.sourced import read_sourced
from collectors.app.value import Told, read_policy
from collectors.collector import Options

_OWN_LIST = "remove {origin} from the application's own list"


def read_app(documents: Sequence[Document], options: Options) -> tuple[Reading, ...]:
    """Return a hop for each name that each application answers to, or why there is none.

    `documents`: kind `AppConfig`, of one source. `options`: releases by preset name, for mappings
    that name none. Several files of one application: it is not known which is deployed.
    """
    readings: list[Reading] = []
    ordered = sorted(documents, key=lambda document: (str(document.body["name"]), document.key))
    for _, group in groupby(ordered, key=lambda document: document.body["name"]):
        apps = [_read(document, options) for document in group]
        unread = [gap for app in apps if not isinstance(app, Application) for gap in app]
        read = [app for app in apps if isinstance(app, Application)]
        readings += unread or _hops(read)
    return tuple(readings)


def _hops(apps: Sequence[Application]) -> Iterator[Reading]:
    """The hops of one application; `apps` are its files."""
    rules = merged(apps)
    if rules is not None:
        yield from hops_of(apps, rules)
        return
    first = apps[0]
    places = ", ".join(app.document.where.place for app in apps)
    what = f"{places} speak of different paths, and it is not known which of them is deployed"
    fault = Fault(first.document.where, Gap.UNRESOLVED, what, "name one of them")
    names = names_of(first.serves, first.workload)
    yield fault.unread(first.name, names, first.document.source)


def _read(document: Document, options: Options) -> Application | list[Unread]:
    if is_sourced(document.body):
        return read_sourced(document, options)
    selection = from_body(document.body)
    told = read_policy(selection, document.where, document.lines)
    faults = told.faults
    if not faults:
        app = _configured(document, selection, told, options)
        if isinstance(app, Application):
            return app
        faults = app
    return [fault.unread(selection.name, selection.names, document.source) for fault in faults]


def _configured(
    document: Document, selection: Selection, told: Told, options: Options
) -> Application | tuple[Fault, ...]:
    """The application of a document whose values a mapping selected."""
    if not isinstance(selection.semantics, str):
        compiled = compile_policy(selection.semantics, told.policy, document.where)
        if isinstance(compiled, tuple):
            return compiled
        named = ("custom", "semantics as declared", _OWN_LIST)
        return _application(document, selection, told, compiled, named, ())
    release = release_of(selection.semantics, options, document.where)
    if isinstance(release, Fault):
        return (release,)
    compiled = compile_policy(release, told.policy, document.where)
    if isinstance(compiled, tuple):
        return compiled
    named = (release.preset.name, release.title, release.preset.remedy)
    return _application(document, selection, told, compiled, named, _assumed(release))


def _assumed(release: Release) -> tuple[str, ...]:
    """What is assumed of settings that a mapping cannot name, and of the release."""
    preset = release.preset
    return (*release.assumed, *(f"{preset.name}: {text}" for text in preset.assumed))


def _application(
    document: Document,
    selection: Selection,
    told: Told,
    compiled: Compiled,
    named: tuple[str, str, str],
    assumed: tuple[str, ...],
) -> Application:
    """`named`: product, release and remedy."""
    product, release, remedy = named
    settings = tuple(pick.field for pick in selection.picked.values() if not pick.missing)
    fields = tuple(_fields(document, selection, told))
    broken = selection.broken
    notes = () if broken is None else (f"the file cannot be read whole ({broken})",)
    return Application(
        document=document,
        name=selection.name,
        serves=selection.serves,
        workload=selection.workload,
        owner=selection.owner,
        product=product,
        release=release,
        remedy=remedy,
        rules=(Rule(compiled.doing, compiled.end, fields=fields, settings=settings),),
        assumed=assumed,
        notes=(*notes, *told.notes, *compiled.notes),
    )


def _fields(document: Document, selection: Selection, told: Told) -> Iterator[tuple[str, Where]]:
    """Every setting that was selected, and every entry, with its place."""
    place = document.where.place
    lines: Mapping[str, int] = document.lines
    for name, pick in selection.picked.items():
        line = lines.get(f"/inputs/{name}/value")
        if line is not None:
            yield pick.field, Where(place, line)
    for entry in told.policy.entries:
        yield entry.field, entry.where
