"""JSON Schemas of the user's files, for the completion and the red lines of editors."""

import json
from typing import Final

from auditor.edge.allowlist.schema import ALLOWLIST
from auditor.edge.config.record import Record
from auditor.edge.config.shape import CONFIG

_TITLES: Final[tuple[tuple[str, str, Record[object]], ...]] = (
    ("cors-audit.schema.json", "cors-audit.yaml", CONFIG),
    ("allowlist.schema.json", "allowlist.yaml, or a team's file in the folder allowlist", ALLOWLIST),
)


def render_schemas() -> tuple[tuple[str, str], ...]:
    """Return file names and contents, generated from the shapes that the files are read by.

    Draft 7, which yaml-language-server knows. A schema accepts all that is read, and refuses what
    has a wrong shape; whether an origin, a date or a name is right, only reading tells.
    """
    return tuple((name, _render(title, record)) for name, title, record in _TITLES)


def _render(title: str, record: Record[object]) -> str:
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": title}
    return json.dumps(head | record.schema(), indent=2) + "\n"
