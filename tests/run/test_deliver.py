"""The outbox under trouble: in order, once each, and nothing lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from auditor.core.lifecycle.ticket import Act
from auditor.edge.http import Answer, Failed, Http, Request
from auditor.run.deliver import PATIENCE_SECONDS
from tests.edge.trackers.github_hub import Reply, invalid
from tests.edge.trackers.github_standin import Fault
from tests.run.outboxes import Post, post_in

pytestmark = pytest.mark.server
OPEN, CHANGED, FIXED, REGRESSED = Act.OPEN, Act.CHANGED, Act.FIXED, Act.REGRESSED


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    with post_in(tmp_path) as found:
        yield found


def test_what_is_said_of_a_ticket_is_said_in_order(post: Post) -> None:
    post.decide(("a", OPEN), ("b", OPEN))
    post.decide(("b", CHANGED), ("a", CHANGED))
    post.decide(("a", FIXED))
    post.decide(("a", REGRESSED), ("b", FIXED))
    post.decide(("b", REGRESSED), ("b", CHANGED))
    done = post.deliver()
    assert (done.said, done.dropped, done.waiting, done.problems) == (9, 0, 0, [])
    assert post.said("a") == ["changed 2", "fixed 3", "regressed 4"]
    assert post.said("b") == ["changed 2", "fixed 4", "regressed 5", "changed 5"]
    assert post.shown("a").open
    assert post.shown("b").open
    assert post.deliver().said == 0


def test_what_was_said_is_not_said_again(post: Post) -> None:
    post.decide(("a", OPEN))
    post.deliver()
    asked = len(post.hub.log.asked)
    post.deliver()
    assert len(post.hub.log.asked) == asked
    post.decide(("a", CHANGED))
    post.deliver()
    assert post.said("a") == ["changed 2"]


# -- answers that are lost -------------------------------------------------------------------------


@dataclass(frozen=True)
class Lost:
    """A request whose answer is lost: what was decided before it and by it, and its method."""

    before: tuple[tuple[str, Act], ...]
    act: Act
    method: str


LOST = {
    "create": Lost((), OPEN, "POST"),
    "comment": Lost((("a", OPEN),), CHANGED, "POST"),
    "comment-of-a-close": Lost((("a", OPEN),), FIXED, "POST"),
    "close": Lost((("a", OPEN),), FIXED, "PATCH"),
    "reopen": Lost((("a", OPEN), ("a", CHANGED), ("a", FIXED), ("a", CHANGED)), REGRESSED, "PATCH"),
}


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("case", LOST.values(), ids=LOST)
@pytest.mark.parametrize("later", [False, True], ids=["same-run", "next-run"])
def test_a_lost_answer(post: Post, case: Lost, stored: bool, later: bool) -> None:
    """`next-run`: after the answer that was lost, nothing is answered for the rest of the run."""
    if case.before:
        post.decide(*case.before)
        assert post.deliver().waiting == 0
    if later:
        post.on_pause = lambda: post.hub.fail(502, times=20)
    post.hub.lose(case.method, stored=stored)
    post.decide(("a", case.act))
    done = post.deliver()
    assert done.waiting == post.waiting() == later
    assert bool(done.problems) is later
    post.hub.faults.clear()
    post.on_pause = lambda: None
    assert post.deliver().said == later
    expected = [] if case.act is OPEN else [f"{case.act} {post.runs}"]
    assert post.said("a")[-1:] == expected
    assert len(post.shown("a").comments) == sum(not act.opens for _, act in case.before) + len(
        expected
    )
    assert post.shown("a").open is (case.act is not FIXED)
    assert post.waiting() == 0


# -- a tracker that is busy, away, or lets nobody in -----------------------------------------------


@pytest.mark.parametrize("status", [403, 429])
def test_a_limit_within_patience_is_waited_for(post: Post, status: int) -> None:
    post.hub.limit(status, times=2, retry_after="7")
    post.decide(("a", OPEN))
    assert post.deliver().problems == []
    assert post.slept == [7.0, 7.0]
    assert post.said("a") == []


@pytest.mark.parametrize("status", [403, 429])
def test_a_limit_beyond_patience_is_left_to_the_next_run(post: Post, status: int) -> None:
    post.decide(("a", OPEN), ("b", OPEN))
    post.hub.limit(status, retry_after=str(int(PATIENCE_SECONDS) + 1))
    done = post.deliver()
    assert (post.slept, done.waiting, len(done.problems)) == ([], 2, 1)
    assert post.hub.tickets() == []
    assert post.deliver().said == 2
    assert len(post.hub.tickets()) == 2


def test_patience_is_one_for_the_whole_run(post: Post) -> None:
    post.decide(*((name, OPEN) for name in "abcdef"))
    for _ in range(6):
        post.hub.faults.append(Fault("POST", reply=_limited(50)))
    done = post.deliver()
    assert post.slept == [50.0, 50.0]
    assert done.said + done.waiting == 6
    assert done.waiting > 0
    post.hub.faults.clear()
    post.deliver()
    assert sorted(one.title for one in post.hub.tickets()) == [f"ticket {n}" for n in "abcdef"]


def _limited(seconds: int) -> Reply:
    told = {"message": "secondary rate limit", "documentation_url": "x", "status": "429"}
    return Reply(429, told, {"Retry-After": str(seconds)})


@pytest.mark.parametrize(("times", "passes"), [(2, True), (100, False)])
def test_a_storm_of_502(post: Post, times: int, passes: bool) -> None:
    post.decide(("a", OPEN), ("b", OPEN))
    post.hub.fail(502, times=times)
    done = post.deliver()
    assert (done.waiting == 0) is passes
    assert sum(post.slept) <= PATIENCE_SECONDS
    post.hub.faults.clear()
    post.deliver()
    assert post.said("a") == post.said("b") == []


def test_an_expired_token_leaves_everything_waiting(post: Post) -> None:
    post.decide(("a", OPEN))
    post.deliver()
    old = post.tracker
    post.hub.expire()
    post.decide(("a", CHANGED), ("b", OPEN))
    done = post.deliver(**{old.name: old})
    assert (done.said, done.waiting, post.slept) == (0, 2, [])
    assert "401" in done.problems[0]
    assert post.waiting() == 2
    assert post.deliver().said == 2
    assert (post.said("a"), post.said("b")) == (["changed 2"], [])


# -- one message that cannot be said ---------------------------------------------------------------


def test_what_is_refused_does_not_hold_up_others(post: Post) -> None:
    post.decide(("a", OPEN), ("b", OPEN), ("a", CHANGED), ("b", CHANGED))
    post.hub.faults.append(Fault("POST", reply=invalid("Issue", "title")))
    done = post.deliver()
    assert [one.title for one in post.hub.tickets()] == ["ticket b"]
    assert post.said("b") == ["changed 1"]
    assert "422" in done.problems[0]
    assert "is not there" in done.problems[1]
    assert (done.said, done.waiting, post.waiting()) == (2, 0, 0)


class Stumbling(Http):
    """A way to a server that fails of one text, each time that it is sent."""

    def send(self, request: Request, *, read: bool = True) -> Answer | Failed:
        if b"poison" in (request.body or b""):
            return Answer(500)
        return super().send(request, read=read)


def test_what_always_fails_holds_up_others_once_at_most(post: Post) -> None:
    post.http = Stumbling()
    post.decide(("poison", OPEN), ("b", OPEN))
    assert (post.deliver().waiting, post.hub.tickets()) == (2, [])
    post.decide(("c", OPEN), ("c", CHANGED))
    done = post.deliver()
    assert (done.said, done.waiting, len(done.problems)) == (3, 1, 1)
    assert [one.title for one in post.hub.tickets()] == ["ticket b", "ticket c"]
    assert [one.error for one in post.outbox.pending()] == done.problems
    post.http.close()


def test_a_ticket_that_was_deleted(post: Post) -> None:
    post.decide(("a", OPEN), ("b", OPEN))
    post.deliver()
    post.hub.delete(post.shown("a").number)
    post.decide(("a", FIXED), ("b", FIXED))
    done = post.deliver()
    assert (done.said, done.waiting, len(done.problems)) == (1, 0, 1)
    assert post.said("b") == ["fixed 2"]
    assert [one.title for one in post.hub.tickets()] == ["ticket b"]


# -- trackers that are not there -------------------------------------------------------------------


def test_what_ended_before_it_was_opened_is_never_opened(post: Post) -> None:
    post.hub.fail(502, times=100)
    post.decide(("a", OPEN), ("b", OPEN))
    post.deliver()
    post.decide(("b", CHANGED))
    post.deliver()
    post.decide(("a", FIXED))
    assert post.deliver().waiting == 4
    post.hub.faults.clear()
    done = post.deliver()
    assert (done.said, done.dropped, done.waiting) == (2, 2, 0)
    assert [one.title for one in post.hub.tickets()] == ["ticket b"]
    assert post.said("b") == ["changed 2"]


def test_what_ended_after_its_answer_was_lost_is_closed(post: Post) -> None:
    post.on_pause = lambda: post.hub.fail(502, times=100)
    post.hub.lose("POST", stored=True)
    post.decide(("a", OPEN))
    assert post.deliver().waiting == 1
    post.hub.faults.clear()
    post.decide(("a", FIXED))
    assert post.deliver().dropped == 0
    assert (post.shown("a").open, post.said("a")) == (False, ["fixed 2"])


def test_a_tracker_that_nobody_names_any_more(post: Post) -> None:
    name = post.tracker.name
    post.decide(("elsewhere", OPEN), tracker="github:example/renamed")
    post.decide(("a", OPEN))
    done = post.deliver()
    assert (done.said, done.waiting) == (1, 1)
    assert done.problems == [
        "github:example/renamed: 1 messages wait for it; name it in tickets.routes again"
    ]
    assert [one.title for one in post.hub.tickets()] == ["ticket a"]
    again = post.deliver(**{"github:example/renamed": post.tracker})
    assert (again.said, again.waiting, again.problems) == (1, 0, [])
    assert {one.name for one in post.outbox.tickets().values()} == {
        f"{name.partition(':')[2]}#{number}" for number in (1, 2)
    }
