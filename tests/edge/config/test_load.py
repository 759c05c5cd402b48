"""`cors-audit.yaml`: what it may say, and every way in which it may be wrong."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.core.drift import State
from auditor.core.finding import Severity
from auditor.core.reading import ANY_PATH, Layer, PathKind, PathMatch, Where
from auditor.edge.config.files import SettingKey, StarMeans
from auditor.edge.config.load import load_config
from auditor.edge.config.model import Acts, Aws, Config, Organization, OwnerRule, OwnerSource

TODAY = date(2026, 11, 22)
V = "version: 1\n"
ARN = "arn:aws:iam::111122223333:role/CorsAudit"
SMALLEST = """\
# cors-audit.yaml
version: 1
aws: {}                                  # this machine's credentials, its enabled regions
kubernetes: {contexts: ["prod-*"]}
files: [deploy/, services/]
environments:
  prod: {hosts: ["*.example.com"]}
  staging: {hosts: ["*.stg.example.com"]}
"""
FULL = """\
version: 1
store: data/runs.db
allowlist: allowlist/
fail_on: {severity: medium, drift: [new, regressed]}
aws:
  role: CorsAudit
  accounts: ["111122223333", "444455556666"]
  external_id_env: CORS_AUDIT_EXTERNAL_ID
  exclude: {accounts: ["sandbox-*"], regions: [me-south-1]}
kubernetes:
  contexts: ["prod-*"]
  exclude: {namespaces: ["preview-*", kube-system]}
files:
  - services/
  - path: deploy/prod/orders.env          # the app that nobody else has
    key: CORS_ALLOWED_ORIGINS
    like: starlette@0.40
    serves: api.example.com/v1/orders/*
  - path: [a.yaml, b.yaml]
    key: origins
    split: ","
    credentials: {key: allow, default: false, truthy: ["yes"]}
    methods: [GET, PUT]
    max_age: MAX_AGE
    embedded: {configmap_key: application.yml, format: yaml}
    resolve: [env_default]
    semantics: {matcher: {kind: regex, engine: python-re, mode: match}, star_means: reflect}
    serves: [b.example.com/*]
    workload: prod-1/orders/api
    container: app
environments:                             # the first that matches wins
  - {name: prod, namespaces: ["*-prod"], hosts: ["*.example.com"]}
  - {name: staging, accounts: ["111122223333"], non_production: true}
  - {name: preview, stages: ["pr-*"], tags: {env: [preview, "test*"], team: qa}}
links:
  - {host: shop.example.com/v1/orders/*, to: "app:services/orders"}
  - {from: b.example.com, to: k8s:eks-prod-1}
hops:
  - name: cloudflare-edge                 # a layer that nothing here reads
    in_front_of: ["*.example.com"]
    acts: transparent                     # owns | sets-when-matched | appends | strips
    declared_by: team-edge
    expires: 2027-03-01
  - name: old
    in_front_of: [old.example.com]
    acts: owns
    layer: load-balancer
    allow_origins: ["https://a.example.com", "https://*.example.com", "*", reflect]
    allow_credentials: true
    declared_by: team-edge
    expires: 2026-11-21
owners:                                   # who can change a hop; the first that answers wins
  - {aws_tag: team}
  - {k8s_label: app.kubernetes.io/part-of}
  - {codeowners: .github/CODEOWNERS}
  - {default: team-platform}
coverage:
  accept:
    - {source: "aws:777788889999/eu-south-1", reason: closing in Q1, expires: 2026-11-22}
assume: {ingress-nginx: {version: "1.10"}}
"""


def config_of(text: str) -> Config:
    loaded = load_config(text.encode(), "cors-audit.yaml", TODAY)
    assert isinstance(loaded, Config), "\n".join(map(str, loaded))
    return loaded


def test_the_smallest_example_loads() -> None:
    config = config_of(SMALLEST)
    assert config.aws == Aws()
    assert config.store == "cors-audit.db"
    assert config.allowlist is None
    assert [entry.path for entry in config.files] == [("deploy/",), ("services/",)]
    assert config.environments.name("api.stg.example.com", {}) == "staging"
    assert config.environments.name("api.example.com", {}) == "prod"
    assert config.environments.name("example.org", {}) is None
    assert config.warnings == ()


def test_the_full_example_loads() -> None:
    config = config_of(FULL)
    assert config.fail_on.severity is Severity.MEDIUM
    assert config.fail_on.drift == (State.NEW, State.REGRESSED)
    assert config.aws is not None
    assert config.aws.external_id_env == "CORS_AUDIT_EXTERNAL_ID"
    assert config.aws.exclude.accounts == ("sandbox-*",)
    assert config.kubernetes is not None
    assert config.kubernetes.exclude.namespaces == ("preview-*", "kube-system")
    shop, other = config.links
    assert (shop.host, shop.match) == (
        "shop.example.com",
        PathMatch(PathKind.PREFIX, "/v1/orders"),
    )
    assert (other.host, other.match) == ("b.example.com", ANY_PATH)
    assert config.aws.accounts == ("111122223333", "444455556666")
    assert config.owners[0] == OwnerRule(OwnerSource.AWS_TAG, "team")
    assert config.owners[2] == OwnerRule(OwnerSource.CODEOWNERS, ".github/CODEOWNERS")
    assert [(one.product, one.version) for one in config.assume] == [("ingress-nginx", "1.10")]


def test_files_entries_keep_what_was_written() -> None:
    bare, mapped, spelled = config_of(FULL).files
    assert bare.key is None
    assert mapped.where == Where("cors-audit.yaml", 15)
    assert mapped.key == "CORS_ALLOWED_ORIGINS"
    assert mapped.like == "starlette@0.40"
    assert mapped.serves == ("api.example.com/v1/orders/*",)
    assert spelled.path == ("a.yaml", "b.yaml")
    assert spelled.credentials == SettingKey("allow", False, ("yes",))
    assert spelled.methods == ("GET", "PUT")
    assert spelled.max_age == SettingKey("MAX_AGE")
    assert (spelled.workload, spelled.container) == ("kube:prod-1/orders/api", "app")
    assert spelled.semantics is not None
    assert spelled.semantics.star_means is StarMeans.REFLECT
    assert spelled.semantics.matcher.engine == "python-re"


def test_what_has_run_out_is_loaded_as_expired_and_said() -> None:
    config = config_of(FULL)
    edge, old = config.hops
    assert (edge.expired, edge.layer, edge.acts) == (False, Layer.CDN, Acts.TRANSPARENT)
    assert old.expired
    assert old.allow_origins[-1] == "reflect"
    assert not config.accepted[0].expired, "the last day counts"
    last = config_of(FULL.replace("expires: 2026-11-21", "expires: 2026-11-22"))
    assert not last.hops[1].expired, "the last day counts"
    (warning,) = config.warnings
    assert str(warning).startswith("cors-audit.yaml:44: the declared hop old ran out on 2026-11-21")


def test_in_a_list_of_environments_the_first_that_matches_wins() -> None:
    environments = config_of(FULL).environments
    account = {"account": {"999", "111122223333"}}
    assert environments.name("a.example.com", account) == "prod"
    assert environments.name("a.test", account) == "staging"
    assert environments.name("a.test", {"namespace": {"x", "orders-prod"}}) == "prod"
    assert environments.non_production == {"staging"}
    wide = (
        "version: 1\nenvironments:\n  - {name: prod, hosts: ['*.example.com']}\n"
        "  - {name: staging, hosts: ['*.stg.example.com']}\n"
    )
    assert config_of(wide).environments.name("a.stg.example.com", {}) == "prod"


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"stage": {"$default", "pr-12"}}, "preview"),
        ({"stage": {"prod"}}, None),
        ({"tag:env": {"preview"}}, "preview"),
        ({"env": {"testing"}}, "preview"),
        ({"env": {"prod"}, "tag:env": {"test"}}, "preview"),
        ({"tag:team": {"qa"}}, "preview"),
        ({"tag:team": {"qa2"}}, None),
        ({"tag:env": {"qa"}}, None),
        ({}, None),
    ],
)
def test_stages_tags_and_labels_of_any_hop_count(
    facts: dict[str, set[str]], name: str | None
) -> None:
    assert config_of(FULL).environments.name("a.test", facts) == name


def test_every_account_of_an_organization_is_read_by_the_name_of_a_role() -> None:
    aws = config_of(V + "aws: {organization: {role: audit/Cors, external_id_env: X}}\n").aws
    assert aws == Aws(organization=Organization("audit/Cors", "X"))
    alone = config_of(V + f"aws: {{role: '{ARN}'}}\n").aws
    assert alone == Aws(role=ARN)


ANY_KEY = st.sampled_from(
    [*["version", "store", "aws", "files", "hops", "links", "owners", "environments"], "x"]
)
ANY_VALUE: st.SearchStrategy[str] = st.recursive(
    st.sampled_from(["", "1", "on", '"a"', "a.example", "*", "2027-01-01", "&a b", "*a", "!x y"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(ANY_KEY, inner, max_size=3).map(
            lambda items: "{" + ", ".join(f"{key}: {value}" for key, value in items.items()) + "}"
        ),
    ),
    max_leaves=8,
)


@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    assert load_config(data, "c.yaml", TODAY)


@settings(max_examples=300)
@given(st.lists(st.tuples(ANY_KEY, ANY_VALUE), max_size=6))
def test_no_shape_raises(entries: list[tuple[str, str]]) -> None:
    text = V + "".join(f"{key}: {value}\n" for key, value in entries)
    loaded = load_config(text.encode(), "c.yaml", TODAY)
    assert isinstance(loaded, Config) or all(one.where.startswith("c.yaml") for one in loaded)
