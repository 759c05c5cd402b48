"""What every finding says alike: what manages the hop to blame, and which links it rests on."""

import pytest

from auditor.core.hop.behaviour import TRANSPARENT
from auditor.core.link.walk import Link
from auditor.core.reading import Confidence
from rules.source import managers, unsure_links
from rules.widened_origin import RULE
from tests.rules.world import APP, OLD, allowed, app, cdn, gateway, lists, only, view

STACK_TAG = "tag:aws:cloudformation:stack-name"
EXACT, DECLARED, BY_HOST = Confidence.EXACT, Confidence.DECLARED, Confidence.BY_HOST


@pytest.mark.parametrize(
    ("labels", "text"),
    [
        ((), None),
        ((("app", "x"), ("tag:team", "a")), None),
        ((("stack", "accounts-api-prod"),), "CloudFormation stack accounts-api-prod"),
        (((STACK_TAG, "accounts"), ("stack", "accounts")), "CloudFormation stack accounts"),
        ((("managed-by", "Helm chart orders-1.2"),), "Helm chart orders-1.2"),
        (
            (("managed-by", "Argo CD application orders"), ("managed-by", "Helm chart orders-1.2")),
            "Argo CD application orders, Helm chart orders-1.2",
        ),
        ((("managed-by", "Terraform"), ("stack", "s")), "CloudFormation stack s, Terraform"),
        (tuple(("managed-by", f"Helm chart {at}") for at in range(5)),
         "Helm chart 0, Helm chart 1, Helm chart 2 and 2 more"),
    ],
)  # fmt: skip
def test_what_manages_a_hop(labels: tuple[tuple[str, str], ...], text: str | None) -> None:
    placed = gateway(lists(OLD), labels=labels)
    assert managers(placed) == text
    assert only(RULE, view(placed, allow=allowed(APP))).managed_by == text


LINKS = (
    Link("declared in front of api.example.com", DECLARED, "cdn id"),
    Link("host:api.example.com is host:lb (cors-audit.yaml:4)", DECLARED),
    Link("host:lb is http-api:a/b (domains.json:2)", EXACT),
    Link("http-api:a/b", EXACT, "gateway id"),
    Link("host:inner is app:x (cors-audit.yaml:5)", DECLARED),
    Link("lambda:x, by host:api.example.com", BY_HOST, "app id"),
    Link("host:last is app:y (cors-audit.yaml:6)", DECLARED),
)
FRONT = (
    "cdn hop: declared in front of api.example.com",
    "host:api.example.com is host:lb (cors-audit.yaml:4), says the configuration",
)
BACK = (
    "host:inner is app:x (cors-audit.yaml:5), says the configuration",
    "app hop is linked by host alone (lambda:x, by host:api.example.com)",
)


def test_a_finding_names_the_unsure_links_in_front_of_its_grantor() -> None:
    hops = (cdn(TRANSPARENT), gateway(lists(OLD)), app(TRANSPARENT, assumed=["a default"]))
    assert only(RULE, view(*hops, allow=allowed(APP), links=LINKS)).because == FRONT
    hops = (cdn(TRANSPARENT), gateway(TRANSPARENT), app(lists(OLD), assumed=["a default"]))
    found = only(RULE, view(*hops, allow=allowed(APP), links=LINKS))
    assert found.because == (*FRONT, *BACK, "a default")


def test_exact_links_and_those_behind_are_no_doubt() -> None:
    hops = (cdn(lists(OLD)), gateway(TRANSPARENT), app(TRANSPARENT))
    assert only(RULE, view(*hops, allow=allowed(APP), links=LINKS)).because == FRONT[:1]
    sure = [Link("x", EXACT, "cdn id"), Link("y", EXACT, "gateway id")]
    assert only(RULE, view(*hops, allow=allowed(APP), links=sure)).because == ()


def test_a_declared_hop_further_in_is_no_doubt_of_what_stands_in_front() -> None:
    # Declared hops come first among the links, wherever they stand.
    hops = (gateway(lists(OLD)), app(TRANSPARENT))
    links = (Link("declared", DECLARED, "app id"), Link("x", EXACT, "gateway id"))
    way = view(*hops, allow=allowed(APP), links=links).path.actual
    assert tuple(unsure_links(way, hops[0])) == ()
    assert tuple(unsure_links(way, hops[1])) == ("app hop: declared",)
    assert tuple(unsure_links(way, cdn(TRANSPARENT))) == ()
