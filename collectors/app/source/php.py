"""Laravel's `config/cors.php`.

Source: Illuminate/Http/Middleware/HandleCors.php, Illuminate/Http/Request.php (`is`, `fullUrlIs`) and
Foundation/Bootstrap/LoadConfiguration.php of laravel/framework 13.26.1; CorsService.php of
fruitcake/php-cors 1.4.0.
- A key in camelCase wins over the one in snake_case; null is as if the key were not there.
- A pattern of `paths` is compared with the path without slashes at its ends and with the whole URL;
  `*` is any text. From 11.0.0 on, the framework's own list holds where the file has none.
- `'api.example.com' => [...]` among the paths holds for one host alone.
"""

from collections.abc import Iterator

from auditor.core.reading import ANY_PATH, PathKind, PathMatch
from auditor.text.problems import BrokenDocumentError
from auditor.text.syntax import Language, Node, parse_source
from collectors.app.semantics.laravel import DEFAULTS_OF_FRAMEWORK
from collectors.app.semantics.preset import Input
from collectors.app.source.block import Block, Code, Part, Setting, Setup, SourceError, SourceReader
from collectors.app.source.php_literal import Evaluator, assigned
from collectors.app.source.shaping import UnknownError
from collectors.app.source.value import Listing, Parts, Plain, Table, Text, Unknown, Value

DO = (
    "write literals there, or under files: map the setting that holds the origins: "
    "- {path: FILE, key: KEY, like: laravel, serves: [HOST/*]}"
)
PATHS = ("api/*", "sanctum/csrf-cookie")
"""The framework's own list, from 11.0.0 on."""
_TITLE = "cors configuration"
_LISTS = (
    ("allowed_origins", "allowedOrigins", Input.ORIGINS),
    ("allowed_origins_patterns", "allowedOriginsPatterns", Input.PATTERNS),
    ("allowed_methods", "allowedMethods", Input.METHODS),
    ("allowed_headers", "allowedHeaders", Input.HEADERS),
    ("exposed_headers", "exposedHeaders", Input.EXPOSE),
)
_CREDENTIALS = ("supports_credentials", "supportsCredentials")
_MAX_AGE = ("max_age", "maxAge")
_FUNCTIONS = frozenset(
    {
        "function_definition",
        "method_declaration",
        "anonymous_function",
        "anonymous_function_creation_expression",
        "arrow_function",
    }
)
_KEYS = frozenset(key for key in (*(name for row in _LISTS for name in row[:2]), *_CREDENTIALS))


def read_laravel(data: bytes) -> tuple[Part, ...]:
    """What the newest Laravel is told. Raises SourceError."""
    return read_laravel_as(data, Setup())


def read_laravel_as(data: bytes, setup: Setup) -> tuple[Part, ...]:
    """What a release of Laravel is told. Raises SourceError."""
    try:
        root = parse_source(data, Language.PHP)
    except BrokenDocumentError as broken:
        raise SourceError(broken.line, broken.what, broken.do) from None
    returned = _returned(root)
    value = None if returned is None else Evaluator(assigned(root)).value(returned)
    if isinstance(value, Table):
        named = any(_is_key(key) for key, _ in value.entries)
        defaults = setup.release is None or setup.release >= DEFAULTS_OF_FRAMEWORK
        return (_part(value, defaults=defaults),) if named else ()
    return tuple(_unfollowed(root, value))


def _returned(root: Node) -> Node | None:
    """What the file returns; None where that is nothing, or depends on a condition."""
    found = [one for one, around in root.paths() if _returns(one, around)]
    if len(found) != 1 or found[0] not in root.children or not found[0].children:
        return None
    return found[0].children[0]


def _returns(node: Node, around: tuple[Node, ...]) -> bool:
    return node.kind == "return_statement" and _FUNCTIONS.isdisjoint(one.kind for one in around)


def _unfollowed(root: Node, value: Value | None) -> Iterator[Part]:
    """A part for a file that returns CORS settings, or is broken, in a way that is not followed."""
    returns = [one for one, around in root.paths() if _returns(one, around)]
    if not (returns or root.broken) or not any(key in root.source.decode() for key in _KEYS):
        return
    line = returns[0].line if returns else 1
    if isinstance(value, Unknown):
        line, reason = value.line, value.reason
    elif value is not None:
        reason = "the file returns no array"
    else:
        broken = "a piece of the file is no valid program"
        reason = "the file returns in several places" if len(returns) > 1 else broken
    yield Code(_TITLE, line, reason, DO)


def _part(table: Table, *, defaults: bool) -> Part:
    line = next((key.line for key, _ in table.entries if _is_key(key)), table.line)
    try:
        settings = tuple(_settings(table))
        paths = tuple(_paths(table, defaults=defaults))
    except UnknownError as unknown:
        return Code(_TITLE, unknown.line, unknown.reason, DO)
    return Block(_TITLE, line, settings, paths)


def _is_key(value: Value) -> bool:
    return isinstance(value, Text) and value.text in _KEYS


def _settings(table: Table) -> Iterator[Setting]:
    for snake, camel, input_ in _LISTS:
        found = _given(table, snake, camel)
        if found is not None:
            yield from _listed(*found, input_)
    credentials = _given(table, *_CREDENTIALS)
    if credentials is not None:
        yield _flag(*credentials)
    age = _given(table, *_MAX_AGE)
    if age is not None:
        yield _age(*age)


def _given(table: Table, snake: str, camel: str) -> tuple[str, Value] | None:
    for key in (camel, snake):
        value = table.get(key)
        if value is not None and not (isinstance(value, Plain) and value.value is None):
            return key, value
    return None


def _listed(key: str, value: Value, input_: Input) -> Iterator[Setting]:
    match value:
        case Plain(value=False) if input_ is Input.EXPOSE:
            return
        case Parts(text=text, split=split, trim=trim, drop_empty=drop):
            if input_ not in (Input.ORIGINS, Input.PATTERNS):
                raise UnknownError(f"{key} is cut from a variable", value.line)
            yield Setting(input_, key, text.text, value.line, (), split, trim, drop)
        case Listing(items=items) if all(isinstance(one, Text) for one in items):
            texts = [one for one in items if isinstance(one, Text)]
            lines = tuple(text.line for text in texts)
            yield Setting(input_, key, [text.text for text in texts], value.line, lines)
        case Text(text=text) if input_ is Input.ORIGINS:
            yield Setting(input_, key, text, value.line)
        case _:
            raise _unknown(key, value, "is no list, on which the product fails")


def _flag(key: str, value: Value) -> Setting:
    match value:
        case Plain(value=found):
            return Setting(Input.CREDENTIALS, key, bool(found), value.line)
        case Text(text=text, open=True):
            return Setting(Input.CREDENTIALS, key, text, value.line)
        case Text(text=text):
            return Setting(Input.CREDENTIALS, key, text not in ("", "0"), value.line)
        case _:
            raise _unknown(key, value, "is neither true nor false")


def _age(key: str, value: Value) -> Setting:
    match value:
        case Plain(value=bool() | int() as found):
            return Setting(Input.MAX_AGE, key, int(found), value.line)
        case Text(text=text):
            return Setting(Input.MAX_AGE, key, text, value.line)
        case _:
            raise _unknown(key, value, "is no number of seconds")


def _unknown(key: str, value: Value, what: str) -> UnknownError:
    inside = value.items if isinstance(value, Listing) else (value,)
    unknown = next((one for one in inside if isinstance(one, Unknown)), None)
    if unknown is not None:
        return UnknownError(f"{key}: {unknown.reason}", unknown.line)
    return UnknownError(f"{key} {what}", value.line)


# -- paths -----------------------------------------------------------------------------------------


def _paths(table: Table, *, defaults: bool) -> Iterator[PathMatch]:
    value = table.get("paths")
    if value is None:
        for path in PATHS if defaults else ():
            yield from path_matches(path)
        return
    if isinstance(value, Table):
        raise UnknownError("paths: some of them hold for one host alone", value.line)
    if not isinstance(value, Listing):
        raise _unknown("paths", value, "is no list")
    for item in value.items:
        if not isinstance(item, Text) or item.open:
            raise _unknown("paths", item, "has an entry that is no text")
        yield from path_matches(item.text)


def path_matches(pattern: str) -> tuple[PathMatch, ...]:
    """What a pattern of `paths` takes, `api/*` as `Str::is` reads it."""
    bare = pattern if pattern == "/" else pattern.strip("/")
    while "**" in bare:
        bare = bare.replace("**", "*")
    if bare == "*":
        return (ANY_PATH,)
    if not bare or "://" in bare or bare.startswith("*") or "?" in bare:
        # It is compared with the host or the query of the URL as well.
        return (PathMatch(PathKind.OPAQUE, pattern),) if bare else ()
    if bare == "/":
        return (PathMatch(PathKind.EXACT, "/"),)
    if "*" not in bare:
        return tuple(PathMatch(PathKind.EXACT, f"/{bare}{end}") for end in ("", "/"))
    if bare.endswith("/*"):
        # Slashes at the end of the path do not count: something has to follow.
        return (PathMatch(PathKind.GLOB, f"/{bare[:-1]}?*"),)
    ends = ("",) if bare.endswith("*") else ("", "/")
    return tuple(PathMatch(PathKind.GLOB, f"/{bare}{end}") for end in ends)


READER = SourceReader(
    "laravel",
    (".php",),
    tuple(key.lower().encode() for key in sorted(_KEYS)),
    read_laravel,
    read_as=read_laravel_as,
)
