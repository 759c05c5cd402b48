"""The recipes under deploy/ are sound, and call the program as it is."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner

from auditor.cli.main import cli
from auditor.edge.metrics import Standing, failed_metrics, run_metrics
from tests.edge.reports import records
from tests.house.tree import ROOT
from tests.servers import require

DEPLOY = ROOT / "deploy"
YAML_FILES = sorted(path for path in DEPLOY.rglob("*") if path.suffix in {".yaml", ".yml"})
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
PROGRAM = "cors-audit"


def documents(path: Path) -> list[Any]:
    return list(yaml.safe_load_all(path.read_text()))


def strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from strings(inner)
        case list():
            for inner in value:
                yield from strings(inner)


def containers(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield from value.get("containers", [])
        for inner in value.values():
            yield from containers(inner)


def commands(path: Path) -> Iterator[list[str]]:
    """The words after `cors-audit` of every call in a recipe."""
    text = path.read_text()
    if path in MANIFESTS:
        found = [one for document in documents(path) for one in containers(document)]
        yield from (one["args"] for one in found)
        return
    if path.name == "Containerfile":
        yield from (re.findall(r'"([^"]+)"', line) for line in re.findall(r"^CMD .+$", text, re.M))
        return
    if path in YAML_FILES:
        text = "\n".join(one for document in documents(path) for one in strings(document))
    for line in text.splitlines():
        call = re.search(rf"(?:^|[\s/]){PROGRAM} (audit|collect|diff|findings) (.*)$", line)
        if call and not line.lstrip().startswith("#"):
            yield [call[1], *shlex.split(re.split(r" (?:>|\|)", call[2])[0])]


CALLS = [
    pytest.param(call, id=f"{path.relative_to(DEPLOY)}-{call[0]}")
    for path in sorted(DEPLOY.rglob("*"))
    if path.is_file()
    for call in commands(path)
]


def unknown_options(call: list[str]) -> list[str]:
    command = cli.get_command(click.Context(cli), call[0])
    assert command is not None, f"there is no command {call[0]}"
    known = {name for one in command.params for name in one.opts}
    return [word for word in call if word.startswith("--") and word not in known]


@pytest.mark.parametrize("call", CALLS)
def test_every_call_is_one_that_the_program_knows(call: list[str]) -> None:
    assert unknown_options(call) == []


def test_every_recipe_calls_the_program() -> None:
    called = {
        path.parent.name for path in DEPLOY.rglob("*") if path.is_file() and [*commands(path)]
    }
    assert called == {"deploy", "cron", "systemd", "kubernetes", "github", "gitlab"}


def test_an_option_that_is_gone_is_seen() -> None:
    assert unknown_options(["audit", "--config", "x", "--gone"]) == ["--gone"]


def test_the_rights_are_those_that_the_collectors_need() -> None:
    done = CliRunner().invoke(cli, ["policy", "kubernetes"])
    assert done.exit_code == 0
    assert documents(DEPLOY / "kubernetes" / "rbac.yaml") == list(yaml.safe_load_all(done.stdout))


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_kubernetes_would_take_the_manifests(path: Path) -> None:
    tool = [sys.executable, "-m", "kubernetes_validate", "--strict", str(path)]
    done = subprocess.run(tool, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_pods_are_confined_and_jobs_run_once(path: Path) -> None:
    for job in (one for one in documents(path) if one["kind"] == "CronJob"):
        assert job["spec"]["concurrencyPolicy"] == "Forbid"
        assert job["spec"]["jobTemplate"]["spec"]["backoffLimit"] == 0
        pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        assert pod["restartPolicy"] == "Never"
        assert pod["securityContext"]["runAsNonRoot"] is True
        (container,) = pod["containers"]
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        mounted = {one["name"] for one in container["volumeMounts"]}
        assert mounted == {one["name"] for one in pod["volumes"]}


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("github/cors-audit.yml", "vendor.github-workflows"),
        ("gitlab/cors-audit.gitlab-ci.yml", "vendor.gitlab-ci"),
    ],
)
def test_pipelines_keep_to_their_schemas(name: str, schema: str) -> None:
    tool = Path(sys.executable).with_name("check-jsonschema")
    command = [tool, "--builtin-schema", schema, DEPLOY / name]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_audit_reads_its_own_manifests(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["audit", str(DEPLOY / "kubernetes")])
    assert done.exit_code in (0, 3), done.output
    assert "the auditor failed" not in done.output


@pytest.mark.server
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    tool = require("systemd-analyze", "systemd knows every setting of the units")
    program = tmp_path / PROGRAM
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for path in (DEPLOY / "systemd").glob("cors-audit.*"):
        text = path.read_text().replace("/opt/cors-audit/bin/cors-audit", str(program))
        (tmp_path / path.name).write_text(text)
    for name in ("cors-audit.service", "cors-audit.timer"):
        done = subprocess.run([tool, "verify", tmp_path / name], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")


def test_alerts_ask_for_metrics_that_are_there() -> None:
    record = records.night_two().now
    written = [*run_metrics(record, Standing(), 13), *failed_metrics(records.START, records.START)]
    names = {f"cors_audit_{one.name}" for one in written}
    asked = (DEPLOY / "prometheus" / "alerts.yaml").read_text()
    told = (ROOT / "docs" / "operation.md").read_text()
    for text in (asked, told):
        used = set(re.findall(r"\bcors_audit_[a-z_]+\b", text))
        assert used
        assert used <= names


def test_the_page_about_operation_names_every_recipe() -> None:
    text = (ROOT / "docs" / "operation.md").read_text()
    for folder in ("cron", "systemd", "kubernetes", "github", "gitlab", "prometheus"):
        assert f"deploy/{folder}/" in text
    assert "deploy/Containerfile" in text
