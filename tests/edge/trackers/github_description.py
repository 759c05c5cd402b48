"""GitHub's own description of its REST API, trimmed to what tickets are made with.

`python -m tests.edge.trackers.github_description FOLDER` trims it anew; FOLDER is the unpacked npm
package `@octokit/openapi`. Nothing is changed but what is left out: other operations, the schemas that
no kept one reaches, and texts for people.
"""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "data" / "github"
DESCRIPTION = FOLDER / "issues.openapi.json"
_REPO = "/repos/{owner}/{repo}"
_ISSUE = f"{_REPO}/issues/{{issue_number}}"
KEPT = {
    f"{_REPO}/issues": ("get", "post"),
    f"{_REPO}/labels": ("get", "post"),
    _ISSUE: ("get", "patch"),
    f"{_ISSUE}/comments": ("get", "post"),
    f"{_ISSUE}/labels": ("post",),
    f"{_ISSUE}/labels/{{name}}": ("delete",),
}
# Texts for people; a map of names (`properties`) may hold a property of that name.
_TEXTS = ("description", "example", "examples", "externalDocs", "summary", "tags")
_NAMES = ("properties", "schemas", "parameters", "responses", "headers", "paths")


def trimmed(whole: dict[str, Any]) -> dict[str, Any]:
    """The kept operations and the components that they reach."""
    paths = {
        path: {method: _plain(whole["paths"][path][method]) for method in methods}
        for path, methods in KEPT.items()
    }
    components: dict[str, dict[str, Any]] = {}
    ahead = list(_refs(paths))
    while ahead:
        _, _, room, name = ahead.pop().split("/")
        if name in components.setdefault(room, {}):
            continue
        components[room][name] = _plain(whole["components"][room][name], f"in {room}")
        ahead += _refs(components[room][name])
    ordered = {room: dict(sorted(held.items())) for room, held in sorted(components.items())}
    return {
        "openapi": whole["openapi"],
        "info": {key: whole["info"][key] for key in ("title", "version", "license")},
        "paths": paths,
        "components": ordered,
    }


def _plain(node: Any, room: str = "") -> Any:
    """`node` without texts. `room`: the map of names that it stands in, or is, when one of `_NAMES`."""
    match node:
        case dict():
            is_names = room in _NAMES
            return {
                key: _plain(value, f"in {room}" if is_names else key)
                for key, value in node.items()
                if is_names or not _is_text(key, room)
            }
        case list():
            return [_plain(one) for one in node]
        case _:
            return node


def _is_text(key: str, room: str) -> bool:
    # OpenAPI 3.0.3 requires a description of every response.
    return key.startswith("x-") or (
        key in _TEXTS and not (key == "description" and room == "in responses")
    )


def _refs(node: Any) -> Iterator[str]:
    match node:
        case dict():
            for key, value in node.items():
                if key == "$ref":
                    yield value
                else:
                    yield from _refs(value)
        case list():
            for one in node:
                yield from _refs(one)


def main(package: Path) -> None:
    whole = json.loads((package / "generated" / "api.github.com.json").read_text())
    DESCRIPTION.write_text(json.dumps(trimmed(whole), indent=1) + "\n")
    shutil.copyfile(package / "LICENSE", FOLDER / "LICENSE")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
