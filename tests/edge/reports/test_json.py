"""JSON documents: by their schema, described in docs/json.md, equal for equal runs."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from auditor.core.drift import document_name
from auditor.core.reading import Touch
from auditor.edge.reports.json import coverage_document, dump, findings_document, run_document
from auditor.edge.reports.json_diff import diff_document
from auditor.edge.reports.past import Nights
from auditor.edge.reports.proposal import proposal_document
from auditor.edge.reports.waivers import waivers_document
from tests.edge.reports import records, waived_records
from tests.edge.reports.views import difference

DOCS = Path(__file__).resolve().parents[3] / "docs"
SCHEMA: dict[str, Any] = json.loads((DOCS / "schema" / "output.schema.json").read_text())
VALID = Draft7Validator(SCHEMA)


def documents(nights: Nights) -> list[dict[str, Any]]:
    made = (
        run_document(nights),
        findings_document(nights, nights.now.drifts),
        coverage_document(nights, frozenset({"aws:444455556666"})),
        waivers_document(waived_records.listed()),
        proposal_document(waived_records.proposed()),
        proposal_document(waived_records.permitted()),
    )
    compared = (diff_document(difference(nights)),) if nights.before else ()
    return [json.loads(dump(one)) for one in (*made, *compared)]


NIGHTS = {
    "accepted": waived_records.accepted(),
    "two": records.night_two(),
    "first": records.first_night(),
    "not kept": records.first_night(None),
    "clean": records.clean(),
    "hostile": records.hostile(),
}


@pytest.mark.parametrize("name", NIGHTS)
def test_documents_keep_to_the_schema(name: str) -> None:
    Draft7Validator.check_schema(SCHEMA)
    for document in documents(NIGHTS[name]):
        errors = [error.message for error in VALID.iter_errors(document)]
        assert errors == [], document["document"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("format",), 2),
        (("run", "exit_code"), 7),
        (("findings", 0, "severity"), "worst"),
        (("findings", 0, "extra"), 1),
        (("findings", 0, "drift", "state"), "odd"),
        (("unread", 0, "routes"), None),
    ],
)
def test_the_schema_refuses_what_is_wrong(path: tuple[Any, ...], value: object) -> None:
    document = documents(records.night_two())[0]
    target: Any = document
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    assert not VALID.is_valid(document)


def names(schema: object) -> set[str]:
    """Every property that the schema names."""
    if isinstance(schema, list):
        return {name for one in schema for name in names(one)}
    if not isinstance(schema, dict):
        return set()
    own = set(schema.get("properties", {}))
    return own.union(*(names(one) for one in schema.values()))


def test_every_key_is_described() -> None:
    described = (DOCS / "json.md").read_text()
    assert [name for name in sorted(names(SCHEMA)) if f"`{name}`" not in described] == []


def test_findings_say_who_accepted_them_and_who_changed_what_they_rest_on() -> None:
    nights = waived_records.accepted()
    (name,) = nights.now.drifts[0].changed
    touch = Touch("role deploy-ci", "UpdateApi", "2026-11-22T02:41:00Z", "CloudTrail")
    held = tuple(
        replace(one, touched=touch) if document_name(one) == name else one
        for one in nights.now.documents
    )
    touched = Nights(replace(nights.now, documents=held), nights.before)
    found = json.loads(dump(run_document(touched)))["findings"]
    assert VALID.is_valid(json.loads(dump(run_document(touched))))
    assert [one["waived"] is not None for one in found] == [True, *[False] * (len(found) - 1)]
    assert found[0]["waived"]["approved_by"] == "team-security"
    assert found[0]["touched"] == [
        {
            "document": name,
            "at": touch.at,
            "who": touch.who,
            "how": touch.how,
            "via": touch.via,
        }
    ]
    assert all(one["touched"] == [] for one in found[1:])


def test_findings_are_sorted_whatever_the_order_of_the_record() -> None:
    nights = records.night_two()
    drifts = nights.now.drifts
    one = findings_document(nights, drifts)
    other = findings_document(nights, tuple(reversed(drifts)))
    assert dump(one) == dump(other)
    found = json.loads(dump(one))["findings"]
    assert [item["severity"] for item in found][:2] == ["critical", "high"]
