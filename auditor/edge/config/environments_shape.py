"""The shape of `environments:`: a mapping of names, or a list of which the first that matches wins."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final, TypeAlias

from auditor.edge.config import values
from auditor.edge.config.compound import ByShape, Into, ListOf, MapOf
from auditor.edge.config.environment import Environment, Environments
from auditor.edge.config.record import Field, Need, Record
from auditor.edge.config.schema import Fault, Flag, Named


def _one(text: str) -> tuple[str, ...]:
    return (text,)


def _tags(entries: tuple[tuple[Named, tuple[str, ...]], ...]) -> _Tags:
    return tuple((key.text, globs) for key, globs in entries)


_Tags: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
_GLOBS: Final[ByShape[tuple[str, ...]]] = ByShape(
    "a value, or a list of values", text=Into(values.TEXT, _one), sequence=ListOf(values.TEXT, 1)
)
_TAGS: Final = Into(MapOf(values.TEXT, _GLOBS, 1), _tags)
_MATCHERS = (
    Field("hosts", ListOf(values.HOST_GLOB, 1), "globs of hosts"),
    Field("namespaces", ListOf(values.TEXT, 1), "globs of namespaces"),
    Field("accounts", ListOf(values.ACCOUNT, 1), "AWS account ids, in quotes"),
    Field("stages", ListOf(values.TEXT, 1), "globs of the stages of API gateways"),
    Field("tags", _TAGS, "AWS tags and Kubernetes labels: globs of values, by key"),
    Field("non_production", Flag(), "localhost and plain http are at home there"),
)
_TO_COME = ("ou", "account_tag")
_MATCHING = (Need("", ("hosts", "namespaces", "accounts", "stages", "tags"), "add one of them"),)


def _from_map(entries: tuple[tuple[Named, Environment], ...]) -> Environments:
    return Environments(tuple(replace(member, name=name.text) for name, member in entries))


def _from_list(members: tuple[Environment, ...]) -> Environments | Fault:
    names = [member.name for member in members]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        return Fault(f"has the name {double} twice", "join the two")
    return Environments(members, ordered=True)


_NAMELESS: Final[Record[Environment]] = Record(
    partial(Environment, ""), _MATCHERS, _TO_COME, needs=_MATCHING
)
_NAMED: Final[Record[Environment]] = Record(
    Environment,
    (Field("name", values.TEXT, "its name", required=True), *_MATCHERS),
    _TO_COME,
    needs=_MATCHING,
)
ENVIRONMENTS: Final[ByShape[Environments]] = ByShape(
    "a mapping of names, or a list of which the first that matches wins",
    mapping=Into(MapOf(values.TEXT, _NAMELESS), _from_map),
    sequence=Into(ListOf(_NAMED), _from_list),
)
