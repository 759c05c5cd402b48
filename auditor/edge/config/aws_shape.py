"""The shape of `aws:`: whose credentials, which accounts, what is left out."""

from collections.abc import Iterator
from typing import Final

from auditor.edge.config import values
from auditor.edge.config.compound import ListOf
from auditor.edge.config.model import Aws, AwsExclude, Organization
from auditor.edge.config.record import Field, Need, Record
from auditor.edge.config.schema import Fault

_TEXTS = ListOf(values.TEXT)
_EXTERNAL_ID = Field("external_id_env", values.VARIABLE, "the variable that holds the external id")
_ORGANIZATION: Final[Record[Organization]] = Record(
    Organization,
    (Field("role", values.ROLE, "the name of the role in each account", True), _EXTERNAL_ID),
    judge=lambda found: _named(found.role, "organization", "in every account"),
)
_EXCLUDE = Record(
    AwsExclude,
    (
        Field("accounts", _TEXTS, "globs of account ids or names"),
        Field("regions", _TEXTS, "regions"),
    ),
    later=("ous",),
)


def _named(role: str, key: str, where: str) -> Iterator[tuple[str, Fault]]:
    if role.startswith(values.ARN):
        what = f"is the ARN of one account's role beside {key}"
        yield "role", Fault(what, f"write the name that the role has {where}")


def _judge(aws: Aws) -> Iterator[tuple[str, Fault]]:
    twice = sorted({one for one in aws.accounts if aws.accounts.count(one) > 1})
    if twice:
        yield "accounts", Fault(f"has {', '.join(twice)} twice", "name each account once")
    if aws.organization is not None:
        for key in ("role", "accounts", "external_id_env"):
            if getattr(aws, key):
                yield key, Fault("stands beside organization, which says it", "remove one")
    elif aws.role is not None and aws.accounts:
        yield from _named(aws.role, "accounts", "in each of them")
    elif aws.role is not None and not aws.role.startswith(values.ARN):
        do = "add accounts: the list of their ids, or write the role's ARN"
        yield "role", Fault("is a name, and nothing says in which accounts", do)


AWS: Final[Record[Aws]] = Record(
    Aws,
    (
        Field("regions", ListOf(values.TEXT, 1), "the regions to read; left out: the enabled ones"),
        Field("profile", values.TEXT, "a profile of the AWS configuration files"),
        Field("endpoint_url", values.URL, "another endpoint for every service, as for a simulator"),
        Field("role", values.ROLE, "the role to assume: its ARN, or with accounts its name"),
        Field("accounts", ListOf(values.ACCOUNT, 1), "account ids in quotes, each with the role"),
        Field("organization", _ORGANIZATION, "every account of the organization, by one role"),
        _EXTERNAL_ID,
        Field("exclude", _EXCLUDE, "what is not read, and counted as such"),
    ),
    later=("edge_code", "concurrency"),
    needs=(
        Need("external_id_env", ("role", "organization"), "add role: the role that asks for it"),
        Need("accounts", ("role", "organization"), "add role: its name in each of them"),
    ),
    judge=_judge,
)
