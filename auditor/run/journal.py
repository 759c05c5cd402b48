"""What a run tells its log: one line for each source that was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from auditor.edge.log import Level, Log
from collectors.collector import Collected


def told(
    parts: Iterable[Collected], log: Log, clock: Callable[[], datetime]
) -> Iterator[Collected]:
    """`parts` as they are; of each, a `source-read` for every source in it: how many documents and
    gaps it gave, and the seconds for which the run waited for the part that it came in."""
    since = clock()
    for part in parts:
        until = clock()
        _tell(part, (until - since).total_seconds(), log)
        since = until
        yield part


def _tell(part: Collected, seconds: float, log: Log) -> None:
    documents = Counter(one.source for one in part.documents)
    gaps = Counter(one.source for one in part.unread)
    sources = dict.fromkeys([*(one.source for one in part.counts), *documents, *gaps])
    for source in sources:
        log.event(
            "source-read",
            Level.WARNING if gaps[source] else Level.INFO,
            source=source,
            documents=documents[source],
            gaps=gaps[source],
            seconds=round(seconds, 3),
        )
    for gap in part.unread:
        log.event(
            "unread",
            Level.WARNING,
            source=gap.source,
            scope=gap.scope,
            gap=str(gap.gap),
            reason=gap.reason,
            do=gap.do,
        )
