"""The shape of one entry of `files:`."""

from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_lowercase, digits
from typing import Any, Final

from auditor.edge.config import values
from auditor.edge.config.compound import ByShape, ListOf
from auditor.edge.config.files import (
    Embedded,
    EmptyMeans,
    FilesEntry,
    Matcher,
    MatcherKind,
    MatcherMode,
    Resolve,
    Semantics,
    SettingKey,
    Split,
    StarMeans,
)
from auditor.edge.config.record import Field, Need, Record
from auditor.edge.config.schema import Fault, Flag, Here, Integer, Schema, TextAs, choice
from auditor.text.formats import Format
from auditor.text.tree import Node

_ANSWERS = "add serves: the routes that it answers, or workload: what runs it"
_FLAG = Flag()
_TEXTS = ListOf(values.TEXT, least=1)
_LONGEST_AGE = 31_536_000


def _one(text: str) -> tuple[str, ...]:
    return (text,)


def _setting(text: str) -> SettingKey:
    return SettingKey(text)


def _one_match(text: str) -> tuple[str, ...] | Fault:
    found = values.read_match(text)
    return found if isinstance(found, Fault) else (str(found),)


def _preset(text: str) -> str | Fault:
    name, at, version = text.partition("@")
    if not name or (at and not version):
        return Fault("is no preset", "write its name, or name@version as in starlette@0.40")
    return text


_ONE_OR_MORE: Final[ByShape[tuple[str, ...]]] = ByShape(
    "a text or a list of texts", text=TextAs(_one), sequence=_TEXTS
)
_MATCHES: Final[ByShape[tuple[str, ...]]] = ByShape(
    "a route or a list of routes",
    text=TextAs(_one_match),
    sequence=ListOf(values.MATCH_TEXT, least=1),
)
_YES_OR_KEY: Final[ByShape[bool | SettingKey]] = ByShape(
    "true, false or the key that holds it",
    boolean=_FLAG,
    text=TextAs(_setting),
    mapping=Record(
        SettingKey,
        (
            Field("key", values.TEXT, "the key that holds it", required=True),
            Field("default", _FLAG, "what a missing key means"),
            Field("truthy", _TEXTS, "the texts that mean yes"),
        ),
    ),
)
_METHODS: Final[ByShape[tuple[str, ...] | SettingKey]] = ByShape(
    "a list of methods or the key that holds them",
    text=TextAs(_setting),
    sequence=ListOf(values.METHOD),
)
_HEADERS: Final[ByShape[tuple[str, ...] | SettingKey]] = ByShape(
    "a list of header names or the key that holds them",
    text=TextAs(_setting),
    sequence=ListOf(values.HEADER),
)
_AGE: Final[ByShape[int | SettingKey]] = ByShape(
    "a number of seconds or the key that holds it",
    text=TextAs(_setting),
    integer=Integer(-1, _LONGEST_AGE),
)


def _judge_matcher(matcher: Matcher) -> Iterator[tuple[str, Fault]]:
    if matcher.kind is not MatcherKind.REGEX and (matcher.engine or matcher.mode):
        key = "engine" if matcher.engine else "mode"
        yield key, Fault("is for regular expressions", "write kind: regex, or remove it")
    if matcher.kind is MatcherKind.REGEX and not matcher.engine:
        yield "kind", Fault("names no engine", "add engine: python-re, js, java, go, pcre ...")


_MATCHER: Final = Record(
    Matcher,
    (
        Field("kind", choice(MatcherKind), "what an entry is"),
        Field("engine", values.TEXT, "the engine of the regular expressions, as python-re"),
        Field("mode", choice(MatcherMode), "where a regular expression must match"),
        Field("ignore_case", _FLAG, "whether case does not matter"),
    ),
    judge=_judge_matcher,
)
_SEMANTICS: Final = Record(
    Semantics,
    (
        Field("matcher", _MATCHER, "how an entry takes an origin"),
        Field("star_means", choice(StarMeans), "what * in the list does"),
        Field("credentials", _FLAG, "whether Allow-Credentials is sent"),
        Field("vary", _FLAG, "whether Vary: Origin is sent"),
    ),
)
_EMBEDDED: Final = Record(
    Embedded,
    (
        Field("configmap_key", values.TEXT, "the key in the ConfigMap", required=True),
        Field("format", choice(Format), "the format of the text under it", required=True),
    ),
)


_SOURCES = ("kube:", "file:")
_NAME = frozenset(ascii_lowercase + digits + "-.")


def _workload(text: str) -> str | Fault:
    """`eks-prod-1/orders/api` with its source in front; a cluster's name may have slashes (an ARN)."""
    source = text if text.startswith(_SOURCES) else f"kube:{text}"
    cluster, *names = source.rsplit("/", 2)
    named = len(names) == 2 and all(name and _NAME.issuperset(name) for name in names)
    if not named or cluster in _SOURCES:
        return Fault("is no workload", "write cluster/namespace/name, as in prod-1/orders/api")
    return source


def _judge_entry(entry: FilesEntry) -> Iterator[tuple[str, Fault]]:
    if entry.like and entry.semantics:
        yield "semantics", Fault("stands beside like", "keep one of them")
    if entry.key or entry.patterns or entry.allow_all is not None:
        return
    if entry.workload and not entry.path:
        yield "workload", Fault("has no key", "add key: the variable that holds the origins")
    elif entry.workload and not entry.like:
        yield "workload", Fault("has no like", "add like: the preset whose file it is")
    for key in ("credentials", "methods", "headers", "expose", "max_age"):
        if getattr(entry, key) is not None and not entry.semantics:
            what = "is for settings that a key names"
            yield key, Fault(what, "add key, or remove it: the framework's own file says it")


def _entry(path: tuple[str, ...] = (), **found: Any) -> FilesEntry:
    return FilesEntry(path, **found)


_ENTRY: Final = Record(
    _entry,
    (
        Field("path", _ONE_OR_MORE, "files, folders or globs"),
        Field("name", values.TEXT, "what reports call it"),
        Field("key", values.TEXT, "the key that holds the origins"),
        Field("patterns", values.TEXT, "the key that holds patterns of origins"),
        Field("allow_all", _YES_OR_KEY, "whether every origin is let in, or the key"),
        Field("empty_means", choice(EmptyMeans), "what an empty list does"),
        Field("missing_means", choice(EmptyMeans), "what a missing key does"),
        Field("format", choice(Format), "the format, where the name does not tell"),
        Field("split", choice(Split), "how one text holds several origins"),
        Field("like", TextAs(_preset), "the preset whose meaning applies, as starlette@0.40"),
        Field("serves", _MATCHES, "the routes that it answers, as api.example.com/v1/*"),
        Field("credentials", _YES_OR_KEY, "whether credentials are allowed, or the key"),
        Field("methods", _METHODS, "the allowed methods, or the key"),
        Field("headers", _HEADERS, "the allowed request headers, or the key"),
        Field("expose", _HEADERS, "the exposed response headers, or the key"),
        Field("max_age", _AGE, "seconds that a preflight is kept, or the key"),
        Field("embedded", _EMBEDDED, "a file inside a ConfigMap"),
        Field("resolve", ListOf(choice(Resolve)), "where placeholders may be filled from"),
        Field("values", ListOf(values.TEXT), "dotenv files and ConfigMaps for placeholders"),
        Field("profile", values.TEXT, "the profile whose documents count"),
        Field("owner", values.TEXT, "who can change it"),
        Field("semantics", _SEMANTICS, "what the app does with the list, spelled out"),
        Field("workload", TextAs(_workload), "what runs it, as prod-1/orders/api"),
        Field("container", values.TEXT, "the container whose environment counts"),
    ),
    needs=(
        Need("", ("path", "workload"), "add path: a file, a folder or a glob"),
        Need("container", ("workload",), "add workload: cluster/namespace/name"),
        Need("like", ("serves", "workload"), _ANSWERS),
        Need("semantics", ("key",), "add key: the name of the setting that holds the origins"),
        Need("patterns", ("like", "semantics"), "add like: a preset, or semantics: spelled out"),
        Need("allow_all", ("like",), "add like: a preset"),
        Need("key", ("like", "semantics"), "add like: a preset, or semantics: spelled out"),
        Need("semantics", ("serves", "workload"), _ANSWERS),
    ),
    judge=_judge_entry,
    located=True,
)


@dataclass(frozen=True, slots=True)
class _BareEntry:
    """A path alone."""

    def read(self, node: Node, here: Here) -> FilesEntry | None:
        """Read the path."""
        path = values.TEXT.read(node, here)
        return None if path is None else FilesEntry((path,), here.where(node))

    def schema(self) -> Schema:
        """Return the schema of a text."""
        return values.TEXT.schema()


_PATH_OR_ENTRY: Final[ByShape[FilesEntry]] = ByShape(
    "a path or a mapping with path", text=_BareEntry(), mapping=_ENTRY
)
FILES: Final = ListOf(_PATH_OR_ENTRY)
