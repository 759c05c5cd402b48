"""From the parts of a framework's own file to an application, rule by rule."""

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.core.hop.behaviour import UnreadBehaviour
from auditor.core.reading import Document, Gap, Unread, Where
from collectors.app.application import Application, Rule
from collectors.app.fault import Fault
from collectors.app.mapping import Meaning, Split
from collectors.app.parts import Sourced, from_body
from collectors.app.release import Release, compile_policy, faults_of, release_of
from collectors.app.selection import Cut, Picked, Selection
from collectors.app.semantics.preset import Compiled, Input
from collectors.app.source import READERS
from collectors.app.source.block import Block, Code, Part, Setting
from collectors.app.value import Told, read_policy
from collectors.collector import Options


@dataclass(frozen=True, slots=True)
class _Judged:
    """One part: the rule that it makes, why it cannot be read if so, and sentences for people."""

    rule: Rule
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()


def read_sourced(document: Document, options: Options) -> Application | list[Unread]:
    """The application of a document with `parts`, or every reason why nothing of it can be read.

    A part that cannot be read leaves the paths that it covers unread, and no others.
    """
    sourced = from_body(document.body, document.lines)
    release = release_of(sourced.semantics, options, document.where)
    if isinstance(release, Fault):
        return [release.unread(sourced.name, sourced.names, document.source)]
    judged = [_judged(part, sourced, release, document.where.place) for part in sourced.parts]
    faults = dict.fromkeys(fault for one in judged for fault in one.faults)
    if all(one.faults for one in judged):
        return [fault.unread(sourced.name, sourced.names, document.source) for fault in faults]
    assumed = (text for part in sourced.parts if isinstance(part, Block) for text in part.assumed)
    return Application(
        document=document,
        name=sourced.name,
        serves=sourced.serves,
        workload=sourced.workload,
        owner=sourced.owner,
        product=release.preset.name,
        release=release.title,
        remedy=release.preset.remedy,
        rules=tuple(one.rule for one in judged),
        assumed=(*release.assumed, *dict.fromkeys(assumed)),
        notes=(*(str(fault) for fault in faults), *(note for one in judged for note in one.notes)),
    )


def _judged(part: Part, sourced: Sourced, release: Release, place: str) -> _Judged:
    if isinstance(part, Code):
        where = Where(place, part.line)
        return _unread(
            part, (Fault(where, Gap.UNSUPPORTED, f"{part.title}: {part.reason}", part.do),)
        )
    told = [_told(block, sourced, place) for block in (part, *part.otherwise)]
    faults = tuple(fault for one in told for fault in one.faults)
    where = Where(place, part.line)
    compiled = faults or _compiled(told, release, where)
    if isinstance(compiled, tuple):
        return _unread(part, compiled)
    settings = [one for block in (part, *part.otherwise) for one in block.settings]
    entries = [entry for one in told for entry in one.policy.entries]
    fields = [(one.field, Where(place, one.line)) for one in settings]
    rule = Rule(
        compiled.doing,
        compiled.end,
        part.title,
        part.paths,
        part.methods,
        (*fields, *((entry.field, entry.where) for entry in entries)),
        tuple(one.field for one in settings),
    )
    return _Judged(rule, (), (*(note for one in told for note in one.notes), *compiled.notes))


def _unread(part: Part, faults: tuple[Fault, ...]) -> _Judged:
    doing = UnreadBehaviour("; ".join(f"{fault.what} ({fault.where})" for fault in faults))
    methods = part.methods if isinstance(part, Block) else None
    return _Judged(Rule(doing, title=part.title, paths=part.paths, methods=methods), faults)


def _compiled(told: list[Told], release: Release, where: Where) -> Compiled | tuple[Fault, ...]:
    chains = (one.chain for one in READERS if one.preset == release.preset.name)
    chain = next((one for one in chains if one is not None), None)
    if chain is None or len(told) == 1:
        return compile_policy(release, told[0].policy, where)
    compiled = chain(tuple(one.policy for one in told), release.version)
    return faults_of(compiled, where) or compiled


def _told(block: Block, sourced: Sourced, place: str) -> Told:
    """What one block tells the product, by the same road as the values of a mapping."""
    selection = Selection(
        name=sourced.name,
        semantics=sourced.semantics,
        serves=sourced.serves,
        picked={one.input: _picked(one) for one in block.settings},
        variables=sourced.variables,
        split=Split.NONE,
        trim=False,
        empty_means=Meaning.PRODUCT_DEFAULT,
        missing_means=Meaning.PRODUCT_DEFAULT,
        resolve_defaults=sourced.resolve_defaults,
        owner=sourced.owner,
    )
    lines = {key: line for one in block.settings for key, line in _lines(one).items()}
    return read_policy(selection, Where(place, block.line), lines)


def _picked(one: Setting) -> Picked:
    return Picked(one.field, one.value, cut=Cut(one.split, one.trim, one.drop_empty))


def _lines(one: Setting) -> Mapping[str, int]:
    base = f"/inputs/{Input(one.input)}/value"
    return {base: one.line, **{f"{base}/{at}": line for at, line in enumerate(one.lines)}}
