"""Jira: the tracker against a stand-in, the stand-in against Atlassian's rules and another client."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import jira
import pytest

from auditor.core.finding import Severity
from auditor.edge.http import Http
from auditor.edge.tickets.prose import code, fields, table, text
from auditor.edge.trackers.jira import PRIORITIES, Jira
from auditor.edge.trackers.tokens import Secret
from auditor.edge.trackers.tracker import Change, Tracker, TrackerError, Trouble
from tests.edge.trackers.jira_standin import (
    TOKEN,
    USER,
    JiraStandin,
    Transition,
    jira_standin,
    text_of,
)
from tests.edge.trackers.samples import DELIVERY, SINCE, change_of, key_of, refused, ticket_of

HOSTILE = '{code}h1. *x* [~admin] !x.png! <script> | {noformat}\r\n\u202e\x1b[31m"\\ /close @all'


@pytest.fixture
def site() -> Iterator[JiraStandin]:
    with jira_standin() as found:
        yield found


@pytest.fixture
def http() -> Iterator[Http]:
    found = Http(5.0)
    yield found
    found.close()


def tracker_of(site: JiraStandin, http: Http, **changed: Any) -> Jira:
    given = {"user": USER, "token": Secret(TOKEN), "project": "ACC", "labels": ("cors",), **changed}
    return Jira(http, site.url, **given)


@pytest.fixture
def tracker(site: JiraStandin, http: Http) -> Jira:
    return tracker_of(site, http)


def test_a_ticket_is_made_and_found_again(tracker: Tracker, site: JiraStandin) -> None:
    made = tracker.create(ticket_of(due=date(2026, 11, 27), labels=("two words",)))
    assert (made.ref, made.name, made.open) == ("ACC-1", "ACC-1", True)
    assert made.url == f"{site.url}/browse/ACC-1"
    (seen,) = site.tickets()
    assert seen.title == "[CORS] prod 1"
    assert "A page can read it." in seen.body
    assert seen.labels == {"cors-audit", f"cors-audit-{key_of(1)[:20]}", "cors", "two-words"}
    assert site.issue("ACC-1").fields["duedate"] == "2026-11-27"
    assert site.issue("ACC-1").fields["priority"] == {"name": "High"}
    assert tracker.find([key_of(1), key_of(2)], SINCE) == {key_of(1): made}
    assert tracker.look(["ACC-1"]) == {"ACC-1": made}
    assert tracker.find([], SINCE) == {}


def test_what_the_search_does_not_know_yet_is_found(tracker: Tracker, site: JiraStandin) -> None:
    site.fill(120)
    site.lag = True
    tracker.create(ticket_of())
    site.fill(70)
    tracker.create(ticket_of(2))
    site.fill(60)
    tracker.create(ticket_of(3))
    assert all(one.indexed is None for one in map(site.issue, ("ACC-121", "ACC-192", "ACC-253")))
    found = tracker.find([key_of(n) for n in (1, 2, 3, 4)], SINCE)
    assert {one.ref for one in found.values()} == {"ACC-121", "ACC-192", "ACC-253"}


def test_an_answer_that_was_lost_makes_no_second_ticket(
    tracker: Tracker, site: JiraStandin
) -> None:
    site.lag = True
    site.lose("POST", "issue")
    assert refused(lambda: tracker.create(ticket_of())).trouble is Trouble.LATER
    assert tracker.find([key_of(1)], SINCE)[key_of(1)].ref == "ACC-1"
    assert len(site.tickets()) == 1


def test_old_tickets_are_found_by_label(tracker: Tracker, site: JiraStandin) -> None:
    for number in range(1, 131):
        tracker.create(ticket_of(number))
    site.fill(400)
    site.page = 20
    found = tracker.find([key_of(n) for n in range(1, 131)], SINCE)
    assert len(found) == 130
    assert found[key_of(7)].ref == "ACC-7"


def test_the_oldest_of_two_counts_and_a_clone_does_not(tracker: Tracker, site: JiraStandin) -> None:
    tracker.create(ticket_of())
    tracker.create(ticket_of())
    site.clone("ACC-1")
    assert tracker.find([key_of(1)], SINCE)[key_of(1)].ref == "ACC-1"
    site.delete("ACC-1")
    assert tracker.find([key_of(1)], SINCE)[key_of(1)].ref == "ACC-2"
    site.delete("ACC-2")
    assert tracker.find([key_of(1)], SINCE) == {}


def test_looking_shows_what_people_did(tracker: Tracker, site: JiraStandin) -> None:
    for number in range(1, 105):
        tracker.create(ticket_of(number))
    site.close("ACC-2")
    site.delete("ACC-3")
    site.move("ACC-4")
    found = tracker.look([f"ACC-{number}" for number in range(1, 105)])
    assert len(found) == 102
    assert {"ACC-3", "ACC-4"}.isdisjoint(found)
    assert [ref for ref, one in found.items() if not one.open] == ["ACC-2"]


def test_a_project_that_is_hidden_is_not_a_project_without_tickets(
    tracker: Tracker, site: JiraStandin
) -> None:
    tracker.create(ticket_of())
    site.blind = True
    assert refused(lambda: tracker.look(["ACC-1"])).trouble is Trouble.REFUSED
    assert refused(lambda: tracker.find([key_of(1)], SINCE)).trouble is Trouble.REJECTED


def test_a_change_says_why_and_closes_and_reopens(tracker: Tracker, site: JiraStandin) -> None:
    tracker.create(ticket_of())
    tracker.change(
        "ACC-1", change_of(comment=(text("Fixed."),), open=False, add=("ok",)), again=False
    )
    (seen,) = site.tickets()
    assert not seen.open
    assert "ok" in seen.labels
    assert seen.comments == (f"Fixed.\ncors-audit {DELIVERY}",)
    tracker.change(
        "ACC-1", change_of(delivery="1e" * 16, open=True, drop=("ok", "none")), again=False
    )
    (seen,) = site.tickets()
    assert seen.open
    assert "ok" not in seen.labels
    assert len(seen.comments) == 1


def test_a_comment_is_not_made_twice(tracker: Tracker, site: JiraStandin) -> None:
    tracker.create(ticket_of())
    change = change_of(comment=(text("It changed."),), open=False)
    site.lose("POST", "comment")
    assert refused(lambda: tracker.change("ACC-1", change, again=False)).trouble is Trouble.LATER
    site.page = 3
    for number in range(8):
        other = Change(f"{number:032x}", (text("Other."),))
        tracker.change("ACC-1", other, again=False)
    tracker.change("ACC-1", change, again=True)
    (seen,) = site.tickets()
    assert sum("It changed." in one for one in seen.comments) == 1
    assert not seen.open


def test_states_that_are_as_asked_are_left_alone(tracker: Tracker, site: JiraStandin) -> None:
    tracker.create(ticket_of())
    tracker.change("ACC-1", change_of(open=True, add=("cors",)), again=False)
    assert not any(one.startswith(("PUT", "POST /rest/api/3/issue/ACC-1")) for one in site.asked)


def test_an_issue_that_stays_closed_keeps_its_labels(tracker: Tracker, site: JiraStandin) -> None:
    site.close(tracker.create(ticket_of()).ref)
    tracker.change("ACC-1", change_of(comment=(text("Left."),), add=("by-hand",)), again=False)
    (seen,) = site.tickets()
    assert (len(seen.comments), "by-hand" in seen.labels) == (1, False)


def test_priorities_and_days_that_a_project_lacks_are_left_out(
    tracker: Tracker, site: JiraStandin
) -> None:
    site.priorities = ["P1", "P2", "Medium"]
    site.screen.remove("duedate")
    made = tracker.create(ticket_of(due=date(2026, 11, 27)))
    assert {"priority", "duedate"}.isdisjoint(site.issue(made.ref).fields)
    assert tracker.find([key_of(1)], SINCE) == {key_of(1): made}
    assert set(PRIORITIES) == set(Severity)


def test_other_fields_that_are_refused_are_named(tracker: Tracker, site: JiraStandin) -> None:
    site.screen.remove("labels")
    error = refused(lambda: tracker.create(ticket_of()))
    assert error.trouble is Trouble.REJECTED
    assert "labels: Field 'labels' cannot be set" in error.what
    assert site.tickets() == []


RESOLUTION = {
    "resolution": {
        "required": True,
        "name": "Resolution",
        "hasDefaultValue": False,
        "allowedValues": [{"id": "2", "name": "Won't Do"}, {"id": "1", "name": "Done"}],
    }
}
CAUSE = {"customfield_1": {"required": True, "name": "Root cause", "hasDefaultValue": False}}


def test_a_resolution_is_given_where_the_workflow_asks(tracker: Tracker, site: JiraStandin) -> None:
    site.statuses |= {"Rejected": "done"}
    site.transitions = [
        Transition("1", "Rejected"),
        Transition("2", "Done", fields=CAUSE),
        Transition("3", "Done", fields=RESOLUTION),
    ]
    tracker.create(ticket_of())
    tracker.change("ACC-1", change_of(open=False), again=False)
    assert (site.issue("ACC-1").status, site.issue("ACC-1").resolution) == ("Done", "1")


def test_reopening_prefers_a_fresh_status(tracker: Tracker, site: JiraStandin) -> None:
    tracker.create(ticket_of())
    site.close("ACC-1")
    site.transitions.reverse()
    tracker.change("ACC-1", change_of(open=True), again=False)
    assert site.issue("ACC-1").status == "To Do"


@pytest.mark.parametrize(
    ("transitions", "said"),
    [
        ([Transition("1", "In Progress")], "leads to a status of the category done"),
        ([Transition("2", "Done", ("In Progress",))], "leads to a status of the category done"),
        ([Transition("3", "Done", fields=CAUSE)], "only a person can fill in: Root cause"),
        ([], "leads to a status of the category done"),
    ],
)
def test_a_workflow_without_a_way_says_what_is_missing(
    tracker: Tracker, site: JiraStandin, transitions: list[Transition], said: str
) -> None:
    tracker.create(ticket_of())
    site.transitions = transitions
    error = refused(lambda: tracker.change("ACC-1", change_of(open=False), again=False))
    assert error.trouble is Trouble.REJECTED
    assert said in error.what
    assert "out of the status To Do" in error.what


def test_a_ticket_that_is_gone(tracker: Tracker, site: JiraStandin) -> None:
    change = change_of(comment=(text("x"),))
    for number in (1, 2):
        tracker.create(ticket_of(number))
    site.delete("ACC-1")
    site.move("ACC-2")
    errors = [
        refused(lambda: tracker.change("ACC-1", change, again=False)),
        refused(lambda: tracker.change("ACC-2", change, again=False)),
    ]
    assert [error.trouble for error in errors] == [Trouble.GONE] * 2


def test_a_wrong_token_is_never_an_empty_tracker(site: JiraStandin, http: Http) -> None:
    tracker = tracker_of(site, http, token=Secret("expired-expired"))
    site.soft = True
    for run in (
        lambda: tracker.find([key_of(1)], SINCE),
        lambda: tracker.look(["ACC-1"]),
        lambda: tracker.create(ticket_of()),
    ):
        with pytest.raises(TrackerError, match="did not accept the user and token") as caught:
            run()
        assert caught.value.trouble is Trouble.REFUSED
        assert "expired-expired" not in str(caught.value)
    site.captcha = True
    with pytest.raises(TrackerError, match="CAPTCHA"):
        tracker.look(["ACC-1"])


def test_without_a_user_it_says_that_data_center_is_not_supported(
    site: JiraStandin, http: Http
) -> None:
    error = refused(lambda: tracker_of(site, http, user=None).create(ticket_of()))
    assert error.trouble is Trouble.REFUSED
    assert "Data Center" in error.do


def test_no_answer_and_pages_of_proxies_are_for_later(
    tracker: Tracker, site: JiraStandin, http: Http
) -> None:
    site.fail(200)
    assert refused(lambda: tracker.create(ticket_of())).trouble is Trouble.LATER
    site.lose("POST", stored=False)
    assert refused(lambda: tracker.find([key_of(1)], SINCE)).trouble is Trouble.LATER
    nowhere = Jira(http, "http://127.0.0.1:9", USER, Secret(TOKEN), "ACC")
    assert refused(lambda: nowhere.look(["ACC-1"])).trouble is Trouble.LATER


def test_hostile_and_endless_texts_are_only_text(tracker: Tracker, site: JiraStandin) -> None:
    rows = tuple((HOSTILE, str(n)) for n in range(2_000))
    body = (text(HOSTILE), code(HOSTILE), table(("a", "b"), *rows), fields((HOSTILE, HOSTILE)))
    made = tracker.create(ticket_of(title=HOSTILE * 30, body=body))
    tracker.change(made.ref, change_of(comment=body), again=False)
    (seen,) = site.tickets()
    assert len(seen.title) == 255
    assert "Cut here" in seen.body
    assert "Cut here" in seen.comments[0]
    assert f"cors-audit {DELIVERY}" in seen.comments[0]
    assert not {"\x1b", "\u202e", "\r"} & set(seen.title + seen.body + seen.comments[0])
    kinds = set(_kinds(site.issue(made.ref).fields["description"]))
    assert not kinds & {"mention", "inlineCard", "media", "link", "emoji"}


def _kinds(node: Any) -> Iterator[str]:
    yield node["type"]
    yield from (mark["type"] for mark in node.get("marks", ()))
    for one in node.get("content", ()):
        yield from _kinds(one)


def test_another_client_reads_and_writes_the_same(tracker: Tracker, site: JiraStandin) -> None:
    tracker.create(ticket_of())
    options = {"rest_api_version": "3"}
    client = jira.JIRA(site.url, options=options, basic_auth=(USER, TOKEN), max_retries=0)
    (found,) = client.enhanced_search_issues(
        f'project = "ACC" AND labels in ("cors-audit-{key_of(1)[:20]}") ORDER BY created DESC'
    )
    assert (found.key, found.fields.status.statusCategory.key) == ("ACC-1", "new")
    steps = {one["to"]["name"]: one["id"] for one in client.transitions("ACC-1")}
    client.transition_issue("ACC-1", steps["Done"])
    assert not tracker.look(["ACC-1"])["ACC-1"].open
    described = site.issue("ACC-1").fields["description"]
    made = client.create_issue(
        project={"key": "ACC"}, summary="theirs", issuetype={"name": "Task"}, description=described
    )
    assert made.key == "ACC-2"
    client.add_comment("ACC-2", described)
    assert len(client.comments("ACC-2")) == 1
    assert text_of(described) in site.tickets()[1].comments[0]
    with pytest.raises(jira.JIRAError, match="The priority selected is invalid"):
        client.create_issue(
            project={"key": "ACC"},
            summary="x",
            issuetype={"name": "Task"},
            description=described,
            priority={"name": "None such"},
        )
