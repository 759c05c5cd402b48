"""Refuse to start when another package stands where one of ours should be.

Import names as plain as `rules` collide: another distribution of that name may come first on
`sys.path`, or may have been installed over ours. Either way the auditor would judge with code
that is not its own.
"""

import base64
import csv
import hashlib
import importlib.util
from pathlib import Path

PACKAGES = ("auditor", "collectors", "rules")
_REMEDY = "install cors-audit in an environment of its own (pipx install cors-audit)"


def foreign_packages() -> tuple[str, ...]:
    """Return one line, `<where>: <what>; <what to do>`, for each package that is not ours.

    Imports neither `collectors` nor `rules`. Empty when all three share one parent folder and,
    where they were installed from a wheel, still are the files that the wheel brought.
    """
    home = Path(__file__).resolve().parents[2]
    displaced = tuple(line for name in PACKAGES if (line := _displaced(name, home)) is not None)
    return displaced or _overwritten(home)


def _displaced(name: str, home: Path) -> str | None:
    spec = importlib.util.find_spec(name)
    if spec is None:
        return f"{home / name}: the package is missing; {_REMEDY}"
    folders = [Path(folder).resolve() for folder in spec.submodule_search_locations or ()]
    if folders == [home / name]:
        return None
    found = ", ".join(map(str, folders)) or spec.origin or name
    return f"{found}: hides the package {name} of cors-audit in {home}; {_REMEDY}"


def _overwritten(home: Path) -> tuple[str, ...]:
    """Compare each `__init__.py` with the digest that the installer recorded.

    RECORD is CSV of path, `sha256=` and urlsafe base64 without padding, size
    (packaging.python.org, "Recording installed projects"). A source tree has no RECORD.
    """
    ours = {f"{name}/__init__.py" for name in PACKAGES}
    problems = []
    for record in sorted(home.glob("cors_audit-*.dist-info/RECORD")):
        with record.open(encoding="utf-8", newline="") as lines:
            written = {row[0]: row[1] for row in csv.reader(lines) if len(row) > 1}
        for path in sorted(ours & written.keys()):
            if written[path] != _digest(home / path):
                problems.append(f"{home / path}: not the file of cors-audit; {_REMEDY}")
    return tuple(problems)


def _digest(path: Path) -> str:
    if not path.is_file():
        return "missing"
    digest = hashlib.sha256(path.read_bytes()).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
