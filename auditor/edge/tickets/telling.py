"""What a ticket tells: a finding, with everything around it that `run` knows and a text may need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from auditor.core.drift import Drift
from auditor.core.finding import Finding
from auditor.core.reading import Touch
from auditor.edge.reports.days import minute


@dataclass(frozen=True, slots=True)
class RunMark:
    """A run, for people. `number`: None where it is not kept; `at`: when it began, with its zone."""

    number: int | None
    at: datetime

    def __str__(self) -> str:
        """`run 213 (22 Nov 2026 03:00 UTC)`."""
        name = "a run that was not kept" if self.number is None else f"run {self.number}"
        return f"{name} ({minute(self.at.isoformat())})"


@dataclass(frozen=True, slots=True)
class Changed:
    """A document that is not what it was. `title`: what it is and where it stands; `lines`: what
    changed in it, normalised, one change each; `touch`: who did it, or why nobody can say."""

    title: str
    lines: tuple[str, ...] = ()
    touch: Touch | str | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """`finding` as `run` left it, with its `drift`; all else may be left out.

    `changes`: what it rests on and changed. `confirmed`: what a live request said, in words
    (`confirmed live 03:06`), None where none was sent. `due`: the day by which it should be answered.
    `owner_from`: how the owner is known. `service_owner`: of the route, where it is another one.
    `url`: a concrete one on the first route; `control`: an origin that is allowed there.
    `allow_at`: where the allowlist speaks of the route, or the file to write it to; `allow_match`:
    its entry. `read` and `unread`: the hops of the path, outermost first. `references`: of the rule.
    `released`: from the backlog, unasked by any change. `version`: of this program.
    """

    finding: Finding
    drift: Drift
    run: RunMark
    changes: tuple[Changed, ...] = ()
    confirmed: str | None = None
    due: date | None = None
    owner_from: str | None = None
    service_owner: str | None = None
    url: str | None = None
    control: str | None = None
    allow_at: str | None = None
    allow_match: str | None = None
    read: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    released: bool = False
    version: str = ""
