"""Frozen dataclasses of the core to plain JSON data and back, by their type hints.

A field that stored data lacks takes its default, and one that it has beside them is left out, so a
class may gain and lose fields with defaults without a migration.
"""

from __future__ import annotations

import types
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum, IntEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from auditor.core.reading import Json

T = TypeVar("T")


def encode(value: object) -> Json:
    """`value` (a dataclass, enum member, tuple, text, number or None) as JSON data."""
    match value:
        case IntEnum():
            return value.name.lower()
        case Enum():
            return encode(value.value)
        case None | bool() | int() | float() | str():
            return value
        case tuple():
            return [encode(item) for item in value]
        case _ if is_dataclass(value):
            return {one.name: encode(getattr(value, one.name)) for one in fields(value)}
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON form here")


def decode(kind: type[T], data: Json) -> T:
    """The value of type `kind` that `encode` made `data` of; raises ValueError when it is none."""
    try:
        decoded: T = _decode(kind, data)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no {kind.__name__}: {error!r}") from error
    return decoded


def _decode(kind: Any, data: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _decode_optional(get_args(kind), data)
    if origin is tuple:
        item = get_args(kind)[0]
        if not isinstance(data, list):
            raise TypeError(f"a list was expected, not {data!r:.60}")
        return tuple(_decode(item, one) for one in data)
    if is_dataclass(kind):
        return _decode_fields(kind, data)
    if issubclass(kind, IntEnum):
        return kind[data.upper()]
    if issubclass(kind, Enum):
        return kind(data)
    if type(data) is not kind:
        raise TypeError(f"{kind.__name__} was expected, not {data!r:.60}")
    return data


def _decode_optional(kinds: tuple[Any, ...], data: Any) -> Any:
    if data is None:
        return None
    (kind,) = (one for one in kinds if one is not types.NoneType)
    return _decode(kind, data)


def _decode_fields(kind: Any, data: dict[str, Any]) -> Any:
    given = {
        one.name: _decode(_hints(kind)[one.name], data[one.name])
        for one in fields(kind)
        if one.name in data or _required(one)
    }
    return kind(**given)


def _required(one: Field[Any]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
