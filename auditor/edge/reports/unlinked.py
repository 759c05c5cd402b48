"""Names that paths lead to and that nothing read answers to, and the line that would say what does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from auditor.edge.config.quoting import quote
from auditor.edge.config.schema import Fault
from auditor.edge.config.values import read_match
from auditor.edge.reports.layout import count
from auditor.edge.store.record import RunRecord, Unlinked

LIVE: Final = "kube:"
"""How the names of workloads in clusters begin; `workload` under files has them without it."""
_PLACES: Final = 3
_APP: Final = 'key: "...", like: "..."'


@dataclass(frozen=True, slots=True)
class Paste:
    """A line for the configuration, with `...` where only its reader knows what to write; `under`: the
    key of the list that it belongs to."""

    under: str
    line: str


def paste(one: Unlinked, record: RunRecord) -> Paste | None:
    """What to add so that `one` leads on; None where no line can, since the name is that of something
    that has to be read itself."""
    kind, _, rest = one.name.partition(":")
    if not one.routes:
        return Paste("links", f'- {{host: "...", to: {quote(one.name)}}}')
    match kind:
        case "host":
            return Paste("links", f'- {{host: {_plain(rest)}, to: "..."}}')
        case "workload" if rest.startswith(LIVE):
            workload = _plain(rest.removeprefix(LIVE))
            return Paste("files", f"- {{workload: {workload}, {_APP}}}")
        case "workload" | "service" | "lambda":
            serves = ", ".join(_served(one, record))
            return Paste("files", f'- {{path: "...", {_APP}, serves: [{serves}]}}')
        case _:
            return None


def hosts(ends: Iterable[Unlinked], record: RunRecord) -> frozenset[str]:
    """The public hosts whose paths end there."""
    names = {name for one in ends for name in one.routes}
    return frozenset(route.host for route in record.routes if route.name in names)


def depended_on(record: RunRecord) -> tuple[Unlinked, ...]:
    """The ends that some decision depends on, those with the most routes first."""
    found = (one for one in record.unlinked if one.blinds)
    return tuple(sorted(found, key=lambda one: (-len(one.blinds), one.name)))


def unreached(record: RunRecord) -> tuple[Unlinked, ...]:
    """The apps that were read and that no route leads to."""
    return tuple(one for one in record.unlinked if not one.routes)


def headline(record: RunRecord) -> str | None:
    """How many hosts have such an end, None where no decision depends on any."""
    number = len(hosts(depended_on(record), record))
    ends = "ends" if number == 1 else "end"
    told = f"{count(number, 'host')} {ends} at something that nothing read answers to"
    return told if number else None


def _served(one: Unlinked, record: RunRecord) -> list[str]:
    """What the end serves, as `serves` takes it: the routes where those are few and plain, or else the
    whole hosts."""
    names = set(one.blinds or one.routes)
    routes = [route for route in record.routes if route.name in names]
    places = sorted({route.host + route.path for route in routes})
    if len(places) > _PLACES or any(isinstance(read_match(place), Fault) for place in places):
        places = sorted({f"{route.host}/*" for route in routes})
    more = ['"..."'] if len(places) > _PLACES else []
    return [*map(_plain, places[:_PLACES]), *more]


def _plain(text: str) -> str:
    """`text` as a YAML scalar inside braces, quoted where it must be."""
    bare = text.replace("-", "a").replace(".", "a").replace("/", "a").removesuffix("*")
    safe = bare.isascii() and bare.isalnum() and text[0].isalpha()
    # Without a dot or a slash it may be a word of YAML, as `on` is.
    return text if safe and bare != text else quote(text)
