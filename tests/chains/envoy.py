"""Envoy 1.40: what it does to header lines.

Sources: envoy source/extensions/filters/http/cors/cors_filter.cc, documentation of
HeaderValueOption.append_action. All of it is run here. Its cache filter, which its documentation
calls work in progress, is not: it stopped the program (segmentation fault) behind Django.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import dedent, indent

from auditor.core.hop.behaviour import Behaviour, Forward, Inward, Respond
from auditor.core.hop.guard import PREFLIGHT, OriginIn, ResponseHeaderPresent
from auditor.core.hop.header import (
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    CORS_NAMES,
    EXPOSE_HEADERS,
    MAX_AGE,
    VARY,
)
from auditor.core.hop.op import remove, set_, set_if_absent
from auditor.core.language.pattern import Dialect, Pattern, exact
from tests.chains.origins import ADMIN, APP
from tests.chains.proxy import (
    ECHO,
    HEADERS,
    LISTED_NAMES,
    METHODS,
    TRUE,
    Difference,
    Product,
    Proxy,
    Site,
    join,
    once,
    with_lines_joined,
)

LISTED = (OriginIn((exact(APP), Pattern(Dialect.ENVOY, "http://admin[.]example[.].*"))),)
EXPOSED = set_(EXPOSE_HEADERS, "x-total")


def adding(name: str, value: str, action: str) -> str:
    """A virtual host's header mutation."""
    return f"""
response_headers_to_add:
- header: {{ key: {name}, value: "{value}" }}
  append_action: {action}
"""


PROXIES = (
    Proxy(
        "envoy cors",
        """
        typed_per_filter_config:
          envoy.filters.http.cors:
            "@type": type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy
            allow_origin_string_match: [{exact: "http://app.example.test"}, {safe_regex: {regex: "http://admin[.]example[.].*"}}]
            allow_credentials: true
            allow_methods: GET, PUT
            allow_headers: x-test
            expose_headers: x-total
            max_age: "600"
        """,
        Behaviour(
            (
                Respond(
                    (*PREFLIGHT, *LISTED),
                    (200,),
                    (ECHO, TRUE, METHODS, HEADERS, EXPOSED, set_(MAX_AGE, "600")),
                ),
            ),
            (
                once(
                    ECHO,
                    TRUE,
                    EXPOSED,
                    when=LISTED,
                ),
            ),
        ),
    ),
    Proxy(
        "envoy appends",
        adding("Access-Control-Allow-Origin", APP, "APPEND_IF_EXISTS_OR_ADD"),
        Behaviour(edits=(once(join(ALLOW_ORIGIN, APP)),)),
    ),
    Proxy(
        "envoy overwrites",
        adding("Access-Control-Allow-Origin", APP, "OVERWRITE_IF_EXISTS_OR_ADD"),
        Behaviour(edits=(once(set_(ALLOW_ORIGIN, APP)),)),
    ),
    Proxy(
        "envoy overwrites what is there",
        adding("Access-Control-Allow-Origin", ADMIN, "OVERWRITE_IF_EXISTS"),
        Behaviour(
            edits=(once(set_(ALLOW_ORIGIN, ADMIN), when=(ResponseHeaderPresent(ALLOW_ORIGIN),)),)
        ),
    ),
    Proxy(
        "envoy fills in",
        adding("Access-Control-Allow-Methods", "GET, PUT", "ADD_IF_ABSENT"),
        Behaviour(edits=(once(set_if_absent(ALLOW_METHODS, "GET, PUT")),)),
    ),
    Proxy(
        "envoy removes",
        "response_headers_to_remove: [" + ", ".join(LISTED_NAMES) + "]",
        Behaviour(edits=(once(remove(*LISTED_NAMES)),)),
    ),
    Proxy(
        "envoy drops Origin",
        "request_headers_to_remove: [origin]",
        Behaviour(inward=Inward(Forward.DROP)),
    ),
)


def commands(
    program: Path, sites: Sequence[Site], folder: Path
) -> list[tuple[list[str | Path], int]]:
    """One Envoy for all sites. Its package holds a module that becomes the program."""
    configuration = folder / "envoy.yaml"
    listeners, clusters = "".join(map(_listener, sites)), "".join(map(_cluster, sites))
    configuration.write_text(
        f"static_resources:\n  listeners:\n{listeners}\n  clusters:\n{clusters}\n"
    )
    begin = [sys.executable, "-m", "envoy._main"] if program.suffix == ".py" else [program]
    options = ["-c", configuration, "--concurrency", "1", "--disable-hot-restart", "-l", "warn"]
    return [([*begin, *options], sites[0].port)]


def _listener(site: Site) -> str:
    host = indent(dedent(site.proxy.text).strip(), " " * 14)
    address = f"{{ address: 127.0.0.1, port_value: {site.port} }}"
    return f"""
  - address: {{ socket_address: {address} }}
    filter_chains:
    - filters:
      - name: http
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: at_{site.port}
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes: [{{ match: {{ prefix: / }}, route: {{ cluster: within_{site.port} }} }}]
{host}
          http_filters:
          - name: envoy.filters.http.cors
            typed_config: {{ "@type": type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors }}
          - name: router
            typed_config: {{ "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }}
"""


def _cluster(site: Site) -> str:
    address = f"{{ address: 127.0.0.1, port_value: {site.upstream} }}"
    endpoint = f"{{ endpoint: {{ address: {{ socket_address: {address} }} }} }}"
    return f"""
  - name: within_{site.port}
    type: STATIC
    max_requests_per_connection: 1
    load_assignment:
      cluster_name: within_{site.port}
      endpoints: [{{ lb_endpoints: [{endpoint}] }}]
"""


# Several lines of a header that Envoy knows by name become one, with commas and no spaces
# (HeaderMapImpl::appendToHeader); it knows those of CORS and Vary.
ENVOY = Product(
    "envoy",
    "envoy",
    tuple(
        replace(with_lines_joined(proxy, *CORS_NAMES, VARY), differs=frozenset({Difference.SPACES}))
        for proxy in PROXIES
    ),
    commands,
)
