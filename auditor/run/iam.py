"""The least that reading AWS needs, out of what the collectors declare: IAM policies and a role."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from auditor.core.reading import Json
from collectors import COLLECTORS
from collectors.trail import PERMISSIONS as ATTRIBUTION

VERSION: Final = "2012-10-17"
"""Of the policy language, the newest there is (IAM user guide, "Policy elements: Version")."""
ROLE: Final = "CorsAudit"
_PARTITION: Final = "arn:aws:"
_ANY_ACCOUNT: Final = "::*:"


def permissions() -> tuple[str, ...]:
    """What all collectors of AWS declare, `<action> <resource>`, sorted."""
    declared = {text for one in COLLECTORS for text in one.permissions if is_action(text)}
    return tuple(sorted(declared))


def is_action(permission: str) -> bool:
    """Whether a collector's permission is one of AWS, and not one of Kubernetes."""
    return ":" in permission.partition(" ")[0][:-1]


def read_policy(account: str | None = None, *, attribution: bool = False) -> Json:
    """The policy of the role that is assumed in each account; `account`: twelve digits, where it is
    for one alone. `attribution`: also ask CloudTrail who changed what."""
    wanted = (*permissions(), *(ATTRIBUTION if attribution else ()))
    return {"Version": VERSION, "Statement": list(_statements(wanted, account))}


def hub_policy(role: str, *, organization: bool) -> Json:
    """The policy of the credentials that the audit starts with: assume the role `role` in each
    account, and with `organization` list the accounts (in its management account, or one that it
    delegated this to)."""
    resource = f"arn:aws:iam::*:role/{role.removeprefix('/')}"
    assume: Json = _statement("AssumeReader", ["sts:AssumeRole"], [resource])
    listed = [_statement("Accounts", ["organizations:ListAccounts"], ["*"])]
    statements: list[Json] = [assume, *(listed if organization else ())]
    return {"Version": VERSION, "Statement": statements}


def trust_policy(principal: str, external_id: str | None = None) -> Json:
    """Who may assume the reading role: `principal`, an ARN; `external_id`: what it has to say."""
    said: Json = {"StringEquals": {"sts:ExternalId": external_id}}
    return _trust({"AWS": principal}, None if external_id is None else said)


def role_template(role: str = ROLE, *, attribution: bool = False) -> Json:
    """A CloudFormation template of the reading role, the same for every account of a StackSet."""
    wanted = (*permissions(), *(ATTRIBUTION if attribution else ()))
    said: Json = {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}
    asked: Json = {"Fn::If": ["HasExternalId", said, {"Ref": "AWS::NoValue"}]}
    trust = _trust({"AWS": {"Ref": "Hub"}}, asked)
    policy: Json = {"Version": VERSION, "Statement": [_substituted(s) for s in _statements(wanted)]}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The role by which cors-audit reads this account; it can change nothing.",
        "Parameters": _parameters(role),
        "Conditions": {"HasExternalId": {"Fn::Not": [{"Fn::Equals": [{"Ref": "ExternalId"}, ""]}]}},
        "Resources": {
            "Reader": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "RoleName": {"Ref": "RoleName"},
                    "AssumeRolePolicyDocument": trust,
                    "Policies": [{"PolicyName": "cors-audit", "PolicyDocument": policy}],
                },
            }
        },
        "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["Reader", "Arn"]}}},
    }


def _trust(principal: Json, condition: Json) -> Json:
    statement: dict[str, Json] = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "sts:AssumeRole",
    }
    asked = {} if condition is None else {"Condition": condition}
    return {"Version": VERSION, "Statement": [{**statement, **asked}]}


def _parameters(role: str) -> Json:
    return {
        "RoleName": {"Type": "String", "Default": role},
        "Hub": {
            "Type": "String",
            "Description": "ARN of the role or user that the audit runs as",
            "AllowedPattern": "arn:[a-z-]+:iam::[0-9]{12}:(role|user)/.+",
        },
        "ExternalId": {
            "Type": "String",
            "Description": "What it has to say when it assumes the role; empty for nothing",
            "NoEcho": True,
            "Default": "",
        },
    }


def _statements(wanted: Iterable[str], account: str | None = None) -> list[Json]:
    """One statement for each service and set of resources."""
    by_resources: dict[tuple[str, bool], tuple[dict[str, None], dict[str, None]]] = {}
    for text in wanted:
        action, _, resource = text.partition(" ")
        service = action.partition(":")[0]
        actions, resources = by_resources.setdefault((service, resource == "*"), ({}, {}))
        actions[action] = None
        filled = resource.replace(_ANY_ACCOUNT, f"::{account}:") if account else resource
        resources[filled] = None
    return [
        _statement(_sid(service, anywhere), list(actions), list(resources))
        for (service, anywhere), (actions, resources) in sorted(by_resources.items())
    ]


def _sid(service: str, anywhere: bool) -> str:
    return f"{service.capitalize()}{'' if anywhere else 'Resources'}"


def _statement(sid: str, actions: list[str], resources: list[str]) -> Json:
    return {"Sid": sid, "Effect": "Allow", "Action": [*actions], "Resource": [*resources]}


def _substituted(statement: Json) -> Json:
    """A statement with the account and partition that the stack is in."""
    if not isinstance(statement, dict) or not isinstance(statement["Resource"], list):
        return statement
    return {**statement, "Resource": [_resource(str(one)) for one in statement["Resource"]]}


def _resource(text: str) -> Json:
    if not text.startswith(_PARTITION):
        return text
    own = text.replace(_ANY_ACCOUNT, "::${AWS::AccountId}:").removeprefix(_PARTITION)
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:{own}"}
