"""A declarative policy of the organization sets what nobody in an account can change, as on AWS."""

import json

import pytest
from botocore.exceptions import ClientError

from constructs_lib.policies.catalogue import harden_ec2

pytestmark = pytest.mark.row("E3")
TYPE = "DECLARATIVE_POLICY_EC2"


@pytest.fixture
def member(organizations, make_account, local):
    """EC2 in a member account, under a policy at the root."""
    account = make_account("member")
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType=TYPE)
    content = harden_ec2(vpc_block_public_access="block_ingress", exception_message="Ask us.").document.to_json()
    policy = organizations.create_policy(Content=content, Description="", Name="machines", Type=TYPE)
    id_ = policy["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=id_, TargetId=root)
    return local.session(account).client("ec2", region_name="eu-central-1"), id_, root


CALLS = (
    ("enable_snapshot_block_public_access", {"State": "block-new-sharing"}),
    ("disable_snapshot_block_public_access", {}),
    ("enable_image_block_public_access", {"ImageBlockPublicAccessState": "block-new-sharing"}),
    ("disable_image_block_public_access", {}),
    ("enable_serial_console_access", {}),
    ("disable_serial_console_access", {}),
    ("modify_instance_metadata_defaults", {"HttpTokens": "optional"}),
    ("modify_vpc_block_public_access_options", {"InternetGatewayBlockMode": "off"}),
)


@pytest.mark.parametrize(("name", "arguments"), CALLS, ids=[name for name, _ in CALLS])
def test_nobody_in_the_account_changes_what_is_declared(member, organizations, name, arguments):
    ec2, policy, root = member
    with pytest.raises(ClientError) as refused:
        getattr(ec2, name)(**arguments)
    assert refused.value.response["Error"] == {"Code": "OperationNotPermitted", "Message": "Ask us."}
    organizations.detach_policy(PolicyId=policy, TargetId=root)
    getattr(ec2, name)(**arguments)


def test_the_account_shows_what_is_declared_and_what_it_had_before_when_it_ends(member, organizations):
    ec2, policy, root = member

    def shown():
        snapshots = ec2.get_snapshot_block_public_access_state()
        images = ec2.get_image_block_public_access_state()
        console = ec2.get_serial_console_access_status()
        vpc = ec2.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
        metadata = ec2.get_instance_metadata_defaults()["AccountLevel"]
        return [
            (snapshots["State"], snapshots["ManagedBy"]),
            (images["ImageBlockPublicAccessState"], images["ManagedBy"]),
            (console["SerialConsoleAccessEnabled"], console["ManagedBy"]),
            (vpc["InternetGatewayBlockMode"], vpc["ManagedBy"]),
            (metadata.get("HttpTokens"), metadata.get("HttpPutResponseHopLimit"), metadata["ManagedBy"]),
        ]

    by_policy = "declarative-policy"
    assert shown() == [
        ("block-all-sharing", by_policy),
        ("block-new-sharing", by_policy),
        (False, by_policy),
        ("block-ingress", by_policy),
        ("required", 2, by_policy),
    ]
    organizations.detach_policy(PolicyId=policy, TargetId=root)
    assert shown() == [
        ("unblocked", "account"),
        ("unblocked", "account"),
        (False, "account"),
        ("off", "account"),
        (None, None, "account"),
    ]


def test_a_policy_that_says_nothing_of_a_switch_leaves_it_to_the_account(member, organizations):
    ec2, policy, _ = member
    only = {"ec2_attributes": {"serial_console_access": {"status": {"@@assign": "enabled"}}}}
    organizations.update_policy(PolicyId=policy, Content=json.dumps(only))
    assert ec2.get_serial_console_access_status()["SerialConsoleAccessEnabled"] is True
    ec2.enable_snapshot_block_public_access(State="block-all-sharing")
    with pytest.raises(ClientError) as refused:
        ec2.disable_serial_console_access()
    assert (
        refused.value.response["Error"]["Message"] == "This action is denied due to an organizational policy in effect"
    )
