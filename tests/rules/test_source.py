"""The setting behind a line: which of several, and which entry of its list."""

import pytest

from auditor.core.finding import Finding
from auditor.core.hop.behaviour import Behaviour, Case, Either, Mix
from auditor.core.hop.guard import OPTIONS, OriginIn, OriginPresent
from auditor.core.hop.header import ALLOW_ORIGIN
from auditor.core.hop.op import TheOrigin, set_
from auditor.core.language.pattern import Dialect, Pattern, exact
from auditor.core.link.walk import Way
from auditor.core.path.exchange import Line
from auditor.core.reading import Layer
from rules.source import Reach, setting, source_of
from rules.widened_origin import RULE
from tests.rules.world import (
    APP,
    EVIL,
    FIELD,
    HOST,
    OLD,
    SILENT,
    TENANTS,
    allowed,
    app,
    blamed,
    constant,
    gateway,
    lists,
    view,
)


def traced(doing: Behaviour, origin: str, field: str = FIELD, value: str | None = None):
    way = Way((gateway(doing, fields=[f"{FIELD}[1]"]),), SILENT)
    return source_of(way, Line(ALLOW_ORIGIN, value or origin, 0, field), origin, HOST)


@pytest.mark.parametrize(
    ("doing", "origin", "value", "field", "text", "reach"),
    [
        (lists(APP, OLD), OLD, None, f"{FIELD}[1]", OLD, Reach.ONE),
        (lists(APP, OLD), APP, None, FIELD, APP, Reach.ONE),
        (lists(TENANTS), "https://a.tenants.example.com", None, FIELD, TENANTS.text, Reach.PATTERN),
        (lists(Pattern(Dialect.EXACT_CASELESS, APP.upper())), APP, None, FIELD, APP, Reach.ONE),
        (lists(Pattern(Dialect.HTTP_API, "*")), EVIL, None, FIELD, "*", Reach.ANY),
        (constant("*"), EVIL, "*", FIELD, "*", Reach.ANY),
        (constant(OLD), OLD, None, FIELD, OLD, Reach.ONE),
    ],
)
def test_the_entry_in_normal_form(doing, origin, value, field, text, reach) -> None:
    found = traced(doing, origin, value=value)
    assert found is not None
    assert (found.field, found.text, found.reach) == (field, text, reach)


def test_a_list_before_an_echo_in_one_setting() -> None:
    echo = set_(ALLOW_ORIGIN, TheOrigin(), FIELD)
    step = (Case((OriginPresent(),), (echo,)), Case((OriginIn((exact(OLD),)),), (echo,)))
    found = [traced(Behaviour(edits=(step,)), origin) for origin in (OLD, EVIL)]
    assert [one.reach for one in found if one] == [Reach.ONE, Reach.REFLECT]


def test_the_setting_that_wrote_the_line() -> None:
    first, second = (set_(ALLOW_ORIGIN, TheOrigin(), name) for name in ("first", "second"))
    step = (Case(OPTIONS, (first,)), Case((OriginIn((exact(OLD),)),), (second,)))
    found = traced(Behaviour(edits=(step,)), OLD, field="first")
    assert found is not None
    assert (found.field, found.reach) == ("first", Reach.REFLECT)


@pytest.mark.parametrize(
    ("doing", "line"),
    [
        (constant(OLD), Line(ALLOW_ORIGIN, EVIL, 0, FIELD)),
        (lists(OLD), Line(ALLOW_ORIGIN, EVIL, 0, FIELD)),
        (lists(EVIL), Line(ALLOW_ORIGIN, EVIL, 1, FIELD)),
        (lists(EVIL), Line(ALLOW_ORIGIN, EVIL, 0, "another")),
    ],
)
def test_a_line_that_no_setting_accounts_for(doing: Behaviour, line: Line) -> None:
    assert source_of(Way((gateway(doing),), SILENT), line, EVIL, HOST) is None


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("AllowOrigins[3]", "AllowOrigins"),
        ("AllowOrigins", "AllowOrigins"),
        ("headers[x]", "headers[x]"),
        ("list[0][12]", "list[0]"),
        ("", ""),
    ],
)
def test_the_setting_without_the_position(field: str, expected: str) -> None:
    assert setting(field) == expected


def test_answers_of_every_world_are_blamed_before_those_of_some() -> None:
    owned = lists(OLD, owns=True)
    world = view(
        gateway(Mix("canary", (owned, Behaviour()))),
        app(Either("which release", (constant(OLD), Behaviour()))),
        allow=allowed(APP),
    )
    found = [one for one in RULE.check(world) if isinstance(one, Finding)]
    assert [one.grantor for one in found] == [blamed(Layer.GATEWAY)]
