"""An estate that changes from night to night: apps and their settings, as files in a folder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from auditor.cli.user_files import CONFIG_NAME
from auditor.edge.config.load import load_config
from auditor.edge.runfile import Collection, write_run_file
from auditor.edge.store.record import SourceRead
from auditor.run.collection import collect
from auditor.run.plan import Plan, plan_of

APP = "https://app.example.com"
OLD = "https://old-portal.example.net"
NEW = "https://new-partner.example.net"
FIRST = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ELSEWHERE = "incoming/k2.run"
CONFIG = """\
version: 1
{more}
environments: {{prod: {{hosts: ["*.example.com"]}}}}
files:
{files}
"""
FILE = (
    "  - {{path: services/{name}.env, name: {name}, key: CORS_ALLOWED_ORIGINS, like: starlette@0.40, "
    'credentials: true, methods: [GET], serves: ["{name}.example.com/*"], owner: {team}}}'
)
TICKETS = """\
waivers: waivers.yaml
collected: ["incoming/*.run"]
tickets:
  mode: "on"
  max_new_per_run: 15
  backlog_per_week: 2
{targets}"""
ALLOWLIST = """\
version: 1
origins:
  - {{origin: "{app}", owner: team-web, review_by: {review}}}
routes:
  - {{match: "*.example.com/*", allow_origins: ["{app}"], allow_credentials: true}}
"""


def day_of(night: int) -> date:
    """The day of a night, counted from 1."""
    return (FIRST + timedelta(days=night - 1)).date()


@dataclass(slots=True)
class Month:
    """The estate. `apps` and `elsewhere`: the origins and the team of each app, here and in the cluster
    that another machine collects; `waived`: lines of waivers.yaml; `hole`: nothing comes from there."""

    folder: Path
    targets: str
    apps: dict[str, tuple[tuple[str, ...], str]] = field(default_factory=dict)
    elsewhere: dict[str, tuple[str, ...]] = field(default_factory=dict)
    waived: list[str] = field(default_factory=list)
    review_by: date = date(2027, 6, 1)
    hole: bool = False

    def add(self, names: Iterable[str], team: str, *origins: str) -> None:
        """New apps, or other origins for those that are there."""
        for name in names:
            self.apps[name] = ((APP, *origins), team)

    def let_in(self, name: str, *origins: str) -> None:
        """What an app lets in beside the one that it should."""
        self.apps[name] = ((APP, *origins), self.apps[name][1])

    def write(self, night: int) -> None:
        """The folder as it is on that night."""
        more = TICKETS.format(targets=self.targets)
        teams = {name: team for name, (_, team) in self.apps.items()}
        self._config(CONFIG_NAME, teams, more)
        for name, (origins, _) in self.apps.items():
            self._setting("services", name, origins)
        text = ALLOWLIST.format(app=APP, review=self.review_by)
        (self.folder / "allowlist.yaml").write_text(text)
        lines = "".join(f"  - {line}\n" for line in self.waived)
        (self.folder / "waivers.yaml").write_text(f"version: 1\nwaivers:\n{lines or '  []'}\n")
        self._collect(night)

    def _config(self, path: str, teams: dict[str, str], more: str) -> None:
        files = "\n".join(FILE.format(name=name, team=team) for name, team in teams.items())
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(CONFIG.format(more=more, files=files))

    def _setting(self, place: str, name: str, origins: Iterable[str]) -> None:
        path = self.folder / place / f"{name}.env"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = f"CORS_ALLOWED_ORIGINS={','.join(origins)}\n"
        if not path.exists() or path.read_text() != text:
            path.write_text(text)

    def _collect(self, night: int) -> None:
        """What another machine collected in the evening, or did not."""
        target = self.folder / ELSEWHERE
        target.parent.mkdir(exist_ok=True)
        target.unlink(missing_ok=True)
        if self.hole or not self.elsewhere:
            return
        self._config(f"k2/{CONFIG_NAME}", dict.fromkeys(self.elsewhere, "team-k2"), "")
        for name, origins in self.elsewhere.items():
            self._setting("k2/services", name, (APP, *origins))
        at = FIRST + timedelta(days=night - 1, hours=-1)
        found = collect(_plan(self.folder / "k2"), {}, lambda _text: None, at)
        counts = tuple(
            SourceRead(one.source, one.kind, one.found, one.read, one.excluded)
            for one in found.counts
        )
        write_run_file(target, Collection(found.documents, found.unread, counts, at, "k2"))


def _plan(folder: Path) -> Plan:
    config = load_config((folder / CONFIG_NAME).read_bytes(), CONFIG_NAME, FIRST.date())
    assert not isinstance(config, tuple), [str(one) for one in config]
    return plan_of(config, folder, "k2", None, {})
