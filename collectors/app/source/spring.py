"""Spring's own CORS properties: Cloud Gateway (global and by route), actuator, GraphQL.

Sources: spring-cloud-gateway, GlobalCorsProperties and CorsGatewayFilterApplicationListener (4.0.0, 4.2.3,
4.2.4, 4.3.0, 4.3.1, 5.0.3); spring-web, reactive/UrlBasedCorsConfigurationSource (7.0.9); spring-boot,
CorsEndpointProperties and GraphQlCorsProperties (2.7, 3.2).
- `spring.cloud.gateway.server.webflux.globalcors` from 4.3.0 on, `spring.cloud.gateway.globalcors` before.
  The MVC gateway has no such properties.
- From 4.2.4 and 4.3.1 on routes come first, in their order, then the global patterns as written; the
  first that takes the path decides. Before, the order was that of a Java HashMap.
- `metadata.cors` of a route is looked up under its camel-case names alone, and its texts are not cut
  at commas. It counts for the first pattern of the route's first Path predicate, else for every path.
- Actuator and GraphQL do nothing without origins or patterns. GraphQL adds to the permitted defaults.
- `spring.mvc.cors` is no property of Spring: applications that define it are read through a mapping.
Predicates and targets of routes are not read: a gateway stands here as an application.
"""

from collections.abc import Iterator, Mapping
from functools import partial

from auditor.core.reading import Json, PathKind, PathMatch
from auditor.text.formats import Format, parse
from collectors.app.mapping import Split
from collectors.app.placeholder import named
from collectors.app.semantics.preset import Input
from collectors.app.source.block import Block, Code, Part, Setting, Setup, SourceError, SourceReader
from collectors.app.source.spring_path import taken_by_pattern, under
from collectors.app.source.spring_property import Name, Property, read_properties, uniform

_GATEWAY = ("spring", "cloud", "gateway")
_WEBFLUX = (*_GATEWAY, "server", "webflux")
_MVC = (*_GATEWAY, "server", "webmvc")
_MAP = ("globalcors", "corsconfigurations")
_ACTUATOR = ("management", "endpoints", "web", "cors")
_GRAPHQL = ("spring", "graphql", "cors")
_INPUTS: Mapping[str, Input] = {
    "allowedOrigins": Input.ORIGINS,
    "allowedOriginPatterns": Input.PATTERNS,
    "allowCredentials": Input.CREDENTIALS,
    "allowedMethods": Input.METHODS,
    "allowedHeaders": Input.HEADERS,
    "exposedHeaders": Input.EXPOSE,
    "maxAge": Input.MAX_AGE,
}
_UNIFORM = {uniform(name): input for name, input in _INPUTS.items()}
_LETS_IN = (Input.ORIGINS, Input.PATTERNS)
_PERMITTED: Mapping[Input, Json] = {
    Input.METHODS: ["GET", "HEAD", "POST"],
    Input.HEADERS: ["*"],
    Input.MAX_AGE: 1_800,
}
"""What a CorsRegistration permits where nothing else is said (applyPermitDefaultValues)."""
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_WRITE = "write the setting out, or name its key under files:"


class _OddError(Exception):
    """Settings that cannot be read: the line, why, and what to do."""

    def __init__(self, line: int, reason: str, do: str = _WRITE) -> None:
        super().__init__(reason)
        self.line, self.reason, self.do = line, reason, do


def read_spring(data: bytes, setup: Setup, format: Format) -> tuple[Part, ...]:
    """The parts of a file of properties, in the order in which Spring asks them.

    Raises SourceError where the file cannot be read, or where it does not say which profile is active.
    """
    properties = read_properties(data, format, setup.profile)
    told = [*_plain(properties, _ACTUATOR), *_plain(properties, _GRAPHQL), *_gateway(properties)]
    relevant = (one for name, one in properties.items() if _is_read(name))
    profiled = next((one for one in relevant if one.profiled), None)
    if profiled is not None and setup.profile is None:
        what = "CORS settings stand under a profile, and it is not said which is active"
        raise SourceError(profiled.line, what, "write profile: in the mapping")
    context = _text(properties, "server", "servlet", "contextpath") or _text(
        properties, "spring", "webflux", "basepath"
    )
    return tuple(_moved(part, context) for part in told)


def _is_read(name: Name) -> bool:
    own = name[:4] == _ACTUATOR or name[:3] == _GRAPHQL
    gateway = name[:3] == _GATEWAY and ("globalcors" in name or name[-3:-1] == ("metadata", "cors"))
    return own or gateway


def _moved(part: Part, context: str | None) -> Part:
    if not context:
        return part
    paths = under(context, part.paths)
    if isinstance(part, Code):
        return Code(part.title, part.line, part.reason, part.do, paths)
    return Block(part.title, part.line, part.settings, paths, assumed=part.assumed)


# -- actuator and GraphQL --------------------------------------------------------------------------


def _plain(properties: dict[Name, Property], prefix: Name) -> Iterator[Part]:
    """The block of properties right under `prefix`."""
    own = {name[-1]: one for name, one in properties.items() if name[:-1] == prefix}
    is_actuator = prefix == _ACTUATOR
    if not own or (is_actuator and _text(properties, "management", "server", "port")):
        # On a port of their own the endpoints are no part of what the application serves.
        return
    title = "actuator" if is_actuator else "GraphQL"
    line = min(one.line for one in own.values())
    paths = _actuator_paths(properties) if is_actuator else _graphql_paths(properties)
    try:
        settings = [_setting(_UNIFORM.get(name), one) for name, one in own.items()]
    except _OddError as odd:
        yield Code(title, odd.line, odd.reason, odd.do, paths)
        return
    given = {one.input for one in settings}
    if not given.isdisjoint(_LETS_IN):
        usual: Mapping[Input, Json] = {Input.MAX_AGE: 1_800} if is_actuator else _PERMITTED
        defaults = (
            Setting(input, f"{'.'.join(prefix)} ({input}, default)", value, line)
            for input, value in usual.items()
            if input not in given
        )
        yield Block(title, line, (*settings, *defaults), paths)


def _actuator_paths(properties: dict[Name, Property]) -> tuple[PathMatch, ...]:
    base = _text(properties, "management", "endpoints", "web", "basepath") or "/actuator"
    return taken_by_pattern(base.rstrip("/") + "/**")


def _graphql_paths(properties: dict[Name, Property]) -> tuple[PathMatch, ...]:
    path = _text(properties, "spring", "graphql", "http", "path")
    return taken_by_pattern(path or _text(properties, "spring", "graphql", "path") or "/graphql")


# -- the gateway -----------------------------------------------------------------------------------


def _gateway(properties: dict[Name, Property]) -> Iterator[Part]:
    """Routes with CORS in their metadata, then the global patterns."""
    found = {prefix: _own(properties, prefix) for prefix in (_WEBFLUX, _GATEWAY)}
    used = [prefix for prefix, parts in found.items() if parts]
    if any(name[: len(_MVC) + 1] == (*_MVC, "globalcors") for name in properties):
        reason = "the MVC gateway has no globalcors: nothing reads it"
        yield Code("globalcors", 1, reason, "set CORS up in code, and name its keys under files:")
    if len(used) > 1:
        reason = (
            "both prefixes of the gateway are set, and which of them counts depends on its release"
        )
        yield Code("globalcors", 1, reason, "keep the prefix of the release that is deployed")
        return
    for prefix in used:
        yield from (_assuming(part, prefix, len(found[prefix]) > 1) for part in found[prefix])


def _own(properties: dict[Name, Property], prefix: Name) -> list[Part]:
    parts: dict[str, Part] = {}
    routes = (*prefix, "routes")
    indexes = dict.fromkeys(
        name[len(routes)]
        for name in properties
        if name[: len(routes)] == routes
        and name[len(routes) + 1 : len(routes) + 3] == ("metadata", "cors")
    )
    for index in sorted(indexes, key=lambda index: _order(properties, (*routes, index))):
        path, part = _route(properties, (*routes, index))
        parts[path] = part
    whole = (*prefix, *_MAP)
    keys = dict.fromkeys(name[len(whole)] for name in properties if name[: len(whole)] == whole)
    for key in keys:
        path, part = _global(properties, (*whole, key))
        parts.setdefault(path, part)
    return list(parts.values())


def _assuming(part: Part, prefix: Name, several: bool) -> Part:
    if isinstance(part, Code):
        return part
    new = prefix == _WEBFLUX
    name = "spring.cloud.gateway.server.webflux" if new else "spring.cloud.gateway"
    release = "4.3.0 or newer" if new else "older than 4.3.0"
    assumed = [f"Spring Cloud Gateway is {release}, which reads {name}"]
    if several:
        assumed.append(
            "Spring Cloud Gateway is 4.2.4, 4.3.1 or newer: patterns are asked as written"
        )
    return Block(part.title, part.line, part.settings, part.paths, assumed=tuple(assumed))


def _global(properties: dict[Name, Property], base: Name) -> tuple[str, Part]:
    own = {name[-1]: one for name, one in properties.items() if name[:-1] == base}
    first = next(one for name, one in properties.items() if name[: len(base)] == base)
    written = first.written[len(base) - 1]
    title = f"globalcors {written}"
    if not written.startswith("["):
        reason = (
            f"the pattern {written} stands without brackets: Spring drops its slashes and stars"
        )
        return written, Code(title, first.line, reason, f"write it as '[{written}]'")
    path = written[1:-1]
    try:
        settings = [_setting(_UNIFORM.get(name), one) for name, one in own.items()]
    except _OddError as odd:
        return path, Code(title, odd.line, odd.reason, odd.do, _paths(path))
    return path, Block(title, first.line, tuple(settings), _paths(path))


def _route(properties: dict[Name, Property], route: Name) -> tuple[str, Part]:
    metadata = (*route, "metadata", "cors")
    own = [one for name, one in properties.items() if name[:-1] == metadata]
    line = min((one.line for one in own), default=1)
    title = f"route {_text(properties, *route, 'id') or route[-1]}"
    try:
        path = _predicate(properties, route)
        settings = [_in_metadata(one) for one in own]
    except _OddError as odd:
        opaque = PathMatch(PathKind.OPAQUE, title)
        return title, Code(title, odd.line, odd.reason, odd.do, (opaque,))
    return path, Block(title, line, tuple(settings), _paths(path))


def _in_metadata(one: Property) -> Setting:
    name = one.written[-1]
    if name not in _INPUTS:
        do = f"write one of {', '.join(_INPUTS)}"
        raise _OddError(one.line, f"metadata.cors.{name} is no name that the gateway looks for", do)
    return _setting(_INPUTS[name], one, cuts=False)


def _predicate(properties: dict[Name, Property], route: Name) -> str:
    """The first pattern of the first Path predicate of a route, `/**` without one."""
    for name, one in properties.items():
        if name[: len(route) + 1] != (*route, "predicates"):
            continue
        if len(name) > len(route) + 1:
            raise _OddError(
                one.line, "predicates with arguments of their own are not read", "write Path=/..."
            )
        for text, line in one.texts:
            if text.startswith("Path="):
                pattern = text.removeprefix("Path=").partition(",")[0].strip()
                if named(pattern):
                    raise _OddError(line, "the path of the route is a placeholder")
                return pattern
    return "/**"


def _order(properties: dict[Name, Property], route: Name) -> tuple[int, int]:
    text = _text(properties, *route, "order") or "0"
    index = int(route[-1][1:-1]) if route[-1][1:-1].isdigit() else 0
    return (int(text) if text.removeprefix("-").isdigit() else 0, index)


# -- values ----------------------------------------------------------------------------------------


def _paths(pattern: str) -> tuple[PathMatch, ...]:
    if named(pattern):
        return (PathMatch(PathKind.OPAQUE, pattern),)
    return taken_by_pattern(pattern)


def _setting(input: Input | None, one: Property, *, cuts: bool = True) -> Setting:
    """`cuts`: a single text is cut at commas, as Spring does where it binds a list."""
    if input is None:
        raise _OddError(
            one.line, f"{one.full} is no property of a CORS configuration", "correct the name"
        )
    match input:
        case Input.CREDENTIALS:
            return Setting(input, one.full, one.text, one.line)
        case Input.MAX_AGE:
            return Setting(input, one.full, _seconds(one), one.line)
        case _ if one.is_list or not cuts:
            lines = tuple(line for _, line in one.texts)
            return Setting(input, one.full, [text for text, _ in one.texts], one.line, lines)
        case _:
            return Setting(
                input, one.full, one.text, one.line, (), Split.COMMA, trim=True, drop_empty=True
            )


def _seconds(one: Property) -> str | int:
    """Seconds of `600`, `10m`, `1h`; a placeholder as it is."""
    text = one.text.strip()
    number, unit = text[:-1], text[-1:].lower()
    if unit in _SECONDS and number.isascii() and number.isdigit() and len(number) < 9:
        return int(number) * _SECONDS[unit]
    if named(text) or (text.isascii() and text.removeprefix("-").isdigit()):
        return text
    raise _OddError(one.line, f"{one.full} is no number of seconds", "write a number of seconds")


def _text(properties: dict[Name, Property], *name: str) -> str | None:
    found = properties.get(tuple(name))
    return None if found is None else found.text


def _reader(format: Format, *suffixes: str) -> SourceReader:
    return SourceReader(
        preset="spring",
        suffixes=suffixes,
        words=(b"globalcors", b"global-cors", b"spring", b"management"),
        read=partial(_recognised, format=format),
        read_as=partial(read_spring, format=format),
    )


def _recognised(data: bytes, format: Format) -> tuple[Part, ...]:
    """As `read_spring`, of a file that may be anything: one that cannot be parsed is none of Spring's."""
    if b"cors" not in data.lower() or parse(data, "the file", format).problems:
        return ()
    return read_spring(data, Setup(), format)


YAML = _reader(Format.YAML, ".yaml", ".yml")
PROPERTIES = _reader(Format.PROPERTIES, ".properties")
