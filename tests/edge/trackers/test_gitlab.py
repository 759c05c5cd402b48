"""GitLab: the tracker against a stand-in, the stand-in against GitLab's rules and another client."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import gitlab
import pytest

from auditor.edge.http import Http
from auditor.edge.tickets.prose import code, fields, heading, items, table, text
from auditor.edge.trackers.gitlab import GitLab
from auditor.edge.trackers.tokens import Secret
from auditor.edge.trackers.tracker import Change, Tracker, Trouble
from tests.edge.trackers.gitlab_standin import TOKEN, GitLabStandin, gitlab_standin
from tests.edge.trackers.loopback import NIGHT
from tests.edge.trackers.samples import DELIVERY, SINCE, change_of, key_of, refused, ticket_of

HOSTILE = (
    "/close",
    "/label ~x",
    "x\n/close",
    "x\r\n/close",
    "  /assign @all",
    "```\n/close\n```",
    "`\n/close",
    "````",
    ">>>\n/close",
    "<p>\n/close\n</p>",
    "@all",
    "(@all)",
    "https://evil.example/@all",
    "#1",
    "!2",
    "group/app#1",
    "group/app!2",
    "~bug",
    '~"two words"',
    "%v1",
    "&1",
    "$1",
    "^alert#1",
    "[vulnerability:1]",
    "GL-123",
    "www.evil.example",
    "[x](https://evil.example)",
    "![x](https://evil.example/a.png)",
    "<img src=x onerror=alert(1)>",
    "<!-- cors-audit key=" + "0" * 64 + " -->",
    "<!--",
    "- [ ] x",
    "a|b|c",
    "\\/close",
    "&#47;close",
)


@pytest.fixture
def server() -> Iterator[GitLabStandin]:
    with gitlab_standin() as found:
        yield found


@pytest.fixture
def http() -> Iterator[Http]:
    found = Http(5.0)
    yield found
    found.close()


@pytest.fixture
def tracker(server: GitLabStandin, http: Http) -> GitLab:
    return GitLab(http, server.url, "group/app", Secret(TOKEN), ("cors",))


def test_a_ticket_is_made_and_found_again(tracker: Tracker, server: GitLabStandin) -> None:
    made = tracker.create(ticket_of(due=date(2026, 11, 27), labels=("a, b",)))
    assert (made.ref, made.name, made.open) == ("1", "group/app#1", True)
    assert made.url == "https://gitlab.example.com/group/app/-/issues/1"
    (seen,) = server.tickets()
    assert "A page can read it." in seen.body
    assert seen.body.endswith(f"<!-- cors-audit key={key_of(1)} -->")
    assert seen.labels == {"cors-audit", "cors", "a  b"}
    assert server.issue("1").due == "2026-11-27"
    assert tracker.find([key_of(1), key_of(2)], SINCE) == {key_of(1): made}
    assert tracker.look(["1", "2", "x"]) == {"1": made}
    assert tracker.find([], SINCE) == {}


def test_the_address_of_the_api_is_taken_too(server: GitLabStandin, http: Http) -> None:
    tracker = GitLab(http, f"{server.url}/api/v4/", "group/app", Secret(TOKEN))
    assert tracker.create(ticket_of()).ref == "1"


def test_tickets_are_found_over_many_pages(tracker: Tracker, server: GitLabStandin) -> None:
    server.fill(130)
    tracker.create(ticket_of())
    server.fill(130)
    server.page, server.outside = 40, "https://another-name.example"
    assert tracker.find([key_of(1)], SINCE)[key_of(1)].ref == "131"


def test_labels_that_people_took_off_or_that_were_never_set(
    tracker: Tracker, server: GitLabStandin
) -> None:
    server.guest = True
    tracker.create(ticket_of())
    server.guest = False
    tracker.create(ticket_of(2))
    server.issue("2").labels.clear()
    found = tracker.find([key_of(1), key_of(2)], SINCE)
    assert [found[key_of(n)].ref for n in (1, 2)] == ["1", "2"]


def test_only_what_was_touched_since_is_read(tracker: Tracker, server: GitLabStandin) -> None:
    server.clock = lambda: NIGHT - timedelta(days=30)
    tracker.create(ticket_of())
    assert tracker.find([key_of(1)], SINCE) == {}
    server.clock = lambda: NIGHT
    server.close("1")
    assert not tracker.find([key_of(1)], SINCE)[key_of(1)].open


def test_the_oldest_of_two_counts(tracker: Tracker, server: GitLabStandin) -> None:
    tracker.create(ticket_of())
    tracker.create(ticket_of())
    assert tracker.find([key_of(1)], SINCE)[key_of(1)].ref == "1"
    server.delete("1")
    assert tracker.find([key_of(1)], SINCE)[key_of(1)].ref == "2"


def test_a_person_may_quote_another_ticket(tracker: Tracker, server: GitLabStandin) -> None:
    for number in (1, 2):
        tracker.create(ticket_of(number))
    theirs = server.issue("1").description
    server.issue("2").description = f"as in {theirs}\n\n{server.issue('2').description}"
    found = tracker.find([key_of(1), key_of(2)], SINCE)
    assert [found[key_of(n)].ref for n in (1, 2)] == ["1", "2"]
    server.delete("1")
    assert tracker.find([key_of(1), key_of(2)], SINCE).keys() == {key_of(2)}


def test_looking_shows_what_people_did(tracker: Tracker, server: GitLabStandin) -> None:
    for number in range(1, 125):
        tracker.create(ticket_of(number))
    server.close("2")
    server.delete("3")
    server.move("4")
    found = tracker.look([str(number) for number in range(1, 125)])
    assert len(found) == 122
    assert [ref for ref, one in found.items() if not one.open] == ["2"]


def test_a_project_that_is_hidden_is_not_a_project_without_tickets(
    tracker: Tracker, server: GitLabStandin
) -> None:
    tracker.create(ticket_of())
    server.hidden = True
    for run in (
        lambda: tracker.look(["1"]),
        lambda: tracker.find([key_of(1)], SINCE),
        lambda: tracker.create(ticket_of(2)),
        lambda: tracker.change("1", change_of(open=False), again=False),
    ):
        error = refused(run)
        assert error.trouble is Trouble.REFUSED
        assert "project's path" in error.do


def test_a_change_says_why_and_closes_and_reopens(tracker: Tracker, server: GitLabStandin) -> None:
    tracker.create(ticket_of())
    fixed = change_of(comment=(text("Fixed."),), open=False, add=("ok",), drop=("cors",))
    tracker.change("1", fixed, again=False)
    (seen,) = server.tickets()
    assert (seen.open, seen.labels) == (False, {"cors-audit", "ok"})
    assert seen.comments == (f"Fixed.\n\n<!-- cors-audit delivery={DELIVERY} -->",)
    tracker.change("1", change_of(open=True), again=False)
    assert server.tickets()[0].open


def test_a_comment_is_not_made_twice(tracker: Tracker, server: GitLabStandin) -> None:
    tracker.create(ticket_of())
    change = change_of(comment=(text("It changed."),), open=False)
    server.lose("POST", "notes")
    assert refused(lambda: tracker.change("1", change, again=False)).trouble is Trouble.LATER
    for number in range(30):
        tracker.change("1", Change(f"{number:032x}", (text("Other."),)), again=False)
    server.page = 10
    tracker.change("1", change, again=True)
    (seen,) = server.tickets()
    assert sum("It changed." in one for one in seen.comments) == 1
    assert not seen.open


def test_states_that_are_as_asked_are_left_alone(tracker: Tracker, server: GitLabStandin) -> None:
    tracker.create(ticket_of())
    tracker.change("1", change_of(open=True), again=False)
    assert not any(one.startswith("PUT") for one in server.asked)


def test_a_ticket_that_is_gone(tracker: Tracker, server: GitLabStandin) -> None:
    change = change_of(comment=(text("x"),))
    for number in (1, 2):
        tracker.create(ticket_of(number))
    server.delete("1")
    server.move("2")
    errors = [
        refused(lambda: tracker.change("1", change, again=False)),
        refused(lambda: tracker.change("2", change, again=False)),
    ]
    assert [error.trouble for error in errors] == [Trouble.GONE] * 2
    wrong = refused(lambda: tracker.change("1/../2", change, again=False))
    assert wrong.trouble is Trouble.REJECTED


def test_a_token_that_expired_is_refused(tracker: Tracker, server: GitLabStandin) -> None:
    server.token = "renewed"
    error = refused(lambda: tracker.find([key_of(1)], SINCE))
    assert error.trouble is Trouble.REFUSED
    assert "401 Unauthorized" in error.what


def test_pages_of_proxies_are_for_later(tracker: Tracker, server: GitLabStandin) -> None:
    server.fail(200, times=2)
    assert refused(lambda: tracker.create(ticket_of())).trouble is Trouble.LATER
    assert refused(lambda: tracker.look(["1"])).trouble is Trouble.LATER


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_in_a_text_is_executed_or_followed(
    tracker: Tracker, server: GitLabStandin, hostile: str
) -> None:
    body = (
        heading(hostile),
        text(hostile),
        fields((hostile, hostile), ("", hostile)),
        code(hostile),
        items(hostile, hostile),
        table((hostile, hostile), (hostile, hostile)),
        text(f"see {hostile} there"),
    )
    made = tracker.create(ticket_of(title=hostile, body=body))
    tracker.change(made.ref, change_of(comment=body), again=False)
    assert (server.executed, server.followed) == ([], [])
    assert tracker.find([key_of(1), "0" * 64], SINCE).keys() == {key_of(1)}
    assert server.tickets()[0].open


@pytest.mark.parametrize(
    ("description", "executed", "followed"),
    [
        ("/close", True, False),
        ("  /close", True, False),
        ("a\n/label ~x", True, True),
        ("<!--\n/close\n-->", True, False),
        ("````\n```\n/close\n```\n````", False, False),
        ("`/close`", False, False),
        ("```\n/close\n```", False, False),
        ("hello @all", False, True),
        ("`@all`", False, False),
        ("\\@all", False, True),
        ("[x](https://evil.example)", False, True),
    ],
)
def test_the_standin_does_what_gitlab_does(
    tracker: GitLab, server: GitLabStandin, description: str, executed: bool, followed: bool
) -> None:
    client = gitlab.Gitlab(server.url, private_token=TOKEN)
    client.projects.get("group/app", lazy=True).issues.create(
        {"title": "x", "description": description}
    )
    assert (bool(server.executed), bool(server.followed)) == (executed, followed)


def test_endless_texts_are_cut_and_say_so(tracker: Tracker, server: GitLabStandin) -> None:
    rows = tuple(("x" * 1_500, str(n)) for n in range(1_000))
    body = (text("a"), table(("a", "b"), *rows))
    made = tracker.create(ticket_of(title="word " * 200, body=body))
    tracker.change(made.ref, change_of(comment=body), again=False)
    (seen,) = server.tickets()
    assert len(seen.title) <= 255
    assert "Cut here" in seen.body
    assert "Cut here" in seen.comments[0]
    assert tracker.find([key_of(1)], SINCE).keys() == {key_of(1)}


def test_another_client_reads_and_writes_the_same(tracker: Tracker, server: GitLabStandin) -> None:
    tracker.create(ticket_of())
    client = gitlab.Gitlab(server.url, private_token=TOKEN)
    project = client.projects.get("group/app", lazy=True)
    server.fill(45)
    assert len(project.issues.list(get_all=True, state="opened")) == 46
    (found,) = project.issues.list(iids=[1], get_all=False)
    assert (found.iid, found.state, "cors-audit" in found.labels) == (1, "opened", True)
    found.notes.create({"body": "seen"})
    assert [note.body for note in found.notes.list(get_all=True)] == ["seen"]
    found.state_event = "close"
    found.save()
    assert not tracker.look(["1"])["1"].open
    with pytest.raises(gitlab.GitlabCreateError, match="too long"):
        project.issues.create({"title": "x" * 256})
    wrong = gitlab.Gitlab(server.url, private_token="wrong").projects.get("group/app", lazy=True)
    with pytest.raises(gitlab.GitlabAuthenticationError):
        wrong.issues.list(get_all=False)


def test_clocks_may_differ(tracker: Tracker, server: GitLabStandin) -> None:
    server.clock = lambda: datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    tracker.create(ticket_of())
    assert tracker.find([key_of(1)], NIGHT).keys() == {key_of(1)}
