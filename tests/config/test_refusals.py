"""Bad files and what is said about them; most are in refusals.yaml."""

from pathlib import Path

import pytest
import yaml

import config
from config.errors import one_of
from config.registry import settings_model

CASES = yaml.safe_load((Path(__file__).parent / "refusals.yaml").read_text(encoding="utf-8"))
SHOP = "accounts/shop.yaml"


def messages(directory):
    with pytest.raises(config.ConfigError) as caught:
        config.load(directory.path)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.row("A3", "C14")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_refused(directory, case):
    if "replace" in case:
        directory.replace(case["file"], case["replace"], case["with"])
    else:
        directory.write(case["file"], case["with"])
    for name, text in case.get("also", {}).items():
        directory.write(name, text)
    settings = one_of(settings_model().model_fields)
    assert messages(directory) == [message.replace("<settings>", settings) for message in case["messages"]]


@pytest.mark.parametrize(
    ("text", "line", "byte"), [(b"# shop\nname: Caf\xe9\n", 2, "e9"), ("a".encode("utf-16"), 1, "ff")]
)
def test_other_encodings_are_refused(directory, text, line, byte):
    directory.write(SHOP, text)
    assert messages(directory) == [
        f"{SHOP}:{line}: found the byte 0x{byte}; expected text in UTF-8. Save the file with that encoding."
    ]


@pytest.mark.parametrize("text", ["name: " + "[" * 20_000, "[{" * 10_000, "- " * 20_000, "name: |\n  " + "x" * 20_000])
def test_nesting_that_would_end_the_process_is_refused(directory, text):
    directory.write(SHOP, text)
    (message,) = messages(directory)
    assert message.endswith(
        "expected lines of at most 10,000 characters and at most 10,000 brackets in a file. "
        "Write lists and mappings over several lines."
    )


def test_a_byte_order_mark_is_no_mistake(directory):
    directory.write(SHOP, "name: Shop\nou: workloads/production\n".encode("utf-8-sig"))
    assert config.load(directory.path).accounts["shop"].name == "Shop"


def test_a_file_that_cannot_be_opened(directory):
    (directory.path / SHOP).unlink()
    (directory.path / SHOP).mkdir()
    assert messages(directory) == [
        f"{SHOP}: found something that cannot be read (is a directory); expected a file. Check its access rights."
    ]


def test_no_organization_file(directory):
    (directory.path / "organization.yaml").unlink()
    (first, *_) = messages(directory)
    assert first == (
        "organization.yaml: found no such file; expected it to be there. "
        "Write it, or let ESTATE_CONFIG name the directory that has it."
    )


def test_no_directory(tmp_path):
    with pytest.raises(config.ConfigError, match="no such directory"):
        config.load(tmp_path / "nowhere")


def test_files_that_belong_there_or_to_nobody_are_no_mistake(directory):
    for name in ("accounts/.DS_Store", "accounts/README.md", "policies/documents/tags.json", "notes.txt"):
        directory.write(name, "x")
    assert config.load(directory.path).warnings == ()


def test_everything_wrong_is_said_at_once(directory):
    directory.replace("organization.yaml", "home: eu-central-1", "home: nowhere")
    directory.append(
        "organization.yaml", "shares:\n  net: {account: shpo, subnets: [a], principals: ['ou:wrokloads']}\nx: y\n"
    )
    directory.write(SHOP, "name: Shop\nou: workloads/prodution\nid: 1\nemail: aws+test@example.com\n")
    directory.write("accounts/broken.yaml", "a: [\n")
    directory.write(
        "policies/stay.yaml", "type: scp\ntargets: ['account:shpo']\nstatements: [{effect: Deny, actions: 's3:*'}]\n"
    )
    with pytest.raises(config.ConfigError) as caught:
        config.load(directory.path)
    assert [(problem.place, problem.key) for problem in caught.value.problems] == [
        ("organization.yaml:5", "regions.home"),
        ("organization.yaml:21", "shares.net.account"),
        ("organization.yaml:21", "shares.net.principals[0]"),
        ("organization.yaml:22", "x"),
        ("accounts/broken.yaml:2", ""),
        ("accounts/shop.yaml:2", "ou"),
        ("accounts/shop.yaml:3", "id"),
        ("policies/stay.yaml:1", "type"),
        ("policies/stay.yaml:2", "targets[0]"),
    ]


def test_two_management_accounts(directory):
    directory.write("accounts/other.yaml", 'name: Other\npurpose: management\nid: "222222222222"\n')
    (message,) = messages(directory)
    assert message == (
        "accounts/other.yaml:2: purpose: found another account for management (the first is 'management'); "
        "expected one in an organization. Give one of them another `purpose`, such as workload: management cannot be shared "
        "out."
    )


def test_no_management_account(directory):
    (directory.path / "accounts/management.yaml").unlink()
    (message,) = messages(directory)
    assert message == (
        "organization.yaml:1: found no management account; expected one account that manages the organization. "
        "Write accounts/management.yaml with `purpose: management` and its `id`."
    )


def test_networks_that_overlap(directory):
    for slug, cidr in (("shop", "10.0.0.0/16"), ("test", "10.0.128.0/24"), ("security", "10.0.200.0/24")):
        directory.append(f"accounts/{slug}.yaml", f"settings: {{network: {{cidr: {cidr}}}}}\n")
    assert messages(directory) == [
        f"accounts/{slug}.yaml:{line}: settings.network.cidr: found {cidr}, which overlaps 10.0.0.0/16 of the account 'shop'; "
        "expected a range that no other account uses. Choose a range that is free."
        for slug, line, cidr in (("security", 4, "10.0.200.0/24"), ("test", 3, "10.0.128.0/24"))
    ]


def test_a_zone_signed_and_logged_where_its_region_is_closed(directory):
    directory.replace("organization.yaml", "governed: [eu-central-1, us-east-1]", "governed: [eu-central-1]")
    zone = "{domain: example.com, dnssec: true, query_log: {}}"
    directory.append(SHOP, f"settings:\n  dns: {{public_zones: {{main: {zone}}}}}\n")
    assert messages(directory) == [
        f"{SHOP}:4: settings.dns.public_zones.main.{key}: found `{key}`; expected us-east-1 among the governed regions, the "
        "only one where Route 53 does this. Add us-east-1 to `regions.governed` in organization.yaml, or switch it off."
        for key in ("dnssec", "query_log")
    ]
    directory.write(SHOP, "name: Shop\nou: workloads/production\n")
    off = "{domain: example.com, dnssec: false, query_log: {enabled: false}}"
    directory.append(SHOP, f"settings:\n  dns: {{public_zones: {{main: {off}}}}}\n")
    assert config.load(directory.path).settings["shop"].dns is not None


@pytest.fixture
def attached(directory):
    """A transit gateway, and an account that attaches to it."""
    directory.write("accounts/hub.yaml", "name: Hub\nou: security\nsettings: {transit_gateway: {connect_all: true}}\n")
    directory.append(
        SHOP,
        "settings:\n  network: {cidr: 10.0.0.0/16, subnets: {a: {cidr: 10.0.0.0/20, zone: a}}, attachment: {}}\n",
    )
    return directory


def test_an_attachment_to_a_transit_gateway_that_nobody_shares(attached):
    (message,) = messages(attached)
    assert message == (
        f"{SHOP}:4: settings.network.attachment: found an attachment; expected 'shop' among those that the transit gateway of "
        "'hub' is shared with. Add `account:shop`, or its OU, to the `principals` of a share of 'hub' with "
        "`transit_gateway: true`, in `shares` of organization.yaml."
    )


def test_an_attachment_to_a_transit_gateway_that_is_shared_with_others(attached):
    attached.append(
        "organization.yaml",
        "shares:\n  routing: {account: hub, transit_gateway: true, principals: ['ou:security', 'account:test']}\n",
    )
    (message,) = messages(attached)
    assert message == (
        f"{SHOP}:4: settings.network.attachment: found an attachment; expected 'shop' among those that the transit gateway of "
        "'hub' is shared with: account:test, ou:security. Add `account:shop`, or its OU, to the `principals` of "
        "`shares.routing` in organization.yaml."
    )


@pytest.mark.parametrize("principal", ["root", "ou:workloads", "account:shop", "tag:environment=production"])
@pytest.mark.parametrize(
    "what", ["transit_gateway: true", "arns: ['arn:aws:ec2:eu-central-1:1:transit-gateway/tgw-1']"]
)
def test_an_attachment_to_a_transit_gateway_that_is_shared_with_it(attached, principal, what):
    attached.append("organization.yaml", f"shares:\n  routing: {{account: hub, {what}, principals: ['{principal}']}}\n")
    assert config.load(attached.path).warnings == ()


def test_a_share_that_is_wrong_itself_is_not_missed_once_more(attached):
    attached.append(
        "organization.yaml", "shares:\n  routing: {account: hbu, transit_gateway: true, principals: [root]}\n"
    )
    (message,) = messages(attached)
    assert "shares.routing.account" in message


def test_a_mistake_in_inherited_settings_is_said_once_and_where_it_was_made(directory):
    directory.append("organization.yaml", "defaults:\n  network:\n    cidr: 10.0.0.0/99\n")
    assert messages(directory) == [
        "organization.yaml:22: defaults.network.cidr: found '10.0.0.0/99'; expected an IPv4 range such as '10.16.0.0/16'."
    ]


def test_too_many_policies_on_one_node(directory):
    for number in range(10):
        text = f"type: service_control_policy\ntargets: ['ou:security']\nstatements: [{{effect: Deny, actions: 's3:*', sid: S{number}}}]\n"
        directory.write(f"policies/p{number}.yaml", text)
    (message,) = messages(directory)
    assert message == (
        "organization.yaml:13: organizational_units.security: found on ou:security: 11 policies of kind scp are attached, "
        "FullAWSAccess among them, and 10 may be; 1 more are inherited and do not count; expected a policy as AWS takes it. "
        "Combine policies (constructs_lib.policies.pack), or attach some of them to a node above."
    )
