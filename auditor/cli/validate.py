"""`cors-audit validate`: is what the user wrote right? Everything that is not, at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.clock import today_option
from auditor.cli.code_owners import read_code_owners
from auditor.cli.user_files import CONFIG_NAME, UserFiles, read_paths, usual_allowlist
from auditor.text.tree import Problem

if TYPE_CHECKING:
    from auditor.edge.config.model import Config

_USAGE_ERROR = 2


@dataclass(slots=True)
class _Report:
    """What validating found. `remarks`: lines that do not make a file wrong."""

    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    fine: list[str] = field(default_factory=list)


@click.command(short_help="Check the configuration and the allowlist.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@today_option
@click.pass_context
def validate(context: click.Context, paths: tuple[Path, ...], today: date) -> None:
    """Check cors-audit.yaml, the allowlist and the waivers; nothing else is read or fetched.

    PATHS are configurations, allowlist files, waivers and folders of them; all allowlist files
    named together are one allowlist. Without PATHS: cors-audit.yaml here and the allowlist and
    waivers that it names, or else the allowlist that is usual here (allowlist/ or allowlist.yaml).

    \b
    Example:
      $ cors-audit validate allowlist/
      allowlist/accounts.yaml:4: 'origins[0].origin' 'https://app.example.com/' has a
      path (a trailing slash is one), which origins have not; write
      https://app.example.com

    Exit code 2 if anything is wrong, and every problem is there at once; otherwise 0.
    """
    report = _Report()
    if paths:
        _validate_files(read_paths(paths), report, today)
    else:
        _validate_here(report, today)
    for line in (*report.problems, *report.remarks):
        click.echo(line)
    if report.problems:
        context.exit(_USAGE_ERROR)
    for text in report.fine:
        click.echo(text)


def _validate_here(report: _Report, today: date) -> None:
    """Validate what is usual in the folder that we are in."""
    config = Path(CONFIG_NAME)
    files = read_paths((config,)) if config.exists() else UserFiles()
    named = _validate_files(files, report, today)
    allowlist = named.allowlist or usual_allowlist(Path())
    if named.waivers is not None:
        _validate_files(read_paths((named.waivers,)), report, today)
    if allowlist is not None:
        _validate_files(read_paths((allowlist,)), report, today)
    elif not files.files and not report.problems:
        do = "write one with cors-audit init, or name a file"
        report.problems.append(Problem(CONFIG_NAME, "there is no configuration here", do))


@dataclass(frozen=True, slots=True)
class _Named:
    """The files that a configuration names."""

    allowlist: Path | None = None
    waivers: Path | None = None


def _validate_files(files: UserFiles, report: _Report, today: date) -> _Named:
    """Validate files by what they are; return what the last configuration names."""
    from auditor.edge.allowlist.load import is_allowlist
    from auditor.edge.waivers import is_waivers

    report.problems += files.problems
    lists: list[tuple[str, bytes]] = []
    named = _Named()
    for name, data in files.files:
        if is_waivers(data, name):
            _validate_waivers(name, data, report, today)
        elif Path(name).name == CONFIG_NAME or not is_allowlist(data, name):
            named = _validate_config(name, data, report, today) or named
        else:
            lists.append((name, data))
    if lists:
        _validate_allowlist(lists, report)
    return named


def _validate_config(name: str, data: bytes, report: _Report, today: date) -> _Named | None:
    from auditor.edge.config.load import load_config

    config = load_config(data, name, today)
    if isinstance(config, tuple):
        report.problems += config
        return None
    folder = Path(name).parent
    owners = read_code_owners(config, folder)
    report.problems += owners.problems
    report.remarks += (*config.warnings, *owners.remarks)
    report.fine.append(f"{name}: ok: {', '.join(_describe(config))}")
    return _Named(
        folder / config.allowlist if config.allowlist else None,
        folder / config.waivers if config.waivers else None,
    )


def _validate_waivers(name: str, data: bytes, report: _Report, today: date) -> None:
    from auditor.edge.waivers import load_waivers

    found = load_waivers(data, name, today)
    if isinstance(found, tuple):
        report.problems += found
        return
    for one in found.waivers:
        if not one.active(today):
            what = f"the waiver for {one.about} ended on {one.expires}"
            do = "remove it, or have it approved again"
            report.remarks.append(Problem(str(one.where), what, do))
    holding = _count(sum(one.active(today) for one in found.waivers), "waiver")
    report.fine.append(f"{name}: ok: {holding}, {_count(len(found.rollouts), 'rollout')}")


def _validate_allowlist(files: list[tuple[str, bytes]], report: _Report) -> None:
    from auditor.edge.allowlist.load import load_allowlist, read_team_files, uncompared

    allowlist = load_allowlist(files)
    if isinstance(allowlist, tuple):
        report.problems += allowlist
        return
    report.remarks += uncompared(read_team_files(files)[0])
    name = files[0][0] if len(files) == 1 else f"{len(files)} allowlist files"
    origins = _count(len(allowlist.origins), "origin")
    report.fine.append(f"{name}: ok: {origins}, {_count(len(allowlist.routes), 'route')}")


def _describe(config: "Config") -> Iterator[str]:
    """Yield what a configuration reads, and how much it says about it."""
    if config.aws is not None:
        yield "aws"
    if config.kubernetes is not None:
        yield "kubernetes"
    yield _count(len(config.files), "entry in files", "entries in files")
    yield _count(len(config.environments.members), "environment")
    if config.hops:
        yield _count(len(config.hops), "declared hop")
    if config.tickets is not None:
        yield f"tickets {config.tickets.mode}"


def _count(number: int, noun: str, nouns: str | None = None) -> str:
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"
