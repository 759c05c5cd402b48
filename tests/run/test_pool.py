"""Threads that hang are left alone; results come in order, and faults come through."""

import threading
import time

import pytest

from auditor.run.pool import each


def test_results_are_in_the_order_of_the_items() -> None:
    def work(number: int) -> int:
        time.sleep(0.01 * (5 - number))
        return number * 2

    assert list(each(work, range(5), 5)) == [0, 2, 4, 6, 8]


def test_a_fault_comes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        list(each(lambda number: 1 // number, [1, 0, 2], 2))


def test_who_leaves_early_waits_for_nobody_and_begins_nothing_more() -> None:
    freed, begun = threading.Event(), []

    def work(number: int) -> int:
        begun.append(number)
        if number:
            freed.wait(30)
        return number

    results = each(work, range(10), 2)
    assert next(results) == 0
    began = time.monotonic()
    results.close()
    assert time.monotonic() - began < 5
    freed.set()
    time.sleep(0.1)
    assert len(begun) <= 4
