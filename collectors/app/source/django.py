"""django-cors-headers in a settings module of Django.

Source: corsheaders/conf.py, middleware.py and defaults.py; 4.9.0 read.
- A legacy name (`CORS_ORIGIN_WHITELIST`) counts where the new one is not set.
- `CORS_URLS_REGEX` is asked with `re.match`; on other paths the middleware does nothing.
- Without `corsheaders.middleware.CorsMiddleware` in MIDDLEWARE nothing of it has an effect.
Settings are read from the module itself, or from the only class in it that has some (settings modules
of django-configurations). `CSRF_TRUSTED_ORIGINS` and `ALLOWED_HOSTS` are no CORS settings.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.core.reading import ANY_PATH, PathMatch
from collectors.app.semantics.django import HEADERS, METHODS
from collectors.app.semantics.preset import Input
from collectors.app.source.block import Block, Code, Part, Setting, SourceReader
from collectors.app.source.python_module import Module, Unwatched
from collectors.app.source.python_path import taken_by
from collectors.app.source.python_scope import Scope
from collectors.app.source.python_setting import (
    as_age,
    as_flag,
    as_list,
    as_names,
    expressions,
    remedy_for,
)
from collectors.app.source.value import (
    Expression,
    Listing,
    Members,
    Text,
    Unknown,
    Value,
    why,
)

MIDDLEWARE = "corsheaders.middleware.CorsMiddleware"
_URLS = "CORS_URLS_REGEX"
_SETTINGS: Mapping[Input, tuple[str, ...]] = {
    Input.ORIGINS: ("CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_WHITELIST"),
    Input.PATTERNS: ("CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ORIGIN_REGEX_WHITELIST"),
    Input.ALLOW_ALL: ("CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL"),
    Input.CREDENTIALS: ("CORS_ALLOW_CREDENTIALS",),
    Input.METHODS: ("CORS_ALLOW_METHODS",),
    Input.HEADERS: ("CORS_ALLOW_HEADERS",),
    Input.EXPOSE: ("CORS_EXPOSE_HEADERS",),
    Input.MAX_AGE: ("CORS_PREFLIGHT_MAX_AGE",),
}
"""The names of each setting, the newest first."""
_DECIDING = (Input.ORIGINS, Input.PATTERNS, Input.ALLOW_ALL, Input.CREDENTIALS)
_NAMES = frozenset(name for names in _SETTINGS.values() for name in names) | {_URLS}
_SIGNAL = "no receiver of check_request_enabled lets others in"
_DEFAULTS: Mapping[str, Value] = {
    "corsheaders.defaults.default_headers": Listing(
        tuple(Text(name, 0) for name in HEADERS), 0, grows=False
    ),
    "corsheaders.defaults.default_methods": Listing(
        tuple(Text(name, 0) for name in METHODS), 0, grows=False
    ),
}


@dataclass(frozen=True, slots=True)
class _Settings:
    """Names and values; `elsewhere`: why other names may be set too, or None."""

    names: Mapping[str, Value]
    elsewhere: Unknown | None = None

    def get(self, names: tuple[str, ...]) -> tuple[str, Value] | None:
        """The name that counts among those of one setting, and its value; None where none is set."""
        return next(((name, self.names[name]) for name in names if name in self.names), None)


def read_django(data: bytes) -> tuple[Part, ...]:
    """The one part of a settings module; none where it has nothing of corsheaders.

    Raises SourceError where the file is no Python.
    """
    scope = Module(Unwatched(), dict(_DEFAULTS)).follow(data)
    found = list(_places(scope))
    if len(found) > 1:
        reason = "several settings classes have CORS settings, and one of them is active"
        return (Code("settings", 1, reason, "name a file with one of them"),)
    return tuple(_part(settings) for settings in found)


def _places(scope: Scope) -> Iterator[_Settings]:
    """Where settings of corsheaders stand: the module, or classes in it."""
    whole = _Settings(scope.names, scope.elsewhere)
    if _NAMES & scope.names.keys() or _has_middleware(whole):
        yield whole
        return
    for value in scope.names.values():
        if isinstance(value, Members) and _NAMES & value.names.keys():
            elsewhere = Unknown("a base class in another file may set it", value.line)
            yield _Settings(value.names, None if value.complete else elsewhere)


def _part(settings: _Settings) -> Part:
    found = [_setting(input, settings) for input in _SETTINGS]
    paths, unread = _paths(settings)
    doubts = (*found, unread, _missing(settings), _middleware(settings))
    unknown = [one for one in doubts if isinstance(one, Unknown)]
    lines = [one.line for one in found if isinstance(one, Setting | Unknown)]
    line = min([line for line in lines if line] or [1])
    if unknown:
        return _code(unknown, line, paths)
    return Block(
        "corsheaders",
        line,
        tuple(one for one in found if isinstance(one, Setting)),
        (paths,),
        assumed=tuple(_assumed(settings)),
    )


def _code(unknown: list[Unknown], line: int, paths: PathMatch) -> Code:
    reasons = "; ".join(dict.fromkeys(f"{one.reason} (line {one.line})" for one in unknown))
    do = remedy_for(unknown, "CORS_ALLOWED_ORIGINS", "django-cors-headers")
    return Code("corsheaders", line, reasons, do, (paths,))


def _missing(settings: _Settings) -> Unknown | None:
    """Which deciding settings may be set elsewhere, or None."""
    names = [_SETTINGS[one][0] for one in _DECIDING if settings.get(_SETTINGS[one]) is None]
    if settings.elsewhere is None or not names:
        return None
    return Unknown(f"{', '.join(names)}: {settings.elsewhere.reason}", settings.elsewhere.line)


def _setting(input: Input, settings: _Settings) -> Setting | Unknown | None:
    found = settings.get(_SETTINGS[input])
    if found is None:
        return None
    name, value = found
    read = _read(input, name, value)
    return Unknown(f"{name}: {read.reason}", read.line) if isinstance(read, Unknown) else read


def _read(input: Input, name: str, value: Value) -> Setting | Unknown | None:
    match input:
        case Input.ORIGINS:
            return as_list(input, name, value)
        case Input.PATTERNS:
            return as_list(input, name, expressions(value))
        case Input.ALLOW_ALL | Input.CREDENTIALS:
            return as_flag(input, name, value)
        case Input.MAX_AGE:
            return as_age(input, name, value)
        case Input.METHODS | Input.HEADERS | Input.EXPOSE:
            text = isinstance(value, Text)
            return (
                Unknown("a text where a list is asked for", value.line)
                if text
                else (as_names(input, name, value))
            )


def _paths(settings: _Settings) -> tuple[PathMatch, Unknown | None]:
    match settings.names.get(_URLS):
        case None:
            return ANY_PATH, None
        case Text(text=text, open=False) | Expression(text=Text(text=text, open=False)):
            return taken_by(text), None
        case value:
            unknown = why(value)
            return ANY_PATH, Unknown(f"{_URLS}: {unknown.reason}", unknown.line)


# -- the middleware --------------------------------------------------------------------------------


def _middleware(settings: _Settings) -> Unknown | None:
    """Why it is certain that the settings do not count as they stand, or None."""
    listed = settings.names.get("MIDDLEWARE")
    if not isinstance(listed, Listing) or _has_middleware(settings):
        return None
    if not all(isinstance(item, Text) and not item.open for item in listed.items):
        return None
    what = "has no corsheaders.middleware.CorsMiddleware, without which the settings do nothing"
    return Unknown(f"MIDDLEWARE {what}", listed.line)


def _has_middleware(settings: _Settings) -> bool:
    listed = settings.names.get("MIDDLEWARE")
    items = listed.items if isinstance(listed, Listing) else ()
    return any(isinstance(item, Text) and item.text == MIDDLEWARE for item in items)


def _assumed(settings: _Settings) -> Iterator[str]:
    yield _SIGNAL
    if not _has_middleware(settings):
        yield f"{MIDDLEWARE} is in MIDDLEWARE, which is set elsewhere"
    if settings.elsewhere is not None:
        quiet = [names[0] for names in _SETTINGS.values() if settings.get(names) is None]
        quiet += [] if _URLS in settings.names else [_URLS]
        yield f"nothing else sets {', '.join(quiet)} ({settings.elsewhere.reason})"


READER = SourceReader(
    preset="django-cors-headers",
    suffixes=(".py",),
    words=(b"corsheaders", b"cors_allow", b"cors_origin"),
    read=read_django,
)
