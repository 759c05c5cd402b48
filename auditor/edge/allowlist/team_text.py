"""The text of one drafted allowlist file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from auditor.core.allowlist import RouteMatch
from auditor.edge.config.quoting import quote, quote_all

UNOWNED: Final = "unowned"
"""The owner that a draft names, and the file it writes, where no owner was found."""

_HEAD = """\
# Drafted by cors-audit from what the running layers let in. Nothing here is approved yet.
# Look at every line, remove what nobody needs; then remove "status: proposed" and write the day
# of the next review as review_by.
"""
_HEAD_UNOWNED = (
    "# No owner was found for these: move them to the files of those who answer for them.\n"
)


@dataclass(frozen=True, slots=True)
class DraftRoute:
    """A route to propose; `origins` are exact and sorted."""

    match: RouteMatch
    environment: str | None
    owner: str | None
    origins: tuple[str, ...]
    credentials: bool
    public: bool


def write_team(owner: str | None, routes: Sequence[DraftRoute], stale: date) -> str:
    """Return a file in which everything is proposed and stale after `stale`."""
    origins = sorted({origin for route in routes for origin in route.origins})
    head = [_HEAD if owner else _HEAD + _HEAD_UNOWNED, "version: 1\n", "status: proposed\n"]
    defaults = [f"defaults:\n  owner: {quote(owner or UNOWNED)}\n  review_by: {stale}\n"]
    return "".join([*head, *defaults, *_origins(origins), "routes:\n", *_routes(routes)])


def _origins(origins: Iterable[str]) -> Iterator[str]:
    lines = [f"  - {{origin: {quote(origin)}}}\n" for origin in origins]
    yield from ["origins:\n", *lines] if lines else []


def _routes(routes: Iterable[DraftRoute]) -> Iterator[str]:
    for route in routes:
        yield f"  - match: {quote(str(route.match))}\n"
        if route.environment is not None:
            yield f"    environment: {quote(route.environment)}\n"
        if route.public:
            yield '    public: true    # answered "*" without cookies: please confirm\n'
        if route.origins or not route.public:
            yield f"    allow_origins: {quote_all(route.origins)}\n"
        if route.credentials:
            yield "    allow_credentials: true\n"
