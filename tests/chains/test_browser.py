"""Chromium's verdict on what real chains send is our verdict on what was predicted."""

from collections.abc import Iterator, Sequence
from itertools import permutations, product

import pytest

from auditor.core.browser import judgement, request, response
from auditor.core.browser.request import Credentials
from auditor.core.origin import Opaque, Origin, parse
from auditor.core.path.exchange import HopChain, Request
from tests.chains.browser import Browser, Fetch, Seen, browser
from tests.chains.chain import CHAINS, Chain
from tests.chains.estate import Estate
from tests.chains.origins import ADMIN, APP, HOST, LOOK_ALIKE, OPAQUE
from tests.chains.prediction import Answer, predict
from tests.chains.question import FOUND, MISSING, Question

pytestmark = pytest.mark.server
PAGES = (APP, ADMIN, LOOK_ALIKE)
SENT = (("x-total", "3"), ("x-page", "1"))
"""Beside its CORS lines every application sends these two."""
SHAPES = (
    (Question(Request("GET", None), FOUND), ()),
    (Question(Request("GET", None), MISSING), ()),
    (Question(Request("GET", None), FOUND), ("x-test",)),
    (Question(Request("PUT", None), FOUND), ()),
    (Question(Request("DELETE", None), FOUND), ("content-type", "x-test")),
)
MODES = (Credentials.INCLUDE, Credentials.OMIT)
STORING = tuple(chain for chain in CHAINS if chain.stores)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser(PAGES) as opened:
        yield opened


@pytest.mark.parametrize("chain", CHAINS, ids=str)
def test_the_browser_decides_alike(chain: Chain, servers: Estate, chromium: Browser) -> None:
    port, model, differing = servers.port(chain), chain.model, []
    for page, origin in enumerate((*PAGES, OPAQUE)):
        asked = [(*shape, mode) for shape, mode in product(SHAPES, MODES)]
        fetches = [
            Fetch(question.path(f"page-{page}-{at}"), question.request.method, names, mode)
            for at, (question, names, mode) in enumerate(asked)
        ]
        seen = chromium.fetch(origin, port, fetches)
        for (question, names, mode), real in zip(asked, seen, strict=True):
            ours = _expected(model, port, origin, question, names, mode)
            if _told(real) not in ours or not (chain.mixed or len(ours) == 1):
                differing.append((origin, question, names, mode, real, ours))
    assert differing == []


@pytest.mark.parametrize("chain", STORING, ids=str)
def test_a_page_meets_what_was_stored_for_another(
    chain: Chain, servers: Estate, chromium: Browser
) -> None:
    port, differing = servers.port(chain), []
    get, _ = SHAPES[0]
    for at, (first, second) in enumerate(permutations(PAGES, 2)):
        where = get.path(f"pages-{at}")
        [_] = chromium.fetch(first, port, [Fetch(where, "GET", (), Credentials.OMIT)])
        [real] = chromium.fetch(second, port, [Fetch(where, "GET", (), Credentials.OMIT)])
        predicted = predict(chain.model, get.of(second), (get.of(first).request,))
        answers = predicted.served or predicted.fresh
        ours = {_judged(port, second, "GET", (), MODES[1], None, answer) for answer in answers}
        if _told(real) not in ours:
            differing.append((first, second, real, ours))
    assert differing == []


def _expected(
    model: HopChain,
    port: int,
    origin: str,
    question: Question,
    names: tuple[str, ...],
    mode: Credentials,
) -> set[Seen | None]:
    """What script sees by our verdict, on every answer that was predicted."""
    method = question.request.method
    preflight = Question(Request("OPTIONS", None, method, names or None), question.status)
    return {
        _judged(port, origin, method, names, mode, before, answer)
        for before in predict(model, preflight.of(origin)).all
        for answer in predict(model, question.of(origin)).all
    }


def _judged(
    port: int,
    origin: str,
    method: str,
    names: Sequence[str],
    mode: Credentials,
    preflight: Answer | None,
    answer: Answer,
) -> Seen | None:
    page = parse(origin)
    assert isinstance(page, Origin | Opaque)
    asked = request.Request(
        page, Origin("http", HOST, port), method, tuple((name, "1") for name in names), mode
    )
    before = None if preflight is None else response.Answer(preflight.status, preflight.lines)
    after = response.Answer(answer.status, (*answer.lines, *SENT))
    found = judgement.judge(judgement.Question(asked, before, after))
    if not found.shared or found.exposed is None:
        return None
    return _told(Seen(answer.status, frozenset(found.exposed)))


def _told(seen: Seen | None) -> Seen | None:
    """Of the headers only those that every application sends for it."""
    told = frozenset(name for name, _ in SENT)
    return None if seen is None else Seen(seen.status, seen.names & told)
