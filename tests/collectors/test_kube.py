"""The Kubernetes door against a real HTTP server that speaks the list protocol."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from auditor.core.reading import Gap, Hop, Layer
from collectors._kube import (
    KubeConfigError,
    KubeReader,
    Listed,
    Timeouts,
    context_names,
    open_cluster,
)
from collectors.ingress.ingress_nginx.collector import COLLECTOR
from collectors.kubernetes.inventory import fetch
from tests.collectors.ingress.manifests import controller, ingress, ingress_class

pytestmark = pytest.mark.server
INGRESSES = "/apis/networking.k8s.io/v1/ingresses"
TOKEN = "canary-token-3f9a"
SOURCE = "kube:prod"
Reply = tuple[int, object]


class Api:
    """What the server answers: `lists` by path, or the replies of `script`, one a request."""

    def __init__(self, lists: dict[str, list[dict[str, Any]]] | None = None) -> None:
        self.lists = lists or {}
        self.script: list[Reply | Callable[[], Reply]] = []
        self.requests: list[tuple[str, dict[str, str], str | None]] = []
        self.page = 2

    def answer(self, path: str, query: dict[str, str], authorization: str | None) -> Reply:
        self.requests.append((path, query, authorization))
        if self.script:
            scripted = self.script.pop(0)
            return scripted() if callable(scripted) else scripted
        if path not in self.lists and path.startswith("/api/v1/"):
            return 200, {"apiVersion": "v1", "metadata": {}, "items": []}
        if path not in self.lists:
            return 404, {"kind": "Status", "code": 404}
        return 200, self.list_page(path, int(query.get("continue", "0")))

    def list_page(self, path: str, start: int) -> dict[str, Any]:
        items = self.lists[path]
        end = start + self.page
        bare = [{k: v for k, v in i.items() if k not in ("kind", "apiVersion")} for i in items]
        after = {"continue": str(end)} if end < len(items) else {}
        version = path.removeprefix("/apis/").removeprefix("/api/").rpartition("/")[0]
        return {"apiVersion": version, "metadata": after, "items": bare[start:end]}


@contextmanager
def serving(api: Api) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query = {key: several[0] for key, several in parse_qs(url.query).items()}
            status, body = api.answer(url.path, query, self.headers.get("Authorization"))
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def kubeconfig(folder: Path, url: str) -> str:
    body = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "prod",
        "clusters": [{"name": "c", "cluster": {"server": url}}],
        "users": [{"name": "u", "user": {"token": TOKEN}}],
        "contexts": [
            {"name": name, "context": {"cluster": "c", "user": "u"}} for name in ("prod", "dev")
        ],
    }
    path = folder / "config"
    path.write_text(yaml.safe_dump(body))
    return str(path)


@contextmanager
def cluster(
    api: Api, folder: Path, timeouts: Timeouts | None = None
) -> Iterator[tuple[KubeReader, list[float]]]:
    pauses: list[float] = []
    with serving(api) as url:
        yield open_cluster("prod", kubeconfig(folder, url), timeouts, pauses.append), pauses


def listed(api: Api, folder: Path, timeouts: Timeouts | None = None) -> Listed:
    with cluster(api, folder, timeouts) as (reader, _):
        return reader.list_raw(INGRESSES, "Ingress", SOURCE)


def five() -> Api:
    return Api({INGRESSES: [ingress({}, name=f"i{at}") for at in range(5)]})


def names(found: Listed) -> list[str]:
    metadata = [one.body["metadata"] for one in found.found]
    return [one["name"] for one in metadata if isinstance(one, dict)]  # type: ignore[misc]


def the_gap(found: Listed) -> tuple[Gap, str, str]:
    assert found.found == ()
    assert len(found.unread) == 1
    return found.unread[0].gap, found.unread[0].reason, found.unread[0].do


def test_pages_are_followed_to_the_end(tmp_path: Path) -> None:
    api = five()
    found = listed(api, tmp_path)
    assert names(found) == ["i0", "i1", "i2", "i3", "i4"]
    assert [query for _, query, _ in api.requests] == [
        {"limit": "500"},
        {"limit": "500", "continue": "2"},
        {"limit": "500", "continue": "4"},
    ]
    assert {authorization for _, _, authorization in api.requests} == {f"Bearer {TOKEN}"}


def test_items_get_the_kind_and_version_of_their_list(tmp_path: Path) -> None:
    one = listed(five(), tmp_path).found[0]
    assert (one.body["kind"], one.body["apiVersion"]) == ("Ingress", "networking.k8s.io/v1")
    assert str(one.where) == "kube:prod/Ingress/orders/i0"
    assert one.source == SOURCE


def test_an_expired_list_begins_again(tmp_path: Path) -> None:
    api = five()
    first = api.list_page(INGRESSES, 0)
    api.script = [(200, first), (410, {"code": 410, "metadata": {"continue": "x"}})]
    assert names(listed(api, tmp_path)) == ["i0", "i1", "i2", "i3", "i4"]


def test_a_list_that_keeps_expiring_is_a_gap(tmp_path: Path) -> None:
    api = five()
    api.script = [(410, {})] * 3
    gap, reason, _ = the_gap(listed(api, tmp_path))
    assert (gap, len(api.requests)) == (Gap.UNREACHABLE, 3)
    assert "410" in reason


@pytest.mark.parametrize(
    ("status", "gap", "do"),
    [
        (401, Gap.DENIED, "renew the credentials"),
        (403, Gap.DENIED, "grant get and list on ingresses"),
        (400, Gap.UNREACHABLE, "see what answers"),
    ],
)
def test_a_refusal_is_a_gap(tmp_path: Path, status: int, gap: Gap, do: str) -> None:
    api = five()
    api.script = [(status, {"message": "no"})]
    found = the_gap(listed(api, tmp_path))
    assert found[0] is gap
    assert str(status) in found[1]
    assert do in found[2]
    assert len(api.requests) == 1


def test_a_kind_that_the_cluster_lacks_is_no_gap(tmp_path: Path) -> None:
    assert listed(Api({}), tmp_path) == Listed()


def test_what_has_no_services_is_no_cluster(tmp_path: Path) -> None:
    api = Api({})
    api.script = [(404, {"kind": "Status", "code": 404})]
    with cluster(api, tmp_path) as (reader, _):
        gap, reason, _ = the_gap(reader.list_raw("/api/v1/services", "Service", SOURCE))
    assert (gap, reason) == (Gap.UNREACHABLE, "404: no Kubernetes API")


@pytest.mark.parametrize(("status", "gap"), [(500, Gap.UNREACHABLE), (429, Gap.THROTTLED)])
def test_passing_failures_are_tried_again(tmp_path: Path, status: int, gap: Gap) -> None:
    api = five()
    api.script = [(status, {}), (status, {})]
    with cluster(api, tmp_path) as (reader, pauses):
        assert len(reader.list_raw(INGRESSES, "Ingress", SOURCE).found) == 5
        assert pauses == [1.0, 2.0]
        api.script = [(status, {})] * 3
        assert the_gap(reader.list_raw(INGRESSES, "Ingress", SOURCE))[0] is gap


def test_a_slow_cluster_is_a_gap(tmp_path: Path) -> None:
    api = five()

    def slow() -> Reply:
        time.sleep(0.4)
        return 200, {"items": []}

    api.script = [slow] * 3
    gap, reason, _ = the_gap(listed(api, tmp_path, Timeouts(connect=1, read=0.1)))
    assert gap is Gap.UNREACHABLE
    assert "timed out" in reason


def test_a_cluster_that_is_not_there_is_a_gap(tmp_path: Path) -> None:
    with serving(Api({})) as url:
        gone = url
    reader = open_cluster("prod", kubeconfig(tmp_path, gone), None, lambda _: None)
    gap, reason, _ = the_gap(reader.list_raw(INGRESSES, "Ingress", SOURCE))
    assert gap is Gap.UNREACHABLE
    assert "refused" in reason


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b"[" * 100_000])
def test_what_is_no_list_is_a_gap(tmp_path: Path, body: bytes) -> None:
    api = five()
    api.script = [(200, body)] * 3
    assert the_gap(listed(api, tmp_path))[0] is Gap.INVALID


def test_a_page_over_the_cap_is_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors._kube.BODY_CAP", 100)
    assert the_gap(listed(five(), tmp_path))[0] is Gap.TOO_LARGE


def test_no_gap_shows_the_token(tmp_path: Path) -> None:
    for script in ([(401, {})], [(500, {})] * 3, [(200, b"<html>")] * 3):
        api = five()
        api.script = list(script)
        assert TOKEN not in repr(listed(api, tmp_path))


def test_contexts(tmp_path: Path) -> None:
    path = kubeconfig(tmp_path, "http://127.0.0.1:1")
    assert context_names(path) == ("dev", "prod")
    with pytest.raises(KubeConfigError, match="context nowhere"):
        open_cluster("nowhere", path)
    with pytest.raises(KubeConfigError):
        context_names(str(tmp_path / "absent"))
    with pytest.raises(KubeConfigError, match="in-cluster"):
        open_cluster("in-cluster")


def estate() -> Api:
    deployment, settings = controller("1.11.2", hide_headers="Access-Control-Allow-Origin")
    return Api(
        {
            INGRESSES: [ingress({"enable-cors": "true"}, ingress_class="web")],
            "/apis/networking.k8s.io/v1/ingressclasses": [
                ingress_class("web", "k8s.io/ingress-nginx")
            ],
            "/apis/apps/v1/deployments": [deployment],
            "/apis/apps/v1/daemonsets": [],
            "/api/v1/configmaps": [settings],
        }
    )


def test_a_whole_cluster_becomes_hops(tmp_path: Path) -> None:
    with cluster(estate(), tmp_path) as (reader, _):
        collected = fetch(reader, SOURCE)
    hops = [item for item in COLLECTOR.read(collected.documents, {}) if isinstance(item, Hop)]
    assert [hop.answers for hop in hops] == [("host:api.example.com",)]
    assert hops[0].product == "ingress-nginx 1.11.2"
    assert hops[0].assumed == ()
    assert {count.kind: (count.found, count.read) for count in collected.counts} == {
        "Ingress": (1, 1),
        "IngressClass": (1, 1),
        "Deployment": (1, 1),
        "DaemonSet": (0, 0),
        "ConfigMap": (1, 1),
        "Service": (0, 0),
        "StatefulSet": (0, 0),
    }


def test_what_may_not_be_listed_is_said_and_assumed(tmp_path: Path) -> None:
    api = estate()
    ingresses = api.list_page(INGRESSES, 0)
    api.script = [(200, ingresses), *[(403, {})] * 6]
    with cluster(api, tmp_path) as (reader, _):
        collected = fetch(reader, SOURCE)
    assert [gap.scope for gap in collected.unread] == [
        "kube:prod ingressclasses",
        "kube:prod deployments",
        "kube:prod daemonsets",
        "kube:prod configmaps",
        "kube:prod services",
        "kube:prod statefulsets",
    ]
    assert [gap.layer for gap in collected.unread] == [Layer.INGRESS] * 4 + [Layer.APP] * 2
    assert all(gap.names for gap in collected.unread)
    api.script = [(403, {})]
    with cluster(api, tmp_path) as (reader, _):
        (gap,) = fetch(reader, SOURCE).unread
    assert (gap.layer, gap.names) == (Layer.INGRESS, ())
