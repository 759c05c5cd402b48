"""The path cases of one stage: what it does for each path and method, and where it sends them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.core.hop.behaviour import Doing, Mix, Silent, UnreadBehaviour, UnreadEnd
from auditor.core.hop.guard import StatusIn
from auditor.core.reading import ANY_PATH, HostSent, PathCase, PathMatch
from collectors.answers.fields import flag, text
from collectors.gateway.rest_api.behaviour import NOWHERE, Surroundings, missing, taken
from collectors.gateway.rest_api.estate import Api, Stage, part_name
from collectors.gateway.rest_api.gateway_response import GatewayResponses
from collectors.gateway.rest_api.integration import host_name, host_sent, joined, target
from collectors.gateway.rest_api.integration_response import copies_inner, selection
from collectors.gateway.rest_api.kind import COMMANDS, Kind
from collectors.gateway.rest_api.method import (
    ANY_METHOD,
    Integration,
    IntegrationType,
    Method,
    Resource,
)
from collectors.gateway.rest_api.precedence import in_precedence
from collectors.gateway.target import Target, unread

CANARY_CAUSE = (
    "a canary serves another deployment than its stage, and which is the working copy is not known"
)

_PROXIES = frozenset({IntegrationType.HTTP_PROXY, IntegrationType.AWS_PROXY})
_ALL_METHODS = "*/*"
_GET = "GET"


def unread_case(api: Api, kind: Kind) -> PathCase:
    """Return the case of an API of which the part `kind` was not read."""
    cause = _cause(api, kind)
    return PathCase(ANY_PATH, UnreadBehaviour(cause), UnreadEnd(cause))


def stage_cases(api: Api, stage: Stage) -> Iterator[PathCase]:
    """Give the cases of `stage` in the service's order of precedence."""
    if api.resources is None:
        yield unread_case(api, Kind.RESOURCES)
        return
    reader = _Reader(api, stage)
    for one in in_precedence(api.resources):
        if one.resource is None:
            yield reader.refused(one.match)
        else:
            yield from reader.resource(one.match, one.resource)
    yield reader.refused(ANY_PATH)


def _cause(api: Api, kind: Kind) -> str:
    command = COMMANDS[kind].format(key=api.id)
    return f"the {part_name(kind)} of REST API {api.id} were not read ({command})"


class _Reader:
    """One stage; equal behaviours become one object, since most methods of an API are alike."""

    def __init__(self, api: Api, stage: Stage) -> None:
        body = api.document.body
        cause = _cause(api, Kind.GATEWAY_RESPONSES)
        self._api = api
        self._stage = stage
        self._around = Surroundings(
            GatewayResponses(api.gateway_responses, stage.variables, cause),
            all_types_binary=flag(body, "allTypesBinary"),
            key_in_header=text(body, "apiKeySource") != "AUTHORIZER",
            has_policy=flag(body, "hasPolicy"),
            has_web_acl=stage.has_web_acl,
        )
        self._cached = {_plain_key(name): on for name, on in (stage.cached or {}).items()}
        self._shared: dict[Doing, Doing] = {}
        self._nowhere = self._released(missing(self._around))

    def refused(self, match: PathMatch) -> PathCase:
        return PathCase(match, self._nowhere, NOWHERE, title="no resource")

    def resource(self, match: PathMatch, resource: Resource) -> Iterator[PathCase]:
        for method in resource.methods:
            stored = self._stores(resource.path, method.verb)
            if method.verb != ANY_METHOD:
                yield self._case(match, (resource, method), method.verb, stored=stored)
                continue
            if self._stores(resource.path, _GET) and not stored:
                yield self._case(match, (resource, method), _GET, stored=True)
            yield self._case(match, (resource, method), None, stored=stored)

    def _case(
        self, match: PathMatch, at: tuple[Resource, Method], verb: str | None, *, stored: bool
    ) -> PathCase:
        resource, method = at
        doing = self._released(taken(method, self._around, cached=stored))
        found = self._target(resource.path, method)
        return PathCase(
            match,
            doing,
            found.to,
            None if verb is None else frozenset({verb}),
            found.strip,
            found.add,
            title=f"{method.verb} {resource.path}",
            host=HostSent.UNKNOWN if method.integration is None else host_sent(method.integration),
            host_name=""
            if method.integration is None
            else host_name(method.integration, self._stage.variables),
        )

    def _released(self, doing: Doing) -> Doing:
        canary = self._stage.canary
        if canary is not None and canary.other_deployment:
            doing = Mix(CANARY_CAUSE, (doing, UnreadBehaviour(CANARY_CAUSE)))
        return self._shared.setdefault(doing, doing)

    def _target(self, path: str, method: Method) -> Target:
        integration = method.integration
        if integration is None:
            return unread(f"{method.verb} {path} has no integration that is known")
        if integration.type is IntegrationType.MOCK:
            return Target(Silent())
        if integration.type not in _PROXIES and not copies_inner(integration):
            return Target(_replaced(integration))
        found = self._sent(path, integration, self._stage.variables)
        if self._stage.canary is None:
            return found
        variables = {**self._stage.variables, **self._stage.canary.variables}
        return joined(found, self._sent(path, integration, variables))

    def _sent(self, path: str, integration: Integration, variables: Mapping[str, str]) -> Target:
        return target(integration, path, variables, self._api.links)

    def _stores(self, path: str, verb: str) -> bool:
        own = self._cached.get(_plain_key(f"{path}/{verb}"))
        return own if own is not None else verb == _GET and self._cached.get(_ALL_METHODS, False)


def _replaced(integration: Integration) -> Silent:
    """The end behind an integration of whose answers nothing comes out: the status of the usual
    response stands for what OPTIONS is answered."""
    selected = selection(integration)
    usual = next((response.status for when, response in selected if not when), None)
    taken_before = any(
        isinstance(term, StatusIn) and usual in term.statuses
        for when, _ in selected
        for term in when
    )
    return Silent() if usual is None or taken_before else Silent((usual,))


def _plain_key(name: str) -> str:
    """A key of a stage's method settings without the spellings of its path (`~1orders/GET`)."""
    return name.replace("~1", "/").lstrip("/")
