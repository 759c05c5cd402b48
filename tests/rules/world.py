"""Small worlds for the rules: hops out of core data, on one path of one route, judged."""

from collections.abc import Sequence
from datetime import date

from auditor.core.allowlist import AllowedRoute, OriginEntry, RouteMatch
from auditor.core.decision.verdict import judge_path
from auditor.core.finding import Finding, Grantor
from auditor.core.hop.behaviour import (
    Behaviour,
    Case,
    Doing,
    Respond,
    Silent,
    Step,
    Terminal,
)
from auditor.core.hop.guard import ALWAYS, PREFLIGHT, Guard, OriginIn, OriginPresent
from auditor.core.hop.header import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    CORS_NAMES,
)
from auditor.core.hop.op import Act, Literal, Op, TheOrigin, Value, remove, set_
from auditor.core.language.pattern import Dialect, Pattern, exact
from auditor.core.link.route import RequestPath, Route
from auditor.core.link.walk import Link, Placed, Way
from auditor.core.reading import ANY_PATH, Hop, Layer, PathCase, Remedy, Where
from rules.rule import NotEvaluated, Rule, View

TODAY = date(2026, 11, 22)
HOST = "api.example.com"
APP = "https://app.example.com"
OLD = "https://old-portal.example.com"
EVIL = "https://evil-example.com"
TENANTS = Pattern(Dialect.ALLOWLIST, "https://*.tenants.example.com")
ANY_TEXT = Pattern(Dialect.ANY, "*")
RECURSIVE = Pattern(Dialect.PCRE_SEARCH, r"^https://(a|b(?R)?)$")
"""A pattern that is not read."""
FIELD = "allow_origins"
SILENT = Silent((200,))
STRIPS: Step = (Case(ALWAYS, (remove(*CORS_NAMES),)),)


def lists(
    *entries: str | Pattern,
    credentials: bool = False,
    act: Act = Act.SET,
    owns: bool = False,
    when: Guard = ALWAYS,
    methods: str = "",
    headers: str = "",
) -> Behaviour:
    """A hop that writes its headers for the origins on its list."""
    patterns = tuple(exact(one) if isinstance(one, str) else one for one in entries)
    return writes(
        (*when, OriginIn(patterns)), TheOrigin(), credentials, act, owns, methods, headers
    )


def echoes(credentials: bool = False, methods: str = "", headers: str = "") -> Behaviour:
    """A hop that writes the origin of every request."""
    return writes((OriginPresent(),), TheOrigin(), credentials, methods=methods, headers=headers)


def constant(text: str, credentials: bool = False, act: Act = Act.SET) -> Behaviour:
    """A hop that writes the same origin, or `*`, on every answer."""
    return writes(ALWAYS, Literal(text), credentials, act)


def writes(
    when: Guard,
    value: Value,
    credentials: bool,
    act: Act = Act.SET,
    owns: bool = False,
    methods: str = "",
    headers: str = "",
) -> Behaviour:
    ops = [Op(act, (ALLOW_ORIGIN,), value, FIELD)]
    if credentials:
        ops.append(set_(ALLOW_CREDENTIALS, "true", "allow_credentials"))
    if methods:
        ops.append(set_(ALLOW_METHODS, methods, "allow_methods"))
    if headers:
        ops.append(set_(ALLOW_HEADERS, headers, "allow_headers"))
    responds = (Respond(PREFLIGHT, (204,), edited=True),) if methods or headers else ()
    strips = (STRIPS,) if owns else ()
    return Behaviour(responds, (*strips, (Case(when, tuple(ops)),)))


def hop(
    layer: Layer,
    doing: Doing,
    *,
    name: str = "",
    id: str = "",
    fields: Sequence[str] = (),
    remedies: Sequence[Remedy] = (),
    assumed: Sequence[str] = (),
    labels: Sequence[tuple[str, str]] = (),
    line: int = 7,
) -> Placed:
    """One hop with one case for every path."""
    name = name or f"{layer} hop"
    case = PathCase(ANY_PATH, doing, Silent())
    found = Hop(
        id=id or f"{layer} id",
        layer=layer,
        product="tested",
        title=name,
        where=Where(f"{layer}.yaml"),
        answers=(),
        cases=(case,),
        source="file:.",
        document=f"{layer} document",
        role=f"{layer} role",
        fields=tuple((field, Where(f"{layer}.yaml", line)) for field in fields),
        remedies=tuple(remedies),
        assumed=tuple(assumed),
        labels=tuple(labels),
    )
    return Placed(found, case)


def cdn(doing: Doing, **more: object) -> Placed:
    return hop(Layer.CDN, doing, **more)  # type: ignore[arg-type]


def gateway(doing: Doing, **more: object) -> Placed:
    return hop(Layer.GATEWAY, doing, **more)  # type: ignore[arg-type]


def app(doing: Doing, **more: object) -> Placed:
    return hop(Layer.APP, doing, **more)  # type: ignore[arg-type]


def allowed(
    *origins: str | Pattern,
    credentials: bool = True,
    methods: Sequence[str] | None = None,
    headers: Sequence[str] | None = None,
    public: bool = False,
) -> AllowedRoute:
    """What the allowlist says of the route."""
    where = Where("allowlist.yaml", 3)
    entries = tuple(
        OriginEntry(exact(one) if isinstance(one, str) else one, "team-web", where)
        for one in origins
    )
    return AllowedRoute(
        match=RouteMatch(HOST),
        entries=entries,
        credentials=credentials,
        where=where,
        public=public,
        methods=None if methods is None else frozenset(methods),
        headers=None if headers is None else frozenset(headers),
    )


def view(
    *hops: Placed,
    allow: AllowedRoute | None = None,
    end: Terminal = SILENT,
    production: bool = True,
    environment: str = "prod",
    path: str = "/v1/*",
    preflight: Sequence[Placed] | None = None,
    links: Sequence[Link] = (),
) -> View:
    """The path through `hops`, outermost first, judged against `allow`."""
    actual = Way(hops, end, tuple(links))
    way = RequestPath(actual, actual if preflight is None else Way(tuple(preflight), end))
    route = Route(environment, HOST, path, path.replace("*", "~"), ("*",), (way,), allow)
    judged = judge_path(way, HOST, route.methods, allow, TODAY)
    return View(route, way, judged, production, owner_of)


def owner_of(placed: Placed) -> str | None:
    return f"team-{placed.hop.layer}"


def only(rule: Rule, world: View) -> Finding:
    """The one finding that `rule` has in `world`."""
    results = list(rule.check(world))
    assert len(results) == 1
    assert isinstance(results[0], Finding)
    return results[0]


def reason(rule: Rule, world: View) -> str:
    """Why `rule` could not be evaluated in `world`."""
    results = list(rule.check(world))
    assert len(results) == 1
    assert isinstance(results[0], NotEvaluated)
    assert results[0].rule == rule.name
    return results[0].reason


def told(finding: Finding) -> dict[str, object]:
    """Every field of `finding` by name, but for what all findings of these worlds share."""
    fields = {name: getattr(finding, name) for name in Finding.__dataclass_fields__}
    shared = {"environment": "prod", "host": HOST, "routes": (f"{HOST}/v1/*",), "managed_by": None}
    assert {name: fields.pop(name) for name in shared} == shared
    return fields


def blamed(layer: Layer, field: str = FIELD, line: int | None = None, entry: str = "") -> Grantor:
    """The hop of `layer` and its field, as findings blame them."""
    where = Where(f"{layer}.yaml", line)
    return Grantor(layer, f"{layer} role", field, f"{layer} id", f"{layer} hop", where, entry)
