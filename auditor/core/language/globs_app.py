"""How frameworks and libraries of applications read an entry of their lists of origins."""

from ipaddress import IPv6Address
from typing import Final

from auditor.core.language.globs_text import (
    DIGIT,
    DIGITS,
    LETTERS,
    LOWER,
    SCHEME_REST,
    gaps,
    overlapping,
    shown,
)
from auditor.core.language.regex.problem import Malformed, Unmodelled
from auditor.core.language.regex.reading import read
from auditor.core.language.regex.syntax import Syntax
from auditor.core.language.tree import (
    ANYTHING,
    EMPTY_TEXT,
    EVERY_CHARACTER,
    NOTHING,
    Alt,
    Cat,
    Chars,
    Tree,
    but,
    chars,
    leading,
    literal,
    maybe,
    plus,
    searched,
    star,
)

_ANY_BUT_EMPTY: Final = plus(Chars(EVERY_CHARACTER))
FLASK_REGEX: Final = frozenset("*\\]?$^[()")
"""Characters that make an entry of flask-cors a regular expression (6.0.5, core.py)."""
_CONTROL_OR_SPACE: Final = "".join(map(chr, range(33)))
_BLANK: Final = " \t\n\r\f\v"
_NOT_BLANK: Final = searched(but(_BLANK))
_RACK_SCHEME_REST: Final = LOWER + DIGITS + "+.-"


def spring_pattern(text: str) -> Tree:
    """`allowedOriginPatterns`: whole and case-sensitive, `*` is any text, `:[8080,8081]` and `:[*]`
    are ports; one trailing slash of entry and origin is dropped, a blank origin is refused
    (CorsConfiguration.checkOrigin and OriginPattern, spring-web 7.0.9)."""
    base, ports = _spring_ports(text.removesuffix("/"))
    if "\\E" in base:
        raise Unmodelled(
            f"{shown(text)}: \\E ends the quoting, and what follows is a regular expression"
        )
    if base and ports in (None, "*") and not base.strip("*"):
        return _NOT_BLANK
    whole, slash = gaps(base, ANYTHING), chars("/")
    bare = (_unslashed(base) if base else NOTHING, Cat((whole, slash)))
    if ports is None:
        return Alt(bare)
    if ports == "*":
        return Alt((*bare, Cat((whole, chars(":"), plus(DIGIT), maybe(slash)))))
    listed = Alt(tuple(literal(port) for port in ports.split(",")))
    return Cat((whole, chars(":"), listed, maybe(slash)))


def _spring_ports(text: str) -> tuple[str, str | None]:
    """The text before `:[ports]` and the ports; None where there is no such end."""
    base, separator, ports = text.rpartition(":[")
    if not separator or not ports.endswith("]"):
        return text, None
    ports = ports.removesuffix("]")
    if ports == "*" or all(port and not port.strip(DIGITS) for port in ports.split(",")):
        return base, ports
    return text, None


def _unslashed(text: str) -> Tree:
    """What `text` with `*` for any text takes, but for what ends with a slash."""
    before, separator, last = text.rpartition("*")
    before = before.rstrip("*")
    if last or not separator:
        return NOTHING if last.endswith("/") else gaps(text, ANYTHING)
    return Alt((_unslashed(before), Cat((gaps(before, ANYTHING), ANYTHING, but("/")))))


def spring_list(text: str) -> Tree:
    """`allowedOrigins`: equal but for case, one trailing slash dropped on both sides; `*` is every
    origin that is not blank (CorsConfiguration.checkOrigin, spring-web 7.0.9)."""
    if text == "*":
        return _NOT_BLANK
    entry = text.removesuffix("/")
    slashed = Cat((literal(entry, caseless=True), chars("/")))
    if not entry.strip(_BLANK) or entry.endswith("/"):
        return slashed
    return Alt((literal(entry, caseless=True), slashed))


def django_list(text: str) -> Tree:
    """`CORS_ALLOWED_ORIGINS`: scheme (caseless) and netloc of `urlsplit` are equal, the rest is
    ignored, so that an entry without both takes every text without both
    (django-cors-headers 4.9.0, middleware.py; urllib.parse of Python 3.11)."""
    scheme, netloc = _urlsplit(text)
    if not _brackets_are_fine(netloc):
        raise Malformed(f"{shown(text)}: urlsplit fails on its brackets, and so does each request")
    tail = maybe(chars("/?#"), ANYTHING)
    place: Tree = Cat((literal("//" + netloc), tail)) if netloc else _NO_NETLOC
    if scheme:
        place = Cat((literal(scheme, caseless=True), chars(":"), place))
    elif not netloc:
        # An empty Origin header is taken as none.
        return Cat((star(chars(" ")), _NO_SCHEME_NO_NETLOC))
    return Cat((star(chars(" ")), place))


def _urlsplit(text: str) -> tuple[str, str]:
    """Scheme, in lower case, and netloc of a text, each empty when it has none."""
    text = text.lstrip(_CONTROL_OR_SPACE)
    scheme, separator, rest = text.partition(":")
    legal = scheme[:1] in tuple(LETTERS) and not scheme.strip(SCHEME_REST)
    if not separator or not legal:
        scheme, rest = "", text
    if not rest.startswith("//"):
        return scheme.lower(), ""
    netloc = rest[2:]
    for stop in "/?#":
        netloc = netloc.partition(stop)[0]
    return scheme.lower(), netloc


def _brackets_are_fine(netloc: str) -> bool:
    """Whether brackets, if there are any, hold an IPv6 address."""
    if "[" not in netloc or "]" not in netloc:
        return "[" not in netloc and "]" not in netloc
    try:
        IPv6Address(netloc.partition("[")[2].partition("]")[0])
    except ValueError:
        return False
    return True


_NO_NETLOC: Final = Alt(
    (
        EMPTY_TEXT,
        Cat((but("/"), ANYTHING)),
        chars("/"),
        Cat((chars("/"), but("/"), ANYTHING)),
        literal("//"),
        Cat((literal("//"), chars("/?#"), ANYTHING)),
    )
)
_NO_SCHEME_NO_NETLOC: Final = Alt(
    (
        Cat((but(LETTERS + "/ "), ANYTHING)),
        Cat((chars(LETTERS), star(chars(SCHEME_REST)))),
        Cat((chars(LETTERS), star(chars(SCHEME_REST)), but(SCHEME_REST + ":"), ANYTHING)),
        chars("/ "),
        Cat((chars("/"), but("/"), ANYTHING)),
        literal("//"),
        Cat((literal("//"), chars("/?#"), ANYTHING)),
    )
)


def flask_cors(text: str) -> Tree:
    r"""A text with any of `* \ ] ? $ ^ [ ( )` is a regular expression for `re.match`, others are
    compared; case counts in neither; `*` is everybody (flask-cors 6.0.5, core.py)."""
    if text == "*":
        return ANYTHING
    if FLASK_REGEX.isdisjoint(text):
        return literal(text, caseless=True)
    return leading(read(text, Syntax.PYTHON, caseless=True))


def rs_cors(text: str) -> Tree:
    """Caseless; the first `*` is any text, a second one itself; an empty Origin is none
    (rs/cors v1.11.1, cors.go New and isOriginAllowed, utils.go wildcard.match)."""
    if text == "*":
        return _ANY_BUT_EMPTY
    if not text:
        return NOTHING
    prefix, separator, suffix = text.partition("*")
    middle = (ANYTHING,) if separator else ()
    return Cat((literal(prefix, caseless=True), *middle, literal(suffix, caseless=True)))


def gin(text: str) -> Tree:
    """An entry is trimmed and put in lower case, the origin is not. `/x/` with one flag or none is
    a Go expression, searched, in lower case too. With AllowWildcard, which is taken as set, one `*`
    is any text, in the entry as written (gin-contrib/cors e9487ec, cors.go config.go utils.go)."""
    if text == "*":
        return _ANY_BUT_EMPTY
    entry = text.strip().lower()
    inner = _between_slashes(entry)
    _gin_must_take(text, _between_slashes(text))
    if inner is not None:
        return searched(read(inner, Syntax.GO))
    prefix, separator, suffix = text.partition("*")
    if not separator:
        return literal(entry) if entry else NOTHING
    if "*" in suffix:
        raise Malformed(
            f"{shown(text)}: gin-contrib/cors stops at the start, as only one * is allowed"
        )
    joined = Cat((literal(prefix), ANYTHING, literal(suffix)))
    return Alt((literal(entry), joined, *overlapping(prefix, suffix)))


def _between_slashes(text: str) -> str | None:
    """The expression in `/expression/` with one of the flags gimuy or none, as gin finds it."""
    body = text[:-1] if text[-1:] in tuple("gimuy") and text[-2:-1] == "/" else text
    if len(body) > 2 and body.startswith("/") and body.endswith("/"):
        return body[1:-1]
    return None


def _gin_must_take(text: str, inner: str | None) -> None:
    """Raise `Malformed` for an entry without `*` and without a scheme: the application stops."""
    plain = text if inner is None else inner.replace("?", "", 1).removeprefix("^")
    scheme, separator, _ = plain.partition("://")
    if "*" not in text and (not separator or not scheme or scheme.strip(SCHEME_REST)):
        what = "stops at the start, as an entry has a * or begins with a scheme"
        raise Malformed(f"{shown(text)}: gin-contrib/cors {what}")


def hapi(text: str) -> Tree:
    """`*` alone is everybody. In an entry with `*`, each is any text and `?` one character; whole,
    case-sensitive; an entry without is compared (@hapi/hapi 21.4.10, lib/cors.js)."""
    if text == "*":
        return ANYTHING
    if not text.strip("*"):
        return _ANY_BUT_EMPTY if text else NOTHING
    if "*" not in text:
        return literal(text)
    ones = text.split("?")
    parts: list[Tree] = [gaps(ones[0], ANYTHING)]
    for part in ones[1:]:
        parts += [Chars(EVERY_CHARACTER), gaps(part, ANYTHING)]
    return Cat(tuple(parts))


def laravel(text: str) -> Tree:
    """`allowed_origins`: `*` is everybody, and any text within an entry; whole, case-sensitive
    (fruitcake/php-cors 5c0458a, CorsService.php)."""
    return gaps(text, ANYTHING)


def rack(text: str) -> Tree:
    """A text: `*` is everybody, one with a scheme is compared, any other is host and port behind
    any scheme; an empty one is left out (rack-cors 3.0.0, resources.rb; in 1.1.1 only http and
    https are schemes)."""
    if text == "*":
        return ANYTHING
    if not text:
        return NOTHING
    scheme, separator, _ = text.partition("://")
    if separator and scheme[:1] in tuple(LOWER) and not scheme.strip(_RACK_SCHEME_REST):
        return literal(text)
    return Cat((chars(LOWER), star(chars(_RACK_SCHEME_REST)), literal("://" + text)))
