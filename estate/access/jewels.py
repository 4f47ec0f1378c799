"""What nobody should reach who need not: guardrails, deployment rights, states, the trail and its archive, people's access."""

from collections.abc import Iterator
from dataclasses import dataclass

from config.model.state import S3State
from config.nodes import Account
from estate.access.questions import Can, Questions


@dataclass(frozen=True)
class Jewel:
    """One of them.

    Args:
        title: What is worth protecting.
        account: The account that it is in.
        action: The call that harms it.
        resource: On what; None for something of the kind.
    """

    title: str
    account: Account
    action: str
    resource: str | None = None


def jewels(questions: Questions) -> Iterator[Jewel]:
    """The jewels of an organization, as far as its stacks make them."""
    organization, world = questions.organization, questions.world
    partition = organization.partition
    for action in ("organizations:DetachPolicy", "organizations:UpdatePolicy"):
        yield Jewel("guardrails", organization.management, action)
    for account in dict.fromkeys(account for account, _ in world.blocks["aws_ssoadmin_account_assignment"]):
        yield Jewel("people's access", account, "sso:CreateAccountAssignment")
    for account, block in world.blocks["aws_iam_role"]:
        if str(block.get("name")).startswith("Terraform"):
            arn = (
                f"arn:{partition}:iam::{world.chains.account_id(account)}:role{block.get('path') or '/'}{block['name']}"
            )
            yield Jewel("deployment rights", account, "iam:UpdateAssumeRolePolicy", arn)
    for account, block in world.blocks["aws_cloudtrail"]:
        arn = (
            f"arn:{partition}:cloudtrail:{account.region}:{world.chains.account_id(account)}:trail/{block.get('name')}"
        )
        yield Jewel("audit trail", account, "cloudtrail:StopLogging", arn)
        bucket = block.get("s3_bucket_name")
        if isinstance(bucket, str) and "${" not in bucket:
            for action in ("s3:PutLifecycleConfiguration", "s3:DeleteBucketPolicy"):
                yield Jewel("log archive", account, action, f"arn:{partition}:s3:::{bucket}")
            yield Jewel(
                "log archive", account, "s3:DeleteObjectVersion", f"arn:{partition}:s3:::{bucket}/AWSLogs/any-name"
            )
    if isinstance(organization.state, S3State):
        state = f"arn:{partition}:s3:::{organization.state.bucket}/stacks/{organization.management.slug}.tfstate"
        owner = world.chains.account_with_id(world.owner_of(state))
        if owner is not None:  # else the bucket is somebody else's to look after
            yield from (Jewel("states", owner, action, state) for action in ("s3:GetObject", "s3:PutObject"))


def reached(questions: Questions) -> Iterator[tuple[Jewel, list[Can]]]:
    """Each jewel, with everybody who reaches it."""
    for jewel in jewels(questions):
        yield jewel, questions.who(jewel.action, jewel.resource, jewel.account)[0]
