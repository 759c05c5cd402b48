"""`cors-audit policy`: what it prints is what the collectors declare, and nothing that writes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from auditor.cli.main import cli
from collectors import COLLECTORS
from collectors.kubernetes.inventory import LISTS
from tests.collectors.gateway.conftest import Gate, _no_real_account, gate, moto_port
from tests.servers import require

__all__ = ("_no_real_account", "gate", "moto_port")

READS = ("GET", "Get", "List", "Describe", "Lookup")


def printed(*args: str, code: int = 0) -> str:
    ran = CliRunner().invoke(cli, ["policy", *args])
    assert ran.exit_code == code, ran.output
    return ran.stdout if code == 0 else ran.stderr


def policy(*args: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(printed("aws", *args))
    return made


def granted(made: dict[str, Any]) -> set[tuple[str, str]]:
    """Every pair of action and resource that a policy allows."""
    assert {one["Effect"] for one in made["Statement"]} == {"Allow"}
    return {
        (action, resource)
        for one in made["Statement"]
        for action in one["Action"]
        for resource in one["Resource"]
    }


def declared() -> set[tuple[str, str]]:
    texts = [text for one in COLLECTORS for text in one.permissions if ": " not in text]
    return {(text.split(" ")[0], text.split(" ")[1]) for text in texts}


def test_the_policy_is_what_the_collectors_declare() -> None:
    made = policy()
    assert made["Version"] == "2012-10-17"
    assert granted(made) == declared()
    sids = [one["Sid"] for one in made["Statement"]]
    assert len(set(sids)) == len(sids)
    assert all(sid.isalnum() for sid in sids)


def test_it_grants_reads_alone() -> None:
    for action, resource in granted(policy("--with", "attribution")):
        assert action.partition(":")[2].startswith(READS), action
        assert "apikeys" not in resource
        assert "authorizers" not in resource
        assert not resource.endswith("/*") or "distribution" in resource, resource


def test_attribution_is_asked_for_by_name() -> None:
    assert granted(policy("--with", "attribution")) - granted(policy()) == {
        ("cloudtrail:LookupEvents", "*")
    }


def test_an_account_is_filled_in_where_a_resource_names_one() -> None:
    made = granted(policy("--for", "444455556666"))
    assert (
        "cloudfront:GetDistributionConfig",
        "arn:aws:cloudfront::444455556666:distribution/*",
    ) in made
    assert not any("::*:" in resource for _, resource in made)
    assert "is no AWS account; write its 12 digits" in printed("aws", "--for", "4444", code=2)


def test_the_hub_may_assume_one_role_and_list_accounts() -> None:
    role = ("sts:AssumeRole", "arn:aws:iam::*:role/team/Reader")
    assert granted(policy("--hub", "accounts", "--role", "team/Reader")) == {role}
    assert granted(policy("--hub", "organization", "--role", "team/Reader")) == {
        role,
        ("organizations:ListAccounts", "*"),
    }


def test_trust_names_one_role_and_asks_for_the_external_id() -> None:
    [plain] = policy("--trust", "111122223333/CorsAuditHub")["Statement"]
    assert plain["Principal"] == {"AWS": "arn:aws:iam::111122223333:role/CorsAuditHub"}
    assert "Condition" not in plain
    args = ("--trust", "arn:aws-cn:iam::111122223333:role/Hub", "--external-id-env", "CORS_ID")
    [asking] = policy(*args)["Statement"]
    assert asking["Principal"] == {"AWS": "arn:aws-cn:iam::111122223333:role/Hub"}
    assert asking["Condition"] == {"StringEquals": {"sts:ExternalId": "${CORS_ID}"}}


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--trust", "Hub"), "not ACCOUNT/ROLE"),
        (("--trust", "1/Hub"), "not ACCOUNT/ROLE"),
        (("--trust", "111122223333/H", "--stackset"), "each prints a file of its own"),
        (("--external-id-env", "X"), "belongs to --trust"),
        (("--stackset", "--role", "a b"), "not the name of a role"),
        (("--stackset", "--role", "a/b"), "without a path"),
    ],
)
def test_what_cannot_be_printed_is_told(args: tuple[str, ...], said: str) -> None:
    assert said in printed("aws", *args, code=2)


def test_the_template_holds_the_same_policy() -> None:
    template = yaml.safe_load(printed("aws", "--stackset", "--role", "Reader"))
    role = template["Resources"]["Reader"]
    assert role["Type"] == "AWS::IAM::Role"
    assert template["Parameters"]["RoleName"]["Default"] == "Reader"
    assert template["Parameters"]["ExternalId"]["NoEcho"] is True
    [held] = role["Properties"]["Policies"]
    found = {
        (action, _filled(resource))
        for one in held["PolicyDocument"]["Statement"]
        for action in one["Action"]
        for resource in one["Resource"]
    }
    assert found == declared()
    [trust] = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"AWS": {"Ref": "Hub"}}


@pytest.mark.parametrize("more", [(), ("--with", "attribution")])
def test_the_template_passes_cfn_lint(tmp_path: Path, more: tuple[str, ...]) -> None:
    tool = require(str(Path(sys.executable).with_name("cfn-lint")), "what CloudFormation takes")
    (tmp_path / "role.yaml").write_text(printed("aws", "--stackset", *more))
    done = subprocess.run(
        [tool, "--include-checks", "I", "--", "role.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.server
def test_iam_takes_the_documents(gate: Gate) -> None:
    iam = gate.aws().client("iam", "us-east-1")
    trust = printed("aws", "--trust", "111122223333/Hub", "--external-id-env", "X")
    iam.create_role(RoleName="CorsAudit", AssumeRolePolicyDocument=trust)
    for name, args in {
        "read": ("--with", "attribution"),
        "one": ("--for", "444455556666"),
        "hub": ("--hub", "organization"),
    }.items():
        document = printed("aws", *args)
        iam.put_role_policy(RoleName="CorsAudit", PolicyName=name, PolicyDocument=document)
        kept = iam.get_role_policy(RoleName="CorsAudit", PolicyName=name)["PolicyDocument"]
        assert kept == json.loads(document)
        # An inline policy of a role may have 10,240 characters (IAM user guide, quotas).
        assert len(json.dumps(kept, separators=(",", ":"))) < 10_240


def _filled(resource: Any) -> str:
    text = resource if isinstance(resource, str) else resource["Fn::Sub"]
    return str(text).replace("${AWS::Partition}", "aws").replace("${AWS::AccountId}", "*")


def manifests(*args: str) -> dict[str, Any]:
    return {one["kind"]: one for one in yaml.safe_load_all(printed("kubernetes", *args))}


def test_the_cluster_role_is_what_is_listed_and_no_more() -> None:
    rules = manifests()["ClusterRole"]["rules"]
    assert all(rule["verbs"] == ["get", "list"] for rule in rules)
    granted_kinds = {
        (group, resource)
        for rule in rules
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    }
    listed = {
        (path.split("/")[2] if path.startswith("/apis/") else "", path.rpartition("/")[2])
        for path, _, _ in LISTS
    }
    assert granted_kinds == listed
    assert "secrets" not in {resource for _, resource in granted_kinds}


def test_the_account_is_bound_to_the_role() -> None:
    made = manifests("--namespace", "audit")
    assert list(made) == ["ServiceAccount", "ClusterRole", "ClusterRoleBinding"]
    binding = made["ClusterRoleBinding"]
    assert binding["roleRef"]["name"] == made["ClusterRole"]["metadata"]["name"]
    [subject] = binding["subjects"]
    assert (subject["name"], subject["namespace"]) == ("cors-audit", "audit")
    assert made["ServiceAccount"]["metadata"] == {"name": "cors-audit", "namespace": "audit"}


@pytest.mark.parametrize("name", ["", "A", "-a", "a-", "a b", "a\nb", "a" * 64, "ä"])
def test_what_is_no_namespace_is_told(name: str) -> None:
    assert "--namespace" in printed("kubernetes", "--namespace", name, code=2)
