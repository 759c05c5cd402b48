"""From a framework's own file to hops, with a mapping and without one."""

from dataclasses import replace

import pytest

from auditor.core.hop.behaviour import (
    TRANSPARENT,
    Behaviour,
    Either,
    Silent,
    UnreadBehaviour,
    patterns,
)
from auditor.core.reading import ANY_PATH, Document, Gap, Hop, Layer, PathKind, PathMatch, Unread
from collectors.app.parts import from_body, lines_of, to_body
from collectors.app.reading import read_app
from collectors.app.recognition import is_source, project_source, recognise
from tests.collectors.app.source.reading import document, gaps, hop, mapping, readings

A = "https://a.example"
DJANGO = mapping("django-cors-headers@4.9")
SETTINGS = f"""import os
SECRET_KEY = "canary-secret"
MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]
CORS_ALLOWED_ORIGINS = [
    "{A}",
    os.environ["FRONT"],
]
DATABASES = {{"default": {{"PASSWORD": "canary-secret"}}}}
"""
FLASK = f"""from flask_cors import CORS
CORS(app, resources={{"/api/.*": {{"origins": "{A}"}}, "/code": {{"origins": make()}}}})
"""


def test_a_hop_of_a_settings_module() -> None:
    found = hop(DJANGO, SETTINGS, FRONT="https://front.example", OTHER="canary-secret")
    assert (found.id, found.product, found.layer) == (
        "app:orders",
        "django-cors-headers",
        Layer.APP,
    )
    assert found.title == "orders (django-cors-headers 4.9.0)"
    assert found.answers == ("host:api.example.com",)
    assert [(name, str(where)) for name, where in found.fields] == [
        ("CORS_ALLOWED_ORIGINS", "settings.py:4"),
        ("CORS_ALLOWED_ORIGINS[0]", "settings.py:5"),
        ("CORS_ALLOWED_ORIGINS[1]", "settings.py:6"),
    ]
    assert [remedy.field for remedy in found.remedies] == ["CORS_ALLOWED_ORIGINS"]
    assert found.assumed == ("no receiver of check_request_enabled lets others in",)
    [case] = found.cases
    assert case.match == ANY_PATH
    texts = [str(one) for one in patterns(case.doing)]
    assert [A in texts[0], "https://front.example" in texts[1]] == [True, True]


def test_nothing_else_of_the_file_and_its_variables_is_kept() -> None:
    found = document(DJANGO, SETTINGS, FRONT="https://front.example", OTHER="canary-secret")
    assert "canary" not in repr(found)
    assert found.body["variables"] == {"FRONT": "https://front.example"}


def test_a_document_reads_back_as_it_was_written() -> None:
    for text, one in ((SETTINGS, DJANGO), (FLASK, mapping("flask-cors"))):
        found = document(one, text, FRONT="x")
        sourced = from_body(found.body, found.lines)
        assert (to_body(sourced), lines_of(sourced)) == (found.body, found.lines)


def test_a_variable_that_nobody_gives_leaves_the_application_unread() -> None:
    without_defaults = replace(DJANGO, resolve_defaults=False)
    [reason] = gaps(without_defaults, SETTINGS)
    assert reason == "origins needs FRONT, which no named source gives"
    [gap] = readings(without_defaults, SETTINGS)
    assert isinstance(gap, Unread)
    assert (str(gap.where), gap.names, gap.gap) == (
        "settings.py:6", ("host:api.example.com",), Gap.UNRESOLVED,
    )  # fmt: skip


def test_defaults_in_code_count_where_the_mapping_says_so() -> None:
    text = SETTINGS.replace('os.environ["FRONT"]', f'os.getenv("FRONT", "{A}:1")')
    assert gaps(replace(DJANGO, resolve_defaults=False), text)
    found = hop(DJANGO, text)
    assert "origins: the default written beside FRONT is taken" in found.notes


def test_what_is_made_in_code_leaves_its_own_paths_unread_and_no_others() -> None:
    found = hop(mapping("flask-cors"), FLASK)
    cases = [(case.match.text, type(case.doing), case.title) for case in found.cases]
    assert cases == [
        ("/code", UnreadBehaviour, "CORS on /code"),
        ("/api/", Behaviour, "CORS on /api/.*"),
        ("/", Behaviour, ""),
    ]
    assert found.cases[-1].doing == TRANSPARENT
    assert found.cases[-1].to == Silent()
    [note] = [note for note in found.notes if "make" in note]
    assert note.startswith("app.py:2: CORS on /code: origins: the name make")
    assert "under files:" in note


def test_an_application_all_of_which_is_made_in_code_is_unread() -> None:
    [reason] = gaps(mapping("flask-cors"), "from flask_cors import CORS\nCORS(app, origins=make())")
    assert reason == "CORS: origins: the name make is not set in this file (line 2)"


@pytest.mark.parametrize(
    ("serves", "cases"),
    [
        ("/*", [(PathKind.EXACT, "/code"), (PathKind.CHARACTERS, "/api/"), (PathKind.PREFIX, "/")]),
        (
            "/api/*",
            [
                (PathKind.EXACT, "/api/code"),
                (PathKind.CHARACTERS, "/api/"),
                (PathKind.PREFIX, "/api"),
            ],
        ),
        (
            "/api/v1/*",
            [
                (PathKind.EXACT, "/api/v1/code"),
                (PathKind.PREFIX, "/api/v1"),
                (PathKind.PREFIX, "/api/v1"),
            ],
        ),
        (
            "/shop/*",
            [
                (PathKind.EXACT, "/shop/code"),
                (PathKind.CHARACTERS, "/shop/api/"),
                (PathKind.PREFIX, "/shop"),
            ],
        ),
    ],
)
def test_paths_of_the_application_under_the_place_that_it_serves(
    serves: str, cases: list[tuple[PathKind, str]]
) -> None:
    text = FLASK.replace("make()", f'"{A}:1"')
    found = hop(mapping("flask-cors", serves=(f"api.example.com{serves}",)), text)
    assert [(case.match.kind, case.match.text) for case in found.cases] == cases
    if serves == "/shop/*":
        # Either the prefix is taken off on the way, or the application never sees such a path.
        assert all(isinstance(case.doing, Either) for case in found.cases[:-1])
        assert {
            case.doing.cause for case in found.cases[:-1] if isinstance(case.doing, Either)
        } == {"whether /shop is taken off on the way to it"}


def test_an_expression_under_a_place_of_its_own_is_not_guessed() -> None:
    text = f'from flask_cors import CORS\nCORS(app, resources={{"/a(b|c)": {{"origins": "{A}"}}}})'
    whole, *_ = hop(mapping("flask-cors"), text).cases
    assert whole.match.kind is PathKind.REGEX
    under, *_ = hop(mapping("flask-cors", serves=("api.example.com/v1/*",)), text).cases
    assert under.match == PathMatch(PathKind.PREFIX, "/v1")
    assert isinstance(under.doing, UnreadBehaviour)


def test_a_workload_sees_the_paths_of_the_application() -> None:
    one = mapping("flask-cors", serves=("api.example.com/v1/*",), workload="kube:prod-1/orders/api")
    by_host, by_workload = readings(one, FLASK)
    assert isinstance(by_host, Hop)
    assert isinstance(by_workload, Hop)
    assert by_workload.answers == ("workload:kube:prod-1/orders/api",)
    assert [case.match.text for case in by_workload.cases] == ["/code", "/api/", "/"]


def test_several_files_of_which_one_is_deployed() -> None:
    settings = [SETTINGS.replace(A, f"https://{name}.example") for name in ("x", "y")]
    found = [
        document(replace(DJANGO, paths=(f"{at}.py",)), text) for at, text in enumerate(settings)
    ]
    both = read_app([replace(one, key=str(at)) for at, one in enumerate(found)], {})
    assert [type(one) for one in both] == [Unread, Unread], "FRONT is not given"
    settings = [text.replace('os.environ["FRONT"],', "") for text in settings]
    found = [
        document(replace(DJANGO, paths=(f"{at}.py",)), text) for at, text in enumerate(settings)
    ]
    [one] = read_app(found, {})
    assert isinstance(one, Hop)
    assert isinstance(one.cases[0].doing, Either)
    elsewhere = document(
        replace(DJANGO, paths=("2.py",)), settings[0] + "CORS_URLS_REGEX = '/api'\n"
    )
    [gap] = read_app([*found, elsewhere], {})
    assert isinstance(gap, Unread)
    assert "speak of different paths" in gap.reason


# -- which reader ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("like", "name", "what", "do"),
    [
        ("spring-mvc", "a.yml", "no reader knows spring-mvc's own files", "add key:"),
        ("django@1.0", "a.py", "like: django versions are not", "write django-cors-headers@"),
        ("nothing", "a.py", "like: 'nothing' is no preset", "there are"),
        ("starlette", "main.js", "starlette is read from .py", "add key:"),
        ("flask-cors", "bad.py", "it is no Python 3", "correct it"),
    ],
)
def test_what_no_reader_reads(like: str, name: str, what: str, do: str) -> None:
    one = replace(DJANGO, semantics=like, paths=(name,))
    found = project_source(one, name, b"print 'CORSMiddleware'", "file:x", {})
    assert isinstance(found, Unread)
    assert (what in found.reason, do in found.do) == (True, True), found
    assert found.names == ("host:api.example.com",)


def test_a_file_that_does_not_speak_of_cors_is_no_document() -> None:
    assert project_source(DJANGO, "settings.py", b"DEBUG = True", "file:x", {}) is None


@pytest.mark.parametrize("name", ["a.py", "A.PY", "x/application.yml", "a.properties", "b.yaml"])
def test_names_that_may_hold_settings(name: str) -> None:
    assert is_source(name)


@pytest.mark.parametrize("name", ["a.txt", "py", "a.pyc", "Makefile"])
def test_names_that_may_not(name: str) -> None:
    assert not is_source(name)


# -- without a mapping -----------------------------------------------------------------------------


def test_a_file_without_a_mapping_answers_to_its_own_name() -> None:
    text = SETTINGS.replace('os.environ["FRONT"],', "")
    [found] = recognise("services/orders/settings.py", text.encode(), "file:services")
    assert isinstance(found, Document)
    assert "canary" not in repr(found)
    [one] = read_app([found], {})
    assert isinstance(one, Hop)
    assert one.answers == ("app:services/orders/settings.py",)
    assert one.id == "app:services/orders/settings.py"
    assert one.assumed[0] == "django-cors-headers 4.9.0 (newest; assumed)"


def test_what_cannot_be_read_answers_to_its_own_name_as_well() -> None:
    [found] = recognise("settings.py", SETTINGS.encode(), "file:services")
    assert isinstance(found, Document)
    [gap] = read_app([found], {})
    assert isinstance(gap, Unread)
    assert gap.names == ("app:settings.py",)


def test_a_file_for_two_frameworks_is_left_to_its_owner() -> None:
    text = f"{FLASK}from starlette.middleware.cors import CORSMiddleware\nCORSMiddleware(app)\n"
    [gap] = recognise("app.py", text.encode(), "file:x")
    assert isinstance(gap, Unread)
    assert gap.reason == "it sets up CORS for flask-cors and for starlette"
    assert gap.names == ("app:app.py",)


def test_files_that_no_reader_recognises() -> None:
    assert recognise("a.py", b"import os", "file:x") == ()
    assert recognise("a.txt", FLASK.encode(), "file:x") == ()
    assert recognise("a.yaml", b"{{ if .Values.cors }}\nspring: [", "file:x") == ()
    [gap] = recognise("a.py", b"from flask_cors import CORS\nCORS(", "file:x")
    assert isinstance(gap, Unread)
