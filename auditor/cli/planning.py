"""From what was typed to a plan: the configuration and the allowlist, or every problem in them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NoReturn

from auditor.cli.clock import now
from auditor.cli.code_owners import read_code_owners
from auditor.cli.user_files import CONFIG_NAME, read_paths, usual_allowlist
from auditor.core.allowlist import Allowlist
from auditor.edge.allowlist.load import load_allowlist
from auditor.edge.code_owners import CodeOwners
from auditor.edge.config.load import load_config
from auditor.edge.config.model import Config
from auditor.run.plan import Plan, parse_assumptions, plan_for, plan_of
from auditor.text.tree import Problem

USAGE = 2


def load_plan(
    sources: tuple[str, ...],
    config: Path | None,
    allowlist: Path | None,
    assume: tuple[str, ...] = (),
    store: Path | None = None,
    *,
    use_allowlist: bool = True,
) -> Plan:
    """The plan of `sources`, or of the configuration (by default the one in this folder).

    Ends the program with exit code 2 and every problem on stderr when something in it is wrong.
    """
    try:
        assumed = parse_assumptions(assume)
    except ValueError as error:
        stop([str(error)])
    today = now().date()
    base = Path()
    if sources and config is None:
        plan = plan_for(sources, base, _allowlist(allowlist), assumed)
    else:
        path = config or Path(CONFIG_NAME)
        if config is None and not path.exists():
            stop(
                [
                    f"{CONFIG_NAME}: there is none here; name files or folders, or run cors-audit init"
                ]
            )
        base = path.parent
        read = _config(path, today)
        if not isinstance(read, Config):
            # Where the allowlist is cannot be read: that at the usual place is looked at as well.
            beside = (allowlist or usual_allowlist(base)) if use_allowlist else None
            stop([*read, *_load_allowlist(beside)[1]])
        usual = base / read.allowlist if read.allowlist else usual_allowlist(base)
        named = (allowlist or usual) if use_allowlist else None
        plan = plan_of(read, base, str(path), _allowlist(named), assumed)
        plan = replace(plan, code_owners=_code_owners(read, base))
        if sources:
            stop(["SOURCE and --config exclude each other; name one of them"])
    return plan if store is None else _kept(plan, store)


def _kept(plan: Plan, store: Path) -> Plan:
    return replace(plan, store=store)


def _config(path: Path, today: date) -> Config | tuple[Problem, ...]:
    files = read_paths((path,))
    if files.problems:
        return tuple(files.problems)
    loaded = load_config(files.files[0][1], str(path), today)
    if isinstance(loaded, Config):
        for warning in loaded.warnings:
            print(warning, file=sys.stderr)
    return loaded


def _code_owners(config: Config, base: Path) -> Mapping[str, CodeOwners]:
    found = read_code_owners(config, base)
    for remark in found.remarks:
        print(remark, file=sys.stderr)
    if found.problems:
        stop(found.problems)
    return found.files


def _allowlist(path: Path | None) -> Allowlist | None:
    loaded, problems = _load_allowlist(path)
    if problems:
        stop(problems)
    return loaded


def _load_allowlist(path: Path | None) -> tuple[Allowlist | None, tuple[Problem, ...]]:
    """The allowlist, None where `path` is; or everything that is wrong with it."""
    if path is None:
        return None, ()
    files = read_paths((path,))
    loaded = load_allowlist(files.files) if files.files else ()
    if isinstance(loaded, Allowlist) and not files.problems:
        return loaded, ()
    return None, (*files.problems, *(loaded if isinstance(loaded, tuple) else ()))


def read_allowlist(path: Path) -> Allowlist:
    """The allowlist at `path`; ends the program with its problems when it is wrong."""
    found = _allowlist(path)
    return found if found is not None else Allowlist(())


def stop(problems: Iterable[Problem | str]) -> NoReturn:
    """Print every problem and end with exit code 2."""
    for problem in problems:
        print(problem, file=sys.stderr)
    sys.exit(USAGE)
