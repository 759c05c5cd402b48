"""What is recognised, what is kept, and what is refused with a reason."""

from typing import Any

import pytest

from auditor.core.reading import Document, Gap, Layer, Unread, Where
from collectors.collector import Found
from collectors.ingress.ingress_nginx.collector import COLLECTOR
from tests.collectors.ingress.manifests import (
    HOST,
    PREFIX,
    SOURCE,
    config_map,
    controller,
    ingress,
    ingress_class,
    projected,
    readings,
    the_hop,
)

CANARY = "canary-secret-7d1f"


def the_document(*objects: dict[str, Any]) -> Document:
    (item,) = projected(*objects)
    assert isinstance(item, Document), item
    return item


def the_refusal(*objects: dict[str, Any]) -> Unread:
    (item,) = projected(*objects)
    assert isinstance(item, Unread), item
    return item


@pytest.mark.parametrize(
    "version", ["networking.k8s.io/v1", "networking.k8s.io/v1beta1", "extensions/v1beta1"]
)
def test_every_version_of_ingress(version: str) -> None:
    assert the_document({**ingress({}), "apiVersion": version}).key == "orders/api"


def test_other_kinds_named_ingress_are_not_ours() -> None:
    assert projected({**ingress({}), "apiVersion": "networking.internal.knative.dev/v1"}) == []
    assert projected({"apiVersion": "v1", "kind": "Secret", "data": {"a": CANARY}}) == []


def test_backends_of_the_old_versions() -> None:
    old = ingress({})
    old["apiVersion"] = "extensions/v1beta1"
    old["spec"] = {
        "backend": {"serviceName": "rest", "servicePort": 80},
        "rules": [
            {
                "host": HOST,
                "http": {
                    "paths": [{"path": "/a", "backend": {"serviceName": "old", "servicePort": 80}}]
                },
            }
        ],
    }
    body = the_document(old).body
    assert body["default"] == "rest"
    assert body["rules"] == [
        {"host": HOST, "paths": [{"path": "/a", "type": None, "service": "old"}]}
    ]


def test_lists_and_lists_of_lists() -> None:
    bare = {k: v for k, v in ingress({}, name="bare").items() if k not in ("kind", "apiVersion")}
    typed = {"apiVersion": "networking.k8s.io/v1", "kind": "IngressList", "items": [bare]}
    listed = {"apiVersion": "v1", "kind": "List", "items": [ingress({}, name="one"), typed]}
    documents = projected({"apiVersion": "v1", "kind": "List", "items": [listed]})
    assert [item.key for item in documents if isinstance(item, Document)] == [
        "orders/one",
        "orders/bare",
    ]


def test_lines_of_annotations_in_a_list() -> None:
    lines = {
        ("items", 0): 3,
        ("items", 0, "metadata", "annotations", f"{PREFIX}/cors-allow-origin"): 9,
    }
    one = ingress({"enable-cors": "true", "cors-allow-origin": "https://a.com, bad, https://b.com"})
    body = {"kind": "List", "apiVersion": "v1", "items": [one]}
    found = Found(body, SOURCE, Where("deploy/a.yaml", 1), line=lines.get)
    (document,) = COLLECTOR.project(found)
    assert isinstance(document, Document)
    assert str(document.where) == "deploy/a.yaml:3"
    (hop,) = COLLECTOR.read([document], {})
    fields = dict(getattr(hop, "fields", ()))
    assert str(fields["orders/api cors-allow-origin[0]"]) == "deploy/a.yaml:9"
    assert str(fields["orders/api cors-allow-origin[2]"]) == "deploy/a.yaml:9"
    assert "orders/api cors-allow-origin[1]" not in fields


@pytest.mark.parametrize(
    ("value", "said"),
    [(True, "is a boolean"), (600, "is a number"), (1.5, "is a number"), (["a"], "is a list")],
)
def test_the_api_server_takes_no_other_types(value: object, said: str) -> None:
    gap = the_refusal(ingress({"enable-cors": "true", "cors-max-age": value}))
    assert gap.gap is Gap.INVALID
    assert f"annotation {PREFIX}/cors-max-age {said}" in gap.reason
    assert gap.do == "write the value in quotes"
    assert gap.names == (f"host:{HOST}",)


def test_the_text_as_written_is_shown_for_cors_keys_alone() -> None:
    body = ingress({"enable-cors": True, "example.com/token": 7})
    found = Found(
        body,
        SOURCE,
        Where("a.yaml"),
        written=lambda path: {"enable-cors": "yes"}.get(str(path[-1]).rpartition("/")[2], CANARY),
    )
    (gap,) = COLLECTOR.project(found)
    assert isinstance(gap, Unread)
    assert 'is a boolean, not a text (write "yes")' in gap.reason
    assert "annotation example.com/token is a number, not a text" in gap.reason
    assert CANARY not in gap.reason


def test_null_is_the_empty_text() -> None:
    assert the_document(ingress({"enable-cors": None})).body["annotations"] == {
        f"{PREFIX}/enable-cors": ""
    }


@pytest.mark.parametrize(
    "annotations",
    [
        {"cors-allow-origin": "https://{{ .Values.host }}"},
        {"cors-allow-origin": "https://*.${DOMAIN}"},
        {"configuration-snippet": 'add_header X "{{ .Values.x }}";'},
    ],
)
def test_templates_are_never_evaluated(annotations: dict[str, object]) -> None:
    gap = the_refusal(ingress({"enable-cors": "true", **annotations}))
    assert (gap.gap, gap.names) == (Gap.UNRESOLVED, (f"host:{HOST}",))


def test_a_template_for_a_host_has_no_name() -> None:
    gap = the_refusal(ingress({}, host="{{ .Values.host }}"))
    assert (gap.gap, gap.names, gap.layer) == (Gap.UNRESOLVED, (), Layer.INGRESS)


def test_what_is_no_template() -> None:
    one = ingress(
        {"configuration-snippet": "set $x ${cors}y;", "rewrite-target": "/${1}"},
        paths=(("/a(/|$)(.*)", "ImplementationSpecific", "api"),),
    )
    assert the_document(one).kind == "Ingress"


def test_values_are_not_manifests() -> None:
    values = {"web": {"ingress": [{"annotations": {f"{PREFIX}/enable-cors": "true"}}]}}
    gap = the_refusal(values)
    assert (gap.gap, gap.do) == (Gap.UNRESOLVED, "audit what helm template renders")
    assert gap.reason.startswith("values, not rendered")
    assert projected({"web": {"ingress": {"annotations": {"a/b": "true"}}}}) == []


def test_a_patch_is_no_ingress() -> None:
    patch = ingress({"enable-cors": "true"})
    del patch["spec"]
    assert the_refusal(patch).gap is Gap.UNRESOLVED


def test_the_controller_says_its_version_and_flags() -> None:
    (document,) = projected(*controller("1.11.2", "--ingress-class", "web", "--v=2"))
    assert isinstance(document, Document)
    assert document.body == {"version": "v1.11.2", "flags": {"ingress-class": "web"}}


@pytest.mark.parametrize(
    ("image", "ours"),
    [
        ("registry.k8s.io/ingress-nginx/controller-chroot:v1.9.4", True),
        ("quay.io/kubernetes-ingress-controller/nginx-ingress-controller:0.30.0", True),
        ("bitnami/nginx-ingress-controller:1.11.2-debian-12-r0", True),
        ("nginx/nginx-ingress:3.4.0", False),
        ("example.com/api:1.0", False),
    ],
)
def test_images(image: str, *, ours: bool) -> None:
    (deployment,) = controller()
    deployment["spec"]["template"]["spec"]["containers"][0]["image"] = image
    assert bool(projected(deployment)) is ours


def test_a_digest_has_no_version_so_the_label_is_taken() -> None:
    (deployment,) = controller()
    deployment["spec"]["template"]["spec"]["containers"][0]["image"] = (
        "registry.k8s.io/ingress-nginx/controller@sha256:0"
    )
    deployment["metadata"]["labels"] = {"app.kubernetes.io/version": "1.10.0"}
    assert the_document(deployment).body["version"] == "1.10.0"


def test_no_secret_is_kept() -> None:
    snippet = f"""
        # {CANARY}
        proxy_set_header Authorization "Bearer {CANARY}";
        if ($http_x_api_key = "{CANARY}") {{ return 403; }}
        if ($arg_key = {CANARY}) {{ set $t {CANARY}; return 200 "{CANARY}"; }}
        set $token "{CANARY}"; proxy_set_header X-Token $token;
        add_header X-Key "{CANARY}"; more_set_headers "X-Other: {CANARY}";
        rewrite ^/{CANARY}/(.*)$ https://x.example/{CANARY} permanent;
        auth_basic "{CANARY}"; some_module_key {CANARY} on;
    """
    annotations = dict.fromkeys(
        ("auth-url", "auth-signin", "auth-secret", "permanent-redirect", "app-root"),
        f"https://u:{CANARY}@auth.example/?t={CANARY}",
    )
    annotations |= {
        "configuration-snippet": snippet,
        "server-snippet": snippet,
        "auth-snippet": snippet,
        "mirror-target": CANARY,
        "kubectl.kubernetes.io/last-applied-configuration": f'{{"a":"{CANARY}"}}',
        "example.com/token": CANARY,
    }
    one = ingress(annotations)
    one["metadata"]["labels"] = {"token": CANARY, "app.kubernetes.io/part-of": "shop"}
    one["metadata"]["managedFields"] = [{"x": CANARY}]
    deployment, settings = controller(
        "1.11.2", f"--token={CANARY}", http_snippet=snippet, global_auth_url=CANARY, password=CANARY
    )
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    container["env"] = [{"name": "PASSWORD", "value": CANARY}]
    headers = config_map("headers", {"X-Key": CANARY, "Access-Control-Allow-Origin": "*"})
    secret = {"apiVersion": "v1", "kind": "Secret", "data": {"x": CANARY}}
    objects = (
        one,
        deployment,
        settings,
        headers,
        secret,
        ingress_class("nginx", "k8s.io/ingress-nginx"),
    )
    documents = projected(*objects)
    assert len(documents) == 5
    assert CANARY not in repr(documents)
    assert CANARY not in repr(readings(*objects))
    assert "shop" in repr(documents)


def test_an_unreadable_snippet_keeps_nothing() -> None:
    one = ingress({"configuration-snippet": f'access_by_lua_block {{ local k = "{CANARY}'})
    assert CANARY not in repr(projected(one))


def test_owners_are_found_by_labels() -> None:
    one = ingress({"meta.helm.sh/release-name": "shop"})
    one["metadata"]["labels"] = {"app.kubernetes.io/managed-by": "Helm", "team": "web", "x": "y"}
    assert the_hop(one).labels == (
        ("app.kubernetes.io/managed-by", "Helm"),
        ("managed-by", "Helm release shop"),
        ("meta.helm.sh/release-name", "shop"),
        ("namespace", "orders"),
        ("source", SOURCE),
        ("team", "web"),
    )
