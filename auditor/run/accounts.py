"""The AWS accounts that a run reads: the credentials' own, those that are listed, or all there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from auditor.core.glob import takes
from auditor.core.reading import Gap
from auditor.edge.config.model import Aws as AwsPlan
from collectors._aws import Aws, Trouble, connect, listing

ACTIVE = "ACTIVE"
"""The only state in which an account can be read (botocore 1.44.5, organizations, AccountStatus)."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account, and credentials that read it."""

    id: str
    aws: Aws


@dataclass(frozen=True, slots=True)
class Closed:
    """A source that cannot be read: `what` of it, and why."""

    source: str
    what: str
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Excluded:
    """An account that the configuration leaves out."""

    id: str


Opened: TypeAlias = Account | Closed | Excluded


def open_accounts(plan: AwsPlan, environ: Mapping[str, str]) -> Iterator[Opened]:
    """Every account of `plan`, those that cannot be read among them."""
    listed = bool(plan.accounts or plan.organization)
    aws = _connect(plan, environ, None if listed else plan.role)
    if isinstance(aws, Trouble):
        yield Closed("aws", "the account", aws)
        return
    own = aws.account()
    if isinstance(own, Trouble):
        yield Closed("aws", "the account", own)
    elif plan.organization is not None:
        yield from _organization(_Hub(plan, environ, aws, own, plan.organization.role))
    else:
        hub = _Hub(plan, environ, aws, own, plan.role)
        yield from (hub.open(account, account) for account in plan.accounts or (own,))


def _organization(hub: _Hub) -> Iterator[Opened]:
    client = hub.aws.client("organizations", hub.aws.home)
    found = listing(client, "list_accounts", "Accounts")
    trouble = found.trouble
    if trouble is None and not found.items:
        do = "take organization: out, or use credentials of its management account"
        trouble = Trouble(Gap.ABSENT, "ListAccounts: there are none", do)
    if trouble is not None:
        yield Closed("aws", "the accounts of the organization", trouble)
    for row in sorted(found.items, key=lambda row: str(row.get("Id"))):
        account, name = str(row.get("Id")), str(row.get("Name"))
        yield hub.open(account, name) if row.get("Status") == ACTIVE else Excluded(account)


@dataclass(frozen=True, slots=True)
class _Hub:
    """The account of the credentials, from which the role `role` is assumed in the others."""

    plan: AwsPlan
    environ: Mapping[str, str]
    aws: Aws
    own: str
    role: str | None

    def open(self, account: str, name: str) -> Opened:
        """The account of this id, which may also be known by a name."""
        globs = self.plan.exclude.accounts
        if any(takes(glob, text) for glob in globs for text in (account, name)):
            return Excluded(account)
        if account == self.own:
            # The role may not trust the account that it is in.
            return Account(account, self.aws)
        if self.role is None:
            trouble = Trouble(
                Gap.DENIED, "no role is named", "add role: to aws, the role to assume"
            )
            return Closed(f"aws:{account}", "the account", trouble)
        assumed = _connect(self.plan, self.environ, self.aws.role(account, self.role))
        if isinstance(assumed, Trouble):
            return Closed(f"aws:{account}", "the account", assumed)
        return Account(account, assumed)


def _connect(plan: AwsPlan, environ: Mapping[str, str], role: str | None) -> Aws | Trouble:
    external = plan.organization.external_id_env if plan.organization else plan.external_id_env
    return connect(
        environ=environ,
        profile=plan.profile,
        role=role,
        external_id_env=external if role else None,
        endpoint=plan.endpoint_url,
    )
