"""The same source run by the real framework and read here: every answer is compared."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tests.collectors.app.oracle import Answer, answer_of
from tests.collectors.app.questions import ADMIN, APP, Question
from tests.collectors.app.source.reading import answered, hop, mapping

Ask = Callable[[str, Question], Answer]
PATHS = ("/", "/api", "/api/orders", "/apis", "/orders/7", "/orders/7/lines", "/files/a/b", "/x")
ORIGINS = (
    None, APP, ADMIN, "http://app.example.com", "https://app.example.com.evil.com", "null",
    "https://tenant1.example.com", "https://evil.com",
)  # fmt: skip
SHAPES = (
    ("GET", None, None),
    ("DELETE", None, None),
    ("OPTIONS", "GET", None),
    ("OPTIONS", "DELETE", "x-test"),
)
QUESTIONS = tuple(Question(origin, *shape, False) for origin in ORIGINS for shape in SHAPES)
ENVIRONMENT = {
    "ORIGINS": f"{APP}, {ADMIN},,",
    "FRONT": "https://tenant1.example.com",
    "EMPTY": "",
    "YES": "on",
    "JSON": f'["{APP}"]',
    "DOMAIN": "example.com",
}

FLASK = {
    "everything": "CORS(app)",
    "a list": f"CORS(app, origins=['{APP}'], supports_credentials=True)",
    "one text is one origin": f"CORS(app, origins='{APP},{ADMIN}')",
    "a pattern by its characters": r"CORS(app, origins='https://tenant\\d+\\.example\\.com')",
    "a compiled pattern": r"CORS(app, origins=[re.compile(r'https://tenant\\d\\.example')])",
    "a resource that is an expression": f"CORS(app, resources={{r'/api/*': {{'origins': '{APP}'}}}})",
    "a plain resource is one path": f"CORS(app, resources={{'/api': {{'origins': '{APP}'}}}})",
    "resources in the product's order": f"""CORS(app, supports_credentials=True, resources={{
        r'/*': {{'origins': '{ADMIN}'}}, r'/orders/.*': {{'origins': '{APP}'}},
        r'/orders/[0-9]+/.*': {{'origins': 'null', 'supports_credentials': False}},
        '/x': {{'origins': '*'}}, r'/x.*': {{'origins': '{APP}'}}}})""",
    "a list of resources": f"CORS(app, resources=[r'/api/*', '/x'], origins='{APP}')",
    "one resource": f"CORS(app, resources=r'/orders/\\d+$', origins='{APP}')",
    "a star as resource": f"CORS(app, resources='*', origins='{APP}')",
    "configuration": f"""app.config['CORS_ORIGINS'] = ['{APP}']
app.config['CORS_SUPPORTS_CREDENTIALS'] = True
CORS(app, methods=['GET'], allow_headers=['X-Test'])""",
    "configuration by class": f"""class Base:
    CORS_ORIGINS = '{ADMIN}'
    CORS_MAX_AGE = 60
class Config(Base):
    CORS_ORIGINS = ['{APP}']
app.config.from_object(Config)
CORS(app)""",
    "the call before the configuration": f"""app.config.update(CORS_ORIGINS='{APP}')
CORS(app, origins='{ADMIN}')""",
    "a view of its own": f"""@app.route('/orders/<int:number>')
@cross_origin(origins='{ADMIN}', supports_credentials=True)
def order(number): return 'ok'
@app.get('/files/<path:name>')
@cross_origin
def file(name): return 'ok'
@app.route('/x', methods=['GET', 'DELETE'])
@cross_origin()
def x(): return 'ok'
CORS(app, origins='{APP}')""".replace("@cross_origin\n", "@cross_origin()\n"),
    "in a function": f"""cors = CORS(origins=['{APP}'])
def extend(app):
    cors.init_app(app, supports_credentials=True)
extend(app)""",
    "options by name": f"OPTIONS = dict(origins=['{APP}'], max_age=60)\nCORS(app, **OPTIONS)",
    "the environment": "CORS(app, origins=os.environ['ORIGINS'].split(','))",
    "the environment, trimmed": "CORS(app, origins=[o.strip() for o in os.getenv('ORIGINS').split(',') if o])",
    "the environment, empty": "CORS(app, origins=os.getenv('EMPTY', 'x').split(','))",
    "a default": "CORS(app, origins=os.getenv('UNSET', 'https://evil.com,null').split(','))",
    "a default for an empty value": "CORS(app, origins=(os.getenv('EMPTY') or 'null'))",
    "a header text is one header": f"CORS(app, origins='{APP}', allow_headers='X-Test,Y')",
}
DJANGO = {
    "lists": f"""CORS_ALLOWED_ORIGINS = ['{APP}']
CORS_ALLOWED_ORIGINS += ('{ADMIN}',)
CORS_ALLOW_CREDENTIALS = True
CSRF_TRUSTED_ORIGINS = ['https://evil.com']""",
    "legacy names": f"CORS_ORIGIN_WHITELIST = ('{APP}',)\nCORS_ORIGIN_ALLOW_ALL = False",
    "new names win over legacy ones": f"""CORS_ORIGIN_WHITELIST = ['{ADMIN}']
CORS_ALLOWED_ORIGINS = ['{APP}']
CORS_ORIGIN_ALLOW_ALL = True
CORS_ALLOW_ALL_ORIGINS = False""",
    "everybody": "CORS_ALLOW_ALL_ORIGINS = True\nCORS_ALLOW_CREDENTIALS = True",
    "a text that counts as true": "CORS_ALLOW_ALL_ORIGINS = 'False'",
    "patterns": r"CORS_ALLOWED_ORIGIN_REGEXES = [r'^https://tenant\d+\.example\.com$', re.compile('https://app')]",
    "paths": f"CORS_ALLOWED_ORIGINS = ['{APP}']\nCORS_URLS_REGEX = r'^/api/.*$'",
    "odd paths": f"CORS_ALLOWED_ORIGINS = ['{APP}']\nCORS_URLS_REGEX = r'^/(api|orders/[0-9]+)$'",
    "a plain path is a beginning": f"CORS_ALLOWED_ORIGINS = ['{APP}']\nCORS_URLS_REGEX = '/api'",
    "headers of its own": f"""from corsheaders.defaults import default_headers, default_methods
CORS_ALLOWED_ORIGINS = ['{APP}']
CORS_ALLOW_HEADERS = (*default_headers, 'x-test')
CORS_ALLOW_METHODS = list(default_methods) + ['PURGE']
CORS_EXPOSE_HEADERS = ['x-a']
CORS_PREFLIGHT_MAX_AGE = 60 * 60 if False else 60""",
    "the environment": "CORS_ALLOWED_ORIGINS = os.environ['ORIGINS'].split(',')",
    "the environment, unset": "CORS_ALLOWED_ORIGINS = os.getenv('UNSET', '').split(',')",
    "put together": """BASE = os.environ['DOMAIN']
HOSTS = ['app', 'admin']
CORS_ALLOWED_ORIGINS = [f'https://app.{BASE}', 'https://' + 'admin.' + BASE, os.environ['FRONT']]""",
    "a known condition": f"""DEBUG = False
if DEBUG:
    CORS_ALLOW_ALL_ORIGINS = True
else:
    CORS_ALLOWED_ORIGINS = ['{APP}']""",
    "changed in place": f"""ORIGINS = ['{APP}']
CORS_ALLOWED_ORIGINS = ORIGINS
ORIGINS.append('{ADMIN}')
ORIGINS += ['null']""",
    "JSON": "CORS_ALLOWED_ORIGINS = json.loads(os.environ['JSON'])",
}
STARLETTE = {
    "a list": f"app.add_middleware(CORSMiddleware, allow_origins=['{APP}'], allow_credentials=True)",
    "everybody": "app.add_middleware(CORSMiddleware, allow_origins=['*'], allow_methods=['*'])",
    "everybody with cookies": "app.add_middleware(CORSMiddleware, allow_origins='*', allow_credentials=True, allow_headers='*')",
    "one text is searched": f"app.add_middleware(CORSMiddleware, allow_origins='{APP}.evil.com')",
    "an expression": r"app.add_middleware(CORSMiddleware, allow_origin_regex=r'https://tenant\\d+\\.example\\.com')",
    "around the application": f"app = CORSMiddleware(app, allow_origins=('{APP}',), max_age=60)",
    "in a list": f"app = Starlette(routes=ROUTES, middleware=[Middleware(CORSMiddleware, allow_origins={{'{APP}'}})])",
    "in a function": f"""ORIGINS = ['{APP}']
def set_up(application, extra):
    application.add_middleware(CORSMiddleware, allow_origins=ORIGINS, expose_headers=['X-A'])
set_up(app, None)""",
    "nothing given": "app.add_middleware(CORSMiddleware)",
    "the environment": "app.add_middleware(CORSMiddleware, allow_origins=list(map(str.strip, os.environ['ORIGINS'].split(','))))",
    "by options": f"CORS = {{'allow_origins': ['{APP}'], 'allow_methods': ['DELETE']}}\napp.add_middleware(CORSMiddleware, **CORS)",
}
BEFORE = {
    "flask-cors": """import os, re, json
from flask import Flask
from flask_cors import CORS, cross_origin
app = Flask(__name__)
""",
    "django-cors-headers": "import os, re, json\n",
    "starlette": """import os, re, json
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
ROUTES = [Route('/{rest:path}', lambda request: PlainTextResponse('ok'), methods=['GET', 'DELETE', 'OPTIONS'])]
app = Starlette(routes=ROUTES)
""",
}
SOURCES = [
    (preset, name, BEFORE[preset] + text)
    for preset, group in (
        ("flask-cors", FLASK),
        ("django-cors-headers", DJANGO),
        ("starlette", STARLETTE),
    )
    for name, text in group.items()
]


def run(source: str) -> dict[str, Any]:
    found: dict[str, Any] = {"__name__": "settings"}
    exec(compile(source, "source.py", "exec"), found)
    return found


def flask_app(source: str) -> Ask:
    app = run(source)["app"]
    rest = {"view_func": lambda rest="": "ok", "methods": ["GET", "DELETE"]}
    app.add_url_rule("/", "root", **rest)
    app.add_url_rule("/<path:rest>", "rest", **rest)

    def ask(path: str, question: Question) -> Answer:
        client = app.test_client(use_cookies=False)
        answer = client.open(path, method=question.method, headers=question.headers)
        return answer_of(answer.status_code, list(answer.headers))

    return ask


def django_app(source: str) -> Ask:
    import django
    from django.conf import settings
    from django.http import HttpRequest, HttpResponse
    from django.test import RequestFactory, override_settings

    if not settings.configured:
        settings.configure(ALLOWED_HOSTS=["*"], INSTALLED_APPS=["corsheaders"])
        django.setup()
    from corsheaders.middleware import CorsMiddleware

    options = {name: value for name, value in run(source).items() if name.startswith("CORS_")}

    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok")

    def ask(path: str, question: Question) -> Answer:
        request = RequestFactory().generic(question.method, path, headers=question.headers)
        with override_settings(**options):
            answer = CorsMiddleware(view)(request)
        return answer_of(answer.status_code, list(answer.items()))

    return ask


def starlette_app(source: str) -> Ask:
    app = run(source)["app"]

    def ask(path: str, question: Question) -> Answer:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        lines = [(name.lower().encode(), text.encode()) for name, text in question.headers.items()]
        scope = {"type": "http", "method": question.method, "path": path, "headers": lines}
        scope |= {"query_string": b"", "root_path": ""}
        asyncio.run(app(scope, receive, send))
        pairs = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
        return answer_of(sent[0]["status"], pairs)

    return ask


START = {"flask-cors": flask_app, "django-cors-headers": django_app, "starlette": starlette_app}


@pytest.mark.parametrize(
    ("preset", "name", "source"), SOURCES, ids=[f"{preset} {name}" for preset, name, _ in SOURCES]
)
def test_the_real_framework_answers_alike(
    preset: str, name: str, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in ENVIRONMENT.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.delenv("UNSET", raising=False)
    ask = START[preset](source)
    found = hop(mapping(preset), source, **ENVIRONMENT)
    differing = []
    for path in PATHS:
        for question in QUESTIONS:
            real, read = ask(path, question), answered(found, path, question.request)
            if real not in read or len({(one.lines, one.vary) for one in read}) > 1:
                differing.append((path, question, real, read))
    assert differing == []
