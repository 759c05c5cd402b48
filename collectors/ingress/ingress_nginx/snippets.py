"""Snippets as statements of the rewrite phase and header directives, or the cause why not.

Read exactly: `add_header`, `more_set_headers`, `more_clear_headers`, `proxy_hide_header`, `set`,
`if`, `return`, `break`, `rewrite ... redirect|permanent`, and a new Origin for the service. Any other
directive that can change the answer makes the location unread; the rest cannot, and is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from auditor.core.hop.behaviour import Forward
from auditor.core.hop.op import Literal
from collectors.ingress.ingress_nginx.conditions import Test
from collectors.ingress.ingress_nginx.directives import Directive, SnippetError, parse_snippet
from collectors.ingress.ingress_nginx.redaction import UNREADABLE, is_cors_header
from collectors.ingress.ingress_nginx.rewriting import (
    NO_HEADERS,
    Break,
    HeaderLine,
    Headers,
    If,
    Return,
    SetVariable,
    Statement,
)
from collectors.ingress.ingress_nginx.scanners import parse_int

_DECISIVE = frozenset(
    {
        UNREADABLE,
        "include",
        "error_page",
        "location",
        "limit_except",
        "proxy_pass",
        "proxy_pass_request_headers",
        "proxy_intercept_errors",
        "try_files",
        "internal",
        "js_content",
        "js_header_filter",
        "perl",
        "server",
        "fastcgi_hide_header",
        "grpc_hide_header",
    }
)
"""Directives that can change the answer in ways that are not read here."""
_DECISIVE_PARTS = ("_by_lua", "more_set_input", "more_clear_input")
_REFUSALS = {"auth_request": (401, 403), "auth_basic": (401,), "deny": (403,)}
_OPERATORS = frozenset({"=", "!=", "~", "!~", "~*", "!~*"})


class UnreadSnippetError(Exception):
    """A snippet holds something that is not read; says what."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """What one or more snippets of the same level say.

    `refusals`: statuses with which they may refuse a request. `origin`: what becomes of the Origin
    on its way to the service.
    """

    headers: Headers = NO_HEADERS
    statements: tuple[Statement, ...] = ()
    refusals: tuple[int, ...] = ()
    origin: Forward | Literal = Forward.KEEP

    def __add__(self, other: Snippet) -> Snippet:
        return Snippet(
            self.headers + other.headers,
            self.statements + other.statements,
            self.refusals + other.refusals,
            self.origin if other.origin is Forward.KEEP else other.origin,
        )


NO_SNIPPET = Snippet()


def read_snippet(text: str, field: str) -> Snippet:
    """What the snippet `text`, written at `field`, says. Raises `UnreadSnippetError`."""
    try:
        directives = parse_snippet(text)
    except SnippetError as error:
        raise UnreadSnippetError(f"{field} cannot be parsed: {error}") from None
    return _read_block(directives, field)


def declared_variables(statements: Iterable[Statement]) -> frozenset[str]:
    """The variables that `statements` set anywhere: empty until they do."""
    names: set[str] = set()
    for statement in statements:
        if isinstance(statement, SetVariable):
            names.add(statement.name)
        elif isinstance(statement, If):
            names |= declared_variables(statement.body)
    return frozenset(names)


def _read_block(directives: tuple[Directive, ...], field: str) -> Snippet:
    snippet = NO_SNIPPET
    for directive in directives:
        snippet += _read_directive(directive, field)
    return snippet


def _read_directive(directive: Directive, field: str) -> Snippet:
    name, args = directive.name, directive.args
    match name:
        case "add_header" | "more_set_headers" | "more_clear_headers" | "proxy_hide_header":
            return Snippet(headers=_read_headers(name, args, field))
        case "set" | "if" | "return" | "break" | "rewrite":
            return Snippet(statements=_read_statements(directive, field))
        case "proxy_set_header":
            return replace(NO_SNIPPET, origin=_read_origin(args, field))
        case _ if name in _REFUSALS and args[:1] != ("off",):
            return Snippet(refusals=_REFUSALS[name])
        case _ if _is_decisive(name):
            raise UnreadSnippetError(f"{field} holds {name}, which is not read")
        case _:
            return NO_SNIPPET


def _is_decisive(name: str) -> bool:
    return name in _DECISIVE or any(part in name for part in _DECISIVE_PARTS)


# -- headers -------------------------------------------------------------------------------------


def _read_headers(name: str, args: tuple[str, ...], field: str) -> Headers:
    match name:
        case "proxy_hide_header":
            return Headers(hidden=tuple(arg.lower() for arg in args))
        case "add_header":
            return Headers(added=(_read_added(args, field),))
        case "more_clear_headers":
            lines = (HeaderLine(arg.lower(), None, field) for arg in _plain(name, args, field))
            return Headers(replaced=tuple(lines))
        case _:
            return Headers(replaced=_read_replaced(name, args, field))


def _read_added(args: tuple[str, ...], field: str) -> HeaderLine:
    if len(args) not in (2, 3) or args[2:] not in ((), ("always",)):
        raise UnreadSnippetError(f"{field} holds an add_header that nginx would refuse")
    return HeaderLine(args[0].lower(), args[1] or None, field, always=len(args) == 3)


def _read_replaced(name: str, args: tuple[str, ...], field: str) -> tuple[HeaderLine, ...]:
    lines: list[HeaderLine] = []
    for arg in _plain(name, args, field):
        header, _, value = arg.partition(":")
        lines.append(HeaderLine(header.strip().lower(), value.strip() or None, field))
    return tuple(lines)


def _plain(name: str, args: tuple[str, ...], field: str) -> tuple[str, ...]:
    """`args` where none is an option; -s, -t and -a narrow a directive in ways not read here."""
    if not any(arg.startswith("-") for arg in args):
        return args
    if any(is_cors_header(arg) or "*" in arg for arg in args):
        raise UnreadSnippetError(f"{field} holds {name} with options, which is not read")
    return ()


def _read_origin(args: tuple[str, ...], field: str) -> Forward | Literal:
    if not args or args[0].lower() != "origin":
        return Forward.KEEP
    value = args[1] if len(args) > 1 else ""
    if value == "$http_origin":
        return Forward.KEEP
    if "$" in value:
        raise UnreadSnippetError(f"{field} sends the service an Origin made of {value}")
    return Literal(value) if value else Forward.DROP


# -- statements ----------------------------------------------------------------------------------


def _read_statements(directive: Directive, field: str) -> tuple[Statement, ...]:
    args = directive.args
    match directive.name:
        case "set" if len(args) == 2 and args[0].startswith("$"):
            return (SetVariable(args[0].strip("${}"), args[1]),)
        case "break":
            return (Break(),)
        case "return":
            return (Return(_read_status(args, field)),)
        case "if":
            return (_read_if(directive, field),)
        case "rewrite" if len(args) in (2, 3):
            return _read_rewrite(args, field)
        case _:
            raise UnreadSnippetError(f"{field} holds a {directive.name} that nginx would refuse")


def _read_status(args: tuple[str, ...], field: str) -> int:
    status = parse_int(args[0]) if args else None
    if status is not None and 100 <= status <= 999:
        return status
    if args and args[0].startswith(("http://", "https://", "$scheme")):
        return 302
    raise UnreadSnippetError(f"{field} holds a return that nginx would refuse")


def _read_rewrite(args: tuple[str, ...], field: str) -> tuple[Statement, ...]:
    redirect = args[1].startswith(("http://", "https://", "$scheme"))
    status = {"permanent": 301, "redirect": 302}.get(args[2] if len(args) > 2 else "")
    if status is None and redirect:
        status = 302
    if status is None:
        raise UnreadSnippetError(f"{field} holds a rewrite of the path, which is not followed")
    return (If(Test("$uri", "~", args[0]), headers=None, body=(Return(status),)),)


def _read_if(directive: Directive, field: str) -> If:
    words = _condition_words(directive.args, field)
    block = _read_block(directive.block or (), field)
    if block.refusals or block.origin is not Forward.KEEP or block.headers.hidden:
        raise UnreadSnippetError(f"{field} holds an if with a directive that nginx would refuse")
    if len(words) == 1:
        test = Test(words[0])
    elif len(words) == 3 and words[1] in _OPERATORS:
        test = Test(*words)
    else:
        raise UnreadSnippetError(f"{field} holds an if ({' '.join(words)}), which is not read")
    return If(test, block.headers, block.statements)


def _condition_words(args: tuple[str, ...], field: str) -> tuple[str, ...]:
    """The words between the brackets of an `if`, which may stand alone or touch them."""
    words = list(args)
    if not words or not words[0].startswith("(") or not words[-1].endswith(")"):
        raise UnreadSnippetError(f"{field} holds an if that nginx would refuse")
    words[0] = words[0][1:]
    words[-1] = words[-1][:-1]
    if words[0] == "" and len(words) > 1:
        words = words[1:]
    if words[-1] == "" and len(words) in (2, 4):
        words = words[:-1]
    return tuple(words)
