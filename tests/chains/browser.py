"""A real browser with pages on several origins, and what script there can read.

The pages come from one server on loopback: the browser is told to look for every host there.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from playwright.sync_api import Frame, sync_playwright

from auditor.core.browser.request import Credentials
from tests.chains.origins import HOST, OPAQUE
from tests.servers import LOOPBACK, require

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# A frame without allow-same-origin has an opaque origin: its Origin header is `null`.
PAGE = b'<!doctype html><iframe sandbox="allow-scripts" srcdoc="-"></iframe>'
FETCH = """
checks => Promise.all(checks.map(async ([url, method, names, credentials]) => {
  const headers = Object.fromEntries(names.map(name => [name, "1"]));
  const options = {method, headers, credentials, mode: "cors", signal: AbortSignal.timeout(10000)};
  try {
    const response = await fetch(url, options);
    return [response.status, [...response.headers.keys()]];
  } catch (error) {
    return null;
  }
}))
"""


@dataclass(frozen=True)
class Fetch:
    """What script asks for: `headers` are set by it, with any value."""

    path: str
    method: str
    headers: tuple[str, ...]
    credentials: Credentials


@dataclass(frozen=True)
class Seen:
    """What script sees: the status, and the lower-case names of the headers that it can read."""

    status: int
    names: frozenset[str]


class Browser:
    """Frames that are open, by origin."""

    def __init__(self, frames: dict[str, Frame], version: str) -> None:
        self._frames = frames
        self.version = version

    def fetch(self, origin: str, port: int, asked: Sequence[Fetch]) -> list[Seen | None]:
        """What script on a page of `origin` sees of each answer; None is a network error."""
        checks = [
            [
                f"http://{HOST}:{port}{one.path}",
                one.method,
                list(one.headers),
                one.credentials.value,
            ]
            for one in asked
        ]
        results: list[Any] = self._frames[origin].evaluate(FETCH, checks)
        return [None if one is None else Seen(one[0], frozenset(one[1])) for one in results]


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def _pages() -> Iterator[int]:
    with ThreadingHTTPServer((LOOPBACK, 0), _Pages) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def browser(origins: Sequence[str]) -> Iterator[Browser]:
    """A Chromium with a page of each of `origins`, and one of an opaque origin."""
    program = require("chromium", "its verdict is compared with ours")
    with ExitStack() as stack:
        port = stack.enter_context(_pages())
        hosts = [origin.removeprefix("http://") for origin in origins]
        rules = [f"MAP {host}:80 {LOOPBACK}:{port}" for host in hosts]
        rules += [f"MAP {HOST} {LOOPBACK}", "MAP * ~NOTFOUND", f"EXCLUDE {LOOPBACK}"]
        args = [*FLAGS, f"--host-resolver-rules={', '.join(rules)}"]
        playwright = stack.enter_context(sync_playwright())
        chromium = playwright.chromium.launch(executable_path=program, args=args)
        stack.callback(chromium.close)
        frames = {}
        for origin in origins:
            page = chromium.new_page()
            page.goto(f"{origin}/")
            frames[origin] = page.main_frame
            frame = page.query_selector("iframe")
            opaque = None if frame is None else frame.content_frame()
            assert opaque is not None
            frames[OPAQUE] = opaque
        yield Browser(frames, chromium.version)
