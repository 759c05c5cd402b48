"""A proxy hop: the configuration that is run, and beside it the behaviour that is declared of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from auditor.core.hop.behaviour import Behaviour, Case, Doing, Step
from auditor.core.hop.guard import ALWAYS, Guard, ResponseHeaderPresent
from auditor.core.hop.header import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    EXPOSE_HEADERS,
    MAX_AGE,
)
from auditor.core.hop.op import Act, InnerHeader, Literal, Op, TheOrigin, set_

LISTED_NAMES = (
    ALLOW_ORIGIN,
    ALLOW_CREDENTIALS,
    ALLOW_METHODS,
    ALLOW_HEADERS,
    EXPOSE_HEADERS,
    MAX_AGE,
)
"""The names that a configuration spells out where it takes headers away one by one."""
ECHO = set_(ALLOW_ORIGIN, TheOrigin())
TRUE = set_(ALLOW_CREDENTIALS, "true")
METHODS = set_(ALLOW_METHODS, "GET, PUT")
HEADERS = set_(ALLOW_HEADERS, "x-test")


class Difference(StrEnum):
    """What the model has no words for, and no browser tells apart: not compared where it occurs."""

    ORDER = (
        "which line of a name comes first: some products write theirs in front, the model behind"
    )
    SPACES = "spaces after the commas of a list that a product writes anew"
    REPEATS = "members of Vary that stand there twice, and how many lines they are spread over"


@dataclass(frozen=True)
class Proxy:
    """One way to set up a product. `text`: what its configuration holds for one site."""

    name: str
    text: str
    doing: Doing
    differs: frozenset[Difference] = frozenset()


@dataclass(frozen=True)
class Site:
    """A proxy at a place: it listens on `port` of loopback, and what it fronts on `upstream`."""

    proxy: Proxy
    port: int
    upstream: int


@dataclass(frozen=True)
class Product:
    """`program`: what is run. `commands`: writes the configurations of some sites into a folder and
    gives the commands that run them, each with a port that answers once it is up."""

    name: str
    program: str
    proxies: tuple[Proxy, ...]
    commands: Callable[[Path, Sequence[Site], Path], list[tuple[list[str | Path], int]]]
    modules: tuple[str, ...] = ()


def once(*ops: Op, when: Guard = ALWAYS) -> Step:
    """A step with one case."""
    return (Case(when, ops),)


def join(name: str, text: str) -> Op:
    """Put `text` behind a comma into the last line of `name`, or write the first."""
    return Op(Act.JOIN, (name,), Literal(text))


def token(name: str, text: str) -> Op:
    """The same, unless the list has it."""
    return Op(Act.ADD_TOKEN, (name,), Literal(text))


def with_lines_joined(proxy: Proxy, *names: str) -> Proxy:
    """`proxy` of a product that makes one line of all that come from within under each of `names`."""
    behaviour = proxy.doing
    assert isinstance(behaviour, Behaviour)
    steps = tuple(
        once(set_(name, InnerHeader(name)), when=(ResponseHeaderPresent(name),)) for name in names
    )
    return replace(proxy, doing=replace(behaviour, edits=(*steps, *behaviour.edits)))
