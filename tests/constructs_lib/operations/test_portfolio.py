import json

import pytest

from constructs_lib import CatalogProduct, CatalogShare, CatalogSharingConstruct, InvalidValueError, PortfolioConstruct
from tests.template import synth

pytestmark = pytest.mark.row("A8")
TEMPLATE = "Resources: {Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub '${AWS::Region}-topic'}}}\n"
TOPIC = CatalogProduct("Topic", "Platform team", TEMPLATE)
OU = "arn:aws:organizations::111111111111:ou/o-a1b2c3d4e5/ou-ab12-11111111"


def made(product=TOPIC, *, region="eu-central-1", shared=False, **more):
    def build(stack):
        after = CatalogSharingConstruct(stack, "sharing").access if shared else None
        PortfolioConstruct(
            stack,
            "catalog",
            slug="web",
            name="Web",
            provider_name="Platform team",
            bucket_name="acme-catalog",
            region=region,
            products={"topic": product},
            depends_on=[after] if after else (),
            **more,
        )

    return synth(build)


def test_a_template_lies_in_the_bucket_by_what_is_in_it():
    template = made()
    (key, lies), *_ = template.resources("aws_s3_object").items()
    assert lies["key"].startswith("web/topic/v1-")
    assert "$${AWS::Region}" in lies["content"]
    product = template.only("aws_servicecatalog_product")
    assert product["provisioning_artifact_parameters"]["template_url"] == (
        f"https://acme-catalog.s3.eu-central-1.amazonaws.com/${{aws_s3_object.{key}.key}}"
    )
    other = made(CatalogProduct("Topic", "Platform team", TEMPLATE + "# other\n"))
    assert other.only("aws_s3_object")["key"] != lies["key"]
    assert template.resources("aws_servicecatalog_constraint") == {}


def test_in_china_the_bucket_has_another_address():
    found = made(region="cn-north-1").only("aws_servicecatalog_product")["provisioning_artifact_parameters"]
    assert found["template_url"].startswith("https://acme-catalog.s3.cn-north-1.amazonaws.com.cn/")


def test_further_versions_leave_the_first_alone():
    one, two = made(), made(CatalogProduct("Topic", "Platform team", TEMPLATE, versions={"v2": TEMPLATE + "# two\n"}))
    assert two.only("aws_servicecatalog_product") == one.only("aws_servicecatalog_product")
    assert two.only("aws_servicecatalog_provisioning_artifact")["name"] == "v2"


def test_a_product_is_made_by_its_role():
    product = CatalogProduct("Topic", "Platform team", TEMPLATE, launch_role="Launch")
    found = made(product).only("aws_servicecatalog_constraint")
    assert json.loads(found["parameters"]) == {"LocalRoleName": "Launch"}


def test_it_is_shared_with_those_who_may_use_it():
    shares = {"workloads": CatalogShare("ORGANIZATIONAL_UNIT", OU)}
    template = made(shares=shares, roles={"users": "team/CatalogUser"}, shared=True)
    share = template.only("aws_servicecatalog_portfolio_share")
    assert share["share_principals"] is True
    (address,) = share["depends_on"]
    assert address.startswith("aws_servicecatalog_organizations_access.")
    principal = template.only("aws_servicecatalog_principal_portfolio_association")
    assert principal["principal_arn"] == "arn:aws:iam:::role/team/CatalogUser"
    assert principal["principal_type"] == "IAM_PATTERN"
    assert made(shares=shares).only("aws_servicecatalog_portfolio_share")["share_principals"] is False


@pytest.mark.parametrize(
    "product",
    [
        CatalogProduct("", "Platform team", TEMPLATE),
        CatalogProduct("Topic", "Platform team", "x" * 51_201),
        CatalogProduct("Topic", "Platform team", TEMPLATE, versions={"v1": TEMPLATE}),
        CatalogProduct("Topic", "Platform team", TEMPLATE, versions={"second": TEMPLATE}),
    ],
)
def test_what_aws_would_refuse(product):
    with pytest.raises(InvalidValueError):
        made(product)
