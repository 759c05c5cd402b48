"""What one stage does: behaviours that are shared, places and remedies, canaries, caches."""

from dataclasses import replace

import pytest

from auditor.core.hop.behaviour import Mix, behaviours
from auditor.core.reading import HostSent, Json, Where
from collectors.gateway.rest_api.case import CANARY_CAUSE
from collectors.gateway.rest_api.reading import read
from collectors.gateway.rest_api.remark import CASE_ASSUMED, DEPLOYED_ASSUMED, STORED_ASSUMED
from tests.collectors.gateway.asking import linked_answers, preflight, unread_causes
from tests.collectors.gateway.rest_api.documents import (
    SOURCE,
    api,
    granted,
    hops,
    resources,
    stages,
    whole,
)
from tests.collectors.gateway.rest_api.methods import ORIGIN, method, resource
from tests.collectors.gateway.rest_api.shop import APP, EVIL, HOST, PREFLIGHT, STAGES


def test_hundreds_of_resources_with_one_template_cost_one() -> None:
    items = [
        resource(f"/r{i}", OPTIONS=PREFLIGHT, GET=method("AWS_PROXY", integration={"uri": f"f{i}"}))
        for i in range(300)
    ]
    prod = hops(list(read([api(), resources(items), stages(STAGES[0])], {})))[0]

    assert len(prod.cases) == 601
    assert len({id(case.doing) for case in prod.cases}) == 3


def test_fields_have_places_and_remedies() -> None:
    document = resources()
    pointer = "/Resources/0/methods/OPTIONS/responses/0"
    lines = {f"{pointer}/overrides": 30, f"{pointer}/headers/{ORIGIN}": 12}
    documents = [api(), replace(document, lines=lines), *whole()[2:]]
    prod = hops(list(read(documents, {})))[1]
    fields = dict(prod.fields)

    def told(field: str) -> str:
        return next(one.text for one in prod.remedies if field.startswith(one.field))

    template = "OPTIONS.integrationResponses.204.responseTemplates"
    assert fields[template] == Where(f"{SOURCE} api", 30)
    assert fields[f"OPTIONS.integrationResponses.204.{ORIGIN}"] == Where(f"{SOURCE} api", 12)
    assert f"integrationResponses.200.{ORIGIN}" in fields
    assert f"gatewayResponses.DEFAULT_4XX.{ORIGIN}" in fields
    assert told(template).startswith("take {origin} out of the mapping template")
    assert "in stack shop-prod" in told(template)
    assert "OPTIONS methods" in told(f"OPTIONS.integrationResponses.204.{ORIGIN}")
    assert "gateway responses" in told(f"gatewayResponses.DEFAULT_4XX.{ORIGIN}")


def test_every_field_that_is_written_is_known() -> None:
    prod = hops(list(read(whole(), {})))[1]
    written = {
        op.field
        for case in prod.cases
        for one in behaviours(case.doing)
        for respond in one.responds
        for op in respond.ops
    }

    assert written
    assert written <= {field for field, _ in prod.fields}


def test_assumptions_and_notes() -> None:
    template = '#set($context.responseOverride.header.Access-Control-Allow-Origin = $input.params("origin"))'
    reflecting = method(
        "MOCK", [{"statusCode": "200", "responseTemplates": {"application/json": template}}]
    )
    undeclared = method(
        "MOCK",
        [{"statusCode": "200", "responseParameters": {"method.response.header.Vary": "'x'"}}],
    )
    undeclared["methodResponses"] = {}
    cached = {
        "stageName": "prod",
        "cacheClusterEnabled": True,
        "methodSettings": {"*/*": {"cachingEnabled": True}},
    }
    items = [resource("/x", OPTIONS=reflecting), resource("/y", GET=undeclared)]
    prod = hops(list(read([api(), resources(items), stages(cached)], {})))[0]

    assert prod.assumed == tuple(sorted((DEPLOYED_ASSUMED, CASE_ASSUMED, STORED_ASSUMED)))
    assert len(prod.notes) == 2
    assert prod.notes[0].startswith(
        "OPTIONS.integrationResponses.200.responseTemplates: $input.params"
    )
    assert prod.notes[1].startswith("integrationResponses.200.vary: it is mapped")


# -- canaries, caches ------------------------------------------------------------------------------

CANARY_STAGE = {
    **STAGES[0],
    "canarySettings": {
        "percentTraffic": 10.0,
        "deploymentId": "d9",
        "stageVariableOverrides": {"host": "canary.example"},
    },
}


def test_a_canary_of_another_deployment_is_a_mix_with_the_unknown() -> None:
    readings = list(read([api(), resources(), stages(CANARY_STAGE)], {}))
    prod = hops(readings)[0]

    assert all(
        isinstance(case.doing, Mix) and case.doing.cause == CANARY_CAUSE for case in prod.cases
    )
    found = linked_answers(readings, f"https://{HOST}/prod/orders", preflight(EVIL))
    assert (204, granted(APP)) in found
    assert any(dict(lines).get(ORIGIN) == EVIL for _, lines in found)


def test_a_canary_of_the_same_deployment_only_moves_variables() -> None:
    canary = {**CANARY_STAGE["canarySettings"], "deploymentId": "d1"}
    readings = list(read([api(), resources(), stages({**STAGES[0], "canarySettings": canary})], {}))

    assert not any(isinstance(case.doing, Mix) for case in hops(readings)[0].cases)
    assert unread_causes(readings, f"https://{HOST}/prod/v1/a") == [
        "nothing that was read answers to host:b.example",
        "nothing that was read answers to host:canary.example",
    ]


@pytest.mark.parametrize(
    ("settings", "keys", "stored"),
    [
        ({"*/*": {"cachingEnabled": True}}, [], {"GET /a": frozenset(), "ANY /b": frozenset()}),
        ({"*/*": {"cachingEnabled": True}, "~1a/GET": {"cachingEnabled": False}}, [], {"ANY /b": frozenset()}),
        ({"~1a/GET": {"cachingEnabled": True}}, ["method.request.header.Origin", "method.request.path.x"], {"GET /a": frozenset({"origin"})}),
        ({"a/PUT": {"cachingEnabled": True}}, [], {"PUT /a": frozenset()}),
        ({}, [], {}),
    ],
)  # fmt: skip
def test_caches(settings: Json, keys: list[str], stored: dict[str, frozenset[str]]) -> None:
    proxy = method("AWS_PROXY", integration={"uri": "f", "cacheKeyParameters": keys})
    items = [resource("/a", GET=proxy, PUT=proxy), resource("/b", ANY=proxy)]
    stage = {"stageName": "prod", "cacheClusterEnabled": True, "methodSettings": settings}
    prod = hops(list(read([api(), resources(items), stages(stage)], {})))[0]
    found = {
        case.title: one.cache.key
        for case in prod.cases
        for one in behaviours(case.doing)
        if one.cache is not None
    }

    assert found == stored
    assert all(
        case.methods == frozenset({"GET"})
        for case in prod.cases
        if case.title == "ANY /b" and any(one.cache for one in behaviours(case.doing))
    )


def test_the_host_that_the_backend_sees() -> None:
    prod = hops(list(read(whole(), {})))[1]
    sent = {case.title: case.host for case in prod.cases}

    assert sent["ANY /v1/{proxy+}"] is HostSent.TARGET
    assert sent["GET /private"] is HostSent.UNKNOWN
