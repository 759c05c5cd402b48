"""From an entry of `files:` in the configuration to the app collector's own terms."""

from collections.abc import Mapping

from auditor.core.reading import Json
from auditor.edge.config.files import (
    EmptyMeans,
    FilesEntry,
    MatcherMode,
    Resolve,
    Semantics,
    SettingKey,
)
from collectors.app.mapping import AppMapping, Choice, Embedded, FromKey, Given, Meaning, Split
from collectors.app.semantics.custom import Kind, Spelled, StarMeaning, dialect_of
from collectors.app.semantics.preset import Input


def app_mapping(entry: FilesEntry) -> AppMapping:
    """The declaration that `entry` makes."""
    spelled = None if entry.semantics is None else _spelled(entry.semantics)
    return AppMapping(
        name=entry.name or next(iter((*entry.serves, *_workload(entry), *entry.path))),
        paths=entry.path,
        semantics=spelled or entry.like or "",
        serves=entry.serves,
        inputs=_inputs(entry),
        format=entry.format,
        embedded=None
        if entry.embedded is None
        else Embedded(entry.embedded.configmap_key, entry.embedded.format),
        split=None if entry.split is None else Split(str(entry.split)),
        empty_means=_meaning(entry.empty_means) or Meaning.PRODUCT_DEFAULT,
        missing_means=_meaning(entry.missing_means),
        resolve_defaults=Resolve.ENV_DEFAULT in entry.resolve,
        owner=entry.owner,
        profile=entry.profile,
        workload=entry.workload,
        container=entry.container,
    )


_MODES = {MatcherMode.FULLMATCH: "full", MatcherMode.MATCH: "match", MatcherMode.SEARCH: "search"}


def _meaning(given: EmptyMeans | None) -> Meaning | None:
    return None if given is None else Meaning(str(given))


def _workload(entry: FilesEntry) -> tuple[str, ...]:
    return () if entry.workload is None else (entry.workload.removeprefix("kube:"),)


def _spelled(semantics: Semantics) -> Spelled:
    matcher = semantics.matcher
    mode = "" if matcher.mode is None else _MODES[matcher.mode]
    dialect = dialect_of(Kind(str(matcher.kind)), matcher.engine or "", mode, matcher.ignore_case)
    return Spelled(dialect, StarMeaning(str(semantics.star_means)), bool(semantics.vary))


def _inputs(entry: FilesEntry) -> Mapping[Input, Choice]:
    inputs: dict[Input, Choice] = {}
    if entry.key is not None:
        inputs[Input.ORIGINS] = FromKey(entry.key)
    if entry.patterns is not None:
        inputs[Input.PATTERNS] = FromKey(entry.patterns)
    for name, setting in (
        (Input.ALLOW_ALL, entry.allow_all),
        (Input.CREDENTIALS, entry.credentials),
        (Input.METHODS, entry.methods),
        (Input.HEADERS, entry.headers),
        (Input.EXPOSE, entry.expose),
        (Input.MAX_AGE, entry.max_age),
    ):
        if isinstance(setting, SettingKey):
            inputs[name] = FromKey(setting.key, setting.default)
        elif setting is not None:
            inputs[name] = Given(_json(setting))
    if entry.semantics is not None and entry.semantics.credentials is not None:
        inputs.setdefault(Input.CREDENTIALS, Given(entry.semantics.credentials))
    return inputs


def _json(value: bool | int | tuple[str, ...]) -> Json:
    return list(value) if isinstance(value, tuple) else value
