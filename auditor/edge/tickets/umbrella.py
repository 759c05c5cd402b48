"""One ticket for many findings that came at once: who would read fifty learns less from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from auditor.core.finding import Finding, Severity
from auditor.edge.reports.layout import count, some
from auditor.edge.tickets.prose import Block, Prose, fields, heading, table, text
from auditor.edge.tickets.telling import RunMark
from auditor.edge.tickets.text import NO_OWNER
from auditor.edge.tickets.title import PREFIX, capability, place

ROWS: Final = 100
"""Members that the table names, worst first."""


def umbrella_title(members: Sequence[Finding]) -> str:
    """`[CORS] 52 new findings at once in prod: ...`, by what most of them are."""
    where = some(sorted({one.environment for one in members}))
    common = Counter(one.rule for one in members).most_common(1)
    most = "".join(f", most of them {name}" for name, n in common if n * 2 > len(members))
    return f"{PREFIX} {count(len(members), 'new finding')} at once in {where}{most}"


def umbrella_body(members: Iterable[Finding], run: RunMark, limit: int) -> Prose:
    """Why it is one ticket, what the members share, and a table of them. `limit`: more new ones than
    this in one run become one ticket."""
    found = _worst_first(members)
    return (
        text(
            f"{count(len(found), 'finding')} are new in {run}: more than the {limit} that get a ticket "
            "each. So many at once are mostly one change, of a shared template or a policy, or a "
            "fault of the auditor's. Look at what they share first."
        ),
        *_shared(found),
        *_table(found),
        text(
            "This ticket closes by itself when none of them is found any more. One that becomes more "
            "severe gets a ticket of its own."
        ),
    )


def comment_umbrella_changed(left: Iterable[Finding], done: int, run: RunMark) -> Prose:
    """Some members are done. `left`: those that stand; `done`: how many ended since it was last said."""
    found = _worst_first(left)
    return (
        text(f"{done:,} of these ended by {run}; {len(found):,} still stand."),
        *_table(found),
    )


def comment_umbrella_fixed(run: RunMark) -> Prose:
    """No member is left."""
    return (text(f"Done: in {run} none of these stands any more. Closed."),)


def comment_umbrella_by_hand(left: Iterable[Finding], run: RunMark) -> Prose:
    """A person closed it while members stand: said once."""
    found = _worst_first(left)
    return (
        text(
            f"This ticket was closed by hand, and {run} still finds {len(found):,} of its findings, so "
            "it is opened again, this once. Mend them, have them written into the allowlist, or have "
            "them accepted in waivers.yaml. Closed by hand again, it stays closed."
        ),
        *_table(found),
    )


def _worst_first(members: Iterable[Finding]) -> list[Finding]:
    return sorted(members, key=lambda one: (-one.severity, one.host, one.fingerprint))


def _shared(found: Sequence[Finding]) -> Iterator[Block]:
    """Of each thing that findings have, the commonest values and how many have them."""
    severities = Counter(one.severity for one in found)
    words = [f"{severities[one]:,} {one.word}" for one in reversed(Severity) if severities[one]]
    yield fields(
        ("Severity", ", ".join(words) or "none"),
        ("Rules", _common(one.rule for one in found)),
        ("Owners", _common(one.owner or NO_OWNER for one in found)),
        ("Let in by", _common(_setting(one) for one in found)),
        ("Managed by", _common(one.managed_by or "not known" for one in found)),
    )


def _common(values: Iterable[str]) -> str:
    counted = Counter(values)
    return some((f"{value} ({number:,})" for value, number in counted.most_common()), 3)


def _setting(finding: Finding) -> str:
    grantor = finding.grantor
    return "not known" if grantor is None else f"{grantor.layer or ''} {grantor.field}".strip()


def _table(found: Sequence[Finding]) -> Iterator[Block]:
    if not found:
        return
    yield heading("Findings")
    head = ("severity", "finding", "where", "what", "owner")
    rows = [
        (one.severity.word, one.short, place(one), capability(one), one.owner or NO_OWNER)
        for one in found[:ROWS]
    ]
    yield table(head, *rows)
    if len(found) > ROWS:
        yield text(f"and {len(found) - ROWS:,} more: cors-audit findings")
