"""JSON Schemas of the user's files, for the completion and the red lines of editors."""

import json

from auditor.edge.config.record import Record


def render_schema(title: str, shape: Record[object]) -> str:
    """Return the schema of a file, generated from the shape that the file is read by.

    Draft 7, which yaml-language-server knows. It accepts all that is read and refuses what has a
    wrong shape; whether an origin, a date or a name is right, only reading tells.
    """
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": title}
    return json.dumps(head | shape.schema(), indent=2) + "\n"
