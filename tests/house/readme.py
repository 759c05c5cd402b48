"""The README's block of commands, as the program itself prints it: `python -m tests.house.readme`."""

from pathlib import Path

from click.testing import CliRunner

from auditor.cli.main import cli

README = Path(__file__).parents[2] / "README.md"
START, END = "<!-- help -->", "<!-- /help -->"


def block() -> str:
    """What stands between the marks when it is current."""
    printed = CliRunner().invoke(cli, ["--help"], terminal_width=100, prog_name="cors-audit").output
    return f"{START}\n```\n{printed.rstrip()}\n```\n{END}"


def current(text: str) -> str:
    """`text` with its block made anew; raises ValueError where the marks are missing."""
    head, tail = text.index(START), text.index(END) + len(END)
    return text[:head] + block() + text[tail:]


if __name__ == "__main__":
    README.write_text(current(README.read_text()))
