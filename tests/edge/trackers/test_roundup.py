"""Tickets in a real Roundup: what is there afterwards is what was asked for, once."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from auditor.core.finding import Severity
from auditor.edge.http import Http, Request
from auditor.edge.tickets.plain import render_plain
from auditor.edge.tickets.prose import code, text
from auditor.edge.trackers.tracker import Change, Ticket, Tracker, Trouble
from tests.edge.trackers.roundup_client import Between, change, client, new, trouble_of
from tests.edge.trackers.roundup_server import USER, RoundupServer, RoundupTracker, roundup_server
from tests.servers import LOOPBACK, free_port

pytestmark = pytest.mark.server
SINCE = datetime(2026, 11, 1, tzinfo=UTC)
HOSTILE = (
    "a\x00\x07\x1b[31m\u202e\u200b<b>&amp; http://evil.example issue1 @all\r\n/close\ud800" * 3
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoundupServer]:
    with roundup_server(tmp_path_factory.mktemp("roundup")) as running:
        yield running


@pytest.fixture
def there(server: RoundupServer, request: pytest.FixtureRequest) -> RoundupTracker:
    name = "".join(char for char in request.node.name if char.isalnum())
    return server.fresh(name[:60])


@pytest.fixture
def http() -> Iterator[Http]:
    opened = Http(30.0)
    yield opened
    opened.close()


def posts(klass: str) -> Callable[[Request], bool]:
    return lambda request: request.method == "POST" and request.url.endswith(f"/{klass}")


def patches(request: Request) -> bool:
    return request.method == "PATCH"


def test_it_is_a_tracker(there: RoundupTracker, http: Http) -> None:
    tracker: Tracker = client(there.url, http)
    assert tracker.name == "roundup:tracker"
    assert USER[1] not in repr(vars(tracker))


def test_a_new_ticket_is_there_as_it_was_asked_for(there: RoundupTracker, http: Http) -> None:
    made = client(there.url, http).create(new(labels=("widened", "1", "-x")))
    assert made == Ticket("1", "issue1", f"{there.url}/issue1", open=True)
    (seen,) = there.tickets()
    assert (seen.title, seen.body, seen.comments) == ("Ticket 1", "Body 1.", ())
    assert (seen.status, seen.priority) == ("unread", "urgent")
    assert seen.labels == {"cors-audit", "api", "widened", "1", "-x"}


@pytest.mark.parametrize(
    ("severity", "priority"),
    [
        (Severity.CRITICAL, "critical"),
        (Severity.HIGH, "urgent"),
        (Severity.MEDIUM, "bug"),
        (Severity.LOW, "feature"),
        (Severity.INFO, "wish"),
    ],
)
def test_severity_is_priority(
    there: RoundupTracker, http: Http, severity: Severity, priority: str
) -> None:
    client(there.url, http).create(new(severity=severity))
    assert there.ticket("1").priority == priority


def test_it_is_found_by_its_key_and_nothing_else_is(there: RoundupTracker, http: Http) -> None:
    tracker = client(there.url, http)
    made = [tracker.create(new(number)) for number in (1, 2, 3)]
    pasted = f"<{2:064x}@ticket.cors-audit.invalid>"
    there.comment("1", f"someone pastes {pasted}", messageid=f"re-{pasted}")
    there.close("3")
    found = tracker.find([f"{number:064x}" for number in (2, 3, 4)], SINCE)
    assert set(found) == {f"{2:064x}", f"{3:064x}"}
    assert found[f"{2:064x}"] == made[1]
    assert not found[f"{3:064x}"].open
    assert tracker.find([], SINCE) == {}


def test_of_two_with_one_key_the_oldest_counts(there: RoundupTracker, http: Http) -> None:
    tracker = client(there.url, http)
    for number in (1, 2):
        tracker.create(new(number))
    for _ in range(2):
        tracker.create(new(7))
    assert tracker.find([f"{7:064x}"], SINCE)[f"{7:064x}"].ref == "3"


def test_looking_says_what_people_did(there: RoundupTracker, http: Http) -> None:
    tracker = client(there.url, http)
    for number in range(1, 6):
        tracker.create(new(number))
    there.close("2")
    there.close("3", "done-cbb")
    there.set("4", status="deferred")
    there.retire("5")
    seen = tracker.look(["1", "2", "3", "4", "5", "99", "x", "1&id=2", ""])
    assert {ref: ticket.open for ref, ticket in seen.items()} == {
        "1": True,
        "2": False,
        "3": False,
        "4": True,
    }


def test_a_change_comments_closes_and_labels_in_one(there: RoundupTracker, http: Http) -> None:
    tracker = client(there.url, http)
    tracker.create(new(labels=("unverified",)))
    done = change(1, "Fixed.", open=False, add=("fixed", "api"), drop=("unverified", "never"))
    tracker.change("1", done, again=False)
    seen = there.ticket("1")
    assert (seen.status, seen.comments) == ("resolved", ("Fixed.",))
    assert seen.labels == {"cors-audit", "api", "fixed"}
    tracker.change("1", change(2, "Back.", open=True, add=("regression",)), again=False)
    seen = there.ticket("1")
    assert (seen.status, seen.comments) == ("chatting", ("Fixed.", "Back."))
    assert seen.labels == {"cors-audit", "api", "fixed", "regression"}


@pytest.mark.parametrize("status", ["unread", "in-progress", "resolved", "done-cbb"])
def test_a_comment_alone_leaves_the_status(there: RoundupTracker, http: Http, status: str) -> None:
    tracker = client(there.url, http)
    tracker.create(new())
    there.set("1", status=status)
    tracker.change("1", change(1, "Changed."), again=False)
    assert (there.ticket("1").status, there.ticket("1").comments) == (status, ("Changed.",))
    tracker.change("1", change(2, open=status in ("unread", "in-progress")), again=False)
    assert (there.ticket("1").status, there.ticket("1").comments) == (status, ("Changed.",))


def test_the_last_keyword_can_go(there: RoundupTracker, http: Http) -> None:
    tracker = client(there.url, http)
    tracker.create(new())
    tracker.change("1", change(1, drop=("cors-audit", "api")), again=False)
    assert there.ticket("1").labels == frozenset()


def test_what_a_person_writes_meanwhile_is_kept(there: RoundupTracker, http: Http) -> None:
    client(there.url, http).create(new())

    def meddle() -> None:
        there.comment("1", "I am looking at it.")
        there.set("1", keyword=["1"])

    between = Between(http, patches, meddle)
    client(there.url, between).change("1", change(1, "Changed.", add=("x",)), again=False)
    seen = there.ticket("1")
    assert set(seen.comments) == {"I am looking at it.", "Changed."}
    assert seen.labels == {"cors-audit", "x"}
    assert sum(one.startswith("PATCH") for one in between.seen) == 2


def test_a_ticket_that_never_rests_is_for_later(there: RoundupTracker, http: Http) -> None:
    client(there.url, http).create(new())
    titles = iter(range(100))
    between = Between(http, patches, lambda: there.set("1", title=f"T{next(titles)}"), left=100)
    error = trouble_of(lambda: client(there.url, between).change("1", change(1, "C."), again=False))
    assert error.trouble is Trouble.LATER
    client(there.url, http).change("1", change(1, "C."), again=True)
    assert there.ticket("1").comments == ("C.",)
    assert there.count("msg") == 2


@pytest.mark.parametrize("when", [posts("msg"), patches], ids=["message", "issue"])
def test_an_answer_that_is_lost_doubles_nothing(
    there: RoundupTracker, http: Http, when: Callable[[Request], bool]
) -> None:
    client(there.url, http).create(new())
    said = change(1, "Changed.", open=False)
    losing = Between(http, when, lose=True)
    error = trouble_of(lambda: client(there.url, losing).change("1", said, again=False))
    assert error.trouble is Trouble.LATER
    for _ in range(2):
        client(there.url, http).change("1", said, again=True)
    seen = there.ticket("1")
    assert (seen.comments, seen.status) == (("Changed.",), "resolved")
    assert there.count("msg") == 2


@pytest.mark.parametrize("klass", ["msg", "issue"])
def test_a_ticket_whose_answer_is_lost_is_found(
    there: RoundupTracker, http: Http, klass: str
) -> None:
    losing = Between(http, posts(klass), lose=True)
    assert trouble_of(lambda: client(there.url, losing).create(new())).trouble is Trouble.LATER
    tracker = client(there.url, http)
    found = tracker.find([f"{1:064x}"], SINCE)
    assert len(found) == (klass == "issue")
    if not found:
        tracker.create(new())
    assert [one.title for one in there.tickets()] == ["Ticket 1"]
    assert list(tracker.find([f"{1:064x}"], SINCE)) == [f"{1:064x}"]


def test_two_that_make_one_keyword_at_once(there: RoundupTracker, http: Http) -> None:
    first, second = client(there.url, http), client(there.url, http)
    first.create(new(1))
    second.create(new(2))
    assert there.count("keyword") == 2


def test_hundreds_are_found_and_looked_at(there: RoundupTracker, http: Http) -> None:
    watched = Between(http, lambda _: False)
    tracker = client(there.url, watched)
    for number in range(1, 251):
        tracker.create(new(number))
    there.close("250")
    seen = tracker.look([str(number) for number in range(1, 260)])
    assert len(seen) == 250
    assert [ref for ref, ticket in seen.items() if not ticket.open] == ["250"]
    found = tracker.find([f"{number:064x}" for number in range(1, 260)], SINCE)
    assert {key: one.ref for key, one in found.items()} == {
        f"{number:064x}": str(number) for number in range(1, 251)
    }
    assert max(map(len, watched.seen)) < 1_500


def test_hostile_text_is_there_as_text(there: RoundupTracker, http: Http) -> None:
    body = (text(HOSTILE), code(f"x\n{HOSTILE}"), text("y" * 10_000), text("end"))
    tracker = client(there.url, http)
    tracker.create(new(title=HOSTILE * 10, body=body))
    tracker.change("1", Change("ab" * 16, body), again=False)
    (seen,) = there.tickets()
    assert seen.body == render_plain(body)
    assert seen.comments == (seen.body,)
    assert seen.body.endswith("end")
    assert len(seen.title) <= 250
    assert seen.title.isprintable()
    assert all(line.isprintable() for line in seen.body.split("\n"))
    page = there.page("1")
    assert "&lt;b&gt;&amp;amp;" in page
    assert "<b>&amp;" not in page


def test_a_long_message_is_cut_with_a_word_about_it(there: RoundupTracker, http: Http) -> None:
    client(there.url, http).create(new(body=tuple(text("word " * 200) for _ in range(200))))
    body = there.ticket("1").body
    assert len(body) <= 100_000
    assert "Cut here" in body


@pytest.mark.parametrize("ref", ["99", "x", "1/../2", ""])
def test_what_is_gone_is_gone(there: RoundupTracker, http: Http, ref: str) -> None:
    act = client(there.url, http).change
    assert trouble_of(lambda: act(ref, change(1, "a"), again=False)).trouble is Trouble.GONE
    assert there.count("msg") == 0


def test_a_retired_ticket_is_gone(there: RoundupTracker, http: Http) -> None:
    tracker = client(there.url, http)
    tracker.create(new())
    there.retire("1")
    error = trouble_of(lambda: tracker.change("1", change(1, "a"), again=False))
    assert error.trouble is Trouble.GONE


def test_a_wrong_password_is_refused(there: RoundupTracker, http: Http) -> None:
    error = trouble_of(lambda: client(there.url, http, "guess").find(["a" * 64], SINCE))
    assert error.trouble is Trouble.REFUSED
    assert "HTTP 401" in str(error)
    assert "guess" not in str(error)


def test_an_account_that_may_not_write_is_refused(server: RoundupServer, http: Http) -> None:
    there = server.fresh("readonly")
    schema = there.home / "schema.py"
    lines = schema.read_text().replace("'Create', cl)", "'View', cl)")
    schema.write_text(lines)
    error = trouble_of(lambda: client(there.url, http).create(new()))
    assert error.trouble is Trouble.REFUSED
    assert "HTTP 403" in str(error)


def test_an_address_that_is_none_is_refused(server: RoundupServer, http: Http) -> None:
    nowhere = f"http://{LOOPBACK}:{server.port}/nowhere"
    error = trouble_of(lambda: client(nowhere, http).find(["a" * 64], SINCE))
    assert (error.trouble, "write its url" in str(error)) == (Trouble.REFUSED, True)


def test_an_address_other_than_its_own_is_refused(there: RoundupTracker, http: Http) -> None:
    other = there.url.replace(LOOPBACK, "localhost")
    error = trouble_of(lambda: client(other, http).create(new()))
    assert (error.trouble, "write its url" in str(error)) == (Trouble.REFUSED, True)


def test_a_server_that_is_down_is_for_later(http: Http) -> None:
    down = f"http://{LOOPBACK}:{free_port()}/t"
    error = trouble_of(lambda: client(down, http).look(["1"]))
    assert error.trouble is Trouble.LATER
    assert "no answer" in str(error)


def test_a_rate_limit_says_how_long(server: RoundupServer, http: Http) -> None:
    there = server.fresh("limited", api_calls_per_interval=3, api_interval_in_sec=60)
    tracker = client(there.url, http)
    error = trouble_of(lambda: [tracker.look(["1"]) for _ in range(9)])
    assert error.trouble is Trouble.LATER
    assert "HTTP 429" in str(error)
    assert error.wait_seconds is not None
    assert 0 < error.wait_seconds <= 60
