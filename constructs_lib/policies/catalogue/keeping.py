"""Guardrails that keep what must not get lost: backups, buckets, domains, logs, and named resources of the landing zone."""

from typing import TYPE_CHECKING

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.catalogue import values
from constructs_lib.policies.catalogue.registry import guardrail
from constructs_lib.policies.catalogue.values import DEPLOYERS
from constructs_lib.policies.data import load
from constructs_lib.policies.document import PolicyDocument, Strings, deny
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.names import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_GROUP = "Keeping"


@guardrail(PolicyKind.SCP, group=_GROUP, exempted=DEPLOYERS)
def deny_deletion(
    *,
    of: Strings = ("archives", "backups", "domains", "hsms", "shield"),
    resource_arns: Strings = "*",
    partition: str = "aws",
) -> PolicyDocument:
    """Deny deleting what is hard or impossible to bring back.

    Args:
        of: Out of archives, backups, buckets, clusters, databases, domains, hsms, objects, secrets, shield, snapshots and
            user-pools. The actions of each are in data/denied_actions.json.
        resource_arns: ARN patterns of what is kept; everything unless told otherwise.
        partition: The partition of the organization.

    Breaks:
        Cleaning up by anybody else than the exempt roles, lifecycle tools of one's own among them; rules of S3 and AWS Backup
        that expire things go on.

    Source:
        https://docs.aws.amazon.com/aws-backup/latest/devguide/access-control.html
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples.html
    """
    kept = resource_arns if resource_arns == "*" else values.arns("resource_arns", resource_arns, partition)
    return PolicyDocument.of(deny(values.parts("of", of, "deletion"), kept, sid="DenyDeletion"))


@guardrail(PolicyKind.SCP, group=_GROUP, exempted=DEPLOYERS)
def protect_monitoring(
    *,
    parts: Strings = ("logs", "flow-logs", "query-logs", "alarms", "events"),
    resource_arns: Strings = "*",
    partition: str = "aws",
) -> PolicyDocument:
    """Deny deleting and weakening logs, flow logs, alarms and event rules.

    Args:
        parts: Out of logs, flow-logs, query-logs, alarms, dashboards, events and observability. The actions of each are in
            data/denied_actions.json.
        resource_arns: ARN patterns of what is protected; everything unless told otherwise.
        partition: The partition of the organization.

    Breaks:
        Teams' own alarms and log groups, unless resource_arns names only the organization's.

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_cloudwatch.html
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_vpc.html
    """
    kept = resource_arns if resource_arns == "*" else values.arns("resource_arns", resource_arns, partition)
    return PolicyDocument.of(deny(values.parts("parts", parts, "monitoring"), kept, sid="ProtectMonitoring"))


@guardrail(
    PolicyKind.SCP,
    group=_GROUP,
    example={"resource_arns": ["arn:aws:sns:*:*:landing-zone-*", "arn:aws:lambda:*:*:function:landing-zone-*"]},
    exempted=DEPLOYERS,
)
def protect_resources(*, resource_arns: Strings, partition: str = "aws") -> PolicyDocument:
    """Deny changing and deleting named resources of the landing zone: stacks, functions, topics, roles, policies, buckets, keys.

    Which actions are denied follows from the service in each ARN: those that change, open or delete a resource of its kind.

    Args:
        resource_arns: ARN patterns, of cloudformation, cloudwatch, dynamodb, events, iam, kinesis, kms, lambda, logs, s3,
            secretsmanager, sns, sqs, ssm or states. The actions of each are in data/denied_actions.json.
        partition: The partition of the organization.

    Breaks:
        Changing these resources from within an account by anybody else, its administrators included.

    Source:
        https://docs.aws.amazon.com/controltower/latest/controlreference/mandatory-controls.html
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples.html
    """
    known: Mapping[str, Sequence[str]] = load("denied_actions")["protected_resources"]
    by_service: dict[str, list[str]] = {}
    for arn in values.arns("resource_arns", values.some("resource_arns", resource_arns), partition):
        service = [*arn.split(":"), "", ""][2]
        if service not in known:
            cure = did_you_mean(service, known, f"Choose from {', '.join(known)}.")
            raise InvalidValueError(
                "resource_arns", arn, expected="an ARN of a service whose changes are known", cure=cure
            )
        by_service.setdefault(service, []).append(arn)
    return PolicyDocument(
        tuple(
            deny(known[service], arns, sid=f"Protect{service.title()}Resources")
            for service, arns in sorted(by_service.items())
        )
    )
