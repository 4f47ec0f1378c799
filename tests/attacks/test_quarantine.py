"""An account's administrator opens roles, the account is quarantined, and comes back by none of them."""

import json

import pytest
from botocore.exceptions import ClientError

from estate.local import running_local_aws
from tests.attacks.attack import ALL, Target, trusting
from tests.attacks.attacks import ENTRY
from tests.attacks.conftest import MORE, write
from tests.deployed import edit

pytestmark = [pytest.mark.e2e, pytest.mark.row("E1", "E5")]

FORENSICS = "Forensics"
ALONE = {"state": {"backend": "local"}, "ci": None, "logging": {"alerts": MORE["logging"]["alerts"]}}
"""Needs no other account's stack."""


def trusting_all(*principals):
    statements = [json.loads(trusting(one))["Statement"][0] for one in principals]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def refusal(call, *arguments, **parameters):
    with pytest.raises(ClientError) as raised:
        call(*arguments, **parameters)
    return raised.value.response["Error"]["Message"]


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    """The organization, its management account's stack alone deployed: that is what holds an account in quarantine."""
    with running_local_aws() as local:
        small = write(tmp_path_factory.mktemp("quarantine"), local, **ALONE)
        small.estate("deploy", "management", "--yes")
        small.estate("lock")
        yield Target(small)


@pytest.fixture(scope="module")
def accomplice(target):
    """A principal of another account that the attacker owns, too."""
    return target.administrator("terraform")


@pytest.fixture(scope="module")
def investigator(target):
    iam = target.administrator("security").client("iam")
    iam.create_role(RoleName="Investigator", AssumeRolePolicyDocument=trusting(target.arn("security", "root")))
    iam.put_role_policy(RoleName="Investigator", PolicyName="all", PolicyDocument=ALL)
    return target.assume(target.administrator("security"), "security", "Investigator")


@pytest.fixture(scope="module")
def opened(target, accomplice):
    """What the attacker has prepared: every role that quarantine exempts trusts the accomplice, and may do everything."""
    management, security, terraform = (target.arn(slug, "root") for slug in ("management", "security", "terraform"))
    iam = target.administrator("shop").client("iam")
    iam.create_role(RoleName=FORENSICS, AssumeRolePolicyDocument=trusting_all(security, terraform))
    iam.update_assume_role_policy(RoleName=ENTRY, PolicyDocument=trusting_all(management, terraform))
    iam.create_role(RoleName="Own", AssumeRolePolicyDocument=trusting(target.arn("shop", "root")))
    for role in (FORENSICS, "Own"):
        iam.put_role_policy(RoleName=role, PolicyName="all", PolicyDocument=ALL)
    sessions = {role: target.assume(accomplice, "shop", role) for role in (ENTRY, FORENSICS)}
    for session in sessions.values():
        session.client("iam").list_roles()
    sessions["Own"] = target.assume(target.administrator("shop"), "shop", "Own")
    return sessions


@pytest.fixture(scope="module")
def quarantined(target, opened):
    edit(target.small.config / "accounts/shop.yaml", lambda data: data.update(state="quarantined"))
    target.small.estate("deploy", "management", "--yes")
    return opened


@pytest.mark.usefixtures("quarantined")
def test_whoever_comes_from_the_management_account_gets_in(target):
    assert target.small.local.session(target.ids["shop"], region="eu-central-1").client("iam").list_roles()["Roles"]


@pytest.mark.usefixtures("quarantined")
def test_an_investigator_looks(target, investigator):
    assert target.assume(investigator, "shop", FORENSICS).client("iam").list_roles()["Roles"]


@pytest.mark.usefixtures("quarantined")
@pytest.mark.parametrize("role", [ENTRY, FORENSICS])
def test_a_role_that_was_opened_before_lets_nobody_back(target, accomplice, role):
    assert "RestrictEntry" in refusal(target.assume, accomplice, "shop", role)


def test_the_accounts_own_roles_do_nothing(quarantined):
    assert "Quarantine" in refusal(quarantined["Own"].client("iam").list_roles)


def test_nor_do_they_take_on_an_exempt_role(target, quarantined):
    assert "Quarantine" in refusal(target.assume, quarantined["Own"], "shop", ENTRY)


@pytest.mark.usefixtures("quarantined")
@pytest.mark.row("B6")
def test_nobody_enters_where_the_alerts_do_not_listen(target):
    elsewhere = target.small.local.session(region="us-west-2").client("sts")
    said = refusal(elsewhere.assume_role, RoleArn=target.arn("shop", f"role/{ENTRY}"), RoleSessionName="attack")
    assert "RestrictSessionRegions" in said


@pytest.mark.usefixtures("quarantined")
def test_without_restrict_entry_the_role_that_was_opened_does_let_them_back(target, accomplice):
    organizations = target.small.local.session().client("organizations")
    kind = "RESOURCE_CONTROL_POLICY"
    shop = target.ids["shop"]
    (policy,) = [
        one
        for one in organizations.list_policies_for_target(TargetId=shop, Filter=kind)["Policies"]
        if one["Name"] == "out-of-use"
    ]
    organizations.detach_policy(PolicyId=policy["Id"], TargetId=shop)
    assert target.assume(accomplice, "shop", ENTRY).client("iam").list_roles()["Roles"]
