"""Real frameworks, run in this process, beside the behaviours that their presets compile."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from collectors.app.semantics.django import DJANGO
from collectors.app.semantics.flask import FLASK
from collectors.app.semantics.preset import Preset
from collectors.app.semantics.starlette import STARLETTE
from tests.collectors.app.oracle import Answer, answer_of, answers, policy
from tests.collectors.app.questions import POLICIES, QUESTIONS, Question

Ask = Callable[[Question], Answer]
Config = dict[str, Any]


def flask_app(config: Config) -> Ask:
    from flask import Flask
    from flask_cors import CORS

    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "ok", methods=["GET", "DELETE"])
    names = {
        "given": "origins",
        "credentials": "supports_credentials",
        "methods": "methods",
        "headers": "allow_headers",
        "exposed": "expose_headers",
        "max_age": "max_age",
    }
    options = {names[key]: value for key, value in config.items() if value is not None}
    CORS(app, **options)

    def ask(question: Question) -> Answer:
        client = app.test_client(use_cookies=False)
        answer = client.open("/", method=question.method, headers=question.headers)
        return answer_of(answer.status_code, list(answer.headers))

    return ask


def django_app(config: Config) -> Ask:
    import django
    from django.conf import settings
    from django.http import HttpRequest, HttpResponse
    from django.test import RequestFactory, override_settings

    if not settings.configured:
        settings.configure(ALLOWED_HOSTS=["*"], INSTALLED_APPS=["corsheaders"])
        django.setup()
    from corsheaders.middleware import CorsMiddleware

    names = {
        "given": "CORS_ALLOWED_ORIGINS",
        "allow_all": "CORS_ALLOW_ALL_ORIGINS",
        "credentials": "CORS_ALLOW_CREDENTIALS",
        "methods": "CORS_ALLOW_METHODS",
        "headers": "CORS_ALLOW_HEADERS",
        "exposed": "CORS_EXPOSE_HEADERS",
        "max_age": "CORS_PREFLIGHT_MAX_AGE",
    }
    options = {names[key]: value for key, value in config.items() if value is not None}

    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok")

    def ask(question: Question) -> Answer:
        request = RequestFactory().generic(question.method, "/", headers=question.headers)
        with override_settings(**options):
            answer = CorsMiddleware(view)(request)
        return answer_of(answer.status_code, list(answer.items()))

    return ask


def starlette_app(config: Config) -> Ask:
    from starlette.middleware.cors import CORSMiddleware
    from starlette.responses import PlainTextResponse

    names = {
        "given": "allow_origins",
        "credentials": "allow_credentials",
        "methods": "allow_methods",
        "headers": "allow_headers",
        "exposed": "expose_headers",
        "max_age": "max_age",
    }
    options = {names[key]: value for key, value in config.items() if value is not None}
    app = CORSMiddleware(PlainTextResponse("ok"), **options)

    def ask(question: Question) -> Answer:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        headers = [
            (name.lower().encode(), value.encode()) for name, value in question.headers.items()
        ]
        scope = {"type": "http", "method": question.method, "path": "/", "headers": headers}
        asyncio.run(app(scope, receive, send))
        pairs = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
        return answer_of(sent[0]["status"], pairs)

    return ask


FRAMEWORKS: dict[str, tuple[Preset, Callable[[Config], Ask]]] = {
    "flask": (FLASK, flask_app),
    "django": (DJANGO, django_app),
    "starlette": (STARLETTE, starlette_app),
}
CANNOT = {
    "flask": {"all", "all with credentials", "true", "false", "true with credentials", "no age"},
    "django": {
        "one text",
        "one text with commas",
        "one text with a star",
        "an empty text",
        "true",
        "false",
        "true with credentials",
    },
    "starlette": {"all", "all with credentials", "true", "false", "true with credentials"},
}
"""Policies that the framework has no words for, or refuses."""


def runs() -> Iterator[tuple[str, str]]:
    for framework in FRAMEWORKS:
        yield from ((framework, name) for name in POLICIES if name not in CANNOT[framework])


@pytest.mark.parametrize(("framework", "name"), list(runs()))
def test_the_real_framework_answers_alike(framework: str, name: str) -> None:
    preset, start = FRAMEWORKS[framework]
    compiled = preset.compile(policy(**POLICIES[name]), preset.newest)
    assert compiled.faults == ()
    ask = start(POLICIES[name])
    differing = []
    for question in QUESTIONS:
        real, found = ask(question), answers(compiled, question.request)
        if real not in found or len({(answer.lines, answer.vary) for answer in found}) > 1:
            differing.append((question, real, found))
    assert differing == []
