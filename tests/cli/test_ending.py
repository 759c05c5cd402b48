"""Signals, sent to real processes at every stage of a run: a clear line, exit 1, all or nothing kept."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from auditor.edge.store.store import open_store
from tests.house.tree import ROOT
from tests.servers import LOOPBACK

CONFIG = "version: 1\nfiles: [deploy/]\n"
INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: api
  namespace: shop
  annotations: {nginx.ingress.kubernetes.io/enable-cors: "true"}
spec:
  ingressClassName: nginx
  rules:
    - host: api.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}]}
"""
NOTHING_KEPT = "nothing of this run was kept; earlier runs are as they were"
SECONDS = 30


def estate(folder: Path, config: str = CONFIG) -> Path:
    (folder / "deploy").mkdir()
    (folder / "deploy" / "ingress.yaml").write_text(INGRESS)
    path = folder / "cors-audit.yaml"
    path.write_text(config)
    return path


@contextmanager
def run(
    config: Path, stage: str = "none", env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.cli.operated", str(config), stage]
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True, env={**os.environ, **(env or {})}
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def reach(process: subprocess.Popen[str], stage: str) -> None:
    assert process.stdout is not None
    for text in process.stdout:
        if text.startswith(stage):
            return
    pytest.fail(f"it ended before {stage!r}: {process.stderr and process.stderr.read()}")


def kept(folder: Path) -> list[int | None]:
    with open_store(folder / "cors-audit.db", wait_seconds=0) as store:
        return [head.id for head in store.runs()]


def metric(folder: Path, name: str) -> float:
    text = (folder / "cors_audit.prom").read_text()
    (found,) = [one for one in text_string_to_metric_families(text) if one.name == name]
    return float(found.samples[0].value)


def finished(config: Path) -> None:
    with run(config) as process:
        assert process.wait(SECONDS) == 0, process.stderr and process.stderr.read()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("stage", ["judging", "storing"])
def test_nothing_of_a_run_that_is_ended_is_kept(
    number: signal.Signals, stage: str, tmp_path: Path
) -> None:
    config = estate(tmp_path)
    finished(config)
    with run(config, stage) as process:
        reach(process, stage)
        process.send_signal(number)
        out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert err.splitlines() == [f"cors-audit: ended by {number.name}: {NOTHING_KEPT}"]
    assert "finished" not in out
    assert kept(tmp_path) == [1]
    assert metric(tmp_path, "cors_audit_last_run_failed") == 1
    events = [json.loads(line) for line in (tmp_path / "audit.log").read_text().splitlines()]
    assert events[-1]["event"] == "run-failed"
    assert events[-1]["reason"] == f"ended by {number.name}"
    finished(config)
    assert kept(tmp_path) == [2, 1], "the lock is free and the store is sound"


def test_a_run_that_was_stored_already_is_kept_whole(tmp_path: Path) -> None:
    config = estate(tmp_path)
    with run(config, "stored") as process:
        reach(process, "stored")
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    (line,) = err.splitlines()
    assert line.startswith("cors-audit: ended by SIGTERM: run 1 is stored whole; ")
    assert kept(tmp_path) == [1]


@contextmanager
def hanging() -> Iterator[tuple[int, threading.Event]]:
    """A server that takes connections and never answers; the event: somebody asked."""
    asked = threading.Event()
    with socket.create_server((LOOPBACK, 0)) as server:
        held: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return
                asked.set()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], asked
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
        for one in held:
            one.close()


AWS_ENV = {
    "AWS_ACCESS_KEY_ID": "a",
    "AWS_SECRET_ACCESS_KEY": "b",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def test_a_server_that_never_answers_does_not_hold_it_up(tmp_path: Path) -> None:
    with hanging() as (port, asked):
        endpoint = f"http://{LOOPBACK}:{port}"
        config = estate(tmp_path, f"version: 1\naws: {{endpoint_url: '{endpoint}'}}\n")
        with run(config, env=AWS_ENV) as process:
            assert asked.wait(SECONDS)
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=SECONDS)
            assert time.monotonic() - began < 10
    assert process.returncode == 1
    assert err.splitlines() == [f"cors-audit: ended by SIGTERM: {NOTHING_KEPT}"]


POOL = """
import sys, threading, time
from auditor.cli.ending import clean_ending
from auditor.run.pool import each
def hang(_item):
    print("hanging", flush=True)
    threading.Event().wait(60)
with clean_ending(lambda: None):
    list(each(hang, range(20), 8))
"""
STUCK = """
import sqlite3, sys, time
from auditor.cli.ending import clean_ending
with clean_ending(lambda: None, grace_seconds=float(sys.argv[1])):
    one = sqlite3.connect(sys.argv[2]); one.execute("BEGIN IMMEDIATE")
    print("hanging", flush=True)
    # The main thread waits in C, where no handler of Python's runs.
    sqlite3.connect(sys.argv[2], timeout=60).execute("BEGIN IMMEDIATE")
"""
SLOW = """
import time
from auditor.cli.ending import clean_ending
with clean_ending(lambda: 7, grace_seconds=60):
    try:
        print("hanging", flush=True)
        time.sleep(60)
    finally:
        print("undoing", flush=True)
        time.sleep(60)
"""


def started(script: str, *args: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", script, *args]
    return subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True)


def test_threads_that_hang_are_not_waited_for() -> None:
    with started(POOL) as process:
        reach(process, "hanging")
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=SECONDS)
    assert time.monotonic() - began < 3
    assert (process.returncode, err.count("ended by SIGTERM")) == (1, 1)


def test_a_main_thread_that_hangs_in_c_is_not_waited_for(tmp_path: Path) -> None:
    with started(STUCK, "0.5", str(tmp_path / "a.db")) as process:
        reach(process, "hanging")
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert err == f"cors-audit: ended by SIGTERM: {NOTHING_KEPT}\n"


def test_a_second_signal_ends_it_at_once() -> None:
    with started(SLOW) as process:
        reach(process, "hanging")
        process.send_signal(signal.SIGINT)
        reach(process, "undoing")
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert err.startswith("cors-audit: ended by SIGINT: run 7 is stored whole; ")
    assert len(err.splitlines()) == 1


UNASKED = """
import signal, threading
from auditor.cli.ending import SIGNALS, clean_ending
signal.signal(signal.SIGHUP, signal.SIG_IGN)
before = [signal.getsignal(number) for number in SIGNALS]
with clean_ending(lambda: None):
    signal.raise_signal(signal.SIGHUP)
assert [signal.getsignal(number) for number in SIGNALS] == before
assert signal.set_wakeup_fd(-1) == -1
for thread in threading.enumerate():
    if thread is not threading.main_thread():
        thread.join(5)
print(threading.active_count())
"""


def test_nothing_is_left_behind_and_nohup_is_obeyed() -> None:
    with started(UNASKED) as process:
        out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, out.strip(), err) == (0, "1", "")
