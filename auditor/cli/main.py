"""The command line: every command by name, loaded when it is asked for."""

import gc
import sys
from importlib import import_module

import click

from auditor.cli.guard import foreign_packages
from auditor.cli.printing import open_streams, settle_streams

COLLECTIONS = (100_000, 50, 100)
"""Thresholds of the garbage collector: documents live to the end, so that few passes find anything."""

COMMANDS = {
    "init": ("auditor.cli.init", "write a commented configuration for what is found here"),
    "audit": ("auditor.cli.audit", "collect, judge, store and report: the nightly job"),
    "explain": ("auditor.cli.explain", "one request through every hop, and what to change"),
    "findings": ("auditor.cli.findings", "the findings of a run"),
    "coverage": ("auditor.cli.coverage", "what was not read, and how many routes that blinds"),
    "diff": ("auditor.cli.diff", "what changed between two runs or two folders"),
    "allowlist": ("auditor.cli.allowlist", "draft or check the list of trusted origins"),
}
MORE = {
    "recheck": ("auditor.cli.recheck", "look again at what one finding concerns, now"),
    "waivers": ("auditor.cli.waivers", "what is waived, until when, and what a waiver would take"),
    "history": ("auditor.cli.history", "the runs that are kept, and whether the store is whole"),
    "replay": ("auditor.cli.replay", "judge a kept run again, as it was or by this version"),
    "export": ("auditor.cli.export", "one run as a file that explain and others read"),
    "import": ("auditor.cli.importing", "put an exported run into a store"),
    "prune": ("auditor.cli.prune", "forget old runs"),
    "collect": ("auditor.cli.collect", "read without judging, for an audit elsewhere to merge"),
    "check-access": (
        "auditor.cli.check_access",
        "one row per account and cluster: what may be read",
    ),
    "policy": ("auditor.cli.policy", "the permissions that reading needs, for AWS or Kubernetes"),
    "rules": ("auditor.cli.rules", "the rules, and what each one means"),
    "validate": ("auditor.cli.validate", "check configuration and allowlist files"),
    "decide": ("auditor.cli.decide", "for programs: the header lines of given requests"),
    "judge": ("auditor.cli.judge", "for programs: a browser's verdict on recorded exchanges"),
    "pattern": ("auditor.cli.pattern", "what one origin pattern lets in"),
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the help."""
        return [*COMMANDS, *MORE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command object, imported now."""
        entry = {**COMMANDS, **MORE}.get(cmd_name)
        if entry is None:
            return None
        found = getattr(import_module(entry[0]), entry[0].rpartition(".")[2])
        return found if isinstance(found, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Two lists, from the table above: no command is imported for it."""
        for title, table in (("Commands", COMMANDS), ("More", MORE)):
            with formatter.section(title):
                formatter.write_dl([(name, text) for name, (_, text) in table.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cors-audit")
def cli() -> None:
    """Which websites can call your API with your users' cookies, and which layer lets them in?

    Start with files that you have, no configuration and no account needed:

        cors-audit audit examples/deploy

    then `cors-audit init` for the nightly job, and `cors-audit explain --url U --origin O` for one
    question. Exit codes: 0 clean, 10 findings, 3 incomplete, 13 both, 2 usage, 1 failure.
    """


def main() -> None:
    """The entry point: the guard against foreign packages first, then the command."""
    open_streams()
    problems = foreign_packages()
    if problems:
        for problem in problems:
            print(problem, file=sys.stderr)
        sys.exit(1)
    gc.set_threshold(*COLLECTIONS)
    try:
        cli()
    finally:
        settle_streams()
