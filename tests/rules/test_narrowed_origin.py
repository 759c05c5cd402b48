"""`narrowed-origin`: the hop that blocks a trusted origin, and the step at which browsers stop."""

import pytest

from auditor.core.finding import Certainty, Severity
from auditor.core.hop.behaviour import (
    Behaviour,
    Forward,
    Inward,
    Respond,
    UnreadEnd,
)
from auditor.core.hop.guard import PREFLIGHT
from auditor.core.hop.header import ALLOW_CREDENTIALS, ALLOW_ORIGIN
from auditor.core.hop.op import Act
from auditor.core.language.membership import unread_cause
from auditor.core.link.walk import Placed
from auditor.core.reading import Layer
from rules.narrowed_origin import RULE
from tests.rules.world import (
    APP,
    FIELD,
    HOST,
    OLD,
    RECURSIVE,
    STRIPS,
    allowed,
    app,
    blamed,
    cdn,
    constant,
    gateway,
    lists,
    only,
    reason,
    told,
    view,
)

READS = allowed(APP, credentials=False)


def test_the_gateway_owns_and_lacks_an_origin() -> None:
    world = view(gateway(lists(OLD, owns=True)), app(lists(APP, OLD)), allow=READS)
    assert told(only(RULE, world)) == {
        "rule": "narrowed-origin",
        "severity": Severity.MEDIUM,
        "subject": APP,
        "what": f"{APP} cannot read {HOST}/v1/*, although the allowlist lets it.",
        "why": "In the answer, Access-Control-Allow-Origin is absent. gateway hop decides it.",
        "do": f"Add {APP} to allow_origins of gateway hop.",
        "witness": APP,
        "grantor": blamed(Layer.GATEWAY),
        "owner": "team-gateway",
        "certainty": Certainty.CERTAIN,
        "capabilities": ("read_anon",),
        "because": (),
        "documents": ("app document", "gateway document"),
    }


def test_what_works_is_silent() -> None:
    assert list(RULE.check(view(gateway(lists(APP)), allow=READS))) == []


def test_without_an_allowlist_it_says_nothing() -> None:
    assert list(RULE.check(view(gateway(lists(OLD))))) == []


@pytest.mark.parametrize(
    ("world", "told"),
    [
        (view(app(Behaviour()), end=UnreadEnd("nothing answers"), allow=READS), "nothing answers"),
        (view(app(lists(RECURSIVE)), allow=READS), unread_cause(RECURSIVE)),
    ],
)
def test_what_was_not_read_is_no_pass(world, told) -> None:
    assert reason(RULE, world) == told


REFUSES = Behaviour(responds=(Respond(PREFLIGHT, (403,)),))
NO_ORIGIN = Behaviour(inward=Inward(Forward.DROP))
READABLE = lists(APP, credentials=True, methods="PUT", headers="x-a", owns=True)
SENDS = allowed(APP, methods=["PUT"], headers=["x-a"])


@pytest.mark.parametrize(
    ("hops", "allow", "layer", "field", "subject", "step"),
    [
        ((gateway(lists(OLD)), app(lists(OLD))), READS, Layer.APP, FIELD, APP, "is absent"),
        (
            (gateway(lists(OLD, owns=True)), app(lists(OLD))),
            READS,
            Layer.GATEWAY,
            FIELD,
            APP,
            "is absent",
        ),
        ((gateway(Behaviour()), app(Behaviour())), READS, Layer.APP, "", APP, "is absent"),
        (
            (cdn(Behaviour(edits=(STRIPS,))), app(lists(APP))),
            READS,
            Layer.CDN,
            "",
            APP,
            "is absent",
        ),
        ((cdn(NO_ORIGIN), app(lists(APP))), READS, Layer.CDN, "", APP, "is absent"),
        ((gateway(constant(OLD)),), READS, Layer.GATEWAY, FIELD, APP, "byte for byte"),
        (
            (gateway(constant("*", credentials=True)),),
            allowed(APP),
            Layer.GATEWAY,
            FIELD,
            "*",
            "is *, which is refused",
        ),
        (
            (gateway(lists(APP)),),
            allowed(APP),
            Layer.GATEWAY,
            FIELD,
            ALLOW_CREDENTIALS,
            "Allow-Credentials is absent",
        ),
        (
            (gateway(lists(APP, act=Act.ADD_LINE)), app(constant("*"))),
            READS,
            Layer.GATEWAY,
            FIELD,
            ALLOW_ORIGIN,
            "holds several values",
        ),
    ],
)
def test_who_blocks_reading_and_at_which_step(
    hops: tuple[Placed, ...], allow, layer: Layer, field: str, subject: str, step: str
) -> None:
    found = only(RULE, view(*hops, allow=allow))
    assert (found.grantor, found.subject) == (blamed(layer, field), subject)
    assert step in found.why


@pytest.mark.parametrize(
    ("hops", "allow", "layer", "field", "subject", "why", "sends"),
    [
        (
            (gateway(READABLE),),
            allowed(APP, methods=["PUT", "DELETE"]),
            Layer.GATEWAY,
            "allow_methods",
            "DELETE",
            "does not list the method: DELETE",
            "DELETE",
        ),
        (
            (gateway(READABLE),),
            allowed(APP, headers=["x-request-id"]),
            Layer.GATEWAY,
            "allow_headers",
            "x-request-id",
            "does not list a header of the request: x-request-id",
            "requests with x-request-id",
        ),
        (
            (gateway(REFUSES), app(READABLE)),
            allowed(APP, methods=["PUT"]),
            Layer.GATEWAY,
            "",
            APP,
            "is absent",
            "requests that need a preflight",
        ),
    ],
)
def test_who_blocks_sending(
    hops: tuple[Placed, ...], allow, layer: Layer, field: str, subject: str, why: str, sends: str
) -> None:
    found = only(RULE, view(*hops, allow=allow))
    assert (found.grantor, found.subject) == (blamed(layer, field), subject)
    assert found.why.startswith("In the preflight, ")
    assert why in found.why
    assert f"cannot send {sends} to {HOST}/v1/*" in found.what


def test_an_answer_to_preflights_of_the_wrong_status() -> None:
    refused = Behaviour((Respond(PREFLIGHT, (403,), edited=True),), READABLE.edits)
    found = only(RULE, view(gateway(refused), allow=SENDS))
    assert (found.subject, found.grantor) == ("preflight status", blamed(Layer.GATEWAY, ""))
    assert "the status is not 200 to 299: 403" in found.why


def test_origins_that_one_setting_blocks_are_one_finding() -> None:
    world = view(gateway(lists(APP, OLD)), allow=allowed(APP, OLD))
    assert only(RULE, world).what.startswith(f"{APP} and 1 more cannot read")
