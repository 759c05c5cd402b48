"""Header lines as they were received, and how a browser reads one name out of them.

Source: the Fetch Standard, whatwg/fetch 586cd2a, 2.2.2 (get, extract header list values).
"""

import string
from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from typing import Final, TypeAlias

HeaderLines: TypeAlias = Sequence[tuple[str, str]]
"""(name, value) of each line in the order received, in any case, duplicates kept."""

ALLOW_ORIGIN: Final = "access-control-allow-origin"
ALLOW_CREDENTIALS: Final = "access-control-allow-credentials"
ALLOW_METHODS: Final = "access-control-allow-methods"
ALLOW_HEADERS: Final = "access-control-allow-headers"
EXPOSE_HEADERS: Final = "access-control-expose-headers"
MAX_AGE: Final = "access-control-max-age"

HTTP_WHITE_SPACE: Final = " \t\r\n"
TOKEN_CHARACTERS: Final = frozenset(string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~")
"""RFC 9110, 5.6.2."""


class Unreadable(Enum):
    """What a header is whose lines are no list of tokens: neither absent nor empty."""

    LIST = "list"


def is_token(text: str) -> bool:
    """Return whether a text can be a method or a header name (RFC 9110, 5.6.2)."""
    return bool(text) and TOKEN_CHARACTERS.issuperset(text)


def values(lines: HeaderLines, name: str) -> list[str]:
    """Return the trimmed value of each line of a name (lower-case), in order."""
    return [
        value.strip(HTTP_WHITE_SPACE)
        for given, value in lines
        if given == name or given.lower() == name
    ]


def get(lines: HeaderLines, name: str) -> str | None:
    """Return the values of a name (lower-case) joined by `, `; None where no line has it."""
    found = values(lines, name)
    return ", ".join(found) if found else None


def tokens(lines: HeaderLines, name: str) -> frozenset[str] | Unreadable:
    """Return the members of a list header, as written; the empty set where no line has it.

    Empty members are left out. One line that is no list of tokens spoils the whole header.
    """
    found = frozenset[str]()
    for value in values(lines, name):
        members = _split(value)
        if isinstance(members, Unreadable):
            return Unreadable.LIST
        found = found | members if found else members
    return found


def lower_tokens(lines: HeaderLines, name: str) -> frozenset[str] | Unreadable:
    """Return the members of a list of header names, lower-case."""
    found = tokens(lines, name)
    return found if isinstance(found, Unreadable) else _lower(found)


# The path evaluator asks for the same few values millions of times.
@lru_cache(maxsize=1024)
def _split(value: str) -> frozenset[str] | Unreadable:
    members = {member.strip(" \t") for member in value.split(",")} - {""}
    return frozenset(members) if all(map(is_token, members)) else Unreadable.LIST


@lru_cache(maxsize=1024)
def _lower(members: frozenset[str]) -> frozenset[str]:
    return frozenset(member.lower() for member in members)
