"""An estate of many routes over few behaviours: from the documents' text to findings and records.

`python -m tests.bench.estate ROUTES` measures one in a process of its own, so that its peak memory is
its own; a route is a path of an Ingress before an app, ten of each host.
"""

import gc
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from auditor.cli.main import COLLECTIONS
from auditor.core.allowlist import AllowedRoute, Allowlist, OriginEntry, RouteMatch
from auditor.core.language.pattern import exact
from auditor.core.reading import Document, Where
from auditor.edge.config.model import Config
from auditor.run.examination import examine
from auditor.run.plan import Plan
from auditor.run.record import route_records
from collectors.app.mapping import AppMapping, FromKey, Given
from collectors.app.projection import project as project_app
from collectors.app.semantics.preset import Input
from collectors.collector import Collected, Found
from collectors.ingress.ingress_nginx.projection import project
from tests.bench.line import Line

BEHAVIOURS = 500
PATHS = 10
SMALL, LARGE = 10_000, 100_000
JSON = "json.loads"
_HERE = Where("bench")
_PREFIX = "nginx.ingress.kubernetes.io"


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of `json.loads` and of everything, the routes and findings, and the peak in MiB."""

    loads: float
    total: float
    routes: int
    findings: int
    peak: float


@dataclass(frozen=True, slots=True)
class ManyRoutes:
    """Two estates that differ in size alone: time and memory of the large one, and the growth."""

    name: str = "estate-100000-routes-500-behaviours"

    def lines(self, turns: int, limit: float) -> Iterator[Line]:
        """Against parsing the same documents, per second, in memory, and against the small one."""
        del turns, limit
        small, large = measured(SMALL), measured(LARGE)
        yield self._line("seconds", large.total, "s", JSON, large.total / large.loads)
        first = f"{small.routes} routes"
        grown = (large.total / large.routes) / (small.total / small.routes)
        yield self._line("seconds a route", large.total / large.routes, "s", first, grown)
        rate = large.routes / large.total
        yield self._line("routes a second", rate, "1/s", first, rate * small.total / small.routes)
        yield self._line("peak memory", large.peak, "MiB", first, large.peak / small.peak)

    def _line(self, what: str, value: float, unit: str, other: str, ratio: float) -> Line:
        return {
            "bench": f"{self.name}: {what}",
            "value": float(f"{value:.3g}"),
            "unit": unit,
            "ratio_to": other,
            "ratio": float(f"{ratio:.3g}"),
        }


def measured(routes: int) -> Measured:
    """An estate of so many routes, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.estate", str(routes)]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return Measured(*json.loads(done.stdout))


def ingress(at: int) -> dict[str, Any]:
    """One Ingress as a cluster lists it."""
    first, second = origins(at)
    name = f"svc{at}"
    paths = [
        {
            "path": f"/v1/r{path}",
            "pathType": "Prefix",
            "backend": {"service": {"name": name, "port": {"number": 80}}},
        }
        for path in range(PATHS)
    ]
    annotations = {
        f"{_PREFIX}/enable-cors": "true",
        f"{_PREFIX}/cors-allow-origin": f"{first}, {second}",
        f"{_PREFIX}/cors-allow-methods": "GET, PUT",
    }
    managed = {
        "manager": "helm",
        "operation": "Update",
        "apiVersion": "networking.k8s.io/v1",
        "time": "2026-01-01T00:00:00Z",
        "fieldsType": "FieldsV1",
        "fieldsV1": {"f:metadata": {"f:annotations": {f"f:{one}": {} for one in annotations}}},
    }
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": name,
            "namespace": f"team{at % 40}-prod",
            "uid": f"00000000-0000-0000-0000-{at:012d}",
            "resourceVersion": str(at),
            "creationTimestamp": "2026-01-01T00:00:00Z",
            "labels": {
                "app.kubernetes.io/name": name,
                "app.kubernetes.io/part-of": f"team{at % 40}",
            },
            "annotations": annotations,
            "managedFields": [managed],
        },
        "spec": {
            "ingressClassName": "nginx",
            "rules": [{"host": host(at), "http": {"paths": paths}}],
        },
        "status": {"loadBalancer": {"ingress": [{"hostname": f"lb{at % 20}.elb.example.net"}]}},
    }


def origins(at: int) -> tuple[str, str]:
    kind = at % BEHAVIOURS
    return f"https://app{kind % 50}.example.com", f"https://team{kind}.example.com"


def host(at: int) -> str:
    return f"svc{at}.example.com"


def settings(at: int) -> dict[str, Any]:
    """The document of the app behind an Ingress, as a run keeps it."""
    mapping = AppMapping(
        name=f"svc{at}",
        paths=(f"svc{at}.env",),
        semantics="starlette@1.0",
        serves=(f"{host(at)}/*",),
        inputs={
            Input.ORIGINS: FromKey("ORIGINS"),
            Input.CREDENTIALS: Given(True),
            Input.METHODS: Given(["GET", "PUT"]),
        },
    )
    text = f"ORIGINS={','.join(origins(at))}\n".encode()
    found = project_app(mapping, f"svc{at}.env", text, f"app:svc{at}", {})
    assert isinstance(found, Document)
    return {"source": found.source, "kind": found.kind, "key": found.key, "body": found.body}


def allowlist(hosts: int) -> Allowlist:
    """What the estate's owners want: what every layer lists, but for one host in a hundred."""
    routes = []
    for at in range(hosts):
        wanted = origins(at)[: 1 if at % 100 == 7 else 2]
        entries = tuple(OriginEntry(exact(text), "team", _HERE) for text in wanted)
        routes.append(AllowedRoute(RouteMatch(host(at)), entries, True, _HERE))
    return Allowlist(tuple(routes))


def collected(texts: list[str]) -> Collected:
    """Everything that the documents in `texts` say, from their bytes on."""
    documents: list[Document] = []
    for text in texts:
        loaded = json.loads(text)
        if "apiVersion" in loaded:
            place = Where(f"kube:bench/Ingress/{loaded['metadata']['name']}")
            found = project(Found(loaded, "kube:bench", place))
            documents += [one for one in found if isinstance(one, Document)]
        else:
            documents.append(Document(where=_HERE, **loaded))
    return Collected(tuple(documents))


def main(routes: int) -> None:
    """Print what an estate of `routes` takes."""
    gc.set_threshold(*COLLECTIONS)
    hosts = routes // PATHS
    texts = [json.dumps(one) for at in range(hosts) for one in (ingress(at), settings(at))]
    plan = Plan(Path(), Config(), "bench", allowlist=allowlist(hosts))
    gc.collect()
    began = time.perf_counter()
    kept = [json.loads(text) for text in texts]
    loads = time.perf_counter() - began
    del kept
    began = time.perf_counter()
    judgement, _ = examine(plan, collected(texts), date(2026, 1, 1), lambda _text: None)
    records = route_records(judgement)
    total = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([loads, total, len(records), len(judgement.findings), peak]))


if __name__ == "__main__":
    main(int(sys.argv[1]))
