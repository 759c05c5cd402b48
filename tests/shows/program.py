"""The installed program, run as its users run it: a process, its output, its exit code."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_MAIN = "from auditor.cli.main import main; main()"
_SECONDS = 120
_LIBC = ctypes.CDLL(None)
_PR_CAPBSET_DROP = 24
_READ_ANYTHING = (1, 2)
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH (capabilities(7)): why modes do not bind root."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a finished process left."""

    code: int
    out: str
    err: str

    @property
    def complaints(self) -> list[str]:
        """The lines of stderr."""
        return self.err.splitlines()


def cors_audit(
    *args: str | Path, folder: Path, given: str = "", env: Mapping[str, str] | None = None
) -> Ran:
    """Run `cors-audit` with `args` in `folder`; `given` is its stdin, `env` is added to ours.

    File modes bind it, even where the tests are run by root.
    """
    done = subprocess.run(
        [sys.executable, "-c", _MAIN, *map(str, args)],
        cwd=folder,
        input=given,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", **(env or {})},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        preexec_fn=_obey_modes,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def _obey_modes() -> None:
    for capability in _READ_ANYTHING:
        # Refused to all but root, whom alone it concerns.
        _LIBC.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
