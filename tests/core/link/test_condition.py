"""Cells of a host's paths: every set of conditions that some path fulfils has a cell with such a path."""

import random
from collections.abc import Iterator
from itertools import product

import pytest

from auditor.core.language.machine import accepts
from auditor.core.language.pattern import Dialect
from auditor.core.link import condition as subject
from auditor.core.link.cell import inward
from auditor.core.link.condition import PathCell, PathCondition, path_cells, seen_from_host
from auditor.core.link.shifted import Shifted
from auditor.core.reading import ANY_PATH, PathKind, PathMatch

PATHS = ["/" + "".join(found) for n in range(6) for found in product("ab/~", repeat=n)]
TEXTS = {
    PathKind.EXACT: ("/a", "/a/b", "/", "/b/"),
    PathKind.PREFIX: ("/a", "/a/b", "/b/", "/"),
    PathKind.CHARACTERS: ("/a", "/a/", "/b/a"),
    PathKind.TEMPLATE: ("/{x}", "/a/{x}", "/{x}/b", "/{x+}", "/a/{x+}", "/{x}/b/{y+}"),
    PathKind.GLOB: ("/a*", "*b", "/?/b", "/a/*/b", "*", "/*a*", "/a?"),
    PathKind.REGEX: ("^/a/?b", "^/[ab]/", "b$", "^/(a|b/a)"),
}
SHIFTS = (("", ""), ("", "/a"), ("/b", ""), ("/b", "/a"), ("/b/", "/a"))


def every_condition() -> Iterator[PathCondition]:
    for kind, texts in TEXTS.items():
        dialect = Dialect.PCRE_NGINX_CASELESS if kind is PathKind.REGEX else None
        for text in texts:
            for strip, add in SHIFTS:
                seen = seen_from_host(PathMatch(kind, text, dialect), strip, add)
                if seen is not None:
                    yield seen


CONDITIONS = sorted(set(every_condition()))


def missed(cells: tuple[PathCell, ...], conditions: frozenset[PathCondition]) -> list[str]:
    """Paths whose set of conditions no cell has."""
    known = {frozenset(c for c in conditions if c.takes(cell.sample)) for cell in cells}
    sets = {frozenset(c for c in conditions if c.takes(path)): path for path in PATHS}
    return [path for found, path in sets.items() if found not in known]


@pytest.mark.parametrize("seed", range(60))
def test_no_set_of_conditions_is_missed(seed: int) -> None:
    chosen = random.Random(seed).sample(CONDITIONS, 5)
    conditions = frozenset([*chosen, PathCondition(ANY_PATH)])
    found = path_cells(conditions)
    assert found.unfinished is None
    assert missed(found.cells, conditions) == [], (conditions, found.cells)


def test_a_division_by_pairs_alone_misses_sets() -> None:
    """The check above can fail: one path for each condition, as prefixes need, is not enough here."""
    globs = ("/a*", "*b", "/?/b")
    conditions = frozenset(PathCondition(PathMatch(PathKind.GLOB, text)) for text in globs)
    ones = tuple(cell for cell in path_cells(conditions).cells if "&" not in cell.name)
    assert missed(ones, conditions)


def test_every_sample_is_in_the_cell_that_its_name_says() -> None:
    conditions = frozenset(
        {
            PathCondition(ANY_PATH),
            PathCondition(PathMatch(PathKind.GLOB, "/api/*")),
            PathCondition(PathMatch(PathKind.GLOB, "*.json")),
            PathCondition(PathMatch(PathKind.PREFIX, "/api/v1")),
        }
    )
    assert {cell.name: cell.sample for cell in path_cells(conditions).cells} == {
        "/*": "/~",
        "*.json": "/~.json",
        "/api/*": "/api/~",
        "/api/v1/*": "/api/v1/~",
        "*.json & /api/*": "/api/.json",
        "*.json & /api/v1/*": "/api/v1/.json",
    }


@pytest.mark.parametrize("one", [c for c in CONDITIONS if c.strip or c.add], ids=str)
def test_an_automaton_behind_prefixes_takes_what_the_hop_behind_would(one: PathCondition) -> None:
    machine = subject._machine(one)
    assert isinstance(machine, Shifted)
    for path in PATHS:
        if path.startswith(one.strip):
            assert accepts(machine, path) == one.takes(path), (
                path,
                inward(path, one.strip, one.add),
            )


def test_what_cannot_be_read_divides_nothing() -> None:
    unread = PathCondition(PathMatch(PathKind.OPAQUE, "~ (?R)"))
    back = PathCondition(PathMatch(PathKind.REGEX, r"^/(a)\1$", Dialect.PCRE_NGINX))
    found = path_cells(frozenset({PathCondition(ANY_PATH), unread, back}))
    assert [cell.name for cell in found.cells] == ["/*"]


def test_a_path_that_is_too_long_to_divide_by_is_said_to_be_missing() -> None:
    template = PathCondition(PathMatch(PathKind.TEMPLATE, "/{x+}"))
    endless = PathCondition(PathMatch(PathKind.EXACT, "/" + "a" * 10_000))
    assert path_cells(frozenset([template])).unfinished is None
    found = path_cells(frozenset([template, endless]))
    assert [cell.name for cell in found.cells]
    assert found.unfinished is not None
    assert "more than 6000 positions" in found.unfinished
