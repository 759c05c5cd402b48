"""Frozen dataclasses to plain JSON data and back, by their type hints.

A field that stored data lacks takes its default, and one that it has beside them is left out, so a
class may gain and lose fields with defaults without a migration.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum, IntEnum
from functools import cache
from typing import Any, Final, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from auditor.core.reading import Json

T = TypeVar("T")
_PLAIN: Final = frozenset({bool, int, float, str, types.NoneType})
"""What is JSON data already; told by the type itself, for that is most of what is met."""


def encode(value: object) -> Json:
    """`value` as JSON data: a dataclass, enum member, tuple, day, time, text, number, None, or what is JSON
    data already."""
    return cast("Json", value) if type(value) in _PLAIN else _encode_other(value)


def _encode_other(value: object) -> Json:
    match value:
        case IntEnum():
            return value.name.lower()
        case Enum():
            return encode(value.value)
        case None | bool() | int() | float() | str():
            return value
        case date():
            return value.isoformat()
        case tuple() | list():
            return [encode(item) for item in value]
        case Mapping():
            return {key: encode(item) for key, item in value.items()}
        case _ if is_dataclass(value):
            return _encode_fields(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON form here")


def _encode_fields(value: Any) -> Json:
    kind: Any = type(value)
    return {name: encode(getattr(value, name)) for name in _names(kind)}


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


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
        return _decode_union(get_args(kind), data)
    if origin is tuple:
        return _decode_tuple(get_args(kind), data)
    if origin is Mapping:
        _require(dict, data)
        return {key: _decode(get_args(kind)[1], one) for key, one in data.items()}
    if is_dataclass(kind):
        return _decode_fields(kind, data)
    return _decode_plain(kind, data)


def _decode_plain(kind: Any, data: Any) -> Any:
    if kind in (date, datetime):
        _require(str, data)
        return kind.fromisoformat(data)
    if issubclass(kind, IntEnum):
        return kind[data.upper()]
    if issubclass(kind, Enum):
        return kind(data)
    _require(kind, data)
    return data


def _require(kind: type, data: object) -> None:
    if type(data) is not kind:
        raise TypeError(f"{kind.__name__} was expected, not {data!r:.60}")


def _decode_tuple(kinds: tuple[Any, ...], data: Any) -> tuple[Any, ...]:
    _require(list, data)
    if kinds[-1] is Ellipsis:
        return tuple(_decode(kinds[0], one) for one in data)
    return tuple(_decode(kind, one) for kind, one in zip(kinds, data, strict=True))


def _decode_union(kinds: tuple[Any, ...], data: Any) -> Any:
    if data is None or any(get_origin(kind) is dict for kind in kinds):
        # The alias Json: any JSON data, of which one part is an object.
        return data
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
