"""Caddy 2.6: what it does to header lines.

Sources: Caddy documentation of the directives `header` and `reverse_proxy`. All of it is run here.
"""

from collections.abc import Sequence
from pathlib import Path

from auditor.core.hop.behaviour import Behaviour, Inward, Respond
from auditor.core.hop.guard import PREFLIGHT, ResponseHeaderPresent
from auditor.core.hop.header import ALLOW_METHODS, ALLOW_ORIGIN
from auditor.core.hop.op import Literal, TheOrigin, add_line, remove, set_, set_if_absent
from tests.chains.origins import ADMIN, APP, among
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
)

ONLY_APP = (among(APP),)
MATCHER = "@listed header Origin http://app.example.test\n"
REMOVED = "\n".join(f"header_down -{name}" for name in LISTED_NAMES)

PROXIES = (
    Proxy(
        "caddy sets",
        """
        reverse_proxy UPSTREAM {
          header_down Access-Control-Allow-Origin http://app.example.test
        }
        """,
        Behaviour(edits=(once(set_(ALLOW_ORIGIN, APP)),)),
    ),
    Proxy(
        "caddy sets late",
        MATCHER
        + """
        header @listed {
          Access-Control-Allow-Origin {http.request.header.Origin}
          Access-Control-Allow-Credentials true
          defer
        }
        reverse_proxy UPSTREAM
        """,
        Behaviour(edits=(once(ECHO, TRUE, when=ONLY_APP),)),
    ),
    Proxy(
        "caddy writes first",
        MATCHER
        + """
        header @listed Access-Control-Allow-Origin {http.request.header.Origin}
        reverse_proxy UPSTREAM
        """,
        Behaviour(edits=(once(add_line(ALLOW_ORIGIN, TheOrigin()), when=ONLY_APP),)),
        differs=frozenset({Difference.ORDER}),
    ),
    Proxy(
        "caddy adds",
        """
        reverse_proxy UPSTREAM {
          header_down +Access-Control-Allow-Origin http://app.example.test
        }
        """,
        Behaviour(edits=(once(add_line(ALLOW_ORIGIN, APP)),)),
    ),
    Proxy(
        "caddy deletes",
        f"reverse_proxy UPSTREAM {{\n{REMOVED}\n}}",
        Behaviour(edits=(once(remove(*LISTED_NAMES)),)),
    ),
    Proxy(
        "caddy fills in",
        """
        header ?Access-Control-Allow-Origin http://admin.example.test
        reverse_proxy UPSTREAM
        """,
        Behaviour(edits=(once(set_if_absent(ALLOW_ORIGIN, ADMIN)),)),
    ),
    Proxy(
        "caddy joins",
        """
        reverse_proxy UPSTREAM {
          header_down Access-Control-Allow-Methods (.+) "$1, PATCH"
        }
        """,
        Behaviour(
            edits=(
                once(join(ALLOW_METHODS, "PATCH"), when=(ResponseHeaderPresent(ALLOW_METHODS),)),
            )
        ),
    ),
    Proxy(
        "caddy answers preflights",
        """
        @preflight {
          method OPTIONS
          header Origin http://app.example.test
          header Access-Control-Request-Method *
        }
        handle @preflight {
          header Access-Control-Allow-Origin {http.request.header.Origin}
          header Access-Control-Allow-Methods "GET, PUT"
          header Access-Control-Allow-Headers x-test
          respond 204
        }
        handle {
          reverse_proxy UPSTREAM
        }
        """,
        Behaviour((Respond((*PREFLIGHT, *ONLY_APP), (204,), (ECHO, METHODS, HEADERS)),)),
    ),
    Proxy(
        "caddy sends one Origin inwards",
        """
        reverse_proxy UPSTREAM {
          header_up Origin http://admin.example.test
        }
        """,
        Behaviour(inward=Inward(Literal(ADMIN))),
    ),
)


def commands(
    program: Path, sites: Sequence[Site], folder: Path
) -> list[tuple[list[str | Path], int]]:
    """One Caddy for all sites."""
    configuration = folder / "Caddyfile"
    listeners = "".join(map(_listener, sites))
    configuration.write_text(f"""
{{
  admin off
  auto_https off
  storage file_system {folder}
}}
{listeners}
""")
    command: list[str | Path] = [
        program,
        "run",
        "--adapter",
        "caddyfile",
        "--config",
        configuration,
    ]
    return [(command, sites[0].port)]


def _listener(site: Site) -> str:
    text = site.proxy.text.replace("UPSTREAM", f"127.0.0.1:{site.upstream}")
    return f"""
http://:{site.port} {{
bind 127.0.0.1
{text}
}}
"""


CADDY = Product("caddy", "caddy", PROXIES, commands)
