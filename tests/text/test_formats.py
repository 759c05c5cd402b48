"""What a name promises, and that every format is read."""

import pytest

from auditor.text.formats import Format, guess, parse
from auditor.text.tree import plain


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("values.yaml", Format.YAML),
        ("k8s/overlays/prod/Ingress.YML", Format.YAML),
        ("api.json", Format.JSON),
        ("pyproject.toml", Format.TOML),
        ("application-prod.properties", Format.PROPERTIES),
        (".env", Format.DOTENV),
        (".env.prod", Format.DOTENV),
        ("deploy/prod.env", Format.DOTENV),
        ("c:\\app\\.env.local", Format.DOTENV),
        (".env.yaml", Format.YAML),
        ("production.ini", Format.INI),
        ("setup.cfg", Format.INI),
        (".envrc", None),
        ("env", None),
        ("yaml", None),
        ("Makefile", None),
        ("a.yaml/readme", None),
        ("main.tf", None),
        ("", None),
    ],
)
def test_guess(name: str, format: Format | None) -> None:
    assert guess(name) is format


@pytest.mark.parametrize(
    ("format", "text", "expected"),
    [
        (Format.YAML, "a: {b: '1'}", {"a": {"b": "1"}}),
        (Format.JSON, '{"a": {"b": "1"}}', {"a": {"b": "1"}}),
        (Format.TOML, '[a]\nb = "1"', {"a": {"b": "1"}}),
        (Format.PROPERTIES, "a.b = 1", {"a.b": "1"}),
        (Format.DOTENV, "A_B = 1", {"A_B": "1"}),
        (Format.INI, "[a]\nb = 1", {"a": {"b": "1"}}),
    ],
)
def test_parse(format: Format, text: str, expected: object) -> None:
    parsed = parse(text.encode(), "a", format)
    assert [plain(document.root) for document in parsed.documents] == [expected]


def test_every_format_is_parsed() -> None:
    for format in Format:
        assert parse(b"", "a", format) is not None
