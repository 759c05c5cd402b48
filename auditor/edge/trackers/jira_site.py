"""The Jira site of one project: what is asked of it, and what its answers mean."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from auditor.edge.http import Answer, Sender
from auditor.edge.trackers.jira_workflow import DONE
from auditor.edge.trackers.rest import AGAIN, Rest, Revealing, dig, listed
from auditor.edge.trackers.tracker import Ticket, TrackerError, Trouble

PROPERTY: Final = "cors-audit"
"""The issue property that holds a ticket's whole key, as `{"key": "..."}`."""
UNSEEN: Final = Trouble.REFUSED
"""What a 404 means of what is not an issue: the account sees no such project."""
PAGE: Final = 100
"""Issues of one "Bulk fetch issues", results of one search, comments of one page."""
_MOST_PAGES: Final = 200
_LABELS_A_SEARCH: Final = 50
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}")


class JiraSite:
    """One project of a site. `url`: without a slash at the end; `user`: the e-mail address of the
    account that `token` belongs to."""

    def __init__(
        self, sender: Sender, url: str, user: str | None, token: Revealing, project: str
    ) -> None:
        self._sender, self._user, self._token = sender, user, token
        self._url = url.rstrip("/")
        self._project = project

    @property
    def name(self) -> str:
        """`jira:ACC`."""
        return f"jira:{self._project}"

    @property
    def rest(self) -> Rest:
        """The API; raises `TrackerError` without a user."""
        if self._user is None:
            what = "needs `user`, the e-mail address of the account that the token belongs to"
            do = "write it; Jira Data Center, which takes a token alone, is not supported"
            raise TrackerError(Trouble.REFUSED, self.name, what, do)
        pair = f"{self._user}:{self._token.reveal()}".encode()
        access = (
            "check `user` (an e-mail address) and its API token; in the project it needs to browse, "
            "create, edit, comment on and transition issues"
        )
        headers = {"authorization": f"Basic {base64.b64encode(pair).decode()}"}
        return Rest(
            self._sender,
            self.name,
            f"{self._url}/rest/api/3",
            access,
            self._token,
            headers,
            _denied,
        )

    def labelled(self, labels: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        """Issues with one of `labels`, as far as the search knows of them."""
        for some in batches(labels, _LABELS_A_SEARCH):
            names = ", ".join(map(_quoted, some))
            yield from self._search(f"labels in ({names})", PAGE)

    def newest(self) -> Iterator[Mapping[str, Any]]:
        """The newest issues of the project, indexed or not."""
        newest = next(self._search("", 1), None)
        start = 1 if newest is None else max(1, self._number(newest) - PAGE // 2 + 1)
        for _ in range(_MOST_PAGES):
            issues = self.fetch([f"{self._project}-{start + one}" for one in range(PAGE)])
            yield from (issue for issue in issues if self._number(issue))
            if max(map(self._number, issues), default=0) < start + PAGE // 2:
                return
            start += PAGE
        raise self.rest.strange("issues without end")

    def _search(self, clause: str, most: int) -> Iterator[Mapping[str, Any]]:
        """Issues of the project, the newest first; `most` of 1 is the newest alone."""
        both = f"project = {_quoted(self._project)}" + (f" AND {clause}" if clause else "")
        body: dict[str, Any] = {
            "jql": f"{both} ORDER BY created DESC",
            "maxResults": most,
            "fields": ["status"],
            "properties": [PROPERTY],
        }
        for _ in range(_MOST_PAGES):
            held = self.rest.read("POST", "/search/jql", body, missing=UNSEEN)
            yield from self.rest.members(held, "issues")
            token = dig(held, "nextPageToken")
            if not isinstance(token, str) or most == 1:
                return
            body["nextPageToken"] = token
        raise self.rest.strange("pages without end")

    def fetch(self, refs: Sequence[str]) -> list[Mapping[str, Any]]:
        """Issues by ref from the data itself; those that are gone are left out."""
        body = {"issueIdsOrKeys": refs, "fields": ["status"], "properties": [PROPERTY]}
        held = self.rest.read("POST", "/issue/bulkfetch", body, missing=UNSEEN)
        if listed(dig(held, "issueErrors")):
            what = "could not read all issues at once"
            raise TrackerError(Trouble.LATER, self.name, what, AGAIN)
        return self.rest.members(held, "issues")

    def _number(self, issue: Mapping[str, Any]) -> int:
        """The number in `ACC-12`; 0 for an issue of another project."""
        project, _, number = str(issue.get("key")).rpartition("-")
        return number_of(number) if project == self._project else 0

    def ticket(self, issue: object) -> Ticket:
        """An issue as a ticket; open until its status is of the category done."""
        ref, category = dig(issue, "key"), dig(issue, "fields", "status", "statusCategory", "key")
        if not (isinstance(ref, str) and isinstance(category, str)):
            raise self.rest.strange("an issue without a key or status")
        return Ticket(ref, ref, self.page_of(ref), open=category != DONE)

    def page_of(self, ref: str) -> str:
        """Where people see an issue."""
        return f"{self._url}/browse/{quote(ref, safe='')}"

    def has_issues(self) -> None:
        """Raise `TrackerError` where the account does not see the project, and so no issue of it."""
        self.rest.ask("GET", f"/project/{quote(self._project, safe='')}", missing=UNSEEN)

    def comments(self, ref: str) -> Iterator[object]:
        """The documents of an issue's comments, the newest first."""
        seen = 0
        for _ in range(_MOST_PAGES):
            query = f"orderBy=-created&maxResults={PAGE}&startAt={seen}"
            held = self.rest.read("GET", f"{issue_path(ref)}/comment?{query}")
            comments, total = self.rest.members(held, "comments"), dig(held, "total")
            yield from (one.get("body") for one in comments)
            seen += len(comments)
            if not comments or not isinstance(total, int) or seen >= total:
                return
        raise self.rest.strange("comments without end")


def issue_path(ref: str) -> str:
    """Where an issue is in the API."""
    return f"/issue/{quote(ref, safe='')}"


def number_of(text: object) -> int:
    """A positive number that Jira writes as text; 0 where it is none."""
    return int(text) if isinstance(text, str) and _NUMBER.fullmatch(text) else 0


def _quoted(text: str) -> str:
    """A JQL string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _denied(answer: Answer) -> str | None:
    """Jira lets a wrong token in as nobody, with 200 and empty lists; this header tells."""
    reason = (answer.header("x-seraph-loginreason") or "").upper()
    if "AUTHENTICATION_DENIED" in reason:
        return "refuses to log the account in until somebody solves its CAPTCHA in a browser"
    if "AUTHENTICATED_FAILED" in reason or "AUTHORISATION_FAILED" in reason:
        return "did not accept the user and token"
    return None


def batches(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """`items` in stretches of at most `size`."""
    yield from (items[start : start + size] for start in range(0, len(items), size))
