"""Locations as path conditions, and what a rewrite makes of the path on its way inwards.

Sources: buildLocation, enforceRegexModifier and buildProxyPass of template.go, location.go and the
sorting in controller.go (internal/ingress/controller, ingress-nginx v1.15.1).
"""

from __future__ import annotations

from dataclasses import dataclass

from auditor.core.reading import ANY_PATH, PathKind, PathMatch

PATH_CAP = 2_048
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_-~:@,;=&!%")
_REPEATS = ("?", "*", "+", "{")
_SEGMENTS = {"(/|$)(.*)": "$2", "(/|$)": None, "(/|$).*": None, "(?:/|$)(.*)": "$1"}
"""Tails behind which the path ends or goes on with `/`: the capture of the rest, or none."""
_ANYTHING = {
    "": None,
    "(.*)": "$1",
    ".*": None,
    "/?(.*)": "$1",
    "/?.*": None,
    "(/.*)?": None,
    "/?": None,
}
"""Tails that take whatever follows: a location is not anchored at its end."""


@dataclass(frozen=True, slots=True)
class PathWay:
    """Which paths a location takes, and how they go on: `strip` removed, `add` put before.

    `rewrite`: why the path that the service sees cannot be told, or None.
    """

    match: PathMatch
    strip: str = ""
    add: str = ""
    rewrite: str | None = None


def plain_way(path: str, *, exact: bool) -> PathWay:
    """A location without regular expressions: the longest one wins, an exact one before all."""
    if exact:
        return PathWay(PathMatch(PathKind.EXACT, path))
    if path == "/":
        return PathWay(ANY_PATH)
    kind = PathKind.CHARACTERS if path.endswith("/") else PathKind.PREFIX
    return PathWay(PathMatch(kind, path))


def regex_way(path: str, target: str) -> PathWay:
    """A location `~* "^<path>"`, as all of a host are once one of them is rewritten.

    It ignores case, which a path condition cannot say: the condition is that of the path as written.
    """
    stem, tail = _stem(path)
    match, rest = _match(path, stem, tail)
    if target in ("", path):
        return PathWay(match)
    return _rewritten(match, stem, rest, target)


def _stem(path: str) -> tuple[str, str]:
    """The literal beginning of a regular expression, and what follows it."""
    end = 0
    while end < len(path) and path[end] in _PLAIN:
        end += 1
    if path[end : end + 1] in _REPEATS and end > 0:
        end -= 1
    return path[:end], path[end:]


def _match(path: str, stem: str, tail: str) -> tuple[PathMatch, str | None]:
    """The condition, and the capture that holds the rest of the path."""
    if len(path) <= PATH_CAP:
        if tail in _SEGMENTS:
            whole = PathMatch(PathKind.PREFIX, stem) if stem else ANY_PATH
            return whole, _SEGMENTS[tail]
        if tail in _ANYTHING:
            return _characters(stem), _ANYTHING[tail]
        if tail == "$" and stem:
            return PathMatch(PathKind.EXACT, stem), None
    return PathMatch(PathKind.OPAQUE, f"~* ^{path[:PATH_CAP]}"), None


def _characters(stem: str) -> PathMatch:
    if stem in ("", "/"):
        return ANY_PATH
    return PathMatch(PathKind.CHARACTERS, stem)


def _rewritten(match: PathMatch, stem: str, rest: str | None, target: str) -> PathWay:
    if match.kind is PathKind.EXACT and "$" not in target:
        return PathWay(match, strip=stem, add=target)
    head, dollar, capture = target.partition("$")
    if rest is None or f"{dollar}{capture}" != rest or not head.endswith("/"):
        return PathWay(match, rewrite=f"rewrite-target {target} is not followed")
    if stem.endswith("/"):
        return PathWay(match, strip=stem, add=head) if head != stem else PathWay(match)
    return PathWay(match, strip=stem, add=head.removesuffix("/"))
