"""What is said of a path: each verdict, what is compared and what is not, and the shared memo."""

from dataclasses import replace
from datetime import timedelta

import pytest

from auditor.core.allowlist import AllowedRoute
from auditor.core.capability import ANONYMOUS, READ, SEND, Capability
from auditor.core.decision.verdict import Compared, Judged, Memo, Verdict, judge_path
from auditor.core.hop.behaviour import Silent, Terminal, UnreadBehaviour, UnreadEnd
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.link.route import RequestPath
from auditor.core.link.walk import Placed, Way
from tests.rules.world import (
    APP,
    EVIL,
    HOST,
    OLD,
    RECURSIVE,
    SILENT,
    TENANTS,
    TODAY,
    allowed,
    app,
    constant,
    echoes,
    gateway,
    lists,
)

NONE = Capability.NONE
OWN = f"https://{HOST}"
UNREAD = UnreadBehaviour("the gateway was denied")
NOTHING_READ = UnreadEnd("the app was not read")
NOT_REGULAR = Pattern(Dialect.PYTHON_FULLMATCH, r"https://(a|b)\.\1\.test")


def judged(
    *hops: Placed,
    allow: AllowedRoute | None,
    end: Terminal = SILENT,
    methods: tuple[str, ...] = ("*",),
    host: str = HOST,
    memo: Memo | None = None,
) -> Judged:
    way = Way(hops, end)
    return judge_path(RequestPath(way, way), host, methods, allow, TODAY, memo)


def of(found: Judged, origin: str) -> Compared:
    """The class that stands for `origin` alone."""
    return next(c for c in found.classes if c.seen.about.alone and c.witness == origin)


def rest(found: Judged) -> list[Compared]:
    """The classes of origins that nothing names."""
    return [c for c in found.classes if not c.seen.about.alone]


STRICT = lists(APP, credentials=True)
PROPOSED = replace(allowed(APP), proposed=True)


@pytest.mark.parametrize(
    ("hops", "end", "allow", "verdict"),
    [
        ([app(STRICT)], SILENT, allowed(APP), Verdict.CLEAN),
        ([app(STRICT)], SILENT, allowed(APP, public=True), Verdict.NARROWED),
        ([app(constant("*"))], SILENT, allowed(public=True, credentials=False), Verdict.CLEAN),
        ([app(lists())], SILENT, allowed(), Verdict.CLEAN),
        ([app(lists(APP, OLD, credentials=True))], SILENT, allowed(APP), Verdict.WIDENED),
        ([app(STRICT)], SILENT, allowed(APP, credentials=False), Verdict.WIDENED),
        ([app(STRICT)], SILENT, allowed(), Verdict.WIDENED),
        ([app(echoes(True))], SILENT, allowed(public=True), Verdict.WIDENED),
        ([gateway(UNREAD), app(echoes(True))], SILENT, allowed(APP), Verdict.CONDITIONAL),
        ([app(lists(OLD))], SILENT, allowed(APP), Verdict.WIDENED),
        ([app(lists())], SILENT, allowed(APP), Verdict.NARROWED),
        ([app(lists(APP))], SILENT, allowed(APP), Verdict.NARROWED),
        ([app(lists(APP)), app(UNREAD)], SILENT, allowed(APP), Verdict.CANNOT_TELL),
        ([gateway(UNREAD), app(STRICT)], SILENT, allowed(APP), Verdict.CANNOT_TELL),
        ([gateway(lists())], NOTHING_READ, allowed(APP), Verdict.CANNOT_TELL),
        ([app(lists(NOT_REGULAR))], SILENT, allowed(), Verdict.CANNOT_TELL),
        ([app(STRICT)], SILENT, PROPOSED, Verdict.UNREVIEWED),
        ([app(lists(APP, OLD))], SILENT, PROPOSED, Verdict.WIDENED),
        ([app(echoes(True))], SILENT, None, Verdict.NOT_COMPARED),
        ([gateway(UNREAD)], NOTHING_READ, None, Verdict.NOT_COMPARED),
    ],
)
def test_each_verdict(
    hops: list[Placed], end: Terminal, allow: AllowedRoute | None, verdict: Verdict
) -> None:
    assert judged(*hops, allow=allow, end=end).verdict is verdict


def test_each_class_says_what_deviates() -> None:
    found = judged(app(lists(APP, EVIL, credentials=True)), allow=allowed(APP, OLD))
    assert (of(found, APP).widened, of(found, APP).missing) == (NONE, NONE)
    assert of(found, EVIL).widened == READ
    assert of(found, OLD).narrowed == READ
    assert of(found, OLD).missing == NONE
    assert of(found, "null").can.join == NONE


def test_an_expired_entry_wants_nothing_any_more() -> None:
    listed = allowed(APP)
    past = tuple(replace(e, expires=TODAY - timedelta(days=1)) for e in listed.entries)
    found = judged(app(STRICT), allow=replace(listed, entries=past))
    assert found.verdict is Verdict.WIDENED
    assert of(found, APP).widened == READ


def test_widening_by_an_unread_hop_is_doubtful_and_conditional() -> None:
    found = judged(gateway(UNREAD), app(lists(EVIL, credentials=True)), allow=allowed(APP))
    assert of(found, EVIL).widened == NONE
    assert of(found, EVIL).conditional == READ
    assert READ in of(found, EVIL).doubtful
    assert of(found, APP).conditional == NONE
    assert found.causes == {"the gateway was denied"}


def test_causes_that_make_no_difference_are_not_told() -> None:
    shut = lists(APP, credentials=True, owns=True)
    answers = replace(shut, responds=lists(APP, methods="GET").responds)
    found = judged(app(answers), allow=allowed(APP), end=NOTHING_READ)
    assert found.verdict is Verdict.CLEAN
    assert found.causes == frozenset()


@pytest.mark.parametrize(
    ("methods", "verdict", "excess"),
    [
        (None, Verdict.CLEAN, ()),
        (("GET", "PUT", "DELETE"), Verdict.CLEAN, ()),
        (("GET", "PUT"), Verdict.WIDENED, ("DELETE",)),
        (("GET",), Verdict.WIDENED, ("DELETE", "PUT")),
        (("GET", "PUT", "DELETE", "PATCH"), Verdict.NARROWED, ()),
    ],
)
def test_methods_are_compared_where_the_allowlist_names_them(
    methods: tuple[str, ...] | None, verdict: Verdict, excess: tuple[str, ...]
) -> None:
    open_to = app(lists(APP, credentials=True, methods="GET, PUT, DELETE"))
    found = judged(open_to, allow=allowed(APP, methods=methods))
    assert found.verdict is verdict
    assert of(found, APP).methods == excess
    assert of(found, APP).widened == NONE


@pytest.mark.parametrize(
    ("headers", "verdict", "excess"),
    [
        (None, Verdict.CLEAN, ()),
        (("x-a", "x-b"), Verdict.CLEAN, ()),
        (("x-a",), Verdict.WIDENED, ("x-b",)),
        (("x-a", "x-b", "x-c"), Verdict.NARROWED, ()),
    ],
)
def test_headers_are_compared_where_the_allowlist_names_them(
    headers: tuple[str, ...] | None, verdict: Verdict, excess: tuple[str, ...]
) -> None:
    open_to = app(lists(APP, credentials=True, methods="GET", headers="x-a, x-b"))
    found = judged(open_to, allow=allowed(APP, headers=headers))
    assert found.verdict is verdict
    assert of(found, APP).headers == excess


def test_excess_of_an_origin_that_nobody_wants_is_told_once_as_widening() -> None:
    found = judged(app(lists(EVIL, methods="PUT, DELETE")), allow=allowed(methods=["PUT"]))
    assert of(found, EVIL).widened == ANONYMOUS
    assert of(found, EVIL).methods == ()


def test_what_a_trusted_origin_can_no_longer_send_is_narrowed() -> None:
    found = judged(
        app(lists(APP, credentials=True, methods="GET")), allow=allowed(APP, methods=["GET", "PUT"])
    )
    assert of(found, APP).narrowed == SEND
    assert of(found, APP).can.best & READ == READ


def test_methods_that_the_route_does_not_take_are_not_missed() -> None:
    """PUT is on the allowlist, and another route of the host takes it."""
    open_to = app(lists(APP, credentials=True, methods="GET, PUT"))
    listed = allowed(APP, methods=["GET", "PUT"])
    assert judged(open_to, allow=listed, methods=("GET",)).verdict is Verdict.CLEAN


def test_reading_is_not_missed_on_a_route_that_takes_no_method_of_the_allowlist() -> None:
    shut = app(lists())
    listed = allowed(APP, methods=["GET"])
    assert judged(shut, allow=listed, methods=("PUT",)).verdict is Verdict.CLEAN
    assert judged(shut, allow=listed, methods=("GET", "PUT")).verdict is Verdict.NARROWED


def test_the_own_origin_is_no_finding() -> None:
    found = judged(app(lists(OWN, APP, credentials=True)), allow=allowed(APP))
    assert found.verdict is Verdict.CLEAN
    assert of(found, OWN).own
    assert of(found, OWN).wanted is None
    assert of(found, OWN).can.meet == READ
    elsewhere = judged(
        app(lists(OWN, APP, credentials=True)), allow=allowed(APP), host="other.example.com"
    )
    assert elsewhere.verdict is Verdict.WIDENED
    assert not of(elsewhere, OWN).own


def test_the_own_origin_is_set_apart_from_the_class_that_it_would_stand_for() -> None:
    wide = app(lists(Pattern(Dialect.HOST_ONLY, "api.example.com"), credentials=True))
    memo: Memo = {}
    other = judged(wide, allow=allowed(), host="other.example.com", memo=memo)
    assert OWN in {member for c in rest(other) for member in c.seen.about.members}
    found = judged(wide, allow=allowed(), memo=memo)
    assert found.verdict is Verdict.WIDENED
    assert of(found, OWN).own
    assert all(OWN not in c.seen.about.members for c in rest(found))
    assert any(c.widened == READ and c.witness.startswith(OWN) for c in rest(found))


def told(field: str, cause: str, host: str, memo: Memo, *entries: str | Pattern) -> Judged:
    strict = lists(*(entries or (APP,)), credentials=True)
    ((case,),) = strict.edits
    ops = tuple(replace(op, field=field) for op in case.ops)
    renamed = replace(strict, edits=((replace(case, ops=ops),),))
    return judged(app(renamed), allow=allowed(APP), end=UnreadEnd(cause), host=host, memo=memo)


def test_equal_behaviours_on_two_hosts_share_one_judgement_and_keep_their_names() -> None:
    memo: Memo = {}
    orders = told("orders field", "orders was denied", "orders.example.com", memo)
    users = told("users field", "users was denied", "users.example.com", memo)
    assert len(memo) == 1
    assert orders.verdict is users.verdict
    assert orders.causes == {"orders was denied"}
    assert users.causes == {"users was denied"}
    for found, field in ((orders, "orders field"), (users, "users field")):
        written = {line.field for o in of(found, APP).seen.outcomes for line in o.response.lines}
        assert field in written
        assert not written & {"orders field", "users field"} - {field}
        assert all(c.seen.causes <= found.causes for c in found.classes)


def test_what_depends_on_the_host_is_not_shared() -> None:
    memo: Memo = {}
    same = Pattern(Dialect.SAME_HOST, "http")
    first = told("f", "c", "a.example.com", memo, same)
    second = told("f", "c", "b.example.com", memo, same)
    assert len(memo) == 2
    assert of(first, "http://a.example.com").widened
    assert of(second, "http://b.example.com").widened


@pytest.mark.parametrize(
    "other",
    [allowed(APP, OLD), allowed(APP, credentials=False), allowed(APP, methods=["GET"]), None],
)
def test_another_entry_of_the_allowlist_is_another_judgement(other: AllowedRoute | None) -> None:
    memo: Memo = {}
    first = judged(app(STRICT), allow=allowed(APP), memo=memo)
    second = judged(app(STRICT), allow=other, memo=memo)
    assert len(memo) == 2
    assert first.verdict is Verdict.CLEAN
    assert second.verdict is judged(app(STRICT), allow=other).verdict


def test_a_remembered_judgement_is_the_one_that_would_be_made() -> None:
    memo: Memo = {}
    hops = (gateway(lists(TENANTS, methods="PUT")), app(lists(RECURSIVE, credentials=True)))
    first = judged(*hops, allow=allowed(TENANTS), memo=memo)
    again = judged(*hops, allow=allowed(TENANTS), memo=memo)
    alone = judged(*hops, allow=allowed(TENANTS))
    assert first == again == alone


def test_several_statuses_for_options_do_not_make_a_path_undecided() -> None:
    found = judged(app(STRICT), allow=allowed(APP), end=Silent((200, 405)))
    assert found.verdict is Verdict.CLEAN
    assert of(found, APP).can.sure == of(found, APP).can.join == READ
