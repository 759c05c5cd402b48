"""Accounts: the credentials' own, listed ones by a role of one name, and those of an organization."""

from dataclasses import replace

import pytest

from auditor.core.reading import Gap
from auditor.edge.config.model import Aws, AwsExclude, Organization
from auditor.run.accounts import Account, Closed, Excluded, Opened, open_accounts
from tests.collectors.gateway.conftest import REGION, Gate, _no_real_account, gate, moto_port

__all__ = ("_no_real_account", "gate", "moto_port")

pytestmark = pytest.mark.server

OWN, OTHER = "123456789012", "444455556666"


def opened(gate: Gate, plan: Aws) -> list[Opened]:
    return list(open_accounts(replace(plan, endpoint_url=gate.url, regions=(REGION,)), {}))


def names(found: list[Opened]) -> list[str]:
    return [one.source if isinstance(one, Closed) else one.id for one in found]


def test_without_a_list_it_is_the_account_of_the_credentials(gate: Gate) -> None:
    (found,) = opened(gate, Aws())
    assert isinstance(found, Account)
    assert found.id == OWN


def test_listed_accounts_are_read_by_the_role_of_one_name(gate: Gate) -> None:
    found = opened(gate, Aws(role="CorsAudit", accounts=(OTHER, OWN)))
    assert names(found) == [OTHER, OWN]
    assert all(isinstance(one, Account) and one.aws.account() == one.id for one in found)
    assert sum("AssumeRole" in text or text == "POST /" for text in gate.asked) >= 1


def test_an_account_without_a_role_is_refused_by_name(gate: Gate) -> None:
    _, found = opened(gate, Aws(accounts=(OWN, OTHER)))
    assert isinstance(found, Closed)
    assert (found.source, found.trouble.gap) == (f"aws:{OTHER}", Gap.DENIED)
    assert "add role" in found.trouble.do


def test_an_organization_gives_its_active_accounts_but_the_excluded(gate: Gate) -> None:
    owners = gate.aws().client("organizations", REGION)
    owners.create_organization(FeatureSet="ALL")
    ids = {
        name: owners.create_account(AccountName=name, Email=f"{name}@example.com")[
            "CreateAccountStatus"
        ]["AccountId"]
        for name in ("payments", "sandbox-anna")
    }
    plan = Aws(organization=Organization("CorsAudit"), exclude=AwsExclude(accounts=("sandbox-*",)))
    found = opened(gate, plan)
    assert set(names(found)) == {OWN, *ids.values()}
    assert [one.id for one in found if isinstance(one, Excluded)] == [ids["sandbox-anna"]]


def test_an_organization_that_cannot_be_listed_is_a_gap(gate: Gate) -> None:
    (found,) = opened(gate, Aws(organization=Organization("CorsAudit")))
    assert isinstance(found, Closed)
    assert found.what == "the accounts of the organization"
