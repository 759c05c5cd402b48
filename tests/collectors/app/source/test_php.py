"""Laravel's config/cors.php: what is read, and what is left to its owner with a reason."""

import time

import pytest

from auditor.core.hop.behaviour import Behaviour
from auditor.core.link.cases import Cases
from auditor.core.link.cell import takes
from auditor.core.path.exchange import Request
from auditor.core.reading import ANY_PATH, Document, Hop, PathKind
from collectors.app.mapping import AppMapping, Split
from collectors.app.reading import read_app
from collectors.app.recognition import project_source
from collectors.app.semantics.preset import Compiled, Input
from collectors.app.source.block import Block, Code, Part, Setup, SourceError
from collectors.app.source.php import READER, path_matches
from tests.collectors.app.oracle import answers

APP = "https://app.example.com"
PATHS = "'paths' => ['*'], "


def read(text: str, **setup: object) -> tuple[Part, ...]:
    return READER.parts(f"<?php\n{text}".encode(), Setup(**setup))  # type: ignore[arg-type]


def block(text: str, **setup: object) -> Block:
    [part] = read(text, **setup)
    assert isinstance(part, Block), part
    return part


def code(text: str) -> Code:
    [part] = read(text)
    assert isinstance(part, Code), part
    assert "like: laravel" in part.do
    return part


FILE = """
return [
    /* 'allowed_origins' => ['*'], */
    'paths' => ['api/*', 'sanctum/csrf-cookie'],
    'allowed_methods' => ['GET', "PUT"],
    // 'allowed_origins' => ['https://old.example.com'],
    'allowed_origins' => [
        'https://app.example.com', # 'https://no.example.com',
        env('WEB', 'http://localhost:3000'),
    ],
    'allowed_origins_patterns' => ['#^https://[a-z]+\\.corp\\.example$#'],
    'allowed_headers' => ['*'],
    'exposed_headers' => false,
    'max_age' => 60 * 60,
    'supports_credentials' => true,
];
"""


def test_a_file_is_read_with_its_lines() -> None:
    part = block(FILE)
    found = {one.input: (one.field, one.value, one.line, one.lines) for one in part.settings}
    assert found == {
        Input.ORIGINS: ("allowed_origins", [APP, "${WEB-http://localhost:3000}"], 8, (9, 10)),
        Input.PATTERNS: (
            "allowed_origins_patterns",
            [r"#^https://[a-z]+\.corp\.example$#"],
            12,
            (12,),
        ),
        Input.METHODS: ("allowed_methods", ["GET", "PUT"], 6, (6, 6)),
        Input.HEADERS: ("allowed_headers", ["*"], 13, (13,)),
        Input.CREDENTIALS: ("supports_credentials", True, 16, ()),
        Input.MAX_AGE: ("max_age", 3600, 15, ()),
    }


@pytest.mark.parametrize(
    ("path", "origin", "expected"),
    [
        ("/api/users", APP, APP),
        ("/api/users", "https://x.corp.example", "https://x.corp.example"),
        ("/api/users", "http://localhost:3000", "http://localhost:3000"),
        ("/api/users", "https://evil.com", None),
        ("/sanctum/csrf-cookie", APP, APP),
        ("/api/", APP, None),
        ("/apix", APP, None),
        ("/", APP, None),
    ],
)
def test_a_file_becomes_a_hop(path: str, origin: str, expected: str | None) -> None:
    mapping = AppMapping("shop", ("cors.php",), "laravel@11.0", ("h/*",), resolve_defaults=True)
    found = project_source(mapping, "cors.php", f"<?php\n{FILE}".encode(), "file:x", {})
    assert isinstance(found, Document)
    [hop] = read_app([found], {})
    assert isinstance(hop, Hop)
    case = Cases(hop.cases).taken(path, "GET")
    assert case is not None
    assert isinstance(case.doing, Behaviour)
    assert not isinstance(case.to, tuple)
    [answer] = answers(Compiled(case.doing, case.to), Request("GET", origin))
    assert dict(answer.lines).get("access-control-allow-origin") == expected


@pytest.mark.parametrize(
    ("origins", "value", "split", "trim", "drop"),
    [
        ("[env('A')]", ["${A}"], Split.NONE, False, False),
        ("['https://' . env('A')]", ["https://${A}"], Split.NONE, False, False),
        ('["https://{$x}"]', ["https://a"], Split.NONE, False, False),
        (
            "[env('A') ?? 'https://a', env('B') ?: 'https://b']",
            ["${A-https://a}", "${B:-https://b}"],
            Split.NONE,
            False,
            False,
        ),
        ("explode(',', env('A', 'a,b'))", "${A-a,b}", Split.COMMA, False, False),
        ("\\explode(';', (string) env('A', ''))", "${A-}", Split.SEMICOLON, False, False),
        ("array_map('trim', explode(',', env('A')))", "${A}", Split.COMMA, True, False),
        ("array_map(trim(...), explode(',', env('A')))", "${A}", Split.COMMA, True, False),
        (
            "array_values(array_filter(array_map('trim', explode(',', env('A', '')))))",
            "${A-}",
            Split.COMMA,
            True,
            True,
        ),
        ("explode(',', 'a,b')", ["a", "b"], Split.NONE, False, False),
        ("array_merge(['a'], ['b'])", ["a", "b"], Split.NONE, False, False),
        ("array('a', ...['b'])", ["a", "b"], Split.NONE, False, False),
        ("array_filter(['a', '', null])", ["a"], Split.NONE, False, False),
        ("env('A', '*')", "${A-*}", Split.NONE, False, False),
    ],
)
def test_origins(origins: str, value: object, split: Split, *, trim: bool, drop: bool) -> None:
    part = block(f"$x = 'a'; return [{PATHS}'allowed_origins' => {origins}];")
    [setting] = part.settings
    assert setting.value == value
    assert (setting.split, setting.trim, setting.drop_empty) == (split, trim, drop)


def test_camel_case_wins_and_null_is_not_there() -> None:
    both = block(f"return [{PATHS}'allowed_origins' => ['a'], 'allowedOrigins' => ['b']];")
    assert [(one.field, one.value) for one in both.settings] == [("allowedOrigins", ["b"])]
    null = block(f"return [{PATHS}'allowed_origins' => ['a'], 'allowedOrigins' => null];")
    assert [(one.field, one.value) for one in null.settings] == [("allowed_origins", ["a"])]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("0", False),
        ("'false'", True),
        ("''", False),
        ("env('A', false)", "${A-false}"),
        ("(bool) env('A', true)", "${A-true}"),
    ],
)
def test_credentials(written: str, value: object) -> None:
    [setting] = block(f"return [{PATHS}'supports_credentials' => {written}];").settings
    assert setting.value == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("'allowed_origins' => $o", "$o is not set"),
        ("'allowed_origins' => config('app.origins')", "what config() returns"),
        ("'allowed_origins' => app()->isLocal() ? ['*'] : ['a']", "a condition decides"),
        ("'allowed_origins' => fn () => ['*']", "not followed"),
        ("'allowed_origins' => [...explode(',', env('A')), 'b']", "another shape"),
        ("'allowed_origins' => array_merge(['a'], explode(',', env('A')))", "array_merge"),
        ("'allowed_origins' => ['a' => 'b']", "no list"),
        ("'allowed_origins' => [1]", "no list"),
        ("'allowed_origins' => ['${A}']", "placeholder"),
        ("'allowed_origins' => ['*'], 'allowed_methods' => '*'", "allowed_methods is no list"),
        ("'allowed_origins' => ['*'], 'supports_credentials' => X::ON", "supports_credentials"),
        ("'allowed_origins' => ['*'], ...$more", "$more is not set|with keys"),
        ("'allowed_origins' => ['*'], 'paths' => ['api.example.com' => ['*']]", "one host alone"),
        ("'allowed_origins' => ['*'], 'paths' => [env('A')]", "no text"),
    ],
)
def test_what_is_made_in_code_is_left_to_its_owner(text: str, reason: str) -> None:
    part = code(f"return [{text}];")
    assert any(one in part.reason for one in reason.split("|")), part.reason
    assert part.paths == (ANY_PATH,)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("$o = ['a']; $o[] = 'b'; return ['allowed_origins' => $o];", "$o is changed"),
        ("$o = ['a']; if (x()) { $o = ['*']; } return ['allowed_origins' => $o];", "$o is changed"),
        ("$a = $b; $b = $a; return ['allowed_origins' => $a];", "made from itself"),
        ("$c = ['allowed_origins' => ['*']]; $c['paths'] = []; return $c;", "$c is changed"),
        (
            "if (x()) { return ['allowed_origins' => ['*']]; } return ['allowed_origins' => []];",
            "several",
        ),
        ("return array_merge(require 'x.php', ['allowed_origins' => ['*']]);", "followed"),
        ("return ['allowed_origins' => ['a', ;", "no valid program"),
        ("return ['allowed_origins' => " + "[" * 10_000, "no valid program"),
        ("return ['allowed_origins' => " + "[" * 60 + "]" * 60 + "];", "is no list"),
    ],
)
def test_files_that_are_not_followed(text: str, reason: str) -> None:
    assert reason in code(text).reason


@pytest.mark.parametrize(
    "text",
    [
        "",
        "return ['paths' => ['*']];",
        "return ['apps' => [['allowed_origins' => ['*']]]];",
        "class A { function f() { return ['allowed_origins' => ['*']]; } }",
        "// return ['allowed_origins' => ['*']];",
        "$x = ['allowed_origins' => ['*']];",
    ],
)
def test_what_is_no_such_file_says_nothing(text: str) -> None:
    assert read(text) == ()


def test_paths_that_are_not_given_are_those_of_the_release() -> None:
    text = "return ['allowed_origins' => ['*']];"
    assert [one.text for one in block(text).paths][:1] == ["/api/?*"]
    assert block(text, release=(11, 0, 0)).paths == block(text).paths
    assert block(text, release=(10, 0, 0)).paths == ()


PATHS_ASKED = (
    "/",
    "/api",
    "/api/",
    "/api/x",
    "/api/x/",
    "/apix",
    "/a/1/b",
    "/a/1/b/",
    "/a/b",
    "/x",
    "/x/",
)


@pytest.mark.parametrize(
    ("pattern", "taken"),
    [
        ("*", PATHS_ASKED),
        ("api/*", ("/api/x", "/api/x/")),
        ("/api/*", ("/api/x", "/api/x/")),
        ("api/**", ("/api/x", "/api/x/")),
        ("api*", ("/api", "/api/", "/api/x", "/api/x/", "/apix")),
        ("api", ("/api", "/api/")),
        ("/x/", ("/x", "/x/")),
        ("a/*/b", ("/a/1/b", "/a/1/b/")),
        ("/", ("/",)),
        ("", ()),
    ],
)
def test_patterns_of_paths(pattern: str, taken: tuple[str, ...]) -> None:
    """As `Request::is` and `Request::fullUrlIs` of laravel/framework 11.0.0 answered."""
    matches = path_matches(pattern)
    assert tuple(path for path in PATHS_ASKED if any(takes(one, path) for one in matches)) == taken


@pytest.mark.parametrize("pattern", ["*/users", "https://a.example.com/*", "a?b", "*api*"])
def test_patterns_that_the_host_or_the_query_decide_are_not_read(pattern: str) -> None:
    assert [one.kind for one in path_matches(pattern)] == [PathKind.OPAQUE]


def test_a_megabyte_of_brackets_is_refused() -> None:
    with pytest.raises(SourceError, match="over the cap"):
        read("return ['allowed_origins' => " + "[" * 1_000_000)


def test_a_hostile_file_ends_soon() -> None:
    begun = time.perf_counter()
    doubled = "".join(f"$a{n + 1} = array_merge($a{n}, $a{n});\n" for n in range(60))
    part = code(f"$a0 = ['x'];\n{doubled}return ['allowed_origins' => $a60];")
    assert "over 10,000 items" in part.reason or "too long" in part.reason
    assert time.perf_counter() - begun < 5


def test_nothing_else_of_the_file_is_kept() -> None:
    canary = "AKIACANARY0SECRET"
    text = f"$k = '{canary}'; return ['allowed_origins' => ['*'], 'key' => '{canary}'];"
    assert canary not in repr(read(text))
    assert canary not in repr(read(f"return ['allowed_origins' => f('{canary}')];"))
