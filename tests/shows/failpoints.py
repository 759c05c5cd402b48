"""A run that is killed at any step of store or tracker, and the runs after it.

A trial plays a few nights against GitHub's stand-in. In one of them a child process makes the run and
is killed (SIGKILL) at one of its steps: before or after a statement of the database, before a request
is sent or after it was answered. Then the night is run again, and the rest. At the end the tracker
must hold exactly the tickets and comments of a month in which nothing died.

`python -m tests.shows.failpoints` makes 200 trials.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from auditor.edge.http import Answer, Failed, Http, Request
from auditor.edge.store import store as store_module
from auditor.edge.store.store import open_store
from auditor.edge.trackers.github import GitHub
from auditor.edge.trackers.tokens import Secret
from auditor.run.audit import audit
from auditor.run.world import World
from tests.edge.trackers.github_standin import StandIn, github_standin
from tests.shows.month_estate import FIRST, NEW, OLD, Month
from tests.shows.nights import plan_in

SEED = 20261122
TRIALS = 200
NIGHTS = 6
STORE, TRACKER = "store", "tracker"
TARGETS = """\
  servers: {{github: {{url: "{url}"}}}}
  routes: [{{owner: "*", github: {{repo: {repo}}}}}]"""
EXPECTED = {
    "mended": (False, ("Fixed",)),
    "blind": (True, ("Not verified", "Verified again")),
    "back": (True, ("Fixed", "Opened again: this was fixed")),
    "hand": (True, ("This ticket was closed by hand",)),
    "stays": (True, ()),
}
"""How each app's ticket stands at the end, and how its comments begin."""


class Steps:
    """Notes the steps of a run, and ends the process at the one that is asked for (from 1)."""

    def __init__(self, fatal: int | None = None) -> None:
        self.kinds: list[str] = []
        self._fatal = fatal

    def step(self, kind: str) -> None:
        """One step: the last one, if it is the one."""
        self.kinds.append(kind)
        if len(self.kinds) == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Count every statement of stores that are opened meanwhile."""
        connect = sqlite3.connect

        def watched(*args: Any, **more: Any) -> sqlite3.Connection:
            connection = connect(*args, **more)
            connection.set_trace_callback(lambda _statement: self.step(STORE))
            return connection

        store_module.sqlite3.connect = watched  # type: ignore[attr-defined]
        try:
            yield
        finally:
            store_module.sqlite3.connect = connect  # type: ignore[attr-defined]


@dataclass
class Stepping:
    """Requests, each two steps: before it is sent and after it was answered."""

    inner: Http
    steps: Steps

    def send(self, request: Request, *, read: bool = True) -> Answer | Failed:
        self.steps.step(TRACKER)
        answer = self.inner.send(request, read=read)
        self.steps.step(TRACKER)
        return answer


@dataclass
class Trial:
    """A small estate and its tracker. `make`: the tracker over a sender, planted faults and all."""

    folder: Path
    hub: StandIn
    make: Callable[[Any, StandIn], GitHub]
    at: datetime = FIRST
    month: Month = field(init=False)

    def __post_init__(self) -> None:
        targets = TARGETS.format(url=self.hub.url, repo=self.hub.repo)
        self.month = Month(self.folder, targets)

    def happens(self, night: int) -> None:
        """What changes before each night; once, however often the night is run."""
        month = self.month
        match night:
            case 1:
                month.add(["old0", "old1"], "team-o", OLD)
                month.add(["mended", "back", "hand", "stays"], "team-a")
                month.elsewhere = {"blind": ()}
            case 2:
                for name in ("mended", "back", "hand", "stays"):
                    month.let_in(name, NEW)
                month.elsewhere = {"blind": (NEW,)}
            case 3:
                month.hole = True
                month.let_in("mended")
                month.let_in("back")
            case 4:
                month.hole = False
                (found,) = [one for one in self.hub.tickets() if "hand.example.com" in one.title]
                self.hub.close(found.number)
            case 5:
                month.let_in("back", NEW)
            case _:
                pass
        month.write(night)

    def run(self, night: int, steps: Steps, later: int = 0) -> None:
        """One run; `later`: hours after three in the morning."""
        self.at = FIRST + timedelta(days=night - 1, hours=later)
        plan = plan_in(self.folder, self.at.date())
        http = Http()
        tracker = self.make(Stepping(http, steps), self.hub)
        with steps.watching():
            world = World(trackers={tracker.name: tracker})
            audit(plan, self._clock, {}, lambda _text: None, world=world)
        http.close()

    def _clock(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def faults(self) -> Iterator[str]:
        """What is not as it should be at the end."""
        left = list(self.hub.tickets())
        for name, (is_open, said) in EXPECTED.items():
            found = [one for one in left if f"{name}.example.com" in one.title]
            left = [one for one in left if one not in found]
            if len(found) != 1:
                yield f"{name}: {len(found)} tickets"
                continue
            begins = [text.lstrip() for text in found[0].comments]
            right = len(begins) == len(said) and all(map(str.startswith, begins, said))
            if found[0].open is not is_open or not right:
                yield f"{name}: open {found[0].open}, says {[text[:30] for text in begins]}"
        backlog = [one for one in left if "old" in one.title and one.open and not one.comments]
        yield from (f"{one.title}: not asked for" for one in left if one not in backlog)
        if len(backlog) != 2:
            yield f"backlog: {len(backlog)} tickets, not 2"
        with open_store(self.folder / "cors-audit.db") as store:
            yield from store.faults()
            waiting = store.outbox(store.runs(1)[0].scope).pending()
        yield from (f"outbox: {one.act} of {one.key[:8]} waits" for one in waiting)


def honest(sender: Any, hub: StandIn) -> GitHub:
    """The tracker as it is."""
    return GitHub(sender, hub.url, hub.repo, Secret(hub.token))


def trial(
    night: int, fatal: int, make: Callable[[Any, StandIn], GitHub] = honest
) -> tuple[bool, list[str]]:
    """Kill the run of `night` at step `fatal`; whether it died, and what is wrong at the end."""
    with tempfile.TemporaryDirectory() as folder, github_standin(clock=_slow()) as hub:
        played = Trial(Path(folder), hub, make)
        died = False
        for number in range(1, NIGHTS + 1):
            played.happens(number)
            if number == night:
                died = _killed(lambda: played.run(night, Steps(fatal)))
            played.run(number, Steps(), later=1)
        return died, list(played.faults())


def counted(make: Callable[[Any, StandIn], GitHub] = honest) -> list[list[str]]:
    """The kinds of the steps of each night when nothing dies; raises AssertionError with what is wrong
    at the end even so."""
    with tempfile.TemporaryDirectory() as folder, github_standin(clock=_slow()) as hub:
        played = Trial(Path(folder), hub, make)
        nights = []
        for number in range(1, NIGHTS + 1):
            steps = Steps()
            played.happens(number)
            played.run(number, steps)
            played.run(number, Steps(), later=1)
            nights.append(steps.kinds)
        wrong = list(played.faults())
        if wrong:
            raise AssertionError("\n".join(wrong))
        return nights


def _slow() -> Callable[[], datetime]:
    """The stand-in's clock: in the night of the first run, a second later each time."""
    ticks = iter(range(10_000_000))
    return lambda: FIRST + timedelta(seconds=next(ticks))


def _killed(run: Callable[[], None]) -> bool:
    """Run in a child process; whether it was killed."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            run()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status) == signal.SIGKILL
    assert os.WEXITSTATUS(status) == 0, "the child failed by itself"
    return False


def chosen(number: int, nights: list[list[str]], seed: int = SEED) -> list[tuple[int, int]]:
    """Nights and steps to die at: half of them at the tracker's steps, or all of those."""
    dice = random.Random(seed)
    places = [
        (kind, night, step)
        for night, kinds in enumerate(nights, 1)
        for step, kind in enumerate(kinds, 1)
    ]
    asked = [(night, step) for kind, night, step in places if kind == TRACKER]
    found = dice.sample(asked, min(number // 2, len(asked)))
    stored = [(night, step) for kind, night, step in places if kind == STORE]
    found += dice.sample(stored, min(number - len(found), len(stored)))
    return sorted(found)


def main() -> int:
    steps = counted()
    print(f"{sum(map(len, steps))} steps in {len(steps)} nights")
    began, bad, deaths = time.monotonic(), 0, 0
    places = chosen(TRIALS, steps)
    for at, (night, step) in enumerate(places, 1):
        died, wrong = trial(night, step)
        deaths += died
        for line in wrong:
            print(f"night {night}, step {step}: {line}")
        bad += bool(wrong)
        if sys.stderr.isatty():
            print(f"\r{at} of {len(places)}", end="", file=sys.stderr)
    print(f"{len(places)} trials, {deaths} killed, {bad} wrong, {time.monotonic() - began:.0f} s")
    return 1 if bad or deaths < TRIALS else 0


if __name__ == "__main__":
    sys.exit(main())
