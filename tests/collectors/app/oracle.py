"""What a compiled behaviour answers, and how an answer is compared with a real one."""

from collections.abc import Iterable
from dataclasses import dataclass

from auditor.core.hop.header import CORS_NAMES, VARY
from auditor.core.path.choice import worlds
from auditor.core.path.exchange import HopChain, Request
from auditor.core.path.run import Run
from auditor.core.reading import Where
from collectors.app.policy import Entry, Flag, Listed, Names, NotSet, OneText, Origins, Policy
from collectors.app.semantics.preset import Compiled

HERE = Where("app.env", 1)


@dataclass(frozen=True)
class Answer:
    """CORS lines sorted with duplicates kept, the names in Vary, and the status."""

    status: int | None
    lines: tuple[tuple[str, str], ...]
    vary: frozenset[str]


def answer_of(status: int | None, headers: Iterable[tuple[str, str]]) -> Answer:
    """One real answer: its lines in lower case names, spaces after commas left out."""
    lines = [(name.lower(), value) for name, value in headers]
    kept = sorted((name, value) for name, value in lines if name in CORS_NAMES)
    varied = (token for name, value in lines if name == VARY for token in value.split(","))
    return Answer(status, tuple(kept), frozenset(token.strip().lower() for token in varied))


def answers(compiled: Compiled, request: Request) -> set[Answer]:
    """Every answer that the behaviour may give, one where nothing is unknown."""
    chain = HopChain((compiled.doing,), compiled.end)
    found: set[Answer] = set()
    for world in worlds(lambda choices: Run(chain, choices).ask(request)):
        found |= {answer_of(result.status, result.pairs) for result in world.results}
    return found


def entries(field: str, texts: Iterable[str]) -> tuple[Entry, ...]:
    return tuple(Entry(text, f"{field}[{at}]", HERE) for at, text in enumerate(texts))


def origins(value: object) -> Origins:
    """What a framework is given: None, a flag, one text, or a list."""
    match value:
        case None:
            return NotSet("ORIGINS")
        case bool():
            return Flag(value, "ORIGINS")
        case str():
            return OneText(Entry(value, "ORIGINS", HERE))
        case list():
            return Listed(entries("ORIGINS", value), "ORIGINS")
        case _:
            raise AssertionError(value)


def policy(
    given: object,
    *,
    patterns: Iterable[str] = (),
    allow_all: bool = False,
    credentials: bool = False,
    methods: list[str] | None = None,
    headers: list[str] | None = None,
    exposed: list[str] | None = None,
    max_age: int | None = None,
) -> Policy:
    return Policy(
        origins(given),
        entries("PATTERNS", patterns),
        Flag(allow_all, "ALLOW_ALL"),
        Flag(credentials, "CREDENTIALS"),
        names(methods),
        names(headers),
        names(exposed),
        None if max_age is None else Names((str(max_age),), "MAX_AGE"),
    )


def names(items: list[str] | None) -> Names | None:
    return None if items is None else Names(tuple(items), "NAMES")
