"""The applications at the end of the chains: each is run with a configuration that is read as well.

The program that runs it takes the file with means of its own; the reader of applications takes it
through a mapping, as an owner would declare it.
"""

import json
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from auditor.core.reading import Document, Hop
from collectors.app.mapping import AppMapping, Choice, FromKey, Meaning, check
from collectors.app.projection import project
from collectors.app.reading import read_app
from collectors.app.semantics.preset import Input
from tests.chains.origins import ADMIN, APP, HOST

PROGRAMS = Path(__file__).with_name("programs")
NODE_PACKAGES = {"express": "5", "cors": "2.8"}


@dataclass(frozen=True)
class App:
    """`file`: the name of its configuration, which holds `text`; `keys`: where its values stand."""

    name: str
    program: str
    like: str
    file: str
    text: str
    keys: tuple[tuple[Input, str], ...]
    modules: tuple[str, ...] = ()

    def hop(self) -> Hop:
        """What the reader says of it."""
        inputs: dict[Input, Choice] = {key: FromKey(name) for key, name in self.keys}
        mapping = AppMapping(
            name=self.name,
            paths=(self.file,),
            semantics=self.like,
            serves=(f"{HOST}/*",),
            inputs=inputs,
            missing_means=Meaning.PRODUCT_DEFAULT,
        )
        assert check(mapping) == ()
        document = project(mapping, self.file, self.text.encode(), "file:app", {})
        assert isinstance(document, Document), document
        [hop] = read_app([document], {})
        assert isinstance(hop, Hop), hop
        return hop

    def command(self, node: Path | None, folder: Path, port: int) -> list[str | Path]:
        """What runs it on `port` with its file in `folder`; `node` runs what is no Python."""
        file = folder / self.file
        file.write_text(self.text)
        return [node or sys.executable, PROGRAMS / self.program, file, str(port)]


def _flask(name: str, text: str) -> App:
    keys = {
        Input.ORIGINS: "CORS_ORIGINS",
        Input.CREDENTIALS: "CORS_CREDENTIALS",
        Input.METHODS: "CORS_METHODS",
        Input.EXPOSE: "CORS_EXPOSE",
        Input.MAX_AGE: "CORS_MAX_AGE",
    }
    like = f"flask-cors@{version('flask-cors')}"
    return App(
        name, "flask_app.py", like, "app.env", text, tuple(keys.items()), ("flask_cors", "werkzeug")
    )


def _django(name: str, text: str) -> App:
    names = {
        Input.ORIGINS: "CORS_ALLOWED_ORIGINS",
        Input.PATTERNS: "CORS_ALLOWED_ORIGIN_REGEXES",
        Input.ALLOW_ALL: "CORS_ALLOW_ALL_ORIGINS",
        Input.CREDENTIALS: "CORS_ALLOW_CREDENTIALS",
        Input.METHODS: "CORS_ALLOW_METHODS",
        Input.HEADERS: "CORS_ALLOW_HEADERS",
        Input.EXPOSE: "CORS_EXPOSE_HEADERS",
        Input.MAX_AGE: "CORS_PREFLIGHT_MAX_AGE",
    }
    keys = tuple((key, f"cors.{name}") for key, name in names.items())
    like = f"django-cors-headers@{version('django-cors-headers')}"
    return App(name, "django_app.py", like, "app.yaml", text, keys, ("corsheaders", "werkzeug"))


def _starlette(name: str, text: str) -> App:
    names = {
        Input.ORIGINS: "allow_origins",
        Input.PATTERNS: "allow_origin_regex",
        Input.CREDENTIALS: "allow_credentials",
        Input.METHODS: "allow_methods",
        Input.HEADERS: "allow_headers",
        Input.EXPOSE: "expose_headers",
        Input.MAX_AGE: "max_age",
    }
    keys = tuple((key, f"cors.{name}") for key, name in names.items())
    like = f"starlette@{version('starlette')}"
    return App(name, "starlette_app.py", like, "app.toml", text, keys, ("starlette", "uvicorn"))


def _express(name: str, **options: object) -> App:
    keys = {
        Input.ORIGINS: "origin",
        Input.PATTERNS: "patterns",
        Input.CREDENTIALS: "credentials",
        Input.METHODS: "methods",
        Input.HEADERS: "allowedHeaders",
        Input.EXPOSE: "exposedHeaders",
        Input.MAX_AGE: "maxAge",
    }
    text = json.dumps(options)
    return App(name, "express_app.js", "express-cors@2.8.6", "app.json", text, tuple(keys.items()))


APPS = (
    _flask(
        "flask, two origins with cookies",
        f"CORS_ORIGINS={APP},{ADMIN}\nCORS_CREDENTIALS=true\nCORS_METHODS=GET,PUT\n"
        "CORS_EXPOSE=X-Total,X-Page\nCORS_MAX_AGE=60\n",
    ),
    _flask("flask, as it comes", "CORS_CREDENTIALS=false\n"),
    _flask("flask, an expression", r"CORS_ORIGINS=http://(app|sub.app)\.example\.test" + "\n"),
    _django(
        "django, a list with cookies",
        f"cors:\n  CORS_ALLOWED_ORIGINS: ['{APP}', '{ADMIN}']\n  CORS_ALLOW_CREDENTIALS: true\n"
        "  CORS_ALLOW_METHODS: [GET, PUT]\n  CORS_EXPOSE_HEADERS: [X-Total]\n",
    ),
    _django(
        "django, an expression",
        r"cors: { CORS_ALLOWED_ORIGIN_REGEXES: ['^http://app\.example\.test'] }" + "\n",
    ),
    _django("django, all origins", "cors:\n  CORS_ALLOW_ALL_ORIGINS: true\n"),
    _starlette(
        "starlette, a list with cookies",
        f'[cors]\nallow_origins = ["{APP}", "{ADMIN}"]\nallow_credentials = true\n'
        'allow_methods = ["GET", "PUT"]\nallow_headers = ["X-Test"]\nmax_age = 60\n',
    ),
    _starlette(
        "starlette, a star",
        '[cors]\nallow_origins = ["*"]\nallow_methods = ["*"]\nallow_headers = ["*"]\n',
    ),
    _starlette(
        "starlette, an expression",
        "[cors]\nallow_origin_regex = 'http://(app|admin).example.test'\n"
        'allow_methods = ["GET", "DELETE"]\nexpose_headers = ["X-Total"]\n',
    ),
    _express("express, a list with cookies", origin=[APP, ADMIN], credentials=True, maxAge=60),
    _express(
        "express, an expression", origin=[], patterns=[r"/\.example\.test/"], methods=["GET", "PUT"]
    ),
    _express("express, reflecting with cookies", origin=True, credentials=True),
    _express("express, a constant", origin=APP, exposedHeaders=["X-Total"]),
    _express("express, as it comes"),
)
