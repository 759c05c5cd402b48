"""CloudTrail's history against a real server: the last write that names the resource, or why not."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import botocore.session
import pytest

from auditor.core.reading import Document, Touch, Where
from collectors import COLLECTORS
from collectors._aws import Aws, connect
from collectors.cdn.cloudfront.document import Kind as CloudFront
from collectors.collector import TrailKey
from collectors.gateway.http_api.document import Kind as HttpApi
from collectors.gateway.rest_api.kind import Kind as RestApi
from collectors.loadbalancer.elbv2.document import Kind as Balancer
from collectors.trail import CALLS_CAP, look_up
from tests.collectors.gateway.conftest import REGION, _no_real_account
from tests.collectors.history import (
    CANARY_ADDRESS,
    CANARY_KEY,
    History,
    assumed,
    event,
    serving,
)

__all__ = ("_no_real_account",)

pytestmark = pytest.mark.server
NIGHT = "2026-11-22T02:41:00Z"
ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/front/50dc6c495c0c9188"
LISTENER = f"{ARN.replace(':loadbalancer/', ':listener/')}/f2f7dc8efc522ab2"


def key_of(kind: str, key: str) -> TrailKey:
    document = Document("aws:123456789012/eu-west-1", kind, key, {}, Where("x"))
    (found,) = (one.trail(document) for one in COLLECTORS if kind in one.kinds)
    assert found is not None
    return found


API = key_of(HttpApi.API, "a1b2c3d4e5")


def looked_up(
    history: History,
    asked: Mapping[str, TrailKey] | None = None,
    since: datetime | None = None,
) -> tuple[dict[str, Touch | str], list[float]]:
    pauses: list[float] = []
    with serving(history) as url:
        aws = connect(environ={}, endpoint=url, attempts=1)
        assert isinstance(aws, Aws)
        return look_up(aws, REGION, asked or {"api": API}, pauses.append, since), pauses


def told(*events: dict[str, Any], key: TrailKey = API) -> Touch | str:
    return looked_up(History(list(events)), {"it": key})[0]["it"]


def by(who: str, how: str = "UpdateApi", at: str = NIGHT) -> Touch:
    return Touch(who, how, at, "CloudTrail")


def test_the_last_write_that_names_the_resource_says_who_it_was() -> None:
    history = History(
        [
            event("CreateApi", "2026-10-01T08:00:00Z", {}, responseElements={"apiId": API.id}),
            event(
                "UpdateApi", "2026-11-22T02:40:00Z", {"apiId": API.id}, identity={"type": "Root"}
            ),
            event("UpdateApi", NIGHT, {"apiId": API.id, "corsConfiguration": {}}),
            event("UpdateApi", "2026-11-22T02:50:00Z", {"apiId": "zzzzzzzzzz"}),
        ]
    )
    found, pauses = looked_up(history)
    assert found == {"api": by("role deploy-ci")}
    assert sorted(history.names) == sorted(API.events)
    # Two lookups a second, for an account and region.
    assert pauses == [0.5] * (len(history.asked) - 1)
    assert set(history.regions) == {REGION}
    assert not any(word in repr(found) for word in (CANARY_KEY, CANARY_ADDRESS, "session-of-anna"))


def test_reads_failures_and_other_services_are_no_changes() -> None:
    named = {"apiId": API.id}
    assert told(
        event("UpdateApi", NIGHT, named, readOnly=True),
        event("UpdateApi", NIGHT, named, errorCode="AccessDenied"),
        event("UpdateApi", NIGHT, named, service="appsync"),
        event("UpdateApi", NIGHT, {"description": API.id}),
        event("UpdateApi", NIGHT, {"apiId": f"{API.id}0"}),
    ) == ("CloudTrail: no event in 90 days")


@pytest.mark.parametrize(
    ("key", "name", "service", "request_", "answer"),
    [
        (key_of(HttpApi.ROUTES, "a1b2c3"), "UpdateRoute", "apigateway", {"ApiId": "a1b2c3"}, None),
        (
            key_of(HttpApi.MAPPINGS, "api.example.com"),
            "CreateApiMapping",
            "apigateway",
            {"domainName": "API.example.com", "apiId": "x"},
            None,
        ),
        (
            key_of(RestApi.RESOURCES, "r1"),
            "PutIntegrationResponse",
            "apigateway",
            {"restApiId": "r1"},
            None,
        ),
        (key_of(RestApi.API, "r1"), "CreateRestApi", "apigateway", {"name": "x"}, {"id": "r1"}),
        (
            key_of(CloudFront.DISTRIBUTION, "E1EXAMPLE"),
            "UpdateDistribution",
            "cloudfront",
            {"distributionConfig": {"origins": {"items": [{"id": "app"}]}}, "id": "E1EXAMPLE"},
            None,
        ),
        (
            key_of(CloudFront.RESPONSE_HEADERS, "p-1"),
            "UpdateResponseHeadersPolicy",
            "cloudfront",
            {"id": "p-1"},
            None,
        ),
        (
            key_of(Balancer.LISTENERS, ARN),
            "ModifyListener",
            "elasticloadbalancing",
            {"listenerArn": LISTENER},
            None,
        ),
        (
            key_of(Balancer.ATTRIBUTES, LISTENER.rpartition("/")[2]),
            "ModifyListenerAttributes",
            "elasticloadbalancing",
            {"listenerArn": LISTENER},
            None,
        ),
        (
            key_of(Balancer.TAGS, ARN),
            "AddTags",
            "elasticloadbalancing",
            {"resourceArns": [ARN], "tags": [{"key": "team"}]},
            None,
        ),
    ],
)
def test_each_product_is_known_by_its_own_ids(
    key: TrailKey, name: str, service: str, request_: object, answer: object
) -> None:
    one = event(name, NIGHT, request_, service=service, responseElements=answer)
    assert told(one, key=key) == by("role deploy-ci", name)


@pytest.mark.parametrize(
    ("identity", "who"),
    [
        (assumed("deploy-ci", issuer=False), "role deploy-ci"),
        ({"type": "IAMUser", "userName": "anna", "arn": "arn:aws:iam::1:user/anna"}, "user anna"),
        ({"type": "IAMUser", "arn": "arn:aws:iam::1:user/team/anna"}, "user anna"),
        ({"type": "Root", "arn": "arn:aws:iam::1:root"}, "root"),
        ({"type": "AWSService", "invokedBy": "scaling.amazonaws.com"}, "scaling.amazonaws.com"),
        ({"type": "FederatedUser", "arn": "arn:aws:sts::1:federated-user/bo"}, "bo"),
        ({"type": "IdentityCenterUser"}, "IdentityCenterUser"),
        ({"type": "AssumedRole"}, "role not named"),
        ({"type": ["Root"]}, "not named"),
        ([], "not named"),
    ],
)
def test_who_it_was_is_a_name_and_nothing_else(identity: object, who: str) -> None:
    assert told(event("UpdateApi", NIGHT, {"apiId": API.id}, identity=identity)) == by(who)


def test_several_resources_share_the_lookups() -> None:
    other = key_of(HttpApi.API, "f6g7h8i9j0")
    changed = event("UpdateApi", "2026-11-22T01:00:00Z", {"apiId": other.id})
    history = History([event("UpdateApi", NIGHT, {"apiId": API.id}), changed])
    found, _ = looked_up(history, {"one": API, "two": other})
    assert found == {
        "one": by("role deploy-ci"),
        "two": by("role deploy-ci", at="2026-11-22T01:00:00Z"),
    }
    assert len(history.asked) == len(API.events)


def test_what_was_done_before_is_left_aside() -> None:
    history = History([event("UpdateApi", "2026-11-20T10:00:00Z", {"apiId": API.id})])
    since = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
    assert looked_up(history, since=since)[0] == {
        "api": "CloudTrail: no event since 2026-11-21T03:00:00Z"
    }
    assert {one["StartTime"] for one in history.asked} == {since.timestamp()}


def test_a_denied_lookup_is_a_reason_and_is_not_asked_again() -> None:
    history = History(refuse=(0, "AccessDeniedException"))
    found, _ = looked_up(history, {"one": API, "two": key_of(RestApi.STAGES, "r1")})
    assert set(found.values()) == {"CloudTrail: LookupEvents: AccessDeniedException"}
    assert len(history.asked) == 1
    assert CANARY_KEY not in repr(found)


def test_what_cannot_be_reached_is_a_reason() -> None:
    aws = connect(environ={}, endpoint="http://127.0.0.1:9", attempts=1)
    assert isinstance(aws, Aws)
    (reason,) = look_up(aws, REGION, {"api": API}, lambda _seconds: None).values()
    assert reason == "CloudTrail: LookupEvents: EndpointConnectionError"


def test_a_change_is_the_last_one_only_if_no_later_one_may_be_hidden() -> None:
    # Found by its own name, and then the other names may not be asked any more.
    found = event("UpdateApi", NIGHT, {"apiId": API.id})
    history = History([found], refuse=(1, "ThrottlingException"))
    assert looked_up(history)[0] == {"api": "CloudTrail: LookupEvents: ThrottlingException"}
    # Of another name only the latest events are seen, and all of them are older.
    older = [
        event("CreateApi", f"2026-11-22T01:{minute:02}:00Z", {"apiId": "x"}) for minute in range(20)
    ]
    history = History([found, *older], page=2)
    assert looked_up(history)[0] == {"api": by("role deploy-ci")}
    assert history.names.count("CreateApi") == 3
    # All of them are later: among the rest there may be one of this API, later than what was found.
    later = [{**one, "eventTime": one["eventTime"].replace("T01", "T04")} for one in older]
    history = History([found, *later], page=2)
    assert looked_up(history)[0] == {
        "api": f"CloudTrail: more events than are looked through ({CALLS_CAP} lookups)"
    }


def test_lookups_end_somewhere() -> None:
    asked = {
        kind: key
        for one in COLLECTORS
        for kind in one.kinds
        if (key := one.trail(Document("aws:1/eu-west-1", kind, "id", {}, Where("x")))) is not None
    }
    assert len({name for key in asked.values() for name in key.events}) > CALLS_CAP
    history = History()
    found, _ = looked_up(history, asked)
    assert len(history.asked) == CALLS_CAP
    assert all(isinstance(one, str) for one in found.values())
    assert len(set(found.values())) == 2


@pytest.mark.parametrize(
    "written",
    [
        "",
        "no JSON",
        "[1]",
        "[" * 100_000,
        json.dumps(event("UpdateApi", "yesterday", {"apiId": API.id})),
        json.dumps(event("UpdateApi", "2026-11-22T02:41:00", {"apiId": API.id})),
        json.dumps(event("UpdateApi", NIGHT, [[[[[[[{"apiId": API.id}]]]]]]])),
        json.dumps(event("UpdateApi", NIGHT, {"apiId": {"apiId": 7}})),
        json.dumps({**event("UpdateApi", NIGHT, {"apiId": API.id}), "padding": "x" * 1_100_000}),
    ],
)
def test_an_event_that_says_nothing_usable_is_passed_over(written: str) -> None:
    history = History([event("UpdateApi", NIGHT)], texts={"UpdateApi": written})
    assert looked_up(history)[0] == {"api": "CloudTrail: no event in 90 days"}


def test_every_event_is_an_operation_of_its_service_that_writes() -> None:
    session = botocore.session.get_session()
    services = {
        "apigateway.amazonaws.com": ("apigateway", "apigatewayv2"),
        "cloudfront.amazonaws.com": ("cloudfront",),
        "elasticloadbalancing.amazonaws.com": ("elbv2",),
    }
    seen = 0
    for collector in COLLECTORS:
        for kind in collector.kinds:
            key = collector.trail(Document("aws:1/eu-west-1", kind, "id", {}, Where("x")))
            if key is None:
                continue
            operations = {
                name
                for service in services[key.source]
                for name in session.get_service_model(service).operation_names
            }
            assert operations >= set(key.events)
            assert not any(name.startswith(("Get", "List", "Describe")) for name in key.events)
            assert (key.region == "us-east-1") == (collector.name == "cloudfront")
            seen += 1
    assert seen > 20
