"""From a framework's own file to a document of the parts that speak of CORS; nothing else is kept."""

from collections.abc import Iterator, Mapping

from auditor.core.reading import Document, Gap, Json, Layer, Unread, Where
from collectors.app.fault import Fault
from collectors.app.mapping import AppMapping, preset_of
from collectors.app.parts import Sourced, lines_of, to_body
from collectors.app.placeholder import needed
from collectors.app.selection import KIND
from collectors.app.source import READERS
from collectors.app.source.block import Block, Part, Setup, SourceError, SourceReader

_NAME_IT = "name it under files: with path, like and serves, or exclude it"


def is_source(name: str) -> bool:
    """Whether some framework's settings may stand in a file of this name."""
    return any(_fits(one, name) for one in READERS)


def project_source(
    mapping: AppMapping, name: str, data: bytes, source: str, variables: Mapping[str, str]
) -> Document | Unread | None:
    """Return the document of the file `name` of the framework that `mapping` names, why there is
    none, or None where the file does not speak of CORS.

    `variables`: what the sources that the mapping names for its placeholders hold.
    """
    where = Where(name)
    try:
        found = _parts(mapping, name, data)
    except SourceError as error:
        fault = Fault(Where(name, error.line), Gap.INVALID, error.what, error.do)
        return fault.unread(mapping.name, mapping.names, source)
    except ValueError as error:
        what, _, do = str(error).partition("; ")
        fault = Fault(where, Gap.UNSUPPORTED, what, do)
        return fault.unread(mapping.name, mapping.names, source)
    if not found:
        return None
    sourced = Sourced(
        name=mapping.name,
        semantics=str(mapping.semantics),
        serves=mapping.serves,
        workload=mapping.workload,
        owner=mapping.owner,
        resolve_defaults=mapping.resolve_defaults,
        variables=needed(_texts(found), variables),
        parts=found,
    )
    return _document(sourced, f"{mapping.name} {name}", name, source)


def recognise(name: str, data: bytes, source: str) -> tuple[Document | Unread, ...]:
    """Return what the file `name`, for which there is no mapping, says of CORS: a document whose
    application answers to `app:` and the file's name, or why there is none; nothing where no reader
    knows the file."""
    low = data.lower()
    found: dict[str, tuple[Part, ...]] = {}
    faults: dict[str, Fault] = {}
    for reader in READERS:
        if not _fits(reader, name) or not any(word in low for word in reader.words):
            continue
        try:
            parts = reader.read(data)
        except SourceError as error:
            fault = Fault(Where(name, error.line), Gap.INVALID, error.what, error.do)
            faults.setdefault(fault.what, fault)
            continue
        found |= {reader.preset: parts} if parts else {}
    if len(found) == 1:
        ((preset, parts),) = found.items()
        sourced = Sourced(name, preset, (), None, None, False, {}, parts)
        return (_document(sourced, name, name, source),)
    if found:
        what = f"it sets up CORS for {' and for '.join(sorted(found))}"
        faults = {what: Fault(Where(name), Gap.UNSUPPORTED, what, _NAME_IT)}
    return tuple(_gap(fault, name, source) for fault in faults.values())


def _gap(fault: Fault, name: str, source: str) -> Unread:
    return Unread(
        f"file:{name}",
        source,
        fault.gap,
        fault.what,
        fault.do,
        fault.where,
        Layer.APP,
        (f"app:{name}",),
    )


def _document(sourced: Sourced, key: str, name: str, source: str) -> Document:
    where = Where(name, min(part.line for part in sourced.parts))
    return Document(source, KIND, key, to_body(sourced), where, lines_of(sourced))


def _parts(mapping: AppMapping, name: str, data: bytes) -> tuple[Part, ...]:
    """The parts of the file. Raises `SourceError`, and ValueError where nothing reads such a file."""
    preset, release = preset_of(str(mapping.semantics))
    known = [one for one in READERS if preset.name == preset_of(one.preset)[0].name]
    if not known:
        raise ValueError(
            f"no reader knows {preset.name}'s own files; add key: and name the setting"
        )
    reader = next((one for one in known if _fits(one, name)), None)
    if reader is None:
        suffixes = ", ".join(sorted({suffix for one in known for suffix in one.suffixes}))
        raise ValueError(f"{preset.name} is read from {suffixes}; name such a file, or add key:")
    return reader.parts(data, Setup(release, mapping.profile))


def _fits(reader: SourceReader, name: str) -> bool:
    return name.lower().endswith(reader.suffixes)


def _texts(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Block):
            for one in part.settings:
                yield from _within(one.value)
            yield from _texts(part.otherwise)


def _within(value: Json) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _within(item)
        case _:
            return
