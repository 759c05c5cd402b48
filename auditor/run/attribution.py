"""Who changed what changed, and when: asked for the few documents that did, after the comparison.

Objects of a cluster bear it. Of AWS resources the event history is asked. Of files nobody is: git
would tell, but a work tree that others can write to may name programs in its configuration that git
runs (`gpg.program`, `core.fsmonitor`, the transport of a partial clone), and nothing that is read may
run a program. What is not known says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from auditor.core.drift import document_name
from auditor.core.reading import Document, Touch
from auditor.edge.config.model import Aws as AwsPlan
from auditor.run.accounts import Account, Closed, Excluded, open_accounts
from auditor.run.plan import Plan
from collectors import COLLECTORS
from collectors.collector import TrailKey
from collectors.kubernetes.touch import VIA as MANAGED_FIELDS
from collectors.trail import VIA as CLOUDTRAIL
from collectors.trail import look_up

PLACES_CAP: Final = 10
"""Accounts and regions whose history is asked: after a change of everything nobody waits for it."""

_AWS, _KUBE = "aws:", "kube:"
_COLLECTORS = {kind: one for one in COLLECTORS for kind in one.kinds}


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """One event history: of an account (twelve digits), in a region."""

    account: str
    region: str


def attribute(
    plan: Plan,
    changed: Iterable[Document],
    environ: Mapping[str, str],
    *,
    sleep: Callable[[float], None],
    since: datetime | None = None,
) -> dict[str, Touch | str]:
    """Who last changed each of `changed`, under its document name, or why that is not known.

    `since`: when the run began that saw them as they were before; what was done earlier did not
    change them. Nothing that the world does is an exception.
    """
    told: dict[str, Touch | str] = {}
    asked: dict[Place, dict[str, TrailKey]] = {}
    for document in changed:
        name = document_name(document)
        found = _asked(document)
        if found is None:
            told[name] = _borne(document, since)
        else:
            place, key = found
            asked.setdefault(place, {})[name] = key
    return told | _from_history(plan.aws, asked, environ, sleep, since)


def _borne(document: Document, since: datetime | None) -> Touch | str:
    """What the document itself bears."""
    touch = document.touched
    if touch is not None:
        late = since is None or touch.at >= f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        return touch if late else f"{touch.via}: nobody is noted since the run before"
    if document.source.startswith(_KUBE):
        return f"{MANAGED_FIELDS}: nobody is noted"
    if document.source.startswith(_AWS):
        return f"{CLOUDTRAIL}: its events do not name this"
    return "a file: its own history tells"


def _asked(document: Document) -> tuple[Place, TrailKey] | None:
    """Whose history tells of `document`, and what it calls it there; None where none does."""
    collector = _COLLECTORS.get(document.kind)
    account, slash, region = document.source.removeprefix(_AWS).partition("/")
    if collector is None or not document.source.startswith(_AWS) or not slash:
        return None
    key = collector.trail(document)
    return None if key is None else (Place(account, key.region or region), key)


def _from_history(
    plan: AwsPlan | None,
    asked: Mapping[Place, Mapping[str, TrailKey]],
    environ: Mapping[str, str],
    sleep: Callable[[float], None],
    since: datetime | None,
) -> dict[str, Touch | str]:
    chosen = sorted(asked)[:PLACES_CAP]
    many = f"{CLOUDTRAIL}: not asked, since {len(asked)} accounts and regions changed at once"
    told: dict[str, Touch | str] = {
        name: many for place in asked if place not in chosen for name in asked[place]
    }
    sessions = _sessions(plan, {place.account for place in chosen}, environ)
    for place in chosen:
        session = sessions.get(place.account, f"{CLOUDTRAIL}: no credentials for {place.account}")
        if isinstance(session, str):
            told |= dict.fromkeys(asked[place], session)
        else:
            told |= look_up(session.aws, place.region, asked[place], sleep, since)
    return told


def _sessions(
    plan: AwsPlan | None, accounts: set[str], environ: Mapping[str, str]
) -> dict[str, Account | str]:
    """Credentials of `accounts`, or why there are none."""
    if plan is None or not accounts:
        return {}
    found: dict[str, Account | str] = {}
    for opened in open_accounts(_narrowed(plan, accounts), environ):
        match opened:
            case Account(id=account):
                found[account] = opened
            case Closed(source=source, trouble=trouble):
                account = source.removeprefix(_AWS)
                # Where not even the first account opens, none does.
                closed = accounts if source == "aws" else {account}
                found |= dict.fromkeys(closed, f"{CLOUDTRAIL}: {trouble.reason}")
            case Excluded():
                continue
    return found


def _narrowed(plan: AwsPlan, accounts: set[str]) -> AwsPlan:
    """`plan` for these accounts alone, so that no role is assumed for nothing."""
    only = tuple(sorted(accounts))
    if plan.organization is not None:
        role, external = plan.organization.role, plan.organization.external_id_env
        return replace(plan, organization=None, accounts=only, role=role, external_id_env=external)
    return replace(plan, accounts=only) if plan.accounts else plan
