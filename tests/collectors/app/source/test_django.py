"""Settings modules of Django: what is read, and what is left to its owner with a reason."""

import pytest

from auditor.core.language.pattern import Dialect
from auditor.core.reading import ANY_PATH, PathKind, PathMatch
from collectors.app.mapping import Split
from tests.collectors.app.source.reading import block, code, parts, values

DJANGO = "django-cors-headers"
ON = "MIDDLEWARE = ['corsheaders.middleware.CorsMiddleware']\n"
A, B = "https://a.example", "https://b.example"


def told(text: str) -> dict[str, object]:
    return values(block(DJANGO, text))


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        (f"CORS_ALLOWED_ORIGINS = ['{A}', '{B}']", [A, B]),
        (f"CORS_ALLOWED_ORIGINS: list[str] = ['{A}']", [A]),
        (f"# CORS_ALLOWED_ORIGINS = ['{B}']\nCORS_ALLOWED_ORIGINS = ['{A}',  # '{B}'\n]", [A]),
        (f"'''CORS_ALLOWED_ORIGINS = ['{B}']'''\nCORS_ALLOWED_ORIGINS = ['{A}']", [A]),
        (f"CORS_ALLOWED_ORIGINS = ['{B}']\nCORS_ALLOWED_ORIGINS = ['{A}']", [A]),
        (f"CORS_ALLOWED_ORIGINS = ['{A}']\nCSRF_TRUSTED_ORIGINS = ['{B}']", [A]),
        (f"CORS_ORIGIN_WHITELIST = ['{A}']", [A]),
        (f"CORS_ALLOWED_ORIGINS = []\nCORS_ORIGIN_WHITELIST = ['{A}']", []),
        (f"X = '{A}'\nCORS_ALLOWED_ORIGINS = [X]\nX = '{B}'", [A]),
        (f"A = B = ['{A}']\nB.append('{B}')\nCORS_ALLOWED_ORIGINS = A", [A, B]),
        (f"A = ('{A}',)\nB = A\nB += ('{B}',)\nCORS_ALLOWED_ORIGINS = A", [A]),
        (f"D = {{'prod': ['{A}']}}\nCORS_ALLOWED_ORIGINS = D['prod']", [A]),
        (f"class C:\n    O = ['{A}']\nCORS_ALLOWED_ORIGINS = C.O", [A]),
        ("import os\nCORS_ALLOWED_ORIGINS = [os.environ['X']]", ["${X}"]),
        ("import os as o\nCORS_ALLOWED_ORIGINS = [o.environ.get('X', 'd')]", ["${X-d}"]),
        ("from os import environ as e\nCORS_ALLOWED_ORIGINS = [e['X'] + ':8443']", ["${X}:8443"]),
        ("from os import getenv\nCORS_ALLOWED_ORIGINS = [getenv('X') or 'd']", ["${X:-d}"]),
        (
            "import os\nCORS_ALLOWED_ORIGINS = [os.getenv('X', os.getenv('Y', 'd'))]",
            ["${X-${Y-d}}"],
        ),
    ],
)
def test_origins(text: str, origins: list[str]) -> None:
    assert told(ON + text)["origins"] == origins


@pytest.mark.parametrize(
    ("expression", "value", "split", "trim", "drop"),
    [
        ("os.environ['X'].split(',')", "${X}", Split.COMMA, False, False),
        ("os.environ['X'].split(';')", "${X}", Split.SEMICOLON, False, False),
        ("os.environ['X'].split()", "${X}", Split.WHITESPACE, False, False),
        ("[o.strip() for o in os.getenv('X', '').split(',')]", "${X-}", Split.COMMA, True, False),
        ("[o for o in os.getenv('X', '').split(',') if o]", "${X-}", Split.COMMA, False, True),
        ("env.list('X')", "${X}", Split.COMMA, False, True),
        ("env.list('X', default=['a', 'b'])", "${X-a,b}", Split.COMMA, False, True),
        ("env('X')", "${X-a,b}", Split.COMMA, False, True),
        ("env('Y', default=[])", "${Y-}", Split.COMMA, False, True),
        ("env('Y', list, [])", "${Y-}", Split.COMMA, False, True),
        ("env.list('X', subcast=int)", None, None, None, None),
        ("config('X', default='a,b', cast=Csv())", "${X-a,b}", Split.COMMA, True, True),
        ("json.loads(os.environ['X'])", "${X}", Split.JSON, False, False),
    ],
)
def test_lists_that_are_cut_from_the_environment(
    expression: str, value: str | None, split: Split, trim: bool, drop: bool
) -> None:
    before = """import os, json, environ
from decouple import Csv, config
env = environ.Env(X=(list, ['a', 'b']))
"""
    text = f"{ON}{before}CORS_ALLOWED_ORIGINS = {expression}\n"
    if value is None:
        assert "not followed" in code(DJANGO, text).reason
        return
    [found] = block(DJANGO, text).settings
    assert (found.value, found.split, found.trim, found.drop_empty) == (value, split, trim, drop)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("True", True),
        ("False", False),
        ("1", True),
        ("not False", True),
        ("'False'", True),
        ("'' or 'x'", True),
        ("DEBUG", False),
        ("not DEBUG", True),
        ("env.bool('X', default=False)", "${X-False}"),
        ("env.bool('X', True)", "${X-True}"),
        ("config('X', cast=bool, default=True)", "${X-True}"),
    ],
)
def test_flags(text: str, value: object) -> None:
    before = "import environ\nfrom decouple import config\nenv = environ.Env()\nDEBUG = False\n"
    assert told(f"{ON}{before}CORS_ALLOW_ALL_ORIGINS = {text}")["allow_all"] == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("CORS_ALLOWED_ORIGINS = origins()", "origins is not set in this file"),
        (
            "from .base import ORIGINS\nCORS_ALLOWED_ORIGINS = ORIGINS",
            ".base.ORIGINS is not in this",
        ),
        (
            "from .base import *\nCORS_ALLOWED_ORIGINS = []",
            "CORS_ALLOW_CREDENTIALS: .base, imported",
        ),
        (
            "CORS_ALLOWED_ORIGINS = []\nfrom .local import *",
            "CORS_ALLOWED_ORIGINS: .local, imported",
        ),
        (
            "CORS_ALLOWED_ORIGINS = []\ntry:\n    from .local import *\nexcept ImportError:\n    pass",
            "CORS_ALLOWED_ORIGINS: .local, imported whole, may set it (line 3)",
        ),
        ("if X:\n    CORS_ALLOW_ALL_ORIGINS = True", "CORS_ALLOW_ALL_ORIGINS: a condition decides"),
        ("CORS_ALLOWED_ORIGINS = []\nif X:\n    CORS_ALLOWED_ORIGINS.append('a')", "a condition"),
        ("CORS_ALLOWED_ORIGINS = []\nfor x in y:\n    CORS_ALLOWED_ORIGINS += [x]", "a loop"),
        (
            "CORS_ALLOWED_ORIGINS = [x for x in range(3)]",
            "CORS_ALLOWED_ORIGINS: what builtins.range",
        ),
        ("CORS_ALLOWED_ORIGINS = [f(x) for x in ['a']]", "a comprehension"),
        ("CORS_ALLOWED_ORIGINS = (lambda: [])()", "a function"),
        ("def f():\n    return []\nCORS_ALLOWED_ORIGINS = f()", "a function"),
        (
            "import os\nCORS_ALLOWED_ORIGINS = ['a'] + os.environ['X'].split(',')",
            "other items beside",
        ),
        (
            "import os\nCORS_ALLOW_ALL_ORIGINS = os.getenv('X', 'False')",
            "any text but an empty one",
        ),
        ("import os\nCORS_ALLOW_ALL_ORIGINS = bool(os.getenv('X'))", "any text but an empty one"),
        ("import os\nCORS_ALLOW_ALL_ORIGINS = os.getenv('X') == 'yes'", "a condition decides"),
        ("CORS_ALLOWED_ORIGINS = ['${HOST}']", "looks like a placeholder"),
        ("CORS_ALLOW_METHODS = 'GET'", "CORS_ALLOW_METHODS: a text where a list is asked for"),
        ("CORS_URLS_REGEX = make()", "CORS_URLS_REGEX: the name make is not set"),
        ("CORS_ALLOWED_ORIGINS = []\nsettings(locals())", "locals() lets other code set it"),
        ("CORS_ALLOWED_ORIGINS = []\nglobals()['X'] = 1", "globals() lets other code set it"),
        (
            "CORS_ALLOWED_ORIGINS = []\nfrom split_settings.tools import include\ninclude('b.py')",
            "include()",
        ),
        (
            "CORS_ALLOWED_ORIGINS = []\ndef f():\n    global CORS_ALLOWED_ORIGINS",
            "a function sets it",
        ),
        ("CORS_ALLOWED_ORIGINS, X = [], 1", "several names are set at once"),
        ("import re\nCORS_ALLOWED_ORIGIN_REGEXES = [re.compile('a', re.I)]", "with flags"),
        (
            "from x import Base\nclass Prod(Base):\n    CORS_ALLOWED_ORIGINS = []",
            "a base class in another",
        ),
        (
            "class A:\n    CORS_ALLOWED_ORIGINS = []\nclass B:\n    CORS_ALLOW_ALL_ORIGINS = True",
            "several settings classes",
        ),
        ("MIDDLEWARE = ['x.Y']\nCORS_ALLOWED_ORIGINS = []", "MIDDLEWARE has no corsheaders"),
        (
            "MIDDLEWARE = [\n  # 'corsheaders.middleware.CorsMiddleware',\n]\nCORS_ALLOWED_ORIGINS = []",
            "MIDDLEWARE has no",
        ),
    ],
)
def test_what_is_made_elsewhere_is_left_to_its_owner(text: str, reason: str) -> None:
    found = code(DJANGO, text)
    assert reason in found.reason
    assert "under files:" in found.do or "name a file" in found.do


@pytest.mark.parametrize(
    "text",
    [
        "",
        "DEBUG = True\nCSRF_TRUSTED_ORIGINS = ['https://a.example']\nALLOWED_HOSTS = ['*']",
        "INSTALLED_APPS = ['corsheaders']",
        "BACKEND_CORS_ORIGINS = ['https://a.example']",
        "def f():\n    CORS_ALLOWED_ORIGINS = ['https://a.example']",
    ],
)
def test_files_that_say_nothing_of_it(text: str) -> None:
    assert parts(DJANGO, text) == ()


def test_everything_else_that_a_base_sets_is_named_as_assumed() -> None:
    text = f"""from .base import *
CORS_ALLOWED_ORIGINS = ['{A}']
CORS_ALLOWED_ORIGIN_REGEXES = []
CORS_ALLOW_ALL_ORIGINS = False
CORS_ALLOW_CREDENTIALS = True
"""
    found = block(DJANGO, text)
    assert values(found)["origins"] == [A]
    assert found.assumed[1].startswith("corsheaders.middleware.CorsMiddleware is in MIDDLEWARE")
    assert found.assumed[2].startswith("nothing else sets CORS_ALLOW_METHODS, CORS_ALLOW_HEADERS,")


def test_the_middleware_alone_lets_nobody_in() -> None:
    found = block(DJANGO, ON)
    assert found.settings == ()
    assert found.assumed == ("no receiver of check_request_enabled lets others in",)


def test_a_settings_class_with_what_it_inherits() -> None:
    text = f"""class Base:
    CORS_ALLOW_CREDENTIALS = True
class Prod(Base):
    CORS_ALLOWED_ORIGINS = ['{A}']
"""
    assert "several settings classes" in code(DJANGO, text).reason
    alone = text.replace(
        "class Base:\n    CORS", "class Base:\n    X = 1\nclass Prod(Base):\n    CORS"
    )
    alone = alone.replace("class Prod(Base):\n    CORS_ALLOWED", "    CORS_ALLOWED")
    assert values(block(DJANGO, alone)) == {"origins": [A], "credentials": True}


@pytest.mark.parametrize(
    ("expression", "path"),
    [
        ("'^.*$'", ANY_PATH),
        ("r'^/api/.*$'", PathMatch(PathKind.CHARACTERS, "/api/")),
        ("r'^/api/'", PathMatch(PathKind.CHARACTERS, "/api/")),
        ("r'/api/*'", PathMatch(PathKind.CHARACTERS, "/api")),
        ("r'^/api$'", PathMatch(PathKind.REGEX, "^/api$", Dialect.PYTHON_MATCH)),
        ("r'^/v\\d'", PathMatch(PathKind.REGEX, "^/v\\d", Dialect.PYTHON_MATCH)),
    ],
)
def test_paths(expression: str, path: PathMatch) -> None:
    assert block(DJANGO, f"{ON}CORS_URLS_REGEX = {expression}\n").paths == (path,)


def test_every_entry_has_its_line() -> None:
    text = f"{ON}CORS_ALLOWED_ORIGINS = [\n  '{A}',\n\n  '{B}',\n]\n"
    [found] = block(DJANGO, text).settings
    assert (found.line, found.lines) == (2, (3, 5))
