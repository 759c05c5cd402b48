"""What a REST API does with the requests to one method.

Facts (developer guide): a proxy integration passes answers as they are, so that the CORS of the
method is the backend's (how-to-cors); a MOCK answers by itself (how-to-mock-integration); every
other integration's answer is replaced (`integration_response`). A payload without a template that
may not pass is answered 415 (integration-passthrough-behaviors). A cache stores answers by the
parameters in its key alone, for GET unless a method says otherwise (api-gateway-caching). A
preflight carries no credentials (Fetch), so that an authorizer that looks in a header, IAM and a
required API key refuse it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from auditor.core.hop.behaviour import (
    Behaviour,
    Cache,
    Doing,
    Either,
    Inward,
    Respond,
    Service,
    UnreadBehaviour,
)
from auditor.core.hop.guard import ALWAYS, PREFLIGHT, StatusIn, UnknownGuard
from auditor.core.hop.op import Literal
from collectors.gateway.rest_api.gateway_response import Failure, GatewayResponses
from collectors.gateway.rest_api.integration_response import (
    Selected,
    chosen,
    field_of,
    mapped_ops,
    overriding,
    replacing,
    selection,
)
from collectors.gateway.rest_api.method import (
    Authorization,
    Integration,
    IntegrationResponse,
    IntegrationType,
    Method,
)

CUSTOM_CAUSE = "the Lambda authorizer of a REST API refuses preflights (authorizers are not read)"
TEMPLATE_CAUSE = "a MOCK integration without a request template for JSON answers 500 (unverified)"
BINARY_CAUSE = (
    "with */* among its binary types an API fails MOCK methods without CONVERT_TO_TEXT (unverified)"
)
EARLY_CAUSE = "a request template overrides the response, which is not read"

AUTHORIZATION_FIELD = "authorizationType"
KEY_FIELD = "apiKeyRequired"

_HEADER = "method.request.header."
_DENIALS = {
    Authorization.NONE: (),
    Authorization.IAM: (
        Failure.MISSING_AUTHENTICATION_TOKEN,
        Failure.ACCESS_DENIED,
        Failure.EXPIRED_TOKEN,
        Failure.INVALID_SIGNATURE,
    ),
    Authorization.COGNITO: (Failure.UNAUTHORIZED, Failure.ACCESS_DENIED),
    Authorization.CUSTOM: (
        Failure.UNAUTHORIZED,
        Failure.ACCESS_DENIED,
        Failure.AUTHORIZER_FAILURE,
        Failure.AUTHORIZER_CONFIGURATION_ERROR,
    ),
}

NOWHERE = Service(Behaviour(responds=(Respond(ALWAYS, (403,)),)))
"""The end of a path that no method takes; never reached, since the gateway answers before it."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What of an API and a stage bears on every method: the answers of the gateway itself, and
    whether a policy or a web ACL can refuse requests.

    `key_in_header`: API keys are sent by the client, not by an authorizer.
    """

    answers: GatewayResponses
    all_types_binary: bool = False
    key_in_header: bool = True
    has_policy: bool = False
    has_web_acl: bool = False


def missing(around: Surroundings) -> Behaviour:
    """Return what is answered where no resource or method takes the request."""
    failure = Failure.MISSING_AUTHENTICATION_TOKEN
    return Behaviour(responds=(around.answers.certain(ALWAYS, failure, "resources"),))


def taken(method: Method, around: Surroundings, *, cached: bool) -> Doing:
    """Return what the API does with requests to `method`; `cached`: the stage stores its answers."""
    integration = method.integration
    if integration is None:
        return UnreadBehaviour("a method without an integration that is known")
    refusals = (*_refusals(method, around), *_mishaps(method, integration, around))
    match integration.type:
        case IntegrationType.MOCK:
            return _mocked(method, integration, around, refusals)
        case IntegrationType.HTTP_PROXY | IntegrationType.AWS_PROXY:
            passing = Behaviour(responds=refusals)
        case IntegrationType.HTTP | IntegrationType.AWS:
            if integration.overrides_early:
                return UnreadBehaviour(EARLY_CAUSE)
            chosen_for, variables = selection(integration), around.answers.variables
            failed = around.answers.answer(Failure.API_CONFIGURATION_ERROR).ops
            step = replacing(chosen_for, method.verb, variables, failed)
            passing = Behaviour(refusals, (step, *overriding(chosen_for, method.verb)))
        case _:
            assert_never(integration.type)
    if integration.origin is not None:
        passing = replace(passing, inward=Inward(Literal(integration.origin)))
    return replace(passing, cache=_cache(integration)) if cached else passing


def _mocked(
    method: Method, integration: Integration, around: Surroundings, refusals: tuple[Respond, ...]
) -> Doing:
    if integration.overrides_early:
        return UnreadBehaviour(EARLY_CAUSE)
    failed = around.answers.certain(ALWAYS, Failure.API_CONFIGURATION_ERROR, "integration")
    broken = Behaviour(responds=(*refusals, failed))
    if not integration.has_template and _may_not_pass(integration):
        refused = around.answers.certain(ALWAYS, Failure.UNSUPPORTED_MEDIA_TYPE, "requestTemplates")
        return Behaviour(responds=(*refusals, refused))
    responses = tuple(_reachable(integration))
    answering = Behaviour(
        (*refusals, *_answers(responses, method, around), *(() if responses else (failed,))),
        overriding(_by_own_status(responses), method.verb),
    )
    if around.all_types_binary and integration.handling != "CONVERT_TO_TEXT":
        return Either(BINARY_CAUSE, (broken, answering))
    if not integration.has_template:
        return Either(TEMPLATE_CAUSE, (broken, answering))
    return answering


def _may_not_pass(integration: Integration) -> bool:
    """Whether a request for which no template stands is refused instead of passed on."""
    behaviour = integration.passthrough
    return behaviour == "NEVER" or (behaviour == "WHEN_NO_TEMPLATES" and integration.has_templates)


def _reachable(integration: Integration) -> Iterator[IntegrationResponse]:
    """The responses that a MOCK can give, the usual one last."""
    if integration.request_status is not None:
        found = chosen(integration, integration.request_status)
        yield from () if found is None else (found,)
        return
    yield from (one for one in integration.responses if one.pattern)
    yield from (one for one in integration.responses if not one.pattern)


def _answers(
    responses: tuple[IntegrationResponse, ...], method: Method, around: Surroundings
) -> Iterator[Respond]:
    for response in responses:
        yield Respond(
            ALWAYS,
            (response.status,),
            mapped_ops(response, method.verb, around.answers.variables),
            certain=response is responses[-1],
            edited=True,
            field=field_of(method.verb, response, "statusCode"),
        )


def _by_own_status(responses: tuple[IntegrationResponse, ...]) -> tuple[Selected, ...]:
    if len(responses) == 1:
        return ((ALWAYS, responses[0]),)
    return tuple(((StatusIn(frozenset({one.status})),), one) for one in responses)


def _refusals(method: Method, around: Surroundings) -> Iterator[Respond]:
    """Who may not pass: preflights for certain, other requests now and then."""
    answers = around.answers
    if method.takes_options:
        match method.authorization:
            case Authorization.IAM:
                failure = Failure.MISSING_AUTHENTICATION_TOKEN
                yield answers.certain(PREFLIGHT, failure, AUTHORIZATION_FIELD)
            case Authorization.COGNITO:
                yield answers.certain(PREFLIGHT, Failure.UNAUTHORIZED, AUTHORIZATION_FIELD)
            case Authorization.CUSTOM:
                when = (UnknownGuard(CUSTOM_CAUSE), *PREFLIGHT)
                yield answers.certain(when, Failure.UNAUTHORIZED, AUTHORIZATION_FIELD)
            case Authorization.NONE:
                pass
        # A key that an authorizer gives may come with a preflight as well.
        if method.needs_key and (
            around.key_in_header or method.authorization is not Authorization.CUSTOM
        ):
            yield answers.certain(PREFLIGHT, Failure.INVALID_API_KEY, KEY_FIELD)


def _mishaps(method: Method, integration: Integration, around: Surroundings) -> tuple[Respond, ...]:
    """What the gateway answers now and then in place of the method."""
    found = [*_DENIALS[method.authorization], Failure.THROTTLED]
    if method.needs_key:
        found += [Failure.INVALID_API_KEY, Failure.QUOTA_EXCEEDED]
    if method.validated:
        found += [Failure.BAD_REQUEST_BODY, Failure.BAD_REQUEST_PARAMETERS]
    if around.has_policy:
        found.append(Failure.ACCESS_DENIED)
    if around.has_web_acl:
        found.append(Failure.WAF_FILTERED)
    if integration.type in {IntegrationType.HTTP, IntegrationType.AWS} and (
        integration.passthrough in {"NEVER", "WHEN_NO_TEMPLATES"}
    ):
        found.append(Failure.UNSUPPORTED_MEDIA_TYPE)
    if integration.type is not IntegrationType.MOCK:
        found += [
            Failure.REQUEST_TOO_LARGE,
            Failure.API_CONFIGURATION_ERROR,
            Failure.INTEGRATION_FAILURE,
            Failure.INTEGRATION_TIMEOUT,
        ]
    return around.answers.sometimes(dict.fromkeys(found))


def _cache(integration: Integration) -> Cache:
    keys = (key.removeprefix(_HEADER) for key in integration.cache_keys if key.startswith(_HEADER))
    return Cache(frozenset(key.lower() for key in keys), honours_vary=False)
