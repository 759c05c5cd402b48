"""Bytes of a user's file to one checked mapping; and of `cors-audit.yaml` to a `Config`."""

from dataclasses import replace
from datetime import date
from typing import TypeVar

from auditor.core.reading import Where
from auditor.edge.config.ledger import Ledger, open_ledger
from auditor.edge.config.model import Config
from auditor.edge.config.record import Record
from auditor.edge.config.schema import Here
from auditor.edge.config.shape import CONFIG
from auditor.text.tree import Problem
from auditor.text.yaml import parse_yaml

T = TypeVar("T")


def load_config(data: bytes, name: str, today: date) -> Config | tuple[Problem, ...]:
    """Read `cors-audit.yaml`; `name` is how problems call the file.

    Returns every problem at once, or the configuration. A declared hop or an accepted gap whose
    day has passed is loaded as `expired` and named in `Config.warnings`. Never raises on content.
    """
    found = read_record(data, name, CONFIG)
    config, problems = found
    if config is None or problems:
        return problems
    hops = tuple(replace(hop, expired=hop.expires < today) for hop in config.hops)
    accepted = tuple(replace(gap, expired=gap.expires < today) for gap in config.accepted)
    warnings = (
        *(
            _ran_out(hop.where, f"the declared hop {hop.name}", hop.expires, "an unread layer")
            for hop in hops
            if hop.expired
        ),
        *(
            _ran_out(gap.where, f"the accepted gap {gap.source}", gap.expires, "incomplete")
            for gap in accepted
            if gap.expired
        ),
    )
    return replace(config, hops=hops, accepted=accepted, warnings=warnings)


def read_record(data: bytes, name: str, shape: Record[T]) -> tuple[T | None, tuple[Problem, ...]]:
    """Read a file of one YAML document by its shape.

    Returns every problem, in order of lines, and what could be read: with problems, good for
    nothing but finding more of them; None where nothing could be.
    """
    ledger = open_ledger(name)
    made = _read(data, ledger, shape)
    return made, ledger.problems()


def _read(data: bytes, ledger: Ledger, shape: Record[T]) -> T | None:
    parsed = parse_yaml(data, ledger.name)
    ledger.add_parsed(parsed)
    documents = parsed.documents
    if len(documents) > 1:
        line = documents[1].mark.line
        ledger.add(line, "a second document starts here", "write one document a file")
    root = documents[0].root if documents else None
    if root is None:
        if not parsed.problems:
            ledger.add(None, "the file is empty", "write version: 1 and what belongs below it")
        return None
    return shape.read(root, Here(ledger))


def _ran_out(where: Where, what: str, day: date, counts: str) -> Problem:
    do = "confirm it with a later date, or remove it"
    return Problem(str(where), f"{what} ran out on {day} and counts as {counts} again", do)
