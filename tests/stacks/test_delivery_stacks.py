"""An organization with managed states and pipelines: what its stacks hold."""

import json
import re
from pathlib import Path

import pytest
import yaml

from config import load
from config.registry import resource_types
from stacks.app import synthesize
from tests.organizations import copy_sample

CHECKOUT = Path(__file__).parents[2]
LOCK = {
    "organization_id": "o-a1b2c3d4e5",
    "root_id": "r-ab12",
    "management_account_id": "111111111111",
    "organizational_units": {},
}
CI = {
    "github": {"owner": "acme", "repository": "zone", "owner_id": "1", "repository_id": "2"},
    "gitlab": {"project": "acme/zone"},
    "user": {"source_ranges": ["192.0.2.0/24"]},
    "tiers": {"trial": {"accounts": ["ou:workloads/development"]}, "core": {"environment": "platform"}},
}
TIERS = {
    "": ("production", {"production", "staging"}),
    "-core": ("platform", {"network", "security", "shared-services", "terraform"}),
    "-organization": ("organization", {"management"}),
    "-trial": ("trial", {"development"}),
}
"""What tells the role of a tier from others, its environment, and its accounts."""

STATE = {
    "backend": "s3",
    "bucket": "acme-terraform-state",
    "region": "eu-central-1",
    "lock": "both",
    "dynamodb_table": "l",
}
DEPLOY, PLAN = "TerraformCiDeployRole", "TerraformCiPlanRole"


@pytest.fixture(scope="module", params=["locked", "not locked"])
def stacks(request, tmp_path_factory):
    directory = tmp_path_factory.mktemp("delivery")
    copy_sample(directory)
    (directory / "policies/baseline-identities.yaml").unlink()  # it denies the user of a CI system without tokens
    organization = yaml.safe_load((directory / "organization.yaml").read_text())
    changed = {**organization, "state": {**STATE, "dynamodb_table": "locks"}, "ci": CI}
    (directory / "organization.yaml").write_text(yaml.safe_dump(changed))
    if request.param == "locked":
        ids = {
            path.stem: f"{number:012}" for number, path in enumerate(sorted((directory / "accounts").iterdir()), 100)
        }
        lock = {**LOCK, "accounts": {slug: id_ for slug, id_ in ids.items() if slug != "management"}}
        (directory / "organization.lock.yaml").write_text(yaml.safe_dump(lock))
    found = load(directory)
    synthesize(found, CHECKOUT / ".terraform.lock.hcl", outdir=directory / "out")
    return found, {
        path.parent.name: json.loads(path.read_text()) for path in (directory / "out").glob("stacks/*/cdk.tf.json")
    }


def of_name(stack, type_, name):
    (found,) = (one for one in stack["resource"][type_].values() if one["name"] == name)
    return found


def statements(text):
    # What Terraform looks up has quotation marks of its own.
    return json.loads(re.sub(r"\$\{[^}]*\}", lambda found: found[0].replace('"', "'"), text))["Statement"]


@pytest.mark.row("B1", "A10", "B2", "C4")
def test_the_terraform_account_holds_states_and_pipelines(stacks):
    stack = stacks[1]["terraform"]
    assert {found["bucket"] for found in stack["resource"]["aws_s3_bucket"].values()} == {
        "acme-terraform-state",
        "acme-terraform-state-access",
    }
    assert len(stack["resource"]["aws_iam_openid_connect_provider"]) == 2
    assert len(statements(of_name(stack, "aws_iam_role", PLAN)["assume_role_policy"])) == 3
    assert {found["name"] for found in stack["resource"]["aws_iam_user"].values()} == {
        *(
            "terraform-ci",
            "terraform-ci-core",
            "terraform-ci-organization",
            "terraform-ci-trial",
            "terraform-ci-workloads",
        )
    }


@pytest.mark.row("C4", "C12", "D5")
@pytest.mark.parametrize("tier", TIERS)
def test_a_tiers_role_trusts_its_own_environment_and_user_and_nobody_else(stacks, tier):
    stack, (environment, _) = stacks[1]["terraform"], TIERS[tier]
    role = of_name(stack, "aws_iam_role", f"{DEPLOY}{tier}")
    # GitLab's tokens do not name the environment here, so its jobs have the tier with the least.
    github, *gitlab, user = statements(role["assume_role_policy"])
    assert len(gitlab) == (0 if tier else 1)
    subjects = github["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]
    assert subjects == [f"repo:acme/zone:environment:{environment}", f"repo:acme@1/zone@2:environment:{environment}"]
    assert github["Condition"]["StringEquals"]["token.actions.githubusercontent.com:ref"] == "refs/heads/main"
    assert f"aws_iam_user.ci-user{tier or '-workloads'}_" in user["Principal"]["AWS"]


@pytest.mark.row("C4", "C12", "D5")
@pytest.mark.parametrize("tier", TIERS)
def test_a_tiers_role_opens_the_states_of_its_own_stacks(stacks, tier):
    """And, to read, the organization's, where ids are that are not locked yet."""
    stack, (_, accounts) = stacks[1]["terraform"], TIERS[tier]
    own = next(
        one
        for one in stack["resource"]["aws_iam_role_policy"].values()
        if one["role"].startswith(f"${{aws_iam_role.ci-deploy{tier}_") and one["name"] == "state"
    )
    found = {
        one["Resource"].rpartition("/")[2]: one["Condition"]["StringEquals"]["aws:RequestTag/TerraformStack"]
        for one in statements(own["policy"])
    }
    one, *others = sorted(accounts)
    assert found == {"TerraformStateRole": [one, *others] if others else one, "TerraformStateReadRole": "management"}


def test_no_other_account_does(stacks):
    for name, stack in stacks[1].items():
        if name != "terraform":
            buckets = {found["bucket"] for found in stack["resource"].get("aws_s3_bucket", {}).values()}
            assert "acme-terraform-state" not in buckets, name
            assert DEPLOY not in {found["name"] for found in stack["resource"]["aws_iam_role"].values()}, name


@pytest.mark.row("D4", "B4", "C12")
def test_pipelines_may_assume_exactly_the_roles_that_trust_them(stacks):
    organization, found = stacks
    pairs = [(f"{DEPLOY}{tier}", "TerraformExecutionRole", accounts) for tier, (_, accounts) in TIERS.items()]
    assert {slug for _, _, accounts in pairs for slug in accounts} == set(organization.accounts)
    for ci, role, accounts in (*pairs, (PLAN, "TerraformPlanRole", set(organization.accounts))):
        (allowed,) = statements(of_name(found["terraform"], "aws_iam_policy", f"{ci}-1")["policy"])
        wanted = allowed["Resource"] if isinstance(allowed["Resource"], list) else [allowed["Resource"]]
        assert len(wanted) == len(accounts)
        assert all(arn.endswith(f":role/{role}") for arn in wanted)
        if all(organization.accounts[slug].id for slug in accounts):
            assert {arn.split(":")[4] for arn in wanted} == {organization.accounts[slug].id for slug in accounts}
        for slug in accounts:
            (trust,) = statements(of_name(found[slug], "aws_iam_role", role)["assume_role_policy"])
            trusted = trust["Condition"]["ArnEquals"]["aws:PrincipalArn"]
            assert trusted.endswith(f":role/{ci}")
            assert trust["Principal"]["AWS"] == trusted.replace(f"role/{ci}", "root")
            assert set(trust["Condition"]["StringEquals"]) == {"sts:ExternalId", "aws:PrincipalOrgID"}


@pytest.mark.row("B3", "A11")
def test_every_backend_assumes_the_state_role_for_its_own_state(stacks):
    organization, found = stacks
    for name, stack in found.items():
        backend = stack["terraform"]["backend"]["s3"]
        assert backend["key"] == f"stacks/{name}.tfstate"
        assert backend["use_lockfile"] is True
        assert backend["dynamodb_table"] == "locks"
        assert "encrypt" not in backend
        terraform = organization.accounts["terraform"].id
        assert backend.get("assume_role") == (
            {"role_arn": f"arn:aws:iam::{terraform}:role/TerraformStateRole", "tags": {"TerraformStack": name}}
            if terraform
            else None
        )


@pytest.mark.row("A7", "B4")
def test_the_configuration_tells_no_more_types_than_the_stacks_hold(stacks):
    """What `estate check` proves that pipelines can deploy, without building the stacks, is what they then deploy."""
    organization, found = stacks
    for account in organization.accounts.values():
        if account is not organization.management:
            stack = found[account.slug]
            held = {*stack["resource"], *(f"data.{type_}" for type_ in stack["data"])}
            assert resource_types(organization, account) <= held, account.slug
