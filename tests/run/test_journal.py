"""What the log hears of the sources that a run read."""

from datetime import UTC, datetime, timedelta

from auditor.core.reading import Document, Gap, Unread, Where
from auditor.edge.log import Field, Level
from auditor.run.journal import told
from collectors.collector import Collected, Count

START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
WHERE = Where("x")


class Heard:
    """A log that remembers."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str, dict[str, Field]]] = []

    def event(self, name: str, level: Level = Level.INFO, **fields: Field) -> None:
        self.events.append((name, str(level), fields))


def test_each_source_of_each_part_is_told_once() -> None:
    gap = Unread("b NS", "b", Gap.DENIED, "403", "grant it", WHERE)
    parts = [
        Collected((Document("a", "K", "1", {}, WHERE), Document("a", "K", "2", {}, WHERE))),
        Collected(
            (), (gap,), (Count("b", "K", 1, 0), Count("b", "L", 2, 2), Count("c", "K", 0, 0))
        ),
    ]
    ticks = iter(START + timedelta(seconds=at) for at in (0, 1, 3.5))
    log = Heard()
    assert list(told(parts, log, lambda: next(ticks))) == parts
    assert log.events == [
        ("source-read", "info", {"source": "a", "documents": 2, "gaps": 0, "seconds": 1.0}),
        ("source-read", "warning", {"source": "b", "documents": 0, "gaps": 1, "seconds": 2.5}),
        ("source-read", "info", {"source": "c", "documents": 0, "gaps": 0, "seconds": 2.5}),
        (
            "unread",
            "warning",
            {"source": "b", "scope": "b NS", "gap": "denied", "reason": "403", "do": "grant it"},
        ),
    ]
