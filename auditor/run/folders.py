"""Documents from folders: manifests, recorded answers and source files that collectors recognise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from auditor.core.reading import Document, Gap, Layer, Unread, Where
from auditor.text.formats import Format, guess
from auditor.text.json import parse_json
from auditor.text.tree import Parsed, Problem
from auditor.text.yaml import parse_yaml
from collectors import COLLECTORS
from collectors._files import File, Ignored, Seen, walk
from collectors.app.mapping import AppMapping
from collectors.app.recognition import is_source, recognise
from collectors.collector import Collected, Count, Found
from collectors.found import found
from collectors.kubernetes.apps import read_apps
from collectors.kubernetes.service import KIND as SERVICE
from collectors.kubernetes.workload import KIND as WORKLOAD

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
_RUNNING = frozenset({SERVICE, WORKLOAD})
"""Kinds of documents that say nothing of CORS: where one mentions it, that is still to be read."""
_HOLDING = ("ConfigMap", "List")


def from_folders(
    paths: Iterable[str],
    base: Path,
    mapped: frozenset[str],
    mappings: Sequence[AppMapping] = (),
) -> Iterator[Collected]:
    """What the collectors recognise under each of `paths`; `mapped`: files that a mapping reads.
    `mappings`: some may name workloads of a folder, which get their values from its manifests."""
    for path in paths:
        folder = _Folder(f"file:{path.rstrip('/') or '/'}")
        for seen in walk((path,), base, _wanted_name):
            folder.take(seen, mapped)
        yield folder.collected(mappings)


@dataclass(slots=True)
class _Folder:
    """What was found so far in one source."""

    source: str
    documents: list[Document] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    objects: list[Found] = field(default_factory=list)
    doubtful: list[Found] = field(default_factory=list)
    files: int = 0
    ignored: int = 0

    def take(self, seen: Seen, mapped: frozenset[str]) -> None:
        """One more of its files."""
        if isinstance(seen, Ignored):
            self.ignored += 1
            return
        self.files += 1
        if isinstance(seen, Unread):
            self.unread.append(replace(seen, source=self.source))
        elif seen.name not in mapped:
            self._file(seen)

    def collected(self, mappings: Sequence[AppMapping]) -> Collected:
        """Everything together, with the apps that its manifests run."""
        apps = read_apps(self.objects, self.source, mappings)
        self.unread += [
            _mentioned(item) for item in self.doubtful if item.where not in apps.spoken_for
        ]
        failed = len({gap.where.place for gap in self.unread})
        found_all, read = self.files + self.ignored, self.files - failed
        count = Count(self.source, "files", found_all, read, self.ignored)
        own = Collected(tuple(self.documents), tuple(self.unread), (count,))
        return own + apps.collected

    def _file(self, file: File) -> None:
        own = list(recognise(file.name, file.data, self.source))
        self._keep(own)
        format = guess(file.name)
        if format in _READ:
            self._parsed(file, format, settled=bool(own))
        elif not own and _mentions(file.data, MENTIONS):
            reason = "it mentions CORS, and no mapping reads it"
            gap = unsupported(Where(file.name), self.source, reason)
            # Code stands for itself; what another format holds may belong to anything.
            named = gap if format else replace(gap, layer=Layer.APP, names=(f"app:{file.name}",))
            self.unread.append(named)

    def _parsed(self, file: File, format: Format | None, *, settled: bool) -> None:
        """What the collectors recognise in a file; `settled`: what it says of CORS is read already."""
        parsed = _parsed(file, format)
        self.unread += [_problem(problem, file.name, self.source) for problem in parsed.problems]
        for document in parsed.documents:
            item = found(document, self.source, file.name)
            if item is not None:
                self._recognised(item, settled=settled)

    def _recognised(self, item: Found, *, settled: bool) -> None:
        results = [result for one in COLLECTORS for result in one.project(item)]
        self._keep(results)
        kinds = {result.kind for result in results if isinstance(result, Document)}
        if kinds & _RUNNING or item.body.get("kind") in _HOLDING:
            self.objects.append(item)
        silent = kinds <= _RUNNING and all(isinstance(result, Document) for result in results)
        if silent and not settled and _mentions(repr(item.body).encode(), MENTIONS):
            self.doubtful.append(item)

    def _keep(self, results: Iterable[Document | Unread]) -> None:
        for result in results:
            if isinstance(result, Document):
                self.documents.append(result)
            else:
                self.unread.append(result)


def _mentioned(item: Found) -> Unread:
    kind = item.body.get("kind")
    named = f"a {kind}" if isinstance(kind, str) else "a document"
    reason = f"{named} that mentions CORS, read by nothing here"
    return unsupported(item.where, item.source, reason)


def _wanted_name(name: str) -> bool:
    return guess(name) is not None or is_source(name)


def _parsed(seen: File, format: Format | None) -> Parsed:
    if format is Format.JSON:
        return parse_json(seen.data, seen.name) if _mentions(seen.data, _WORDS) else Parsed((), ())
    return parse_yaml(seen.data, seen.name, wanted=_wanted)


def _wanted(text: str) -> bool:
    lower = text.lower()
    return any(word in lower for word in _WORDS)


def _mentions(data: bytes, words: Iterable[str]) -> bool:
    lower = data.lower()
    return any(word.encode() in lower for word in words)


def unsupported(where: Where, source: str, reason: str) -> Unread:
    """A gap for a file that nothing here reads."""
    do = "name it under files: with key, like and serves, or exclude it"
    return Unread(f"file:{where.place}", source, Gap.UNSUPPORTED, reason, do, where)


def _problem(problem: Problem, name: str, source: str) -> Unread:
    place, _, line = problem.where.rpartition(":")
    where = Where(place, int(line)) if place and line.isdigit() else Where(problem.where)
    return Unread(f"file:{name}", source, Gap.INVALID, problem.what, problem.do, where)
