"""Snippets: when they act, what they do, and what of them is not read."""

import pytest

from auditor.core.hop.behaviour import Behaviour, Doing, UnreadBehaviour
from auditor.core.hop.guard import OriginIn
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.path.exchange import Request
from tests.collectors.ingress.answers import Answer, answer, values
from tests.collectors.ingress.manifests import (
    controller,
    ingress,
    the_doing,
    the_hop,
)

ORIGIN = "access-control-allow-origin"
A = "https://a.com"
ONE = {"enable-cors": "true", "cors-allow-origin": A}
GET, OTHER = (
    Request("GET", A),
    Request("GET", "https://evil.com"),
)
SNIPPETS = {"allow_snippet_annotations": "true", "annotations_risk_level": "Critical"}
STAR = 'more_set_headers "Access-Control-Allow-Origin: *";'


def origins(doing: Doing, request: Request, inner: Answer = (200, ())) -> list[str]:
    return values(answer(doing, request, inner), ORIGIN)


def unread(doing: Doing) -> str:
    assert isinstance(doing, UnreadBehaviour), doing
    return doing.cause


@pytest.mark.parametrize(
    ("version", "settings", "outcome"),
    [
        ("1.15.1", {}, "refused"),
        ("1.12.0", {}, "refused"),
        ("1.11.2", {}, "silent"),
        ("1.8.0", {}, "active"),
        ("1.8.0", {"allow_snippet_annotations": "false"}, "silent"),
        ("1.11.2", {"allow_snippet_annotations": "true"}, "active"),
        ("1.15.1", {"allow_snippet_annotations": "true"}, "refused"),
        ("1.15.1", {"annotations_risk_level": "Critical"}, "silent"),
        ("1.15.1", SNIPPETS, "active"),
        ("1.11.2", {"annotations_risk_level": "high"}, "refused"),
    ],
)
def test_when_a_snippet_acts(version: str, settings: dict[str, str], outcome: str) -> None:
    one = ingress({**ONE, "configuration-snippet": STAR})
    doing = the_doing(one, *controller(version, **settings))
    if outcome == "refused":
        cause = unread(doing)
        assert "configuration-snippet is over the annotations-risk-level High" in cause
        assert "so the controller refuses the Ingress" in cause
    else:
        assert origins(doing, OTHER) == (["*"] if outcome == "active" else [])


def test_risk_low_refuses_cors_itself() -> None:
    doing = the_doing(ingress(ONE), *controller("1.15.1", annotations_risk_level="Low"))
    assert "cors-allow-origin is over the annotations-risk-level Low" in unread(doing)


def test_snippets_can_be_assumed() -> None:
    assert origins(
        the_doing(ingress({**ONE, "configuration-snippet": STAR}), snippets="on"), OTHER
    ) == ["*"]


def test_a_silent_snippet_is_noted() -> None:
    hop = the_hop(ingress({"configuration-snippet": STAR}), *controller("1.11.2"))
    assert (
        "orders/api: configuration-snippet has no effect: allow-snippet-annotations is false"
        in hop.notes
    )


def test_a_blocked_word_freezes_the_ingress() -> None:
    doing = the_doing(
        ingress(ONE), *controller("1.15.1", annotation_value_word_blocklist="lua,a.com")
    )
    assert "holds the word 'a.com' of annotation-value-word-blocklist" in unread(doing)


def test_only_the_frozen_path_is_unread() -> None:
    frozen = ingress(
        {"configuration-snippet": STAR}, "frozen", paths=(("/f", "Prefix", "f"),), created="2025"
    )
    fine = ingress(ONE, "fine", created="2024")
    doings = [case.doing for case in the_hop(frozen, fine).cases]
    assert isinstance(doings[0], UnreadBehaviour)
    assert isinstance(doings[1], Behaviour)


@pytest.mark.parametrize("key", ["location_snippet", "server_snippet", "http_snippet"])
def test_snippets_of_the_config_map_always_act(key: str) -> None:
    doing = the_doing(ingress(ONE), *controller("1.15.1", **{key: STAR}))
    assert (origins(doing, OTHER), origins(doing, GET)) == (["*"], [A])


def test_a_server_snippet_acts_on_the_whole_host() -> None:
    one = ingress({"server-snippet": STAR}, "one", paths=(("/one", "Prefix", "x"),), created="2024")
    two = ingress({"server-snippet": "more_clear_headers X;"}, "two", created="2025")
    cases = the_hop(one, two, *controller("1.15.1", **SNIPPETS)).cases
    assert [origins(case.doing, OTHER) for case in cases] == [["*"], ["*"]]


@pytest.mark.parametrize(
    "snippet",
    [
        "include /etc/nginx/cors.conf;",
        "header_filter_by_lua_file /a.lua;",
        'content_by_lua_block { ngx.header["Access-Control-Allow-Origin"] = "*" }',
        "error_page 404 = @x;",
        "rewrite ^/a /b last;",
        "proxy_set_header Origin $scheme://$host;",
        'more_set_headers -s "404" "Access-Control-Allow-Origin: *";',
        "if (-f $request_filename) { break; }",
        "add_header Access-Control-Allow-Origin;",
        "if ($x = y) { proxy_pass http://other; }",
        "set $a;",
        "return;",
        "add_header X 'open",
        "if ($x = y) { set $z 1;",
        "}",
        "location /x { return 200; }",
    ],
)
def test_what_is_not_read_is_said(snippet: str) -> None:
    one = ingress({**ONE, "configuration-snippet": snippet})
    assert unread(the_doing(one, snippets="on")).startswith("orders/api configuration-snippet")


@pytest.mark.parametrize(
    "snippet",
    [
        "",
        "# only a comment",
        "proxy_read_timeout 60s; client_max_body_size 10m;",
        "add_header X-Frame-Options DENY always;",
        'more_set_headers "X-Robots-Tag: none";',
        "proxy_set_header X-Real-IP $remote_addr;",
        "gzip off;",
    ],
)
def test_what_cannot_matter_is_passed_over(snippet: str) -> None:
    one = ingress({**ONE, "configuration-snippet": snippet})
    assert the_doing(one, snippets="on") == the_doing(ingress(ONE))


def test_too_many_conditions_are_unread() -> None:
    text = " ".join(f"if ($http_x{n}) {{ set $y{n} 1; }}" for n in range(8))
    doing = the_doing(ingress({**ONE, "configuration-snippet": text}), snippets="on")
    assert "too many conditions" in unread(doing)


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("proxy_set_header Origin '';", None),
        ("proxy_set_header Origin https://x.com;", "https://x.com"),
    ],
)
def test_an_origin_for_the_service(line: str, seen: str | None) -> None:
    doing = the_doing(ingress({"configuration-snippet": line}), snippets="on")
    assert isinstance(doing, Behaviour)
    assert Request("GET", A).passed(doing.inward).origin == seen


def test_a_regex_on_the_origin_keeps_its_text() -> None:
    text = r"if ($http_origin ~* (https?://.*\.example\.com(:[0-9]+)?)$) { add_header Access-Control-Allow-Origin $http_origin; }"
    doing = the_doing(ingress({"configuration-snippet": text}), snippets="on")
    assert isinstance(doing, Behaviour)
    pattern = Pattern(Dialect.PCRE_NGINX_CASELESS, r"(https?://.*\.example\.com(:[0-9]+)?)$")
    assert doing.edits[0][0].when[0] == OriginIn((pattern,))
