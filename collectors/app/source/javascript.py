"""JavaScript and TypeScript files that set up CORS with `cors`, `@fastify/cors` or NestJS."""

from collections.abc import Iterator

from auditor.text.problems import BrokenDocumentError
from auditor.text.syntax import UNREADABLE, Language, Node, parse_source
from collectors.app.source.block import Code, Part, SourceError, SourceReader
from collectors.app.source.javascript_express import steps_of
from collectors.app.source.javascript_fastify import DO as DO_FASTIFY
from collectors.app.source.javascript_fastify import MODULES, fastify_parts
from collectors.app.source.javascript_layers import DO as DO_EXPRESS
from collectors.app.source.javascript_layers import parts_of
from collectors.app.source.javascript_scope import required, string_of

_SUFFIXES = (".js", ".cjs", ".mjs", ".ts", ".cts", ".mts")
_ADAPTERS = frozenset({"FastifyAdapter", "NestFastifyApplication"})
_OPTIONS = frozenset({"CorsOptions", "CorsOptionsDelegate"})
_FASTIFY_OPTIONS = frozenset({"FastifyCorsOptions", "FastifyCorsOptionsDelegate"})
_WORD = "cors"
_STATEMENTS = ("_statement", "_declaration")
_WRAPPERS = ("as_expression", "satisfies_expression", "parenthesized_expression")


def read_express(data: bytes) -> tuple[Part, ...]:
    """What Express and NestJS on Express are told. Raises SourceError."""
    root = _parsed(data)
    broken = tuple(_unreadable(root, DO_EXPRESS)) if not _is_of_fastify(root) else ()
    found = parts_of(steps_of(root, with_nest=not _names(root, _ADAPTERS)))
    if broken or found or _is_of_fastify(root):
        return (*broken, *found)
    return _unused(root, ("cors",), _OPTIONS, DO_EXPRESS)


def read_fastify(data: bytes) -> tuple[Part, ...]:
    """What Fastify and NestJS on Fastify are told. Raises SourceError."""
    root = _parsed(data)
    broken = tuple(_unreadable(root, DO_FASTIFY)) if _is_of_fastify(root) else ()
    found = tuple(fastify_parts(root, with_nest=_names(root, _ADAPTERS)))
    return (
        (*broken, *found)
        if broken or found
        else _unused(root, MODULES, _FASTIFY_OPTIONS, DO_FASTIFY)
    )


def _parsed(data: bytes) -> Node:
    """The tree of a file: TypeScript has all of JavaScript, but for JSX."""
    try:
        root = parse_source(data, Language.TYPESCRIPT)
        if root.broken:
            plain = parse_source(data, Language.JAVASCRIPT)
            root = root if plain.broken else plain
    except BrokenDocumentError as broken:
        raise SourceError(broken.line, broken.what, broken.do) from None
    return root


def _unreadable(root: Node, do: str) -> Iterator[Part]:
    """Pieces that are no valid program and speak of CORS: whatever they say comes first."""
    for node, around in root.paths():
        if node.kind != UNREADABLE:
            continue
        statement = next((one for one in around if one.kind.endswith(_STATEMENTS)), node)
        if _WORD in statement.text.lower():
            reason = "a piece of the file that is no valid program speaks of CORS"
            yield Code("the file", node.line, reason, f"correct it; {do}")


def _is_of_fastify(root: Node) -> bool:
    """Whether a file is rather Fastify's than Express's."""
    return "fastify" in root.source.decode().lower()


def _names(root: Node, names: frozenset[str]) -> bool:
    return any(not node.children and node.text in names for node in root.walk())


def _unused(
    root: Node, modules: tuple[str, ...], types: frozenset[str], do: str
) -> tuple[Part, ...]:
    """A part for options or a module that stand in the file, where another one must use them."""
    for node, around in root.paths():
        kinds = {outer.kind for outer in around}
        typed = node.text in types if node.kind in ("type_identifier", "identifier") else False
        if typed and "import_statement" not in kinds:
            return (Code("CORS options", node.line, "another file uses these options", do),)
    for node in root.walk():
        if _holds_options(node):
            return (Code("CORS options", node.line, "another file uses these options", do),)
        loaded = (
            string_of(node.get("source")) if node.kind == "import_statement" else required(node)
        )
        if loaded in modules and not _is_of_types(node):
            what = "the module is loaded, and where it acts is not in this file"
            return (Code(f"the module {loaded}", node.line, what, do),)
    return ()


def _is_of_types(node: Node) -> bool:
    """Whether an import is for the compiler alone: `import type ... from`."""
    return node.kind == "import_statement" and node.text.startswith("import type")


def _holds_options(node: Node) -> bool:
    """Whether `node` gives a name with `cors` in it an object with `origin` among its keys. `cors:`
    alone is an option of Socket.IO, which answers for itself."""
    name = node.get("name") or node.get("key") or node.get("left")
    value = node.get("value") or node.get("right")
    while value is not None and value.kind in _WRAPPERS and value.children:
        value = value.children[0]
    if name is None or value is None or value.kind != "object" or name.text == _WORD:
        return False
    keys = [entry.get("key") or entry.get("name") or entry for entry in value.children]
    return _WORD in name.text.lower() and any(key.text == "origin" for key in keys)


EXPRESS = SourceReader("express-cors", _SUFFIXES, (b"cors",), read_express)
FASTIFY = SourceReader("fastify-cors", _SUFFIXES, (b"fastify",), read_fastify)
READERS = (EXPRESS, FASTIFY)
