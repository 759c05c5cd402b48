"""From the documents of one source to hops, aliases and what is unread."""

from itertools import permutations
from typing import Any

import pytest

from auditor.core.hop.behaviour import UnreadBehaviour
from auditor.core.reading import (
    ANY_PATH,
    Document,
    Gap,
    Layer,
    PathKind,
    PathMatch,
    Remedy,
    Unread,
    Where,
)
from collectors.answers.provenance import Provenance
from collectors.cdn.cloudfront.command_output import project
from collectors.cdn.cloudfront.distribution_document import distribution_document
from collectors.cdn.cloudfront.reading import read
from collectors.collector import Found
from tests.collectors.cdn.cloudfront.world import (
    ACCOUNT,
    APP,
    HOST,
    SIMPLE_CORS,
    aliases,
    behaviour,
    cors,
    distribution,
    distributions,
    hops,
    listed,
    only,
    projected,
    readings,
    response_headers,
    some,
    unread,
)
from tests.collectors.gateway.asking import linked_answers, preflight

POLICY = listed(
    "ResponseHeadersPolicy",
    [response_headers(CorsConfig=cors([APP, "https://*.example.com", "plain.example"]))],
)
PREFIX = "response headers policy api-cors"


def glob(text: str) -> PathMatch:
    return PathMatch(PathKind.GLOB, text)


def test_a_distribution_is_a_hop() -> None:
    hop = only(distributions(distribution(aliases=["www.example.com", "*.Example.com"])))

    assert hop.id == f"cloudfront:{ACCOUNT}/www.example.com"
    assert (hop.layer, hop.product) == (Layer.CDN, "cloudfront")
    assert hop.title == "CloudFront E1EXAMPLE (www.example.com)"
    assert hop.answers == ("host:www.example.com", "host:*.example.com", f"host:{HOST}")
    assert (hop.role, hop.document) == ("cdn www.example.com", "E1EXAMPLE")
    assert hop.labels == (("account", ACCOUNT),)


def test_without_an_alias_its_own_host_is_its_name() -> None:
    hop = only(distributions(distribution(aliases=[])))

    assert (hop.id, hop.role) == (f"cloudfront:{ACCOUNT}/{HOST}", f"cdn {HOST}")
    assert hop.answers == (f"host:{HOST}",)


def test_cases_stand_in_the_order_of_the_service() -> None:
    patterns = ["images/*.jpg", "/images/*", "*.gif", "/A?/*"]
    hop = only(distributions(distribution(behaviours=list(map(behaviour, patterns)))))

    assert [(case.match, case.title) for case in hop.cases] == [
        (glob("/images/*.jpg"), "behaviour /images/*.jpg (1 of 5)"),
        (glob("/images/*"), "behaviour /images/* (2 of 5)"),
        (glob("/*.gif"), "behaviour /*.gif (3 of 5)"),
        (glob("/A?/*"), "behaviour /A?/* (4 of 5)"),
        (ANY_PATH, "default behaviour (5 of 5)"),
    ]


def test_requests_find_their_behaviour() -> None:
    first = behaviour("/v1/*", ResponseHeadersPolicyId="rhp-1")
    found = readings(distributions(distribution(behaviours=[first])), POLICY)

    def granted(url: str) -> set[bool]:
        given = linked_answers(found, url, preflight(APP))
        return {("access-control-allow-methods", "GET,PUT") in lines for _, lines in given}

    assert True in granted("https://api.example.com/v1/orders")
    assert granted("https://api.example.com/v2/orders") == {False}


def test_fields_and_remedies_name_the_entry_and_the_policy() -> None:
    place = Provenance("s", ACCOUNT, "", Where("f"))
    given = distribution(default=behaviour(ResponseHeadersPolicyId="rhp-1"))
    stack = {"aws:cloudformation:stack-name": "edge", "team": "web", "note": "n"}
    document = distribution_document(given, place, stack)
    policies = [one for one in projected(POLICY) if isinstance(one, Document)]
    assert isinstance(document, Document)
    (hop,) = hops(read([document, *policies], {}))
    of = "response headers policy api-cors, which distribution E1EXAMPLE (in stack edge, which manages it: a console edit is undone) uses"  # fmt: skip

    assert hop.labels == (
        ("account", ACCOUNT),
        ("tag:aws:cloudformation:stack-name", "edge"),
        ("tag:team", "web"),
        ("stack", "edge"),
    )
    assert hop.remedies[:3] == (
        Remedy(
            f"{PREFIX} AccessControlAllowOrigins[1]",
            f"replace 'https://*.example.com' in AccessControlAllowOrigins by the origins that are meant, of {of}",
        ),
        Remedy(
            f"{PREFIX} AccessControlAllowOrigins",
            f"remove {{origin}} from AccessControlAllowOrigins of {of}",
        ),
        Remedy(
            f"{PREFIX} AccessControlAllowCredentials",
            f"set AccessControlAllowCredentials to false in {of}",
        ),
    )
    assert hop.notes == (
        f"{PREFIX} AccessControlAllowOrigins[2] 'plain.example': without a scheme it takes http:// as well",
    )


def test_every_operation_has_a_remedy() -> None:
    given = distribution(
        default=behaviour(ResponseHeadersPolicyId="rhp-1"),
        behaviours=[behaviour("/x", ResponseHeadersPolicyId=SIMPLE_CORS)],
    )
    hop = only(distributions(given), POLICY)
    fields = {
        op.field
        for case in hop.cases
        for step in case.doing.edits  # type: ignore[union-attr]
        for choice in step
        for op in choice.ops
    }

    assert len(fields) > 5
    assert all(any(f.startswith(r.field) for r in hop.remedies) for f in fields)


def test_the_lines_of_a_file_reach_the_fields() -> None:
    inside = ("ResponseHeadersPolicyList", "Items", 0, "ResponseHeadersPolicy", "ResponseHeadersPolicyConfig")  # fmt: skip
    entry = (*inside, "CorsConfig", "AccessControlAllowOrigins", "Items", 1)
    lines: dict[tuple[str | int, ...], int] = {inside: 5, entry: 9}
    policy = project(Found(POLICY, "file:estate", Where("policies.json"), lines.get))
    given = projected(distributions(distribution(default=behaviour(ResponseHeadersPolicyId="rhp-1"))))  # fmt: skip
    documents = [one for one in (*policy, *given) if isinstance(one, Document)]
    fields = dict(hops(read(documents, {}))[0].fields)

    assert fields[f"{PREFIX} AccessControlAllowOrigins[1]"] == Where("policies.json", 9)
    assert fields[f"{PREFIX} AccessControlAllowOrigins[0]"] == Where("policies.json", 5)


def test_a_disabled_distribution_is_no_hop() -> None:
    assert readings(distributions(distribution(Enabled=False))) == []


def tenants(*items: tuple[str, str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "DistributionTenantList": [
            {"Id": "dt_1", "DistributionId": key, "Domains": [{"Domain": domain}], **given}
            for key, domain, given in items
        ]
    }


def test_tenants_bring_the_hosts() -> None:
    multi = distribution(ConnectionMode="tenant-only", aliases=[])
    hop = only(
        distributions(multi),
        tenants(
            ("E1EXAMPLE", "Two.example.com", {}),
            ("E1EXAMPLE", "one.example.com", {"Enabled": True}),
            ("E1EXAMPLE", "off.example.com", {"Enabled": False}),
            ("E9", "others.example.com", {}),
        ),
    )

    assert hop.answers == ("host:one.example.com", "host:two.example.com")
    assert hop.id == f"cloudfront:{ACCOUNT}/one.example.com"


def test_tenants_that_were_not_read_may_be_anywhere() -> None:
    (found,) = readings(distributions(distribution(ConnectionMode="tenant-only", aliases=[])))

    assert isinstance(found, Unread)
    assert (found.gap, found.names, found.layer) == (Gap.ABSENT, (), Layer.CDN)
    assert "list-distribution-tenants" in found.do


def configuration(**given: Any) -> dict[str, Any]:
    config = distribution(**given)
    for name in ("Id", "ARN", "DomainName", "Status"):
        del config[name]
    return {"ETag": "x", "DistributionConfig": config}


def read_configuration(*answers: dict[str, Any], **given: Any) -> list[Any]:
    own = projected(configuration(**given), place="get-distribution-config.E1EXAMPLE.json")
    documents = [*own, *projected(*answers)]
    return list(read([one for one in documents if isinstance(one, Document)], {}))


def test_a_configuration_alone_answers_to_its_aliases() -> None:
    found = read_configuration()
    (gap,) = unread(found)

    assert hops(found)[0].answers == ("host:api.example.com",)
    assert (gap.gap, gap.names) == (Gap.ABSENT, ("cloudfront:E1EXAMPLE domain name",))
    # Without an alias nothing is known of where it may stand.
    (gap,) = read_configuration(aliases=[])
    assert (gap.gap, gap.names) == (Gap.ABSENT, ())


def test_a_configuration_of_another_shape_blinds_its_aliases() -> None:
    (gap,) = unread_configuration(Origins={"Quantity": 0})

    assert gap.names == ("host:api.example.com",)
    assert gap.reason == "Origins is empty or missing"


def unread_configuration(**given: Any) -> list[Unread]:
    found = projected(configuration(**given), place="get-distribution-config.E1EXAMPLE.json")
    return [one for one in found if isinstance(one, Unread)]


def test_a_configuration_and_a_listing_are_one() -> None:
    (hop,) = read_configuration(distributions(distribution()))

    assert hop.answers == ("host:api.example.com", f"host:{HOST}")


def test_a_configuration_and_a_listing_that_disagree_are_unread() -> None:
    (gap,) = read_configuration(distributions(distribution(aliases=["new.example.com"])))

    assert (gap.gap, gap.do) == (Gap.INVALID, "keep the newer of the two")
    assert gap.names == ("host:api.example.com", f"host:{HOST}", "host:new.example.com")


def test_two_documents_that_disagree_are_unread() -> None:
    one = listed("ResponseHeadersPolicy", [response_headers(CorsConfig=cors())])
    other = listed("ResponseHeadersPolicy", [response_headers(CorsConfig=cors(["*"]))])
    given = distributions(distribution(default=behaviour(ResponseHeadersPolicyId="rhp-1")))
    found = readings(given, one, other)

    assert [gap.scope for gap in unread(found)] == ["CloudFront ResponseHeadersPolicy rhp-1"]
    assert isinstance(hops(found)[0].cases[0].doing, UnreadBehaviour)
    assert unread(readings(given, one, one)) == []


def test_a_managed_policy_is_never_replaced_by_a_file() -> None:
    fake = {"ResponseHeadersPolicy": response_headers(SIMPLE_CORS, "Managed-SimpleCORS")}
    given = distributions(distribution(default=behaviour(ResponseHeadersPolicyId=SIMPLE_CORS)))

    assert only(given, fake).cases == only(given).cases


def test_notes() -> None:
    names = ("Access-Control-Allow-Origin", "Vary")
    custom = some({"Header": name, "Value": "*", "Override": True} for name in names)
    policy = listed("ResponseHeadersPolicy", [response_headers(CustomHeadersConfig=custom)])
    given = distribution(WebACLId="arn:x", default=behaviour(ResponseHeadersPolicyId="rhp-1"))

    assert only(distributions(given), policy).notes == (
        "its tags were not read, so they name no owner",
        "a web ACL may refuse requests with answers of its own, which are not read",
        f"{PREFIX}: access-control-allow-origin among CustomHeaders, which CloudFront refuses",
    )


@pytest.mark.parametrize("size", [1, 2])
def test_the_order_of_documents_changes_nothing(size: int) -> None:
    items = [distribution(), distribution("E2", aliases=["b.example.com"])][:size]
    given = projected(distributions(*items), POLICY, tenants(("E2", "t.example.com", {})))
    documents = [one for one in given if isinstance(one, Document)]
    expected = list(read(documents, {}))

    assert len(hops(expected)) == size
    assert aliases(expected) == []
    assert all(list(read(order, {})) == expected for order in permutations(documents))
