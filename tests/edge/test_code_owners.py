"""CODEOWNERS: what GitHub documents of it, what it skips, and that no pattern takes long."""

from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.edge.code_owners import CAP, LONGEST, CodeOwners, parse_code_owners

# The example of GitHub Docs, "About code owners", with its comments shortened.
DOCUMENTED = """\
# This is a comment.
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/*  docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/ @octocat
/apps/github
"""
EVERYONE = "@global-owner1 @global-owner2"


def read(text: str, inside: str = ".") -> CodeOwners:
    entries, problems = parse_code_owners(text.encode(), "CODEOWNERS")
    assert entries is not None
    assert problems == ()
    return CodeOwners(entries, inside)


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("services/a.env", EVERYONE),
        ("README", EVERYONE),
        ("web/src/index.js", "@js-owner"),
        ("main.go", "docs@example.com"),
        ("notes.txt", "@octo-org/octocats"),
        ("build/logs/x.log", "@octocat"),
        ("web/build/logs/x", "@octocat"),
        ("docs/getting-started.md", "@doctocat"),
        ("web/docs/a.md", EVERYONE),
        ("web/apps/deep/a", "@octocat"),
        ("apps/a", "@octocat"),
        ("apps/github/a", None),
        ("apps/github", None),
        ("apps/githubs", "@octocat"),
        ("scripts/logs/a", "@octocat"),
        ("scripts/a", "@doctocat @octocat"),
        ("apps", EVERYONE),
    ],
)
def test_the_documented_example(path: str, owners: str | None) -> None:
    assert read(DOCUMENTED).owners_of(path) == owners


@pytest.mark.parametrize(
    ("pattern", "taken", "left"),
    [
        ("docs/*", ["docs/a.md"], ["docs/b/a.md", "x/docs/a.md", "docs"]),
        ("/docs/*", ["docs/a.md"], ["docs/b/a.md"]),
        ("*", ["a", "a/b/c"], []),
        ("**", ["a", "a/b/c"], []),
        ("/*", ["a"], ["a/b"]),
        ("*.env", ["a.env", "b/.env", "a.env/b"], ["a.envs"]),
        ("orders", ["orders", "a/orders", "orders/a/b"], ["order", "orders2"]),
        ("a/orders", ["a/orders", "a/orders/b"], ["b/a/orders"]),
        ("/orders", ["orders", "orders/a"], ["a/orders"]),
        ("orders/", ["orders/a", "b/orders/a/c"], ["orders", "b/orders"]),
        ("a/**", ["a/b", "a/b/c"], ["a", "b/a/c"]),
        ("a/**/b", ["a/b", "a/x/b", "a/x/y/b", "a/x/b/c"], ["a/x/c", "b"]),
        ("**/a/b", ["a/b", "x/y/a/b"], ["a/x/b"]),
        ("a?c", ["abc", "x/abc"], ["ac", "a/c", "abbc"]),
        ("a*c", ["ac", "abbc", "a**c"], ["a/c"]),
        ("a**c", ["ac", "abbc"], ["a/c"]),
        ("my\\ app/*.env", ["my app/a.env"], ["my", "my/a.env"]),
        ("a\\*b", ["a*b"], ["axb"]),
        ("Services/", ["Services/a"], ["services/a"]),
        ("/", [], ["a"]),
    ],
)
def test_what_a_pattern_takes(pattern: str, taken: list[str], left: list[str]) -> None:
    entries, _ = parse_code_owners(f"{pattern} @a".encode(), "CODEOWNERS")
    known = CodeOwners(entries or ())
    assert [path for path in taken + left if known.owners_of(path)] == taken


@pytest.mark.parametrize(
    ("inside", "path", "owners"),
    [
        (".", "services/a", "@services"),
        ("deploy/prod", "a", "@prod"),
        ("deploy/prod", "../a", "@deploy"),
        ("deploy/prod", "../../services/a", "@services"),
        ("..", "repo/services/a", None),
        (".", "../services/a", None),
        (".", "/services/a", None),
        (".", "./services//a", "@services"),
    ],
)
def test_paths_are_seen_from_the_root_of_the_repository(
    inside: str, path: str, owners: str | None
) -> None:
    text = "/services/ @services\n/deploy/ @deploy\n/deploy/prod/ @prod\n"
    assert read(text, inside).owners_of(path) == owners


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("!a @x", "'!a' takes nothing back here (GitHub skips the line); name the paths"),
        ("\\#a @x", "cannot begin with # (GitHub skips the line)"),
        ("a[0-9] @x", "holds a range of characters, which means nothing here"),
        ("[Section] @x", "holds a range of characters"),
        ("a x", "'x' is no owner (GitHub skips the line); write @user, @org/team or a mail"),
        ("a @", "'@' is no owner"),
        ("a @org/", "'@org/' is no owner"),
        ("a @x@y", "'@x@y' is no owner"),
        ("/ @x", "'/' names no path"),
        ("a" * (LONGEST + 1) + " @x", f"is longer than {LONGEST:,} characters"),
    ],
)
def test_a_line_that_github_skips_is_said_and_owns_nothing(line: str, what: str) -> None:
    entries, (problem,) = parse_code_owners(f"* @all\n{line}\n".encode(), "CODEOWNERS")
    assert str(problem).startswith("CODEOWNERS:2: ")
    assert what in str(problem)
    assert CodeOwners(entries or ()).owners_of("a") == "@all"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"a @x\n" * (CAP // 5 + 1), "CODEOWNERS: it is not under 3,145,728 bytes, and GitHub"),
        (b"* @x\n\xff @y\n", "CODEOWNERS:2: the byte at offset 5 is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_has_no_entries(data: bytes, problem: str) -> None:
    entries, (found,) = parse_code_owners(data, "CODEOWNERS")
    assert entries is None
    assert str(found).startswith(problem)


@pytest.mark.parametrize(
    "pattern",
    ["*a" * 2_000 + "b", "**/" * 1_300 + "b", "**/a/" * 800 + "b", "a*" * 2_000 + "b", "?" * 4_001],
)
def test_no_pattern_takes_long(pattern: str) -> None:
    known = read(f"{pattern} @x")
    began = monotonic()
    assert known.owners_of("a" * 4_000) is None
    assert known.owners_of("a/" * 500 + "a") is None
    assert monotonic() - began < 5


@given(st.binary(max_size=200), st.text(max_size=40))
def test_no_bytes_raise(data: bytes, path: str) -> None:
    entries, problems = parse_code_owners(data, "CODEOWNERS")
    assert entries is not None or problems
    CodeOwners(entries or ()).owners_of(path)
