"""Which settings act on a location, by release, flags, ConfigMap and annotations."""

from dataclasses import replace
from typing import Any

import pytest

from auditor.core.hop.behaviour import TRANSPARENT, Behaviour, Doing, UnreadBehaviour
from auditor.core.hop.guard import ALWAYS, MethodIn, OriginIn, OriginPresent
from auditor.core.hop.op import TheOrigin
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.path.exchange import Request
from tests.collectors.ingress.answers import Answer, answer, answers, values
from tests.collectors.ingress.manifests import (
    config_map,
    controller,
    ingress,
    the_doing,
    the_hop,
)

ORIGIN = "access-control-allow-origin"
A = "https://a.com"
ONE = {"enable-cors": "true", "cors-allow-origin": A}
GET, OTHER, PREFLIGHT = (
    Request("GET", A),
    Request("GET", "https://evil.com"),
    Request("OPTIONS", A, "GET"),
)
SNIPPETS = {"allow_snippet_annotations": "true", "annotations_risk_level": "Critical"}
STAR = 'more_set_headers "Access-Control-Allow-Origin: *";'


def origins(doing: Doing, request: Request, inner: Answer = (200, ())) -> list[str]:
    return values(answer(doing, request, inner), ORIGIN)


def unread(doing: Doing) -> str:
    assert isinstance(doing, UnreadBehaviour), doing
    return doing.cause


# -- the plain shapes ----------------------------------------------------------------------------


def test_a_list_is_an_answer_and_an_edit() -> None:
    doing = the_doing(ingress({**ONE, "cors-allow-origin": f"{A}, https://*.b.com"}))
    assert isinstance(doing, Behaviour)
    patterns = tuple(Pattern(Dialect.INGRESS_NGINX, text) for text in (A, "https://*.b.com"))
    (preflight,) = doing.responds
    assert set(preflight.when) == {OriginIn(patterns), MethodIn(frozenset({"OPTIONS"}))}
    assert (preflight.statuses, preflight.certain, preflight.edited) == ((204,), True, False)
    ((case,),) = doing.edits
    assert case.when == (OriginIn(patterns),)
    assert case.ops == preflight.ops
    assert case.ops[0].value == TheOrigin()


def test_any_origin_is_a_literal_with_or_without_origin() -> None:
    doing = the_doing(ingress({"enable-cors": "true"}))
    assert isinstance(doing, Behaviour)
    assert doing.responds[0].when == (MethodIn(frozenset({"OPTIONS"})),)
    assert [case.when for case in doing.edits[0]] == [ALWAYS]
    assert origins(doing, Request("GET", None)) == ["*"]
    assert values(answer(doing, GET), "access-control-allow-credentials") == ["true"]


@pytest.mark.parametrize(
    "annotations",
    [{}, {"enable-cors": "yes"}, {"enable-cors": "true", "cors-allow-origin": "a.com b.com"}],
)
def test_nothing_is_done(annotations: dict[str, object]) -> None:
    assert the_doing(ingress(annotations)) == TRANSPARENT


def test_vary_is_never_sent() -> None:
    assert values(answer(the_doing(ingress(ONE)), GET), "vary") == []


def test_a_trailing_comma_lets_all_in_before_1_9_5() -> None:
    one = ingress({**ONE, "cors-allow-origin": f"{A},"})
    assert origins(the_doing(one, *controller("1.9.4")), OTHER) == ["https://evil.com"]
    assert origins(the_doing(one, *controller("1.9.5")), OTHER) == []
    only = ingress({**ONE, "cors-allow-origin": ","})
    assert origins(the_doing(only, *controller("1.8.0")), OTHER) == ["https://evil.com"]
    assert the_doing(only, *controller("1.15.1")) == TRANSPARENT
    doing = the_doing(one, *controller("1.9.4"))
    assert isinstance(doing, Behaviour)
    assert OriginPresent() not in doing.responds[0].when


@pytest.mark.parametrize(
    ("version", "headers"),
    [("1.2.0", "DNT,X-CustomHeader,Keep-Alive"), ("1.2.1", "DNT,Keep-Alive,User-Agent")],
)
def test_the_default_headers_of_a_release(version: str, headers: str) -> None:
    found = answer(the_doing(ingress(ONE), *controller(version)), GET)
    assert values(found, "access-control-allow-headers")[0].startswith(headers)


def test_one_origin_for_all_before_1_0_5() -> None:
    doing = the_doing(ingress(ONE), *controller("1.0.4"))
    assert origins(doing, OTHER) == [A]
    assert answer(doing, Request("OPTIONS", "https://evil.com"))[0] == 204
    listed = the_doing(ingress({**ONE, "cors-allow-origin": f"{A},{A}"}), *controller("1.0.4"))
    assert origins(listed, OTHER) == ["*"]


def test_1_1_1_removes_the_wrong_items() -> None:
    bad = ingress({**ONE, "cors-allow-origin": f"bad,{A}"})
    assert "removes the wrong items" in unread(the_doing(bad, *controller("1.1.1")))
    assert origins(the_doing(bad, *controller("1.1.2")), GET) == [A]


def test_a_line_break_in_a_header_is_unread() -> None:
    one = ingress({**ONE, "cors-allow-methods": "GET, POST\n"})
    cause = unread(the_doing(one, *controller("1.11.2")))
    assert cause == (
        "orders/api: cors-allow-methods holds a line break, which nginx sends inside of the header"
    )
    assert origins(the_doing(one, *controller("1.12.1")), GET) == [A]


@pytest.mark.parametrize(
    ("version", "args", "opened"),
    [
        ("1.11.2", (), False),
        ("1.11.2", ("--enable-annotation-validation",), True),
        ("1.12.1", (), True),
        ("1.12.1", ("--enable-annotation-validation=false",), False),
        ("1.8.0", ("--enable-annotation-validation=true",), False),
    ],
)
def test_the_validation_flag(version: str, args: tuple[str, ...], *, opened: bool) -> None:
    one = ingress({**ONE, "cors-allow-origin": f"{A}/"})
    doing = the_doing(one, *controller(version, *args))
    assert origins(doing, OTHER) == (["*"] if opened else [])


def test_options_are_assumptions() -> None:
    one = ingress({**ONE, "cors-allow-origin": f"{A}/"})
    assert origins(the_doing(one, validation="off"), OTHER) == []
    assert origins(the_doing(one, version="1.11.0"), OTHER) == []
    assert origins(the_doing(one, version="1.11.0", validation="on"), OTHER) == ["*"]


def test_notes_say_what_was_not_taken_as_written() -> None:
    hop = the_hop(
        ingress(
            {
                "cors-allow-origin": f"{A}/",
                "enable-cors": "yes",
                "cors-exposed-headers": "X",
                "ingress.kubernetes.io/cors-allow-origin": A,
            }
        )
    )
    text = "\n".join(hop.notes)
    assert "orders/api: enable-cors 'yes' is no boolean, so it is false" in text
    assert "failed the controller's validator" in text
    assert "enable-cors is not true, so cors-allow-origin have no effect" in text
    assert "cors-exposed-headers is no annotation of ingress-nginx" in text
    assert "ingress.kubernetes.io/cors-allow-origin has no effect: the prefix is" in text


def test_another_prefix() -> None:
    other = ingress({f"example.com/{key}": value for key, value in ONE.items()})
    assert the_doing(other) == TRANSPARENT
    assert origins(
        the_doing(other, *controller("1.15.1", "--annotations-prefix=example.com")), GET
    ) == [A]


# -- headers of ConfigMaps -----------------------------------------------------------------------


def test_add_headers_act_where_cors_does_not() -> None:
    objects = [
        *controller("1.15.1", add_headers="system/more"),
        config_map("more", {"Access-Control-Allow-Origin": "*"}),
    ]
    doing = the_doing(ingress(ONE), *objects)
    assert (origins(doing, GET), origins(doing, OTHER)) == ([A], ["*"])


def test_add_headers_that_were_not_read() -> None:
    doing = the_doing(ingress(ONE), *controller("1.15.1", add_headers="system/more"))
    assert unread(doing) == "ConfigMap system/more of add-headers was not read"


def custom(allowed: str, data: dict[str, str], version: str = "1.15.1") -> Doing:
    objects: list[dict[str, Any]] = [
        *controller(version, global_allowed_response_headers=allowed),
        config_map("mine", data, "orders"),
    ]
    return the_doing(ingress({**ONE, "custom-headers": "orders/mine"}), *objects)


def test_custom_headers() -> None:
    star = {"Access-Control-Allow-Origin": "*"}
    allowed = custom("Access-Control-Allow-Origin, X-A", star)
    assert (origins(allowed, GET), origins(allowed, OTHER)) == ([A], ["*"])
    assert answer(custom("X-A", star), GET) == (503, ())
    assert answer(custom("X-A", {**star, "X-A": "1"}), GET) == (503, ())
    assert origins(custom("X-A", star, "1.9.6"), OTHER) == []
    gone = ingress({**ONE, "custom-headers": "orders/gone"})
    assert (
        unread(the_doing(gone))
        == "orders/api: ConfigMap orders/gone of custom-headers was not read"
    )


def test_hide_headers_own_what_the_service_sends() -> None:
    doing = the_doing(
        ingress(ONE), *controller("1.15.1", hide_headers="Access-Control-Allow-Origin")
    )
    inner: Answer = (200, ((ORIGIN, "*"), ("access-control-allow-credentials", "true")))
    assert answer(doing, OTHER, inner) == (200, (("access-control-allow-credentials", "true"),))


# -- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("annotations", "statuses"),
    [
        ({"auth-type": "basic", "auth-secret": "x", "satisfy": "any"}, {401}),
        ({"auth-url": "https://auth.example"}, {401, 403}),
        ({"whitelist-source-range": "10.0.0.0/8"}, {403}),
        ({"limit-rps": "5"}, {503}),
    ],
)
def test_refusals_carry_cors(annotations: dict[str, object], statuses: set[int]) -> None:
    doing = the_doing(ingress({**ONE, **annotations}))
    found = answers(doing, GET)
    assert {status for status, _ in found} == {200, *statuses}
    assert all(values(one, ORIGIN) == [A] for one in found)
    assert answers(doing, PREFLIGHT) == {answer(the_doing(ingress(ONE)), PREFLIGHT)}


def test_basic_auth_refuses_whoever_does_not_sign_in() -> None:
    doing = the_doing(ingress({**ONE, "auth-type": "basic", "auth-secret": "x"}))
    signed = replace(GET, present=frozenset({"authorization"}))
    assert {status for status, _ in answers(doing, GET)} == {401}
    assert {status for status, _ in answers(doing, signed)} == {200, 401}
    assert all(values(one, ORIGIN) == [A] for one in answers(doing, GET))
    assert answers(doing, PREFLIGHT) == {answer(the_doing(ingress(ONE)), PREFLIGHT)}


def test_sign_in_redirects_with_cors_since_1_6_4() -> None:
    one = ingress({**ONE, "auth-url": "https://a.example", "auth-signin": "https://b.example"})
    for version, carried in (("1.15.1", [A]), ("1.6.0", [])):
        found = answers(the_doing(one, *controller(version)), GET)
        redirect = next(one for one in found if one[0] == 302)
        assert values(redirect, ORIGIN) == carried


def test_global_auth() -> None:
    flagged = controller("1.15.1", global_auth_url="https://auth.example")
    assert {s for s, _ in answers(the_doing(ingress(ONE), *flagged), GET)} == {200, 401, 403}
    off = ingress({**ONE, "enable-global-auth": "false"})
    assert {s for s, _ in answers(the_doing(off, *flagged), GET)} == {200}


def test_error_pages_have_no_cors() -> None:
    one = ingress({**ONE, "custom-http-errors": "401,404", "auth-type": "basic"})
    found = answers(the_doing(one), GET)
    assert {(status, tuple(values((status, lines), ORIGIN))) for status, lines in found} == {
        (200, (A,)),
        (401, ()),
        (404, ()),
    }
    everywhere = answers(
        the_doing(ingress(ONE), *controller("1.15.1", custom_http_errors="500")), GET
    )
    assert (500, ()) in everywhere


def test_a_redirect_carries_cors_and_the_preflight_does_not_meet_it() -> None:
    doing = the_doing(ingress({**ONE, "permanent-redirect": "https://x.example"}))
    assert answer(doing, GET)[0] == 301
    assert origins(doing, GET) == [A]
    assert answer(doing, PREFLIGHT)[0] == 204
