"""Public suffixes: names under which anybody can have a host, so that `*` there trusts everybody.

The one door to publicsuffixlist, whose releases bundle the list (https://publicsuffix.org/list/, both
its parts: registries and platforms). Nothing is fetched. Hosts are lower-case ASCII.
"""

from datetime import date
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_DISTRIBUTION = "publicsuffixlist"


def read_date(text: str) -> date:
    """Return the day in the last part of a version of the bundling package: `1.1.2.20261023`.

    Raises ValueError where a version has none.
    """
    last = text.rpartition(".")[2]
    return date(int(last[:4]), int(last[4:6]), int(last[6:]))


DATED: Final = read_date(version(_DISTRIBUTION))
"""The day of the bundled list."""


def public_suffix_of(host: str) -> str | None:
    """Return the public suffix that `host` ends in (or is); None for an address or an empty host.

    A top-level name that is not on the list is a suffix of its own (the list's default rule `*`).
    """
    host = host.removesuffix(".")
    if not host or host.startswith("[") or host.rpartition(".")[2].isdecimal():
        return None
    suffix = _suffixes().publicsuffix(host)
    return str(suffix) if suffix else None


def is_public_suffix(host: str) -> bool:
    """Return whether anybody can have a host directly under `host`."""
    host = host.removesuffix(".")
    return bool(host) and public_suffix_of(host) == host


def registrable(host: str) -> str | None:
    """Return the part of `host` that one party registered: the suffix and one label more.

    None for a suffix itself, an address and an empty host.
    """
    host = host.removesuffix(".")
    suffix = public_suffix_of(host)
    if suffix is None or suffix == host:
        return None
    label = host.removesuffix("." + suffix).rpartition(".")[2]
    return f"{label}.{suffix}"


@cache
def _suffixes() -> "PublicSuffixList":
    # The list is parsed when it is first asked for: most commands never ask.
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
