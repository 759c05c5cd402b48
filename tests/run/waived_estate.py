"""A folder of apps, an allowlist and waivers, changed from night to night."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from auditor.core.drift import Drift
from auditor.edge.trackers.tracker import Tracker
from auditor.run.audit import Outcome, audit
from auditor.run.selection import Selection
from auditor.run.world import World
from tests.shows.nights import FIRST_NIGHT, plan_in

APP, OLD, EVIL = "https://app.example.com", "https://old.example", "https://evil.example"
_CONFIG = """\
version: 1
store: runs.db
waivers: waivers.yaml
environments: {{prod: {{hosts: ["*.example.com"]}}}}
files:
{files}
{tickets}"""
_FILE = (
    "  - {{path: {name}.env, name: {name}, key: CORS_ALLOWED_ORIGINS, like: starlette@0.40, "
    'credentials: {credentials}, methods: [GET], serves: ["{serves}"], owner: team-{name}, split: ","}}'
)
_ALLOWLIST = """\
version: 1
origins: [{{origin: "{app}", owner: team-web}}]
routes: [{{match: "*.example.com/*", allow_origins: ["{app}"], allow_credentials: true}}]
"""


@dataclass(slots=True)
class App:
    """One app: what it lets in beside the one that it should, and where it is reached. `read`: whether
    its settings are there."""

    origins: tuple[str, ...] = ()
    credentials: bool = True
    serves: str = ""
    read: bool = True


@dataclass(slots=True)
class Estate:
    """The folder. `lines` and `rollouts`: of waivers.yaml; `tickets`: of the configuration, with the
    `tracker` of their one target."""

    folder: Path
    apps: dict[str, App] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    rollouts: list[str] = field(default_factory=list)
    number: int = 0
    tickets: str = ""
    tracker: Tracker | None = None

    def night(self, number: int | None = None, selection: Selection | None = None) -> Outcome:
        """The run of the next night, or of that number from 1."""
        self.number = self.number + 1 if number is None else number
        self._write()
        at = FIRST_NIGHT + timedelta(days=self.number - 1)
        ticks = (at + timedelta(seconds=second) for second in range(100_000))
        plan = plan_in(self.folder, at.date())
        world = World()
        if self.tracker is not None and plan.config.tickets is not None:
            world = World(trackers={plan.config.tickets.routes[0].target.name: self.tracker})
        part = selection or Selection()
        return audit(plan, lambda: next(ticks), {}, lambda _text: None, part, world)

    def unkept(self) -> Outcome:
        """A first night that nothing is kept of."""
        self._write()
        plan = replace(plan_in(self.folder, FIRST_NIGHT.date()), store=None)
        return audit(plan, lambda: FIRST_NIGHT, {}, lambda _text: None)

    def _write(self) -> None:
        files = []
        for name, app in self.apps.items():
            serves = app.serves or f"{name}.example.com/*"
            files.append(
                _FILE.format(name=name, credentials=str(app.credentials).lower(), serves=serves)
            )
            path = self.folder / f"{name}.env"
            path.unlink(missing_ok=True)
            if app.read:
                path.write_text(f"CORS_ALLOWED_ORIGINS={','.join((APP, *app.origins))}\n")
        (self.folder / "cors-audit.yaml").write_text(
            _CONFIG.format(files="\n".join(files), tickets=self.tickets)
        )
        (self.folder / "allowlist.yaml").write_text(_ALLOWLIST.format(app=APP))
        (self.folder / "waivers.yaml").write_text(
            f"version: 1\nwaivers:\n{_listed(self.lines)}rollouts:\n{_listed(self.rollouts)}"
        )


def _listed(lines: list[str]) -> str:
    return "".join(f"  - {{{line}}}\n" for line in lines) or "  []\n"


def line(what: str, expires: str = "2026-12-31", **more: str) -> str:
    """A line of waivers.yaml, without its braces."""
    rest = "".join(f", {key}: {value}" for key, value in more.items())
    return f"{what}, reason: why, approved_by: who, expires: {expires}{rest}"


def about(outcome: Outcome, rule: str) -> list[str]:
    """The subjects of a rule's findings that nobody accepted."""
    standing = (one.finding for one in outcome.record.drifts if one.waived is None)
    return sorted(one.subject for one in standing if one is not None and one.rule == rule)


def waived(outcome: Outcome) -> list[Drift]:
    """The drifts of what someone accepted."""
    return [one for one in outcome.record.drifts if one.waived is not None]
