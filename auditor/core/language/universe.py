"""The origins that browsers send, as trees; what no automaton of ours holds is checked afterwards.

Sources: the URL Standard (host code points, serialising) and the Fetch Standard (Origin header).
Two of them: a small one, a superset by a little, that is walked beside patterns, and an exact one
for what the first leaves open: numeric hosts, default ports, the form of IPv6 addresses. Lengths of
labels and hosts, punycode and the zeros that IPv6 leaves out stay with `auditor.core.origin.parse`,
which every witness passes through.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from auditor.core.language.automaton import machine_of
from auditor.core.language.machine import Machine
from auditor.core.language.tree import (
    ANYTHING,
    Alt,
    Cat,
    Chars,
    Repeat,
    Tree,
    bit,
    but,
    chars,
    literal,
    mask_of,
    maybe,
    plus,
    star,
)

LETTERS = "abcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
ODD_HOST_CHARACTERS = "_~!$&'()*+,;=\"`{}"
"""Legal in the host of a special URL, sent by some engines, by nobody's colleague."""

_DIGIT = chars(DIGITS)
_HEX = chars(DIGITS + "abcdef")
_SCHEME = Cat((plus(but(":")), literal("://")))
_HOST = mask_of(LETTERS + DIGITS + "-" + ODD_HOST_CHARACTERS)

KNOWN_SCHEMES = (
    "https",
    "http",
    "chrome-extension",
    "moz-extension",
    "safari-web-extension",
    "capacitor",
    "ionic",
    "tauri",
    "app",
    "vscode-webview",
)
"""Schemes whose pages browsers and app shells really send; a pattern may name more. A scheme that
nobody names (`xhttps`) is in no universe: only an app that its user installed could have it."""


@dataclass(frozen=True, slots=True, eq=False)
class Universe:
    """All the texts that there are. `machine`: a small automaton that takes every one of them, and a
    few that are none. `exact`: automata that, taken together with it, leave only those to a check.
    `detours`: states of `machine` where one set of characters leads to what people know, and what
    it costs to take another one."""

    machine: Machine
    exact: Callable[[], tuple[Machine, ...]] = tuple
    detours: Mapping[int, tuple[int, int]] = field(default_factory=dict)


def origins(schemes: frozenset[str] = frozenset()) -> Universe:
    """The serialised origins of pages: of the known schemes and of those in `schemes`."""
    return _origins(schemes - set(KNOWN_SCHEMES))


@lru_cache(maxsize=64)
def _origins(schemes: frozenset[str]) -> Universe:
    small = _small(schemes)
    return Universe(small, lambda: (_exact_hosts(), _exact_ports(schemes)), _detours(small))


@lru_cache(maxsize=1)
def header_names() -> Universe:
    """Names of headers as browsers ask for them: tokens in lower case (Fetch Standard, header name)."""
    return Universe(machine_of(plus(chars(LETTERS + DIGITS + "!#$%&'*+-.^_`|~"))))


def scheme_of(text: str) -> str | None:
    """The scheme that an origin or pattern names, when it is one that can be sent."""
    scheme, separator, _ = text.partition("://")
    fits = separator and scheme.isascii() and scheme[:1].isalpha() and scheme == scheme.lower()
    return scheme if fits and all(c.isalnum() or c in "+-." for c in scheme) else None


def _small(schemes: frozenset[str]) -> Machine:
    label = plus(Chars(_HOST))
    domain = Cat((label, star(Cat((chars("."), label))), maybe(chars("."))))
    port = Cat((chars("123456789"), Repeat(_DIGIT, 0, 4)))
    host = Alt((domain, _ipv6_roughly()))
    rest = Cat((literal("://"), host, maybe(chars(":"), port)))
    return machine_of(Alt((literal("null"), Cat((_one_of({*KNOWN_SCHEMES, *schemes}), rest)))))


def _detours(machine: Machine) -> Mapping[int, tuple[int, int]]:
    """What it costs to leave http and https, and to leave https."""
    state = machine.start
    for char in "http":
        state = machine.step(state, char)
    return {machine.start: (bit("h"), 300), state: (bit("s"), 30)}


@lru_cache(maxsize=1)
def _exact_hosts() -> Machine:
    """Texts whose host is right, whatever their scheme and port."""
    host = Alt((_domain(), _ipv4(), _ipv6()))
    return machine_of(Alt((literal("null"), Cat((_SCHEME, host, maybe(chars(":"), ANYTHING))))))


@lru_cache(maxsize=64)
def _exact_ports(schemes: frozenset[str]) -> Machine:
    """Texts whose scheme and port are right, whatever their host."""
    host = Alt((plus(but(":[")), Cat((chars("["), star(but("]")), chars("]")))))
    others = {*KNOWN_SCHEMES, *schemes} - {"http", "https"}
    options = [
        Cat((literal("https://"), host, maybe(chars(":"), _port_but("443")))),
        Cat((literal("http://"), host, maybe(chars(":"), _port_but("80")))),
        Cat((_one_of(others), literal("://"), host, maybe(chars(":"), _port_but("")))),
    ]
    return machine_of(Alt((literal("null"), *options)))


def _one_of(words: set[str]) -> Tree:
    return Alt(tuple(map(literal, sorted(words))))


def _ipv6_roughly() -> Tree:
    group = Repeat(_HEX, 1, 4)
    groups = Cat((group, star(Cat((chars(":"), group)))))
    shortened = Cat((maybe(groups), literal("::"), maybe(groups)))
    return Cat((chars("["), Alt((groups, shortened)), chars("]")))


def _domain() -> Tree:
    """Labels that begin with no star, the last of them no number: that would be an address."""
    first = Chars(_HOST & ~mask_of("*"))
    label = Cat((first, star(Chars(_HOST))))
    return Cat((star(Cat((label, chars(".")))), _last_label(), maybe(chars("."))))


def _last_label() -> Tree:
    rest = star(Chars(_HOST))
    digits = star(_DIGIT)
    other = Chars(_HOST & ~_DIGIT.mask)
    hexadecimal = Cat((chars("x"), star(_HEX), Chars(_HOST & ~_HEX.mask), rest))
    after_zero = Alt(
        (
            Cat((_DIGIT, digits, other, rest)),
            hexadecimal,
            Cat((Chars(other.mask & ~mask_of("x")), rest)),
        )
    )
    return Alt(
        (
            Cat((Chars(other.mask & ~mask_of("*")), rest)),
            Cat((chars("123456789"), digits, other, rest)),
            Cat((chars("0"), after_zero)),
        )
    )


def _ipv4() -> Tree:
    octet = Alt(
        (
            _DIGIT,
            Cat((chars("123456789"), _DIGIT)),
            Cat((chars("1"), _DIGIT, _DIGIT)),
            Cat((chars("2"), chars("01234"), _DIGIT)),
            Cat((literal("25"), chars("012345"))),
        )
    )
    return Cat((Repeat(Cat((octet, chars("."))), 3, 3), octet))


def _ipv6() -> Tree:
    """Eight groups without leading zeros, or up to six of them around `::`."""
    group = Alt((chars("0"), Cat((chars("123456789abcdef"), Repeat(_HEX, 0, 3)))))
    full = Cat((Repeat(Cat((group, chars(":"))), 7, 7), group))
    options: list[Tree] = [full]
    for before in range(7):
        head = _groups(group, before, before)
        options.append(Cat((head, literal("::"), _groups(group, 0, 6 - before))))
    return Cat((chars("["), Alt(tuple(options)), chars("]")))


def _groups(group: Tree, least: int, most: int) -> Tree:
    if not most:
        return Cat(())
    further = Repeat(Cat((chars(":"), group)), max(least - 1, 0), most - 1)
    found = Cat((group, further))
    return found if least else maybe(found)


def _port_but(default: str) -> Tree:
    """1 to 65535 without leading zeros, less one port."""
    leading = chars("123456789")
    lengths = [Cat((leading, *[_DIGIT] * more)) for more in range(4)]
    five = Alt(
        (
            Cat((chars("12345"), Repeat(_DIGIT, 4, 4))),
            Cat((literal("6"), chars("01234"), Repeat(_DIGIT, 3, 3))),
            Cat((literal("65"), chars("01234"), Repeat(_DIGIT, 2, 2))),
            Cat((literal("655"), chars("012"), _DIGIT)),
            Cat((literal("6553"), chars("012345"))),
        )
    )
    whole: list[Tree] = [five]
    for length, tree in enumerate(lengths, start=1):
        whole.append(_other_than(default) if length == len(default) else tree)
    return Alt(tuple(whole))


def _other_than(number: str) -> Tree:
    """Numbers of as many digits, without leading zeros, that are another one."""
    options: list[Tree] = []
    for at, digit in enumerate(number):
        others = (DIGITS if at else DIGITS[1:]).replace(digit, "")
        rest = [_DIGIT] * (len(number) - at - 1)
        options.append(Cat((literal(number[:at]), chars(others), *rest)))
    return Alt(tuple(options))
