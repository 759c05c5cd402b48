import re

from auditor.cli.main import COMMANDS, MORE
from tests.house.readme import README, current


def test_the_block_of_commands_is_what_the_program_prints() -> None:
    text = README.read_text()
    assert current(text) == text, "python -m tests.house.readme writes it"


def test_every_command_is_in_the_block_once() -> None:
    block = current(README.read_text())
    for name in {**COMMANDS, **MORE}:
        assert len(re.findall(rf"^  {name} ", block, flags=re.MULTILINE)) == 1, name


def test_a_stale_block_is_seen() -> None:
    text = README.read_text()
    assert current(text.replace("write a commented configuration", "write")) == text
