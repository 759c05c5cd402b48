"""Real servers and tools for tests: find them, give them a port, run them, stop them.

`require` is the only place where a test may be skipped. Under `CI=true` it fails instead, so a
missing server can never pass for a green run.
"""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

LOOPBACK = "127.0.0.1"
MISSING = "needs a server that is not installed: "
_GRACE_SECONDS = 5.0
_POLL_SECONDS = 0.02
_OUTPUT_KEPT = 4_000
# Debian keeps servers here, outside the PATH of ordinary users.
_SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/sbin", "/sbin")


def require(name: str, why: str) -> Path:
    """Return where the program, Python module or absolute file `name` is; skip or fail without it.

    `why` says what the test proves with it.
    """
    found = _locate(name)
    if found is not None:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail(f"{MISSING}{name}; {why}; install it, CI runs every test", pytrace=False)
    pytest.skip(f"{MISSING}{name}; {why}")


def missing_server(reason: str) -> str | None:
    """Return the name that `require` did not find, read from the reason of a skip."""
    _, marker, rest = reason.partition(MISSING)
    return rest.split(";")[0] if marker else None


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    args: Sequence[str | Path],
    port: int,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    start_seconds: float = 15.0,
    grace_seconds: float = _GRACE_SECONDS,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `args` in the foreground until the block ends; yield once `port` answers on 127.0.0.1.

    `env` is added to the environment. Raises RuntimeError when the port is taken, and when the
    program exits or stays silent for `start_seconds`. An error after the start, the block's too,
    gets the end of the output as a note.
    """
    command = [str(arg) for arg in args]
    if _answers(port):
        msg = f"{command[0]}: port {port} is taken by another program; ask free_port for one"
        raise RuntimeError(msg)
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            cwd=cwd,
            start_new_session=True,
        )
        try:
            _await_answer(process, port, start_seconds)
            yield process
        except BaseException as error:
            # Stopped first: reading moves the file position that the program writes at.
            _stop(process, grace_seconds)
            error.add_note(f"output of {command[0]}:\n{_end_of(output)}")
            raise
        else:
            _stop(process, grace_seconds)


def _locate(name: str) -> Path | None:
    if Path(name).is_absolute():
        return Path(name) if Path(name).exists() else None
    folders = os.pathsep.join((os.environ.get("PATH", os.defpath), *_SYSTEM_FOLDERS))
    if program := shutil.which(name, path=folders):
        return Path(program)
    spec = importlib.util.find_spec(name) if name.isidentifier() else None
    return Path(spec.origin) if spec is not None and spec.origin is not None else None


def _await_answer(process: subprocess.Popen[bytes], port: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            msg = f"{process.args!r}: exited with {process.returncode} before port {port} answered"
            raise RuntimeError(msg)
        if _answers(port):
            return
        time.sleep(_POLL_SECONDS)
    msg = f"{process.args!r}: port {port} did not answer within {seconds} s"
    raise RuntimeError(msg)


def _answers(port: int) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True


def _end_of(output: IO[bytes]) -> str:
    size = output.seek(0, os.SEEK_END)
    output.seek(max(0, size - _OUTPUT_KEPT))
    return output.read().decode(errors="replace")


def _stop(process: subprocess.Popen[bytes], grace_seconds: float) -> None:
    process.terminate()
    try:
        process.wait(grace_seconds)
    except subprocess.TimeoutExpired:
        # The whole session that this process leads: a killed master would leave its workers.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
