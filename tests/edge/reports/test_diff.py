"""`diff`: verdicts of routes that share a name."""

from dataclasses import replace

from auditor.edge.reports.comparison import Difference
from auditor.edge.reports.diff import diff_text
from auditor.edge.reports.layout import Screen
from auditor.edge.reports.past import Nights
from auditor.edge.store.record import RouteRecord
from tests.edge.reports import records

NAME = "shop-api.example.com/v1/*"


def route(verdict: str) -> RouteRecord:
    return RouteRecord(NAME, "prod", "shop-api.example.com", "/v1/*", verdict, (), "", False, ())


def told(before: tuple[str, ...], now: tuple[str, ...]) -> str:
    """The text of a diff of runs whose routes of one name have these verdicts."""
    then = replace(records.first_night().now, routes=tuple(map(route, before)))
    later = replace(then, routes=tuple(map(route, now)))
    return diff_text(Difference(Nights(later, then), ("a", "b"), (), frozenset(), 1), Screen(200))


def test_methods_that_are_served_apart_are_compared_together() -> None:
    assert "~" not in told(("narrowed", "clean"), ("clean", "narrowed"))
    assert "~ clean and narrowed -> clean, no" in told(("narrowed", "clean"), ("clean", "clean"))
    assert f"~ clean -> widened, no decision changed: {NAME}" in told(("clean",), ("widened",))
