"""Organizations that somebody made by hand, or Control Tower: taken over with imports only, while AWS refuses every write."""

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from estate.local import running_local_aws
from estate.paths import CHECKOUT
from estate.terraform.providers import environment
from tests.existing import organization_a, organization_b, organization_c, organization_lza
from tests.existing.organization_tools import Aws

pytestmark = [pytest.mark.e2e, pytest.mark.row("E4")]
ENTRY = "OrganizationAccountAccessRole"


class Adopting:
    """An organization on a local AWS, and the configuration that is written of it."""

    def __init__(self, directory: Path, local) -> None:
        self.directory, self.local = directory, local
        self.config = directory / "config"

    def estate(self, *arguments: str, code: int = 0) -> str:
        base = {**os.environ, "ESTATE_CONFIG": str(self.config), "CDKTF_OUTDIR": str(self.directory / "cdktf.out")}
        finished = subprocess.run(
            [sys.executable, "-m", "estate", *arguments],
            cwd=CHECKOUT,
            env=environment(self.local.environment(base, region="eu-central-1")),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert finished.returncode == code, finished.stdout + finished.stderr
        return finished.stdout

    def snapshot(self, name: str) -> dict:
        """What the organization is like, as `estate adopt` reads it."""
        into = self.directory / name
        into.mkdir()
        kept = self.directory / f"{name}.json"
        self.estate("adopt", "--into", str(into), "--keep", str(kept))
        return json.loads(kept.read_text())


@contextmanager
def adopting(directory, build):
    with running_local_aws() as local:
        build(local.endpoint)
        yield Adopting(directory, local)


def take_over(it: Adopting, imports: int) -> None:
    """Adopt the organization, and deploy the management account while AWS refuses every write."""
    before = it.snapshot("before")
    shutil.copytree(it.directory / "before", it.config)
    assert "No errors." in it.estate("check")
    it.local.fault(code="AccessDeniedException", message="Nothing may be written.", writes=True)
    assert f"{imports} to import, 0 to add, 0 to change, 0 to destroy" in it.estate("plan", "management")
    it.estate("deploy", "management", "--yes")
    it.estate("lock")
    assert "existing:" not in (it.config / "organization.lock.yaml").read_text()
    assert "no changes" in it.estate("plan", "management")
    it.local.clear_faults()
    assert it.snapshot("after") == before


@pytest.mark.parametrize(
    ("build", "imports"),
    [
        # the organization, 3 OUs, 6 accounts, 2 policies at 3 places, 1 administrator
        pytest.param(organization_a.build, 16, id="by hand"),
        # the organization, 1 administrator; OUs, accounts and guardrails are Control Tower's
        pytest.param(organization_b.build, 2, id="like Control Tower"),
    ],
)
def test_an_organization_is_taken_over_and_nothing_is_changed(tmp_path, build, imports):
    with adopting(tmp_path, build) as it:
        take_over(it, imports)


def test_what_the_accelerators_files_say_imports_what_it_made_and_makes_no_second_one(tmp_path):
    source = tmp_path / "lza"
    shutil.copytree(CHECKOUT / "tests/estate/lza/meadow", source)
    accounts = source / "accounts-config.yaml"
    accounts.write_text(accounts.read_text().partition("accountIds:")[0])
    with adopting(tmp_path, organization_lza.build) as it:
        it.snapshot("aws")
        it.estate("import-lza", str(source), "--into", str(it.config), "--snapshot", str(tmp_path / "aws.json"))
        assert "No errors." in it.estate("check")
        planned = " ".join(it.estate("plan", "management").split())
        # the organization, 7 OUs, 8 accounts, 3 policies at 4 places, 1 administrator; 2 groups, 2 permission sets with 2 policies
        # and 2 assignments
        assert re.search(r"32 to import, \d+ to add, \d+ to change, 0 to destroy", planned)
        made = re.findall(r"\+ (aws_organizations_(?:account|organization|organizational_unit)\.\S+)", planned)
        assert made == []
        assert "+ aws_organizations_policy.policy-backup" in planned


SETTINGS = """\
settings:
  baseline:
    alias: grown-checkout
    contacts:
      billing: {name: Bills, title: Accounts payable, email: bills@grown.example, phone: "+491234567"}
  budget: {limit: 1000, emails: [bills@grown.example]}
"""


def let_in(aws, group, permission_set, account):
    """Let a group in by hand, each by its name."""
    sso, directory = aws.client("sso-admin"), aws.client("identitystore")
    (instance,) = sso.list_instances()["Instances"]
    groups = directory.list_groups(IdentityStoreId=instance["IdentityStoreId"])["Groups"]
    accounts = aws.client("organizations").get_paginator("list_accounts").paginate().build_full_result()["Accounts"]
    sets = [
        sso.describe_permission_set(InstanceArn=instance["InstanceArn"], PermissionSetArn=arn)["PermissionSet"]
        for arn in sso.list_permission_sets(InstanceArn=instance["InstanceArn"])["PermissionSets"]
    ]
    sso.create_account_assignment(
        InstanceArn=instance["InstanceArn"],
        TargetId=next(each["Id"] for each in accounts if each["Name"] == account),
        TargetType="AWS_ACCOUNT",
        PermissionSetArn=next(each["PermissionSetArn"] for each in sets if each["Name"] == permission_set),
        PrincipalType="GROUP",
        PrincipalId=next(each["GroupId"] for each in groups if each["DisplayName"] == group),
    )


def test_one_with_people_and_then_its_accounts_one_by_one(tmp_path):
    with adopting(tmp_path, organization_c.build) as it:
        # the organization, 6 OUs, 20 accounts, 3 policies at 4 places, RAM sharing, 1 administrator; 2 users, 3 groups with 4
        # members, 2 permission sets with 4 policies and 34 assignments
        take_over(it, 85)
        shop = it.config / "accounts/checkout-prod.yaml"
        it.estate("deploy", "checkout-prod", "--yes", "--role", ENTRY)
        assert "no changes" in it.estate("plan", "checkout-prod")
        # What was switched on by hand is taken over by the stack's own roles, and changed only where somebody agrees.
        shop.write_text(shop.read_text() + SETTINGS)
        planned = " ".join(it.estate("plan", "checkout-prod").split())
        assert "4 to import" in planned
        assert re.search(r"~ aws_budgets_budget\.\S+: .* \(accounts/checkout-prod.yaml:\d+: settings.budget\)", planned)
        stopped = it.estate("deploy", "checkout-prod", "--yes", code=1)
        approvals = re.findall(r"stack: (checkout-prod)\n +address: (\S+)\n +rule: (import-changes)", stopped)
        assert {address.partition(".")[0] for _, address, _ in approvals} == {
            "aws_budgets_budget",
            "aws_iam_account_password_policy",
        }
        lines = (
            f"  - {{stack: {stack}, address: {address}, rule: {rule}, until: 2999-01-01, reason: Seen.}}\n"
            for stack, address, rule in approvals
        )
        (it.config / "approvals.yaml").write_text(f"approvals:\n{''.join(lines)}")
        it.estate("deploy", "checkout-prod", "--yes")
        it.estate("lock")
        assert "no changes" in it.estate("plan", "checkout-prod")
        # An account that somebody makes by hand, and somebody who is let in by hand, are told, and taken over.
        aws = Aws(it.local.endpoint)
        aws.client("organizations").create_account(AccountName="made by hand", Email="made@grown.example")
        let_in(aws, "Auditors", "Developer", "checkout-prod")
        told = it.estate("drift", code=2)
        assert "Account 'made by hand' is not in the configuration" in told
        assert "Group 'Auditors' gets 'Developer' in checkout-prod, beside the configuration" in told
        assert "2 differences." in told
        written = it.estate("adopt", "--into", str(it.config))
        assert "+ accounts/made-by-hand.yaml" in written
        assert "+ organization.yaml: identity_center.management.assignments.developer-auditors" in written
        assert "2 to import, 0 to add, 0 to change, 0 to destroy" in it.estate("plan", "management")
        it.estate("deploy", "management", "--yes")
        assert "no changes" in it.estate("plan", "management")
        it.estate("drift")
