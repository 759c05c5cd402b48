"""Routes of an HTTP API: keys, the paths and methods they take, and their order of precedence.

Facts: developer guide, http-api-develop-routes. A route key is `$default` or a method (or ANY: all
methods not defined for the resource) and a path, in which `{name}` is one segment and a last
`{name+}` every child resource. A full match comes before a greedy one, `$default` last.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from auditor.core.reading import ANY_PATH, PathKind, PathMatch
from collectors.gateway.target import segments

DEFAULT_KEY = "$default"
ANY_METHOD = "ANY"


class Authorization(StrEnum):
    """Who may pass, as AuthorizationType names it (botocore 1.44.5, AuthorizationType)."""

    NONE = "NONE"
    JWT = "JWT"
    IAM = "AWS_IAM"
    CUSTOM = "CUSTOM"


@dataclass(frozen=True, slots=True)
class Route:
    """One route: `method` is ANY for every method, `path` is empty for `$default`.

    `integration` is the id of what its target names; empty when it has no target.
    """

    method: str
    path: str
    authorization: Authorization = Authorization.NONE
    integration: str = ""

    @property
    def key(self) -> str:
        """The route key, as the service writes it."""
        return f"{self.method} {self.path}" if self.path else DEFAULT_KEY

    @property
    def takes_options(self) -> bool:
        """Whether OPTIONS requests can arrive at this route."""
        return self.method in {ANY_METHOD, "OPTIONS"}

    @property
    def methods(self) -> frozenset[str] | None:
        """The methods that it takes; None for all."""
        return None if self.method == ANY_METHOD else frozenset({self.method})

    @property
    def match(self) -> PathMatch:
        """The paths that it takes."""
        if not self.path:
            return ANY_PATH
        kind = PathKind.TEMPLATE if "{" in self.path else PathKind.EXACT
        return PathMatch(kind, self.path)


def parse_route(key: str, authorization: str = "", target: str = "") -> Route | None:
    """Return the route of a route key; None when it is not the key of an HTTP API's route."""
    # An authorization that is not known is read as one that may refuse anything: CUSTOM.
    known = authorization in set(Authorization)
    allowed = Authorization(authorization) if known else Authorization.CUSTOM
    if not authorization:
        allowed = Authorization.NONE
    integration = target.removeprefix("integrations/")
    if key == DEFAULT_KEY:
        return Route(ANY_METHOD, "", allowed, integration)
    method, _, path = key.partition(" ")
    if not (method.isalpha() and method.isupper() and path.startswith("/")):
        return None
    return Route(method, path, allowed, integration)


def in_precedence(routes: Iterable[Route]) -> tuple[Route, ...]:
    """Return `routes` in the order in which the service tries them.

    Between two full matches the one with a literal where the other has a variable comes first,
    and a method before ANY: the guide's own example shows that much.
    """
    return tuple(sorted(routes, key=_rank))


def _rank(route: Route) -> tuple[bool, bool, tuple[int, ...], bool, str]:
    kinds = tuple(_kind(segment) for segment in segments(route.path))
    return (not route.path, 2 in kinds, kinds, route.method == ANY_METHOD, route.key)


def _kind(segment: str) -> int:
    if not segment.startswith("{"):
        return 0
    return 2 if segment.endswith("+}") else 1
