"""GitLab: an issue a ticket, in one project.

Sources: GitLab's REST API documentation 18.9 ("Issues API", "Notes API", "REST API"), its code where
named. Whatever a description or a comment holds at the beginning of a line is a command to GitLab
(lib/gitlab/quick_actions/extractor.rb), so the text comes from `render_markdown` alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from auditor.edge.http import Answer, Sender
from auditor.edge.reports.layout import safe
from auditor.edge.tickets.fitting import fit, fit_line
from auditor.edge.tickets.markdown import render_markdown, render_title
from auditor.edge.tickets.prose import Prose
from auditor.edge.tickets.title import PREFIX
from auditor.edge.trackers.rest import Rest, Revealing, dig, listed
from auditor.edge.trackers.tracker import LABEL, Change, NewTicket, Ticket, TrackerError, Trouble

LONGEST_TITLE: Final = 255
LONGEST_TEXT: Final = 1_000_000
"""Characters of a note; descriptions take 1,048,576."""
LONGEST_LABEL: Final = 255
_PAGE: Final = 100
_MOST_PAGES: Final = 500
_REFS_A_LIST: Final = 50
_SKEW: Final = timedelta(days=1)
"""How far GitLab's clock and ours may be apart."""
_KEY: Final = re.compile(r"<!--\s*cors-audit key=([0-9a-f]{64})\s*-->")
_NEXT: Final = re.compile(r'<([^<>\s]{1,4000})>\s*;\s*rel="next"')
_URL: Final = re.compile(r"https?://[!-~]{1,500}")
_REF: Final = re.compile(r"[1-9][0-9]{0,17}")
_SIGIL: Final = re.compile(r"[@#!$&~%^\[](?=\S)|:(?=//)|\bGL-(?=\d)|\bwww(?=\.)", re.IGNORECASE)
"""What a mention, a reference or a link begins with."""
_JOINER: Final = "\u2060"


class GitLab:
    """Issues of one project. `url`: the server (`https://gitlab.com`); `project`: its path
    (`group/app`) or number; `token`: of scope `api`, with the role Reporter or Planner."""

    remembers: Final = True

    def __init__(
        self,
        sender: Sender,
        url: str,
        project: str,
        token: Revealing,
        labels: tuple[str, ...] = (),
    ) -> None:
        self._project = project
        self._labels = labels
        root = url.rstrip("/").removesuffix("/api/v4")
        self._rest = Rest(
            sender,
            self.name,
            f"{root}/api/v4/projects/{quote(project, safe='')}",
            "check the project's path; the token needs the scope `api` and the role Reporter there",
            token,
            {"private-token": token.reveal()},
        )

    @property
    def name(self) -> str:
        """`gitlab:group/app`."""
        return f"gitlab:{self._project}"

    def find(self, keys: Collection[str], since: datetime) -> Mapping[str, Ticket]:
        """Issues by the key in a comment at the end of their description, the oldest of each.

        Lists are read from the database; search is not, nor does it see comments. Listed are issues
        with our label, then, for keys still missing, those that this token's user created: GitLab
        drops the labels of who may not set them without a word, and people take labels off.
        """
        wanted = set(keys)
        found: dict[str, tuple[int, Ticket]] = {}
        after = (since - _SKEW).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for choice in ({"labels": LABEL, "scope": "all"}, {"scope": "created_by_me"}):
            if not wanted - found.keys():
                break
            # By the day of creation, pages do not shift when an issue is touched meanwhile.
            order = {"order_by": "created_at", "sort": "asc"}
            for issue in self._list({**choice, **order, "state": "all", "updated_after": after}):
                number, key = issue.get("iid"), _key_of(issue)
                known = found.get(key)
                if key in wanted and isinstance(number, int) and not (known and known[0] < number):
                    found[key] = (number, self._ticket(issue))
        return {key: ticket for key, (_, ticket) in found.items()}

    def look(self, refs: Collection[str]) -> Mapping[str, Ticket]:
        """Issues by number as they are now, 50 a request."""
        known = sorted(ref for ref in set(refs) if _REF.fullmatch(ref))
        found = {}
        for start in range(0, len(known), _REFS_A_LIST):
            some = [("iids[]", ref) for ref in known[start : start + _REFS_A_LIST]]
            for issue in self._list([*some, ("scope", "all"), ("state", "all")]):
                ticket = self._ticket(issue)
                if ticket.ref in refs and issue.get("moved_to_id") is None:
                    found[ticket.ref] = ticket
        return found

    def create(self, ticket: NewTicket) -> Ticket:
        """Create an issue; labels that do not exist yet are made by GitLab."""
        body: dict[str, Any] = {
            "title": fit_line(ticket.title, _titled, LONGEST_TITLE),
            "description": _marked(ticket.body, f"key={ticket.key}"),
            "labels": _joined((LABEL, *self._labels, *ticket.labels)),
        }
        if ticket.due is not None:
            body["due_date"] = ticket.due.isoformat()
        return self._ticket(self._rest.read("POST", "/issues", body, missing=_UNSEEN))

    def change(self, ref: str, change: Change, *, again: bool) -> None:
        """The comment first, then state and labels at once: no ticket changes without its reason."""
        issue = self._issue(ref)
        path = f"/issues/{ref}"
        if change.comment and not (again and self._told(path, change.delivery)):
            note = _marked(change.comment, f"delivery={change.delivery}")
            self._rest.ask("POST", f"{path}/notes", {"body": note})
        edit: dict[str, Any] = {}
        if change.open is not None and change.open != self._ticket(issue).open:
            edit["state_event"] = "reopen" if change.open else "close"
        if change.add:
            edit["add_labels"] = _joined(change.add)
        if change.drop:
            edit["remove_labels"] = _joined(change.drop)
        if edit:
            self._rest.ask("PUT", path, edit)

    def _issue(self, ref: str) -> Mapping[str, Any]:
        """An issue; raises `TrackerError` of trouble GONE where it was deleted or moved."""
        if _REF.fullmatch(ref) is None:
            do = "check the tickets that were imported"
            raise TrackerError(Trouble.REJECTED, self.name, "a ticket's ref is no number", do)
        try:
            issue = self._rest.read("GET", f"/issues/{ref}")
        except TrackerError as error:
            if error.trouble is Trouble.GONE and "Project Not Found" in error.what:
                access = self._rest.access
                raise TrackerError(_UNSEEN, self.name, error.what, access) from None
            raise
        if not isinstance(issue, dict):
            raise self._rest.strange("an issue without fields")
        if issue.get("moved_to_id") is not None:
            what, do = f"#{ref} was moved to another project", "it lives on there"
            raise TrackerError(Trouble.GONE, self.name, what, do)
        return issue

    def _told(self, path: str, delivery: str) -> bool:
        """Whether a note bears this delivery; the newest are read first."""
        mark = f"cors-audit delivery={delivery}"
        notes = self._list({"order_by": "created_at", "sort": "desc"}, f"{path}/notes")
        return any(mark in str(note.get("body")) for note in notes)

    def _list(
        self, query: Mapping[str, str] | list[tuple[str, str]], path: str = "/issues"
    ) -> Iterator[Mapping[str, Any]]:
        """All pages of a list."""
        told = f"{urlencode(query)}&per_page={_PAGE}"
        missing = _UNSEEN if path == "/issues" else Trouble.GONE
        for _ in range(_MOST_PAGES):
            answer = self._rest.ask("GET", f"{path}?{told}", missing=missing)
            held = self._rest.parse(answer)
            if not isinstance(held, list):
                raise self._rest.strange("no list")
            yield from listed(held)
            following = _next_of(answer)
            if following is None:
                return
            told = following
        raise self._rest.strange("pages without end")

    def _ticket(self, issue: object) -> Ticket:
        number, state, page = (dig(issue, name) for name in ("iid", "state", "web_url"))
        if not isinstance(number, int) or number < 1 or state not in ("opened", "closed"):
            raise self._rest.strange("an issue without number or state")
        url = page if isinstance(page, str) and _URL.fullmatch(page) else ""
        return Ticket(str(number), f"{self._project}#{number}", url, open=state == "opened")


_UNSEEN: Final = Trouble.REFUSED
"""What a 404 means of what is not an issue: no such project, or none that this token may see."""


def _next_of(answer: Answer) -> str | None:
    """The query of the next page, from its `Link` header. Its host may be another name of the same
    server: the token goes nowhere but where the configuration says."""
    found = _NEXT.search(answer.header("link") or "")
    return (found[1].partition("?")[2] or None) if found else None


def _key_of(issue: Mapping[str, Any]) -> str:
    """The key that an issue bears; ours is the last, since a body may quote another's."""
    return "".join(_KEY.findall(str(issue.get("description")))[-1:])


def _titled(title: str) -> str:
    """A title without mentions, references and links. Titles are Markdown in some versions only
    (lib/banzai/pipeline/single_line_pipeline.rb, single_line_markdown_pipeline.rb), so code alone
    does not shelter what it holds: nothing of it but our own prefix begins with a sigil and goes on."""
    shown = render_title(title)
    ours = PREFIX if shown.startswith(f"{PREFIX} ") else ""
    return ours + _SIGIL.sub(lambda found: f"{found[0]}{_JOINER}", shown[len(ours) :])


def _marked(prose: Prose, mark: str) -> str:
    end = f"\n\n<!-- cors-audit {mark} -->"
    return fit(prose, render_markdown, LONGEST_TEXT - len(end)) + end


def _joined(labels: Iterable[str]) -> str:
    """Labels as GitLab takes them, with commas between."""
    return ",".join(
        dict.fromkeys(safe(one).replace(",", " ").strip()[:LONGEST_LABEL] for one in labels)
    )
