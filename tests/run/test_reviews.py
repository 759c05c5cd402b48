"""Reviews that are due, as tickets in GitHub's stand-in, night after night."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest

from auditor.edge.http import Http
from auditor.edge.trackers.github import GitHub
from auditor.edge.trackers.tokens import Secret
from auditor.run.audit import Outcome, audit
from auditor.run.selection import Selection
from auditor.run.world import World
from tests.edge.trackers.github_hub import Shown
from tests.edge.trackers.github_standin import StandIn, github_standin
from tests.shows.nights import FIRST_NIGHT, plan_in

FIRST_DAY = FIRST_NIGHT.date()
FAR = date(2027, 6, 1)
APP = "https://app.example.com"
CONFIG = """\
version: 1
store: runs.db
environments: {{prod: {{hosts: ["*.example.com"]}}}}
files:
  - {{path: api.env, key: CORS_ALLOWED_ORIGINS, like: starlette@0.40, credentials: true, methods: [GET],
     serves: api.example.com/*, split: ","}}
tickets:
  mode: "on"
  routes: [{{owner: "*", github: {{repo: {repo}}}}}]
"""


@dataclass
class Reviews:
    """The folder and the tracker. `due`: owner and day of review by the name of an origin."""

    folder: Path
    hub: StandIn
    http: Http
    due: dict[str, tuple[str, date]] = field(default_factory=dict)
    number: int = 0

    def night(self, selection: Selection | None = None, after: int = 1) -> Outcome:
        """The run of the next night, or of one some nights later."""
        self.number += after
        self._write()
        at = FIRST_NIGHT + timedelta(days=self.number - 1)
        ticks = (at + timedelta(seconds=second) for second in range(100_000))
        plan = plan_in(self.folder, at.date())
        assert plan.config.tickets is not None
        name = plan.config.tickets.routes[0].target.name
        tracker = GitHub(self.http, self.hub.url, self.hub.repo, Secret(self.hub.token))
        done = audit(
            plan,
            lambda: next(ticks),
            {},
            lambda _text: None,
            selection or Selection(),
            World(trackers={name: tracker}),
        )
        assert done.problems == ()
        return done

    def _write(self) -> None:
        (self.folder / "api.env").write_text(f"CORS_ALLOWED_ORIGINS={APP}\n")
        text = CONFIG.format(repo=self.hub.repo)
        (self.folder / "cors-audit.yaml").write_text(text)
        listed = "".join(
            f'  - {{origin: "https://{name}.example", owner: {owner}, review_by: {day}}}\n'
            for name, (owner, day) in self.due.items()
        )
        trusted = ", ".join(f'"https://{name}.example"' for name in self.due)
        (self.folder / "allowlist.yaml").write_text(
            f'version: 1\norigins:\n  - {{origin: "{APP}", owner: team-web}}\n{listed}'
            f'routes:\n  - {{match: api.example.com/*, allow_origins: ["{APP}"], allow_credentials: true}}\n'
            f"  - {{match: other.example.com/*, allow_origins: [{trusted}]}}\n"
        )

    def tickets(self) -> list[Shown]:
        return sorted(self.hub.tickets(), key=lambda one: one.title)

    def only(self) -> Shown:
        (one,) = self.tickets()
        return one


@contextmanager
def reviewing(folder: Path) -> Iterator[Reviews]:
    http = Http()
    try:
        with github_standin() as hub:
            yield Reviews(folder, hub, http)
    finally:
        http.close()


@pytest.fixture
def reviews(tmp_path: Path) -> Iterator[Reviews]:
    with reviewing(tmp_path) as found:
        yield found


def day(night: int) -> date:
    """The day of a night, counted from 1."""
    return FIRST_DAY + timedelta(night - 1)


def beginnings(ticket: Shown) -> list[str]:
    return [one[:30] for one in ticket.comments]


def test_a_ticket_is_opened_when_the_first_of_the_quarter_is_due(reviews: Reviews) -> None:
    reviews.due = {"a": ("team-a", day(3)), "b": ("team-a", day(9)), "c": ("team-c", FAR)}
    reviews.night()
    reviews.night()
    assert reviews.tickets() == []
    reviews.night()
    ticket = reviews.only()
    assert ticket.open
    assert "team-a: origins to review, 2026-Q4" in ticket.title.replace("`", "")
    assert "https://a.example" in ticket.body
    assert "https://b.example" in ticket.body
    assert "https://c.example" not in ticket.body
    reviews.night()
    assert reviews.only().comments == ()


def test_one_ticket_for_each_owner(reviews: Reviews) -> None:
    reviews.due = {f"o{at}": (f"team-{at % 2}", day(1)) for at in range(40)}
    reviews.night()
    assert ["team-0" in one.title for one in reviews.tickets()] == [True, False]


def test_it_is_commented_when_the_table_changes(reviews: Reviews) -> None:
    reviews.due = {"a": ("team-a", day(1)), "b": ("team-a", day(9))}
    reviews.night()
    reviews.due["new"] = ("team-a", day(5))
    reviews.night()
    (said,) = reviews.only().comments
    assert said.startswith("3 origins to review as of run 2")
    assert "https://new.example" in said
    reviews.night()
    assert len(reviews.only().comments) == 1


def test_it_closes_when_none_is_due(reviews: Reviews) -> None:
    reviews.due = {"a": ("team-a", day(1)), "b": ("team-a", day(9))}
    reviews.night()
    reviews.due = {"a": ("team-a", FAR), "b": ("team-a", FAR)}
    reviews.night()
    ticket = reviews.only()
    assert not ticket.open
    assert ticket.comments[-1].startswith("Done")
    reviews.night()
    assert len(reviews.only().comments) == 1


def test_an_entry_that_is_gone_needs_no_review(reviews: Reviews) -> None:
    reviews.due = {"a": ("team-a", day(1)), "b": ("team-b", day(1))}
    reviews.night()
    del reviews.due["a"]
    reviews.night()
    assert [one.open for one in reviews.tickets()] == [False, True]


def test_the_next_of_the_quarter_opens_the_same_ticket_again(reviews: Reviews) -> None:
    reviews.due = {"a": ("team-a", day(1)), "b": ("team-a", day(4))}
    reviews.night()
    reviews.due["a"] = ("team-a", FAR)
    reviews.night()
    assert not reviews.only().open
    reviews.night(after=2)
    ticket = reviews.only()
    assert ticket.open
    assert ticket.comments[-1].startswith("1 origin to review as of run 3")
    assert "https://b.example" in ticket.comments[-1]
    assert "regression" not in ticket.labels, "nothing has come back: the next one is due"


def test_closed_by_hand_it_is_opened_once(reviews: Reviews) -> None:
    reviews.due = {"a": ("team-a", day(1))}
    reviews.night()
    reviews.hub.close(reviews.only().number)
    reviews.night()
    ticket = reviews.only()
    assert ticket.open
    assert beginnings(ticket)[-1].startswith("This ticket was closed by hand")
    reviews.hub.close(ticket.number)
    reviews.night()
    left = reviews.only()
    assert not left.open
    assert "closed-by-hand" in left.labels
    said = len(left.comments)
    reviews.night()
    assert (reviews.only().open, len(reviews.only().comments)) == (False, said)
    reviews.due["a"] = ("team-a", FAR)
    reviews.night()
    done = reviews.only()
    assert (done.open, len(done.comments)) == (False, said + 1)
    assert beginnings(done)[-1].startswith("Done")
    assert "closed-by-hand" not in done.labels


def test_closed_by_hand_after_the_line_was_changed_it_stays_closed(reviews: Reviews) -> None:
    reviews.due = {"a": ("team-a", day(1))}
    reviews.night()
    reviews.hub.close(reviews.only().number)
    reviews.due["a"] = ("team-a", FAR)
    reviews.night()
    ticket = reviews.only()
    assert not ticket.open
    assert len(ticket.comments) <= 1


def test_a_partial_run_touches_no_review(reviews: Reviews) -> None:
    reviews.due = {"a": ("team-a", day(1))}
    part = Selection(host=("api.*",))
    reviews.night(part)
    assert reviews.tickets() == []
    reviews.night()
    reviews.due = {"a": ("team-a", FAR), "b": ("team-b", day(1))}
    reviews.night(part)
    assert reviews.only().open
    assert reviews.only().comments == ()


def test_another_quarter_is_another_ticket(reviews: Reviews) -> None:
    reviews.due = {"a": ("team-a", day(1)), "b": ("team-a", date(2027, 1, 10))}
    reviews.night()
    reviews.night(after=(date(2027, 1, 10) - FIRST_DAY).days)
    titles = [one.title.rpartition(" ")[2].strip("`") for one in reviews.tickets()]
    assert titles == ["2026-Q4", "2027-Q1"]
    assert all(one.open for one in reviews.tickets())
