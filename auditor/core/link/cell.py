"""Path conditions at work: what they take, a concrete path for each, and prefixes on the way."""

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
        case PathKind.OPAQUE:
            return True


def _fits(template: list[str], segments: list[str]) -> bool:
    if template and template[-1].endswith("+}"):
        head = len(template) - 1
        return any(segments[head:]) and _fits(template[:-1], segments[:head])
    if len(template) != len(segments):
        return False
    pairs = zip(template, segments, strict=True)
    return all(part == segment or (part.startswith("{") and segment) for part, segment in pairs)


def representative(match: PathMatch) -> str | None:
    """A concrete path that `match` takes and no narrower one; None for what cannot be read."""
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
        case PathKind.OPAQUE:
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
        case PathKind.EXACT | PathKind.TEMPLATE | PathKind.OPAQUE:
            return match.text


def inward(path: str, strip: str, add: str) -> str:
    """`path` as the hop behind sees it."""
    if strip and (path == strip or path.startswith(strip)):
        path = path[len(strip) :]
    path = add.rstrip("/") + path if add else path
    return path if path.startswith("/") else "/" + path


def outward(match: PathMatch, strip: str, add: str) -> PathMatch | None:
    """`match` of a hop behind as the hop in front sees it; None when nothing gets there."""
    text, prefix = match.text, add.rstrip("/")
    if prefix:
        if not text.startswith(prefix):
            above = prefix.startswith(text.rstrip("/"))
            return PathMatch(PathKind.PREFIX, strip or "/") if above else None
        text = text[len(prefix) :] or "/"
    return PathMatch(match.kind, (strip.rstrip("/") + text) if strip else text)
