"""What every route lets in now, as the draft of an allowlist takes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.core.capability import WITH_CREDENTIALS
from auditor.core.decision.classes import PLAINTEXT
from auditor.core.decision.verdict import Compared
from auditor.core.language.pattern import Dialect
from auditor.edge.allowlist.draft import Observed
from auditor.run.judge import JudgedRoute


def observe(judged: Iterable[JudgedRoute]) -> Iterator[Observed]:
    """Each route with the origins that it certainly grants something."""
    for one in judged:
        granted = [c for view in one.views for c in view.others() if c.can.meet]
        caps = [c.can.meet for c in granted]
        hops = [placed for view in one.views for placed in view.path.actual.hops]
        owners = [owner for view in one.views for owner in map(view.owner_of, hops) if owner]
        route = one.route
        yield Observed(
            host=route.host,
            path_text=route.path,
            environment=route.environment,
            owner=owners[-1] if owners else None,
            origins=tuple(dict.fromkeys(text for c in _named(granted) for text in _texts(c))),
            credentials=any(cap & WITH_CREDENTIALS for cap in caps),
            any_origin=any(_any(c) for c in granted),
            methods=() if route.methods == ("*",) else route.methods,
            production=all(view.production for view in one.views),
        )


def _named(granted: list[Compared]) -> list[Compared]:
    """The classes that speak for themselves: `null` does not where any origin is let in."""
    if not any(_any(c) for c in granted):
        return granted
    return [c for c in granted if c.witness != "null"]


def _any(one: Compared) -> bool:
    """Whether the class holds origins that no pattern names, or that `*` alone takes."""
    if one.seen.about.alone:
        return False
    named = one.seen.about.matches - {PLAINTEXT}
    return all(pattern.dialect is Dialect.ANY or pattern.text == "*" for pattern in named)


def _texts(one: Compared) -> Iterator[str]:
    if one.seen.about.alone:
        yield one.witness
    elif not _any(one):
        yield from sorted(pattern.text for pattern in one.seen.about.matches - {PLAINTEXT})
