"""What stands around a run, in real processes: two at once, places that cannot be written, heartbeats."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from auditor.cli.operation import Watch, operated
from auditor.edge.metrics import Standing
from auditor.edge.store.fault import StoreError
from tests.cli.test_ending import CONFIG, SECONDS, estate, finished, kept, metric, reach, run
from tests.edge.reports import records
from tests.servers import LOOPBACK

NAME = "CORS_AUDIT_HEARTBEAT"


@contextmanager
def service() -> Iterator[tuple[str, list[tuple[str, dict[str, object]]]]]:
    seen: list[tuple[str, dict[str, object]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(
                (self.path, json.loads(self.rfile.read(int(self.headers["content-length"]))))
            )
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer((LOOPBACK, 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://{LOOPBACK}:{server.server_port}/s3cret", seen
        server.shutdown()
        thread.join()


def events(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_run_leaves_page_run_file_metrics_and_log(tmp_path: Path) -> None:
    finished(estate(tmp_path))
    assert {one.name for one in (tmp_path / "public").iterdir()} == {"index.html", "latest.run"}
    assert metric(tmp_path, "cors_audit_last_run_failed") == 0
    assert metric(tmp_path, "cors_audit_last_run_problems") == 0
    first, last = (events(tmp_path / "audit.log")[at] for at in (0, -1))
    assert (first["event"], last["event"]) == ("run-started", "run-finished")
    assert last["run"] == 1
    assert last["problems"] == 0


def test_a_second_run_at_the_same_store_says_who_is_at_it(tmp_path: Path) -> None:
    config = estate(tmp_path)
    with run(config, "storing") as first:
        reach(first, "storing")
        before = (tmp_path / "audit.log").read_text()
        with run(config) as second:
            _, err = second.communicate(timeout=SECONDS)
        assert second.returncode == 1
        assert f"the audit of process {first.pid} on " in err
        assert not (tmp_path / "cors_audit.prom").exists(), (
            "the first run will report, not the second"
        )
        assert len((tmp_path / "audit.log").read_text()) > len(before)
        first.kill()
        first.wait()
        finished(config)
    assert kept(tmp_path) == [1]


def test_heartbeats_tell_of_ends_and_of_failures(tmp_path: Path) -> None:
    config = estate(tmp_path, f"{CONFIG}notify: {{heartbeat_env: {NAME}}}\n")
    with service() as (url, seen):
        with run(config, env={NAME: url}) as process:
            assert process.wait(SECONDS) == 0
        with run(config, "judging", {NAME: url}) as process:
            reach(process, "judging")
            process.terminate()
            _, err = process.communicate(timeout=SECONDS)
    assert [path for path, _ in seen] == ["/s3cret", "/s3cret/fail"]
    assert seen[0][1]["run"] == 1
    assert seen[1][1] == {"reason": "ended by SIGTERM", "exit_code": 1}
    assert "s3cret" not in err + (tmp_path / "audit.log").read_text()


def test_a_heartbeat_that_does_not_arrive_breaks_nothing(tmp_path: Path) -> None:
    config = estate(tmp_path, f"{CONFIG}notify: {{heartbeat_env: {NAME}}}\n")
    with run(config, env={NAME: f"http://{LOOPBACK}:1/s3cret"}) as process:
        _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert err.startswith(f"{NAME}: the heartbeat was not taken (ConnectError); ")
    assert "s3cret" not in err
    assert metric(tmp_path, "cors_audit_last_run_problems") == 1
    assert kept(tmp_path) == [1]


def test_places_that_cannot_be_written_are_said_and_the_run_stands(tmp_path: Path) -> None:
    for name in ("cors_audit.prom", "audit.log", "public"):
        (tmp_path / name).symlink_to("/dev/full")
    config = estate(tmp_path)
    (tmp_path / "cors_audit.prom").unlink()
    (tmp_path / "cors_audit.prom" / "in the way").mkdir(parents=True)
    with run(config) as process:
        out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, out.splitlines()[-1]) == (0, "finished")
    assert [line.split(": ")[0].rpartition("/")[2] for line in err.splitlines()] == [
        "audit.log",
        "public",
        "cors_audit.prom",
    ]
    assert kept(tmp_path) == [1]


def test_a_failure_of_ours_shows_everywhere_by_its_type_alone(tmp_path: Path) -> None:
    watch = Watch(metrics=tmp_path / "cors_audit.prom", log=str(tmp_path / "audit.log"))
    with pytest.raises(ValueError, match="s3cret"), operated(watch, {}):
        raise ValueError("s3cret")
    assert metric(tmp_path, "cors_audit_last_run_failed") == 1
    assert events(tmp_path / "audit.log")[-1]["reason"] == "ValueError"
    with pytest.raises(StoreError), operated(watch, {}):
        raise StoreError("runs.db", "is damaged", "restore a copy")
    assert events(tmp_path / "audit.log")[-1]["reason"] == "runs.db: is damaged; restore a copy"


def test_a_log_on_a_full_disk_is_said_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    with operated(Watch(log="/dev/full"), {}) as operation:
        operation.finish(records.clean(), Standing(), 0)
    assert "--log: it ends early (No space left on device)" in capsys.readouterr().err


def test_a_log_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    with operated(Watch(log="-"), {}) as operation:
        operation.finish(records.clean(), Standing(), 0)
    lines = [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()]
    assert lines == ["run-started", "run-finished"]
    print("still open")
