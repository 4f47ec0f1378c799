"""What AWS would refuse half way through a deploy, and what can be known before, `check` says."""

import botocore.session
import pytest
import yaml

import config
from config.facts.regions import REGIONS
from constructs_lib.policies.data import load as data

ORGANIZATION, SHOP, TEST = "organization.yaml", "accounts/shop.yaml", "accounts/test.yaml"
NETWORK = "network: {cidr: 10.0.0.0/16, subnets: {a: {cidr: 10.0.0.0/20, zone: a}%s}, %s}"
pytestmark = pytest.mark.row("E12")


def said(directory):
    """Every problem, without what mends it."""
    _, problems = config.examine(directory.path)
    return [str(problem) for problem in problems]


def refused(directory, *parts):
    """Only one thing is said, and it says all of this."""
    (message,) = said(directory)
    for part in parts:
        assert part in message


def settings(directory, text, file=SHOP):
    directory.append(file, f"settings:\n  {text}\n")


def test_shares_without_rams_access(directory):
    settings(directory, NETWORK % ("", "nat: none"))
    directory.append(ORGANIZATION, "shares:\n  s: {account: shop, subnets: [a], principals: ['ou:workloads']}\n")
    assert said(directory) == []
    directory.replace(ORGANIZATION, "[ram.amazonaws.com, ", "[")
    refused(
        directory, "organization.yaml:21: shares.s: found a share without ram.amazonaws.com; expected it to be trusted"
    )


TOPIC = "arn:aws:sns:eu-central-1:%s:alerts"


def test_a_budgets_topic_in_another_account(directory):
    directory.append(SHOP, 'id: "222222222222"\n')
    settings(directory, f"budget: {{limit: 5, topic_arn: '{TOPIC % ('2' * 12)}'}}")
    assert said(directory) == []
    directory.replace(SHOP, f"1:{'2' * 12}", f"1:{'9' * 12}")
    refused(
        directory, f"{SHOP}:5: settings.budget.topic_arn: found a topic of account 999999999999 for the budget of shop"
    )


def test_a_topic_for_the_budgets_of_several_accounts(directory):
    directory.append(ORGANIZATION, f"defaults: {{budget: {{limit: 5, topic_arn: '{TOPIC % ('9' * 12)}'}}}}\n")
    refused(directory, "defaults.budget.topic_arn", "management, security, shop, test")


def test_a_topic_of_an_account_that_has_no_id_yet_may_be_its_own(directory):
    settings(directory, f"budget: {{limit: 5, topic_arn: '{TOPIC % ('9' * 12)}'}}")
    assert said(directory) == []


def test_the_organizations_budget_is_the_management_accounts(directory):
    directory.append(ORGANIZATION, f"cost: {{budget: {{limit: 5, topic_arn: '{TOPIC % ('9' * 12)}'}}}}\n")
    refused(directory, "cost.budget.topic_arn", "for the budget of management")


def test_arns_of_another_partition(directory):
    directory.append(
        ORGANIZATION, "cost: {budget: {limit: 5, topic_arn: 'arn:aws-us-gov:sns:us-gov-west-1:111111111111:a'}}\n"
    )
    refused(directory, "expected an ARN of the partition aws, 'arn:aws:…'")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("baseline: {volume_keys: {eu-central-1: '%s'}}", "baseline.volume_keys.eu-central-1"),
        ("container_registry: {repositories: {a: shop/api}, key: '%s'}", "container_registry.key"),
        (
            "scheduled_scaling: {time_zone: Europe/Berlin, even_in_production: true, keys: {eu-central-1: '%s'}, "  # noqa: ISC004
            "targets: {a: {kind: rds-instance, identifier: a}}}",
            "scheduled_scaling.keys.eu-central-1",
        ),
    ],
)
def test_keys_in_another_region(directory, text, path):
    key = "arn:aws:kms:%s:111111111111:key/a"
    settings(directory, text % (key % "us-east-1"))
    refused(directory, f"settings.{path}: found a key in us-east-1", "expected a KMS key in eu-central-1")
    directory.replace(SHOP, key % "us-east-1", key % "eu-central-1")
    assert said(directory) == []


@pytest.mark.parametrize(
    ("subnets", "nat", "way"),
    [
        (", b: {cidr: 10.0.16.0/20, zone: a, public: true}", "nat: single", "`nat: single`"),
        (", b: {cidr: 10.0.16.0/20, zone: a, public: true}", "nat: none", "a public subnet"),
    ],
)
def test_two_ways_to_everywhere(directory, subnets, nat, way):
    gateway = "transit_gateway: {connect_all: true}"
    settings(directory, f"{gateway}\n  {NETWORK % (subnets, nat + ', attachment: {destinations: [0.0.0.0/0]}')}")
    refused(directory, f"found 0.0.0.0/0 beside {way}, which has a route there already")
    directory.replace(SHOP, "[0.0.0.0/0]", "[10.0.0.0/8]")
    assert said(directory) == []
    directory.replace(SHOP, "[10.0.0.0/8]", "[10.0.0.0/16]")
    refused(directory, "which is inside the VPC's own range 10.0.0.0/16")


def test_everything_through_the_transit_gateway_is_one_way(directory):
    gateway = "transit_gateway: {connect_all: true}"
    settings(directory, f"{gateway}\n  {NETWORK % ('', 'attachment: {destinations: [0.0.0.0/0]}')}")
    assert said(directory) == []


def test_a_transit_gateway_that_forwards_nothing(directory):
    settings(directory, f"transit_gateway: {{}}\n  {NETWORK % ('', 'attachment: {}')}")
    refused(directory, f"{SHOP}:4: settings.transit_gateway: found a transit gateway without route tables")
    assert config.load(directory.path).warnings


def test_an_attachment_without_a_route_table(directory):
    settings(
        directory,
        f"transit_gateway: {{preset: {{kind: isolated, environments: {{live: ['account:test']}}}}}}\n  "
        f"{NETWORK % ('', 'attachment: {}')}",
    )
    refused(directory, f"{SHOP}:4: settings.transit_gateway: found no route table for vpc:main", "it reaches nothing")
    assert config.load(directory.path).warnings


def test_an_attachment_in_another_region(directory):
    settings(directory, "transit_gateway: {connect_all: true}", TEST)
    settings(directory, f"region: us-east-1\n  {NETWORK % ('', 'attachment: {}')}")
    directory.append(ORGANIZATION, "shares:\n  s: {account: test, transit_gateway: true, principals: [root]}\n")
    refused(
        directory, "found an attachment from us-east-1", "a VPC in eu-central-1, where the transit gateway of 'test' is"
    )


@pytest.mark.parametrize("partition", ["aws-iso", "aws-iso-e"])
def test_partitions_that_are_not_supported(directory, partition):
    directory.replace(ORGANIZATION, "slug: acme", f"slug: acme\npartition: {partition}")
    refused(directory, "expected one of aws, aws-us-gov, aws-cn, aws-eusc.", f"{partition} is not supported yet")


def test_regions_of_partitions_that_are_not_supported(directory):
    directory.replace(ORGANIZATION, "home: eu-central-1", "home: us-iso-east-1")
    refused(directory, "Its partition aws-iso is not supported yet")


def in_china(directory):
    directory.replace(ORGANIZATION, "home: eu-central-1", "home: cn-north-1")
    directory.replace(ORGANIZATION, "governed: [eu-central-1, us-east-1]", "governed: [cn-north-1, cn-northwest-1]")
    directory.replace(ORGANIZATION, "slug: acme", "slug: acme\npartition: aws-cn")


def test_china_has_not_all_policy_types(directory):
    in_china(directory)
    assert said(directory) == []
    directory.append(ORGANIZATION, "policy_types: [service_control_policy, backup_policy]\n")
    refused(directory, "policy_types[1]: found 'backup_policy'; expected one that AWS has in aws-cn", "Remove it.")


def test_china_has_no_root_users(directory):
    in_china(directory)
    directory.replace(ORGANIZATION, "[ram.amazonaws.com,", "[ram.amazonaws.com, iam.amazonaws.com,")
    directory.append(ORGANIZATION, "security: {central_root_access: {}}\n")
    refused(directory, "security.central_root_access", "in China have no root user")


def test_services_that_a_partition_has_not(directory):
    in_china(directory)
    directory.replace(ORGANIZATION, "[ram.amazonaws.com,", "[ram.amazonaws.com, macie.amazonaws.com,")
    refused(directory, "found 'macie.amazonaws.com'; expected a service that AWS has in aws-cn")


def test_exports_of_costs_outside_of_the_commercial_partition(directory):
    in_china(directory)
    directory.append(ORGANIZATION, "cost: {exports: {cur: {}}}\n")
    assert any("cost.exports: found `exports` in the partition aws-cn" in message for message in said(directory))


ROLE = """\
roles:
  machines:
    name: Machines
    accounts: [root]
    trusted_by: [{service: ec2.amazonaws.com.cn}]
    managed_policies: ["arn:$(partition):iam::aws:policy/ReadOnlyAccess"]
"""


def test_a_principal_of_chinas_own_elsewhere(directory):
    directory.append(ORGANIZATION, ROLE)
    refused(directory, "'ec2.amazonaws.com.cn', of China's partition", "Write 'ec2.amazonaws.com'.")
    in_china(directory)
    assert said(directory) == []


def test_the_european_sovereign_cloud_wants_a_newer_provider(directory, monkeypatch):
    directory.replace(ORGANIZATION, "home: eu-central-1", "home: eusc-de-east-1")
    directory.replace(ORGANIZATION, "governed: [eu-central-1, us-east-1]", "governed: []")
    directory.replace(ORGANIZATION, "slug: acme", "slug: acme\npartition: aws-eusc")
    refused(
        directory, "partition: found 'aws-eusc', with", "expected AWS provider 6.29 or later", "docs/moving-to-cdktn.md"
    )
    monkeypatch.setattr("config.facts.bindings.installed", lambda: "25.8.1")
    assert said(directory) == []


def test_pairs_are_made_with_new_accounts_of_a_commercial_organization(directory):
    directory.append(SHOP, "create_govcloud: true\n")
    assert said(directory) == []
    in_china(directory)
    refused(directory, "accounts/shop.yaml:3: create_govcloud: found it in the partition aws-cn")


def test_no_pair_of_an_account_that_exists(directory):
    directory.append(SHOP, 'create_govcloud: true\nid: "333333333333"\n')
    refused(directory, "no `create_govcloud` for an account that exists")


@pytest.mark.row("C7")
def test_accounts_of_govcloud_are_there_already(directory):
    directory.replace(ORGANIZATION, "home: eu-central-1", "home: us-gov-west-1")
    directory.replace(ORGANIZATION, "governed: [eu-central-1, us-east-1]", "governed: []")
    directory.replace(ORGANIZATION, "slug: acme", "slug: acme\npartition: aws-us-gov")
    messages = said(directory)
    assert [message.partition(":")[0] for message in messages] == ["accounts/security.yaml", SHOP, TEST]
    assert all("CreateGovCloudAccount" in message for message in messages)


@pytest.mark.row("C7")
@pytest.mark.parametrize(
    "text",
    [
        "budget: {limit: 5, emails: [a@example.com]}",
        "baseline: {contacts: {billing: {name: A, title: B, email: a@example.com, phone: '1'}}}",
    ],
)
def test_what_govcloud_has_not(directory, text):
    directory.replace(ORGANIZATION, "home: eu-central-1", "home: us-gov-west-1")
    directory.replace(ORGANIZATION, "governed: [eu-central-1, us-east-1]", "governed: []")
    directory.replace(ORGANIZATION, "slug: acme", "slug: acme\npartition: aws-us-gov")
    for number, slug in enumerate(("security", "shop", "test"), start=2):
        directory.append(f"accounts/{slug}.yaml", f'id: "{str(number) * 12}"\n')
    settings(directory, text)
    refused(directory, "in us-gov-west-1, where AWS does not have it")


def test_a_service_that_a_region_has_not(directory):
    directory.replace(
        ORGANIZATION, "guardduty.amazonaws.com]", "guardduty.amazonaws.com, macie.amazonaws.com, account.amazonaws.com]"
    )
    directory.replace(
        ORGANIZATION,
        "  guardduty.amazonaws.com: security",
        "  guardduty.amazonaws.com: security\n  macie.amazonaws.com: security",
    )
    directory.replace("accounts/security.yaml", "ou: security", "ou: security\npurpose: security") if (
        "purpose" not in (directory.path / "accounts/security.yaml").read_text()
    ) else None
    directory.append(ORGANIZATION, "security: {macie: {}}\n")
    assert said(directory) == []
    directory.replace(ORGANIZATION, "us-east-1]", "us-east-1, eu-central-2]")
    refused(directory, "security.macie: found `macie` in eu-central-2, where AWS does not have it")


def test_where_services_are_is_what_the_sdk_knows():
    known = botocore.session.get_session().get_component("data_loader").load_data("endpoints")
    for endpoint, missing in data("endpoints")["missing"].items():
        found = []
        for partition in known["partitions"]:
            if partition["partition"] not in REGIONS:
                continue
            regions = sorted(partition["regions"])
            has = set(partition["services"].get(endpoint, {}).get("endpoints", ()))
            if partition["partition"] == "aws-eusc" and endpoint in ("account", "budgets", "ce"):
                continue  # botocore's list has no global services of this partition, but for its rules of endpoints
            found += [] if has and not has & set(regions) else [region for region in regions if region not in has]
        assert missing == found, endpoint


def test_tags_that_iam_takes_for_one(directory):
    directory.append(SHOP, "tags: {Owner: shop}\n")
    refused(directory, f"{SHOP}:3: tags.Owner: found the tag 'Owner' beside 'owner'")


def test_the_tag_that_says_which_stack(directory):
    directory.append(SHOP, "tags: {Stack: shop}\n")
    refused(directory, "found the tag 'Stack' beside `stack`, the tag that says which stack has made something")


def test_too_many_tags(directory):
    tags = ", ".join(f"t{number}: x" for number in range(47))
    directory.append(SHOP, f"tags: {{{tags}}}\n")
    refused(directory, "found 49 tags of the account 'shop'", "expected at most 48")


RCP = """\
type: resource_control_policy
targets: [root]
statements:
  - {effect: Deny, principals: "*", actions: 'sts:AssumeRole', conditions: {StringNotEqualsIfExists: {aws:PrincipalOrgID: %s}, BoolIfExists: {aws:PrincipalIsAWSService: "false"}}}
"""


def test_an_organizations_own_id_before_there_is_a_lock(directory):
    directory.append(ORGANIZATION, "policy_types: [service_control_policy, resource_control_policy]\n")
    directory.write("policies/perimeter.yaml", RCP % "o-a1b2c3d4e5")
    refused(directory, "policies/perimeter.yaml:1: found o-a1b2c3d4e5, taken for the id of this organization")
    assert config.load(directory.path)


def test_two_organizations_before_there_is_a_lock(directory):
    """One of them is another's: what locks its own people out is refused as ever."""
    directory.append(ORGANIZATION, "policy_types: [service_control_policy, resource_control_policy]\n")
    directory.write("policies/perimeter.yaml", RCP % "o-a1b2c3d4e5")
    directory.write("policies/other.yaml", RCP % "o-b1b2c3d4e5")
    assert any("a lockout" in message for message in said(directory))


def test_a_home_region_that_aws_keeps_closed(directory):
    directory.replace(ORGANIZATION, "home: eu-central-1", "home: eu-south-1")
    directory.replace(ORGANIZATION, "governed: [eu-central-1, us-east-1]", "governed: [eu-south-1, us-east-1]")
    refused(
        directory, "found eu-south-1, which AWS keeps closed until an account opens it", "aws account enable-region"
    )
    assert config.load(directory.path).home_region == "eu-south-1"


def test_names_that_are_too_long_together(directory):
    person = {"given_name": "a" * 1000, "family_name": "b" * 100, "email": "a@example.com"}
    people = {"administrators": {"users": ["ada"]}, "users": {"ada": person}}
    directory.replace(ORGANIZATION, "[ram.amazonaws.com,", "[sso.amazonaws.com, ram.amazonaws.com,")
    directory.append(ORGANIZATION, yaml.safe_dump({"identity_center": {"management": people}}))
    assert any("names of at most 1,024 characters together" in message for message in said(directory))


SETS = {
    "deploy": {"customer_policies": ["Own", "/teams/Deploy"], "boundary": "/teams/Limit"},
    "look": {"managed_policies": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]},
}
ADA = {"given_name": "Ada", "family_name": "Lovelace", "email": "ada@example.com"}


def people(directory, **more):
    """People of the management account, who are assigned both permission sets in the accounts of workloads."""
    assigned = {
        name: {"permission_set": name, "users": ["ada"], "accounts": ["ou:workloads"]} for name in ("deploy", "look")
    }
    management = {"administrators": {"users": ["ada"]}, "users": {"ada": ADA}, "permission_sets": SETS}
    center = {"management": {**management, "assignments": assigned}, **more}
    directory.replace(ORGANIZATION, "[ram.amazonaws.com,", "[sso.amazonaws.com, ram.amazonaws.com,")
    directory.append(ORGANIZATION, yaml.safe_dump({"identity_center": center}))


def test_policies_that_permission_sets_name_are_in_the_accounts(directory):
    people(directory)
    limit, own, deploy = said(directory)
    for message, key, policy in (
        (own, "customer_policies[0]", "/Own"),
        (deploy, "customer_policies[1]", "/teams/Deploy"),
        (limit, "boundary", "/teams/Limit"),
    ):
        assert f"permission_sets.deploy.{key}: found the policy {policy!r}, which no stack says to make" in message
        assert "in shop, test;" in message
        assert f"`existing_policies: {{{policy}: [account:shop, account:test]}}`" in message
    organization, warnings = config.examine(directory.path)
    assert organization is not None
    assert {warning.severity for warning in warnings} == {"warning"}


def test_what_accounts_have_from_elsewhere_is_said_and_then_known(directory):
    people(directory, existing_policies={"/Own": ["root"], "/teams/Deploy": ["root"], "/teams/Limit": ["account:shop"]})
    refused(directory, "'/teams/Limit'", "to make in test;", "[account:test]")


def test_what_no_permission_set_names_is_not_said_of_accounts(directory):
    names = {"Own": ["root"], "/teams/Deploy": ["root"], "/teams/Limit": ["root"], "/Other": ["account:nobody"]}
    people(directory, existing_policies=names)
    unused, unknown = said(directory)
    assert "'account:nobody'" in unknown
    assert (
        "existing_policies./Other: found the policy '/Other'; expected a policy that a permission set names" in unused
    )
