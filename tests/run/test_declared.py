"""Declared hops: what each act does to the answer of what stands behind."""

from dataclasses import replace
from datetime import date

import pytest

from auditor.core.decision.answer import answer
from auditor.core.hop.behaviour import Doing, Silent, UnreadBehaviour
from auditor.core.hop.header import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
)
from auditor.core.path.exchange import HopChain, Request
from auditor.core.reading import Layer, Where
from auditor.edge.config.model import Acts, DeclaredHop
from auditor.run.declared import declared
from tests.rules.world import constant

APP, TENANT, EVIL = "https://app.example.com", "https://a.tenants.example.com", "https://evil.test"
INNER = "https://inner.test"
EDGE = DeclaredHop(
    name="edge",
    in_front_of=("*.example.com",),
    acts=Acts.OWNS,
    declared_by="team-edge",
    expires=date(2027, 3, 1),
    where=Where("cors-audit.yaml", 5),
    allow_origins=(APP, "https://*.tenants.example.com"),
)


def doing(hop: DeclaredHop) -> Doing:
    return declared(hop).hop.cases[0].doing


def said(hop: DeclaredHop, origin: str | None, name: str = ALLOW_ORIGIN) -> list[str]:
    """The lines of `name` that leave the hop, with an app behind it that always says INNER."""
    told = answer(HopChain((doing(hop), constant(INNER)), Silent((200,))), Request("GET", origin))
    assert told.response is not None
    return list(told.response.values(name))


@pytest.mark.parametrize(
    ("acts", "listed", "other"),
    [
        (Acts.TRANSPARENT, [INNER], [INNER]),
        (Acts.STRIPS, [], []),
        (Acts.SETS_WHEN_MATCHED, ["="], [INNER]),
        (Acts.APPENDS, [INNER, "="], [INNER]),
        (Acts.OWNS, ["="], []),
    ],
)
def test_each_act(acts: Acts, listed: list[str], other: list[str]) -> None:
    hop = replace(EDGE, acts=acts)
    for origin in (APP, TENANT):
        assert said(hop, origin) == [origin if line == "=" else line for line in listed]
    for stranger in (EVIL, "https://tenants.example.com", None):
        assert said(hop, stranger) == other


def test_every_act_is_in_the_table_above() -> None:
    assert len(Acts) == 5


@pytest.mark.parametrize("acts", [act for act in Acts if act.writes])
def test_a_star_is_that_literal_for_everybody(acts: Acts) -> None:
    hop = replace(EDGE, acts=acts, allow_origins=("*",))
    assert said(hop, EVIL)[-1] == "*"
    assert said(hop, None)[-1] == "*"


def test_reflect_is_whatever_origin_asks() -> None:
    hop = replace(EDGE, allow_origins=("reflect",))
    assert said(hop, EVIL) == [EVIL]
    assert said(hop, None) == []


def test_credentials_methods_and_headers_are_written_where_they_are_declared() -> None:
    full = replace(
        EDGE, allow_credentials=True, allow_methods=("GET", "PUT"), allow_headers=("x-a", "x-b")
    )
    assert said(full, APP, ALLOW_CREDENTIALS) == ["true"]
    assert said(full, APP, ALLOW_METHODS) == ["GET, PUT"]
    assert said(full, APP, ALLOW_HEADERS) == ["x-a, x-b"]
    assert said(full, EVIL, ALLOW_CREDENTIALS) == []
    for name in (ALLOW_CREDENTIALS, ALLOW_METHODS, ALLOW_HEADERS):
        assert said(EDGE, APP, name) == []


@pytest.mark.parametrize("acts", list(Acts))
def test_an_expired_declaration_is_an_unread_layer_again(acts: Acts) -> None:
    found = doing(replace(EDGE, acts=acts, expired=True))
    assert found == UnreadBehaviour("the declaration of edge expired on 2027-03-01")


def test_the_hop_says_who_declared_it_and_until_when() -> None:
    found = declared(replace(EDGE, layer=Layer.GATEWAY))
    assert found.in_front_of == ("*.example.com",)
    hop = found.hop
    assert (hop.id, hop.role, hop.layer) == ("declared edge", "edge", Layer.GATEWAY)
    assert hop.title == "edge (declared by team-edge until 2027-03-01)"
    assert hop.where == EDGE.where
    assert ("owner", "team-edge") in hop.labels
    assert hop.assumed == ("edge acts owns, says team-edge until 2027-03-01",)
