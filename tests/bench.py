"""How long the slow parts take, each beside a plain loop over the same inputs in the same run.

`python -m tests.bench [NAME...]` prints one JSON object a line. Times are the best of a few turns; the
ratio is what to compare across machines, the milliseconds are not.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from auditor.cli.planning import load_plan
from auditor.core.allowlist import AllowedRoute, OriginEntry, RouteMatch
from auditor.core.decision.classes import PLAINTEXT, valid
from auditor.core.decision.verdict import Judged, Memo, judge_path
from auditor.core.hop.behaviour import Behaviour, Case, Respond, Silent
from auditor.core.hop.guard import PREFLIGHT, OriginIn
from auditor.core.hop.header import ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN
from auditor.core.hop.op import Op, RequestedHeaders, TheOrigin, remove, set_
from auditor.core.language import cut as cut_module
from auditor.core.language.cut import Cut, cut
from auditor.core.language.dialect import compile_pattern, singleton
from auditor.core.language.pattern import Dialect, Pattern, exact
from auditor.core.language.probe import probes
from auditor.core.language.universe import origins, scheme_of
from auditor.core.link.route import RequestPath
from auditor.core.link.walk import Placed, Way
from auditor.core.reading import ANY_PATH, Hop, Layer, PathCase, Where
from auditor.run.audit import audit, collect

EXAMPLES = Path(__file__).parents[1] / "examples" / "cors-audit.yaml"
DAY = datetime(2026, 1, 1, tzinfo=UTC)
HERE = Where("bench")
FOUR_HOPS = (
    exact("https://app.example.com"),
    exact("https://admin.example.com"),
    Pattern(Dialect.INGRESS_NGINX, "https://*.example.com"),
    Pattern(Dialect.SPRING, "https://*.example.com:[8080,8443]"),
)
FIFTY_AND_FIFTY = tuple(exact(f"https://app{at}.example.com") for at in range(100))
THIRTY_WILDCARDS = tuple(
    Pattern(Dialect.ALLOWLIST, f"https://*.team{at}.example.com") for at in range(30)
)


@dataclass(frozen=True, slots=True)
class Bench:
    """`subject` is timed against `plain`, a loop of `ratio_to` over the same inputs; `before`, not timed,
    runs ahead of every turn of the subject."""

    name: str
    subject: Callable[[], object]
    ratio_to: str
    plain: Callable[[], object]
    before: Callable[[], object] = lambda: None
    turns: int = 7


def forget() -> None:
    """Empty every memory that a cut could profit from."""
    compile_pattern.cache_clear()
    origins.cache_clear()
    for memo in (cut_module._divide, cut_module._choices):
        memo.cache_clear()


def divide(patterns: tuple[Pattern, ...]) -> Cut:
    """The cut as a path asks for it: patterns of one origin are literals."""
    literals = ["null", *(text for text in map(singleton, patterns) if text is not None)]
    wide = [pattern for pattern in patterns if singleton(pattern) is None]
    texts = [*(pattern.text for pattern in wide), *literals]
    schemes = frozenset(filter(None, map(scheme_of, texts)))
    return cut(origins(schemes), [*wide, PLAINTEXT], literals, valid=valid, probes=probes(texts))


def compare(patterns: tuple[Pattern, ...]) -> int:
    """What a list check would do: every text against every entry, byte for byte."""
    texts = [*(pattern.text for pattern in patterns), *probes(p.text for p in patterns)]
    return sum(text == pattern.text for text in texts for pattern in patterns)


def four_hops() -> RequestPath:
    """A request path through four layers that each own the header."""
    places = []
    for at, pattern in enumerate(FOUR_HOPS):
        case = PathCase(ANY_PATH, _owner(pattern), ())
        hop = Hop(f"h{at}", Layer.INGRESS, "p", "t", HERE, (), (case,), "s", "d")
        places.append(Placed(hop, case))
    way = Way(tuple(places), Silent())
    return RequestPath(way, way)


def _owner(pattern: Pattern) -> Behaviour:
    guard = (OriginIn((pattern,)),)
    lines: tuple[Op, ...] = (
        set_(ALLOW_ORIGIN, TheOrigin()),
        set_(ALLOW_CREDENTIALS, "true"),
    )
    lists = (set_(ALLOW_METHODS, "GET, PUT"), set_(ALLOW_HEADERS, RequestedHeaders()))
    answer = Respond((*PREFLIGHT, *guard), (204,), (*lines, *lists))
    return Behaviour((answer,), ((Case((), (remove(ALLOW_ORIGIN),)),), (Case(guard, lines),)))


def judge(memo: Memo | None = None) -> Judged:
    """The four hops judged against an allowlist of one pattern."""
    entry = OriginEntry(Pattern(Dialect.ALLOWLIST, "https://*.example.com"), "team", HERE)
    allowed = AllowedRoute(RouteMatch("api.example.com"), (entry,), True, HERE)
    return judge_path(four_hops(), "api.example.com", ("GET",), allowed, date(2026, 1, 1), memo)


def benches() -> Iterator[Bench]:
    """Every benchmark, in the order of what they are made of."""
    for name, patterns in (
        ("cut-four-hops-cold", FOUR_HOPS),
        ("cut-50-v-50-exact-cold", FIFTY_AND_FIFTY),
        ("cut-30-wildcards-cold", THIRTY_WILDCARDS),
    ):
        yield _cut(name, patterns)
    comparing = ("string comparison", lambda: compare(FOUR_HOPS))
    yield Bench("judge-four-hops-cold", judge, *comparing, before=forget)
    memo: Memo = {}
    judge(memo)
    yield Bench("judge-four-hops-remembered", lambda: judge(memo), *comparing)
    yield _examples()


def _cut(name: str, patterns: tuple[Pattern, ...]) -> Bench:
    return Bench(
        name,
        lambda: divide(patterns),
        "string comparison",
        lambda: compare(patterns),
        before=forget,
    )


def _examples() -> Bench:
    plan = replace(load_plan((), EXAMPLES, None), store=None)
    documents = [json.dumps(dict(one.body)) for one in collect(plan, {}, print_nothing).documents]
    return Bench(
        "audit-examples",
        lambda: audit(plan, lambda: DAY, {}, print_nothing),
        "json.loads",
        lambda: [json.loads(text) for text in documents],
        before=forget,
        turns=3,
    )


def print_nothing(_text: str) -> None:
    """Progress that nobody watches."""


def measure(bench: Bench, turns: int | None = None) -> dict[str, str | float]:
    """The line of one benchmark."""
    count = bench.turns if turns is None else turns
    value = min(_timed(bench.subject, bench.before) for _ in range(count))
    plain = min(_timed(bench.plain, lambda: None) for _ in range(max(count, 3)))
    return {
        "bench": bench.name,
        "value": round(value * 1_000, 3),
        "unit": "ms",
        "ratio_to": bench.ratio_to,
        "ratio": round(value / plain, 1),
    }


def _timed(subject: Callable[[], object], before: Callable[[], object]) -> float:
    before()
    started = time.perf_counter()
    subject()
    return time.perf_counter() - started


def main(names: list[str]) -> int:
    """Print the lines of `names`, all when there are none; 2 when one of them is not known."""
    found = list(benches())
    unknown = set(names) - {bench.name for bench in found}
    if unknown:
        known = ", ".join(bench.name for bench in found)
        print(f"{', '.join(sorted(unknown))}: no such benchmark; one of {known}", file=sys.stderr)
        return 2
    for bench in found:
        if not names or bench.name in names:
            print(json.dumps(measure(bench)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
