"""A Django application with django-cors-headers: `django_app.py FILE PORT`; FILE is its YAML."""

import sys
from pathlib import Path

import django
import yaml
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from werkzeug.serving import make_server

SENT = {"Cache-Control": "s-maxage=60", "X-Total": "3", "X-Page": "1"}
CORS = yaml.safe_load(Path(sys.argv[1]).read_text())["cors"]


def answer(_request: HttpRequest, rest: str) -> HttpResponse:
    return HttpResponse("ok", headers=SENT)


def missing(_request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse("missing", status=404, headers=SENT)


urlpatterns = [path("ok/<path:rest>", answer)]
handler404 = missing
settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="-",
    INSTALLED_APPS=["corsheaders"],
    MIDDLEWARE=["corsheaders.middleware.CorsMiddleware"],
    **CORS,
)
django.setup()
make_server("127.0.0.1", int(sys.argv[2]), get_wsgi_application(), threaded=True).serve_forever()
