"""A Starlette application with CORSMiddleware: `starlette_app.py FILE PORT`; FILE is its TOML."""

import sys
import tomllib
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

SENT = {"Cache-Control": "s-maxage=60", "X-Total": "3", "X-Page": "1"}


async def answer(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok", headers=SENT)


async def missing(_request: Request, _error: Exception) -> PlainTextResponse:
    return PlainTextResponse("missing", 404, headers=SENT)


options = tomllib.loads(Path(sys.argv[1]).read_text())["cors"]
app = Starlette(
    routes=[Route("/ok/{rest:path}", answer, methods=["GET", "PUT", "DELETE"])],
    exception_handlers={404: missing},
    middleware=[Middleware(CORSMiddleware, **options)],
)
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
