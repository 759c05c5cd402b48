"""A pattern described for an engineer: what it lets in by name and example, and what it misses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from auditor.core.language.algebra import of
from auditor.core.language.dialect import Opaque, compile_pattern
from auditor.core.language.membership import takes_alone
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.language.probe import DEEPER_SHAPES, SUBDOMAIN_SHAPES, fill, hosts, probes
from auditor.core.language.widening import Named, Naming, Widening, name_of

SHOWN: Final = 3
MISSES: Final = 6
REGULAR_EXPRESSIONS: Final = (
    Dialect.PYTHON_MATCH,
    Dialect.PYTHON_MATCH_CASELESS,
    Dialect.PYTHON_SEARCH,
    Dialect.PYTHON_FULLMATCH,
    Dialect.JS_TEST,
    Dialect.PCRE_NGINX,
    Dialect.PCRE_NGINX_CASELESS,
    Dialect.PCRE_SEARCH,
    Dialect.RUBY_SEARCH,
    Dialect.PHP_SEARCH,
    Dialect.GO_SEARCH,
    Dialect.RE2_FULL,
    Dialect.ENVOY,
    Dialect.JAVA_FULL,
    Dialect.JAVA_FIND,
)
"""The dialects that hold the text against a regular expression."""


@dataclass(frozen=True, slots=True)
class Miss:
    """An origin that somebody would expect a pattern to take, although it does not, and why."""

    origin: str
    why: str


@dataclass(frozen=True, slots=True)
class Description:
    """What a pattern comes to.

    `itself`: the name of all that it takes; `beyond`: of what it takes beyond the origins and
    patterns that it was held against, None where there were none. `witnesses`: up to three that it
    takes, different in kind; `widened`: up to three beyond. `misses`: what it does not take.
    `reason`: why it could not be read, or not to the end; `sampled`: then witnesses are texts that
    were tried one by one. `dead`: why no origin of a browser is in it.
    """

    pattern: Pattern
    itself: Named
    beyond: Named | None = None
    witnesses: tuple[str, ...] = ()
    widened: tuple[str, ...] = ()
    misses: tuple[Miss, ...] = ()
    reason: str | None = None
    sampled: bool = False
    dead: str | None = None

    @property
    def named(self) -> Named:
        """The name of what is beyond the allowlist where something is, else of all that is taken."""
        beyond = self.beyond
        return self.itself if beyond is None or beyond.name is Widening.NOTHING else beyond

    @property
    def kind(self) -> Widening:
        """Its name as a word."""
        return self.named.name

    @property
    def unread(self) -> bool:
        """Whether the pattern could not be read as a whole."""
        return isinstance(compile_pattern(self.pattern), Opaque)

    @property
    def proved(self) -> bool:
        """Whether that name follows from a proof, or is a guess from an example."""
        return self.named.proved


def describe(
    pattern: Pattern, valid: Callable[[str], bool], against: Iterable[Pattern] = ()
) -> Description:
    """Describe `pattern`, held against the patterns of an allowlist if there are any."""
    allowed = tuple(against)
    machine = compile_pattern(pattern)
    if isinstance(machine, Opaque):
        return _sampled(machine, valid, allowed)
    alone, itself = Naming((pattern,), (), valid), name_of((pattern,), (), valid)
    witnesses = _examples(alone, itself)
    misses = _misses(pattern, itself, valid)
    reason = itself.reason or alone.division.cut.unfinished
    dead = _dead(pattern, valid) if itself.name is Widening.NOTHING else None
    if not allowed:
        found = _distinct(misses)
        return Description(pattern, itself, None, witnesses, (), found, reason, dead=dead)
    held, beyond = Naming((pattern,), allowed, valid), name_of((pattern,), allowed, valid)
    wanted = held.division.members(held.allowed - held.taken)
    found = _distinct(chain((Miss(text, "on the allowlist") for text in wanted), misses))
    widened = _examples(held, beyond)
    return Description(pattern, itself, beyond, witnesses, widened, found, reason, dead=dead)


def contains(pattern: Pattern, text: str) -> bool | None:
    """Whether `pattern` takes `text`; None where the pattern could not be read and trying it took too
    long, where no header can carry the text, and where a regular expression meets characters that
    are not ASCII, which products decode in different ways."""
    if any(ord(char) < 32 or ord(char) == 127 for char in text):
        return None
    if pattern.dialect is Dialect.EXACT:
        return text == pattern.text
    plain = text.isascii() or (
        pattern.text.isascii() and pattern.dialect not in REGULAR_EXPRESSIONS
    )
    if not plain:
        return None
    return takes_alone(pattern, text)


def _sampled(
    opaque: Opaque, valid: Callable[[str], bool], allowed: tuple[Pattern, ...]
) -> Description:
    """What can be said of a pattern by trying origins one by one."""
    pattern, beyond = opaque.pattern, of(allowed)
    texts = probes([pattern.text, *(one.text for one in allowed)])
    taken = [text for text in texts if valid(text) and contains(pattern, text)]
    return Description(
        pattern,
        name_of((pattern,), (), valid),
        name_of((pattern,), allowed, valid) if allowed else None,
        tuple(taken[:SHOWN]),
        tuple([text for text in taken if not beyond.takes(text)][:SHOWN]) if allowed else (),
        reason=opaque.reason,
        sampled=opaque.tree is not None,
    )


def _examples(naming: Naming, named: Named) -> tuple[str, ...]:
    """Members that tell most, each different in kind from those before, as far as there are such."""
    shapes = {
        shape.name: shape.witness
        for shape in naming.shapes()
        if shape.foreign or shape.name is Widening.ANY_SUBDOMAIN
    }
    members = naming.division.members(naming.beyond)
    telling = (text for text in naming.division.telling if naming.valid(text))
    pool = (*members, *(text for text in telling if naming.beyond.takes(text)))
    kinds: dict[tuple[str, bool], str] = {}
    for text in pool:
        kinds.setdefault(_kind(text), text)
    plain = (text for text in kinds.values() if text.startswith(("https://", "http://")))
    null = (text for text in members if text == "null")
    first = (named.witness,) if named.witness else ()
    return tuple(dict.fromkeys((*first, *shapes.values(), *plain, *null, *pool)))[:SHOWN]


def _kind(text: str) -> tuple[str, bool]:
    scheme, _, rest = text.rpartition("://")
    return scheme, rest.rpartition(":")[2].isdigit()


def _distinct(misses: Iterable[Miss]) -> tuple[Miss, ...]:
    found: dict[str, Miss] = {}
    for miss in misses:
        found.setdefault(miss.origin, miss)
    return tuple(found.values())[:MISSES]


def _misses(pattern: Pattern, itself: Named, valid: Callable[[str], bool]) -> Iterator[Miss]:
    match itself.name:
        case Widening.NOTHING:
            yield from (Miss(mended, "what was meant") for mended, _ in _mended(pattern, valid))
        case Widening.ANY_ORIGIN:
            yield from _missed(pattern, (("null", "the opaque origin"),), valid)
        case Widening.EXACT | Widening.NULL:
            return
        case _:
            for host in hosts((pattern.text,)):
                yield from _around(pattern, host, valid)


def _around(pattern: Pattern, host: str, valid: Callable[[str], bool]) -> Iterator[Miss]:
    """What stands beside the origins that are taken at a host or beneath it."""
    for scheme in ("https", "http"):
        beneath, deeper = (
            next(fill(shapes[0], host, scheme)) for shapes in (SUBDOMAIN_SHAPES, DEEPER_SHAPES)
        )
        apex = f"{scheme}://{host}"
        taken = beneath if contains(pattern, beneath) else apex
        if not contains(pattern, taken):
            continue
        wanted = [(apex, "the domain itself"), (deeper, "deeper subdomains")]
        around = [(f"{taken}:8443", "other ports")]
        if scheme == "https":
            around.insert(0, (taken.replace("https", "http", 1), "http"))
        yield from _missed(pattern, wanted if taken == beneath else (), valid)
        yield from _missed(pattern, around, valid)
        return


def _missed(
    pattern: Pattern, wanted: Iterable[tuple[str, str]], valid: Callable[[str], bool]
) -> Iterator[Miss]:
    for text, why in wanted:
        if valid(text) and contains(pattern, text) is False:
            yield Miss(text, why)


def _dead(pattern: Pattern, valid: Callable[[str], bool]) -> str:
    """Why nothing that a browser sends is in `pattern`, where that is plain."""
    if "*" in pattern.text and pattern.dialect in _COMPARED:
        return "* is no wildcard here: the text is compared as it is"
    found = next(_mended(pattern, valid), None)
    return "no origin that a browser sends is in it" if found is None else found[1]


def _mended(pattern: Pattern, valid: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """A text that was meant by `pattern`, which takes nothing as it is, and what stands in its way."""
    if pattern.dialect in REGULAR_EXPRESSIONS:
        return
    text, found = pattern.text, []
    for what, mend in _DEFECTS:
        mended = mend(text)
        found += [what] if mended != text else []
        text = mended
    example = text.replace("*", "new")
    taken = valid(example) and contains(Pattern(pattern.dialect, text), example)
    if found and taken:
        yield example, "; ".join(found)


def _without_port(text: str) -> str:
    return text.removesuffix(":443" if text.startswith("https://") else ":80")


_COMPARED: Final = (
    Dialect.EXACT,
    Dialect.EXACT_CASELESS,
    Dialect.SPRING_LIST,
    Dialect.DJANGO_LIST,
)
_DEFECTS: Final[tuple[tuple[str, Callable[[str], str]], ...]] = (
    ("white space around it", str.strip),
    ("upper case, and browsers send lower case", str.lower),
    ("a slash at the end, which no origin has", lambda text: text.rstrip("/")),
    ("the default port, which browsers leave out", _without_port),
    ("no scheme", lambda text: text if "://" in text else f"https://{text}"),
)
