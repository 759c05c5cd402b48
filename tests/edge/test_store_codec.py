"""Values of the core as JSON and back."""

import json
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.core.finding import Certainty, Finding, Grantor, Severity
from auditor.core.reading import Gap, Layer, Unread, Where
from auditor.edge.store.codec import decode, encode
from auditor.edge.store.rows import claim_of, read_claim
from tests.edge.nights import DENIED, widened

texts = st.text(max_size=8)
many = st.lists(texts, max_size=3).map(tuple)
places = st.builds(Where, texts, st.none() | st.integers(1, 9))
grantors = st.builds(
    Grantor, st.none() | st.sampled_from(Layer), texts, texts, texts, texts, st.none() | places
)
findings = st.builds(
    Finding,
    rule=texts,
    severity=st.sampled_from(Severity),
    environment=texts,
    host=texts,
    subject=texts,
    what=texts,
    why=texts,
    do=texts,
    witness=st.none() | texts,
    grantor=st.none() | grantors,
    routes=many,
    owner=st.none() | texts,
    managed_by=st.none() | texts,
    certainty=st.sampled_from(Certainty),
    capabilities=many,
    because=many,
    documents=many,
)
gaps = st.builds(
    Unread,
    texts,
    texts,
    st.sampled_from(Gap),
    texts,
    texts,
    places,
    st.none() | st.sampled_from(Layer),
    many,
)


@given(findings)
def test_a_finding_comes_back_equal(finding: Finding) -> None:
    digest, body = claim_of(finding)
    again = read_claim(body)
    assert again == finding
    assert (again.fingerprint, again.evidence) == (finding.fingerprint, finding.evidence)
    assert claim_of(again) == (digest, body)
    assert isinstance(again.severity, Severity)


@given(gaps)
def test_what_was_unread_comes_back_equal(unread: Unread) -> None:
    assert decode(Unread, json.loads(json.dumps(encode(unread)))) == unread


def test_people_can_read_it() -> None:
    data = json.loads(claim_of(widened())[1])
    assert data["severity"] == "high"
    assert data["certainty"] == "conditional"
    assert data["grantor"]["layer"] == "gateway"
    assert data["grantor"]["where"] == {"place": "HTTP API payments", "line": None}


def test_fields_come_and_go() -> None:
    data = encode(replace(widened(), owner=None, because=()))
    assert isinstance(data, dict)
    del data["owner"], data["because"]
    assert decode(Finding, data | {"mood": "grim"}) == widened()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("severity", "grave"),
        ("severity", 3),
        ("certainty", "hardly"),
        ("rule", 7),
        ("rule", None),
        ("routes", "api.example.com/*"),
        ("routes", [1]),
        ("grantor", {"layer": "gateway"}),
        ("grantor", []),
        ("witness", True),
    ],
)
def test_what_is_no_finding_is_refused(field: str, value: object) -> None:
    data = encode(widened())
    assert isinstance(data, dict)
    with pytest.raises(ValueError, match=r"Finding|grave|hardly"):
        decode(Finding, {**data, field: value})  # type: ignore[dict-item]


def test_a_required_field_may_not_lack() -> None:
    data = encode(DENIED)
    assert isinstance(data, dict)
    del data["reason"]
    with pytest.raises(ValueError, match="no Unread: KeyError"):
        decode(Unread, data)


def test_what_has_no_form_is_refused() -> None:
    @dataclass(frozen=True)
    class Loose:
        words: frozenset[str]

    with pytest.raises(TypeError, match="frozenset has no JSON form"):
        encode(Loose(frozenset("a")))
