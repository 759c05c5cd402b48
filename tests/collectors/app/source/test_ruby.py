"""rack-cors: what is read of a Ruby file, and what is left to its owner with a reason."""

import time

import pytest

from auditor.core.language.pattern import Dialect
from auditor.core.reading import ANY_PATH, PathKind, PathMatch
from collectors.app.mapping import Split
from collectors.app.semantics.preset import Input
from collectors.app.source.block import Block, Code, Part, SourceError
from collectors.app.source.ruby import MOST_RESOURCES, read_rack
from collectors.app.source.ruby_path import resource_of
from tests.collectors.app.source.ruby_sources import allowed, used

RAILS = "Rails.application.config.middleware.insert_before 0, Rack::Cors do\n%send\n"
ONE = "origins 'https://app.example.com'"


def read(text: str) -> tuple[Part, ...]:
    return read_rack(text.encode())


def block(text: str) -> Block:
    [part] = read(text)
    assert isinstance(part, Block), part
    return part


def code(text: str) -> Code:
    [part] = read(text)
    assert isinstance(part, Code), part
    assert part.do
    return part


def test_an_initializer_is_read_with_its_lines() -> None:
    text = RAILS % (
        "  allow do\n"
        "    # origins 'https://old.example.com'\n"
        "    origins 'https://app.example.com', # 'https://no.example.com'\n"
        "      /\\Ahttps:\\/\\/[a-z]+\\.corp\\.example\\z/i,\n"
        "      %w[https://b.example.com]\n"
        "    resource '/api/*', headers: :any, methods: [:get, :put],\n"
        "      credentials: true, expose: ['X-A'], max_age: 1.day\n"
        "  end\n"
    )
    part = block(text)
    assert (part.title, part.line) == ("resource '/api/*'", 7)
    assert part.paths == (PathMatch(PathKind.CHARACTERS, "/api"),)
    found = {one.input: (one.value, one.line, one.lines) for one in part.settings}
    assert found == {
        Input.ORIGINS: (["https://app.example.com", "https://b.example.com"], 4, (4, 6)),
        Input.PATTERNS: ([r"/\Ahttps:\/\/[a-z]+\.corp\.example\z/i"], 4, (5,)),
        Input.METHODS: (["get", "put"], 7, (7, 7)),
        Input.HEADERS: ([":any"], 7, (7,)),
        Input.EXPOSE: (["X-A"], 8, (8,)),
        Input.CREDENTIALS: (True, 8, ()),
        Input.MAX_AGE: (86400, 8, ()),
    }


@pytest.mark.parametrize(
    ("origins", "value", "split", "trim", "drop"),
    [
        ("ENV['A']", ["${A}"], Split.NONE, False, False),
        ("ENV.fetch('A', 'https://a')", ["${A-https://a}"], Split.NONE, False, False),
        (
            "ENV['A'] || 'https://a', 'https://b'",
            ["${A-https://a}", "https://b"],
            Split.NONE,
            False,
            False,
        ),
        (
            '"https://#{ENV.fetch(%q)}"'.replace("%q", "'A'"),
            ["https://${A}"],
            Split.NONE,
            False,
            False,
        ),
        ("ENV['A'].split(',')", "${A}", Split.COMMA, False, False),
        ("ENV['A'].to_s.split(';')", "${A}", Split.SEMICOLON, False, False),
        ("*ENV.fetch('A', '').split(',').map(&:strip)", "${A-}", Split.COMMA, True, False),
        ("ENV['A'].split(',').reject(&:empty?)", "${A}", Split.COMMA, False, True),
        ("(ENV['A']&.split(',') || ['https://a'])", "${A-https://a}", Split.COMMA, False, False),
    ],
)
def test_what_the_environment_holds_is_a_placeholder(
    origins: str, value: object, split: Split, *, trim: bool, drop: bool
) -> None:
    [setting] = block(used(allowed(f"origins {origins}", "resource '*'"))).settings
    assert setting.value == value
    assert (setting.split, setting.trim, setting.drop_empty) == (split, trim, drop)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (used(allowed("origins { |o, _| o == 'x' }", "resource '*'")), "a block decides"),
        (used(allowed("origins lambda { |o, _| true && o }", "resource '*'")), "a block decides"),
        (used(allowed("origins origins_of(:web)", "resource '*'")), "what a call returns"),
        (
            used(allowed("origins Settings.cors.origins", "resource '*'")),
            "Settings is not set|call",
        ),
        (used(allowed("origins Rails.env.local? ? '*' : 'a'", "resource '*'")), "not followed"),
        (used(allowed("origins 'a', *ENV['A'].split(',')", "resource '*'")), "another shape"),
        (used(allowed("origins(/x#{y}/)", "resource '*'")), "put together"),
        (used(allowed("origins '#{y}'", "resource '*'")), "placeholder"),
        ("LIST = ['a']\nLIST << 'b'\n" + used(allowed("origins LIST", "resource '*'")), "changed"),
        (
            "LIST = ['a']\nLIST.concat(x)\n" + used(allowed("origins LIST", "resource '*'")),
            "changed",
        ),
        ("A = B\nB = A\n" + used(allowed("origins A", "resource '*'")), "made from itself"),
        (used(allowed(ONE, "resource '*', if: ->(env) { true }")), "if: code decides"),
        (used(allowed(ONE, "resource '*', vary: ['X-A']")), "do not vary by Origin"),
        (used(allowed(ONE, "resource '*', **options")), "made in code"),
        (used(allowed(ONE, "resource '*', credentials: !Rails.env.test?")), "credentials"),
        (used(allowed(ONE, "resource '*', methods: METHODS")), "METHODS is not set"),
        (used(allowed(ONE, "resource path")), "path is not set"),
        (used(allowed(ONE, "PATHS.each { |p| resource p }")), "code decides"),
        (used("LIST.each { |o| allow { origins o; resource '*' } }"), "code decides"),
        (used("if dev\n" + allowed(ONE, "resource '*'") + "end"), "code decides"),
        ("if dev\n" + used(allowed(ONE, "resource '*'")) + "end", "a condition decides"),
        (used(allowed(ONE, "resource '*'")).strip() + " unless test?", "a condition decides"),
        ("use Rack::Cors, &Cors.block", "stands elsewhere"),
        (used(allowed(ONE, "resource '*'")) * 2, "more than once"),
        (used(allowed(ONE, "resource '*', methods: [")), "no valid program"),
        ("use Rack::Cors do\n" + "[" * 10_000, "no valid program"),
        (used(allowed(ONE, *(f"resource '/{n}'" for n in range(MOST_RESOURCES + 1)))), "more than"),
    ],
)
def test_what_is_made_in_code_is_left_to_its_owner(text: str, reason: str) -> None:
    part = code(text)
    assert any(one in part.reason for one in reason.split("|")), part.reason
    assert part.paths == (ANY_PATH,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# use Rack::Cors do\n#   allow { origins '*' }\n# end\n",
        "config.middleware.delete Rack::Cors\n",
        "config.middleware.insert_after Rack::Cors, Other do\nend\n",
        "require 'rack/cors'\n",
    ],
)
def test_a_file_without_a_setting_says_nothing(text: str) -> None:
    assert [part for part in read(text) if part.paths] == []


def test_the_first_that_takes_origin_and_path_decides() -> None:
    text = used(
        allowed("origins 'https://a'", "resource '/api/*', credentials: true")
        + allowed("origins 'https://b'", "resource '/api/users'", "resource '*'")
    )
    parts = read(text)
    assert all(isinstance(part, Block) for part in parts)
    asked = {
        part.paths[0].text: [part.title, *(one.title for one in part.otherwise)]
        for part in parts
        if isinstance(part, Block)
    }
    assert asked == {
        "/api/users": ["resource '/api/*'", "resource '/api/users'", "resource '*'"],
        "/api": ["resource '/api/*'", "resource '*'"],
        "/": ["resource '*'"],
    }
    assert [part.paths[0].text for part in parts] == ["/api/users", "/api", "/"]


def test_code_leaves_only_its_own_paths_unread() -> None:
    text = used(
        allowed("origins { |o| ok?(o) }", "resource '/api/*'")
        + allowed("origins 'https://b'", "resource '*'")
    )
    first, second = read(text)
    assert isinstance(first, Code)
    assert first.paths == (PathMatch(PathKind.CHARACTERS, "/api"),)
    assert isinstance(second, Block)


def test_paths_that_overlap_in_part_are_left_to_their_owner() -> None:
    parts = read(used(allowed(ONE, "resource '/api/*'", "resource '*/users'")))
    assert [type(part) for part in parts] == [Code, Code]
    assert all("overlap" in part.reason for part in parts if isinstance(part, Code))


def test_a_path_without_a_slash_takes_none_and_is_still_told() -> None:
    assert block(used(allowed(ONE, "resource 'public/*'"))).paths == ()


@pytest.mark.parametrize(
    ("path", "kind", "text"),
    [
        ("*", PathKind.PREFIX, "/"),
        ("/*", PathKind.PREFIX, "/"),
        ("/api/*", PathKind.CHARACTERS, "/api"),
        ("/api*", PathKind.CHARACTERS, "/api"),
        ("/api", PathKind.EXACT, "/api"),
        ("/a.b", PathKind.EXACT, "/a.b"),
        ("/a/*/b", PathKind.GLOB, "/a*/b"),
        ("/a/:id", PathKind.REGEX, "^/a/([^/?&#]+)$"),
        ("/a/:id.json", PathKind.REGEX, r"^/a/([^/?&#]+)\.json$"),
        ("/a|/b", PathKind.REGEX, "^/a|/b$"),
    ],
)
def test_paths(path: str, kind: PathKind, text: str) -> None:
    dialect = Dialect.RUBY_SEARCH if kind is PathKind.REGEX else None
    assert resource_of(path).match == PathMatch(kind, text, dialect)


def test_a_megabyte_of_brackets_is_refused() -> None:
    with pytest.raises(SourceError, match="over the cap"):
        read("use Rack::Cors do\n" + "[" * 1_000_000)


@pytest.mark.parametrize(
    "text",
    [
        "A0 = ['x']\n"
        + "".join(f"A{n + 1} = A{n} + A{n}\n" for n in range(60))
        + used(allowed("origins A60", "resource '*'")),
        used(allowed("origins " + "[" * 60 + "'a'" + "]" * 60, "resource '*'")),
        used(allowed("origins 'a'" + " + 'a'" * 150, "resource '*'")),
    ],
)
def test_hostile_files_end_with_a_reason(text: str) -> None:
    begun = time.perf_counter()
    assert code(text).reason
    assert time.perf_counter() - begun < 5


def test_nothing_else_of_the_file_is_kept() -> None:
    canary = "AKIACANARY0SECRET"
    text = f"KEY = '{canary}'\n" + used(
        allowed(f"origins load('{canary}')", f"resource '*', token: '{canary}'")
    )
    assert canary not in repr(read(text))
