"""Varnish 7.1: what it does to header lines.

Sources: Varnish 7.1 documentation of VCL variables and builtin.vcl. All of it is run here.
It can set, join and unset a header, and has no way to add a second line.
"""

from collections.abc import Sequence
from pathlib import Path

from auditor.core.hop.behaviour import Behaviour, Cache, Respond
from auditor.core.hop.guard import PREFLIGHT, ResponseHeaderPresent
from auditor.core.hop.header import ALLOW_METHODS, ALLOW_ORIGIN, VARY
from auditor.core.hop.op import remove, set_if_absent
from tests.chains.origins import APP, LISTED
from tests.chains.proxy import (
    ECHO,
    LISTED_NAMES,
    METHODS,
    TRUE,
    Product,
    Proxy,
    Site,
    join,
    once,
    with_lines_joined,
)

APPROVED = '(req.http.Origin == "http://app.example.test" || req.http.Origin == "http://admin.example.test")'
PASS = "sub vcl_recv { return (pass); }\n"
STORE = 'sub vcl_recv { if (req.method == "GET") { return (hash); } return (pass); }\n'
UNSET = "".join(f"  unset resp.http.{name};\n" for name in LISTED_NAMES)
# Two sites of one chain would otherwise look for the same answer in the one store they share.
KEPT_APART = "sub vcl_hash { hash_data(local.socket); }\n"
STORED = frozenset({200, 404})

PROXIES = (
    Proxy(
        "varnish sets",
        PASS
        + f"""
        sub vcl_deliver {{
          if {APPROVED} {{
            set resp.http.Access-Control-Allow-Origin = req.http.Origin;
            set resp.http.Access-Control-Allow-Credentials = "true";
          }}
        }}
        """,
        Behaviour(edits=(once(ECHO, TRUE, when=LISTED),)),
    ),
    Proxy(
        "varnish unsets",
        f"{PASS}sub vcl_deliver {{\n{UNSET}}}",
        Behaviour(edits=(once(remove(*LISTED_NAMES)),)),
    ),
    Proxy(
        "varnish fills in",
        PASS
        + """
        sub vcl_deliver {
          if (!resp.http.Access-Control-Allow-Origin) {
            set resp.http.Access-Control-Allow-Origin = "http://app.example.test";
          }
        }
        """,
        Behaviour(edits=(once(set_if_absent(ALLOW_ORIGIN, APP)),)),
    ),
    Proxy(
        "varnish joins",
        PASS
        + """
        sub vcl_deliver {
          if (resp.http.Access-Control-Allow-Methods) {
            set resp.http.Access-Control-Allow-Methods =
              resp.http.Access-Control-Allow-Methods + ", PATCH";
          }
        }
        """,
        Behaviour(
            edits=(
                once(join(ALLOW_METHODS, "PATCH"), when=(ResponseHeaderPresent(ALLOW_METHODS),)),
            )
        ),
    ),
    Proxy(
        "varnish answers preflights",
        f"""
        sub vcl_recv {{
          if (req.method == "OPTIONS" && req.http.Access-Control-Request-Method && {APPROVED}) {{
            return (synth(204));
          }}
          return (pass);
        }}
        sub vcl_synth {{
          set resp.http.Access-Control-Allow-Origin = req.http.Origin;
          set resp.http.Access-Control-Allow-Methods = "GET, PUT";
          return (deliver);
        }}
        """,
        Behaviour((Respond((*PREFLIGHT, *LISTED), (204,), (ECHO, METHODS)),)),
    ),
    Proxy(
        "varnish stores, Vary unset",
        STORE + "sub vcl_backend_response { unset beresp.http.Vary; }",
        # What it no longer has does not tell its answers apart.
        Behaviour(edits=(once(remove(VARY)),), cache=Cache(honours_vary=False, statuses=STORED)),
    ),
    Proxy(
        "varnish stores by Vary",
        STORE,
        Behaviour(cache=Cache(statuses=STORED)),
    ),
    Proxy(
        "varnish stores by Origin",
        STORE
        + """
        sub vcl_hash { hash_data(req.http.Origin); }
        sub vcl_backend_response { unset beresp.http.Vary; }
        """,
        Behaviour(
            edits=(once(remove(VARY)),),
            cache=Cache(frozenset({"origin"}), honours_vary=False, statuses=STORED),
        ),
    ),
)


def commands(
    program: Path, sites: Sequence[Site], folder: Path
) -> list[tuple[list[str | Path], int]]:
    """One Varnish for each proxy, which has as many addresses and backends as it has sites."""
    proxies = list(dict.fromkeys(site.proxy for site in sites))
    return [
        _command(program, [site for site in sites if site.proxy == proxy], folder)
        for proxy in proxies
    ]


def _command(program: Path, sites: Sequence[Site], folder: Path) -> tuple[list[str | Path], int]:
    name, port = f"at-{sites[0].port}", sites[0].port
    backends = "".join(
        f'backend to_{site.port} {{ .host = "127.0.0.1"; .port = "{site.upstream}"; }}\n'
        for site in sites
    )
    # Several subroutines of one name run one after the other.
    chosen = "".join(
        f'if (local.socket == "at_{site.port}") {{ set req.backend_hint = to_{site.port}; }}\n'
        for site in sites
    )
    configuration = folder / f"{name}.vcl"
    configuration.write_text(
        f"vcl 4.1;\n{backends}sub vcl_recv {{\n{chosen}}}\n{KEPT_APART}{sites[0].proxy.text}\n"
    )
    addresses = [f"-aat_{site.port}=127.0.0.1:{site.port}" for site in sites]
    small = ["-s", "malloc,8m", "-p", "thread_pool_min=5", "-p", "thread_pools=1"]
    options: list[str | Path] = [
        "-F",
        "-j",
        "none",
        "-n",
        folder / name,
        "-T",
        "none",
        *addresses,
        *small,
    ]
    return [program, *options, "-f", configuration], port


# Several lines of Vary become one, whatever it does (http_CollectHdr).
VARNISH = Product(
    "varnish", "varnishd", tuple(with_lines_joined(one, VARY) for one in PROXIES), commands
)
