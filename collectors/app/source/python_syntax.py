"""The syntax of a Python file, and what its statements hold."""

import ast
import warnings
from collections.abc import Iterator
from typing import TypeAlias

from collectors.app.source.block import SourceError

LARGEST = 1_000_000
"""Bytes of a source file."""
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_BRANCHING = ast.For | ast.AsyncFor | ast.While | ast.Try | ast.TryStar | ast.Match


def parse(data: bytes) -> ast.Module:
    """The syntax of a file. Raises SourceError where it is no Python, or too large."""
    if len(data) > LARGEST:
        raise SourceError(None, f"over {LARGEST:,} bytes of code", "name the file that matters")
    try:
        text = data.decode("utf-8-sig")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except UnicodeDecodeError:
        raise SourceError(None, "it is no UTF-8 text", "save it as UTF-8") from None
    except SyntaxError as error:
        raise SourceError(
            error.lineno, "it is no Python 3 that can be read", "correct it"
        ) from None
    except (ValueError, RecursionError, MemoryError):
        raise SourceError(None, "it is nested too deeply, or holds NUL", "simplify it") from None


def inner_statements(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements inside loops and the like, in order."""
    found: list[ast.stmt] = []
    for node in body:
        if not isinstance(node, _BRANCHING):
            found.append(node)
            continue
        for name in ("body", "handlers", "orelse", "finalbody", "cases"):
            for one in getattr(node, name, ()):
                found += [one] if isinstance(one, ast.stmt) else one.body
    return found


def calls(node: ast.stmt) -> Iterator[ast.Call]:
    """The calls in the expressions of a statement, not in statements inside it; decorators are told
    with their function."""
    waiting: list[ast.AST] = [] if isinstance(node, Function) else [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.Call):
            yield one
        inner = [
            child
            for child in ast.iter_child_nodes(one)
            if not isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case)
        ]
        waiting += reversed(inner)


def bound(node: ast.AST) -> set[str]:
    """The names that the statements in `node` set."""
    found: set[str] = set()
    for one in ast.walk(node):
        match one:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.alias(name=name, asname=other):
                found.add(other or name.partition(".")[0])
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
            ):
                found.add(name)
            case _:
                continue
    return found


def changed_by(node: ast.AST) -> set[str]:
    """The names of which the statements in `node` may change what they stand for."""
    found: set[str] = set()
    for one in ast.walk(node):
        match one:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))):
                found.add(name)
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                found.add(name)
            case _:
                continue
    return found


def names_in(node: ast.expr) -> Iterator[str]:
    """The names in an expression."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            yield one.id
