"""Plain values as YAML documents, for files that people look through before they apply them."""

from __future__ import annotations

from collections.abc import Iterable

import yaml

from auditor.core.reading import Json

_WIDTH = 100


class _Plain(yaml.SafeDumper):
    """Writes what occurs twice twice: nobody reads anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def write_yaml(documents: Iterable[Json]) -> str:
    """The documents in block style, keys in their order, `---` between them."""
    texts = [
        yaml.dump(one, Dumper=_Plain, sort_keys=False, width=_WIDTH, allow_unicode=True)
        for one in documents
    ]
    return "---\n".join(texts)
