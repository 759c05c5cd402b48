"""A framework's own file, read to a hop, and asked as a browser would."""

from dataclasses import replace

from auditor.core.link.cases import Cases
from auditor.core.path.exchange import Request
from auditor.core.reading import Document, Hop, Reading, Unread
from collectors.app.mapping import AppMapping
from collectors.app.reading import read_app
from collectors.app.recognition import project_source
from collectors.app.semantics.preset import Compiled
from collectors.app.source import READERS
from collectors.app.source.block import Block, Code, Part, Setup
from tests.collectors.app.oracle import Answer, answers

HOST = "api.example.com"
NAMES = {
    "django-cors-headers": "settings.py",
    "starlette": "main.py",
    "flask-cors": "app.py",
    "spring": "application.yml",
}


def parts(preset: str, text: str, name: str | None = None, **setup: object) -> tuple[Part, ...]:
    """What the reader of `preset` makes of a file."""
    called = name or NAMES[preset]
    [reader] = [one for one in READERS if one.preset == preset and called.endswith(one.suffixes)]
    return reader.parts(text.encode(), Setup(**setup))  # type: ignore[arg-type]


def block(preset: str, text: str, **setup: object) -> Block:
    """The only part, which must be readable."""
    [part] = parts(preset, text, **setup)
    assert isinstance(part, Block), part
    return part


def code(preset: str, text: str, **setup: object) -> Code:
    """The only part, which must not be readable."""
    [part] = parts(preset, text, **setup)
    assert isinstance(part, Code), part
    assert part.do
    return part


def values(part: Block) -> dict[str, object]:
    """What the part tells the product, by input."""
    return {str(one.input): one.value for one in part.settings}


def mapping(like: str, **more: object) -> AppMapping:
    """A declaration that names a framework and nothing else."""
    preset = like.partition("@")[0]
    base = AppMapping("orders", (NAMES[preset],), like, (f"{HOST}/*",), resolve_defaults=True)
    return replace(base, **more)  # type: ignore[arg-type]


def document(one: AppMapping, text: str, **variables: str) -> Document:
    """The document of the mapping's file."""
    found = project_source(one, one.paths[0], text.encode(), "file:x", variables)
    assert isinstance(found, Document), found
    return found


def readings(one: AppMapping, text: str, **variables: str) -> tuple[Reading, ...]:
    """What the mapping's file says."""
    return read_app([document(one, text, **variables)], {})


def hop(one: AppMapping, text: str, **variables: str) -> Hop:
    """The only hop of the mapping's file."""
    [found] = readings(one, text, **variables)
    assert isinstance(found, Hop), found
    return found


def gaps(one: AppMapping, text: str, **variables: str) -> list[str]:
    """Why the mapping's file cannot be read."""
    found = readings(one, text, **variables)
    assert all(isinstance(gap, Unread) and gap.do for gap in found)
    return [gap.reason for gap in found if isinstance(gap, Unread)]


def answered(one: Hop, path: str, request: Request) -> set[Answer]:
    """Everything that the hop may answer to `request` on `path`."""
    case = Cases(one.cases).taken(path, request.method)
    assert case is not None
    assert not isinstance(case.to, tuple)
    return answers(Compiled(case.doing, case.to), request)
