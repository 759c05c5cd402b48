"""A real Roundup with classic trackers on loopback: one server, a fresh tracker for each test."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.house.tree import ROOT
from tests.servers import LOOPBACK, free_port, require, running

WHY = "to prove what becomes of tickets in a real tracker"
ADMIN = ("admin", "of-the-tracker")
USER = ("cors-audit", "wide open spaces")
"""Who the product is in it: an ordinary user."""
_ADMIN_PROGRAM = "from roundup.scripts.roundup_admin import run; raise SystemExit(run())"


@dataclass(frozen=True)
class Seen:
    """A ticket as a person sees it; `comments`: the messages after the first."""

    ref: str
    title: str
    open: bool
    status: str
    priority: str | None
    labels: frozenset[str]
    body: str
    comments: tuple[str, ...]


@dataclass(frozen=True)
class RoundupTracker:
    """One tracker. `url`: with the slash at its end left out."""

    url: str
    home: Path

    def tickets(self) -> tuple[Seen, ...]:
        """Every ticket that is not retired, by number."""
        texts = {one["id"]: one["content"] for one in self._list("msg", "content", verbose=3)}
        issues = self._list("issue", "title,status,priority,keyword,messages", verbose=2)
        return tuple(_seen(one, texts) for one in sorted(issues, key=lambda one: int(one["id"])))

    def ticket(self, ref: str) -> Seen:
        """One ticket."""
        (found,) = [one for one in self.tickets() if one.ref == ref]
        return found

    def set(self, ref: str, **properties: object) -> None:
        """A person edits a ticket."""
        self._request("PUT", f"issue/{ref}", {**properties, "@etag": self._etag(ref)})

    def close(self, ref: str, status: str = "resolved") -> None:
        """A person closes a ticket."""
        self.set(ref, status=status)

    def reopen(self, ref: str) -> None:
        """A person opens a ticket again."""
        self.set(ref, status="in-progress")

    def retire(self, ref: str) -> None:
        """A person removes a ticket."""
        self._request("DELETE", f"issue/{ref}", etag=self._etag(ref))

    def comment(self, ref: str, text: str, **more: str) -> None:
        """A person writes a message; `more`: other properties of it."""
        item = {"content": text, "author": "admin", "date": ".", **more}
        made = self._request("POST", "msg", item)
        old = self._request("GET", f"issue/{ref}")["attributes"]["messages"]
        self.set(ref, messages=[*(one["id"] for one in old), made["id"]])

    def page(self, ref: str) -> str:
        """A ticket's page as a browser gets it."""
        answer = httpx.get(f"{self.url}/issue{ref}", trust_env=False)
        assert answer.is_success, answer.text
        return answer.text

    def count(self, klass: str) -> int:
        """How many items of a class there are, those that nothing leads to included."""
        return len(self._list(klass, "id"))

    def _etag(self, ref: str) -> str:
        return str(self._request("GET", f"issue/{ref}")["@etag"])

    def _list(self, klass: str, fields: str, verbose: int = 1) -> list[dict[str, Any]]:
        path = f"{klass}?@fields={fields}&@verbose={verbose}"
        return list(self._request("GET", path)["collection"])

    def _request(
        self, method: str, path: str, body: object = None, etag: str = ""
    ) -> dict[str, Any]:
        headers = {"x-requested-with": "rest", "origin": self.url.rpartition("/")[0]}
        headers |= {"if-match": etag} if etag else {}
        answer = httpx.request(
            method,
            f"{self.url}/rest/data/{path}",
            json=body,
            headers={**headers, "referer": f"{self.url}/"},
            auth=ADMIN,
            trust_env=False,
        )
        assert answer.is_success, answer.text
        return dict(answer.json()["data"])


def _seen(issue: Mapping[str, Any], texts: Mapping[str, str]) -> Seen:
    messages = [texts[one["id"]] for one in issue["messages"] if one["id"] in texts]
    status = issue["status"]["name"]
    return Seen(
        issue["id"],
        issue["title"],
        status not in ("resolved", "done-cbb"),
        status,
        issue["priority"]["name"] if issue["priority"] else None,
        frozenset(one["name"] for one in issue["keyword"]),
        messages[0] if messages else "",
        tuple(messages[1:]),
    )


@dataclass(frozen=True)
class RoundupServer:
    """A running server. `folder`: where its trackers are."""

    folder: Path
    port: int

    def fresh(self, name: str, **web: object) -> RoundupTracker:
        """A new, empty tracker; `web`: settings of the section [web] of its configuration."""
        home = self.folder / name
        shutil.copytree(self.folder / "blank", home)
        url = f"http://{LOOPBACK}:{self.port}/{name}"
        settings = {"web": f"{url}/", **{key: str(value) for key, value in web.items()}}
        _configure(home / "config.ini", settings)
        return RoundupTracker(url, home)


@contextmanager
def roundup_server(folder: Path) -> Iterator[RoundupServer]:
    """Install a classic tracker below `folder` and serve copies of it."""
    require("roundup", WHY)
    require("waitress", WHY)
    _install(folder / "blank")
    port = free_port()
    command = [sys.executable, "-m", "tests.edge.trackers.roundup_app", folder, str(port)]
    with running(command, port, cwd=ROOT, start_seconds=30.0):
        yield RoundupServer(folder, port)


def _install(home: Path) -> None:
    _admin(home, "install", "classic", "sqlite")
    settings = {
        "web": "http://localhost/",
        "domain": "tracker.example",
        "host": "localhost",
        "debug": str(home.parent / "mail.txt"),
        "password_pbkdf2_default_rounds": "1000",
    }
    _configure(home / "config.ini", settings)
    _admin(home, "initialise", ADMIN[1])
    name, password = USER
    properties = (f"username={name}", f"password={password}", "address=audit@tracker.example")
    _admin(home, "create", "user", *properties, "roles=User")


def _admin(home: Path, *words: str) -> None:
    command = [sys.executable, "-c", _ADMIN_PROGRAM, "-i", str(home), *words]
    done = subprocess.run(command, input=b"y\n", capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _configure(path: Path, settings: Mapping[str, str]) -> None:
    """Set the settings, each where it stands; `debug` is that of [mail], the last one."""
    lines = path.read_text().splitlines()
    for key, value in settings.items():
        places = [n for n, line in enumerate(lines) if line.lstrip("#").startswith(f"{key} = ")]
        lines[places[-1]] = f"{key} = {value}"
    path.write_text("\n".join(lines) + "\n")
