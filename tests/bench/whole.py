"""The whole set: every benchmark, and the memory that one process takes to run them all.

`python -X tracemalloc -m tests.bench.whole` is that process.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench import division, judgement, pair
from tests.bench.estate import ManyRoutes
from tests.bench.line import Benchmark, Line, Timed
from tests.bench.memory import peak
from tests.bench.nights import QuietNights

IMPORTED = "the interpreter with modules imported"


@dataclass(frozen=True, slots=True)
class PeakMemory:
    """The memory that the subjects of all timed benchmarks take in one process, caches full, beyond
    what it took to import them."""

    name: str = "peak-memory"

    def lines(self, turns: int, limit: float) -> Iterator[Line]:
        """The one line; it takes one turn, however many are asked for."""
        del turns, limit
        command = [sys.executable, "-X", "tracemalloc", "-m", "tests.bench.whole"]
        root = Path(__file__).parents[2]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
        imported, whole = json.loads(done.stdout)
        yield {
            "bench": self.name,
            "value": round(whole - imported, 1),
            "unit": "MiB",
            "ratio_to": IMPORTED,
            "ratio": round((whole - imported) / imported, 2),
        }


def timed() -> Iterator[Timed]:
    """Every benchmark of time, in the order of what they are made of."""
    yield from pair.benches()
    yield from division.benches()
    yield from judgement.benches()


def benches() -> Iterator[Benchmark]:
    """Every benchmark."""
    yield from timed()
    yield PeakMemory()
    yield ManyRoutes()
    yield QuietNights()


def main() -> None:
    """Print the peak after importing and the peak after running every subject, in MiB."""
    imported = peak()
    for bench in timed():
        bench.subject()
    print(json.dumps([imported, peak()]))


if __name__ == "__main__":
    main()
