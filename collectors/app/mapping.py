"""What the owner of an application declares: where its CORS values stand and what they mean.

One `AppMapping` is one entry of `files:` in the configuration. The configuration's loader builds it
and asks `check` what is wrong with it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from auditor.core.reading import Json
from auditor.text.formats import Format, guess
from collectors.app.semantics import PRESETS
from collectors.app.semantics.custom import Spelled
from collectors.app.semantics.preset import Input, Preset, Version, parse_version, written


class Split(StrEnum):
    """How one text becomes a list; `none` hands the text over as it is."""

    COMMA = ","
    SEMICOLON = ";"
    WHITESPACE = "whitespace"
    JSON = "json"
    NONE = "none"


class Meaning(StrEnum):
    """What an empty or a missing value means to the application."""

    PRODUCT_DEFAULT = "product-default"
    DENY = "deny"
    ANY = "any"
    SAME_ORIGIN = "same-origin"


@dataclass(frozen=True, slots=True)
class FromKey:
    """A value that stands in the file, under `key` (as `auditor.text.select` reads keys).

    `default` holds where the key is missing; None is no default.
    """

    key: str
    default: Json = None


@dataclass(frozen=True, slots=True)
class Given:
    """A value that the mapping itself gives: a text, a list of texts, a number, true or false."""

    value: Json


Choice: TypeAlias = FromKey | Given


@dataclass(frozen=True, slots=True)
class Embedded:
    """A document inside a document: the text under `configmap_key` of a ConfigMap's `data`."""

    configmap_key: str
    format: Format


@dataclass(frozen=True, slots=True)
class Served:
    """A host and the path under which the application answers there, `/` for all of it."""

    host: str
    path: str

    def __str__(self) -> str:
        return f"{self.host}{self.path}"


@dataclass(frozen=True, slots=True)
class AppMapping:
    """One application's declaration.

    `name`: unique, stable across runs. `paths`: files, or globs with `*` and `**`. `semantics`: a
    preset as `starlette` or `starlette@0.40`, or spelled out. `serves`: `api.example.com/v1/*`,
    one for each host and path. `inputs`: where each value comes from; with none of origins, patterns
    and allow_all, the framework's own file is read. `format`: where the file's
    name does not tell it. `split`: None is `,` for dotenv, properties and INI, whose values are all
    texts, and `none` elsewhere. `trim`: spaces around split entries are dropped. `resolve_defaults`:
    defaults beside placeholders count (`${A:b}`). `profile`: the Spring profile that is active.
    `empty_means`: of an empty list of origins; spelled-out semantics let nobody in by default.
    `missing_means`: of keys that are not there, for origins as it says, for all else the product's
    default; None: a missing key is an error, because a misspelt one looks the same. `workload`: what
    runs the application, as `kube:prod-1/orders/api` (source, namespace, name); without `paths` the
    values are those of its environment. `container`: which of its containers, where they differ.
    """

    name: str
    paths: tuple[str, ...]
    semantics: str | Spelled
    serves: tuple[str, ...]
    inputs: Mapping[Input, Choice] = field(default_factory=dict)
    format: Format | None = None
    embedded: Embedded | None = None
    split: Split | None = None
    trim: bool = True
    empty_means: Meaning = Meaning.PRODUCT_DEFAULT
    missing_means: Meaning | None = None
    resolve_defaults: bool = False
    owner: str | None = None
    profile: str | None = None
    workload: str | None = None
    container: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What the application answers to. Raises ValueError as `parse_served`."""
        return names_of(self.serves, self.workload)

    @property
    def from_source(self) -> bool:
        """Whether the framework's own file says everything: no key of another file does."""
        return bool(self.paths) and not _DECIDING & self.inputs.keys()


_DECIDING = frozenset({Input.ORIGINS, Input.PATTERNS, Input.ALLOW_ALL})


def check(mapping: AppMapping) -> tuple[str, ...]:
    """Everything that is wrong with `mapping`, each as `<what>; <what to do>`."""
    return tuple(_problems(mapping))


def _problems(mapping: AppMapping) -> Iterator[str]:
    if not mapping.paths and not mapping.workload:
        yield "path is missing; name a file or a glob, or the workload"
    if not mapping.serves and not mapping.workload:
        yield "serves is missing; name the host and path, as api.example.com/v1/*"
    for text in mapping.serves:
        try:
            parse_served(text)
        except ValueError as error:
            yield str(error)
    for path in () if mapping.from_source else mapping.paths:
        if mapping.format is None and mapping.embedded is None and guess(path) is None:
            yield f"the name {path!r} promises no format; write format: (one of {_listed(Format)})"
    spelled = isinstance(mapping.semantics, Spelled)
    if not _DECIDING & mapping.inputs.keys() and (spelled or not mapping.paths):
        yield "key is missing; name the key that holds the origins"
    yield from _semantic_problems(mapping)


def _semantic_problems(mapping: AppMapping) -> Iterator[str]:
    if isinstance(mapping.semantics, Spelled):
        if Input.ALLOW_ALL in mapping.inputs:
            yield "allow_all is a preset's; leave it out where semantics are spelled out"
        if mapping.missing_means is Meaning.PRODUCT_DEFAULT:
            yield "missing_means: product-default needs a preset; write deny or any"
        return
    try:
        preset, _ = preset_of(mapping.semantics)
    except ValueError as error:
        yield str(error)
        return
    for name in sorted(preset.without & mapping.inputs.keys()):
        yield f"{preset.name} has no {name}; leave it out"


def preset_of(like: str) -> tuple[Preset, Version | None]:
    """Return the preset that `like` names, and the version if it names one.

    Raises ValueError when there is no such preset, or the version is unreadable or older than
    every release whose source was read.
    """
    name, at, release = like.partition("@")
    preset = next((p for p in PRESETS if name in (p.name, *p.aliases)), None)
    if preset is None:
        raise ValueError(f"like: {name!r} is no preset; there are {_names()}")
    if not at:
        return preset, None
    if name in preset.foreign:
        raise ValueError(f"like: {name} versions are not {preset.name}'s; write {preset.name}@...")
    version = parse_version(release)
    if version < preset.oldest:
        known = f"{preset.name} is read from {written(preset.oldest)} on"
        raise ValueError(f"like: {like} is too old: {known}; spell the semantics out")
    return preset, version


def parse_served(text: str) -> Served:
    """Return `api.example.com/v1/*` as host and path; a path stands for what lies below it too.

    Raises ValueError where there is no host, or a scheme, a query or a star inside the path.
    """
    host, slash, rest = text.partition("/")
    path = (slash + rest).removesuffix("*").rstrip("/") or "/"
    if not host or "://" in text or any(char in text for char in "?# ") or "*" in path:
        raise ValueError(f"serves: {text!r} is no host and path; write api.example.com/v1/*")
    return Served(host.lower(), path)


def names_of(serves: tuple[str, ...], workload: str | None) -> tuple[str, ...]:
    """The names that `link` knows an application by: `host:api.example.com`,
    `workload:kube:prod-1/orders/api`. Raises ValueError as `parse_served`."""
    hosts = dict.fromkeys(f"host:{parse_served(text).host}" for text in serves)
    return (*hosts, *((f"workload:{workload}",) if workload else ()))


def _names() -> str:
    return ", ".join(preset.name for preset in PRESETS)


def _listed(choices: type[StrEnum]) -> str:
    return ", ".join(choices)
