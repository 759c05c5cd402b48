"""Where Express applications use `cors()`, and what it is told there.

Express 4.22.3 and 5.3.0: what is used runs in the order of the calls (as both answered the programs of
the tests). adapters/express-adapter.js of @nestjs/platform-express 10.4.22, 11.2.10 and 12.5.1:
`app.enableCors(options)` is `app.use(cors(options))`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from auditor.core.reading import ANY_PATH, PathMatch
from auditor.text.syntax import Node
from collectors.app.source.block import Setting
from collectors.app.source.javascript_layers import Route, Step, Use
from collectors.app.source.javascript_literal import Evaluator
from collectors.app.source.javascript_options import EXPRESS, settings_of
from collectors.app.source.javascript_path import MADE_IN_CODE, below, paths_of
from collectors.app.source.javascript_place import (
    Call,
    Owner,
    calls_of,
    fields_of,
    made_by,
    owner_of,
)
from collectors.app.source.javascript_scope import (
    Assigned,
    Imported,
    Scope,
    arguments_of,
    function_of,
    scope_of,
)
from collectors.app.source.shaping import Function, UnknownError, Value
from collectors.app.source.value import Expression, Listing, Plain, Text

_METHODS: Mapping[str, frozenset[str] | None] = {
    "use": None,
    "all": None,
    "get": frozenset({"GET", "HEAD"}),
    "head": frozenset({"HEAD"}),
    "post": frozenset({"POST"}),
    "put": frozenset({"PUT"}),
    "patch": frozenset({"PATCH"}),
    "delete": frozenset({"DELETE"}),
    "options": frozenset({"OPTIONS"}),
}
_APPLICATIONS = ("Express", "Application", "INestApplication", "NestExpressApplication")
_ELSEWHERE = "where this middleware runs is not in this file"
_ROUTING = ("route", "router", "routes", "controller", "controllers", "api")


@dataclass(frozen=True, slots=True)
class _Routing:
    """One call of `use` or of a route: whose, for which paths, and the handlers, in order."""

    call: Call
    owner: Owner
    paths: tuple[PathMatch, ...]
    handlers: tuple[Node, ...]
    assumed: tuple[str, ...]
    problem: str = ""

    @property
    def title(self) -> str:
        """`app.use`, as its owner looks it up."""
        return f"{self.owner.name[:40]}.{self.call.method}"


def steps_of(root: Node, *, with_nest: bool) -> Iterator[Step]:
    """Everything in a file that runs `cors()` or stands in front of it, in the order written."""
    return _File(root, scope_of(root), fields_of(root), with_nest).steps()


@dataclass(slots=True)
class _File:
    root: Node
    scope: Scope
    fields: Mapping[str, tuple[Owner, ...]]
    with_nest: bool
    evaluator: Evaluator = field(init=False)
    calls: tuple[Call, ...] = field(init=False)
    mounts: Mapping[str, tuple[Call, ...]] = field(init=False)
    placed: set[int] = field(default_factory=set)
    """Where the calls of `cors` start whose place is known."""

    def __post_init__(self) -> None:
        self.evaluator = Evaluator(self.scope)
        # Of a chain, the first call ends first.
        self.calls = tuple(sorted(calls_of(self.root), key=lambda call: call.node.end))
        self.mounts = self._mounted()

    def steps(self) -> Iterator[Step]:
        """What has no place of its own, which may act anywhere, then every step as requests meet it."""
        found: list[tuple[tuple[int, int], tuple[Step, ...]]] = []
        for call in self.calls:
            routing = self._routing(call) if call.method in _METHODS else None
            if routing is not None:
                found.append((self._order(routing), tuple(self._routed(routing))))
            elif self.with_nest:
                found.append(((call.node.end, 0), tuple(self._nest(call))))
        for call in self.calls:
            if self._is_middleware(call.node) and call.node.start not in self.placed:
                yield self._unknown(call, "cors()", _ELSEWHERE)
        for _, steps in sorted(found, key=lambda one: one[0]):
            yield from steps

    def _order(self, routing: _Routing) -> tuple[int, int]:
        """What a router does happens where it is mounted."""
        mounts = self.mounts.get(routing.owner.name, ())
        end = routing.call.node.end
        return (mounts[0].node.end, end) if len(mounts) == 1 else (end, 0)

    # -- routes and middleware ---------------------------------------------------------------------

    def _routed(self, routing: _Routing) -> Iterator[Step]:
        call = routing.call
        found = [self._middleware(handler) for handler in routing.handlers]
        used = [(at, made) for at, made in enumerate(found) if made is not None]
        if not used:
            yield from self._route(routing)
        for at, made in used:
            self.placed.add(made.start)
            passes = call.method == "use" or at == len(found) - 1
            yield self._use(routing, made, passes=passes)

    def _use(self, routing: _Routing, made: Node, *, passes: bool) -> Use:
        call, methods = routing.call, _METHODS[routing.call.method]
        title, paths = f"cors() in {routing.title}", routing.paths
        problem = routing.problem
        if not problem and call.is_conditional:
            problem = "a condition decides whether cors() runs"
        arguments = arguments_of(made)
        try:
            settings = self._settings(arguments[0] if arguments else None)
        except UnknownError as unknown:
            reason = problem or unknown.reason
            return Use(title, unknown.line, paths, methods, None, reason, passes, routing.assumed)
        if problem:
            return Use(title, made.line, paths, methods, None, problem, passes, routing.assumed)
        return Use(title, made.line, paths, methods, settings, "", passes, routing.assumed)

    def _settings(self, options: Node | None) -> tuple[Setting, ...]:
        value = Plain(None, 0) if options is None else self.evaluator.value(options)
        return settings_of(value, EXPRESS)

    def _middleware(self, handler: Node) -> Node | None:
        """The call of `cors` that `handler` is, or stands for."""
        if handler.kind == "identifier":
            meaning = self.scope.meaning(handler.text)
            if not isinstance(meaning, Assigned) or meaning.key:
                return None
            handler = meaning.node
        return handler if self._is_middleware(handler) else None

    def _is_middleware(self, node: Node) -> bool:
        called = node.kind == "call_expression"
        return called and self.scope.is_module(function_of(node), "cors")

    # -- whose call it is, and its paths -----------------------------------------------------------

    def _routing(self, call: Call) -> _Routing | None:
        """None where the call is no route: `app.get("setting")`, a method of something else."""
        arguments, receiver = call.arguments, call.receiver
        path: Value | None = None
        while receiver is not None and receiver.kind == "call_expression":
            inner = Call(receiver, ())
            if inner.method == "route" and inner.arguments:
                path = self.evaluator.value(inner.arguments[0])
            elif inner.method not in _METHODS:
                break
            receiver = inner.receiver
        if receiver is None or not arguments:
            return None
        whole = call.method != "use"
        if path is None and (whole or self._is_path(arguments[0])):
            path, arguments = self.evaluator.value(arguments[0]), arguments[1:]
        handlers = tuple(one for node in arguments for one in _flat(node))
        if not handlers:
            return None
        owner = owner_of(receiver, self.scope, self.fields)
        prefix, assumed, problem = self._based(owner)
        paths = below(prefix) if path is None else paths_of(path, prefix, whole=whole)
        return _Routing(call, owner, paths, handlers, assumed, problem)

    def _is_path(self, node: Node) -> bool:
        if node.kind in ("string", "template_string", "regex", "binary_expression"):
            return True
        value = self.evaluator.value(node)
        texts = isinstance(value, Listing) and all(isinstance(one, Text) for one in value.items)
        return texts or isinstance(value, Text | Expression)

    def _based(self, owner: Owner) -> tuple[str, tuple[str, ...], str]:
        """The prefix of an owner's paths, what is assumed of it, and why they are not known."""
        if self._is_application(owner):
            return "", (), ""
        if owner.foreign and owner.name == "app":
            return "", ("app is the whole Express application",), ""
        if made_by(owner, self._makes_router):
            prefix = self._prefix(owner.name)
            if prefix is not None:
                return prefix, (), ""
            return "", (), f"where the router {owner.name[:40]} is mounted is not in this file"
        return "", (), f"what {owner.name[:40]} is, is not in this file"

    def _is_application(self, owner: Owner) -> bool:
        name = owner.type.partition("<")[0].rpartition(".")[2]
        return name in _APPLICATIONS or made_by(owner, self._makes_application)

    def _makes_application(self, function: Node) -> bool:
        return self.scope.is_module(function, "express") or function.text == "NestFactory.create"

    def _makes_router(self, function: Node) -> bool:
        name, inner = function.get("property"), function.get("object")
        if name is not None:
            return name.text == "Router" and self.scope.is_module(inner, "express")
        return self.scope.meaning(function.text) == Imported("express", "Router")

    def _mounted(self) -> dict[str, tuple[Call, ...]]:
        """Where applications of this file use routers of this file, by the names of these."""
        found: dict[str, tuple[Call, ...]] = {}
        for call in self.calls:
            names = [node.text for node in call.arguments if node.kind == "identifier"]
            if call.method != "use" or call.receiver is None:
                continue
            for name in names:
                if self._is_router(name):
                    found[name] = (*found.get(name, ()), call)
        return found

    def _is_router(self, name: str) -> bool:
        match self.scope.declared.get(name, ()):
            case (Assigned(node=node, key=""),) if node.kind == "call_expression":
                function = function_of(node)
                return function is not None and self._makes_router(function)
            case _:
                return False

    def _prefix(self, router: str) -> str | None:
        """The path under which the one application of this file uses `router`."""
        mounts = self.mounts.get(router, ())
        if len(mounts) != 1 or mounts[0].receiver is None:
            return None
        first = mounts[0].arguments[0]
        owner = owner_of(mounts[0].receiver, self.scope, self.fields)
        value = Text("", 0) if first.text == router else self.evaluator.value(first)
        known = isinstance(value, Text) and not value.open and self._is_application(owner)
        return value.text if known and isinstance(value, Text) else None

    # -- what may answer in front of cors() --------------------------------------------------------

    def _route(self, routing: _Routing) -> Iterator[Step]:
        """A route, or middleware that may answer; what passes requests on is left out."""
        call, paths = routing.call, routing.paths
        if routing.problem or MADE_IN_CODE in paths:
            return
        methods = _METHODS[call.method]
        if call.method != "use":
            surely = not call.is_conditional
            yield Route(routing.title, call.node.line, paths, methods, surely)
        elif any(self._answers(node, everywhere=ANY_PATH in paths) for node in routing.handlers):
            yield Route(routing.title, call.node.line, paths, methods, surely=False)

    def _answers(self, handler: Node, *, everywhere: bool) -> bool:
        """Whether a handler may answer, by where it comes from; a router of this file shows itself."""
        if handler.kind == "identifier":
            (meaning, *_) = (*self.scope.declared.get(handler.text, ()), None)
            if isinstance(meaning, Imported) and meaning.module.startswith("."):
                words = f"{handler.text} {meaning.module}".lower()
                return not everywhere or any(word in words for word in _ROUTING)
            return False
        function = handler.get("function")
        static = function is not None and function.text.endswith(".static")
        return not everywhere and (static or isinstance(self.evaluator.value(handler), Function))

    # -- NestJS ------------------------------------------------------------------------------------

    def _nest(self, call: Call) -> Iterator[Step]:
        """`app.enableCors(options)`, and `cors:` among the options of `NestFactory.create`."""
        arguments = call.arguments
        options: Node | None = None
        if call.method == "enableCors":
            options = arguments[0] if arguments else None
        elif call.name == "NestFactory.create":
            options = _entry(arguments[-1], "cors") if arguments else None
            if options is None or options.kind == "false":
                return
            options = None if options.kind == "true" else options
        else:
            return
        if call.is_conditional:
            yield self._unknown(call, "enableCors()", "a condition decides whether CORS is enabled")
            return
        try:
            yield Use("enableCors()", call.node.line, (ANY_PATH,), None, self._settings(options))
        except UnknownError as unknown:
            yield self._unknown(call, "enableCors()", unknown.reason)

    def _unknown(self, call: Call, title: str, reason: str) -> Use:
        return Use(title, call.node.line, (ANY_PATH,), None, None, reason)


def _flat(node: Node) -> tuple[Node, ...]:
    """A handler, or those of a list."""
    return node.children if node.kind == "array" else (node,)


def _entry(node: Node, key: str) -> Node | None:
    for pair in node.of("pair"):
        name = pair.get("key")
        if name is not None and name.text == key:
            return pair.get("value")
    return None
