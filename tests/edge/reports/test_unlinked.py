"""Lines to paste: each loads once it is completed, and means the end that it was printed for."""

from datetime import date

import pytest

from auditor.edge.config.load import load_config
from auditor.edge.config.model import Config
from auditor.edge.reports.narrow import narrow_routes
from auditor.edge.reports.unlinked import depended_on, headline, hosts, paste
from auditor.edge.store.record import RunRecord, Unlinked
from tests.edge.reports import records
from tests.edge.reports.records import route

ROUTES = ("a.example.com/v1/*", "GET b.example.com/x", "b.example.com/{id}/x")
RECORD = RunRecord(
    records.head(1, records.START),
    routes=(
        route(ROUTES[0]),
        records.replace(route("b.example.com/x"), name=ROUTES[1]),
        route(ROUTES[2]),
        *(route(f"h{at}.example.com/*") for at in range(5)),
    ),
)


def end(name: str, *routes: str, blinds: tuple[str, ...] = ()) -> Unlinked:
    return Unlinked(name, f"nothing that was read answers to {name}", routes, blinds)


def completed(one: Unlinked) -> Config:
    found = paste(one, RECORD)
    assert found is not None
    line = found.line
    for key, value in (("to", "app:x"), ("path", "a.env"), ("key", "K"), ("like", "starlette")):
        line = line.replace(f'{key}: "..."', f"{key}: {value}")
    text = f"version: 1\n{found.under}:\n  {line}\n"
    config = load_config(text.encode(), "c.yaml", date(2026, 11, 22))
    assert isinstance(config, Config), config
    return config


@pytest.mark.parametrize(
    "host", ["legacy.internal", "*.legacy.internal", "on", "1a.example", "a-b"]
)
def test_a_host_is_linked(host: str) -> None:
    (link,) = completed(end(f"host:{host}", ROUTES[0])).links
    assert (link.host, link.to) == (host, "app:x")


def test_a_workload_of_a_cluster_is_named() -> None:
    (entry,) = completed(end("workload:kube:prod-1/orders/api", ROUTES[0])).files
    assert entry.workload == "kube:prod-1/orders/api"


@pytest.mark.parametrize(
    "name", ["service:kube:prod-1/orders/api", "lambda:arn:aws:lambda:x", "workload:file:a/b/c"]
)
@pytest.mark.parametrize(
    ("routes", "serves"),
    [
        (ROUTES[:1], ("a.example.com/v1/*",)),
        (ROUTES[:2], ("a.example.com/v1/*", "b.example.com/x")),
        (ROUTES[1:], ("b.example.com/*",)),
    ],
)
def test_what_runs_code_serves_its_routes(
    name: str, routes: tuple[str, ...], serves: tuple[str, ...]
) -> None:
    (entry,) = completed(end(name, *routes)).files
    assert entry.serves == serves


def test_many_hosts_are_left_to_the_reader() -> None:
    found = paste(end("lambda:x", *(f"h{at}.example.com/*" for at in range(5))), RECORD)
    assert found is not None
    assert found.line.endswith(
        'serves: [h0.example.com/*, h1.example.com/*, h2.example.com/*, "..."]}'
    )


@pytest.mark.parametrize("name", ["http-api:a1/prod", "execute-api:a1", "cloudmap:x"])
def test_what_has_to_be_read_itself_has_no_line(name: str) -> None:
    assert paste(end(name, ROUTES[0]), RECORD) is None


def test_only_what_decisions_depend_on_is_counted() -> None:
    ends = (end("host:a", ROUTES[0]), end("host:b", *ROUTES, blinds=ROUTES[1:]))
    record = records.replace(RECORD, unlinked=ends)
    assert depended_on(record) == ends[1:]
    assert hosts(ends[1:], record) == {"a.example.com", "b.example.com"}
    assert headline(record) == "2 hosts end at something that nothing read answers to"
    assert headline(records.replace(RECORD, unlinked=ends[:1])) is None
    part = narrow_routes(record, (("host", "b.*"),))
    assert part.unlinked == (end("host:b", *ROUTES[1:], blinds=ROUTES[1:]),)
    assert headline(part) == "1 host ends at something that nothing read answers to"
