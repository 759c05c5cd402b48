"""Where Fastify applications register `@fastify/cors`, and what it is told there.

Fastify 5.12.8, docs/Reference/Encapsulation.md: a plugin acts on the instance it is registered on and
on what is registered inside; one that is wrapped in `fastify-plugin` acts on the instance around it.
`@fastify/cors` 11.4.3 is wrapped so. adapters/fastify-adapter.js of @nestjs/platform-fastify 10.4.22,
11.2.8 and 12.5.0: `app.enableCors(options)` registers `@fastify/cors` on the whole application.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from auditor.text.syntax import Node
from collectors.app.source.block import Block, Code, Part, Setting
from collectors.app.source.javascript_literal import Evaluator
from collectors.app.source.javascript_options import FASTIFY, settings_of
from collectors.app.source.javascript_place import Call, Owner, calls_of, fields_of, owner_of
from collectors.app.source.javascript_scope import Imported, Scope, function_of, scope_of
from collectors.app.source.shaping import UnknownError
from collectors.app.source.value import Plain

MODULES = ("@fastify/cors", "fastify-cors")
DO = (
    "write literals there, or under files: map the setting that holds the origins: "
    "- {path: FILE, key: KEY, like: fastify-cors, serves: [HOST/*]}"
)
_WRAPPERS = ("fastify-plugin",)


def fastify_parts(root: Node, *, with_nest: bool) -> Iterator[Part]:
    """What the plugin is told; where it is registered twice, nobody knows what comes of it."""
    found = tuple(_File(root, scope_of(root), fields_of(root), with_nest).parts())
    yield from found[:1]
    for part in found[1:]:
        yield Code(part.title, part.line, "the plugin is registered twice", DO)


@dataclass(slots=True)
class _File:
    root: Node
    scope: Scope
    fields: Mapping[str, tuple[Owner, ...]]
    with_nest: bool
    evaluator: Evaluator = field(init=False)

    def __post_init__(self) -> None:
        self.evaluator = Evaluator(self.scope)

    def parts(self) -> Iterator[Part]:
        """A part for each registration."""
        for call in calls_of(self.root):
            if call.method == "register" and call.arguments and self._is_plugin(call.arguments[0]):
                options = call.arguments[1] if len(call.arguments) > 1 else None
                problem, assumed = self._place(call)
                yield self._part(call, "register(cors)", options, problem, assumed)
            elif self.with_nest and call.method == "enableCors":
                options = call.arguments[0] if call.arguments else None
                yield self._part(call, "enableCors()", options, "", ())
            elif self.with_nest and call.name == "NestFactory.create":
                yield from self._created(call)

    def _created(self, call: Call) -> Iterator[Part]:
        """`cors:` among the options of `NestFactory.create`."""
        pairs = call.arguments[-1].of("pair") if call.arguments else ()
        for pair in pairs:
            name, options = pair.get("key"), pair.get("value")
            if name is None or name.text != "cors" or options is None or options.kind == "false":
                continue
            told = None if options.kind == "true" else options
            yield self._part(call, "NestFactory.create()", told, "", ())

    def _part(
        self, call: Call, title: str, options: Node | None, problem: str, assumed: tuple[str, ...]
    ) -> Part:
        line = call.node.line
        if call.is_conditional:
            problem = problem or "a condition decides whether the plugin is registered"
        try:
            settings = self._settings(options)
        except UnknownError as unknown:
            return Code(title, unknown.line, problem or unknown.reason, DO)
        if problem:
            return Code(title, line, problem, DO)
        return Block(title, line, settings, assumed=assumed)

    def _settings(self, options: Node | None) -> tuple[Setting, ...]:
        value = Plain(None, 0) if options is None else self.evaluator.value(options)
        return settings_of(value, FASTIFY)

    def _is_plugin(self, node: Node) -> bool:
        if self.scope.is_module(node, *MODULES):
            return True
        meaning = self.scope.meaning(node.text) if node.kind == "identifier" else None
        named = isinstance(meaning, Imported) and meaning.member == "fastifyCors"
        return named and isinstance(meaning, Imported) and meaning.module in MODULES

    # -- what it is registered on ------------------------------------------------------------------

    def _place(self, call: Call) -> tuple[str, tuple[str, ...]]:
        """Why it is not known where the plugin acts, and what is assumed of that."""
        receiver = call.receiver
        while receiver is not None and receiver.kind == "call_expression":
            inner = Call(receiver, ())
            if inner.method not in ("register", "withTypeProvider"):
                break
            receiver = inner.receiver
        if receiver is None:
            return "what it is registered on is not known", ()
        owner = owner_of(receiver, self.scope, self.fields)
        if self._is_root(owner.made):
            return "", ()
        if owner.foreign and any(
            self._is_wrapped(call, function) for function in call.functions[:1]
        ):
            return "", ("the plugin around @fastify/cors is registered on the whole application",)
        return f"which routes {owner.name[:40]} serves is not in this file", ()

    def _is_root(self, made: Node | None) -> bool:
        while made is not None and made.kind == "call_expression":
            call = Call(made, ())
            if not call.method:
                break
            made = call.receiver if call.method == "withTypeProvider" else None
        return made is not None and self._is_fastify(function_of(made))

    def _is_fastify(self, function: Node | None) -> bool:
        if self.scope.is_module(function, "fastify"):
            return True
        meaning = None if function is None else self.scope.meaning(function.text)
        return meaning in (Imported("fastify", "fastify"), Imported("fastify", "Fastify"))

    def _is_wrapped(self, call: Call, function: Node) -> bool:
        """Whether a function around `call` is handed to `fastify-plugin`, itself or by its name."""
        name = function.get("name")
        for other in calls_of(self.root):
            if not self.scope.is_module(function_of(other.node), *_WRAPPERS):
                continue
            first = next(iter(other.arguments), None)
            if first is None:
                continue
            named = name is not None and first.text == name.text
            if named or (first.start, first.end) == (function.start, function.end):
                return True
            declared = call.around[call.around.index(function) + 1 :]
            holder = next((node for node in declared if node.kind == "variable_declarator"), None)
            held = None if holder is None else holder.get("name")
            if held is not None and first.text == held.text:
                return True
        return False
