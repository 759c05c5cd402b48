"""Paths of rack-cors resources as path conditions, and how these lie to each other.

lib/rack/cors/resource.rb of rack-cors 3.0.0, `compile`: `/*` is a slash or none and any text, `*` any
text, `:name` one or more characters but `/?&#`; `.`, `+`, `(`, `)` and `$` are themselves; everything
else is part of an expression, which has to take the path from its beginning to its end.
"""

import re
from dataclasses import dataclass

from auditor.core.language.pattern import Dialect
from auditor.core.link.cell import takes
from auditor.core.reading import ANY_PATH, PathKind, PathMatch

_TOKEN = re.compile(r":\w+|/\*|[*.+()$]")
_RAW = frozenset("[]{}|^\\?")


@dataclass(frozen=True, slots=True)
class Resource:
    """A path condition, and what every path that it takes begins with. None: it takes no path."""

    match: PathMatch | None
    beginning: str = ""


def resource_of(path: str) -> Resource:
    """What a path in a text takes."""
    beginning = re.split(r"/?\*|:\w", path, maxsplit=1)[0]
    if not _RAW.isdisjoint(path):
        return Resource(PathMatch(PathKind.REGEX, _expression(path), Dialect.RUBY_SEARCH))
    if not path.startswith(("/", "*")):
        return Resource(None)
    if re.search(r":\w", path):
        match = PathMatch(PathKind.REGEX, _expression(path), Dialect.RUBY_SEARCH)
        return Resource(match, beginning)
    globbed = path.replace("/*", "*")
    if not globbed.strip("*"):
        return Resource(ANY_PATH)
    if "*" not in globbed:
        return Resource(PathMatch(PathKind.EXACT, path), path)
    if "*" not in globbed[:-1]:
        return Resource(PathMatch(PathKind.CHARACTERS, globbed[:-1]), beginning)
    return Resource(PathMatch(PathKind.GLOB, globbed), beginning)


def resource_of_expression(text: str) -> Resource:
    """What a path that is an expression takes."""
    return Resource(PathMatch(PathKind.REGEX, text, Dialect.RUBY_SEARCH))


def _expression(path: str) -> str:
    def replaced(found: re.Match[str]) -> str:
        match found[0]:
            case "/*":
                return r"\/?(.*?)"
            case "*":
                return "(.*?)"
            case token if token.startswith(":"):
                return "([^/?&#]+)"
            case token:
                return f"\\{token}"

    return f"^{_TOKEN.sub(replaced, path)}$"


def is_within(inner: Resource, outer: Resource) -> bool:
    """Whether `outer` surely takes every path that `inner` takes."""
    if inner.match is None or outer.match is None:
        return inner.match is None
    if outer.match == ANY_PATH or inner.match == outer.match:
        return True
    if inner.match.kind is PathKind.EXACT:
        return takes(outer.match, inner.match.text)
    wide = outer.match.kind is PathKind.CHARACTERS
    return wide and inner.beginning.startswith(outer.match.text)


def are_apart(one: Resource, other: Resource) -> bool:
    """Whether surely no path is taken by both."""
    if one.match is None or other.match is None:
        return True
    for exact, wider in ((one.match, other.match), (other.match, one.match)):
        if exact.kind is PathKind.EXACT:
            return not takes(wider, exact.text)
    first, second = one.beginning, other.beginning
    return not (first.startswith(second) or second.startswith(first))
