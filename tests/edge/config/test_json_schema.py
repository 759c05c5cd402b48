"""The JSON Schemas for editors: current, valid, and no stricter than reading."""

import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from auditor.edge.allowlist.model import Defaults, OriginLine, RouteLine, TeamFile
from auditor.edge.allowlist.schema import ALLOWLIST
from auditor.edge.config.files import FilesEntry
from auditor.edge.config.load import read_record
from auditor.edge.config.model import Aws, Config, Kubernetes
from auditor.edge.config.record import Record
from auditor.edge.config.shape import CONFIG
from auditor.text.tree import plain
from auditor.text.yaml import parse_yaml
from tests.edge.allowlist import test_load as allowlists
from tests.edge.config import test_load as configs
from tests.edge.schema_files import FOLDER, rendered

SCHEMAS: dict[str, Any] = {name: json.loads(text) for name, text in rendered().items()}
CONFIG_SCHEMA = Draft7Validator(SCHEMAS["cors-audit.schema.json"])
ALLOWLIST_SCHEMA = Draft7Validator(SCHEMAS["allowlist.schema.json"])


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_file_is_current(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert text == rendered()[name], "run: python -m tests.edge.schema_files"


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=str)
def test_it_is_a_schema(schema: dict[str, Any]) -> None:
    Draft7Validator.check_schema(schema)


def errors(validator: Draft7Validator, text: str) -> list[str]:
    (document,) = parse_yaml(text.encode(), "a.yaml").documents
    return [error.message for error in validator.iter_errors(plain(document.root))]


@pytest.mark.parametrize("text", [configs.SMALLEST, configs.FULL])
def test_the_example_configurations_fit(text: str) -> None:
    assert errors(CONFIG_SCHEMA, text) == []


@pytest.mark.parametrize("text", [allowlists.SMALLEST, allowlists.FULL])
def test_the_example_allowlists_fit(text: str) -> None:
    assert errors(ALLOWLIST_SCHEMA, text) == []


@pytest.mark.parametrize(
    ("validator", "text"),
    [
        (CONFIG_SCHEMA, "aws: {}\n"),
        (CONFIG_SCHEMA, "version: 1\ndns: {}\n"),
        (CONFIG_SCHEMA, "version: 1\naws: {external_id_env: X}\n"),
        (CONFIG_SCHEMA, "version: 1\nfiles: [{path: a, key: b}]\n"),
        (CONFIG_SCHEMA, "version: 1\nenvironments: {prod: {non_production: true}}\n"),
        (CONFIG_SCHEMA, "version: 1\nlinks: [{host: a, from: b, to: c}]\n"),
        (ALLOWLIST_SCHEMA, "version: 1\norigins: [{owner: t}]\n"),
        (ALLOWLIST_SCHEMA, "version: 1\norigins: [{pattern: a, reason: r}]\n"),
        (ALLOWLIST_SCHEMA, "version: 1\nroutes: [{match: a}]\n"),
        (ALLOWLIST_SCHEMA, "version: 1\nroutes: [{match: a, public: 1}]\n"),
    ],
)
def test_a_wrong_shape_is_red_in_the_editor(validator: Draft7Validator, text: str) -> None:
    assert errors(validator, text)


@settings(max_examples=200)
@given(st.lists(st.tuples(configs.ANY_KEY, configs.ANY_VALUE), max_size=3))
def test_what_is_read_fits_the_schema(entries: list[tuple[str, str]]) -> None:
    text = configs.V + "".join(f"{key}: {value}\n" for key, value in dict(entries).items())
    _, problems = read_record(text.encode(), "a.yaml", CONFIG)
    if not problems:
        assert errors(CONFIG_SCHEMA, text) == []


def keys_of(shape: Record[object]) -> set[str]:
    return {field.target for field in shape.fields}


def shape_at(shape: Record[object], key: str) -> Record[object]:
    kind: Any = next(field.kind for field in shape.fields if field.key == key)
    while not isinstance(kind, Record):
        kind = getattr(kind, "kind", None) or kind.mapping
    return kind


@pytest.mark.parametrize(
    ("shape", "model", "elsewhere"),
    [
        (CONFIG, Config, {"accepted": "coverage", "warnings": None}),
        (shape_at(CONFIG, "aws"), Aws, {}),
        (shape_at(CONFIG, "kubernetes"), Kubernetes, {}),
        (shape_at(CONFIG, "files"), FilesEntry, {"where": None}),
        (ALLOWLIST, TeamFile, {"name": None}),
        (shape_at(ALLOWLIST, "defaults"), Defaults, {}),
        (shape_at(ALLOWLIST, "origins"), OriginLine, {"where": None}),
        (shape_at(ALLOWLIST, "routes"), RouteLine, {"where": None}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_key_has_its_attribute(
    shape: Record[object], model: Any, elsewhere: dict[str, str | None]
) -> None:
    attributes = {elsewhere.get(field.name, field.name) for field in fields(model)} - {None}
    assert keys_of(shape) - {"version"} == attributes
