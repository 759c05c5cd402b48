"""Where a view of Flask stands: the path and the methods of its route, where they are written out.

Source: flask/sansio/scaffold.py and app.py; 3.1.3 read. HEAD comes with GET, and OPTIONS with every
route. Converters of one segment are taken for any segment.
"""

import ast
from dataclasses import dataclass

from auditor.core.reading import ANY_PATH, PathKind, PathMatch
from collectors.app.source.python_literal import Evaluator, arguments
from collectors.app.source.python_syntax import Function
from collectors.app.source.value import Listing, Made, Text, Unknown

_SHORTCUTS = frozenset({"get", "post", "put", "delete", "patch"})
_APPS = frozenset({"flask.Flask", "flask.app.Flask"})


@dataclass(frozen=True, slots=True)
class View:
    """The paths and methods of a view (None: all). `unknown`: why they may be fewer, or None."""

    path: PathMatch
    methods: frozenset[str] | None = None
    unknown: Unknown | None = None


def view_of(function: Function, here: Evaluator) -> View:
    """Where `function` stands as a view."""
    routes = [
        (one, one.func)
        for one in function.decorator_list
        if isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and one.func.attr in _SHORTCUTS | {"route"}
    ]
    if len(routes) != 1:
        return View(ANY_PATH, None, Unknown("its route is not on it", function.lineno))
    ((route, func),) = routes
    owner = here.value(func.value)
    rule = here.value(route.args[0]) if route.args else None
    if not isinstance(rule, Text) or rule.open:
        return View(ANY_PATH, None, Unknown("the path of its route is made in code", route.lineno))
    path = _path(rule.text)
    if not (isinstance(owner, Made) and owner.name in _APPS) or path is None:
        reason = "its route is that of a blueprint, or has a pattern that is not read"
        within = "*" + "*".join(_literals(rule.text))
        return View(PathMatch(PathKind.GLOB, within), None, Unknown(reason, route.lineno))
    return View(path, _methods(route, func.attr, here))


def _literals(rule: str) -> list[str]:
    """The texts around the variable parts of a rule."""
    first, *others = rule.split("<")
    return [first, *(other.partition(">")[2] for other in others)]


def _path(rule: str) -> PathMatch | None:
    """`/orders/<int:id>` as a template, `/files/<path:name>` with any rest; None for other patterns."""
    segments = rule.split("/")
    names: list[str] = []
    for at, segment in enumerate(segments):
        if "<" not in segment:
            names.append(segment)
            continue
        plain = segment.startswith("<") and segment.endswith(">") and segment.count("<") == 1
        rest = segment.startswith("<path:")
        if not plain or (rest and at < len(segments) - 1):
            return None
        names.append("{rest+}" if rest else "{any}")
    if names == segments:
        return PathMatch(PathKind.EXACT, rule)
    return PathMatch(PathKind.TEMPLATE, "/".join(names))


def _methods(route: ast.Call, name: str, here: Evaluator) -> frozenset[str] | None:
    given = arguments(here, route)
    if isinstance(given, Unknown):
        return None
    if name in _SHORTCUTS:
        listed = {name.upper()}
    elif "methods" in given:
        value = given["methods"]
        items = value.items if isinstance(value, Listing) else ()
        listed = {item.text.upper() for item in items if isinstance(item, Text)}
        if not listed or len(listed) < len(items):
            return None
    else:
        listed = {"GET"}
    return frozenset(listed | {"OPTIONS"} | ({"HEAD"} if "GET" in listed else set()))
