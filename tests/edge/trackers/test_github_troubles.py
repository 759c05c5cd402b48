"""What goes wrong with GitHub: lost answers, limits, refusals, tickets and repositories that are gone."""

import json

import pytest

from auditor.edge.http import Answer, Failed, Http, Request
from auditor.edge.trackers.github import GitHub
from auditor.edge.trackers.tokens import Secret
from auditor.edge.trackers.tracker import LABEL, Change, Trouble
from tests.edge.trackers.github_cases import D1, K1, K2, NIGHT, new, note, refused, tracker
from tests.edge.trackers.github_standin import TOKEN, StandIn, github_standin


def test_a_ticket_whose_answer_was_lost_is_found(hub: StandIn, ours: GitHub) -> None:
    assert ours.find([K1], NIGHT) == {}
    hub.lose("POST")
    hub.labels += [LABEL, "cors"]
    error = refused(lambda: ours.create(new()))
    assert (error.trouble, error.wait_seconds) == (Trouble.LATER, 60.0)
    assert ours.find([K1], NIGHT)[K1].ref == "1"


def test_a_list_that_lags_has_caught_up_after_the_wait(hub: StandIn, ours: GitHub) -> None:
    hub.labels += [LABEL, "cors"]
    hub.lagging = True
    hub.lose("POST")
    wait = refused(lambda: ours.create(new())).wait_seconds
    assert wait is not None
    assert wait >= 60
    hub.settle()
    assert set(ours.find([K1], NIGHT)) == {K1}


def test_a_request_that_never_arrived_is_made_again(hub: StandIn, ours: GitHub) -> None:
    hub.labels += [LABEL, "cors"]
    hub.lose("POST", stored=False)
    assert refused(lambda: ours.create(new())).trouble is Trouble.LATER
    assert ours.find([K1], NIGHT) == {}
    ours.create(new())
    assert len(hub.tickets()) == 1


def test_a_comment_whose_answer_was_lost_stands_once(hub: StandIn, ours: GitHub) -> None:
    ours.create(new())
    hub.lose("POST")
    change = note("Gone.", open=False)
    assert refused(lambda: ours.change("1", change, again=False)).trouble is Trouble.LATER
    ours.change("1", change, again=True)
    (shown,) = hub.tickets()
    assert (len(shown.comments), shown.open) == (1, False)


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (403, {"retry_after": "7"}, 7.0),
        (429, {"retry_after": "7"}, 7.0),
        (429, {}, 60.0),
        (403, {}, 60.0),
        (403, {"retry_after": "9" * 12}, 86_400.0),
        (429, {"retry_after": "soon"}, 60.0),
        (403, {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "1767582060"}, 60.0),
        (403, {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "1767585300"}, 3300.0),
        (403, {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "1"}, 1.0),
        (403, {"x_ratelimit_remaining": "0"}, 60.0),
        (403, {"message": "Forbidden", "retry_after": "7"}, 7.0),
        (403, {"message": "Forbidden", "x_ratelimit_remaining": "0"}, 60.0),
        (403, {"message": "You have triggered an abuse detection mechanism."}, 60.0),
    ],
)
def test_limits_say_how_long_to_wait(
    sender: Http, status: int, headers: dict[str, str], wait: float
) -> None:
    with github_standin(clock=lambda: NIGHT) as hub:
        ours = tracker(hub, sender)
        hub.limit(status, **headers)
        error = refused(lambda: ours.find([K1], NIGHT))
        assert (error.trouble, error.wait_seconds) == (Trouble.LATER, wait)
        assert ours.find([K1], NIGHT) == {}


def test_content_made_too_fast_is_a_limit(hub: StandIn, ours: GitHub) -> None:
    ours.create(new())
    hub.refuse(
        422,
        "Validation Failed",
        errors=[{"code": "custom", "message": "was submitted too quickly"}],
    )
    error = refused(lambda: ours.change("1", note("More."), again=False))
    assert (error.trouble, error.wait_seconds) == (Trouble.LATER, 60.0)


@pytest.mark.parametrize(
    ("status", "message", "trouble"),
    [
        (403, "Repository was archived so is read-only.", Trouble.REFUSED),
        (403, "Repository was archived so is read-only, issue is locked", Trouble.REFUSED),
        (403, "Repository access blocked", Trouble.REFUSED),
        (451, "Repository access blocked", Trouble.REFUSED),
        (403, "Unable to create comment because issue is locked.", Trouble.REJECTED),
        (400, "Problems parsing JSON", Trouble.REJECTED),
        (413, "Too large", Trouble.REJECTED),
        (408, "Timeout", Trouble.LATER),
        (304, "", Trouble.LATER),
    ],
)
def test_what_a_refusal_means(status: int, message: str, trouble: Trouble) -> None:
    class Refusing:
        def send(self, request: Request, *, read: bool = True) -> Answer | Failed:
            return Answer(status, (), json.dumps({"message": message}).encode())

    there = GitHub(Refusing(), "https://api.example", "a/b", Secret(TOKEN))
    error = refused(lambda: there.change("1", note("More."), again=False))
    assert error.trouble is trouble
    assert message in str(error)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_tracker_that_is_down_is_asked_later(hub: StandIn, ours: GitHub, status: int) -> None:
    hub.fail(status, times=2)
    assert refused(lambda: ours.find([K1], NIGHT)).trouble is Trouble.LATER
    assert refused(lambda: ours.look(["1"])).trouble is Trouble.LATER


def test_a_tracker_that_answers_too_slowly_is_asked_later(hub: StandIn) -> None:
    http = Http(timeout_seconds=0.1)
    hub.slow(0.5)
    error = refused(lambda: tracker(hub, http).find([K1], NIGHT))
    http.close()
    assert error.trouble is Trouble.LATER
    assert "no answer" in str(error)


def test_nobody_listening_is_asked_later(sender: Http) -> None:
    with github_standin() as hub:
        ours = tracker(hub, sender)
    assert refused(lambda: ours.find([K1], NIGHT)).trouble is Trouble.LATER


def test_an_expired_token_is_refused(hub: StandIn, ours: GitHub) -> None:
    hub.expire()
    error = refused(lambda: ours.find([K1], NIGHT))
    assert error.trouble is Trouble.REFUSED
    assert str(error) == (
        f"github:{hub.repo}: does not take the token (401): Bad credentials; "
        "put a token that is valid where tickets.servers.github says"
    )
    assert TOKEN not in repr(error)


def test_a_repository_out_of_sight_loses_no_ticket(
    hub: StandIn, sender: Http, ours: GitHub
) -> None:
    ours.create(new())
    hub.hidden = True
    for act in (
        lambda: tracker(hub, sender).look(["1"]),
        lambda: tracker(hub, sender).look(list("12345")),
        lambda: tracker(hub, sender).change("1", note("More."), again=False),
        lambda: tracker(hub, sender).find([K1], NIGHT),
        lambda: tracker(hub, sender).create(new(K2)),
    ):
        error = refused(act)
        assert error.trouble is Trouble.REFUSED
        assert "check the name, and that the token has access" in str(error)


def test_issues_that_are_switched_off_are_refused(hub: StandIn, sender: Http, ours: GitHub) -> None:
    ours.create(new())
    hub.disabled = True
    for act in (
        lambda: tracker(hub, sender).create(new(K2)),
        lambda: ours.change("1", note("More."), again=False),
        lambda: ours.look(["1"]),
    ):
        error = refused(act)
        assert error.trouble is Trouble.REFUSED
        assert "switch issues on" in str(error)
    hub.disabled = False
    hub.refuse(410, "Issues are disabled for this repo")
    hub.log.breaches.clear()
    error = refused(lambda: tracker(hub, sender).find([K1], NIGHT))
    assert (error.trouble, hub.log.breaches) == (
        Trouble.REFUSED,
        [f"answer 410 to GET /repos/{hub.repo}/issues: Unknown response http status: 410"],
    )
    hub.log.breaches.clear()


def test_a_token_that_may_not_write_is_refused(hub: StandIn, ours: GitHub) -> None:
    ours.create(new())
    hub.writes = False
    error = refused(lambda: ours.change("1", note("More."), again=False))
    assert error.trouble is Trouble.REFUSED
    assert "read and write access" in str(error)
    error = refused(lambda: ours.create(new(K2, labels=("new\x1b",))))
    assert error.trouble is Trouble.REFUSED
    assert "may not make the label new\\x1b; give the token write access" in str(error)
    assert len(hub.tickets()) == 1


def test_of_a_token_that_may_not_label_one_ticket_comes_out(hub: StandIn, ours: GitHub) -> None:
    hub.labels += [LABEL, "cors"]
    hub.writes = False
    assert ours.create(new()).ref == "1"
    error = refused(lambda: ours.create(new(K2)))
    assert error.trouble is Trouble.REFUSED
    assert "#1 has none" in str(error)
    assert [one.labels for one in hub.tickets()] == [()]


@pytest.mark.parametrize("act", ["delete", "transfer"])
def test_a_ticket_that_is_gone_is_gone(hub: StandIn, ours: GitHub, act: str) -> None:
    ours.create(new())
    getattr(hub, act)(1)
    error = refused(lambda: ours.change("1", note("More."), again=True))
    assert (error.trouble, error.what) == (Trouble.GONE, "#1 is gone")
    assert refused(lambda: ours.change("9", note("More."), again=False)).trouble is Trouble.GONE
    assert (
        refused(lambda: ours.change("9", Change(D1, drop=("x",)), again=False)).trouble
        is Trouble.GONE
    )


def test_a_locked_ticket_is_rejected_alone(hub: StandIn, ours: GitHub) -> None:
    ours.create(new())
    hub.lock(1)
    error = refused(lambda: ours.change("1", note("More."), again=False))
    assert error.trouble is Trouble.REJECTED
    assert "#1 is locked" in str(error)


@pytest.mark.parametrize(
    "ref", ["", "0", "-1", "1/comments", "../labels", "1?x", "\uff11", "9" * 19]
)
def test_a_ref_that_is_no_number_is_not_asked_for(hub: StandIn, ours: GitHub, ref: str) -> None:
    assert refused(lambda: ours.change(ref, note("x"), again=True)).trouble is Trouble.REJECTED
    assert hub.log.asked == []
