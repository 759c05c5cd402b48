"""Who changed the few resources that changed, out of the event history of CloudTrail.

Facts, where not said otherwise from botocore 1.44.5, cloudtrail 2013-11-01, LookupEvents:
- the history holds management events of the last 90 days, region by region, the latest first (user
  guide, "Viewing recent management events with the AWS CLI"); two lookups a second for an account and
  region, fifty events each; one attribute can be asked for. Asking for the service would give every
  read of our own, and whether an event names its resource beside the request is up to the service:
  so writes are asked for by name, and the request says which resource it was.
- an event is there some minutes after the call ("CloudTrail typically delivers events within an
  average of about 5 minutes", user guide): what changed right before a run may not be told yet.
- `userIdentity` (user guide, "CloudTrail userIdentity element"): of an assumed role the issuer of its
  session is the role. Only a name is kept: no key ids, no addresses, no names of sessions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from auditor.core.reading import Json, Touch
from collectors._aws import Answer, Aws, Client, Trouble, call
from collectors.answers.fields import inner, rows, text
from collectors.collector import TrailKey

VIA: Final = "CloudTrail"
PERMISSIONS: Final = ("cloudtrail:LookupEvents *",)
"""What it takes; without it everything else is read all the same."""
CALLS_CAP: Final = 30
"""Lookups in one account and region."""
_PAUSE_SECONDS: Final = 0.5
_PAGES_CAP: Final = 3
_EVENT_CAP: Final = 1024 * 1024
_NAME_CAP: Final = 128
_DEPTH_CAP: Final = 5
_LATEST: Final = "9999"
"""Later than any time as text."""


def look_up(
    aws: Aws,
    region: str,
    asked: Mapping[str, TrailKey],
    sleep: Callable[[float], None],
    since: datetime | None = None,
) -> dict[str, Touch | str]:
    """Who last changed each resource of `asked`, under its name there, or why that is not known.

    `aws`: credentials of the account; `region`: where the events are. Events before `since` (with a
    time zone) are left aside. A call that fails is a reason, never an exception.
    """
    start = None if since is None else _written(since)
    history = _History(aws.client("cloudtrail", region), sleep, start)
    names = dict.fromkeys(name for key in asked.values() for name in key.events)
    for name in names:
        history.search(name, {at: key for at, key in asked.items() if name in key.events})
    return {at: history.told(at, key) for at, key in asked.items()}


@dataclass(slots=True)
class _History:
    """What was looked up so far. `reached`: by event name, the time down to which every such event
    was seen; empty for all of them."""

    client: Client
    sleep: Callable[[float], None]
    start: str | None
    calls: int = 0
    trouble: Trouble | None = None
    found: dict[str, Touch] = field(default_factory=dict)
    reached: dict[str, str] = field(default_factory=dict)

    def search(self, name: str, asked: Mapping[str, TrailKey]) -> None:
        """Look through the events of `name`, until each of `asked` is among them."""
        left = dict(asked)
        self.reached[name] = _LATEST
        for page in self._pages(name):
            for event in map(_event, rows(page, "Events")):
                self.reached[name] = min(self.reached[name], _at(event) or _LATEST)
                for at in [one for one, key in left.items() if _changes(event, key)]:
                    self._keep(at, event)
                    del left[at]
            if not page.get("NextToken"):
                self.reached[name] = ""
            if not left:
                return

    def told(self, at: str, key: TrailKey) -> Touch | str:
        """What is known of the resource `at`. A change is the last one only where no other name may
        hide a later one."""
        touch = self.found.get(at)
        unseen = max(self.reached[name] for name in key.events)
        if touch is not None and touch.at >= unseen:
            return touch
        if self.trouble is not None:
            return f"{VIA}: {self.trouble.reason}"
        if unseen:
            return f"{VIA}: more events than are looked through ({CALLS_CAP} lookups)"
        return f"{VIA}: no event {f'since {self.start}' if self.start else 'in 90 days'}"

    def _pages(self, name: str) -> Iterator[Answer]:
        token: Json = None
        for _ in range(_PAGES_CAP):
            page = self._page(name, token)
            if page is None:
                return
            yield page
            token = page.get("NextToken")
            if not token:
                return

    def _page(self, name: str, token: Json) -> Answer | None:
        if self.trouble is not None or self.calls == CALLS_CAP:
            return None
        if self.calls:
            self.sleep(_PAUSE_SECONDS)
        self.calls += 1
        named: list[Json] = [{"AttributeKey": "EventName", "AttributeValue": name}]
        params: dict[str, Json] = {"LookupAttributes": named, "MaxResults": 50}
        params |= {"StartTime": self.start} if self.start else {}
        answer = call(
            self.client, "lookup_events", **params, **({"NextToken": token} if token else {})
        )
        if isinstance(answer, Trouble):
            self.trouble = answer
            return None
        return answer

    def _keep(self, at: str, event: Mapping[str, Json]) -> None:
        touch = _touch(event)
        before = self.found.get(at)
        if touch is not None and (before is None or touch.at > before.at):
            self.found[at] = touch


# -- one event ------------------------------------------------------------------------------------


def _event(row: Mapping[str, Json]) -> dict[str, Json]:
    """The event itself, which stands as a text in a row of the answer; empty where it is none."""
    written = text(row, "CloudTrailEvent")
    if len(written) > _EVENT_CAP:
        return {}
    try:
        event = json.loads(written)
    except (ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}


def _changes(event: Mapping[str, Json], key: TrailKey) -> bool:
    """Whether `event` is a write that was done, by the service and of the resource of `key`."""
    done = not event.get("errorCode") and event.get("readOnly") not in (True, "true")
    if not done or text(event, "eventSource") != key.source:
        return False
    fields = frozenset(name.lower() for name in key.fields)
    parts = (event.get("requestParameters"), event.get("responseElements"))
    return any(
        f"/{key.id}/".lower() in f"/{value}/".lower()
        for part in parts
        for value in _named(part, fields, _DEPTH_CAP)
    )


def _named(part: Json, fields: frozenset[str], depth: int) -> Iterator[str]:
    """The texts under one of `fields`, wherever in `part` they stand."""
    if depth == 0:
        return
    if isinstance(part, list):
        for item in part:
            yield from _named(item, fields, depth - 1)
    if isinstance(part, dict):
        for name, value in part.items():
            if name.lower() in fields:
                yield from (one for one in _listed(value) if isinstance(one, str))
            yield from _named(value, fields, depth - 1)


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _at(event: Mapping[str, Json]) -> str | None:
    """When it was, as `Touch.at` writes it."""
    try:
        at = datetime.fromisoformat(text(event, "eventTime"))
    except ValueError:
        return None
    return None if at.tzinfo is None else _written(at)


def _written(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _touch(event: Mapping[str, Json]) -> Touch | None:
    at = _at(event)
    if at is None:
        return None
    who = _who(inner(event, "userIdentity"))[:_NAME_CAP]
    return Touch(who, text(event, "eventName")[:_NAME_CAP], at, VIA)


def _who(identity: Mapping[str, Json]) -> str:
    """`role deploy-ci`, `user anna`, `root`, or the service that did it on its own."""
    last = text(identity, "arn").rpartition("/")[2]
    match text(identity, "type"):
        case "Root":
            return "root"
        case "AssumedRole":
            issuer = text(inner(inner(identity, "sessionContext"), "sessionIssuer"), "userName")
            # An ARN of a session: .../assumed-role/NAME/SESSION.
            role = issuer or text(identity, "arn").partition("assumed-role/")[2].partition("/")[0]
            return f"role {role or 'not named'}"
        case "IAMUser":
            return f"user {text(identity, 'userName') or last or 'not named'}"
        case "AWSService":
            return text(identity, "invokedBy") or "a service of AWS"
        case kind:
            return last or kind or "not named"
