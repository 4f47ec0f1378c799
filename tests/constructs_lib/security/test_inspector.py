import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.security.inspector import InspectorOrganizationConstruct
from tests.template import synth


def build(stack, **changes):
    return InspectorOrganizationConstruct(stack, "inspector", **{"account_id": "222222222222", **changes})


def test_packages_are_scanned_and_code_is_not():
    template = synth(build)
    assert template.only("aws_inspector2_organization_configuration")["auto_enable"] == {
        "ec2": True,
        "ecr": True,
        "lambda": True,
        "lambda_code": False,
    }
    assert template.only("aws_inspector2_enabler")["resource_types"] == ["EC2", "ECR", "LAMBDA"]


@pytest.mark.row("C6")
def test_existing_accounts_are_associated_before_they_are_scanned():
    template = synth(lambda stack: build(stack, scans=["ECR"], members={"production": "333333333333"}))
    assert template.only("aws_inspector2_member_association")["account_id"] == "333333333333"
    enablers = template.resources("aws_inspector2_enabler").values()
    assert sorted(found["account_ids"][0] for found in enablers) == ["222222222222", "333333333333"]
    (members,) = (found for found in enablers if found["account_ids"] == ["333333333333"])
    assert members["depends_on"][0].startswith("aws_inspector2_member_association.")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"scans": ["S3"]}, "scans is 'S3'"),
        ({"scans": []}, "at least one"),
        ({"scans": ["LAMBDA_CODE"]}, "LAMBDA beside LAMBDA_CODE"),
        ({"account_id": "2"}, "account_id is '2'"),
        ({"members": {"production": "3"}}, "is '3'"),
    ],
)
def test_what_inspector_cannot_do_is_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))
