"""The command to run next, with the options that lead it to the same run."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from auditor.edge.reports.layout import safe


@dataclass(frozen=True, slots=True)
class Next:
    """How to ask further. `options`: those that name the configuration or store; `sources`: files
    and folders that were named; `kept`: whether the run is in a store, else it is made again."""

    options: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    kept: bool = True

    def inspect(self, *words: str) -> str:
        """`cors-audit coverage --config ...`: a command that looks at this run."""
        again = () if self.kept else self.sources
        named = [word for path in again for word in ("--source", path)]
        return _line(*words, *named, *self.options)

    def draft(self) -> str:
        """The command that proposes an allowlist from the same sources."""
        keep = [
            word
            for option, value in zip(self.options[::2], self.options[1::2], strict=True)
            if option == "--config"
            for word in (option, value)
        ]
        return _line("allowlist", "draft", *self.sources, *keep)


def _line(*words: str) -> str:
    return safe(shlex.join(("cors-audit", *words)))
