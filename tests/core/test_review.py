"""Origins due for review: who is asked, when, and about which; the same until the table changes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from auditor.core.allowlist import AllowedRoute, Allowlist, OriginEntry, RouteMatch
from auditor.core.language.pattern import exact
from auditor.core.reading import Where
from auditor.core.review import Review, due_reviews, quarter_of

TODAY = date(2026, 11, 22)
YESTERDAY, TOMORROW = TODAY - timedelta(1), TODAY + timedelta(1)
NEXT_YEAR = date(2027, 2, 1)


def entry(
    name: str, review_by: date | None = TODAY, owner: str = "team-a", **more: object
) -> OriginEntry:
    made = OriginEntry(exact(f"https://{name}.example"), owner, Where("allowlist.yaml", 3))
    return replace(made, review_by=review_by, **more)  # type: ignore[arg-type]


def due(
    *entries: OriginEntry, today: date = TODAY, routes: tuple[AllowedRoute, ...] = ()
) -> tuple[Review, ...]:
    return due_reviews(Allowlist(routes, entries), today)


def names(review: Review) -> list[str]:
    return [one.text.removeprefix("https://").removesuffix(".example") for one in review.entries]


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 1, 1), "2026-Q1"),
        (date(2026, 3, 31), "2026-Q1"),
        (date(2026, 4, 1), "2026-Q2"),
        (date(2026, 9, 30), "2026-Q3"),
        (date(2026, 10, 1), "2026-Q4"),
        (date(2026, 12, 31), "2026-Q4"),
    ],
)
def test_quarters(day: date, quarter: str) -> None:
    assert quarter_of(day) == quarter


@pytest.mark.parametrize(
    ("one", "asked"),
    [
        (entry("a"), True),
        (entry("a", YESTERDAY), True),
        (entry("a", date(2024, 1, 1)), True),
        (entry("a", TOMORROW), False),
        (entry("a", None), False),
        (entry("a", proposed=True), False),
        (entry("a", expires=YESTERDAY), False),
        (entry("a", expires=TODAY), True),
    ],
)
def test_what_is_due(one: OriginEntry, asked: bool) -> None:
    assert bool(due(one)) is asked


def test_the_first_that_is_due_brings_its_whole_quarter() -> None:
    (review,) = due(
        entry("last", date(2026, 12, 31)), entry("first"), entry("early", date(2026, 10, 2))
    )
    assert (review.owner, review.quarter) == ("team-a", "2026-Q4")
    assert names(review) == ["early", "first", "last"]
    assert due(entry("later", TOMORROW), entry("next", NEXT_YEAR)) == ()


def test_one_for_each_owner_and_quarter() -> None:
    found = due(
        entry("a"),
        entry("b", owner="team-b"),
        entry("old", date(2026, 9, 30)),
        entry("next", NEXT_YEAR),
    )
    assert [(one.owner, one.quarter, names(one)) for one in found] == [
        ("team-a", "2026-Q3", ["old"]),
        ("team-a", "2026-Q4", ["a"]),
        ("team-b", "2026-Q4", ["b"]),
    ]
    assert len({one.key for one in found}) == 3


def test_of_one_day_by_name() -> None:
    (review,) = due(entry("b"), entry("c"), entry("a"))
    assert names(review) == ["a", "b", "c"]


def test_the_routes_that_name_each() -> None:
    one, other = entry("a"), entry("b")
    routes = tuple(
        AllowedRoute(RouteMatch(host), listed, True, Where("allowlist.yaml", 9))
        for host, listed in (("x.test", (one,)), ("y.test", (one, other)))
    )
    (review,) = due(one, other, entry("c"), routes=routes)
    assert review.routes == (("x.test/*", "y.test/*"), ("y.test/*",), ())


def test_the_ticket_is_the_same_while_the_table_changes() -> None:
    (first,) = due(entry("a"), entry("b", TOMORROW))
    same = [
        due(entry("b", TOMORROW), entry("a")),
        due(entry("a", ticket="SEC-1"), entry("b", TOMORROW)),
    ]
    others = [
        due(entry("a")),
        due(entry("a"), entry("b")),
        due(entry("a"), entry("b", TOMORROW), entry("c", TOMORROW)),
    ]
    assert [one.evidence == first.evidence for (one,) in same] == [True, True]
    assert [one.evidence == first.evidence for (one,) in others] == [False, False, False]
    assert {one.key for (one,) in (*same, *others)} == {first.key}


def test_another_day_for_the_first_puts_the_quarter_off_until_the_next_is_due() -> None:
    second = entry("b", TOMORROW)
    assert due(entry("a"), second)
    assert not due(entry("a", NEXT_YEAR), second)
    (again,) = due(entry("a", NEXT_YEAR), second, today=TOMORROW)
    assert names(again) == ["b"]
