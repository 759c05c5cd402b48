"""Which paths a Python regular expression takes, asked with `re.match`: from the start, open at the end."""

from auditor.core.language.pattern import Dialect
from auditor.core.reading import ANY_PATH, PathKind, PathMatch

_SPECIAL = frozenset("\\^$.|?*+()[]{}")


def taken_by(expression: str) -> PathMatch:
    """The paths that `re.match(expression, path)` takes: in plain terms where there are some."""
    plain = (
        expression.removeprefix("^").removesuffix("$")
        if expression.endswith(".*$")
        else (expression.removeprefix("^"))
    )
    beginning = plain.removesuffix(".*")
    if beginning == plain and plain.endswith("/*"):
        # `/*` is any number of slashes, none too: /api/* takes whatever begins with /api.
        beginning = plain.removesuffix("/*")
    if not _SPECIAL.isdisjoint(beginning):
        return PathMatch(PathKind.REGEX, expression, Dialect.PYTHON_MATCH)
    return ANY_PATH if beginning in ("", "/") else PathMatch(PathKind.CHARACTERS, beginning)
