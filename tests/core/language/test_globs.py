"""Each product's wildcards: against its own answers, and by the words of its documents."""

import gzip
import json
from pathlib import Path
from typing import NamedTuple

import pytest

from auditor.core.language.automaton import machine_of
from auditor.core.language.globs import GLOBS
from auditor.core.language.machine import Machine, accepts
from auditor.core.language.pattern import Dialect
from auditor.core.language.regex.problem import Malformed, Unmodelled, Unreadable

DATA = Path(__file__).parents[2] / "data"
ORACLE = json.loads(gzip.decompress((DATA / "glob_oracle.json.gz").read_bytes()))
TEXTS: list[str] = ORACLE["texts"]
APP = "https://app.example.com"
DEEP = "https://a.b.example.com"
EVIL = "https://evil.test"


def machine(dialect: Dialect, entry: str) -> Machine:
    return machine_of(GLOBS[dialect](entry))


# -- the products' own answers ---------------------------------------------------------------------

ANSWERS = [
    pytest.param(Dialect(product["dialect"]), product["rows"], id=product["version"])
    for product in ORACLE["products"]
]


@pytest.mark.parametrize(("dialect", "rows"), ANSWERS)
def test_the_product_agrees(dialect: Dialect, rows: dict[str, str]) -> None:
    wrong = []
    for entry, told in rows.items():
        if told == "refused":
            continue
        read_as = machine(dialect, entry)
        wrong += [
            (entry, text, answer)
            for text, answer in zip(TEXTS, told, strict=True)
            if answer != "-" and accepts(read_as, text) is not (answer == "1")
        ]
    assert wrong == []


@pytest.mark.parametrize(("dialect", "rows"), ANSWERS)
def test_what_the_product_refuses_is_not_read(dialect: Dialect, rows: dict[str, str]) -> None:
    for entry, told in rows.items():
        if told == "refused":
            with pytest.raises(Malformed):
                GLOBS[dialect](entry)


def test_the_answers_are_all_there() -> None:
    asked = [told for product in ORACLE["products"] for told in product["rows"].values()]
    assert sum(told == "refused" for told in asked) == 45
    assert sum(len(told.replace("-", "")) for told in asked if told != "refused") == 305_008


# -- the words of documents and sources ------------------------------------------------------------


class Row(NamedTuple):
    dialect: Dialect
    entry: str
    takes: tuple[str, ...]
    refuses: tuple[str, ...]


TABLE = (
    Row(
        Dialect.ALLOWLIST,
        "https://*.example.com",
        (APP, "https://a-b.example.com"),
        (DEEP, "https://example.com", "https://.example.com", "http://app.example.com", APP + "/"),
    ),
    Row(Dialect.ALLOWLIST, "http://localhost:*", ("http://localhost:3000",), ("http://localhost",)),
    Row(
        Dialect.HOST_ONLY,
        "localhost",
        ("http://localhost", "capacitor://localhost", "http://localhost:3000"),
        ("http://localhost.evil.test", "localhost", "http://a.localhost"),
    ),
    Row(Dialect.HTTP_API, "*", (APP, "null"), ()),
    Row(Dialect.HTTP_API, "https://*", (APP, EVIL), ("http://app.example.com", "null")),
    Row(Dialect.HTTP_API, "http://*", ("http://a.com",), (APP,)),
    Row(Dialect.HTTP_API, APP, (APP,), (EVIL, APP + ":8443")),
    Row(Dialect.LAMBDA_URL, "*", (APP, "null"), ()),
    Row(Dialect.LAMBDA_URL, "http://localhost:60905", ("http://localhost:60905",), (APP,)),
    Row(Dialect.GCS, "*", (APP, "null"), ()),
    Row(Dialect.GCS, APP, (APP,), (EVIL,)),
    Row(Dialect.S3, "*", (APP, "null"), ()),
    Row(Dialect.S3, "http://*.example.com", ("http://www.example.com",), (APP,)),
    Row(Dialect.S3, "https://*.example.com", (APP, DEEP), (APP + ":8443", "https://example.com")),
    Row(Dialect.S3, "http://localhost:*", ("http://localhost:3000",), ("http://localhost",)),
    Row(Dialect.CLOUDFRONT, "*", (APP, "null"), ()),
    Row(
        Dialect.CLOUDFRONT,
        "https://*.example.com",
        (APP, DEEP),
        ("https://example.com", APP + ":8443", "http://app.example.com", EVIL + "/.example.com"),
    ),
    Row(
        Dialect.CLOUDFRONT,
        "example.org",
        ("https://example.org", "http://example.org"),
        ("https://a.example.org", "https://example.org:8443", "capacitor://example.org"),
    ),
    Row(Dialect.CLOUDFRONT, "*.example.com", (APP, "http://app.example.com"), (EVIL,)),
    Row(
        Dialect.CLOUDFRONT,
        "http://example.org:*",
        ("http://example.org", "http://example.org:8080"),
        ("http://example.org:", "http://example.org:a", "https://example.org"),
    ),
    Row(
        Dialect.CLOUDFRONT,
        "http://example.org:1*3",
        ("http://example.org:1893", "http://example.org:13"),
        ("http://example.org", "http://example.org:1894", "http://example.org:1.3"),
    ),
    Row(
        Dialect.CLOUDFRONT,
        "https://example.com:4*3",
        ("https://example.com:443", "https://example.com:4443"),
        ("https://example.com", "https://example.com:8443"),
    ),
    Row(Dialect.SERVERLESS, "*", (APP, "null"), ()),
    Row(
        Dialect.SERVERLESS,
        "https://*.example.com",
        (APP, DEEP),
        ("https://example.com", "https://appXexample.com", APP + ".evil.test"),
    ),
    # The second star is a quantifier of the slash before it.
    Row(Dialect.SERVERLESS, "*://*.example.com", ("a:/.example.com", "a:///.example.com"), (APP,)),
    Row(
        Dialect.GATEWAY_API,
        "https://*.bar.com",
        ("https://www.bar.com", "https://a.b.bar.com", "https://www.bar.com:443"),
        ("https://bar.com", "http://www.bar.com", "https://www.bar.com:8443", EVIL),
    ),
    Row(
        Dialect.GATEWAY_API,
        "http://*:8080",
        ("http://a.com:8080", "http://[::1]:8080"),
        ("http://a.com", "https://a.com:8080"),
    ),
    Row(Dialect.GATEWAY_API, "*", (APP, "null"), ()),
    Row(Dialect.ISTIO, "*", (APP, "http://localhost:3000"), ("null", APP + "/", "https://")),
    Row(Dialect.TRAEFIK, "*", (APP, "null"), ()),
    Row(Dialect.TRAEFIK, "https://*.example.com", ("https://*.example.com",), (APP,)),
    Row(Dialect.APISIX, "**", (APP, "null"), ()),
    Row(Dialect.APISIX, "null", ("null",), (APP,)),
    Row(Dialect.APISIX, APP + ",http://b.test:81", (APP, "http://b.test:81"), (EVIL, "null")),
    Row(Dialect.HAPROXY_INGRESS, "*", (APP, "null"), ()),
    Row(Dialect.HAPROXY_INGRESS, APP + ",*", (APP,), (EVIL, "*")),
    Row(Dialect.ELASTICSEARCH, "*", (APP, "null"), ()),
    Row(
        Dialect.ELASTICSEARCH,
        r"/https?:\/\/localhost(:[0-9]+)?/",
        ("http://localhost:9200", "https://localhost"),
        ("http://localhost.evil.test", "xhttp://localhost"),
    ),
    Row(Dialect.ELASTICSEARCH, APP + " , http://b.test", (APP, "http://b.test"), (EVIL, "")),
    Row(Dialect.QUARKUS, r"/https://.*\.example\.com/", (APP, DEEP), (APP + ".evil.test",)),
    Row(Dialect.QUARKUS, "https://*.example.com", ("https://*.example.com",), (APP,)),
    Row(Dialect.HASURA, "*", (APP, "null"), ()),
    Row(
        Dialect.HASURA,
        " https://*.example.com",
        (APP, "https://.example.com", "https://evil:80/x.example.com", APP + ":", APP + ":x"),
        (DEEP, "https://example.com", APP + ":8443", "http://app.example.com"),
    ),
    Row(
        Dialect.HASURA,
        "http://*.b.test:8080",
        ("http://a.b.test:8080", "http://a.b.test:08080", "http://a.b.test:8080/x"),
        ("http://a.b.test", "http://a.b.test:80801", "http://a.b.test:80"),
    ),
    Row(Dialect.HASURA, "http://localhost:080x", ("http://localhost:80",), ("http://localhost",)),
    Row(Dialect.RACK, "", (), ("", APP)),
    Row(Dialect.DJANGO_LIST, "app.example.com", ("null", "x/y"), (APP, "", "a:b")),
    Row(Dialect.DJANGO_LIST, "localhost:8080", ("localhost:1",), ("null", "localhost://a")),
    Row(Dialect.GIN, "https://a.com*a.com", ("https://a.com", "https://a.comxa.com"), (EVIL,)),
    Row(Dialect.JETTY, "http://b.test, " + APP, (APP, f"{EVIL} {APP}"), (EVIL, f"{EVIL}{APP}")),
    Row(Dialect.KONG, APP, (APP,), (APP + ":443", APP + "/", "https://u@app.example.com")),
    Row(Dialect.KONG, APP + ":443/x", (APP,), (APP + ":443",)),
    Row(
        Dialect.KONG,
        r"(.*[.])?example\.com",
        (APP, "http://example.com:8080", "capacitor://example.com", "example.com"),
        ("https://example.com.evil.test", "https://example.com:443", EVIL + "/example.com"),
    ),
    Row(Dialect.KONG, r"^https://a\.com|https://b\.com", ("https://a.com.evil.test",), (EVIL,)),
)
CASES = [
    pytest.param(row.dialect, row.entry, text, taken, id=f"{row.dialect} {row.entry} {text}")
    for row in TABLE
    for taken, texts in ((True, row.takes), (False, row.refuses))
    for text in texts
]


@pytest.mark.parametrize(("dialect", "entry", "text", "taken"), CASES)
def test_the_table(dialect: Dialect, entry: str, text: str, taken: bool) -> None:
    assert accepts(machine(dialect, entry), text) is taken


NOT_READ = (
    (Dialect.INGRESS_NGINX, "*.example.com", Malformed),
    (Dialect.INGRESS_NGINX, "https://*.*.com", Malformed),
    (Dialect.INGRESS_NGINX, APP + "/", Malformed),
    (Dialect.GATEWAY_API, "https://*example.com", Malformed),
    (Dialect.GATEWAY_API, "capacitor://localhost", Malformed),
    (Dialect.GATEWAY_API, APP + ":443", Unmodelled),
    (Dialect.ISTIO, "https://a.*.example.com", Malformed),
    (Dialect.ENVOY_GATEWAY, "*.example.com", Malformed),
    (Dialect.ENVOY_GATEWAY, "https://a..example.com", Malformed),
    (Dialect.CONTOUR, "*.foo.com", Malformed),
    (Dialect.CONTOUR, "https://[x]", Unmodelled),
    (Dialect.HTTP_API, "https://*.example.com", Unmodelled),
    (Dialect.HTTP_API, "https://App.example.com", Unmodelled),
    (Dialect.HTTP_API, APP + "/", Unmodelled),
    (Dialect.LAMBDA_URL, "https://*", Unmodelled),
    (Dialect.GCS, "https://*.example.com", Unmodelled),
    (Dialect.S3, "https://*.*.example.com", Malformed),
    (Dialect.S3, "https", Unmodelled),
    (Dialect.CLOUDFRONT, "https://example.*", Malformed),
    (Dialect.CLOUDFRONT, "test.*.example.org", Malformed),
    (Dialect.CLOUDFRONT, "exa*mple.org", Malformed),
    (Dialect.CLOUDFRONT, "https://*", Unmodelled),
    (Dialect.CLOUDFRONT, "null", Unmodelled),
    (Dialect.CLOUDFRONT, APP + ":80a", Unmodelled),
    (Dialect.CADDY, "{env.ORIGIN}", Unmodelled),
    (Dialect.F5_NGINX, "capacitor://localhost", Malformed),
    (Dialect.F5_NGINX, "https://*.*.example.com", Malformed),
    (Dialect.HAPROXY_INGRESS, f"{APP}, {EVIL}", Malformed),
    (Dialect.APISIX, f"{APP}, {EVIL}", Malformed),
    (Dialect.APISIX, "app.example.com", Malformed),
    (Dialect.HASURA, "app.example.com", Malformed),
    (Dialect.MINIO, "", Malformed),
    (Dialect.SPRING, r"https://a\E.*", Unmodelled),
    (Dialect.JETTY, '"https://a.com,b"', Unmodelled),
    (Dialect.KONG, "*.example.com", Malformed),
    (Dialect.KONG, "(?!x).*", Unmodelled),
    (Dialect.ELASTICSEARCH, "/(/", Malformed),
    (Dialect.MINIO, "?" * 101, Unmodelled),
    (Dialect.GIN, "a" * 201 + "*" + "a" * 201, Unmodelled),
)


@pytest.mark.parametrize(("dialect", "entry", "problem"), NOT_READ)
def test_what_is_refused_or_open_is_not_guessed(
    dialect: Dialect, entry: str, problem: type[Unreadable]
) -> None:
    with pytest.raises(problem) as raised:
        GLOBS[dialect](entry)
    assert raised.value.reason


# -- the table itself ------------------------------------------------------------------------------


def test_every_wildcard_of_a_product_is_read() -> None:
    named = {one for one in Dialect if one.startswith(("glob-", "list-", "host-"))}
    assert set(GLOBS) == named
    told = {Dialect(product["dialect"]) for product in ORACLE["products"]}
    assert told | {row.dialect for row in TABLE} == named
