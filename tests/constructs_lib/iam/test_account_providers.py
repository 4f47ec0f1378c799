import pytest
from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.vpc import Vpc

from constructs_lib import AccountConnection, AccountProvidersConstruct, InvalidValueError, account_provider
from estate.local import running_local_aws
from tests.deployment import Deployment
from tests.template import app, synth

PARENT = AccountConnection(slug="management", account_id="111122223333", region="eu-central-1")
CHILD = AccountConnection(
    slug="production",
    account_id="444455556666",
    region="us-gov-west-1",
    role_name="OrganizationAccountAccessRole",
    external_id="estate",
    partition="aws-us-gov",
)
OTHER = AccountConnection(slug="staging", account_id="555566667777", region="eu-west-1", role_name="deploy")


def accounts(*children, then=lambda _stack, _made: None):
    def build(stack):
        then(stack, AccountProvidersConstruct(stack, "accounts", parent=PARENT, children=children))

    return synth(build, provider=False)


@pytest.mark.row("A1", "D1", "B5")
def test_each_account_has_a_provider_that_works_in_no_other():
    assert accounts(CHILD).providers == {
        "": {"region": "eu-central-1", "allowed_account_ids": ["111122223333"]},
        "production": {
            "alias": "production",
            "region": "us-gov-west-1",
            "allowed_account_ids": ["444455556666"],
            "assume_role": [
                {
                    "role_arn": "arn:aws-us-gov:iam::444455556666:role/OrganizationAccountAccessRole",
                    "session_name": "terraform-production",
                    "external_id": "estate",
                }
            ],
        },
    }


@pytest.mark.row("D1")
def test_the_outputs_prove_who_is_who():
    template = accounts(CHILD)
    identities = template.data("aws_caller_identity")
    assert sorted(identity.get("provider", "") for identity in identities.values()) == ["aws", "aws.production"]
    assert sorted(template.outputs) == ["child_account_id", "child_account_ids", "parent_account_id"]
    assert template.outputs["child_account_ids"] == {"production": template.outputs["child_account_id"]}
    assert template.outputs["child_account_id"] != template.outputs["parent_account_id"]


def test_several_children_are_told_apart_by_their_slug():
    template = accounts(CHILD, OTHER)
    assert sorted(template.outputs["child_account_ids"]) == ["production", "staging"]
    assert "child_account_id" not in template.outputs


@pytest.mark.row("D1")
def test_the_parent_can_have_an_alias_too():
    def build(stack, alias="parent"):
        made = AccountProvidersConstruct(stack, "accounts", parent=PARENT, children=[CHILD], parent_alias=alias)
        Vpc(stack, "vpc", cidr_block="10.0.0.0/16", provider=made.provider("management"))

    template = synth(build, provider=False)
    assert sorted(template.providers) == ["parent", "production"]
    assert template.only("aws_vpc")["provider"] == "aws.parent"
    assert sorted(each["provider"] for each in template.data("aws_caller_identity").values()) == [
        "aws.parent",
        "aws.production",
    ]
    with pytest.raises(InvalidValueError, match="parent_alias is 'production'; expected each of them once"):
        synth(lambda stack: build(stack, "production"), provider=False)


@pytest.mark.row("D1")
def test_outputs_are_described():
    described = accounts(CHILD).json["output"]
    assert described["child_account_id"]["description"] == "The account that the provider of production is in"
    assert all(output["description"] for output in described.values())


@pytest.mark.row("A1")
def test_resources_are_made_in_the_account_of_their_provider():
    template = accounts(
        CHILD,
        then=lambda stack, made: Vpc(stack, "vpc", cidr_block="10.0.0.0/16", provider=made.provider("production")),
    )
    assert template.only("aws_vpc")["provider"] == "aws.production"


def test_a_single_provider_with_tags_of_its_own():
    tagged = AccountConnection(
        slug="a", account_id="111122223333", region="eu-west-1", session_name="me", default_tags={"team": "x"}
    )
    providers = synth(lambda stack: account_provider(stack, "aws", tagged), provider=False).providers
    assert providers[""]["default_tags"] == [{"tags": {"team": "x"}}]


def test_refuses_no_child_unknown_and_double_slugs():
    with pytest.raises(InvalidValueError, match=r"children .* expected at least one account"):
        accounts()
    with pytest.raises(InvalidValueError, match="children is 'production'; expected each of them once"):
        accounts(CHILD, CHILD)
    with pytest.raises(InvalidValueError, match=r"provider\(…\) is 'staging'; expected one of management, production"):
        accounts(CHILD, then=lambda _stack, made: made.provider("staging"))


@pytest.mark.parametrize(
    "arguments",
    [
        {"slug": "Production"},
        {"account_id": "1"},
        {"region": "europe"},
        {"session_name": "terraform/production"},
        {"role_name": "a b"},
        {"external_id": "x"},
    ],
)
def test_connection_refuses(arguments):
    with pytest.raises(InvalidValueError):
        AccountConnection(**{"slug": "a", "account_id": "111122223333", "region": "eu-west-1", **arguments})


@pytest.mark.e2e
@pytest.mark.row("A1", "D1", "D2", "B5")
def test_parent_and_child_in_one_deployment():
    with running_local_aws() as local:
        organizations = local.session().client("organizations")
        organizations.create_organization(FeatureSet="ALL")
        request = organizations.create_account(Email="aws+production@example.com", AccountName="Production")
        child_id = request["CreateAccountStatus"]["AccountId"]
        scope = app()
        stack = TerraformStack(scope, "both")
        region = "eu-central-1"
        made = AccountProvidersConstruct(
            stack,
            "accounts",
            parent=AccountConnection(slug="management", account_id=local.management_account_id, region=region),
            children=[
                AccountConnection(
                    slug="production", account_id=child_id, region=region, role_name="OrganizationAccountAccessRole"
                )
            ],
        )
        Vpc(stack, "vpc", cidr_block="10.9.0.0/16", provider=made.provider("production"))
        scope.synth()
        deployment = Deployment.of(scope.outdir, local)
        deployment.deploy("both")
        outputs = deployment.outputs("both")
        assert outputs["parent_account_id"] == local.management_account_id
        assert outputs["child_account_id"] == outputs["child_account_ids"]["production"] == child_id
        for account_id, there in ((child_id, True), (None, False)):
            vpcs = local.session(account_id, region=region).client("ec2").describe_vpcs()["Vpcs"]
            assert ("10.9.0.0/16" in {vpc["CidrBlock"] for vpc in vpcs}) is there
        assert deployment.plan_is_empty("both")
