"""Show 6: nights over an estate whose every free text is hostile, told to every tracker and channel."""

import json
import re
import subprocess
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.edge.tickets.harmless import (
    assert_adf_harmless,
    assert_harmless,
    assert_slack_harmless,
    pages,
)
from tests.shows.harmless_pages import Page, bash_words, curls, is_quiet, shell_words
from tests.shows.hostile_estate import FORGED
from tests.shows.hostile_nights import VICTIM, Nights, played

pytestmark = pytest.mark.server
_SIGIL = re.compile(r"[@#!$&~%^\[](?=[^\s\u2060])|:(?=//)|\bGL-(?=\d)|\bwww(?=\.)", re.IGNORECASE)
_LINK = re.compile(
    r"<https://(?:github\.example|gitlab\.example|[a-z.]+)[^ <>|]*\|[A-Za-z0-9/#:-]+>"
)
_MARK = re.compile(r"<!-- cors-audit (?:key=[0-9a-f]{64}|delivery=[0-9a-f]{32}) -->\n?\Z")


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    with played(tmp_path_factory.mktemp("roundup"), tmp_path_factory.mktemp("hostile")) as held:
        yield held


def test_every_night_ends_well(nights: Nights) -> None:
    assert [ran.code for ran in nights.ran] == [13, 13, 3], [ran.err for ran in nights.ran]
    assert [len(ran.complaints) for ran in nights.ran] == [1, 1, 1]
    assert {name: ran.err for name, ran in nights.shown.items() if ran.code not in (0, 13)} == {}
    assert not any(path.name == "pwned" for path in nights.folder.rglob("*"))


def test_every_tracker_was_told_of_openings_changes_and_ends(nights: Nights) -> None:
    places = (nights.github, nights.gitlab, nights.jira, nights.roundup, nights.webhook)
    for place in places:
        tickets = place.tickets()
        assert len(tickets) > 50
        assert sum(bool(one.comments) for one in tickets) > 20
        assert not all(one.open for one in tickets)
    assert nights.webhook.refused == []


def test_a_forged_mark_moves_no_ticket(nights: Nights) -> None:
    victim = nights.github.tickets()[0]
    assert (victim.title, victim.body, victim.open) == ("Victim", VICTIM, True)
    assert victim.comments == ()
    said = [text for one in nights.github.tickets()[1:] for text in (one.body, *one.comments)]
    said += [text for one in nights.gitlab.tickets() for text in (one.body, *one.comments)]
    assert [text for text in said if len(_MARK.findall(text)) != 1 or text.count("<!--") != 1] == []
    assert FORGED not in {_key(one.body) for one in nights.github.tickets()[1:]}


def _key(body: str) -> str:
    (mark,) = _MARK.findall(body)
    return str(mark).partition("key=")[2][:64]


def test_markdown_is_only_text(nights: Nights) -> None:
    for one in nights.github.tickets()[1:]:
        assert_harmless(one.title.removeprefix("[CORS] "))
        for text in (one.body, *one.comments):
            assert_harmless(_MARK.sub("", text))
    for other in nights.gitlab.tickets():
        assert _SIGIL.search(other.title.partition("CORS] ")[2]) is None
        for text in (other.body, *other.comments):
            assert_harmless(_MARK.sub("", text))
    assert nights.gitlab.executed == []


def test_jira_documents_are_only_text(nights: Nights) -> None:
    for issue in nights.jira._issues.values():
        assert_adf_harmless(issue.fields["description"])
        assert is_quiet(issue.fields["summary"])
        assert not any(" " in label for label in issue.fields["labels"])
        for comment in issue.comments:
            body = comment["body"]
            # The last line of a comment is ours: the id of its delivery, in small letters.
            assert_adf_harmless({**body, "content": body["content"][:-1]})


def test_plain_text_is_only_text(nights: Nights) -> None:
    for one in chain[Any](nights.roundup.tickets(), nights.webhook.tickets()):
        assert is_quiet(one.title)
        assert is_quiet(one.body)
        assert all(map(is_quiet, one.comments))
    for ref in [one.ref for one in nights.roundup.tickets()][::5]:
        page = Page(nights.roundup.page(ref))
        assert page.handlers == set()
        assert not page.tags & {"svg", "iframe", "object"}
        assert not any("alert(1)" in text for text in page.scripts)
        assert not any(value.startswith("javascript:") for value in page.links)


def test_messages_are_only_text(nights: Nights) -> None:
    assert len(nights.slack.taken) > 100
    for message in nights.slack.taken:
        # Links are the pages of our tickets, as the trackers gave them, and nothing else.
        bare = json.loads(_LINK.sub("", json.dumps(message)))
        assert_slack_harmless(bare)
    assert len(nights.heartbeat.taken) == 3
    assert {kind for beat in nights.heartbeat.taken for kind in map(type, beat.values())} <= {
        int,
        bool,
        str,
    }


def test_a_terminal_shows_only_text(nights: Nights) -> None:
    for ran in (*nights.ran, *nights.shown.values()):
        assert is_quiet(ran.out)
        assert is_quiet(ran.err)
    for page in pages(nights.shown["diff --format markdown"].out):
        assert page.tags <= {"p", "pre", "code"}
        assert page.attributes <= {"lang", "class"}


def test_the_log_is_one_event_a_line(nights: Nights) -> None:
    lines = (nights.folder / "log.jsonl").read_bytes().splitlines()
    events = [json.loads(line) for line in lines]
    assert all(line.isascii() and line.decode().isprintable() for line in lines)
    assert all(len(line) < 30_000 for line in lines)
    assert {one["event"] for one in events} == {
        "run-started",
        "source-read",
        "unread",
        "run-finished",
    }
    assert [one["event"] for one in events].count("run-finished") == 3


def test_the_metrics_are_metrics(nights: Nights) -> None:
    text = (nights.folder / "cors-audit.prom").read_text()
    families = list(text_string_to_metric_families(text))
    assert all(one.name.startswith("cors_audit_") and one.type == "gauge" for one in families)
    assert text.count("# EOF") == 1
    found = {one.name: one.samples for one in families}
    assert [one.value for one in found["cors_audit_last_run_failed"]] == [0.0]
    places = {one.labels["environment"] for one in found["cors_audit_findings"]}
    assert any("<script>" in place for place in places)


def test_the_page_is_only_text(nights: Nights) -> None:
    for text in nights.pages:
        page = Page(text)
        assert page.scripts == []
        assert page.links == []
        assert page.handlers == set()
        assert page.tags <= OURS
        assert "\n" not in "".join(page.titles)
        assert all(is_quiet(line) for line in text.splitlines())
        assert text.count("<style>") == text.count("</title>") == 1


def test_json_says_it_exactly(nights: Nights) -> None:
    run = json.loads(nights.shown["findings --format json"].out)
    assert nights.shown["findings --format json"].out.isascii()
    said = json.dumps(run)
    assert "\\u202e" in said
    assert "<script>alert(1)</script>" in said


def test_what_is_drafted_is_read_again(nights: Nights) -> None:
    drafted = nights.folder / "drafted"
    assert len(list(drafted.iterdir())) > 50
    assert all(path.is_file() and is_quiet(path.name) for path in drafted.iterdir())
    assert nights.run("validate", "drafted").code == 0


def test_lines_to_copy_are_the_lines_that_they_seem(nights: Nights) -> None:
    commands = {line for one in nights.github.tickets()[1:] for line in curls(one.body)}
    assert len(commands) > 50
    for line in sorted(commands)[::9]:
        subprocess.run(["bash", "-n", "-c", line], check=True)
        assert bash_words(line) == shell_words(line)
    for line in commands:
        words = shell_words(line)
        head, rest = words[:8], words[8:]
        assert head == ["curl", "-sS", "-g", "-o", "/dev/null", "-D", "-", *head[7:]]
        rest = [head[7], *rest]
        if rest[0] == "-X":
            assert rest.pop(0) + rest.pop(0) == "-XOPTIONS"
            assert rest[-2:] == ["-H", "Access-Control-Request-Method: PUT"]
            rest = rest[:-2]
        assert len(rest) == 3, line
        url, flag, header = rest
        assert re.fullmatch(r"https://[a-z0-9.-]+/[A-Za-z0-9/._~%!$&'()*+,;=:@-]*", url)
        assert flag == "-H"
        assert re.fullmatch(r"Origin: (null|https?://[a-z0-9.:-]+)", header)


OURS = frozenset(
    [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "p",
        "h1",
        "span",
        "main",
        "section",
        "ul",
        "li",
        "b",
        "h2",
        "article",
        "h3",
        "code",
        "dl",
        "dt",
        "dd",
        "div",
        "table",
        "thead",
        "tr",
        "th",
        "tbody",
        "td",
        "footer",
    ]
)


def test_what_would_be_seen_is_seen() -> None:
    """Planted: each check above finds what it looks for."""
    for text in ("<!-- cors-audit key=00 -->", "@team", "<b>", "\x1b[31m"):
        with pytest.raises(AssertionError):
            assert_harmless(text)
    assert not is_quiet("a\u202eb")
    assert Page("<img src=x onerror=alert(1)>").handlers == {"img onerror"}
    assert Page("<script>alert(1)</script>").scripts == ["alert(1)"]
    assert list(curls("```\ncurl a \\\n  -H b\ncurl c\n```")) == ["curl a \\\n  -H b", "curl c"]
