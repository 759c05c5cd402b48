"""The name of what patterns let in, beyond an allowlist or by themselves.

A name that is *proved* follows from sets being empty. One that is not is a guess from an origin of a
telling shape: that the origin is let in is a fact, that this is what went wrong is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import islice
from typing import Final

from auditor.core.language.algebra import (
    Divided,
    OriginSet,
    divide,
    emptiness,
    exactly,
    of,
)
from auditor.core.language.answer import Empty, NonEmpty
from auditor.core.language.dialect import Opaque, compile_pattern
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.language.probe import (
    DEEPER_SHAPES,
    DOT_SHAPES,
    PREFIX_SHAPES,
    SUBDOMAIN_SHAPES,
    SUFFIX_SHAPES,
    fill,
    hosts,
)
from auditor.core.language.schemes import schemes_of
from auditor.core.language.universe import origins, scheme_of


class Widening(StrEnum):
    """What is let in, by name. SEVERAL: more than one origin, and none of the other names."""

    NOTHING = "nothing"
    EXACT = "exact"
    ANY_ORIGIN = "any-origin"
    ANY_HTTPS = "any-https-origin"
    ANY_HTTP = "any-http-origin"
    ANY_SUBDOMAIN = "any-subdomain"
    OTHER_SCHEME = "other-scheme"
    OTHER_PORT = "other-port"
    SUFFIX_CONFUSION = "suffix-confusion"
    PREFIX_CONFUSION = "prefix-confusion"
    UNESCAPED_DOT = "unescaped-dot"
    NULL = "null"
    ONE_EXTRA = "one-extra-origin"
    SEVERAL = "several"
    UNREAD = "unread"
    UNDECIDED = "undecided"


_PHRASES: Final = {
    Widening.NOTHING: "no origin",
    Widening.EXACT: "one origin",
    Widening.ANY_ORIGIN: "any origin",
    Widening.ANY_HTTPS: "any https origin",
    Widening.ANY_HTTP: "any http origin",
    Widening.ANY_SUBDOMAIN: "any subdomain of {host}",
    Widening.OTHER_SCHEME: "another scheme of {host}",
    Widening.OTHER_PORT: "another port of {host}",
    Widening.SUFFIX_CONFUSION: "suffix confusion, anything may follow {host}",
    Widening.PREFIX_CONFUSION: "prefix confusion, anything may stand before {host}",
    Widening.UNESCAPED_DOT: "an unescaped dot in {host}, which any character fits",
    Widening.NULL: "null, which any page can have",
    Widening.ONE_EXTRA: "one origin more",
    Widening.SEVERAL: "several origins",
    Widening.UNREAD: "not known, the pattern could not be read",
    Widening.UNDECIDED: "not decided",
}


@dataclass(frozen=True, slots=True)
class Named:
    """`name` of what is let in, and whether it is `proved`. `host`: what it is about; `witness`: one
    origin that is let in; `notes`: proved particulars, for people; `reason`: why it is not known, or
    not proved."""

    name: Widening
    proved: bool
    host: str = ""
    witness: str | None = None
    notes: tuple[str, ...] = ()
    reason: str | None = None

    @property
    def words(self) -> str:
        """`any subdomain of example.com, one label, nothing outside example.com (proved)`."""
        text = ", ".join((_PHRASES[self.name].format(host=self.host), *self.notes))
        if self.name in (Widening.UNREAD, Widening.UNDECIDED):
            return text if self.reason is None else f"{text} ({self.reason})"
        how = "proved" if self.proved else f"a guess, from {self.witness}"
        return f"{text} ({how})"


@dataclass(frozen=True, slots=True)
class Shape:
    """An origin that is let in, what it shows, and the host that it was made of. `foreign`: it could
    be owned by somebody who owns nothing of that host's domain."""

    name: Widening
    host: str
    witness: str

    @property
    def foreign(self) -> bool:
        """Whether an attacker could own it."""
        home = ".".join(self.host.split(".")[-2:])
        found = _parts(self.witness)[1]
        return found != home and not found.endswith("." + home)


_SHAPES: Final = (
    (Widening.SUFFIX_CONFUSION, SUFFIX_SHAPES),
    (Widening.PREFIX_CONFUSION, PREFIX_SHAPES),
    (Widening.UNESCAPED_DOT, DOT_SHAPES),
    (Widening.ANY_SUBDOMAIN, SUBDOMAIN_SHAPES + DEEPER_SHAPES),
)
_UNRELATED: Final = (
    ("https://evil.net", "https://attacker.dev", Widening.ANY_HTTPS),
    ("http://evil.net", "http://attacker.dev", Widening.ANY_HTTP),
)
_TRIED = 8
"""Hosts and entries of an allowlist that are tried for one name."""
_SCHEME = "[a-z][a-z0-9+.-]*"
_LABELS = ("[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
"""One label of a host (RFC 1123, 2.1): of any length, which is cheap, and as it really is."""
_PORT = "(?::[0-9]+)?"
_NULL: Final = exactly("null")
_HTTPS: Final = of((Pattern(Dialect.PREFIX, "https://"),))
_HTTP: Final = of((Pattern(Dialect.PREFIX, "http://"),))


@lru_cache(maxsize=1_024)
def name_of(
    patterns: tuple[Pattern, ...], against: tuple[Pattern, ...], valid: Callable[[str], bool]
) -> Named:
    """The name of what `patterns` let in beyond `against`: beyond nothing, at all."""
    return Naming(patterns, against, valid).name()


class Naming:
    """The questions that lead to a name. `beyond`: what is `taken` by the patterns and not `allowed`."""

    def __init__(
        self,
        patterns: tuple[Pattern, ...],
        against: tuple[Pattern, ...],
        valid: Callable[[str], bool],
    ) -> None:
        self._patterns, self._against, self.valid = patterns, against, valid
        self.taken, self.allowed = of(patterns), of(against)
        self.beyond = self.taken - self.allowed
        texts = [one.text for one in (*patterns, *against)]
        self.universe = origins(schemes_of((*patterns, *against), (), valid))
        self._hosts = sorted(hosts(texts)[:_TRIED], key=len)

    @cached_property
    def division(self) -> Divided:
        """The classes of everything that is asked about without hosts."""
        sets = (self.taken, self.allowed, _NULL, _HTTPS, _HTTP)
        return divide(sets, self.universe, self.valid)

    def name(self) -> Named:
        """The first name that fits."""
        answer = emptiness(self.beyond, self.universe, self.valid)
        if isinstance(answer, Empty):
            return Named(Widening.NOTHING, proved=True)
        if isinstance(answer, NonEmpty):
            return next(self._names(answer.witness))
        found = next(self._guesses(), None)
        if found is not None:
            return replace(found, reason=answer.reason)
        unread = any(isinstance(compile_pattern(p), Opaque) for p in self._patterns)
        name = Widening.UNREAD if unread else Widening.UNDECIDED
        return Named(name, proved=False, reason=answer.reason)

    def shapes(self) -> Iterator[Shape]:
        """Origins of telling shapes that are let in, what an attacker could own first."""
        yield from sorted(self._found(), key=lambda shape: not shape.foreign)

    def _names(self, witness: str) -> Iterator[Named]:
        yield from self._neighbours(witness)
        rest = emptiness(self.beyond - exactly(witness), self.universe, self.valid)
        if self._is_within(_NULL):
            yield Named(Widening.NULL, proved=True, witness="null")
        elif isinstance(rest, Empty):
            name = Widening.ONE_EXTRA if self._against else Widening.EXACT
            yield Named(name, proved=True, witness=witness)
        if self.beyond.listed is None:
            yield from self._whole(witness)
            yield from self._guesses()
        within = (
            _only(host) for host in self._hosts[:2] if self._is_within(_family(_quoted(host)))
        )
        more = isinstance(rest, NonEmpty)
        yield Named(Widening.SEVERAL, more, witness=witness, notes=tuple(islice(within, 1)))

    def _whole(self, witness: str) -> Iterator[Named]:
        """All there is, or all of one scheme."""
        null = self._null()
        if self._covers(~_NULL):
            yield Named(Widening.ANY_ORIGIN, proved=True, witness=witness, notes=null)
        https, http = self._covers(_HTTPS), self._covers(_HTTP)
        if https:
            notes = ("any http origin too", *null) if http else null
            yield Named(Widening.ANY_HTTPS, proved=True, witness=witness, notes=notes)
        if http:
            yield Named(Widening.ANY_HTTP, proved=True, witness=witness, notes=null)

    def _null(self) -> tuple[str, ...]:
        if "null" in self.division.members(self.beyond & _NULL):
            return ("null too",)
        return ("but not null",) if self._covers(~_NULL) else ()

    def _neighbours(self, witness: str) -> Iterator[Named]:
        """What is within the allowlist but for scheme or port."""
        entries = [_parts(one.text) for one in self._comparable()]
        if not entries:
            return
        places = "|".join(dict.fromkeys(_quoted(host + port) for _, host, port in entries))
        sites = "|".join(
            dict.fromkeys(_quoted(f"{scheme}://{host}") for scheme, host, _ in entries)
        )
        found = list(dict.fromkeys(host for _, host, _ in entries))
        about = found[0] if len(found) == 1 else _parts(witness)[1]
        names = "|".join(map(_quoted, found))
        if self._is_within(_lens(f"(?:{sites}){_PORT}")):
            yield Named(Widening.OTHER_PORT, True, about, witness)
        if self._is_within(_lens(f"{_SCHEME}://(?:{places})")):
            yield Named(Widening.OTHER_SCHEME, True, about, witness)
        if self._is_within(_lens(f"{_SCHEME}://(?:{names}){_PORT}")):
            yield Named(Widening.OTHER_SCHEME, True, about, witness, ("other ports too",))

    def _comparable(self) -> list[Pattern]:
        """The entries of the allowlist whose hosts the patterns may be about."""
        kinds = (Dialect.EXACT, Dialect.ALLOWLIST)
        entries = [one for one in self._against if one.dialect in kinds and scheme_of(one.text)]
        mine = tuple(f".{host}" for host in hosts(one.text for one in self._patterns))
        named = [one for one in entries if f".{_parts(one.text)[1]}".endswith(mine)]
        return (named if mine else entries)[:_TRIED]

    def _guesses(self) -> Iterator[Named]:
        """Names by shape, those of a domain's subdomains proved where they can be."""
        for first, second, name in _UNRELATED:
            if self.beyond.takes(first) and self.beyond.takes(second):
                yield Named(name, proved=False, witness=first)
        found = list(self.shapes())
        subdomains = [shape for shape in found if shape.name is Widening.ANY_SUBDOMAIN]
        others = [shape for shape in found if shape.name is not Widening.ANY_SUBDOMAIN]
        yield from (_guessed(shape) for shape in others if shape.foreign)
        proved = [named for shape in subdomains[:2] for named in self._subdomains(shape)]
        yield from (named for named in proved if _only(named.host) in named.notes)
        yield from map(_guessed, others)
        yield from proved
        yield from map(_guessed, subdomains)

    def _subdomains(self, shape: Shape) -> Iterator[Named]:
        """Whether all of a domain's subdomains are taken, those that are allowed among them."""
        scheme, _, port = _parts(shape.witness)
        host = _quoted(shape.host)
        begin, end = f"{_quoted(scheme)}://", f"\\.{host}{_quoted(port)}"
        one = [_lens(f"{begin}{label}{end}") for label in _LABELS]
        deeper = [_lens(f"{begin}(?:{label}\\.)+{label}{end}") for label in _LABELS]
        apex = exactly(f"{scheme}://{shape.host}{port}")
        if not self._covers_one(one):
            return
        notes = []
        if self._is_empty(deeper[0] & self.taken):
            notes.append("one label deep")
        elif self._covers_one(deeper):
            notes.append("however deep")
        if self._is_empty(apex - self.beyond):
            notes.append(f"{shape.host} itself too")
        notes.append(_only(shape.host) if self._is_within(_family(host)) else "and others")
        yield Named(Widening.ANY_SUBDOMAIN, True, shape.host, shape.witness, tuple(notes))

    def _found(self) -> Iterator[Shape]:
        """One shape of a name for each host, where there is one."""
        for name, templates in _SHAPES:
            for host in self._hosts:
                texts = (
                    text
                    for scheme, port in self._forms
                    for template in templates
                    for text in fill(template, host, scheme, port)
                )
                witness = next((t for t in texts if self.valid(t) and self.beyond.takes(t)), None)
                if witness is not None:
                    yield Shape(name, host, witness)

    @cached_property
    def _forms(self) -> tuple[tuple[str, str], ...]:
        """Schemes and ports, with a colon, that occur: https first."""
        members = self.division.members(self.beyond)
        found = [(scheme, port) for scheme, _, port in map(_parts, members) if scheme]
        return tuple(dict.fromkeys((("https", ""), ("http", ""), *found)))[:_TRIED]

    def _covers(self, other: OriginSet) -> bool:
        return isinstance(self.division.emptiness(other - self.taken), Empty)

    def _covers_one(self, lenses: Iterable[OriginSet]) -> bool:
        return any(self._is_empty(lens - self.taken) for lens in lenses)

    def _is_within(self, other: OriginSet) -> bool:
        return self._is_empty(self.beyond - other)

    def _is_empty(self, one: OriginSet) -> bool:
        return isinstance(emptiness(one, self.universe, self.valid), Empty)


def _guessed(shape: Shape) -> Named:
    return Named(shape.name, False, shape.host, shape.witness)


def _only(host: str) -> str:
    return f"nothing outside {host}"


def _family(host: str) -> OriginSet:
    """`host`, quoted, and everything beneath it, of any scheme and port."""
    return _lens(f"{_SCHEME}://(?:[^:/]+\\.)?{host}\\.?{_PORT}")


def _lens(text: str) -> OriginSet:
    return of((Pattern(Dialect.RE2_FULL, text),))


def _quoted(text: str) -> str:
    """`text` in an expression of RE2; `*` is one label, as allowlists mean it."""
    plain = (char if char.isalnum() or char in "-_*" else f"\\{char}" for char in text)
    return "".join(plain).replace("*", "[^.:/]+")


def _parts(text: str) -> tuple[str, str, str]:
    """Scheme, host and port with its colon."""
    scheme, separator, rest = text.rpartition("://")
    host, colon, port = rest.rpartition(":")
    if not separator or not colon or not port.isdigit():
        return scheme, rest, ""
    return scheme, host, colon + port
