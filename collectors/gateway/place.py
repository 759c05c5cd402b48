"""Addresses inside settings: what is left of one without secrets, and what looks like one."""

import string

_LABEL = frozenset(string.ascii_lowercase + string.digits + "-")


def bare_address(value: str) -> str:
    """Return `value` without user information, query and fragment: those may hold secrets."""
    plain = value.partition("?")[0].partition("#")[0]
    scheme, mark, rest = plain.partition("://")
    if not mark:
        scheme, rest = "", plain
    authority, slash, path = rest.partition("/")
    return scheme + mark + authority.rpartition("@")[2] + slash + path


def looks_like_place(value: str) -> bool:
    """Say whether `value` is an ARN or begins with a lower-case host name of two labels or more.

    Tokens and keys do not pass: they have no dot, or capitals, or labels that no host has.
    """
    if value.startswith("arn:"):
        return True
    _, mark, rest = value.rpartition("://")
    host = (rest if mark else value).partition("/")[0].partition(":")[0]
    labels = host.split(".")
    return len(labels) > 1 and labels[-1].isalpha() and all(_is_label(label) for label in labels)


def _is_label(label: str) -> bool:
    return 0 < len(label) <= 63 and _LABEL.issuperset(label) and not label.startswith("-")
