"""From what was typed to a plan: the configuration and the allowlist, or every problem in them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import NoReturn

from auditor.cli.clock import now
from auditor.cli.code_owners import CodeOwnersFiles, read_code_owners
from auditor.cli.user_files import CONFIG_NAME, UserFiles, read_paths, usual_allowlist
from auditor.core.allowlist import Allowlist
from auditor.core.waiver.waiver import Waivers
from auditor.edge.allowlist.load import load_allowlist
from auditor.edge.config.load import load_config
from auditor.edge.config.model import Config
from auditor.edge.store.record import Input, InputKind, take_input
from auditor.edge.waivers import load_waivers
from auditor.run.plan import Plan, parse_assumptions, plan_for, plan_of
from auditor.text.tree import Problem
from collectors.collector import Options

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
    said = _typed(InputKind.ASSUME, "--assume", assume)
    if sources and config is None:
        trusted = _allowlist(allowlist)
        plan = plan_for(sources, Path(), trusted.allowlist, assumed)
        inputs = (*_typed(InputKind.SOURCES, "SOURCE", sources), *said, *trusted.inputs)
    elif sources:
        stop(["SOURCE and --config exclude each other; name one of them"])
    else:
        plan = _of_config(_config_path(config), allowlist, assumed, use_allowlist=use_allowlist)
        inputs = (*plan.inputs, *said)
    return replace(plan, inputs=inputs, store=plan.store if store is None else store)


def _config_path(named: Path | None) -> Path:
    path = named or Path(CONFIG_NAME)
    if named is None and not path.exists():
        stop([f"{path}: there is none here; name files or folders, or run cors-audit init"])
    return path


def _of_config(
    path: Path, allowlist: Path | None, assumed: Mapping[str, Options], *, use_allowlist: bool
) -> Plan:
    """The plan of the configuration at `path`, and the files that it names."""
    today, base = now().date(), path.parent
    read, written = _config(path, today)
    if not isinstance(read, Config):
        # Where the allowlist is cannot be read: that at the usual place is looked at as well.
        beside = (allowlist or usual_allowlist(base)) if use_allowlist else None
        stop([*read, *_load_allowlist(beside).problems])
    usual = base / read.allowlist if read.allowlist else usual_allowlist(base)
    trusted = _allowlist((allowlist or usual) if use_allowlist else None)
    owners, accepted = _code_owners(read, base), _waivers(read, base, today)
    return replace(
        plan_of(read, base, str(path), trusted.allowlist, assumed),
        waivers=accepted.waivers,
        code_owners=owners.files,
        inputs=(*written, *trusted.inputs, *accepted.inputs, *owners.inputs),
    )


def _typed(kind: InputKind, name: str, words: tuple[str, ...]) -> tuple[Input, ...]:
    """What a run keeps of what was typed; nothing of nothing."""
    text = "\n".join(words).encode(errors="backslashreplace")
    return (take_input(kind, name, text),) if words else ()


def _config(path: Path, today: date) -> tuple[Config | tuple[Problem, ...], Iterable[Input]]:
    files = read_paths((path,))
    if files.problems:
        return tuple(files.problems), ()
    loaded = load_config(files.files[0][1], str(path), today)
    if isinstance(loaded, Config):
        for warning in loaded.warnings:
            print(warning, file=sys.stderr)
    return loaded, take_inputs(InputKind.CONFIG, files)


def take_inputs(kind: InputKind, files: UserFiles) -> tuple[Input, ...]:
    """What a run keeps of files that were read."""
    return tuple(take_input(kind, name, data) for name, data in files.files)


@dataclass(frozen=True, slots=True)
class _Accepted:
    """The waivers, and the file that they are in."""

    waivers: Waivers = field(default_factory=Waivers)
    inputs: tuple[Input, ...] = ()


def _waivers(config: Config, base: Path, today: date) -> _Accepted:
    """What the waivers' file says; ends the program with everything that is wrong with it."""
    if config.waivers is None:
        return _Accepted()
    files = read_paths((base / config.waivers,))
    if files.problems:
        stop(files.problems)
    read = [load_waivers(data, name, today) for name, data in files.files]
    problems = [one for found in read if isinstance(found, tuple) for one in found]
    if problems:
        stop(problems)
    found = next(one for one in read if isinstance(one, Waivers))
    return _Accepted(found, take_inputs(InputKind.WAIVERS, files))


def _code_owners(config: Config, base: Path) -> CodeOwnersFiles:
    found = read_code_owners(config, base)
    for remark in found.remarks:
        print(remark, file=sys.stderr)
    if found.problems:
        stop(found.problems)
    return found


@dataclass(frozen=True, slots=True)
class _Trusted:
    """An allowlist and the files that it is in; or everything that is wrong with them."""

    allowlist: Allowlist | None = None
    inputs: tuple[Input, ...] = ()
    problems: tuple[Problem, ...] = ()


def _allowlist(path: Path | None) -> _Trusted:
    loaded = _load_allowlist(path)
    if loaded.problems:
        stop(loaded.problems)
    return loaded


def _load_allowlist(path: Path | None) -> _Trusted:
    """The allowlist at `path`, none where that is None."""
    if path is None:
        return _Trusted()
    files = read_paths((path,))
    loaded = load_allowlist(files.files) if files.files else ()
    if isinstance(loaded, Allowlist) and not files.problems:
        return _Trusted(loaded, take_inputs(InputKind.ALLOWLIST, files))
    wrong = loaded if isinstance(loaded, tuple) else ()
    return _Trusted(problems=(*files.problems, *wrong))


def read_allowlist(path: Path) -> Allowlist:
    """The allowlist at `path`; ends the program with its problems when it is wrong."""
    found = _allowlist(path).allowlist
    return found if found is not None else Allowlist(())


def stop(problems: Iterable[Problem | str]) -> NoReturn:
    """Print every problem and end with exit code 2."""
    for problem in problems:
        print(problem, file=sys.stderr)
    sys.exit(USAGE)
