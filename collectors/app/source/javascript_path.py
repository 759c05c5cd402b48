"""Paths of Express routes as path conditions.

Express 4.22.3 and 5.3.0 with path-to-regexp 0.1.13 and 8.4.2: a text of `use` takes whole segments from
the start, that of a route the whole path with or without a slash at the end; `:name` is one segment. `*`
is any text in Express 4 and does not start in 5, where it is written `*name`. Express takes paths in
any case, which is left out here.
"""

import re

from auditor.core.language.pattern import Dialect
from auditor.core.link.cell import takes
from auditor.core.reading import ANY_PATH, PathKind, PathMatch
from collectors.app.source.shaping import Value
from collectors.app.source.value import Expression, Listing, Text

MADE_IN_CODE = PathMatch(PathKind.OPAQUE, "(a path made in code)")
_EVERYTHING = re.compile(r"/?(\*\w*|\(\.\*\)|\{\*\w+\})")
_REST = re.compile(r"(/[\w./~-]*)/(\*\w*|\(\.\*\)|\{\*\w+\})")
_PLAIN = re.compile(r"/[\w./~-]*")
_NAMED = re.compile(r"(/[\w.~-]+|/:[A-Za-z_]\w*)+/?")


def paths_of(value: Value, prefix: str, *, whole: bool) -> tuple[PathMatch, ...]:
    """The paths that a route with the path `value` takes below `prefix`; `whole`: to their end."""
    match value:
        case Text(text=text, open=False):
            return _text(text, prefix, whole=whole)
        case Listing(items=items):
            return tuple(one for item in items for one in paths_of(item, prefix, whole=whole))
        case Expression(text=text) if not prefix:
            return (PathMatch(PathKind.REGEX, text.text, Dialect.JS_TEST),)
        case _:
            return (MADE_IN_CODE,)


def below(prefix: str) -> tuple[PathMatch, ...]:
    """Everything below `prefix`."""
    return _text("/", prefix, whole=False)


def _text(text: str, prefix: str, *, whole: bool) -> tuple[PathMatch, ...]:
    if _EVERYTHING.fullmatch(text) and not prefix:
        return (ANY_PATH,)
    joint = prefix.rstrip("/") + (text if text.startswith("/") else f"/{text}" if prefix else text)
    bare = joint.rstrip("/") or "/"
    if _PLAIN.fullmatch(joint):
        if not whole:
            return (PathMatch(PathKind.PREFIX, bare),)
        ends = (bare,) if bare == "/" else (bare, f"{bare}/")
        return tuple(PathMatch(PathKind.EXACT, end) for end in ends)
    rest = _REST.fullmatch(joint)
    if rest is not None:
        return (PathMatch(PathKind.GLOB, f"{rest[1]}/*"),)
    if _NAMED.fullmatch(joint):
        named = re.sub(r":(\w+)", r"{\1}", bare)
        ends = (named, f"{named}/") if whole else (named, named + "/{rest+}")
        return tuple(PathMatch(PathKind.TEMPLATE, end) for end in ends)
    return (PathMatch(PathKind.OPAQUE, joint),)


# -- how conditions lie to each other --------------------------------------------------------------


def within(inner: tuple[PathMatch, ...], outer: tuple[PathMatch, ...]) -> bool:
    """Whether `outer` surely takes all of `inner`."""
    return all(any(_within(one, other) for other in outer) for one in inner)


def _within(inner: PathMatch, outer: PathMatch) -> bool:
    if inner == outer or outer == ANY_PATH:
        return True
    if outer.kind is PathKind.PREFIX and inner.kind in (PathKind.EXACT, PathKind.PREFIX):
        return takes(outer, inner.text)
    if outer.kind is PathKind.PREFIX:
        return _beginning(inner).startswith(outer.text.rstrip("/") + "/")
    return (
        inner.kind is PathKind.EXACT
        and outer.kind is not PathKind.OPAQUE
        and takes(outer, inner.text)
    )


def apart(one: tuple[PathMatch, ...], other: tuple[PathMatch, ...]) -> bool:
    """Whether no path is surely taken by both."""
    return all(_apart(first, second) for first in one for second in other)


def _apart(one: PathMatch, other: PathMatch) -> bool:
    if PathKind.EXACT in (one.kind, other.kind):
        exact, wider = (one, other) if one.kind is PathKind.EXACT else (other, one)
        return not takes(wider, exact.text)
    first, second = _beginning(one), _beginning(other)
    return not (first.startswith(second) or second.startswith(first))


def _beginning(match: PathMatch) -> str:
    """What every path that `match` takes begins with."""
    match match.kind:
        case PathKind.EXACT | PathKind.CHARACTERS:
            return match.text
        case PathKind.PREFIX:
            return match.text.rstrip("/")
        case PathKind.GLOB:
            return match.text.partition("*")[0]
        case PathKind.TEMPLATE:
            return match.text.partition("{")[0]
        case PathKind.REGEX | PathKind.OPAQUE:
            return ""
