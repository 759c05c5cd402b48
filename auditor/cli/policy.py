"""`cors-audit policy`: the least that reading needs, ready to be reviewed and applied."""

from __future__ import annotations

import json
from typing import Any

import click

from auditor.cli.planning import stop
from auditor.cli.printing import SafeCommand, problem, show
from auditor.core.reading import Json
from auditor.edge.config.schema import Fault
from auditor.edge.config.values import ROLE as ROLE_NAME
from auditor.run.iam import ROLE, hub_policy, read_policy, role_template, trust_policy
from auditor.run.rbac import manifests
from auditor.text.yaml_written import write_yaml

_ATTRIBUTION, _ACCOUNTS, _ORGANIZATION = "attribution", "accounts", "organization"


class AccountType(click.ParamType[str]):
    """Twelve digits."""

    name = "account"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read the option's text."""
        text = str(value)
        if len(text) == 12 and text.isascii() and text.isdecimal():
            return text
        return self.fail(f"{text!r} is no AWS account; write its 12 digits", param, ctx)


@click.group(short_help="The permissions that reading needs.")
def policy() -> None:
    """The least that reading needs, generated from what the collectors call.

    Everything is read-only: lists and gets of configuration, no keys, no secrets, no code.

    \b
    Examples:
      cors-audit policy aws > read.json
      cors-audit policy aws --trust 111122223333/CorsAuditHub > trust.json
      cors-audit policy aws --stackset > role.yaml
      cors-audit policy kubernetes --namespace cors-audit | kubectl apply -f -
    """


@policy.command(cls=SafeCommand, short_help="An IAM policy, a trust policy, or a StackSet's role.")
@click.option("--for", "account", type=AccountType(), metavar="ACCOUNT", help="For one account.")
@click.option(
    "--with",
    "extras",
    multiple=True,
    type=click.Choice([_ATTRIBUTION]),
    help="attribution: also look up in CloudTrail who changed what.",
)
@click.option("--trust", metavar="ACCOUNT/ROLE", help="Who may assume the role: its trust policy.")
@click.option(
    "--external-id-env",
    metavar="VARIABLE",
    help="With --trust: ask for the external id; printed as ${VARIABLE}, for envsubst to fill in.",
)
@click.option("--stackset", is_flag=True, help="A CloudFormation template of the role.")
@click.option(
    "--hub",
    type=click.Choice([_ACCOUNTS, _ORGANIZATION]),
    help="The policy of the credentials that assume the role, in listed or in all accounts.",
)
@click.option("--role", default=ROLE, show_default=True, help="With --stackset and --hub.")
def aws(
    account: str | None,
    extras: tuple[str, ...],
    trust: str | None,
    external_id_env: str | None,
    stackset: bool,
    hub: str | None,
    role: str,
) -> None:
    """Print what the role needs that reads an account, as JSON; with --stackset as YAML.

    With several accounts the audit starts with the credentials of --hub and assumes one role in
    each account, which trusts them (--trust) and may read (without option, or --stackset, which
    holds both). For the account that they are of, they read themselves. Names and resources are those of AWS's service authorization reference; they were
    not tried against an account. After applying: cors-audit check-access.

    \b
    Examples:
      cors-audit policy aws --for 444455556666
      cors-audit policy aws --hub organization --role CorsAudit
      cors-audit policy aws --trust 111122223333/CorsAuditHub --external-id-env CORS_AUDIT_ID | envsubst
    """
    asked = [
        name for name, on in (("--trust", trust), ("--stackset", stackset), ("--hub", hub)) if on
    ]
    if len(asked) > 1:
        stop([f"{' and '.join(asked)}: each prints a file of its own; name one"])
    if external_id_env and not trust:
        stop(["--external-id-env: it belongs to --trust; a StackSet takes it as a parameter"])
    if isinstance(fault := ROLE_NAME.convert(role), Fault) or (stackset and "/" in role):
        do = fault.do if isinstance(fault, Fault) else "write its name without a path"
        stop([f"--role {role}: not the name of a role; {do}"])
    attribution = _ATTRIBUTION in extras
    if trust:
        said = f"${{{external_id_env}}}" if external_id_env else None
        _print(trust_policy(_principal(trust), said))
    elif stackset:
        show(write_yaml([role_template(role, attribution=attribution)]).rstrip())
        problem(_DEPLOY)
    elif hub:
        _print(hub_policy(role, organization=hub == _ORGANIZATION))
    else:
        _print(read_policy(account, attribution=attribution))


_DEPLOY = (
    "deploy it as a StackSet with --capabilities CAPABILITY_NAMED_IAM, in one region; "
    "the management account is in no service-managed StackSet and needs a stack of its own"
)


@policy.command(cls=SafeCommand, short_help="A ServiceAccount, its ClusterRole and the binding.")
@click.option("--namespace", default="cors-audit", show_default=True, help="Of the ServiceAccount.")
def kubernetes(namespace: str) -> None:
    """Print what reading a cluster needs, as YAML for kubectl.

    The namespace has to exist. Secrets are not read; ConfigMaps are, because ingress-nginx and
    apps keep their settings there.

    \b
    Example:
      cors-audit policy kubernetes | kubectl apply -f -
    """
    if not _is_label(namespace):
        stop([f"--namespace {namespace}: not a name of Kubernetes; write a-z, 0-9 and -"])
    show(write_yaml(manifests(namespace)).rstrip())


def _is_label(text: str) -> bool:
    """Whether it is a label as RFC 1123 has it, which names of namespaces are."""
    plain = text.replace("-", "a")
    return (
        0 < len(text) < 64
        and plain.isascii()
        and plain.isalnum()
        and plain == plain.lower()
        and text[0] != "-" != text[-1]
    )


def _principal(text: str) -> str:
    """`111122223333/CorsAuditHub` as the ARN of a role; an ARN stays as it is."""
    if text.startswith("arn:"):
        return text
    account, slash, role = text.partition("/")
    if not slash or not role or len(account) != 12 or not account.isdecimal():
        stop([f"--trust {text}: not ACCOUNT/ROLE; write 111122223333/CorsAuditHub, or an ARN"])
    return f"arn:aws:iam::{account}:role/{role}"


def _print(document: Json) -> None:
    show(json.dumps(document, indent=2))
