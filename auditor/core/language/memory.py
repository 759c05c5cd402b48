"""What was worked out, kept by what it weighs: the least used goes first."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Memory(Generic[K, V]):
    """Values by key, of `cap` bytes together at most, as their owner weighs them."""

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._held: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self.weight = 0

    def get(self, key: K) -> V | None:
        """The value of `key`, None where there is none (any more)."""
        found = self._held.get(key)
        if found is None:
            return None
        self._held.move_to_end(key)
        return found[0]

    def put(self, key: K, value: V, weight: int) -> V:
        """Keep `value`, which is given back, and forget others until it fits."""
        self._held[key] = (value, weight)
        self.weight += weight
        while self.weight > self._cap and len(self._held) > 1:
            _, (_, freed) = self._held.popitem(last=False)
            self.weight -= freed
        return value

    def cache_clear(self) -> None:
        """Forget everything."""
        self._held.clear()
        self.weight = 0
