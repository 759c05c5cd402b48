"""Memory: what caches hold, and what a process took at most."""

import sys
import tracemalloc


def forget(kept: str = " ") -> None:
    """Empty every cache of the auditor, those of modules whose names begin with `kept` aside."""
    for name, module in list(sys.modules.items()):
        if name.startswith("auditor.") and not name.startswith(kept):
            for value in list(vars(module).values()):
                clear = getattr(value, "cache_clear", None)
                if clear is not None and not isinstance(value, type):
                    clear()


def forget_inputs() -> None:
    """Empty every cache but that of the universe, which all inputs share."""
    forget(kept="auditor.core.language.universe")


def peak() -> float:
    """The most memory that objects of this process have taken so far, in MiB; it is counted where the
    interpreter was started with `-X tracemalloc`."""
    return tracemalloc.get_traced_memory()[1] / 2**20
