"""Who changed what changed: each document asked where its kind is told of, in the right account."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.core.reading import Document, Touch, Where
from auditor.edge.config.model import Aws, Config, Organization
from auditor.run.attribution import PLACES_CAP, attribute
from auditor.run.plan import Plan
from tests.collectors.gateway.conftest import REGION, Gate, _no_real_account, gate, moto_port
from tests.collectors.history import History, event, serving

__all__ = ("_no_real_account", "gate", "moto_port")

pytestmark = pytest.mark.server

OWN, OTHER = "123456789012", "444455556666"
SINCE = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
BY_ROLE = Touch("role deploy-ci", "UpdateApi", "2026-11-22T02:41:00Z", "CloudTrail")
BY_ARGO = Touch("argocd-controller", "Apply", "2026-11-22T02:12:00Z", "managedFields")


def api(account: str = OWN, key: str = "a1b2c3d4e5", region: str = REGION) -> Document:
    return Document(f"aws:{account}/{region}", "HttpApi", key, {}, Where("x"))


def kube(touched: Touch | None, kind: str = "Ingress") -> Document:
    return Document("kube:prod", kind, "orders/api", {}, Where("x"), touched=touched)


@dataclass
class World:
    gate: Gate
    history: History
    pauses: list[float] = field(default_factory=list)

    def told(
        self, *changed: Document, aws: Aws | None = None, since: datetime | None = SINCE
    ) -> list[Touch | str]:
        given = Aws() if aws is None else aws
        reached = replace(given, endpoint_url=self.gate.url, regions=(REGION,))
        plan = Plan(Path(), Config(), "x", aws=reached)
        found = attribute(plan, changed, {}, sleep=self.pauses.append, since=since)
        assert len(found) == len(changed)
        return [found[f"{one.source} {one.kind} {one.key}"] for one in changed]


@pytest.fixture
def world(gate: Gate) -> Iterator[World]:
    history = History([event("UpdateApi", BY_ROLE.at, {"apiId": "a1b2c3d4e5"})])
    with serving(history):
        gate.others["cloudtrail"] = history.port
        yield World(gate, history)


def test_each_kind_is_told_of_where_it_is_known(world: World) -> None:
    named = Document("file:deploy", "Ingress", "orders/api", {}, Where("deploy/a.yaml"))
    links = Document(f"aws:{OWN}/{REGION}", "VpcLinks", "vpc-links", {}, Where("x"))
    assert world.told(api(), kube(BY_ARGO), kube(None, "Service"), named, links) == [
        BY_ROLE,
        BY_ARGO,
        "managedFields: nobody is noted",
        "a file: its own history tells",
        "CloudTrail: its events do not name this",
    ]


def test_who_changed_it_before_the_last_run_did_not_change_it_since(world: World) -> None:
    earlier = Touch("helm", "Update", "2026-11-21T02:59:59Z", "managedFields")
    assert world.told(kube(earlier)) == ["managedFields: nobody is noted since the run before"]
    assert world.told(kube(earlier), since=None) == [earlier]


def test_nothing_is_asked_of_aws_where_nothing_of_it_changed(world: World) -> None:
    assert world.told(kube(BY_ARGO)) == [BY_ARGO]
    assert world.gate.asked == []


def test_accounts_are_opened_by_their_role_and_only_those_that_changed(world: World) -> None:
    plans = (
        Aws(role="CorsAudit", accounts=(OWN, OTHER, "777788889999")),
        Aws(organization=Organization("CorsAudit")),
    )
    for plan in plans:
        world.gate.asked.clear()
        assert world.told(api(OTHER), aws=plan) == [BY_ROLE]
        # Whose credentials these are, one role, and the lookups.
        assert len(world.gate.asked) == 2 + len(world.history.asked)
        world.history.asked.clear()


def test_global_resources_are_told_of_in_one_region(world: World) -> None:
    world.history.events = [
        event("UpdateDistribution", BY_ROLE.at, {"id": "E1EXAMPLE"}, service="cloudfront")
    ]
    one = Document(f"aws:{OWN}/global", "Distribution", "E1EXAMPLE", {}, Where("x"))
    (found,) = world.told(one)
    assert isinstance(found, Touch)
    assert set(world.history.regions) == {"us-east-1"}


def test_what_fails_is_a_reason_for_that_account_alone(world: World) -> None:
    plan = Aws(accounts=(OWN, OTHER))
    assert world.told(api(), api(OTHER), aws=plan) == [BY_ROLE, "CloudTrail: no role is named"]
    world.history.refuse = (0, "AccessDeniedException")
    assert world.told(api()) == ["CloudTrail: LookupEvents: AccessDeniedException"]
    role = Aws(role="arn:aws:iam::444455556666:role/CorsAudit", external_id_env="NOT_SET")
    (reason,) = world.told(api(OTHER), aws=role)
    assert reason == "CloudTrail: AssumeRole: the variable NOT_SET is not set"


def test_a_plan_without_aws_and_documents_of_other_accounts(world: World) -> None:
    reason = f"CloudTrail: no credentials for {OTHER}"
    assert world.told(api(OTHER)) == [reason]
    plan = Plan(Path(), Config(), "x")
    found = attribute(plan, [api(OTHER)], {}, sleep=world.pauses.append)
    assert list(found.values()) == [reason]


def test_after_a_change_of_everything_some_are_asked(world: World) -> None:
    changed = [api(region=f"eu-west-{at}") for at in range(PLACES_CAP + 2)]
    found = world.told(*changed)
    assert found.count(BY_ROLE) == PLACES_CAP
    many = f"CloudTrail: not asked, since {PLACES_CAP + 2} accounts and regions changed at once"
    assert found.count(many) == 2
