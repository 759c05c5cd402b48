"""Secrets of a night: tokens of trackers, URLs that are secrets, and servers that repeat what they get.

Each secret is planted in a place of its own, so that a leak says where it came from; each holds what
URL, JSON and HTML escape, so that an escaped one is another text than the plain one.
"""

import base64
import html
import json
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import quote

from auditor.cli.clock import now
from tests.servers import LOOPBACK
from tests.shows.folders import write
from tests.shows.program import ROOT

PLACES: Final = (
    "github-variable",
    "github-file",
    "gitlab",
    "jira",
    "roundup",
    "webhook-old",
    "webhook-new",
    "slack-url",
    "heartbeat-url",
    "proxy-password",
    "unrelated-variable",
)
SYSTEMS: Final = ("github", "gitlab", "jira", "roundup", "webhook")


def canary(place: str) -> str:
    """The secret that is planted at `place`; without what a URL's path cannot hold as it is."""
    number = f"{PLACES.index(place):02}"
    if place.endswith("-url") or place == "proxy-password":
        return f"canary-{number}-{place}-of-tonight"
    return f'canary-{number}+{place}/"of<tonight&\\=~'


def forms(secret: str) -> Iterator[str]:
    """How a secret might look where it leaks: whole, in base64 at each alignment, escaped, cut off."""
    yield secret
    yield secret[:16]
    yield quote(secret, safe="")
    yield json.dumps(secret)[1:-1]
    yield json.dumps(json.dumps(secret))[3:-3]
    yield html.escape(secret)
    yield secret.encode().hex()
    for before, first in enumerate((0, 2, 3)):
        held = base64.b64encode(bytes(before) + secret.encode()).decode()
        yield held[first : (before + len(secret)) * 8 // 6]


def leaks(shown: Mapping[str, bytes]) -> list[str]:
    """Each secret that stands in something that was shown or kept."""
    return [
        f"{place} in {where}"
        for where, data in shown.items()
        for place in PLACES
        if any(form.encode() in data for form in forms(canary(place)))
    ]


# -- what servers do with what they get ------------------------------------------------------------

Behaviour = Callable[["Repeating"], None]


class Repeating(BaseHTTPRequestHandler):
    """Answers as `behaviour` says, with all that it was sent."""

    behaviour: Behaviour
    asked: list[str]
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        self.asked.append(f"{self.command} {self.path}\n{self.headers}")
        self.close_connection = True
        type(self).behaviour(self)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815

    @property
    def repeated(self) -> str:
        """The request, its credentials first, also as whoever reads them has them."""
        access = self.headers.get("authorization", "").partition(" ")[2]
        pair = base64.b64decode(access).decode() if access.endswith("=") else ""
        token = access or self.headers.get("private-token", "")
        return f"{pair} {token} {self.path} {self.headers}"

    def say(self, status: int, body: str, kind: str = "application/json", phrase: str = "") -> None:
        """A whole answer."""
        data = body.encode("utf-8", "replace")
        self.wfile.write(f"HTTP/1.1 {status} {phrase or 'No'}\r\n".encode())
        self.wfile.write(f"content-type: {kind}\r\ncontent-length: {len(data)}\r\n\r\n".encode())
        self.wfile.write(data)


def _errors(text: str) -> str:
    """Words where each of the trackers has them."""
    held = {"message": text, "error": {"msg": text}, "errors": [text], "errorMessages": [text]}
    return json.dumps(held)


def refusing(status: int) -> Behaviour:
    """A refusal whose words are the whole request."""
    return lambda asked: asked.say(status, _errors(asked.repeated))


def cut(status: int) -> Behaviour:
    """Words that end within the token, as far as an error keeps them."""

    def behave(asked: Repeating) -> None:
        words = (
            value.rpartition(" ")[2]
            for name, value in asked.headers.items()
            if "token" in name or name == "authorization"
        )
        token = next(words, "")
        asked.say(status, _errors(f"{'x' * (150 if token.startswith('c') else 250)} {token}"))

    return behave


def escaped(status: int) -> Behaviour:
    """Words in which the request is escaped, once and twice."""

    def behave(asked: Repeating) -> None:
        text = asked.repeated
        several = f"{quote(text)} {html.escape(text)} {json.dumps(json.dumps(text))}"
        asked.say(status, _errors(f"bad request {several}"))

    return behave


def malformed(asked: Repeating) -> None:
    """A success that is no JSON and repeats the request."""
    asked.say(200, f'{{"message": "{asked.headers}', phrase="OK")


def page(asked: Repeating) -> None:
    """A proxy's error page."""
    asked.say(502, f"<html><pre>{html.escape(asked.repeated)}</pre>", "text/html")


def no_http(asked: Repeating) -> None:
    """An answer that begins with what was sent."""
    asked.wfile.write(" ".join(asked.repeated.split()).encode() + b"\r\n\r\n")


def bad_header(asked: Repeating) -> None:
    """A header line that is none."""
    line = " ".join(asked.repeated.replace(":", " ").split())
    asked.wfile.write(f"HTTP/1.1 401 No\r\n{line}\r\n\r\n".encode())


def in_phrase(asked: Repeating) -> None:
    """The reason phrase."""
    asked.say(403, "{}", phrase=" ".join(asked.repeated.split())[:900])


def elsewhere(asked: Repeating) -> None:
    """A redirect to an address with all of it."""
    where = quote(" ".join(asked.repeated.split()))
    asked.wfile.write(f"HTTP/1.1 302 Found\r\nlocation: http://{LOOPBACK}:9/{where}\r\n".encode())
    asked.wfile.write(b"content-length: 0\r\n\r\n")


def hanging_up(asked: Repeating) -> None:
    """The connection ends without a word."""
    asked.wfile.write(b"")


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    "refuses-401": refusing(401),
    "forbids-403": refusing(403),
    "rejects-400": refusing(400),
    "fails-500": refusing(500),
    "limits-429": refusing(429),
    "cut-401": cut(401),
    "escaped-401": escaped(401),
    "malformed": malformed,
    "page-502": page,
    "no-http": no_http,
    "bad-header": bad_header,
    "in-phrase": in_phrase,
    "elsewhere": elsewhere,
    "hanging-up": hanging_up,
}


@dataclass(frozen=True)
class Server:
    """`asked`: every request that came, with its headers."""

    url: str
    asked: list[str]


@contextmanager
def repeating(behaviour: Behaviour, certificate: Path | None = None) -> Iterator[Server]:
    """A server that does so to each request; with `certificate` by TLS, which nobody trusts."""
    asked: list[str] = []
    kind = type("Handler", (Repeating,), {"behaviour": staticmethod(behaviour), "asked": asked})
    server = ThreadingHTTPServer((LOOPBACK, 0), kind)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield Server(f"{scheme}://{LOOPBACK}:{server.server_port}", asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


# -- the estate ------------------------------------------------------------------------------------

CONFIG: Final = """\
version: 1
publish: pages
tickets:
  mode: "on"
  backlog_per_week: 9
  servers:
    github: {{url: "{urls[0]}"{github}}}
    gitlab: {{url: "{urls[1]}"}}
    jira: {{url: "{urls[2]}", user: robot@example.com}}
    roundup: {{url: "{urls[3]}", user: robot}}
  routes:
    - {{owner: github, github: {{repo: example/cors-drift}}}}
    - {{owner: gitlab, gitlab: {{project: group/app}}}}
    - {{owner: jira, jira: {{project: ACC}}}}
    - {{owner: roundup, roundup: {{}}}}
    - {{owner: webhook, webhook: {{name: siem, url: "{urls[4]}/hook", secret_env: WEBHOOK_SECRET}}}}
notify:
  slack: {{webhook_env: SLACK_URL, on: [new, unread, failed], digest: {weekday}}}
  metrics: cors-audit.prom
  heartbeat_env: HEARTBEAT_URL
files:
{files}
"""
FILE: Final = (
    "  - {{path: services/{name}.env, name: {name}, key: CORS_ALLOWED_ORIGINS, like: starlette@0.40, "
    "credentials: true, serves: [{name}.example.com/*], owner: {name}}}"
)


def write_estate(folder: Path, *urls: str, by_file: bool = False) -> None:
    """An app for each tracker, with an origin that should not be let in. `urls`: of the trackers, or
    one for all; `by_file`: GitHub's token stands in a file."""
    urls = urls if len(urls) == len(SYSTEMS) else urls * len(SYSTEMS)
    github = ", token_file: token" if by_file else ""
    files = "\n".join(FILE.format(name=name) for name in SYSTEMS)
    weekday = f"{now():%A}".lower()
    text = CONFIG.format(urls=urls, github=github, weekday=weekday, files=files)
    write(folder, "cors-audit.yaml", text)
    origins = "CORS_ALLOWED_ORIGINS=https://app.example.com,https://old.example.net\n"
    for name in SYSTEMS:
        write(folder, f"services/{name}.env", origins)
    routes = "\n".join(
        f"  - {{match: {name}.example.com/*, allow_origins: [https://app.example.com]}}"
        for name in SYSTEMS
    )
    head = "version: 1\norigins: [{origin: https://app.example.com, owner: team-web}]\nroutes:\n"
    write(folder, "allowlist.yaml", f"{head}{routes}\n")
    write(folder, "token", canary("github-file") + "\n").chmod(0o600)
    folder.chmod(0o700)


def hurried(folder: Path) -> dict[str, str]:
    """A variable that makes a program wait for nothing: trackers that fail are tried again later."""
    site = write(
        folder, "site/sitecustomize.py", "import time\ntime.sleep = lambda _seconds: None\n"
    )
    return {"PYTHONPATH": f"{site.parent}:{ROOT}"}


def environment(url: str) -> dict[str, str]:
    """The variables of the night, whose secrets are nobody else's."""
    return {
        "GITHUB_TOKEN": canary("github-variable"),
        "GITLAB_TOKEN": canary("gitlab"),
        "JIRA_TOKEN": canary("jira"),
        "ROUNDUP_PASSWORD": canary("roundup"),
        "WEBHOOK_SECRET": f"{canary('webhook-old')} {canary('webhook-new')}",
        "SLACK_URL": f"{url}/services/T/B/{canary('slack-url')}",
        "HEARTBEAT_URL": f"{url}/ping/{canary('heartbeat-url')}",
        "UNRELATED": canary("unrelated-variable"),
    }


def certificate(folder: Path, openssl: Path) -> Path:
    """A certificate that nobody trusts, with its key, in one file."""
    path = folder / "certificate.pem"
    words = (
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    )
    subprocess.run(
        [openssl, *words, "-keyout", path, "-out", folder / "own.pem"],
        check=True,
        stderr=subprocess.DEVNULL if sys.stderr else None,
    )
    path.write_bytes(path.read_bytes() + (folder / "own.pem").read_bytes())
    return path
