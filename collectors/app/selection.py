"""What is kept of an application's file: the selected values and the mapping that explains them.

A `Selection` is the body of a document of kind `AppConfig`. It carries everything that reading it
needs, so that a stored run can be read again without the configuration.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from auditor.core.language.pattern import Dialect
from auditor.core.reading import Json
from collectors.app.mapping import AppMapping, Meaning, Split, names_of
from collectors.app.semantics.custom import Spelled, StarMeaning
from collectors.app.semantics.preset import Input

KIND = "AppConfig"
Body: TypeAlias = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Cut:
    """How code cuts a text: where, whether spaces around parts and empty parts are dropped."""

    split: Split
    trim: bool
    drop_empty: bool


@dataclass(frozen=True, slots=True)
class Picked:
    """One input: the setting it came from, and its value, or that it was not there.

    `cut`: how the application itself makes a list of a text; None: as the mapping says.
    """

    field: str
    value: Json = None
    missing: bool = False
    cut: Cut | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """A mapping, the values that it selected, and the variables that those values name.

    `broken`: what else in the file could not be read, or None.
    """

    name: str
    semantics: str | Spelled
    serves: tuple[str, ...]
    picked: Mapping[Input, Picked]
    variables: Mapping[str, str]
    split: Split
    trim: bool
    empty_means: Meaning
    missing_means: Meaning | None
    resolve_defaults: bool
    owner: str | None
    broken: str | None = None
    workload: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What the application answers to."""
        return names_of(self.serves, self.workload)


def select_from(
    mapping: AppMapping,
    split: Split,
    picked: Mapping[Input, Picked],
    variables: Mapping[str, str],
    broken: str | None,
) -> Selection:
    """Put a mapping and what it selected together."""
    return Selection(
        mapping.name,
        mapping.semantics,
        mapping.serves,
        picked,
        variables,
        split,
        mapping.trim,
        mapping.empty_means,
        mapping.missing_means,
        mapping.resolve_defaults,
        mapping.owner,
        broken,
        mapping.workload,
    )


def to_body(selection: Selection) -> dict[str, Json]:
    """Write `selection` as plain JSON."""
    spelled = selection.semantics
    return {
        "name": selection.name,
        "semantics": spelled if isinstance(spelled, str) else _plain(spelled),
        "serves": list(selection.serves),
        "inputs": {str(name): _written(picked) for name, picked in selection.picked.items()},
        "variables": dict(selection.variables),
        "split": str(selection.split),
        "trim": selection.trim,
        "empty_means": str(selection.empty_means),
        "missing_means": None if selection.missing_means is None else str(selection.missing_means),
        "resolve_defaults": selection.resolve_defaults,
        "owner": selection.owner,
        "broken": selection.broken,
        "workload": selection.workload,
    }


def from_body(body: Body) -> Selection:
    """Read what `to_body` wrote."""
    semantics = body["semantics"]
    inputs = cast("dict[str, dict[str, Json]]", body["inputs"])
    missing = body["missing_means"]
    return Selection(
        cast("str", body["name"]),
        semantics if isinstance(semantics, str) else _spelled(cast("dict[str, Json]", semantics)),
        tuple(cast("list[str]", body["serves"])),
        {Input(name): _picked(value) for name, value in inputs.items()},
        cast("dict[str, str]", body["variables"]),
        Split(cast("str", body["split"])),
        bool(body["trim"]),
        Meaning(cast("str", body["empty_means"])),
        None if missing is None else Meaning(cast("str", missing)),
        bool(body["resolve_defaults"]),
        cast("str | None", body["owner"]),
        cast("str | None", body["broken"]),
        cast("str | None", body.get("workload")),
    )


def _written(picked: Picked) -> Json:
    if picked.missing:
        return {"field": picked.field, "missing": True}
    return {"field": picked.field, "value": picked.value}


def _picked(value: dict[str, Json]) -> Picked:
    return Picked(cast("str", value["field"]), value.get("value"), bool(value.get("missing")))


def _plain(spelled: Spelled) -> dict[str, Json]:
    return {
        "dialect": None if spelled.dialect is None else str(spelled.dialect),
        "star": str(spelled.star),
        "vary": spelled.vary,
        "preflight": spelled.preflight,
    }


def _spelled(plain: dict[str, Json]) -> Spelled:
    dialect = cast("str | None", plain["dialect"])
    return Spelled(
        None if dialect is None else Dialect(dialect),
        StarMeaning(cast("str", plain["star"])),
        bool(plain["vary"]),
        cast("int | None", plain["preflight"]),
    )
