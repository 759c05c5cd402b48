"""One request put to an estate: the whole path, one hop alone, several ways, and without a host."""

from dataclasses import replace

import pytest

from auditor.core.decision.answer import fixed
from auditor.core.hop.behaviour import Doing, Silent, Terminal, UnreadBehaviour
from auditor.core.hop.header import ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN
from auditor.core.link.estate import Estate
from auditor.core.path.exchange import Request
from auditor.core.reading import ANY_PATH, Hop, Layer, PathMatch
from auditor.run.question import (
    Inner,
    Question,
    Told,
    ask,
    capabilities,
    shown_lines,
)
from tests.core.link.places import API, case, exact, hop, prefix, unread
from tests.rules.world import APP, EVIL, constant, echoes, lists

ASKED = Question(APP, host="api.example.com")
SILENT = Silent((200,))


def one(
    id: str,
    layer: Layer,
    doing: Doing,
    to: tuple[str, ...] | Terminal = SILENT,
    name: str = API,
    match: PathMatch = ANY_PATH,
) -> Hop:
    found = hop(id, layer, name, case(to, match, doing=doing))
    return replace(found, title=f"{id} title", role=f"{id} role", assumed=(f"{id} is new",))


GATEWAY = one("gateway", Layer.GATEWAY, lists(APP, owns=True), ("service:x",))
INNER = one("app", Layer.APP, constant("*", credentials=True), name="service:x")
WHOLE = Estate([GATEWAY, INNER])


def headers(told: Told) -> dict[str, str]:
    assert told.known, told.answer.reason
    return {line[0]: line[1] for line in shown_lines(told)}


def test_the_whole_path_answers() -> None:
    told = ask(WHOLE, ASKED)
    assert headers(told) == {ALLOW_ORIGIN: APP}
    assert told.answer.status == 200
    assert told.way is not None
    assert [placed.hop.id for placed in told.way.hops] == ["gateway", "app"]
    assert told.assumed == ("gateway is new", "app is new")
    assert headers(ask(WHOLE, replace(ASKED, origin=EVIL))) == {}


@pytest.mark.parametrize("name", ["app", "app title", "app role"])
def test_a_hop_answers_alone_by_any_of_its_names(name: str) -> None:
    told = ask(WHOLE, replace(ASKED, hop=name))
    assert headers(told) == {ALLOW_ORIGIN: "*", ALLOW_CREDENTIALS: "true"}
    assert told.assumed == ("app is new", "a silent 200 stands behind the hop")


def test_what_stands_behind_one_hop_can_be_given() -> None:
    inner = Inner(403, (("Access-Control-Allow-Origin", "*"), ("Vary", "accept")))
    told = ask(WHOLE, replace(ASKED, origin=EVIL, hop="gateway", inner=inner))
    assert told.answer.status == 403
    assert shown_lines(told) == [["vary", "accept"]]
    assert told.assumed == ("gateway is new",)


def test_an_inner_answer_without_a_hop_stands_behind_the_whole_path() -> None:
    estate = Estate([one("gateway", Layer.GATEWAY, lists(APP), ("service:x",))])
    assert not ask(estate, ASKED).known
    told = ask(estate, replace(ASKED, origin=EVIL, inner=Inner(201, (("vary", "x"),))))
    assert (told.answer.status, shown_lines(told)) == (201, [["vary", "x"]])


def test_a_hop_that_is_not_there_is_told_with_those_that_are() -> None:
    told = ask(WHOLE, replace(ASKED, hop="cdn"))
    assert not told.known
    assert told.answer.reason == "no hop 'cdn' on this path; there are: gateway, app"


def test_one_hop_in_front_of_nothing_read_is_answered_bare_alone() -> None:
    estate = Estate([one("ingress", Layer.INGRESS, lists(APP), ("service:x",))])
    told = ask(estate, ASKED)
    assert not told.known
    assert told.answer.reason == "nothing that was read answers to service:x"
    bare = ask(estate, replace(ASKED, bare=True))
    assert headers(bare) == {ALLOW_ORIGIN: APP}
    assert "a silent 200 stands behind the hop" in bare.assumed


def test_two_hops_in_front_of_nothing_read_are_not_answered_bare() -> None:
    outer = one("gateway", Layer.GATEWAY, lists(APP), ("service:x",))
    inner = one("ingress", Layer.INGRESS, echoes(), ("service:y",), "service:x")
    told = ask(Estate([outer, inner]), replace(ASKED, bare=True))
    assert not told.known
    assert told.answer.reason == "nothing that was read answers to service:y"


def spread(*doings: Doing) -> Estate:
    names = tuple(f"service:{at}" for at in range(len(doings)))
    hops = [
        one(f"app {n}", Layer.APP, doing, name=n) for n, doing in zip(names, doings, strict=True)
    ]
    return Estate([one("gateway", Layer.GATEWAY, lists(), names), *hops])


def test_several_ways_that_agree_are_one_answer() -> None:
    assert headers(ask(spread(lists(APP), echoes()), ASKED)) == {ALLOW_ORIGIN: APP}


def test_several_ways_that_differ_are_no_answer() -> None:
    for doings in ((lists(APP), constant("*")), (echoes(), echoes(), constant("*"))):
        told = ask(spread(*doings), ASKED)
        assert not told.known
        assert told.answer.reason == "requests may take several ways, which answer differently"


def test_one_way_that_is_not_known_is_the_answer_of_all() -> None:
    for doings in (
        (lists(APP), UnreadBehaviour("denied")),
        (UnreadBehaviour("denied"), lists(APP)),
    ):
        told = ask(spread(*doings), ASKED)
        assert told.answer.reason == "denied"


def test_a_host_that_nothing_answers_to_is_unknown() -> None:
    told = ask(WHOLE, replace(ASKED, host="other.example.com"))
    assert not told.known
    assert told.answer.reason == "nothing that was read answers to host:other.example.com"


def test_a_path_that_the_outermost_hop_does_not_take_is_unknown() -> None:
    estate = Estate([one("app", Layer.APP, echoes(), match=prefix("/v1"))])
    told = ask(estate, replace(ASKED, path="/v2"))
    assert told.way is None
    assert told.answer.reason == "nothing that was read answers to api.example.com/v2"


@pytest.mark.parametrize(
    "matches",
    [
        (ANY_PATH,),
        (exact("/v1/me"),),
        (prefix("/v1/orders"), prefix("/v1")),
    ],
)
def test_without_a_url_the_one_host_of_the_sources_is_asked(
    matches: tuple[PathMatch, ...],
) -> None:
    cases = [case(SILENT, match, doing=echoes()) for match in matches]
    estate = Estate([hop("app", Layer.APP, API, *cases)])
    told = ask(estate, Question(APP))
    assert headers(told) == {ALLOW_ORIGIN: APP}
    assert told.way is not None
    assert told.host == "api.example.com"
    assert told.way.hops[0].case.match == min(matches, key=lambda match: len(match.text))


def test_without_a_url_a_wildcard_host_will_do() -> None:
    estate = Estate([one("app", Layer.APP, echoes(), name="host:*.example.com")])
    assert ask(estate, Question(APP)).host == "any.example.com"


def test_without_a_url_several_hosts_or_none_are_unknown() -> None:
    two = Estate([one("a", Layer.APP, echoes()), one("b", Layer.APP, echoes(), name="host:b.test")])
    assert ask(two, Question(APP)).answer.reason == "the sources hold 2 hosts; name one with url"
    assert not ask(Estate([]), Question(APP)).known


def test_without_a_url_the_only_host_may_be_unread() -> None:
    told = ask(Estate([unread(API)]), Question(APP))
    assert told.host == "api.example.com"
    assert told.answer.reason is not None
    assert "what was denied" in told.answer.reason


@pytest.mark.parametrize(
    ("question", "request_"),
    [
        (Question(APP), Request("GET", APP)),
        (Question(None, "POST", headers=("Cookie",)), Request("POST", None, present=frozenset({"cookie"}))),
        (Question(APP, "OPTIONS"), Request("OPTIONS", APP)),
        (Question(APP, "PUT", True, ("X-B", "x-a")), Request("OPTIONS", APP, "PUT", ("x-a", "x-b"))),
        (Question(APP, "PUT", True), Request("OPTIONS", APP, "PUT")),
    ],
)  # fmt: skip
def test_the_request_as_it_goes_out(question: Question, request_: Request) -> None:
    assert question.request == replace(request_, alone=True)


def test_what_the_browser_makes_of_it() -> None:
    actual = ask(WHOLE, ASKED)
    told = {"read_anon": True, "read_cred": False, "send_anon": None, "send_cred": None}
    assert capabilities(ASKED, actual) == told
    nobody = replace(ASKED, origin=None)
    assert set(capabilities(nobody, ask(WHOLE, nobody)).values()) == {None}
    unknown = replace(ASKED, hop="cdn")
    assert set(capabilities(unknown, ask(WHOLE, unknown)).values()) == {None}


@pytest.mark.parametrize(
    ("method", "names", "anonymous", "credentials"),
    [
        ("PUT", (), True, False),
        ("DELETE", (), False, False),
        ("GET", ("X-A",), True, False),
        ("GET", ("X-B",), False, False),
    ],
)
def test_what_the_browser_makes_of_a_preflight(
    method: str, names: tuple[str, ...], anonymous: bool, credentials: bool
) -> None:
    lines = ((ALLOW_ORIGIN, "*"), (ALLOW_METHODS, "PUT"), (ALLOW_HEADERS, "x-a"))
    estate = Estate([one("app", Layer.APP, lists(), fixed(204, lines))])
    question = replace(ASKED, method=method, preflight=True, headers=names)
    told = capabilities(question, ask(estate, question))
    assert told == {
        "read_anon": None,
        "read_cred": None,
        "send_anon": anonymous,
        "send_cred": credentials,
    }


def test_duplicates_and_order_of_lines_are_kept_and_other_headers_are_not_shown() -> None:
    lines = (("vary", "a"), ("server", "x"), (ALLOW_ORIGIN, "*"), ("vary", "b"))
    estate = Estate([one("app", Layer.APP, lists(), fixed(200, lines))])
    told = ask(estate, ASKED)
    assert shown_lines(told) == [["vary", "a"], [ALLOW_ORIGIN, "*"], ["vary", "b"]]
    assert shown_lines(ask(estate, replace(ASKED, hop="nobody"))) == []
