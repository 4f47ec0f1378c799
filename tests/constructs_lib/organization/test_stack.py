import pytest
from cdktf import S3Backend, TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider

from constructs_lib import (
    Account,
    InvalidPolicyError,
    InvalidValueError,
    OrganizationalUnit,
    OrganizationStack,
    Policy,
    PolicyDocument,
    PolicyKind,
    ScpConstruct,
    deny,
)
from tests.template import Template, app

UNITS = [
    OrganizationalUnit("workloads", "Workloads"),
    OrganizationalUnit("production-accounts", "Production", parent="workloads"),
]
ACCOUNTS = [
    Account("security", "Security", "aws+security@example.com"),
    Account("production", "Production", "aws+production@example.com", unit="production-accounts"),
]
STAY = PolicyDocument.of(deny("organizations:LeaveOrganization", "*"))


def provider(stack):
    return AwsProvider(stack, "aws", region="eu-central-1", allowed_account_ids=["111122223333"])


def organization(scope=None, **arguments):
    return OrganizationStack(
        scope or app(), "management", **{"provider": provider, "units": UNITS, "accounts": ACCOUNTS, **arguments}
    )


def synth(**arguments):
    return Template.of(organization(**arguments))


@pytest.mark.row("A4", "C2")
def test_organization_has_all_features_trusted_services_and_policy_types():
    template = synth()
    made = template.only("aws_organizations_organization")
    assert made["feature_set"] == "ALL"
    assert made["enabled_policy_types"] == ["SERVICE_CONTROL_POLICY", "TAG_POLICY"]
    assert {"cloudtrail.amazonaws.com", "config.amazonaws.com", "sso.amazonaws.com", "guardduty.amazonaws.com"} <= set(
        made["aws_service_access_principals"]
    )
    assert made["lifecycle"] == {"prevent_destroy": True}
    assert template.providers[""]["allowed_account_ids"] == ["111122223333"]


def test_policy_types_and_services_in_use_are_enabled():
    opt_out = {"services": {"default": {"opt_out_policy": {"@@assign": "optOut"}}}}
    made = synth(
        service_access=["sso.amazonaws.com"],
        delegated_administrators={"security": ["guardduty.amazonaws.com"]},
        policy_types=[PolicyKind.SCP],
        policies=[Policy("no-ai", opt_out, ("root",), kind=PolicyKind.AI_OPT_OUT)],
    ).only("aws_organizations_organization")
    assert made["aws_service_access_principals"] == ["guardduty.amazonaws.com", "sso.amazonaws.com"]
    assert made["enabled_policy_types"] == ["AISERVICES_OPT_OUT_POLICY", "SERVICE_CONTROL_POLICY"]


@pytest.mark.row("A8")
def test_ram_shares_with_the_organization_where_it_has_access():
    sharing = synth().only("aws_ram_sharing_with_organization")
    assert sharing == {"depends_on": ["aws_organizations_organization.organization"]}
    assert synth(service_access=["sso.amazonaws.com"]).resources("aws_ram_sharing_with_organization") == {}


@pytest.mark.row("A5")
def test_units_nest():
    units = synth().resources("aws_organizations_organizational_unit")
    assert units["unit-workloads"] == {
        "name": "Workloads",
        "parent_id": "${aws_organizations_organization.organization.roots[0].id}",
        "lifecycle": {"create_before_destroy": True},
    }
    assert units["unit-production-accounts"]["parent_id"] == (
        "${aws_organizations_organizational_unit.unit-workloads.id}"
    )


@pytest.mark.row("A3", "A6", "C1", "C3", "D2")
def test_accounts_are_data_and_survive():
    made = synth().resources("aws_organizations_account")
    assert made["account-production"] == {
        "name": "Production",
        "email": "aws+production@example.com",
        "role_name": "OrganizationAccountAccessRole",
        "parent_id": "${aws_organizations_organizational_unit.unit-production-accounts.id}",
        "iam_user_access_to_billing": "ALLOW",
        "close_on_deletion": False,
        "lifecycle": {
            "prevent_destroy": True,
            "ignore_changes": ["email", "iam_user_access_to_billing", "name", "role_name"],
        },
    }
    assert made["account-security"]["parent_id"] == "${aws_organizations_organization.organization.roots[0].id}"


def test_renaming_in_place_is_a_choice():
    account = synth(rename_accounts=True).resources("aws_organizations_account")["account-production"]
    assert account["lifecycle"]["ignore_changes"] == ["email", "iam_user_access_to_billing", "role_name"]


@pytest.mark.row("C3")
def test_nothing_but_a_slug_is_in_an_address():
    policies = [Policy("stay", STAY, ("ou:workloads/production-accounts", "account:security"))]
    before = synth(policies=policies).addresses()
    moved = synth(
        units=[OrganizationalUnit("production-accounts", "Prod"), OrganizationalUnit("workloads", "Work")],
        accounts=[
            Account("production", "Prod", "aws+prod@example.com", unit="workloads", tags={"a": "b"}),
            Account("security", "Audit", "audit@example.com", unit="production-accounts"),
        ],
        policies=[Policy("stay", STAY, ("account:security", "ou:production-accounts"), name="Stay with us")],
    ).addresses()
    assert (
        before
        == moved
        == [
            "aws_organizations_account.account-production",
            "aws_organizations_account.account-security",
            "aws_organizations_organization.organization",
            "aws_organizations_organizational_unit.unit-production-accounts",
            "aws_organizations_organizational_unit.unit-workloads",
            "aws_organizations_policy.policy-stay_336596F1",
            "aws_organizations_policy_attachment.policy-stay_account-security_261CB02E",
            "aws_organizations_policy_attachment.policy-stay_ou-production-accounts_E1438C9E",
            "aws_ram_sharing_with_organization.ram-sharing",
        ]
    )


@pytest.mark.row("C3", "C14")
def test_order_is_nothing():
    policies = [Policy("stay", STAY, ("root",)), Policy("go", STAY, ("account:security", "account:production"))]
    assert (
        synth(policies=policies).json
        == synth(
            units=UNITS[::-1],
            accounts=ACCOUNTS[::-1],
            policies=[Policy("go", STAY, ("account:production", "account:security")), policies[0]],
        ).json
    )


@pytest.mark.row("A7")
def test_policies_attach_to_any_node():
    template = synth(
        policies=[
            Policy(
                "stay",
                STAY,
                ("root", "ou:workloads", "account:production", "account:management"),
                description="No exit",
            )
        ]
    )
    policy = template.only("aws_organizations_policy")
    assert (policy["name"], policy["description"], policy["type"]) == ("stay", "No exit", "SERVICE_CONTROL_POLICY")
    assert policy["depends_on"] == ["aws_organizations_organization.organization"]
    attached = template.resources("aws_organizations_policy_attachment").values()
    assert {attachment["target_id"] for attachment in attached} == {
        "${aws_organizations_organization.organization.roots[0].id}",
        "${aws_organizations_organizational_unit.unit-workloads.id}",
        "${aws_organizations_account.account-production.id}",
        "${aws_organizations_organization.organization.master_account_id}",
    }


def test_a_policy_added_to_the_stack_waits_for_the_organization():
    stack = organization()
    ScpConstruct(stack, "added", document=STAY, targets={"workloads": stack.unit_id("workloads")})
    policy = Template.of(stack).only("aws_organizations_policy")
    assert policy["depends_on"] == ["aws_organizations_organization.organization"]


@pytest.mark.row("C5", "C6")
def test_delegated_administrators():
    made = synth(delegated_administrators={"security": ["cloudtrail.amazonaws.com", "config.amazonaws.com"]})
    assert made.resources("aws_organizations_delegated_administrator") == {
        "delegate-security-cloudtrail": {
            "account_id": "${aws_organizations_account.account-security.id}",
            "service_principal": "cloudtrail.amazonaws.com",
        },
        "delegate-security-config": {
            "account_id": "${aws_organizations_account.account-security.id}",
            "service_principal": "config.amazonaws.com",
        },
    }


def test_outputs_name_every_account_and_unit():
    outputs = synth(management="payer").outputs
    assert sorted(outputs) == [
        "account_ids", "management_account_id", "organization_arn", "organization_id", "root_id", "unit_ids",
    ]  # fmt: skip
    assert outputs["account_ids"] == {
        "payer": "${aws_organizations_organization.organization.master_account_id}",
        "production": "${aws_organizations_account.account-production.id}",
        "security": "${aws_organizations_account.account-security.id}",
    }
    assert sorted(outputs["unit_ids"]) == ["production-accounts", "workloads"]


def test_an_organization_may_be_empty():
    template = synth(units=(), accounts=(), service_access=())
    assert template.addresses() == ["aws_organizations_organization.organization"]
    assert template.outputs["unit_ids"] == {}


@pytest.mark.row("A10", "A11")
def test_the_backend_is_handed_in():
    template = synth(backend=lambda stack: S3Backend(stack, bucket="state", key="management.tfstate"))
    assert template.json["terraform"]["backend"] == {"s3": {"bucket": "state", "key": "management.tfstate"}}


@pytest.mark.row("A11", "D2")
def test_other_stacks_refer_to_it_through_its_state():
    scope = app()
    management = organization(scope, policies=[Policy("stay", STAY)])
    member = TerraformStack(scope, "production")
    for index, value in enumerate(
        (
            management.account_id("production"),
            management.account_id("management"),
            management.unit_id("workloads"),
            management.unit_arn("workloads/production-accounts"),
            management.root_id,
            management.organization_id,
            management.organization_arn,
            management.policy_id("stay"),
        )
    ):
        TerraformOutput(member, f"seen-{index}", value=value)
    template = Template.of(member)
    assert list(template.data("terraform_remote_state")) == ["cross-stack-reference-input-management"]
    assert all("terraform_remote_state" in value for value in template.outputs.values())
    assert "aws_organizations_accountaccount-productionid" in template.outputs["seen-0"]


def test_what_exists_is_taken_over():
    template = synth(
        existing_organization_id="o-a1b2c3d4e5",
        units=[OrganizationalUnit("workloads", "Workloads", existing_id="ou-abcd-11111111")],
        accounts=[
            Account("production", "Production", "aws+production@example.com", existing_id="444455556666"),
            Account("staging", "Staging", "aws+staging@example.com"),
        ],
    )
    assert {found["to"]: found["id"] for found in template.json["import"]} == {
        "aws_organizations_organization.organization": "o-a1b2c3d4e5",
        "aws_organizations_organizational_unit.unit-workloads": "ou-abcd-11111111",
        "aws_organizations_account.account-production": "444455556666",
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"existing_organization_id": "r-abcd"}, r"existing_organization_id is 'r-abcd'"),
        ({"units": [*UNITS, UNITS[0]]}, r"units is 'workloads'; expected each of them once"),
        ({"accounts": [*ACCOUNTS, ACCOUNTS[0]]}, r"accounts is 'security'; expected each of them once"),
        ({"management": "production"}, r"accounts is 'production'; expected each of them once"),
        (
            {"accounts": [Account("a", "A", "Aws@example.com"), Account("b", "B", "aws@example.com")]},
            r"accounts' email is 'aws@example.com'; expected each of them once",
        ),
        (
            {"units": [OrganizationalUnit("a", "A", "b")], "accounts": ()},
            r"OrganizationalUnit\('a'\)\.parent is 'b'; expected one of the units a",
        ),
        (
            {"units": [OrganizationalUnit("a", "A", "b"), OrganizationalUnit("b", "B", "a")], "accounts": ()},
            r"expected a unit that is not below this one",
        ),
        (
            {
                "units": [OrganizationalUnit(f"u{i}", "U", f"u{i - 1}" if i else None) for i in range(6)],
                "accounts": (),
            },
            r"is 'u0/u1/u2/u3/u4/u5'; expected at most 5 units from the root down, not 6",
        ),
        (
            {"accounts": [Account("a", "A", "aws@example.com", unit="nowhere")]},
            r"Account\('a'\)\.unit is 'nowhere'; expected one of the units production-accounts, workloads",
        ),
        (
            {"policies": [Policy("stay", STAY, ("ou:production-accounts/workloads",))]},
            r"is 'production-accounts/workloads'; expected the unit's path 'workloads' or its slug 'workloads'",
        ),
        (
            {"policies": [Policy("stay", STAY, ("account:nobody",))]},
            r"Policy\('stay'\)\.targets is 'nobody'; expected one of the accounts production, security",
        ),
        ({"policies": [Policy("stay", STAY), Policy("stay", STAY)]}, r"policies is 'stay'"),
        ({"delegated_administrators": {"management": ["ram.amazonaws.com"]}}, r"delegated_administrators is 'manage"),
        ({"service_access": ["ram"]}, r"service_access is 'ram'; expected a service principal"),
    ],
)
def test_refuses(arguments, message):
    with pytest.raises(InvalidValueError, match=message):
        organization(**arguments)


def test_more_policies_than_aws_attaches_are_refused():
    policies = [Policy(f"p{index}", STAY, ("ou:workloads/production-accounts",)) for index in range(10)]
    with pytest.raises(InvalidPolicyError, match=r"on ou:production-accounts: 11 policies of kind scp are attached"):
        organization(policies=policies)
    assert len(synth(policies=policies[:9]).resources("aws_organizations_policy_attachment")) == 9


def test_policies_without_effect_are_warned_about():
    policies = [
        Policy("stay", STAY, ("root", "account:management", "ou:workloads")),
        Policy("go", STAY, ("ou:workloads",)),
        Policy("here", STAY, ("ou:workloads", "account:production")),
        Policy("tags", {"tags": {"team": {"tag_key": {"@@assign": "Team"}}}}, ("root",), PolicyKind.TAG),
    ]
    warnings = sorted(synth(policies=policies).warnings)
    assert [warning.partition(":")[0] + warning.partition(":")[2].partition(":")[0] for warning in warnings] == [
        "on accountmanagement", "on accountmanagement", "on accountproduction", "on ouworkloads",
    ]  # fmt: skip
    assert "the management account is not restricted" in warnings[1]
    assert "'stay' is in force here already" in warnings[3]


def test_an_unknown_account_names_the_known_ones():
    with pytest.raises(InvalidValueError, match="expected one of the accounts production, security"):
        organization().account_id("nobody")


@pytest.mark.row("C7")
def test_an_account_gets_a_pair_in_govcloud_and_keeps_it():
    paired = Account("billing", "Billing", "aws+billing@example.com", create_govcloud=True)
    template = synth(accounts=[*ACCOUNTS, paired])
    made = template.resources("aws_organizations_account")
    assert made["account-billing"]["create_govcloud"] is True
    assert "create_govcloud" in made["account-billing"]["lifecycle"]["ignore_changes"]
    assert "create_govcloud" not in made["account-security"]
    assert template.json["output"]["govcloud_account_ids"]["value"] == {
        "billing": "${aws_organizations_account.account-billing.govcloud_id}"
    }
    assert "govcloud_account_ids" not in synth().json["output"]
