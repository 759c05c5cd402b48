"""A cluster or account that an earlier run had and this one lacks altogether is a gap, not a silence."""

from dataclasses import replace
from pathlib import Path

import pytest

from auditor.core.reading import Gap, Unread
from auditor.edge.config.model import Aws, AwsExclude, CollectedFiles, Config, Kubernetes
from auditor.edge.store.record import Blind, RunHead, RunRecord, Scope, SourceRead
from auditor.run.merged import ROW
from auditor.run.missing import missing_sources
from auditor.run.plan import Plan
from collectors.collector import Collected, Count
from tests.run.collections import NOW, denied

NOTHING = Plan(Path(), Config(), "c.yaml")
FILES = replace(NOTHING, config=Config(collected=(CollectedFiles("in/*.run"),)))
CLUSTERS = replace(NOTHING, kubernetes=Kubernetes(("prod-*",)))
ACCOUNTS = replace(NOTHING, aws=Aws(exclude=AwsExclude(accounts=("9*",))))
LISTED = replace(NOTHING, aws=Aws(accounts=("111122223333",), role="R"))
OWN, REGION = "aws:111122223333", "aws:111122223333/eu-west-1"


def record(*rows: SourceRead, unread: tuple[Unread, ...] = ()) -> RunRecord:
    head = RunHead(Scope("c.yaml"), NOW, NOW, "1", (), "", "", True, 0, id=212)
    return RunRecord(head, sources=rows, unread=tuple(Blind(gap) for gap in unread))


def live(*sources: str) -> RunRecord:
    return record(*(SourceRead(source, "Service", 1, 1) for source in sources))


def out_of_files(*sources: str) -> RunRecord:
    return record(*(SourceRead(source, ROW, 1, 1) for source in sources))


def now(*sources: str) -> Collected:
    return Collected(counts=tuple(Count(source, "Service", 1, 1) for source in sources))


@pytest.mark.parametrize(
    ("plan", "before", "found", "gaps"),
    [
        (FILES, out_of_files("kube:a", "kube:b"), now("kube:a"), ["kube:b"]),
        (FILES, out_of_files("kube:a"), now("kube:a"), []),
        (FILES, out_of_files("file:inner/deploy"), now(), ["file:inner/deploy"]),
        (NOTHING, out_of_files("kube:a"), now(), []),
        (FILES, live("kube:a", "file:deploy", "app:orders"), now(), []),
        (CLUSTERS, live("kube:prod-1", "kube:dev"), now(), ["kube:prod-1"]),
        (replace(NOTHING, kubernetes=Kubernetes()), live("kube:a"), now("kube:b"), ["kube:a"]),
        (NOTHING, live("kube:a", REGION), now(), []),
        (ACCOUNTS, live(REGION, "aws:111122223333/global", OWN), now(), [OWN]),
        (ACCOUNTS, live(REGION), now(OWN), []),
        (ACCOUNTS, live("aws:999922223333/global"), now(), []),
        (LISTED, live(REGION, "aws:444455556666/global"), now(), [OWN]),
    ],
)
def test_what_is_missing(plan: Plan, before: RunRecord, found: Collected, gaps: list[str]) -> None:
    assert [gap.source for gap in missing_sources(before, found, plan)] == gaps


def test_the_gap_says_who_had_it_and_stays_night_after_night() -> None:
    [gap] = missing_sources(out_of_files("kube:b"), now(), FILES)
    assert (gap.gap, gap.reason) == (Gap.ABSENT, "run 212 had it; nothing of it was found now")
    assert gap.do.startswith("have it collected again")
    next_night = record(SourceRead("kube:b", "unread", 1, 0), unread=(gap,))
    later = replace(next_night, head=replace(next_night.head, id=213))
    assert missing_sources(later, now(), FILES) == (gap,)
    assert missing_sources(later, now("kube:b"), FILES) == ()


def test_what_has_a_gap_of_its_own_is_not_told_twice() -> None:
    found = Collected(unread=(denied("kube:b"),))
    assert missing_sources(out_of_files("kube:b"), found, FILES) == ()


def test_a_file_that_was_spoilt_last_night_is_no_source() -> None:
    before = record(SourceRead("collected:in/a-21.run", "unread", 1, 0))
    assert missing_sources(before, now(), FILES) == ()
