"""Where a gateway sends a request: the names behind an integration, and the path it gets there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from auditor.core.hop.behaviour import Terminal, UnreadEnd

STAGE_VARIABLE = "${stageVariables."

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Target:
    """The names that a request goes to, or an end, and what becomes of its path on the way."""

    to: tuple[str, ...] | Terminal
    strip: str = ""
    add: str = ""
    assumed: str = ""


def unread(cause: str) -> Target:
    """Return the end of a way that cannot be followed, for `cause`."""
    return Target(UnreadEnd(cause))


def substituted(template: str, variables: Mapping[str, str]) -> str:
    """Return `template` with every `${stageVariables.name}` that `variables` know replaced."""
    for name, value in variables.items():
        template = template.replace(f"{STAGE_VARIABLE}{name}}}", value)
    return template


def variables_in(template: str) -> frozenset[str]:
    """Return the names of the stage variables in `template`."""
    return frozenset(part.partition("}")[0] for part in template.split(STAGE_VARIABLE)[1:])


def function_name(address: str) -> str:
    """Return `lambda:` and the ARN of the function that `address` invokes; empty for no function.

    `address`: the ARN itself, or the ARN of API Gateway that ends in /functions/{arn}/invocations.
    """
    arn = address.rpartition("/functions/")[2].removesuffix("/invocations")
    parts = arn.split(":")
    # arn:partition:lambda:region:account:function:name[:version or alias]
    if len(parts) not in {7, 8} or parts[2] != "lambda" or parts[5] != "function":
        return ""
    return "lambda:" + ":".join(parts[:7])


def host_and_path(address: str) -> tuple[str, str]:
    """Return the host (with a port that is not the scheme's own) and the path of a URL; both are
    empty when it is not one whose host is known."""
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError:
        return "", ""
    host = url.hostname or ""
    if url.scheme not in _PORTS or set("{}$") & set(host):
        return "", ""
    if port is not None and port != _PORTS[url.scheme]:
        host = f"{host}:{port}"
    return host, url.path


def segments(path: str) -> tuple[str, ...]:
    """Return the segments of a path, without the leading slash."""
    return tuple(path.removeprefix("/").split("/")) if path.strip("/") else ()


def prefix_change(taken: tuple[str, ...], sent: tuple[str, ...]) -> tuple[str, str] | None:
    """Return the literal prefixes, to strip and to add, that turn the path `taken` into `sent`.

    None when no two do. `{name}` stands for one segment or, as `{name+}`, for the rest.
    """
    # The end is the same as long as the segments are: `{proxy}` stands for `{proxy+}`.
    length = 0
    for mine, theirs in zip(reversed(taken), reversed(sent), strict=False):
        if mine.replace("+}", "}") != theirs.replace("+}", "}"):
            break
        length += 1
    before, after = taken[: len(taken) - length], sent[: len(sent) - length]
    if any("{" in segment or "$" in segment for segment in before + after):
        return None
    strip = "".join(f"/{segment}" for segment in before)
    add = "".join(f"/{segment}" for segment in after)
    return (strip, add) if length else (strip or "/", add or "/")
