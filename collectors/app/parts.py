"""What is kept of a framework's own file: the parts that speak of CORS, and nothing beside them.

A `Sourced` is the body of a document of kind `AppConfig`, told from a `Selection` by its `parts`. It
carries everything that reading it needs, so that a stored run can be read again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from auditor.core.language.pattern import Dialect
from auditor.core.reading import Json, PathKind, PathMatch
from collectors.app.mapping import Split, names_of
from collectors.app.semantics.preset import Input
from collectors.app.source.block import Block, Code, Part, Setting

Body: TypeAlias = Mapping[str, Json]
_Plain: TypeAlias = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Sourced:
    """An application by its own file. `semantics`: the preset and its release, as `like` writes them;
    `variables`: those that the placeholders in `parts` name. Lines stand with the document."""

    name: str
    semantics: str
    serves: tuple[str, ...]
    workload: str | None
    owner: str | None
    resolve_defaults: bool
    variables: Mapping[str, str]
    parts: tuple[Part, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What the application answers to: `app:` and its name where nothing says more."""
        return names_of(self.serves, self.workload) or (f"app:{self.name}",)


def is_sourced(body: Body) -> bool:
    """Whether `body` is a `Sourced`."""
    return "parts" in body


def to_body(sourced: Sourced) -> _Plain:
    """Write `sourced` as plain JSON, without lines."""
    return {
        "name": sourced.name,
        "semantics": sourced.semantics,
        "serves": list(sourced.serves),
        "workload": sourced.workload,
        "owner": sourced.owner,
        "resolve_defaults": sourced.resolve_defaults,
        "variables": dict(sourced.variables),
        "parts": [_written(part) for part in sourced.parts],
    }


def lines_of(sourced: Sourced) -> dict[str, int]:
    """Where the parts and their values stand, by JSON pointer into the body."""
    found = ((f"/parts/{at}", part) for at, part in enumerate(sourced.parts))
    return {pointer: line for base, part in found for pointer, line in _lines(base, part)}


def from_body(body: Body, lines: Mapping[str, int]) -> Sourced:
    """Read what `to_body` wrote; `lines`: as in the document."""
    parts = cast("list[_Plain]", body["parts"])
    return Sourced(
        cast("str", body["name"]),
        cast("str", body["semantics"]),
        tuple(cast("list[str]", body["serves"])),
        cast("str | None", body["workload"]),
        cast("str | None", body["owner"]),
        bool(body["resolve_defaults"]),
        cast("dict[str, str]", body["variables"]),
        tuple(_part(part, f"/parts/{at}", lines) for at, part in enumerate(parts)),
    )


# -- writing ---------------------------------------------------------------------------------------


def _written(part: Part) -> _Plain:
    paths: Json = [_path_written(match) for match in part.paths]
    if isinstance(part, Code):
        return {"title": part.title, "paths": paths, "reason": part.reason, "do": part.do}
    return {
        "title": part.title,
        "paths": paths,
        "methods": None if part.methods is None else list[Json](sorted(part.methods)),
        "settings": [_setting_written(one) for one in part.settings],
        "otherwise": [_written(one) for one in part.otherwise],
        "assumed": list[Json](part.assumed),
    }


def _path_written(match: PathMatch) -> _Plain:
    dialect = None if match.dialect is None else str(match.dialect)
    return {"kind": str(match.kind), "text": match.text, "dialect": dialect}


def _setting_written(one: Setting) -> _Plain:
    return {
        "input": str(one.input),
        "field": one.field,
        "value": one.value,
        "split": str(one.split),
        "trim": one.trim,
        "drop_empty": one.drop_empty,
    }


def _lines(base: str, part: Part) -> Iterator[tuple[str, int]]:
    yield base, part.line
    if isinstance(part, Code):
        return
    for at, one in enumerate(part.settings):
        yield f"{base}/settings/{at}/value", one.line
        for item, line in enumerate(one.lines):
            yield f"{base}/settings/{at}/value/{item}", line
    for at, inner in enumerate(part.otherwise):
        yield from _lines(f"{base}/otherwise/{at}", inner)


# -- reading ---------------------------------------------------------------------------------------


def _part(plain: _Plain, base: str, lines: Mapping[str, int]) -> Part:
    title, line = cast("str", plain["title"]), lines.get(base, 0)
    paths = tuple(map(_path, cast("list[_Plain]", plain["paths"])))
    if "reason" in plain:
        return Code(title, line, cast("str", plain["reason"]), cast("str", plain["do"]), paths)
    methods = cast("list[str] | None", plain["methods"])
    inner = cast("list[_Plain]", plain["otherwise"])
    otherwise = (_part(one, f"{base}/otherwise/{at}", lines) for at, one in enumerate(inner))
    return Block(
        title,
        line,
        tuple(
            _setting(one, f"{base}/settings/{at}/value", lines)
            for at, one in enumerate(cast("list[_Plain]", plain["settings"]))
        ),
        paths,
        None if methods is None else frozenset(methods),
        tuple(part for part in otherwise if isinstance(part, Block)),
        tuple(cast("list[str]", plain["assumed"])),
    )


def _path(plain: _Plain) -> PathMatch:
    dialect = cast("str | None", plain["dialect"])
    kind, text = PathKind(cast("str", plain["kind"])), cast("str", plain["text"])
    return PathMatch(kind, text, None if dialect is None else Dialect(dialect))


def _setting(plain: _Plain, base: str, lines: Mapping[str, int]) -> Setting:
    value = plain["value"]
    count = len(value) if isinstance(value, list) else 0
    line = lines.get(base, 0)
    return Setting(
        Input(cast("str", plain["input"])),
        cast("str", plain["field"]),
        value,
        line,
        tuple(lines.get(f"{base}/{at}", line) for at in range(count)),
        Split(cast("str", plain["split"])),
        bool(plain["trim"]),
        bool(plain["drop_empty"]),
    )
