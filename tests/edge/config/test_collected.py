"""`collected:` and the name of a cluster: what may be written, and what is told when it is not right."""

from datetime import date

import pytest

from auditor.edge.config.load import load_config
from auditor.edge.config.model import CollectedFiles, Config


def loaded(text: str) -> Config | list[str]:
    found = load_config(f"version: 1\n{text}".encode(), "c.yaml", date(2026, 11, 22))
    return found if isinstance(found, Config) else [str(problem) for problem in found]


def test_globs_and_how_old_their_files_may_be() -> None:
    found = loaded('collected: ["in/*.run", {path: b.run}, {path: c.run, max_age: 8d}]')
    assert isinstance(found, Config), found
    assert found.collected == (
        CollectedFiles("in/*.run", 36),
        CollectedFiles("b.run", 36),
        CollectedFiles("c.run", 192),
    )


@pytest.mark.parametrize("age", ["36", "h", "-1h", "0h", "1w", "1.5h", "9999d", "367d", '"³h"'])
def test_what_is_no_age_is_told(age: str) -> None:
    found = loaded(f"collected: [{{path: a.run, max_age: {age}}}]")
    assert isinstance(found, list)
    assert found[0].startswith("c.yaml:2: 'collected[0].max_age' ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("collected: [3]", "'collected[0]' is"),
        ("collected: [{max_age: 36h}]", "has no path; add path:"),
        ("collected: [{path: a, age: 36h}]", "is an unknown key"),
        ("kubernetes: {contexts: [a], name: b}", "stands beside contexts, which have names"),
    ],
)
def test_what_is_not_right_is_told(text: str, said: str) -> None:
    found = loaded(text)
    assert isinstance(found, list)
    assert said in found[0]


def test_the_one_cluster_may_have_a_name() -> None:
    found = loaded("kubernetes: {name: eks-prod-1}")
    assert isinstance(found, Config), found
    assert found.kubernetes is not None
    assert found.kubernetes.name == "eks-prod-1"
