"""The controller's own tests and recorded decisions, restated in tests/data."""

import json
from pathlib import Path
from typing import Any

import pytest

from auditor.core.path.exchange import Request
from collectors.ingress.ingress_nginx.annotations import Annotations
from collectors.ingress.ingress_nginx.cors import Cors, read_cors
from collectors.ingress.ingress_nginx.versions import Change, parse_version
from tests.collectors.ingress.answers import answers, values
from tests.collectors.ingress.manifests import ingress, the_doing

_DATA = Path(__file__).parents[2] / "data" / "ingress_nginx_cases.json"
CASES: list[dict[str, Any]] = json.loads(_DATA.read_text(encoding="utf-8"))
WORLDS = {
    "1.15+validation": ("1.15.1", True),
    "1.15-novalidation": ("1.15.1", False),
    "1.12.0+validation": ("1.12.0", True),
    "1.11-novalidation": ("1.11.8", False),
}
_FIELDS = {
    "enabled": "enabled",
    "Enabled": "enabled",
    "credentials": "credentials",
    "Credentials": "credentials",
    "methods": "methods",
    "Methods": "methods",
    "headers": "headers",
    "Headers": "headers",
    "expose": "expose",
    "Expose": "expose",
    "max_age": "max_age",
    "MaxAge": "max_age",
}


def of_kind(*kinds: str) -> list[Any]:
    found = [case for case in CASES if case["kind"] in kinds]
    return [pytest.param(case, id=f"{at}-{case['name']}") for at, case in enumerate(found)]


def parsed(case: dict[str, Any], version: str, *, validating: bool) -> Cors:
    release = parse_version(version)
    assert release is not None
    live = {key.rpartition("/")[2]: value for key, value in case["annotations"].items()}
    refuses = release.has(Change.NEWLINES_REFUSED)
    return read_cors(Annotations(live, validating, refuses), release)


def check(cors: Cors, expected: dict[str, Any]) -> None:
    for name, value in expected.items():
        if name.lower() == "origins":
            assert list(cors.origins) == value
        else:
            assert getattr(cors, _FIELDS[name]) == value, name


def test_the_corpus_is_whole() -> None:
    assert (len(of_kind("probe")), len(of_kind("unit"))) == (24, 6)
    assert len(of_kind("e2e", "measured")) == 28


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("case", of_kind("probe"))
def test_recorded_decisions(case: dict[str, Any], world: str) -> None:
    version, validating = WORLDS[world]
    expected = case["expected"]["decision_by_version"][world]
    check(parsed(case, version, validating=validating), expected)


@pytest.mark.parametrize("case", of_kind("unit"))
def test_unit_tests_of_the_controller(case: dict[str, Any]) -> None:
    check(parsed(case, "1.15.1", validating=False), case["expected"]["config"])


@pytest.mark.parametrize("case", of_kind("e2e", "measured"))
def test_compiled_behaviour(case: dict[str, Any]) -> None:
    doing = the_doing(ingress(case["annotations"]), snippets="on")
    headers = case["request"]["headers"]
    inner = case.get("backend", {}).get("headers", {})
    lines = tuple((name.lower(), value) for name, value in inner.items())
    request = Request(case["request"]["method"], headers.get("Origin"))
    expected = case["expected"]
    found = [
        answer
        for answer in answers(doing, request, (200, lines))
        if answer[0] == expected.get("status", answer[0])
    ]
    assert found
    for answer in found:
        for name, value in expected.get("headers", {}).items():
            assert values(answer, name.lower()) == [value]
        for name, several in expected.get("header_values", {}).items():
            assert sorted(values(answer, name.lower())) == sorted(several)
        for name in expected.get("absent_headers", ()):
            assert values(answer, name.lower()) == []
