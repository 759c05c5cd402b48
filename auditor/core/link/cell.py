"""Path conditions at work: what they take, a concrete path for each, and prefixes on the way."""

from auditor.core.language.membership import takes_alone
from auditor.core.language.pattern import Pattern
from auditor.core.reading import PathKind, PathMatch

FRESH = "~"
"""A segment that no configuration names: what a prefix takes beside everything listed."""


def takes(match: PathMatch, path: str) -> bool:
    """Whether `match` takes the concrete `path`; an opaque match takes everything it may take."""
    match match.kind:
        case PathKind.EXACT:
            return path == match.text
        case PathKind.PREFIX:
            prefix = match.text.rstrip("/")
            return path == prefix or path.startswith(prefix + "/")
        case PathKind.CHARACTERS:
            return path.startswith(match.text)
        case PathKind.TEMPLATE:
            return _fits(match.text.split("/"), path.split("/"))
        case PathKind.GLOB:
            return _globbed(match.text, path)
        case PathKind.REGEX:
            return takes_alone(pattern_of(match), path) is not False
        case PathKind.OPAQUE:
            return True


def pattern_of(match: PathMatch) -> Pattern:
    """The expression of a REGEX condition. Raises `ValueError` for any other."""
    if match.dialect is None:
        raise ValueError(f"{match.kind} {match.text!r} is no expression")
    return Pattern(match.dialect, match.text)


def _globbed(glob: str, path: str) -> bool:
    """Whether `path` fits `glob`, without ever trying a way twice: after a star that fitted, only the
    last star is moved."""
    at = here = 0
    star: int | None = None
    tried = 0
    while here < len(path):
        if at < len(glob) and glob[at] == "*":
            star, tried = at, here
            at += 1
        elif at < len(glob) and glob[at] in ("?", path[here]):
            at += 1
            here += 1
        elif star is not None:
            tried += 1
            at, here = star + 1, tried
        else:
            return False
    return not glob[at:].strip("*")


def _fits(template: list[str], segments: list[str]) -> bool:
    if template and template[-1].endswith("+}"):
        head = len(template) - 1
        return any(segments[head:]) and _fits(template[:-1], segments[:head])
    if len(template) != len(segments):
        return False
    pairs = zip(template, segments, strict=True)
    return all(part == segment or (part.startswith("{") and segment) for part, segment in pairs)


def representative(match: PathMatch) -> str | None:
    """A concrete path that `match` takes and no narrower one; None where that takes a search, or
    cannot be read."""
    match match.kind:
        case PathKind.EXACT:
            return match.text
        case PathKind.PREFIX:
            return match.text.rstrip("/") + "/" + FRESH
        case PathKind.CHARACTERS:
            return match.text + FRESH
        case PathKind.TEMPLATE:
            return "/".join(
                FRESH if part.startswith("{") else part for part in match.text.split("/")
            )
        case PathKind.GLOB:
            plain = match.text.replace("*", FRESH).replace("?", FRESH)
            return plain if plain.startswith("/") else f"/{plain}"
        case PathKind.REGEX | PathKind.OPAQUE:
            return None


def label(match: PathMatch) -> str:
    """How a cell is called: `/v1/orders/*`, `/health`, `/pets/{id}`."""
    match match.kind:
        case PathKind.PREFIX:
            return match.text.rstrip("/") + "/*"
        case PathKind.CHARACTERS:
            return match.text + "*"
        case PathKind.TEMPLATE if match.text.endswith("+}"):
            return match.text.rpartition("/")[0] + "/*"
        case PathKind.REGEX:
            return f"~ {match.text}"
        case PathKind.EXACT | PathKind.TEMPLATE | PathKind.GLOB | PathKind.OPAQUE:
            return match.text


def inward(path: str, strip: str, add: str) -> str:
    """`path` as the hop behind sees it; a `strip` of `/` is the root alone, which `add` replaces."""
    if strip == "/":
        path = "" if path == "/" else path
    elif strip and path.startswith(strip):
        rest = path[len(strip.rstrip("/")) :]
        path = "/" + rest.removeprefix("/") if rest else ""
    return (add.rstrip("/") + path) or "/"


def outward(match: PathMatch, strip: str, add: str) -> PathMatch | None:
    """`match` of a hop behind as the hop in front sees it; None when nothing gets there."""
    prefix = add.rstrip("/")
    rest = _beyond(match, prefix)
    if rest is None:
        inside = takes(match, f"{prefix}/{FRESH}")
        return PathMatch(PathKind.PREFIX, strip or "/") if inside else None
    return PathMatch(match.kind, (strip.rstrip("/") + rest) or "/")


def _beyond(match: PathMatch, prefix: str) -> str | None:
    """What `match` asks of a path beyond `prefix`; None when it does not go through it."""
    if match.kind is PathKind.TEMPLATE:
        parts, known = match.text.split("/"), prefix.split("/")
        head = parts[: len(known)]
        through = not any(part.endswith("+}") for part in head) and _fits(head, known)
        return "".join(f"/{part}" for part in parts[len(known) :]) if through else None
    rest = match.text.removeprefix(prefix)
    whole = match.text.startswith(prefix) and rest[:1] in ("", "/")
    return rest if whole else None
