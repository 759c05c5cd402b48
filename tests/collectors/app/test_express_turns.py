"""An expression with the flag g in Express: the same origin is let in and refused by turns."""

from auditor.core.hop.behaviour import Mix
from collectors.app.semantics.express import EXPRESS
from tests.collectors.app.oracle import policy


def test_the_flag_g_makes_a_mix() -> None:
    given = policy([], patterns=[r"/^https:\/\/app\.example\.com$/g"])
    compiled = EXPRESS.compile(given, EXPRESS.newest)
    assert isinstance(compiled.doing, Mix)
    assert any("by turns" in note for note in compiled.notes)


def test_without_it_there_is_none() -> None:
    given = policy([], patterns=[r"/^https:\/\/app\.example\.com$/i"])
    assert not isinstance(EXPRESS.compile(given, EXPRESS.newest).doing, Mix)
