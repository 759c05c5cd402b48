"""The page of a run: what it shows, that nothing in it runs, and that a browser agrees."""

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from auditor.core.drift import State
from auditor.core.reading import Gap, Unread, Where
from auditor.core.waiver.waiver import Waived
from auditor.edge.reports.html import CARDS, ROWS, run_page
from auditor.edge.reports.past import Nights
from auditor.edge.store.record import Blind
from tests.edge.reports import records
from tests.edge.reports.records import HOSTILE
from tests.servers import require

EVIL = (
    '"><script>document.title="owned"</script><img src=x onerror=alert(1)>'
    "<style>*{display:none}</style>{{ 7*7 }}{% raw %}&lt;</style></title><!--" + HOSTILE
)
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section"),
    *("article", "h1", "h2", "h3", "p", "span", "code", "ul", "li", "b", "dl", "dt", "dd", "div"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}


class Seen(HTMLParser):
    """The tags, attribute names and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def evil() -> Nights:
    """A run in which markup stands wherever text comes from outside."""
    finding = replace(
        records.LEAK,
        rule=EVIL,
        environment=EVIL,
        host=EVIL,
        subject=EVIL,
        what=EVIL,
        why=EVIL,
        do=EVIL,
        witness=EVIL,
        routes=(EVIL, EVIL + "2"),
        owner=EVIL,
        managed_by=EVIL,
        because=(EVIL,),
    )
    gap = Unread(EVIL, f"aws:{EVIL}", Gap.DENIED, EVIL, EVIL, Where(EVIL))
    standing = replace(finding, subject="other")
    record = replace(
        records.clean().now,
        unread=(Blind(gap, (EVIL,)),),
        routes=(replace(records.ROUTES[0], environment=EVIL, verdict=EVIL),),
        drifts=(records.drift(finding, State.NEW), records.drift(standing, State.STANDING)),
    )
    return Nights(record, records.clean().before)


def shown(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_it_shows_what_is_new_what_stands_and_what_was_not_read() -> None:
    text = shown(Seen(run_page(records.night_two())).text)
    for part in (
        "Findings, and something was not read or decided",
        "run 213",
        "New since run 212",
        "critical Any site can read portal-api.example.com/* with cookies.",
        "https://evil-example.com",
        'CORS_ORIGINS: "https://portal.example.com" -> "*"',
        "Still there",
        "null can read api.example.com/v1/accounts/* without cookies.",
        "AssumeRole CorsAudit: AccessDenied",
        "grant the role to this account",
        "Clean CORS is not access control.",
    ):
        assert part in text


def test_a_clean_night_is_short() -> None:
    text = shown(Seen(run_page(records.clean())).text)
    assert "Clean: all was read, and nothing deviates" in text
    assert "Nothing new." in text
    assert "Not read" not in text


@pytest.mark.parametrize("nights", [records.night_two(), records.hostile(), evil()])
def test_nothing_from_outside_is_markup(nights: Nights) -> None:
    page = run_page(nights)
    seen = Seen(page)
    assert seen.tags <= TAGS
    assert not {
        name for name in seen.attributes if name.startswith("on") or name in {"style", "src"}
    }
    page.encode()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2028]", page)


def test_the_policy_names_the_style_that_is_there() -> None:
    page = run_page(records.clean())
    style = page.split("<style>")[1].split("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'; " in page
    assert page.count("<style>") == 1


def test_what_is_waived_is_no_news() -> None:
    nights = records.night_two()
    waived = Waived("k", "2027-03-01", "closing in Q1", "team-security", "waivers.yaml:7")
    drifts = tuple(replace(one, waived=waived) for one in nights.now.drifts)
    text = shown(Seen(run_page(Nights(replace(nights.now, drifts=drifts), nights.before))).text)
    assert "Nothing new." in text
    assert "Still there" not in text
    for part in (
        "4 waived",
        "Waived",
        "1 Mar 2027",
        "closing in Q1",
        "team-security",
        "waivers.yaml:7",
    ):
        assert part in text


def test_it_stays_small() -> None:
    nights = records.many(CARDS + 30)
    assert "and 30 more; cors-audit findings lists them" in run_page(nights)
    drifts = tuple(replace(one, state=State.STANDING) for one in records.many(ROWS + 7).now.drifts)
    standing = Nights(replace(nights.now, drifts=drifts), nights.before)
    assert "and 7 more" in run_page(standing)


def test_the_same_run_gives_the_same_bytes() -> None:
    assert run_page(records.night_two()) == run_page(records.night_two())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = require("chromium", "the page runs nothing and fits a phone")
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@pytest.mark.server
@pytest.mark.parametrize("width", [360, 1_200])
@pytest.mark.parametrize("name", ["night_two", "evil"])
def test_a_browser_runs_nothing_and_needs_no_sideways_scrolling(
    browser: Browser, name: str, width: int, tmp_path: Path
) -> None:
    nights = evil() if name == "evil" else records.night_two()
    path = tmp_path / "index.html"
    path.write_bytes(run_page(nights).encode())
    page = browser.new_page(viewport={"width": width, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(path.as_uri())
    assert said == []
    assert page.title() != "owned"
    assert page.locator("script, img").count() == 0
    assert page.locator("article").count() == (1 if name == "evil" else 2)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # The style sheet was let in by its hash.
    assert page.locator("header .over").evaluate("one => getComputedStyle(one).margin") == "0px"
    page.close()
