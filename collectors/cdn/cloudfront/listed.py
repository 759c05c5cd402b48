"""CloudFront's lists: `{"Quantity": 2, "Items": [...]}`, where Items is left out at 0.

Source: botocore 1.44.5, cloudfront 2020-05-31 (every list inside a distribution or a policy).
"""

from collections.abc import Mapping

from auditor.core.reading import Json

CAP = 1_000
"""Entries of one list; the highest quota of CloudFront on any of them is far below."""


def entries(body: Mapping[str, Json], key: str) -> list[Json]:
    """Return the items of the list under `key`; empty when there is none."""
    holder = body.get(key)
    items = holder.get("Items") if isinstance(holder, dict) else None
    return items if isinstance(items, list) else []


def names(body: Mapping[str, Json], key: str) -> tuple[str, ...]:
    """Return the texts of the list under `key`, in order."""
    return tuple(item for item in entries(body, key) if isinstance(item, str))


def objects(body: Mapping[str, Json], key: str) -> tuple[dict[str, Json], ...]:
    """Return the objects of the list under `key`, in order."""
    return tuple(item for item in entries(body, key) if isinstance(item, dict))


def inside(body: Mapping[str, Json], key: str) -> dict[str, Json]:
    """Return the object under `key`; empty when there is none."""
    value = body.get(key)
    return value if isinstance(value, dict) else {}


def list_faults(
    body: Mapping[str, Json], key: str, kind: type[str] | type[dict[str, Json]]
) -> list[str]:
    """Return everything about the list under `key` that CloudFront would not have written.

    `kind`: what its items are. A list that is not there at all has no faults.
    """
    holder = body.get(key)
    if holder is None:
        return []
    if not isinstance(holder, dict):
        return [f"{key} is not an object with Quantity and Items"]
    items = holder.get("Items")
    if items is None:
        items = []
    if not isinstance(items, list) or not all(isinstance(item, kind) for item in items):
        return [f"{key}.Items is not a list of {'texts' if kind is str else 'objects'}"]
    quantity = holder.get("Quantity", len(items))
    if isinstance(quantity, bool) or quantity != len(items):
        return [f"{key} holds {len(items)} of {quantity} items"]
    return [f"{key} holds more than {CAP} items"] if len(items) > CAP else []
