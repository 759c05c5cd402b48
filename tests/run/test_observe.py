"""What every route lets in now, as a draft of an allowlist takes it."""

from dataclasses import replace

import pytest

from auditor.core.decision.verdict import Verdict
from auditor.core.hop.behaviour import UnreadBehaviour
from auditor.edge.allowlist.draft import Observed
from auditor.run.judge import JudgedRoute
from auditor.run.observe import observe
from rules.rule import View
from tests.rules.world import APP, EVIL, HOST, TENANTS, app, constant, echoes, gateway, lists, view


def observed(*views: View, **more: object) -> Observed:
    route = replace(views[0].route, **more)  # type: ignore[arg-type]
    (found,) = observe([JudgedRoute(route, views, Verdict.NOT_COMPARED)])
    return found


def test_a_route_with_what_it_grants() -> None:
    found = observed(view(app(lists(APP, EVIL, credentials=True))))
    assert found == Observed(
        host=HOST,
        path_text="/v1/*",
        environment="prod",
        owner="team-app",
        origins=(APP, EVIL),
        credentials=True,
        any_origin=False,
        methods=(),
        production=True,
    )


def test_patterns_are_told_by_their_text_and_not_by_a_witness() -> None:
    found = observed(view(app(lists(APP, TENANTS))))
    assert set(found.origins) == {APP, TENANTS.text}
    assert not found.credentials


@pytest.mark.parametrize("open_to_all", [constant("*"), echoes()])
def test_any_origin_is_told_as_such_and_null_is_not_named(open_to_all: object) -> None:
    found = observed(view(app(open_to_all)))  # type: ignore[arg-type]
    assert found.any_origin
    assert found.origins == ()


def test_null_is_named_where_a_list_lets_it_in() -> None:
    assert set(observed(view(app(lists("null", APP)))).origins) == {APP, "null"}


def test_the_own_origin_is_not_observed() -> None:
    assert observed(view(app(lists(APP, f"https://{HOST}")))).origins == (APP,)


def test_what_is_only_possible_is_not_observed() -> None:
    found = observed(view(gateway(UnreadBehaviour("denied")), app(lists(APP))))
    assert found.origins == ()
    assert not found.any_origin


def test_the_owner_is_that_of_the_innermost_hop() -> None:
    assert observed(view(gateway(lists(APP)), app(lists(APP)))).owner == "team-app"


def test_several_ways_are_one_route() -> None:
    both = observed(view(app(lists(APP))), view(app(lists(EVIL, credentials=True))))
    assert set(both.origins) == {APP, EVIL}
    assert both.credentials


def test_methods_are_those_of_the_route_where_it_names_any() -> None:
    assert observed(view(app(lists(APP))), methods=("GET", "PUT")).methods == ("GET", "PUT")


def test_production_is_said() -> None:
    assert not observed(view(app(lists(APP)), production=False)).production
