"""Real nginx: `map $http_origin` and `if ($http_origin ~ ...)`, one request for each pair and form.

A pattern that nginx refuses is named by its start; it is left out and the rest is started again.
"""

import re
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from auditor.core.language.pattern import Dialect
from tests.engines.engine import Answer, Question, Refused, Verdict
from tests.servers import LOOPBACK, free_port, running

BATCH = 100
"""Patterns in one configuration."""
PIPELINE = 200
"""Requests sent before their answers are read: both fit into the buffers of a socket."""
_OPERATORS = {Dialect.PCRE_NGINX: "~", Dialect.PCRE_NGINX_CASELESS: "~*"}
_ANSWER = re.compile(rb"HTTP/1\.1 (\d+) .*?\r\nContent-Length: (\d+)\r\n.*?\r\n\r\n", re.DOTALL)
_LINE = re.compile(r"in \S+:(\d+)$", re.MULTILINE)
_SAID = re.compile(r"\[emerg\] (?:\d+#\d+: )?(.*?)(?: in [\"/].*)?$", re.MULTILINE)
_GAVE_UP = b"500"
_FRAME = """daemon off; master_process off; pid nginx.pid; error_log /dev/null crit;
events {{ worker_connections 64; }}
http {{ access_log off; server_tokens off; map_hash_max_size 4096; variables_hash_max_size 8192;
client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t; uwsgi_temp_path t;
scgi_temp_path t; default_type text/plain;
@@
server {{ listen {host}:{port}; keepalive_requests 1000000000; keepalive_timeout 600;
@@
}} }}
"""


class Nginx:
    """The installed nginx, started once for every batch of patterns."""

    def __init__(self, program: Path) -> None:
        self._program = program

    def answer(self, dialect: Dialect, questions: Sequence[Question]) -> list[Answer]:
        """Answer every question, in order; None too for texts that no header line can carry."""
        answers: list[Answer] = []
        for at in range(0, len(questions), BATCH):
            with tempfile.TemporaryDirectory() as folder:
                batch = _Batch(self._program, Path(folder), _OPERATORS[dialect])
                answers += batch.answer(questions[at : at + BATCH])
        return answers

    def close(self) -> None:
        """Nothing is left running between batches."""


class _Batch:
    def __init__(self, program: Path, folder: Path, operator: str) -> None:
        self._port = free_port()
        self._configuration = folder / "nginx.conf"
        self._command = (program, "-p", folder, "-c", self._configuration, "-e", "stderr")
        self._operator = operator

    def answer(self, questions: Sequence[Question]) -> list[Answer]:
        refused = self._refused(questions)
        asked = [
            (at, text)
            for at, question in enumerate(questions)
            for text in question.texts
            if at not in refused and text == text.strip()
        ]
        with running(self._command, self._port):
            taken = dict(zip(asked, self._ask("m", asked), strict=True))
            in_if = dict(zip(asked, self._ask("i", asked), strict=True))
        for pair, verdict in in_if.items():
            # A map that meets the match limit says "no"; an `if` fails the request.
            if verdict is None:
                taken[pair] = None
            elif verdict is not taken[pair]:
                msg = f"map and if differ on {questions[pair[0]].pattern!r}, {pair[1]!r}"
                raise RuntimeError(msg)
        return [
            refused.get(at) or tuple(taken.get((at, text)) for text in question.texts)
            for at, question in enumerate(questions)
        ]

    def _refused(self, questions: Sequence[Question]) -> dict[int, Refused]:
        """Find what nginx refuses, one at a time; what is left in the configuration starts."""
        refused: dict[int, Refused] = {}
        while True:
            lines = self._write(questions, refused)
            tested = subprocess.run([*self._command, "-t"], capture_output=True, text=True)
            if tested.returncode == 0:
                return refused
            found = _LINE.search(tested.stderr)
            if found is None or (at := lines.get(int(found[1]))) is None:
                raise RuntimeError(tested.stderr)
            said = _SAID.search(tested.stderr)
            refused[at] = Refused(said[1] if said else tested.stderr)

    def _write(self, questions: Sequence[Question], refused: dict[int, Refused]) -> dict[int, int]:
        """Write the configuration; return which line ends the regex of which question."""
        maps, locations = ["# refused"] * len(questions), ["# refused"] * len(questions)
        for at, question in enumerate(questions):
            if at in refused:
                continue
            regex = quote(question.pattern)
            maps[at] = f'map $http_origin $m{at} {{ default F; "{self._operator}{regex}" T; }}'
            locations[at] = (
                f"location = /m{at} {{ return 200 $m{at}; }} location = /i{at} {{"
                f' if ($http_origin {self._operator} "{regex}") {{ return 200 T; }}'
                " return 200 F; }"
            )
        head, between, tail = _FRAME.format(host=LOOPBACK, port=self._port).split("@@\n")
        parts = (head, *maps, between, *locations, tail)
        self._configuration.write_text("".join(f"{part}\n" for part in parts))
        return _lines(parts, (None, *range(len(maps)), None, *range(len(maps)), None))

    def _ask(self, form: str, pairs: Sequence[tuple[int, str]]) -> Iterator[Verdict]:
        sent = [
            f"GET /{form}{at} HTTP/1.1\r\nHost: a\r\nOrigin: {text}\r\n\r\n".encode()
            for at, text in pairs
        ]
        at = 0
        while at < len(sent):
            # nginx closes the connection after an error: the rest is asked again.
            with socket.create_connection((LOOPBACK, self._port), timeout=60) as connection:
                while at < len(sent):
                    wanted = sent[at : at + PIPELINE]
                    connection.sendall(b"".join(wanted))
                    got = list(_read(connection, len(wanted)))
                    yield from got
                    at += len(got)
                    if len(got) < len(wanted):
                        break


def quote(pattern: str) -> str:
    """`pattern` as it stands between double quotes in an nginx configuration."""
    return pattern.replace("\\", "\\\\").replace('"', '\\"')


def _lines(parts: Sequence[str], owners: Sequence[int | None]) -> dict[int, int]:
    """Number of a line -> the question whose part it belongs to."""
    found: dict[int, int] = {}
    line = 1
    for part, owner in zip(parts, owners, strict=True):
        for _ in part.split("\n"):
            if owner is not None:
                found[line] = owner
            line += 1
    return found


def _read(connection: socket.socket, wanted: int) -> Iterator[Verdict]:
    """Yield answers until all are there, or the connection ends."""
    unread = b""
    while wanted:
        found = _ANSWER.match(unread)
        if found is None or len(unread) < found.end() + int(found[2]):
            read = connection.recv(65_536)
            if not read:
                return
            unread += read
            continue
        body = unread[found.end() : found.end() + int(found[2])]
        unread = unread[found.end() + int(found[2]) :]
        wanted -= 1
        if found[1] == _GAVE_UP:
            yield None
        elif found[1] == b"200" and body in (b"T", b"F"):
            yield body == b"T"
        else:
            msg = f"nginx answers {found[1]!r} {body[:200]!r}"
            raise RuntimeError(msg)
