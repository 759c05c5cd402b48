"""365 quiet nights over many routes: what a night costs at the beginning and at the end.

`python -m tests.bench.nights ROUTES NIGHTS` measures them in a process of its own. Two whole audits
come first, over one file that was collected elsewhere; what the second one judged is then brought
through all that follows judging, night after night, by a clock passed in: judging 365 times what is
the same 365 times would measure judging. Documents are new objects each night, as if read anew. Of the
nights between the first and the last ones, which tell nothing new, the keeping alone is done.
Seconds are those of the processor, so that what else runs meanwhile does not count.
"""

import gc
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from auditor.cli.main import COLLECTIONS
from auditor.core.reading import Document
from auditor.edge.config.load import load_config
from auditor.edge.config.model import Config
from auditor.edge.runfile import Collection, write_run_file
from auditor.edge.store.pruning import Keep
from auditor.edge.store.record import RunRecord, SourceRead
from auditor.edge.store.store import open_store
from auditor.run.audit import Outcome, audit
from auditor.run.night import JudgedRun, look_ahead, settle
from auditor.run.plan import Plan, plan_of
from auditor.run.world import World
from tests.bench.estate import LARGE, PATHS, allowlist, collected, ingress, settings
from tests.bench.line import Line
from tests.bench.memory import forget

NIGHTS, SHOWN, KEPT = 365, 10, 30
_FIRST = f"the first {SHOWN} nights"
_START = datetime(2026, 1, 1, 3, tzinfo=UTC)
_CONFIG = b"version: 1\ncollected: [all.run]\nstore: runs.db\n"


@dataclass(frozen=True, slots=True)
class Cost:
    """A night: seconds, bytes written to the log, bytes of the file after it."""

    seconds: float
    written: int
    size: int


@dataclass(frozen=True, slots=True)
class Played:
    """Some nights: the medians of their seconds and of the bytes written (to the log), and the bytes
    that the file grew by in each, of quiet nights over half a year."""

    seconds: float
    written: float
    grown: float


@dataclass(frozen=True, slots=True)
class Measured:
    """`whole`: seconds of the first audit, and of the second, which is quiet; nights after judging:
    `quiet`, the first ones and the last ones, and `changed`, those with one document changed, before
    and after them; bytes of the file after the `first` night and at the `end`; seconds of checking it
    and of pruning all but the last runs."""

    whole: tuple[float, float]
    quiet: tuple[Played, Played]
    changed: tuple[Played, Played]
    first: int
    end: int
    check: float
    prune: float


@dataclass(frozen=True, slots=True)
class QuietNights:
    """The nights of a year: seconds and bytes of each, and what the file is like after them."""

    name: str = "quiet-nights"

    def lines(self, turns: int, limit: float) -> Iterator[Line]:
        """Each number against the same at the beginning, or against what it should not exceed."""
        del turns, limit
        found = measured(LARGE, NIGHTS)
        first, quiet = found.whole
        yield self._line("seconds of an audit, nothing changed", quiet, "s", "the first one", first)
        judged = "judged once"
        half = "the first half of the nights"
        yield from self._series(f"after judging, {judged}", *found.quiet, half)
        changed = f"after judging, {judged}, one document changed"
        yield from self._series(changed, *found.changed, _FIRST)
        last = found.quiet[1]
        yield self._line("seconds after judging", last.seconds, "s", "a whole audit", quiet)
        after = f"the file after {NIGHTS} nights"
        mib, one = found.end / 2**20, found.first / 2**20
        yield self._line(after, mib, "MiB", "the file after one night", one)
        yield self._line("history --check then", found.check, "s", "a whole audit", quiet)
        yield self._line(f"prune --keep-runs {KEPT} then", found.prune, "s", "a whole audit", quiet)

    def _series(self, what: str, first: Played, last: Played, earlier: str) -> Iterator[Line]:
        """`earlier`: the nights in which the file grew as `first` has it."""
        yield self._line(f"seconds a night {what}", last.seconds, "s", _FIRST, first.seconds)
        written, before = last.written / 1024, first.written / 1024
        yield self._line(f"KiB written a night {what}", written, "KiB", _FIRST, before)
        grown, before = last.grown / 1024, first.grown / 1024
        yield self._line(f"KiB a night in the file {what}", grown, "KiB", earlier, before)

    def _line(self, what: str, value: float, unit: str, ratio_to: str, other: float) -> Line:
        return {
            "bench": f"{self.name}: {what}",
            "value": float(f"{value:.3g}"),
            "unit": unit,
            "ratio_to": ratio_to,
            "ratio": float(f"{value / other:.3g}"),
        }


def measured(routes: int, nights: int) -> Measured:
    """So many nights over so many routes, in a process of their own."""
    command = [sys.executable, "-m", "tests.bench.nights", str(routes), str(nights)]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    for name in ("quiet", "changed"):
        found[name] = tuple(Played(**one) for one in found[name])
    return Measured(**found)


class Calendar:
    """One night after another over an estate, in a folder of its own."""

    def __init__(self, folder: Path, hosts: int) -> None:
        config = load_config(_CONFIG, "cors-audit.yaml", _START.date())
        assert isinstance(config, Config)
        self.plan: Plan = plan_of(config, folder, "cors-audit.yaml", allowlist(hosts), {})
        self.store = folder / "runs.db"
        self._night = 0

    def _clock(self) -> datetime:
        return _START + timedelta(days=self._night)

    def whole(self, documents: tuple[Document, ...]) -> tuple[float, Outcome]:
        """A whole audit of what lies in the folder, as of a process that has just begun; its seconds."""
        self._night += 1
        forget()
        kinds = Counter((one.source, one.kind) for one in documents)
        counts = tuple(SourceRead(*kind, number, number) for kind, number in kinds.items())
        made = Collection(documents, (), counts, self._clock())
        write_run_file(self.plan.base / "all.run", made)
        began = time.process_time()
        outcome = audit(self.plan, self._clock, {}, _say_nothing)
        return time.process_time() - began, outcome

    def after_judging(self, outcome: Outcome, changed: int | None = None) -> Cost:
        """A night with the judgement of another one, from the store's opening to its closing. `changed`:
        the document that is another than ever."""
        self._night += 1
        record, at = outcome.record, self._clock()
        documents = [replace(one) for one in record.documents]
        if changed is not None:
            body = {**documents[changed].body, "changed": at.isoformat()}
            documents[changed] = replace(documents[changed], body=body)
        head = replace(record.head, started=at, finished=at, id=None)
        record = replace(record, head=head, documents=tuple(documents), drifts=())
        night = JudgedRun(
            self.plan, record, outcome.judgement, {}, World(), self._clock, _say_nothing
        )
        began = time.process_time()
        log = self._keep(night, record)
        return Cost(time.process_time() - began, log, self.store.stat().st_size)

    def _keep(self, night: JudgedRun, record: RunRecord) -> int:
        with open_store(self.store) as store:
            before = store.night_before(record.head.scope, record.documents)
            asked, ahead = look_ahead(night, store, before)
            with store.begin():
                settled = settle(night, store, before, asked, ahead)
                store.save(settled.record, settled.decided)
            return self._log()

    def keeping(self, outcome: Outcome) -> Cost:
        """A night that is kept as another one was: what was compared and settled then is so again."""
        self._night += 1
        record, at = outcome.record, self._clock()
        record = replace(record, head=replace(record.head, started=at, finished=at, id=None))
        began = time.process_time()
        with open_store(self.store) as store:
            store.save(record)
            log = self._log()
        return Cost(time.process_time() - began, log, self.store.stat().st_size)

    def _log(self) -> int:
        return self.store.with_name(f"{self.store.name}-wal").stat().st_size

    def changing(self, outcome: Outcome) -> Played:
        """Nights in a row, each with one document changed."""
        before = self.store.stat().st_size
        number = len(outcome.record.documents)
        nights = [self.after_judging(outcome, self._night % number) for _ in range(SHOWN)]
        return _played(nights, (nights[-1].size - before) / len(nights))


def _played(nights: Sequence[Cost], grown: float) -> Played:
    return Played(
        median(one.seconds for one in nights), median(one.written for one in nights), grown
    )


def _ends(nights: Sequence[Cost], before: int) -> tuple[Played, Played]:
    """The first and the last of `nights`; the file had `before` bytes ahead of them."""
    half = len(nights) // 2
    middle, end = nights[half - 1].size, nights[-1].size
    return (
        _played(nights[:SHOWN], (middle - before) / half),
        _played(nights[-SHOWN:], (end - middle) / (len(nights) - half)),
    )


def _say_nothing(_text: str) -> None:
    """Progress that nobody watches."""


def main(routes: int, nights: int) -> None:
    """Print what the nights take."""
    gc.set_threshold(*COLLECTIONS)
    hosts = routes // PATHS
    texts = [json.dumps(one) for at in range(hosts) for one in (ingress(at), settings(at))]
    documents = collected(texts).documents
    with TemporaryDirectory() as folder:
        calendar = Calendar(Path(folder), hosts)
        first, _ = calendar.whole(documents)
        size = calendar.store.stat().st_size
        second, outcome = calendar.whole(documents)
        before = calendar.changing(outcome)
        # What the last of those changed is as it was again: this one night is not quiet yet.
        ahead = calendar.after_judging(outcome).size
        quiet = [calendar.after_judging(outcome) for _ in range(SHOWN)]
        quiet += [calendar.keeping(outcome) for _ in range(nights - 2 * SHOWN)]
        quiet += [calendar.after_judging(outcome) for _ in range(SHOWN)]
        after = calendar.changing(outcome)
        check, prune = _tidied(calendar.store)
    found = Measured(
        whole=(first, second),
        quiet=_ends(quiet, ahead),
        changed=(before, after),
        first=size,
        end=quiet[-1].size,
        check=check,
        prune=prune,
    )
    print(json.dumps(asdict(found)))


def _tidied(path: Path) -> tuple[float, float]:
    """Seconds of checking a store, which is whole, and of forgetting what is old."""
    with open_store(path) as store:
        began = time.process_time()
        faults = store.faults()
        check = time.process_time() - began
        began = time.process_time()
        pruned = store.prune(Keep(runs=KEPT))
        prune = time.process_time() - began
        if faults or pruned.kept != KEPT or store.faults():
            raise RuntimeError(f"after the nights the store is not as it should be: {faults}")
    return check, prune


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
