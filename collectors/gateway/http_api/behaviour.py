"""What an HTTP API does for a route: preflight answers, refusals, and the lines of its CORS.

Facts: with CORS the gateway answers preflights itself, even without an OPTIONS route (developer
guide, http-api-cors). `$default` with an authorizer catches OPTIONS too, so that a preflight is
refused unless an OPTIONS route without one comes first (the same page); that the same holds for
ANY and OPTIONS routes was reported from the field only. A path or method that no route takes is
answered 404.

The guide adds CORS headers "to the response from an integration"; whether the gateway's own 401,
403 and 404 carry them is not said. They are taken to (`ERRORS_ASSUMED`): no successful answer
depends on it, and as an `Either` it would leave every path without a route undecided.
"""

from auditor.core.hop.behaviour import TRANSPARENT, Behaviour, Doing, Either, Respond, Service
from auditor.core.hop.guard import ALWAYS, PREFLIGHT, Guard, UnknownGuard
from collectors.gateway.http_api.cors import FIELD, Cors, edits
from collectors.gateway.http_api.route import Authorization, Route

ERRORS_ASSUMED = "an HTTP API writes its CORS headers on its own 401, 403 and 404 (unverified)"
PREFLIGHT_CAUSE = "the authorizer of an ANY or OPTIONS route refuses preflights (unverified)"
EMPTY_CAUSE = "an empty CorsConfiguration counts as none (unverified)"

_AUTHORIZATION_FIELD = "Routes.AuthorizationType"
_PREFLIGHT = Respond(PREFLIGHT, (204,), edited=True, field=FIELD)
_MISSING = Respond(ALWAYS, (404,), edited=True, field="Routes")
NOWHERE = Service(Behaviour(responds=(_MISSING,)))
"""The end of a path that no route takes; never reached, since the gateway answers before it."""

# What a refused request is answered: no identity 401 or 403, an identity that may not pass 403.
_STATUSES = {
    Authorization.JWT: (401, 403),
    Authorization.IAM: (403,),
    Authorization.CUSTOM: (401, 403),
}
# A preflight carries no credentials; a Lambda authorizer may let it pass all the same.
_REFUSES_PREFLIGHT = {Authorization.JWT: (401,), Authorization.IAM: (403,)}


def routed(cors: Cors | None, route: Route) -> Doing:
    """Return what the gateway does where `route` takes the request."""
    if cors == Cors():
        return Either(EMPTY_CAUSE, (routed(None, route), _routed(cors, route)))
    return _routed(cors, route)


def unrouted(cors: Cors | None) -> Doing:
    """Return what the gateway does where no route takes the request."""
    if cors is None:
        return Behaviour(responds=(_MISSING,))
    owning = Behaviour(responds=(_PREFLIGHT, _MISSING), edits=edits(cors))
    return Either(EMPTY_CAUSE, (unrouted(None), owning)) if cors == Cors() else owning


def _routed(cors: Cors | None, route: Route) -> Behaviour:
    refusals: tuple[Respond, ...] = ()
    if route.authorization is not Authorization.NONE:
        statuses = _STATUSES[route.authorization]
        refusals = (_refusal(ALWAYS, statuses, certain=False),)
    before = _preflight_refusals(cors, route)
    if cors is None:
        return Behaviour(responds=before + refusals) if refusals else TRANSPARENT
    return Behaviour(responds=(*before, _PREFLIGHT, *refusals), edits=edits(cors))


def _preflight_refusals(cors: Cors | None, route: Route) -> tuple[Respond, ...]:
    if route.authorization is Authorization.NONE or not route.takes_options:
        return ()
    # Without CORS the gateway treats OPTIONS as any request; with it only $default is documented.
    documented = cors is None or not route.path
    when: Guard = PREFLIGHT if documented else (UnknownGuard(PREFLIGHT_CAUSE), *PREFLIGHT)
    certain = route.authorization in _REFUSES_PREFLIGHT
    if cors is None and not certain:
        return ()
    statuses = _REFUSES_PREFLIGHT.get(route.authorization, (401, 403))
    return (_refusal(when, statuses, certain=certain),)


def _refusal(when: Guard, statuses: tuple[int, ...], *, certain: bool) -> Respond:
    return Respond(when, statuses, certain=certain, edited=True, field=_AUTHORIZATION_FIELD)
