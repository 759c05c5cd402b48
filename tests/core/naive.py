"""A second, deliberately naive evaluator of paths: the reference for property tests.

Written from the design's words, not from the engine. A request is a dict, an answer a dict with a
list of lines; `answers` returns every answer that may come, as a list. What is not known is read
from a world, a dict that grows by one key whenever something is missing (`in_every_world`), and
what nobody read is tried with more values than the engine tries.
"""

from itertools import product
from typing import Any

from auditor.core.hop import behaviour as b
from auditor.core.hop import guard as g
from auditor.core.hop import op as o
from tests.core.naive_match import takes
from tests.core.naive_worlds import World, known

Request = dict[str, Any]
Answer = dict[str, Any]

ORIGIN, CREDENTIALS = "access-control-allow-origin", "access-control-allow-credentials"
METHODS, HEADERS = "access-control-allow-methods", "access-control-allow-headers"


def request(method: str, origin: str | None, **more: Any) -> Request:
    return {"method": method, "origin": origin, "asks": None, "names": None, "has": set()} | more


class Path:
    """A chain in one world, for one asking origin; `stored`: requests that came before; `wished`: the
    request as the browser sent it, of which hops on the way may drop what it asks for."""

    def __init__(
        self,
        chain: Any,
        world: World,
        asker: str | None,
        *,
        statuses: list[int],
        stored: list[Request],
        transparent: bool = False,
        copied: list[str] | None = None,
        memo: dict[Any, Any] | None = None,
        wished: Request | None = None,
    ) -> None:
        self.hops = list(chain.doings)
        self.end = chain.terminal
        self.host = chain.host
        self.world, self.asker, self.statuses, self.stored = world, asker, statuses, stored
        self.transparent = transparent
        self.copied: list[str] = copied or []
        self.wished = wished
        self.memo: dict[Any, Any] = {} if memo is None else memo
        self.about = (frozenset(world.items()), asker)

    def answers(self, at: int, asked: Request) -> list[Answer]:
        """Every answer that may come from the hop at `at` and all behind it."""
        key = (self.about, at, *frozen(asked))
        if key not in self.memo:
            self.memo[key] = distinct(self.fresh(at, asked))
        found: list[Answer] = self.memo[key]
        return found

    def fresh(self, at: int, asked: Request) -> list[Answer]:
        if at < len(self.hops):
            return self.hop(at, self.hops[at], asked)
        match self.end:
            case b.Service(doing=doing) if at == len(self.hops):
                return self.hop(at, doing, asked)
            case b.UnreadEnd(cause=cause) if at == len(self.hops):
                return self.silent(at, [200], asked) if self.transparent else self.any(cause, asked)
            case b.Silent(options=options):
                return self.silent(at, list(options), asked)
        return self.silent(len(self.hops), [200, 405], asked)

    def silent(self, at: int, options: list[int], asked: Request) -> list[Answer]:
        if asked["method"] == "OPTIONS":
            return [answer(known(self.world, ("options", at), options))]
        return [answer(status, usual=status < 400) for status in self.statuses]

    def any(self, cause: str, asked: Request) -> list[Answer]:
        """One answer out of very many: nobody read what answers here."""
        key = ("any", cause, asked["origin"], asked["method"])
        methods: list[str | None] = [None]
        names: list[str | None] = [None]
        statuses = self.statuses
        if asked["method"] == "OPTIONS":
            methods = [None, "?", "PUT", *self.all_of("asks", asked)]
            names = [None, "?", *self.all_of("names", asked)]
            statuses = [*self.statuses, 204, 403]
        seen = [[None, "*", "?", asked["origin"]] for _ in self.copied]
        pick = (self.allowed(asked), [None, "true", "?"], methods, names, *seen)
        chosen = known(self.world, key, list(product(*pick)))
        status = known(self.world, ("any", cause, asked["method"]), statuses)
        written = zip((ORIGIN, CREDENTIALS, METHODS, HEADERS, *self.copied), chosen, strict=True)
        lines = [(name, value) for name, value in written if value is not None]
        return [answer(status, lines, usual=status < 400)]

    def all_of(self, part: str, asked: Request) -> list[str]:
        """Lists that hold all that is asked for, here or by the browser."""
        found = [one[part] for one in (asked, self.wished) if one is not None and one[part]]
        texts = [one if isinstance(one, str) else ",".join(one) for one in found]
        return list(dict.fromkeys(texts)) or ["x"]

    def allowed(self, asked: Request) -> list[str | None]:
        found = [None, asked["origin"], self.asker, "*", "?", "https://else.test"]
        return list(dict.fromkeys(found))

    def hop(self, at: int, doing: Any, asked: Request) -> list[Answer]:
        match doing:
            case b.Either(cause=cause, options=options):
                chosen = known(self.world, ("either", cause), list(options))
                return self.hop(at, chosen, asked)
            case b.Mix(options=options):
                return [one for option in options for one in self.hop(at, option, asked)]
            case b.UnreadBehaviour(cause=cause):
                if self.transparent:
                    return self.answers(at + 1, asked)
                return self.any(cause, asked)
        found: list[Answer] = []
        for respond in doing.responds:
            if self.holds(respond.when, asked, None):
                found += self.own(doing, respond, asked)
                if respond.certain:
                    return found
        for inner in self.within(at, doing, asked):
            found.append(self.edited(doing, asked, inner))
        return found

    def own(self, doing: Any, respond: Any, asked: Request) -> list[Answer]:
        found = []
        for status in respond.statuses:
            alone = asked["method"] == "OPTIONS" and len(respond.statuses) == 1
            usual = respond.certain and (status < 400 or alone)
            made = answer(status, usual=usual)
            made = self.written(respond.ops, asked, made, made)
            found.append(self.edited(doing, asked, made) if respond.edited else made)
        return found

    # -- caches ----------------------------------------------------------------------------------

    def within(self, at: int, doing: Any, asked: Request) -> list[Answer]:
        """What comes from behind this hop: fresh, or stored for an earlier request."""
        found = list(self.answers(at + 1, passed(doing.inward, asked)))
        cache = doing.cache
        if cache is None or (asked["method"] == "OPTIONS" and not cache.stores_options):
            return found
        for earlier in self.kept(at, doing, asked):
            for one in self.answers(at + 1, passed(doing.inward, earlier)):
                varies = cache.honours_vary and not same(vary(one), earlier, asked)
                if one["status"] in cache.statuses and not varies:
                    found.append(one)
        return distinct(found)

    def kept(self, at: int, doing: Any, asked: Request) -> list[Request]:
        """The earlier requests whose answers stand where this store looks for that to `asked`."""
        if "*" in doing.cache.key:
            return []
        place = sorted(doing.cache.key)
        key = (self.about, "kept", at, id(doing))
        if key not in self.memo:
            shelves: dict[Any, list[Request]] = {}
            for earlier in self.arriving(at):
                if not self.refused(doing, earlier):
                    shelves.setdefault(shelf(earlier, place), []).append(earlier)
            self.memo[key] = shelves
        found: list[Request] = self.memo[key].get(shelf(asked, place), [])
        return found

    def arriving(self, at: int) -> list[Request]:
        """The earlier requests, as those of them that reach the hop at `at` look there."""
        key = (self.about, "arriving", at)
        if key not in self.memo:
            found = self.stored
            for doing in self.hops[:at]:
                found = [through for earlier in found for through in self.through(doing, earlier)]
            self.memo[key] = list({frozen(one): one for one in found}.values())
        arrived: list[Request] = self.memo[key]
        return arrived

    def through(self, doing: Any, earlier: Request) -> list[Request]:
        match doing:
            case b.Either(cause=cause, options=options):
                return self.through(known(self.world, ("either", cause), list(options)), earlier)
            case b.Mix(options=options):
                return [one for option in options for one in self.through(option, earlier)]
            case b.UnreadBehaviour():
                return [earlier] if self.transparent else []
        return [] if self.refused(doing, earlier) else [passed(doing.inward, earlier)]

    def refused(self, doing: Any, earlier: Request) -> bool:
        """Whether the hop itself answers `earlier`, so that nothing of it is ever stored."""
        return any(r.certain and self.holds(r.when, earlier, None) for r in doing.responds)

    # -- edits -----------------------------------------------------------------------------------

    def edited(self, doing: Any, asked: Request, inner: Answer) -> Answer:
        now = inner
        for step in doing.edits:
            for case in step:
                if self.holds(case.when, asked, now):
                    now = self.written(case.ops, asked, now, inner)
                    break
        return now

    def written(self, ops: Any, asked: Request, now: Answer, inner: Answer) -> Answer:
        lines = list(now["lines"])
        for op in ops:
            for name in op.names:
                there = [at for at, line in enumerate(lines) if line[0] == name]
                if op.act is o.Act.REMOVE:
                    lines = [line for line in lines if line[0] != name]
                    continue
                value = self.value(op.value, name, asked, inner)
                if value is None or (op.act is o.Act.SET_IF_ABSENT and there):
                    continue
                if op.act is o.Act.SET:
                    lines = [line for line in lines if line[0] != name]
                elif op.act in (o.Act.JOIN, o.Act.ADD_TOKEN) and there:
                    tokens = {t.strip().lower() for at in there for t in lines[at][1].split(",")}
                    if op.act is o.Act.JOIN or value.lower() not in tokens:
                        lines[there[-1]] = (name, lines[there[-1]][1] + ", " + value)
                    continue
                lines.append((name, value))
        return now | {"lines": lines}

    def value(self, value: Any, name: str, asked: Request, inner: Answer) -> str | None:
        match value:
            case o.Literal(text=text):
                return text
            case o.TheOrigin():
                return asked["origin"]
            case o.RequestedMethod():
                return asked["asks"]
            case o.RequestHeader(name=header):
                return header_of(asked, header)
            case o.InnerHeader(name=header):
                return ", ".join(v for n, v in inner["lines"] if n == header) or None
            case o.RequestedHeaders(within=within, ordered=ordered):
                names = [one for one in asked["names"] or [] if one in within]
                return ", ".join(sorted(names) if ordered else names) or None
        return self.unknown_value(value.cause, name, asked)

    def unknown_value(self, cause: str, name: str, asked: Request) -> str | None:
        options: list[str | None] = [None, "?", "*", "true", "origin", "PUT", ""]
        if name == ORIGIN:
            options = [*self.allowed(asked), ""]
        elif name in (METHODS, HEADERS):
            options += [*self.all_of("asks", asked), *self.all_of("names", asked)]
        return known(self.world, ("value", cause, name, asked["origin"]), options)

    # -- guards ----------------------------------------------------------------------------------

    def holds(self, guard: Any, asked: Request, now: Answer | None) -> bool:
        for term in guard:
            negated = isinstance(term, g.Not)
            if self.atom(term.atom if negated else term, asked, now) == negated:
                return False
        return True

    def atom(self, atom: Any, asked: Request, now: Answer | None) -> bool:
        match atom:
            case g.OriginIn(patterns=patterns):
                return asked["origin"] is not None and self.among(patterns, asked["origin"])
            case g.OriginPresent():
                return asked["origin"] is not None
            case g.MethodIn(methods=methods):
                return asked["method"] in methods
            case g.RequestedMethodIn(methods=methods):
                return asked["asks"] is not None and (methods is None or asked["asks"] in methods)
            case g.RequestedHeadersWithin(names=names):
                return all(one in names for one in asked["names"] or [])
            case g.RequestHeaderPresent(name=name):
                return header_of(asked, name) is not None
            case g.StatusIn(statuses=statuses):
                return now is not None and now["status"] in statuses
            case g.ResponseHeaderPresent(name=name):
                return now is not None and any(line[0] == name for line in now["lines"])
        return bool(known(self.world, ("guard", atom.cause), [False, True]))

    def among(self, patterns: Any, origin: str) -> bool:
        verdicts = [(pattern, takes(pattern, origin, self.host)) for pattern in patterns]
        if any(verdict for _, verdict in verdicts):
            return True
        unread = [pattern for pattern, verdict in verdicts if verdict is None]
        asked = [known(self.world, ("pattern", str(p), origin), [False, True]) for p in unread]
        return any(asked)


def answer(status: int, lines: list[tuple[str, str]] | None = None, usual: bool = True) -> Answer:
    return {"status": status, "lines": lines or [], "usual": usual}


def distinct(found: list[Answer]) -> list[Answer]:
    return list({(a["status"], a["usual"], *a["lines"]): a for a in found}.values())


def frozen(asked: Request) -> tuple[Any, ...]:
    """A request as a key."""
    names = None if asked["names"] is None else tuple(asked["names"])
    return asked["method"], asked["origin"], asked["asks"], names, frozenset(asked["has"])


def header_of(asked: Request, name: str) -> str | None:
    special = {
        "origin": asked["origin"],
        "access-control-request-method": asked["asks"],
        "access-control-request-headers": asked["names"] and ",".join(asked["names"]),
    }
    return special[name] if name in special else ("present" if name in asked["has"] else None)


def passed(inward: Any, asked: Request) -> Request:
    further = dict(asked)
    if isinstance(inward.origin, o.Literal):
        further["origin"] = inward.origin.text
    elif inward.origin is b.Forward.DROP:
        further["origin"] = None
    if inward.requested is b.Forward.DROP:
        further |= {"asks": None, "names": None}
    return further


def shelf(asked: Request, place: list[str]) -> tuple[Any, ...]:
    return asked["method"], *(header_of(asked, name) for name in place)


def same(names: Any, earlier: Request, asked: Request) -> bool:
    """Whether two requests are one to a store whose key holds `names`."""
    if "*" in names or earlier["method"] != asked["method"]:
        return False
    return all(header_of(earlier, name) == header_of(asked, name) for name in names)


def vary(one: Answer) -> set[str]:
    return {t.strip().lower() for n, v in one["lines"] if n == "vary" for t in v.split(",")}
