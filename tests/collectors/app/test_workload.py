"""Applications in clusters: values of a workload's environment, and the name of the workload."""

from dataclasses import replace

from auditor.core.hop.behaviour import patterns
from auditor.core.language.pattern import exact
from auditor.core.reading import ANY_PATH, Hop, Reading, Unread, Where
from collectors.app.mapping import AppMapping, FromKey
from collectors.app.projection import project, project_values
from collectors.app.reading import read_app
from collectors.app.semantics.preset import Input

A, B = "https://a.example", "https://b.example"
GOOD = AppMapping(
    "orders",
    ("app.env",),
    "starlette@1.10",
    ("api.example.com/v1/*",),
    {Input.ORIGINS: FromKey("ORIGINS")},
)
IN_CLUSTER = replace(GOOD, paths=(), serves=(), workload="kube:prod-1/orders/api")
POD = Where("kube:prod-1/orders/api")


def from_environment(one: AppMapping, **values: str) -> Reading:
    found = project_values(one, values, POD, "kube:prod-1")
    if isinstance(found, Unread):
        return found
    [reading] = read_app([found], {})
    return reading


def test_the_environment_of_a_workload_is_read_as_a_dotenv_file_is() -> None:
    found = from_environment(IN_CLUSTER, ORIGINS=f"{A}, ${{B}}", B=B)
    assert isinstance(found, Hop)
    assert (found.id, found.role) == ("app:orders", "kube:prod-1/orders/api")
    assert found.answers == ("workload:kube:prod-1/orders/api",)
    assert [case.match for case in found.cases] == [ANY_PATH]
    assert [str(one) for one in patterns(found.cases[0].doing)][:2] == [
        str(exact(A)),
        str(exact(B)),
    ]
    assert (found.where, found.source) == (POD, "kube:prod-1")


def test_an_environment_without_the_key_blinds_the_workload() -> None:
    found = from_environment(IN_CLUSTER, OTHER="x")
    assert isinstance(found, Unread)
    assert found.reason == "the key ORIGINS is not in the file"
    assert found.names == ("workload:kube:prod-1/orders/api",)


def test_nothing_else_of_an_environment_is_kept() -> None:
    values = {"ORIGINS": A, "DATABASE_PASSWORD": "canary-secret"}
    found = project_values(IN_CLUSTER, values, POD, "kube:prod-1")
    assert "canary" not in repr(found)


def test_a_host_and_a_workload_are_two_hops() -> None:
    both = replace(GOOD, workload="kube:prod-1/orders/api")
    document = project(both, "app.env", f"ORIGINS={A}".encode(), "file:x", {})
    assert not isinstance(document, Unread)
    found = read_app([document], {})
    assert [one.id for one in found if isinstance(one, Hop)] == [
        "app:orders@api.example.com",
        "app:orders@kube:prod-1/orders/api",
    ]
    assert [one.answers for one in found if isinstance(one, Hop)] == [
        ("host:api.example.com",),
        ("workload:kube:prod-1/orders/api",),
    ]
