"""Filling last night's holes: only what was not read is read again, and the whole is judged."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.edge.config.load import load_config
from auditor.edge.config.model import Config
from auditor.edge.store.record import InputKind, RunRecord, Scope, take_input
from auditor.run.audit import audit
from auditor.run.collection import collect
from auditor.run.plan import Plan, plan_of
from auditor.run.resume import READ_SINCE, RESUMED, holes, keep, marks, read_since, refusal
from collectors.collector import Collected
from tests.collectors.gateway.conftest import REGION, Gate, _no_real_account, gate, moto_port
from tests.collectors.ingress.manifests import ingress
from tests.collectors.test_kube import INGRESSES, Api, kubeconfig, serving
from tests.run.collections import NOW, collection, place

__all__ = ("_no_real_account", "gate", "moto_port")

pytestmark = pytest.mark.server

OTHER = "us-east-1"
ACCOUNT = "123456789012"


def planned(base: Path, text: str) -> Plan:
    loaded = load_config(text.encode(), "c.yaml", date(2026, 11, 22))
    assert isinstance(loaded, Config), loaded
    plan = plan_of(loaded, base, "c.yaml", None, {})
    written = take_input(InputKind.CONFIG, "c.yaml", text.encode())
    return replace(plan, store=None, inputs=(written,))


def night(plan: Plan) -> RunRecord:
    """Last night's run, as it was kept."""
    record = audit(plan, lambda: NOW, {}, lambda _text: None).record
    return replace(record, head=replace(record.head, id=212), inputs=plan.inputs)


def filled(plan: Plan, record: RunRecord) -> Collected:
    later = NOW + timedelta(hours=6)
    return collect(plan, {}, lambda _text: None, later, keep(record, plan))


# -- clusters --------------------------------------------------------------------------------------


@pytest.fixture
def api() -> Api:
    named = [ingress({}, name="orders", host="orders.example.com")]
    lists: dict[str, list[dict[str, Any]]] = {INGRESSES: named}
    return Api(lists)


@pytest.fixture
def two(api: Api, tmp_path: Path) -> Iterator[Plan]:
    """Two contexts of one server: `dev` is asked first."""
    with serving(api) as url:
        config = kubeconfig(tmp_path, url)
        yield planned(
            tmp_path, f'version: 1\nkubernetes: {{contexts: ["*"], kubeconfig: "{config}"}}\n'
        )


def asked(api: Api) -> int:
    """How often ingresses were listed since the last time."""
    number = sum(path == INGRESSES for path, _, _ in api.requests)
    api.requests.clear()
    return number


def with_hole(api: Api, plan: Plan) -> RunRecord:
    """A night in which the first cluster refused its first list, the ingresses."""
    api.script = [(403, {})]
    record = night(plan)
    assert holes(record) == {"kube:dev"}
    asked(api)
    return record


def test_only_the_cluster_with_the_hole_is_read_again(api: Api, two: Plan) -> None:
    record = with_hole(api, two)
    api.lists[INGRESSES] += [ingress({}, name="late", host="late.example.com")]
    found = filled(two, record)
    assert asked(api) == 1
    assert not found.unread
    keys = sorted((one.source, one.key) for one in found.documents if one.kind == "Ingress")
    assert [(source, key.rpartition("/")[2]) for source, key in keys] == [
        ("kube:dev", "late"),
        ("kube:dev", "orders"),
        ("kube:prod", "orders"),
    ], "what was read last night is as old as that night"


def test_the_whole_equals_a_night_without_the_hole(api: Api, two: Plan) -> None:
    record = with_hole(api, two)
    whole = night(two)
    found = filled(two, record)
    assert found.documents == whole.documents
    assert {(c.source, c.kind, c.found, c.read) for c in found.counts} == {
        (c.source, c.kind, c.found, c.read) for c in whole.sources
    }


def test_a_hole_that_stays_is_a_gap_again(api: Api, two: Plan) -> None:
    record = with_hole(api, two)
    api.script = [(403, {})]
    assert [gap.source for gap in filled(two, record).unread] == ["kube:dev"]


def test_what_no_longer_is_named_is_not_taken_over(api: Api, two: Plan) -> None:
    record = with_hole(api, two)
    assert two.kubernetes is not None
    fewer = replace(two, kubernetes=replace(two.kubernetes, contexts=("dev",)))
    assert {one.source for one in filled(fewer, record).documents} == {"kube:dev"}


def test_a_cluster_that_the_run_did_not_have_is_read(api: Api, two: Plan) -> None:
    assert two.kubernetes is not None
    fewer = replace(two, kubernetes=replace(two.kubernetes, contexts=("dev",)))
    record = with_hole(api, fewer)
    found = filled(two, record)
    assert {one.source for one in found.documents} == {"kube:dev", "kube:prod"}
    assert asked(api) == 2


def test_a_mapping_that_is_new_has_its_cluster_read_again(api: Api, two: Plan) -> None:
    record = with_hole(api, two)
    mapped = planned(
        two.base,
        two.inputs[0].text
        + "files: [{workload: kube:prod/shop/a, name: a, key: O, like: flask-cors}]\n",  # type: ignore[operator]
    )
    filled(mapped, record)
    assert asked(api) == 2


# -- accounts --------------------------------------------------------------------------------------


def test_only_the_region_with_the_hole_is_read_again(gate: Gate, tmp_path: Path) -> None:
    for region in (REGION, OTHER):
        client = gate.aws().client("apigatewayv2", region)
        client.create_api(Name=region, ProtocolType="HTTP")
    plan = planned(
        tmp_path, f'version: 1\naws: {{endpoint_url: "{gate.url}", regions: [{REGION}, {OTHER}]}}\n'
    )
    gate.refuse("/v2/domainnames", 403, "AccessDeniedException", times=1)
    record = night(plan)
    [source] = [one for one in holes(record) if not one.endswith("/global")]
    gate.refusals.clear()
    gate.asked.clear()
    found = filled(plan, record)
    assert sum(text.endswith("/v2/apis") for text in gate.asked) == 1
    assert not [gap for gap in found.unread if gap.source == source]
    names = {one.source for one in found.documents if one.kind == "HttpApi"}
    assert names == {f"aws:{ACCOUNT}/{REGION}", f"aws:{ACCOUNT}/{OTHER}"}


# -- files, here and from elsewhere ----------------------------------------------------------------


def test_files_are_taken_over_while_the_configuration_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    written = tmp_path / "deploy" / "a.yaml"
    written.write_text(
        "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {a: b}}\n"
    )
    plan = planned(tmp_path, 'version: 1\nfiles: [deploy/]\ncollected: ["in/*.run"]\n')
    record = night(plan)
    [before] = filled(plan, record).documents
    written.write_text(written.read_text().replace("{a: b}", "{a: c}"))
    assert filled(plan, record).documents == (before,)
    edited = planned(tmp_path, 'version: 1\nfiles: [deploy/]\ncollected: ["in/a.run"]\n')
    assert filled(edited, record).documents != (before,)


def test_a_file_that_arrives_late_fills_its_hole(tmp_path: Path) -> None:
    plan = planned(tmp_path, 'version: 1\ncollected: ["in/*.run"]\n')
    record = night(plan)
    assert [gap.source for gap in filled(plan, record).unread] == ["collected:in/*.run"]
    place(tmp_path, "in/a.run", collection("kube:a"))
    found = filled(plan, record)
    assert not found.unread
    assert [one.source for one in found.documents] == ["kube:a"]


# -- which runs ------------------------------------------------------------------------------------


def test_a_resumed_run_says_what_it_rests_on(api: Api, two: Plan) -> None:
    record = with_hole(api, two)
    assert marks(record) == {RESUMED: 212, READ_SINCE: int(NOW.timestamp())}
    again = replace(
        record, head=replace(record.head, started=NOW + timedelta(days=1), counts=marks(record))
    )
    assert read_since(again) == NOW


def test_what_cannot_be_resumed(api: Api, two: Plan) -> None:
    record, later = with_hole(api, two), NOW + timedelta(hours=6)
    assert refusal(two, record, later) is None

    def refused(**head: object) -> str:
        changed = replace(record, head=replace(record.head, **head))  # type: ignore[arg-type]
        return refusal(two, changed, later) or ""

    assert "not a whole run" in refused(scope=Scope("c.yaml", (("host", "a"),)))
    assert "it is a run of other.yaml, not of c.yaml" in refused(scope=Scope("other.yaml"))
    assert "78 hours old" in refused(started=NOW - timedelta(hours=72))
    assert "nothing is left to fill" in (refusal(two, night(two), later) or "")
