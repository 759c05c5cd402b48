"""`cors-audit init` writes what is here, and never over what is there."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from auditor.cli.init import init, look_around
from auditor.edge.config.load import load_config
from auditor.edge.config.model import Config
from auditor.edge.config.starter import FoundFolder

CANARY = "canary-7c1e"
KUBECONFIG = f"""\
apiVersion: v1
kind: Config
contexts:
  - {{name: prod-1, context: {{cluster: a, user: b}}}}
  - {{name: "stg 1", context: {{cluster: a, user: b}}}}
  - {{name: prod-1}}
  - nonsense
users:
  - {{name: b, user: {{token: {CANARY}}}}}
"""
FILES = {
    "user/.kube/config": KUBECONFIG,
    "user/.aws/credentials": f"[default]\naws_secret_access_key = {CANARY}\n",
    "here/deploy/prod/ingress.yaml": "apiVersion: networking.k8s.io/v1\nkind: Ingress\n",
    "here/deploy/prod/broken.yaml": "apiVersion: v1\nkind: ConfigMap\n a: {{ x }\n",
    "here/services/orders/.env.prod": f"CORS_ORIGINS=https://a.example\nTOKEN={CANARY}\n",
    "here/services/orders/README.md": "cors cors cors\n",
    "here/notes/list.yaml": "a: 1\n",
    "here/node_modules/x/cors.json": '{"cors": true}\n',
    "here/.git/config.yaml": "kind: x\napiVersion: y\n",
    "here/settings.toml": "[cors]\n",
    "here/allowlist/team.yaml": "version: 1\n",
}


@pytest.fixture
def estate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "here/deploy/loop").symlink_to(tmp_path / "here", target_is_directory=True)
    (tmp_path / "here/deploy/gone.yaml").symlink_to(tmp_path / "nowhere")
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    for name in ("KUBECONFIG", "AWS_PROFILE", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(init, arguments)


def test_it_writes_what_is_here_and_that_is_valid(estate: Path) -> None:
    result = run()
    assert (result.exit_code, result.output) == (
        0,
        "wrote cors-audit.yaml: aws, 2 contexts, 3 folders\n"
        "next: cors-audit validate    then cors-audit audit\n",
    )
    text = (estate / "here/cors-audit.yaml").read_text()
    config = load_config(text.encode(), "cors-audit.yaml", date(2026, 11, 22))
    assert isinstance(config, Config), "\n".join(map(str, config))
    assert config.kubernetes is not None
    assert config.kubernetes.contexts == ("prod-1", "stg 1")
    assert [one.path for one in config.files] == [("deploy/",), ("services/",), ("settings.toml",)]
    assert config.allowlist == "allowlist/"
    assert CANARY not in text + result.output


def test_it_never_writes_over_a_file(estate: Path) -> None:
    (estate / "here/cors-audit.yaml").write_text("mine")
    result = run()
    assert result.exit_code == 2
    assert result.output == (
        "cors-audit.yaml: is there already; edit it, or name another file with --into\n"
    )
    assert (estate / "here/cors-audit.yaml").read_text() == "mine"
    assert run("--into", "other.yaml").exit_code == 0
    assert (estate / "here/other.yaml").is_file()


@pytest.mark.usefixtures("estate")
def test_a_folder_that_is_not_there_is_said() -> None:
    result = run("--into", "no/such/folder.yaml")
    assert result.exit_code == 2
    assert result.output.startswith("no/such/folder.yaml: cannot be written (No such file")


def test_the_environment_tells_of_credentials_and_kubeconfigs(estate: Path) -> None:
    (estate / "other").write_text("contexts: [{name: 'a'}]\n")
    environment = {
        "AWS_ACCESS_KEY_ID": CANARY,
        "KUBECONFIG": f"{estate}/other:{estate}/gone:{estate}/user/.kube/config",
    }
    found = look_around(estate / "here", estate / "user", environment)
    assert found.aws == ("AWS_ACCESS_KEY_ID", "~/.aws/credentials")
    assert found.contexts == ("a", "prod-1", "stg 1")
    assert found.folders[0] == FoundFolder("deploy/", manifests=2)
    assert CANARY not in repr(found)


def test_nothing_here_is_fine_too(tmp_path: Path) -> None:
    found = look_around(tmp_path, tmp_path, {})
    assert (found.aws, found.contexts, found.folders, found.allowlist) == ((), (), (), None)
    (tmp_path / ".kube").mkdir()
    (tmp_path / ".kube/config").write_bytes(b"\x00\xff")
    assert look_around(tmp_path, tmp_path, {}).contexts == ()
