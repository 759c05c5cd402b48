"""Judgements: a path through four hops against an allowlist, and a whole run over the examples."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from auditor.cli.planning import load_plan
from auditor.core.allowlist import AllowedRoute, OriginEntry, RouteMatch
from auditor.core.decision.verdict import Judged, Memo, judge_path
from auditor.core.hop.behaviour import Behaviour, Case, Respond, Silent
from auditor.core.hop.guard import PREFLIGHT, OriginIn
from auditor.core.hop.header import ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN
from auditor.core.hop.op import Op, RequestedHeaders, TheOrigin, remove, set_
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.link.route import RequestPath
from auditor.core.link.walk import Placed, Way
from auditor.core.reading import ANY_PATH, Hop, Layer, PathCase, Where
from auditor.run.audit import audit
from auditor.run.collection import collect
from tests.bench.inputs import FOUR_HOPS, patterns
from tests.bench.line import Timed, compare, nothing

EXAMPLES: Final = Path(__file__).parents[2] / "examples" / "cors-audit.yaml"
HERE: Final = Where("bench")
ENTRY: Final = OriginEntry(Pattern(Dialect.ALLOWLIST, "https://*.example.com"), "team", HERE)
ALLOWED: Final = AllowedRoute(RouteMatch("api.example.com"), (ENTRY,), True, HERE)
TODAY: Final = date(2026, 1, 1)
NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)


def four_hops(named: str = "") -> RequestPath:
    """A request path through four layers that each own the header; `named`: in their fields' texts."""
    places = []
    for at, pattern in enumerate(patterns(FOUR_HOPS)):
        case = PathCase(ANY_PATH, _owner(pattern, f"{named}{at}"), ())
        hop = Hop(f"h{at}", Layer.INGRESS, "p", "t", HERE, (), (case,), "s", "d")
        places.append(Placed(hop, case))
    way = Way(tuple(places), Silent())
    return RequestPath(way, way)


def _owner(pattern: Pattern, field: str) -> Behaviour:
    guard = (OriginIn((pattern,)),)
    lines: tuple[Op, ...] = (
        set_(ALLOW_ORIGIN, TheOrigin(), field),
        set_(ALLOW_CREDENTIALS, "true", field),
    )
    lists = (set_(ALLOW_METHODS, "GET, PUT"), set_(ALLOW_HEADERS, RequestedHeaders()))
    answer = Respond((*PREFLIGHT, *guard), (204,), (*lines, *lists))
    return Behaviour((answer,), ((Case((), (remove(ALLOW_ORIGIN),)),), (Case(guard, lines),)))


def judge(path: RequestPath, memo: Memo | None = None) -> Judged:
    """`path` judged against an allowlist of one pattern."""
    return judge_path(path, "api.example.com", ("GET",), ALLOWED, TODAY, memo)


def benches() -> Iterator[Timed]:
    """Every benchmark of judgements."""
    path = four_hops()
    yield Timed("judge-four-hops-cold", lambda: judge(path), _compare)
    memo: Memo = {}
    judge(path, memo)
    yield Timed("judge-four-hops-remembered", lambda: judge(path, memo), _compare, nothing)
    yield _by_other_names(memo)
    yield _examples()


def _by_other_names(memo: Memo) -> Timed:
    """Another path that does the same, each time one that was never seen."""
    path, count = four_hops("first-"), 0

    def rename() -> None:
        nonlocal path, count
        count += 1
        path = four_hops(f"other{count}-")

    name = "judge-four-hops-remembered-by-other-names"
    return Timed(name, lambda: judge(path, memo), _compare, rename)


def _compare() -> int:
    texts = [pattern.text for pattern in patterns(FOUR_HOPS)]
    return compare(texts, texts)


def _examples() -> Timed:
    plan = replace(load_plan((), EXAMPLES, None), store=None)
    documents = [
        json.dumps(dict(one.body)) for one in collect(plan, {}, print_nothing, NOW).documents
    ]
    return Timed(
        "audit-examples",
        lambda: audit(plan, lambda: NOW, {}, print_nothing),
        lambda: [json.loads(text) for text in documents],
        ratio_to="json.loads",
    )


def print_nothing(_text: str) -> None:
    """Progress that nobody watches."""
