"""The one door to Kubernetes: lists of raw objects, page by page, and what could not be listed.

Only `config.*`, `CustomObjectsApi` and list methods with `_preload_content=False` of the official
client are used: they kept their signatures from 29 to 37, and raw JSON is read about ten times faster
than typed models. A kubeconfig may name a program to run for credentials: only read trusted ones.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Any, Protocol

from auditor.core.reading import Gap, Json, Unread, Where
from collectors.collector import Found

IN_CLUSTER = "in-cluster"
"""The context name that stands for the service account of the pod that this runs in."""
PAGE = 500
"""Objects per request; a page may hold fewer, even none."""
BODY_CAP = 64 * 1024 * 1024
"""Bytes of one page that are read."""
_ATTEMPTS = 3
_RESTARTS = 2
_PAUSE_SECONDS = 0.5
_PHRASES = {one.value: one.phrase for one in HTTPStatus}
_CORE = {
    "/api/v1/configmaps": "list_config_map_for_all_namespaces",
    "/api/v1/namespaces": "list_namespace",
    "/api/v1/services": "list_service_for_all_namespaces",
}


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for a connection, and for each piece of an answer."""

    connect: float = 3.05
    read: float = 30.0


@dataclass(frozen=True, slots=True)
class Listed:
    """The objects of one kind, and at most one gap where they could not all be read."""

    found: tuple[Found, ...] = ()
    unread: tuple[Unread, ...] = ()


class KubeReader(Protocol):
    """A cluster that lists objects; the collectors know no more of Kubernetes."""

    def list_raw(self, path: str, kind: str, source: str) -> Listed:
        """Every object of `kind` at `path` (`/apis/<group>/<version>/<plural>`)."""

    def try_list(self, path: str, source: str) -> Unread | None:
        """Why nothing can be listed at `path`, asked once and for one object; None where it can, and
        where the cluster has no such kind."""


class KubeConfigError(Exception):
    """A kubeconfig, or a context in it, cannot be used; says why."""


def context_names(config_file: str | None = None) -> tuple[str, ...]:
    """The contexts of the kubeconfig (`KUBECONFIG`, `~/.kube/config`). Raises `KubeConfigError`."""
    from kubernetes import config

    try:
        contexts, _ = config.list_kube_config_contexts(config_file=config_file)  # type: ignore[no-untyped-call]
    except Exception as error:
        raise KubeConfigError(_one_line(error)) from error
    return tuple(sorted(str(context["name"]) for context in contexts))


def current_context(config_file: str | None = None) -> str:
    """The kubeconfig's current context. Raises `KubeConfigError` where there is none."""
    from kubernetes import config

    try:
        _, current = config.list_kube_config_contexts(config_file=config_file)  # type: ignore[no-untyped-call]
    except Exception as error:
        raise KubeConfigError(_one_line(error)) from error
    return str(current["name"])


def user_of(context: str, config_file: str | None = None) -> str:
    """Whose credentials a context bears, by their name in the kubeconfig. Raises `KubeConfigError`."""
    from kubernetes import config

    if context == IN_CLUSTER:
        return "the pod's service account"
    try:
        contexts, _ = config.list_kube_config_contexts(config_file=config_file)  # type: ignore[no-untyped-call]
    except Exception as error:
        raise KubeConfigError(_one_line(error)) from error
    users = [one["context"].get("user") for one in contexts if one["name"] == context]
    return f"user {users[0]}" if users and users[0] else "nobody"


def open_cluster(
    context: str,
    config_file: str | None = None,
    timeouts: Timeouts | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> KubeReader:
    """The cluster of `context`; nothing is sent yet. Raises `KubeConfigError`."""
    from kubernetes import client, config

    settings = client.Configuration()
    try:
        if context == IN_CLUSTER:
            config.load_incluster_config(client_configuration=settings)  # type: ignore[no-untyped-call]
        else:
            config.load_kube_config(  # type: ignore[no-untyped-call]
                config_file=config_file, context=context, client_configuration=settings
            )
    except Exception as error:
        raise KubeConfigError(f"context {context}: {_one_line(error)}") from error
    # Retries are counted here, not in the transport underneath.
    settings.retries = 0
    return _Cluster(client.ApiClient(settings), timeouts or Timeouts(), sleep)


class _RefusedError(Exception):
    """A list request that failed for good: its gap and the words of the source."""

    def __init__(self, gap: Gap, reason: str, do: str) -> None:
        super().__init__(reason)
        self.gap = gap
        self.reason = reason
        self.do = do


class _ExpiredError(Exception):
    """410: the token of the next page is too old, the list must begin again."""


class _AbsentError(Exception):
    """404: the cluster has no such kind, so it holds no object of it."""


@dataclass(frozen=True, slots=True)
class _Cluster:
    api: Any
    timeouts: Timeouts
    sleep: Callable[[float], None]
    failed: list[str] = field(default_factory=list)
    """Why lists failed in spite of every attempt: the others get one attempt each."""

    def list_raw(self, path: str, kind: str, source: str) -> Listed:
        try:
            return Listed(found=self._whole_list(path, kind, source))
        except _AbsentError:
            gap = _without_core(path, source)
            return Listed(unread=() if gap is None else (gap,))
        except _RefusedError as error:
            return Listed(unread=(_gap(path, source, error),))

    def try_list(self, path: str, source: str) -> Unread | None:
        try:
            _parsed(self._body(path, "", limit=1))
        except _TransientError as error:
            return _gap(path, source, _RefusedError(error.gap, str(error), "run again"))
        except _RefusedError as error:
            return _gap(path, source, error)
        except _AbsentError:
            return _without_core(path, source)
        return None

    def _whole_list(self, path: str, kind: str, source: str) -> tuple[Found, ...]:
        for _ in range(_RESTARTS + 1):
            try:
                return tuple(
                    _found(item, kind, path, source)
                    for page in self._pages(path)
                    for item in _items(page)
                )
            except _ExpiredError:
                continue
        raise _RefusedError(
            Gap.UNREACHABLE, f"the list expired {_RESTARTS + 1} times (410)", "run again"
        )

    def _pages(self, path: str) -> Iterator[Mapping[str, Json]]:
        token = ""
        while True:
            page = self._page(path, token)
            yield page
            metadata = page.get("metadata")
            after = metadata.get("continue") if isinstance(metadata, dict) else None
            if not isinstance(after, str) or after in ("", token):
                return
            token = after

    def _page(self, path: str, token: str) -> Mapping[str, Json]:
        attempts = 1 if self.failed else _ATTEMPTS
        for attempt in range(1, attempts):
            try:
                return _parsed(self._body(path, token))
            except _TransientError:
                self.sleep(_PAUSE_SECONDS * 2**attempt)
        try:
            return _parsed(self._body(path, token))
        except _TransientError as error:
            reason = f"{error} ({attempts} attempt{'s' if attempts > 1 else ''})"
            self.failed.append(reason)
            raise _RefusedError(error.gap, reason, "run again") from error

    def _body(self, path: str, token: str, limit: int = PAGE) -> bytes:
        from kubernetes.client.exceptions import ApiException
        from urllib3.exceptions import HTTPError

        try:
            response = self._request(path, token, limit)
            body: bytes = response.read(BODY_CAP + 1)
            response.release_conn()
        except ApiException as error:
            raise _of_status(int(error.status or 0), path) from error
        except (HTTPError, OSError) as error:
            raise _TransientError(Gap.UNREACHABLE, _broken(error)) from error
        if len(body) > BODY_CAP:
            raise _RefusedError(
                Gap.TOO_LARGE,
                f"a page of over {BODY_CAP} bytes",
                "exclude the namespace that fills it",
            )
        return body

    def _request(self, path: str, token: str, limit: int) -> Any:
        page = {"limit": limit, "_continue": token} if token else {"limit": limit}
        return self._lister(path)(
            **page,
            _preload_content=False,
            _request_timeout=(self.timeouts.connect, self.timeouts.read),
        )

    def _lister(self, path: str) -> Callable[..., Any]:
        from kubernetes import client

        if path in _CORE:
            return getattr(client.CoreV1Api(self.api), _CORE[path])  # type: ignore[no-any-return]
        _, _, group, version, plural = path.split("/")
        custom = client.CustomObjectsApi(self.api)
        return partial(
            custom.list_cluster_custom_object, group=group, version=version, plural=plural
        )


class _TransientError(Exception):
    """A failure that may pass: worth another attempt."""

    def __init__(self, gap: Gap, reason: str) -> None:
        super().__init__(reason)
        self.gap = gap


def _without_core(path: str, source: str) -> Unread | None:
    """The gap of a 404 for what every cluster has: what has no Services is no cluster, whatever else
    it may be. None for kinds that a cluster need not know."""
    if path not in _CORE:
        return None
    what = "see what answers at the cluster's address"
    return _gap(path, source, _RefusedError(Gap.UNREACHABLE, "404: no Kubernetes API", what))


def _gap(path: str, source: str, error: _RefusedError) -> Unread:
    scope = f"{source} {path.rpartition('/')[2]}"
    return Unread(scope, source, error.gap, error.reason, error.do, Where(f"{source}{path}"))


def _of_status(status: int, path: str) -> Exception:
    # The server's own words are not kept: they may repeat the token that it was sent.
    what = f"{status} {_PHRASES.get(status, '')}".strip()
    resource = path.rpartition("/")[2]
    match status:
        case 401:
            return _RefusedError(Gap.DENIED, what, "renew the credentials of this context")
        case 403:
            return _RefusedError(Gap.DENIED, what, f"grant get and list on {resource}")
        case 404:
            return _AbsentError()
        case 410:
            return _ExpiredError()
        case 429:
            return _TransientError(Gap.THROTTLED, what)
        case _ if status >= 500:
            return _TransientError(Gap.UNREACHABLE, what)
        case _:
            return _RefusedError(Gap.UNREACHABLE, what, "see what answers at the cluster's address")


def _parsed(body: bytes) -> Mapping[str, Json]:
    try:
        page = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _TransientError(Gap.INVALID, f"not JSON: {_one_line(error)}") from error
    if not isinstance(page, dict):
        raise _RefusedError(
            Gap.INVALID, "not a list of objects", "see what answers at this address"
        )
    return page


def _items(page: Mapping[str, Json]) -> list[dict[str, Json]]:
    items = page.get("items")
    found = items if isinstance(items, list) else []
    version = page.get("apiVersion")
    return [{"apiVersion": version, **item} for item in found if isinstance(item, dict)]


def _found(item: dict[str, Json], kind: str, path: str, source: str) -> Found:
    """Items of a list have no kind of their own: it is that of the request."""
    metadata = item.get("metadata")
    names = metadata if isinstance(metadata, dict) else {}
    parts = [source, kind, names.get("namespace"), names.get("name")]
    place = "/".join(part for part in parts if isinstance(part, str) and part)
    return Found({**item, "kind": kind}, source, Where(place))


def _broken(error: Exception) -> str:
    """Why there is no answer; of one that is no HTTP nothing is quoted, as urllib3 2 does."""
    from urllib3.exceptions import ProtocolError

    if isinstance(getattr(error, "reason", error), ProtocolError):
        return "the connection ended early, or what came back is no HTTP"
    return _one_line(error)


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:300]
