"""Rows of access: who we are, what is refused and why, and nothing that was not tried is called granted."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import pytest
from botocore.validate import ParamValidator

from auditor.core.reading import Gap
from auditor.edge.config.model import Aws, Config, Kubernetes, Organization
from auditor.run.access import Access, check_access
from auditor.run.asks import GLOBAL, REGIONAL, REGIONS, Ask
from auditor.run.iam import permissions
from auditor.run.plan import Plan
from collectors.kubernetes.inventory import LISTS
from collectors.trail import PERMISSIONS
from tests.collectors.cdn.cloudfront.test_live import ENVIRONMENT
from tests.collectors.gateway.conftest import REGION, Gate, _no_real_account, gate, moto_port
from tests.collectors.test_kube import Api, kubeconfig, serving
from tests.servers import free_port, require, running

__all__ = ("_no_real_account", "gate", "moto_port")

pytestmark = pytest.mark.server

OWN, OTHER_REGION = "123456789012", "us-east-1"
NOTHING = Plan(Path(), Config(), "c.yaml")


@pytest.fixture(scope="module")
def cloudfront() -> Iterator[int]:
    require("ministack", "CloudFront's policies, which moto does not know")
    port = free_port()
    env = {**ENVIRONMENT, "GATEWAY_PORT": str(port)}
    with running([sys.executable, "-m", "ministack"], port, env=env, start_seconds=40):
        yield port


@pytest.fixture
def account(gate: Gate, cloudfront: int) -> Gate:
    gate.others |= dict.fromkeys(("cloudfront", "tagging", "cloudtrail"), cloudfront)
    return gate


def rows(gate: Gate, plan: Aws) -> list[Access]:
    aws = replace(plan, endpoint_url=gate.url, regions=plan.regions or (REGION,))
    return list(check_access(replace(NOTHING, aws=aws), {}, lambda _text: None))


def test_there_is_a_call_for_each_permission_that_the_collectors_declare() -> None:
    asked = {ask.permission for ask in (*GLOBAL, *REGIONAL)} | {REGIONS}
    assert asked == {*permissions(), *PERMISSIONS}


@pytest.mark.parametrize("ask", [*GLOBAL, *REGIONAL], ids=lambda ask: ask.permission)
def test_each_call_is_one_that_the_service_model_takes(ask: Ask) -> None:
    client = boto3.client(ask.service, region_name=REGION)
    assert ask.operation.startswith(("get_", "list_", "describe_", "lookup_")), "reads alone"
    named = client.meta.method_to_api_mapping[ask.operation]
    taken = {} if ask.of is None else {ask.of.to: ["x"] if ask.of.many else "x"}
    model = client.meta.service_model.operation_model(named)
    report = ParamValidator().validate({**ask.params, **taken}, model.input_shape)
    assert not report.has_errors(), report.generate_report()


def test_sessions_share_what_services_look_like(gate: Gate) -> None:
    held = [gate.aws().session._session.get_component("data_loader") for _ in range(2)]
    assert held[0] is held[1], "300 accounts would hold 300 copies"


def test_an_account_that_may_be_read(account: Gate) -> None:
    client = account.aws().client("apigatewayv2", REGION)
    client.create_api(Name="a", ProtocolType="HTTP")
    [row] = rows(account, Aws())
    assert row.source == f"aws:{OWN}"
    assert row.who
    assert row.readable, row.refused
    assert "apigateway:GET /apis/*/routes" in row.granted
    assert "apigateway:GET /restapis/*/stages" in row.untried, "there is no REST API"
    assert not set(row.granted) & set(row.untried)


def test_what_is_denied_is_named_with_its_region(account: Gate) -> None:
    account.refuse("/restapis", 403, "AccessDeniedException")
    [row] = rows(account, Aws())
    [refused] = [one for one in row.refused if not one.optional]
    assert (refused.what, refused.where) == ("apigateway:GET /restapis", REGION)
    assert refused.trouble.gap is Gap.DENIED
    assert refused.trouble.reason == "GetRestApis: AccessDeniedException"
    assert "cors-audit policy aws" in refused.trouble.do
    assert not row.readable
    assert "secret" not in repr(row)


def test_what_no_verdict_rests_on_does_not_count(account: Gate) -> None:
    client = account.aws().client("ec2", REGION)
    vpc = client.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = client.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    account.aws().client("elbv2", REGION).create_load_balancer(
        Name="a", Subnets=[subnet], Type="network", Scheme="internal"
    )
    [row] = rows(account, Aws())
    assert "elasticloadbalancing:DescribeTags" in row.granted
    assert "elasticloadbalancing:DescribeListeners" in row.granted


def test_each_other_region_is_asked_once(account: Gate) -> None:
    [row] = rows(account, Aws(regions=(REGION, OTHER_REGION)))
    assert row.readable, row.refused
    assert sum("/v2/apis" in text for text in account.asked) == 2
    assert sum("/restapis" in text for text in account.asked) == 1


def test_a_region_that_refuses_is_in_the_row(account: Gate) -> None:
    account.refuse("/v2/apis", 403, "UnrecognizedClientException")
    [row] = rows(account, Aws(regions=(REGION, OTHER_REGION)))
    found = [(one.where, one.what) for one in row.refused if not one.optional]
    assert found == [(REGION, "apigateway:GET /apis"), (OTHER_REGION, "apigateway:GET /apis")]


def test_an_account_that_cannot_be_opened_has_a_row(account: Gate) -> None:
    plan = Aws(organization=Organization("CorsAudit"))
    [row] = rows(account, plan)
    assert row.source == "aws"
    assert not row.readable
    [closed] = rows(account, Aws(role="CorsAudit", accounts=("444455556666",), external_id_env="X"))
    assert closed.source == "aws:444455556666"
    assert "the variable X is not set" in closed.refused[0].trouble.reason


def test_what_does_not_answer_is_said_at_once() -> None:
    aws = Aws(endpoint_url=f"http://127.0.0.1:{free_port()}", regions=(REGION,))
    [row] = check_access(replace(NOTHING, aws=aws), {}, lambda _text: None)
    assert row.refused[0].trouble.gap is Gap.UNREACHABLE


# -- clusters --------------------------------------------------------------------------------------


def cluster(folder: Path, url: str, *contexts: str) -> list[Access]:
    plan = Kubernetes(contexts, kubeconfig(folder, url))
    return list(check_access(replace(NOTHING, kubernetes=plan), {}, lambda _text: None))


def test_a_cluster_that_may_be_read(tmp_path: Path) -> None:
    api = Api({path: [] for path, _, _ in LISTS})
    with serving(api) as url:
        [row] = cluster(tmp_path, url, "prod")
    assert (row.source, row.who) == ("kube:prod", "user u")
    assert row.readable
    assert len(row.granted) == len(LISTS)
    assert {query["limit"] for _, query, _ in api.requests} == {"1"}
    assert "canary-token" not in repr(row)


def test_what_a_cluster_denies_is_named(tmp_path: Path) -> None:
    api = Api({path: [] for path, _, _ in LISTS})
    api.script = [(403, {})]
    with serving(api) as url:
        [row] = cluster(tmp_path, url, "prod")
    [refused] = row.refused
    assert (refused.what, refused.trouble.gap) == ("list ingresses", Gap.DENIED)
    assert refused.trouble.do == "grant get and list on ingresses"
    assert len(row.granted) == len(LISTS) - 1


def test_what_is_no_cluster_is_not_readable(tmp_path: Path) -> None:
    other = Api()
    other.script = [(404, {"kind": "Status", "code": 404})] * 50
    with serving(other) as url:
        [row] = cluster(tmp_path, url, "prod")
    assert not row.readable
    assert "no Kubernetes API" in row.refused[-1].trouble.reason


def test_clusters_that_are_not_there_have_rows(tmp_path: Path) -> None:
    with serving(Api()) as url:
        gone = url
    rows_of = cluster(tmp_path, gone, "prod", "nowhere")
    assert [row.source for row in rows_of] == ["kube:nowhere", "kube:prod"]
    assert rows_of[0].refused[0].trouble.gap is Gap.ABSENT
    assert [one.trouble.gap for one in rows_of[1].refused] == [Gap.UNREACHABLE]
