import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from auditor.cli.explain import explain

MANIFEST = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: api
  namespace: orders
  annotations:
    nginx.ingress.kubernetes.io/enable-cors: "true"
    nginx.ingress.kubernetes.io/cors-allow-origin: "https://app.example.com"
    nginx.ingress.kubernetes.io/cors-allow-headers: "content-type"
spec:
  ingressClassName: nginx
  rules:
    - host: api.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}]}
"""
ALLOWLIST = """
version: 1
defaults: {owner: team-orders}
origins: [{origin: "https://app.example.com"}, {origin: "https://admin.example.com"}]
routes:
  - match: api.example.com/*
    allow_origins: ["https://app.example.com", "https://admin.example.com"]
    allow_credentials: true
"""


@pytest.fixture
def estate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/api.yaml").write_text(MANIFEST)
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ask(*options: str) -> Result:
    fixed = ("--source", "deploy", "--allowlist", "allowlist.yaml")
    url = ("--url", "https://api.example.com/v1/me")
    return CliRunner().invoke(explain, [*fixed, *url, *options], catch_exceptions=False)


@pytest.mark.usefixtures("estate")
def test_an_allowed_request_names_the_field_of_every_line() -> None:
    said = ask("--origin", "https://app.example.com", "--credentials").output
    assert said.startswith("ALLOWED. A page on https://app.example.com can read the answer")
    assert "The allowlist says this should work (allowlist.yaml:6" in said
    assert "access-control-allow-origin: https://app.example.com" in said
    assert "orders/api cors-allow-origin" in said
    assert "1 origin equal: yes   2 credentials true: yes" in said


def test_the_entry_that_lets_an_origin_in_is_named(estate: Path) -> None:
    wild = MANIFEST.replace("https://app.example.com", "https://*.example.com")
    (estate / "deploy/api.yaml").write_text(wild)
    said = ask("--origin", "https://other.example.com", "--credentials").output
    named = (
        "<-- by https://*.example.com. Beyond the allowlist that is any subdomain of example.com, "
        "one label deep, nothing outside example.com (proved)"
    )
    line = next(line for line in said.splitlines() if "allow-origin:" in line)
    assert line.endswith(named)


def test_what_is_linked_by_host_alone_or_by_hand_says_so(estate: Path) -> None:
    (estate / "app.env").write_text("ORIGINS=https://app.example.com\n")
    app = "{path: app.env, name: me, key: ORIGINS, like: starlette@0.40, serves: api.example.com/*}"
    link = 'links: [{host: www.example.com/v1/*, to: "host:api.example.com"}]'
    (estate / "cors-audit.yaml").write_text(
        f"version: 1\nfiles: [deploy/, {app}]\n{link}\nallowlist: allowlist.yaml\n"
    )

    def told(host: str, *more: str) -> str:
        words = ["--url", f"https://{host}.example.com/v1/me", "--origin", "https://evil.example"]
        return CliRunner().invoke(explain, [*words, *more], catch_exceptions=False).output

    linked = "linked    me (starlette 0.40.0) is linked by host alone (service:"
    assert linked in told("api")
    assert "says the configuration" not in told("api")
    assert (
        "host:www.example.com is host:api.example.com (cors-audit.yaml:3), says the conf"
        in told("www")
    )
    assert any(
        "by host alone" in one for one in json.loads(told("api", "--format", "json"))["links"]
    )


def test_what_manages_the_hop_to_change_is_named(estate: Path) -> None:
    labels = "  labels: {helm.sh/chart: api-1.2.3}\n  annotations:\n"
    (estate / "deploy/api.yaml").write_text(MANIFEST.replace("  annotations:\n", labels))
    put = ("--method", "PUT", "--header", "x-request-id")
    said = ask("--origin", "https://app.example.com", *put).output
    assert "managed by Helm chart api-1.2.3" in said


@pytest.mark.usefixtures("estate")
def test_a_missing_header_blocks_the_preflight_and_is_named() -> None:
    said = ask(
        "--origin", "https://app.example.com", "--method", "PUT", "--header", "x-request-id"
    ).output
    assert said.startswith("BLOCKED. The preflight is refused")
    assert "ANSWERS 204" in said
    assert "not sent" in said
    assert "<-- x-request-id missing" in said
    assert "header x-request-id: NO" in said
    assert "headers += x-request-id" in said


@pytest.mark.usefixtures("estate")
def test_what_stands_behind_and_was_not_read_is_never_blocked() -> None:
    said = ask("--origin", "https://admin.example.com").output
    assert said.startswith("CANNOT TELL. nothing that was read answers to service:")
    assert "BLOCKED" not in said


@pytest.mark.usefixtures("estate")
def test_exit_code_is_10_when_the_answer_is_not_what_the_allowlist_wants() -> None:
    put = ("--method", "PUT", "--header", "x-a", "--exit-code")
    assert ask("--origin", "https://app.example.com", *put).exit_code == 10
    assert ask("--origin", "https://app.example.com", "--exit-code").exit_code == 0
    assert ask("--origin", "https://admin.example.com", "--exit-code").exit_code == 0


@pytest.mark.usefixtures("estate")
def test_json_holds_what_the_text_says() -> None:
    report = json.loads(ask("--origin", "https://app.example.com", "--format", "json").output)
    assert report["verdict"] == "ALLOWED"
    assert report["hops"][0]["layer"] == "ingress"
    assert {row["name"] for row in report["lines"]} >= {"access-control-allow-origin"}


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--origin", "https://app.example.com/"), "write https://app.example.com"),
        (("--origin", "HTTPS://app.example.com"), "write https://app.example.com"),
        ((), "--origin: missing"),
    ],
)
def test_what_is_typed_wrong_is_told_with_the_right_form(
    options: tuple[str, ...], said: str
) -> None:
    result = ask(*options)
    assert result.exit_code == 2
    assert said in result.stderr


class _Api(BaseHTTPRequestHandler):
    def do_OPTIONS(self) -> None:
        self._answer(204)

    def do_GET(self) -> None:
        self._answer(200)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Access-Control-Allow-Origin", self.headers["Origin"])
        self.send_header("Access-Control-Allow-Credentials", "true")
        self.send_header("Access-Control-Allow-Methods", "PUT")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def api() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Api)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/me"
    server.shutdown()
    thread.join()
    server.server_close()


def live(url: str, *options: str) -> str:
    fixed = ["--live", "--url", url, "--origin", "https://evil-example.com"]
    return CliRunner().invoke(explain, [*fixed, *options], catch_exceptions=False).output


def test_live_judges_what_really_comes_back_without_any_configuration(
    api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = live(api, "--credentials")
    assert "GET: 200" in said
    assert "access-control-allow-origin: https://evil-example.com" in said
    assert "browser: ALLOWED" in said


def test_live_never_sends_what_changes_things(
    api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = live(api, "--method", "PUT")
    assert "preflight: 204" in said
    assert "PUT itself was not sent" in said


def test_live_says_why_nothing_came_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = live("http://127.0.0.1:9/")
    assert "GET: no answer (ConnectError" in said
    assert "ALLOWED" not in said
