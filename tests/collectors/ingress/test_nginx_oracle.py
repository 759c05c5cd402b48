"""Readings against real nginx with headers-more: what comes over the wire is what was read.

The configuration is written here from the controller's template as facts describe it, from the parsed
annotations alone: it shares no code with the compiled behaviour.
"""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import pytest

from auditor.core.hop.behaviour import Doing
from auditor.core.path.exchange import Request
from collectors.ingress.ingress_nginx.annotations import Annotations
from collectors.ingress.ingress_nginx.cors import Cors, read_cors
from collectors.ingress.ingress_nginx.versions import parse_version
from tests.collectors.ingress.answers import Answer, Lines, answers
from tests.collectors.ingress.manifests import config_map, controller, ingress, the_doing
from tests.servers import LOOPBACK, free_port, require, running

pytestmark = pytest.mark.server
MODULE = "/usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so"
WHY = "what nginx sends is compared with what was read"

ORIGINS = (
    None,
    "https://app.example.com",
    "HTTPS://APP.EXAMPLE.COM",
    "https://App.Example.com",
    "http://app.example.com",
    "https://app.example.com:443",
    "https://app.example.com:8443",
    "https://app.example.com.",
    "https://app.example.com/",
    "https://app.example.com.evil.com",
    "https://evil-app.example.com",
    "https://appXexample.com",
    "xhttps://app.example.com",
    "https://evil.com/https://app.example.com",
    "https://example.com",
    "https://a.b.example.com",
    "https://a_b.example.com",
    "https://-.example.com",
    "https://deep.example.com:8080",
    "null",
    "NULL",
    "https://foo-null",
    "capacitor://localhost",
    "http://localhost",
    "https://evil.com",
    "*",
)
BACKENDS: dict[str, Answer] = {
    "/silent": (200, ()),
    "/open": (
        200,
        (
            ("access-control-allow-origin", "*"),
            ("access-control-allow-credentials", "true"),
            ("vary", "Origin"),
        ),
    ),
    "/error": (500, (("access-control-allow-origin", "https://inner.example.com"),)),
}
SHAPES = (
    Request("GET", None),
    Request("OPTIONS", None),
    Request("OPTIONS", None, "PUT", ("x-a", "x-b")),
)
CORS_ON = {"enable-cors": "true"}
LIST = {**CORS_ON, "cors-allow-origin": "https://app.example.com, https://*.example.com"}
ONE = {**CORS_ON, "cors-allow-origin": "https://app.example.com"}


@dataclass(frozen=True)
class Setup:
    """Annotations, and how the controller stands; `sure`: the reading knows the one answer."""

    annotations: dict[str, str]
    version: str = "1.15.1"
    validating: bool = True
    added: dict[str, str] = field(default_factory=dict)
    hidden: str = ""
    sure: bool = True


BY_HAND = """
if ($request_method = 'OPTIONS') {
  add_header Access-Control-Allow-Origin "$http_origin" always;
  add_header Access-Control-Allow-Methods "GET, POST";
  return 204;
}
add_header Access-Control-Allow-Origin "https://app.example.com";
"""
CASCADE = """
set $allowed "";
if ($http_origin = "https://app.example.com") { set $allowed "yes"; }
if ($request_method = OPTIONS) { set $allowed "${allowed}-options"; }
if ($allowed = "yes") { more_set_headers "Access-Control-Allow-Origin: $http_origin" "Vary: Origin"; }
if ($allowed = "yes-options") {
  more_set_headers "Access-Control-Allow-Origin: $http_origin";
  return 200;
}
"""
SETUPS = {
    "any": Setup(CORS_ON),
    "list": Setup(LIST),
    "one": Setup(ONE),
    "null": Setup({**CORS_ON, "cors-allow-origin": "null"}),
    "schemes": Setup({**CORS_ON, "cors-allow-origin": "capacitor://localhost, http://localhost"}),
    "port": Setup({**CORS_ON, "cors-allow-origin": "https://*.example.com:8080"}),
    "top-level wildcard": Setup({**CORS_ON, "cors-allow-origin": "https://*.com"}),
    "no host": Setup({**CORS_ON, "cors-allow-origin": "https://"}),
    "no credentials": Setup({**ONE, "cors-allow-credentials": "false"}),
    "all headers": Setup(
        {
            **LIST,
            "cors-allow-methods": "GET, PUT",
            "cors-allow-headers": "X-A, X-B",
            "cors-expose-headers": "*, X-C",
            "cors-max-age": "-1",
        }
    ),
    "trailing slash, validated": Setup(
        {**CORS_ON, "cors-allow-origin": "https://app.example.com/"}
    ),
    "trailing slash, not validated": Setup(
        {**CORS_ON, "cors-allow-origin": "https://app.example.com/"}, validating=False
    ),
    "trailing comma at 1.9.4": Setup(
        {**CORS_ON, "cors-allow-origin": "https://app.example.com,"}, "1.9.4", False
    ),
    "leading comma at 1.9.4": Setup(
        {**CORS_ON, "cors-allow-origin": ",https://app.example.com"}, "1.9.4", False
    ),
    "single origin at 1.0.4": Setup(ONE, "1.0.4", False),
    "disabled": Setup({"cors-allow-origin": "https://app.example.com"}),
    "unrelated if": Setup({**LIST, "configuration-snippet": 'if ($host != "") { set $x 1; }'}),
    "add_header": Setup(
        {**ONE, "configuration-snippet": 'add_header Access-Control-Allow-Origin "*" always;'}
    ),
    "add_header without always": Setup(
        {**ONE, "configuration-snippet": "add_header Access-Control-Allow-Origin *;"}
    ),
    "more_set_headers": Setup(
        {**ONE, "configuration-snippet": 'more_set_headers "Access-Control-Allow-Origin: *";'}
    ),
    "hidden in a snippet": Setup(
        {**ONE, "configuration-snippet": "proxy_hide_header Access-Control-Allow-Origin;"}
    ),
    "cleared": Setup(
        {**ONE, "configuration-snippet": "more_clear_headers 'Access-Control-Allow-*';"}
    ),
    "by hand": Setup({"configuration-snippet": BY_HAND}),
    "by hand and annotated": Setup({**ONE, "configuration-snippet": BY_HAND}),
    "cascade": Setup({"configuration-snippet": CASCADE}),
    "cascade and annotated": Setup({**ONE, "configuration-snippet": CASCADE}),
    "if of a method": Setup(
        {
            **ONE,
            "configuration-snippet": "if ($request_method !~ ^(OPTIONS|HEAD)$) { set $x 1; }",
        }
    ),
    "if that drops outer lines": Setup(
        {
            "configuration-snippet": "add_header Access-Control-Allow-Credentials true always; "
            "if ($request_method = GET) { add_header Access-Control-Allow-Origin * always; }"
        }
    ),
    "server-snippet": Setup(
        {**ONE, "server-snippet": "add_header Access-Control-Allow-Origin '*' always;"}
    ),
    "server-snippet that answers": Setup(
        {**ONE, "server-snippet": "if ($request_method = OPTIONS) { return 403; }"}
    ),
    "redirect": Setup({**ONE, "permanent-redirect": "https://www.example.com/"}),
    "basic auth": Setup({**ONE, "auth-type": "basic", "auth-secret": "users"}, sure=False),
    "an if that cannot be known": Setup(
        {**ONE, "configuration-snippet": "if ($http_x_debug) { set $x 1; }"}, sure=False
    ),
    "mirrors the request": Setup(
        {
            "configuration-snippet": "more_set_headers "
            '"Access-Control-Allow-Headers: $http_access_control_request_headers" '
            '"Access-Control-Allow-Methods: $http_access_control_request_method";'
            "add_header Access-Control-Allow-Origin $http_origin always;"
        }
    ),
    "mirrors the service": Setup(
        {
            **ONE,
            "configuration-snippet": "more_set_headers 'Access-Control-Allow-Origin: "
            "$upstream_http_access_control_allow_origin';",
        }
    ),
    "if there is an Origin": Setup(
        {
            "configuration-snippet": "if ($http_origin) "
            "{ add_header Access-Control-Allow-Origin $http_origin always; }"
        }
    ),
    "if there is no Origin": Setup(
        {**ONE, "configuration-snippet": "if ($http_origin = '') { return 400; }"}
    ),
    "if it is another Origin": Setup(
        {"configuration-snippet": 'if ($http_origin != "https://app.example.com") { return 403; }'}
    ),
    "a variable that holds": Setup(
        {
            "configuration-snippet": "set $on 1; set $off 0; if ($on != $off) { set $both $on$off; } "
            "if ($off) { return 500; } "
            "if ($both = 10) { more_set_headers 'Access-Control-Allow-Origin: *'; }"
        }
    ),
    "a regex of the Origin": Setup(
        {
            "configuration-snippet": r"if ($http_origin ~ ^https://[a-z]+\.example\.com$) "
            "{ add_header Access-Control-Allow-Origin $http_origin always; }"
        },
        sure=False,
    ),
    "a redirect of some paths": Setup(
        {**ONE, "configuration-snippet": "rewrite ^/open https://x.example/ redirect;"}, sure=False
    ),
    "add-headers": Setup(ONE, added={"Access-Control-Allow-Origin": "https://added.example"}),
    "hide-headers": Setup(ONE, hidden="Access-Control-Allow-Origin,Vary"),
}


def test_as_many_as_promised() -> None:
    assert len(SETUPS) >= 15
    assert len(ORIGINS) >= 25


@pytest.mark.parametrize("name", SETUPS)
def test_nginx_sends_what_was_read(name: str, tmp_path: Path) -> None:
    setup = SETUPS[name]
    doing = _read(setup)
    differing = []
    with _nginx(setup, tmp_path) as port:
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
        for origin in ORIGINS:
            for shape in SHAPES:
                for path, inner in BACKENDS.items():
                    request = replace(shape, origin=origin)
                    received = _ask(connection, request, path)
                    expected = _answers(doing, request, inner)
                    if received not in expected or (setup.sure and len(expected) > 1):
                        differing.append((request, path, received, expected))
        connection.close()
    assert not differing, f"{len(differing)} differ, first: {differing[0]}"


@cache
def _answers(doing: Doing, request: Request, inner: Answer) -> set[Answer]:
    return answers(doing, request, inner)


def _read(setup: Setup) -> Doing:
    on = "true" if setup.validating else "false"
    settings = {"allow_snippet_annotations": "true", "annotations_risk_level": "Critical"}
    if setup.added:
        settings["add_headers"] = "system/added"
    if setup.hidden:
        settings["hide_headers"] = setup.hidden
    deployment = controller(setup.version, f"--enable-annotation-validation={on}", **settings)
    return the_doing(*deployment, config_map("added", setup.added), ingress(setup.annotations))


# -- the controller's template, in our words -------------------------------------------------------


@contextmanager
def _nginx(setup: Setup, folder: Path) -> Iterator[int]:
    program, module = require("nginx", WHY), require(MODULE, WHY)
    front, back = free_port(), free_port()
    (folder / "users").write_text("x:{PLAIN}x\n")
    configuration = folder / "nginx.conf"
    configuration.write_text(_configuration(setup, module, front, back, folder))
    command = (program, "-p", folder, "-c", configuration, "-e", "stderr")
    with running(command, front):
        yield front


def _configuration(setup: Setup, module: Path, front: int, back: int, folder: Path) -> str:
    cors = _parsed(setup)
    location = "\n".join(
        (
            _cors_block(cors, single=setup.version == "1.0.4") if cors.enabled else "",
            "auth_basic x; auth_basic_user_file users;" if "auth-type" in setup.annotations else "",
            setup.annotations.get("configuration-snippet", ""),
            "return 301 https://www.example.com/;"
            if "permanent-redirect" in setup.annotations
            else f"proxy_pass http://{LOOPBACK}:{back};",
        )
    )
    added = "".join(f'more_set_headers "{k}: {v}";\n' for k, v in setup.added.items())
    hidden = "".join(f"proxy_hide_header {name};\n" for name in setup.hidden.split(",") if name)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    backends = "".join(_backend(path, *inner) for path, inner in BACKENDS.items())
    return f"""
load_module {module};
daemon off; master_process off; pid {folder}/pid; error_log stderr error;
events {{ worker_connections 64; }}
http {{
access_log off; uninitialized_variable_warn off; {temporary} {added} {hidden}
server {{ listen {LOOPBACK}:{back}; {backends} }}
server {{ listen {LOOPBACK}:{front}; {setup.annotations.get("server-snippet", "")}
location "/" {{ set $cors ""; {location} }} }}
}}
"""


def _parsed(setup: Setup) -> Cors:
    version = parse_version(setup.version)
    assert version is not None
    return read_cors(Annotations(setup.annotations, setup.validating, True), version)


def _backend(path: str, status: int, lines: Lines) -> str:
    headers = "".join(f"add_header {name} '{value}' always; " for name, value in lines)
    return f"location {path} {{ {headers} return {status}; }}\n"


def _cors_block(cors: Cors, *, single: bool) -> str:
    lines = {
        "Access-Control-Allow-Origin": cors.origins[0] if single else "$http_origin",
        "Access-Control-Allow-Credentials": "true" if cors.credentials else "",
        "Access-Control-Allow-Methods": cors.methods,
        "Access-Control-Allow-Headers": cors.headers,
        "Access-Control-Expose-Headers": cors.expose,
        "Access-Control-Max-Age": str(cors.max_age),
    } if cors.origins else {}  # fmt: skip
    written = [f"more_set_headers '{name}: {value}';" for name, value in lines.items() if value]
    block = "\n".join(written)
    if single:
        kept = "\n".join(w for w in written if "Methods" not in w and "Allow-Headers" not in w
                         and "Max-Age" not in w)  # fmt: skip
        return f"if ($request_method = 'OPTIONS') {{ {block} return 204; }}\n{kept}"
    return f"""{_accepting(cors)}
if ($request_method = 'OPTIONS') {{ set $cors ${{cors}}options; }}
if ($cors = "true") {{ {block} }}
if ($cors = "trueoptions") {{ {block} return 204; }}"""


def _accepting(cors: Cors) -> str:
    if cors.origins == ("*",):
        return "set $http_origin *; set $cors 'true';"
    if not cors.origins:
        return ""
    text = ""
    for at, origin in enumerate(cors.origins):
        if origin:
            quoted = "".join(f"\\{c}" if c in ".*" else c for c in origin)
            text += "(" + quoted.replace("\\*", "[A-Za-z0-9\\-]+", 1) + ")"
            text += "|" if at != len(cors.origins) - 1 else ""
    return f"if ($http_origin ~* ({text})$ ) {{ set $cors 'true'; }}"


def _ask(connection: http.client.HTTPConnection, request: Request, path: str) -> Answer:
    headers = {
        "Host": "api.example.com",
        "Origin": request.origin,
        "Access-Control-Request-Method": request.requested_method,
        "Access-Control-Request-Headers": request.value("access-control-request-headers"),
    }
    sent = {name: value for name, value in headers.items() if value is not None}
    connection.request(request.method, path, headers=sent)
    response = connection.getresponse()
    response.read()
    lines = ((name.lower(), value) for name, value in response.getheaders())
    wanted = (line for line in lines if line[0] == "vary" or line[0].startswith("access-control-"))
    return response.status, tuple(sorted(wanted))
