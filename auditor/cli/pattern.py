"""`cors-audit pattern`: what one origin pattern lets in."""

import json
from pathlib import Path

import click

from auditor.core.decision.classes import valid
from auditor.core.language.description import Description, contains, describe
from auditor.core.language.pattern import Dialect, Pattern


@click.command()
@click.argument("text")
@click.option("--dialect", required=True, metavar="D", help="How the pattern is read: see below.")
@click.option(
    "--against",
    type=click.Path(path_type=Path, exists=True),
    help="An allowlist file or folder: show what the pattern takes beyond it.",
)
@click.option("--contains", "asked", multiple=True, metavar="ORIGIN", help="Is this origin in it?")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def pattern(
    text: str, dialect: str, against: Path | None, asked: tuple[str, ...], form: str
) -> None:
    """Say what the origin pattern TEXT lets in, under one product's matching rule.

    \b
    Example:
      cors-audit pattern 'https://*.example.com' --dialect glob-ingress-nginx
    \b
    Dialects: exact, glob-ingress-nginx, glob-http-api, glob-spring, list-spring, list-django,
    glob-allowlist, prefix, suffix, host-only. Regular expressions (python-match, js-test, ...) are
    known by name and answered as unread.
    """
    if dialect not in set(Dialect):
        names = ", ".join(sorted(Dialect))
        raise click.UsageError(f"--dialect: there is no dialect {dialect!r}; choose one of {names}")
    subject = Pattern(Dialect(dialect), text)
    found = describe(subject, valid, _allowed(against))
    answers = {origin: contains(subject, origin) for origin in asked}
    print(_json(found, answers) if form == "json" else _text(found, answers))


def _allowed(path: Path | None) -> tuple[Pattern, ...]:
    if path is None:
        return ()
    from auditor.cli.planning import read_allowlist  # deferred: only this option needs it

    return tuple(dict.fromkeys(entry.pattern for entry in read_allowlist(path).origins))


def _json(found: Description, answers: dict[str, bool | None]) -> str:
    return json.dumps(
        {
            "dialect": str(found.pattern.dialect),
            "regular": found.reason is None,
            "kind": str(found.kind),
            "witnesses": list(found.witnesses),
            "contains": answers,
            "widened": list(found.widened),
            "reason": found.reason,
        }
    )


def _text(found: Description, answers: dict[str, bool | None]) -> str:
    lines = [f"{found.pattern.text!r} as {found.pattern.dialect}: {found.kind}"]
    if found.reason:
        lines.append(f"  not read: {found.reason}")
    lines += [f"  takes        {witness}" for witness in found.witnesses]
    lines += [f"  not allowed  {witness}" for witness in found.widened]
    words = {True: "yes", False: "no", None: "not known"}
    lines += [f"  {words[answer]:9}    {origin!r}" for origin, answer in answers.items()]
    return "\n".join(lines)
