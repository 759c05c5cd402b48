"""What the listener of an application load balancer does to CORS headers.

Facts, from the ELB user guide for application load balancers, "HTTP header modification", and
botocore 1.44.5 (ListenerAttribute): each attribute is one text, which the load balancer writes into
every response; it answers no preflight. They are on responses that it makes itself as well (measured
on a fixed response, July 2025: dev.classmethod.jp, alb-access-control-allow-origin-used-fixed-response).
Not verified: whether a header that the target sent as well is replaced or kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from auditor.core.hop.behaviour import TRANSPARENT, Behaviour, Case, Doing, Either, UnreadBehaviour
from auditor.core.hop.guard import ALWAYS
from auditor.core.hop.header import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    EXPOSE_HEADERS,
    MAX_AGE,
)
from auditor.core.hop.op import set_, set_if_absent
from collectors.loadbalancer.elbv2.estate import Listener

HEADERS: Mapping[str, str] = {
    "access_control_allow_origin": ALLOW_ORIGIN,
    "access_control_allow_credentials": ALLOW_CREDENTIALS,
    "access_control_allow_methods": ALLOW_METHODS,
    "access_control_allow_headers": ALLOW_HEADERS,
    "access_control_expose_headers": EXPOSE_HEADERS,
    "access_control_max_age": MAX_AGE,
}
"""The attributes that write CORS headers, by the word that tells them apart."""

REPLACES = "whether a load balancer replaces a CORS header that its target sent as well"


def attribute_key(word: str) -> str:
    """The attribute of a word of HEADERS, as the service spells it."""
    return f"routing.http.response.{word}.header_value"


def compile_listeners(listeners: Sequence[Listener], balancer: str) -> Doing:
    """What `listeners` of the load balancer called `balancer` do, all of them the same."""
    attributes, titles = listeners[0].attributes, title_of(listeners)
    if attributes is None:
        return UnreadBehaviour(f"the attributes of {titles} of {balancer} were not read")
    written = [
        (name, attributes[attribute_key(word)], f"{titles} {word}")
        for word, name in HEADERS.items()
        if attribute_key(word) in attributes
    ]
    if not written:
        return TRANSPARENT
    replaced = tuple(set_(name, text, field) for name, text, field in written)
    kept = tuple(set_if_absent(name, text, field) for name, text, field in written)
    options = tuple(Behaviour(edits=((Case(ALWAYS, ops),),)) for ops in (replaced, kept))
    return Either(REPLACES, options)


def title_of(listeners: Sequence[Listener]) -> str:
    """How findings call `listeners`: `listener HTTPS:443`, `listeners HTTP:80, HTTPS:443`."""
    word = "listener" if len(listeners) == 1 else "listeners"
    return f"{word} {', '.join(one.title for one in listeners)}"


def alike(listeners: Sequence[Listener]) -> list[list[Listener]]:
    """`listeners` in groups that do the same."""
    groups: dict[str, list[Listener]] = {}
    for one in listeners:
        known = None if one.attributes is None else sorted(one.attributes.items())
        groups.setdefault(repr(known), []).append(one)
    return list(groups.values())
