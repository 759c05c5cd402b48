"""Memory: what caches hold, and what a process took at most."""

import resource
import sys


def forget(kept: str = " ") -> None:
    """Empty every cache of the auditor, those of modules whose names begin with `kept` aside."""
    for name, module in list(sys.modules.items()):
        if name.startswith("auditor.") and not name.startswith(kept):
            for value in list(vars(module).values()):
                clear = getattr(value, "cache_clear", None)
                if clear is not None:
                    clear()


def forget_inputs() -> None:
    """Empty every cache but that of the universe, which all inputs share."""
    forget(kept="auditor.core.language.universe")


def peak() -> float:
    """The most memory that this process has taken so far, in MiB."""
    unit = 1 if sys.platform == "darwin" else 1_024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
