"""Lines to try a finding with: read-only, without secrets, quoted for a shell."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from string import ascii_letters, ascii_lowercase, digits
from typing import Final

from auditor.core.finding import Finding
from auditor.edge.tickets.prose import Block, code, heading, text
from auditor.edge.tickets.telling import Telling
from auditor.edge.tickets.title import is_beyond

_UNTRIED: Final = frozenset({"unread-hop", "cache-mixes-origins", "layers-disagree"})
"""Rules that one request does not show: what it rests on was not read, is stored, or is masked."""
_HOST: Final = frozenset(ascii_lowercase + digits + ".-:")
_PATH: Final = frozenset(ascii_letters + digits + "/.-_~%")


def trial(telling: Telling) -> Iterator[Block]:
    """How to see it with curl, and what to expect; nothing where one request does not show it."""
    finding = telling.finding
    url = telling.url or url_of(finding)
    if finding.witness is None or url is None or finding.rule in _UNTRIED:
        return
    sends = any(word.startswith("send_") for word in finding.capabilities)
    reads = not sends or any(word.startswith("read_") for word in finding.capabilities)
    yield heading("See it")
    yield code("\n".join(_lines(url, finding.witness, reads, sends)))
    now, then = _expected(finding)
    yield text(
        f"Now: {now}. After the fix: {then}. curl shows the headers; it is browsers that obey them."
    )
    if telling.control is not None and telling.control != finding.witness:
        yield text("As a control, an origin that is allowed:")
        yield code("\n".join(_lines(url, telling.control, reads, sends)))


def url_of(finding: Finding) -> str | None:
    """A URL on the first route that is no pattern but a path, or everything below one."""
    for route in finding.routes:
        host, slash, path = route.rpartition(" ")[2].partition("/")
        below = path.removesuffix("*") if path == "*" or path.endswith("/*") else path
        if host and slash and set(host) <= _HOST and set(below) <= _PATH:
            return f"https://{host}/{below}"
    return None


def _lines(url: str, origin: str, reads: bool, sends: bool) -> Iterator[str]:
    sent = shlex.quote(f"Origin: {origin}")
    there = shlex.quote(url)
    if sends:
        yield f"curl -sS -g -o /dev/null -D - -X OPTIONS {there} \\"
        yield f"  -H {sent} -H 'Access-Control-Request-Method: PUT'"
    if reads:
        yield f"curl -sS -g -o /dev/null -D - {there} \\"
        yield f"  -H {sent}"


def _expected(finding: Finding) -> tuple[str, str]:
    """What the header lines say now, and should say."""
    with_cookies = any(word.endswith("_cred") for word in finding.capabilities)
    too = " and allow-credentials is true" if with_cookies else ""
    named = f"allow-origin lets that origin in{too}"
    match finding.rule:
        case "narrowed-origin":
            return "something that this origin needs is missing", named
        case "doubled-header":
            return (
                "allow-origin is there twice, or names several",
                "it is there once, or not at all",
            )
        case "wildcard-credentials" if not with_cookies:
            return "allow-origin is *, and allow-credentials is true", "not both"
        case _ if is_beyond(finding):
            return f"{finding.subject} gives more than the allowlist says", "it does not"
        case _:
            return named, "it does not"
