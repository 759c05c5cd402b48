"""Worlds of the naive evaluator: a dict that grows by one key whenever something is missing."""

from collections.abc import Callable
from typing import Any

World = dict[Any, int]
WORLD_CAP = 800


class Missing(Exception):  # noqa: N818 - it asks for more, it is no error
    """The world says nothing yet about `key`, which has `size` values."""

    def __init__(self, key: Any, size: int) -> None:
        super().__init__(key)
        self.key, self.size = key, size


class TooMany(Exception):  # noqa: N818 - the question is left out and counted
    """More worlds than anyone wants to wait for."""


def in_every_world(question: Callable[[World], Any]) -> list[Any]:
    """What `question` says in each world that it tells apart."""
    todo: list[World] = [{}]
    found = []
    while todo:
        world = todo.pop()
        try:
            found.append(question(world))
        except Missing as missing:
            todo += [{**world, missing.key: at} for at in range(missing.size)]
        if len(found) + len(todo) > WORLD_CAP:
            raise TooMany
    return found


def known(world: World, key: Any, options: list[Any]) -> Any:
    if len(options) == 1:
        return options[0]
    if (key, len(options)) not in world:
        raise Missing((key, len(options)), len(options))
    return options[world[key, len(options)]]
