"""The statements of a Python file, followed in order; what a condition or a loop sets is not known."""

import ast
from dataclasses import dataclass, field
from typing import Protocol

from collectors.app.source.block import SourceError
from collectors.app.source.python_call import KnownCalls
from collectors.app.source.python_literal import Budget, Evaluator
from collectors.app.source.python_scope import Scope
from collectors.app.source.python_syntax import (
    Function,
    bound,
    calls,
    changed_by,
    inner_statements,
    names_in,
    parse,
)
from collectors.app.source.value import (
    Imported,
    Listing,
    Members,
    Parts,
    Text,
    Unknown,
    Value,
    listing,
    truth,
    why,
)

_HANDS_OVER = frozenset({"builtins.globals", "builtins.locals", "builtins.vars", "builtins.exec",
                         "split_settings.tools.include"})  # fmt: skip
"""What lets other code set the names of this file."""


class Watcher(Protocol):
    """Who is told what happens on the way. `doubt`: why it may not happen at all, or None."""

    def called(self, call: ast.Call, here: Evaluator, doubt: str | None) -> None:
        """A call stands in a statement."""

    def stored(self, target: ast.expr, value: Value, here: Evaluator, doubt: str | None) -> None:
        """Something other than a name is set: `app.config["X"] = ...`."""

    def defined(self, function: Function, here: Evaluator, doubt: str | None) -> None:
        """A function is defined."""


class Unwatched:
    """Nobody is told anything."""

    def called(self, call: ast.Call, here: Evaluator, doubt: str | None) -> None:
        """Leave it at that."""

    def stored(self, target: ast.expr, value: Value, here: Evaluator, doubt: str | None) -> None:
        """Leave it at that."""

    def defined(self, function: Function, here: Evaluator, doubt: str | None) -> None:
        """Leave it at that."""


@dataclass(slots=True)
class Module:
    """One file on its way. Functions are followed last, with the names that the whole file sets."""

    watcher: Watcher
    known: dict[str, Value]
    budget: Budget = field(default_factory=Budget)
    _later: list[tuple[Function, Scope, str | None]] = field(default_factory=list)

    def follow(self, data: bytes) -> Scope:
        """Follow the file and return its names. Raises SourceError where it is no Python.

        `known` holds values of other modules by dotted name.
        """
        scope = Scope()
        self._statements(parse(data).body, scope, None)
        while self._later:
            function, around, doubt = self._later.pop(0)
            inner = Scope(around)
            for argument in ast.walk(function.args):
                if isinstance(argument, ast.arg):
                    inner.put(argument.arg, Unknown("an argument of a function", argument.lineno))
            self._statements(function.body, inner, doubt)
        return scope

    # -- statements --------------------------------------------------------------------------------

    def _statements(self, body: list[ast.stmt], scope: Scope, doubt: str | None) -> None:
        for statement in body:
            self.budget.steps -= 1
            if self.budget.steps < 0:
                raise SourceError(statement.lineno, "the file is too long to follow", "split it")
            self._statement(statement, scope, doubt)

    def _statement(self, node: ast.stmt, scope: Scope, doubt: str | None) -> None:
        here = self._here(scope)
        for call in calls(node):
            self.watcher.called(call, here, doubt)
            self._handed_over(call, here, scope)
        match node:
            case ast.Assign(targets=targets, value=value):
                self._assign(targets, here.value(value), here, doubt)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign([target], here.value(value), here, doubt)
            case ast.AugAssign():
                self._augment(node, here)
            case ast.Expr(value=ast.Call() as call):
                self._change(call, here)
            case _:
                self._compound(node, here, doubt)

    def _compound(self, node: ast.stmt, here: Evaluator, doubt: str | None) -> None:
        scope = here.scope
        match node:
            case ast.Import() | ast.ImportFrom():
                self._import(node, scope)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._define(node, here, doubt)
            case ast.ClassDef():
                self._class(node, scope, doubt)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                names = {name for one in items for name in bound(one)}
                scope.taint(names, "what a block works with", node.lineno)
                self._statements(body, scope, doubt)
            case _:
                self._branching(node, here, doubt)

    def _branching(self, node: ast.stmt, here: Evaluator, doubt: str | None) -> None:
        scope, line = here.scope, node.lineno
        match node:
            case ast.If(test=test, body=body, orelse=other):
                holds = truth(here.value(test))
                if holds is None:
                    self._doubted([body, other], scope, "a condition decides", line)
                else:
                    self._statements(body if holds else other, scope, doubt)
            case ast.For() | ast.AsyncFor() | ast.While() | ast.Match():
                self._doubted([[node]], scope, "a loop or a condition decides", line)
            case ast.Try() | ast.TryStar():
                self._doubted([[node]], scope, "an error may be caught there", line)
            case ast.Delete(targets=targets):
                scope.taint({name for one in targets for name in names_in(one)}, "deleted", line)
            case _:
                return

    def _doubted(self, bodies: list[list[ast.stmt]], scope: Scope, doubt: str, line: int) -> None:
        """Statements of which it is not known whether they run: what they set is not known."""
        # Followed in scopes of their own, so that what they call is seen in their own light.
        inner = [(body, Scope(scope)) for body in bodies]
        for body, own in inner:
            self._statements(inner_statements(body), own, f"{doubt} on line {line}")
        for body, own in inner:
            for node in body:
                scope.taint(bound(node), doubt, line)
                scope.taint_changed(changed_by(node), doubt, line)
            if own.elsewhere is not None:
                scope.open(own.elsewhere.reason, own.elsewhere.line)

    def _import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        if isinstance(node, ast.Import):
            for one in node.names:
                name = one.name if one.asname else one.name.partition(".")[0]
                scope.put(one.asname or name, Imported(name, node.lineno))
            return
        module = "." * node.level + (node.module or "")
        if node.names[0].name == "*":
            scope.open(_imported_whole(node), node.lineno)
            return
        for one in node.names:
            dotted = f"{module}.{one.name}"
            scope.put(one.asname or one.name, self.known.get(dotted, Imported(dotted, node.lineno)))

    # -- names -------------------------------------------------------------------------------------

    def _assign(
        self, targets: list[ast.expr], value: Value, here: Evaluator, doubt: str | None
    ) -> None:
        for target in targets:
            match target:
                case ast.Name(id=name):
                    here.scope.put(name, value)
                case ast.Tuple() | ast.List() | ast.Starred():
                    reason = "several names are set at once"
                    here.scope.taint(set(names_in(target)), reason, target.lineno)
                case _:
                    self.watcher.stored(target, value, here, doubt)
                    changed = changed_by(target)
                    here.scope.taint_changed(changed, "an item of it is set", target.lineno)

    def _augment(self, node: ast.AugAssign, here: Evaluator) -> None:
        if not isinstance(node.target, ast.Name):
            return
        name = node.target.id
        whole = ast.BinOp(ast.Name(name, ast.Load()), node.op, node.value)
        value = here.value(ast.fix_missing_locations(ast.copy_location(whole, node)))
        old = here.scope.get(name, node.lineno)
        if isinstance(old, Listing) and old.grows:
            here.scope.change(name, value)
        here.scope.put(name, value)

    def _change(self, call: ast.Call, here: Evaluator) -> None:
        """`X.append(...)` and the like."""
        if not isinstance(call.func, ast.Attribute) or not isinstance(call.func.value, ast.Name):
            return
        name, method = call.func.value.id, call.func.attr
        old = here.scope.get(name, call.lineno)
        if isinstance(old, Listing | Parts):
            given = [here.value(one) for one in call.args]
            own = name in here.scope.names
            elsewhere = Unknown("a function or a condition changes it", call.lineno)
            new = _changed(old, method, given, call.lineno) if own else elsewhere
            here.scope.change(name, new)

    def _define(self, node: Function, here: Evaluator, doubt: str | None) -> None:
        self.watcher.defined(node, here, doubt)
        here.scope.put(node.name, Unknown("a function", node.lineno))
        self._later.append((node, here.scope.for_functions, doubt))
        for inner in ast.walk(node):
            if isinstance(inner, ast.Global):
                here.scope.taint(set(inner.names), "a function sets it", inner.lineno)

    def _class(self, node: ast.ClassDef, scope: Scope, doubt: str | None) -> None:
        inner = Scope(scope, is_class=True)
        here = self._here(scope)
        complete = True
        for base in reversed(node.bases):
            value = here.value(base)
            if isinstance(value, Members):
                inner.names |= value.names
                complete = complete and value.complete
            elif not (isinstance(value, Imported) and value.name == "builtins.object"):
                complete = False
        self._statements(node.body, inner, doubt)
        complete = complete and inner.elsewhere is None and not node.decorator_list
        scope.put(node.name, Members(inner.names, node.lineno, complete))

    def _handed_over(self, call: ast.Call, here: Evaluator, scope: Scope) -> None:
        function = here.value(call.func)
        if isinstance(function, Imported) and function.name in _HANDS_OVER:
            scope.open(f"{function.name.rpartition('.')[2]}() lets other code set it", call.lineno)

    def _here(self, scope: Scope) -> Evaluator:
        return Evaluator(scope, KnownCalls(), self.budget)


def _changed(old: Listing | Parts, method: str, given: list[Value], line: int) -> Value:
    match old, method, given:
        case Listing(), "append" | "add", [item]:
            return listing((*old.items, item), old.line, grows=True)
        case Listing(), "insert", [_, item]:
            return listing((item, *old.items), old.line, grows=True)
        case Listing(), "extend" | "update", [Listing(items=items)]:
            return listing((*old.items, *items), old.line, grows=True)
        case Listing(), "extend" | "update", [value]:
            return why(value) if not isinstance(value, Text) else Unknown("a text", line)
        case _:
            return Unknown("it is changed in code", line)


def _imported_whole(node: ast.ImportFrom) -> str:
    return f"{'.' * node.level}{node.module or ''}, imported whole, may set it"
