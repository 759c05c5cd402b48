"""HAProxy 2.6: what it does to header lines.

Source: HAProxy 2.6 configuration manual, 4.2 (http-request, http-response, http-after-response) and
6 (cache). All of it is run here.
"""

from collections.abc import Sequence
from pathlib import Path

from auditor.core.hop.behaviour import (
    TRANSPARENT,
    Behaviour,
    Cache,
    Forward,
    Inward,
    Mix,
    Respond,
)
from auditor.core.hop.guard import PREFLIGHT, Not, OriginPresent, ResponseHeaderPresent
from auditor.core.hop.header import ALLOW_METHODS, ALLOW_ORIGIN, CORS_NAMES, VARY
from auditor.core.hop.op import add_line, remove, set_, set_if_absent
from tests.chains.origins import ADMIN, APP, LISTED, among
from tests.chains.proxy import ECHO, HEADERS, METHODS, TRUE, Product, Proxy, Site, join, once

APPROVED = "-m str http://app.example.test http://admin.example.test"
STORE = "http-request cache-use CACHE\nhttp-response cache-store CACHE\n"
STORED = frozenset({200})  # 6.1: only 200, only GET

PROXIES = (
    Proxy(
        "haproxy sets",
        f"""
        http-request set-var(txn.origin) req.fhdr(origin)
        http-response set-header Access-Control-Allow-Origin %[var(txn.origin)] if {{ var(txn.origin) {APPROVED} }}
        http-response set-header Access-Control-Allow-Credentials true if {{ var(txn.origin) {APPROVED} }}
        """,
        Behaviour(edits=(once(ECHO, TRUE, when=LISTED),)),
    ),
    Proxy(
        "haproxy adds",
        "http-response add-header Access-Control-Allow-Origin http://admin.example.test",
        Behaviour(edits=(once(add_line(ALLOW_ORIGIN, ADMIN)),)),
    ),
    Proxy(
        "haproxy deletes",
        "http-response del-header access-control- -m beg",
        Behaviour(edits=(once(remove(*CORS_NAMES)),)),
    ),
    Proxy(
        "haproxy fills in",
        """
        http-response set-header Access-Control-Allow-Origin http://app.example.test unless { res.hdr(access-control-allow-origin) -m found }
        """,
        Behaviour(edits=(once(set_if_absent(ALLOW_ORIGIN, APP)),)),
    ),
    Proxy(
        "haproxy joins",
        r"http-response replace-header Access-Control-Allow-Methods (.*) '\1, PATCH'",
        Behaviour(
            edits=(
                once(join(ALLOW_METHODS, "PATCH"), when=(ResponseHeaderPresent(ALLOW_METHODS),)),
            )
        ),
    ),
    Proxy(
        "haproxy answers preflights",
        f"""
        http-request return status 204 hdr Access-Control-Allow-Origin %[req.fhdr(origin)] hdr Access-Control-Allow-Methods "GET, PUT" hdr Access-Control-Allow-Headers x-test if METH_OPTIONS {{ req.hdr(access-control-request-method) -m found }} {{ req.fhdr(origin) {APPROVED} }}
        http-after-response set-header Vary Origin
        """,
        Behaviour(
            (Respond((*PREFLIGHT, *LISTED), (204,), (ECHO, METHODS, HEADERS), edited=True),),
            (once(set_(VARY, "Origin")),),
        ),
    ),
    Proxy(
        "haproxy refuses strangers",
        f"http-request deny deny_status 403 if {{ req.fhdr(origin) -m found }} !{{ req.fhdr(origin) {APPROVED} }}",
        Behaviour((Respond((OriginPresent(), Not(among(APP, ADMIN))), (403,)),)),
    ),
    Proxy(
        "haproxy sets by turns",
        """
        http-request set-var(txn.turn) rand(2)
        http-response set-header Access-Control-Allow-Origin http://app.example.test if { var(txn.turn) -m int 1 }
        """,
        Mix("a number drawn", (Behaviour(edits=(once(set_(ALLOW_ORIGIN, APP)),)), TRANSPARENT)),
    ),
    Proxy(
        "haproxy drops what preflights ask",
        """
        http-request del-header access-control-request-method
        http-request del-header access-control-request-headers
        """,
        Behaviour(inward=Inward(requested=Forward.DROP)),
    ),
    Proxy(
        "haproxy stores by Vary",
        STORE,
        Behaviour(cache=Cache(statuses=STORED)),
    ),
    Proxy(
        "haproxy stores, Vary deleted",
        "http-response del-header Vary\n" + STORE,
        Behaviour(edits=(once(remove(VARY)),), cache=Cache(honours_vary=False, statuses=STORED)),
    ),
)


def commands(
    program: Path, sites: Sequence[Site], folder: Path
) -> list[tuple[list[str | Path], int]]:
    """One HAProxy for all sites; each that stores has a cache of its own."""
    configuration = folder / "haproxy.cfg"
    listeners = "".join(map(_listener, sites))
    configuration.write_text(f"""
global
  maxconn 500
defaults
  mode http
  http-reuse never
  timeout connect 5s
  timeout client 30s
  timeout server 30s
{listeners}
""")
    return [([program, "-db", "-f", configuration], sites[0].port)]


def _listener(site: Site) -> str:
    cache = f"stored-{site.port}"
    text = "\n".join(f"  {line.strip()}" for line in site.proxy.text.strip().splitlines())
    section = f"cache {cache}\n  total-max-size 1\n  max-age 60\n  process-vary on\n"
    return f"""
{section if "CACHE" in text else ""}
listen at-{site.port}
  bind 127.0.0.1:{site.port}
{text.replace("CACHE", cache)}
  server within 127.0.0.1:{site.upstream}
"""


HAPROXY = Product("haproxy", "haproxy", PROXIES, commands)
