"""The shape of `cors-audit.yaml`: every key of this release, and those that are still to come."""

from collections.abc import Iterator
from typing import Final

from auditor.core.drift import State
from auditor.core.finding import Severity
from auditor.edge.config import values
from auditor.edge.config.environment import Environment, Environments
from auditor.edge.config.files_shape import FILES
from auditor.edge.config.hops_shape import HOPS
from auditor.edge.config.model import (
    AcceptedGap,
    Assumption,
    Aws,
    AwsExclude,
    Config,
    FailOn,
    Kubernetes,
    KubernetesExclude,
    Link,
    OwnerRule,
    OwnerSource,
)
from auditor.edge.config.record import Field, Record
from auditor.edge.config.schema import ByShape, Fault, Flag, Integer, ListOf, MapOf, Named, TextAs
from auditor.edge.config.schema import choice

_TEXTS = ListOf(values.TEXT)
_SEVERITIES = {severity.word: severity for severity in Severity}


def _severity(text: str) -> Severity | Fault:
    if text in _SEVERITIES:
        return _SEVERITIES[text]
    return Fault(f"is none of {', '.join(_SEVERITIES)}", "write one of them")


def _judge_aws(aws: Aws) -> Iterator[tuple[str, Fault]]:
    if aws.external_id_env and not aws.role:
        yield "external_id_env", Fault("stands without role", "add role, or remove it")
    if aws.role and aws.profile:
        pass


_AWS = Record(
    Aws,
    (
        Field("regions", ListOf(values.TEXT, 1), "the regions to read; left out: the enabled ones"),
        Field("profile", values.TEXT, "a profile of the AWS configuration files"),
        Field("endpoint_url", values.URL, "another endpoint for every service, as for a simulator"),
        Field("role", values.TEXT, "the role to assume: a name or an ARN"),
        Field("external_id_env", values.VARIABLE, "the variable that holds the external id"),
        Field(
            "exclude",
            Record(
                AwsExclude,
                (
                    Field("accounts", _TEXTS, "globs of account ids or names"),
                    Field("regions", _TEXTS, "regions"),
                ),
                later=("ous",),
            ),
            "what is not read, and counted as such",
        ),
    ),
    later=("organization", "edge_code", "concurrency"),
    judge=_judge_aws,
)
_KUBERNETES = Record(
    Kubernetes,
    (
        Field("contexts", ListOf(values.TEXT, 1), "globs of kubeconfig contexts"),
        Field("kubeconfig", values.TEXT, "the kubeconfig file; left out: where kubectl looks"),
        Field(
            "exclude",
            Record(KubernetesExclude, (Field("namespaces", _TEXTS, "globs of namespaces"),)),
            "what is not read, and counted as such",
        ),
    ),
    later=("eks",),
)
_MATCHERS = (
    Field("hosts", ListOf(values.HOST_GLOB, 1), "globs of hosts"),
    Field("namespaces", ListOf(values.TEXT, 1), "globs of namespaces"),
    Field("accounts", ListOf(values.ACCOUNT, 1), "AWS account ids, in quotes"),
    Field("non_production", Flag(), "localhost and plain http are at home there"),
)
_TO_COME = ("ou", "account_tag")


def _unnamed(**found: object) -> Environment:
    return _environment(name="", **found)


def _judge_environment(environment: Environment) -> Iterator[tuple[str, Fault]]:
    if not (environment.hosts or environment.namespaces or environment.accounts):
        yield "", Fault("matches nothing", "add hosts, namespaces or accounts")
