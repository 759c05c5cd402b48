"""Several things at a time, in threads that nobody has to wait for when the run is to end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def each(work: Callable[[Item], Result], items: Iterable[Item], workers: int) -> Iterator[Result]:
    """`work` of each of `items`, `workers` at a time, in their order; raises what `work` raises.

    Left early, as by a signal, it gives up what has not begun and leaves alone what hangs.
    """
    pool = ThreadPoolExecutor(workers)
    try:
        yield from pool.map(work, items)
    finally:
        # A `with` would wait here for a call that never answers.
        pool.shutdown(wait=False, cancel_futures=True)
