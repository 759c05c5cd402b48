"""`unread-hop`: what was not read, where it makes a difference; the rule itself always can tell."""

import pytest

from auditor.core.finding import Certainty, Finding, Severity
from auditor.core.hop.behaviour import (
    Behaviour,
    Case,
    Either,
    Silent,
    UnreadBehaviour,
    UnreadEnd,
)
from auditor.core.hop.guard import OriginPresent, UnknownGuard
from auditor.core.hop.header import ALLOW_ORIGIN
from auditor.core.hop.op import TheOrigin, UnknownValue, set_
from auditor.core.language.membership import unread_cause
from auditor.core.link.walk import Placed
from auditor.core.reading import Layer, Remedy
from rules.rule import View
from rules.unread_hop import RULE
from tests.rules.world import (
    APP,
    EVIL,
    HOST,
    RECURSIVE,
    allowed,
    app,
    blamed,
    cdn,
    echoes,
    gateway,
    lists,
    only,
    told,
    view,
)


@pytest.mark.parametrize("allow", [None, allowed(APP)], ids=["observe", "allowlist"])
def test_a_hop_that_could_not_be_read(allow) -> None:
    world = view(cdn(UnreadBehaviour("account 1: denied")), app(lists(APP)), allow=allow)
    assert told(only(RULE, world)) == {
        "rule": "unread-hop",
        "severity": Severity.MEDIUM,
        "subject": "account 1: denied",
        "what": f"What origins can do on {HOST}/v1/* cannot be told: account 1: denied.",
        "why": f"With one reading of it some origins are let in, with another not, {EVIL} for one.",
        "do": "Let the auditor read cdn hop, or declare under hops what it does.",
        "witness": EVIL,
        "grantor": blamed(Layer.CDN, ""),
        "owner": "team-cdn",
        "certainty": Certainty.CERTAIN,
        "capabilities": ("read_anon", "read_cred", "send_anon", "send_cred"),
        "because": ("account 1: denied",),
        "documents": ("app document", "cdn document"),
    }


def test_a_gap_that_says_what_to_do_is_quoted() -> None:
    remedies = [Remedy("", "grant the role ReadOnly")]
    placed = cdn(UnreadBehaviour("account 1: denied"), remedies=remedies)
    assert only(RULE, view(placed)).do == "Grant the role ReadOnly."
    # A remedy for a setting is none for the hop as a whole.
    other = cdn(UnreadBehaviour("denied"), remedies=[Remedy("allow_origins", "remove it")])
    assert only(RULE, view(other)).do.startswith("Let the auditor read cdn hop")
    # Nor is what stands behind the hop the hop.
    behind = gateway(Behaviour(), remedies=remedies)
    found = only(RULE, view(behind, end=UnreadEnd("nothing answers to x")))
    assert found.do.startswith("Let the auditor read what stands behind gateway hop")


PERHAPS = Case((UnknownGuard("a flag"), OriginPresent()), (set_(ALLOW_ORIGIN, TheOrigin()),))
SOMETHING = Case((), (set_(ALLOW_ORIGIN, UnknownValue("a variable")),))


@pytest.mark.parametrize(
    ("placed", "subject", "do"),
    [
        (
            gateway(lists(RECURSIVE)),
            unread_cause(RECURSIVE),
            "Write gateway hop's list as exact origins: its patterns cannot be read.",
        ),
        (
            gateway(Either("which release", (echoes(), Behaviour()))),
            "which release",
            "Make known which of the readings of gateway hop is true: its release, or its setting.",
        ),
        (
            gateway(Behaviour(edits=((PERHAPS,),))),
            "a flag",
            "Make known which of the readings of gateway hop is true: its release, or its setting.",
        ),
        (
            gateway(Behaviour(edits=((SOMETHING,),))),
            "a variable",
            "Make known which of the readings of gateway hop is true: its release, or its setting.",
        ),
    ],
)
def test_every_kind_says_what_to_do(placed: Placed, subject: str, do: str) -> None:
    found = only(RULE, view(placed))
    assert (found.subject, found.do) == (subject, do)
    assert found.grantor == blamed(Layer.GATEWAY, "")


def test_the_end_is_blamed_on_the_hop_in_front() -> None:
    found = only(RULE, view(gateway(Behaviour()), end=UnreadEnd("nothing answers to x")))
    assert found.grantor == blamed(Layer.GATEWAY, "")
    assert found.do == (
        "Let the auditor read what stands behind gateway hop, or map its file under files."
    )


def test_an_app_whose_answer_to_options_decides() -> None:
    writes = Behaviour(edits=lists(APP, methods="PUT").edits)
    found = only(RULE, view(gateway(writes), end=Silent((200, 405))))
    assert found.subject == "how the app answers OPTIONS is not known"
    assert found.do == "Make known how the application behind gateway hop answers OPTIONS."


def test_a_path_of_nothing_is_still_named() -> None:
    found = only(RULE, view(end=UnreadEnd("nothing answers to x")))
    assert (found.grantor, found.subject) == (None, "nothing answers to x")


def test_every_cause_is_named() -> None:
    world = view(cdn(UnreadBehaviour("first")), app(UnreadBehaviour("second")))
    found = {one.subject for one in RULE.check(world) if isinstance(one, Finding)}
    assert found == {"first"}
    world = view(gateway(lists(RECURSIVE)), app(UnreadBehaviour("second")))
    found = {one.subject for one in RULE.check(world) if isinstance(one, Finding)}
    assert found == {"second", unread_cause(RECURSIVE)}


@pytest.mark.parametrize(
    "world",
    [
        view(gateway(lists(APP))),
        view(gateway(lists(APP, owns=True, methods="PUT")), app(UnreadBehaviour("denied"))),
        view(
            gateway(lists(APP, credentials=True, owns=True, methods="PUT")),
            app(UnreadBehaviour("denied")),
            allow=allowed(APP),
        ),
    ],
    ids=["all read", "owned in front", "owned in front, clean"],
)
def test_what_makes_no_difference_is_silent(world: View) -> None:
    assert list(RULE.check(world)) == []
