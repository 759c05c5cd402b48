"""Documents from files: manifests and recorded answers that collectors recognise, and app settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from auditor.core.reading import Document, Gap, Layer, Unread, Where
from auditor.run.plan import AppSource
from auditor.text.formats import Format, guess
from auditor.text.json import parse_json
from auditor.text.tree import Parsed, Problem
from auditor.text.yaml import parse_yaml
from collectors import COLLECTORS
from collectors._files import File, Ignored, Seen, walk
from collectors.app.mapping import AppMapping, parse_served
from collectors.app.projection import project as project_app
from collectors.app.selection import KIND
from collectors.app.variables import read_variables
from collectors.collector import Collected, Count, Found
from collectors.found import found

MENTIONS = (
    "access-control-allow",
    "accesscontrolallow",
    "cors-allow-origin",
    "enable-cors",
    "allow_origins",
    "allowedorigins",
    "allowed_origins",
    "cors_origin",
    "corsconfiguration",
    "alloworigins",
)
"""Words (lower case) that tell of CORS: where one stands and nothing reads it, that is a gap."""

_WORDS = tuple({*MENTIONS, *(word for one in COLLECTORS for word in one.words)})
_READ = frozenset({Format.YAML, Format.JSON})


def from_folders(paths: Iterable[str], base: Path, mapped: frozenset[str]) -> Iterator[Collected]:
    """What the collectors recognise under each of `paths`; `mapped`: files that a mapping reads."""
    for path in paths:
        source = f"file:{path}"
        documents: list[Document] = []
        unread: list[Unread] = []
        files = ignored = 0
        for seen in walk((path,), base, lambda name: guess(name) is not None):
            if isinstance(seen, Ignored):
                ignored += 1
                continue
            files += 1
            for result in _results(seen, source, mapped):
                if isinstance(result, Document):
                    documents.append(result)
                else:
                    unread.append(result)
        failed = len({gap.where.place for gap in unread})
        count = Count(source, "files", files + ignored, files - failed, ignored)
        yield Collected(tuple(documents), tuple(unread), (count,))


def from_apps(apps: Iterable[AppSource], base: Path) -> Iterator[tuple[Collected, frozenset[str]]]:
    """The settings of each app, with the names of the files that they stand in."""
    for app in apps:
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
            else:
                unread.append(result)
        found_all = len(documents) + len(unread)
        count = Count(source, KIND, found_all, len(documents))
        yield Collected(tuple(documents), tuple(unread), (count,)), frozenset(names)


def _app(
    mapping: AppMapping, seen: Seen, source: str, variables: dict[str, str]
) -> Document | Unread:
    if isinstance(seen, File):
        return project_app(mapping, seen.name, seen.data, source, variables)
    hosts = tuple(f"host:{parse_served(text).host}" for text in mapping.serves)
    gap = seen if isinstance(seen, Unread) else _unsupported(Where(seen.name), source, seen.reason)
    return replace(gap, scope=f"app {mapping.name}", source=source, layer=Layer.APP, names=hosts)


def _given(paths: tuple[str, ...], base: Path) -> Iterator[tuple[str, bytes]]:
    for seen in walk(paths, base) if paths else ():
        if isinstance(seen, File):
            yield seen.name, seen.data


def _results(
    seen: File | Unread, source: str, mapped: frozenset[str]
) -> Iterator[Document | Unread]:
    if isinstance(seen, Unread):
        yield replace(seen, source=source)
        return
    if seen.name in mapped:
        return
    format = guess(seen.name)
    if format not in _READ:
        if _mentions(seen.data, MENTIONS):
            yield _unsupported(
                Where(seen.name), source, "it mentions CORS, and no mapping reads it"
            )
        return
    parsed = _parsed(seen, format)
    for problem in parsed.problems:
        yield _problem(problem, seen.name, source)
    for document in parsed.documents:
        item = found(document, source, seen.name)
        if item is not None:
            yield from _recognised(item)


def _parsed(seen: File, format: Format | None) -> Parsed:
    if format is Format.JSON:
        return parse_json(seen.data, seen.name) if _mentions(seen.data, _WORDS) else Parsed((), ())
    return parse_yaml(seen.data, seen.name, wanted=_wanted)


def _recognised(item: Found) -> Iterator[Document | Unread]:
    results = [result for one in COLLECTORS for result in one.project(item)]
    yield from results
    if not results and _mentions(repr(item.body).encode(), MENTIONS):
        kind = item.body.get("kind")
        named = f"a {kind}" if isinstance(kind, str) else "a document"
        yield _unsupported(
            item.where, item.source, f"{named} that mentions CORS, read by nothing here"
        )


def _wanted(text: str) -> bool:
    lower = text.lower()
    return any(word in lower for word in _WORDS)


def _mentions(data: bytes, words: Iterable[str]) -> bool:
    lower = data.lower()
    return any(word.encode() in lower for word in words)


def _unsupported(where: Where, source: str, reason: str) -> Unread:
    do = "name it under files: with key, like and serves, or exclude it"
    return Unread(f"file:{where.place}", source, Gap.UNSUPPORTED, reason, do, where)


def _problem(problem: Problem, name: str, source: str) -> Unread:
    place, _, line = problem.where.rpartition(":")
    where = Where(place, int(line)) if place and line.isdigit() else Where(problem.where)
    return Unread(f"file:{name}", source, Gap.INVALID, problem.what, problem.do, where)
