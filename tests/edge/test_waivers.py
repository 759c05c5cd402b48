"""`waivers.yaml`: what it says, every fault of it at once, and content that means harm."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from auditor.core.allowlist import RouteMatch
from auditor.core.finding import Severity
from auditor.core.language.pattern import Dialect, exact
from auditor.core.reading import Where
from auditor.core.waiver.waiver import OfFinding, OfOrigins, OfSelection, Waiver, Waivers
from auditor.edge.waivers import LONGEST, is_waivers, load_waivers
from auditor.text.tree import Problem
from tests.core.claims import FINDING

TODAY = date(2026, 11, 22)
REST = "reason: why, approved_by: who, expires: 2026-12-01"


def load(text: str) -> Waivers | tuple[Problem, ...]:
    return load_waivers(text.encode(errors="surrogatepass"), "waivers.yaml", TODAY)


def file(*lines: str, rollouts: tuple[str, ...] = ()) -> str:
    listed = "".join(f"  - {{{line}}}\n" for line in lines) or "  []\n"
    windows = "".join(f"  - {{{line}}}\n" for line in rollouts) or "  []\n"
    return f"version: 1\nwaivers:\n{listed}rollouts:\n{windows}"


def loaded(*lines: str, rollouts: tuple[str, ...] = ()) -> Waivers:
    found = load(file(*lines, rollouts=rollouts))
    assert isinstance(found, Waivers), [str(one) for one in found]
    return found


def one(line: str) -> Waiver:
    (found,) = loaded(line).waivers
    return found


def problems(text: str) -> list[str]:
    found = load(text)
    assert isinstance(found, tuple)
    return [str(problem) for problem in found]


def test_every_key_of_a_line() -> None:
    line = f'rule: "widened-*", host: "*.example.com", environment: prod, owner: "team-*", {REST}'
    assert one(f"{line}, max_severity: high, ticket: SEC-1") == Waiver(
        OfSelection("widened-*", "*.example.com", "prod", "team-*"),
        "why",
        "who",
        date(2026, 12, 1),
        Where("waivers.yaml", 3),
        "SEC-1",
        Severity.HIGH,
    )


@pytest.mark.parametrize(
    ("text", "fingerprint"),
    [
        ("7f3a91c2", "7f3a91c2"),
        ('"12345678"', "12345678"),
        ("'00001234'", "00001234"),
        ('"1234e567"', "1234e567"),
        ("7F3A91C2", "7f3a91c2"),
        ("ab" * 32, "ab" * 32),
    ],
)
def test_the_id_of_a_finding(text: str, fingerprint: str) -> None:
    assert one(f"finding: {text}, {REST}").of == OfFinding(fingerprint)


@pytest.mark.parametrize(
    "text", ["7f3a91c", '""', "7f3a91cg", "a" * 65, '"7f3a 91c2"', '"\uff17f3a91c2"']
)
def test_what_is_no_id(text: str) -> None:
    (said,) = problems(file(f"finding: {text}, {REST}"))
    assert said.startswith("waivers.yaml:3: 'waivers[0].finding' ")


@pytest.mark.parametrize("text", ["12345678", "00001234", "0x12345678"])
def test_an_id_that_yaml_reads_as_a_number_is_to_be_quoted(text: str) -> None:
    assert problems(file(f"finding: {text}, {REST}")) == [
        "waivers.yaml:3: 'waivers[0].finding' is read by YAML as a number, not as a text; "
        "put it in quotes"
    ]


def test_origins_with_their_routes() -> None:
    plain = one(f'origin: "https://old.example", match: api.example.com/v1/*, {REST}').of
    assert plain == OfOrigins(exact("https://old.example"), plain.match, credentials=False)  # type: ignore[union-attr]
    assert str(plain.match) == "api.example.com/v1/*"  # type: ignore[union-attr]
    wide = f'pattern: "https://*.tenants.example", match: "*.example.com/*", allow_credentials: true, {REST}'
    of = one(wide).of
    assert isinstance(of, OfOrigins)
    assert of.pattern.dialect is Dialect.ALLOWLIST
    assert (of.credentials, of.match.takes("api.example.com", "/x")) == (True, True)


def test_rollouts() -> None:
    (rollout,) = loaded(
        rollouts=("match: api.example.com/*, until: 2026-12-01, reason: new list, ticket: OPS-7",)
    ).rollouts
    assert rollout.match == RouteMatch("api.example.com")
    assert (rollout.until, rollout.reason, rollout.ticket) == (
        date(2026, 12, 1),
        "new list",
        "OPS-7",
    )
    assert str(rollout.where) == "waivers.yaml:5"


def test_every_fault_of_the_file_at_once() -> None:
    text = file(
        f"finding: 7f3a91c, {REST}",
        f'origin: "https://x.example/", match: api.example.com/*, {REST}',
        f'origin: "https://x.example", {REST}',
        f'origin: "*", match: api.example.com/*, {REST}',
        f'origin: "null", match: api.example.com/*, {REST}',
        f'pattern: "https://*.github.io", match: api.example.com/*, {REST}',
        f"rule: a, match: api.example.com/*, {REST}",
        f"rule: a, finding: 7f3a91c2, {REST}",
        "rule: a, reason: why, approved_by: who, expires: 2027-12-01",
        "rule: a, reason: why, approved_by: who, expires: 2026-02-30",
        "rule: a, approved_by: who",
        REST,
        f"rule: a, extra: 1, max_severity: worst, {REST}",
        f'origin: "https://x.example", match: api.example.com/*, max_severity: low, {REST}',
        rollouts=(
            "match: api.example.com/*, reason: why",
            "match: 'https://x/', until: 2027-12-01, reason: why",
        ),
    )
    said = problems(text)
    lines = [int(one.split(":")[1]) for one in said]
    assert sorted(set(lines)) == [*range(3, 17), 18, 19], "\n".join(said)
    for words in (
        "write https://x.example",
        "has origin but no match",
        "allows every origin",
        "is over the public suffix github.io",
        "stands without an origin",
        "stands beside rule or other globs; write a line for each",
        "is more than 180 days ahead; write 2027-05-21 or earlier",
        "is no date",
        "has no reason",
        "has no expires",
        "'extra' of 'waivers[12]' is an unknown key",
        "is none of info, low, medium, high, critical",
        "whose bounds are its routes and allow_credentials",
        "'rollouts[0]' has no until",
        "'rollouts[1].match' has a scheme",
    ):
        assert any(words in one for one in said), words
    assert all(one.count("; ") >= 1 for one in said), "each says what to do"


@pytest.mark.parametrize(("days", "fine"), [(0, True), (-400, True), (180, True), (181, False)])
@pytest.mark.parametrize("key", ["expires", "until"])
def test_how_far_ahead_a_line_may_end(key: str, days: int, fine: bool) -> None:
    day = TODAY + timedelta(days)
    line = f"rule: a, reason: why, approved_by: who, expires: {day}"
    rollout = f"match: api.example.com/*, reason: why, until: {day}"
    text = file(line) if key == "expires" else file(rollouts=(rollout,))
    assert isinstance(load(text), Waivers) is fine
    assert timedelta(180) == LONGEST


def test_quoted_dates_are_dates_and_times_are_none() -> None:
    quoted = one('rule: a, reason: why, approved_by: who, expires: "2026-12-01"')
    assert quoted.expires == date(2026, 12, 1)
    for text in ("2026-12-01T00:00:00Z", "20261201", "1 Dec 2026", "tomorrow", "2026-12-1"):
        (said,) = problems(file(f"rule: a, reason: why, approved_by: who, expires: {text}"))
        assert "'waivers[0].expires'" in said


def test_keys_that_are_there_twice() -> None:
    assert problems(file(f"rule: a, rule: b, {REST}")) == [
        "waivers.yaml:3: the key 'rule' is here twice, first on line 3; remove one; the last one "
        "was taken"
    ]
    (said,) = problems(f"{file()}rollouts: []\n")
    assert "the key 'rollouts' is here twice" in said


def test_the_same_finding_may_be_accepted_twice() -> None:
    """Another approval beside one that is about to end: both are there."""
    later = "finding: 7f3a91c2, reason: why, approved_by: who, expires: 2027-01-01"
    first, second = loaded(f"finding: 7f3a91c2, {REST}", later).waivers
    assert first.key != second.key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "1",
        "version: 2\n",
        "version: 1\nwaivers: x\n",
        "version: 1\nwaivers: [1, null, {}, []]\n",
        "version: 1\nwaivers: {a: b}\n",
        "version: 1\n---\nversion: 1\n",
        "version: 1\nwaivers: &a [*a]\n",
        "version: 1\nwaivers: !!python/object/apply:os.system [ls]\n",
        "a: " * 30,
        "[" * 3_000,
        "\x00",
        "\ud800",
        file(f'rule: "\\e[31m", {REST}'),
        file('rule: a, reason: "one\\ntwo", approved_by: who, expires: 2026-12-01'),
        file(f"rule: {'a' * 2_000_000}, {REST}"),
        file(f"host: 'https://api.example.com/', {REST}"),
        file(f'origin: "https://user:hunter2@x.example", match: api.example.com/*, {REST}'),
    ],
)
def test_what_cannot_be_read_is_said_and_never_raised(text: str) -> None:
    said = problems(text)
    assert said
    for line in said:
        assert line.isprintable(), line
        assert len(line) < 600
        assert "hunter2" not in line


def test_globs_take_no_time_whatever_they_are() -> None:
    """A glob is no expression that could be made to search for hours."""
    evil = one(f'rule: "{"*a" * 60}b", {REST}').of
    assert isinstance(evil, OfSelection)
    assert not evil.takes(replace(FINDING, rule="a" * 5_000))


@pytest.mark.parametrize(
    ("text", "waivers"),
    [
        (file(), True),
        ("version: 1\nwaivers:\n  - {}\n", True),
        ("version: 1\nrollouts: []\n", True),
        ("version: 1\nwaivers: waivers.yaml\n", False),
        ("version: 1\norigins: []\n", False),
        ("[]", False),
        ("", False),
    ],
)
def test_files_of_waivers_are_told_from_configurations(text: str, waivers: bool) -> None:
    assert is_waivers(text.encode(), "x.yaml") is waivers


def test_the_digest_is_that_of_the_content() -> None:
    assert loaded().digest != loaded(f"rule: a, {REST}").digest
    assert loaded().digest == loaded().digest
