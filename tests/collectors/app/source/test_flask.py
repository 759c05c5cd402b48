"""flask-cors where code sets it up."""

import pytest

from auditor.core.language.pattern import Dialect
from auditor.core.reading import ANY_PATH, PathKind, PathMatch
from collectors.app.source.block import Block, Code
from tests.collectors.app.source.reading import block, code, parts, values

FLASK = "flask-cors"
A = "https://a.example"
BEFORE = """from flask import Flask, Blueprint
from flask_cors import CORS, cross_origin
import os
app = Flask(__name__)
bp = Blueprint('b', __name__)
"""


def titles(text: str, release: tuple[int, int, int] | None = None) -> list[str]:
    return [part.title for part in parts(FLASK, BEFORE + text, release=release)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CORS(app)", {}),
        (f"CORS(app, origins='{A}')", {"origins": A}),
        (f"cors = CORS(app=app, origins=['{A}'])", {"origins": [A]}),
        (f"cors = CORS()\ncors.init_app(app, origins=['{A}'])", {"origins": [A]}),
        ("app.config['CORS_ORIGINS'] = '*'\nCORS(app, origins='null')", {"origins": "null"}),
        ("app.config.from_mapping({'CORS_ORIGINS': 'null'})\nCORS(app)", {"origins": "null"}),
        ("app.config['CORS_HEADERS'] = 'Content-Type'\nCORS(app)", {}),
        ("CORS(app, send_wildcard=False, expose_headers=None)", {}),
        (
            "CORS(app, allow_headers='A, B', methods='GET, PUT')",
            {"headers": ["A, B"], "methods": "GET, PUT"},
        ),
    ],
)
def test_options(text: str, expected: dict[str, object]) -> None:
    assert values(block(FLASK, BEFORE + text)) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("CORS(app, send_wildcard=True)", "send_wildcard is not at its default"),
        ("CORS(app, origin='x')", "the option origin is not known"),
        ("CORS(app, origins=make())", "origins: the name make is not set"),
        ("CORS(bp)", "views of a blueprint"),
        ("CORS(app)\nCORS(app, origins='x')", "on lines 6, 7"),
        ("cors = CORS()", "given its app in another file"),
        ("if x:\n    CORS(app)", "whether it is called: a condition decides on line 6"),
        (
            "app.config.from_object('config.Prod')\nCORS(app)",
            "origins and supports_credentials may",
        ),
        (
            "app.config.from_object('c')\nCORS(app, origins='x')",
            "supports_credentials may be set else",
        ),
        ("CORS(app)\napp.config['CORS_ORIGINS'] = 'x'", "origins is set in app.config later"),
        ("app.config[key] = 1\nCORS(app, origins='x')", "app.config is filled in code"),
        ("CORS(app, resources=rules)", "the name rules is not set"),
        ("CORS(app, resources={os.environ['P']: {}})", "a resource whose path is not known"),
        ("import re\nCORS(app, origins=[re.compile('https://A')])", "upper from lower case"),
        ("class V:\n    decorators = [cross_origin()]", "without a view that it stands on"),
    ],
)
def test_what_is_made_elsewhere_is_left_to_its_owner(text: str, reason: str) -> None:
    assert reason in code(FLASK, BEFORE + text).reason


def test_configuration_from_elsewhere_leaves_what_the_call_says() -> None:
    text = "app.config.from_object('c')\nCORS(app, origins='x', supports_credentials=True, resources='*')"
    found = block(FLASK, BEFORE + text)
    assert values(found) == {"origins": "x", "credentials": True}
    assert found.assumed[0].startswith(
        "app.config has no other CORS options (app.config.from_object"
    )


def test_a_resource_whose_options_are_made_elsewhere_leaves_the_others() -> None:
    text = f"CORS(app, resources={{'/x/y': make(), '/z': {{'origins': '{A}'}}}})"
    first, second = parts(FLASK, BEFORE + text)
    assert isinstance(first, Code)
    assert isinstance(second, Block)
    assert (first.paths[0].text, second.paths[0].text) == ("/x/y", "/z")


RESOURCES = "CORS(app, resources={'/a/b.*': {}, '/abc.*': {}, '/a.*/b/c': {}, '/a/long/path': {}, '/l': {}})"


@pytest.mark.parametrize(
    ("release", "order"),
    [
        ((5, 0, 1), ["/a/long/path", "/a.*/b/c", "/a/b.*", "/abc.*", "/l"]),
        ((6, 0, 0), ["/l", "/a/long/path", "/abc.*", "/a/b.*", "/a.*/b/c"]),
        ((6, 0, 1), ["/a/long/path", "/l", "/a.*/b/c", "/a/b.*", "/abc.*"]),
        (None, ["/a/long/path", "/l", "/a.*/b/c", "/a/b.*", "/abc.*"]),
    ],
)
def test_resources_are_asked_in_the_order_of_the_release(
    release: tuple[int, int, int] | None, order: list[str]
) -> None:
    assert titles(RESOURCES, release) == [f"CORS on {name}" for name in order]


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        ("'*'", ANY_PATH),
        ("r'/*'", ANY_PATH),
        ("r'/api/*'", PathMatch(PathKind.CHARACTERS, "/api")),
        ("r'/api/.*'", PathMatch(PathKind.CHARACTERS, "/api/")),
        ("'/api'", PathMatch(PathKind.EXACT, "/api")),
        ("'/api/.+'", PathMatch(PathKind.EXACT, "/api/.+")),
        ("r'/api/(a|b)'", PathMatch(PathKind.REGEX, "/api/(a|b)", Dialect.PYTHON_MATCH)),
    ],
)
def test_resources_as_paths(resource: str, path: PathMatch) -> None:
    assert block(FLASK, f"{BEFORE}CORS(app, resources={resource})").paths == (path,)


@pytest.mark.parametrize(
    ("route", "path", "methods"),
    [
        ("@app.route('/x')", PathMatch(PathKind.EXACT, "/x"), {"GET", "HEAD", "OPTIONS"}),
        ("@app.post('/x')", PathMatch(PathKind.EXACT, "/x"), {"POST", "OPTIONS"}),
        (
            "@app.route('/x/<int:i>', methods=['PUT'])",
            PathMatch(PathKind.TEMPLATE, "/x/{any}"),
            {"PUT", "OPTIONS"},
        ),
        (
            "@app.get('/x/<path:p>')",
            PathMatch(PathKind.TEMPLATE, "/x/{rest+}"),
            {"GET", "HEAD", "OPTIONS"},
        ),
        ("@app.get('/x', methods=M)", PathMatch(PathKind.EXACT, "/x"), {"GET", "HEAD", "OPTIONS"}),
        ("@app.route('/x', methods=M)", PathMatch(PathKind.EXACT, "/x"), None),
    ],
)
def test_views(route: str, path: PathMatch, methods: set[str] | None) -> None:
    found = block(FLASK, f"{BEFORE}{route}\n@cross_origin(origins='{A}')\ndef view(): ...")
    assert found.paths == (path,)
    assert found.methods == (None if methods is None else frozenset(methods))


@pytest.mark.parametrize(
    ("route", "paths"),
    [
        ("@bp.route('/x')", PathMatch(PathKind.GLOB, "*/x")),
        ("@app.route('/x-<int:i>')", PathMatch(PathKind.GLOB, "*/x-*")),
        ("@app.route(PATH)", ANY_PATH),
        ("@staticmethod", ANY_PATH),
    ],
)
def test_views_whose_place_is_not_known_leave_where_they_may_be(
    route: str, paths: PathMatch
) -> None:
    found = code(FLASK, f"{BEFORE}{route}\n@cross_origin()\ndef view(): ...")
    assert found.paths == (paths,)


def test_views_come_before_the_application() -> None:
    text = "CORS(app, resources={'/x': {}})\n@app.route('/x')\n@cross_origin()\ndef view(): ..."
    assert titles(text) == ["cross_origin on /x", "CORS on /x"]


@pytest.mark.parametrize("text", ["", "# CORS(app)", "from mine import CORS\nCORS(app)"])
def test_files_that_say_nothing_of_it(text: str) -> None:
    assert parts(FLASK, BEFORE + text) == ()
