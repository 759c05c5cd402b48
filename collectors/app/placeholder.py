"""Placeholders in configuration values: found, and filled from what the mapping names, or not.

Read: `${A}`, `${A:b}` (Spring), `${A:-b}`, `${A-b}`, `${A:?error}` (Compose), `$(A)` (Kubernetes),
`$A` (dotenv), `%env(A)%` (Symfony), `env('A')`, `env('A','b')` (Laravel), `{{ A }}` (Helm and the
like), `#{A}` and `<%= A %>` (deployment tools). A text that holds one is never an origin.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

LONGEST = 64 * 1024
"""Characters of one filled value; a longer one counts as not filled."""
DEEPEST = 5
"""Placeholders inside the values of placeholders."""

_NAME = r"[A-Za-z_][A-Za-z0-9_.]*"
_CALL = re.compile(
    rf"env\(\s*(?:'({_NAME})'|\"({_NAME})\")\s*(?:,\s*(?:'([^']*)'|\"([^\"]*)\"|(null))\s*)?\)"
)
_SYMFONY = re.compile(r"%env\(([^()%]{1,200})\)%")
_BARE = re.compile(rf"\$({_NAME.removesuffix('.]*')}]*)")
_OPENERS = {"$(": ")", "{{": "}}", "#{": "}", "<%": "%>"}
_TOKENS = (
    re.compile(r"__[A-Za-z0-9_]+__"),
    re.compile(r"<[^<>%]+>"),
    re.compile(r"change-?me|your-(?:app|domain|site|host)|replace-?me", re.IGNORECASE),
)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One place to fill: the variable's name, the default written beside it, the text as it stands."""

    name: str
    default: str | None
    raw: str

    @property
    def fills_empty(self) -> bool:
        """Whether the default also stands for an empty value (`${A:-b}`, as in a shell)."""
        inside = self.raw.removeprefix("${").lstrip()
        return inside != self.raw and inside.removeprefix(self.name).startswith(":-")


@dataclass(frozen=True, slots=True)
class Unfilled:
    """A text that cannot be known: the names for which nothing was given."""

    names: tuple[str, ...]


_TOO_LONG = Unfilled((f"a value of over {LONGEST:,} characters",))


def pieces(text: str) -> Iterator[str | Placeholder]:
    """Split `text` into what stands as it is and what is to be filled, in order."""
    closed = _closed(text)
    last = {closer: text.rfind(closer) for closer in _OPENERS.values()}
    start = at = 0
    while at < len(text):
        found = _found(text, at, closed, last) if text[at] in "$%e{#<" else None
        if found is None:
            at += 1
            continue
        if at > start:
            yield text[start:at]
        yield found
        at += len(found.raw)
        start = at
    if start < len(text):
        yield text[start:]


def named(text: str, depth: int = DEEPEST) -> frozenset[str]:
    """Return the names of every placeholder in `text`, those inside defaults as well."""
    names: set[str] = set()
    if len(text) > LONGEST:
        return frozenset()
    for piece in pieces(text):
        if isinstance(piece, Placeholder):
            names.add(piece.name)
            names |= named(piece.default, depth - 1) if piece.default and depth else frozenset()
    return frozenset(names)


def needed(texts: Iterator[str], variables: Mapping[str, str]) -> dict[str, str]:
    """Return those of `variables` that `texts` ask for, directly or through each other."""
    taken: dict[str, str] = {}
    waiting = list(texts)
    while waiting:
        for name in sorted(named(waiting.pop())):
            if name in variables and name not in taken:
                taken[name] = variables[name]
                waiting.append(variables[name])
    return taken


def fill(
    text: str, variables: Mapping[str, str], use_defaults: bool, depth: int = DEEPEST
) -> str | Unfilled:
    """Return `text` with every placeholder filled, or the names that are missing.

    A default counts only where `use_defaults` says so; a variable that is there always wins.
    """
    if len(text) > LONGEST:
        return _TOO_LONG
    parts: list[str] = []
    missing: list[str] = []
    known: dict[Placeholder, str | Unfilled] = {}
    length = 0
    for piece in pieces(text):
        if isinstance(piece, Placeholder) and piece not in known:
            known[piece] = _filled(piece, variables, use_defaults, depth)
        part = known[piece] if isinstance(piece, Placeholder) else piece
        if isinstance(part, Unfilled):
            missing += part.names
            continue
        parts.append(part)
        length += len(part)
        if length > LONGEST:
            return _TOO_LONG
    return Unfilled(tuple(dict.fromkeys(missing))) if missing else "".join(parts)


def is_token(text: str) -> bool:
    """Whether `text` looks like a sample that someone was to replace: `__HOST__`, `<your host>`."""
    return any(pattern.search(text) for pattern in _TOKENS)


def _filled(
    place: Placeholder, variables: Mapping[str, str], use_defaults: bool, depth: int
) -> str | Unfilled:
    inner = variables.get(place.name)
    if inner is None:
        inner = place.default if use_defaults else None
    elif not inner and place.fills_empty:
        inner = place.default
    if inner is None or depth == 0:
        return Unfilled((place.name,))
    return fill(inner, variables, use_defaults, depth - 1)


def _found(
    text: str, at: int, closed: Mapping[int, int], last: Mapping[str, int]
) -> Placeholder | None:
    """The placeholder that starts at `at`; `last`: where each closer stands last."""
    if text.startswith("${", at):
        end = closed.get(at)
        return None if end is None else Placeholder(*_shell(text[at + 2 : end]), text[at : end + 1])
    for opener, closer in _OPENERS.items():
        if text.startswith(opener, at):
            return _enclosed(text, at, opener, closer) if last[closer] > at else None
    match text[at]:
        case "$":
            bare = _BARE.match(text, at)
            return None if bare is None else Placeholder(bare[1], None, bare[0])
        case "%":
            symfony = _SYMFONY.match(text, at)
            return None if symfony is None else Placeholder(symfony[1], None, symfony[0])
        case "e":
            return _called(text, at)
        case _:
            return None


def _called(text: str, at: int) -> Placeholder | None:
    call = _CALL.match(text, at)
    if call is None or (at and (text[at - 1].isalnum() or text[at - 1] == "_")):
        return None
    default = call[3] if call[3] is not None else call[4]
    return Placeholder(call[1] or call[2], default, call[0])


def _enclosed(text: str, at: int, opener: str, closer: str) -> Placeholder | None:
    end = text.find(closer, at + len(opener))
    if end < 0:
        return None
    inside = text[at + len(opener) : end].strip().removeprefix("=").strip()
    return Placeholder(inside, None, text[at : end + len(closer)])


def _closed(text: str) -> dict[int, int]:
    """Where each `${` ends: they nest, as in `${A:${B:c}}`."""
    ends: dict[int, int] = {}
    openers: list[int] = []
    for at, char in enumerate(text):
        if char == "{" and at and text[at - 1] == "$":
            openers.append(at - 1)
        elif char == "}" and openers:
            ends[openers.pop()] = at
    return ends


def _shell(inside: str) -> tuple[str, str | None]:
    """Name and default of `A`, `A:b`, `A:-b`, `A-b`, `A:?message`."""
    inside = inside.strip()
    for at, char in enumerate(inside):
        if char == ":":
            rest = inside[at + 1 :]
            return inside[:at], None if rest.startswith("?") else rest.removeprefix("-")
        if char in "-?":
            return inside[:at], inside[at + 1 :] if char == "-" else None
    return inside, None
