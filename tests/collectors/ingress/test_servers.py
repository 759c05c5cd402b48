"""Several Ingresses of one host: who wins, which locations there are, where they lead."""

import itertools
from typing import Any

import pytest

from auditor.core.hop.behaviour import (
    TRANSPARENT,
    Behaviour,
    Doing,
    Either,
    UnreadBehaviour,
    UnreadEnd,
)
from auditor.core.path.exchange import Request
from auditor.core.reading import Alias, Gap, Hop, PathCase, Unread
from collectors.ingress.ingress_nginx.cases import NOT_FOUND
from tests.collectors.ingress.answers import answer, values
from tests.collectors.ingress.manifests import (
    HOST,
    NEWER,
    OLDER,
    controller,
    hops,
    ingress,
    readings,
    the_hop,
)

SERVICE = "service:file:deploy/orders/"


def allowing(origin: str) -> dict[str, object]:
    return {"enable-cors": "true", "cors-allow-origin": origin}


def granted(doing: Doing) -> str:
    """Which of three origins a location lets in, as letters."""
    names = {"https://a.com": "a", "https://b.com": "b", "https://c.com": "c"}
    return "".join(
        letter
        for origin, letter in names.items()
        if values(answer(doing, Request("GET", origin)), "access-control-allow-origin")
    )


def table(hop: Hop) -> list[tuple[str, str, str, object]]:
    return [(case.match.kind, case.match.text, granted(case.doing), case.to) for case in hop.cases]


A, B = allowing("https://a.com"), allowing("https://b.com")


def test_the_oldest_wins_a_path_whole() -> None:
    first = ingress(A, "first", created=NEWER)
    second = ingress(B, "second", created=OLDER, paths=(("/", "Prefix", "other"),))
    hop = the_hop(first, second)
    assert table(hop) == [("prefix", "/", "b", (f"{SERVICE}other",))]


def test_of_equal_age_the_later_name_wins() -> None:
    one, two = ingress(A, "one", created=OLDER), ingress(B, "two", created=OLDER)
    assert table(the_hop(one, two))[0][2] == "b"


def test_without_dates_it_is_one_or_the_other() -> None:
    one, two = ingress(A, "one"), ingress(B, "two", created=OLDER)
    (case,) = the_hop(one, two).cases
    assert isinstance(case.doing, Either)
    assert case.doing.cause == (
        f"which of orders/one, orders/two was created first and owns {HOST}/"
        if case.title.startswith("orders/one")
        else f"which of orders/two, orders/one was created first and owns {HOST}/"
    )
    assert sorted(granted(option) for option in case.doing.options) == ["a", "b"]


def test_two_files_may_hold_an_ingress_of_one_name() -> None:
    (case,) = the_hop(ingress(A), ingress(B)).cases
    assert isinstance(case.doing, Either)
    assert sorted(granted(option) for option in case.doing.options) == ["a", "b"]


def test_without_dates_but_alike_it_is_sure() -> None:
    (case,) = the_hop(ingress({}, "one"), ingress({}, "two")).cases
    assert case.doing == TRANSPARENT


def test_paths_have_their_own_cors_longest_first() -> None:
    one = ingress(A, "one", created=OLDER, paths=(("/v1", "Prefix", "one"),))
    two = ingress(B, "two", created=NEWER, paths=(("/v1/users", "Prefix", "two"),))
    exact = ingress({}, "exact", created=NEWER, paths=(("/v1", "Exact", "three"),))
    assert table(the_hop(one, two, exact)) == [
        ("exact", "/v1", "", (f"{SERVICE}three",)),
        ("prefix", "/v1/users", "b", (f"{SERVICE}two",)),
        ("prefix", "/v1", "a", (f"{SERVICE}one",)),
        ("prefix", "/", "a", NOT_FOUND),
    ]


def test_the_root_that_nobody_claims_is_that_of_the_first_ingress() -> None:
    one = ingress(A, "one", created=OLDER, paths=(("/v1", "Prefix", "one"),))
    two = ingress(
        B, "two", created=NEWER, paths=(("/v2", "Prefix", "two"),),
        defaultBackend={"service": {"name": "rest"}},
    )  # fmt: skip
    assert table(the_hop(one, two))[-1] == ("prefix", "/", "a", NOT_FOUND)
    assert table(the_hop(two))[-1] == ("prefix", "/", "b", (f"{SERVICE}rest",))
    with_default = controller("1.15.1", "--default-backend-service=system/pages")
    hop = the_hop(one, *with_default)
    assert hop.cases[-1].to == ("service:file:deploy/system/pages",)


def test_a_claim_of_the_root_replaces_the_default() -> None:
    one = ingress(A, "one", created=OLDER, paths=(("/v1", "Prefix", "one"),))
    two = ingress(B, "two", created=NEWER)
    assert table(the_hop(one, two))[-1] == ("prefix", "/", "b", (f"{SERVICE}api",))


def test_a_slash_at_the_end_redirects_what_lacks_it() -> None:
    hop = the_hop(ingress(A, paths=(("/v1/", "Prefix", "one"),)))
    assert [(c.match.kind, c.match.text) for c in hop.cases] == [
        ("exact", "/v1"),
        ("characters", "/v1/"),
        ("prefix", "/"),
    ]
    assert answer(hop.cases[0].doing, Request("GET", "https://a.com")) == (301, ())


def test_a_canary_lends_its_service_alone() -> None:
    primary = ingress(A, "primary", created=NEWER)
    canary = ingress(
        {**B, "canary": "true"}, "canary", created=OLDER, paths=(("/", "Prefix", "next"),)
    )
    assert table(the_hop(primary, canary)) == [
        ("prefix", "/", "a", (f"{SERVICE}api", f"{SERVICE[:-1]}/next"))
    ]


def test_a_canary_of_nothing_is_not_served() -> None:
    (gap,) = readings(ingress({**B, "canary": "true"}))
    assert isinstance(gap, Unread)
    assert (gap.gap, gap.names) == (Gap.INVALID, (f"host:{HOST}",))


def test_a_rule_without_host_is_the_catch_all() -> None:
    hop = the_hop(ingress(A, host="", paths=(("/v1", "Prefix", "one"),)))
    assert hop.answers == ("host:*",)
    assert table(hop) == [
        ("prefix", "/v1", "a", (f"{SERVICE}one",)),
        ("prefix", "/", "", NOT_FOUND),
    ]


def test_a_backend_without_rules_is_the_catch_all() -> None:
    one = ingress(A, defaultBackend={"service": {"name": "rest"}})
    del one["spec"]["rules"]
    assert table(the_hop(one)) == [("prefix", "/", "a", (f"{SERVICE}rest",))]
    assert hops(one, *controller("1.15.1", "--disable-catch-all")) == []


def test_every_host_is_a_hop() -> None:
    one = ingress(A)
    one["spec"]["rules"].append({**one["spec"]["rules"][0], "host": "*.example.com"})
    found = hops(one)
    assert [hop.answers for hop in found] == [("host:*.example.com",), (f"host:{HOST}",)]
    assert [hop.role for hop in found] == ["ingress *.example.com", f"ingress {HOST}"]


def test_without_dates_the_host_has_one_server_snippet_or_the_other() -> None:
    texts = ("more_set_headers 'Access-Control-Allow-Origin: https://a.com';", "gzip off;")
    objects = [ingress({"server-snippet": text}, f"i{at}") for at, text in enumerate(texts)]
    (case,) = the_hop(*objects, snippets="on").cases
    assert isinstance(case.doing, Either)
    assert case.doing.cause == f"whose server-snippet {HOST} has"
    dated = [
        ingress({"server-snippet": text}, f"i{at}", created=f"202{at}")
        for at, text in enumerate(texts)
    ]
    assert granted(the_hop(*dated, snippets="on").cases[0].doing) == "abc"


def test_aliases_are_those_of_the_first_that_has_some() -> None:
    one = ingress({"server-alias": "b.example.com, a.example.com"}, "one", created=OLDER)
    two = ingress({"server-alias": "c.example.com"}, "two", created=NEWER)
    assert the_hop(one, two).answers == (
        f"host:{HOST}", "host:a.example.com", "host:b.example.com",
    )  # fmt: skip


def test_a_regex_alias_is_a_gap() -> None:
    found = readings(ingress({"server-alias": r"~^.*\.example\.com$"}))
    assert [type(item) for item in found] == [Hop, Unread]


def test_the_other_www_redirects() -> None:
    found = hops(ingress({**A, "from-to-www-redirect": "true"}))
    assert [hop.answers for hop in found] == [(f"host:{HOST}",), (f"host:www.{HOST}",)]
    redirect = found[1].cases[0].doing
    assert answer(redirect, Request("GET", "https://a.com")) == (308, ())


def test_the_load_balancer_leads_to_the_host() -> None:
    one = ingress(A)
    one["status"] = {
        "loadBalancer": {
            "ingress": [{"hostname": "Dualstack.LB-1.elb.example."}, {"ip": "10.0.0.1"}]
        }
    }
    aliases = [item for item in readings(one) if isinstance(item, Alias)]
    assert [(alias.name, alias.to) for alias in aliases] == [
        ("host:lb-1.elb.example", f"host:{HOST}")
    ]


def test_pass_through_needs_the_flag() -> None:
    one = ingress({**A, "ssl-passthrough": "true"})
    assert granted(the_hop(one).cases[0].doing) == "a"
    passed = the_hop(one, *controller("1.15.1", "--enable-ssl-passthrough"))
    assert [case.doing for case in passed.cases] == [TRANSPARENT]


def test_app_root_is_a_redirect_of_the_root() -> None:
    case = the_hop(ingress({**A, "app-root": "/home"})).cases[0]
    assert (case.match.kind, case.match.text) == ("exact", "/")
    assert answer(case.doing, Request("GET", "https://a.com")) == (302, ())


# -- regular expressions -------------------------------------------------------------------------


def regex_case(path: str, target: str = "") -> PathCase:
    annotations = {"rewrite-target": target} if target else {"use-regex": "true"}
    return the_hop(ingress(annotations, paths=((path, "ImplementationSpecific", "api"),))).cases[0]


@pytest.mark.parametrize(
    ("path", "target", "kind", "text", "strip", "add"),
    [
        ("/x(/|$)(.*)", "/$2", "prefix", "/x", "/x", ""),
        ("/x(/|$)(.*)", "/y/$2", "prefix", "/x", "/x", "/y"),
        ("/x/?(.*)", "/$1", "characters", "/x", "/x", ""),
        ("/x/(.*)", "/$1", "characters", "/x/", "/x/", "/"),
        ("/x/(.*)", "/x/$1", "characters", "/x/", "", ""),
        ("/x.*", "", "characters", "/x", "", ""),
        ("/(.*)", "/$1", "prefix", "/", "", ""),
        ("/x", "", "characters", "/x", "", ""),
        ("/x$", "/y", "exact", "/x", "/x", "/y"),
        ("/x(/.*)?", "", "characters", "/x", "", ""),
        ("/v1.0", "", "opaque", "~* ^/v1.0", "", ""),
        ("/x/([^/]+)/y", "", "opaque", "~* ^/x/([^/]+)/y", "", ""),
    ],
)
def test_regex_paths(path: str, target: str, kind: str, text: str, strip: str, add: str) -> None:
    case = regex_case(path, target)
    assert (case.match.kind, case.match.text, case.strip, case.add) == (kind, text, strip, add)
    assert case.to == (f"{SERVICE}api",)


@pytest.mark.parametrize(
    ("path", "target"),
    [("/x", "/"), ("/x(/|$)(.*)", "/$1"), ("/a/([^/]+)", "/b/$1"), ("/x/(.*)", "$1")],
)
def test_a_rewrite_that_cannot_be_followed_ends_unread(path: str, target: str) -> None:
    assert regex_case(path, target).to == UnreadEnd(f"rewrite-target {target} is not followed")


def test_two_rewrites_of_unknown_order_end_unread() -> None:
    path = (("/x/(.*)", "ImplementationSpecific", "api"),)
    objects = [ingress({"rewrite-target": t}, t[1:2], paths=path) for t in ("/a/$1", "/b/$1")]
    assert isinstance(the_hop(*objects).cases[0].to, UnreadEnd)


def test_one_rewrite_makes_all_of_the_host_regular_expressions() -> None:
    plain = ingress(
        A, "plain", created=OLDER, paths=(("/v1", "Prefix", "one"), ("/v1/long", "Exact", "two"))
    )
    rewritten = ingress(
        {"use-regex": "true"}, "regex", created=NEWER, paths=(("/other", "Prefix", "x"),)
    )
    assert [(c.match.kind, c.match.text) for c in the_hop(plain, rewritten).cases] == [
        ("characters", "/v1/long"),
        ("characters", "/other"),
        ("characters", "/v1"),
        ("prefix", "/"),
    ]


# -- the whole -----------------------------------------------------------------------------------


def test_the_order_of_documents_changes_nothing() -> None:
    objects: list[dict[str, Any]] = [
        ingress(A, "one", created=OLDER),
        ingress(B, "two", created=NEWER, paths=(("/v2", "Prefix", "two"),)),
        ingress(A, "three", created=NEWER, host="b.example.com"),
    ]
    documents = {repr(readings(*order, source="s")) for order in itertools.permutations(objects)}
    places = {
        text.replace("s/0.", "s/").replace("s/1.", "s/").replace("s/2.", "s/") for text in documents
    }
    assert len(places) == 1


def test_fields_and_remedies_name_the_ingress() -> None:
    hop = the_hop(ingress(allowing("https://a.com, https://b.com")))
    doing = hop.cases[0].doing
    assert isinstance(doing, Behaviour)
    fields = [op.field for op in doing.responds[0].ops]
    assert fields[0] == "orders/api cors-allow-origin"
    assert [name for name, _ in hop.fields][-2:] == [f"{fields[0]}[0]", f"{fields[0]}[1]"]
    assert any(fields[0].startswith(r.field) and "{origin}" in r.text for r in hop.remedies)
    assert not isinstance(doing, UnreadBehaviour)
