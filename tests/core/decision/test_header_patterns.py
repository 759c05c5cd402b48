"""Patterns of header names: one name of each kind that they tell apart is asked about."""

from auditor.core.decision.classes import Asked, request_classes, subject
from auditor.core.hop.behaviour import Behaviour, Respond, Silent
from auditor.core.hop.guard import PREFLIGHT
from auditor.core.hop.header import ALLOW_HEADERS, HeaderNames
from auditor.core.hop.op import RequestedHeaders, set_
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.path.exchange import HopChain

CUSTOM = Pattern(Dialect.FLASK_CORS, "x-[a-f].*")
CONTENT = Pattern(Dialect.FLASK_CORS, "^(x-c|content)")


def asked(*patterns: Pattern, names: frozenset[str] = frozenset()) -> set[str]:
    within = HeaderNames(names, patterns=patterns)
    lines = (set_(ALLOW_HEADERS, RequestedHeaders(within)),)
    hop = Behaviour((Respond(PREFLIGHT, (204,), lines),), ())
    classes = request_classes(subject(HopChain((hop,), Silent())), None, None)
    return {name for one in classes if isinstance(one, Asked) for name in one.headers}


def test_a_name_of_each_kind_is_asked_about() -> None:
    found = asked(CUSTOM, CONTENT, names=frozenset({"accept-ranges"}))
    taken = {
        (name in HeaderNames(patterns=(CUSTOM,)), name in HeaderNames(patterns=(CONTENT,)))
        for name in found
    }
    assert taken == {(True, False), (False, True), (True, True), (False, False)}
    assert "accept-ranges" in found


def test_a_set_holds_what_its_patterns_take() -> None:
    names = HeaderNames(frozenset({"accept"}), patterns=(CUSTOM,))
    assert "accept" in names
    assert "x-fresh" in names
    assert "x-zoo" not in names
    assert str(names) == "{accept, glob-flask-cors:x-[a-f].*}"
