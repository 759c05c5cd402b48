"""`cors-audit.yaml`: what it may say, and every way in which it may be wrong."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.core.drift import State
from auditor.core.finding import Severity
from auditor.core.reading import Layer, Where
from auditor.edge.config.files import SettingKey, StarMeans
from auditor.edge.config.load import load_config
from auditor.edge.config.model import Acts, Aws, Config, OwnerRule, OwnerSource
from auditor.text.tree import Problem

TODAY = date(2026, 11, 22)
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
environments:                             # the first that matches wins
  - {name: prod, namespaces: ["*-prod"], hosts: ["*.example.com"]}
  - {name: staging, accounts: ["111122223333"], non_production: true}
links:
  - {host: shop.example.com, to: k8s:eks-prod-1}
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


def problems_of(text: str | bytes) -> tuple[Problem, ...]:
    data = text if isinstance(text, bytes) else text.encode()
    loaded = load_config(data, "c.yaml", TODAY)
    assert not isinstance(loaded, Config)
    return loaded


def test_the_smallest_example_loads() -> None:
    config = config_of(SMALLEST)
    assert config.aws == Aws()
    assert config.store == "cors-audit.db"
    assert config.allowlist is None
    assert [entry.path for entry in config.files] == [("deploy/",), ("services/",)]
    assert config.environments.name(host="api.stg.example.com") == "staging"
    assert config.environments.name(host="api.example.com") == "prod"
    assert config.environments.name(host="example.org") is None
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
    assert [link.host for link in config.links] == ["shop.example.com", "b.example.com"]
    assert config.owners[0] == OwnerRule(OwnerSource.AWS_TAG, "team")
    assert [(one.product, one.version) for one in config.assume] == [("ingress-nginx", "1.10")]


def test_files_entries_keep_what_was_written() -> None:
    bare, mapped, spelled = config_of(FULL).files
    assert bare.key is None
    assert mapped.where == Where("cors-audit.yaml", 14)
    assert mapped.key == "CORS_ALLOWED_ORIGINS"
    assert mapped.like == "starlette@0.40"
    assert mapped.serves == ("api.example.com/v1/orders/*",)
    assert spelled.path == ("a.yaml", "b.yaml")
    assert spelled.credentials == SettingKey("allow", False, ("yes",))
    assert spelled.methods == ("GET", "PUT")
    assert spelled.max_age == SettingKey("MAX_AGE")
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
    assert str(warning).startswith("cors-audit.yaml:39: the declared hop old ran out on 2026-11-21")


def test_in_a_list_of_environments_the_first_that_matches_wins() -> None:
    environments = config_of(FULL).environments
    assert environments.name(host="a.example.com", account="111122223333") == "prod"
    assert environments.name(account="111122223333") == "staging"
    assert environments.name(namespace="orders-prod") == "prod"
    assert environments.non_production == {"staging"}
    wide = (
        "version: 1\nenvironments:\n  - {name: prod, hosts: ['*.example.com']}\n"
        "  - {name: staging, hosts: ['*.stg.example.com']}\n"
    )
    assert config_of(wide).environments.name(host="a.stg.example.com") == "prod"


V = "version: 1\n"
HOP = "hops:\n  - {name: a, in_front_of: [a.example], declared_by: t, expires: 2027-01-01, "
SEMANTICS = "files:\n  - {path: a, key: k, semantics: {matcher: {%s}}}\n"
WRONG = [
    ("", None, "the file is empty"),
    ("# only a comment\n", None, "the file is empty"),
    ("- a\n", 1, "the file is a list; write a mapping"),
    ("aws: {}\n", 1, "the file has no version; add version: 1"),
    ("version: 2\n", 1, "'version' is not between 1 and 1"),
    ('version: "1"\n', 1, "'version' is a text; write a whole number"),
    ("version: true\n", 1, "'version' is true or false; write a whole number"),
    (V + "version: 1\n", 2, "the key 'version' is here twice, first on line 1"),
    (V + "---\nversion: 1\n", 2, "a second document starts here"),
    (V + "alowlist: a\n", 2, "'alowlist' is an unknown key; write allowlist"),
    (V + "zzz: a\n", 2, "'zzz' is an unknown key; use one of version, store"),
    (V + "aws: {regoins: [a]}\n", 2, "'regoins' of 'aws' is an unknown key; write regions"),
    (V + "aws:\n", 2, "'aws' is empty; give it a value"),
    (V + "aws: yes\n", 2, "'aws' is true or false; write a mapping"),
    (V + "aws: {regions: eu-west-1}\n", 2, "'aws.regions' is a text; write a list"),
    (V + "aws: {regions: []}\n", 2, "'aws.regions' is an empty list"),
    (V + "aws: {profile: on}\n", 2, "'aws.profile' is read by YAML as true or false"),
    (V + "aws: {profile: 12}\n", 2, "'aws.profile' is read by YAML as a number"),
    (V + "aws: {profile: ' a'}\n", 2, "'aws.profile' is empty or has blanks around it"),
    (V + 'aws: {profile: "a\\eb"}\n', 2, "holds a line break or a control character"),
    (V + "aws: {profile: !Ref x}\n", 2, "'aws.profile' has a YAML tag"),
    (V + f"aws: {{profile: {'x' * 3000}}}\n", 2, "is longer than 2048 characters"),
    (V + "aws: {external_id_env: X}\n", 2, "has external_id_env but no role; add role"),
    (V + "aws: {role: R, external_id_env: a-b}\n", 2, "is no name of an environment variable"),
    (V + "aws: {endpoint_url: localhost}\n", 2, "'aws.endpoint_url' is no URL"),
    (V + "aws: {endpoint_url: 'http://u:p@h'}\n", 2, "holds a user name or password"),
    (V + "kubernetes: {contexts: [1]}\n", 2, "'kubernetes.contexts[0]' is read by YAML as a"),
    (V + "files: {a: b}\n", 2, "'files' is a mapping; write a list"),
    (V + "files:\n  - {key: a, like: b}\n", 3, "'files[0]' has no path; add path"),
    (V + "files:\n  - {path: a, key: b}\n", 3, "has key but no like or semantics"),
    (V + "files:\n  - {path: a, semantics: {}}\n", 3, "has semantics but no key"),
    (V + "files:\n  - {path: a, key: k, like: x, semantics: {}}\n", 3, "stands beside like"),
    (V + "files:\n  - {path: a, key: k, like: x@}\n", 3, "'files[0].like' is no preset"),
    (V + SEMANTICS % "kind: regex", 3, "'files[0].semantics.matcher.kind' names no engine"),
    (V + SEMANTICS % "mode: match", 3, "mode' is for regular expressions; write kind: regex"),
    (V + SEMANTICS % "kind: exact, engine: js", 3, "engine' is for regular expressions"),
    (V + "files:\n  - {path: a, format: yam}\n", 3, "write yaml"),
    (V + "files:\n  - {path: a, serves: 'https://a.example/'}\n", 3, "has a scheme"),
    (V + "files:\n  - {path: a, max_age: 99999999}\n", 3, "is not between -1 and"),
    (V + "files:\n  - [a]\n", 3, "'files[0]' is a list; write a path or a mapping"),
    (V + "environments: {prod: {}}\n", 2, "has no hosts or namespaces or accounts"),
    (V + "environments: {prod: {hosts: ['https://a']}}\n", 2, "is no host"),
    (V + "environments: {prod: {accounts: [111122223333]}}\n", 2, "put it in quotes"),
    (V + "environments: {prod: {accounts: ['11112222333']}}\n", 2, "is no AWS account"),
    (V + "environments: {on: {hosts: [a]}}\n", 2, "'environments.on' is read by YAML as true"),
    (V + "environments: [{hosts: [a]}]\n", 2, "'environments[0]' has no name"),
    (V + "environments: [{name: a, hosts: [a]}, {name: a, hosts: [b]}]\n", 2, "name a twice"),
    (V + "links: [{to: a}]\n", 2, "has none of its keys; write exactly one of host, from"),
    (V + "links: [{host: a, from: a, to: a}]\n", 2, "has host and from; write exactly one"),
    (V + HOP + "acts: own}\n", 3, "'hops[0].acts' is none of transparent, owns,"),
    (V + HOP + "acts: owns}\n", 3, "'hops[0].acts' is owns, but nothing says what it writes"),
    (V + HOP + "acts: strips, allow_origins: ['*']}\n", 3, "beside acts: strips, which writes"),
    (
        V + HOP + "acts: owns, allow_origins: ['https://a.example/']}\n",
        3,
        "write https://a.example",
    ),
    (V + HOP + "acts: owns, layer: edge, allow_origins: ['*']}\n", 3, "is none of cdn, gateway"),
    (V + HOP.replace(" expires: 2027-01-01,", "") + "acts: strips}\n", 3, "has no expires"),
    (V + "owners: [{aws_tag: a, default: b}]\n", 2, "has aws_tag and default; write exactly one"),
    (V + "coverage: {accept: [{source: a, reason: b}]}\n", 2, "has no expires"),
    (V + "coverage: {accept: [{source: a, expires: 2027-1-1, reason: b}]}\n", 2, "is no date"),
    (V + "coverage: {accept: [{source: a, expires: 20270101, reason: b}]}\n", 2, "as a number"),
    (V + "coverage: {accept: [{source: a, expires: 2027-02-30, reason: b}]}\n", 2, "is no date"),
    (V + "coverage: {accept: [{source: a, expires: '20270101', reason: b}]}\n", 2, "is no date"),
    (V + "coverage: {}\n", 2, "'coverage' has no accept"),
    (V + "fail_on: {severity: hihg}\n", 2, "is none of info, low, medium, high, critical"),
    (V + "fail_on: {drift: [nwe]}\n", 2, "'fail_on.drift[0]' is none of new, standing"),
    (V + "assume: {ingress-nginx: {version: 1.10}}\n", 2, "is read by YAML as a number"),
    (V + "assume: {nginx: {version: '1'}}\n", 2, "'nginx' of 'assume' is an unknown key"),
    (V + "aws: {a: [}\n", 2, "this is not YAML"),
    (V + "aws: *x\n", 2, "the alias 'x' has no anchor before it"),
]
LATER = [
    *((key, f"{key}: {{}}\n") for key in ("publish", "waivers", "dns", "verify", "tickets")),
    ("collected", "collected: []\n"),
    ("notify", "notify: {slack: {}}\n"),
    ("organization", "aws: {organization: {role: R}}\n"),
    ("edge_code", "aws: {edge_code: true}\n"),
    ("concurrency", "aws: {concurrency: 20}\n"),
    ("ous", "aws: {exclude: {ous: [Suspended]}}\n"),
    ("eks", "kubernetes: {eks: discover}\n"),
    ("ou", "environments: [{name: a, hosts: [a], ou: P}]\n"),
    ("account_tag", "environments: {a: {hosts: [a], account_tag: {env: p}}}\n"),
    ("codeowners", "owners: [{codeowners: CODEOWNERS, default: a}]\n"),
]


@pytest.mark.parametrize(("text", "line", "part"), WRONG)
def test_a_wrong_file_is_refused_with_its_line(text: str, line: int | None, part: str) -> None:
    problems = problems_of(text)
    found = [str(problem) for problem in problems]
    start = "c.yaml: " if line is None else f"c.yaml:{line}: "
    assert any(one.startswith(start) and part in one for one in found), found
    assert len(found) == 1, found


@pytest.mark.parametrize(("key", "text"), LATER)
def test_a_key_of_a_later_release_is_refused_not_ignored(key: str, text: str) -> None:
    (problem,) = problems_of(V + text)
    assert problem.what.startswith(f"'{key}'")
    assert problem.what.endswith("is not supported by this release")


def test_every_problem_comes_at_once_in_order() -> None:
    text = "store: 3\naws: {regions: eu}\nstore: 4\nhops: [{}]\ntickets: {}\nversion: 2\n"
    where = [problem.where for problem in problems_of(text)]
    assert where == [f"c.yaml:{line}" for line in (2, 3, 3, 4, 4, 4, 4, 4, 5, 6)]


def test_a_file_with_too_many_problems_is_not_read_to_its_end() -> None:
    problems = problems_of(V + "".join(f"k{number}: 1\n" for number in range(5_000)))
    assert len(problems) == 1_001
    assert problems[-1].what == "more than 999 problems; the file was not read to its end"


def test_values_are_not_shown_where_a_secret_may_stand() -> None:
    canary = "canary-4f1d"
    text = (
        V + f"aws: {{external_id_env: '{canary} x', endpoint_url: 'http://u:{canary}@h/'}}\n"
        f"hops: [{{acts: owns, allow_origins: ['https://u:{canary}@h']}}]\n"
    )
    assert not [str(one) for one in problems_of(text) if canary in str(one)]


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
