"""rack-cors in Ruby files: `config/initializers/cors.rb`, `config/application.rb`, `config.ru`.

Source: lib/rack/cors.rb, resources.rb and resource.rb of rack-cors 3.0.0 (`match_resource`,
`resource_for_path`, `Resource#initialize`).
- Of the pairs of `allow` and `resource`, in the order written, the first whose origins and path both
  fit decides. Of several `origins` in one `allow` the last counts; a `*` in any of them is everybody.
- A `resource` that stands before that `*` reflects every origin; one behind it sends `*`.
- `if:` decides in code. `vary:` replaces Vary: Origin on the paths of the first resource that fits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from auditor.core.reading import ANY_PATH, Json
from auditor.text.problems import BrokenDocumentError
from auditor.text.syntax import UNREADABLE, Language, Node, parse_source
from collectors.app.semantics.preset import Input
from collectors.app.semantics.rack import compile_chain
from collectors.app.source.block import Block, Code, Part, Setting, SourceError, SourceReader
from collectors.app.source.ruby_literal import Evaluator, arguments_of, assigned
from collectors.app.source.ruby_options import options_of, origins_of
from collectors.app.source.ruby_path import (
    Resource,
    are_apart,
    is_within,
    resource_of,
    resource_of_expression,
)
from collectors.app.source.shaping import UnknownError, Value
from collectors.app.source.value import Expression, Text, Unknown

DO = (
    "write literals there, or under files: map the setting that holds the origins: "
    "- {path: FILE, key: KEY, like: rack-cors, serves: [HOST/*]}"
)
MOST_RESOURCES = 300
"""Resources of one file; how they lie to each other costs time by the square of their number."""
_CONDITIONAL = frozenset(
    {
        "if",
        "unless",
        "elsif",
        "else",
        "if_modifier",
        "unless_modifier",
        "case",
        "when",
        "while",
        "until",
        "for",
        "conditional",
        "rescue",
        "binary",
    }
)
_WORDS = ("origins", "resource", "allow")
_NAME = "Rack::Cors"
_EVERYWHERE = Resource(ANY_PATH)


@dataclass(frozen=True, slots=True)
class _Pair:
    """One `resource` of one `allow`: its paths, and what it is told there or why that is unknown."""

    resource: Resource
    part: Part


@dataclass(slots=True)
class _Allow:
    """One `allow` block while it is read. `origins`: the last that were given; `public`: `*` was."""

    origins: tuple[Setting, ...] | UnknownError = ()
    public: bool = False
    pairs: list[tuple[Node, bool]] = field(default_factory=list)
    """Calls of `resource`, each with whether `*` was given before it."""


def read_rack(data: bytes) -> tuple[Part, ...]:
    """What rack-cors is told. Raises SourceError."""
    try:
        root = parse_source(data, Language.RUBY)
    except BrokenDocumentError as broken:
        raise SourceError(broken.line, broken.what, broken.do) from None
    for node in root.walk():
        if node.kind == UNREADABLE and any(word in node.text for word in (*_WORDS, _NAME)):
            reason = "a piece of the file that is no valid program speaks of CORS"
            return (Code("the file", node.line, reason, f"correct it; {DO}"),)
    evaluator = Evaluator(assigned(root))
    calls = [(node, around) for node, around in root.paths() if _sets_up(node)]
    if len(calls) > 1:
        reason = "it is used more than once, and each answers in front of the next"
        return (Code(_NAME, calls[1][0].line, reason, DO),)
    pairs = [pair for node, around in calls for pair in _set_up(node, around, evaluator)]
    if len(pairs) > MOST_RESOURCES:
        reason = f"more than {MOST_RESOURCES} resources"
        return (Code(_NAME, pairs[0].part.line, reason, DO),)
    return tuple(_ordered(pairs))


def _sets_up(node: Node) -> bool:
    """Whether `node` puts Rack::Cors, with a block, among the middleware."""
    if node.kind != "call":
        return False
    named = any(one.text.strip("'\":") == _NAME for one in arguments_of(node))
    blocks = any(one.kind == "block_argument" for one in arguments_of(node))
    return named and (blocks or node.get("block") is not None)


def _set_up(call: Node, around: Sequence[Node], evaluator: Evaluator) -> Iterator[_Pair]:
    """The pairs of one `use Rack::Cors do ... end`."""
    block = call.get("block")
    if call.broken:
        yield _unread("a piece of it is no valid program", call.line)
        return
    if block is None:
        yield _unread("the block stands elsewhere", call.line)
        return
    if any(node.kind in _CONDITIONAL for node in around):
        yield _unread("a condition decides whether it is used", call.line)
        return
    for statement in _statements(block):
        inner = statement.get("block") if _is_call(statement, "allow") else None
        if inner is not None:
            yield from _pairs(inner, evaluator)
        elif any(_is_call(node, *_WORDS) for node in statement.walk()):
            yield _unread("code decides what is allowed", statement.line)


def _statements(block: Node) -> tuple[Node, ...]:
    body = block.get("body")
    return () if body is None else body.children


def _is_call(node: Node, *names: str) -> bool:
    method = node.get("method")
    return node.kind == "call" and method is not None and method.text in names


def _unread(reason: str, line: int, title: str = _NAME) -> _Pair:
    return _Pair(_EVERYWHERE, Code(title, line, reason, DO))


# -- one allow -------------------------------------------------------------------------------------


def _pairs(block: Node, evaluator: Evaluator) -> Iterator[_Pair]:
    allow = _Allow()
    for statement in _statements(block):
        if _is_call(statement, "origins"):
            _take_origins(allow, statement, evaluator)
        elif _is_call(statement, "resource"):
            allow.pairs.append((statement, allow.public))
        elif any(_is_call(node, *_WORDS) for node in statement.walk()):
            yield _unread("code decides what is allowed", statement.line, "allow")
            return
    for resource, was_public in allow.pairs:
        yield _pair(allow, resource, evaluator, was_public=was_public)


def _take_origins(allow: _Allow, call: Node, evaluator: Evaluator) -> None:
    try:
        allow.origins = tuple(origins_of(call, evaluator))
    except UnknownError as unknown:
        allow.origins = unknown
        return
    texts = [one.value for one in allow.origins if one.input is Input.ORIGINS]
    allow.public = allow.public or any("*" in text for text in texts if isinstance(text, list))


def _pair(allow: _Allow, call: Node, evaluator: Evaluator, *, was_public: bool) -> _Pair:
    arguments = arguments_of(call)
    resource, name = _EVERYWHERE, "resource"
    try:
        path = evaluator.value(arguments[0]) if arguments else Unknown("no path", call.line)
        resource, name = _resource(path)
        if isinstance(allow.origins, UnknownError):
            raise allow.origins
        options = tuple(options_of(arguments[1:], evaluator))
    except UnknownError as unknown:
        return _Pair(resource, Code(name, unknown.line, unknown.reason, DO))
    origins: tuple[Setting, ...] = allow.origins
    if allow.public:
        everybody: Json = ["*"] if was_public else True
        line = origins[0].line if origins else call.line
        origins = (Setting(Input.ORIGINS, "origins", everybody, line),)
    return _Pair(resource, Block(name, call.line, (*origins, *options)))


def _resource(path: Value) -> tuple[Resource, str]:
    match path:
        case Text(text=text, open=False):
            return resource_of(text), f"resource {text[:80]!r}"
        case Expression(text=text):
            return resource_of_expression(text.text), f"resource {text.text[:80]}"
        case _:
            reason = path.reason if isinstance(path, Unknown) else "a path of another shape"
            raise UnknownError(f"resource: {reason}", path.line)


# -- several ---------------------------------------------------------------------------------------


def _ordered(pairs: Sequence[_Pair]) -> Iterator[Part]:
    """A part for each path condition, the narrower ones first, with all that are asked on its paths."""
    resources = list(dict.fromkeys(pair.resource for pair in pairs if pair.resource.match))
    wider = {one: sum(is_within(one, other) for other in resources) for one in resources}
    for one in sorted(resources, key=lambda each: -wider[each]):
        asked = [pair.part for pair in pairs if is_within(one, pair.resource)]
        unclear = any(
            not (is_within(one, other) or is_within(other, one) or are_apart(one, other))
            for other in resources
        )
        yield _joined(one, asked, unclear=unclear)
    for pair in pairs:
        if pair.resource.match is None:
            # A path that does not begin with a slash takes none.
            yield replace(pair.part, paths=())


def _joined(resource: Resource, asked: Sequence[Part], *, unclear: bool) -> Part:
    paths = () if resource.match is None else (resource.match,)
    code = next((part for part in asked if isinstance(part, Code)), None)
    if code is not None:
        return replace(code, paths=paths)
    first, *rest = (part for part in asked if isinstance(part, Block))
    if unclear:
        reason = "the paths of several resources overlap in a way that is not followed"
        return Code(first.title, first.line, reason, DO, paths)
    return replace(first, paths=paths, otherwise=tuple(rest))


READER = SourceReader("rack-cors", (".rb", ".ru"), (b"rack::cors",), read_rack, chain=compile_chain)
