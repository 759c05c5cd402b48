"""The configuration that `init` writes reads back, whatever it found."""

from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from auditor.edge.config.load import load_config
from auditor.edge.config.model import Aws, Config, Organization
from auditor.edge.config.quoting import comment, quote
from auditor.edge.config.starter import FoundFolder, Surroundings, write_starter
from auditor.text.tree import Scalar
from auditor.text.yaml import parse_yaml

TODAY = date(2026, 11, 22)


def config_of(text: str) -> Config:
    loaded = load_config(text.encode(), "cors-audit.yaml", TODAY)
    assert isinstance(loaded, Config), "\n".join(map(str, loaded))
    return loaded


def test_nothing_found_is_a_valid_file_with_everything_in_comments() -> None:
    config = config_of(write_starter(Surroundings()))
    assert config == Config()


def test_what_was_found_is_switched_on() -> None:
    found = Surroundings(
        aws=("AWS_PROFILE",),
        contexts=("prod-1", "arn:aws:eks:eu-west-1:111122223333:cluster/b"),
        folders=(FoundFolder("deploy/", manifests=2), FoundFolder(".env", settings=1)),
        allowlist="allowlist/",
        incomplete=True,
    )
    text = write_starter(found)
    config = config_of(text)
    assert config.aws == Aws()
    assert config.kubernetes is not None
    assert config.kubernetes.contexts == found.contexts
    assert [entry.path for entry in config.files] == [("deploy/",), (".env",)]
    assert config.allowlist == "allowlist/"
    assert "Kubernetes manifests: 2\n" in text
    assert "this list may lack folders" in text


def test_the_lines_in_comments_are_right_too() -> None:
    lines = write_starter(Surroundings()).splitlines()
    kept = [line[2:] for line in lines if line.startswith("# ") and _is_setting(line[2:])]
    config = config_of("version: 1\n" + "\n".join(_without_repeats(kept)) + "\n")
    assert config.kubernetes is not None
    assert config.files[-1].like == "starlette@0.40"
    assert config.environments.non_production == {"staging", "preview"}
    assert config.environments.ordered
    assert config.links[0].host == "legacy.example.com"
    assert config.hops[0].name == "cloudflare-edge"
    assert len(config.owners) == 4
    assert config.waivers == "waivers.yaml"
    assert config.tickets is not None
    assert config.tickets.backlog_per_week == 5
    assert [route.target.name for route in config.tickets.routes] == [
        "jira:ACC",
        "github:example/cors-drift",
    ]
    assert config.notify.slack is not None
    assert config.notify.heartbeat_env == "CORS_AUDIT_HEARTBEAT"


def test_every_way_to_several_accounts_is_right() -> None:
    lines = write_starter(Surroundings()).splitlines()
    ways = [line[2:] for line in lines if line.startswith("# aws: {")]
    read = [config_of(f"version: 1\n{way}\n").aws for way in ways]
    assert [
        one is not None and (one.role, len(one.accounts), one.organization) for one in read
    ] == [
        (None, 0, None),
        (None, 0, None),
        ("CorsAudit", 2, None),
        (None, 0, Organization("CorsAudit", "CORS_AUDIT_EXTERNAL_ID")),
    ]


def _is_setting(text: str) -> bool:
    word = text.strip().removeprefix("- ").lstrip("{").partition(":")[0]
    return text.startswith("  ") or (":" in text and " " not in word and word.islower())


def _without_repeats(lines: list[str]) -> list[str]:
    """Keep the first of two top-level lines for one key."""
    seen: set[str] = set()
    kept = []
    for line in lines:
        key = line.partition(":")[0]
        if line.startswith(" ") or key not in seen:
            kept.append(line)
        seen.add(key)
    return kept


@example('"\\\n\t\r')
@example("\0\x1b\x85\xa0")
@example("\u0378\u2028\ufeff")
@example("\U000e0001\ud800x")
@given(st.text(st.characters(exclude_categories=[])))
def test_a_quoted_text_reads_back(text: str) -> None:
    (document,) = parse_yaml(f"- {quote(text)}\n".encode(), "a.yaml").documents
    root = document.root
    assert root is not None
    assert not isinstance(root, Scalar)
    expected = "".join("\ufffd" if 0xD800 <= ord(char) <= 0xDFFF else char for char in text)
    value = root.items[0]  # type: ignore[union-attr]
    assert isinstance(value, Scalar)
    assert value.value == expected
    assert comment(text).isprintable()
