"""How Kong's cors plugin reads an entry of a list of origins.

Source: kong/plugins/cors/handler.lua at 22246ef; socket/url.lua of LuaSocket 3.0-rc1, by which
entry and Origin are brought to a normal form: user, path and the scheme's own port are dropped.
What Kong sends is the normal form of the Origin, so it lets in those alone that are written so.
"""

from typing import Final

from auditor.core.language.globs_text import ALNUM, SCHEME_REST, other_than, window
from auditor.core.language.regex.reading import read
from auditor.core.language.regex.syntax import Syntax
from auditor.core.language.tree import (
    ANYTHING,
    EMPTY_TEXT,
    NOTHING,
    Alt,
    At,
    Cat,
    Edge,
    Look,
    Tree,
    but,
    chars,
    leading,
    literal,
    maybe,
    plus,
    star,
)

PLAIN: Final = ALNUM + ".:/-"
"""The characters of an entry that is compared; any other makes it an expression."""
_OWN_PORT: Final = {"http": "80", "https": "443"}
_NOT_PLACE: Final = "/#@"
_PLACE: Final = but(_NOT_PLACE)
_PORT: Final = but(_NOT_PLACE + ":]")
_END: Final = At(Edge.END)


def kong(text: str) -> Tree:
    """`*` is everybody. An entry of letters, digits and `.:/-` is compared in its normal form. Any
    other is a PCRE expression for the origin from its beginning, with `$` appended, which binds to
    the last alternative; without a `:` in it, for the host alone. A list of one entry that is
    compared is sent to everybody as it stands, which lets in no other origin."""
    if text == "*":
        return ANYTHING
    if not text.strip(PLAIN):
        normal = _normal(text)
        return literal(normal) if normal and _normal(normal) == normal else NOTHING
    expression = (text if text.endswith("$") else text + "$").removeprefix("^")
    found = read(expression, Syntax.PCRE)
    if ":" in text:
        return Cat((_ahead(_WITH_HOST, _WITHOUT_HOST), leading(found)))
    return Alt((_host_alone(found), Cat((_ahead(_WITHOUT_HOST), leading(found)))))


def _normal(text: str) -> str:
    """The normal form of a text of plain characters."""
    scheme, colon, rest = text.partition(":")
    if not colon or scheme[:1] not in tuple(ALNUM) or scheme.strip(SCHEME_REST):
        scheme, rest = "", text
    if not rest.startswith("//"):
        return text
    host, colon, port = rest[2:].partition("/")[0].rpartition(":")
    if not colon:
        host, port = port, ""
    if not host:
        return text
    own = bool(colon) and _OWN_PORT.get(scheme) == port
    return (f"{scheme}://" if scheme else "") + host + ("" if own else colon + port)


def _ahead(*wholes: Tree) -> Look:
    """Where the rest of the text is one of `wholes`."""
    return Look(Cat((Alt(wholes), _END)), ahead=True, wanted=True)


def _host_alone(found: Tree) -> Tree:
    """Origins in normal form whose host begins with `found`."""
    begin = Look(literal("//"), ahead=False, wanted=True)
    port = Cat((chars(":"), star(_PORT)))
    bare = Cat((_ahead(_BARE), window(found, _PLACE, begin, _END), star(_PLACE)))
    ported = Cat((window(found, _PLACE, begin, _ahead(port)), star(_PLACE), port))
    scheme = Cat((chars(ALNUM), star(chars(SCHEME_REST)), literal("://")))
    return Cat((_ahead(_WITH_HOST), scheme, Alt((bare, ported))))


def _with_host() -> Tree:
    """Origins in normal form that have a host."""
    rest = chars(SCHEME_REST)
    others = Alt(
        (
            Cat((chars(ALNUM.replace("h", "")), star(rest))),
            Cat((chars("h"), other_than(("ttp", "ttps"), rest))),
        )
    )
    options: list[Tree] = [
        Cat((others, literal("://"), Alt((_BARE, Cat((_UNBRACKETED, chars(":"), star(_PORT)))))))
    ]
    for scheme, own in _OWN_PORT.items():
        ported = Cat((_UNBRACKETED, chars(":"), other_than((own,), _PORT)))
        options.append(Cat((literal(scheme + "://"), Alt((_BARE, ported)))))
    return Alt(tuple(options))


def _without_host() -> Tree:
    """Texts in which `url.parse` finds no host."""
    end = Alt((EMPTY_TEXT, Cat((chars("/#"), ANYTHING))))
    user = Cat((star(_PLACE), chars("@"), maybe(chars(":"), star(but("/#:]")))))
    hollow = Cat((literal("//"), Alt((user, maybe(chars(":"), star(_PORT)))), end))
    slashed = Alt((chars("/"), Cat((chars("/"), but("/"), ANYTHING)), hollow))
    unslashed = Alt((EMPTY_TEXT, Cat((but("/"), ANYTHING))))
    first, rest = chars(ALNUM), star(chars(SCHEME_REST))
    with_scheme = Cat((first, rest, chars(":"), Alt((unslashed, slashed))))
    word = Cat((first, rest, maybe(but(SCHEME_REST + ":"), ANYTHING)))
    odd = Cat((but(ALNUM + "/"), ANYTHING))
    return Alt((with_scheme, word, odd, slashed))


_BARE: Final = Alt(
    (
        plus(_PORT),
        Cat((star(_PLACE), chars("]"), plus(_PORT))),
        Cat((but(_NOT_PLACE + "["), star(_PLACE), chars("]"))),
        literal("]"),
        literal("[]"),
    )
)
"""Hosts without a port; in brackets they would be sent without them."""
_UNBRACKETED: Final = Alt(
    (
        Cat((but(_NOT_PLACE + "["), star(_PLACE))),
        Cat((chars("["), star(_PLACE), but(_NOT_PLACE + "]"))),
        literal("["),
        literal("[]"),
    )
)
"""Hosts before a port."""
_WITHOUT_HOST: Final = _without_host()
_WITH_HOST: Final = _with_host()
