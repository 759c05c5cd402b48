"""Which resource of a REST API takes a path: an order of conditions, the first of which is the one.

Fact (developer guide, api-gateway-method-settings-method-request): a specific resource takes
precedence over a generic one at the same level, and `/{proxy+}` stands for every resource under
the root except `/parent` and what is below it, where `/parent` is a resource. So a path that leads
into a specific resource and is taken by none of its methods goes to no generic one beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from auditor.core.reading import PathKind, PathMatch
from collectors.gateway.rest_api.method import ANY_METHOD, Resource
from collectors.gateway.target import segments


@dataclass(frozen=True, slots=True)
class Taken:
    """Paths that `resource` takes; None: that no resource takes, though a generic one could."""

    match: PathMatch
    resource: Resource | None


@dataclass(slots=True)
class _Node:
    """One segment of the tree of paths."""

    resource: Resource | None = None
    children: dict[str, _Node] = field(default_factory=dict)


def in_precedence(resources: Iterable[Resource]) -> tuple[Taken, ...]:
    """Return what `resources` take, in the order in which the service looks for them."""
    root = _Node()
    for resource in resources:
        node = root
        for segment in segments(resource.path):
            node = node.children.setdefault(segment, _Node())
        node.resource = resource
    return tuple(_walk(root, (), generic=False))


def _walk(node: _Node, path: tuple[str, ...], *, generic: bool) -> Iterator[Taken]:
    """`generic`: a generic resource further up or beside it could take these paths too."""
    here = "/" + "/".join(path)
    if node.resource is not None:
        yield Taken(_match(here), node.resource)
    literal = sorted(name for name in node.children if not _is_variable(name))
    variable = sorted(name for name in node.children if _is_variable(name))
    for name in literal:
        beside = generic or bool(variable)
        yield from _walk(node.children[name], (*path, name), generic=beside)
    for name in variable:
        yield from _walk(node.children[name], (*path, name), generic=generic)
    if generic and not here.endswith("+}"):
        yield from _refused(node, here)


def _refused(node: _Node, path: str) -> Iterator[Taken]:
    """The rest of what leads into the resource at `path`."""
    if "{" not in path:
        yield Taken(PathMatch(PathKind.PREFIX, path), None)
        return
    if not _takes_all(node.resource):
        yield Taken(_match(path), None)
    yield Taken(_match(f"{path}/{{proxy+}}"), None)


def _takes_all(resource: Resource | None) -> bool:
    return resource is not None and any(one.verb == ANY_METHOD for one in resource.methods)


def _is_variable(segment: str) -> bool:
    return segment.startswith("{")


def _match(path: str) -> PathMatch:
    return PathMatch(PathKind.TEMPLATE if "{" in path else PathKind.EXACT, path)
