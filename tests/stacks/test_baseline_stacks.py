"""The baseline where the sample does not go: regions that AWS keeps closed, switches that an account turns otherwise."""

from estate.testing import without_metadata


def of_type(stack, kind):
    return stack["resource"].get(kind, {})


def test_closed_regions_are_opened_from_the_management_account(synthesize_changed):
    found = synthesize_changed(
        lambda data: data["regions"]["governed"].append("eu-south-1"), ["management", "production"]
    )
    opened = of_type(found["management"], "aws_account_region")
    assert {one["region_name"] for one in opened.values()} == {"eu-south-1"}
    own = next(one for name, one in opened.items() if name.startswith("regions-management_"))
    production = next(one for name, one in opened.items() if name.startswith("regions-production_"))
    assert "account_id" not in own
    assert production["account_id"] == "${aws_organizations_account.account-production.id}"
    assert len(opened) == 8
    assert not of_type(found["production"], "aws_account_region")
    used = without_metadata(found["production"])["provider"]["aws"]
    providers = {one.get("alias", ""): one["region"] for one in used}
    assert providers == {"": "eu-central-1", "eu-south-1": "eu-south-1", "us-east-1": "us-east-1"}


def test_an_ou_may_say_otherwise(synthesize_changed):
    def change(data):
        workloads = data["organizational_units"]["workloads"]["organizational_units"]
        workloads["development"]["defaults"] = {
            "baseline": {
                "regions": ["eu-central-1"],
                "serial_console": True,
                "default_vpc": "removed",
                "block_public_buckets": False,
                "password_policy": {"enabled": False},
                "volume_keys": {"eu-central-1": "arn:aws:kms:eu-central-1:222222222222:key/a"},
            }
        }

    found = synthesize_changed(change, ["development", "staging"])
    development, staging = found["development"], found["staging"]
    (console,) = of_type(development, "aws_ec2_serial_console_access").values()
    assert console["enabled"] is True
    assert not of_type(development, "aws_default_vpc")
    assert not of_type(development, "aws_default_security_group")
    (key,) = of_type(development, "aws_ebs_default_kms_key").values()
    assert key["key_arn"] == "arn:aws:kms:eu-central-1:222222222222:key/a"
    assert not of_type(development, "aws_s3_account_public_access_block")
    assert not of_type(development, "aws_iam_account_password_policy")
    assert len(of_type(development, "aws_ebs_encryption_by_default")) == 1
    assert len(of_type(staging, "aws_ec2_serial_console_access")) == 2
    assert not of_type(staging, "aws_ebs_default_kms_key")
