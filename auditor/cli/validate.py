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
    """Check cors-audit.yaml and the allowlist; nothing else is read, nothing is fetched.

    PATHS are configurations, allowlist files and folders of them; all allowlist files named
    together are one allowlist. Without PATHS: cors-audit.yaml here and the allowlist that it
    names, or else the one that is usual here (allowlist/ or allowlist.yaml).

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
    allowlist = Path(named) if named else usual_allowlist(Path())
    if allowlist is not None:
        _validate_files(read_paths((allowlist,)), report, today)
    elif not files.files and not report.problems:
        do = "write one with cors-audit init, or name a file"
        report.problems.append(Problem(CONFIG_NAME, "there is no configuration here", do))


def _validate_files(files: UserFiles, report: _Report, today: date) -> str | None:
    """Validate files by what they are; return the allowlist that the last configuration names."""
    from auditor.edge.allowlist.load import is_allowlist
    from auditor.edge.config.load import load_config

    report.problems += files.problems
    lists: list[tuple[str, bytes]] = []
    named: str | None = None
    for name, data in files.files:
        if Path(name).name != CONFIG_NAME and is_allowlist(data, name):
            lists.append((name, data))
            continue
        config = load_config(data, name, today)
        if isinstance(config, tuple):
            report.problems += config
            continue
        owners = read_code_owners(config, Path(name).parent)
        report.problems += owners.problems
        report.remarks += (*config.warnings, *owners.remarks)
        report.fine.append(f"{name}: ok: {', '.join(_describe(config))}")
        named = config.allowlist and str(Path(name).parent / config.allowlist)
    if lists:
        _validate_allowlist(lists, report)
    return named


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


def _count(number: int, noun: str, nouns: str | None = None) -> str:
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"
