"""Path cases against real nginx: the location that nginx takes is the first case that matches."""

import http.client
from pathlib import Path

import pytest

from auditor.core.reading import Hop, PathCase, PathKind
from tests.collectors.ingress.manifests import ingress, the_hop
from tests.servers import LOOPBACK, free_port, require, running

pytestmark = pytest.mark.server
WHY = "the location that nginx takes is compared with the path cases"
PATHS = (
    "/", "/a", "/a/", "/ab", "/a/b", "/a/b/", "/a/b/c", "/a/bc", "/A", "/x", "/x/", "/x/y", "/xy",
    "/a/b/c/d", "/v1", "/v1/", "/v1/u", "/other",
)  # fmt: skip
HOSTS: dict[str, tuple[bool, tuple[tuple[str, str], ...]]] = {
    "prefixes": (False, (("/a", "Prefix"), ("/a/b", "Prefix"), ("/x", "ImplementationSpecific"))),
    "exact": (False, (("/a", "Exact"), ("/a", "Prefix"), ("/a/b", "Exact"), ("/v1/u", "Exact"))),
    "slashes": (False, (("/a/", "Prefix"), ("/v1/", "Prefix"), ("/a/b/c/", "Prefix"))),
    "root": (False, (("/", "Exact"), ("/x", "Exact"))),
    "regex": (True, (("/a(/|$)(.*)", "ImplementationSpecific"), ("/v1/?(.*)", "ImplementationSpecific"), ("/x/(.*)", "ImplementationSpecific"))),
    "plain regex": (True, (("/a", "Prefix"), ("/a/b", "Exact"), ("/x.*", "ImplementationSpecific"))),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTS)
def test_nginx_takes_the_first_case_that_matches(name: str, tmp_path: Path) -> None:
    regex, paths = HOSTS[name]
    rules = tuple((path, kind, f"s{at}") for at, (path, kind) in enumerate(paths))
    annotations = {"use-regex": "true"} if regex else {}
    hop = the_hop(ingress(annotations, paths=rules))
    program = require("nginx", WHY)
    front = free_port()
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(_configuration(rules, front, tmp_path, regex=regex))
    with running((program, "-p", tmp_path, "-c", configuration, "-e", "stderr"), front):
        taken = {path: _ask(front, path) for path in PATHS}
    expected = {path: _service(_case(hop, path)) for path in PATHS}
    if regex:
        # A path condition cannot say that case is ignored.
        del taken["/A"], expected["/A"]
    assert taken == expected
    assert len(set(taken.values())) > 2


def _case(hop: Hop, path: str) -> PathCase:
    return next(case for case in hop.cases if _matches(case, path))


def _matches(case: PathCase, path: str) -> bool:
    text = case.match.text
    match case.match.kind:
        case PathKind.EXACT:
            return path == text
        case PathKind.PREFIX:
            return text == "/" or path == text or path.startswith(f"{text}/")
        case PathKind.CHARACTERS:
            return path.startswith(text)
        case _:
            raise AssertionError(case.match)


def _service(case: PathCase) -> str:
    if case.title == "redirect":
        return "redirect"
    return case.to[0].rpartition("/")[2] if isinstance(case.to, tuple) else "default"


def _configuration(
    rules: tuple[tuple[str, str, str], ...], front: int, folder: Path, *, regex: bool
) -> str:
    """The controller's locations: a prefix becomes `/x/` and `= /x`, all end in a proxy."""
    locations: dict[str, str] = {}
    exact = {path for path, kind, _ in rules if kind == "Exact"}
    for path, kind, service in rules:
        if regex:
            locations[f'~* "^{path}"'] = service
        elif kind == "Exact":
            locations[f'= "{path}"'] = service
        else:
            locations[f'"{path}"' if path.endswith("/") else f'"{path}/"'] = service
            if path not in exact:
                locations[f'= "{path}"'] = service
    locations['~* "^/"' if regex else '"/"'] = "default"
    ordered = sorted(locations.items(), key=lambda item: len(item[0]), reverse=True)
    text = "\n".join(
        f"location {path} {{ proxy_set_header X-S {service}; "
        f"proxy_pass http://{LOOPBACK}:{front}; }}"
        for path, service in ordered
    )
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"""
daemon off; master_process off; pid {folder}/pid; error_log stderr error;
events {{ worker_connections 64; }}
http {{ access_log off; {temporary}
map $http_x_s $service {{ default $http_x_s; }}
server {{ listen {LOOPBACK}:{front}; server_name back;
  if ($http_x_s) {{ return 200 $http_x_s; }}
  {text} }}
}}
"""


def _ask(port: int, path: str) -> str:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read().decode()
        return "redirect" if response.status == 301 else body
    finally:
        connection.close()
