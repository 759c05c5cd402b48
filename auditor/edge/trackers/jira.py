"""Jira Cloud: an issue a ticket, in one project.

Sources: Jira Cloud platform REST API v3 (description 1001.0.0-SNAPSHOT-67b5c6e5), its pages "Search
after write with search and reconcile", "Rate limiting" and "Basic auth for REST APIs". Jira Data
Center speaks an older API with another markup and is not supported: without `user` every call says so.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from auditor.core.finding import Severity
from auditor.core.reading import Json
from auditor.edge.http import Sender
from auditor.edge.reports.layout import safe
from auditor.edge.tickets.adf import Node, render_adf
from auditor.edge.tickets.fitting import fit, fit_line
from auditor.edge.tickets.prose import Prose
from auditor.edge.trackers.jira_site import (
    PAGE,
    PROPERTY,
    UNSEEN,
    JiraSite,
    batches,
    issue_path,
    number_of,
)
from auditor.edge.trackers.jira_workflow import choose_step, read_steps
from auditor.edge.trackers.rest import Revealing, dig, listed
from auditor.edge.trackers.tracker import LABEL, Change, NewTicket, Ticket, TrackerError, Trouble

LONGEST_SUMMARY: Final = 255
LONGEST_TEXT: Final = 32_767
"""Characters of a description or comment: more is CONTENT_LIMIT_EXCEEDED (JRACLOUD-78553). What Jira
counts of a document is not said; its JSON is more than any of that."""
LONGEST_LABEL: Final = 255
PRIORITIES: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "Highest",
    Severity.HIGH: "High",
    Severity.MEDIUM: "Medium",
    Severity.LOW: "Low",
    Severity.INFO: "Lowest",
}
"""Names of the priorities that every new Jira site has; a project may use others."""
_OPTIONAL: Final = ("priority", "duedate")
_KEY_DIGITS: Final = 20


class Jira:
    """Issues of one project. `url`: the site (`https://example.atlassian.net`); `user`: the e-mail
    address of the account; `project`: its key (`ACC`); `kind`: the issue type."""

    remembers: Final = True

    def __init__(
        self,
        sender: Sender,
        url: str,
        user: str | None,
        token: Revealing,
        project: str,
        kind: str | None = None,
        labels: tuple[str, ...] = (),
    ) -> None:
        self._site = JiraSite(sender, url, user, token, project)
        self._project = project
        self._kind = kind or "Task"
        self._labels = labels

    @property
    def name(self) -> str:
        """`jira:ACC`."""
        return self._site.name

    def find(self, keys: Collection[str], since: datetime) -> Mapping[str, Ticket]:
        """Issues by key, the oldest of each: found by label, proved by property.

        Jira's search lags behind its data by seconds to minutes, `reconcileIssues` helps only with
        issues whose ids are known, and properties are searchable only with an app. So the search is
        completed from the data itself: "Bulk fetch issues" reads the newest issues of the project by
        their numbers, from 50 below the newest that the search has until 50 in a row are missing (a
        refused creation uses up a number: JRACLOUD-78553). `since` is not needed: labels are exact,
        and JQL reads times in the account's time zone.
        """
        wanted = frozenset(keys)
        if not wanted:
            return {}
        labels = [_label_of(key) for key in sorted(wanted)]
        found: dict[str, tuple[int, Ticket]] = {}
        for issue in (*self._site.labelled(labels), *self._site.newest()):
            key = dig(issue, "properties", PROPERTY, "key")
            if isinstance(key, str) and key in wanted:
                age = number_of(issue.get("id"))
                if key not in found or age < found[key][0]:
                    found[key] = (age, self._site.ticket(issue))
        return {key: ticket for key, (_, ticket) in found.items()}

    def look(self, refs: Collection[str]) -> Mapping[str, Ticket]:
        """Issues by ref (`ACC-12`) as they are now, read past the search."""
        wanted = set(refs)
        issues = [one for some in batches(sorted(wanted), PAGE) for one in self._site.fetch(some)]
        tickets = map(self._site.ticket, issues)
        # "Bulk fetch issues" finds an issue that was moved by its old key, and shows the new one.
        found = {ticket.ref: ticket for ticket in tickets if ticket.ref in wanted}
        if len(found) < len(wanted):
            # An account that may no longer browse the project sees no issue of it at all.
            self._site.has_issues()
        return found

    def create(self, ticket: NewTicket) -> Ticket:
        """Create an issue; without its priority or due day where the project has no such field."""
        fields = self._fields(ticket)
        body = {
            "fields": fields,
            "properties": [{"key": PROPERTY, "value": {"key": ticket.key}}],
        }
        while True:
            try:
                held = self._site.rest.read("POST", "/issue", body, missing=UNSEEN)
            except TrackerError as error:
                refused = [name for name in _OPTIONAL if name in fields and name in error.what]
                if error.trouble is not Trouble.REJECTED or not refused:
                    raise
                for name in refused:
                    del fields[name]
                continue
            ref = dig(held, "key")
            if not isinstance(ref, str):
                raise self._site.rest.strange("an issue without a key")
            return Ticket(ref, ref, self._site.page_of(ref), open=True)

    def change(self, ref: str, change: Change, *, again: bool) -> None:
        """Bring an issue to what `change` says. Closed issues may not be editable: labels are set
        while it is open, and one that stays closed keeps those it has."""
        issue = self._site.rest.read("GET", f"{issue_path(ref)}?fields=status,labels")
        if dig(issue, "key") != ref:
            raise TrackerError(Trouble.GONE, self.name, f"{ref} was moved", "it lives on elsewhere")
        is_open = self._site.ticket(issue).open
        if change.open and not is_open:
            self._move(ref, issue, done=False)
        self._comment(ref, change, again=again)
        stays_closed = not is_open and not change.open
        self._label(ref, change, dig(issue, "fields", "labels"), frozen=stays_closed)
        if change.open is False and is_open:
            self._move(ref, issue, done=True)

    def _fields(self, ticket: NewTicket) -> dict[str, Any]:
        labels = (LABEL, _label_of(ticket.key), *self._labels, *ticket.labels)
        fields: dict[str, Any] = {
            "project": {"key": self._project},
            "issuetype": {"name": self._kind},
            "summary": fit_line(ticket.title, _line, LONGEST_SUMMARY),
            "description": json.loads(fit(ticket.body, _rendered, LONGEST_TEXT)),
            "labels": list(dict.fromkeys(map(_clean, labels))),
            "priority": {"name": PRIORITIES[ticket.severity]},
        }
        if ticket.due is not None:
            fields["duedate"] = ticket.due.isoformat()
        return fields

    def _comment(self, ref: str, change: Change, *, again: bool) -> None:
        if not change.comment:
            return
        mark = _mark(change.delivery)
        if again and any(_last_line(one) == mark for one in self._site.comments(ref)):
            return
        body = json.loads(fit(change.comment, lambda prose: _rendered(prose, mark), LONGEST_TEXT))
        self._site.rest.ask("POST", f"{issue_path(ref)}/comment", {"body": body})

    def _label(self, ref: str, change: Change, held: object, *, frozen: bool) -> None:
        has = held if isinstance(held, list) else []
        edits = [{"add": one} for one in map(_clean, change.add) if one not in has]
        edits += [{"remove": one} for one in map(_clean, change.drop) if one in has]
        if not edits:
            return
        try:
            self._site.rest.ask("PUT", issue_path(ref), {"update": {"labels": edits}})
        except TrackerError as error:
            # A workflow's `jira.issue.editable` keeps closed issues as they are; the comment is there.
            if not frozen or error.trouble is not Trouble.REJECTED:
                raise

    def _move(self, ref: str, issue: object, *, done: bool) -> None:
        held = self._site.rest.read(
            "GET", f"{issue_path(ref)}/transitions?expand=transitions.fields"
        )
        step = choose_step(read_steps(self._site.rest.members(held, "transitions")), done=done)
        if isinstance(step, str):
            status = safe(str(dig(issue, "fields", "status", "name")), 80)
            word = "closed" if done else "reopened"
            what = f"{ref} cannot be {word} out of the status {status}: {step}"
            do = f"add such a transition or let the account use it; until then, have {ref} {word} by hand"
            raise TrackerError(Trouble.REJECTED, self.name, what, do)
        body: dict[str, Any] = {"transition": {"id": step.id}}
        if step.resolution is not None:
            body["fields"] = {"resolution": {"id": step.resolution}}
        self._site.rest.ask("POST", f"{issue_path(ref)}/transitions", body)


def _label_of(key: str) -> str:
    return f"{LABEL}-{key[:_KEY_DIGITS]}"


def _clean(label: str) -> str:
    """A label without spaces, which Jira refuses."""
    return "-".join(safe(label, LONGEST_LABEL).split())[:LONGEST_LABEL]


def _line(text: str) -> str:
    return " ".join(safe(text).split())


def _rendered(prose: Prose, mark: str = "") -> str:
    """`prose` as JSON, with a small last line where there is a mark to bear."""
    node = render_adf(prose)
    return json.dumps(_marked(node, mark) if mark else node, ensure_ascii=False)


def _mark(delivery: str) -> str:
    return f"{LABEL} {delivery}"


def _marked(node: Node, mark: str) -> Node:

    marks: list[Json] = [{"type": "subsup", "attrs": {"type": "sub"}}]
    small: Node = {"type": "text", "text": mark, "marks": marks}
    content = node["content"]
    before = content if isinstance(content, list) else []
    return {**node, "content": [*before, {"type": "paragraph", "content": [small]}]}


def _last_line(document: object) -> str | None:
    """The text of a document's last paragraph, where it is a single stretch."""
    blocks = listed(dig(document, "content"))
    texts = listed(blocks[-1].get("content")) if blocks else []
    found = texts[0].get("text") if len(texts) == 1 else None
    return found if isinstance(found, str) else None
