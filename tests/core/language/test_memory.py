"""Compiled patterns are kept up to a weight, the least used go first."""

import pytest

from auditor.core.language import dialect
from auditor.core.language.dialect import Opaque, compile_pattern
from auditor.core.language.memory import Memory
from auditor.core.language.pattern import Dialect, Pattern


def test_the_least_used_goes_first() -> None:
    memory: Memory[str, int] = Memory(10)
    for key in "abc":
        memory.put(key, ord(key), 3)
    assert memory.get("a") == ord("a")
    memory.put("d", 4, 3)
    assert memory.get("b") is None
    assert [memory.get(key) for key in "acd"] == [ord("a"), ord("c"), 4]
    assert memory.weight == 9


def test_what_is_too_heavy_is_kept_alone() -> None:
    memory: Memory[str, int] = Memory(10)
    memory.put("a", 1, 3)
    memory.put("b", 2, 30)
    assert memory.get("a") is None
    assert memory.get("b") == 2
    memory.cache_clear()
    assert memory.get("b") is None
    assert memory.weight == 0


def test_patterns_weigh_what_their_positions_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialect, "_COMPILED", held := Memory[Pattern, object](2**22))
    small = compile_pattern(Pattern(Dialect.PCRE_SEARCH, "a"))
    assert not isinstance(small, Opaque)
    light = held.weight
    for at in range(40):
        compile_pattern(Pattern(Dialect.PCRE_SEARCH, f"(?:[a-z]{{500}}){{{at % 4 + 2}}}{at}"))
    assert light < 2**15
    assert held.weight <= 2**22
    assert held.get(Pattern(Dialect.PCRE_SEARCH, "a")) is None
