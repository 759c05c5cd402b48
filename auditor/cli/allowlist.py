"""`cors-audit allowlist`: propose one from what runs, and say what in it is due."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.clock import today_option
from auditor.cli.user_files import CONFIG_NAME, UserFiles, read_paths, usual_allowlist
from auditor.text.tree import Problem

if TYPE_CHECKING:
    from auditor.core.waiver.waiver import Waivers
    from auditor.edge.config.model import Config

_USAGE_ERROR = 2
_DUE = 10


@click.group(short_help="Propose an allowlist, or check what is due in it.")
def allowlist() -> None:
    """The list of origins that you trust: who may call what, and who answers for it.

    \b
    Example:
      $ cors-audit allowlist draft --into allowlist/      # propose one from what runs
      $ cors-audit validate allowlist/                    # is it written right?
      $ cors-audit allowlist check allowlist/             # what is due for review?
    """


@allowlist.command(short_help="Propose an allowlist from what runs.")
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The configuration to read by.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("allowlist"),
    show_default=True,
    help="The folder to write to; files that are there are never overwritten.",
)
@today_option
@click.pass_context
def draft(
    context: click.Context,
    sources: tuple[Path, ...],
    config: Path | None,
    into: Path,
    today: date,
) -> None:
    """Write an allowlist of what the running layers let in: one file for each owner.

    SOURCES are files and folders; without them, what the configuration names is read. All of
    it is proposed: it counts as unreviewed, neither clean nor widened, until somebody removes
    the line "status: proposed". Never proposed: any origin with cookies, null, plain http,
    localhost in production, patterns, public suffixes; they are listed instead.

    \b
    Example:
      $ cors-audit allowlist draft deploy/ --into allowlist/
      wrote 61 files, one for each owner; 214 origins, 340 route groups (from 2,143
      routes), all "proposed"

    Exit code 2 if a file is in the way; then nothing is written.
    """
    from auditor.cli.wiring import observed_routes
    from auditor.edge.allowlist.draft import draft as draft_routes
    from auditor.edge.allowlist.summary import summarize

    del sources, config
    drafted = draft_routes(observed_routes(context.params), today)
    problems = _write(into, drafted.files)
    for problem in problems:
        click.echo(problem)
    if problems:
        context.exit(_USAGE_ERROR)
    for line in summarize(drafted, f"{into}/"):
        click.echo(line)


def _write(folder: Path, files: tuple[tuple[str, str], ...]) -> list[Problem]:
    """Write all files, or none where one of them is in the way."""
    do = "move it away, or name another folder with --into"
    in_the_way = [folder / name for name, _ in files if (folder / name).exists()]
    if in_the_way:
        return [Problem(str(path), "is there already", do) for path in in_the_way]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files:
            with (folder / name).open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
    except OSError as error:
        return [Problem(str(error.filename or folder), f"cannot be written: {error.strerror}", do)]
    return []


@allowlist.command(short_help="Say what in the allowlist is due.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The configuration to read by.",
)
@today_option
@click.pass_context
def check(
    context: click.Context, paths: tuple[Path, ...], config: Path | None, today: date
) -> None:
    """Say what has expired, what is due for review, and what looks odd.

    PATHS are the files of one allowlist, or a folder; without them, the allowlist that
    cors-audit.yaml names, or the one that is usual here. The waivers that cors-audit.yaml
    names are looked at too: they are the allowlist until their last day.

    \b
    Example:
      $ cors-audit allowlist check allowlist/
      allowlist/accounts.yaml:5: 'https://shop.partner.example' was to be reviewed by
      2027-02-03; look at it again and write the next review_by

    Exit code 10 if something is due, 2 if a file is wrong (see validate), otherwise 0;
    lines that begin with "note:" are for a look and change no exit code.
    """
    from auditor.edge.allowlist.check import Note
    from auditor.edge.allowlist.check import check as check_allowlist
    from auditor.edge.allowlist.load import load_allowlist, read_team_files, review_intervals
    from auditor.edge.allowlist.waived import check_waivers

    settings = _read_config(config, today)
    problems = list(settings) if isinstance(settings, tuple) else []
    known = None if isinstance(settings, tuple) else settings
    files = _find(paths, config, known)
    problems += files.problems
    loaded = load_allowlist(files.files)
    if isinstance(loaded, tuple):
        problems += loaded if files.files or not problems else ()
    accepted = _waivers(config, known, today)
    problems += accepted if isinstance(accepted, tuple) else ()
    if problems or isinstance(loaded, tuple) or isinstance(accepted, tuple):
        click.echo("\n".join(map(str, problems)))
        context.exit(_USAGE_ERROR)
    relaxed = known.environments.non_production if known else frozenset()
    intervals = review_intervals(read_team_files(files.files)[0])
    found = check_allowlist(loaded, today, relaxed, intervals)
    found += check_waivers(loaded, accepted, today)
    for one in found:
        click.echo(f"note: {one}" if isinstance(one, Note) else str(one))
    due = sum(not isinstance(one, Note) for one in found)
    counted = f"origins: {len(loaded.origins)}, routes: {len(loaded.routes)}, due: {due}"
    click.echo(counted, err=True)
    if due:
        context.exit(_DUE)


def _read_config(path: Path | None, today: date) -> "Config | tuple[Problem, ...] | None":
    """Return the configuration that was named or is here, its problems, or None."""
    from auditor.edge.config.load import load_config

    if path is None and not Path(CONFIG_NAME).exists():
        return None
    found = read_paths((path or Path(CONFIG_NAME),))
    if found.problems:
        return tuple(found.problems)
    ((name, data),) = found.files
    return load_config(data, name, today)


def _waivers(
    path: Path | None, config: "Config | None", today: date
) -> "Waivers | tuple[Problem, ...]":
    """Return the waivers that the configuration names, none where it names no file, or what is
    wrong with it."""
    from auditor.core.waiver.waiver import Waivers
    from auditor.edge.waivers import load_waivers

    if config is None or config.waivers is None:
        return Waivers()
    found = read_paths(((Path() if path is None else path.parent) / config.waivers,))
    if found.problems or not found.files:
        return tuple(found.problems)
    ((name, data),) = found.files
    return load_waivers(data, name, today)


def _find(paths: tuple[Path, ...], path: Path | None, config: "Config | None") -> UserFiles:
    """Read the allowlist that was named, that the configuration names, or that is usual here."""
    if paths:
        return read_paths(paths)
    folder = Path() if path is None else path.parent
    usual = usual_allowlist(folder)
    if config is not None and config.allowlist is not None:
        return read_paths((folder / config.allowlist,))
    return read_paths((usual,)) if usual is not None else UserFiles()
