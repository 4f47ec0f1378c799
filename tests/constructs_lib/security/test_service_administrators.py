import pytest
from cdktf_cdktf_provider_aws.provider import AwsProvider

from constructs_lib.errors import InvalidValueError
from constructs_lib.security.service_administrators import (
    GLOBAL_SERVICES,
    REGIONAL_SERVICES,
    ServiceAdministratorsConstruct,
)
from tests.template import synth

SECURITY = "222222222222"
IDS = ("account_id", "admin_account_id", "delegated_admin_account_id")


def build(stack, id_="administrators", **changes):
    return ServiceAdministratorsConstruct(
        stack, id_, **{"account_id": SECURITY, "services": GLOBAL_SERVICES, **changes}
    )


@pytest.mark.row("C6")
def test_every_service_is_handed_to_the_account():
    template = synth(lambda stack: build(stack, services=[*GLOBAL_SERVICES, *REGIONAL_SERVICES]))
    assert sorted(template.json["resource"]) == [
        "aws_cloudtrail_organization_delegated_admin_account",
        "aws_detective_organization_admin_account",
        "aws_guardduty_organization_admin_account",
        "aws_inspector2_delegated_admin_account",
        "aws_macie2_organization_admin_account",
        "aws_securityhub_organization_admin_account",
        "aws_vpc_ipam_organization_admin_account",
    ]
    for type_ in template.json["resource"]:
        assert [template.only(type_)[name] for name in IDS if name in template.only(type_)] == [SECURITY]


@pytest.mark.row("C6")
def test_each_region_is_handed_over_by_its_own_provider():
    def regions(stack):
        build(stack, "home", services=REGIONAL_SERVICES)
        ireland = AwsProvider(stack, "aws-ireland", alias="ireland", region="eu-west-1")
        build(stack, "ireland", services=REGIONAL_SERVICES, provider=ireland)

    for found in synth(regions).json["resource"].values():
        assert sorted(resource.get("provider", "") for resource in found.values()) == ["", "aws.ireland"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"services": ["config"]}, "services is 'config'"), ({"account_id": "security"}, "account_id is 'security'")],
)
def test_unknown_services_and_ids_are_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))
