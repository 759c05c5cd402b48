"""CPython's `re`: see tests/engines/worker.py for the lines."""

import re
import signal
import sys

SECONDS = 0.2
GIVE_UP_AFTER = 2
MODES = {
    "python-match": (re.Pattern.match, 0),
    "python-match-caseless": (re.Pattern.match, re.IGNORECASE),
    "python-search": (re.Pattern.search, 0),
    "python-fullmatch": (re.Pattern.fullmatch, 0),
}


def stop(*_: object) -> None:
    raise TimeoutError


def answer(mode: str, pattern: str, texts: list[str]) -> str:
    method, flags = MODES[mode]
    try:
        compiled = re.compile(pattern, flags)
    except (re.error, OverflowError, RecursionError) as error:
        return "!" + " ".join(str(error).split())
    found = "="
    for text in texts:
        if found.count("?") == GIVE_UP_AFTER:
            found += "?"
            continue
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        try:
            letter = "F" if method(compiled, text) is None else "T"
        except (TimeoutError, MemoryError, RecursionError):
            letter = "?"
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        found += letter
    return found


signal.signal(signal.SIGALRM, stop)
print("ready", flush=True)
for line in sys.stdin:
    name, *fields = line.rstrip("\n").split("\t")
    source, *rest = (bytes.fromhex(field).decode() for field in fields)
    print(answer(name, source, rest), flush=True)
