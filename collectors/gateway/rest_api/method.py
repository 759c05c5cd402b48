"""Methods of a REST API: who may call them, where they lead, and what they write on answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.reading import Json
from collectors.answers.fields import flag, inner, inners, pairs, rows, text, texts
from collectors.gateway.rest_api.override import Alternative, Chain, Opaque, Overrides

ANY_METHOD = "ANY"
OPTIONS_METHOD = "OPTIONS"


class Authorization(StrEnum):
    """Who may pass (botocore 1.44.5, Method.authorizationType)."""

    NONE = "NONE"
    IAM = "AWS_IAM"
    CUSTOM = "CUSTOM"
    COGNITO = "COGNITO_USER_POOLS"


class IntegrationType(StrEnum):
    """What stands behind a method (botocore 1.44.5, IntegrationType)."""

    HTTP = "HTTP"
    AWS = "AWS"
    MOCK = "MOCK"
    HTTP_PROXY = "HTTP_PROXY"
    AWS_PROXY = "AWS_PROXY"


@dataclass(frozen=True, slots=True)
class IntegrationResponse:
    """What becomes of some answers from behind: the status, the mapped headers, the template.

    `pattern`: the expression that chooses it, empty for the default. `headers`: lower-case name and
    mapped value. `templates`: what each of its templates does that does anything.
    """

    status: int
    pattern: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    templates: tuple[Overrides | Opaque | None, ...] = ()
    undeclared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Integration:
    """Where a method leads. `origin`: the fixed Origin that is sent inwards, None: as it came.

    `path_names`: path variables of `uri` and those of the resource that they stand for.
    `request_status`: what the request template of a MOCK chooses, None when that is not known.
    """

    type: IntegrationType
    uri: str = ""
    private: bool = False
    link: str = ""
    balancer: str = ""
    passthrough: str = ""
    handling: str = ""
    origin: str | None = None
    path_names: tuple[tuple[str, str], ...] = ()
    request_status: int | None = None
    has_template: bool = False
    has_templates: bool = False
    overrides_early: bool = False
    cache_keys: tuple[str, ...] = ()
    responses: tuple[IntegrationResponse, ...] = ()

    @property
    def invokes_function(self) -> bool:
        """Whether a Lambda function is behind it, whose errors the patterns of responses match."""
        return ":lambda:path/" in self.uri


@dataclass(frozen=True, slots=True)
class Method:
    """One method of a resource; `integration` None: it has none, or one of an unknown type."""

    verb: str
    authorization: Authorization = Authorization.NONE
    needs_key: bool = False
    validated: bool = False
    integration: Integration | None = None

    @property
    def takes_options(self) -> bool:
        """Whether OPTIONS requests can arrive at this method."""
        return self.verb in {ANY_METHOD, OPTIONS_METHOD}


@dataclass(frozen=True, slots=True)
class Resource:
    """One path that has methods, sorted by verb with ANY last; `index`: where its document has it."""

    path: str
    methods: tuple[Method, ...]
    index: int = 0


def parse_resources(body: Mapping[str, Json]) -> tuple[Resource, ...]:
    """Return the resources of a document of kind RESOURCES, in its order."""
    return tuple(
        Resource(text(row, "path"), _methods(inners(row, "methods")), index)
        for index, row in enumerate(rows(body, "Resources"))
    )


def _methods(by_verb: Mapping[str, Mapping[str, Json]]) -> tuple[Method, ...]:
    found = (_method(verb, body) for verb, body in by_verb.items())
    return tuple(sorted(found, key=lambda method: (method.verb == ANY_METHOD, method.verb)))


def _method(verb: str, body: Mapping[str, Json]) -> Method:
    name = text(body, "authorizationType")
    # An authorization that is not known is read as one that may refuse anything: CUSTOM.
    authorization = Authorization(name) if name in set(Authorization) else Authorization.CUSTOM
    return Method(
        verb,
        authorization if name else Authorization.NONE,
        flag(body, "apiKeyRequired"),
        flag(body, "validated"),
        _integration(inner(body, "integration"), tuple(_responses(body))),
    )


def _integration(
    body: Mapping[str, Json], responses: tuple[IntegrationResponse, ...]
) -> Integration | None:
    kind, status = text(body, "type"), body.get("requestStatus")
    if kind not in set(IntegrationType):
        return None
    return Integration(
        type=IntegrationType(kind),
        uri=text(body, "uri"),
        private=text(body, "connectionType") == "VPC_LINK",
        link=text(body, "connectionId"),
        balancer=text(body, "integrationTarget"),
        passthrough=text(body, "passthroughBehavior"),
        handling=text(body, "contentHandling"),
        origin=text(body, "origin") if body.get("origin") is not None else None,
        path_names=tuple(pairs(body, "pathNames").items()),
        request_status=status if isinstance(status, int) else None,
        has_template=flag(body, "requestTemplate"),
        has_templates=flag(body, "requestTemplates"),
        overrides_early=flag(body, "requestOverrides"),
        cache_keys=texts(body, "cacheKeyParameters"),
        responses=responses,
    )


def _responses(body: Mapping[str, Json]) -> Iterator[IntegrationResponse]:
    for row in rows(body, "responses"):
        status = text(row, "statusCode")
        if status.isascii() and status.isdecimal() and len(status) == 3:
            yield IntegrationResponse(
                int(status),
                text(row, "selectionPattern"),
                tuple(pairs(row, "headers").items()),
                tuple(_template(one) for one in _listed(row, "overrides")),
                texts(row, "undeclared"),
            )


def _template(done: Json) -> Overrides | Opaque | None:
    if not isinstance(done, dict):
        return None
    if cause := text(done, "unread"):
        return Opaque(cause, texts(done, "names"))
    chains = tuple(_chain(chain) for chain in _listed(done, "chains"))
    return Overrides(chains, flag(done, "shadowed"), flag(done, "oneCase"))


def _chain(chain: Json) -> Chain:
    found = chain if isinstance(chain, list) else []
    return tuple(_alternative(one) for one in found if isinstance(one, dict))


def _alternative(body: Mapping[str, Json]) -> Alternative:
    headers = tuple(
        (name, value if isinstance(value, str) else None)
        for name, value in inner(body, "headers").items()
    )
    if body.get("origins") is None:
        return Alternative(None, headers)
    patterns = (
        Pattern(Dialect(str(pair[0])), str(pair[1]))
        for pair in _listed(body, "origins")
        if isinstance(pair, list) and len(pair) == 2
    )
    return Alternative(tuple(patterns), headers)


def _listed(body: Mapping[str, Json], key: str) -> list[Json]:
    value = body.get(key)
    return value if isinstance(value, list) else []
