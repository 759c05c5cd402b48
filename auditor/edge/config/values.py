"""Values that the user's files share: dates, days, hosts, names of variables, routes, HTTP names."""

from datetime import date
from string import ascii_letters, ascii_lowercase, digits
from typing import Final

from auditor.core.allowlist import RouteMatch
from auditor.core.finding import Severity
from auditor.core.origin import Origin, Refused, parse_entry
from auditor.core.reading import ANY_PATH, PathKind, PathMatch
from auditor.edge.config.schema import Fault, TextAs

# RFC 9110, 5.6.2: token.
_TOKEN = frozenset(ascii_letters + digits + "!#$%&'*+-.^_`|~")
_VARIABLE = frozenset(ascii_letters + digits + "_")
_GLOB_HOST = frozenset(ascii_lowercase + digits + "-_.*[]:")
# Fetch Standard, "normalize a method": browsers send these in upper case, whatever script wrote.
_NORMALIZED = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"})
_LONGEST_REVIEW = 3_650
# IAM API Reference, CreateRole: RoleName is at most 64 of these; a slash parts it from its path.
_ROLE = frozenset(ascii_letters + digits + "_+=,.@-/")
_LONGEST_ROLE = 64
_SEVERITIES = {severity.word: severity for severity in Severity}
ARN: Final = "arn:"
"""How the full name of an AWS resource begins."""


def _day(text: str) -> date | Fault:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        return Fault("is no date", "write it as 2027-02-03 (year-month-day)")
    return found


def _days(text: str) -> int | Fault:
    number = text.removesuffix("d")
    is_number = number != text and number.isascii() and number.isdecimal() and len(number) < 5
    if is_number and 1 <= int(number) <= _LONGEST_REVIEW:
        return int(number)
    return Fault("is no number of days", f"write 180d (1d to {_LONGEST_REVIEW}d)")


def _variable(text: str) -> str | Fault:
    if _VARIABLE.issuperset(text) and text[0] not in digits:
        return text
    return Fault(
        "is no name of an environment variable", "name the variable, never write its value"
    )


def _host_glob(text: str) -> str | Fault:
    if "://" in text or "/" in text:
        return Fault("is no host", "write the host alone, without scheme and path")
    if _GLOB_HOST.issuperset(text):
        return text
    return Fault("is no host", "write a host in lower case; * stands for any characters")


def _place(text: str) -> RouteMatch | Fault:
    """Read a host glob with or without a path, which is as in `read_match`."""
    if "://" in text:
        return Fault("has a scheme", "write host/path, as in api.example.com/v1/*")
    glob, slash, rest = text.partition("/")
    host, path = _host_glob(glob), _path(slash + rest)
    if isinstance(host, Fault):
        return host
    return path if isinstance(path, Fault) else RouteMatch(host, path)


def _role(text: str) -> str | Fault:
    """Accept `arn:aws:iam::111122223333:role/Name`, or a name with or without its path."""
    name = _name_in_arn(text) if text.startswith(ARN) else text
    if name is None:
        return Fault("is no ARN of a role", "write arn:aws:iam::<12 digits>:role/<name>")
    *path, last = name.split("/")
    if 0 < len(last) <= _LONGEST_ROLE and all(path) and _ROLE.issuperset(name):
        return text
    return Fault("is no name of a role", "write the name as IAM shows it")


def _name_in_arn(text: str) -> str | None:
    *head, resource = text.split(":", 5)
    name = resource.removeprefix("role/")
    is_role = len(head) == 5 and head[2:4] == ["iam", ""] and _is_account(head[4])
    return name if is_role and name != resource else None


def _is_account(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) == 12


def _account(text: str) -> str | Fault:
    if _is_account(text):
        return text
    return Fault("is no AWS account", "write its 12 digits in quotes")


def _url(text: str) -> str | Fault:
    scheme, separator, rest = text.partition("://")
    if scheme not in ("http", "https") or not separator or not rest or " " in text:
        return Fault("is no URL", "write http:// or https:// and a host")
    if "@" in rest:
        return Fault("holds a user name or password", "write the URL without it")
    return text


def _method(text: str) -> str | Fault:
    if text == "*" or not _TOKEN.issuperset(text):
        return Fault("is no method", "name each method; without the key they are not compared")
    if text != text.upper() and text.upper() in _NORMALIZED:
        return Fault("is not what browsers send", f"write {text.upper()}")
    return text


def _header(text: str) -> str | Fault:
    if text == "*" or not _TOKEN.issuperset(text):
        return Fault("is no header name", "name each header; without the key they are not compared")
    return text.lower()


def read_match(text: str) -> RouteMatch | Fault:
    """Read `api.example.com/v1/*`: a host, or `*.` and a host, and a path.

    Without a path, and with `/*`, it is every path; a path that ends in `/*` is a prefix by whole
    segments; any other is that path alone.
    """
    if "://" in text:
        return Fault("has a scheme", "write host/path, as in api.example.com/v1/*")
    host, slash, rest = text.partition("/")
    origin = parse_entry("https://" + host.removeprefix("*."))
    if isinstance(origin, Refused):
        do = f"write {origin.hint.partition('://')[2]}" if origin.hint else "write host/path"
        return Fault(f"has a host that {origin.reason.text}", do)
    if not isinstance(origin, Origin) or origin.port is not None:
        return Fault("names a port", "write the host alone; a route is for all its ports")
    path = _path(slash + rest)
    return path if isinstance(path, Fault) else RouteMatch(host, path)


def _path(text: str) -> PathMatch | Fault:
    if text in ("", "/*"):
        return ANY_PATH
    prefix = text.removesuffix("/*")
    kind = PathKind.PREFIX if prefix != text else PathKind.EXACT
    if not text.isascii() or any(mark in prefix for mark in "?#\\ "):
        return Fault("has a path that no request has", "percent-encode it; no query, no fragment")
    if any(mark in prefix for mark in "*{}"):
        return Fault("has a pattern inside its path", "end it in /*, or name the path in full")
    segments = prefix.split("/")[1:]
    if {".", ".."} & set(segments) or "" in segments[:-1] or (prefix != text and "" in segments):
        return Fault("has an empty or a dot segment", "write the path as browsers send it")
    return PathMatch(kind, prefix)


def _match_text(text: str) -> str | Fault:
    found = read_match(text)
    return found if isinstance(found, Fault) else str(found)


def _severity(text: str) -> Severity | Fault:
    if text in _SEVERITIES:
        return _SEVERITIES[text]
    return Fault(f"is none of {', '.join(_SEVERITIES)}", "write one of them")


def _any(text: str) -> str | Fault:
    return text


TEXT: Final[TextAs[str]] = TextAs(_any)
DAY: Final[TextAs[date]] = TextAs(_day, {"format": "date"})
DAYS: Final[TextAs[int]] = TextAs(_days, {"pattern": "^[1-9][0-9]{0,3}d$"})
VARIABLE: Final[TextAs[str]] = TextAs(_variable, {"pattern": "^[A-Za-z_][A-Za-z0-9_]*$"})
HOST_GLOB: Final[TextAs[str]] = TextAs(_host_glob)
PLACE: Final[TextAs[RouteMatch]] = TextAs(_place)
ROLE: Final[TextAs[str]] = TextAs(_role)
ACCOUNT: Final[TextAs[str]] = TextAs(_account, {"pattern": "^[0-9]{12}$"})
URL: Final[TextAs[str]] = TextAs(_url, {"pattern": "^https?://"})
SEVERITY: Final[TextAs[Severity]] = TextAs(_severity, {"enum": list(_SEVERITIES)})
METHOD: Final[TextAs[str]] = TextAs(_method)
HEADER: Final[TextAs[str]] = TextAs(_header)
MATCH: Final[TextAs[RouteMatch]] = TextAs(read_match)
MATCH_TEXT: Final[TextAs[str]] = TextAs(_match_text)
