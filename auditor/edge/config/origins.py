"""Origins and patterns as people write them in our files, with the form to write when they err."""

from auditor.core.language.pattern import Dialect, Pattern, exact
from auditor.core.origin import Origin, Reason, Refused, parse_entry
from auditor.edge.config.schema import Fault
from auditor.edge.suffixes import is_public_suffix

_EVERYBODY = {"*": "allows every origin", "reflect": "allows every origin"}
_ANY_LABEL = "x"
_STAR = "the * stands for the whole leftmost label alone, as in https://*.example.com"


def read_exact(text: str) -> Pattern | Fault:
    """Read one exact origin; the fault says the canonical form where there is one."""
    if text in _EVERYBODY:
        return Fault(_EVERYBODY[text], "list the origins, or write public: true on the route")
    origin = parse_entry(text)
    if isinstance(origin, Origin):
        return exact(text)
    if not isinstance(origin, Refused):
        what = "is the origin of every sandboxed page and local file"
        return Fault(what, "give those pages an origin of their own and list it")
    if origin.reason is Reason.WILDCARD:
        do = "write it under pattern:, with owner, reason and expires"
        return Fault(f"{_shown(text)} is a pattern, not one origin", do)
    return Fault(*f"{_shown(text)} {origin.text}".split("; ", 1))


def read_pattern(text: str) -> Pattern | Fault:
    """Read `scheme://*.host[:port]`, where `*` is one whole label; any suffix may stand below."""
    if text in _EVERYBODY:
        return read_exact(text)
    if "*" not in text:
        fault = read_exact(text)
        is_origin = isinstance(fault, Pattern)
        return Fault("is one origin", "write it under origin:") if is_origin else fault
    scheme, separator, rest = text.partition("://*.")
    if not separator or "*" in scheme + rest:
        return Fault(f"{_shown(text)} has a * elsewhere", f"write one *: {_STAR}")
    origin = parse_entry(f"{scheme}://{_ANY_LABEL}.{rest}")
    if isinstance(origin, Origin):
        return Pattern(Dialect.ALLOWLIST, text)
    if not isinstance(origin, Refused):
        return Fault(f"{_shown(text)} is no pattern", f"write {_STAR}")
    hint = origin.hint and origin.hint.replace(f"://{_ANY_LABEL}.", "://*.", 1)
    return Fault(f"{_shown(text)} {origin.reason.text}", f"write {hint or _STAR}")


def read_narrow_pattern(text: str) -> Pattern | Fault:
    """Read a pattern whose hosts one party holds: not one over a public suffix."""
    pattern = read_pattern(text)
    if isinstance(pattern, Fault):
        return pattern
    suffix = host_below(text)
    if is_public_suffix(suffix):
        what = f"{_shown(text)} is over the public suffix {suffix}, where anybody can have a host"
        return Fault(what, "list the origins, or name a host of yours below it")
    return pattern


def host_below(pattern: str) -> str:
    """Return the host to the right of `*.` in a pattern that was read."""
    origin = parse_entry(pattern.replace("://*.", f"://{_ANY_LABEL}.", 1))
    return origin.host.partition(".")[2] if isinstance(origin, Origin) else ""


def is_address(origin: Origin) -> bool:
    """Return whether the host is a number, not a name."""
    return origin.host.startswith("[") or origin.host.rpartition(".")[2].isdecimal()


def is_origin_like(text: str) -> bool:
    """Return whether a text means an origin or a pattern, rather than the name of a group."""
    return "://" in text or "*" in text or text in ("null", "reflect")


def _shown(text: str) -> str:
    """Return the text in quotes, short, and without what may be a password."""
    if "@" in text:
        return "it"
    return f"'{text[:80]}...'" if len(text) > 80 else f"'{text}'"
