"""Apache httpd 2.4: what it does to header lines.

Sources: Apache HTTP Server 2.4 documentation of mod_headers, mod_setenvif, mod_rewrite, mod_cache.
All of it is run here.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from auditor.core.hop.behaviour import Behaviour, Cache, Forward, Inward, Respond
from auditor.core.hop.guard import PREFLIGHT
from auditor.core.hop.header import ALLOW_METHODS, ALLOW_ORIGIN, VARY
from auditor.core.hop.op import add_line, remove, set_, set_if_absent
from tests.chains.origins import ADMIN, APP, LISTED
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
    token,
)

FOLDER = "/usr/lib/apache2/modules"
MODULES = (
    "mpm_event",
    "authz_core",
    "headers",
    "setenvif",
    "rewrite",
    "proxy",
    "proxy_http",
    "cache",
    "cache_socache",
    "socache_shmcb",
)
# SetEnvIf is a search in PCRE, case-sensitive; `$0` is what it found.
MATCHED = r"SetEnvIf Origin ^http://(app|admin)\.example\.test$ LISTED=$0"
UNSET = "\n".join(f"Header unset {name}" for name in LISTED_NAMES)

# A condition on %{HTTP:...} of a rule that applies is told in Vary (mod_rewrite).
ASKED = set_(VARY, "Access-Control-Request-Method")

PROXIES = (
    Proxy(
        "apache sets",
        f"""
        {MATCHED}
        Header set Access-Control-Allow-Origin %{{LISTED}}e env=LISTED
        Header set Access-Control-Allow-Credentials true env=LISTED
        Header merge Vary Origin
        """,
        Behaviour(edits=(once(ECHO, TRUE, when=LISTED), once(token(VARY, "Origin")))),
    ),
    Proxy(
        "apache sets always",
        "Header always set Access-Control-Allow-Origin http://app.example.test",
        # A table of its own beside the one that holds what came from within: both are sent.
        Behaviour(edits=(once(add_line(ALLOW_ORIGIN, APP)),)),
        differs=frozenset({Difference.ORDER}),
    ),
    Proxy(
        "apache adds",
        "Header add Access-Control-Allow-Origin http://admin.example.test",
        Behaviour(edits=(once(add_line(ALLOW_ORIGIN, ADMIN)),)),
    ),
    Proxy(
        "apache appends",
        "Header append Access-Control-Allow-Origin http://app.example.test",
        Behaviour(edits=(once(join(ALLOW_ORIGIN, APP)),)),
    ),
    Proxy(
        "apache merges",
        """
        Header merge Access-Control-Allow-Methods PUT
        Header merge Access-Control-Allow-Methods PATCH
        """,
        Behaviour(edits=(once(token(ALLOW_METHODS, "PUT"), token(ALLOW_METHODS, "PATCH")),)),
    ),
    Proxy(
        "apache unsets",
        UNSET,
        Behaviour(edits=(once(remove(*LISTED_NAMES)),)),
    ),
    Proxy(
        "apache fills in",
        "Header setifempty Access-Control-Allow-Origin http://app.example.test",
        Behaviour(edits=(once(set_if_absent(ALLOW_ORIGIN, APP)),)),
    ),
    Proxy(
        "apache owns",
        UNSET
        + f"""
        {MATCHED}
        Header set Access-Control-Allow-Origin %{{LISTED}}e env=LISTED
        """,
        Behaviour(edits=(once(remove(*LISTED_NAMES)), once(ECHO, when=LISTED))),
    ),
    Proxy(
        "apache answers preflights",
        f"""
        {MATCHED}
        RewriteEngine On
        RewriteCond %{{REQUEST_METHOD}} =OPTIONS
        RewriteCond %{{HTTP:Access-Control-Request-Method}} .
        RewriteCond %{{ENV:LISTED}} .
        RewriteRule . - [R=204,E=PREFLIGHT:1,L]
        Header always set Access-Control-Allow-Origin %{{LISTED}}e env=PREFLIGHT
        Header always set Access-Control-Allow-Methods "GET, PUT" env=PREFLIGHT
        Header always set Access-Control-Allow-Headers x-test env=PREFLIGHT
        """,
        Behaviour((Respond((*PREFLIGHT, *LISTED), (204,), (ECHO, METHODS, HEADERS, ASKED)),)),
    ),
    Proxy(
        "apache drops Origin",
        "RequestHeader unset Origin",
        Behaviour(inward=Inward(Forward.DROP)),
    ),
    Proxy(
        "apache stores by Vary",
        "CacheQuickHandler off\nCacheEnable socache /",
        Behaviour(cache=Cache(statuses=frozenset({200, 404}))),
    ),
)


def commands(
    program: Path, sites: Sequence[Site], folder: Path
) -> list[tuple[list[str | Path], int]]:
    """One Apache for all sites."""
    loads = "\n".join(f"LoadModule {name}_module {FOLDER}/mod_{name}.so" for name in MODULES)
    listening = "\n".join(f"Listen 127.0.0.1:{site.port}" for site in sites)
    configuration = folder / "httpd.conf"
    configuration.write_text(f"""
{loads}
{listening}
ServerRoot {folder}
ServerName localhost
PidFile {folder}/pid
ErrorLog {folder}/errors
CacheSocache shmcb:{folder}/stored(1048576)
ProxyPreserveHost On
UseCanonicalPhysicalPort On
{"".join(map(_host, sites))}
""")
    return [([program, "-f", configuration, "-DFOREGROUND"], sites[0].port)]


def _host(site: Site) -> str:
    return f"""
<VirtualHost 127.0.0.1:{site.port}>
{site.proxy.text}
ProxyPass / http://127.0.0.1:{site.upstream}/ disablereuse=On
</VirtualHost>
"""


# It writes Vary anew: one line, each member once, no spaces (http_filters.c, fixup_vary).
_VARY_ANEW = frozenset({Difference.SPACES, Difference.REPEATS})
APACHE = Product(
    "apache",
    "apache2",
    tuple(replace(proxy, differs=proxy.differs | _VARY_ANEW) for proxy in PROXIES),
    commands,
    tuple(f"{FOLDER}/mod_{name}.so" for name in MODULES),
)
