"""Purposes of one's own: who serves them, what names them, and what of them there is one of."""

import config
from config.capabilities.capability import selects
from config.capabilities.roles import ROLES
from config.capabilities.tiers import tier_of

PURPOSES = "purposes:\n  ci: {description: Builds everything., only_one: true}\n  lab: {}\n"
GITHUB = "ci:\n  github: {owner: acme, repository: zone, owner_id: '100', repository_id: '200'}\n"


def ours(directory):
    directory.append("organization.yaml", PURPOSES)
    directory.replace("accounts/shop.yaml", "name: Shop\n", "name: Shop\npurpose: ci\n")
    directory.replace("accounts/test.yaml", "name: Test\n", "name: Test\npurpose: lab\n")


def said(directory):
    return [str(problem) for problem in config.examine(directory.path)[1]]


def test_accounts_are_known_by_a_purpose_of_ones_own(directory):
    ours(directory)
    organization = config.load(directory.path)
    assert [account.slug for account in organization.with_purpose("ci")] == ["shop"]
    assert organization.purposes["ci"].description == "Builds everything."
    assert organization.select("purpose:lab") == (organization.accounts["test"],)
    assert organization.select("purpose:network") == ()
    shop = organization.accounts["shop"]
    assert (selects("purpose:ci", shop), selects("purpose:lab", shop)) == (True, False)


def test_selectors_name_purposes_wherever_they_name_tags(directory):
    ours(directory)
    directory.replace("policies/stay.yaml", "[root]", "[purpose:ci, 'purpose:security']")
    directory.append(
        "organization.yaml",
        "roles:\n  look:\n    name: Look\n    accounts: ['purpose:ci', 'purpose:lab']\n    trusted_by: [{account: security}]\n"
        "    managed_policies: ['arn:aws:iam::aws:policy/SecurityAudit']\n",
    )
    organization = config.load(directory.path)
    assert [node.selector for node in organization.policies["stay"].targets] == ["account:security", "account:shop"]
    assert [account.slug for account in ROLES.of(organization)["look"].accounts] == ["shop", "test"]


def test_settings_for_a_purpose_are_weaker_than_those_for_a_tag_and_stronger_than_an_ous(directory):
    ours(directory)
    directory.append(
        "organization.yaml",
        "defaults: {baseline: {metadata_hop_limit: 1, serial_console: true, encrypt_volumes: false}}\n"
        "defaults_by_purpose:\n  ci: {baseline: {metadata_hop_limit: 5, serial_console: null}}\n  security: {region: us-east-1}\n"
        "defaults_by_tag:\n  tag:environment=production: {baseline: {metadata_hop_limit: 7}}\n",
    )
    organization = config.load(directory.path)
    found = organization.settings["shop"].baseline
    assert (found.metadata_hop_limit, found.serial_console, found.encrypt_volumes) == (7, None, False)
    assert organization.settings["test"].baseline.metadata_hop_limit == 1
    assert organization.accounts["security"].region == "us-east-1"


def test_rollouts_reach_purposes(directory):
    ours(directory)
    directory.append(
        "organization.yaml",
        "rollouts:\n  hops:\n    waves: ['purpose:lab', root]\n    reached: 1\n    since: 2026-01-01\n"
        "    settings: {baseline: {metadata_hop_limit: 9}}\n",
    )
    settings = config.load(directory.path).settings
    assert settings["test"].baseline.metadata_hop_limit == 9
    assert settings["shop"].baseline is None


def test_variables_are_known_in_settings_for_a_purpose(directory):
    ours(directory)
    directory.append(
        "organization.yaml", "defaults_by_purpose:\n  ci: {baseline: {alias: acme-$(account)-$(region)}}\n"
    )
    assert config.load(directory.path).settings["shop"].baseline.alias == "acme-shop-eu-central-1"


def test_pipelines_deploy_what_is_there_for_something_else_than_work_with_the_core(directory):
    ours(directory)
    directory.append("organization.yaml", GITHUB)
    directory.write("accounts/terraform.yaml", "name: Terraform\npurpose: terraform\nou: security\n")
    organization = config.load(directory.path)
    assert {slug: tier_of(organization, organization.accounts[slug]).name for slug in ("shop", "security")} == {
        "shop": "core",
        "security": "core",
    }


def test_what_there_is_one_of_says_so(directory):
    ours(directory)
    directory.replace("accounts/test.yaml", "purpose: lab", "purpose: ci")
    assert said(directory) == [
        (
            "accounts/test.yaml:2: purpose: found another account for ci (the first is 'shop'); expected one in an organization. "
            "Give one of them another `purpose`, or leave `only_one` out of `purposes.ci`."
        )
    ]


def test_a_slip_in_a_purpose_is_one_mistake_wherever_it_is(directory):
    ours(directory)
    known = "expected one of management, security, log-archive, terraform, network, shared-services, workload, ci, lab"
    directory.replace("accounts/test.yaml", "purpose: lab", "purpose: labs")
    directory.append("organization.yaml", "defaults_by_purpose: {labb: {region: us-east-1}}\n")
    assert said(directory) == [
        f"organization.yaml:23: defaults_by_purpose.labb: found 'labb'; {known}. Did you mean 'lab'?",
        f"accounts/test.yaml:2: purpose: found 'labs'; {known}. Did you mean 'lab'?",
    ]


def test_a_purpose_that_nobody_has_written_down_is_refused_with_what_helps(directory):
    directory.replace("accounts/test.yaml", "name: Test\n", "name: Test\npurpose: payments\n")
    directory.replace("policies/stay.yaml", "[root]", "['purpose:orders']")
    cure = "Write it below `purposes` of organization.yaml."
    assert [message for message in said(directory) if not message.endswith(cure)] == []
    assert len(said(directory)) == 2


def test_a_mistake_in_purposes_makes_no_others(directory):
    ours(directory)
    directory.replace("organization.yaml", "only_one: true", "only_once: true")
    (message,) = said(directory)
    assert "purposes.ci.only_once: found the unknown key 'only_once'" in message
    assert "Did you mean 'only_one'?" in message


def test_the_built_in_ones_are_there_already(directory):
    directory.append("organization.yaml", "purposes: {network: {}}\n")
    assert said(directory) == [
        (
            "organization.yaml:20: purposes.network: found 'network'; expected the name of a purpose of your own. "
            "There is a purpose 'network' already: accounts may name it."
        )
    ]
