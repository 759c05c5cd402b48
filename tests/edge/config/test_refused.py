"""Every way in which `cors-audit.yaml` may be wrong, said at its line."""

from datetime import date

import pytest

from auditor.edge.config.load import load_config
from auditor.edge.config.model import Config
from auditor.text.tree import Problem

TODAY = date(2026, 11, 22)
V = "version: 1\n"
ARN = "arn:aws:iam::111122223333:role/CorsAudit"
HOP = "hops:\n  - {name: a, in_front_of: [a.example], declared_by: t, expires: 2027-01-01, "
FILES = "files:\n  - {serves: a.example, %s}\n"
SEMANTICS = "files:\n  - {path: a, serves: a.example, key: k, semantics: {matcher: {%s}}}\n"
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
    (
        V + "aws: {external_id_env: X}\n",
        2,
        "has external_id_env but no role or organization; add role",
    ),
    (V + "aws: {role: R, external_id_env: a-b}\n", 2, "is no name of an environment variable"),
    (V + "aws: {role: R}\n", 2, "'aws.role' is a name, and nothing says in which accounts"),
    (V + "aws: {role: 'R R', accounts: ['111122223333']}\n", 2, "is no name of a role"),
    (V + "aws: {role: 'arn:aws:iam::1:role/R'}\n", 2, "is no ARN of a role"),
    (V + "aws: {role: 'arn:aws:iam::111122223333:user/R'}\n", 2, "is no ARN of a role"),
    (V + "aws: {accounts: ['111122223333']}\n", 2, "has accounts but no role or organization"),
    (V + "aws: {role: R, accounts: ['1']}\n", 2, "'aws.accounts[0]' is no AWS account"),
    (
        V + f"aws: {{role: '{ARN}', accounts: ['111122223333']}}\n",
        2,
        "'aws.role' is the ARN of one account's role beside accounts; write the name",
    ),
    (
        V + "aws: {role: R, accounts: ['111122223333', '111122223333']}\n",
        2,
        "'aws.accounts' has 111122223333 twice",
    ),
    (V + "aws: {organization: {}}\n", 2, "'aws.organization' has no role"),
    (V + f"aws: {{organization: {{role: '{ARN}'}}}}\n", 2, "ARN of one account's role beside"),
    (
        V + "aws: {role: R, organization: {role: R}}\n",
        2,
        "'aws.role' stands beside organization, which says it; remove one",
    ),
    (V + "aws: {endpoint_url: localhost}\n", 2, "'aws.endpoint_url' is no URL"),
    (V + "aws: {endpoint_url: 'http://u:p@h'}\n", 2, "holds a user name or password"),
    (V + "kubernetes: {contexts: [1]}\n", 2, "'kubernetes.contexts[0]' is read by YAML as a"),
    (V + "files: {a: b}\n", 2, "'files' is a mapping; write a list"),
    (V + FILES % "key: a, like: b", 3, "'files[0]' has no path or workload; add path"),
    (V + "files:\n  - {path: a, key: b}\n", 3, "has key but no like or semantics"),
    (V + FILES % "path: a, semantics: {}", 3, "has semantics but no key"),
    (V + FILES % "path: a, key: k, like: x, semantics: {}", 3, "stands beside like"),
    (V + "files:\n  - {path: a, like: x}\n", 3, "has like but no serves or workload; add serves"),
    (V + FILES % "workload: a/b/c, key: k", 3, "has key but no like or semantics"),
    (V + FILES % "workload: a/b/c, path: p", 3, "'files[0].workload' has no like; add like"),
    (V + FILES % "workload: a/b/c, like: x", 3, "'files[0].workload' has no key; add key"),
    (V + FILES % "workload: b/c, key: k, like: x", 3, "'files[0].workload' is no workload; write"),
    (V + FILES % "workload: 'kube:b/c', key: k, like: x", 3, "is no workload; write cluster/"),
    (V + FILES % "workload: a/b/C_1, key: k, like: x", 3, "is no workload; write cluster/"),
    (V + FILES % "path: a, like: x, credentials: true", 3, "is for settings that a key names"),
    (V + FILES % "path: a, like: x, container: c", 3, "has container but no workload"),
    (V + FILES % "path: a, key: k, like: x@", 3, "'files[0].like' is no preset"),
    (V + SEMANTICS % "kind: regex", 3, "'files[0].semantics.matcher.kind' names no engine"),
    (V + SEMANTICS % "mode: match", 3, "mode' is for regular expressions; write kind: regex"),
    (V + SEMANTICS % "kind: exact, engine: js", 3, "engine' is for regular expressions"),
    (V + "files:\n  - {path: a, format: yam}\n", 3, "write yaml"),
    (V + "files:\n  - {path: a, serves: 'https://a.example/'}\n", 3, "has a scheme"),
    (V + "files:\n  - {path: a, max_age: 99999999}\n", 3, "is not between -1 and"),
    (V + "files:\n  - [a]\n", 3, "'files[0]' is a list; write a path or a mapping"),
    (
        V + "environments: {prod: {}}\n",
        2,
        "has no hosts or namespaces or accounts or stages or tags",
    ),
    (V + "environments: {prod: {hosts: ['https://a']}}\n", 2, "is no host"),
    (V + "environments: {prod: {accounts: [111122223333]}}\n", 2, "put it in quotes"),
    (V + "environments: {prod: {accounts: ['11112222333']}}\n", 2, "is no AWS account"),
    (V + "environments: {prod: {tags: {}}}\n", 2, "'environments.prod.tags' is an empty mapping"),
    (V + "environments: {prod: {tags: {env: [1]}}}\n", 2, "tags.env[0]' is read by YAML as a"),
    (V + "environments: {prod: {tags: {env: {}}}}\n", 2, "is a mapping; write a value, or a list"),
    (V + "environments: {prod: {stages: []}}\n", 2, "is an empty list"),
    (V + "environments: {on: {hosts: [a]}}\n", 2, "'environments.on' is read by YAML as true"),
    (V + "environments: [{hosts: [a]}]\n", 2, "'environments[0]' has no name"),
    (V + "environments: [{name: a, hosts: [a]}, {name: a, hosts: [b]}]\n", 2, "name a twice"),
    (V + "links: [{to: a}]\n", 2, "has none of its keys; write exactly one of host, from"),
    (V + "links: [{host: 'https://a/b', to: a}]\n", 2, "'links[0].host' has a scheme"),
    (V + "links: [{host: a/b*c, to: a}]\n", 2, "'links[0].host' has a pattern inside its path"),
    (V + "links: [{host: A/b, to: a}]\n", 2, "'links[0].host' is no host"),
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
    ("dns", "dns: {}\n"),
    ("edge_code", "aws: {edge_code: true}\n"),
    ("concurrency", "aws: {concurrency: 20}\n"),
    ("ous", "aws: {exclude: {ous: [Suspended]}}\n"),
    ("eks", "kubernetes: {eks: discover}\n"),
    ("ou", "environments: [{name: a, hosts: [a], ou: P}]\n"),
    ("account_tag", "environments: {a: {hosts: [a], account_tag: {env: p}}}\n"),
]


def problems_of(text: str | bytes) -> tuple[Problem, ...]:
    data = text if isinstance(text, bytes) else text.encode()
    loaded = load_config(data, "c.yaml", TODAY)
    assert not isinstance(loaded, Config)
    return loaded


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
    text = "store: 3\naws: {regions: eu}\nstore: 4\nhops: [{}]\ndns: {}\nversion: 2\n"
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
