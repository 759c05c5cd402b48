"""What is said of one request where the answer is not known, and of ways that only some requests take."""

from datetime import date

from auditor.core.hop.behaviour import Behaviour, Case, Either, Silent
from auditor.core.hop.guard import ALWAYS, OriginIn
from auditor.core.hop.header import ALLOW_ORIGIN
from auditor.core.hop.op import TheOrigin, set_
from auditor.core.language.pattern import exact
from auditor.core.link.estate import Estate
from auditor.core.origin import Origin, parse
from auditor.core.reading import Layer
from auditor.run.explain import Asked, Explanation, explain
from auditor.run.explain_report import is_allowed
from tests.core.link.places import API, case, hop

APP, EVIL = "https://app.example.com", "https://evil.example"


def writes(text: str) -> Behaviour:
    return Behaviour(edits=((Case(ALWAYS, (set_(ALLOW_ORIGIN, text),)),),))


def lists(origin: str) -> Behaviour:
    ops = (set_(ALLOW_ORIGIN, TheOrigin()),)
    return Behaviour(edits=((Case((OriginIn((exact(origin),)),), ops),),))


def asked(estate: Estate, origin: str) -> Explanation:
    page, target = parse(origin), parse("https://api.example.com")
    assert isinstance(page, Origin)
    assert isinstance(target, Origin)
    request = Asked("https://api.example.com/v1", target, page)
    return explain(estate, None, None, request, date(2026, 11, 22))


def either(*options: Behaviour) -> Estate:
    doing = Either("its release", options)
    return Estate([hop("edge", Layer.CDN, API, case(Silent((200,)), doing=doing))])


def test_answers_that_differ_and_are_judged_alike_are_a_verdict() -> None:
    found = asked(either(writes(APP), lists(APP)), EVIL)
    assert is_allowed(found) is False
    assert found.unknown == "its release"


def test_answers_that_are_judged_apart_are_none() -> None:
    found = asked(either(writes("*"), lists(APP)), EVIL)
    assert is_allowed(found) is None
    assert found.unknown == "its release"


def test_a_browser_does_not_come_around_the_cdn() -> None:
    strict = case((("host:origin.example.net"),), doing=writes(APP))
    loose = case(Silent((200,)), doing=writes("*"))
    estate = Estate(
        [
            hop("cdn", Layer.CDN, API, strict),
            hop("app", Layer.APP, "host:origin.example.net"),
            hop("ingress", Layer.INGRESS, API, loose),
        ]
    )
    assert is_allowed(asked(estate, EVIL)) is False
