"""What a monitor scrapes of the last run: a text file that each run, failed ones too, writes anew.

The lines are OpenMetrics 1.0, and at the same time the Prometheus text format 0.0.4 that the
textfile collector of node_exporter reads: gauges alone, no timestamps (it refuses the file for one:
collector/textfile.go, `hasTimestamps`), no blank lines, and `# EOF` with its line end, which the
older format takes for a comment (prometheus/common, expfmt/text_parse.go, `startComment`). The
collector looks at names that end in `.prom` alone. docs/operation.md has alerts to go with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias

from auditor.core.decision.verdict import Verdict
from auditor.core.drift import State
from auditor.core.finding import Severity
from auditor.edge.reports.audit import present, unwaived
from auditor.edge.reports.layout import safe
from auditor.edge.store.record import RunRecord
from auditor.edge.whole_file import write_whole

FAILED: Final = 1
LONGEST_LABEL: Final = 100
MOST_LABELS: Final = 50
"""Different values of one label; what comes after them is counted as `OTHER`."""
OTHER: Final = "other"
_Numbers: TypeAlias = Counter[tuple[str, ...]]
_SEEN = (State.NEW, State.REGRESSED, State.CHANGED, State.STANDING)


@dataclass(frozen=True, slots=True)
class Standing:
    """Numbers that are kept beside runs; `expiring`: waivers that run out within two weeks."""

    tickets_open: int = 0
    outbox_waiting: int = 0
    waivers_active: int = 0
    waivers_expiring: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of a metric, with its labels."""

    value: float
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Metric:
    """A gauge. `name`: without the prefix; `help`: one plain sentence."""

    name: str
    help: str
    samples: tuple[Sample, ...]


def write_metrics(path: Path, metrics: Iterable[Metric]) -> None:
    """Put `metrics` at `path`, whole or not at all; raises OSError."""
    write_whole(path, metrics_text(metrics).encode())


def run_metrics(
    record: RunRecord, standing: Standing, exit_code: int, problems: int = 0
) -> Iterator[Metric]:
    """What a finished run has to say. `problems`: what it could not deliver or write."""
    head = record.head
    yield from _end(head.started, head.finished, exit_code)
    yield _one("last_run_complete", "1 where all was read and decided.", head.complete)
    yield _one("last_run_problems", "Reports, messages or files that could not be sent.", problems)
    yield _findings(record)
    states = Counter(drift.state for drift in record.drifts)
    found = present(record)
    backlog = sum(drift.backlog for drift, _ in found)
    waived = sum(drift.waived is not None for drift, _ in found)
    yield _one("backlog_findings", "Findings that their sources had when first read.", backlog)
    yield _one("waived_findings", "Findings that someone has accepted.", waived)
    yield _one("resolved_findings", "Findings that this run saw mended.", states[State.RESOLVED])
    yield _one(
        "unverifiable_findings",
        "Open findings that this run could not look at again.",
        states[State.UNVERIFIABLE],
    )
    yield from _coverage(record)
    yield _one("tickets_open", "Tickets of ours that are open.", standing.tickets_open)
    yield _one(
        "outbox_waiting", "Changes that a tracker has not taken yet.", standing.outbox_waiting
    )
    yield _one("waivers_active", "Waivers that hold.", standing.waivers_active)
    yield _one("waivers_expiring", "Of them, those near their end.", standing.waivers_expiring)


def failed_metrics(started: datetime, finished: datetime) -> Iterator[Metric]:
    """What a run that failed has to say: that it failed, and nothing about the estate."""
    yield from _end(started, finished, FAILED)


def _end(started: datetime, finished: datetime, code: int) -> Iterator[Metric]:
    seconds = (finished - started).total_seconds()
    yield _one("last_run_timestamp_seconds", "When the last run ended.", int(finished.timestamp()))
    yield _one("last_run_duration_seconds", "How long it took.", round(max(seconds, 0.0), 3))
    yield _one("last_run_exit_code", "How it ended.", code)
    yield _one("last_run_failed", "1 where the auditor itself failed.", code == FAILED)


def _findings(record: RunRecord) -> Metric:
    found = unwaived(record)
    routes = {route.environment for route in record.routes}
    places = _Bounded(sorted(routes | {one.environment for _, one in found}))
    numbers: _Numbers = Counter(
        (places[one.environment], one.severity.word, str(drift.state)) for drift, one in found
    )
    # Every combination, so that an alert sees a zero where it would see nothing.
    for place in places.values:
        for severity in Severity:
            numbers.update({(place, severity.word, str(state)): 0 for state in _SEEN})
    names = ("environment", "severity", "state")
    return _many("findings", "Findings that the run has and nobody has accepted.", names, numbers)


def _coverage(record: RunRecord) -> Iterator[Metric]:
    known = _Bounded([str(verdict) for verdict in Verdict])
    verdicts: _Numbers = Counter({(name,): 0 for name in known.values})
    verdicts.update((known[route.verdict],) for route in record.routes)
    yield _many("routes", "Routes by verdict.", ("verdict",), verdicts)
    yield _one(
        "unread_routes",
        "Routes that cannot be judged for something unread.",
        sum(route.blinded for route in record.routes),
    )
    gaps = {_scope(blind.unread.source) for blind in record.unread}
    scopes = {
        (scope, scope not in gaps) for scope in {_scope(one.source) for one in record.sources}
    }
    scopes |= {(scope, False) for scope in gaps}
    systems = _Bounded(sorted({_system(source) for source, _ in scopes}))
    numbers: _Numbers = Counter(
        (systems[_system(source)], "read" if whole else "unread") for source, whole in scopes
    )
    for system in systems.values:
        numbers.update({(system, "read"): 0, (system, "unread"): 0})
    yield _many("sources", "Sources by whether all of each was read.", ("system", "state"), numbers)
    yield _resources(record)


def _resources(record: RunRecord) -> Metric:
    kinds = _Bounded(sorted({one.kind for one in record.sources}))
    numbers: _Numbers = Counter()
    for one in record.sources:
        kind = kinds[one.kind]
        left = one.found - one.read - one.excluded
        numbers.update(
            {(kind, "read"): one.read, (kind, "unread"): left, (kind, "excluded"): one.excluded}
        )
    return _many(
        "resources", "Resources by kind and by what became of them.", ("kind", "state"), numbers
    )


def _scope(source: str) -> str:
    """An account rather than each of its regions; any other source as it is."""
    return source.partition("/")[0] if source.startswith("aws:") else source


def _system(source: str) -> str:
    return source.partition(":")[0]


class _Bounded:
    """The values that a label may have: the first few, and one for all others."""

    def __init__(self, values: list[str]) -> None:
        self._kept = frozenset(values[:MOST_LABELS])
        self.values = [*values[:MOST_LABELS], *([OTHER] if len(values) > MOST_LABELS else [])]

    def __getitem__(self, value: str) -> str:
        return value if value in self._kept else OTHER


def _one(name: str, about: str, value: float) -> Metric:
    return Metric(name, about, (Sample(value, {}),))


def _many(name: str, about: str, labels: tuple[str, ...], numbers: _Numbers) -> Metric:
    samples = (Sample(numbers[key], dict(zip(labels, key, strict=True))) for key in sorted(numbers))
    return Metric(name, about, tuple(samples))


def metrics_text(metrics: Iterable[Metric]) -> str:
    """`metrics` as text, with its end mark and last line end."""
    return "".join(f"{line}\n" for metric in metrics for line in _lines(metric)) + "# EOF\n"


def _lines(metric: Metric) -> Iterator[str]:
    name = f"cors_audit_{metric.name}"
    yield f"# TYPE {name} gauge"
    yield f"# HELP {name} {metric.help}"
    for sample in metric.samples:
        pairs = ",".join(f'{key}="{_label(value)}"' for key, value in sample.labels.items())
        yield (
            f"{name}{{{pairs}}} {_number(sample.value)}"
            if pairs
            else f"{name} {_number(sample.value)}"
        )


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _label(value: str) -> str:
    """A label's value with the three escapes that both formats know."""
    cut = safe(value, LONGEST_LABEL)
    return cut.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
