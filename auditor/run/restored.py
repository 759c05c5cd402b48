"""The plan of a run that is over, from the files that were kept with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

from auditor.core.allowlist import Allowlist
from auditor.core.waiver.waiver import Waivers
from auditor.edge.allowlist.load import load_allowlist
from auditor.edge.code_owners import CodeOwners, parse_code_owners
from auditor.edge.config.load import load_config
from auditor.edge.config.model import Config
from auditor.edge.store.record import Input, InputKind, RunRecord
from auditor.edge.waivers import load_waivers
from auditor.run.plan import Plan, parse_assumptions, plan_for, plan_of
from auditor.run.selection import Selection
from collectors.collector import Options

_TODAY = "judge it with today's files instead: --now"


class NotKeptError(Exception):
    """Why there is no plan: `problems`, one line each."""

    def __init__(self, problems: Iterable[object]) -> None:
        self.problems = tuple(map(str, problems))
        super().__init__("\n".join(self.problems))


def restore_plan(record: RunRecord, base: Path, today: date) -> Plan:
    """What the run of `record` was told, read by this version as of `today`. `base`: the folder of its
    configuration. Raises NotKeptError: not kept, or not understood by this version."""
    _require_texts(record)
    allowlist = _allowlist(record)
    assume = _assumed(record)
    config = next(iter(_of(record, InputKind.CONFIG)), None)
    if config is None:
        sources = tuple(_text(record, InputKind.SOURCES).splitlines())
        plan = replace(plan_for(sources, base, allowlist, assume), estate=record.head.scope.estate)
    else:
        read = load_config(_bytes(config), config.name, today)
        if not isinstance(read, Config):
            raise NotKeptError(read)
        plan = plan_of(read, base, record.head.scope.estate, allowlist, assume)
    return replace(
        plan,
        waivers=_waivers(record, today),
        code_owners=_code_owners(record),
        inputs=record.inputs,
        store=None,
    )


def restore_selection(record: RunRecord) -> Selection:
    """The part of the estate that the run of `record` looked at; raises NotKeptError."""
    known = {one.name for one in fields(Selection)}
    chosen: dict[str, tuple[str, ...]] = {}
    for name, value in record.head.scope.selection:
        if name not in known:
            raise NotKeptError([f"{_called(record)}: this version knows no --{name}; {_TODAY}"])
        chosen[name] = (*chosen.get(name, ()), value)
    return Selection(**chosen)


def _called(record: RunRecord) -> str:
    return "the run" if record.head.id is None else f"run {record.head.id}"


def _require_texts(record: RunRecord) -> None:
    kinds = {one.kind for one in record.inputs}
    if not kinds & {InputKind.CONFIG, InputKind.SOURCES}:
        what = "its configuration was not kept: the version that stored it kept none"
        raise NotKeptError([f"{_called(record)}: {what}; {_TODAY}"])
    what = "only its digest was kept, for it is too long or not UTF-8"
    lacking = [f"{one.name}: {what}; {_TODAY}" for one in record.inputs if one.text is None]
    if lacking:
        raise NotKeptError(lacking)


def _of(record: RunRecord, kind: InputKind) -> Iterable[Input]:
    return (one for one in record.inputs if one.kind is kind)


def _text(record: RunRecord, kind: InputKind) -> str:
    return "\n".join(one.text or "" for one in _of(record, kind))


def _bytes(one: Input) -> bytes:
    return (one.text or "").encode()


def _allowlist(record: RunRecord) -> Allowlist | None:
    files = [(one.name, _bytes(one)) for one in _of(record, InputKind.ALLOWLIST)]
    if not files:
        return None
    read = load_allowlist(files)
    if not isinstance(read, Allowlist):
        raise NotKeptError(read)
    return read


def _waivers(record: RunRecord, today: date) -> Waivers:
    for one in _of(record, InputKind.WAIVERS):
        read = load_waivers(_bytes(one), one.name, today)
        if not isinstance(read, Waivers):
            raise NotKeptError(read)
        return read
    return Waivers()


def _assumed(record: RunRecord) -> dict[str, Options]:
    try:
        return parse_assumptions(tuple(_text(record, InputKind.ASSUME).splitlines()))
    except ValueError as error:
        raise NotKeptError([error]) from error


def _code_owners(record: RunRecord) -> dict[str, CodeOwners]:
    roots = {one.name: one.text or "." for one in _of(record, InputKind.ROOT)}
    found = {}
    for one in _of(record, InputKind.CODEOWNERS):
        entries, problems = parse_code_owners(_bytes(one), one.name)
        if entries is None:
            raise NotKeptError(problems)
        found[one.name] = CodeOwners(entries, roots.get(one.name, "."))
    return found
