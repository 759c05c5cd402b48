"""Frameworks' own files among files and folders: mapped, recognised, never silently left out."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from auditor.core.allowlist import Allowlist
from auditor.core.reading import Gap, Hop, Layer, Unread
from auditor.edge.config.load import load_config
from auditor.edge.config.model import Config
from auditor.run.collection import collect
from auditor.run.files import from_apps
from auditor.run.folders import from_folders
from auditor.run.plan import Plan, plan_of
from auditor.run.readings import readings
from collectors.collector import Collected
from tests.cli.estates import write_ingress

A = "https://a.example"
SETTINGS = f"""import os
SECRET_KEY = 'canary-secret'
MIDDLEWARE = ['corsheaders.middleware.CorsMiddleware']
CORS_ALLOWED_ORIGINS = ['{A}', os.environ['FRONT']]
"""
SPRING = """spring.cloud.gateway.globalcors.cors-configurations:
  '[/**]': {allowedOrigins: 'https://a.example'}
"""


def write(base: Path, name: str, text: str) -> None:
    path = base / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def planned(base: Path, files: str) -> Plan:
    loaded = load_config(f"version: 1\nfiles:\n{files}".encode(), "c.yaml", date(2026, 11, 22))
    assert isinstance(loaded, Config), loaded
    return plan_of(loaded, base, "c.yaml", Allowlist(()), {})


def read(base: Path, files: str) -> list[Hop | Unread]:
    plan = planned(base, files)
    found = readings(collect(plan, {}, lambda _text: None, datetime(2026, 11, 22, tzinfo=UTC)), {})
    return [one for one in found if isinstance(one, Hop | Unread)]


def test_an_entry_with_a_framework_and_no_key_reads_its_own_file(tmp_path: Path) -> None:
    write(tmp_path, "services/orders/settings.py", SETTINGS)
    write(tmp_path, "prod.env", "FRONT=https://front.example\nTOKEN=canary-secret\n")
    [found] = read(
        tmp_path,
        "  - {path: services/orders/settings.py, like: django-cors-headers@4.9, name: orders,\n"
        "     values: [prod.env], serves: [api.example.com/*], owner: team-orders}\n",
    )
    assert isinstance(found, Hop)
    assert "canary" not in repr(found)
    assert found.labels == (("app", "orders"), ("owner", "team-orders"))
    assert ("CORS_ALLOWED_ORIGINS[1]", 4) in [(name, where.line) for name, where in found.fields]


def test_a_glob_takes_the_files_that_speak_of_cors(tmp_path: Path) -> None:
    write(tmp_path, "app/a.py", "import b\n")
    write(
        tmp_path,
        "app/b.py",
        "from starlette.middleware.cors import CORSMiddleware\nCORSMiddleware(a)",
    )
    entry = "  - {path: 'app/**/*.py', like: starlette, serves: [api.example.com/*]}\n"
    [found] = read(tmp_path, entry)
    assert isinstance(found, Hop)
    assert found.where.place == "app/b.py"


def test_files_none_of_which_speaks_of_cors_are_no_silent_application(tmp_path: Path) -> None:
    write(tmp_path, "app/a.py", "import b\n")
    entry = "  - {path: 'app/*.py', like: starlette, serves: [api.example.com/*]}\n"
    [found] = read(tmp_path, entry)
    assert isinstance(found, Unread)
    assert found.gap is Gap.ABSENT
    assert found.reason == "nothing in app/a.py sets up CORS for starlette"
    assert found.names == ("host:api.example.com",)


def test_a_preset_without_a_reader_asks_for_a_key(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", "x: 1")
    [found] = read(tmp_path, "  - {path: a.yml, like: spring-mvc, serves: [api.example.com/*]}\n")
    assert isinstance(found, Unread)
    assert found.do.startswith("add key:")


def test_a_spring_file_is_read_under_its_profile(tmp_path: Path) -> None:
    other = SPRING.replace("a.example", "b.example")
    write(tmp_path, "a.yml", f"{SPRING}---\nspring.config.activate.on-profile: prod\n{other}")
    entry = "  - {path: a.yml, like: spring, serves: [api.example.com/*]%s}\n"
    [found] = read(tmp_path, entry % ", profile: prod")
    assert isinstance(found, Hop)
    assert "b.example" in repr(found.cases)
    assert "a.example" not in repr(found.cases)
    [gap] = read(tmp_path, entry % "")
    assert isinstance(gap, Unread)
    assert gap.do == "write profile: in the mapping"


# -- folders ---------------------------------------------------------------------------------------


def folder(base: Path, path: str = "services") -> Collected:
    [found] = from_folders((path,), base, frozenset())
    return found


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("settings.py", SETTINGS.replace("os.environ['FRONT']", "")),
        ("main.py", "from fastapi.middleware.cors import CORSMiddleware\nCORSMiddleware(app)"),
        ("application.yml", SPRING),
        (
            "application.properties",
            "management.endpoints.web.cors.allowed-origins=https://a.example",
        ),
    ],
)
def test_a_file_without_a_mapping_becomes_a_document(tmp_path: Path, name: str, text: str) -> None:
    write(tmp_path, f"services/{name}", text)
    found = folder(tmp_path)
    assert found.unread == ()
    [document] = found.documents
    assert (document.source, document.kind, document.key) == (
        "file:services", "AppConfig", f"services/{name}",
    )  # fmt: skip
    [hop] = readings(found, {})
    assert isinstance(hop, Hop)
    assert hop.answers == (f"app:services/{name}",)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        (
            "a.py",
            "CORS_ORIGINS = ['https://a.example']",
            "it mentions CORS, and no mapping reads it",
        ),
        (
            "a.py",
            "response['Access-Control-Allow-Origin'] = '*'",
            "it mentions CORS, and no mapping",
        ),
        ("a.py", "CORS_ALLOWED_ORIGINS = [", "it is no Python 3 that can be read"),
        ("a.py", "MIDDLEWARE = []\nCORS_ALLOW_ALL_ORIGINS = True", None),
    ],
)
def test_code_that_mentions_cors_is_never_left_out(
    tmp_path: Path, name: str, text: str, reason: str | None
) -> None:
    write(tmp_path, f"services/{name}", text)
    found = [one for one in readings(folder(tmp_path), {}) if isinstance(one, Unread)]
    [gap] = found
    assert gap.reason.startswith(reason or "corsheaders: MIDDLEWARE has no corsheaders")
    assert (gap.layer, gap.names) == (Layer.APP, ("app:services/a.py",))


@pytest.mark.parametrize(
    ("name", "text"), [("a.py", "import os"), ("a.txt", SETTINGS), ("a.py", "# cross origin")]
)
def test_what_does_not_speak_of_it_is_no_gap(tmp_path: Path, name: str, text: str) -> None:
    write(tmp_path, f"services/{name}", text)
    found = folder(tmp_path)
    assert (found.documents, found.unread) == ((), ())


def test_a_spring_file_among_manifests_is_no_gap(tmp_path: Path) -> None:
    write_ingress(tmp_path / "services", A)
    write(tmp_path, "services/application.yml", SPRING)
    found = folder(tmp_path)
    assert found.unread == ()
    assert sorted(one.kind for one in found.documents) == ["AppConfig", "Ingress"]


def test_a_mapped_file_is_not_recognised_a_second_time(tmp_path: Path) -> None:
    write(tmp_path, "services/settings.py", SETTINGS.replace("os.environ['FRONT']", ""))
    found = read(
        tmp_path,
        "  - services\n"
        "  - {path: services/settings.py, like: django-cors-headers, serves: [api.example.com/*]}\n",
    )
    assert [one.answers for one in found if isinstance(one, Hop)] == [("host:api.example.com",)]


def test_an_entry_that_has_only_a_workload_is_left_to_its_cluster(tmp_path: Path) -> None:
    plan = planned(
        tmp_path, "  - {workload: p/o/a, serves: [a.example/*], key: X, like: starlette}\n"
    )
    assert list(from_apps(plan.apps, plan.base)) == []
    [app] = plan.apps
    assert app.mapping.workload == "kube:p/o/a"
