"""The generated JSON Schemas of the user's files; `python -m tests.edge.schema_files` writes them."""

from pathlib import Path

from auditor.edge.allowlist.schema import ALLOWLIST
from auditor.edge.config.json_schema import render_schema
from auditor.edge.config.shape import CONFIG
from auditor.edge.waivers import WAIVERS

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "schema"


def rendered() -> dict[str, str]:
    """Return the contents by file name."""
    return {
        "cors-audit.schema.json": render_schema("cors-audit.yaml", CONFIG),
        "allowlist.schema.json": render_schema("allowlist.yaml, or one team's file", ALLOWLIST),
        "waivers.schema.json": render_schema("waivers.yaml", WAIVERS),
    }


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in rendered().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
