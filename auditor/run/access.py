"""What may be read: who we are in each account and cluster, and one cheap call for each permission."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final, assert_never

from auditor.core.reading import Gap, Json
from auditor.edge.config.model import Aws as AwsPlan
from auditor.run.accounts import Account, Closed, Excluded, Opened, open_accounts
from auditor.run.asks import GLOBAL, REGIONAL, REGIONS, Ask, Of
from auditor.run.clusters import Cluster, OpenedCluster, open_clusters
from auditor.run.plan import Plan
from auditor.run.pool import each
from collectors._aws import Answer, Aws, Client, Trouble, call
from collectors._kube import KubeConfigError, user_of
from collectors.kubernetes.inventory import LISTS

Progress = Callable[[str], None]

WORKERS: Final = 32
"""Accounts and clusters at a time: each has a rate of its own, and is asked one thing after another."""
_ATTEMPTS: Final = 1
"""Retries of a call: a row is wanted within the minute."""


@dataclass(frozen=True, slots=True)
class Refused:
    """One read that failed: what it was, where (a region, or empty), and why. `optional`: no verdict
    rests on it."""

    what: str
    where: str
    trouble: Trouble
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """One account or cluster. `who`: as whom it is read, empty where that is not known; `untried`: what
    could not be asked, since there is nothing to ask it of; `excluded`: the configuration leaves it
    out, or its organization closed it."""

    source: str
    who: str = ""
    granted: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()
    untried: tuple[str, ...] = ()
    excluded: bool = False

    @property
    def readable(self) -> bool:
        """Whether everything that verdicts rest on may be read, as far as could be tried."""
        return all(one.optional for one in self.refused)


@dataclass(frozen=True, slots=True)
class _Region:
    """A region of which it is only asked whether it answers."""

    account: Account
    name: str


@dataclass(frozen=True, slots=True)
class _First:
    access: Access
    regions: tuple[_Region, ...] = ()


def check_access(plan: Plan, environ: Mapping[str, str], progress: Progress) -> tuple[Access, ...]:
    """One row for each account and cluster of `plan`, in their order; several at a time."""
    opened: list[Iterable[Opened | OpenedCluster]] = []
    if plan.aws is not None:
        opened.append(open_accounts(plan.aws, environ))
    if plan.kubernetes is not None:
        opened.append(open_clusters(plan.kubernetes, environ))
    first = list(each(lambda one: _first(one, plan), _told(opened, progress), WORKERS))
    regions = [region for one in first for region in one.regions]
    answers = dict(zip(regions, each(_region, regions, WORKERS), strict=True))
    return tuple(
        replace(one.access, refused=(*one.access.refused, *refused))
        for one in first
        for refused in [[r for region in one.regions for r in answers[region]]]
    )


def _told(
    opened: Iterable[Iterable[Opened | OpenedCluster]], progress: Progress
) -> Iterator[Opened | OpenedCluster]:
    for one in chain.from_iterable(opened):
        progress(f"asking {_source(one)}")
        yield one


def _source(opened: Opened | OpenedCluster) -> str:
    match opened:
        case Closed() | Cluster():
            return opened.source
        case Account() | Excluded():
            return f"aws:{opened.id}"
        case _:
            assert_never(opened)


def _first(opened: Opened | OpenedCluster, plan: Plan) -> _First:
    source = _source(opened)
    match opened:
        case Closed(what=what, trouble=trouble):
            return _First(Access(source, refused=(Refused(what, "", trouble),)))
        case Excluded():
            return _First(Access(source, excluded=True))
        case Cluster():
            config_file = plan.kubernetes.kubeconfig if plan.kubernetes is not None else None
            return _First(_cluster(opened, config_file))
        case Account():
            return _account(opened, plan.aws or AwsPlan())
        case _:
            assert_never(opened)


# -- clusters --------------------------------------------------------------------------------------


def _cluster(cluster: Cluster, config_file: str | None) -> Access:
    granted: list[str] = []
    refused: list[Refused] = []
    for path, _, _ in LISTS:
        resource = f"list {path.rpartition('/')[2]}"
        gap = cluster.reader.try_list(path, cluster.source)
        if gap is None:
            granted.append(resource)
            continue
        refused.append(Refused(resource, "", Trouble(gap.gap, gap.reason, gap.do)))
        if gap.gap is Gap.UNREACHABLE:
            # What does not answer once is not asked six times more.
            break
    try:
        who = user_of(cluster.context, config_file)
    except KubeConfigError:
        who = ""
    return Access(cluster.source, who, tuple(granted), tuple(refused))


# -- accounts --------------------------------------------------------------------------------------


def _account(account: Account, plan: AwsPlan) -> _First:
    source = f"aws:{account.id}"
    quick = replace(account, aws=replace(account.aws, attempts=_ATTEMPTS))
    identity = call(quick.aws.client("sts", quick.aws.home), "get_caller_identity")
    who = "" if isinstance(identity, Trouble) else _who(str(identity.get("Arn", "")))
    regions = quick.aws.regions("apigatewayv2", plan.regions)
    if isinstance(regions, Trouble):
        access = _asked(quick.aws, GLOBAL, "")
        lacking = Refused(_words(REGIONS), "", regions)
        return _First(replace(access, source=source, who=who, refused=(*access.refused, lacking)))
    left = [one for one in regions if one not in plan.exclude.regions]
    main = quick.aws.home if quick.aws.home in left else next(iter(left), "")
    parts = [_asked(quick.aws, GLOBAL, "")]
    parts += [_asked(quick.aws, REGIONAL, main)] if main else []
    found = () if plan.regions else (_words(REGIONS),)
    access = Access(
        source,
        who,
        (*found, *(one for part in parts for one in part.granted)),
        tuple(one for part in parts for one in part.refused),
        tuple(one for part in parts for one in part.untried),
    )
    return _First(access, tuple(_Region(quick, one) for one in left if one != main))


def _region(region: _Region) -> tuple[Refused, ...]:
    asks = [ask for ask in REGIONAL if ask.everywhere]
    return _asked(region.account.aws, asks, region.name).refused


def _asked(aws: Aws, asks: Iterable[Ask], region: str) -> Access:
    """What the answers to `asks` say, in `region` (empty: what is in none)."""
    answers: dict[str, Answer] = {}
    clients: dict[str, Client] = {}
    granted: list[str] = []
    refused: list[Refused] = []
    untried: list[str] = []
    for ask in asks:
        params = _params(ask, answers)
        if params is None:
            untried.append(_words(ask.permission))
            continue
        if ask.service not in clients:
            clients[ask.service] = aws.client(ask.service, region or _home(ask, aws))
        answer = call(clients[ask.service], ask.operation, **params)
        if not isinstance(answer, Trouble):
            answers[ask.permission] = answer
        if not isinstance(answer, Trouble) or answer.gap is Gap.ABSENT:
            granted.append(_words(ask.permission))
            continue
        refused.append(Refused(_words(ask.permission), region, answer, ask.optional))
        if answer.gap is Gap.UNREACHABLE and not ask.optional:
            break
    return Access("", "", tuple(granted), tuple(refused), tuple(untried))


def _home(ask: Ask, aws: Aws) -> str:
    """Where a service is asked that is in no region: tags of CloudFront have one of their own."""
    return "us-east-1" if ask.service == "resourcegroupstaggingapi" else aws.home


def _params(ask: Ask, answers: Mapping[str, Answer]) -> dict[str, Json] | None:
    """The parameters of a call; None where there is nothing to ask it of."""
    if ask.of is None:
        return dict(ask.params)
    value = _taken(ask.of, answers.get(ask.of.permission, {}))
    if value is None:
        return None
    return {**ask.params, ask.of.to: [value] if ask.of.many else value}


def _taken(of: Of, answer: Answer) -> str | None:
    items: Json = answer
    for part in of.items.split("."):
        items = items.get(part) if isinstance(items, dict) else None
    first = items[0] if isinstance(items, list) and items else None
    value = first.get(of.key) if isinstance(first, dict) else None
    return value if isinstance(value, str) else None


def _words(permission: str) -> str:
    """`apigateway:GET /restapis`: an action and what of a resource's name tells it apart."""
    action, _, resource = permission.partition(" ")
    path = resource.partition("::")[2] if resource.startswith("arn:") else ""
    return f"{action} {path}".strip()


def _who(arn: str) -> str:
    """`assumed-role/CorsAudit/cors-audit`: an ARN without the account, which the row has."""
    return arn.rpartition(":")[2]
