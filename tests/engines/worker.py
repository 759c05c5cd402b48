"""An engine in a process of its own, in its own language: a line for each question and answer.

Asked: dialect, pattern and texts between tabs, the last two in hexadecimal UTF-8. Answered: `=` and
one of `T`, `F`, `?` for each text, or `!` and why the pattern is refused. `ready` comes first.
"""

import os
import select
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from auditor.core.language.pattern import Dialect
from tests.engines.engine import Answer, Question, Refused

START_SECONDS = 60.0
STALL_SECONDS = 4.0
"""One question may take this long; the programs give up on a text much earlier where they can."""
_VERDICTS = {"T": True, "F": False, "?": None}


class Worker:
    """A program that answers; ended and started anew when a pattern keeps it too long or kills it."""

    def __init__(
        self,
        command: Sequence[str | Path],
        env: Mapping[str, str] | None = None,
        stall_seconds: float = STALL_SECONDS,
    ) -> None:
        self._command = [str(part) for part in command]
        self._env = {**os.environ, **(env or {})}
        self._stall_seconds = stall_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._unread = b""

    def answer(self, dialect: Dialect, questions: Sequence[Question]) -> list[Answer]:
        """Answer every question, in order; all None where the program had to be ended."""
        answers: list[Answer] = []
        while len(answers) < len(questions):
            left = questions[len(answers) :]
            answers += self._run(dialect, left)
            if len(answers) < len(questions):
                answers.append((None,) * len(questions[len(answers)].texts))
                self.close()
        return answers

    def close(self) -> None:
        """End the program, if it runs."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                assert pipe is not None
                pipe.close()
        self._process, self._unread = None, b""

    def _run(self, dialect: Dialect, questions: Sequence[Question]) -> list[Answer]:
        """Answers up to the first question that the program does not answer in time."""
        process = self._started()
        lines = b"".join(_line(dialect, question) for question in questions)
        writer = threading.Thread(target=_write, args=(process.stdin, lines), daemon=True)
        writer.start()
        answers: list[Answer] = []
        for question in questions:
            line = self._read_line(self._stall_seconds)
            if line is None:
                return answers
            answers.append(_read_answer(line, len(question.texts)))
        writer.join()
        return answers

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            with tempfile.TemporaryFile() as errors:
                self._process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    env=self._env,
                    start_new_session=True,
                    bufsize=0,
                )
                if self._read_line(START_SECONDS) != "ready":
                    self.close()
                    errors.seek(0)
                    said = errors.read(4_000).decode(errors="replace")
                    msg = f"{' '.join(self._command)}: does not start; it says: {said}"
                    raise RuntimeError(msg)
        return self._process

    def _read_line(self, seconds: float) -> str | None:
        """The next line; None when the program ends, or says nothing for `seconds`."""
        assert self._process is not None
        assert self._process.stdout is not None
        deadline = time.monotonic() + seconds
        while b"\n" not in self._unread:
            ready, _, _ = select.select(
                [self._process.stdout], [], [], max(0.0, deadline - time.monotonic())
            )
            read = os.read(self._process.stdout.fileno(), 65_536) if ready else b""
            if not read:
                return None
            self._unread += read
        line, _, self._unread = self._unread.partition(b"\n")
        return line.decode(errors="replace")


def _line(dialect: Dialect, question: Question) -> bytes:
    fields = (question.pattern, *question.texts)
    return "\t".join((dialect.value, *(field.encode().hex() for field in fields))).encode() + b"\n"


def _read_answer(line: str, texts: int) -> Answer:
    if line.startswith("!"):
        return Refused(line[1:].strip())
    verdicts = tuple(_VERDICTS[letter] for letter in line[1:])
    if not line.startswith("=") or len(verdicts) != texts:
        msg = f"{line!r}: not an answer about {texts} texts"
        raise RuntimeError(msg)
    return verdicts


def _write(pipe: IO[bytes], lines: bytes) -> None:
    view = memoryview(lines)
    try:
        while view:
            view = view[pipe.write(view) :]
    except (BrokenPipeError, ValueError):
        return  # The program was ended; the reader knows.
