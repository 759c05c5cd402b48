"""Where an Allow-Origin line comes from: the hop, the field, and the entry of its list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from auditor.core.finding import Grantor
from auditor.core.hop.behaviour import Behaviour, Doing, Service, behaviours
from auditor.core.hop.guard import Guard, OriginIn
from auditor.core.hop.header import ALLOW_ORIGIN
from auditor.core.hop.op import Act, Literal, Op, RequestHeader, TheOrigin
from auditor.core.language.dialect import singleton
from auditor.core.language.membership import takes_alone
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.link.walk import Link, Placed, Way
from auditor.core.path.condition import bind
from auditor.core.path.exchange import Line
from auditor.core.reading import Confidence


class Reach(StrEnum):
    """What an entry lets in. ANY: it says so (`*`); REFLECT: the origin is echoed, no list at all."""

    ANY = "any"
    REFLECT = "reflect"
    PATTERN = "pattern"
    ONE = "one"


_STACK: Final = frozenset({"stack", "tag:aws:cloudformation:stack-name"})
"""Labels that name a stack: of collectors, and the tag that CloudFormation writes itself (its User
Guide, "Resource tags")."""
_MANAGER: Final = "managed-by"
"""The label under which a collector says what else manages a hop."""
_MANAGERS: Final = 3


@dataclass(frozen=True, slots=True)
class Source:
    """One cause of letting origins in.

    `field`: the setting, with the entry's position where the hop names it; `text`: the entry in
    normal form: an origin, a pattern, `*`, or `reflect`; `literal`: the line is a constant;
    `pattern`: the entry as it is written, None where the line does not depend on a list.
    """

    placed: Placed
    field: str
    text: str
    reach: Reach
    literal: bool
    pattern: Pattern | None = None


@dataclass(frozen=True, slots=True)
class Write:
    """One operation that writes an Allow-Origin line, and the condition under which it runs."""

    when: Guard
    op: Op

    @property
    def lists(self) -> tuple[OriginIn, ...]:
        """The lists that an origin has to be on."""
        return tuple(term for term in self.when if isinstance(term, OriginIn))


def writes(doing: Doing, name: str = ALLOW_ORIGIN) -> Iterator[Write]:
    """Every operation of `doing` that can write a line of the header `name`."""
    for behaviour in behaviours(doing):
        for when, ops in _guarded(behaviour):
            for op in ops:
                if name in op.names and op.act is not Act.REMOVE:
                    yield Write(when, op)


def _guarded(behaviour: Behaviour) -> Iterator[tuple[Guard, tuple[Op, ...]]]:
    for respond in behaviour.responds:
        yield respond.when, respond.ops
    for step in behaviour.edits:
        for case in step:
            yield case.when, case.ops


def doing_at(way: Way, at: int) -> tuple[Placed, Doing] | None:
    """The hop at position `at` of `way` and what it does; a service at the end belongs to the last
    hop. None where nothing that was read stands there."""
    if at < len(way.hops):
        return way.hops[at], way.hops[at].case.doing
    if way.hops and isinstance(way.terminal, Service):
        return way.hops[-1], way.terminal.doing
    return None


def source_of(way: Way, line: Line, origin: str, host: str) -> Source | None:
    """Who wrote the Allow-Origin `line` that `origin` got on `host`, and for which entry; None where
    no setting that was read did."""
    stands = doing_at(way, line.hop)
    if stands is None:
        return None
    placed, doing = stands
    found = [
        source
        for write in writes(doing)
        if write.op.field == line.field
        and (source := _source(placed, write, line, origin, host)) is not None
    ]
    listed = [source for source in found if source.reach is not Reach.REFLECT]
    return next(iter([*listed, *found]), None)


def _source(placed: Placed, write: Write, line: Line, origin: str, host: str) -> Source | None:
    value, field = write.op.value, write.op.field
    if isinstance(value, Literal):
        if value.text != line.value:
            return None
        reach = Reach.ANY if value.text == "*" else Reach.ONE
        return Source(
            placed, entry_field(placed, field, write, origin, host), value.text, reach, True
        )
    if not isinstance(value, TheOrigin) and value != RequestHeader("origin"):
        return None
    if not write.lists:
        return Source(placed, field, str(Reach.REFLECT), Reach.REFLECT, False)
    taking = [_taking(atom, origin, host) for atom in write.lists]
    if any(pattern is None for pattern in taking):
        return None
    pattern = next(one for one in taking if one is not None)
    text, reach = _entry(pattern)
    place = entry_field(placed, field, write, origin, host)
    return Source(placed, place, text, reach, False, pattern)


def _taking(atom: OriginIn, origin: str, host: str) -> Pattern | None:
    bound = (bind(pattern, host) for pattern in atom.patterns)
    return next((pattern for pattern in bound if takes_alone(pattern, origin)), None)


def _entry(pattern: Pattern) -> tuple[str, Reach]:
    if pattern.dialect is Dialect.ANY or pattern.text == "*":
        return "*", Reach.ANY
    alone = singleton(pattern)
    return (pattern.text, Reach.PATTERN) if alone is None else (alone, Reach.ONE)


def entry_field(placed: Placed, field: str, write: Write, origin: str, host: str) -> str:
    """`field` with the position of the entry that takes `origin`, where the hop names its entries."""
    named = dict(placed.hop.fields)
    for atom in write.lists:
        for at, pattern in enumerate(atom.patterns):
            if f"{field}[{at}]" in named and takes_alone(bind(pattern, host), origin):
                return f"{field}[{at}]"
    return field


def setting(field: str) -> str:
    """`field` without the position of an entry: lists may be reordered."""
    head, bracket, position = field.rpartition("[")
    return head if bracket and position[:-1].isdigit() and position.endswith("]") else field


def grantor_at(placed: Placed, field: str) -> Grantor:
    """The hop and field to blame; its place is that of the entry where the hop knows it."""
    hop, named = placed.hop, dict(placed.hop.fields)
    where = named.get(field) or named.get(setting(field)) or hop.where
    listed, role = setting(field), hop.role or hop.id
    entry = "" if field == listed else field
    return Grantor(hop.layer, role, listed, hop.id, hop.title, where, entry)


def notes_on(placed: Placed, field: str) -> tuple[str, ...]:
    """What the reader of the hop remarked on the setting of `field`."""
    words = setting(field).split()
    return tuple(note for note in placed.hop.notes if words and all(w in note for w in words))


def remedy(placed: Placed, field: str, subject: str) -> str | None:
    """What the collector of the hop's product says to change at `field`, for `subject`."""
    texts = (one.text for one in placed.hop.remedies if field.startswith(one.field))
    text = next(texts, None)
    return None if text is None else (text[:1].upper() + text[1:]).replace("{origin}", subject)


def managers(placed: Placed) -> str | None:
    """What manages the hop, so that an edit elsewhere is undone: `CloudFormation stack accounts`."""
    labels = placed.hop.labels
    stacks = (f"CloudFormation stack {text}" for key, text in labels if key in _STACK)
    found = list(dict.fromkeys((*stacks, *(text for key, text in labels if key == _MANAGER))))
    more = len(found) - _MANAGERS
    shown = ", ".join(found[:_MANAGERS])
    return (f"{shown} and {more} more" if more > 0 else shown) or None


def unsure_links(way: Way, placed: Placed) -> Iterator[str]:
    """The links between the browser and `placed` that are not exact, in words; none where `placed` is
    not on `way`."""
    titles = {one.hop.id: one.hop.title for one in way.hops}
    front = list(titles)[: list(titles).index(placed.hop.id) + 1] if placed.hop.id in titles else []
    aliases: list[Link] = []
    for link in way.links:
        if not link.hop:
            aliases.append(link)
            continue
        if link.hop in front:
            yield from (_unsure(one, titles[link.hop]) for one in (*aliases, link) if _doubted(one))
        aliases = []


def _doubted(link: Link) -> bool:
    return link.confidence is not Confidence.EXACT


def _unsure(link: Link, title: str) -> str:
    if link.confidence is Confidence.BY_HOST:
        return f"{title} is linked by host alone ({link.text})"
    return f"{title}: {link.text}" if link.hop else f"{link.text}, says the configuration"


def outermost(lines: Iterable[Line]) -> Line:
    """The line that the outermost hop wrote."""
    return min(lines, key=lambda line: line.hop)
