"""From files to documents: formats, splitting, what is kept and what is not, bad files."""

import json

import pytest

from auditor.core.language.pattern import Dialect
from auditor.core.reading import Document, Gap, Unread
from auditor.text.formats import Format
from collectors.app.mapping import AppMapping, Embedded, FromKey, Given, Meaning, Split
from collectors.app.projection import project
from collectors.app.selection import from_body, to_body
from collectors.app.semantics.custom import Spelled
from collectors.app.semantics.preset import Input

A, B = "https://a.example", "https://b.example"
CANARY = "hunter2-canary"


def mapping(path: str = "app.env", key: str = "ORIGINS", **more: object) -> AppMapping:
    settings: dict[str, object] = {
        "name": "orders",
        "paths": (path,),
        "semantics": "starlette@1.10",
        "serves": ("api.example.com/v1/*",),
        "inputs": {Input.ORIGINS: FromKey(key)},
    }
    return AppMapping(**(settings | more))  # type: ignore[arg-type]


def kept(one: AppMapping, text: str, name: str = "app.env", **variables: str) -> Document:
    document = project(one, name, text.encode(), "file:x", variables)
    assert isinstance(document, Document), document
    assert from_body(json.loads(json.dumps(document.body))) == from_body(document.body)
    assert to_body(from_body(document.body)) == document.body
    return document


def refused(one: AppMapping, text: str | bytes, name: str = "app.env") -> Unread:
    data = text if isinstance(text, bytes) else text.encode()
    unread = project(one, name, data, "file:x", {})
    assert isinstance(unread, Unread), unread
    assert unread.names == ("host:api.example.com",)
    return unread


FORMATS = [
    ("app.env", "ORIGINS", f"X=1\nORIGINS={A},{B}\n", f"{A},{B}", 2),
    ("app.env", "ORIGINS", f'X=1\nexport ORIGINS="{A}"\n', A, 2),
    ("app.yaml", "cors.origins", f"cors:\n  origins:\n    - {A}\n    - {B}\n", [A, B], 3),
    ("app.yaml", "cors.origins", f"cors:\n  origins: {A}\n", A, 2),
    ("app.yaml", "cors.any", "cors:\n  any: true\n", True, 2),
    ("app.yaml", "cors.origins", "cors:\n  origins:\n", None, 2),
    ("app.yaml", "web.[/**].origins", f"web:\n  '[/**]':\n    origins: [{A}]\n", [A], 3),
    ("app.json", "cors.origins", f'{{"cors": {{\n"origins": ["{A}"]}}}}', [A], 2),
    (
        "app.json",
        "all[*].origin",
        f'{{"all": [{{"origin": "{A}"}},\n{{"origin": "{B}"}}]}}',
        [A, B],
        1,
    ),
    ("app.toml", "cors.origins", f'[cors]\norigins = ["{A}"]\n', [A], 2),
    ("app.ini", "cors.origins", f"[cors]\norigins = {A}\n", A, 2),
    ("app.properties", "web.cors.origins", f"# x\nweb.cors.origins={A},{B}\n", f"{A},{B}", 2),
    ("app.properties", "c.o", f"c.o[1]={B}\nc.o[0]={A}\nc.other=1\n", [A, B], 2),
]


@pytest.mark.parametrize(("name", "key", "text", "value", "line"), FORMATS)
def test_formats(name: str, key: str, text: str, value: object, line: int) -> None:
    document = kept(mapping(name, key), text, name)
    assert from_body(document.body).picked[Input.ORIGINS].value == value
    assert document.where.line == line
    assert document.lines["/inputs/origins/value"] == document.where.line


@pytest.mark.parametrize(
    ("name", "split", "expected"),
    [
        ("app.env", None, Split.COMMA),
        ("app.properties", None, Split.COMMA),
        ("app.yaml", None, Split.NONE),
        ("app.yaml", Split.SEMICOLON, Split.SEMICOLON),
        ("app.env", Split.NONE, Split.NONE),
    ],
)
def test_the_default_split_depends_on_the_format(
    name: str, split: Split | None, expected: Split
) -> None:
    text = f"ORIGINS: {A}" if name.endswith("yaml") else f"ORIGINS={A}"
    assert from_body(kept(mapping(name, split=split), text, name).body).split is expected


CONFIG_MAP = f"""\
apiVersion: v1
kind: Secret
data: {{application.yml: {CANARY}}}
---
apiVersion: v1
kind: ConfigMap
data:
  password: {CANARY}
  application.yml: |
    db: {{password: {CANARY}}}
    cors:
      origins:
        - {A}
        - {B}
"""


def test_a_document_inside_a_config_map() -> None:
    one = mapping("cm.yaml", "cors.origins", embedded=Embedded("application.yml", Format.YAML))
    document = kept(one, CONFIG_MAP, "cm.yaml")
    assert from_body(document.body).picked[Input.ORIGINS].value == [A, B]
    assert document.lines["/inputs/origins/value/1"] == 14
    assert CANARY not in repr(document)


def test_a_config_map_without_the_document_is_unread() -> None:
    one = mapping("cm.yaml", "cors.origins", embedded=Embedded("gone.yml", Format.YAML))
    unread = refused(one, CONFIG_MAP, "cm.yaml")
    assert (unread.gap, unread.reason) == (Gap.ABSENT, "0 ConfigMaps hold 'gone.yml' in their data")


def test_secrets_beside_the_key_are_not_kept() -> None:
    text = f"DB_PASSWORD={CANARY}\nORIGINS=${{A}},{B}\nTOKEN={CANARY}\n"
    document = kept(mapping(), text, A="${INNER}", INNER=A, SECRET=CANARY, ORIGINS=CANARY)
    assert CANARY not in repr(document)
    assert from_body(document.body).variables == {"A": "${INNER}", "INNER": A}


def test_broken_lines_beside_the_key_are_not_repeated() -> None:
    text = f'{CANARY} {CANARY}\nKEY="x" {CANARY}\nORIGINS={A}\n'
    document = kept(mapping(), text)
    assert CANARY not in repr(document)
    assert from_body(document.body).broken == "line 1: unreadable as written, and 1 more"
    unread = refused(mapping(key="OTHER"), text)
    assert CANARY not in repr(unread)
    assert unread.gap is Gap.INVALID


def test_values_that_the_mapping_gives() -> None:
    inputs = {
        Input.ORIGINS: FromKey("ORIGINS"),
        Input.CREDENTIALS: FromKey("GONE", default=True),
        Input.METHODS: Given(["GET", "PUT"]),
        Input.HEADERS: FromKey("GONE"),
    }
    picked = from_body(kept(mapping(inputs=inputs), f"ORIGINS={A}").body).picked
    assert [(pick.field, pick.value, pick.missing) for pick in picked.values()] == [
        ("GONE (default)", True, False),
        ("GONE", None, True),
        ("methods (given)", ["GET", "PUT"], False),
        ("ORIGINS", A, False),
    ]


def test_spelled_out_semantics_survive_storing() -> None:
    one = mapping(
        semantics=Spelled(Dialect.PREFIX, vary=True, preflight=None), missing_means=Meaning.DENY
    )
    assert from_body(kept(one, f"ORIGINS={A}").body).semantics == one.semantics
    constant = mapping(semantics=Spelled(None), owner="team-a")
    assert from_body(kept(constant, f"ORIGINS={A}").body).semantics == constant.semantics


BAD = [
    ("app.yaml", "cors.o", "cors: {o: [a\n", Gap.INVALID, None),
    ("app.yaml", "cors.o", "cors:\n  o: !vault x\n", Gap.UNRESOLVED, 2),
    ("app.yaml", "cors.o", "cors:\n  o:\n    - {a: 1}\n", Gap.INVALID, 3),
    ("app.yaml", "cors", "cors:\n  o: 1\n", Gap.INVALID, 2),
    ("app.yaml", "o", "o: 1\n---\no: 2\n", Gap.INVALID, 1),
    ("app.json", "o", '{"o": [}', Gap.INVALID, 1),
    ("app.env", "o", b"o=\0\0", Gap.INVALID, None),
    ("settings", "o", "o=1", Gap.UNSUPPORTED, None),
]


@pytest.mark.parametrize(("name", "key", "text", "gap", "line"), BAD)
def test_bad_files_are_unread_with_their_line(
    name: str, key: str, text: str | bytes, gap: Gap, line: int | None
) -> None:
    unread = refused(mapping(name, key), text, name)
    assert unread.gap is gap
    assert unread.where.place == name
    assert line is None or unread.where.line == line
    assert unread.reason
    assert unread.do


PROFILES = """\
cors: {origins: [https://default.example]}
---
spring.config.activate.on-profile: prod
cors: {origins: [https://prod.example]}
---
spring: {config: {activate: {on-profile: "test, stage"}}}
cors: {origins: [https://test.example]}
"""


@pytest.mark.parametrize(
    ("profile", "origin"),
    [("prod", "prod"), ("stage", "test"), ("test", "test"), ("other", "default")],
)
def test_the_active_profile_decides(profile: str, origin: str) -> None:
    one = mapping("application.yml", "cors.origins", profile=profile)
    picked = from_body(kept(one, PROFILES, "application.yml").body).picked
    assert picked[Input.ORIGINS].value == [f"https://{origin}.example"]


def test_profiles_that_are_not_known_are_unread() -> None:
    one = mapping("application.yml", "cors.origins")
    several = refused(one, PROFILES, "application.yml")
    assert (
        several.reason == "cors.origins stands in 3 documents of the file, on lines 1 and 4 and 7"
    )
    alone = refused(one, PROFILES.split("---\n")[1], "application.yml")
    assert (alone.gap, alone.where.line) == (Gap.UNRESOLVED, 2)
    words = PROFILES.replace("prod\n", "prod & eu\n", 1)
    expression = refused(mapping("a.yml", "cors.origins", profile="prod"), words, "a.yml")
    assert expression.reason == "the profile expression 'prod & eu' is not read"
