"""Which decisions differ: exact for every origin, and never more than is known."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from auditor.core.allowlist import AllowedRoute, Allowlist, OriginEntry, RouteMatch
from auditor.core.hop.behaviour import (
    Behaviour,
    Case,
    Doing,
    Either,
    Mix,
    Respond,
    Silent,
    Terminal,
    UnreadBehaviour,
)
from auditor.core.hop.guard import PREFLIGHT, OriginIn
from auditor.core.hop.header import ALLOW_CREDENTIALS, ALLOW_METHODS, ALLOW_ORIGIN
from auditor.core.hop.op import Act, Literal, Op, TheOrigin
from auditor.core.language.pattern import Dialect, Pattern, exact
from auditor.core.link.estate import Estate
from auditor.core.link.route import routes
from auditor.core.reading import (
    ANY_PATH,
    Gap,
    Hop,
    Layer,
    PathCase,
    PathKind,
    PathMatch,
    Reading,
    Unread,
    Where,
)
from auditor.edge.reports.decisions import moved
from auditor.edge.reports.deltas import Trend
from auditor.edge.reports.wording import Row, rows

HOST = "api.example.com"
TODAY = date(2026, 11, 22)
A, B = "https://a.example", "https://b.example"


def listing(*patterns: str | Pattern, credentials: bool = True) -> Behaviour:
    """Sets the headers for the origins that the list takes."""
    listed = tuple(exact(one) if isinstance(one, str) else one for one in patterns)
    ops = [Op(Act.SET, (ALLOW_ORIGIN,), TheOrigin(), "list")]
    if credentials:
        ops.append(Op(Act.SET, (ALLOW_CREDENTIALS,), Literal("true"), "credentials"))
    return Behaviour(edits=((Case((OriginIn(listed),), tuple(ops)),),))


def answering(*methods: str) -> Behaviour:
    """Answers every preflight for A with these methods."""
    ops = (
        Op(Act.SET, (ALLOW_ORIGIN,), Literal(A), "origin"),
        Op(Act.SET, (ALLOW_METHODS,), Literal(", ".join(methods)), "methods"),
    )
    return Behaviour(responds=(Respond(PREFLIGHT, (204,), ops),))


def hop(
    doing: Doing,
    to: tuple[str, ...] | Terminal = Silent(),  # noqa: B008 - frozen
    match: PathMatch = ANY_PATH,
    *,
    name: str = "gateway",
) -> Hop:
    return Hop(
        name,
        Layer.GATEWAY,
        "product",
        name,
        Where("x.yaml", 1),
        (f"host:{HOST}",),
        (PathCase(match, doing, to),),
        "file:.",
        name,
    )


def differ(
    before: Iterable[Reading], after: Iterable[Reading], allowlist: Allowlist | None = None
) -> list[Row]:
    sides = Estate(before), Estate(after)
    cells = [r for side in sides for r in routes(side, allowlist, lambda _host, _ways: "prod")]
    return list(rows(moved(*sides, cells), TODAY))


def said(found: list[Row]) -> set[tuple[str, str, str]]:
    return {(str(row.trend), row.who, row.what) for row in found}


def test_an_origin_more() -> None:
    found = differ([hop(listing(A))], [hop(listing(A, B))])
    assert said(found) == {("gained", B, "can now read with cookies")}


def test_an_origin_less() -> None:
    found = differ([hop(listing(A, B))], [hop(listing(A))])
    assert said(found) == {("lost", B, "can no longer read with cookies")}


def test_a_list_in_another_order_or_said_twice_is_no_change() -> None:
    assert differ([hop(listing(A, B))], [hop(listing(B, A, A))]) == []


def test_cookies_alone() -> None:
    found = differ([hop(listing(A, credentials=False))], [hop(listing(A))])
    assert said(found) == {("gained", A, "can now read with cookies")}


def test_patterns_of_both_sides_are_cut_together() -> None:
    """Neither side's own witnesses lie between the two patterns: only the common cut finds both."""
    one = Pattern(Dialect.PREFIX, "https://ab")
    other = Pattern(Dialect.SUFFIX, "yz.example")
    found = differ([hop(listing(one))], [hop(listing(other))])
    assert {row.trend for row in found} == {Trend.GAINED, Trend.LOST}
    for row in found:
        witness = row.who.rpartition(" ")[2]
        assert witness.startswith("https://ab") is (row.trend is Trend.LOST)
        assert witness.endswith("yz.example") is (row.trend is Trend.GAINED)


def test_a_wider_dialect_with_the_same_text() -> None:
    """The same text, one label before, any prefix now."""
    narrow = Pattern(Dialect.ALLOWLIST, "https://*.a.example")
    wide = Pattern(Dialect.SUFFIX, ".a.example")
    found = differ([hop(listing(narrow))], [hop(listing(wide))])
    assert {row.trend for row in found} == {Trend.GAINED}


def test_what_one_pattern_lets_in_is_said_by_name() -> None:
    found = differ([hop(listing(A))], [hop(listing(A, Pattern(Dialect.SUFFIX, ".b.example")))])
    assert [row.who for row in found] == [
        "origins that .b.example takes: any subdomain of b.example, however deep, nothing outside "
        "b.example (proved), as https://new.b.example"
    ]


def test_any_origin_is_one_row() -> None:
    any_origin = Behaviour(
        edits=((Case((), (Op(Act.SET, (ALLOW_ORIGIN,), Literal("*"), "origin"),)),),)
    )
    found = differ([hop(Behaviour())], [hop(any_origin)])
    assert len(found) == 1
    assert found[0].who.startswith("any origin, as https://")
    assert found[0].what == "can now read without cookies"


def test_methods_by_name() -> None:
    found = differ([hop(answering("PUT", "PATCH"))], [hop(answering("PUT", "DELETE"))])
    assert said(found) == {
        ("gained", A, "can now send DELETE without cookies"),
        ("lost", A, "can no longer send PATCH without cookies"),
    }


def test_one_of_two_that_share_the_requests_loses_the_origin() -> None:
    found = differ([hop(listing(A))], [hop(Mix("canary", (listing(A), Behaviour())))])
    assert said(found) == {("lost", A, "can no longer read with cookies")}


def test_behind_something_unread_on_both_sides_the_condition_is_said() -> None:
    found = differ([hop(listing(A), to=("service:app",))], [hop(listing(B), to=("service:app",))])
    condition = ", if what was not read passes answers on as they are"
    assert said(found) == {
        ("gained", B, f"can now read with cookies{condition}"),
        ("lost", A, f"can no longer read with cookies{condition}"),
    }


def test_what_became_unread_cannot_be_compared() -> None:
    found = differ([hop(listing(A))], [hop(UnreadBehaviour("denied"))])
    assert {row.trend for row in found} == {Trend.UNSURE}
    assert all("denied" in row.what for row in found)


def test_what_became_ambiguous_cannot_be_compared() -> None:
    found = differ([hop(Behaviour())], [hop(Either("version", (Behaviour(), listing(A))))])
    assert said(found) == {("unsure", A, "cannot be compared: version")}


def test_a_new_route_and_a_removed_one() -> None:
    assert {r.trend for r in differ([], [hop(listing(A))])} == {Trend.GAINED}
    assert {r.trend for r in differ([hop(listing(A))], [])} == {Trend.LOST}


def test_a_route_that_is_gone_with_its_unread_file_is_not_called_lost() -> None:
    gap = Unread("file:x.yaml", "file:.", Gap.INVALID, "not YAML", "correct it", Where("x.yaml"))
    found = differ([hop(listing(A))], [gap])
    assert {row.trend for row in found} == {Trend.UNSURE}
    assert found[0].what == "cannot be compared: file:x.yaml: not YAML"


def test_a_cell_split_off_without_another_decision_is_no_change() -> None:
    below = PathMatch(PathKind.PREFIX, "/v1")
    split = Hop(
        "gateway",
        Layer.GATEWAY,
        "product",
        "gateway",
        Where("x.yaml"),
        (f"host:{HOST}",),
        (PathCase(below, listing(A), Silent()), PathCase(ANY_PATH, listing(A), Silent())),
        "file:.",
        "gateway",
    )
    assert differ([hop(listing(A))], [split]) == []


def test_a_cell_split_off_with_another_decision_is_told_for_that_cell() -> None:
    below = PathMatch(PathKind.PREFIX, "/v1")
    split = Hop(
        "gateway",
        Layer.GATEWAY,
        "product",
        "gateway",
        Where("x.yaml"),
        (f"host:{HOST}",),
        (PathCase(below, listing(A, B), Silent()), PathCase(ANY_PATH, listing(A), Silent())),
        "file:.",
        "gateway",
    )
    found = differ([hop(listing(A))], [split])
    assert [(row.route, row.who) for row in found] == [(f"{HOST}/v1/*", B)]


def test_the_route_s_own_origin_is_not_judged() -> None:
    assert differ([hop(listing(A))], [hop(listing(A, f"https://{HOST}"))]) == []


def test_a_list_that_speaks_of_the_host_itself() -> None:
    """The same change on two hosts means another origin on each."""
    same = Pattern(Dialect.SAME_HOST, "http")
    hosts = ("api.example.com", "web.example.com")

    def on_both(doing: Doing) -> list[Reading]:
        return [replace(hop(doing, name=one), answers=(f"host:{one}",)) for one in hosts]

    found = differ(on_both(listing(A)), on_both(listing(A, same)))
    assert {(row.route, row.who) for row in found} == {
        (f"{one}/*", f"http://{one}") for one in hosts
    }


def test_a_preflight_that_nothing_takes() -> None:
    def only_get(doing: Doing) -> Hop:
        whole = hop(doing)
        return replace(whole, cases=(replace(whole.cases[0], methods=frozenset({"GET"})),))

    found = differ([only_get(listing(A))], [only_get(listing(A, B))])
    assert {(row.trend, row.who) for row in found} == {(Trend.GAINED, B)}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (listing(), listing(A), "as allowed"),
        (listing(), listing(B), "not allowed"),
        (listing(A), listing(), "although allowed"),
        (listing(B), listing(), "as allowed"),
    ],
)
def test_what_the_allowlist_says(before: Behaviour, after: Behaviour, expected: str) -> None:
    where = Where("allowlist.yaml", 3)
    entry = OriginEntry(exact(A), "team-web", where)
    match = RouteMatch(HOST, ANY_PATH)
    trusted = Allowlist((AllowedRoute(match, (entry,), True, where),))
    found = differ([hop(before)], [hop(after)], trusted)
    assert [row.allowed for row in found] == [expected]
