"""A small organization with a shared network, in a CDKTF app that knows `constructs_lib` as a package only.

Three stacks, each for one account and with a state of its own: `management` makes the organization, `network` shares its
subnets with the workloads, `production` has the role through which the management account deploys.
"""

from constructs_lib import (
    Account,
    AccountConnection,
    CrossAccountAccess,
    CrossAccountRoleConstruct,
    OrganizationalUnit,
    OrganizationStack,
    PolicyDocument,
    RamShareConstruct,
    ScpConstruct,
    SharedVpcConstruct,
    account_provider,
    allow,
    deny,
    plan_subnets,
)

# isort: split
# CDKTF comes second: `constructs_lib` makes the provider's bindings load on demand, if it is asked first.
from cdktf import App, TerraformOutput, TerraformStack
from constructs import Construct

REGION = "eu-central-1"
MANAGEMENT_ACCOUNT_ID = "111122223333"
EXTERNAL_ID = "standalone-example"


def organization(app: App) -> OrganizationStack:
    """The organization: two units, two accounts, and a policy that keeps the workloads in it."""
    management = AccountConnection(slug="management", account_id=MANAGEMENT_ACCOUNT_ID, region=REGION)
    stack = OrganizationStack(
        app,
        "management",
        provider=lambda stack: account_provider(stack, "aws", management),
        units=[OrganizationalUnit("infrastructure", "Infrastructure"), OrganizationalUnit("workloads", "Workloads")],
        accounts=[
            Account("network", "Network", "aws+network@example.com", unit="infrastructure"),
            Account("production", "Production", "aws+production@example.com", unit="workloads"),
        ],
    )
    ScpConstruct(
        stack,
        "stay",
        description="Accounts do not leave the organization by themselves.",
        document=PolicyDocument.of(deny("organizations:LeaveOrganization", "*", sid="Stay")),
        targets={"workloads": stack.unit_id("workloads")},
    )
    return stack


class MemberStack(TerraformStack):
    """A stack in a member account, reached from the management account through the role that AWS made there."""

    def __init__(self, scope: Construct, slug: str, management: OrganizationStack) -> None:
        super().__init__(scope, slug)
        self.account_id = management.account_id(slug)
        account_provider(
            self,
            "aws",
            AccountConnection(
                slug=slug, account_id=self.account_id, region=REGION, role_name="OrganizationAccountAccessRole"
            ),
        )


def network(app: App, management: OrganizationStack) -> None:
    """A network whose subnets all accounts of the workloads use."""
    stack = MemberStack(app, "network", management)
    vpc = SharedVpcConstruct(
        stack,
        "vpc",
        name="shared",
        cidr_block="10.0.0.0/16",
        subnets=plan_subnets("10.0.0.0/16", [f"{REGION}a", f"{REGION}b", f"{REGION}c"]),
    )
    RamShareConstruct(
        stack,
        "subnets",
        name="subnets",
        resources=vpc.subnet_arns,
        principals={"workloads": management.unit_arn("workloads")},
    )


def production(app: App, management: OrganizationStack) -> None:
    """The role that deploys, with no more permissions than the deployment needs."""
    stack = MemberStack(app, "production", management)
    role = CrossAccountRoleConstruct(
        stack,
        "execution-role",
        access=CrossAccountAccess(
            account_id=stack.account_id,
            trusted_accounts=(MANAGEMENT_ACCOUNT_ID,),
            external_id=EXTERNAL_ID,
            organization_id=management.organization_id,
        ),
        permissions=PolicyDocument.of(
            allow(("s3:CreateBucket", "s3:GetBucket*", "s3:PutBucket*"), "arn:aws:s3:::example-production-*")
        ),
    )
    TerraformOutput(stack, "execution_role_arn", value=role.role_arn)


def main() -> None:
    """Synthesize all stacks."""
    app = App()
    management = organization(app)
    network(app, management)
    production(app, management)
    app.synth()


if __name__ == "__main__":
    main()
