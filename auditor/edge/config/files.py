"""One entry of `files:`: where an app keeps its CORS settings, and what they mean.

Plain data with the names of the app collector's mapping; this room has no door to that one.
"""

from dataclasses import dataclass
from enum import StrEnum

from auditor.core.reading import Where
from auditor.text.formats import Format


class Split(StrEnum):
    """How one text holds several origins."""

    COMMA = ","
    SEMICOLON = ";"
    WHITESPACE = "whitespace"
    JSON = "json"
    NONE = "none"


class EmptyMeans(StrEnum):
    """What a product makes of an empty or a missing setting."""

    DENY = "deny"
    ANY = "any"
    SAME_ORIGIN = "same-origin"
    PRODUCT_DEFAULT = "product-default"


class StarMeans(StrEnum):
    """What a product makes of `*`."""

    LITERAL_STAR = "literal-star"
    REFLECT = "reflect"
    LITERAL_STRING = "literal-string"
    ERROR = "error"


class Resolve(StrEnum):
    """Where the value of a placeholder may come from."""

    ENV_DEFAULT = "env_default"
    DOTENV = "dotenv"
    CONFIGMAP = "configmap"
    HELM = "helm"


class MatcherKind(StrEnum):
    """What the entries of a list are."""

    EXACT = "exact"
    REGEX = "regex"
    GLOB = "glob"


class MatcherMode(StrEnum):
    """Where a regular expression must match."""

    MATCH = "match"
    SEARCH = "search"
    FULLMATCH = "fullmatch"


@dataclass(frozen=True, slots=True)
class Matcher:
    """How an entry takes an origin. `engine`: of regular expressions, as `python-re`."""

    kind: MatcherKind = MatcherKind.EXACT
    engine: str | None = None
    mode: MatcherMode | None = None
    ignore_case: bool = False


@dataclass(frozen=True, slots=True)
class Semantics:
    """What an app does with its list, spelled out where no preset (`like`) fits."""

    matcher: Matcher = Matcher()
    star_means: StarMeans = StarMeans.LITERAL_STAR
    credentials: bool | None = None
    vary: bool | None = None


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file inside a ConfigMap: its key there, and its format."""

    configmap_key: str
    format: Format


@dataclass(frozen=True, slots=True)
class SettingKey:
    """The key of a setting in the same file; of a yes/no one: its default and what reads as yes."""

    key: str
    default: bool | None = None
    truthy: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FilesEntry:
    """Files or folders (`path`: a glob each), and how the settings in them are read.

    `key`: the key that holds the origins, `patterns` the one that holds patterns of them, `allow_all`
    the switch that lets every origin in. `empty_means`, `missing_means`: of those keys; a missing
    key is an error where it is not said, because a misspelt one looks the same. `credentials`, `methods`, `headers`, `expose`, `max_age`:
    a literal, or the key that holds it. `serves`: the hosts and paths, as in the allowlist.
    `values`: the dotenv files and ConfigMaps that placeholders are filled from. `workload`: what runs
    the app, as `kube:prod-1/orders/api`; without `path` its environment holds the keys, that of
    `container` where its containers differ. `like` without a key: the framework's own file is read.
    """

    path: tuple[str, ...]
    where: Where
    name: str | None = None
    key: str | None = None
    patterns: str | None = None
    allow_all: bool | SettingKey | None = None
    empty_means: EmptyMeans | None = None
    missing_means: EmptyMeans | None = None
    format: Format | None = None
    split: Split | None = None
    like: str | None = None
    serves: tuple[str, ...] = ()
    credentials: bool | SettingKey | None = None
    methods: tuple[str, ...] | SettingKey | None = None
    headers: tuple[str, ...] | SettingKey | None = None
    expose: tuple[str, ...] | SettingKey | None = None
    max_age: int | SettingKey | None = None
    embedded: Embedded | None = None
    resolve: tuple[Resolve, ...] = ()
    values: tuple[str, ...] = ()
    profile: str | None = None
    owner: str | None = None
    semantics: Semantics | None = None
    workload: str | None = None
    container: str | None = None
