"""What the answers to live requests mean for a finding."""

from collections.abc import Iterator

import pytest

from auditor.run.live_answer import LONGEST_SAID
from tests.run.live_api import ECHO, EVIL, READS, SENDS, Api, Reply, one, serving

pytestmark = pytest.mark.server

ABSENT = "the answer carries no Access-Control-Allow-Origin"
STAR = {"Access-Control-Allow-Origin": "*"}


@pytest.fixture
def api() -> Iterator[Api]:
    with serving() as found:
        yield found


@pytest.mark.parametrize(
    ("reply", "agrees", "said"),
    [
        ((200, {}), False, f"{ABSENT} (status 200)"),
        (
            (200, {"Access-Control-Allow-Origin": "https://app.example.com"}),
            False,
            "Access-Control-Allow-Origin is not this origin, byte for byte; "
            "it is https://app.example.com (status 200)",
        ),
        ((500, ECHO), True, f"the response allows this origin; it is {EVIL} (status 500)"),
        ((401, {}), None, "the answer is an error and carries no "),
        ((403, {}), None, "the answer is an error and carries no "),
        ((404, {}), None, "the answer is an error and carries no "),
        ((503, {}), None, "the answer is an error and carries no "),
        ((302, {"Location": "https://login.example.com/"}), None, "the answer redirects, as to a "),
        (
            (302, {"Location": "/there", **ECHO}),
            None,
            "the response redirects, and what answers there was not given",
        ),
        (
            (302, {"Location": "/there", "Access-Control-Allow-Origin": "https://other.example"}),
            False,
            "Access-Control-Allow-Origin is not this origin, byte for byte",
        ),
    ],
)
def test_answers_to_a_request(api: Api, reply: Reply, agrees: bool | None, said: str) -> None:
    api.replies["GET"] = reply
    found = one(api, "/v1/accounts", capabilities=("read_cred",))
    assert found.agrees is agrees
    assert found.said.startswith(said)
    # No redirect is followed.
    assert api.sent == ["GET /v1/accounts"]


def test_words_for_people(api: Api) -> None:
    found = one(api, "/v1/accounts")
    assert found.words == f"not confirmed live 03:06: {ABSENT} (status 200)"


def test_a_star_is_for_requests_without_cookies_alone(api: Api) -> None:
    api.replies["GET"] = (200, STAR)
    assert one(api, "/v1", capabilities=("read_anon",)).agrees is True
    assert one(api, "/v1", capabilities=("read_cred",)).agrees is False
    # Both were found on this one route, so that the finding is not borne out.
    assert one(api, "/v1", capabilities=READS).agrees is False
    # One of them may be what was found on the other route.
    found = one(api, "/v1", "/v2", capabilities=READS)
    assert found.agrees is None
    assert "which is refused for a request with credentials" in found.said


@pytest.mark.parametrize(
    ("reply", "agrees"),
    [
        ((204, {**ECHO, "Access-Control-Allow-Methods": "PUT"}), True),
        ((204, {}), False),
        ((200, {"Access-Control-Allow-Origin": "https://app.example.com"}), False),
        ((404, ECHO), False),
        ((401, {}), None),
        ((405, {}), None),
        # Another method, or a header, may be what can be sent.
        ((204, {**ECHO, "Access-Control-Allow-Methods": "DELETE"}), None),
    ],
)
def test_answers_to_a_preflight(api: Api, reply: Reply, agrees: bool | None) -> None:
    api.replies["OPTIONS"] = reply
    assert one(api, "/v1/accounts", capabilities=("send_cred",)).agrees is agrees
    assert api.sent == ["OPTIONS /v1/accounts"]


def test_what_one_answer_leaves_open_another_may_tell(api: Api) -> None:
    api.replies |= {"GET": (200, ECHO), "OPTIONS": (401, {})}
    assert one(api, "/v1", capabilities=(*READS, *SENDS)).agrees is True
    assert api.sent == ["GET /v1", "OPTIONS /v1"]


def test_a_narrowed_origin_is_confirmed_by_being_refused(api: Api) -> None:
    assert one(api, "/v1", rule="narrowed-origin").agrees is True
    api.replies["GET"] = (503, {})
    assert one(api, "/v1", rule="narrowed-origin").agrees is None
    api.replies["GET"] = (200, ECHO)
    found = one(api, "/v1", rule="narrowed-origin")
    assert (found.agrees, found.said) == (
        False,
        f"the response allows this origin; it is {EVIL} (status 200)",
    )


def test_null_is_an_origin_too(api: Api) -> None:
    api.replies["GET"] = (200, {**ECHO, "Access-Control-Allow-Origin": "null"})
    assert one(api, "/v1", witness="null").agrees is True
    assert api.seen[0][2]["origin"] == "null"


def test_a_route_that_neither_get_nor_head_reaches_is_not_told(api: Api) -> None:
    found = one(api, f"PUT {api.netloc}/v1/*")
    assert (found.agrees, found.said) == (None, "only GET, HEAD and preflights are sent")
    assert one(api, f"HEAD {api.netloc}/v1").agrees is False
    assert api.sent == ["HEAD /v1"]


def test_a_route_whose_path_cannot_be_written_out_says_so(api: Api) -> None:
    found = one(api, "/a/*/b")
    assert (found.agrees, found.said) == (None, "no path of it can be written out")
    assert api.seen == []


def test_values_of_a_server_are_cut_and_otherwise_left_to_who_shows_them(api: Api) -> None:
    hostile = "<script>x</script>[a](b)\x1b[31m" + "y" * 5_000
    api.replies["GET"] = (200, {"Access-Control-Allow-Origin": hostile})
    found = one(api, "/v1")
    assert found.agrees is False
    assert "<script>" in found.said
    assert len(found.said) < 3 * LONGEST_SAID
    assert "\n" not in found.said
