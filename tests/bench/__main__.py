"""How long the slow parts take: `python -m tests.bench [NAME...]` prints one JSON object a line."""

import json
import sys

from tests.bench.library import LIMIT_SECONDS, MISSING, Library
from tests.bench.line import TURNS
from tests.bench.whole import benches


def main(names: list[str]) -> int:
    """Print the lines of `names`, all when there are none; 2 when one of them is not known, or a library
    is missing that they are compared with."""
    found = list(benches())
    unknown = set(names) - {bench.name for bench in found}
    if unknown:
        known = ", ".join(bench.name for bench in found)
        print(f"{', '.join(sorted(unknown))}: no such benchmark; one of {known}", file=sys.stderr)
        return 2
    missing = [library for library in Library if not library.installed]
    for library in missing:
        print(MISSING.format(library=library), file=sys.stderr)
    if missing:
        return 2
    for bench in found:
        if not names or bench.name in names:
            for line in bench.lines(TURNS, LIMIT_SECONDS):
                print(json.dumps(line), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
