"""Files and folders: what is read, what is a gap, and that the counts add up."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from auditor.core.reading import Gap, Layer
from auditor.run.files import from_apps
from auditor.run.folders import from_folders
from auditor.run.plan import AppSource
from collectors.app.mapping import AppMapping, FromKey
from collectors.app.semantics.preset import Input
from collectors.collector import Collected
from tests.cli.estates import write_ingress

ORIGINS = "CORS_ALLOWED_ORIGINS=https://app.example.com\n"


def folder(base: Path, *paths: str, mapped: Iterable[str] = ()) -> Collected:
    total = Collected()
    for part in from_folders(paths, base, frozenset(mapped)):
        total += part
    return total


def write(base: Path, name: str, text: str) -> None:
    path = base / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def mapping(*paths: str, key: str = "CORS_ALLOWED_ORIGINS") -> AppMapping:
    inputs = {Input.ORIGINS: FromKey(key)}
    return AppMapping("orders", paths, "starlette@0.40", ("api.example.com/v1/*",), inputs)


def reasons(found: Collected) -> dict[str, str]:
    return {str(gap.where): gap.reason for gap in found.unread}


def adds_up(found: Collected) -> bool:
    """found = read + unread + excluded, source by source; one file may be unread for many reasons."""
    return all(
        one.found
        == one.read
        + one.excluded
        + len({gap.where.place for gap in found.unread if gap.source == one.source})
        for one in found.counts
    )


def test_a_recognised_manifest_is_a_document_of_its_folder(tmp_path: Path) -> None:
    write_ingress(tmp_path / "deploy", "https://app.example.com")
    found = folder(tmp_path, "deploy")
    (document,) = found.documents
    assert (document.source, document.kind, document.where.place) == (
        "file:deploy",
        "Ingress",
        "deploy/api.yaml",
    )
    assert found.unread == ()
    assert [(one.source, one.found, one.read) for one in found.counts] == [("file:deploy", 1, 1)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.env", ORIGINS),
        ("a.properties", "spring.cors.allowed_origins=https://x.test\n"),
        ("a.toml", 'allow_origins = ["*"]\n'),
        ("a.ini", "[cors]\ncors_origin = *\n"),
    ],
)
def test_settings_that_mention_cors_and_that_no_mapping_reads_are_a_gap(
    tmp_path: Path, name: str, text: str
) -> None:
    write(tmp_path, f"services/{name}", text)
    found = folder(tmp_path, "services")
    (gap,) = found.unread
    assert (gap.gap, gap.scope) == (Gap.UNSUPPORTED, f"file:services/{name}")
    assert "mentions CORS" in gap.reason
    assert "name it under files:" in gap.do
    assert adds_up(found)


def test_settings_that_say_nothing_of_cors_are_read_and_no_gap(tmp_path: Path) -> None:
    write(tmp_path, "services/a.env", "PORT=80\nDATABASE=postgres://x\n")
    found = folder(tmp_path, "services")
    assert (found.documents, found.unread) == ((), ())
    assert [(one.found, one.read) for one in found.counts] == [(1, 1)]


def test_a_manifest_that_mentions_cors_and_that_nothing_reads_is_a_gap_with_its_kind(
    tmp_path: Path,
) -> None:
    write(tmp_path, "deploy/mesh.yaml", "kind: VirtualService\nspec: {allowOrigins: ['*']}\n")
    write(tmp_path, "deploy/other.yaml", "kind: Deployment\nspec: {replicas: 2}\n")
    found = folder(tmp_path, "deploy")
    assert reasons(found) == {
        "deploy/mesh.yaml:1": "a VirtualService that mentions CORS, read by nothing here"
    }
    assert adds_up(found)


def test_a_broken_manifest_is_a_gap_at_its_line(tmp_path: Path) -> None:
    write(tmp_path, "deploy/a.yaml", "kind: Ingress\nmetadata: {annotations: [enable-cors\n")
    found = folder(tmp_path, "deploy")
    (gap,) = found.unread
    assert (gap.gap, gap.scope, gap.source) == (Gap.INVALID, "file:deploy/a.yaml", "file:deploy")
    assert gap.where.place == "deploy/a.yaml"
    assert gap.where.line is not None
    assert adds_up(found)


def test_a_mapped_file_is_not_read_twice(tmp_path: Path) -> None:
    write(tmp_path, "services/a.env", ORIGINS)
    write(tmp_path, "services/b.env", ORIGINS)
    found = folder(tmp_path, "services", mapped=["services/a.env"])
    assert [gap.where.place for gap in found.unread] == ["services/b.env"]
    assert adds_up(found)


def test_each_folder_is_a_source_of_its_own(tmp_path: Path) -> None:
    write_ingress(tmp_path / "one", "*")
    write_ingress(tmp_path / "two", "*")
    found = folder(tmp_path, "one", "two")
    assert [one.source for one in found.documents] == ["file:one", "file:two"]
    assert [one.source for one in found.counts] == ["file:one", "file:two"]


def test_a_folder_that_is_not_there_is_a_gap(tmp_path: Path) -> None:
    found = folder(tmp_path, "nowhere")
    (gap,) = found.unread
    assert (gap.gap, gap.source) == (Gap.ABSENT, "file:nowhere")
    assert adds_up(found)


def test_every_file_of_a_mixed_folder_is_counted(tmp_path: Path) -> None:
    write_ingress(tmp_path / "all", "*")
    write(tmp_path, "all/plain.env", "PORT=80\n")
    write(tmp_path, "all/gap.env", ORIGINS)
    write(tmp_path, "all/mapped.env", ORIGINS)
    write(tmp_path, "all/two.yaml", "a: [allow_origins\n---\nb: [allow_origins\n")
    write(tmp_path, "all/picture.png", "no text that counts")
    write(tmp_path, "all/node_modules/x.env", ORIGINS)
    found = folder(tmp_path, "all", mapped=["all/mapped.env"])
    (count,) = found.counts
    assert (count.found, count.read, count.excluded) == (7, 3, 2)
    assert adds_up(found)


def apps(base: Path, *given: AppSource) -> tuple[Collected, frozenset[str]]:
    total, names = Collected(), frozenset[str]()
    for part, mapped in from_apps(given, base):
        total += part
        names |= mapped
    return total, names


def test_a_mapping_reads_its_file_and_names_it(tmp_path: Path) -> None:
    write(tmp_path, "services/a.env", ORIGINS)
    found, names = apps(tmp_path, AppSource(mapping("services/a.env")))
    assert names == {"services/a.env"}
    (document,) = found.documents
    assert (document.source, document.kind) == ("app:orders", "AppConfig")
    assert [(one.found, one.read) for one in found.counts] == [(1, 1)]


@pytest.mark.parametrize(
    ("name", "text", "gap"),
    [
        ("a.json", "{", Gap.INVALID),
        ("a.env", None, Gap.ABSENT),
        ("a.env", "\0\0\0", Gap.INVALID),
    ],
)
def test_a_mapping_that_cannot_be_read_blinds_the_hosts_that_it_serves(
    tmp_path: Path, name: str, text: str | None, gap: Gap
) -> None:
    if text is not None:
        write(tmp_path, f"services/{name}", text)
    found, _ = apps(tmp_path, AppSource(mapping(f"services/{name}")))
    (unread,) = found.unread
    assert unread.names == ("host:api.example.com",)
    assert unread.layer is Layer.APP
    assert unread.source == "app:orders"
    assert "orders" in unread.scope
    assert unread.gap is gap
    assert [(one.found, one.read) for one in found.counts] == [(1, 0)]


def test_a_glob_reads_every_file_and_counts_those_that_fail(tmp_path: Path) -> None:
    write(tmp_path, "services/a.env", ORIGINS)
    write(tmp_path, "services/b.env", "\0\0")
    found, names = apps(tmp_path, AppSource(mapping("services/*.env")))
    assert names == {"services/a.env"}
    assert [(one.found, one.read) for one in found.counts] == [(2, 1)]
    assert [gap.where.place for gap in found.unread] == ["services/b.env"]


def test_placeholders_are_filled_from_the_values_of_the_mapping(tmp_path: Path) -> None:
    write(tmp_path, "app.properties", "cors.origins=${PORTAL}\n")
    write(tmp_path, "values.env", "PORTAL=https://app.example.com\nTOKEN=s3cr3t-canary\n")
    spring = AppMapping(
        "orders",
        ("app.properties",),
        "spring",
        ("api.example.com/*",),
        {Input.ORIGINS: FromKey("cors.origins")},
    )
    with_values, _ = apps(tmp_path, AppSource(spring, ("values.env",)))
    without, _ = apps(tmp_path, AppSource(spring))
    assert "https://app.example.com" in repr(with_values.documents)
    assert "https://app.example.com" not in repr(without.documents)
    assert "s3cr3t-canary" not in repr(with_values)
