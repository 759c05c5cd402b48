"""A folder of two apps, a store and waivers, for tests of commands: run in the current folder."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from jsonschema import Draft7Validator

from auditor.cli.clock import now
from auditor.cli.main import cli
from auditor.edge.store.store import open_store
from tests.house.tree import ROOT

TODAY = now().date()
SOON, LATER, PAST = (TODAY + timedelta(days) for days in (6, 20, -3))
APP, OLD, EVIL = "https://app.example.com", "https://old.example", "https://evil.example"
CONFIG = """\
version: 1
store: runs.db
waivers: waivers.yaml
environments: {prod: {hosts: ["*.example.com"]}}
files:
  - {path: api.env, key: CORS_ALLOWED_ORIGINS, like: starlette@0.40, credentials: true, methods: [GET],
     serves: api.example.com/*, split: ",", owner: team-api}
  - {path: b.env, key: CORS_ALLOWED_ORIGINS, like: starlette@0.40, credentials: true, methods: [GET],
     serves: b.example.com/*, split: ",", owner: team-b}
"""
ALLOWLIST = f"""\
version: 1
origins: [{{origin: "{APP}", owner: team-web}}]
routes:
  - {{match: "*.example.com/*", owner: team-web, allow_origins: ["{APP}"], allow_credentials: true}}
"""
SCHEMA = json.loads((ROOT / "docs/schema/output.schema.json").read_text())


def settle() -> None:
    """Write everything there."""
    Path("cors-audit.yaml").write_text(CONFIG)
    Path("allowlist.yaml").write_text(ALLOWLIST)
    apps(f"{OLD},{EVIL}", OLD)
    waive()


def apps(api: str, b: str) -> None:
    Path("api.env").write_text(f"CORS_ALLOWED_ORIGINS={APP},{api}\n")
    Path("b.env").write_text(f"CORS_ALLOWED_ORIGINS={APP},{b}\n")


def waive(*lines: str, rollouts: tuple[str, ...] = ()) -> None:
    listed = "".join(f"  - {{{one}}}\n" for one in lines) or "  []\n"
    windows = "".join(f"  - {{{one}}}\n" for one in rollouts) or "  []\n"
    Path("waivers.yaml").write_text(f"version: 1\nwaivers:\n{listed}rollouts:\n{windows}")


def line(what: str, day: object = LATER) -> str:
    return f"{what}, reason: it moves, approved_by: security, expires: {day}, ticket: SEC-1"


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, words)


def audit(code: int = 10) -> str:
    result = run("audit")
    assert result.exit_code == code, result.output
    return result.stdout


def documented(*words: str) -> dict[str, Any]:
    result = run(*words, "--format", "json")
    document = json.loads(result.stdout)
    assert [one.message for one in Draft7Validator(SCHEMA).iter_errors(document)] == []
    return dict(document)


def ids() -> dict[str, str]:
    with open_store(Path("runs.db")) as store:
        found = [one.finding for one in store.run("last").drifts if one.finding is not None]
    return {f"{one.subject} {one.host}": one.short for one in found}


ON_API = f'origin: "{OLD}", match: api.example.com/*, allow_credentials: true'
