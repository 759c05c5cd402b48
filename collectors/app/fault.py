"""Why one application cannot be read."""

from dataclasses import dataclass

from auditor.core.reading import Gap, Layer, Unread, Where
from collectors.app.mapping import parse_served


@dataclass(frozen=True, slots=True)
class Fault:
    """Where, what kind of gap, what is wrong, what to do."""

    where: Where
    gap: Gap
    what: str
    do: str

    def unread(self, name: str, serves: tuple[str, ...], source: str) -> Unread:
        """The gap it leaves for the application `name`: it blinds the hosts that it serves."""
        hosts = dict.fromkeys(f"host:{parse_served(text).host}" for text in serves)
        scope = f"app {name}"
        return Unread(
            scope, source, self.gap, self.what, self.do, self.where, Layer.APP, tuple(hosts)
        )
