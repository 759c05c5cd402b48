"""What the oracles cannot show here: Spring's processor, old releases, own semantics, dialects."""

from typing import Any

import pytest

from auditor.core.hop.behaviour import TRANSPARENT, patterns
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.path.exchange import Request
from collectors.app.semantics.custom import Spelled, StarMeaning, compile_custom
from collectors.app.semantics.django import DJANGO
from collectors.app.semantics.express import EXPRESS
from collectors.app.semantics.flask import FLASK
from collectors.app.semantics.preset import Compiled, Preset, Version
from collectors.app.semantics.spring import SPRING, SPRING_MVC
from collectors.app.semantics.starlette import STARLETTE
from tests.collectors.app.oracle import answers, policy

APP, EVIL = "https://app.example.com", "https://evil.com"
ORIGIN, CREDENTIALS = "access-control-allow-origin", "access-control-allow-credentials"
METHODS, HEADERS = "access-control-allow-methods", "access-control-allow-headers"


def compiled(preset: Preset, version: Version | None = None, **given: Any) -> Compiled:
    return preset.compile(policy(**given), version or preset.newest)


def get(origin: str | None, method: str = "GET", *present: str) -> Request:
    return Request(method, origin, present=frozenset(present))


def preflight(origin: str | None, method: str = "GET", *headers: str) -> Request:
    return Request("OPTIONS", origin, method, headers or None)


def answer(one: Compiled, request: Request) -> tuple[int | None, dict[str, str]]:
    [found] = {(a.status, a.lines) for a in answers(one, request)}
    return found[0], dict(found[1])


# -- Spring ----------------------------------------------------------------------------------------

ONE = {"given": [APP]}
LISTED = {"given": [APP], "methods": ["GET", "PUT"], "headers": ["X-Test"], "max_age": 5}
SPRING_ROWS: list[tuple[dict[str, Any], Request, int, dict[str, str]]] = [
    (ONE, get(APP), 200, {ORIGIN: APP}),
    (ONE, get(EVIL), 403, {}),
    (ONE, get(None), 200, {}),
    (ONE, get(APP, "POST"), 403, {}),
    (ONE, get(None, "POST"), 200, {}),
    (ONE, get(APP, "OPTIONS"), 403, {}),
    (ONE, preflight(APP), 200, {ORIGIN: APP, METHODS: "GET,HEAD"}),
    (ONE, preflight(APP, "POST"), 403, {}),
    (ONE, preflight(APP, "GET", "x-test"), 403, {}),
    (ONE, preflight(EVIL), 403, {}),
    (LISTED, get(APP, "PUT"), 200, {ORIGIN: APP}),
    (
        LISTED,
        preflight(APP, "PUT", "x-test"),
        200,
        {ORIGIN: APP, METHODS: "GET,PUT", HEADERS: "x-test", "access-control-max-age": "5"},
    ),
    (LISTED, preflight(APP, "PUT", "x-other"), 403, {}),
    ({"given": ["*"]}, get(EVIL), 200, {ORIGIN: "*"}),
    ({"given": ["*"], "methods": ["*"]}, preflight(EVIL, "X"), 200, {ORIGIN: "*", METHODS: "X"}),
    ({"given": ["*"], "credentials": True}, get(EVIL), 500, {}),
    ({"given": ["*"], "credentials": True}, preflight(EVIL), 500, {}),
    ({"given": ["*"], "credentials": True}, get(None), 200, {}),
    ({"given": ["https://APP.example.com/"]}, get(APP), 200, {ORIGIN: APP}),
    ({"given": None}, get(APP), 403, {}),
    ({"given": []}, get(APP), 403, {}),
    (
        {"given": None, "patterns": ["https://*.example.com:[8080,8081],https://b.example"]},
        get("https://a.example.com:8081"),
        200,
        {ORIGIN: "https://a.example.com:8081"},
    ),
    (
        {"given": None, "patterns": ["*"], "credentials": True},
        get(EVIL),
        200,
        {ORIGIN: EVIL, CREDENTIALS: "true"},
    ),
]


@pytest.mark.parametrize(("given", "request_", "status", "lines"), SPRING_ROWS)
def test_spring(
    given: dict[str, Any], request_: Request, status: int, lines: dict[str, str]
) -> None:
    assert answer(compiled(SPRING, **given), request_) == (status, lines)


def test_spring_always_varies_on_three_lines() -> None:
    for request in (get(APP), get(EVIL), get(None), preflight(APP), preflight(EVIL)):
        for found in answers(compiled(SPRING, given=[APP]), request):
            assert len(found.vary) == 3


def test_spring_mvc_starts_from_everybody() -> None:
    assert answer(compiled(SPRING_MVC, given=None), get(EVIL, "POST"))[1] == {ORIGIN: "*"}
    patterned = compiled(SPRING_MVC, given=None, patterns=["https://*.example.com"])
    assert answer(patterned, get(EVIL)) == (403, {})
    assert answer(compiled(SPRING_MVC, given=[]), get(EVIL)) == (403, {})
    assert answer(compiled(SPRING_MVC, given=[APP]), preflight(APP, "POST", "x-any")) == (
        200,
        {ORIGIN: APP, METHODS: "GET,HEAD,POST", HEADERS: "x-any", "access-control-max-age": "1800"},
    )


def test_spring_splits_commas_from_6_on() -> None:
    both = [f"{APP}, https://b.example"]
    assert answer(compiled(SPRING, (6, 0, 0), given=both), get(APP))[0] == 200
    assert answer(compiled(SPRING, (5, 3, 39), given=both), get(APP))[0] == 403


# -- old releases ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "cookies", "allowed"),
    [((0, 27, 0), (), "*"), ((0, 27, 0), ("cookie",), EVIL), ((1, 0, 0), (), EVIL)],
)
def test_starlette_reflected_with_cookies_only(
    version: Version, cookies: tuple[str, ...], allowed: str
) -> None:
    one = compiled(STARLETTE, version, given=["*"], credentials=True)
    assert answer(one, get(EVIL, "GET", *cookies))[1][ORIGIN] == allowed
    assert answer(one, preflight(EVIL))[1][ORIGIN] == EVIL


def test_starlette_varies_on_every_answer_from_1_7_on() -> None:
    for version, vary in (((1, 6, 0), frozenset[str]()), ((1, 7, 0), frozenset({"origin"}))):
        [found] = answers(compiled(STARLETTE, version, given=[APP]), get(EVIL))
        assert found.vary == vary


def test_django_told_everybody_of_credentials_before_4_3() -> None:
    for version, lines in (((4, 2, 0), {CREDENTIALS: "true"}), ((4, 3, 0), {})):
        one = compiled(DJANGO, version, given=[APP], credentials=True)
        assert answer(one, get(EVIL))[1] == lines


# -- dialects and notes ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preset", "given", "dialect"),
    [
        (DJANGO, {"given": [], "patterns": [r"^https://\w+\.example\.com$"]}, Dialect.PYTHON_MATCH),
        (STARLETTE, {"given": [], "patterns": ["https://.*"]}, Dialect.PYTHON_FULLMATCH),
        (EXPRESS, {"given": [], "patterns": [r"/\.example\.com$/i"]}, Dialect.JS_TEST),
        (FLASK, {"given": [r"https://.*\.example\.com"]}, Dialect.FLASK_CORS),
        (SPRING, {"given": None, "patterns": ["https://*"]}, Dialect.SPRING),
    ],
)
def test_patterns_keep_their_text_and_get_the_products_dialect(
    preset: Preset, given: dict[str, Any], dialect: Dialect
) -> None:
    [text] = [*given.get("patterns", ()), *(given["given"] or ())]
    assert set(patterns(compiled(preset, **given).doing)) == {Pattern(dialect, text)}


@pytest.mark.parametrize(
    ("preset", "given", "word"),
    [
        (DJANGO, {"given": ["app.example.com"]}, "has no scheme"),
        (STARLETTE, {"given": APP}, "is a part of it"),
        (STARLETTE, {"given": "https://*.a.example"}, "means every origin"),
        (FLASK, {"given": f"{APP},{EVIL}"}, "does not split"),
        (FLASK, {"given": ["https://*.example.com"]}, "regular expression"),
        (FLASK, {"given": None}, "every origin is reflected"),
        (EXPRESS, {"given": ["*"]}, "lets nobody in"),
        (EXPRESS, {"given": f"{APP},{EVIL}"}, "no browser accepts"),
        (SPRING, {"given": ["https://*.example.com"]}, "no pattern there"),
        (SPRING, {"given": ["*"], "credentials": True}, "every request with Origin fails"),
    ],
)
def test_traps_are_noted(preset: Preset, given: dict[str, Any], word: str) -> None:
    [note] = compiled(preset, **given).notes
    assert word in note


@pytest.mark.parametrize(
    ("preset", "given"),
    [
        (DJANGO, {"given": True}),
        (DJANGO, {"given": APP}),
        (STARLETTE, {"given": False}),
        (STARLETTE, {"given": [], "patterns": ["a", "b"]}),
        (FLASK, {"given": True}),
        (EXPRESS, {"given": True, "patterns": ["a"]}),
        (SPRING, {"given": True}),
    ],
)
def test_what_a_product_cannot_be_given(preset: Preset, given: dict[str, Any]) -> None:
    [fault] = compiled(preset, **given).faults
    assert "; " in fault


def test_express_switched_off_passes_everything() -> None:
    assert compiled(EXPRESS, given=False).doing == TRANSPARENT
    assert compiled(EXPRESS, given="").doing == TRANSPARENT


# -- own semantics ---------------------------------------------------------------------------------


def own(spelled: Spelled, **given: Any) -> Compiled:
    return compile_custom(policy(**given), spelled)


@pytest.mark.parametrize(
    ("star", "allowed"),
    [
        (StarMeaning.LITERAL_STAR, "*"),
        (StarMeaning.REFLECT, EVIL),
        (StarMeaning.LITERAL_STRING, None),
    ],
)
def test_what_a_star_means(star: StarMeaning, allowed: str | None) -> None:
    one = own(Spelled(Dialect.EXACT, star), given=["*"])
    assert answer(one, get(EVIL))[1].get(ORIGIN) == allowed
    assert own(Spelled(Dialect.EXACT, StarMeaning.ERROR), given=["*"]).faults


def test_own_semantics_let_in_whom_the_matcher_takes() -> None:
    one = own(
        Spelled(Dialect.PREFIX, vary=True),
        given=[APP],
        credentials=True,
        methods=["GET"],
        headers=["X-Test"],
        exposed=["X-A"],
    )
    lines = {ORIGIN: f"{APP}.evil.com", CREDENTIALS: "true", "access-control-expose-headers": "X-A"}
    assert answer(one, get(f"{APP}.evil.com")) == (200, lines)
    assert answer(one, preflight(APP)) == (
        204,
        {**lines, ORIGIN: APP, METHODS: "GET", HEADERS: "X-Test"},
    )
    assert answer(one, preflight(EVIL)) == (204, {})
    [refused] = answers(one, get(EVIL))
    assert refused.vary == {"origin"}


def test_a_star_among_globs_is_a_literal_where_it_says_so() -> None:
    one = own(
        Spelled(Dialect.SPRING, StarMeaning.LITERAL_STRING), given=["*", "https://*.a.example"]
    )
    assert answer(one, get(EVIL))[1] == {}
    assert answer(one, get("https://x.a.example"))[1] == {ORIGIN: "https://x.a.example"}


def test_methods_that_nobody_gave_are_unknown() -> None:
    one = own(Spelled(Dialect.EXACT), given=[APP])
    assert len({found.lines for found in answers(one, preflight(APP))}) > 1


def test_preflights_that_the_application_answers() -> None:
    one = own(Spelled(Dialect.EXACT, preflight=None), given=[APP], methods=["GET"], headers=[])
    statuses = {found.status for found in answers(one, preflight(APP))}
    assert statuses == {200, 405}


def test_constants() -> None:
    one = own(Spelled(None), given=APP)
    assert answer(one, get(EVIL))[1] == {ORIGIN: APP}
    assert own(Spelled(None), given=[APP, EVIL]).faults
    assert answer(own(Spelled(None), given=[]), get(EVIL))[1] == {}


def test_nothing_set_has_no_default() -> None:
    assert own(Spelled(Dialect.EXACT), given=None).faults
    assert own(Spelled(Dialect.EXACT), given=True).faults
