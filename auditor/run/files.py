"""Documents from the files that mappings name: the settings of applications."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from auditor.core.reading import Document, Gap, Layer, Unread, Where
from auditor.run.folders import unsupported
from auditor.run.plan import AppSource
from collectors._files import File, Ignored, Seen, walk
from collectors.app.mapping import AppMapping
from collectors.app.projection import project as project_app
from collectors.app.recognition import project_source
from collectors.app.selection import KIND
from collectors.app.variables import read_variables
from collectors.collector import Collected, Count


def from_apps(apps: Iterable[AppSource], base: Path) -> Iterator[tuple[Collected, frozenset[str]]]:
    """The settings of each app, with the names of the files that they stand in."""
    for app in apps:
        # What has no file is the environment of a workload, which its cluster gives.
        if app.mapping.paths:
            yield _from_app(app, base)


def _from_app(app: AppSource, base: Path) -> tuple[Collected, frozenset[str]]:
    source = f"app:{app.mapping.name}"
    variables = read_variables(_given(app.values, base))
    documents: list[Document] = []
    unread: list[Unread] = []
    names: set[str] = set()
    for seen in walk(app.mapping.paths, base):
        if isinstance(seen, Ignored):
            continue
        result = _app(app.mapping, seen, source, variables)
        names |= {seen.name} if isinstance(seen, File) else set()
        if isinstance(result, Document):
            documents.append(result)
        elif result is not None:
            unread.append(result)
    if not documents and not unread:
        unread = [_nothing(app.mapping, source, sorted(names))]
    count = Count(source, KIND, len(documents) + len(unread), len(documents))
    return Collected(tuple(documents), tuple(unread), (count,)), frozenset(names)


def _app(
    mapping: AppMapping, seen: Seen, source: str, variables: dict[str, str]
) -> Document | Unread | None:
    """What a file says of an application; None where it is one among others and does not speak of CORS."""
    if isinstance(seen, File):
        project = project_source if mapping.from_source else project_app
        return project(mapping, seen.name, seen.data, source, variables)
    gap = seen if isinstance(seen, Unread) else unsupported(Where(seen.name), source, seen.reason)
    named = replace(gap, scope=f"app {mapping.name}", source=source)
    return replace(named, layer=Layer.APP, names=mapping.names)


def _nothing(mapping: AppMapping, source: str, names: list[str]) -> Unread:
    """An application of which no file says anything: it is not known that it has no CORS."""
    where = Where(names[0] if names else mapping.paths[0])
    what = f"nothing in {', '.join(names) or 'it'} sets up CORS for {mapping.semantics}"
    do = "name the file that does, or describe the app under hops:"
    scope = f"app {mapping.name}"
    return Unread(scope, source, Gap.ABSENT, what, do, where, Layer.APP, mapping.names)


def _given(paths: tuple[str, ...], base: Path) -> Iterator[tuple[str, bytes]]:
    for seen in walk(paths, base) if paths else ():
        if isinstance(seen, File):
            yield seen.name, seen.data
