"""The shape of `cors-audit.yaml`: every key of this release, and those that are still to come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from auditor.core.allowlist import RouteMatch
from auditor.core.drift import State
from auditor.core.reading import Where
from auditor.edge.config import values
from auditor.edge.config.aws_shape import AWS
from auditor.edge.config.collected_shape import COLLECTED
from auditor.edge.config.compound import ListOf
from auditor.edge.config.delivery_shape import NOTIFY, TICKETS, VERIFY
from auditor.edge.config.environments_shape import ENVIRONMENTS
from auditor.edge.config.files_shape import FILES
from auditor.edge.config.hops_shape import HOPS
from auditor.edge.config.model import (
    AcceptedGap,
    Assumption,
    Config,
    FailOn,
    Kubernetes,
    KubernetesExclude,
    Link,
    OwnerRule,
    OwnerSource,
)
from auditor.edge.config.record import Field, Record
from auditor.edge.config.schema import Fault, Integer, choice

_TEXTS = ListOf(values.TEXT)


def _cluster_name(kubernetes: Kubernetes) -> Iterator[tuple[str, Fault]]:
    if kubernetes.name is not None and kubernetes.contexts:
        yield "name", Fault("stands beside contexts, which have names", "remove one of them")


_KUBERNETES = Record(
    Kubernetes,
    (
        Field("contexts", ListOf(values.TEXT, 1), "globs of kubeconfig contexts"),
        Field("kubeconfig", values.TEXT, "the kubeconfig file; left out: where kubectl looks"),
        Field("name", values.TEXT, "what the cluster is called, where no contexts are named"),
        Field(
            "exclude",
            Record(KubernetesExclude, (Field("namespaces", _TEXTS, "globs of namespaces"),)),
            "what is not read, and counted as such",
        ),
    ),
    judge=_cluster_name,
    later=("eks",),
)


def _link(host: RouteMatch, to: str, where: Where) -> Link:
    return Link(host.host, to, where, host.path)


_LINKS = ListOf(
    Record(
        _link,
        (
            Field("host", values.PLACE, "the host, and a path where only some of it leads there"),
            Field("from", values.PLACE, "the same as host", argument="host"),
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
            Field("codeowners", values.TEXT, "the CODEOWNERS file, for what is read from files"),
            Field("default", values.TEXT, "the owner where nothing else answers"),
        ),
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
        Field("severity", values.SEVERITY, "this and worse"),
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
        Field("waivers", values.TEXT, "the file of accepted findings, with who and until when"),
        Field("publish", values.TEXT, "the folder for latest.run and index.html after each run"),
        Field("aws", AWS, "read AWS; {}: with this machine's credentials, in enabled regions"),
        Field("kubernetes", _KUBERNETES, "read clusters; {}: the current context"),
        Field("files", FILES, "files and folders to read: manifests and app settings"),
        Field("collected", COLLECTED, "files that cors-audit collect made elsewhere, as globs"),
        Field("environments", ENVIRONMENTS, "what is production, what is not"),
        Field("links", _LINKS, "hosts and what they lead to, where nothing read says it"),
        Field("hops", HOPS, "layers that nothing here reads, described by their owners"),
        Field("owners", _OWNERS, "where a hop's owner is found; the first that answers wins"),
        Field(
            "coverage",
            Record(_accepted, (Field("accept", _ACCEPT, "gaps that someone accepted", True),)),
            "what is known to be unread",
        ),
        Field("verify", VERIFY, "ask live first whether a new finding is so"),
        Field("tickets", TICKETS, "findings as tickets in your trackers"),
        Field("notify", NOTIFY, "messages, heartbeat and metrics after each run"),
        Field("fail_on", _FAIL_ON, "the findings that make the exit code 10"),
        Field("assume", _ASSUME, "versions that are taken for granted"),
    ),
    later=("dns",),
)
