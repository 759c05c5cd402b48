"""One YAML document: parser events to a bounded tree.

PyYAML's own composer recurses, and its constructor forgets positions, tags and doubled keys;
here the events of its parser (libyaml where PyYAML was built with it) are put together by hand.
"""

from dataclasses import dataclass, field

import yaml

from auditor.text.encoding import require_characters
from auditor.text.entries import Entries
from auditor.text.limits import Budget, Limits
from auditor.text.problems import BrokenDocumentError, Problems, shown
from auditor.text.tree import Mapping, Mark, Node, Opaque, Scalar, Sequence
from auditor.text.yaml_scalars import PREFIX, Value, is_scalar_tag, tagged, typed

LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_MAPPING_TAGS = (None, "!", PREFIX + "map")
_SEQUENCE_TAGS = (None, "!", PREFIX + "seq")
_SPLIT = "split it or leave it out"


@dataclass(frozen=True, slots=True)
class _Anchored:
    """A finished node under an anchor: what it counts expanded, and how deep it goes."""

    node: Node
    size: int
    height: int


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet."""

    mark: Mark
    anchor: str | None
    tag: str | None
    spent_before: int
    entries: Entries | None
    items: list[Node] = field(default_factory=list)
    key: Scalar | None = None
    merging: bool = False
    merged_on: int | None = None
    merged: list[tuple[Scalar, Node]] = field(default_factory=list)
    height: int = 1


class Composer:
    """Puts one document together; use an instance once."""

    def __init__(self, first_line: int, limits: Limits, problems: Problems) -> None:
        self._first_line = first_line
        self._limits = limits
        self._problems = problems
        self._budget = Budget(limits.nodes)
        self._aliases = 0
        self._anchors: dict[str, _Anchored | None] = {}
        self._stack: list[_Open] = []
        self._root: Node | None = None

    def compose(self, text: str) -> Node | None:
        """Return the root of the only document in the text.

        Raises BrokenDocumentError for a cap, and whatever PyYAML raises for a syntax error.
        """
        documents = 0
        for event in yaml.parse(text, Loader=LOADER):
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._open(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close()
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    what = "a second document after a line break that is not a line feed"
                    raise BrokenDocumentError(self._mark(event).line, what, "use line feeds")
        return self._root

    def _mark(self, event: yaml.Event) -> Mark:
        start = event.start_mark
        if start is None:
            return Mark(self._first_line, 1)
        return Mark(start.line + self._first_line, start.column + 1)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        mark = self._mark(event)
        self._budget.spend(1, mark.line)
        require_characters(event.value, mark.line)
        node = _read_scalar(event, mark)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(node, 1, 0)
        plain = event.implicit[0] and event.tag is None
        if plain and event.value == "<<" and self._at_key():
            self._start_merge(mark)
            return
        self._take(node, 0, mark)

    def _start_merge(self, mark: Mark) -> None:
        top = self._stack[-1]
        if top.merged_on is not None:
            what = f"the key '<<' is here twice, first on line {top.merged_on}"
            self._problems.add(mark.line, what, "merge one list of mappings; the later one wins")
        top.merging = True
        top.merged_on = mark.line

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        mark = self._mark(event)
        self._require_depth(len(self._stack) + 1, mark)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        entries = Entries(self._problems) if is_mapping else None
        self._stack.append(_Open(mark, event.anchor, event.tag, self._budget.spent, entries))
        self._budget.spend(1, mark.line)

    def _close(self) -> None:
        closed = self._stack.pop()
        node: Node
        if closed.tag not in (_SEQUENCE_TAGS if closed.entries is None else _MAPPING_TAGS):
            node = Opaque(str(closed.tag), closed.mark)
        elif closed.entries is None:
            node = Sequence(tuple(closed.items), closed.mark)
        else:
            node = closed.entries.mapping(closed.mark, tuple(closed.merged))
        if closed.anchor is not None:
            size = self._budget.spent - closed.spent_before
            self._anchors[closed.anchor] = _Anchored(node, size, closed.height)
        self._take(node, closed.height, closed.mark)

    def _alias(self, event: yaml.AliasEvent) -> None:
        mark = self._mark(event)
        name = str(event.anchor)
        self._aliases += 1
        if self._aliases > self._limits.aliases:
            what = f"more than {self._limits.aliases:,} aliases"
            raise BrokenDocumentError(mark.line, what, _SPLIT)
        if name not in self._anchors:
            what = f"the alias {shown(name)} has no anchor before it"
            raise BrokenDocumentError(mark.line, what, "add the anchor or write the value")
        anchored = self._anchors[name]
        if anchored is None:
            what = f"the alias {shown(name)} stands inside what it stands for"
            raise BrokenDocumentError(mark.line, what, "write the value")
        self._budget.spend(anchored.size, mark.line, ", what its aliases stand for included")
        self._require_depth(len(self._stack) + anchored.height, mark)
        self._take(anchored.node, anchored.height, mark)

    def _require_depth(self, depth: int, mark: Mark) -> None:
        if depth > self._limits.depth:
            what = f"nested more than {self._limits.depth} levels deep"
            raise BrokenDocumentError(mark.line, what, _SPLIT)

    def _at_key(self) -> bool:
        top = self._stack[-1] if self._stack else None
        return bool(top and top.entries is not None and top.key is None and not top.merging)

    def _take(self, node: Node, height: int, mark: Mark) -> None:
        if not self._stack:
            self._root = node
            return
        top = self._stack[-1]
        top.height = max(top.height, height + 1)
        if top.entries is None:
            top.items.append(node)
        elif top.merging:
            top.merged.extend(_mergeable(node, mark))
            top.merging = False
        elif top.key is not None:
            top.entries.add(top.key, node)
            top.key = None
        elif isinstance(node, Scalar):
            top.key = node
        else:
            what = "a key that is no text, number or other plain value"
            do = "use a plain value as key, or if this is a template, render it first"
            raise BrokenDocumentError(mark.line, what, do)


def _read_scalar(event: yaml.ScalarEvent, mark: Mark) -> Scalar | Opaque:
    quoted = bool(event.style)
    value: Value
    if event.implicit[0]:
        value = typed(event.value)
    elif event.tag is None or event.tag == "!":
        value = event.value
    elif is_scalar_tag(event.tag):
        try:
            value = tagged(event.tag, event.value)
        except ValueError:
            what = f"the value is no {event.tag.removeprefix(PREFIX)}, as its tag says"
            raise BrokenDocumentError(mark.line, what, "correct the value or its tag") from None
    else:
        return Opaque(event.tag, mark)
    return Scalar(value, event.value, mark, quoted)


def _mergeable(node: Node, mark: Mark) -> list[tuple[Scalar, Node]]:
    """Return what `<<` brings in, later entries winning (https://yaml.org/type/merge.html)."""
    sources = node.items if isinstance(node, Sequence) else (node,)
    merged: list[tuple[Scalar, Node]] = []
    for source in reversed(sources):
        if not isinstance(source, Mapping):
            what = "'<<' merges something that is no mapping"
            raise BrokenDocumentError(mark.line, what, "give it a mapping or a list of mappings")
        merged.extend(source.entries)
    return merged
