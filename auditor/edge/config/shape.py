"""The shape of `cors-audit.yaml`: every key of this release, and those that are still to come."""

from dataclasses import replace
from functools import partial
from typing import Any, Final

from auditor.core.drift import State
from auditor.core.finding import Severity
from auditor.edge.config import values
from auditor.edge.config.compound import ByShape, Into, ListOf, MapOf
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
from auditor.edge.config.record import Field, Need, Record
from auditor.edge.config.schema import Fault, Flag, Integer, Named, TextAs, choice

_TEXTS = ListOf(values.TEXT)
_SEVERITIES = {severity.word: severity for severity in Severity}


def _severity(text: str) -> Severity | Fault:
    if text in _SEVERITIES:
        return _SEVERITIES[text]
    return Fault(f"is none of {', '.join(_SEVERITIES)}", "write one of them")


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
    needs=(Need("external_id_env", ("role",), "add role: the role that asks for it"),),
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


_MATCHING = (Need("", ("hosts", "namespaces", "accounts"), "add one of them"),)


def _from_map(entries: tuple[tuple[Named, Environment], ...]) -> Environments:
    return Environments(tuple(replace(member, name=name.text) for name, member in entries))


def _from_list(members: tuple[Environment, ...]) -> Environments | Fault:
    names = [member.name for member in members]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        return Fault(f"has the name {double} twice", "join the two")
    return Environments(members, ordered=True)


_NAMELESS: Final[Record[Environment]] = Record(
    partial(Environment, ""), _MATCHERS, _TO_COME, needs=_MATCHING
)
_NAMED: Final[Record[Environment]] = Record(
    Environment,
    (Field("name", values.TEXT, "its name", required=True), *_MATCHERS),
    _TO_COME,
    needs=_MATCHING,
)
_ENVIRONMENTS: Final[ByShape[Environments]] = ByShape(
    "a mapping of names, or a list of which the first that matches wins",
    mapping=Into(MapOf(values.TEXT, _NAMELESS), _from_map),
    sequence=Into(ListOf(_NAMED), _from_list),
)
_LINKS = ListOf(
    Record(
        Link,
        (
            Field("host", values.HOST_GLOB, "the host"),
            Field("from", values.HOST_GLOB, "the same as host", argument="host"),
            Field("to", values.TEXT, "the name that it leads to", required=True),
        ),
        one_of=("host", "from"),
        located=True,
    )
)


def _owner(**found: str) -> OwnerRule:
    ((source, name),) = found.items()
    return OwnerRule(OwnerSource(source), name)


_OWNERS = ListOf(
    Record(
        _owner,
        (
            Field("aws_tag", values.TEXT, "the AWS tag that names the owner"),
            Field("k8s_label", values.TEXT, "the Kubernetes label that names the owner"),
            Field("default", values.TEXT, "the owner where nothing else answers"),
        ),
        later=("codeowners",),
        one_of=tuple(OwnerSource),
    )
)
_ACCEPT = ListOf(
    Record(
        AcceptedGap,
        (
            Field("source", values.TEXT, "glob of sources, as coverage names them", required=True),
            Field("reason", values.TEXT, "why it is accepted", required=True),
            Field("expires", values.DAY, "the last day that this holds", required=True),
            Field("owner", values.TEXT, "who accepted it"),
        ),
        located=True,
    )
)
_FAIL_ON = Record(
    FailOn,
    (
        Field("severity", TextAs(_severity, {"enum": list(_SEVERITIES)}), "this and worse"),
        Field("drift", ListOf(choice(State), 1), "only findings in these states"),
    ),
)


def _assumptions(**found: str) -> tuple[Assumption, ...]:
    return tuple(Assumption(_PRODUCTS[name], version) for name, version in found.items())


def _version(version: str) -> str:
    return version


_PRODUCTS = {"ingress_nginx": "ingress-nginx"}
_VERSION = Record(_version, (Field("version", values.TEXT, "its version, in quotes", True),))
_ASSUME = Record(
    _assumptions,
    tuple(
        Field(product, _VERSION, "where its own version was not read", argument=argument)
        for argument, product in _PRODUCTS.items()
    ),
)


def _accepted(accept: tuple[AcceptedGap, ...]) -> tuple[AcceptedGap, ...]:
    return accept


def _config(version: int, coverage: tuple[AcceptedGap, ...] = (), **found: Any) -> Config:
    """Take the version out, and the accepted gaps from under their heading."""
    del version
    return Config(accepted=coverage, **found)


CONFIG: Final = Record(
    _config,
    (
        Field("version", Integer(1, 1), "1, the version of this format", required=True),
        Field("store", values.TEXT, "the database of runs, cors-audit.db if left out"),
        Field("allowlist", values.TEXT, "the allowlist: a file, or a folder with one file a team"),
        Field("aws", _AWS, "read AWS; {}: with this machine's credentials, in enabled regions"),
        Field("kubernetes", _KUBERNETES, "read clusters; {}: the current context"),
        Field("files", FILES, "files and folders to read: manifests and app settings"),
        Field("environments", _ENVIRONMENTS, "what is production, what is not"),
        Field("links", _LINKS, "hosts and what they lead to, where nothing read says it"),
        Field("hops", HOPS, "layers that nothing here reads, described by their owners"),
        Field("owners", _OWNERS, "where a hop's owner is found; the first that answers wins"),
        Field(
            "coverage",
            Record(_accepted, (Field("accept", _ACCEPT, "gaps that someone accepted", True),)),
            "what is known to be unread",
        ),
        Field("fail_on", _FAIL_ON, "the findings that make the exit code 10"),
        Field("assume", _ASSUME, "versions that are taken for granted"),
    ),
    later=("publish", "waivers", "collected", "dns", "verify", "tickets", "notify"),
)
