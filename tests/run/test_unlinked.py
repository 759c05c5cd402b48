"""Names that nothing answers to: which routes end there, and which decisions depend on it."""

from datetime import date

import pytest

from auditor.core.hop.behaviour import TRANSPARENT, Doing, UnreadEnd
from auditor.core.reading import Hop, Layer, Reading
from auditor.edge.store.record import Unlinked
from auditor.run.judge import Setting, judge
from auditor.run.record import unlinked
from tests.core.link.places import API, alias, case, environment_of, hop, prefix
from tests.rules.world import APP, lists

SETTING = Setting(
    None, (), environment_of, frozenset(), lambda _placed: None, {}, date(2026, 11, 22)
)
DECIDES = lists(APP, owns=True, methods="PUT")


def ends(*readings: Reading) -> tuple[Unlinked, ...]:
    return unlinked(judge(readings, SETTING))


def gateway(doing: Doing, *to: str) -> Hop:
    return hop("gateway", Layer.GATEWAY, API, case(to, doing=doing))


def end(name: str, routes: tuple[str, ...], blinds: tuple[str, ...]) -> Unlinked:
    return Unlinked(name, f"nothing that was read answers to {name}", routes, blinds)


@pytest.mark.parametrize(
    "name", ["lambda:x", "service:c/x", "host:legacy.internal", "http-api:a/b"]
)
def test_an_end_is_named_with_the_routes_that_depend_on_it(name: str) -> None:
    route = ("api.example.com/*",)
    assert ends(gateway(TRANSPARENT, name)) == (end(name, route, route),)
    assert ends(gateway(DECIDES, name)) == (end(name, route, ()),)


def test_what_answers_is_no_end() -> None:
    app = hop("app", Layer.APP, API)
    assert ends(gateway(TRANSPARENT, "lambda:x"), app) == ()


def test_ends_without_a_name_are_none() -> None:
    assert ends(gateway(TRANSPARENT)) == ()
    nameless = hop("gateway", Layer.GATEWAY, API, case(UnreadEnd("its routes were not read")))
    assert ends(nameless) == ()


def test_every_route_counts_and_each_end_once() -> None:
    both = hop(
        "gateway",
        Layer.GATEWAY,
        API,
        case(("lambda:x",), prefix("/a")),
        case(("lambda:y", "lambda:x"), prefix("/b")),
    )
    other = alias("host:www.example.com", "lambda:y")
    paths = ("api.example.com/a/*", "api.example.com/b/*")
    at_y = (paths[1], "www.example.com/*")
    assert ends(both, other) == (
        end("lambda:x", paths, paths),
        end("lambda:y", at_y, at_y),
    )


def test_an_app_that_no_host_leads_to_is_listed_with_the_link_to_paste() -> None:
    app = hop("app:src/app.ts", Layer.APP, "app:src/app.ts")
    (found,) = ends(gateway(TRANSPARENT), app)
    assert (found.name, found.routes, found.blinds) == ("app:src/app.ts", (), ())
    assert ends(gateway(TRANSPARENT, "app:src/app.ts"), app) == ()


def test_a_partial_run_does_not_say_that_no_host_leads_to_an_app() -> None:
    app = hop("app:src/app.ts", Layer.APP, "app:src/app.ts")
    judged = judge((gateway(DECIDES, "lambda:x"), app), SETTING)
    name = "app:src/app.ts"
    assert name in {one.name for one in unlinked(judged)}
    assert [one.name for one in unlinked(judged, whole=False)] == ["lambda:x"]
