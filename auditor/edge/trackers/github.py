"""Tickets as issues of a GitHub repository, by its REST API.

A ticket is found again by a comment at the end of its body, which GitHub does not show. Only issues
with our label count: anybody may write a body, but only who may write to the repository sets labels
("Create an issue").
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote

from auditor.edge.http import Sender
from auditor.edge.reports.layout import safe
from auditor.edge.tickets.fitting import fit, fit_line
from auditor.edge.tickets.markdown import render_markdown, render_title
from auditor.edge.tickets.prose import Prose
from auditor.edge.trackers.github_answers import (
    MINUTE,
    Issue,
    UnreadableError,
    body_of,
    gone,
    issue_of,
    names_of,
)
from auditor.edge.trackers.github_repository import Repository
from auditor.edge.trackers.tokens import Secret
from auditor.edge.trackers.tracker import (
    LABEL,
    Change,
    NewTicket,
    Ticket,
    TrackerError,
    Trouble,
)

_TITLE: Final = 256
_BODY: Final = 65_536
_LABEL_NAME: Final = 50
"""Characters of a title, of a body or comment, and of a label's name. GitHub's 422 names them
("title is too long (maximum is 256 characters)", and so on); its reference does not."""
_FEW: Final = 3
"""Tickets that are asked for one by one, rather than by the list of all that are open."""
_SKEW: Final = timedelta(days=1)
"""How far its clock and ours may be apart."""
_KEY: Final = re.compile(r"<!--\s*cors-audit key=([0-9a-f]{64})\s*-->")
_REF: Final = re.compile(r"[1-9][0-9]{0,17}")


class GitHub:
    """The issues of `repo` (`owner/name`). `api_url`: `https://api.github.com`, or a server's
    `.../api/v3`; `labels`: set on every ticket beside ours.

    One instance serves one run: it keeps what it read of the tracker until it writes there. Its
    token needs read and write access to the repository's issues.
    """

    remembers: Final = True

    def __init__(
        self, sender: Sender, api_url: str, repo: str, token: Secret, labels: tuple[str, ...] = ()
    ) -> None:
        self._repo = repo
        self._there = Repository(sender, api_url, repo, token)
        self._labels = labels
        self._known_labels: set[str] | None = None
        self._listed: tuple[datetime, Mapping[str, Issue]] | None = None
        self._unlabelled: int | None = None

    @property
    def name(self) -> str:
        """`github:example/cors-drift`."""
        return f"github:{self._repo}"

    def find(self, keys: Collection[str], since: datetime) -> Mapping[str, Ticket]:
        """Tickets by key, from the list of issues with our label: the list is of the database, while
        GitHub's search lags behind it. `since` is taken a day earlier, for the clocks' sake."""
        if self._listed is None or self._listed[0] > since:
            self._listed = (since, self._list_keys(since))
        found = self._listed[1]
        return {key: self._ticket(found[key]) for key in keys if key in found}

    def look(self, refs: Collection[str]) -> Mapping[str, Ticket]:
        """Tickets by ref: one list says which are open, and the others are asked one by one."""
        listed: dict[str, Issue] = {}
        if len(refs) > _FEW:
            query = {"labels": LABEL, "state": "open", "sort": "created", "direction": "asc"}
            listed = {str(one.number): one for one in self._list(query)}
        found = {ref: listed.get(ref) or self._get(ref) for ref in dict.fromkeys(refs)}
        return {ref: self._ticket(issue) for ref, issue in found.items() if issue is not None}

    def create(self, ticket: NewTicket) -> Ticket:
        """Open an issue. GitHub drops labels of who may not set them without a word; one ticket may
        come out without ours, none after it."""
        if self._unlabelled is not None:
            what = f"drops our labels: #{self._unlabelled} has none, and could not be found again"
            do = "give the token write access to this repository's issues"
            raise TrackerError(Trouble.REFUSED, self.name, what, do)
        labels = _names((LABEL, *self._labels, *ticket.labels))
        self._ensure(labels)
        # Until it is known what became of the request, nothing that was read before it counts.
        kept, self._listed = self._listed, None
        value = self._there.read(
            "POST",
            "/issues",
            {
                "title": fit_line(ticket.title, render_title, _TITLE),
                "body": _marked(ticket.body, f"key={ticket.key}"),
                "labels": labels,
            },
            wait_seconds=MINUTE,
        )
        issue = self._issue(value)
        if LABEL not in issue.labels:
            self._unlabelled = issue.number
        if kept is not None:
            self._listed = (kept[0], {ticket.key: issue, **kept[1]})
        return self._ticket(issue)

    def change(self, ref: str, change: Change, *, again: bool) -> None:
        """The comment first, so that a ticket never changes without its reason."""
        path = f"/issues/{self._number(ref)}"
        self._listed = None
        if change.comment and not (again and self._told(ref, change.delivery)):
            body = _marked(change.comment, f"delivery={change.delivery}")
            self._there.read("POST", f"{path}/comments", {"body": body}, ref=ref)
        issue = None
        if change.open is not None:
            closed = _NOT_PLANNED if change.accepted else _CLOSED
            state = _OPEN if change.open else closed
            issue = self._issue(self._there.read("PATCH", path, state, ref=ref))
        if change.add:
            labels = _names(change.add)
            self._ensure(labels)
            self._there.read("POST", f"{path}/labels", {"labels": labels}, ref=ref)
        if change.drop:
            self._drop(ref, _names(change.drop), issue or self._get(ref))

    def _told(self, ref: str, delivery: str) -> bool:
        """Whether a comment of `ref` bears this delivery."""
        mark = f"cors-audit delivery={delivery}"
        pages = self._there.pages(f"/issues/{ref}/comments", {}, ref=ref)
        return any(mark in self._body(comment) for page in pages for comment in page)

    def _drop(self, ref: str, labels: Iterable[str], issue: Issue | None) -> None:
        if issue is None:
            raise gone(self.name, ref)
        for label in labels:
            if label.casefold() not in issue.labels:
                continue
            try:
                path = f"/issues/{ref}/labels/{quote(label, safe='')}"
                self._there.read("DELETE", path, ref=ref)
            except TrackerError as error:
                # "Remove a label from an issue" answers 404 for a label that it does not bear, too.
                if error.trouble is not Trouble.GONE or self._get(ref) is None:
                    raise

    def _list_keys(self, since: datetime) -> Mapping[str, Issue]:
        start = (since - _SKEW).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        # By the day of creation, pages do not shift when an issue is touched while they are read.
        query = {"labels": LABEL, "state": "all", "sort": "created", "direction": "asc"}
        found: dict[str, Issue] = {}
        for issue in self._list({**query, "since": start}):
            # Ours is the last: a body may quote another's.
            for key in _KEY.findall(issue.body)[-1:]:
                if key not in found or issue.number < found[key].number:
                    found[key] = issue
        return found

    def _list(self, query: Mapping[str, str]) -> Iterator[Issue]:
        for page in self._there.pages("/issues", query):
            yield from (issue for issue in map(self._issue, page) if not issue.pull)

    def _get(self, ref: str) -> Issue | None:
        try:
            number = self._number(ref)
            return self._issue(self._there.read("GET", f"/issues/{number}", ref=ref))
        except TrackerError as error:
            if error.trouble is Trouble.GONE:
                return None
            raise

    def _ensure(self, labels: Iterable[str]) -> None:
        """Labels that the repository lacks are made: whether setting an unknown one makes it is not
        documented, and has changed (github/docs 35718, octokit/rest.js 479)."""
        if self._known_labels is None:
            pages = self._there.pages("/labels", {})
            self._known_labels = {name for page in pages for name in names_of(list(page))}
        for label in labels:
            if label.casefold() not in self._known_labels:
                self._make_label(label)
                self._known_labels.add(label.casefold())

    def _make_label(self, label: str) -> None:
        told = {"name": label, "color": "5319e7", "description": "Set by cors-audit"}
        try:
            self._there.read("POST", "/labels", told)
        except TrackerError as error:
            match error.trouble:
                case Trouble.REJECTED if "already_exists" in error.what:
                    return
                case Trouble.REFUSED:
                    # 404, too: the repository is there, its labels were just listed.
                    what = f"the token may not make the label {safe(label)}"
                    do = "give the token write access to this repository's issues, or make it by hand"
                    raise TrackerError(Trouble.REFUSED, self.name, what, do) from None
                case _:
                    raise

    def _number(self, ref: str) -> int:
        if _REF.fullmatch(ref) is None:
            do = "check the tickets that were imported"
            raise TrackerError(Trouble.REJECTED, self.name, "a ticket's ref is no number", do)
        return int(ref)

    def _issue(self, value: object) -> Issue:
        try:
            return issue_of(value)
        except UnreadableError:
            raise self._unreadable() from None

    def _body(self, value: object) -> str:
        try:
            return body_of(value)
        except UnreadableError:
            raise self._unreadable() from None

    def _unreadable(self) -> TrackerError:
        what = "its answer is not what the REST API documents"
        return TrackerError(Trouble.LATER, self.name, what, "it is tried again", MINUTE)

    def _ticket(self, issue: Issue) -> Ticket:
        return Ticket(str(issue.number), f"{self._repo}#{issue.number}", issue.url, issue.open)


_OPEN: Final = {"state": "open", "state_reason": "reopened"}
_CLOSED: Final = {"state": "closed", "state_reason": "completed"}
_NOT_PLANNED: Final = {"state": "closed", "state_reason": "not_planned"}


def _names(labels: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(label[:_LABEL_NAME] for label in labels))


def _marked(prose: Prose, mark: str) -> str:
    end = f"\n\n<!-- cors-audit {mark} -->\n"
    return fit(prose, render_markdown, _BODY - len(end)) + end
