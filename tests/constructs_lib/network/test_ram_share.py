import pytest

from constructs_lib import InvalidValueError, RamShareConstruct
from tests.template import synth

SUBNET = "arn:aws:ec2:eu-central-1:111122223333:subnet/subnet-0123456789abcdef0"
UNIT = "arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-abcd-11111111"
ORGANIZATION = "arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5"


def share(**arguments):
    return synth(
        lambda stack: RamShareConstruct(
            stack,
            "share",
            **{
                "name": "subnets",
                "resources": {"private-a": SUBNET, "private-b": f"{SUBNET}1"},
                "principals": {"production": "444455556666", "workloads": UNIT},
                **arguments,
            },
        )
    )


@pytest.mark.row("A8")
def test_one_association_per_subnet_and_per_principal():
    template = share()
    assert template.only("aws_ram_resource_share") == {"name": "subnets", "allow_external_principals": False}
    resources = template.resources("aws_ram_resource_association").values()
    principals = template.resources("aws_ram_principal_association").values()
    assert sorted(found["resource_arn"] for found in resources) == [SUBNET, f"{SUBNET}1"]
    assert sorted(found["principal"] for found in principals) == ["444455556666", UNIT]
    shares = {found["resource_share_arn"] for found in (*resources, *principals)}
    assert len(shares) == 1


@pytest.mark.row("A8")
def test_addresses_come_from_the_keys():
    expected = [
        "aws_ram_principal_association.share_principal-production_D8BF1DAF",
        "aws_ram_principal_association.share_principal-workloads_9D5B4AE2",
        "aws_ram_resource_association.share_resource-private-a_8DE87DF7",
        "aws_ram_resource_association.share_resource-private-b_93ECEACB",
        "aws_ram_resource_share.share_A11498C5",
    ]
    assert share().addresses() == expected
    other = {
        "resources": {"private-b": SUBNET, "private-a": f"{SUBNET}2"},
        "principals": {"workloads": ORGANIZATION, "production": "555566667777"},
    }
    assert share(**other).addresses() == expected


def test_overrides():
    permission = "arn:aws:ram::aws:permission/AWSRAMDefaultPermissionSubnet"
    made = share(allow_external_principals=True, permission_arns=[permission], tags={"a": "b"})
    assert made.only("aws_ram_resource_share") == {
        "name": "subnets",
        "allow_external_principals": True,
        "permission_arns": [permission],
        "tags": {"a": "b"},
    }


@pytest.mark.parametrize(
    "principal",
    [
        ORGANIZATION,
        UNIT,
        "arn:aws-us-gov:organizations::111122223333:organization/o-a1b2c3d4e5",
        "arn:aws:iam::444455556666:role/reader",
        "${var.principal}",
        "vpc-lattice.amazonaws.com",
    ],
)
def test_accepts_every_kind_of_principal(principal):
    assert share(principals={"it": principal}).only("aws_ram_principal_association")["principal"] == principal


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"resources": {}}, "resources is {}; expected at least one"),
        ({"principals": {}}, "principals is {}; expected at least one"),
        ({"resources": {"a": "subnet-1234"}}, r"resources\['a'\] is 'subnet-1234'; expected an ARN"),
        ({"permission_arns": ["AWSRAMDefaultPermissionSubnet"]}, r"permission_arns\[0\] .* a permission of RAM's"),
        ({"principals": {"a": "ou-abcd-11111111"}}, r"principals\['a'\] .* RAM wants its ARN"),
        ({"principals": {"a": "o-a1b2c3d4e5"}}, "RAM wants its ARN"),
        ({"principals": {"a": "12345678901"}}, "an account id of 12 digits"),
        ({"principals": {"a": "arn:aws:organizations::111122223333:root/o-a1b2c3d4e5/r-abcd"}}, "expected an account"),
    ],
)
def test_refuses(arguments, message):
    with pytest.raises(InvalidValueError, match=message):
        share(**arguments)
