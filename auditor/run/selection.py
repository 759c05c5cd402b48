"""Which part of the estate a run looks at; a partial run is no baseline and closes nothing outside."""

from __future__ import annotations

from dataclasses import dataclass, fields

from auditor.core.glob import takes
from auditor.core.link.route import Route
from auditor.core.reading import Hop


@dataclass(frozen=True, slots=True)
class Selection:
    """Globs by what they select; several of one kind: any of them; several kinds: all of them.
    `route`: names of routes, as they are and no globs.
    """

    account: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    cluster: tuple[str, ...] = ()
    namespace: tuple[str, ...] = ()
    host: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    route: tuple[str, ...] = ()

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """(option, value) of everything selected."""
        return tuple((f.name, value) for f in fields(self) for value in getattr(self, f.name))

    def takes(self, route: Route, owners: frozenset[str]) -> bool:
        """Whether `route`, whose hops belong to `owners`, is part of the selection."""
        if self.route and route.text not in self.route:
            return False
        hops = [p.hop for path in route.paths for p in (*path.actual.hops, *path.preflight.hops)]
        labels = {pair for hop in hops for pair in hop.labels}
        given = {
            "host": {route.host},
            "env": {route.environment},
            "owner": owners,
            "service": {name for hop in hops for name in _names(hop)},
            "cluster": {
                hop.source.partition(":")[2] for hop in hops if hop.source.startswith("kube:")
            },
        }
        return all(
            any(
                takes(glob, value)
                for glob in getattr(self, f.name)
                for value in given.get(f.name, {text for key, text in labels if key == f.name})
            )
            for f in fields(self)
            if f.name != "route" and getattr(self, f.name)
        )


EVERYTHING = Selection()


def _names(hop: Hop) -> tuple[str, ...]:
    return (hop.title, hop.role, *(text for key, text in hop.labels if key in ("app", "service")))
