"""Readings against real nginx with headers-more: what comes over the wire is what was read.

The configuration is written here from the controller's template as facts describe it, from the parsed
annotations alone: it shares no code with the compiled behaviour.
"""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
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
from tests.collectors.ingress.setups import SETUPS, Setup
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
