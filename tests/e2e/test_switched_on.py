"""What the sample leaves off, switched on in the deployed organization. It stays on for test_teardown.py, but for Detective.

As pipelines do it: `estate deploy`, on the foundation route, which permits the execution roles a service by the deploy that switches
it on. Inspector, Macie and Detective cost too much for a sample.
"""

import json

import pytest
import yaml

from tests.deployed import edit, planned_actions

pytestmark = [pytest.mark.e2e, pytest.mark.row("B4", "C6")]

STACKS = ("management", "security")
RULES = {"root-has-mfa", "trail-is-on"}
RULE = "passwords-are-strong"
SERVICES = ("detective", "inspector", "macie")
PRINCIPALS = ("detective.amazonaws.com", "inspector2.amazonaws.com", "macie.amazonaws.com")


def switch_on(data):
    data["trusted_services"] = sorted({*data["trusted_services"], *PRINCIPALS})
    data["delegated_administrators"] |= dict.fromkeys(PRINCIPALS, "security")
    data["security"] |= {service: {} for service in SERVICES}
    data["security"]["guardduty"]["export"] = {}
    data["security"]["config"]["rules"][RULE] = {"identifier": "IAM_PASSWORD_POLICY"}


def permitted(demo):
    """The services that the security account's execution role may use."""
    iam = demo.local.session(demo.organization.accounts["security"].id).client("iam")
    found = set()
    for policy in iam.list_attached_role_policies(RoleName="TerraformExecutionRole")["AttachedPolicies"]:
        arn = policy["PolicyArn"]
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
        found |= {action.split(":")[0] for action in json.dumps(document).split('"') if ":" in action}
    return found


@pytest.fixture(scope="module", autouse=True)
def printed(demo):
    """What the deploys said: the organization's, then that of the security account and of one after it."""
    edit(demo.config / "organization.yaml", switch_on)
    demo.estate("deploy", "management", "--yes")  # a person: it changes the management account's own rights
    return demo.estate("deploy", "security", "development", "--yes", stack="security", foundation=True)


def test_the_first_deploy_is_permitted_what_it_switches_on(demo, printed):
    assert "AWS does not know of the new permissions yet" not in printed
    assert {"detective", "inspector2", "macie2"} < permitted(demo)


def test_rules_follow_the_other_accounts(printed):
    first, last = printed.split("Finish security")
    assert "security: organization rules (2) follow when every account has a Config recorder" in first
    assert "Deploy development" in first
    assert "security  deployed, but for what follows" in first
    assert "security  deployed" in last


@pytest.mark.parametrize("name", STACKS)
def test_a_second_plan_is_empty(demo, name):
    assert planned_actions(demo.stack(name)) == {}


def test_all_accounts_have_it_in_every_region(demo):
    organization = demo.organization
    security = organization.accounts["security"].id
    others = {account.id for account in organization.accounts.values()} - {security}
    session = demo.local.session(security)
    for region in organization.governed_regions:
        config = session.client("config", region_name=region)
        rules = config.describe_organization_config_rules()["OrganizationConfigRules"]
        assert {rule["OrganizationConfigRuleName"] for rule in rules} == {*RULES, RULE}
        for name in (*RULES, RULE):
            statuses = config.get_organization_config_rule_detailed_status(OrganizationConfigRuleName=name)
            found = statuses["OrganizationConfigRuleDetailedStatus"]
            assert {one["AccountId"]: one["MemberAccountRuleStatus"] for one in found} == dict.fromkeys(
                {security, *others}, "CREATE_SUCCESSFUL"
            )
        members = session.client("macie2", region_name=region).list_members()["members"]
        assert {one["accountId"] for one in members} == others
        members = session.client("inspector2", region_name=region).list_members()["members"]
        assert {one["accountId"] for one in members} == others
        detective = session.client("detective", region_name=region)
        (graph,) = detective.list_graphs()["GraphList"]
        members = detective.list_members(GraphArn=graph["Arn"])["MemberDetails"]
        assert {one["AccountId"] for one in members} == others


def test_findings_of_every_region_go_into_the_archive(demo):
    organization = demo.organization
    account = organization.accounts["security"].id
    session = demo.local.session(account)
    bucket = f"{organization.slug}-log-archive-{account}-guardduty"
    for region in organization.governed_regions:
        guardduty = session.client("guardduty", region_name=region)
        (detector,) = guardduty.list_detectors()["DetectorIds"]
        (found,) = guardduty.list_publishing_destinations(DetectorId=detector)["Destinations"]
        shown = guardduty.describe_publishing_destination(DetectorId=detector, DestinationId=found["DestinationId"])
        properties = shown["DestinationProperties"]
        assert properties["DestinationArn"] == f"arn:aws:s3:::{bucket}"
        key = session.client("kms", region_name=organization.home_region).describe_key(KeyId=properties["KmsKeyArn"])
        assert key["KeyMetadata"]["Description"] == f"Findings in {bucket}"


def approved(resources):
    """Approvals for Detective to go: the guard stops what takes detection away."""
    rules = dict.fromkeys(("aws_detective_graph", "aws_detective_organization_configuration"), "detector-gone")
    rules["aws_detective_member"] = "detector-member-gone"
    common = {"stack": "security", "until": "2999-12-31", "reason": "It costs too much for a sample."}
    addresses = [(f"{type_}.{name}", rule) for type_, rule in rules.items() for name in resources[type_]]
    return {"approvals": [common | {"address": address, "rule": rule} for address, rule in addresses]}


def test_a_service_goes_before_the_permissions_for_it(demo):
    deployed = json.loads((demo.stack("security").directory / "cdk.tf.json").read_text())
    approvals = demo.config / "approvals.yaml"
    approvals.write_text(yaml.safe_dump(approved(deployed["resource"])))
    edit(demo.config / "organization.yaml", lambda data: data["security"].pop("detective"))
    demo.estate("deploy", "security", "--yes", stack="security", foundation=True)
    approvals.unlink()
    assert planned_actions(demo.stack("security")) == {}
    session = demo.local.session(demo.organization.accounts["security"].id)
    for region in demo.organization.governed_regions:
        assert session.client("detective", region_name=region).list_graphs()["GraphList"] == []
    assert "detective" not in permitted(demo)
