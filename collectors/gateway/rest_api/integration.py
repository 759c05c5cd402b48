"""Where a REST API sends a request: the name behind an integration, and the path it gets there.

Facts (developer guide): a proxy integration passes request and response on, and is itself no
integration response (how-to-cors); `{name}` in the URI is a path variable of the integration,
mapped from one of the method (request-response-data-mappings); the stage's name is not sent on
(setup-http-integrations); a VPC link leads to the load balancers that it was made for, a newer one
names the balancer in `integrationTarget` (botocore 1.44.5, VpcLink.targetArns and Integration).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.core.reading import HostSent
from collectors.gateway.rest_api.method import Integration, IntegrationType
from collectors.gateway.target import (
    STAGE_VARIABLE,
    Target,
    function_name,
    host_and_path,
    prefix_change,
    segments,
    substituted,
    unread,
    variables_in,
)

HOST_ASSUMED = "a private integration sends the host of its URI as the Host header"

Links = Mapping[str, tuple[str, ...]]
"""VPC links and the ARNs of the load balancers behind them, by the link's id."""


def target(
    integration: Integration, path: str, variables: Mapping[str, str], links: Links | None
) -> Target:
    """Return where a proxy `integration` sends what the resource at `path` took.

    `variables`: the stage variables that are known; `links` None: the VPC links were not read.
    """
    address = substituted(integration.uri, variables)
    if STAGE_VARIABLE in address:
        return unread(f"{address!r} needs a stage variable that was not read")
    if integration.type in {IntegrationType.AWS, IntegrationType.AWS_PROXY}:
        name = function_name(address)
        return Target((name,)) if name else unread(f"the service at {address!r} is not read")
    host, sent = host_and_path(address)
    if integration.private:
        names = _balancers(integration, variables, links)
        if not isinstance(names, tuple):
            return names
        sent = sent if host else ""
    elif host:
        names = (f"host:{host}",)
    else:
        return unread(f"{address!r} is not a URL with a host")
    return _rewritten(names, _renamed(sent or "/", integration), path)


def host_sent(integration: Integration) -> HostSent:
    """Return what Host header the integration sends: a public one that of its URI (overwritten:
    developer guide, api-gateway-known-issues)."""
    is_public = integration.type is IntegrationType.HTTP_PROXY and not integration.private
    return HostSent.TARGET if is_public else HostSent.UNKNOWN


def host_name(integration: Integration, variables: Mapping[str, str]) -> str:
    """Return the host that a private integration names in its URI, which is where the Host header comes
    from (`HOST_ASSUMED`); empty where it names none."""
    address = substituted(integration.uri, variables)
    if not integration.private or STAGE_VARIABLE in address:
        return ""
    return host_and_path(address)[0].partition(":")[0]


def joined(first: Target, second: Target) -> Target:
    """Return the target of requests of which some go to `first` and some to `second`."""
    if first == second:
        return first
    same_path = (first.strip, first.add) == (second.strip, second.add)
    if same_path and isinstance(first.to, tuple) and isinstance(second.to, tuple):
        return Target((*first.to, *second.to), first.strip, first.add)
    return unread("the canary of this stage sends requests elsewhere")


def used_variables(integrations: Iterable[Integration]) -> frozenset[str]:
    """Return the names of the stage variables that `integrations` use."""
    found: set[str] = set()
    for one in integrations:
        found |= variables_in(one.uri + one.link + one.balancer)
    return frozenset(found)


def _balancers(
    integration: Integration, variables: Mapping[str, str], links: Links | None
) -> tuple[str, ...] | Target:
    if integration.balancer:
        return (substituted(integration.balancer, variables),)
    link = substituted(integration.link, variables)
    found = (links or {}).get(link)
    return found if found else unread(f"the VPC link {link!r} was not read")


def _renamed(path: str, integration: Integration) -> str:
    """`path` with its variables called as the resource calls them."""
    names = dict(integration.path_names)
    return "/".join(
        f"{{{names.get(part[1:-1].removesuffix('+'), part[1:-1] + ' not mapped')}}}"
        if part.startswith("{") and part.endswith("}")
        else part
        for part in path.split("/")
    )


def _rewritten(names: tuple[str, ...], sent: str, path: str) -> Target:
    ends = prefix_change(segments(path), segments(sent))
    if ends is None:
        return unread(f"the path {sent!r} at {', '.join(names)} cannot be followed from {path}")
    strip, add = ends
    return Target(names, strip=strip, add=add)
