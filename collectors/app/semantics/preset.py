"""What a preset is: one product's meaning of a policy, by version."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from auditor.core.hop.behaviour import Doing, Silent, Terminal
from auditor.core.hop.header import ALLOW_CREDENTIALS, EXPOSE_HEADERS
from auditor.core.hop.op import Act, Literal, Op, Value
from collectors.app.policy import Flag, Names, Policy

Version: TypeAlias = tuple[int, int, int]


class Input(StrEnum):
    """What a mapping can hand to a product; the names are those of the configuration file."""

    ORIGINS = "origins"
    PATTERNS = "patterns"
    ALLOW_ALL = "allow_all"
    CREDENTIALS = "credentials"
    METHODS = "methods"
    HEADERS = "headers"
    EXPOSE = "expose"
    MAX_AGE = "max_age"


@dataclass(frozen=True, slots=True)
class Compiled:
    """What the product does with a policy. With `faults` (what; what to do) it does not run."""

    doing: Doing
    end: Terminal = Silent()  # noqa: RUF009 - frozen
    notes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preset:
    """One product. `oldest` to `newest` are the releases whose source was read.

    `assumed`: settings that a mapping cannot name, taken at their defaults. `without`: inputs that
    the product has no setting for. `foreign`: aliases that have version numbers of their own.
    """

    name: str
    oldest: Version
    newest: Version
    compile: Callable[[Policy, Version], Compiled]
    remedy: str
    aliases: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    without: frozenset[Input] = frozenset()
    foreign: tuple[str, ...] = ()


def written(version: Version) -> str:
    """`1.10.0`."""
    return ".".join(map(str, version))


def parse_version(text: str) -> Version:
    """Return `0.40` or `0.40.1` as three numbers. Raises ValueError on anything else."""
    numbers = text.split(".")
    if not 2 <= len(numbers) <= 3 or not all(n.isascii() and n.isdigit() for n in numbers):
        raise ValueError(f"{text!r} is no version; write major.minor or major.minor.patch")
    major, minor, patch = map(int, [*numbers, "0"][:3])
    return major, minor, patch


def line(act: Act, name: str, value: Value | str, field: str = "") -> Op:
    """Write one line of `name`."""
    return Op(act, (name,), Literal(value) if isinstance(value, str) else value, field)


def write(act: Act, name: str, names: Names | None, joint: str = ", ") -> tuple[Op, ...]:
    """Write a list header, or nothing where the list is not given or empty."""
    if names is None or not names.items:
        return ()
    return (line(act, name, joint.join(names.items), names.field),)


def allow_credentials(act: Act, flag: Flag) -> tuple[Op, ...]:
    """Write Access-Control-Allow-Credentials where the flag is on."""
    return (line(act, ALLOW_CREDENTIALS, "true", flag.field),) if flag.on else ()


def expose(act: Act, policy: Policy, joint: str = ", ") -> tuple[Op, ...]:
    """Write Access-Control-Expose-Headers where something is exposed."""
    return write(act, EXPOSE_HEADERS, policy.exposed, joint)
