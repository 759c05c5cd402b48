"""The metrics file: both formats' own parsers read it, and it says what the run knows."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import Metric as Family
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as text_format

from auditor.core.drift import State
from auditor.core.reading import Gap, Unread, Where
from auditor.core.waiver.waiver import Waived
from auditor.edge.metrics import (
    MOST_LABELS,
    OTHER,
    Metric,
    Sample,
    Standing,
    failed_metrics,
    metrics_text,
    run_metrics,
    write_metrics,
)
from auditor.edge.reports.layout import safe
from auditor.edge.store.record import Blind, RunRecord, SourceRead
from tests.edge.reports import records
from tests.edge.reports.records import HOSTILE, START

STANDING = Standing(tickets_open=4, outbox_waiting=3, waivers_active=2, waivers_expiring=1)
HOSTILE_LABEL = 'a"} 1\ncors_audit_last_run_failed 0\n\\' + HOSTILE


def values(families: Iterable[Family]) -> dict[str, float]:
    """`name{label="value"}` to value."""
    found: dict[str, float] = {}
    for family in families:
        assert family.type == "gauge"
        assert family.documentation.endswith(".")
        for one in family.samples:
            assert one.timestamp is None
            labels = ",".join(f"{key}={value}" for key, value in sorted(one.labels.items()))
            name = one.name + (f"{{{labels}}}" if labels else "")
            assert name not in found, "twice"
            found[name.removeprefix("cors_audit_")] = one.value
    return found


def read(text: str) -> dict[str, float]:
    found = values(open_metrics(text))
    assert values(text_format(text)) == found
    return found


def of(record: RunRecord, code: int = 13) -> dict[str, float]:
    return read(metrics_text(run_metrics(record, STANDING, code, problems=2)))


def test_it_says_how_the_run_ended() -> None:
    found = of(records.night_two().now)
    ended = (START + timedelta(minutes=7)).timestamp()
    assert found["last_run_timestamp_seconds"] == ended
    assert found["last_run_duration_seconds"] == 420
    assert found["last_run_complete"] == 0
    assert found["last_run_exit_code"] == 13
    assert found["last_run_failed"] == 0
    assert found["last_run_problems"] == 2
    assert found["tickets_open"] == 4
    assert found["outbox_waiting"] == 3
    assert found["waivers_active"] == 2
    assert found["waivers_expiring"] == 1


def test_it_counts_findings_routes_and_sources() -> None:
    found = of(records.night_two().now)
    counted = {name: number for name, number in found.items() if name.startswith("findings{")}
    assert {name for name, number in counted.items() if number} == {
        "findings{environment=prod,severity=critical,state=new}",
        "findings{environment=prod,severity=high,state=regressed}",
        "findings{environment=prod,severity=high,state=standing}",
        "findings{environment=staging,severity=medium,state=standing}",
    }
    assert sum(counted.values()) == 4
    assert len(counted) == 2 * 5 * 4, "zeros stand too"
    assert found["backlog_findings"] == 1
    assert found["resolved_findings"] == 1
    assert found["unverifiable_findings"] == 1
    assert found["routes{verdict=widened}"] == 1
    assert found["routes{verdict=cannot tell}"] == 1
    assert found["routes{verdict=clean}"] == 0
    assert found["unread_routes"] == 1
    assert found["sources{state=read,system=aws}"] == 1
    assert found["sources{state=unread,system=aws}"] == 1
    assert found["sources{state=read,system=kube}"] == 1
    assert found["sources{state=unread,system=kube}"] == 0
    assert found["resources{kind=Ingress,state=excluded}"] == 41
    assert found["resources{kind=files,state=unread}"] == 1


def test_what_is_waived_counts_apart() -> None:
    record = records.night_two().now
    waived = Waived("k", "2027-03-01", "why", "who", "waivers.yaml:7")
    found = of(
        replace(record, drifts=(replace(record.drifts[0], waived=waived), *record.drifts[1:]))
    )
    assert found["waived_findings"] == 1
    assert found["findings{environment=prod,severity=critical,state=new}"] == 0


def test_a_source_with_nothing_but_a_gap_counts_as_unread() -> None:
    gap = Unread("kube:prod-9", "kube:prod-9", Gap.DENIED, "no", "do", Where("x"))
    record = replace(records.clean().now, unread=(Blind(gap),))
    assert of(record)["sources{state=unread,system=kube}"] == 1


def test_a_failed_run_says_that_and_nothing_of_the_estate() -> None:
    found = read(metrics_text(failed_metrics(START, START + timedelta(seconds=1.5))))
    assert found == {
        "last_run_timestamp_seconds": START.timestamp() + 1,
        "last_run_duration_seconds": 1.5,
        "last_run_exit_code": 1,
        "last_run_failed": 1,
    }


def test_a_clock_that_went_back_gives_no_negative_time() -> None:
    found = read(metrics_text(failed_metrics(START, START - timedelta(hours=1))))
    assert found["last_run_duration_seconds"] == 0


def test_hostile_labels_add_no_lines_and_no_labels() -> None:
    plain, hostile = (_named(name) for name in ("prod", HOSTILE_LABEL))
    text = metrics_text(run_metrics(hostile, STANDING, 13))
    assert len(text.splitlines()) == len(
        metrics_text(run_metrics(plain, STANDING, 13)).splitlines()
    )
    assert read(text)["last_run_failed"] == 0
    assert of(records.hostile().now)["last_run_failed"] == 0


def _named(name: str) -> RunRecord:
    """A run in which everything that becomes a label is called `name`."""
    record = records.clean().now
    drift = records.drift(replace(records.LEAK, environment=name), State.NEW)
    routes = tuple(replace(one, environment=name) for one in record.routes)
    return replace(record, routes=routes, drifts=(drift,), sources=(SourceRead(name, name, 1, 1),))


@pytest.mark.parametrize("text", ["a\\b", 'a"b', "a\\", "a\nb", "\x1b[31m", "a\\n", "{}=,"])
def test_a_label_comes_back_as_it_was_shown(text: str) -> None:
    written = metrics_text([Metric("x", "A thing.", (Sample(1, {"a": text}),))])
    for parse in (open_metrics, text_format):
        (family,) = parse(written)
        assert family.samples[0].labels == {"a": safe(text)}


def test_labels_are_bounded() -> None:
    names = [f"e{at:03}" for at in range(MOST_LABELS + 9)]
    routes = tuple(replace(records.ROUTES[0], environment=name) for name in names)
    finding = replace(records.LEAK, environment=names[-1])
    drift = records.drift(finding, State.NEW)
    record = replace(records.clean().now, routes=routes, drifts=(drift,))
    found = of(record)
    assert found[f"findings{{environment={OTHER},severity=critical,state=new}}"] == 1
    assert len([name for name in found if name.startswith("findings{")]) == 20 * (MOST_LABELS + 1)


def test_the_file_ends_as_both_formats_want(tmp_path: Path) -> None:
    path = tmp_path / "cors_audit.prom"
    write_metrics(path, run_metrics(records.clean().now, STANDING, 0))
    text = path.read_text()
    assert text.endswith("\n# EOF\n")
    assert "\n\n" not in text
    assert read(text)["last_run_exit_code"] == 0


def test_the_parsers_would_see_a_label_that_was_not_escaped() -> None:
    text = metrics_text([Metric("x", "A thing.", (Sample(1, {"a": "b"}),))])
    with pytest.raises(ValueError, match=r"."):
        read(text.replace('"b"', '"b"c"'))
