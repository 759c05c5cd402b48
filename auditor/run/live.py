"""Documents from clusters and accounts, through their doors; a scope that fails is a gap."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase

from auditor.core.reading import Document, Gap, Unread, Where
from auditor.edge.config.model import Aws as AwsPlan
from auditor.edge.config.model import Kubernetes
from collectors._aws import Aws, Trouble, connect
from collectors._kube import (
    IN_CLUSTER,
    KubeConfigError,
    context_names,
    current_context,
    open_cluster,
)
from collectors.collector import Collected, Count
from collectors.gateway.http_api.collector import fetch as fetch_http_apis
from collectors.ingress.ingress_nginx.collector import fetch as fetch_ingresses

Progress = Callable[[str], None]

_CORRECT = "correct the kubeconfig, or kubernetes.contexts"


def from_aws(plan: AwsPlan, environ: Mapping[str, str], progress: Progress) -> Iterator[Collected]:
    """Every region of the account that the credentials of `plan` belong to."""
    aws = connect(
        environ=environ,
        profile=plan.profile,
        role=plan.role,
        external_id_env=plan.external_id_env,
        endpoint=plan.endpoint_url,
    )
    account = aws if isinstance(aws, Trouble) else aws.account()
    if isinstance(aws, Trouble) or isinstance(account, Trouble):
        trouble = aws if isinstance(aws, Trouble) else account
        yield _gap("aws", "the account", trouble)  # type: ignore[arg-type]
        return
    if any(fnmatchcase(account, glob) for glob in plan.exclude.accounts):
        yield Collected(counts=(Count(f"aws:{account}", "accounts", 1, 0, 1),))
        return
    yield from _regions(aws, account, plan, progress)


def _regions(aws: Aws, account: str, plan: AwsPlan, progress: Progress) -> Iterator[Collected]:
    regions = aws.regions("apigatewayv2", plan.regions)
    if isinstance(regions, Trouble):
        yield _gap(f"aws:{account}", "its regions", regions)
        return
    left = [region for region in regions if region not in plan.exclude.regions]
    excluded = len(regions) - len(left)
    yield Collected(counts=(Count(f"aws:{account}", "regions", len(regions), len(left), excluded),))
    for region in left:
        progress(f"reading HTTP APIs of {account} in {region}")
        yield fetch_http_apis(aws, account, region)


def _gap(source: str, what: str, trouble: Trouble) -> Collected:
    gap = Unread(f"{source} {what}", source, trouble.gap, trouble.reason, trouble.do, Where(source))
    return Collected(unread=(gap,), counts=(Count(source, what, 1, 0),))


def from_clusters(
    plan: Kubernetes, environ: Mapping[str, str], progress: Progress
) -> Iterator[Collected]:
    """Every cluster whose context one of the globs takes; without globs the one that this process runs
    in, or else the current context."""
    try:
        names = _contexts(plan, environ)
    except KubeConfigError as error:
        yield _gap("kube", "the contexts", Trouble(Gap.INVALID, str(error), _CORRECT))
        return
    for glob in plan.contexts:
        if not any(fnmatchcase(name, glob) for name in names):
            trouble = Trouble(Gap.ABSENT, "no context has such a name", _CORRECT)
            yield _gap(f"kube:{glob}", "the cluster", trouble)
    for name in names:
        if not plan.contexts or any(fnmatchcase(name, glob) for glob in plan.contexts):
            progress(f"reading cluster {name}")
            yield _cluster(plan, name)


def _contexts(plan: Kubernetes, environ: Mapping[str, str]) -> tuple[str, ...]:
    if plan.contexts:
        return context_names(plan.kubeconfig)
    if plan.kubeconfig is None and "KUBERNETES_SERVICE_HOST" in environ:
        return (IN_CLUSTER,)
    return (current_context(plan.kubeconfig),)


def _cluster(plan: Kubernetes, name: str) -> Collected:
    source = f"kube:{name}"
    try:
        cluster = open_cluster(name, plan.kubeconfig)
    except KubeConfigError as error:
        trouble = Trouble(Gap.INVALID, str(error), _CORRECT)
        return _gap(source, "the cluster", trouble)
    collected = fetch_ingresses(cluster, source)
    kept = tuple(d for d in collected.documents if not _excluded(d, plan.exclude.namespaces))
    left = len(collected.documents) - len(kept)
    excluded = (Count(source, "excluded by namespace", left, 0, left),) if left else ()
    return Collected(kept, collected.unread, (*collected.counts, *excluded))


def _excluded(document: Document, globs: tuple[str, ...]) -> bool:
    namespace = document.key.partition("/")[0]
    return document.kind == "Ingress" and any(fnmatchcase(namespace, glob) for glob in globs)
