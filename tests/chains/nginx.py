"""nginx 1.22 with the headers-more module: what it does to header lines.

Sources: nginx ngx_http_headers_module, ngx_http_proxy_module and ngx_http_map_module documentation;
headers-more-nginx-module README. All of it is run here.
"""

from collections.abc import Sequence
from pathlib import Path

from auditor.core.hop.behaviour import Behaviour, Cache, Forward, Inward, Respond
from auditor.core.hop.guard import (
    PREFLIGHT,
    Not,
    OriginPresent,
    ResponseHeaderPresent,
    StatusIn,
)
from auditor.core.hop.header import ALLOW_METHODS, ALLOW_ORIGIN, CORS_NAMES, VARY
from auditor.core.hop.op import TheOrigin, add_line, remove, set_, set_if_absent
from auditor.core.language.pattern import Dialect
from tests.chains.ingress import PROXIES as INGRESS
from tests.chains.origins import ADMIN, APP, among
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
)

MODULE = "/usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so"

# A `map` compares texts without case (ngx_http_map_module), and writes the Origin as it came.
APPROVED = among(APP, ADMIN, dialect=Dialect.EXACT_CASELESS)
LISTED = (APPROVED,)
MAPS = """
map $http_origin $listed {
  "http://app.example.test"   $http_origin;
  "http://admin.example.test" $http_origin;
}
map $listed $listed_credentials { "" ""; default "true"; }
map "$request_method:$http_access_control_request_method:$listed" $listed_preflight {
  "~^OPTIONS:[A-Z]+:." 1;
  default           "";
}
map "$http_origin:$listed" $refused { "~^.+:$" 1; default ""; }
map $upstream_http_access_control_allow_origin $where_absent { "" "http://app.example.test"; }
map $upstream_http_access_control_allow_methods $joined {
  ""      "";
  default "$upstream_http_access_control_allow_methods, PATCH";
}
"""
# Without `always`, add_header writes on these alone (ngx_http_headers_module).
SUCCESSES = frozenset({200, 201, 204, 206, 301, 302, 303, 304, 307, 308})
STORED = frozenset({200, 404})
HIDE = "".join(f"proxy_hide_header {name};\n" for name in LISTED_NAMES)
STORE = "proxy_cache answers; proxy_cache_valid 200 404 1m;\n"

PROXIES = (
    Proxy(
        "nginx adds",
        'add_header Access-Control-Allow-Origin "http://app.example.test" always;',
        Behaviour(edits=(once(add_line(ALLOW_ORIGIN, APP)),)),
    ),
    Proxy(
        "nginx adds on success",
        "add_header Access-Control-Allow-Origin $listed;",
        Behaviour(
            edits=(once(add_line(ALLOW_ORIGIN, TheOrigin()), when=(*LISTED, StatusIn(SUCCESSES))),)
        ),
    ),
    Proxy(
        "nginx hides",
        HIDE,
        Behaviour(edits=(once(remove(*LISTED_NAMES)),)),
    ),
    Proxy(
        "nginx owns",
        HIDE
        + """
        add_header Access-Control-Allow-Origin $listed always;
        add_header Access-Control-Allow-Credentials $listed_credentials always;
        add_header Vary Origin always;
        """,
        Behaviour(
            edits=(
                once(remove(*LISTED_NAMES)),
                once(ECHO, TRUE, when=LISTED),
                once(add_line(VARY, "Origin")),
            )
        ),
    ),
    Proxy(
        "nginx fills in",
        "add_header Access-Control-Allow-Origin $where_absent always;",
        Behaviour(edits=(once(set_if_absent(ALLOW_ORIGIN, APP)),)),
    ),
    Proxy(
        "nginx joins",
        """
        proxy_hide_header Access-Control-Allow-Methods;
        add_header Access-Control-Allow-Methods $joined always;
        """,
        Behaviour(
            edits=(
                once(join(ALLOW_METHODS, "PATCH"), when=(ResponseHeaderPresent(ALLOW_METHODS),)),
            )
        ),
    ),
    Proxy(
        "nginx sets",
        'more_set_headers "Access-Control-Allow-Origin: http://app.example.test";',
        Behaviour(edits=(once(set_(ALLOW_ORIGIN, APP)),)),
    ),
    Proxy(
        "nginx clears",
        "more_clear_headers 'Access-Control-*';",
        Behaviour(edits=(once(remove(*CORS_NAMES)),)),
    ),
    Proxy(
        "nginx answers preflights",
        """
        if ($listed_preflight) {
          add_header Access-Control-Allow-Origin $http_origin;
          add_header Access-Control-Allow-Methods "GET, PUT";
          return 204;
        }
        """,
        Behaviour((Respond((*PREFLIGHT, *LISTED), (204,), (ECHO, METHODS)),)),
    ),
    Proxy(
        "nginx refuses strangers",
        """
        add_header Access-Control-Allow-Origin "http://app.example.test" always;
        if ($refused) { return 403; }
        """,
        # The block inherits add_header: the refusal has the line as well.
        Behaviour(
            (Respond((OriginPresent(), Not(APPROVED)), (403,), edited=True),),
            (once(add_line(ALLOW_ORIGIN, APP)),),
        ),
    ),
    Proxy(
        "nginx drops Origin",
        'proxy_set_header Host $http_host; proxy_set_header Connection close; proxy_set_header Origin "";',
        Behaviour(inward=Inward(Forward.DROP)),
    ),
    Proxy(
        "nginx stores, blind to Vary",
        STORE + "proxy_cache_key $server_port$request_uri; proxy_ignore_headers Vary;",
        Behaviour(cache=Cache(honours_vary=False, statuses=STORED)),
    ),
    Proxy(
        "nginx stores by Vary",
        STORE + "proxy_cache_key $server_port$request_uri;",
        Behaviour(cache=Cache(statuses=STORED)),
    ),
    Proxy(
        "nginx stores by Origin",
        STORE + "proxy_cache_key $server_port$http_origin$request_uri; proxy_ignore_headers Vary;",
        Behaviour(cache=Cache(frozenset({"origin"}), honours_vary=False, statuses=STORED)),
    ),
)


def commands(
    program: Path, sites: Sequence[Site], folder: Path
) -> list[tuple[list[str | Path], int]]:
    """One nginx for all sites."""
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    servers = "".join(map(_server, sites))
    configuration = folder / "nginx.conf"
    configuration.write_text(f"""
load_module {MODULE};
daemon off; master_process off; pid {folder}/pid; error_log stderr error;
events {{ worker_connections 512; }}
http {{
access_log off; uninitialized_variable_warn off; {temporary}
proxy_cache_path {folder}/stored keys_zone=answers:1m;
proxy_http_version 1.1; proxy_set_header Host $http_host; proxy_set_header Connection close;
{MAPS}
{servers}
}}
""")
    return [([program, "-p", folder, "-c", configuration, "-e", "stderr"], sites[0].port)]


def _server(site: Site) -> str:
    return f"""
server {{ listen 127.0.0.1:{site.port}; location "/" {{ set $cors "";
{site.proxy.text}
proxy_pass http://127.0.0.1:{site.upstream};
}} }}
"""


NGINX = Product("nginx", "nginx", (*PROXIES, *INGRESS), commands, (MODULE,))
