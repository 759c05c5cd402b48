"""A few nights over a small estate whose tracker is in trouble now and then."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from auditor.cli.user_files import CONFIG_NAME
from auditor.core.lifecycle.ticket import Act
from auditor.edge.trackers.tracker import Tracker
from auditor.run.audit import Outcome, audit
from auditor.run.world import World
from tests.shows.month_estate import FIRST, NEW, Month
from tests.shows.nights import plan_in


@dataclass
class Troubled:
    """Apps by name, in a folder. `make`: the tracker, anew for each run; `writing`: apps that
    take PUT by now; `slept`: every pause; `at`: the clock."""

    folder: Path
    targets: str
    make: Callable[[], Tracker]
    at: datetime = FIRST
    month: Month = field(init=False)
    writing: set[str] = field(default_factory=set)
    slept: list[float] = field(default_factory=list)
    on_pause: Callable[[], None] = lambda: None
    nights: int = 0
    before: Outcome = field(init=False)

    def __post_init__(self) -> None:
        self.month = Month(self.folder, self.targets)

    def begin(self, *names: str) -> None:
        """Apps as they should be, and a first night in which all is read."""
        self.month.add(names, "team-a")
        assert self.night().problems == ()

    def night(self, let_in: str = "", mend: str = "", write: str = "") -> Outcome:
        """The next night, before which these apps (names with spaces between) changed."""
        for name in let_in.split():
            self.month.let_in(name, NEW)
        for name in mend.split():
            self.month.let_in(name)
        self.writing |= set(write.split())
        self.nights += 1
        self._write()
        self.at = FIRST + timedelta(days=self.nights - 1)
        plan, tracker = plan_in(self.folder, self.at.date()), self.make()
        world = World(trackers={tracker.name: tracker}, sleep=self._sleep)
        return audit(plan, self.clock, {}, lambda _text: None, world=world)

    def clock(self) -> datetime:
        """The time; a second later each time that it is asked for."""
        self.at += timedelta(seconds=1)
        return self.at

    def _write(self) -> None:
        self.month.write(self.nights)
        path = self.folder / CONFIG_NAME
        lines = path.read_text().splitlines()
        path.write_text("\n".join(map(self._with_methods, lines)) + "\n")

    def _with_methods(self, line: str) -> str:
        if any(f"name: {name}," in line for name in self.writing):
            return line.replace("methods: [GET]", "methods: [GET, PUT]")
        return line

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.on_pause()


def acts(outcome: Outcome) -> list[Act]:
    """What was decided, in order."""
    return [Act(one.act) for one in outcome.settled.errand.decided.messages]
