"""Who changed an object last: what the API server notes under `metadata.managedFields`.

Facts from the Kubernetes API reference, meta/v1 ManagedFieldsEntry (v1.34), and "Server-Side Apply":
- each entry is one `manager` and `operation` (`Apply`, `Update`) with the fields that it owns and the
  `time` at which it last changed one of them. A field is known by the names on the way to it, each
  after `f:`; its value is not in it. So the latest entry that owns something that is read is the best
  that can be said: the manager may have changed another of its fields.
- `subresource` is empty for changes of the object itself: addresses that a controller writes come by
  `status`, an autoscaler's numbers by `scale`, and neither is anybody's change of a setting.
- Who took fields away, and owns none of the rest, leaves no entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from auditor.core.reading import Document, Json, Touch, Unread
from collectors.collector import Found
from collectors.kubernetes.objects import items_at, mapping_at, text_at

VIA: Final = "managedFields"
_READ: Final = ("f:spec", "f:data")
_READ_BY_ANNOTATIONS: Final = frozenset({"IngressClass", "Service"})
"""Kinds of documents that rest on annotations without keeping them by name."""
_LONGEST_MANAGER: Final = 128
"""Characters: the API server takes no longer names."""
_ENTRIES_CAP: Final = 1_000


def with_touch(document: Document | Unread, found: Found) -> Document | Unread:
    """`document` with who last changed the object `found` that it was made of."""
    if isinstance(document, Unread):
        return document
    kept = document.body.get("annotations")
    names = frozenset(kept) if isinstance(kept, dict) else frozenset[str]()
    every = document.kind in _READ_BY_ANNOTATIONS
    return replace(document, touched=touch_of(found.body, names, every_annotation=every))


def latest(touches: Iterable[Touch | None]) -> Touch | None:
    """The last of `touches`."""
    known = [touch for touch in touches if touch is not None]
    return max(known, key=lambda touch: touch.at, default=None)


def touch_of(
    item: Mapping[str, Json],
    annotations: frozenset[str] = frozenset(),
    *,
    every_annotation: bool = False,
) -> Touch | None:
    """Who changed `item` last; None where nothing tells. `annotations`: the names of those that are
    read, beside `spec` and `data`."""
    entries = items_at(item, "metadata", "managedFields")[:_ENTRIES_CAP]
    return latest(
        _touch(entry)
        for entry in entries
        if isinstance(entry, dict)
        and not entry.get("subresource")
        and _owns(entry, annotations, every_annotation)
    )


def _owns(entry: Mapping[str, Json], annotations: frozenset[str], every: bool) -> bool:
    fields = mapping_at(entry, "fieldsV1")
    if any(name in fields for name in _READ):
        return True
    owned = mapping_at(fields, "f:metadata", "f:annotations")
    return any(name.startswith("f:") and (every or name[2:] in annotations) for name in owned)


def _touch(entry: Mapping[str, Json]) -> Touch | None:
    manager, at = text_at(entry, "manager"), _utc(text_at(entry, "time"))
    if not manager or at is None:
        return None
    how = "Apply" if entry.get("operation") == "Apply" else "Update"
    return Touch(manager[:_LONGEST_MANAGER], how, at, VIA)


def _utc(text: str | None) -> str | None:
    """An RFC 3339 time in UTC, to the second; None for anything else."""
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    # Without an offset it is no RFC 3339 time: which hour it means is not known.
    return None if at.tzinfo is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
