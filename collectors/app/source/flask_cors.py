"""flask-cors in the code of a Flask application.

Source: flask_cors/extension.py, decorator.py and core.py; 6.0.5 read.
- An option is that of the resource, else of `init_app`, else of `CORS(...)`, else of `app.config`
  (`CORS_ORIGINS`), else the default. Where `app.config` is filled from elsewhere, options that decide
  who is let in must stand in the call to be known.
- Resources are expressions or plain texts: see `flask_option`.
- `@cross_origin` on a view decides for that view alone, before `CORS(app)`.
- On a blueprint `CORS` is for the views of the blueprint, which this reader does not place.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from auditor.core.reading import ANY_PATH, PathMatch
from collectors.app.semantics.preset import Version
from collectors.app.source.block import Block, Code, Part, Setting, Setup, SourceReader
from collectors.app.source.flask_option import (
    DECIDING,
    INPUTS,
    KNOWN,
    in_order,
    resource_path,
    setting,
)
from collectors.app.source.flask_view import View, view_of
from collectors.app.source.python_literal import Evaluator, arguments
from collectors.app.source.python_module import Module
from collectors.app.source.python_setting import remedy_for
from collectors.app.source.python_syntax import Function
from collectors.app.source.value import (
    Expression,
    Imported,
    Listing,
    Made,
    Members,
    Plain,
    Table,
    Text,
    Unknown,
    Value,
    why,
)

_EXTENSION = "flask_cors.CORS"
_DECORATOR = "flask_cors.cross_origin"
_BLUEPRINTS = frozenset({"flask.Blueprint", "flask.blueprints.Blueprint"})
_FROM_ELSEWHERE = frozenset(
    {"from_object", "from_pyfile", "from_envvar", "from_file", "from_json", "from_prefixed_env"}
)


@dataclass(frozen=True, slots=True)
class _Call:
    """One `CORS(app)` or `cors.init_app(app)`: its options, and why it may not count as it stands."""

    line: int
    options: Mapping[str, Value]
    unknown: tuple[Unknown, ...]


@dataclass(slots=True)
class _Watch:
    """What is seen on the way. `config`: what stands in `app.config`; `elsewhere`: why more may."""

    calls: list[_Call] = field(default_factory=list)
    views: list[tuple[_Call, View]] = field(default_factory=list)
    config: dict[str, Value] = field(default_factory=dict)
    set_on: dict[str, int] = field(default_factory=dict)
    elsewhere: Unknown | None = None
    waiting: dict[int, _Call] = field(default_factory=dict)

    def called(self, call: ast.Call, here: Evaluator, doubt: str | None) -> None:
        """Take a call of the extension, or one that fills the configuration."""
        function = here.value(call.func)
        if isinstance(function, Imported) and function.name == _EXTENSION:
            self._extension(call, here, doubt)
        elif isinstance(function, Imported) and function.name == _DECORATOR:
            unknown = Unknown("cross_origin is used without a view that it stands on", call.lineno)
            self.calls.append(_Call(call.lineno, {}, (unknown,)))
        elif isinstance(call.func, ast.Attribute):
            self._method(call, call.func, here, doubt)

    def stored(self, target: ast.expr, value: Value, here: Evaluator, doubt: str | None) -> None:
        """Take `app.config["CORS_ORIGINS"] = ...`."""
        if not isinstance(target, ast.Subscript) or not _is_config(target.value):
            return
        key = here.value(target.slice)
        name = key.text if isinstance(key, Text) and not key.open else None
        if name is None:
            self.elsewhere = Unknown("app.config is filled in code", target.lineno)
        elif name.startswith("CORS_"):
            unsure = Unknown(f"app.config[{name!r}]: {doubt}", target.lineno)
            self._configure({name: value if doubt is None else unsure}, target.lineno)

    def defined(self, function: Function, here: Evaluator, doubt: str | None) -> None:
        """Take a view that bears `@cross_origin`."""
        for decorator in function.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            name = here.value(decorator.func if isinstance(decorator, ast.Call) else decorator)
            if isinstance(name, Imported) and name.name == _DECORATOR:
                options = {} if call is None else arguments(here, call)
                found = _found(decorator.lineno, options, doubt)
                self.views.append((found, view_of(function, here)))

    def _configure(self, values: Mapping[str, Value], line: int) -> None:
        for name, value in values.items():
            option = name.removeprefix("CORS_").lower()
            if option != name and option in KNOWN:
                self.config[option] = value
                self.set_on[option] = line

    # -- the extension -----------------------------------------------------------------------------

    def _extension(self, call: ast.Call, here: Evaluator, doubt: str | None) -> None:
        found = _found(call.lineno, arguments(here, call), doubt)
        given = call.args[0] if call.args else None
        app = here.value(given) if given is not None else found.options.get("app")
        if app is None or (isinstance(app, Plain) and app.value is None):
            self.waiting[call.lineno] = found
        else:
            self.calls.append(_placed(found, app))

    def _method(
        self, call: ast.Call, func: ast.Attribute, here: Evaluator, doubt: str | None
    ) -> None:
        owner = here.value(func.value)
        if func.attr == "init_app" and isinstance(owner, Made) and owner.name == _EXTENSION:
            made = self.waiting.pop(owner.line, _Call(call.lineno, owner.options, ()))
            found = _found(call.lineno, arguments(here, call), doubt)
            options = {**made.options, **found.options}
            merged = _Call(call.lineno, options, (*made.unknown, *found.unknown))
            app = here.value(call.args[0]) if call.args else found.options.get("app")
            self.calls.append(merged if app is None else _placed(merged, app))
        elif _is_config(func.value):
            self._filled(call, func.attr, here, doubt)

    def _filled(self, call: ast.Call, method: str, here: Evaluator, doubt: str | None) -> None:
        """`app.config.update(CORS_ORIGINS=...)`, `from_mapping`, `from_object(Config)`."""
        given = [here.value(one) for one in call.args]
        options = arguments(here, call)
        known: dict[str, Value] = {}
        unsure = doubt is not None or isinstance(options, Unknown)
        for value in given:
            match value:
                case Members(names=names, complete=True) if method == "from_object":
                    known |= names
                case Table(entries=entries) if method in ("update", "from_mapping"):
                    known |= {key.text: one for key, one in entries if isinstance(key, Text)}
                case _:
                    unsure = True
        if method in ("update", "from_mapping") and not isinstance(options, Unknown):
            known |= options
        elif method not in _FROM_ELSEWHERE:
            return
        if unsure:
            reason = f"app.config.{method}() may set CORS options elsewhere"
            self.elsewhere = Unknown(reason, call.lineno)
            return
        self._configure(known, call.lineno)


def read_flask(data: bytes) -> tuple[Part, ...]:
    """As `read_flask_as`, in the newest release."""
    return read_flask_as(data, Setup())


def read_flask_as(data: bytes, setup: Setup) -> tuple[Part, ...]:
    """The parts of a file: views first, then the resources of `CORS(app)` in the product's order.

    Raises SourceError where the file is no Python.
    """
    watch = _Watch()
    Module(watch, {}).follow(data)
    unplaced = [
        _Call(one.line, one.options, (Unknown("it is given its app in another file", one.line),))
        for one in watch.waiting.values()
    ]
    calls = [*watch.calls, *unplaced]
    views = [_view(watch, *view) for view in watch.views]
    if len(calls) > 1:
        lines = ", ".join(str(one.line) for one in calls)
        reason = f"it stands on lines {lines}, and which of them counts where is not followed"
        return (*views, Code("CORS", calls[0].line, reason, "name a file with one of them"))
    resources = [part for one in calls for part in _resources(watch, one, setup.release)]
    return (*views, *resources)


def _view(watch: _Watch, call: _Call, view: View) -> Part:
    unknown = call.unknown if view.unknown is None else (*call.unknown, view.unknown)
    # Views look into app.config when they are asked, whatever came first in the file.
    whole = _Call(call.line, {**watch.config, **call.options}, unknown)
    part = _part(watch, whole, f"cross_origin on {view.path.text}", view.path)
    if isinstance(part, Code) or view.methods is None:
        return part
    return replace(part, methods=view.methods)


def _resources(watch: _Watch, call: _Call, release: Version | None) -> Iterator[Part]:
    given = call.options.get("resources", watch.config.get("resources"))
    match given:
        case None:
            reason = f"resources may be set elsewhere: {watch.elsewhere and watch.elsewhere.reason}"
            unsure = () if watch.elsewhere is None else (Unknown(reason, watch.elsewhere.line),)
            whole = _Call(call.line, call.options, (*call.unknown, *unsure))
            yield _part(watch, whole, "CORS", ANY_PATH)
        case Table(entries=entries):
            yield from _table(watch, call, in_order(list(entries), release))
        case Text() | Expression():
            yield from _table(watch, call, [(given, Table((), given.line))])
        case Listing(items=items):
            yield from _table(watch, call, [(item, Table((), item.line)) for item in items])
        case _:
            yield _code(call.line, [why(given)], ANY_PATH, "CORS")


def _table(watch: _Watch, call: _Call, resources: list[tuple[Value, Value]]) -> Iterator[Part]:
    paths = [resource_path(resource) for resource, _ in resources]
    unknown = [path for path in paths if isinstance(path, Unknown)]
    if unknown:
        yield _code(call.line, unknown, ANY_PATH, "CORS")
        return
    for path, (_, own) in zip(paths, resources, strict=True):
        if isinstance(path, Unknown):
            continue
        name, match = path
        options = _named(own)
        if isinstance(options, Unknown):
            yield _code(own.line, [options], match, f"CORS on {name}")
        else:
            whole = _Call(call.line, {**call.options, **options}, call.unknown)
            yield _part(watch, whole, f"CORS on {name}", match)


def _named(own: Value) -> dict[str, Value] | Unknown:
    """The options of one resource by name."""
    if not isinstance(own, Table):
        return why(own)
    named = {key.text: value for key, value in own.entries if isinstance(key, Text)}
    if len(named) < len(own.entries):
        return Unknown("options whose names are not known", own.line)
    return named


def _part(watch: _Watch, call: _Call, title: str, path: PathMatch) -> Part:
    options = {**watch.config, **call.options}
    own = {name: value for name, value in options.items() if name in KNOWN or name in call.options}
    found = [_setting(title, name, value) for name, value in own.items() if name != "app"]
    unknown = [*call.unknown, *(one for one in found if isinstance(one, Unknown))]
    late = [name for name in own if name not in call.options and watch.set_on[name] > call.line]
    unknown += [Unknown(f"{name} is set in app.config later", watch.set_on[name]) for name in late]
    if watch.elsewhere is not None:
        missing = [name for name in DECIDING if name not in own]
        reason = f"{' and '.join(missing)} may be set elsewhere: {watch.elsewhere.reason}"
        unknown += [Unknown(reason, watch.elsewhere.line)] if missing else []
    if unknown:
        return _code(call.line, unknown, path, title)
    settings = tuple(one for one in found if isinstance(one, Setting))
    if watch.elsewhere is None:
        return Block(title, call.line, settings, (path,))
    assumed = f"app.config has no other CORS options ({watch.elsewhere.reason})"
    return Block(title, call.line, settings, (path,), assumed=(assumed,))


def _setting(title: str, name: str, value: Value) -> Setting | Unknown | None:
    field = name if name not in INPUTS or title == "CORS" else f"{title}: {name}"
    return setting(name, field, value)


def _code(line: int, unknown: list[Unknown], path: PathMatch, title: str) -> Code:
    reasons = "; ".join(dict.fromkeys(f"{one.reason} (line {one.line})" for one in unknown))
    return Code(title, line, reasons, remedy_for(unknown, "CORS_ORIGINS", "flask-cors"), (path,))


def _found(line: int, options: dict[str, Value] | Unknown, doubt: str | None) -> _Call:
    unknown = [Unknown(f"whether it is called: {doubt}", line)] if doubt is not None else []
    if isinstance(options, Unknown):
        return _Call(line, {}, (*unknown, options))
    return _Call(line, options, tuple(unknown))


def _placed(call: _Call, app: Value) -> _Call:
    """The call, with a doubt where it is a blueprint that it is given."""
    if not (isinstance(app, Made) and app.name in _BLUEPRINTS):
        return call
    reason = "it is for the views of a blueprint, whose paths are not followed"
    return _Call(call.line, call.options, (*call.unknown, Unknown(reason, call.line)))


def _is_config(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "config"


READER = SourceReader(
    preset="flask-cors",
    suffixes=(".py",),
    words=(b"flask_cors",),
    read=read_flask,
    read_as=read_flask_as,
)
