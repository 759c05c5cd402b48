"""Why one application cannot be read."""

from dataclasses import dataclass

from auditor.core.reading import Gap, Layer, Unread, Where


@dataclass(frozen=True, slots=True)
class Fault:
    """Where, what kind of gap, what is wrong, what to do."""

    where: Where
    gap: Gap
    what: str
    do: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.do}"

    def unread(self, name: str, names: tuple[str, ...], source: str) -> Unread:
        """The gap it leaves for the application `name`: it blinds what leads to `names`."""
        scope = f"app {name}"
        return Unread(scope, source, self.gap, self.what, self.do, self.where, Layer.APP, names)
