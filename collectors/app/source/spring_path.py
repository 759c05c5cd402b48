"""Which paths a Spring PathPattern takes.

Source: spring-web, PathPattern.java and PathPatternParser.java; 7.0.9 read. `**` at the end is any number
of segments, none too; `*` and `{name}` are one; `{*name}` at the end is the rest. A pattern that does not
begin with a slash takes nothing.
"""

from auditor.core.reading import ANY_PATH, PathKind, PathMatch

_INSIDE = frozenset("*?{}")


def taken_by_pattern(pattern: str) -> tuple[PathMatch, ...]:
    """The paths that `pattern` takes, in plain terms; opaque where a segment holds more than a name."""
    if not pattern.startswith("/"):
        return ()
    segments = pattern.split("/")[1:]
    rest = segments[-1] == "**" or (segments[-1].startswith("{*") and segments[-1].endswith("}"))
    names = [_segment(segment) for segment in (segments[:-1] if rest else segments)]
    if None in names:
        return (PathMatch(PathKind.OPAQUE, pattern),)
    text = "".join(f"/{name}" for name in names)
    if "{any}" not in names:
        return (_prefix(text),) if rest else (PathMatch(PathKind.EXACT, text),)
    whole = PathMatch(PathKind.TEMPLATE, text)
    return (whole, PathMatch(PathKind.TEMPLATE, f"{text}/{{rest+}}")) if rest else (whole,)


def under(context: str, matches: tuple[PathMatch, ...]) -> tuple[PathMatch, ...]:
    """`matches` of an application that stands under a context path."""
    prefix = context.rstrip("/")
    return tuple(
        _prefix(prefix) if match == ANY_PATH else PathMatch(match.kind, prefix + match.text)
        for match in matches
    )


def _prefix(text: str) -> PathMatch:
    return PathMatch(PathKind.PREFIX, text) if text else ANY_PATH


def _segment(segment: str) -> str | None:
    """A literal segment as it is, one of any name as `{any}`; None for what is not read."""
    name = segment.removeprefix("{").removesuffix("}")
    if segment == "*" or (segment == f"{{{name}}}" and name.isidentifier()):
        return "{any}"
    return segment if _INSIDE.isdisjoint(segment) else None
