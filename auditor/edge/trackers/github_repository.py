"""Requests to one repository: where they go, how lists go on, what becomes of a move.

The token goes to the configured address only: what a `Link` or a `Location` names elsewhere is not
asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote, urlencode

from auditor.edge.http import Answer, Failed, Request, Sender
from auditor.edge.reports.layout import safe
from auditor.edge.trackers.github_answers import (
    UnreadableError,
    gone,
    json_of,
    next_of,
    objects_of,
    trouble_of,
)
from auditor.edge.trackers.tokens import Secret
from auditor.edge.trackers.tracker import TrackerError, Trouble

VERSION: Final = "2022-11-28"
"""Supported until March 2028 at least (github.blog, changelog of 12 March 2026: 24 months), and the
one that GitHub Enterprise Server knows too; nothing used here differs in 2026-03-10."""
PER_PAGE: Final = 50
"""GitHub gives up to 100 ("Using pagination in the REST API"); so many bodies of the longest kind would
be more than one answer may hold here (http.BODY_CAP)."""
MOST_PAGES: Final = 200
_REASON: Final = 200
_MOVED: Final = frozenset({301, 302, 307, 308})


class Repository:
    """One repository of one GitHub. `api_url`: `https://api.github.com`, or a server's `.../api/v3`;
    `repo`: `owner/name`. Every method raises TrackerError."""

    def __init__(self, sender: Sender, api_url: str, repo: str, token: Secret) -> None:
        self._sender = sender
        self._api = api_url.rstrip("/")
        self._token = token
        self._base = (
            f"{self._api}/repos/{'/'.join(quote(part, safe='') for part in repo.split('/'))}"
        )
        self.where = f"github:{repo}"

    def read(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        ref: str | None = None,
        wait_seconds: float | None = None,
    ) -> object:
        """The JSON of a success. `path`: behind the repository; `ref`: the issue that it is about,
        None where it is the repository's; `wait_seconds`: how long to wait when no answer came, or
        none that says whether it was done."""
        answer = self._ask(method, self._base + path, body, wait_seconds)
        if answer.status in _MOVED:
            answer = self._follow(method, path, body, ref, wait_seconds)
        try:
            return self._success(answer, ref)
        except TrackerError as error:
            if error.trouble is Trouble.LATER and error.wait_seconds is None:
                error.wait_seconds = wait_seconds
            raise

    def pages(
        self, path: str, query: Mapping[str, str | int], *, ref: str | None = None
    ) -> Iterator[tuple[object, ...]]:
        """Each page of a list, asked for when the one before was used up."""
        tail = f"{path}?{urlencode({**query, 'per_page': PER_PAGE})}"
        answer = self._ask("GET", self._base + tail)
        if answer.status in _MOVED:
            answer = self._follow("GET", tail, None, ref, None)
        for _ in range(MOST_PAGES):
            yield self._members(self._success(answer, ref))
            url = next_of(answer)
            if url is None:
                return
            if not self._ours(url):
                raise self._elsewhere("a list goes on")
            answer = self._ask("GET", url)
        do = "give these tickets a repository of their own"
        what = f"a list is longer than {MOST_PAGES} pages"
        raise TrackerError(Trouble.REJECTED, self.where, what, do)

    def _success(self, answer: Answer, ref: str | None) -> object:
        if answer.status in {404, 410} and ref is not None:
            self._look_around()
        if not 200 <= answer.status < 300:
            raise trouble_of(answer, self.where, ref, self._token)
        try:
            return json_of(answer)
        except UnreadableError:
            raise self._unreadable() from None

    def _members(self, value: object) -> tuple[object, ...]:
        try:
            return objects_of(value)
        except UnreadableError:
            raise self._unreadable() from None

    def _look_around(self) -> None:
        """GitHub answers 404 for one issue also when the whole repository is out of sight: nothing is
        gone unless the repository is there."""
        self._success(self._ask("GET", f"{self._base}/issues?per_page=1"), None)

    def _follow(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None,
        ref: str | None,
        wait_seconds: float | None,
    ) -> Answer:
        """A renamed repository answers under its id, and is asked again there; an issue that moved to
        another repository is not ours any more."""
        probe = self._ask("GET", f"{self._base}/issues?per_page=1")
        if probe.status in _MOVED:
            base, _, _ = (probe.header("location") or "").partition("/issues?")
            if not self._ours(base) or base == self._base:
                raise self._elsewhere("the repository answers")
            self._base = base
            answer = self._ask(method, self._base + path, body, wait_seconds)
            if answer.status not in _MOVED:
                return answer
        if ref is None:
            raise self._elsewhere("the repository answers")
        raise gone(self.where, ref)

    def _ask(
        self,
        method: str,
        url: str,
        body: Mapping[str, object] | None = None,
        wait_seconds: float | None = None,
    ) -> Answer:
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self._token.reveal()}",
            "User-Agent": "cors-audit",
            "X-GitHub-Api-Version": VERSION,
        }
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        match self._sender.send(Request(method, url, headers, data)):
            case Failed(reason):
                what = f"no answer ({safe(reason, _REASON)})"
                raise TrackerError(
                    Trouble.LATER, self.where, what, "it is tried again", wait_seconds
                )
            case answer:
                return answer

    def _ours(self, url: str) -> bool:
        return url.startswith(f"{self._api}/")

    def _elsewhere(self, what: str) -> TrackerError:
        do = "write the address and the name that it has now in tickets"
        return TrackerError(Trouble.REFUSED, self.where, f"{what} at another address", do)

    def _unreadable(self) -> TrackerError:
        what = "its answer is not what the REST API documents"
        return TrackerError(Trouble.LATER, self.where, what, "it is tried again")
