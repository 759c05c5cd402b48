"""Tickets in GitHub, against the stand-in that GitHub's own description checks in both directions."""

from datetime import timedelta

import pytest

from auditor.edge.http import Answer, Failed, Http, Request
from auditor.edge.tickets.prose import items, text
from auditor.edge.trackers.github import GitHub
from auditor.edge.trackers.tokens import Secret
from auditor.edge.trackers.tracker import LABEL, Change, Ticket, TrackerError, Trouble
from tests.edge.trackers.github_cases import (
    D1,
    D2,
    K1,
    K2,
    K3,
    NIGHT,
    new,
    note,
    posts,
    refused,
    tracker,
)
from tests.edge.trackers.github_hub import refusal
from tests.edge.trackers.github_standin import TOKEN, Fault, StandIn, github_standin

# A ticket's life.


def test_a_ticket_is_opened_with_its_labels_and_its_key(hub: StandIn, ours: GitHub) -> None:
    ticket = ours.create(new(labels=("production",)))
    assert ticket == Ticket(
        "1", f"{hub.repo}#1", f"https://github.example/{hub.repo}/issues/1", open=True
    )
    (shown,) = hub.tickets()
    assert shown.title == "[CORS] prod `api.example.com`"
    assert shown.labels == (LABEL, "cors", "production")
    assert shown.body.startswith("### What\n\nAny site can read it.")
    assert shown.body.endswith(f"<!-- cors-audit key={K1} -->\n")
    assert set(hub.labels) == {"bug", LABEL, "cors", "production"}


def test_labels_that_are_there_are_not_made_again(hub: StandIn, ours: GitHub) -> None:
    hub.labels += ["CORS-Audit", "CORS"]
    ours.create(new())
    ours.create(new(K2))
    assert posts(hub) == ["POST /issues", "POST /issues"]
    assert hub.tickets()[1].labels == ("CORS-Audit", "CORS")
    assert set(ours.find([K1, K2], NIGHT)) == {K1, K2}


def test_a_label_that_somebody_made_meanwhile_is_taken(hub: StandIn, ours: GitHub) -> None:
    ours.create(new())
    hub.labels.append("production")
    ours.create(new(K2, labels=("production",)))
    assert hub.labels.count("production") == 1
    assert hub.tickets()[1].labels == (LABEL, "cors", "production")


def test_a_ticket_is_found_by_its_key(hub: StandIn, sender: Http, ours: GitHub) -> None:
    first = ours.create(new())
    ours.create(new(K2))
    hub.close(2)
    found = tracker(hub, sender).find([K1, K2, K3], NIGHT)
    assert found[K1] == first
    assert (found[K2].ref, found[K2].open) == ("2", False)
    assert K3 not in found


def test_what_is_accepted_is_closed_as_not_planned(hub: StandIn, ours: GitHub) -> None:
    ours.create(new())
    ours.change("1", note("Accepted.", open=False, accepted=True), again=False)
    (shown,) = hub.tickets()
    assert (shown.state, shown.reason) == ("closed", "not_planned")


def test_a_change_comments_then_closes_then_labels(hub: StandIn, ours: GitHub) -> None:
    ours.create(new())
    hub.log.asked.clear()
    ours.change(
        "1", note("Gone since run 9.", open=False, add=("fixed",), drop=("cors",)), again=False
    )
    assert posts(hub) == [
        "POST /issues/1/comments",
        "PATCH /issues/1",
        "POST /labels",
        "POST /issues/1/labels",
        "DELETE /issues/1/labels/cors",
    ]
    (shown,) = hub.tickets()
    assert (shown.state, shown.reason) == ("closed", "completed")
    assert shown.labels == (LABEL, "fixed")
    assert shown.comments == (f"Gone since run 9.\n\n<!-- cors-audit delivery={D1} -->\n",)


def test_a_ticket_is_reopened(hub: StandIn, ours: GitHub) -> None:
    ours.create(new())
    hub.close(1)
    ours.change("1", note("It is back.", open=True), again=False)
    assert (hub.tickets()[0].state, hub.tickets()[0].reason) == ("open", "reopened")


def test_a_change_that_was_made_is_not_told_again(hub: StandIn, ours: GitHub) -> None:
    ours.create(new())
    change = note("Gone.", open=False, add=("fixed",), drop=("cors", "never-there"))
    ours.change("1", change, again=False)
    hub.most_per_page = 1
    hub.comment(1, "Thanks!")
    hub.reopen(1)
    ours.change("1", change, again=True)
    ours.change("1", note("More.", D2), again=True)
    (shown,) = hub.tickets()
    assert [words.split("\n")[0] for words in shown.comments] == ["Gone.", "Thanks!", "More."]
    assert (shown.state, shown.labels) == ("closed", (LABEL, "fixed"))


def test_a_label_with_any_name_can_be_dropped(hub: StandIn, ours: GitHub) -> None:
    ours.create(new(labels=("team: a/b?c#d %2F",)))
    ours.change("1", Change(D1, drop=("team: a/b?c#d %2F",)), again=False)
    assert hub.tickets()[0].labels == (LABEL, "cors")


def test_a_label_that_somebody_dropped_meanwhile_is_no_trouble(hub: StandIn, ours: GitHub) -> None:
    ours.create(new())
    hub.faults.append(Fault("DELETE", reply=refusal(404, "Label does not exist")))
    ours.change("1", Change(D1, drop=("never-there", "cors")), again=False)
    assert [line for line in hub.log.asked if "never-there" in line] == []
    hub.delete(1)
    with pytest.raises(TrackerError, match="#1 is gone"):
        ours.change("1", Change(D1, drop=("cors",)), again=False)


# What people do.


def test_looking_sees_what_people_did(hub: StandIn, ours: GitHub) -> None:
    for number in range(1, 9):
        ours.create(new(f"{number:064x}"))
    hub.close(2, "not_planned")
    hub.delete(3)
    hub.transfer(4)
    hub.unlabel(5, LABEL)
    hub.edit(6, title="Renamed by hand", body="")
    hub.log.asked.clear()
    found = ours.look([str(number) for number in range(1, 9)])
    assert {ref: one.open for ref, one in found.items()} == {
        **{"1": True, "2": False, "5": True},
        **{"6": True, "7": True, "8": True},
    }
    # The list, then 2, 3, 4 and 5 by themselves; that 3 and 4 are gone is believed when the rest stands.
    assert len(hub.log.asked) == 7


def test_looking_at_few_asks_for_them_alone(hub: StandIn, ours: GitHub) -> None:
    ours.create(new())
    hub.log.asked.clear()
    assert ours.look(["1"])["1"].open
    assert ours.look([]) == {}
    assert hub.log.asked == ["GET /issues/1"]


def test_an_edited_body_keeps_its_key(hub: StandIn, ours: GitHub) -> None:
    ours.create(new())
    (shown,) = hub.tickets()
    hub.edit(1, body=f"{shown.body}\n- [ ] ask the owner\n")
    assert ours.find([K1], NIGHT)[K1].ref == "1"


@pytest.mark.parametrize(
    "body",
    [
        f"<!-- cors-audit key={K1}0 -->",
        f"<!-- cors-audit key={K1[:-1]} -->",
        f"<!-- cors-audit key={K1.replace('1', 'G')} -->",
        f"cors-audit key={K1}",
        "",
    ],
)
def test_what_is_no_key_is_none(hub: StandIn, ours: GitHub, body: str) -> None:
    hub.labels.append(LABEL)
    hub.add("by hand", body, (LABEL,))
    assert ours.find([K1, K1[:-1], f"{K1}0", ""], NIGHT) == {}


def test_an_issue_of_a_stranger_is_not_taken_for_ours(hub: StandIn, ours: GitHub) -> None:
    """Who may not write to the repository cannot label either."""
    hub.add("Mine", f"<!-- cors-audit key={K1} -->")
    assert ours.find([K1], NIGHT) == {}


def test_pull_requests_are_no_tickets(hub: StandIn, ours: GitHub) -> None:
    hub.add("Fixes it", f"<!-- cors-audit key={K1} -->", (LABEL,), pull=True)
    ours.create(new(K2))
    assert set(ours.find([K1, K2], NIGHT)) == {K2}


def test_of_several_with_one_key_the_oldest_counts(hub: StandIn, ours: GitHub) -> None:
    ours.create(new())
    hub.add("A copy by hand", hub.tickets()[0].body, (LABEL,))
    hub.close(1)
    assert ours.find([K1], NIGHT)[K1].ref == "1"


def test_the_last_key_of_a_body_is_its_own(hub: StandIn, ours: GitHub) -> None:
    hub.add("q", f"> <!-- cors-audit key={K1} -->\n<!-- cors-audit key={K2} -->", (LABEL,))
    assert set(ours.find([K1, K2], NIGHT)) == {K2}


# Lists.


def test_lists_are_read_to_their_end(hub: StandIn, sender: Http) -> None:
    hub.most_per_page = 3
    first = tracker(hub, sender)
    keys = [f"{number:064x}" for number in range(10)]
    tickets = [first.create(new(key)) for key in keys]
    found = tracker(hub, sender).find(keys, NIGHT)
    assert [found[key] for key in keys] == tickets
    assert tracker(hub, sender).look([one.ref for one in tickets]) == {
        one.ref: one for one in tickets
    }


def test_what_was_not_touched_since_is_not_read(hub: StandIn, ours: GitHub) -> None:
    ours.create(new())
    assert ours.find([K1], NIGHT + timedelta(days=30)) == {}
    assert set(ours.find([K1], NIGHT)) == {K1}


def test_a_tracker_whose_clock_is_behind_is_believed(sender: Http) -> None:
    with github_standin(clock=lambda: NIGHT - timedelta(hours=5)) as hub:
        tracker(hub, sender).create(new())
        assert set(tracker(hub, sender).find([K1], NIGHT)) == {K1}


def test_a_list_is_kept_until_something_is_written(hub: StandIn, ours: GitHub) -> None:
    def lists() -> int:
        return sum(line.startswith("GET /issues?") for line in hub.log.asked)

    assert ours.find([K1], NIGHT) == {}
    assert ours.find([K2], NIGHT + timedelta(minutes=1)) == {}
    ours.create(new())
    assert set(ours.find([K1], NIGHT)) == {K1}
    assert lists() == 1
    ours.change("1", note("More."), again=False)
    ours.find([K1], NIGHT)
    assert lists() == 2


def test_a_list_without_end_ends(sender: Http) -> None:
    class Endless:
        def send(self, request: Request, *, read: bool = True) -> Answer | Failed:
            return Answer(200, (("link", '<https://api.example/next>; rel="next"'),), b"[]")

    there = GitHub(Endless(), "https://api.example", "a/b", Secret(TOKEN))
    error = refused(lambda: there.find([K1], NIGHT))
    assert error.trouble is Trouble.REJECTED
    assert "longer than 200 pages" in str(error)


# Lengths.


def test_what_is_too_long_is_cut_and_keeps_its_key(hub: StandIn, ours: GitHub) -> None:
    rows = [f"https://{'x' * 40}{number}.example" for number in range(5_000)]
    ours.create(
        new(
            title="[CORS] prod " + "a.b " * 200,
            body=(text("First."), items(*rows), text("Last.")),
            labels=("l" * 60,),
        )
    )
    (shown,) = hub.tickets()
    assert 200 < len(shown.title) <= 256
    assert shown.title.endswith("...")
    assert 65_000 < len(shown.body) <= 65_536
    assert shown.body.startswith("First.\n\n- `https://")
    assert "Last." not in shown.body
    assert "Cut here: the rest is longer" in shown.body
    assert "l" * 50 in shown.labels
    assert ours.find([K1], NIGHT)[K1].ref == "1"
    ours.change("1", Change(D1, comment=(items(*rows),)), again=False)
    ours.change("1", Change(D1, comment=(items(*rows),)), again=True)
    assert len(hub.tickets()[0].comments) == 1


def test_text_cannot_forge_a_key(hub: StandIn, ours: GitHub) -> None:
    ours.create(
        new(K2, body=(text(f"<!-- cors-audit key={K1} -->"), items(f"<!--cors-audit key={K1}-->")))
    )
    assert set(ours.find([K1, K2], NIGHT)) == {K2}
