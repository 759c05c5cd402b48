"""What stands around a run that nobody watches: lock, signals, log, metrics, heartbeat, pages.

None of it is the run: what goes wrong here is said on stderr and counted, and the run's own exit code
stands. Only the lock keeps a run from starting.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import click

from auditor.cli.clock import now
from auditor.cli.ending import Ended, clean_ending
from auditor.cli.printing import FAILED, problem
from auditor.edge.heartbeat import TIMEOUT_SECONDS, beat
from auditor.edge.http import Http
from auditor.edge.lock import run_lock
from auditor.edge.log import JsonLines, Level, Log, Silent, open_log
from auditor.edge.metrics import Metric, Standing, failed_metrics, run_metrics, write_metrics
from auditor.edge.publishing import publish
from auditor.edge.reports.past import Nights
from auditor.edge.store.fault import StoreError
from auditor.edge.store.store import open_store
from auditor.edge.whole_file import unwritten
from auditor.run.plan import Plan

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

WAIT_SECONDS = 300.0
_STDERR = "-"
_HURRY_SECONDS = 2.0
"""What a heartbeat may take of the few seconds that a signal leaves."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What was asked for. `store` None: nothing is kept, so that nothing is locked; `heartbeat_env`:
    the variable with the URL; `log`: a file, or `-` for stderr, since stdout has the report."""

    store: Path | None = None
    metrics: Path | None = None
    heartbeat_env: str | None = None
    publish: Path | None = None
    log: str | None = None
    wait_seconds: float = WAIT_SECONDS


def watch_of(plan: Plan, log: str | None, wait_seconds: float, *, nightly: bool) -> Watch:
    """What the configuration of `plan` asks for, and what was typed. `nightly`: a whole run that is
    kept; others would pass for it in metrics, heartbeats and pages."""
    watch = Watch(plan.store, log=log, wait_seconds=wait_seconds)
    if not nightly:
        return watch
    config, notify = plan.config, plan.config.notify
    return replace(
        watch,
        metrics=None if notify.metrics is None else plan.base / notify.metrics,
        heartbeat_env=notify.heartbeat_env,
        publish=None if config.publish is None else plan.base / config.publish,
    )


def operation_options(command: Decorated) -> Decorated:
    """Add `--log` (`log`) and `--wait` (`wait_seconds`)."""
    for option in (
        click.option(
            "--wait",
            "wait_seconds",
            type=click.FloatRange(min=0),
            default=WAIT_SECONDS,
            show_default=True,
            metavar="SECONDS",
            help="How long to wait for another audit of the same store.",
        ),
        log_option,
    ):
        command = option(command)
    return command


log_option = click.option(
    "--log", metavar="FILE|-", help="Add events as lines of JSON to this file; - is stderr."
)


@dataclass(slots=True)
class Operation:
    """A run that is under way: where it tells its log, and what it does at its end."""

    watch: Watch
    log: Log
    environ: Mapping[str, str]
    started: datetime
    problems: list[str] = field(default_factory=list)

    def finish(self, nights: Nights, standing: Standing, exit_code: int) -> None:
        """Publish, send the heartbeat, write the metrics; before the report is printed, which may fail.

        `exit_code`: the run's own, which --exit-zero does not change."""
        if self.watch.publish is not None:
            self.note(*publish(self.watch.publish, nights))
        record = nights.now
        self._beat(exit_code, TIMEOUT_SECONDS, run=record.head.id, complete=record.head.complete)
        self._write(run_metrics(record, standing, exit_code, len(self.problems)))
        self.log.event(
            "run-finished",
            run=record.head.id,
            complete=record.head.complete,
            exit_code=exit_code,
            seconds=_seconds(self.started, record.head.finished),
            counts=dict(record.head.counts),
            problems=len(self.problems),
        )

    def fail(self, reason: str, patience: float = TIMEOUT_SECONDS) -> None:
        """Say wherever it is looked for that the run failed. `reason`: words of ours."""
        self._write(failed_metrics(self.started, now()))
        self._beat(FAILED, patience, reason=reason)
        self.log.event("run-failed", Level.ERROR, reason=reason, exit_code=FAILED)

    def note(self, *problems: str) -> None:
        """Say on stderr and in the log what went wrong beside the run, and count it."""
        for text in problems:
            self.problems.append(text)
            problem(text)
            self.log.event("problem", Level.WARNING, what=text)

    def _write(self, metrics: Iterator[Metric]) -> None:
        path = self.watch.metrics
        if path is not None:
            try:
                write_metrics(path, metrics)
            except OSError as error:
                self.note(unwritten(path, error))

    def _beat(self, exit_code: int, patience: float, **told: str | int | bool | None) -> None:
        name = self.watch.heartbeat_env
        if name is None:
            return
        failed = exit_code == FAILED
        http = Http(patience, proxies=True)
        # Told to end, there is no time to try again.
        url, sleep = self.environ.get(name, ""), time.sleep if patience > _HURRY_SECONDS else _skip
        try:
            text = beat(url, name, {**told, "exit_code": exit_code}, http, sleep, failed=failed)
        finally:
            http.close()
        if text is not None:
            self.note(text)


def _skip(_seconds: float) -> None:
    """Go on at once."""


def _seconds(started: datetime, finished: datetime) -> float:
    return round((finished - started).total_seconds(), 3)


@contextmanager
def operated(watch: Watch, environ: Mapping[str, str] = os.environ) -> Iterator[Operation]:
    """Run the block as the one audit of its store; the block calls `finish` at its end.

    A block that raises has failed, and is reported so; SystemExit passes as it is. Raises StoreError
    where the lock is not to be had: no run took place then, and the one that holds it will report.
    A signal ends the process, see `auditor.cli.ending`.
    """
    log = _open_log(watch.log)
    operation = Operation(watch, log, environ, now())
    log.event("run-started", version=version("cors-audit"), pid=os.getpid())
    newest = _Newest(watch.store)
    with clean_ending(newest.since), _locked(watch, operation):
        try:
            newest.mark()
            yield operation
        except Ended as error:
            operation.fail(f"ended by {error.signal}", _HURRY_SECONDS)
            raise
        except Exception as error:
            operation.fail(str(error) if isinstance(error, StoreError) else type(error).__name__)
            raise
        finally:
            _close(log, watch)


@contextmanager
def _locked(watch: Watch, operation: Operation) -> Iterator[None]:
    if watch.store is None:
        yield
        return
    with run_lock(watch.store, watch.wait_seconds, now, time.sleep, problem):
        yield


class _Newest:
    """The newest run in the store: under the lock, one that was not there before is this one's."""

    def __init__(self, store: Path | None) -> None:
        self._store = store
        self._before: int | None = None

    def mark(self) -> None:
        """Remember what is there before the run."""
        self._before = self._look()

    def since(self) -> int | None:
        """The number of the run that came since."""
        found = self._look()
        return None if found == self._before else found

    def _look(self) -> int | None:
        if self._store is None or not self._store.is_file():
            return None
        with open_store(self._store, wait_seconds=0) as store:
            heads = store.runs(1)
        return heads[0].id if heads else None


def _open_log(named: str | None) -> Log:
    if named is None:
        return Silent()
    if named == _STDERR:
        return JsonLines(sys.stderr, now)
    try:
        return open_log(Path(named), now)
    except OSError as error:
        problem(unwritten(Path(named), error))
        return Silent()


def _close(log: Log, watch: Watch) -> None:
    if isinstance(log, JsonLines):
        if log.fault is not None:
            problem(f"--log: it ends early ({log.fault}), the run does not; free some space")
        if watch.log != _STDERR:
            log.close()
