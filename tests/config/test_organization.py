"""What a right configuration means: inheritance, selection, order, ids."""

import random
import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import config
from config.loading.settings import merge
from tests.organizations import SAMPLE, write_organization


@pytest.mark.row("A5")
def test_the_tree_of_units(directory):
    organization = config.load(directory.path)
    assert list(organization.units) == ["security", "workloads", "workloads/production", "workloads/staging"]
    production = organization.units["workloads/production"]
    assert [unit.path for unit in production.chain] == ["workloads", "workloads/production"]
    assert organization.units_in(organization.root) == (organization.units["security"], organization.units["workloads"])
    assert organization.accounts_in(production) == (organization.accounts["shop"],)
    assert [account.slug for account in organization.accounts_in(organization.root)] == ["management"]


@pytest.mark.row("D3")
def test_addresses_come_from_the_pattern_unless_said(directory):
    directory.append("accounts/shop.yaml", "email: shop@example.com\n")
    accounts = config.load(directory.path).accounts
    assert (accounts["shop"].email, accounts["test"].email) == ("shop@example.com", "aws+test@example.com")


def test_tags_are_inherited_and_the_lower_level_wins(directory):
    directory.append("accounts/shop.yaml", "tags: {owner: shop-team, tier: gold}\n")
    accounts = config.load(directory.path).accounts
    assert accounts["shop"].tags == {"environment": "production", "owner": "shop-team", "tier": "gold"}
    assert accounts["test"].tags == {"environment": "development", "owner": "platform"}
    assert accounts["management"].tags == {"owner": "platform"}


def test_settings_come_together_from_every_level(directory):
    directory.append(
        "organization.yaml",
        "defaults: {region: us-east-1}\n"
        "defaults_by_tag:\n  tag:environment=production: {region: eu-central-1, network: {cidr: 10.1.0.0/16}}\n",
    )
    directory.replace("organization.yaml", "      staging: {}", "      staging: {defaults: {region: eu-central-1}}")
    directory.append("accounts/shop.yaml", "settings: {network: {subnets: {a: {cidr: 10.1.0.0/24, zone: b}}}}\n")
    organization = config.load(directory.path)
    regions = {slug: account.region for slug, account in organization.accounts.items()}
    assert regions == {
        "management": "us-east-1",
        "security": "us-east-1",
        "shop": "eu-central-1",
        "test": "eu-central-1",
    }
    network = organization.settings["shop"].network
    assert network is not None
    assert (network.cidr, network.subnets["a"].cidr, network.subnets["a"].zone) == ("10.1.0.0/16", "10.1.0.0/24", "b")
    assert organization.settings["test"].network is None


def test_a_level_need_not_say_all_that_is_required(directory):
    directory.append("organization.yaml", "defaults: {network: {enabled: false}}\n")
    for slug in ("management", "security", "shop", "test"):
        directory.append(f"accounts/{slug}.yaml", "settings: {network: {cidr: 10.0.0.0/24}}\n")
    organization = config.load(directory.path)
    assert {settings.network.enabled for settings in organization.settings.values()} == {False}


def test_a_level_need_not_make_sense_by_itself(directory):
    directory.append("organization.yaml", "defaults: {budget: {limit: 200}}\n")
    for slug in ("management", "security", "shop"):
        directory.append(f"accounts/{slug}.yaml", "settings: {budget: {emails: [a@example.com]}}\n")
    _, (problem,) = config.examine(directory.path)
    assert str(problem) == (
        "organization.yaml:20: defaults.budget: found a mapping of limit; expected `emails` or `topic_arn`: somebody who hears of it."
    )
    directory.append("accounts/test.yaml", "settings: {budget: {emails: [b@example.com]}}\n")
    assert config.load(directory.path).settings["test"].budget.emails == ("b@example.com",)
    # Where it is not known which levels are above, an account's settings are judged by themselves.
    directory.replace("accounts/test.yaml", "workloads/staging", "workloads/nowhere")
    directory.replace("accounts/test.yaml", "emails: [b@example.com]", "limit: 300")
    _, problems = config.examine(directory.path)
    assert [problem.path for problem in problems] == [("ou",)], problems


@pytest.mark.parametrize(
    ("selector", "nodes"),
    [
        ("root", ["root"]),
        ("ou:workloads", ["ou:workloads"]),
        ("account:shop", ["account:shop"]),
        ("tag:environment=production", ["ou:workloads/production"]),
        ("tag:environment=development", ["ou:workloads/staging"]),
        ("tag:owner=platform", ["account:management", "ou:security", "ou:workloads"]),
        ("tag:owner=nobody", []),
        ("state:quarantined", []),
    ],
)
def test_selectors(directory, selector, nodes):
    assert [node.selector for node in config.load(directory.path).select(selector)] == nodes


def test_a_tag_selects_exactly_the_accounts_that_have_it(directory):
    directory.append("accounts/test.yaml", "tags: {environment: production}\n")
    organization = config.load(directory.path)
    assert [node.selector for node in organization.select("tag:environment=production")] == [
        "ou:workloads/production",
        "account:test",
    ]
    assert organization.select("tag:environment=development") == ()


@pytest.mark.row("E5")
def test_a_state_selects_the_accounts_in_it_and_moves_nobody(directory):
    directory.replace("policies/stay.yaml", "[root]", "['state:suspended']")
    directory.append("accounts/test.yaml", "state: suspended\n")
    organization = config.load(directory.path)
    test = organization.accounts["test"]
    assert organization.select("state:suspended") == (test,)
    assert organization.select("state:quarantined") == ()
    assert test.unit.path == "workloads/staging"
    assert [policy.slug for policy in organization.policies_on(test)] == ["stay"]


def test_accounts_of_selectors_come_once_and_sorted(directory):
    found = config.load(directory.path).select_accounts(["account:test", "ou:workloads", "root"])
    assert [account.slug for account in found] == ["management", "security", "shop", "test"]


@pytest.mark.row("A7")
def test_policies_are_attached_and_inherited(directory):
    directory.write(
        "policies/no-s3.yaml",
        "type: service_control_policy\ntargets: ['ou:workloads', 'account:shop']\n"
        "statements: [{effect: Deny, actions: 's3:*'}]\n",
    )
    organization = config.load(directory.path)
    shop = organization.accounts["shop"]
    assert [policy.slug for policy in organization.policies_on(shop)] == ["no-s3"]
    inherited = [(policy.slug, node.selector) for policy, node in organization.policies_inherited(shop)]
    assert inherited == [("stay", "root"), ("no-s3", "ou:workloads")]
    (warning,) = organization.warnings
    assert str(warning) == (
        "accounts/shop.yaml:1: found on account:shop: 'no-s3' is in force here already: it is attached above; "
        "expected a policy as AWS takes it. Attach it in one place."
    )
    assert organization.policies["no-s3"].content == (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}'
    )


@pytest.mark.row("A8", "D4")
def test_shares_and_roles_hold_what_they_name(directory):
    directory.append(
        "accounts/security.yaml",
        "settings: {network: {cidr: 10.0.0.0/16, subnets: {a: {cidr: 10.0.0.0/24, zone: a}}}}\n",
    )
    directory.append(
        "organization.yaml",
        "shares: {net: {account: security, subnets: [a], principals: ['ou:workloads', root]}}\n"
        "roles:\n  audit:\n    name: Audit\n    accounts: ['ou:workloads', 'account:test']\n"
        "    trusted_by: [{account: security, roles: [Auditor]}]\n"
        "    statements: [{effect: Allow, actions: 's3:ListAllMyBuckets'}]\n",
    )
    organization = config.load(directory.path)
    share, role = organization.sections["shares"]["net"], organization.sections["roles"]["audit"]
    assert share.account is organization.accounts["security"]
    assert [node.selector for node in share.principals] == ["ou:workloads", "root"]
    assert not share.allow_external_principals
    assert [account.slug for account in role.accounts] == ["shop", "test"]
    assert [(trust.account.slug, trust.roles) for trust in role.trusted_by] == [("security", ("Auditor",))]
    assert role.document is not None
    assert role.document.statements[0].actions == ("s3:ListAllMyBuckets",)


def test_ids_come_from_the_configuration_and_else_from_the_lock(directory):
    directory.write(
        "organization.lock.yaml",
        'organization_id: o-a1b2c3d4e5\nroot_id: r-ab12\nmanagement_account_id: "111111111111"\n'
        'accounts: {shop: "222222222222"}\norganizational_units: {production: ou-ab12-c3d4e5f6}\n',
    )
    organization = config.load(directory.path)
    ids = {account.slug: (account.id, account.id_source) for account in organization.accounts.values()}
    assert ids == {
        "management": ("111111111111", "config"),
        "security": (None, None),
        "shop": ("222222222222", "lock"),
        "test": (None, None),
    }
    assert organization.root.id == "r-ab12"
    assert organization.units["workloads/production"].id == "ou-ab12-c3d4e5f6"


def test_an_id_of_twelve_digits_needs_no_quotes(directory):
    directory.append("accounts/shop.yaml", "id: 012345678901\n")
    directory.append("accounts/test.yaml", "id: 112345678901\n")
    accounts = config.load(directory.path).accounts
    assert (accounts["shop"].id, accounts["test"].id) == ("012345678901", "112345678901")


def shuffled(value, order):
    if isinstance(value, dict):
        keys = list(value)
        order.shuffle(keys)
        return {key: shuffled(value[key], order) for key in keys}
    if isinstance(value, list):
        entries = [shuffled(entry, order) for entry in value]
        order.shuffle(entries)
        return entries
    return value


@pytest.mark.row("C3")
@pytest.mark.parametrize("seed", range(5))
def test_the_order_in_files_means_nothing(tmp_path, seed):
    order = random.Random(seed)
    before = config.load(write_organization(tmp_path / "before", accounts=30))
    after = write_organization(tmp_path / "after", accounts=30)
    for file in after.rglob("*.yaml"):
        file.write_text(yaml.safe_dump(shuffled(yaml.safe_load(file.read_text()), order), sort_keys=False))
    assert without_files(config.load(after)) == without_files(before)


def without_files(organization):
    """All of an organization as text."""
    return re.sub(r"warnings=.*", "", repr(organization))


def test_renaming_and_moving_keep_every_slug(directory):
    before = config.load(directory.path)
    directory.replace(
        "accounts/shop.yaml", "name: Shop\nou: workloads/production", "name: Store\nou: workloads/staging"
    )
    after = config.load(directory.path)
    assert list(after.accounts) == list(before.accounts)
    assert after.accounts["shop"].email == before.accounts["shop"].email


# A key is a mapping at every level or at none, as the model sees to.
LEAVES = st.integers(0, 3)
SETTINGS = st.fixed_dictionaries(
    {}, optional={"a": LEAVES, "b": st.dictionaries(st.sampled_from("xyz"), LEAVES), "c": st.lists(LEAVES).map(tuple)}
)


@given(SETTINGS, SETTINGS, SETTINGS)
@settings(max_examples=200)
def test_merging_level_by_level_is_merging_at_once(one, two, three):
    assert merge(merge(one, two), three) == merge(one, merge(two, three))
    assert merge(one, {}) == one == merge({}, one) == merge(one, one)


def test_a_guardrail_of_the_catalogue_takes_the_governed_regions(directory):
    directory.write("policies/stay.yaml", "type: service_control_policy\nguardrail: deny-unapproved-regions\n")
    policy = config.load(directory.path).policies["stay"]
    assert policy.guardrail == "deny-unapproved-regions"
    assert policy.document is not None
    condition = policy.document.statements[0].conditions["StringNotEquals"]
    assert condition["aws:RequestedRegion"] == ("eu-central-1", "us-east-1")


def test_the_organization_id_is_filled_in_when_it_is_known(directory):
    directory.replace(
        "organization.yaml", "trusted_services:", "policy_types: [resource_control_policy]\ntrusted_services:"
    )
    directory.write("policies/stay.yaml", "type: resource_control_policy\nguardrail: deny-foreign-identities\n")
    before = config.load(directory.path).policies["stay"]
    assert before.needs_organization_id
    filled = before.for_organization("o-a1b2c3d4e5")
    directory.write(
        "organization.lock.yaml",
        'organization_id: o-a1b2c3d4e5\nroot_id: r-ab12\nmanagement_account_id: "111111111111"\n',
    )
    after = config.load(directory.path).policies["stay"]
    assert not after.needs_organization_id
    assert "o-a1b2c3d4e5" in after.content
    assert filled.content == after.content


def test_a_tag_policy_from_a_file(directory):
    directory.replace("organization.yaml", "trusted_services:", "policy_types: [tag_policy]\ntrusted_services:")
    directory.write("policies/stay.yaml", "type: tag_policy\ndocument: documents/tags.json\n")
    directory.write("policies/documents/tags.json", '{"tags": {\n "a": {"tag_key": {"@@assign": "A"}}}}')
    policy = config.load(directory.path).policies["stay"]
    assert policy.content == '{"tags":{"a":{"tag_key":{"@@assign":"A"}}}}'
    assert policy.document is None


@pytest.mark.row("C1")
def test_the_sample_has_nothing_wrong():
    organization = config.load(SAMPLE)
    assert organization.warnings == ()
    assert organization.lock is None, "a first deploy makes it"
    purposes = {account.slug: account.purpose for account in organization.accounts.values()}
    assert purposes == {
        "development": "workload",
        "management": "management",
        "network": "network",
        "production": "workload",
        "security": "security",
        "shared-services": "shared-services",
        "staging": "workload",
        "terraform": "terraform",
    }
    assert set(organization.units) == {
        "infrastructure",
        "quarantine",
        "security",
        "suspended",
        "workloads",
        "workloads/development",
        "workloads/production",
        "workloads/staging",
    }


@pytest.mark.row("C7")
def test_govcloud_has_regions_of_its_own(directory):
    directory.replace("organization.yaml", "home: eu-central-1", "home: us-gov-west-1")
    directory.replace("organization.yaml", "governed: [eu-central-1, us-east-1]", "governed: []")
    directory.replace("organization.yaml", "slug: acme", "slug: acme\npartition: aws-us-gov")
    for number, slug in enumerate(("security", "shop", "test"), start=2):
        directory.append(f"accounts/{slug}.yaml", f'id: "{str(number) * 12}"\n')
    organization = config.load(directory.path)
    assert organization.governed_regions == ("us-gov-west-1",)
    assert {account.region for account in organization.accounts.values()} == {"us-gov-west-1"}


@pytest.mark.row("C9")
def test_cost_tags_that_no_tag_policy_enforces_are_warned_about(directory):
    directory.append(
        "organization.yaml",
        "policy_types: [service_control_policy, tag_policy]\ncost: {allocation_tags: [owner, team, tier]}\n",
    )
    directory.write("policies/tags.yaml", "type: tag_policy\ntargets: [root]\ndocument: documents/tags.json\n")
    directory.write(
        "policies/documents/tags.json",
        '{"tags": {"owner": {"tag_key": {"@@assign": "owner"}, "enforced_for": {"@@assign": ["s3:bucket"]}},'
        ' "Team": {"tag_key": {"@@assign": "team"}}}}',
    )
    unenforced, unknown = (str(warning) for warning in config.load(directory.path).warnings)
    assert unenforced == (
        "organization.yaml:21: cost.allocation_tags[1]: found 'team', which a tag policy is about but does not enforce; "
        "expected a tag policy at the root that enforces how it is written. Say in it for which resources (`enforced_for`)."
    )
    assert unknown == (
        "organization.yaml:21: cost.allocation_tags[2]: found 'tier', which no tag policy is about; "
        "expected a tag policy at the root that enforces how it is written. Write one in policies/."
    )


@pytest.mark.parametrize(
    "service", ["agent-registry", "ec2.capacitymanager", "private-marketplace.marketplace", "resiliencehub"]
)
def test_services_that_aws_lists_as_trusted_are_not_taken_for_others(directory, service):
    directory.replace(
        "organization.yaml", "guardduty.amazonaws.com]", f"guardduty.amazonaws.com, {service}.amazonaws.com]"
    )
    assert config.load(directory.path).warnings == ()
