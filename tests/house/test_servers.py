"""The convention for real servers: found or counted, answering or explained, always stopped."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.tree import ROOT
from tests.servers import LOOPBACK, free_port, missing_server, require, running

# Listens on its first argument, says so, and then lives until it is told to stop.
SERVER = """
import signal, socket, sys, time
if "deaf" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("server says hello", flush=True)
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
time.sleep(60)
"""
TESTS = """
import pytest
from tests.servers import require

@pytest.mark.parametrize("name", ["no-such-server", "no-such-server", "no_such_module", "sh"])
def test_a(name): require(name, "to show the count")

def test_b(): pytest.skip("for another reason")
"""


def server(*words: str) -> tuple[list[str], int]:
    port = free_port()
    return [sys.executable, "-c", SERVER, str(port), *words], port


def closed(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) != 0


def test_it_answers_inside_the_block_and_is_gone_after() -> None:
    args, port = server()
    with running(args, port) as process:
        assert process.poll() is None
        socket.create_connection((LOOPBACK, port)).close()
    assert process.returncode is not None
    assert closed(port)


def test_it_is_killed_when_it_will_not_stop() -> None:
    args, port = server("deaf")
    with running(args, port, grace_seconds=0.2) as process:
        pass
    assert process.returncode == -9
    assert closed(port)


def test_it_sees_env_and_cwd(tmp_path: Path) -> None:
    port = free_port()
    script = f"import os; open(os.environ['NOTE'], 'w').close()\n{SERVER}"
    args = [sys.executable, "-c", script, str(port)]
    with running(args, port, env={"NOTE": "here"}, cwd=tmp_path):
        assert (tmp_path / "here").exists()


def test_an_early_exit_is_explained_with_its_output() -> None:
    args, port = server()
    args[2] = "print('cannot bind'); raise SystemExit(4)"
    with (
        pytest.raises(RuntimeError, match="exited with 4 before port") as caught,
        running(args, port),
    ):
        pytest.fail("the block ran")
    assert "cannot bind" in caught.value.__notes__[0]


def test_a_silent_port_is_explained_and_the_program_stopped() -> None:
    args, _ = server()
    with (
        pytest.raises(RuntimeError, match="did not answer within"),
        running(args, free_port(), start_seconds=0.3),
    ):
        pytest.fail("the block ran")
    assert closed(int(args[3]))


def test_a_port_of_another_program_is_not_taken_for_ours() -> None:
    args, port = server()
    with (
        running(args, port),
        pytest.raises(RuntimeError, match=f"port {port} is taken"),
        running(args, port),
    ):
        pytest.fail("the block ran")


def test_an_error_of_the_block_gets_the_output_as_a_note() -> None:
    args, port = server()
    with pytest.raises(ValueError, match="mine") as caught, running(args, port):
        raise ValueError("mine")
    assert "server says hello" in caught.value.__notes__[0]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("sh", lambda path: path.name == "sh"),
        ("pytest_no_such", None),
        ("hypothesis", lambda path: path.name in {"hypothesis", "__init__.py"}),
        ("tomllib", lambda path: path.parts[-2:] == ("tomllib", "__init__.py")),
        (str(ROOT / "pyproject.toml"), lambda path: path == ROOT / "pyproject.toml"),
        (str(ROOT / "absent.so"), None),
    ],
)
def test_it_finds_programs_modules_and_files(
    name: str, found: Callable[[Path], bool] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    if found is not None:
        assert found(require(name, "to find it"))
        return
    with pytest.raises(pytest.skip.Exception) as caught:
        require(name, "to miss it")
    assert missing_server(str(caught.value)) == name


def test_a_missing_server_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="needs a server that is not installed: nope;"):
        require("nope", "to fail")


def test_the_summary_counts_what_was_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    (tmp_path / "tests").mkdir()
    for name in ("pyproject.toml", "tests/conftest.py", "tests/servers.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "tests" / "test_a.py").write_text(TESTS)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q"], cwd=tmp_path, capture_output=True, text=True
    )
    assert (
        "3 tests need a server that is not installed: no-such-server (2), no_such_module (1)"
        in done.stdout.splitlines()
    ), done.stdout + done.stderr
    assert "1 passed, 4 skipped" in done.stdout
